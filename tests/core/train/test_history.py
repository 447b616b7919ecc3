import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.train.history import History, due, stride


def record(history, epoch, values):
    """Add one point; `values` holds (R,) by name."""
    history.extend([epoch], {name: row[None] for name, row in values.items()})


def test_that_a_million_epochs_leave_under_four_thousand_points():
    assert sum(due(epoch) for epoch in range(1_000_001)) < 4000


@given(st.integers(0, 10**9))
def test_that_points_are_never_further_apart_than_a_hundredth_of_the_epoch(epoch):
    assert stride(epoch) <= max(1, epoch / 100)


@given(st.integers(1, 700), st.integers(1, 3))
def test_that_curves_once_given_out_never_change(count, replicas):
    history = History(("loss",), replicas)
    given_out = []
    for epoch in range(count):
        record(history, epoch, {"loss": np.full(replicas, epoch, dtype=np.float32)})
        if epoch % 97 == 0:
            given_out.append((epoch, history.curves()))
    for epoch, curves in given_out:
        assert curves.epochs.tolist() == list(range(epoch + 1))
        assert (curves.values["loss"] == np.arange(epoch + 1)[:, None]).all()
        assert not curves.epochs.flags.writeable
        assert not curves.values["loss"].flags.writeable


def test_that_restored_curves_go_on():
    first = History(("loss",), 1)
    for epoch in range(5):
        record(first, epoch, {"loss": np.array([epoch], dtype=np.float32)})
    second = History(("loss",), 1)
    second.restore(first.curves(), 4)
    record(second, 5, {"loss": np.array([5], dtype=np.float32)})
    assert second.curves().epochs.tolist() == [0, 1, 2, 3, 4, 5]
    assert second.last_epoch == 5


@given(st.integers(0, 10**12))
def test_that_a_point_is_kept_where_three_digits_say_the_epoch(epoch):
    assert due(epoch) == (int(float(f"{epoch:.2e}")) == epoch)
    nearest = epoch // stride(epoch) * stride(epoch)
    assert due(nearest)
    assert float(f"{nearest:.2e}") == nearest


@given(st.lists(st.floats(-1e6, 1e6, width=32), max_size=600))
def test_that_what_is_recorded_is_what_is_read(values):
    history = History(("loss", "twice"), 2)
    for epoch, value in enumerate(values):
        record(history, epoch, {"twice": np.float32([value, 0]) * 2, "loss": np.float32([value, 0])})
    curves = history.curves().replica(0)
    assert curves["loss"].tolist() == values
    assert curves["twice"].tolist() == [2 * value for value in values]
    assert history.last_epoch == len(values) - 1


@given(st.integers(1, 600), st.integers(0, 700), st.integers(0, 600))
def test_that_what_is_cut_and_recorded_anew_leaves_what_was_given_out(count, until, more):
    history = History(("loss",), 1)
    for epoch in range(count):
        record(history, epoch, {"loss": np.float32([epoch])})
    given_out = history.curves()
    history.restore(given_out, until)
    kept = min(count, until + 1)
    assert history.last_epoch == kept - 1
    for epoch in range(kept, kept + more):
        record(history, epoch, {"loss": np.float32([-epoch])})
    assert given_out.values["loss"][:, 0].tolist() == list(range(count))
    assert history.curves().epochs.tolist() == list(range(kept + more))
    assert history.curves().values["loss"][:, 0].tolist() == [*range(kept), *range(-kept, -kept - more, -1)]


def test_that_a_quantity_without_a_past_is_nan_and_a_past_without_a_quantity_is_dropped():
    old, new = History(("loss", "gone"), 2), History(("came", "loss"), 2)
    for epoch in range(3):
        record(old, epoch, {"loss": np.float32([epoch, 1]), "gone": np.float32([2, 3])})
    new.restore(old.curves(), 2)
    record(new, 3, {"loss": np.float32([3, 1]), "came": np.float32([4, 5])})
    values = new.curves().values
    assert values.keys() == {"came", "loss"}
    assert values["loss"].tolist() == [[0, 1], [1, 1], [2, 1], [3, 1]]
    assert np.isnan(values["came"][:3]).all()
    assert values["came"][3].tolist() == [4, 5]
