"""Runs of format 1, as version 0.1.0 wrote them, open for ever and answer as they did."""

import json
import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bits import bits
from safetensors import safe_open

import core.data.library
from core import load_run, preset, save_run
from core.base.files import shipped
from core.choices.optimizers import OPTIMIZERS
from core.data.datasets import save_dataset
from core.data.noise import NOISES
from core.experiment.spec import FIELDS
from core.measure.metrics import curve_names
from core.train.upgrades import NEWEST

FOLDER = Path(__file__).resolve().parents[2] / "data" / "runs" / "format1"
RUNS = sorted(FOLDER.glob("*.tp5"))
SPECS = [load_run(path).spec for path in RUNS if path.stem != "large-set"]
EVERY_RUN = pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)


@pytest.fixture(autouse=True)
def _library(tmp_path, monkeypatch):
    """A library with the one set that was too large to travel with its run."""
    monkeypatch.setattr(core.data.library, "folder", lambda: tmp_path / "sets")
    save_dataset(runpy.run_path(str(FOLDER.parent / "make_format1.py"))["sets"]()["large"])


def raw(path):
    """The header and the arrays of a file, as they are written."""
    with safe_open(path, framework="numpy") as file:
        return file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def answers(trainer, images):
    replicas, model = range(trainer.spec.replicas), trainer.model
    codes = np.stack([model.encode(images, replica) for replica in replicas])
    return codes, np.stack([model.reconstruct(images, replica) for replica in replicas])


