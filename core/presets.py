"""The slides' experiments and our better ones, by name."""

from dataclasses import dataclass

from core.registry import UnknownName
from core.spec import Spec


@dataclass(frozen=True, slots=True)
class Preset:
    """A named spec with the one sentence that says what it teaches (English; the window translates)."""

    name: str
    label: str
    lesson: str
    spec: Spec


_PRESETS = (
    Preset(
        "font-autoencoder",
        "Font autoencoder",
        "All 32 characters through two numbers, without a wrong pixel: cross-entropy and sine units do "
        "what the slides' setting could not.",
        Spec(
            hidden=(10,), latent=2, activation="sine", loss="bce", gain=1.5, focus=0.5,
            optimizer="adam", learning_rate=0.02, beta2=0.99, schedule="cosine", epochs=10_000,
        ),
    ),
    Preset(
        "font-autoencoder-slides",
        "Font autoencoder (slides)",
        "The slides' setting: squared error, one character at a time. Some characters never come out right.",
        Spec(
            hidden=(10,), latent=2, activation="sigmoid", output="tanh", loss="half-squared-error",
            optimizer="adam", learning_rate=0.01, batch_size=1, shuffle=False, epochs=5000,
        ),
    ),
    Preset(
        "font-denoiser",
        "Font denoiser",
        "A wide code cleans 30 % salt and pepper nearly as well as any method can.",
        Spec(
            hidden=(128,), latent=32, activation="silu", loss="bce",
            optimizer="adam", learning_rate=0.01, schedule="cosine", epochs=5000,
            noise="salt-and-pepper", noise_level=0.3,
        ),
    ),
    Preset(
        "font-denoiser-slides",
        "Font denoiser (slides)",
        "The slides' denoiser: a code of two numbers is too narrow to clean well.",
        Spec(
            hidden=(15,), latent=2, activation="sigmoid", code_activation="sigmoid", output="tanh",
            loss="half-squared-error", optimizer="adam", learning_rate=0.01, batch_size=1, shuffle=False,
            epochs=3000, noise="salt-and-pepper-count", noise_level=0.1,
        ),
    ),
)  # fmt: skip

_BY_NAME = {each.name: each for each in _PRESETS}


def presets() -> tuple[Preset, ...]:
    """Every preset, in the order in which a menu lists them."""
    return _PRESETS


def preset(name: str) -> Spec:
    """The spec of the preset of that name.

    Raises
    ------
    UnknownName : no preset has this name; the message lists those there are.
    """
    if name not in _BY_NAME:
        raise UnknownName(f"unknown preset {name!r}; known: {', '.join(_BY_NAME)}")
    return _BY_NAME[name].spec
