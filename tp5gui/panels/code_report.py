"""What the units of the code do, as bars and in words, and why a code has collapsed."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.base.words import say
from core.experiment.spec import Spec
from core.measure.rules import ACTIVE
from tp5gui import theme
from tp5gui.canvases.unit_bars import UnitBars
from tp5gui.panels.label import Label
from tp5gui.session.messages import Frame
from tp5gui.words import decimal

SETTLED = 0.1  # share of the epochs after which outputs that are all alike are called collapse


class CodeReport(QWidget):
    """Bars for the units of the code where they say more than the map, and a warning of collapse.

    Attributes
    ----------
    units : the bars.
    words : what they add up to.
    warning : that every output is the same, and the likely cause; hidden otherwise.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.units = UnitBars()
        self.units.setAccessibleName(say("Code units"))
        self.words = Label()
        self.words.setObjectName("soft")
        self.words.setWordWrap(True)
        self.warning = Label()
        self.warning.setObjectName("reason")
        self.warning.setWordWrap(True)
        self.warning.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE // 2)
        for widget in (self.units, self.words, self.warning):
            layout.addWidget(widget)
        self.hide()

    def show_frame(self, frame: Frame) -> None:
        """Show the units of a run as they are in a frame."""
        shot = frame.snapshot
        shown = frame.spec.latent > 2 or shot.kl is not None
        self.units.setVisible(shown)
        self.words.setVisible(shown)
        if shot.kl is not None:
            self._show_kl(shot.kl)
        elif frame.spec.sparse and frame.spec.sparse_units == "code":
            self._show_activity(np.abs(shot.codes).mean(0), frame.spec)
        else:
            self._show_spread(shot.codes.std(0), _gradient_norm(frame))
        # at the very start of any run all outputs are alike
        collapsed = shot.collapsed and (shot.finished or shot.epoch >= SETTLED * frame.spec.epochs)
        self.warning.setText(_why_collapsed(frame.spec) if collapsed else "")
        self.warning.setVisible(collapsed)
        self.setVisible(shown or collapsed)

    def _show_kl(self, kl: NDArray[np.float32]) -> None:
        self.units.set_values(kl, ACTIVE, say("nats"))
        self.words.setText(
            say(
                "{active} of {total} code units active; KL {kl} nats per image",
                active=int((kl > ACTIVE).sum()), total=len(kl), kl=decimal(float(kl.sum()), 2),
            )
        )  # fmt: skip

    def _show_activity(self, activity: NDArray[np.float32], spec: Spec) -> None:
        self.units.set_values(activity, 0.0, say("mean activity"))
        total, mean = len(activity), decimal(float(activity.mean()), 3)
        if spec.sparsity == "kl":
            words = say(
                "{total} code units; mean activity {mean}, target {target}",
                total=total, mean=mean, target=decimal(spec.sparsity_rate, 3),
            )  # fmt: skip
        else:
            words = say("{total} code units; mean activity {mean}", total=total, mean=mean)
        self.words.setText(words)

    def _show_spread(self, spread: NDArray[np.float32], gradient: float | None) -> None:
        self.units.set_values(spread, 0.0, say("standard deviation over the images"))
        total, mean = len(spread), decimal(float(spread.mean()), 2)
        if gradient is None:
            words = say("{total} code units; standard deviation {mean} on average", total=total, mean=mean)
        else:
            words = say(
                "{total} code units; standard deviation {mean} on average; gradient of the code {gradient}",
                total=total, mean=mean, gradient=decimal(gradient, 2),
            )  # fmt: skip
        self.words.setText(words)


def _gradient_norm(frame: Frame) -> float | None:
    """The root mean square norm of d code / d image, of runs in which it is penalised and finite."""
    weight = frame.spec.contraction
    if not weight:
        return None
    penalty = float(frame.snapshot.curves.values["contraction"][-1, frame.leader])
    return float(np.sqrt(max(penalty, 0.0) / weight)) if np.isfinite(penalty) else None


def _why_collapsed(spec: Spec) -> str:
    if spec.variational and (spec.reduction == "mean" or spec.beta > 1):
        return say(
            "Collapsed: every output is the same image, and the code says nothing about the input. "
            "The KL outweighs the pixels: sum the loss over the pixels, or take a smaller beta."
        )
    if spec.variational:
        return say(
            "Collapsed: every output is the same image, and the code says nothing about the input. "
            "Usual causes: too large a learning rate, which ReLU units do not survive, or a KL weight that "
            "rises before the images are learned."
        )
    return say(
        "Collapsed: every output is the same image, and the code says nothing about the input. "
        "Usual causes: too large a learning rate, which ReLU units do not survive, or too strong a penalty."
    )
