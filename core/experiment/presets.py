"""The slides' experiments and our better ones, by name."""

from dataclasses import dataclass, replace

from core.base.registry import UnknownName
from core.experiment.spec import Spec


@dataclass(frozen=True, slots=True)
class Preset:
    """A named spec with the one sentence that says what it teaches.

    Attributes
    ----------
    label, lesson : in English; the window translates them.
    lesson_es : the sentence in Spanish.
    """

    name: str
    label: str
    lesson: str
    lesson_es: str
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
        "Los 32 caracteres a través de dos números, sin un solo píxel equivocado: la entropía cruzada y las "
        "unidades seno logran lo que la configuración de las diapositivas no pudo.",
        Spec(
            hidden=(10,), latent=2, activation="sine", loss="bce", gain=1.25, focus=0.5,
            optimizer="adam", learning_rate=0.015, beta2=0.9, schedule="cosine", epochs=10_000,
        ),
    ),
    Preset(
        "font-autoencoder-slides",
        "Font autoencoder (slides)",
        "The slides' setting: squared error, one character at a time. Some characters never come out right.",
        "La configuración de las diapositivas: error cuadrático, un carácter por vez. Algunos nunca salen "
        "bien.",
        replace(_SLIDES_FONT, hidden=(10,), latent=2, epochs=5000),
    ),
    Preset(
        "font-denoiser",
        "Font denoiser",
        "A wide code cleans 30 % salt and pepper nearly as well as any method can.",
        "Un código ancho limpia un 30 % de sal y pimienta casi tan bien como es posible.",
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
        "El denoiser de las diapositivas: un código de dos números es demasiado angosto para limpiar bien.",
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
        "Tres capas ocultas de unidades tanh comunes distinguen los 32 caracteres, donde una sola capa de "
        "diez distingue unos 22.",
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
        "64 unidades de código para 35 píxeles y, sin embargo, nada se copia: empujadas hacia una "
        "actividad media del 5 %, cada unidad se vuelve un trazo que pocos caracteres tienen.",
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
        "Una penalización a la pendiente del código: un píxel más o menos apenas lo mueve, y los 32 "
        "caracteres se siguen recuperando.",
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
        "Cada código es una pequeña nube, y los huecos entre caracteres se llenan de caracteres intermedios: "
        "la conquista del espacio latente.",
        Spec(
            hidden=(64, 32), latent=2, activation="silu", loss="bce",
            variational=True, beta=1, kl_warmup=2500,
            optimizer="adam", learning_rate=0.01, schedule="cosine", epochs=4000,
        ),
    ),
    Preset(
        "font-wae",
        "Wasserstein font autoencoder",
        "No noise in the code: only all codes together are compared with the normal distribution. Every "
        "character comes back, and random codes still give letters.",
        "El código no lleva ruido: solo el conjunto de todos los códigos se compara con la distribución "
        "normal. Cada carácter se recupera, y los códigos al azar también dan letras.",
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
        "97 caras a través de 20 números: entropía cruzada sumada sobre los píxeles, un beta chico y un KL "
        "que entra de a poco mantienen vivo el código.",
        Spec(
            dataset="emojis", hidden=(300, 200, 100), latent=20, activation="silu", loss="bce",
            variational=True, beta=0.1, kl_warmup=2000,
            optimizer="adam", learning_rate=0.002, schedule="cosine", epochs=3000,
        ),
    ),
    Preset(
        "emoji-vae-slides-1",
        "Emoji VAE, first attempt (slides)",
        "All outputs are the same face: the rate of 0.01 kills the ReLU units, the code tells nothing, and "
        "the mean image is the best that is left.",
        "Todas las salidas son la misma cara: la tasa de 0,01 mata las unidades ReLU, el código no dice nada "
        "y lo mejor que queda es la imagen media.",
        replace(_SLIDES_EMOJIS, hidden=(50,), latent=10),
    ),
    Preset(
        "emoji-vae-slides-2",
        "Emoji VAE, second attempt (slides)",
        "A code of two numbers, and the same collapse: it was the rate, not the size of the latent space.",
        "Un código de dos números y el mismo colapso: era la tasa, no el tamaño del espacio latente.",
        replace(_SLIDES_EMOJIS, hidden=(258, 126), latent=2),
    ),
    Preset(
        "emoji-vae-slides-3",
        "Emoji VAE, third attempt (slides)",
        "A rate of 0.001 and 55 faces: now it works.",
        "Una tasa de 0,001 y 55 caras: ahora sí.",
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
        "1.797 dígitos manuscritos en un plano: nadie le dijo a la red cuál es cuál y, sin embargo, los "
        "iguales quedan juntos.",
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
        "El ruido de sal y pimienta golpea el 30 % de los píxeles y la escritura se recupera igual.",
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
