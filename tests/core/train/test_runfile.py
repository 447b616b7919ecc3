import json
import pickle
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bits import bits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import save_file
from strategies import KINDS, specs

import core.data.library
import core.train.run_header
import core.train.runfile
from core import Dataset, RunFileError, Spec, Trainer, load_run, save_run
from core.base.files import shipped
from core.base.words import Refusal
from core.data.datasets import delete_dataset, save_dataset
from core.measure.latent import plane_of
from core.train.run_names import run_path
from core.train.trainer import Diverged

SHIPPED = shipped("resources/runs")

LABELS = {"latent": "Code size"}
ANY = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    trainer = Trainer(Spec(hidden=(4,), epochs=5, noise="flip", noise_level=0.1)).run()
    return save_run(trainer, tmp_path_factory.mktemp("runs") / "run.tp5")


@given(spec=specs())
@ANY
def test_that_a_saved_run_goes_on_to_the_same_bits(spec, tmp_path):
    whole, half = Trainer(spec), Trainer(spec)
    with suppress(Diverged):
        half.step()
    loaded = load_run(save_run(half, tmp_path / "half.tp5"))
    assert loaded.spec == spec
    for trainer in (whole, loaded):
        with suppress(Diverged):  # both at the same epoch, then
            trainer.run()
    assert bits(whole) == bits(loaded)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batches", [{}, {"batch_size": 5}], ids=["whole", "shuffled"])
def test_that_a_run_of_any_kind_is_saved_and_goes_on_to_the_same_bits(kind, batches, tmp_path):
    """Two epochs, a file, three epochs: the same as five."""
    spec = replace(Spec(hidden=(5,), latent=3, epochs=5, replicas=3), **batches | KINDS[kind])
    half = Trainer(spec)
    for _ in range(2):
        half.step()
    loaded = load_run(save_run(half, tmp_path / "half.tp5"))
    assert loaded.spec == spec
    for replica in range(3):
        ours, theirs = half.snapshot(replica), loaded.snapshot(replica)
        assert ours.codes.tobytes() == theirs.codes.tobytes()
        assert (ours.kl is None) is (theirs.kl is None) is not spec.variational
    assert bits(Trainer(spec).run()) == bits(loaded.run())


@pytest.mark.parametrize("name", ["seed", "learning_rate", "noise_level", "beta", "contraction"])
def test_that_a_run_whose_replicas_differ_goes_on_to_the_same_bits(name, tmp_path):
    spec = Spec(hidden=(5,), epochs=4, replicas=2, variational=True, noise="flip", batch_size=5)
    values = {name: [3, 8] if name == "seed" else [0.01, 0.2]}
    whole, half = (Trainer(spec, by_replica=values) for _ in range(2))
    half.step()
    loaded = load_run(save_run(half, tmp_path / "half.tp5"))
    assert bits(whole.run()) == bits(loaded.run())


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.tp5")), ids=lambda path: path.name)
def test_that_the_runs_that_come_with_the_application_can_be_read_and_go_on(path):
    trainer = load_run(path)
    assert trainer.snapshot().wrong_pixels < 100
    trainer.update(replace(trainer.spec, epochs=trainer.epoch + 1))
    before = trainer.epoch
    assert trainer.run().epoch == before + 1


BYTES = np.random.default_rng(0).integers(0, 256, (700, 20, 20), np.uint8) / np.float32(255)
FLOATS = np.random.default_rng(0).random((700, 20, 20), np.float32)


@pytest.mark.parametrize(
    ("images", "name", "bytes_of_images"),
    [
        (BYTES, "dataset.bytes", BYTES.size),
        (FLOATS, "dataset", FLOATS.nbytes),
        ((BYTES > 0.5).astype(np.float32), "dataset.bytes", BYTES.size),
        (BYTES * np.float32(-0.0), "dataset", BYTES.nbytes),
        (BYTES[:9], "dataset", BYTES[:9].nbytes),
    ],
)
def test_that_a_set_of_any_size_travels_with_its_run_exactly(images, name, bytes_of_images, tmp_path):
    """It was never in the library at all."""
    mine = Dataset("mine", images, tuple(map(str, range(len(images)))))
    trainer = Trainer(Spec(dataset="mine", hidden=(), epochs=2), mine)
    trainer.step()
    path = save_run(trainer, tmp_path / "run.tp5")
    loaded = load_run(path)
    assert loaded.dataset.images.tobytes() == mine.images.tobytes()
    assert loaded.dataset.labels == mine.labels
    assert bits(loaded.run()) == bits(trainer.run())
    with safe_open(path, framework="numpy") as file:
        carried = {part for part in file.keys() if part.startswith("dataset")}  # noqa: SIM118
        assert carried == {name}
        assert file.get_tensor(name).nbytes == bytes_of_images


