"""A run file is input from anywhere: it is a run to the bit, or a `RunFileError` that names it."""

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import save_file
from strategies import specs

from core import RunFileError, Spec, Trainer, load_run, save_run
from core.train.trainer import Diverged

PLACE = None


@pytest.fixture(scope="module", autouse=True)
def _folder(tmp_path_factory):
    global PLACE
    PLACE = tmp_path_factory.mktemp("fuzz")


FORMAT_1 = Path(__file__).resolve().parents[2] / "data" / "runs" / "format1" / "denoising-flip.tp5"


@pytest.fixture(scope="module")
def whole():
    trainer = Trainer(Spec(hidden=(4,), epochs=3, noise="flip", noise_level=0.1)).run()
    return save_run(trainer, PLACE / "whole.tp5").read_bytes()


@pytest.fixture(scope="module", params=["newest", "format 1"])
def either(request, whole):
    """A run of the newest format, or of the oldest, which is upgraded on the way."""
    return whole if request.param == "newest" else FORMAT_1.read_bytes()


def read(blob):
    """Load these bytes: the trainer, or None where they are refused. Anything else fails the test."""
    path = PLACE / "fuzzed.tp5"
    path.write_bytes(blob)
    try:
        return load_run(path)
    except RunFileError as error:
        refusal = str(error)
    assert "fuzzed.tp5" in refusal
    return None


def parts(blob):
    size = int.from_bytes(blob[:8], "little")
    return blob[8 : 8 + size], blob[8 + size :]


def joined(header, body):
    return len(header).to_bytes(8, "little") + header + body


@given(specs())
@settings(max_examples=20)
def test_that_a_run_comes_back_to_the_bit(spec):
    try:
        trainer = Trainer(spec)
    except Diverged:  # some start out of bounds
        return
    with suppress(Diverged):
        trainer.step()
    loaded = load_run(str(save_run(trainer, str(PLACE / "run.tp5"))))
    assert loaded.spec == spec
    assert loaded.dataset.labels == trainer.dataset.labels
    images = trainer.dataset.images
    for replica in range(spec.replicas):
        ours, theirs = (run.model.reconstruct(images, replica) for run in (trainer, loaded))
        assert ours.tobytes() == theirs.tobytes()
        assert (
            trainer.model.encode(images, replica).tobytes() == loaded.model.encode(images, replica).tobytes()
        )
    ours, theirs = trainer.history.curves(), loaded.history.curves()
    assert ours.epochs.tolist() == theirs.epochs.tolist()
    assert all(np.array_equal(ours.values[name], theirs.values[name]) for name in ours.values)


def test_that_what_is_read_and_written_again_is_the_same_bytes(whole):
    assert save_run(read(whole), PLACE / "again.tp5").read_bytes() == whole


def test_that_nothing_but_the_run_is_left_in_the_folder(whole):
    folder = PLACE / "clean"
    folder.mkdir()
    save_run(read(whole), folder / "run.tp5")
    assert [path.name for path in folder.iterdir()] == ["run.tp5"]


@given(st.data())
def test_that_a_file_cut_short_is_refused(either, data):
    assert read(either[: data.draw(st.integers(0, len(either) - 1))]) is None


@given(st.data())
def test_that_a_header_with_other_bytes_is_a_run_or_refused(either, data):
    header, body = parts(either)
    header = bytearray(header)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(header) - 1))
        end = place + data.draw(st.integers(0, 6))
        header[place:end] = data.draw(
            st.binary(max_size=6) | st.text('0123456789[]{}",:-eE.\\', max_size=6).map(str.encode)
        )
    read(joined(bytes(header), body))


@given(st.integers(0, 2**64 - 1))
def test_that_a_false_length_of_the_header_is_refused(either, size):
    if size != int.from_bytes(either[:8], "little"):
        assert read(size.to_bytes(8, "little") + either[8:]) is None


