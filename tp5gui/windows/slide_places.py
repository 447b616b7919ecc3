"""Where each slide of the study is answered here: a preset, a study, a panel."""

from dataclasses import dataclass

from core.base.words import say


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide and its place.

    Attributes
    ----------
    title : as the slide has it, in Spanish.
    words : what it says, and what answers it here.
    preset : the experiment to take, "" for none; it waits for the next start.
    study : the ready-made question to choose, "" for none.
    panel : the panel to show.
    walk : the way to explore there, "" for any.
    """

    title: str
    words: str
    panel: str
    preset: str = ""
    study: str = ""
    walk: str = ""


Part = tuple[str, tuple[Slide, ...]]


def parts() -> tuple[Part, ...]:
    """The parts of the study, and the slides of each, in their order."""
    return ("1.a  Autoencoder", _plain()), ("1.b  Denoising Autoencoder", _denoising()), (
        "2  Variational Autoencoder", _variational()
    )  # fmt: skip


def _plain() -> tuple[Slide, ...]:
    return (
        Slide(
            "Problemática",
            say(
                "A network is to learn a set of characters and then make new ones. Draw one, and watch what "
                "becomes of it on its way."
            ),
            "draw",
        ),
        Slide(
            "Resultados (I) - Entrenamiento",
            say(
                "35-10-2-10-35, Adam at 0.01, 5,000 epochs: 28 of 32 characters are recognised. This preset "
                "is that setting."
            ),
            "training", preset="font-autoencoder-slides",
        ),
        Slide(
            "Resultados (I) - Espacio Latente",
            say("Where the 32 characters lie in the two numbers of the code: the map shows it, live."),
            "latent",
        ),
        Slide(
            "Generando un nuevo elemento",
            say("A step of +0.1 away from a code: the panel takes it beside every code."),
            "explore", walk="beside",
        ),
        Slide(
            "Conclusiones (I)",
            say(
                "No parameters were found with which all 32 characters come out right most of the time. "
                "These do it with the same layers."
            ),
            "training", preset="font-autoencoder",
        ),
    )  # fmt: skip


def _denoising() -> tuple[Slide, ...]:
    return (
        Slide(
            "Entrenamiento",
            say("A noisy character goes in, and its answer is compared with the clean one."),
            "training", preset="font-denoiser-slides",
        ),
        Slide(
            "Ruido: Salt & Pepper",
            say("Pixels turn white or black by chance. Choose the noise below your drawing."),
            "draw",
        ),
        Slide(
            "La entrada a través de las épocas",
            say("Every epoch throws the noise anew: see what is fed, beside what goes in."),
            "training", preset="font-denoiser-slides",
        ),
        Slide(
            "Elección de Tasa de Aprendizaje",
            say("Which rate learns best in 3,000 epochs, over 30 runs? The study asks it again."),
            "study", study="learning-rate",
        ),
        Slide(
            "# de Caracteres Correctos Vs. Nivel de Ruido",
            say("How many characters survive which training noise? The study asks it again."),
            "study", study="noise",
        ),
        Slide(
            "Conclusiones (I)",
            say(
                "Beyond 20 % noise characters become others. The study compares every noise with the best "
                "that any method could do."
            ),
            "study", study="noise-surface",
        ),
        Slide(
            "Capacidad de Denoising",
            say("What becomes of single noisy characters, with their setting: draw some and noise them."),
            "draw", preset="font-denoiser-slides",
        ),
        Slide(
            "Conclusiones (II)",
            say(
                "Some mistakes could be mended by other parameters. A code of 32 numbers mends them: it "
                "cleans nearly as well as any method can."
            ),
            "draw", preset="font-denoiser",
        ),
    )  # fmt: skip


def _variational() -> tuple[Slide, ...]:
    return (
        Slide(
            "Emojis",
            say("97 faces of 20x20 grey pixels. This preset learns them all."),
            "training", preset="emoji-vae",
        ),
        Slide(
            "Primer Intento",
            say("20 faces, 400-50-10: all outputs are equal. Train it, and the map says what has collapsed."),
            "latent", preset="emoji-vae-slides-1",
        ),
        Slide(
            "Segundo Intento",
            say("20 faces, 400-258-126-2: is the code too small? It was the rate; see it collapse again."),
            "latent", preset="emoji-vae-slides-2",
        ),
        Slide(
            "Tercer Intento",
            say("55 faces, 400-300-200-20, a rate of 0.001: now it works."),
            "training", preset="emoji-vae-slides-3",
        ),
        Slide(
            "Implementación",
            say("400-300-200-100-20 and back: the panel shows these layers while they read your drawing."),
            "network", preset="emoji-vae",
        ),
        Slide(
            "Loss Function (MSE)",
            say("Reconstruction and KL: the curves show the loss and each of its parts."),
            "training", preset="emoji-vae-slides-3",
        ),
        Slide(
            "Interpolando en el espacio latente",
            say("From one face to another, step by step: choose both ends, and where the walk passes."),
            "explore", preset="emoji-vae", walk="between",
        ),
        Slide(
            "Conclusiones sobre los autoencoders",
            say("A variational autoencoder makes images from random codes: here they are."),
            "explore", preset="font-vae", walk="prior",
        ),
        Slide(
            "Sparse Autoencoder",
            say("Learning features: each of 64 units becomes a stroke that few characters have."),
            "network", preset="font-sparse",
        ),
        Slide(
            "Deep Autoencoder",
            say("More complex representations: three hidden layers keep all characters apart."),
            "network", preset="font-deep",
        ),
        Slide(
            "Contractive Autoencoder",
            say("Less sensitive to its input: one pixel more or less hardly moves the code."),
            "latent", preset="font-contractive",
        ),
        Slide(
            "Conclusiones sobre la implementación",
            say("A code that is too small cannot hold what differs: the study varies its size."),
            "study", study="latent",
        ),
    )  # fmt: skip