def test_that_a_run_of_an_earlier_version_finds_its_large_set_by_its_name(tmp_path, monkeypatch):
    """Version 0.2.0 left the images of large sets out."""
    monkeypatch.setattr(core.data.library, "folder", lambda: tmp_path / "sets")
    mine = Dataset("mine", np.eye(4, dtype=np.float32).reshape(4, 2, 2), tuple("abcd"))
    save_dataset(mine)
    trainer = Trainer(Spec(dataset="mine", hidden=(), epochs=2)).run()
    path = rewritten(save_run(trainer, tmp_path / "run.tp5"), tmp_path / "old.tp5", arrays={"dataset": None})
    assert np.array_equal(load_run(path).dataset.images, mine.images)
    save_dataset(Dataset("mine", mine.images[::-1], mine.labels))
    with pytest.raises(RunFileError, match=r"old\.tp5.*mine.*no longer"):
        load_run(path)
    delete_dataset("mine")
    with pytest.raises(RunFileError, match=r"old\.tp5.*mine"):
        load_run(path)


@pytest.mark.slow
@pytest.mark.parametrize("letter", ["x", "é", "😀", "\\"])
def test_that_a_run_with_as_many_labels_as_a_set_can_have_is_read_again(letter, tmp_path):
    labels = [letter * 4] * (2**20 - 48_576)
    mine = Dataset("mine", np.zeros((len(labels), 1, 1), np.float32), labels)
    path = save_run(Trainer(Spec(dataset="mine", hidden=(), epochs=1), mine), tmp_path / "run.tp5")
    assert load_run(path).dataset.labels == mine.labels


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("other.txt", "other.txt.tp5"), ("other", "other.tp5"), ("v1.2", "v1.2.tp5"), ("a.tp5", "a.tp5"),
        ("a.TP5", "a.TP5"), (".tp5", ".tp5.tp5"),
    ],
)  # fmt: skip
def test_that_a_run_gets_its_suffix_and_is_found_under_the_name_that_was_asked_for(
    saved, asked, name, tmp_path
):
    assert run_path(tmp_path / asked) == save_run(load_run(saved), tmp_path / asked) == tmp_path / name
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert load_run(tmp_path / asked).spec == load_run(saved).spec


def test_that_a_run_is_never_written_over_a_file_of_another_kind(saved, tmp_path):
    (tmp_path / "notes.txt").write_text("precious")
    save_run(load_run(saved), tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "precious"


@pytest.mark.parametrize("bound", ["MAX_RUN_BYTES", "MAX_HEADER_BYTES"])
def test_that_what_could_not_be_read_is_not_written(saved, bound, tmp_path, monkeypatch):
    trainer = load_run(saved)
    monkeypatch.setattr(core.train.run_header, bound, 100)
    with pytest.raises(Refusal, match=r"larger than|at most 100"):
        save_run(trainer, tmp_path / "run.tp5")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RunFileError, match=r"larger than|at most 100"):
        load_run(saved)


