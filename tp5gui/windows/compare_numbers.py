"""The numbers of runs that are side by side: which is better at what, which settings differ, the curves."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from core.base.words import say, say_count
from core.experiment.spec import FIELDS
from core.measure.headlines import headlines
from core.measure.metrics import METRICS, Metric, Plot
from core.reports.comparing import Compared, Measured, overlay
from core.reports.comparing_words import best_words, brief, common_words, left_out_words
from core.reports.settings import value_told
from tp5gui import theme
from tp5gui.canvases.side_mark import LETTERS, ROLES, SideMark
from tp5gui.panels.calm import CalmBox
from tp5gui.panels.label import Label
from tp5gui.windows.panel_area import PanelArea
from tp5gui.words import as_name, capital, folded, measured

NAMES, NARROWEST = 130, 380  # px, without a zoom: the names of what is measured, and the curves at first

BEST = "✓"
"""Stands before the best value of a metric."""


class NumbersPage(QWidget):
    """A table of the metrics and one of the settings on the left, the curves on the right.

    Attributes
    ----------
    curves : those of all, one metric in each of the two plots.
    choosing : which metric each of the plots shows.
    told : the words of the left side, row by row, in the order in which they stand.
    """

    def __init__(self, found: Compared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from tp5gui.canvases.curves import Curves  # brings pyqtgraph

        self._found = found
        self.told: list[list[str]] = []
        self.curves = Curves()
        self.curves.setAccessibleName(say("Curves of all"))
        self.curves.set_log(False, True)
        self.choosing = CalmBox(), CalmBox()
        right, column, row = QWidget(), QVBoxLayout(), QHBoxLayout()
        column.setContentsMargins(theme.SPACE, theme.SPACE, 0, 0)
        plots: tuple[tuple[Plot, str], ...] = (("upper", say("Upper curves")), ("lower", say("Lower curves")))
        for box, (plot, title) in zip(self.choosing, plots, strict=True):
            box.setAccessibleName(title)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            self._fill(box, plot)
            box.currentIndexChanged.connect(self._draw)
            row.addWidget(box)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.curves, 1)
        right.setLayout(column)
        split = QSplitter(Qt.Orientation.Horizontal)
        tables = self._tables()
        split.addWidget(PanelArea(tables))
        split.addWidget(right)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        wide = tables.sizeHint().width() + theme.BAR
        split.setSizes([wide, max(theme.size(NARROWEST), theme.size(1000) - wide)])
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)
        self._draw()

    # --- the tables ---

    def _tables(self) -> QWidget:
        found, page, column = self._found, QWidget(), QVBoxLayout()
        column.setContentsMargins(theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE)
        self._add_sentence(column, common_words(found))
        if found.paired is not None:
            self._add_sentence(column, measured(len(found.paired.labels), found.sides[0].dataset.count))
        letters = tuple(LETTERS[: len(found.sides)])
        if found.measured:
            rows = [
                [capital(each.metric.axis), *_marked(each), best_words(each, letters)]
                for each in found.measured
            ]
            helps = [say(each.metric.help) for each in found.measured]
            column.addLayout(self._table(say("Measured"), say("Better"), rows, helps))
        for words in left_out_words(found.left_out):
            self._add_sentence(column, words)
        settings = [
            [
                say(FIELDS[one.field].metadata["label"]),
                *(value_told(side.spec, one.field) for side in found.sides),
            ]
            for one in found.settings
        ]
        if settings:
            helps = [say(FIELDS[one.field].metadata["help"]) for one in found.settings]
            column.addLayout(self._table(say("Settings that differ"), "", settings, helps))
        else:
            self._add_sentence(column, say("All settings are the same."))
        if settings:
            same = say_count("{count} other setting is the same.", "{count} other settings are the same.",
                             len(found.shared))  # fmt: skip
            self._add_sentence(column, same)
        column.addStretch(1)
        page.setLayout(column)
        return page

    def _add_sentence(self, column: QVBoxLayout, words: str) -> None:
        if words:
            label = Label(words)
            label.setObjectName("soft")
            label.setWordWrap(True)
            column.addWidget(label)
            self.told.append([words])

    def _table(
        self, title: str, last: str, rows: Sequence[Sequence[str]], helps: Sequence[str]
    ) -> QGridLayout:
        """Rows of words below the letters of all; `last` is the head of one more column, "" for none."""
        grid, sides = QGridLayout(), len(self._found.sides)
        grid.setHorizontalSpacing(2 * theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE // 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(0, theme.size(NAMES))
        heading = Label(title)
        heading.setObjectName("heading")
        grid.addWidget(heading, 0, 0)
        for side in range(sides):
            grid.addWidget(
                SideMark(side), 0, 1 + side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
            )
        if last:
            head = Label(last)
            head.setObjectName("soft")
            grid.addWidget(head, 0, 1 + sides, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        for number, (row, help) in enumerate(zip(rows, helps, strict=True), 1):
            for place, words in enumerate(row):
                cell = Label(words)
                cell.setWordWrap(place == 0 or not last)
                cell.setToolTip(folded(help) if place == 0 else "")
                beside = 0 < place <= sides
                cell.setAlignment(Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft)
                cell.setFont(theme.figure_font(cell.font()))
                if words.startswith(BEST) or place == 1 + sides:
                    cell.setObjectName("best" if words.startswith(BEST) else "soft")
                grid.addWidget(cell, number, place)
            self.told.append(list(row))
        return grid

    # --- the curves ---

    def _fill(self, box: CalmBox, plot: Plot) -> None:
        """Offer the metrics that are drawn in a plot of any of the runs, and choose the one it is read by."""
        sides = self._found.sides
        for metric in METRICS:
            if any(metric.drawn(side.spec, side.dataset) == plot for side in sides):
                box.addItem(capital(metric.axis), metric.name)
                box.setItemData(box.count() - 1, folded(say(metric.help)), Qt.ItemDataRole.ToolTipRole)
        lower, upper = headlines(sides[0].spec, sides[0].dataset)
        with QSignalBlocker(box):
            box.setCurrentIndex(max(0, box.findData((upper if plot == "upper" else lower).name)))

    def _metric(self, box: CalmBox) -> Metric | None:
        name = box.currentData()
        return None if name is None else METRICS[name]

    def _draw(self) -> None:
        from tp5gui.canvases.curves import short

        sides = self._found.sides
        names = [
            f"{letter} {short(as_name(side.name))}" for letter, side in zip(LETTERS, sides, strict=False)
        ]
        chosen = [self._metric(box) for box in self.choosing]
        laid = [None if metric is None else overlay(sides, metric.name) for metric in chosen]
        epochs = overlay(sides, "loss")[0]
        upper, lower = ({} if one is None else dict(zip(names, one[1], strict=True)) for one in laid)
        self.curves.set_roles(dict(zip(names, ROLES, strict=False)))
        heads = ["" if metric is None else capital(metric.axis) for metric in chosen]
        explained = {name: as_name(side.name) for name, side in zip(names, sides, strict=True)}
        self.curves.set_planned(int(epochs[-1]))
        self.curves.set_curves(epochs, upper, lower)
        self.curves.set_words(explained, (heads[0], heads[1]))


def _marked(each: Measured) -> list[str]:
    """The values of a metric, the best ones with a mark where they are not all alike."""
    best = () if each.tied else each.best
    short = [brief(value) for value in each.values]
    return [f"{BEST} {words}" if side in best else words for side, words in enumerate(short)]
