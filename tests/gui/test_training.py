"""The training panel: which curves it draws for which run, and in which colours."""

import pytest

from core import preset
from core.measure.metrics import METRICS, Metric
from tp5gui import theme
from tp5gui.panels.training import TrainingPanel
from tp5gui.session.session import Session
from tp5gui.words import folded


@pytest.fixture
def added(monkeypatch):
    """A metric more than there are."""
    monkeypatch.setattr(METRICS, "_records", METRICS._records.copy())
    return METRICS.add(
        Metric(
            "light", "light", "How much light the outputs have.", "of white", "", "part3",
            lambda evaluation: evaluation.clean.outputs.mean((1, 2)), plot=lambda spec, dataset: "lower",
        )
    )  # fmt: skip


@pytest.fixture
def panel(session, qtbot, light):
    panel = TrainingPanel(session)
    qtbot.addWidget(panel)
    panel.add_curves()
    yield panel
    panel.close()


def test_that_an_added_metric_is_drawn_with_its_colour_and_explained(added, panel):
    assert "light" in panel.curves.values
    assert "light" in panel.curves.names[1]
    assert panel.curves.colours["light"] == theme.LIGHT.part3
    assert "light: How much light the outputs have." in panel.curves.toolTip()


def test_that_every_curve_is_explained_in_a_line_of_its_own(panel):
    lines = panel.curves.toolTip().splitlines()
    for metric in METRICS:
        explained = folded(f"{metric.label}: {metric.help}").splitlines()
        starts = [place for place, line in enumerate(lines) if line == explained[0]]
        assert bool(starts) == (metric.label in panel.curves.values)
        assert all(lines[place : place + len(explained)] == explained for place in starts)


def test_that_no_curve_has_the_colour_of_something_else(panel):
    """What is drawn, what the network answers, the truth's opposite and the code mean other things."""
    colours = panel.curves.colours
    assert len(set(colours.values())) == len(colours)
    assert theme.LIGHT.ink not in colours.values()
    assert theme.LIGHT.output not in colours.values()


def test_that_the_best_possible_is_that_of_the_metric_below(qapp, qtbot, light):
    session = Session(preset("font-denoiser"))
    session.begin()
    session.rewind()
    panel = TrainingPanel(session)
    qtbot.addWidget(panel)
    panel.add_curves()
    qtbot.waitUntil(lambda: panel.curves.reference is not None)
    assert panel.curves.reference == session.frame.ceiling.recognised
    assert "best" in panel.curves.names[1]
    assert "best possible denoiser" in panel.curves.toolTip()
    assert session.close()