TYPES = ["BOOL", "U8", "I8", "I16", "U16", "F16", "BF16", "I32", "U32", "F64", "I64", "F8_E4M3", "C64", "X"]


@given(st.data())
def test_that_arrays_of_other_types_and_shapes_are_a_run_or_refused(either, data):
    header, body = parts(either)
    entries = json.loads(header)
    names = [name for name in entries if name != "__metadata__"]
    entry = entries[data.draw(st.sampled_from(names))]
    if data.draw(st.booleans()):
        entry["dtype"] = data.draw(st.sampled_from(TYPES))
    if data.draw(st.booleans()):
        entry["shape"] = data.draw(
            st.lists(st.integers(0, 2**40), max_size=4) | st.just(entry["shape"][::-1])
        )
    read(joined(json.dumps(entries).encode(), body))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NUMBERS = st.fixed_dictionaries(
    {},
    optional={
        name: JSON | st.integers(-2, 9) | st.just(10**400) for name in ("epoch", "steps", "perfect_since")
    },
)


def rewritten(whole, header, arrays):
    source, target = PLACE / "source.tp5", PLACE / "rewritten.tp5"
    source.write_bytes(whole)
    with safe_open(source, framework="numpy") as file:
        kept = dict(file.metadata()) | header
        tensors = {name: file.get_tensor(name) for name in file.keys()} | arrays  # noqa: SIM118
    save_file(tensors, target, metadata=kept)
    return target.read_bytes()


@given(
    st.sampled_from(["format", "spec", "counters", "numbers", "labels", "by_replica", "each"]),
    JSON.map(json.dumps) | NUMBERS.map(json.dumps) | st.text(max_size=9) | st.just("[" * 100_000),
)
def test_that_a_header_of_any_json_is_refused_or_a_run_that_trains(either, key, value):
    trainer = read(rewritten(either, {key: value}, {}))
    if trainer is not None:
        trainer.step()


@given(NUMBERS)
def test_that_counters_that_are_read_can_be_gone_on_from(whole, numbers):
    trainer = read(rewritten(whole, {"counters": json.dumps(numbers)}, {}))
    if trainer is not None:
        trainer.step()
        assert np.isfinite(trainer.snapshot().loss)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_that_weights_that_are_no_numbers_are_refused(whole, value):
    weight = np.zeros((1, 4, 35), np.float32)
    assert read(rewritten(whole, {}, {"encoder.0.weight": weight})) is not None
    weight[0, 0, 3] = value
    assert read(rewritten(whole, {}, {"encoder.0.weight": weight})) is None


@pytest.mark.parametrize("number", [3, 4, 10**6])
def test_that_a_newer_format_is_refused_as_newer(whole, number):
    path = PLACE / "newer.tp5"
    path.write_bytes(rewritten(whole, {"format": str(number)}, {}))
    with pytest.raises(RunFileError, match=rf"newer\.tp5.*format {number}.*up to 2.*newer version"):
        load_run(path)


@pytest.mark.parametrize("place", ["missing/run.tp5", "whole.tp5/run.tp5"])
def test_that_a_place_that_cannot_be_written_is_an_os_error(whole, place):
    with pytest.raises(OSError, match=r"run\.tp5"):
        save_run(read(whole), PLACE / place)


def test_that_a_folder_is_no_run_and_no_place_for_one(whole):
    with pytest.raises(OSError, match="fuzz"):
        load_run(PLACE)
    before = sorted(PLACE.parent.iterdir())
    with pytest.raises(OSError, match="fuzz"):
        save_run(read(whole), PLACE)
    assert sorted(PLACE.parent.iterdir()) == before


def test_that_a_pickle_is_not_opened(whole):
    class Bomb:
        def __reduce__(self):
            return (PLACE.joinpath("exploded").write_text, ("boom",))

    import pickle

    assert read(pickle.dumps(Bomb())) is None
    with suppress(FileNotFoundError):
        raise AssertionError(PLACE.joinpath("exploded").read_text())
