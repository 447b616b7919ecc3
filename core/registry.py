"""Named tables of choices. The names are the file format: once released, a name keeps its meaning.

A table declares its names, labels and help here, where nothing heavy is imported, so a form or a command
line can list them at once; the rooms that compute (`noise`, `objective`, ...) attach the implementations.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class UnknownName(ValueError):
    """A name that its table does not hold; the message lists the names that it does."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a table: `name` in files and commands, `label` and `help` on screen (English)."""

    name: str
    label: str
    help: str


class Registry(Generic[T]):
    """A table of named choices, each with one implementation of type `T`.

    Parameters
    ----------
    kind : what the table holds, for messages: "noise", "optimizer", ...
    choices : the entries, in the order in which a form lists them.
    """

    def __init__(self, kind: str, *choices: Choice) -> None:
        self.kind = kind
        self._choices = {choice.name: choice for choice in choices}
        self._implementations: dict[str, T] = {}

    def names(self) -> tuple[str, ...]:
        """Every declared name, in form order."""
        return tuple(self._choices)

    def choices(self) -> tuple[Choice, ...]:
        """Every declared choice, in form order."""
        return tuple(self._choices.values())

    def require(self, name: str) -> str:
        """`name` itself if the table declares it.

        Raises
        ------
        UnknownName : naming what the table holds instead.
        """
        if name not in self._choices:
            raise UnknownName(f"unknown {self.kind} {name!r}; known: {', '.join(self._choices)}")
        return name

    def implement(self, name: str) -> Callable[[T], T]:
        """Attach an implementation to a declared name; a second one is a mistake.

        Raises
        ------
        UnknownName : the name was never declared.
        ValueError : it has an implementation already.
        """
        self.require(name)

        def attach(implementation: T) -> T:
            if name in self._implementations:
                raise ValueError(f"{self.kind} {name!r} is implemented twice")
            self._implementations[name] = implementation
            return implementation

        return attach

    def __getitem__(self, name: str) -> T:
        """The implementation of `name`; `UnknownName` if the table does not declare it."""
        return self._implementations[self.require(name)]


ACTIVE = 0.01
"""Nats: a unit of a variational code whose mean KL is above this tells something of the image."""

DEVICES: Registry[Any] = Registry(
    "device",
    Choice("auto", "Automatic", "The processor for small networks, a graphics card where it pays."),
    Choice("cpu", "Processor", "The processor of this machine."),
    Choice("cuda", "CUDA card", "A graphics card by NVIDIA, or by AMD with ROCm."),
    Choice("mps", "Apple GPU", "The graphics part of an Apple chip."),
)

DATASETS: Registry[Any] = Registry(
    "data set",
    Choice(
        "font5x7", "Font 5x7", "The 32 characters of the slides, from ` to DEL, 5 pixels wide and 7 high."
    ),
    Choice("emojis", "Emojis", "97 faces of 20x20 grey pixels, drawn from Noto Color Emoji."),
    Choice("emojis-20", "Emojis, first 20", "As many as the slides' first two attempts had."),
    Choice("emojis-55", "Emojis, first 55", "As many as the slides' third attempt had."),
    Choice("digits", "Digits", "1,797 handwritten digits of 8x8 grey pixels, from UCI."),
)

NOISES: Registry[Any] = Registry(
    "noise",
    Choice("none", "None", "The network is fed the images as they are."),
    Choice(
        "salt-and-pepper",
        "Salt and pepper",
        "Each pixel is hit with this probability; a pixel that is hit becomes black or white evenly.",
    ),
    Choice(
        "salt-and-pepper-count",
        "By count (slides)",
        "As in the slides: this share of the pixels, rounded up, is salted, then as many are peppered; "
        "places are drawn with replacement.",
    ),
    Choice(
        "gaussian",
        "Gaussian",
        "Normal noise of this standard deviation is added to every pixel, and the sum is cut to [0, 1].",
    ),
    Choice("masking", "Masking", "Each pixel is switched off with this probability."),
    Choice("flip", "Pixel flips", "Each pixel is inverted with this probability."),
)

ACTIVATIONS: Registry[Any] = Registry(
    "activation",
    Choice(
        "sine", "Sine", "sin x. Periodic: ten such units separate 32 characters where ten tanh units do not."
    ),
    Choice("tanh", "Tanh", "Squashes to (-1, 1)."),
    Choice("sigmoid", "Sigmoid", "Squashes to (0, 1)."),
    Choice("relu", "ReLU", "max(0, x)."),
    Choice("leaky-relu", "Leaky ReLU", "x above zero, 0.01 x below."),
    Choice("silu", "SiLU", "x times sigmoid x: a smooth ReLU."),
    Choice("gelu", "GELU", "x times the normal distribution function of x: a smooth ReLU."),
    Choice("identity", "Identity", "x itself: a linear layer."),
)

OUTPUTS: Registry[Any] = Registry(
    "output",
    Choice("sigmoid", "Sigmoid (0, 1)", "Pixels are fed and compared as 0 to 1."),
    Choice("tanh", "Tanh (-1, 1)", "As in the slides: pixels are fed and compared as -1 to 1."),
)

LOSSES: Registry[Any] = Registry(
    "loss",
    Choice(
        "bce",
        "Cross-entropy",
        "Binary cross-entropy, the negative log-likelihood of the pixels. It reaches zero wrong pixels.",
    ),
    Choice(
        "squared-error", "Squared error", "(output - target) squared; with the mean over pixels this is MSE."
    ),
    Choice("half-squared-error", "Half squared", "Half of the squared error, as in the slides."),
)

REDUCTIONS: Registry[Any] = Registry(
    "reduction",
    Choice("sum", "Sum", "What an image's parts (pixels, or code units) contribute is added."),
    Choice("mean", "Mean", "What an image's parts (pixels, or code units) contribute is averaged."),
)

SPARSITIES: Registry[Any] = Registry(
    "sparsity",
    Choice("none", "None", "Units may be as active as they like."),
    Choice("l1", "L1", "The sum of the units' absolute activities: most units fall silent for most images."),
    Choice(
        "kl",
        "KL to a rate",
        "The divergence of every unit's mean activity from a target rate; for sigmoid units.",
    ),
)

SPARSE_UNITS: Registry[Any] = Registry(
    "group of units",
    Choice("code", "The code", "The units of the code."),
    Choice("hidden", "Hidden units", "The units of all hidden layers of the encoder."),
)

OPTIMIZERS: Registry[Any] = Registry(
    "optimizer",
    Choice("adam", "Adam", "Steps scaled by running means of the gradient and of its square."),
    Choice("adamw", "AdamW", "Adam with weight decay kept apart from the gradient."),
    Choice("rprop", "Rprop", "Every weight has a step size of its own; only the gradient's sign counts."),
    Choice("sgd", "SGD", "Gradient descent: a step against the gradient, with a memory of earlier steps."),
    Choice("rmsprop", "RMSprop", "Steps divided by a running root mean square of the gradient."),
)

SCHEDULES: Registry[Any] = Registry(
    "schedule",
    Choice("constant", "Constant", "The learning rate stays as it is."),
    Choice("cosine", "Cosine decay", "The learning rate falls to zero along half a cosine over the epochs."),
)
