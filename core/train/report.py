"""What a run has reached, as the numbers that scripts and studies rely on."""

from core.base.progress import OnProgress
from core.measure.evaluation import Evaluation
from core.measure.metrics import METRICS, Numbers
from core.train.trainer import Trainer


def report(trainer: Trainer, replica: int = 0, on_progress: OnProgress | None = None) -> Numbers:
    """Measure one replica of a run as it is now: `epochs` trained, and every reported metric by its name.

    All but the loss are measured without noise on the images of a snapshot, `measured` of them: all of the
    set, or 2,048 that are spread evenly over it. A metric that makes no sense for the run, or is no finite
    number, is None and missing from `to_dict()`.

    Raises
    ------
    Diverged : the loss is not finite.
    """
    return report_of(trainer.evaluate().of(replica), trainer.epoch, on_progress)


def report_of(evaluation: Evaluation, epochs: int, on_progress: OnProgress | None = None) -> Numbers:
    """The same of an evaluation of one replica after so many epochs."""
    reported = [metric for metric in METRICS if metric.reported]
    numbers = {}
    for done, metric in enumerate(reported, 1):
        numbers[metric.name] = metric.report(evaluation)
        if on_progress is not None:
            on_progress(done / len(reported))
    return Numbers(epochs=epochs, measured=evaluation.index.shape[1], **numbers)
