import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import save_file
from strategies import specs

import core.runfile
from core import RunFileError, Spec, Trainer, load_run, save_run

ANY = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    trainer = Trainer(Spec(hidden=(4,), epochs=5, noise="flip", noise_level=0.1)).run()
    return save_run(trainer, tmp_path_factory.mktemp("runs") / "run.tp5")


@given(spec=specs())
@ANY
def test_that_a_saved_run_goes_on_to_the_same_bits(spec, tmp_path):
    whole, half = Trainer(spec), Trainer(spec)
    half.step()
    loaded = load_run(save_run(half, tmp_path / "half.tp5"))
    assert loaded.spec == spec
    (arrays, numbers), (others, other_numbers) = whole.run().state(), loaded.run().state()
    assert numbers == other_numbers
    for name in arrays:
        assert np.array_equal(arrays[name], others[name], equal_nan=True), name


def test_that_a_run_carries_its_data_set(saved):
    trainer = load_run(saved)
    assert trainer.dataset.labels == Trainer(Spec()).dataset.labels
    assert np.array_equal(trainer.dataset.images, Trainer(Spec()).dataset.images)


@given(data=st.data())
@ANY
def test_that_a_damaged_file_is_refused_and_nothing_else_happens(saved, tmp_path, data):
    whole = saved.read_bytes()
    if data.draw(st.booleans()):
        broken = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        place = data.draw(st.integers(0, min(len(whole) - 1, 4000)))
        broken = whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    path = tmp_path / "broken.tp5"
    path.write_bytes(broken)
    # a changed bit of a label or a pixel may leave a valid run, so not every damage is refused
    with suppress(RunFileError):
        load_run(path)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_that_random_bytes_are_no_run(tmp_path_factory, junk):
    path = tmp_path_factory.mktemp("junk") / "junk.tp5"
    path.write_bytes(junk)
    with pytest.raises(RunFileError, match=r"junk\.tp5"):
        load_run(path)


def rewritten(saved, path, header=None, arrays=None):
    with safe_open(saved, framework="numpy") as file:
        kept = dict(file.metadata()) | (header or {})
        tensors = {name: file.get_tensor(name) for name in file.keys()} | (arrays or {})  # noqa: SIM118
    save_file({name: array for name, array in tensors.items() if array is not None}, path, metadata=kept)
    return path


@pytest.mark.parametrize(
    ("header", "arrays", "reason"),
    [
        ({"format": "99"}, {}, "format 99"),
        ({"format": "x"}, {}, "x"),
        ({"spec": json.dumps({"latent": 0})}, {}, "latent"),
        ({"spec": "[]"}, {}, "JSON object"),
        ({"spec": json.dumps({"replicas": 60000, "hidden": [4]})}, {}, "60000"),
        ({"spec": json.dumps({"hidden": [4096, 4096, 4096]})}, {}, "params"),
        ({"numbers": "{}"}, {}, "epoch"),
        ({"numbers": "[1]"}, {}, ""),
        ({"numbers": '{"epoch": "a", "steps": 1, "perfect_since": 0}'}, {}, "epoch"),
        ({"labels": "[]"}, {}, "labels"),
        ({"labels": "3"}, {}, ""),
        ({"labels": str(list(range(32)))}, {}, "words"),
        ({"numbers": '{"epoch": -1, "steps": 1, "perfect_since": 0}'}, {}, "negative"),
        ({"numbers": '{"epoch": 1, "steps": ' + "9" * 400 + ', "perfect_since": 0}'}, {}, "steps"),
        ({"spec": '{"seed": ' + "9" * 400 + "}"}, {}, "seed"),
        ({"spec": '{"learning_rate": ' + "9" * 400 + "}"}, {}, "learning_rate"),
        ({}, {"params": np.full((1, 341), np.nan, np.float32)}, "finite"),
        ({}, {"params": None}, "params"),
        ({}, {"params": np.zeros((1, 3), np.float32)}, "params"),
        ({}, {"history.loss": np.zeros((1, 1), np.float32)}, "history.loss"),
        ({}, {"history.epochs": np.zeros(0, np.int64)}, "history.epochs"),
        ({}, {"generator": np.zeros(5056, np.uint8)}, ""),
        ({}, {"dataset": np.zeros((2, 3, 3), np.float32)}, "labels"),
        ({}, {"dataset": np.full((32, 7, 5), np.nan, np.float32)}, "pixel"),
    ],
)
def test_that_a_file_that_does_not_add_up_is_refused_with_the_reason(saved, tmp_path, header, arrays, reason):
    path = rewritten(saved, tmp_path / "odd.tp5", header, arrays)
    with pytest.raises(RunFileError, match=r"odd\.tp5") as refused:
        load_run(path)
    assert reason in str(refused.value)


def test_that_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.tp5"):
        load_run(tmp_path / "nowhere.tp5")


def test_that_a_failed_save_leaves_the_old_file_and_no_other(saved, tmp_path, monkeypatch):
    path = save_run(load_run(saved), tmp_path / "run.tp5")
    before = path.read_bytes()

    def half(arrays, part, metadata):
        part.write_bytes(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(core.runfile, "save_file", half)
    with pytest.raises(OSError, match="full"):
        save_run(load_run(saved), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
