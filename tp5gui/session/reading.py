"""What is read from a run as it was at one epoch: what the window shows, and answers. No Qt.

All of it is done in the reading thread, on weights of its own, while the run trains on. This module brings
torch.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.datasets import Dataset
from core.experiment.spec import Spec
from core.measure.denoising import ceiling
from core.measure.evaluation import Unsound
from core.measure.latent import PATHS, Plane, grid, places, plane_of, prior_draws, turned
from core.measure.looking import pulled_codes
from core.measure.metrics import Numbers
from core.measure.rules import evenly
from core.measure.similarity import Likeness, nearest
from core.nn.device import Threads
from core.train.about import About
from core.train.moments import best_epochs
from core.train.snapshot import EVALUATED, snapshot_of
from core.train.still import Still
from tp5gui.session.drawn import Drawn
from tp5gui.session.insight import Insight
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
    Visit,
    Walk,
    WalkAnswer,
)

KNOWN = 4096  # images of a set that the best possible denoiser of the drawing knows, at most
MOST_BESIDE = 120  # items whose neighbours are decoded at every frame


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A run as the training thread hands it over to be read.

    Attributes
    ----------
    reading : reads it.
    still : the run at its epoch, with weights of its own.
    phase, turn : what the training thread does, and how often this has changed.
    rate, marks : epochs a second, and the live changes so far.
    at_once : whether it is shown whatever was shown before; else when that is due.
    visit : the look at the past that it is, if it is one.
    about : what is said of the run.
    strand : as in `Frame`.
    """

    reading: "Reading"
    still: Still
    phase: Phase
    turn: int
    rate: float
    marks: tuple[Mark, ...]
    at_once: bool
    visit: Visit | None = None
    about: About = field(default_factory=About)
    strand: int = 0

    @property
    def where(self) -> tuple[int, int, int]:
        """The version of the run, the epoch that is looked at, and the epoch of the run now."""
        epoch = self.still.epoch
        return self.reading.version, epoch, epoch if self.visit is None else self.visit.now

    def after(self, older: "Shot") -> "Shot":
        """What is left of two shots where the older one was not read: this one, at once where either is."""
        at_once = self.at_once or (older.at_once and older.reading is self.reading)
        return replace(self, at_once=at_once)


