"""What the window is shown of a run, without any thread."""

from tp5gui.session.messages import Phase, Questions


def shot_of(bench, phase=Phase.PAUSED, *, at_once=False):
    """The run on a bench as it is now, to be read."""
    return bench.shot(phase, 1, 0.0, at_once=at_once)


def frame_of(bench, questions=None, phase=Phase.PAUSED):
    """The frame of the run on a bench as it is now, with answers to the questions."""
    return bench.reading.frame(shot_of(bench, phase), questions or Questions())