def test_that_a_small_set_of_the_persons_own_outlives_its_file(tmp_path, monkeypatch):
    monkeypatch.setattr(core.data.library, "folder", lambda: tmp_path / "sets")
    mine = Dataset("mine", np.eye(4, dtype=np.float32).reshape(4, 2, 2), tuple("abcd"))
    path = save_run(Trainer(Spec(dataset="mine", hidden=(), epochs=2), mine).run(), tmp_path / "run.tp5")
    loaded = load_run(path).dataset
    assert (loaded.name, loaded.labels) == ("mine", tuple("abcd"))
    assert np.array_equal(loaded.images, mine.images)


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
        ({"spec": json.dumps({"hidden": [4096, 4096, 4096]})}, {}, "encoder.0.weight"),
        ({"counters": "{}"}, {}, "epoch"),
        ({"counters": "[1]"}, {}, "counters must be a JSON object"),
        ({"counters": '{"epoch": "a", "steps": 1, "perfect_since": 0}'}, {}, "epoch"),
        ({"counters": '{"epoch": 1, "steps": 1, "perfect_since": 2}'}, {}, "perfect_since"),
        ({"counters": '{"epoch": 1, "steps": true, "perfect_since": null}'}, {}, "steps"),
        ({"labels": "[]"}, {}, "labels"),
        ({"labels": "3"}, {}, ""),
        ({"labels": str(list(range(32)))}, {}, "words"),
        ({"counters": '{"epoch": -1, "steps": 1, "perfect_since": 0}'}, {}, "whole number from 0, not -1"),
        ({"counters": '{"epoch": 1, "steps": ' + "9" * 400 + ', "perfect_since": 0}'}, {}, "steps"),
        ({"spec": '{"seed": ' + "9" * 400 + "}"}, {}, "seed"),
        ({"spec": '{"learning_rate": ' + "9" * 400 + "}"}, {}, "learning_rate"),
        ({}, {"encoder.0.weight": np.full((1, 4, 35), np.nan, np.float32)}, "finite"),
        ({}, {"encoder.0.weight": None}, "lacks encoder.0.weight"),
        ({}, {"encoder.0.weight": np.zeros((1, 35, 4), np.float32)}, "encoder.0.weight"),
        ({}, {"encoder.0.weight": np.zeros((1, 4, 35), np.float64)}, "float64"),
        ({}, {"decoder.1.bias": np.zeros((1, 3), np.float32)}, "decoder.1.bias"),
        ({}, {"optimizer.mean.decoder.0.bias": None}, "lacks optimizer.mean.decoder.0.bias"),
        ({}, {"optimizer.square.encoder.1.bias": np.zeros(1, np.float32)}, "optimizer.square.encoder.1.bias"),
        ({}, {"history.loss": np.zeros((1, 1), np.float32)}, "history.loss"),
        ({}, {"history.epochs": np.zeros(0, np.int64)}, "history.epochs"),
        ({}, {"history.epochs": None}, "lacks history.epochs"),
        ({}, {"history.epochs": np.arange(6)[::-1].copy()}, "history.epochs must rise from 0"),
        ({}, {"history.epochs": np.arange(1, 7)}, "history.epochs must rise from 0"),
        ({}, {"history.epochs": np.array([0, 1, 1, 2, 3, 4])}, "history.epochs must rise from 0"),
        ({}, {"history.epochs": np.array(0)}, "history.epochs"),
        ({}, {"generators": np.zeros(5056, np.uint8)}, "generators"),
        ({}, {"generators": np.zeros((2, 5056), np.uint8)}, "generators"),
        ({}, {"generators": np.zeros((1, 5056), np.uint8)}, "state"),
        ({}, {"generators": None}, "lacks generators"),
        ({"by_replica": "[]"}, {}, "by_replica"),
        ({"by_replica": '{"hidden": [1]}'}, {}, "hidden"),
        ({"spec": json.dumps({"hidden": [4], "variational": True})}, {}, "encoder.1.weight"),
        ({"spec": json.dumps({"hidden": [4], "replicas": 2})}, {}, "(2, 5056)"),
        ({"spec": json.dumps({"hidden": [4], "sparsity": "kl"})}, {}, "sigmoid"),
        ({"spec": json.dumps({"hidden": [4], "dataset": "../etc"})}, {}, "name"),
        ({}, {"dataset": np.zeros((2, 3, 3), np.float32)}, "labels"),
        ({}, {"dataset": np.full((32, 7, 5), np.nan, np.float32)}, "pixel"),
    ],
)
def test_that_a_file_that_does_not_add_up_is_refused_with_the_reason(saved, tmp_path, header, arrays, reason):
    path = rewritten(saved, tmp_path / "odd.tp5", header, arrays)
    with pytest.raises(RunFileError, match=r"odd\.tp5") as refused:
        load_run(path)
    assert reason in str(refused.value)


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_that_a_run_from_a_machine_with_another_device_goes_on_here(saved, tmp_path, monkeypatch, device):
    monkeypatch.setattr(core.train.runfile, "present", lambda: ("cpu",))
    spec = replace(load_run(saved).spec, device=device)
    loaded = load_run(rewritten(saved, tmp_path / "card.tp5", {"spec": spec.to_json()}))
    assert loaded.spec == replace(spec, device="auto")
    loaded.update(replace(loaded.spec, epochs=loaded.epoch + 1))
    loaded.step()
    assert loaded.epoch == load_run(saved).epoch + 1


