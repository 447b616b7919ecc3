"""What a run file holds today: tensors that a stranger can use, and names that may come and go."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from bits import bits
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import save_file
from strategies import KINDS

from core import RunFileError, Spec, Trainer, load_run, save_run
from core.base.words import Refusal
from core.measure.metrics import METRICS, Metric, curve_names
from core.train.torch_names import flat, named
from core.train.upgrades import NEWEST, RENAMED, STEPS

SIZES = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=3)
SMALL = Spec(hidden=(5, 4), latent=3, epochs=4, replicas=2, activation="tanh")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return save_run(Trainer(SMALL).run(), tmp_path_factory.mktemp("runs") / "run.tp5")


def raw(path):
    with safe_open(path, framework="numpy") as file:
        return file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def rewritten(saved, path, header=None, arrays=None, without=()):
    kept, tensors = raw(saved)
    for name in without:
        del tensors[name]
    save_file(tensors | (arrays or {}), path, metadata=kept | (header or {}))
    return path


def fields_of(path):
    return json.loads(raw(path)[0]["spec"])


# --- names and orientation ---


@given(SIZES, SIZES, st.integers(1, 3), st.randoms())
def test_that_naming_weights_and_laying_them_flat_are_exact_inverses(encoder, decoder, replicas, random):
    count = sum((fan_in + 1) * fan_out for fan_in, fan_out in encoder + decoder)
    any_bits = np.array([[random.getrandbits(32) for _ in range(count)] for _ in range(replicas)], np.uint32)
    prefix, row = (
        "optimizer.mean.",
        any_bits.view(np.float32),
    )  # NaNs with a payload, infinities, minus zero, denormal numbers
    tensors = named(row, encoder, decoder, prefix)
    again = flat(tensors, replicas, encoder, decoder, prefix)
    assert again.tobytes() == row.tobytes()
    assert all(name.startswith(prefix) and array.flags.c_contiguous for name, array in tensors.items())
    assert {n: a.tobytes() for n, a in named(again, encoder, decoder, prefix).items()} == {
        n: a.tobytes() for n, a in tensors.items()
    }


def test_that_a_weight_stands_where_torch_would_have_it():
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)  # (in, out)
    row = np.concatenate([weight.ravel(), [7, 8, 9]])[None].astype(np.float32)
    tensors = named(row, [(2, 3)], [])
    assert list(tensors) == ["encoder.0.weight", "encoder.0.bias"]
    assert np.array_equal(tensors["encoder.0.weight"], weight.T[None])
    assert tensors["encoder.0.bias"].tolist() == [[7, 8, 9]]


@pytest.mark.parametrize("name", ["encoder.0.weight", "encoder.1.bias", "decoder.0.weight"])
@pytest.mark.parametrize("wrong", [lambda a: a[:0], lambda a: a.T, lambda a: a.astype(np.float64), None])
def test_that_a_tensor_of_another_form_is_refused_by_its_name(name, wrong):
    sizes = [(4, 3), (3, 2)], [(2, 3), (3, 4)]
    tensors = named(np.zeros((5, 48), np.float32), *sizes)
    if wrong is None:
        del tensors[name]
    else:
        tensors[name] = wrong(tensors[name])
    with pytest.raises(Refusal, match=name):
        flat(tensors, 5, *sizes)


TORCH = {
    "tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU, "silu": torch.nn.SiLU,
    "identity": torch.nn.Identity,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["plain", "variational", "l1 hidden", "contractive", "denoising"])
@pytest.mark.parametrize("activation", TORCH)
@pytest.mark.parametrize("hidden", [(), (5,), (6, 4)])
def test_that_a_strangers_torch_network_answers_the_same(kind, activation, hidden, tmp_path):
    """The network is built from the tensors' names and shapes, and two words of the spec, alone."""
    if kind == "l1 hidden" and not hidden:
        return
    fields = KINDS[kind] | {"hidden": hidden, "activation": activation}
    trainer = Trainer(replace(SMALL, epochs=2, **fields)).run()
    header, tensors = raw(save_run(trainer, tmp_path / "run.tp5"))
    spec = json.loads(header["spec"])

    def stack(half, replica, last):
        depth = sum(name.startswith(half) and name.endswith("weight") for name in tensors)
        layers = torch.nn.Sequential()
        for layer in range(depth):
            weight, bias = (
                torch.from_numpy(tensors[f"{half}.{layer}.{p}"][replica]) for p in ("weight", "bias")
            )
            dense = torch.nn.Linear(weight.shape[1], weight.shape[0])
            dense.load_state_dict({"weight": weight, "bias": bias})
            layers.append(dense)
            layers.append(last() if layer == depth - 1 else TORCH[spec["activation"]]())
        return layers

    images = trainer.dataset.images
    for replica in range(2):
        encoder = stack("encoder", replica, TORCH[spec["code_activation"]])
        decoder = stack("decoder", replica, torch.nn.Sigmoid)
        with torch.no_grad():
            codes = encoder(torch.from_numpy(images.copy()).flatten(1))[:, : spec["latent"]]
            answers = decoder(codes).reshape(images.shape)
        np.testing.assert_allclose(codes, trainer.model.encode(images, replica), rtol=0, atol=1e-6)
        np.testing.assert_allclose(answers, trainer.model.reconstruct(images, replica), rtol=0, atol=1e-6)