class Reading:
    """Reads the shots of one run.

    Parameters
    ----------
    version, dataset, device, threads : of the run.
    plane : the plane on which its codes were last drawn, if they were.

    Attributes
    ----------
    plane : the same by now; may be read in any thread.
    """

    def __init__(
        self, version: int, dataset: Dataset, device: str, threads: int, plane: Plane | None
    ) -> None:
        self.version, self.plane = version, plane
        self._dataset, self._device, self._threads = dataset, device, threads
        known = dataset.images[evenly(dataset.count, KNOWN)]
        self._clean = torch.from_numpy(known.copy()).flatten(1)  # (n, D)
        self._drawn: tuple[object, Drawn] | None = None  # a drawing and its noise, and what is known of it
        self._insight = Insight(dataset.images)
        self._still: Still | None = None  # what is read now
        self._leader = 0  # the replica that is read, and that the plane belongs to
        self._axes = 0  # rises where those of the plane are others than before
        self._ceiling: tuple[tuple[str, float], Numbers | None] | None = None  # a noise, its best possible

    def frame(self, shot: Shot, questions: Questions) -> Frame:
        """Everything that the window shows of the run.

        Raises
        ------
        Unsound : the loss is not finite.
        """
        still = shot.still
        self._follow(shot)
        self._insight.renew()
        with Threads(self._threads):
            snapshot = snapshot_of(still, self._leader)
        # what is past is drawn on the plane of now, so that the way of a code is a line
        plane = self._lay(snapshot.codes) if shot.visit is None else self._on_plane()
        return Frame(
            version=self.version,
            spec=still.fields.spec,
            dataset=self._dataset,
            snapshot=snapshot,
            points=places(plane, snapshot.codes),
            clouds=None if snapshot.spread is None else plane.clouds(snapshot.spread),
            prior=plane.prior() if still.fields.spec.has_prior else None,
            rate=shot.rate,
            leader=self._leader,
            device=self._device,
            threads=self._threads,
            ceiling=self._ceiling_of(still.fields.spec),
            phase=shot.phase,
            turn=shot.turn,
            answers=self.answer(shot, questions),
            marks=shot.marks,
            visit=shot.visit,
            moments=still.moments,
            best=best_epochs(still.curves, still.fields.spec, self._dataset),
            about=shot.about,
            strand=shot.strand,
        )

    def answer(self, shot: Shot, questions: Questions, known: Questions | None = None) -> Answers:
        """Answer what differs from the `known` questions, or everything.

        Raises
        ------
        Unsound : the codes are not finite.
        """
        backdrop = walk = unit = None
        asks_drawing = known is None or _about_answer(known) != _about_answer(questions)
        asks_cursor = known is None or known.cursor != questions.cursor
        self._follow(shot)
        drawing, cursor, _ = self._read(
            questions,
            self._drawing(questions) if asks_drawing else None,
            questions.cursor if asks_cursor else None,
        )
        if questions.inside and (asks_drawing or known is None or known.unit != questions.unit):
            unit = self._insight.report(questions.unit)
        if questions.backdrop is not None and (known is None or known.backdrop != questions.backdrop):
            backdrop = BackdropAnswer(questions.backdrop, self._tiles(questions.backdrop))
        if known is None or known.walk != questions.walk:
            walk = self._walk(shot.still, questions.walk)
        return Answers(
            self.version, questions.ticket, drawing, cursor, backdrop, walk, unit=unit, axes=self._axes
        )

    def glance(self, shot: Shot, questions: Questions) -> Answers:
        """What moves fastest: the images on the plane, and what a hand waits for.

        Not the inside of the network, which takes longer to read than from glance to glance: frames bring it.

        Raises
        ------
        Unsound : the codes are not finite.
        """
        self._follow(shot)
        drawing, cursor, codes = self._read(
            replace(questions, inside=False), self._drawing(questions), questions.cursor, self._inputs
        )
        points = places(self._on_plane(), codes)
        return Answers(self.version, questions.ticket, drawing, cursor, points=points, axes=self._axes)

    def _follow(self, shot: Shot) -> None:
        """Read the weights of a shot, of the replica that is ahead."""
        self._insight.trains = shot.phase is Phase.RUNNING
        if self._still is shot.still:
            return
        leader = shot.still.curves.leader
        if self._still is not None and leader != self._leader:
            self.plane = None  # that of another replica
            self._axes += 1
            self._insight.forget()
        self._still, self._leader, self._model = shot.still, leader, shot.still.model(leader)

    @property
    def _inputs(self) -> Image:
        """The images that the run is looked at with: (n, H, W)."""
        assert self._still is not None
        inputs: Image = self._still.images[self._leader].reshape(-1, *self._dataset.shape).cpu().numpy()
        return inputs

    def _drawing(self, questions: Questions) -> Drawn | None:
        """What is known of the drawing asked about; None without one, or where it is of another shape."""
        drawn, dataset = questions.drawing, self._dataset
        if drawn is None or drawn.shape != dataset.shape:
            return None
        about = _about_drawing(questions)
        if self._drawn is None or self._drawn[0] != about:
            self._drawn = (about, Drawn.of(drawn, questions, dataset, self._clean))
        return self._drawn[1]

    def _read(
        self,
        questions: Questions,
        drawn: Drawn | None,
        cursor: tuple[float, float] | None,
        beside: Image | None = None,
    ) -> tuple[DrawingAnswer | None, CursorAnswer | None, Image]:
        """Answers to a drawing and at a place of the plane, in one pass through each half of the network.

        The images `beside` (n, H, W) are read as well, and the plane is laid through their codes (n, L), the
        last of the three. The questions say what is pulled, and whether the inside is shown.
        """
        model = self._model
        fed = self._dataset.images[:0] if drawn is None else drawn.image[None]
        encoding = model.encoding(fed if beside is None else np.concatenate([fed, beside]))
        codes = encoding[-1][:, : model.latent]
        if not np.isfinite(codes).all():
            raise Unsound
        own, others = np.split(codes, [len(fed)])
        own = pulled_codes(own, dict(questions.pulled))
        if beside is not None:
            self._lay(others)
        plane = self._on_plane()
        asked = plane.codes(np.array([] if cursor is None else [cursor], dtype=np.float32).reshape(-1, 2))
        decoding = model.decoding(np.concatenate([own, asked]))
        outputs = model.pixels(decoding[-1])
        drawing = at_cursor = None
        if drawn is not None:
            x, y = plane.points(own)[0].tolist()
            inside = None
            if questions.inside:
                ways = ([each[:1] for each in way] for way in (encoding, decoding))
                inside = self._insight.look(model, questions, *ways)
            drawing = DrawingAnswer(
                drawn.drawing, drawn.image, outputs[0], drawn.ideal, (x, y), self._like(outputs[0]),
                drawn.like, drawn.compared, self._dataset.count, inside,
            )  # fmt: skip
        if cursor is not None:
            at_cursor = CursorAnswer(cursor, outputs[-1], self._like(outputs[-1]))
        return drawing, at_cursor, others

    def _tiles(self, asked: Backdrop) -> Image:
        points = grid(asked.left, asked.bottom, asked.right, asked.top, asked.rows, asked.columns)
        return self._decoded(points).reshape(asked.rows, asked.columns, *self._dataset.shape)

    def _walk(self, still: Still, walk: Walk | None) -> WalkAnswer:
        model, images = self._model, self._dataset.images
        beyond = isinstance(walk, Between) and max(walk.start, walk.end) >= len(images)
        priorless = isinstance(walk, Draws) and not still.fields.spec.has_prior
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

    def _ceiling_of(self, spec: Spec) -> Numbers | None:
        """The best possible under the run's noise, if known; worked out anew only when the noise changes."""
        noise = (spec.noise, spec.noise_level)
        if not spec.noisy:
            return None
        if self._ceiling is None or self._ceiling[0] != noise:
            counted = min(self._dataset.count, EVALUATED)  # as the curves beside it
            self._ceiling = (noise, ceiling(self._dataset, *noise, counted=counted))
        return self._ceiling[1]

    def _lay(self, codes: Image) -> Plane:
        """Lay the plane through codes (n, L)."""
        before, plane = self.plane, plane_of(codes, self.plane)
        if before is not None and turned(before, plane):
            self._axes += 1
        self.plane = plane
        return plane

    def _on_plane(self) -> Plane:
        if self.plane is None:
            self.plane = plane_of(self._model.encode(self._inputs))
        return self.plane

    def _like(self, image: Image) -> Likeness:
        return nearest(image, self._dataset)


def _about_answer(questions: Questions) -> tuple[object, ...]:
    """What the answer to the drawing depends on."""
    return _about_drawing(questions), questions.inside, questions.pulled


def _about_drawing(questions: Questions) -> tuple[int, str, float, int]:
    """What is fed depends on; the array itself is frozen, so which one it is suffices."""
    return id(questions.drawing), questions.noise, questions.noise_level, questions.noise_seed
