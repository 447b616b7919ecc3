"""Hypothesis strategies: specs of every kind, small enough to train in a moment."""

from hypothesis import strategies as st

from core.registry import ACTIVATIONS, LOSSES, NOISES, OPTIMIZERS, OUTPUTS, REDUCTIONS, SCHEDULES
from core.spec import Spec


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Any valid spec on the font, of at most two hidden layers."""
    output = draw(st.sampled_from(OUTPUTS.names()))
    losses = [name for name in LOSSES.names() if output == "sigmoid" or name != "bce"]
    return Spec(
        hidden=tuple(draw(st.lists(st.integers(1, 9), max_size=2))),
        latent=draw(st.integers(1, 5)),
        activation=draw(st.sampled_from(ACTIVATIONS.names())),
        code_activation=draw(st.sampled_from(ACTIVATIONS.names())),
        output=output,
        loss=draw(st.sampled_from(losses)),
        gain=draw(st.floats(0.5, 2)),
        noise=draw(st.sampled_from(NOISES.names())),
        noise_level=draw(st.floats(0, 1)),
        reduction=draw(st.sampled_from(REDUCTIONS.names())),
        focus=draw(st.sampled_from([0.0, 0.5])),
        optimizer=draw(st.sampled_from(OPTIMIZERS.names())),
        learning_rate=draw(st.floats(1e-4, 1e-2)),
        schedule=draw(st.sampled_from(SCHEDULES.names())),
        momentum=draw(st.floats(0, 0.99)),
        beta2=draw(st.floats(0.5, 0.999)),
        weight_decay=draw(st.floats(0, 0.1)),
        batch_size=draw(st.sampled_from([0, 1, 5, 32, 100])),
        shuffle=draw(st.booleans()),
        epochs=draw(st.integers(4, 12)),
        seed=draw(st.integers(0, 2**31 - 1)),
        replicas=draw(st.integers(1, 3)),
    )