def test_that_the_file_holds_what_its_page_says(saved):
    """`core/train/README.md` names every key of the header and every kind of tensor."""
    header, tensors = raw(saved)
    assert set(header) == {"format", "spec", "counters", "labels", "fingerprint", "by_replica"}
    assert header["format"] == str(NEWEST) == "2"
    shapes = {name: array.shape for name, array in tensors.items() if not name.startswith(("history", "opt"))}
    assert shapes == {
        "encoder.0.weight": (2, 5, 35), "encoder.0.bias": (2, 5),
        "encoder.1.weight": (2, 4, 5), "encoder.1.bias": (2, 4),
        "encoder.2.weight": (2, 3, 4), "encoder.2.bias": (2, 3),
        "decoder.0.weight": (2, 4, 3), "decoder.0.bias": (2, 4),
        "decoder.1.weight": (2, 5, 4), "decoder.1.bias": (2, 5),
        "decoder.2.weight": (2, 35, 5), "decoder.2.bias": (2, 35),
        "generators": (2, 5056), "dataset": (32, 7, 5),
        "moments.counters": (4, 3), "moments.params": (4, 2, 470), "moments.generators": (4, 2, 5056),
        "moments.optimizer.mean": (4, 2, 470), "moments.optimizer.square": (4, 2, 470),
    }  # fmt: skip
    for name in [name for name in tensors if name.startswith(("encoder", "decoder"))]:
        for slot in ("mean", "square"):
            assert tensors[f"optimizer.{slot}.{name}"].shape == tensors[name].shape


def test_that_the_same_run_gives_the_same_bytes(tmp_path):
    files = [save_run(Trainer(SMALL).run(), tmp_path / f"{turn}.tp5").read_bytes() for turn in range(3)]
    assert files[0] == files[1] == files[2]


# --- what comes and goes ---


@pytest.mark.parametrize("name", curve_names())
def test_that_a_run_without_a_curve_opens_with_that_curve_empty_and_goes_on(saved, tmp_path, name):
    whole = load_run(saved)
    run = load_run(rewritten(saved, tmp_path / "old.tp5", without=[f"history.{name}"]))
    ours, theirs = run.history.curves(), whole.history.curves()
    assert ours.epochs.tolist() == theirs.epochs.tolist()
    for other, values in theirs.values.items():
        found = ours.values[other]
        assert np.isnan(found).all() if other == name else np.array_equal(found, values)
    assert 0 <= run.leader < 2
    for trainer in (run, whole):
        trainer.update(replace(SMALL, epochs=6))
        trainer.run()
    assert np.array_equal(run.history.curves().values[name][5:], whole.history.curves().values[name][5:])
    again = load_run(save_run(run, tmp_path / "again.tp5"))
    assert bits(again) == bits(run)


