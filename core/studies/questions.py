"""Ready-made studies: the two of the slides, and what a class asks next."""

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
    label, asks : its name in a menu, and the question it answers (English).
    preset : the experiment from which its runs are made, with what `change` makes different.
    measure : the measure that answers the question.
    runs : of every setting, unless a person asks for another number.
    axes : what varies.
    theirs : the slides' points (value of the first axis, measure), to lay over ours.
    """

    name: str
    label: str
    asks: str
    preset: str
    measure: str
    runs: int
    axes: tuple[Axis, ...]
    theirs: tuple[tuple[float, float], ...] = ()
    change: Callable[[Spec], Spec] = lambda spec: spec

    def study(self, runs: int | None = None, seed: int | None = None) -> Study:
        """The study itself; `runs` of every setting, the first of them with `seed`."""
        base = self.change(preset(self.preset))
        return Study(base if seed is None else replace(base, seed=seed), self.axes, runs or self.runs)


_QUESTIONS = (
    Question(
        "learning-rate", "Learning rate (slides)",
        "Which rate learns best in 3,000 epochs?",
        "font-denoiser-slides", "recognised", 30, (Axis("learning_rate", (0.1, 0.03, 0.01, 0.001)),),
        ((0.1, 0.9), (0.01, 20.9), (0.001, 2.8)),
    ),
    Question(
        "noise", "Training noise (slides)",
        "How many clean characters survive training under which noise?",
        "font-denoiser-slides", "recognised", 30,
        (Axis("noise_level", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)),),
        ((0.0, 20.6), (0.1, 20.5), (0.2, 14.5), (0.3, 8.0), (0.4, 4.6), (0.5, 2.4), (0.6, 2.0), (0.7, 1.3)),
    ),
    Question(
        "noise-surface", "Training noise and test noise",
        "Which training noise cleans which test noise, and how near to the best possible?",
        "font-denoiser", "recognised", 30, (Axis("noise_level", LEVELS), Axis(TEST_NOISE, LEVELS)),
        change=lambda spec: replace(spec, epochs=1500),
    ),
    Question(
        "architecture", "Architecture",
        "How many hidden units, in how many layers, keep 32 characters apart?",
        "font-deep", "recognised", 30,
        (Axis("hidden", ((10,), (15,), (20,), (40,), (10, 10), (20, 10), (32, 16, 8))),),
    ),
    Question(
        "latent", "Code size",
        "How wide must a code be to clean 20 % noise?",
        "font-denoiser", "recognised", 10,
        (Axis("latent", (1, 2, 3, 5, 8, 16, 32)), Axis(TEST_NOISE, (0.2,))),
        change=lambda spec: replace(spec, noise_level=0.2, epochs=1500),
    ),
    Question(
        "activation", "Activation",
        "Which activation lets ten hidden units place 32 characters?",
        "font-autoencoder", "wrong_pixels", 30, (Axis("activation", ACTIVATIONS.names()),),
        change=lambda spec: replace(spec, epochs=3000),
    ),
    Question(
        "optimizer", "Optimizer",
        "Which optimizer gets there in 3,000 epochs?",
        "font-autoencoder", "wrong_pixels", 30, (Axis("optimizer", OPTIMIZERS.names()),),
        change=lambda spec: replace(spec, epochs=3000, learning_rate=0.01),
    ),
    Question(
        "beta", "Beta",
        "What does beta cost in similarity?",
        "emoji-vae", "ssim", 3, (Axis("beta", (4.0, 1.0, 0.3, 0.1, 0.03)),),
        change=lambda spec: replace(spec, epochs=1000, kl_warmup=600),
    ),
    Question(
        "restarts", "Restarts",
        "How often does this setting leave no wrong pixel?",
        "font-autoencoder", "wrong_pixels", 100, (),
    ),
)  # fmt: skip

_BY_NAME = {asked.name: asked for asked in _QUESTIONS}


def questions() -> tuple[Question, ...]:
    """Every ready-made study, in the order in which a menu lists them."""
    return _QUESTIONS


def question(name: str) -> Question:
    """The ready-made study of that name; `UnknownName` lists the names there are."""
    if name not in _BY_NAME:
        raise UnknownName("study", name, tuple(_BY_NAME))
    return _BY_NAME[name]