def longer(trainer):
    """A run with the epochs that version 0.1.0 was given to go on with."""
    trainer.update(replace(trainer.spec, epochs=trainer.epoch * 11 // 10 + 10))
    return trainer


@EVERY_RUN
def test_that_it_answers_as_it_did(path):
    answered = np.load(path.with_suffix(".npz"))
    codes, outputs = answers(load_run(path), answered["images"])
    np.testing.assert_allclose(codes, answered["codes"], rtol=0, atol=1e-5)
    np.testing.assert_allclose(outputs, answered["outputs"], rtol=0, atol=1e-5)


def three_more(path, rounded=0.0):
    """The run in a file after three more epochs; `rounded` is a share by which its parameters are off."""
    trainer = longer(load_run(path))
    trainer.network.params.mul_(1 + rounded)
    for _ in range(3):
        trainer.step()
    return trainer


@EVERY_RUN
def test_that_after_three_more_epochs_it_agrees_with_what_it_would_have_become(path):
    """Up to what rounding has become by then: RMSprop's makes thirty times as much of it at every epoch."""
    answered = np.load(path.with_suffix(".npz"))
    trainer = three_more(path)
    codes, outputs = answers(trainer, answered["images"])
    off = [answers(three_more(path, sign * 1e-7), answered["images"])[0] - codes for sign in (1, -1)]
    within = max(1e-3, float(np.abs(off).max()))
    assert within < 0.05 * np.abs(codes).max()
    np.testing.assert_allclose(codes, answered["later_codes"], rtol=0, atol=within)
    np.testing.assert_allclose(outputs, answered["later_outputs"], rtol=0, atol=within)
    assert np.abs(codes - answered["codes"]).max() > 1e-3  # three epochs do make a difference
    if "later_params" in answered:
        params = trainer.network.params.numpy()
        np.testing.assert_allclose(params, answered["later_params"], rtol=0, atol=within)


@EVERY_RUN
def test_that_nothing_is_lost_on_the_way_to_the_newest_format(path, tmp_path):
    old = load_run(path)
    new = load_run(save_run(old, tmp_path / "new.tp5"))
    assert raw(tmp_path / "new.tp5")[0]["format"] == "2"
    assert new.spec == old.spec
    assert new.by_replica.values == old.by_replica.values
    assert bits(new) == bits(old)


@EVERY_RUN
def test_that_every_number_of_the_file_is_in_the_run(path):
    header, arrays = raw(path)
    trainer, numbers = load_run(path), json.loads(header["numbers"])
    checkpoint, curves = trainer.checkpoint(), trainer.history.curves()
    since = -1 if checkpoint.perfect_since is None else checkpoint.perfect_since
    held = {"epoch": checkpoint.epoch, "steps": checkpoint.steps, "perfect_since": since}
    assert held == numbers
    assert trainer.by_replica.values == json.loads(header["each"])
    for name, value in json.loads(header["spec"]).items():
        found = getattr(trainer.spec, name)
        assert (list(found) if isinstance(found, tuple) else found) == value
    held = {name: tensor.numpy() for name, tensor in checkpoint.tensors.items() if name != "generators"}
    held |= {"generator": checkpoint.generators.numpy(), "history.epochs": curves.epochs}
    held |= {f"history.{name}": values for name, values in curves.values.items()}
    if "dataset" in arrays:
        held["dataset"] = trainer.dataset.images
    assert list(trainer.dataset.labels) == json.loads(header["labels"])
    assert arrays.keys() <= held.keys()
    for name, array in arrays.items():
        assert held[name].tobytes() == array.tobytes(), name


@EVERY_RUN
def test_that_what_came_later_is_at_its_default_or_was_not_measured(path):
    header, arrays = raw(path)
    trainer = load_run(path)
    for name in FIELDS.keys() - json.loads(header["spec"]).keys():
        assert getattr(trainer.spec, name) == FIELDS[name].default
    curves = trainer.history.curves()
    assert curves.values.keys() == set(curve_names())
    for name, values in curves.values.items():
        assert f"history.{name}" in arrays or np.isnan(values).all()


@pytest.mark.parametrize("name", ["font-autoencoder", "font-denoiser"])
def test_that_the_runs_that_come_with_the_application_are_still_the_same_networks(name):
    """They were trained again by `resources/runs/build.py` and are kept in the newest format."""
    path = shipped(f"resources/runs/{name}.tp5")
    old, new = load_run(FOLDER / path.name), load_run(path)
    assert raw(path)[0]["format"] == str(NEWEST)
    assert new.spec == old.spec == preset(name)
    assert new.epoch == new.spec.epochs
    for part, tensor in old.checkpoint().tensors.items():
        assert np.array_equal(new.checkpoint().tensors[part], tensor), part
    shot = new.snapshot()
    assert shot.wrong_pixels == old.snapshot().wrong_pixels == 0
    assert shot.curves.epochs.tolist() == old.history.curves().epochs.tolist()


def test_that_the_script_rebuilds_every_run_that_comes_with_the_application():
    folder = shipped("resources/runs")
    names = runpy.run_path(str(folder / "build.py"))["NAMES"]
    assert sorted(names) == sorted(path.stem for path in folder.glob("*.tp5"))


def test_that_there_is_a_run_of_every_kind_of_0_1_0():
    assert {"font-autoencoder", "font-denoiser"} <= {path.stem for path in RUNS}
    old = {"none", "salt-and-pepper", "salt-and-pepper-count", "gaussian", "masking", "flip"}
    assert {spec.noise for spec in SPECS} == old <= set(NOISES.names())
    assert {spec.optimizer for spec in SPECS} == {"adam", "adamw", "rprop", "sgd", "rmsprop"}
    assert {spec.optimizer for spec in SPECS} <= set(OPTIMIZERS.names())
    assert {(spec.sparsity, spec.sparse_units) for spec in SPECS if spec.sparse} == {
        ("l1", "code"), ("l1", "hidden"), ("kl", "code"), ("kl", "hidden"),
    }  # fmt: skip
    assert {"plain", "race", "replicas-that-differ", "deep", "linear"} <= {path.stem for path in RUNS}
    for has in (
        lambda spec: spec.variational and spec.kl_warmup, lambda spec: spec.variational and spec.free_bits,
        lambda spec: spec.contraction, lambda spec: spec.output == "tanh", lambda spec: spec.replicas > 1,
        lambda spec: spec.batch_size and spec.shuffle, lambda spec: spec.batch_size and not spec.shuffle,
    ):  # fmt: skip
        assert any(has(spec) for spec in SPECS)
    assert all(path.with_suffix(".npz").exists() for path in RUNS)
