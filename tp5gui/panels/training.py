"""Training: the curves, and every character as it goes in, as it is fed and as it comes out."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.glyph_grid import GlyphGrid
from tp5gui.session.messages import Frame
from tp5gui.session.session import Session

if TYPE_CHECKING:
    from tp5gui.canvases.curves import Curves

Array = NDArray[np.float32]


class TrainingPanel(QWidget):
    """Curves on the left, the grid of characters on the right; a click on a character loads it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = GlyphGrid()
        self.grid.setAccessibleName(self.tr("Characters in and out"))
        self.grid.clicked.connect(session.load_shown)
        self.grid.set_hint(say("The images appear as soon as a network is on the bench."))
        self.curves: Curves | None = None
        self._place = QWidget()
        self._left = QVBoxLayout(self._place)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.setSpacing(0)
        self.log_epochs = QCheckBox(self.tr("log epochs"))
        self.log_loss = QCheckBox(self.tr("log loss"))
        self.log_loss.setChecked(True)
        row = QHBoxLayout()
        row.setContentsMargins(theme.SPACE, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.log_epochs)
        row.addWidget(self.log_loss)
        row.addStretch(1)
        self._left.addLayout(row)
        self._left.addStretch(1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._place)
        splitter.addWidget(self.grid)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([310, 270])
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, 0, theme.SPACE, theme.SPACE)
        layout.addWidget(splitter)
        self._session = session
        session.framed.connect(self.on_frame)

    def add_curves(self) -> None:
        """Put the curves in their place, after the first paint: their library takes 0.4 s to load."""
        from tp5gui.canvases.curves import Curves

        curves = Curves()
        curves.set_roles({
            self.tr("loss"): "output",
            self.tr("reconstruction"): "text",
            self.tr("KL"): "code",
            self.tr("sparsity"): "ideal",
            self.tr("contraction"): "ink",
            self.tr("wrong pixels"): "error",
            self.tr("squared error"): "error",
            self.tr("recognised"): "truth",
            self.tr("perfect"): "ink",
            self.tr("noisy"): "output",
            self.tr("active units"): "code",
        })  # fmt: skip
        curves.setToolTip(
            self.tr(
                "Recognised: at most one wrong pixel; perfect: none. Noisy: the same under the noise of that "
                "epoch; best: what the best possible denoiser reaches on average. "
                "Squared error: a pixel, of the images without noise. KL: nats an image, not yet weighted; "
                "active units: those of the code with more than 0.01 nat. "
                "The wheel zooms, a double click shows all."
            )
        )
        self._left.takeAt(1)
        self._left.addWidget(curves, 1)

        def scale() -> None:
            curves.set_log(self.log_epochs.isChecked(), self.log_loss.isChecked())

        self.log_epochs.toggled.connect(scale)
        self.log_loss.toggled.connect(scale)
        scale()
        self.curves = curves
        if self._session.frame is not None:
            self.on_frame(self._session.frame)

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        shot, binary = frame.snapshot, frame.dataset.binary
        self.grid.set_samples(
            shot.inputs, shot.fed if frame.spec.noisy else None, shot.outputs, shot.wrong,
            shot.labels, marks=binary,
        )  # fmt: skip
        if self.curves is None:
            return
        upper, lower = self._shown(frame)
        best = None
        if frame.ceiling is not None and (binary or not frame.spec.variational):
            best = frame.ceiling.recognised if binary else frame.ceiling.squared_error
        self.curves.set_reference(self.tr("best"), best)
        self.curves.set_crowd(
            shot.curves.epochs, shot.curves.values["loss"] if frame.spec.replicas > 1 else None
        )
        self.curves.set_curves(shot.curves.epochs, upper, lower)

    def _shown(self, frame: Frame) -> tuple[dict[str, Array], dict[str, Array]]:
        """The curves that say something of this kind of run: above the losses and errors, below counts."""
        spec, values = frame.spec, frame.snapshot.curves.replica(frame.leader)
        upper = {self.tr("loss"): values["loss"]}
        if spec.variational or spec.sparse or spec.contraction:
            upper[self.tr("reconstruction")] = values["reconstruction"]
        if spec.variational:
            upper[self.tr("KL")] = values["kl"]
        if spec.sparse:
            upper[self.tr("sparsity")] = values["sparsity"]
        if spec.contraction:
            upper[self.tr("contraction")] = values["contraction"]
        lower: dict[str, Array] = {}
        error = self.tr("squared error")
        if frame.dataset.binary:
            upper[self.tr("wrong pixels")] = values["wrong_pixels"]
            lower |= {self.tr("recognised"): values["recognised"], self.tr("perfect"): values["perfect"]}
            if spec.noisy:
                lower[self.tr("noisy")] = values["fed_recognised"]
        elif spec.variational:
            upper[error] = values["squared_error"]
            lower[self.tr("active units")] = values["active_units"]
        else:
            lower[error] = values["squared_error"]
            if spec.noisy:
                lower[self.tr("noisy")] = values["fed_squared_error"]
        return upper, lower
