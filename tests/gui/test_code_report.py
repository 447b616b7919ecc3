"""What the map's panel says of the units of the code."""

from dataclasses import replace

import numpy as np
import pytest

from core import preset
from tp5gui.panels.code_report import CodeReport
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Phase
from tp5gui.words import decimal


@pytest.fixture
def frame():
    """The frame of a contractive race with a code of three units."""
    spec = replace(preset("font-contractive"), latent=3, hidden=(6,), replicas=3, epochs=5)
    bench = Bench.build(spec, 1, None)
    bench.trainer.step()
    return bench.frame(Phase.PAUSED, 0.0)


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