def test_that_a_run_without_any_curve_keeps_its_epochs(saved, tmp_path):
    names = [f"history.{name}" for name in curve_names()]
    curves = load_run(rewritten(saved, tmp_path / "old.tp5", without=names)).history.curves()
    assert curves.epochs.tolist() == [0, 1, 2, 3, 4]
    assert all(np.isnan(values).all() for values in curves.values.values())


@pytest.mark.parametrize("shape", [(5, 2), (3,), (1, 1, 1)])
def test_that_an_unknown_curve_or_tensor_is_left_aside(saved, tmp_path, shape):
    extra = np.ones(shape, np.float32)
    arrays = {"history.surprise": extra, "surprise": extra, "optimizer.surprise.encoder.0.weight": extra}
    run = load_run(rewritten(saved, tmp_path / "new.tp5", {"surprise": "yes"}, arrays))
    assert bits(run) == bits(load_run(saved))
    assert save_run(run, tmp_path / "again.tp5").read_bytes() == saved.read_bytes()


def test_that_a_metric_that_is_added_and_removed_costs_nobody_a_run(saved, tmp_path, monkeypatch):
    another = Metric(
        "another", "another", "A metric that came later.", "", "", "text",
        lambda evaluation: 1.0 + torch.arange(len(evaluation.index)) % 2, plot=lambda spec, dataset: "lower",
    )  # fmt: skip
    with monkeypatch.context() as later:
        later.setattr(METRICS, "_records", METRICS._records.copy())
        METRICS.add(another)
        run = load_run(saved)
        assert np.isnan(run.history.curves().values["another"]).all()
        run.update(replace(SMALL, epochs=6))
        run.run()
        assert run.history.curves().values["another"][-2:].tolist() == [[1, 2], [1, 2]]
        newer = save_run(run, tmp_path / "newer.tp5")
        assert bits(load_run(newer)) == bits(run)
    back = load_run(newer)
    assert "another" not in back.history.curves().values
    assert back.checkpoint().nbytes == run.checkpoint().nbytes
    assert torch.equal(back.network.params, run.network.params)
    assert back.history.curves().epochs.tolist() == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", ["gain", "focus", "patience", "device", "kl_warmup"])
def test_that_a_field_that_came_later_is_at_its_default(saved, tmp_path, name):
    fields = fields_of(saved)
    del fields[name]
    run = load_run(rewritten(saved, tmp_path / "old.tp5", {"spec": json.dumps(fields)}))
    assert bits(run) == bits(load_run(saved))
    assert getattr(run.spec, name) == getattr(Spec(), name)


def test_that_a_field_from_the_future_is_refused_by_its_name(saved, tmp_path):
    header = {"spec": json.dumps(fields_of(saved) | {"attention": True})}
    with pytest.raises(RunFileError, match=r"new\.tp5.*'attention'.*newer version of tp5gui"):
        load_run(rewritten(saved, tmp_path / "new.tp5", header))


@given(st.sampled_from(["header", "tensor", "field", "curve"]), st.booleans())
@settings(max_examples=8)
def test_that_what_was_renamed_is_found_by_its_old_name(saved, tmp_path_factory, kind, first):
    """Written by the old name, read by the new one; where both stand in a file, the new one counts."""
    path = tmp_path_factory.mktemp("renamed") / "old.tp5"
    header, arrays = raw(saved)
    if kind == "header":
        new = "labels" if first else "counters"
        header["old"] = header.pop(new)
    elif kind == "field":
        new, fields = "hidden" if first else "latent", fields_of(saved)
        header["spec"] = json.dumps({"old" if name == new else name: fields[name] for name in fields})
    elif kind == "curve":
        new = "loss" if first else "wrong_pixels"
        arrays["history.old"] = arrays.pop(f"history.{new}")
    else:
        new = "generators" if first else "decoder.1.bias"
        arrays["old"] = arrays.pop(new)
    save_file(arrays, path, metadata=header)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(RENAMED, kind, RENAMED[kind] | {"old": new})
        assert bits(load_run(path)) == bits(load_run(saved))
        both = rewritten(saved, path.with_name("both.tp5"), {"old": "{}"}, {"old": np.zeros(1)})
        assert bits(load_run(both)) == bits(load_run(saved))


