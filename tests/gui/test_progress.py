"""How a run goes, in one word: rules over made-up frames."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.measure.collapse import Cause
from tp5gui.session.messages import Phase
from tp5gui.session.progress import LEAST_FALL, Going, going_of, stalled

PHASES = (Phase.PAUSED, Phase.RUNNING, Phase.FINISHED, Phase.DIVERGED)


def frame(
    epoch=1000, phase=Phase.RUNNING, loss=None, *, collapsed=False, wrong=5, marks=(), warmup=0, cause=None
):
    epochs = np.arange(epoch + 1)
    falling = np.exp(-epochs / 200) if loss is None else np.full(len(epochs), loss)
    curves = SimpleNamespace(epochs=epochs, values={"loss": np.float32(falling)[:, None]})
    shot = SimpleNamespace(
        epoch=epoch, collapsed=collapsed, cause=cause, kl=None, finished=phase is Phase.FINISHED,
        wrong_pixels=wrong, curves=curves,
    )  # fmt: skip
    spec = SimpleNamespace(epochs=2000, kl_warmup=warmup, variational=warmup > 0)
    changes = tuple(SimpleNamespace(epoch=mark) for mark in marks)
    return SimpleNamespace(
        snapshot=shot,
        phase=phase,
        spec=spec,
        leader=0,
        marks=changes,
        visit=None,
        dataset=SimpleNamespace(binary=True),
    )


@given(
    st.integers(0, 1500),
    st.sampled_from(PHASES),
    st.booleans(),
    st.sampled_from([None, 0.5]),
    st.integers(0, 3),
)
def test_that_every_run_has_the_word_that_matters_most(epoch, phase, collapsed, loss, wrong):
    going = going_of(frame(epoch, phase, loss, collapsed=collapsed, wrong=wrong))
    if phase is Phase.DIVERGED:
        assert going is Going.DIVERGED
    elif collapsed and (epoch >= 200 or (epoch and phase is Phase.FINISHED)):
        assert going is Going.COLLAPSED
    elif phase is Phase.FINISHED:
        assert going is Going.DONE
    elif phase is Phase.PAUSED:
        assert going is (Going.PAUSED if epoch else Going.READY)
    else:
        assert going is (Going.STUCK if epoch >= 200 and loss and wrong else Going.LEARNING)


@given(st.integers(60, 5000), st.floats(1e-4, 1e4), st.floats(-1, 1))
def test_that_a_loss_is_stuck_that_falls_by_less_than_a_hundredth_in_a_tenth(last, scale, fall):
    epochs = np.arange(last + 1)
    loss = scale * (1 - fall) ** (epochs / last * 10) if fall < 1 else scale * np.zeros(last + 1)
    if abs(fall - LEAST_FALL) > 0.004 and 0 < 1 - fall < 1.9:
        assert stalled(epochs, loss) == (fall < LEAST_FALL)


@given(st.floats(1e-3, 1e3), st.integers(0, 99))
def test_that_jumps_from_epoch_to_epoch_do_not_hide_a_standstill(scale, seed):
    noise = np.random.default_rng(seed).choice([0.5, 1.0, 1.0, 1.0, 1.5], 2001)
    assert stalled(np.arange(2001), scale * noise)


@given(st.integers(0, 40))
def test_that_few_points_say_nothing(last):
    assert not stalled(np.arange(last + 1), np.ones(last + 1))


@given(st.integers(100, 3000), st.integers(0, 3000))
def test_that_losses_before_a_change_are_not_compared_with_those_after(last, since):
    found = stalled(np.arange(last + 1), np.ones(last + 1), since)
    assert found == (since <= last * 0.8)


def test_that_points_without_a_number_are_as_none():
    loss = np.ones(1001, dtype=np.float32)
    loss[::2] = np.nan
    assert stalled(np.arange(1001), loss)
    assert not stalled(np.arange(1001), np.full(1001, np.nan))
    assert not stalled(np.zeros(0, dtype=np.int64), np.zeros(0))


@pytest.mark.parametrize(
    "judged",
    [{"marks": (900,)}, {"warmup": 950}, {"wrong": 0}, {"epoch": 100}],
    ids=lambda judged: next(iter(judged)),
)
def test_that_what_cannot_be_judged_is_learning(judged):
    assert going_of(frame(loss=0.5)) is Going.STUCK
    assert going_of(frame(loss=0.5, **judged)) is Going.LEARNING


def test_that_a_collapse_that_lasts_is_said_at_once():
    dead = Cause("dead", "relu", 1, 10, 0.1)
    assert going_of(frame(3, collapsed=True, cause=dead)) is Going.COLLAPSED
    assert going_of(frame(3, collapsed=True)) is Going.LEARNING


def test_that_a_run_that_waits_is_said_to_prepare_and_then_what_it_is(window):
    word, session = window.controls.going, window.session
    before = word.text(), word.toolTip()
    session.awaited.emit("Preparing, once on this machine")
    assert (word.text(), word.toolTip()) == ("Preparing", "Preparing, once on this machine")
    session.framed.emit(session.frame)
    assert word.text() == "Preparing"
    session.awaited.emit("")
    assert (word.text(), word.toolTip()) == before
