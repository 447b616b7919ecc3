"""`Spec`: everything that defines one run, as one frozen value.

The form, the command line and the run file are all made from its fields: each carries its label, unit,
range, choices, help and the effect of changing it.
"""

import json
import re
from dataclasses import Field, asdict, dataclass, fields, replace
from typing import Any

from core.base.registry import UnknownName
from core.choices.activations import ACTIVATIONS
from core.choices.devices import DEVICES
from core.choices.losses import LOSSES, OUTPUTS, REDUCTIONS
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.schedules import SCHEDULES
from core.choices.sparsities import SPARSE_UNITS, SPARSITIES
from core.data.library import LibraryError, check_name
from core.data.noise import NOISES
from core.experiment.fields import (
    EMPTY_WORDS,
    MAX_LAYERS,
    MAX_WIDTH,
    SEED_LIMIT,
    SpecError,
    check,
    coerce,
    refuse_empty,
    refuse_type,
    setting,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One run of an autoencoder: data, network, noise, objective, optimiser, length and seed.

    Raises
    ------
    SpecError : at construction, naming the first field whose value cannot be.
    """

    dataset: str = setting(
        "font5x7", label="Data set", group="data",
        help="The images the network learns: a built-in set, or one of your own by its name.",
    )  # fmt: skip
    hidden: tuple[int, ...] = setting(
        (10,), label="Hidden layers", unit="units", group="network", low=1, high=MAX_WIDTH,
        help="Widths of the encoder's layers between the image and the code, as in 64, 32. "
        "The decoder mirrors them. Empty: the image is connected to the code directly.",
    )  # fmt: skip
    latent: int = setting(
        2, label="Code size", unit="units", group="network", low=1, high=256,
        help="How many numbers the code has. A code of two numbers can be shown on a map as it is.",
    )  # fmt: skip
    activation: str = setting(
        "sine", label="Activation", group="network", choices=ACTIVATIONS,
        help="The function that every hidden unit applies to its weighted sum.",
    )  # fmt: skip
    code_activation: str = setting(
        "identity", label="Code activation", group="network", choices=ACTIVATIONS,
        help="The function applied to the code. Identity does not limit the values of the code.",
    )  # fmt: skip
    output: str = setting(
        "sigmoid", label="Output", group="network", choices=OUTPUTS,
        help="The function of the output units. It also decides which numbers stand for black and white.",
    )  # fmt: skip
    gain: float = setting(
        1.0, label="Initial gain", group="network", low=0.01, high=10,
        help="The initial weights (Xavier uniform, Glorot and Bengio 2010) are multiplied by this number. A "
        "larger one lets the first outputs vary more.",
    )  # fmt: skip
    variational: bool = setting(
        False, label="Variational", group="code",
        help="The encoder gives every code unit a mean and a variance, and the decoder is fed a random draw "
        "from that normal distribution (Kingma and Welling 2014). Nearby codes then give similar images.",
    )  # fmt: skip
    beta: float = setting(
        1.0, label="Beta", group="code", low=0, high=1000, effect="live", when=lambda spec: spec.variational,
        help="Weight of the KL divergence of the codes from the standard normal distribution. A larger one "
        "gives a smoother latent space and blurrier images; with too large a one the code carries nothing.",
    )  # fmt: skip
    kl_reduction: str = setting(
        "sum", label="KL reduction", group="code", choices=REDUCTIONS, when=lambda spec: spec.variational,
        help="Whether the KL is added over the units of a code, as in the theory, or averaged, as in the "
        "slides. Averaging is the same as dividing beta by the code size.",
    )  # fmt: skip
    kl_warmup: int = setting(
        0, label="KL warm-up", unit="epochs", group="code", low=0, high=10_000_000, effect="live",
        when=lambda spec: spec.variational,
        help="The KL weight rises evenly from 0 to beta over this many epochs (Sonderby et al. 2016).",
    )  # fmt: skip
    free_bits: float = setting(
        0.0, label="Free bits", unit="nats per unit", group="code", low=0, high=100, effect="live",
        when=lambda spec: spec.variational,
        help="KL below this value per unit is not penalised (Kingma et al. 2016).",
    )  # fmt: skip
    sparsity: str = setting(
        "none", label="Sparsity", group="code", choices=SPARSITIES,
        help="A penalty on the activity of units, so that few units are active for any one image.",
    )  # fmt: skip
    sparse_units: str = setting(
        "code", label="Sparse units", group="code", choices=SPARSE_UNITS,
        when=lambda spec: spec.sparsity != "none", help="The units whose activity is penalised.",
    )  # fmt: skip
    sparsity_weight: float = setting(
        0.1, label="Sparsity weight", group="code", low=0, high=1e6, effect="live",
        when=lambda spec: spec.sparsity != "none", help="The sparsity penalty is multiplied by this number.",
    )  # fmt: skip
    sparsity_rate: float = setting(
        0.05, label="Target rate", group="code", low=0.001, high=0.999, effect="live",
        when=lambda spec: spec.sparsity == "kl",
        help="The mean activity that every unit should have, from 0 to 1 (Ng 2011).",
    )  # fmt: skip
    contraction: float = setting(
        0.0, label="Contraction", group="code", low=0, high=1e6, effect="live",
        help="Weight of the squared derivatives of the code with respect to the pixels, added over all of "
        "them: a contractive autoencoder (Rifai et al. 2011). A small change of an image then hardly moves "
        "its code.",
    )  # fmt: skip
    penalty: str = setting(
        "none", label="Code penalty", group="code", choices=PENALTIES,
        help="A penalty on the distribution of a batch's codes. With MMD they come to lie like draws of the "
        "standard normal distribution, without the noise of a variational code.",
    )  # fmt: skip
    penalty_weight: float = setting(
        10.0, label="Penalty weight", group="code", low=0, high=1e6, effect="live",
        when=lambda spec: spec.penalty != "none",
        help="The penalty on the codes is multiplied by this number.",
    )  # fmt: skip
    noise: str = setting(
        "none", label="Noise", group="noise", choices=NOISES, effect="live",
        help="How images are corrupted before the network is fed them, anew at every epoch. The network "
        "learns to undo it: a denoising autoencoder.",
    )  # fmt: skip
    noise_level: float = setting(
        0.0, label="Noise level", group="noise", low=0, high=1, effect="live",
        when=lambda spec: spec.noise != "none",
        help="How strong the noise is, from 0 to 1. The noise says what the number means: a probability, a "
        "share of the pixels or a standard deviation.",
    )  # fmt: skip
    loss: str = setting(
        "bce", label="Loss", group="training", choices=LOSSES,
        help="How the output is compared with the image that it should be.",
    )  # fmt: skip
    reduction: str = setting(
        "sum", label="Reduction", group="training", choices=REDUCTIONS,
        help="Whether the loss of an image is the sum over its pixels or the mean.",
    )  # fmt: skip
    focus: float = setting(
        0.0, label="Focus", group="training", low=0, high=2, effect="live",
        help="The loss of every image is weighted by (its loss / the mean loss) to this power. At 0 all "
        "images count alike; at 0.5 the images with the largest loss count more.",
    )  # fmt: skip
    optimizer: str = setting(
        "adam", label="Optimizer", group="training", choices=OPTIMIZERS,
        help="The rule that turns gradients into changes of the weights.",
    )  # fmt: skip
    learning_rate: float = setting(
        0.01, label="Learning rate", group="training", low=1e-7, high=10, effect="live",
        help="The size of a step. With too small a one the network learns slowly; with too large a one the "
        "loss jumps or diverges.",
    )  # fmt: skip
    schedule: str = setting(
        "constant", label="Schedule", group="training", choices=SCHEDULES, effect="live",
        help="How the learning rate changes over the epochs.",
    )  # fmt: skip
    momentum: float = setting(
        0.9, label="Momentum", group="training", low=0, high=0.9999, effect="live",
        when=lambda spec: "momentum" in OPTIMIZERS[spec.optimizer].uses,
        help="The share of earlier gradients kept at every step: the momentum of SGD, beta 1 of Adam.",
    )  # fmt: skip
    beta2: float = setting(
        0.999, label="Beta 2", group="training", low=0, high=0.99999, effect="live",
        when=lambda spec: "beta2" in OPTIMIZERS[spec.optimizer].uses,
        help="The share of earlier squared gradients kept at every step: beta 2 of Adam, alpha of RMSprop.",
    )  # fmt: skip
    weight_decay: float = setting(
        0.0, label="Weight decay", group="training", low=0, high=1, effect="live",
        when=lambda spec: "weight_decay" in OPTIMIZERS[spec.optimizer].uses,
        help="Every step multiplies the weights by 1 minus this number times the learning rate.",
    )  # fmt: skip
    batch_size: int = setting(
        0, label="Batch size", unit="images", group="training", low=0, high=1_000_000,
        help="Images per step. 0: the whole data set at once; 1: one image at a time, as in the slides.",
    )  # fmt: skip
    shuffle: bool = setting(
        True, label="Shuffle", group="training", when=lambda spec: spec.batch_size > 0,
        help="Whether the images are put in a new random order at every epoch.",
    )  # fmt: skip
    epochs: int = setting(
        5000, label="Epochs", group="training", low=1, high=10_000_000, effect="live",
        help="How many times the network is trained on the whole data set.",
    )  # fmt: skip
    patience: int = setting(
        0, label="Stop when perfect", unit="epochs", group="training", low=0, high=10_000_000, effect="live",
        help="Training stops once no pixel has been wrong for this many epochs. 0: it never stops early.",
    )  # fmt: skip
    device: str = setting(
        "auto", label="Device", group="training", choices=DEVICES,
        help="Where the run is computed. The same seed gives the same random numbers on every device; "
        "results may differ in the last digits.",
    )  # fmt: skip
    seed: int = setting(
        0, label="Seed", group="training", low=0, high=SEED_LIMIT,
        help="The random generators start from this number. The same seed gives exactly the same run.",
    )  # fmt: skip
    replicas: int = setting(
        1, label="Networks at once", group="training", low=1, high=65_536,
        help="How many independent networks are trained side by side, from the seeds seed, seed + 1, ... "
        "The window shows the one that is ahead.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        for spec_field in fields(self):
            value = coerce(spec_field, getattr(self, spec_field.name))
            check(spec_field, value)
            object.__setattr__(self, spec_field.name, value)
        if len(self.hidden) > MAX_LAYERS:
            raise SpecError(
                "hidden", "at most {most} layers, not {count}", most=MAX_LAYERS, count=len(self.hidden)
            )
        if self.loss == "bce" and self.output != "sigmoid":
            raise SpecError("loss", "cross-entropy needs the sigmoid output; choose a squared error for tanh")
        try:
            check_name(self.dataset)
        except LibraryError as error:
            raise SpecError("dataset", error.template, **error.values) from error
        if self.variational and self.code_activation != "identity":
            raise SpecError("code_activation", "a variational code is a normal distribution; choose identity")
        if self.variational and self.penalty != "none":
            raise SpecError(
                "penalty",
                "a variational network has the KL for this; choose no code penalty, or untick Variational",
            )
        if self.sparsity != "none" and self.sparse_units == "hidden" and not self.hidden:
            raise SpecError("sparse_units", "there is no hidden layer; choose the code")
        if self.sparsity == "kl" and self.sparse_activation != "sigmoid":
            raise SpecError(
                "sparsity", "a target rate needs units from 0 to 1; choose sigmoid as their activation, or L1"
            )

    @property
    def noisy(self) -> bool:
        """Whether the network is fed anything but the images themselves."""
        return self.noise != "none" and self.noise_level > 0

    @property
    def sparse(self) -> bool:
        """Whether activity is penalised."""
        return self.sparsity != "none" and self.sparsity_weight > 0

    @property
    def penalised(self) -> bool:
        """Whether the distribution of the codes is penalised."""
        return self.penalty != "none" and self.penalty_weight > 0

    @property
    def has_prior(self) -> bool:
        """Whether training makes codes look like draws of the standard normal prior."""
        return self.variational or (self.penalised and PENALTIES[self.penalty].prior)

    @property
    def sparse_activation(self) -> str:
        """The activation of the units that sparsity is about."""
        return self.code_activation if self.sparse_units == "code" else self.activation

    def beta_share(self, epoch: int) -> float:
        """The share of beta that is the KL weight after `epoch` epochs: from 0 to 1 over the warm-up."""
        return min(1.0, epoch / self.kl_warmup) if self.kl_warmup else 1.0

    def to_json(self) -> str:
        """The spec as one JSON object, every field by name."""
        return json.dumps(asdict(self))

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Spec":
        """The spec with these fields, the others at their defaults.

        Raises
        ------
        SpecError : an unknown field or a value out of range.
        """
        return edit(cls(), values)

    @classmethod
    def from_json(cls, text: str) -> "Spec":
        """The inverse of `to_json`; `SpecError` on anything else."""
        try:
            values = json.loads(text)
        except ValueError as error:
            raise SpecError("spec", "is not JSON: {error}", error=error) from error
        if not isinstance(values, dict):
            raise SpecError("spec", "must be a JSON object of fields and values")
        return cls.from_dict(values)


FIELDS: dict[str, Field[Any]] = {spec_field.name: spec_field for spec_field in fields(Spec)}
"""The fields of `Spec` by name, with their metadata."""


GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
"""A whole number with its thousands marked."""

JOINED = re.compile(r"(?<=\d)(-| - )(?=\d)")
"""What stands between the widths of layers besides a comma: 400-300-200, as slides and papers have them."""


def no_field(name: str) -> SpecError:
    """The error for a field that a run does not have."""
    unknown = UnknownName("field", name, tuple(FIELDS))
    return SpecError(name, unknown.template, **unknown.values)


def edit(spec: Spec, values: dict[str, Any]) -> Spec:
    """`spec` with some fields replaced.

    Raises
    ------
    SpecError : naming the field, for an unknown name or a value that it cannot take.
    """
    for name in values:
        if name not in FIELDS:
            raise no_field(name)
    return replace(spec, **values)


def parse_value(name: str, text: str) -> Any:
    """What a person typed for field `name`, as the field's type: `"64, 32"` -> `(64, 32)`.

    A whole number may have its thousands marked, as limits are said: 10,000. Widths may be joined as on
    slides: 400-300-200.

    Raises
    ------
    SpecError : an unknown field, no text where there has to be some, or text that is not of its type.
    """
    if name not in FIELDS:
        raise no_field(name)
    kind: type[Any] = type(FIELDS[name].default)
    text = text.strip()
    if not text and kind in EMPTY_WORDS:
        raise refuse_empty(FIELDS[name])
    try:
        if kind is tuple:
            widths = JOINED.sub(",", text.strip("[]()"))
            return tuple(int(part) for part in widths.split(",") if part.strip())
        if kind is bool:
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
                text.lower()
            ]
        if kind is int and GROUPED.fullmatch(text):
            return int(text.replace(",", ""))
        return kind(text)
    except (ValueError, KeyError) as error:
        raise refuse_type(name, kind, text) from error


def changed(old: Spec, new: Spec) -> frozenset[str]:
    """The names of the fields in which two specs differ."""
    return frozenset(name for name in FIELDS if getattr(old, name) != getattr(new, name))


def plays_a_part(spec: Spec, name: str) -> bool:
    """Whether field `name` has any effect on a run of `spec`."""
    when = FIELDS[name].metadata["when"]
    return when is None or bool(when(spec))


def needs_rebuild(old: Spec, new: Spec) -> bool:
    """Whether a run of `old` must start anew to become one of `new`."""
    return any(FIELDS[name].metadata["effect"] == "rebuild" for name in changed(old, new))