def test_that_a_field_that_was_renamed_is_found_wherever_a_file_names_it(tmp_path):
    """In the spec, in what the replicas differ in, and in what was changed while it trained."""
    trainer = Trainer(SMALL, None, {"learning_rate": [0.01, 0.02]})
    trainer.advance(2)
    trainer.update(replace(trainer.spec, learning_rate=0.5))
    trainer.advance(1)
    path = save_run(trainer, tmp_path / "run.tp5")
    header, arrays = raw(path)
    parts = ("spec", "by_replica", "changes")
    assert all('"learning_rate"' in header[part] for part in parts)
    older = {part: header[part].replace('"learning_rate"', '"rate"') for part in parts}
    save_file(arrays, tmp_path / "old.tp5", metadata=header | older)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(RENAMED, "field", {"rate": "learning_rate"})
        loaded = load_run(tmp_path / "old.tp5")
    assert loaded.changes == trainer.changes != ()
    assert bits(loaded) == bits(load_run(path))


def test_that_there_is_a_step_from_every_format_and_a_step_changes_nothing_that_it_is_given():
    assert len(STEPS) + 1 == NEWEST
    spec = json.dumps({"hidden": [2], "latent": 1, "variational": True})
    header = {"format": "1", "spec": spec, "numbers": json.dumps({"epoch": 1, "perfect_since": -1})}
    params = np.arange(2 * 37, dtype=np.float32).reshape(2, 37)
    arrays = {"params": params, "optimizer.velocity": params + 1, "kept": np.ones(1)}
    before = dict(header), {name: array.copy() for name, array in arrays.items()}
    upgraded, tensors = STEPS[0](header, arrays)
    assert header == before[0]
    assert all(np.array_equal(arrays[name], before[1][name]) for name in before[1])
    assert upgraded["format"] == "2"
    assert json.loads(upgraded["numbers"]) == {"epoch": 1, "perfect_since": None}
    shapes = {name: array.shape for name, array in tensors.items()}
    pixels = 5  # 37 = (5 + 1) 2 + (2 + 1) 2 + (1 + 1) 2 + (2 + 1) 5, which the step solves for the 5
    assert shapes["encoder.0.weight"] == (2, 2, pixels)
    assert shapes["encoder.1.weight"] == (2, 2, 2)
    assert shapes["decoder.1.weight"] == shapes["optimizer.velocity.decoder.1.weight"] == (2, pixels, 2)
    assert "kept" in tensors


@pytest.mark.parametrize(
    ("fields", "arrays", "reason"),
    [
        ({"hidden": [4, "a"]}, {}, "widths"),
        ({"hidden": 3}, {}, "widths"),
        ({"hidden": [4096] * 13}, {}, "widths"),
        ({"latent": 0}, {}, "widths"),
        ({"latent": True}, {}, "widths"),
        ({}, {"params": np.zeros((1, 7), np.float32)}, "params"),
        ({}, {"params": np.zeros(341, np.float32)}, "params"),
        ({}, {"optimizer.mean": np.zeros((1, 340), np.float32)}, "optimizer.mean"),
        ({}, {"optimizer.mean": np.zeros((2, 341), np.float32)}, "optimizer.mean"),
    ],
)
def test_that_a_file_of_format_1_that_does_not_add_up_is_refused(fields, arrays, reason, tmp_path):
    spec = {"hidden": [4], "latent": 2} | fields
    good = {"params": np.zeros((1, 341), np.float32), "optimizer.mean": np.zeros((1, 341), np.float32)}
    good |= {"dataset": np.zeros((2, 7, 5), np.float32), "generator": np.zeros((1, 5056), np.uint8)}
    numbers = json.dumps({"epoch": 0, "steps": 0, "perfect_since": -1})
    header = {
        "format": "1",
        "spec": json.dumps(spec),
        "numbers": numbers,
        "each": "{}",
        "labels": '["a", "b"]',
    }
    save_file(good | arrays, tmp_path / "old.tp5", metadata=header)
    with pytest.raises(RunFileError, match=r"old\.tp5") as refused:
        load_run(tmp_path / "old.tp5")
    assert reason in str(refused.value)
