"""What the map's panel says of the units of the code."""

from dataclasses import replace

import numpy as np
import pytest

from core import preset
from core.measure.collapse import Cause
from tests.gui.frames import frame_of
from tp5gui.panels.code_report import CodeReport
from tp5gui.session.bench import Bench
from tp5gui.words import decimal


@pytest.fixture
def frame():
    """The frame of a contractive race with a code of three units."""
    spec = replace(preset("font-contractive"), latent=3, hidden=(6,), replicas=3, epochs=5)
    bench = Bench.build(spec, 1, None)
    bench.trainer.step()
    return frame_of(bench)


def with_penalties(frame, penalties):
    """The frame with these numbers as the last of the replicas' contraction."""
    curves = frame.snapshot.curves
    column = curves.values["contraction"].copy()
    column[-1] = penalties
    curves = replace(curves, values=curves.values | {"contraction": column})
    return replace(frame, snapshot=replace(frame.snapshot, curves=curves))


@pytest.mark.parametrize("leader", range(3))
def test_that_the_gradient_said_is_that_of_the_run_that_is_shown(qtbot, light, frame, leader):
    penalties = np.array([1.0, 4.0, 9.0])
    report = CodeReport()
    qtbot.addWidget(report)
    report.show_frame(replace(with_penalties(frame, penalties), leader=leader))
    gradient = decimal(float(np.sqrt(penalties[leader] / frame.spec.contraction)), 2)
    assert report.words.text().endswith(f"gradient of the code {gradient}")


@pytest.mark.parametrize("unknown", [np.nan, np.inf])
def test_that_no_gradient_is_said_where_none_was_measured(qtbot, light, frame, unknown):
    report = CodeReport()
    qtbot.addWidget(report)
    report.show_frame(with_penalties(frame, unknown))
    assert "standard deviation" in report.words.text()
    assert "gradient" not in report.words.text()


# -- the warning of collapse


KL = np.float32([0.0, 0.5])
DEAD = Cause("dead", activation="relu", layer=1, units=6, rate=0.01)
PRIOR = Cause("prior")


def shown(qtbot, frame, **changes):
    report = CodeReport()
    qtbot.addWidget(report)
    spec = replace(frame.spec, epochs=100)
    report.show_frame(replace(frame, spec=spec, snapshot=replace(frame.snapshot, **changes)))
    return report


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"epoch": 0, "cause": DEAD}, False),  # nothing is learned yet
        ({"epoch": 1, "cause": DEAD}, True),  # training cannot leave it
        ({"epoch": 1, "cause": DEAD, "kl": KL}, True),
        ({"epoch": 9, "cause": None}, False),
        ({"epoch": 10, "cause": None}, True),
        ({"epoch": 9, "kl": KL * 0, "cause": PRIOR}, False),
        ({"epoch": 10, "kl": KL * 0, "cause": PRIOR}, True),
        ({"epoch": 10, "kl": KL, "cause": None}, False),  # a unit is active: the decoder has yet to learn
        ({"epoch": 3, "kl": KL * 0, "cause": PRIOR, "finished": True}, True),
        ({"epoch": 100, "cause": None, "collapsed": False}, False),
    ],
)
def test_that_collapse_is_said_once_it_is_one(qtbot, light, frame, changes, warned):
    report = shown(qtbot, frame, **{"collapsed": True, "finished": False} | changes)
    assert report.warning.isVisibleTo(report) == warned
    assert report.warning.text().startswith("Collapsed") == warned


@pytest.mark.parametrize(
    ("bounded", "words"), [(0, ""), (1, "1 log-variance is"), (40, "40 log-variances are")]
)
def test_that_log_variances_at_their_bounds_are_said(qtbot, light, frame, bounded, words):
    report = shown(qtbot, frame, bounded=bounded)
    assert report.bounded.isVisibleTo(report) == bool(bounded)
    assert report.bounded.text().startswith(words)