def test_that_a_run_asked_of_the_processor_stays_there(saved, tmp_path):
    spec = replace(load_run(saved).spec, device="cpu")
    loaded = load_run(rewritten(saved, tmp_path / "cpu.tp5", {"spec": spec.to_json()}))
    assert (loaded.spec, loaded.device) == (spec, "cpu")


def test_that_a_false_header_takes_no_memory_for_a_network(saved, tmp_path, monkeypatch):
    path = rewritten(saved, tmp_path / "odd.tp5", {"spec": json.dumps({"hidden": [4096] * 12})})
    monkeypatch.setattr(core.train.runfile, "Trainer", lambda *_: pytest.fail("a network was built"))
    with pytest.raises(RunFileError, match=r"encoder\.0\.weight"):
        load_run(path)


def test_that_an_edge_names_a_field_of_a_refused_file_its_own_way(saved, tmp_path):
    path = rewritten(saved, tmp_path / "odd.tp5", {"spec": json.dumps({"latent": 0})})
    with pytest.raises(RunFileError) as refused:
        load_run(path)
    assert "Code size: must be between 1 and 256" in refused.value.words(lambda named: LABELS[str(named)])
    again = pickle.loads(pickle.dumps(refused.value))
    assert str(again) == str(refused.value)


def test_that_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.tp5"):
        load_run(tmp_path / "nowhere.tp5")


def test_that_a_failed_save_leaves_the_old_file_and_no_other(saved, tmp_path, monkeypatch):
    path = save_run(load_run(saved), tmp_path / "run.tp5")
    before = path.read_bytes()

    def refuse(part, place):
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="full"):
        save_run(load_run(saved), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_save_takes_no_checkpoint_of_a_run(tmp_path, monkeypatch):
    taken, checkpoint = [], Trainer.checkpoint

    def counted(trainer):
        taken.append(trainer)
        return checkpoint(trainer)

    trainer = Trainer(Spec(hidden=(), epochs=1))
    monkeypatch.setattr(Trainer, "checkpoint", counted)
    save_run(trainer, tmp_path / "run.tp5")
    assert taken == []


# -- the plane of the map


WIDE = Spec(hidden=(6,), latent=5, epochs=3)


@pytest.mark.parametrize("latent", [1, 2, 3, 20])
def test_that_the_plane_of_a_code_over_2_is_kept_and_changes_nothing_else(tmp_path, latent):
    trainer = Trainer(replace(WIDE, latent=latent)).run()
    plain = save_run(trainer, tmp_path / "plain.tp5")
    assert load_run(plain).plane is None
    trainer.plane = plane_of(trainer.snapshot().codes)
    loaded = load_run(save_run(trainer, tmp_path / "drawn.tp5"))
    assert bits(loaded) == bits(trainer)
    if latent > 2:
        assert np.array_equal(loaded.plane.to_array(), trainer.plane.to_array())
    else:
        assert loaded.plane is None
        assert plain.read_bytes() == (tmp_path / "drawn.tp5").read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda plane: plane[:2], lambda plane: plane[:, :4], lambda plane: plane * 2,
        lambda plane: plane * np.float32(np.nan), lambda plane: plane.astype(np.float64), np.zeros_like,
        lambda plane: plane[[0, 1, 1]], lambda plane: plane.view(np.uint32), lambda plane: plane * 1e30,
    ],
)  # fmt: skip
def test_that_a_plane_that_is_none_is_left_aside(tmp_path, damage):
    trainer = Trainer(WIDE).run()
    trainer.plane = plane_of(trainer.snapshot().codes)
    path = save_run(trainer, tmp_path / "drawn.tp5")
    damaged = rewritten(path, tmp_path / "damaged.tp5", arrays={"plane": damage(trainer.plane.to_array())})
    loaded = load_run(damaged)
    assert loaded.plane is None
    assert bits(loaded) == bits(trainer)
