"""What a run has reached, as the numbers that scripts and studies rely on."""

from core.measure.metrics import METRICS, Numbers
from core.train.trainer import Trainer


def report(trainer: Trainer, replica: int = 0) -> Numbers:
    """Measure one replica of a run as it is now: `epochs` trained, and every reported metric by its name.

    All but the loss are measured without noise on the images of a snapshot: all of the set, or 2,048 of them.
    A metric that makes no sense for the run is None, and missing from `to_dict()`.

    Raises
    ------
    Diverged : the loss is not finite.
    """
    evaluation = trainer.evaluate().of(replica)
    numbers = {metric.name: metric.report(evaluation) for metric in METRICS if metric.reported}
    return Numbers(epochs=trainer.epoch, **numbers)
