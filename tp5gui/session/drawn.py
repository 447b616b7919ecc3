"""What is known of a drawing before any network sees it. It brings torch."""

from dataclasses import dataclass

import torch

from core.base.generators import Generators
from core.data.datasets import Dataset
from core.data.noise import NOISES, corrupt
from core.measure.denoising import best_possible
from core.measure.rules import evenly
from core.measure.similarity import Likeness, nearest
from tp5gui.session.messages import Image, Questions

COMPARED = 20_000_000  # pixels that the best possible denoiser may compare to answer a drawing: about 0.1 s


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing under noise, and the best possible answer to it.

    Attributes
    ----------
    drawing, image, ideal : (H, W): what was drawn, the same with noise, the best possible answer.
    like : the image of the set that this answer is nearest to.
    compared : images that it was worked out from; not all known ones where all would cost too much.
    """

    drawing: Image
    image: Image
    ideal: Image
    like: Likeness
    compared: int

    @classmethod
    def of(cls, drawing: Image, questions: Questions, dataset: Dataset, known: torch.Tensor) -> "Drawn":
        """A drawing of the shape of a set's images; `known` (n, D) are those from which the best is made."""
        shape, noise, level = dataset.shape, questions.noise, questions.noise_level
        flat = torch.from_numpy(drawing.reshape(1, -1).copy())
        fed = corrupt(noise, flat, level, Generators(questions.noise_seed), shape)
        most = COMPARED // (known.shape[1] * NOISES[noise].cost(level, shape))
        some = known[evenly(len(known), max(1, most))]
        ideal = best_possible(fed, some, noise, level, shape).numpy().reshape(shape)
        return cls(drawing, fed.numpy().reshape(shape), ideal, nearest(ideal, dataset), len(some))
