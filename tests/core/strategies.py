"""Hypothesis strategies: specs of every kind, small enough to train in a moment."""

from hypothesis import settings
from hypothesis import strategies as st

from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES, OUTPUTS, REDUCTIONS
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.schedules import SCHEDULES
from core.data.noise import NOISES
from core.experiment.spec import Spec

COSTLY = settings(max_examples=settings.default.max_examples // 6)
"""For a property of which every example compiles or trains for a good part of a second."""


@st.composite
def specs(draw: st.DrawFn, layers: int = 3) -> Spec:
    """Any valid spec on the font, of at most so many hidden layers: every kind, and kinds together."""
    output = draw(st.sampled_from(OUTPUTS.names()))
    losses = [name for name in LOSSES.names() if output == "sigmoid" or name != "bce"]
    hidden = tuple(draw(st.lists(st.integers(1, 7), max_size=layers)))
    variational = draw(st.booleans())
    activation, code_activation = (draw(st.sampled_from(ACTIVATIONS.names())) for _ in range(2))
    penalised = [("none", "code"), ("l1", "code")]
    penalised += [("l1", "hidden"), ("kl", "hidden")] if hidden else []
    penalised += [] if variational else [("kl", "code")]
    sparsity, units = draw(st.sampled_from(penalised))
    if variational:
        code_activation = "identity"
    if (sparsity, units) == ("kl", "hidden"):
        activation = "sigmoid"
    if (sparsity, units) == ("kl", "code"):
        code_activation = "sigmoid"
    return Spec(
        hidden=hidden,
        latent=draw(st.integers(1, 4)),
        activation=activation,
        code_activation=code_activation,
        output=output,
        loss=draw(st.sampled_from(losses)),
        gain=draw(st.floats(0.5, 2)),
        variational=variational,
        beta=draw(st.floats(0, 2)),
        kl_reduction=draw(st.sampled_from(REDUCTIONS.names())),
        kl_warmup=draw(st.sampled_from([0, 1, 3, 50])),
        free_bits=draw(st.sampled_from([0.0, 0.02, 0.5])),
        sparsity=sparsity,
        sparse_units=units,
        sparsity_weight=draw(st.floats(0, 0.5)),
        sparsity_rate=draw(st.floats(0.05, 0.9)),
        contraction=draw(st.sampled_from([0.0, 0.0, 0.001, 0.05])),
        penalty="none" if variational else draw(st.sampled_from(PENALTIES.names())),
        penalty_weight=draw(st.floats(0, 2)),
        noise=draw(st.sampled_from(NOISES.names())),
        noise_level=draw(st.floats(0, 1)),
        reduction=draw(st.sampled_from(REDUCTIONS.names())),
        focus=draw(st.sampled_from([0.0, 0.5])),
        optimizer=draw(st.sampled_from(OPTIMIZERS.names())),
        learning_rate=draw(st.floats(1e-4, 1e-2)),
        schedule=draw(st.sampled_from(SCHEDULES.names())),
        momentum=draw(st.floats(0, 0.9)),
        beta2=draw(st.floats(0.5, 0.999)),
        weight_decay=draw(st.floats(0, 0.1)),
        batch_size=draw(st.sampled_from([0, 5, 12, 32, 100])),
        shuffle=draw(st.booleans()),
        epochs=draw(st.integers(4, 8)),
        seed=draw(st.integers(0, 2**31 - 1)),
        replicas=draw(st.integers(1, 3)),
    )


KINDS = {
    "plain": {},
    "denoising": {"noise": "salt-and-pepper", "noise_level": 0.3},
    "variational": {"variational": True, "beta": 0.7, "kl_warmup": 3},
    "free bits": {"variational": True, "beta": 1.3, "free_bits": 0.04, "kl_reduction": "mean"},
    "l1 code": {"sparsity": "l1", "sparsity_weight": 0.3},
    "l1 hidden": {"sparsity": "l1", "sparse_units": "hidden", "sparsity_weight": 0.2},
    "kl code": {"sparsity": "kl", "code_activation": "sigmoid", "sparsity_weight": 0.4, "sparsity_rate": 0.1},
    "kl hidden": {
        "sparsity": "kl", "sparse_units": "hidden", "activation": "sigmoid", "sparsity_weight": 0.4,
        "sparsity_rate": 0.2,
    },
    "contractive": {"contraction": 0.05},
    "wasserstein": {"penalty": "mmd", "penalty_weight": 0.7},
    "deep": {
        "hidden": (6, 5, 4), "contraction": 0.02, "sparsity": "l1", "sparse_units": "hidden",
        "penalty": "mmd", "penalty_weight": 0.3,
    },
    "all at once": {
        "variational": True, "kl_warmup": 4, "free_bits": 0.02, "sparsity": "kl", "sparse_units": "hidden",
        "activation": "sigmoid", "contraction": 0.03, "noise": "gaussian", "noise_level": 0.2,
        "hidden": (6, 5), "focus": 0.5,
    },
}  # fmt: skip
"""Fields that make a run one of each kind."""
