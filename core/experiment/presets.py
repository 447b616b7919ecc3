"""The slides' experiments and our better ones, by name."""

from dataclasses import dataclass, replace

from core.base.registry import UnknownName
from core.experiment.spec import Spec


@dataclass(frozen=True, slots=True)
class Preset:
    """A named spec with the one sentence that says what it teaches.

    Attributes
    ----------
    label, lesson : in English; the catalogue has them in other languages.
    """

    name: str
    label: str
    lesson: str
    spec: Spec


_SLIDES_FONT = Spec(
    activation="sigmoid", output="tanh", loss="half-squared-error",
    optimizer="adam", learning_rate=0.01, batch_size=1, shuffle=False,
)  # fmt: skip
_SLIDES_EMOJIS = Spec(
    dataset="emojis-20", activation="relu", variational=True, beta=1, kl_reduction="mean",
    loss="half-squared-error", optimizer="adam", learning_rate=0.01, batch_size=1, shuffle=False,
    epochs=3000,
)  # fmt: skip

_PRESETS = (
    Preset(
        "font-autoencoder",
        "Font autoencoder",
        "All 32 characters through two numbers, without a wrong pixel: cross-entropy and sine units do "
        "what the slides' setting could not.",
        Spec(
            hidden=(10,), latent=2, activation="sine", loss="bce", gain=1.25, focus=0.5,
            optimizer="adam", learning_rate=0.015, beta2=0.9, schedule="cosine", epochs=10_000,
        ),
    ),
    Preset(
        "font-autoencoder-slides",
        "Font autoencoder (slides)",
        "The slides' setting: squared error, one character at a time. Some characters never come out right.",
        replace(_SLIDES_FONT, hidden=(10,), latent=2, epochs=5000),
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
        replace(
            _SLIDES_FONT, hidden=(15,), latent=2, code_activation="sigmoid", epochs=3000,
            noise="salt-and-pepper-count", noise_level=0.1,
        ),
    ),
    Preset(
        "font-deep",
        "Deep font autoencoder",
        "Three hidden layers of ordinary tanh units keep all 32 characters apart, where one layer of ten "
        "keeps some 22.",
        Spec(
            hidden=(32, 16, 8), latent=2, activation="tanh", loss="bce",
            optimizer="adam", learning_rate=0.01, schedule="cosine", epochs=5000,
        ),
    ),
    Preset(
        "font-sparse",
        "Sparse font autoencoder",
        "64 code units for 35 pixels, yet nothing is copied: drawn towards a mean activity of 5 %, each "
        "unit becomes a stroke that few characters have.",
        Spec(
            hidden=(), latent=64, code_activation="sigmoid", loss="bce",
            sparsity="kl", sparsity_weight=0.3, sparsity_rate=0.05,
            optimizer="adam", learning_rate=0.01, schedule="cosine", epochs=3000,
        ),
    ),
    Preset(
        "font-contractive",
        "Contractive font autoencoder",
        "A penalty on the derivatives of the code: one pixel more or less hardly moves the code, and all 32 "
        "characters still come back.",
        Spec(
            hidden=(32,), latent=8, activation="tanh", loss="bce", contraction=0.1,
            optimizer="adam", learning_rate=0.01, schedule="cosine", epochs=3000,
        ),
    ),
    Preset(
        "font-vae",
        "Variational font autoencoder",
        "Every code is a small cloud, so the gaps between characters fill with characters in between: the "
        "conquest of latent space.",
        Spec(
            hidden=(64, 32), latent=2, activation="silu", loss="bce",
            variational=True, beta=1, kl_warmup=2500,
            optimizer="adam", learning_rate=0.01, schedule="cosine", epochs=4000,
        ),
    ),
    Preset(
        "font-wae",
        "Wasserstein font autoencoder",
        "The codes have no noise: training compares their distribution, as a whole, with the normal "
        "distribution. Every character comes back, and random codes still give letters.",
        Spec(
            hidden=(64, 32), latent=2, activation="silu", loss="bce",
            penalty="mmd", penalty_weight=1000,
            optimizer="adam", learning_rate=0.03, schedule="cosine", epochs=4000,
        ),
    ),
    Preset(
        "emoji-vae",
        "Emoji VAE",
        "97 faces through 20 numbers: cross-entropy summed over the pixels, a small beta, and a KL that "
        "comes in slowly keep the code alive.",
        Spec(
            dataset="emojis", hidden=(300, 200, 100), latent=20, activation="silu", loss="bce",
            variational=True, beta=0.1, kl_warmup=2000,
            optimizer="adam", learning_rate=0.002, schedule="cosine", epochs=3000,
        ),
    ),
    Preset(
        "emoji-vae-slides-1",
        "Emoji VAE, attempt 1 (slides)",
        "All outputs are the same face: the rate of 0.01 kills the ReLU units, the code tells nothing, and "
        "the mean image is the best that is left.",
        replace(_SLIDES_EMOJIS, hidden=(50,), latent=10),
    ),
    Preset(
        "emoji-vae-slides-2",
        "Emoji VAE, attempt 2 (slides)",
        "A code of two numbers, and the same collapse: it was the rate, not the size of the latent space.",
        replace(_SLIDES_EMOJIS, hidden=(258, 126), latent=2),
    ),
    Preset(
        "emoji-vae-slides-3",
        "Emoji VAE, attempt 3 (slides)",
        "A rate of 0.001 and 55 faces: now it works.",
        replace(
            _SLIDES_EMOJIS, dataset="emojis-55", hidden=(300, 200), latent=20, learning_rate=0.001,
            epochs=1000,
        ),
    ),
    Preset(
        "digits-vae",
        "Digits VAE",
        "1,797 handwritten digits on a plane: nobody told the network which is which, yet equal digits lie "
        "together.",
        Spec(
            dataset="digits", hidden=(128, 64), latent=2, activation="silu", loss="bce",
            variational=True, beta=0.3, kl_warmup=20, batch_size=128,
            optimizer="adam", learning_rate=0.005, schedule="cosine", epochs=100,
        ),
    ),
    Preset(
        "digits-denoiser",
        "Digits denoiser",
        "30 % of the pixels are lost to salt and pepper, and handwriting is still found below.",
        Spec(
            dataset="digits", hidden=(256,), latent=64, activation="silu", loss="bce", batch_size=128,
            optimizer="adam", learning_rate=0.005, schedule="cosine", epochs=150,
            noise="salt-and-pepper", noise_level=0.3,
        ),
    ),
)  # fmt: skip

_BY_NAME = {named.name: named for named in _PRESETS}


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
        raise UnknownName("preset", name, tuple(_BY_NAME))
    return _BY_NAME[name].spec
