"""A run knows with which settings it trained, whatever is changed, undone, saved and opened meanwhile."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from bits import bits
from hypothesis import given
from hypothesis import strategies as st

from core import RunFileError, Spec, Trainer, load_run, save_run
from core.train.changes import MOST, Change, changes_of, changes_text, kept, trained_with
from core.train.runfile import _header

SMALL = Spec(hidden=(4,), epochs=100)


def rated(rate):
    return replace(SMALL, learning_rate=rate)


RATES = st.sampled_from([0.001, 0.002, 0.003])


@given(st.lists(st.tuples(st.integers(0, 3), RATES), max_size=12), RATES)
def test_that_what_is_remembered_tells_of_every_epoch_with_what_it_was_trained(steps, first):
    changes, epoch, now, trained = (), 0, rated(first), []
    for epochs, rate in steps:
        trained += [now] * epochs
        epoch += epochs
        changes = kept((*changes, Change(epoch, now)), epoch, rated(rate))
        now = rated(rate)
    told = [change.before for change in changes for _ in range(change.epoch)]
    for one, other in pairwise(changes):
        told[one.epoch :] = [other.before] * (other.epoch - one.epoch)
    told += [now] * (epoch - len(told))
    assert told == trained
    assert trained_with(changes, epoch, now) == (trained[-1] if trained else now)
    assert changes_of(changes_text(changes, now), now, epoch) == changes


def test_that_a_run_that_goes_back_forgets_what_came_after():
    trainer = Trainer(SMALL)
    trainer.advance(3)
    before = trainer.checkpoint(), trainer.history.curves(), trainer.changes
    trainer.update(rated(0.002))
    trainer.advance(2)
    assert trainer.changes == (Change(3, SMALL),)
    after = trainer.checkpoint(), trainer.history.curves(), trainer.changes
    trainer.update(SMALL)
    trainer.restore(*before)
    assert trainer.changes == ()
    trainer.update(rated(0.002))
    trainer.restore(*after)
    assert trainer.changes == (Change(3, SMALL),)


def test_that_a_change_that_no_epoch_has_had_is_not_what_the_run_trained_with():
    noisy = replace(SMALL, noise="flip", noise_level=0.2)
    trainer = Trainer(noisy)
    trainer.advance(5)
    trainer.update(replace(noisy, noise="none", learning_rate=0.5))
    still = trainer.as_trained()
    assert still.fields.spec == noisy
    assert still.changes == ()
    assert not still.fed.equal(still.images)
    trainer.advance(1)
    assert trainer.as_trained().fields.spec == trainer.spec
    assert trainer.as_trained().changes == (Change(5, noisy),)


def test_that_a_file_keeps_what_was_changed_and_goes_on_to_the_same_bits(tmp_path):
    trainer = Trainer(SMALL)
    trainer.advance(3)
    plain = _header(trainer, trainer.live())
    assert "changes" not in plain  # the bytes of a run without a change are those of earlier versions
    trainer.update(rated(0.002))
    trainer.advance(2)
    trainer.update(rated(0.5))
    loaded = load_run(save_run(trainer, tmp_path / "run.tp5"))
    assert loaded.changes == trainer.changes == (Change(3, SMALL), Change(5, rated(0.002)))
    assert bits(loaded.run()) == bits(trainer.run())


@pytest.mark.parametrize(
    "entries",
    [
        None, [3], [[3]], [["3", {}]], [[True, {}]], [[9, {"learning_rate": 0.1}]],
        [[2, {"learning_rate": 0.1}], [2, {"beta": 2}]], [[0, {"beta": 2}]], [[2, {"hidden": [3]}]],
        [[2, {"learning_rate": "fast"}]], [[2, {"no_field": 1}]],
    ],
)  # fmt: skip
def test_that_changes_that_no_run_can_have_had_are_refused(tmp_path, monkeypatch, entries):
    trainer = Trainer(SMALL)
    trainer.advance(5)
    header = _header(trainer, trainer.live())
    monkeypatch.setattr("core.train.runfile._header", lambda *_: header | {"changes": json.dumps(entries)})
    path = save_run(trainer, tmp_path / "run.tp5")
    with pytest.raises(RunFileError, match=r"run\.tp5"):
        load_run(path)


def test_that_only_the_newest_changes_are_remembered():
    changes, now = (), SMALL
    for epoch in range(1, 3 * MOST):
        then = rated(epoch / 1000)
        changes = kept((*changes, Change(epoch, now)), epoch, then)
        now = then
    assert [change.epoch for change in changes] == list(range(2 * MOST, 3 * MOST))
