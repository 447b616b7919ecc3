"""The run on the bench: a trainer, the plane its codes are drawn on, and answers about it. No Qt, one thread.

This module brings torch; the worker imports it in its own thread, after the window is on screen.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.base.generators import Generators
from core.data.datasets import Dataset
from core.data.noise import NOISES, corrupt
from core.experiment.spec import Spec
from core.measure.denoising import best_possible, ceiling
from core.measure.latent import PATHS, Plane, grid, places, plane_of, prior_draws
from core.measure.metrics import Numbers
from core.measure.rules import evenly
from core.measure.similarity import Likeness, nearest
from core.nn.device import thread_count
from core.train.runfile import load_run, save_run
from core.train.snapshot import EVALUATED
from core.train.trainer import Trainer
from tp5gui.session.messages import (
    Answers,
    Backdrop,
    BackdropAnswer,
    Between,
    CursorAnswer,
    DrawingAnswer,
    Draws,
    Frame,
    Image,
    Mark,
    Phase,
    Questions,
    Walk,
    WalkAnswer,
)

KNOWN = 4096  # images of a set that the best possible denoiser of the drawing knows, at most
COMPARED = 20_000_000  # pixels that it may compare to answer a drawing: about 0.1 s
MOST_BESIDE = 120  # items whose neighbours are decoded at every frame


class Bench:
    """One run and the questions that stand about it.

    Parameters
    ----------
    trainer : the run.
    version : its number among the runs of this session.

    Attributes
    ----------
    questions : what the views want to know.
    marks : the live changes of the run so far.
    """

    def __init__(self, trainer: Trainer, version: int) -> None:
        self.trainer = trainer
        self.version = version
        self.questions = Questions()
        self.marks: tuple[Mark, ...] = ()
        known = trainer.dataset.images[evenly(trainer.dataset.count, KNOWN)]
        self._clean = torch.from_numpy(known.copy()).flatten(1)  # (n, D)
        # a drawing and its noise, the best answer to it, and how many images it was worked out from
        self._ideal: tuple[object, Image, int] | None = None
        self._leader, self._model = trainer.leader, trainer.model.of(trainer.leader)
        self._ceiling: tuple[tuple[str, float], Numbers | None] | None = None  # a noise, its best possible
        self._threads = thread_count(trainer.spec, trainer.dataset)
        torch.set_num_threads(self._threads)

    @classmethod
    def build(cls, spec: Spec, version: int, dataset: Dataset | None) -> "Bench":
        """A new run of `spec` at epoch 0, on images of one's own or on those that the spec names."""
        return cls(Trainer(spec, dataset), version)

    @classmethod
    def open(cls, path: str, version: int) -> "Bench":
        """The run in a file; `RunFileError` or `OSError` if it cannot be read."""
        return cls(load_run(path), version)

    def save(self, path: str) -> Path:
        """Write the run; `OSError` if the place cannot be written."""
        return save_run(self.trainer, path)

    def frame(self, phase: Phase, rate: float) -> Frame:
        """Everything that the window shows of the run as it is now."""
        leader = self.trainer.leader
        if leader != self._leader:
            self._leader, self._model, self.trainer.plane = leader, self.trainer.model.of(leader), None
        snapshot = self.trainer.snapshot(leader)
        self.trainer.plane = plane = plane_of(snapshot.codes, self.trainer.plane)
        return Frame(
            version=self.version,
            spec=self.trainer.spec,
            dataset=self.trainer.dataset,
            snapshot=snapshot,
            points=places(plane, snapshot.codes),
            rate=rate,
            leader=leader,
            device=self.trainer.device,
            threads=self._threads,
            ceiling=self._ceiling_now(),
            phase=phase,
            answers=self.answer(self.questions),
            marks=self.marks,
        )

    def answer(self, questions: Questions, known: Questions | None = None) -> Answers:
        """Answer what differs from the `known` questions, or everything."""
        drawing = cursor = backdrop = walk = None
        if known is None or _about_drawing(known) != _about_drawing(questions):
            drawing = self._drawing(questions)
        if questions.cursor is not None and (known is None or known.cursor != questions.cursor):
            cursor = self._cursor(questions.cursor)
        if questions.backdrop is not None and (known is None or known.backdrop != questions.backdrop):
            backdrop = BackdropAnswer(questions.backdrop, self._tiles(questions.backdrop))
        if known is None or known.walk != questions.walk:
            walk = self._walk(questions.walk)
        return Answers(self.version, questions.ticket, drawing, cursor, backdrop, walk)

    def _drawing(self, questions: Questions) -> DrawingAnswer | None:
        drawn = questions.drawing
        if drawn is None or drawn.shape != self.trainer.dataset.shape:
            return None
        flat = torch.from_numpy(drawn.reshape(1, -1).copy())
        fed = corrupt(
            questions.noise, flat, questions.noise_level, Generators(questions.noise_seed), drawn.shape
        )
        image = fed.numpy().reshape(drawn.shape)
        about = _about_drawing(questions)
        if self._ideal is None or self._ideal[0] != about:  # it does not depend on the network
            self._ideal = (about, *self._best(fed, questions.noise, questions.noise_level))
        _, ideal, compared = self._ideal
        code = self._model.encode(image[None])
        output = self._model.decode(code)[0]
        x, y = self._on_plane().points(code)[0]
        return DrawingAnswer(
            drawn, image, output, ideal, (float(x), float(y)), self._like(output), self._like(ideal),
            compared, self.trainer.dataset.count,
        )  # fmt: skip

    def _best(self, fed: torch.Tensor, noise: str, level: float) -> tuple[Image, int]:
        """The best possible answer (H, W) to an image (1, D), and how many images it is worked out from.

        These are not all where all would cost too much.
        """
        shape = self.trainer.dataset.shape
        most = COMPARED // (self._clean.shape[1] * NOISES[noise].cost(level, shape))
        known = self._clean[evenly(len(self._clean), max(1, most))]
        return best_possible(fed, known, noise, level, shape).numpy().reshape(shape), len(known)

    def _cursor(self, cursor: tuple[float, float]) -> CursorAnswer:
        image = self._decoded(np.array([cursor], dtype=np.float32))[0]
        return CursorAnswer(cursor, image, self._like(image))

    def _tiles(self, asked: Backdrop) -> Image:
        points = grid(asked.left, asked.bottom, asked.right, asked.top, asked.rows, asked.columns)
        return self._decoded(points).reshape(asked.rows, asked.columns, *self.trainer.dataset.shape)

    def _walk(self, walk: Walk | None) -> WalkAnswer:
        model, images = self._model, self.trainer.dataset.images
        beyond = isinstance(walk, Between) and max(walk.start, walk.end) >= len(images)
        priorless = isinstance(walk, Draws) and not self.trainer.spec.has_prior
        if walk is None or beyond or priorless:
            return WalkAnswer(walk, images[:0], np.zeros((0, 2), dtype=np.float32))
        if isinstance(walk, Between):
            start, end = model.encode(images[[walk.start, walk.end]])
            codes = PATHS[walk.path](start, end, walk.steps)
        elif isinstance(walk, Draws):
            codes = prior_draws(walk.count, model.latent, walk.seed)
        else:
            codes = model.encode(images[:MOST_BESIDE]) + np.float32(walk.offset)
        return WalkAnswer(walk, model.decode(codes), self._on_plane().points(codes))

    def _decoded(self, points: NDArray[np.float32]) -> Image:
        return self._model.decode(self._on_plane().codes(points))

    def _ceiling_now(self) -> Numbers | None:
        """The best possible under the run's noise, if known; worked out anew only when the noise changes."""
        noise = (self.trainer.spec.noise, self.trainer.spec.noise_level)
        if not self.trainer.spec.noisy:
            return None
        if self._ceiling is None or self._ceiling[0] != noise:
            counted = min(self.trainer.dataset.count, EVALUATED)  # as the curves beside it
            self._ceiling = (noise, ceiling(self.trainer.dataset, *noise, counted=counted))
        return self._ceiling[1]

    def _on_plane(self) -> Plane:
        if self.trainer.plane is None:
            self.trainer.plane = plane_of(self.trainer.snapshot(self._leader).codes)
        return self.trainer.plane

    def _like(self, image: Image) -> Likeness:
        return nearest(image, self.trainer.dataset)


def _about_drawing(questions: Questions) -> tuple[int, str, float, int]:
    """What the answer to the drawing depends on; the array itself is frozen, so which one it is suffices."""
    return id(questions.drawing), questions.noise, questions.noise_level, questions.noise_seed
