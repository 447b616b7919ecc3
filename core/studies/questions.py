"""Ready-made studies: the slides' two, and what a class asks next."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.base.registry import UnknownName
from core.choices.activations import ACTIVATIONS
from core.choices.optimizers import OPTIMIZERS
from core.experiment.presets import preset
from core.experiment.spec import Spec
from core.studies.study import TEST_NOISE, Axis, Study

LEVELS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4)


@dataclass(frozen=True, slots=True)
class Question:
    """A study by name.

    Attributes
    ----------
    label, asks, asks_es : what it is called, and the question in English and Spanish.
    preset : what its runs are made from.
    measure : what it looks at first.
    runs : of each setting, unless said otherwise.
    axes : of the spec.
    theirs : the slides' points, setting -> measure, to lay over ours.
    """

    name: str
    label: str
    asks: str
    asks_es: str
    preset: str
    measure: str
    runs: int
    axes: tuple[Axis, ...]
    theirs: tuple[tuple[float, float], ...] = ()
    change: Callable[[Spec], Spec] = lambda spec: spec

    def study(self, runs: int | None = None, seed: int | None = None) -> Study:
        """The study itself, with so many runs of each setting, from this seed on."""
        base = self.change(preset(self.preset))
        return Study(base if seed is None else replace(base, seed=seed), self.axes, runs or self.runs)


_QUESTIONS = (
    Question(
        "learning-rate", "Learning rate (slides)",
        "Which rate learns best in 3,000 epochs?", "¿Qué tasa aprende mejor en 3.000 épocas?",
        "font-denoiser-slides", "recognised", 30, (Axis("learning_rate", (0.1, 0.03, 0.01, 0.001)),),
        ((0.1, 0.9), (0.01, 20.9), (0.001, 2.8)),
    ),
    Question(
        "noise", "Training noise (slides)",
        "How many clean characters survive training under which noise?",
        "¿Cuántos caracteres limpios sobreviven al entrenamiento con cada nivel de ruido?",
        "font-denoiser-slides", "recognised", 30,
        (Axis("noise_level", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)),),
        ((0.0, 20.6), (0.1, 20.5), (0.2, 14.5), (0.3, 8.0), (0.4, 4.6), (0.5, 2.4), (0.6, 2.0), (0.7, 1.3)),
    ),
    Question(
        "noise-surface", "Training noise and test noise",
        "Which training noise cleans which test noise, and how near to the best possible?",
        "¿Qué ruido de entrenamiento limpia qué ruido de prueba, y a qué distancia de lo mejor posible?",
        "font-denoiser", "recognised", 30, (Axis("noise_level", LEVELS), Axis(TEST_NOISE, LEVELS)),
        change=lambda spec: replace(spec, epochs=1500),
    ),
    Question(
        "architecture", "Architecture",
        "How many hidden units, in how many layers, keep 32 characters apart?",
        "¿Cuántas unidades ocultas, en cuántas capas, distinguen 32 caracteres?",
        "font-deep", "recognised", 30,
        (Axis("hidden", ((10,), (15,), (20,), (40,), (10, 10), (20, 10), (32, 16, 8))),),
    ),
    Question(
        "latent", "Code size",
        "How wide must a code be to clean 20 % noise?",
        "¿Qué tan ancho debe ser un código para limpiar un 20 % de ruido?",
        "font-denoiser", "recognised", 10,
        (Axis("latent", (1, 2, 3, 5, 8, 16, 32)), Axis(TEST_NOISE, (0.2,))),
        change=lambda spec: replace(spec, noise_level=0.2, epochs=1500),
    ),
    Question(
        "activation", "Activation",
        "Which activation lets ten hidden units place 32 characters?",
        "¿Qué activación permite a diez unidades ocultas ubicar 32 caracteres?",
        "font-autoencoder", "wrong_pixels", 30, (Axis("activation", ACTIVATIONS.names()),),
        change=lambda spec: replace(spec, epochs=3000),
    ),
    Question(
        "optimizer", "Optimizer",
        "Which optimizer gets there in 3,000 epochs?", "¿Qué optimizador llega en 3.000 épocas?",
        "font-autoencoder", "wrong_pixels", 30, (Axis("optimizer", OPTIMIZERS.names()),),
        change=lambda spec: replace(spec, epochs=3000, learning_rate=0.01),
    ),
    Question(
        "beta", "Beta",
        "What does beta cost in likeness?", "¿Qué cuesta beta en parecido?",
        "emoji-vae", "ssim", 3, (Axis("beta", (4.0, 1.0, 0.3, 0.1, 0.03)),),
        change=lambda spec: replace(spec, epochs=1000, kl_warmup=600),
    ),
    Question(
        "restarts", "Restarts",
        "How often does this setting leave no wrong pixel?",
        "¿Con qué frecuencia esta configuración no deja píxeles mal?",
        "font-autoencoder", "wrong_pixels", 100, (),
    ),
)  # fmt: skip

_BY_NAME = {each.name: each for each in _QUESTIONS}


def questions() -> tuple[Question, ...]:
    """Every ready-made study, in the order in which a menu lists them."""
    return _QUESTIONS


def question(name: str) -> Question:
    """The ready-made study of that name; `UnknownName` lists those there are."""
    if name not in _BY_NAME:
        raise UnknownName("study", name, tuple(_BY_NAME))
    return _BY_NAME[name]
