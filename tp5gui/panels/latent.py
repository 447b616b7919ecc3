"""The latent map: where the network puts the images, and what it decodes between them."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from core.base.words import say
from core.experiment.spec import Spec, needs_rebuild
from tp5gui import theme
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.latent_points import paintable
from tp5gui.icons import icon, looks_otherwise
from tp5gui.panels.code_report import CodeReport
from tp5gui.panels.figure import Figure
from tp5gui.panels.moving import AT_ONCE, Motion, Moving
from tp5gui.panels.pointing import Pointing
from tp5gui.session.messages import Answers, Backdrop, Between, CursorAnswer, Frame, Image
from tp5gui.session.session import Session
from tp5gui.words import as_name, decimal, folded, resembling

if TYPE_CHECKING:  # brings torch
    from tp5gui.session.trails import Trails


class LatentPanel(QWidget):
    """Shows the codes of the images over decoded tiles, and decodes what is under the cursor.

    Attributes
    ----------
    map : the plane of the codes.
    place_words : where on it the cursor is.
    fit : the action that shows all images, for the menu as well.
    code : what the units of the code do.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._moving = session, Moving(session)
        self._version = -1
        self._frame: Frame | None = None
        self._shown_points: NDArray[np.float32] = np.zeros((0, 2), dtype=np.float32)
        self._trails: Trails | None = None
        self._cursor: CursorAnswer | None = None
        self._place = (0.0, 0.0)
        self._wanted = self._place  # where the person put it last
        self._seeks = False  # whether the cursor waits for the code of the drawing, to be moved there
        self._shown = True
        self._to_draw = False  # whether the next answer at the cursor goes to the drawing
        self.map = LatentMap()
        self.map.set_hint(say("The map appears once a network is loaded."))
        self.map.setAccessibleName(say("Latent map"))
        Pointing(self.map, session.picking, self._image_at)
        self.place_words = Figure(say("cursor {x}, {y}", x=decimal(-10.0, 2), y=decimal(-10.0, 2)))
        self.place_words.setObjectName("soft")
        self.place_words.setToolTip(say("Where on the map its cursor is."))
        self.fit = QAction(icon("fit"), say("Show all images"), self)
        self.fit.triggered.connect(self.map.fit)
        button = QToolButton()
        button.setDefaultAction(self.fit)

        self.code = CodeReport()
        below = QHBoxLayout()
        below.addWidget(self.place_words)
        below.addStretch(1)
        below.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        layout.setSpacing(theme.SPACE // 2)
        layout.addWidget(self.map, 1)
        layout.addLayout(below)
        layout.addWidget(self.code)

        self.map.cursor_moved.connect(self._on_cursor_moved)
        self.map.cursor_activated.connect(self._on_cursor_activated)
        self.map.view_changed.connect(self._on_view_changed)
        session.framed.connect(self.on_frame)
        session.answered.connect(self.on_answers)
        session.travelling.trailed.connect(self.on_trailed)

    @property
    def decoded(self) -> CursorAnswer | None:
        """What was last decoded at the cursor, None before anything was."""
        return self._cursor

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        other = self._frame is None or needs_rebuild(self._frame.spec, frame.spec)
        if frame.version != self._version:
            self._version = frame.version
            if not self._shown:
                self.map.set_backdrop(None, QRectF())  # that of another run
            plain = frame.spec.latent <= 2
            names = ("z1", "z2") if plain else tuple(_direction(nth, frame.spec.latent) for nth in (1, 2))
            self.map.set_axis_names(names[0], "" if frame.spec.latent == 1 else names[1])
        before, self._frame = self._frame, frame
        if before is None or before.spec != frame.spec:
            self.map.setToolTip(self._explained(frame.spec))
        motion = self._moving.to_frame(frame)
        self.map.set_held(frame.visit is not None)
        self.map.set_prior(frame.prior, say("where draws come from (2 standard deviations)"))
        self._show_points(frame.points, motion)
        self._show_trails()
        if before is None or before.version != frame.version:
            self.map.fit()
            self._seat_cursor(other=other)
        self.code.show_frame(frame, glides=motion.others)
        self._on_view_changed()
        self._show_answers(frame.answers, motion)

    def go_on_from(self, before: "LatentPanel") -> None:
        """Show the part of the map that another panel showed, with the cursor and the trails there."""
        self.map.look_as(before.map)
        self._wanted, self._seeks = before._wanted, before._seeks
        self._put_cursor(*before._place)
        self.on_trailed(before._trails)

    @Slot(object)
    def on_trailed(self, trails: "Trails | None") -> None:
        """Show the ways of the codes up to the moment that is shown; none where one no longer looks back."""
        self._trails = trails
        self._show_trails()

    def _show_trails(self) -> None:
        trails, frame = self._trails, self._frame
        if trails is None or frame is None or frame.visit is None or frame.version != trails.version:
            self.map.set_trails(None, 0)
        else:
            upto = int(np.searchsorted(trails.epochs, frame.snapshot.epoch, side="right")) - 1
            self.map.set_trails(trails.paths, max(0, upto))

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        motion = self._moving.to_answers(answers)
        if answers.points is not None:
            self._show_points(answers.points, motion)
        self._show_answers(answers, motion)

    def _seat_cursor(self, *, other: bool) -> None:
        """Put the cursor into the latent space of a new run.

        In the same space again it stays. In an `other` one it is where the person put it last, if codes lie
        around there; if not, it is moved to the code of the drawing, for the place means nothing there.
        """
        place = self._wanted if other else self._place
        self._seeks = other and len(self.map.points) > 0 and not self.map.covers(*place)
        self._put_cursor(*place)

    def _seat_by_drawing(self, answers: Answers) -> None:
        """Put a cursor without a place on the code of the drawing; amid the codes, where that is far off."""
        drawn = answers.drawing
        if not self._seeks or drawn is None or not len(self.map.points):
            return
        if not np.array_equal(drawn.drawing, self._session.drawing.image):
            return
        self._seeks = False
        low, high = self.map.points.min(0), self.map.points.max(0)
        x, y = drawn.point if self.map.covers(*drawn.point) else ((low + high) / 2).tolist()
        self._put_cursor(x, y)

    def _put_cursor(self, x: float, y: float) -> None:
        self._place = (x, y)
        self.map.set_cursor(x, y)
        self._session.asking.move_cursor(x, y)
        self._say()

    def _show_points(self, points: NDArray[np.float32], motion: Motion) -> None:
        """Show the images of the last frame at these points (n, 2)."""
        assert self._frame is not None  # answers are of its run
        shot, self._shown_points = self._frame.snapshot, points
        if len(points) and not paintable(points).any():
            self.map.set_hint(say("The codes of this run are too large for any map."))
        self.map.set_points(
            points, shot.inputs, shot.labels, clouds=self._frame.clouds, glides=motion.places
        )  # fmt: skip

    def _image_at(self, place: QPointF | None) -> tuple[Image, str] | None:
        """The image of the set at a place of the map, or at its cursor, with its label."""
        if place is None:
            cursor = self.map.cursor_point
            place = self.map.to_widget(cursor.x(), cursor.y())
        index = self.map.point_at(place)
        if index < 0 or self._frame is None:
            return None
        shown = np.flatnonzero(paintable(self._shown_points))[index]  # the map leaves the others out
        return self._frame.snapshot.inputs[shown], self._frame.snapshot.labels[shown]

    def _show_answers(self, answers: Answers, motion: Motion) -> None:
        if answers.drawing is not None:
            self.map.set_drawing_point(*answers.drawing.point, glides=motion.places)
            self._seat_by_drawing(answers)
        if answers.cursor is not None:
            stays = self._cursor is not None and self._cursor.place == answers.cursor.place
            self._cursor = answers.cursor
            self.map.set_cursor_image(
                answers.cursor.image,
                resembling(answers.cursor.like),
                glides=(motion if stays else AT_ONCE).others,
            )
            self._draw_if_known()
            self._say()
        if answers.walk is not None:
            self.map.set_walk(
                answers.walk.points, joined=isinstance(answers.walk.asked, Between), glides=motion.others
            )
        if answers.backdrop is not None and self._shown:
            asked = answers.backdrop.asked
            bounds = QRectF(asked.left, asked.bottom, asked.right - asked.left, asked.top - asked.bottom)
            self.map.set_backdrop(answers.backdrop.tiles, bounds, glides=motion.others)

    def changeEvent(self, event: QEvent) -> None:
        if looks_otherwise(event):
            self.fit.setIcon(icon("fit"))
        super().changeEvent(event)

    def _on_cursor_moved(self, x: float, y: float) -> None:
        self._place = self._wanted = (x, y)
        self._seeks = False
        self._session.asking.move_cursor(x, y)
        self._say()

    def _on_cursor_activated(self, x: float, y: float) -> None:
        self._to_draw = True
        self._draw_if_known()

    def _draw_if_known(self) -> None:
        """Draw the image at the cursor as soon as the answer for this very place has come."""
        if self._to_draw and self._cursor is not None and self._cursor.place == self._place:
            self._to_draw = False
            self._session.draw(self._cursor.image, lambda: say("Draw from the map"))

    @Slot(bool)
    def set_shown(self, shown: bool) -> None:
        """Ask for the tiles behind the map only while it is in sight."""
        self._shown = shown
        if shown:
            self._on_view_changed()
        else:
            self._session.asking.ask_backdrop(None)

    def _on_view_changed(self) -> None:
        rows, columns, bounds = self.map.backdrop_grid()
        if rows and columns and self._shown:
            left, bottom = bounds.left(), bounds.top()  # Qt calls the smallest y the top
            asked = Backdrop(left, bottom, left + bounds.width(), bottom + bounds.height(), rows, columns)
            self._session.asking.ask_backdrop(asked)

    def _explained(self, spec: Spec) -> str:
        sentences = [
            say("Where the network puts each image. Behind: what it would decode around these places."),
            say("Small dots: images without room. Zoom in to see them, or point at one for its name."),
            say("Diamond: the code of your drawing. Ring: the cursor, with the image decoded there."),
            say("Drag the cursor, or move it with the arrow keys; a double click or Enter draws its image."),
            say("The wheel zooms, the right button moves the map, F shows all images, C brings the cursor."),
        ]
        if spec.latent == 1:
            sentences.insert(
                0, say("A code of one number: only the place across counts. The height keeps images apart.")
            )
        if spec.latent > 2:
            slice_words = say(
                "A flat slice through {count} numbers, along the two directions in which codes differ most.",
                count=spec.latent,
            )
            sentences.insert(0, slice_words)
        if spec.variational:
            sentences.append(
                say("Ellipses: the clouds that codes are drawn from, one standard deviation around each.")
            )
        if spec.has_prior and spec.latent == 1:
            sentences.append(say("Dashed lines: 95 of 100 draws from the prior fall between them."))
        elif spec.has_prior:
            sentences.append(say("Dashed circle: 86 of 100 draws from the prior fall inside."))
        return folded(*sentences)

    def _say(self) -> None:
        x, y = self._place
        self.place_words.setText(say("cursor {x}, {y}", x=decimal(x, 2), y=decimal(y, 2)))
        self.map.telling.show(self._told, x, y, self.map.caption)

    def _told(self) -> str:
        """Where the cursor is, what is decoded there, and whose code is nearest to it."""
        x, y = (decimal(number, 2) for number in self._place)
        flat = not self.map.axis_names[1]  # only the place across counts
        sentences = [say("Cursor at {x}.", x=x) if flat else say("Cursor at {x}, {y}.", x=x, y=y)]
        if self.map.caption:
            sentences.append(say("Decoded there: {like}.", like=self.map.caption))
        steps = (self._shown_points - np.array(self._place, dtype=np.float32))[:, : 1 if flat else 2]
        away = np.hypot.reduce(steps, axis=1)
        if self._frame is not None and np.isfinite(away).any():
            nearest = int(np.nanargmin(away))
            label, far = as_name(self._frame.snapshot.labels[nearest]), decimal(float(away[nearest]), 2)
            sentences.append(say("The nearest code is that of “{label}”, {far} away.", label=label, far=far))
        return " ".join(sentences)


def _direction(nth: int, total: int) -> str:
    """The name of an axis along which the codes of all images differ most, or second most."""
    return say("main direction {nth} of {total}", nth=nth, total=total)
