"""The maps of runs that are side by side: one cursor in all, and the same image marked in all."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.side_map import SideMap
from tp5gui.canvases.side_mark import SideMark
from tp5gui.panels.label import Label
from tp5gui.panels.note import SIDE, Note
from tp5gui.session.comparing import Comparing
from tp5gui.session.messages import Backdrop
from tp5gui.session.sides import Decoded, SideBySide
from tp5gui.words import as_name, folded, resembling

IN_A_ROW = 3  # maps side by side at most; four stand two and two


class MapsPage(QWidget):
    """A map for each; what is done to one is done to all.

    Attributes
    ----------
    maps : of each.

    Signals
    -------
    pointed(int) : the image that is pointed at on any of them, -1 for none.
    """

    pointed = Signal(int)

    def __init__(self, shown: SideBySide, comparing: Comparing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown, self._comparing = shown, comparing
        self._following = False
        self.maps: list[SideMap] = []
        grid, count = QGridLayout(), len(shown.spreads)
        grid.setSpacing(theme.SPACE)
        columns = count if count <= IN_A_ROW else 2
        for side in range(count):
            row, column = divmod(side, columns)
            grid.addLayout(self._map_of(side), row, column)
            grid.setColumnStretch(column, 1)
        note = Label(self._frame_words())
        note.setObjectName("soft")
        note.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, theme.SPACE, 0, 0)
        whole.setSpacing(theme.SPACE // 2)
        whole.addLayout(grid, 1)
        whole.addWidget(note)
        comparing.decoded.connect(self.on_decoded)
        comparing.tiled.connect(self.on_tiled)
        (left, bottom), (right, top) = shown.frame or shown.spreads[0].corners
        self._move(0, (left + right) / 2, (bottom + top) / 2)

    @Slot(object)
    def on_decoded(self, decoded: tuple[Decoded, ...]) -> None:
        for view, one in zip(self.maps, decoded, strict=True):
            view.set_cursor_image(one.image, resembling(one.like))

    @Slot(object, object)
    def on_tiled(self, asked: Sequence[Backdrop | None], tiles: Sequence[object]) -> None:
        for view, one, picture in zip(self.maps, asked, tiles, strict=True):
            if one is not None:
                bounds = QRectF(one.left, one.bottom, one.right - one.left, one.top - one.bottom)
                view.set_backdrop(picture, bounds)  # type: ignore[arg-type]  # (rows, columns, H, W)

    def mark(self, number: int) -> None:
        """Frame the image of this number on every map; -1 for none."""
        for view in self.maps:
            view.set_marked(number)

    def _map_of(self, side: int) -> QVBoxLayout:
        """One map below its letter and its name."""
        found, spread = self._shown.compared.sides[side], self._shown.spreads[side]
        view = SideMap()
        name = as_name(found.name)
        view.setAccessibleName(say("Map of {name}", name=name))
        view.setToolTip(self._explained())
        view.set_hint(say("The codes of this run are too large for any map."))
        flat = found.spec.latent == 1
        plain = found.spec.latent <= 2
        names = ("z1", "z2") if plain else tuple(_direction(nth, found.spec.latent) for nth in (1, 2))
        view.set_axis_names(names[0], "" if flat else names[1])
        view.set_prior(spread.prior, say("where draws come from (2 standard deviations)"))
        view.corners = self._shown.frame
        images = found.dataset.images[found.index]
        labels = tuple(found.dataset.labels[number] for number in found.index.tolist())
        view.set_codes(spread.points, images, labels)
        view.cursor_moved.connect(partial(self._move, side))
        view.view_changed.connect(partial(self._on_view, side))
        view.pointed.connect(self._on_pointed)
        self.maps.append(view)
        head, column = QHBoxLayout(), QVBoxLayout()
        words = Note(SIDE)
        words.setText(name)
        head.addWidget(SideMark(side))
        head.addWidget(words, 1)
        column.addLayout(head)
        column.addWidget(view, 1)
        return column

    def _move(self, side: int, x: float, y: float) -> None:
        """Put the cursor of all where one has it."""
        places = self._shown.elsewhere((x, y), side)
        for number, (view, place) in enumerate(zip(self.maps, places, strict=True)):
            if number != side or view.cursor_point.toTuple() != (x, y):
                view.set_cursor(*place)
        self._comparing.decode(places)

    def _on_view(self, side: int) -> None:
        """Show the same part everywhere, where the maps have one frame; ask for what lies behind."""
        if self._following:
            return
        self._following = True
        if self._shown.one_frame:
            for number, view in enumerate(self.maps):
                if number != side:
                    view.look_as(self.maps[side])
        self._following = False
        self._comparing.ask_tiles([_behind(view) for view in self.maps])

    def _on_pointed(self, number: int) -> None:
        """Only the same images are the same everywhere."""
        if self._shown.compared.same_images:
            self.pointed.emit(number)

    def _frame_words(self) -> str:
        if self._shown.one_frame:
            return say(
                "The maps have one frame: a place is the same code on all of them, and they move together."
            )
        return say(
            "Each network has a code of its own: the cursor stands as far across and as far up among the "
            "codes of each."
        )

    def _explained(self) -> str:
        return folded(
            say("Where the network puts each image. Behind: what it would decode around these places."),
            say("Drag the cursor, or move it with the arrow keys: it moves on every map."),
            say("Point at an image: it is framed on every map."),
        )


def _behind(view: SideMap) -> Backdrop | None:
    """What to decode behind a map as it is now."""
    rows, columns, bounds = view.backdrop_grid()
    if not (rows and columns):
        return None
    left, bottom = bounds.left(), bounds.top()  # Qt calls the smallest y the top
    return Backdrop(left, bottom, left + bounds.width(), bottom + bounds.height(), rows, columns)


def _direction(nth: int, total: int) -> str:
    """The name of an axis along which the codes of all images differ most, or second most."""
    return say("main direction {nth} of {total}", nth=nth, total=total)
