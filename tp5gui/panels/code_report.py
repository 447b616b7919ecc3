"""What the units of the code do, as bars and in words, and why a code has collapsed."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.base.words import say, say_count
from core.experiment.spec import Spec
from core.measure.rules import ACTIVE
from tp5gui import theme
from tp5gui.canvases.unit_bars import UnitBars
from tp5gui.panels.label import Label
from tp5gui.session.messages import Frame
from tp5gui.session.progress import has_collapsed
from tp5gui.words import decimal, measured

if TYPE_CHECKING:
    from core.measure.collapse import Cause


class CodeReport(QWidget):
    """Bars for the units of the code where they say more than the map, and a warning of collapse.

    Attributes
    ----------
    units : the bars.
    words : what they add up to.
    measured : of how many images of a large set.
    bounded : how many log-variances are held at a bound; hidden where none is.
    warning : that every output is the same, and the cause where it is certain; hidden otherwise.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.units = UnitBars()
        self.units.setAccessibleName(say("Code units"))
        self.words, self.measured = _lines("soft"), _lines("soft")
        self.words.setToolTip(
            say(
                "A bar for every unit of the code: rest the pointer on one for its number. A grey one is "
                "silent."
            )
        )
        self.bounded, self.warning = _lines("reason"), _lines("reason")
        for label in (self.measured, self.bounded, self.warning):
            label.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE // 2)
        for widget in (self.units, self.words, self.measured, self.bounded, self.warning):
            layout.addWidget(widget)
        self.hide()

    def show_frame(self, frame: Frame, *, glides: float = 0.0) -> None:
        """Show the units of a run as they are in a frame; their bars glide for so many seconds at most."""
        shot = frame.snapshot
        shown = frame.spec.latent > 2 or shot.kl is not None
        self.units.setVisible(shown)
        self.words.setVisible(shown)
        if shot.kl is not None:
            self._show_kl(shot.kl, glides)
        elif frame.spec.sparse and frame.spec.sparse_units == "code":
            self._show_activity(np.abs(shot.codes).mean(0), frame.spec, glides)
        else:
            self._show_spread(shot.codes.std(0), _gradient_norm(frame), glides)
        self.bounded.setText(
            say_count(
                "{count} log-variance is held at a bound, where it learns no more",
                "{count} log-variances are held at a bound, where they learn no more",
                shot.bounded,
            )
        )
        self.bounded.setVisible(shot.bounded > 0)
        self.measured.setText(measured(len(shot.inputs), frame.dataset.count))
        self.measured.setVisible(shown and bool(self.measured.text()))
        collapsed = has_collapsed(frame)
        self.warning.setText(_collapse_words(shot.cause) if collapsed else "")
        self.warning.setVisible(collapsed)
        self.setVisible(shown or collapsed)

    def _show_kl(self, kl: NDArray[np.float32], glides: float) -> None:
        self.units.set_values(kl, ACTIVE, say("nats"), glides=glides)
        self.words.setText(
            say(
                "{active} of {total} code units active; KL {kl} nats per image",
                active=int((kl > ACTIVE).sum()), total=len(kl), kl=decimal(float(kl.sum()), 2),
            )
        )  # fmt: skip

    def _show_activity(self, activity: NDArray[np.float32], spec: Spec, glides: float) -> None:
        self.units.set_values(activity, 0.0, say("mean activity"), glides=glides)
        total, mean = len(activity), decimal(float(activity.mean()), 3)
        if spec.sparsity == "kl":
            words = say(
                "{total} code units; mean activity {mean}, target {target}",
                total=total, mean=mean, target=decimal(spec.sparsity_rate, 3),
            )  # fmt: skip
        else:
            words = say("{total} code units; mean activity {mean}", total=total, mean=mean)
        self.words.setText(words)

    def _show_spread(self, spread: NDArray[np.float32], gradient: float | None, glides: float) -> None:
        self.units.set_values(spread, 0.0, say("standard deviation over the images"), glides=glides)
        total, mean = len(spread), decimal(float(spread.mean()), 2)
        if gradient is None:
            words = say("{total} code units; standard deviation {mean} on average", total=total, mean=mean)
        else:
            words = say(
                "{total} code units; standard deviation {mean} on average; gradient of the code {gradient}",
                total=total, mean=mean, gradient=decimal(gradient, 2),
            )  # fmt: skip
        self.words.setText(words)


def _lines(name: str) -> Label:
    """A label of as many lines as its words need; `name` is its style."""
    label = Label()
    label.setObjectName(name)
    label.setWordWrap(True)
    return label


def _gradient_norm(frame: Frame) -> float | None:
    """The root mean square norm of d code / d image, of runs in which it is penalised and finite."""
    weight = frame.spec.contraction
    if not weight:
        return None
    penalty = float(frame.snapshot.curves.values["contraction"][-1, frame.leader])
    return float(np.sqrt(max(penalty, 0.0) / weight)) if np.isfinite(penalty) else None


def _collapse_words(cause: "Cause | None") -> str:
    lines = [say("Collapsed: every output is the same image.")]
    return "\n".join(lines if cause is None else [*lines, cause.words()])
