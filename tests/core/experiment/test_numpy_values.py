"""NumPy's numbers and arrays as values of a spec: taken, and kept as plain Python."""

import numpy as np
import pytest

from core import Spec, SpecError, Trainer, load_run, save_run

TAKEN = [
    ("epochs", np.int64(7), 7),
    ("seed", np.uint8(3), 3),
    ("learning_rate", np.float32(0.5), 0.5),
    ("learning_rate", np.int32(1), 1.0),
    ("variational", np.bool_(True), True),
    ("dataset", np.str_("digits"), "digits"),
    ("hidden", np.array([5, 4]), (5, 4)),
    ("hidden", [np.int16(5), 4], (5, 4)),
    ("hidden", np.array([], dtype=int), ()),
]


@pytest.mark.parametrize(("name", "value", "plain"), TAKEN)
def test_that_a_value_of_numpy_is_the_plain_one(name, value, plain):
    spec, same = Spec(**{name: value}), Spec(**{name: plain})
    kept = getattr(spec, name)
    assert (spec, hash(spec), spec.to_json()) == (same, hash(same), same.to_json())
    assert type(kept) is type(plain)
    assert not isinstance(kept, tuple) or all(type(one) is int for one in kept)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", np.float64(7)), ("epochs", np.array([7])), ("hidden", np.array([5.0])),
        ("hidden", np.array([[5]])), ("variational", np.int64(1)), ("learning_rate", np.float64("nan")),
    ],
)  # fmt: skip
def test_that_a_value_of_numpy_of_another_type_is_refused(name, value):
    with pytest.raises(SpecError) as refused:
        Spec(**{name: value})
    assert refused.value.field == name


def test_that_a_run_of_such_values_is_kept_in_a_file(tmp_path):
    spec = Spec(hidden=np.array([4]), epochs=np.int64(1), replicas=np.int8(2))
    own = {"learning_rate": np.array([0.1, 0.01], dtype=np.float32), "seed": np.array([5, 9])}
    run = Trainer(spec, by_replica=own)
    loaded = load_run(save_run(run, tmp_path / "run.tp5"))
    assert loaded.spec == spec
    assert loaded.by_replica.seeds == (5, 9)
