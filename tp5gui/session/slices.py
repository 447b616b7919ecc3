"""Training in slices, between which orders are heard and a shot of the run is taken.

What a slice costs beside its epochs takes Python's lock, against whoever paints and reads: 2 to 4 ms, with
slices of 16 ms an eighth of the speed, with slices of 50 ms a twentieth. A hand waits for none of them.
"""

from typing import TYPE_CHECKING

from tp5gui.session.pacing import SLICE, Allowance

if TYPE_CHECKING:  # these bring torch
    from core.nn.network import Stopped
    from core.train.trainer import Trainer


class Slices:
    """Trains a run slice by slice: as many epochs as fit, judged by those before.

    Attributes
    ----------
    allowance : the epochs that a limited speed has earned.
    """

    def __init__(self) -> None:
        self.allowance = Allowance()

    def epochs(self, trainer: "Trainer", now: float) -> int:
        """How many epochs the next slice has; 0 where not one is earned.

        Parameters
        ----------
        trainer : whose epochs; how long one takes is known from those before.
        now : the time.
        """
        self.allowance.earn(now)
        return int(min(self.allowance.epochs, max(1.0, SLICE / max(trainer.pace.seconds, 1e-9))))

    def train(self, trainer: "Trainer", epochs: int, stopped: "Stopped | None" = None) -> int:
        """Train so many epochs, or as many as `Trainer.advance` does; how many were trained.

        Their points of the curves are left to `Trainer.settle`.
        """
        trained = trainer.advance(epochs, stopped, settled=False)
        self.allowance.spend(trained)
        return trained
