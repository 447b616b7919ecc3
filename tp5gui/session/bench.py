"""The run on the bench: a trainer, the plane its codes are drawn on, and answers about it. No Qt, one thread.

This module brings torch; the worker imports it in its own thread, after the window is on screen.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.datasets import Dataset
from core.experiment.spec import Spec
from core.measure.denoising import ceiling
from core.measure.latent import PATHS, Plane, grid, places, plane_of, prior_draws
from core.measure.metrics import Numbers
from core.measure.rules import evenly
from core.measure.similarity import Likeness, nearest
from core.nn.device import thread_count
from core.train.runfile import load_run, save_run
from core.train.snapshot import EVALUATED
from core.train.trainer import Trainer
from tp5gui.session.drawn import Drawn
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
        self._drawn: tuple[object, Drawn] | None = None  # a drawing and its noise, and what is known of it
        self._shown = trainer.dataset.images[:0]  # the images of the last frame
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
        self._shown = snapshot.inputs
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
        backdrop = walk = None
        asks_drawing = known is None or _about_drawing(known) != _about_drawing(questions)
        asks_cursor = known is None or known.cursor != questions.cursor
        drawing, cursor, _ = self._read(
            self._drawing(questions) if asks_drawing else None, questions.cursor if asks_cursor else None
        )
        if questions.backdrop is not None and (known is None or known.backdrop != questions.backdrop):
            backdrop = BackdropAnswer(questions.backdrop, self._tiles(questions.backdrop))
        if known is None or known.walk != questions.walk:
            walk = self._walk(questions.walk)
        return Answers(self.version, questions.ticket, drawing, cursor, backdrop, walk)

    def glance(self) -> Answers:
        """What moves fastest: the images of the last frame on the plane, and what a hand waits for.

        Raises
        ------
        Diverged : the codes are not finite; the run is back at its last sound checkpoint.
        """
        questions = self.questions
        drawing, cursor, codes = self._read(self._drawing(questions), questions.cursor, self._shown)
        points = places(self._on_plane(), codes)
        return Answers(self.version, questions.ticket, drawing, cursor, points=points)

    def _drawing(self, questions: Questions) -> Drawn | None:
        """What is known of the drawing asked about; None without one, or where it is of another shape."""
        drawn, dataset = questions.drawing, self.trainer.dataset
        if drawn is None or drawn.shape != dataset.shape:
            return None
        about = _about_drawing(questions)
        if self._drawn is None or self._drawn[0] != about:
            self._drawn = (about, Drawn.of(drawn, questions, dataset, self._clean))
        return self._drawn[1]

    def _read(
        self, drawn: Drawn | None, cursor: tuple[float, float] | None, beside: Image | None = None
    ) -> tuple[DrawingAnswer | None, CursorAnswer | None, Image]:
        """Answers to a drawing and at a place of the plane, in one pass through each half of the network.

        The images `beside` (n, H, W) are read as well, and the plane is laid through their codes (n, L), the
        last of the three.
        """
        fed = self.trainer.dataset.images[:0] if drawn is None else drawn.image[None]
        codes = self._model.encode(fed if beside is None else np.concatenate([fed, beside]))
        if not np.isfinite(codes).all():
            self.trainer.evaluate()  # which finds that the loss is not finite either, and says so
        own, others = np.split(codes, [len(fed)])
        if beside is not None:
            self.trainer.plane = plane_of(others, self.trainer.plane)
        plane = self._on_plane()
        asked = plane.codes(np.array([] if cursor is None else [cursor], dtype=np.float32).reshape(-1, 2))
        outputs = self._model.decode(np.concatenate([own, asked]))
        drawing = at_cursor = None
        if drawn is not None:
            x, y = plane.points(own)[0].tolist()
            drawing = DrawingAnswer(
                drawn.drawing, drawn.image, outputs[0], drawn.ideal, (x, y), self._like(outputs[0]),
                drawn.like, drawn.compared, self.trainer.dataset.count,
            )  # fmt: skip
        if cursor is not None:
            at_cursor = CursorAnswer(cursor, outputs[-1], self._like(outputs[-1]))
        return drawing, at_cursor, others

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
