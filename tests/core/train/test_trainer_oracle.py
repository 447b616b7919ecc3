"""Epochs against the usual loop with autograd and `torch.optim`; what is shown against counting it again."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from oracles import PIXELS, naive_activities, naive_halves, naive_parts
from strategies import KINDS, specs
from torch.distributions import Normal, kl_divergence

from core import Dataset, Spec, Trainer
from core.data.noise import corrupt
from core.experiment.replicas import ByReplica
from core.experiment.spec import FIELDS
from core.measure.metrics import curve_names
from core.nn.objective import Objective
from core.train.snapshot import COMPARED, EVALUATED

TINY = Dataset(
    "tiny", np.random.default_rng(5).random((7, 2, 3)).round().astype(np.float32), tuple("abcdefg")
)
SMALL = Spec(hidden=(5,), latent=2, activation="tanh", epochs=6, learning_rate=0.01)


def coded(spec, images):
    return 2 * images - 1 if spec.output == "tanh" else images


def naive_run(spec, trainer, epochs):
    """The weights after some epochs of the usual loop, from the start and the generators of a fresh trainer.

    An epoch draws the order of its batches, then for every batch the noise, the draw of a variational code
    and the draws of the prior that a penalty compares with.
    """
    params, generators = trainer.network.params.clone().requires_grad_(), trainer.generators.twin()
    images = torch.from_numpy(TINY.images.copy()).flatten(1)
    if spec.optimizer == "adam":
        betas = (spec.momentum, spec.beta2)
        optimizer = torch.optim.Adam([params], lr=spec.learning_rate, betas=betas)
    else:
        optimizer = torch.optim.SGD([params], lr=spec.learning_rate, momentum=spec.momentum)
    size, everything = spec.batch_size or 7, torch.arange(7).expand(spec.replicas, -1)
    for epoch in range(epochs):
        falling = (1 + math.cos(math.pi * epoch / spec.epochs)) / 2 if spec.schedule == "cosine" else 1
        optimizer.param_groups[0]["lr"] = spec.learning_rate * falling
        beta = spec.beta * (min(epoch, spec.kl_warmup) / spec.kl_warmup if spec.kl_warmup else 1)
        order = generators.orders(7) if spec.shuffle and size < 7 else everything
        for index in order.split(size, 1):
            clean = images[index]
            fed = clean
            if spec.noise_level > 0:
                fed = corrupt(spec.noise, clean, spec.noise_level, generators, TINY.shape)
            draw = generators.normal((*index.shape, spec.latent)) if spec.variational else [None] * 3
            prior = [None] * 3
            if spec.penalty == "mmd":
                prior = generators.normal((*index.shape, spec.latent))
            optimizer.zero_grad()
            total = 0
            for row in range(spec.replicas):
                x, target = coded(spec, fed[row]), coded(spec, clean[row])
                parts = naive_parts(spec, params[row], x, target, draw[row], beta, prior[row])
                total = total + sum(parts.values())
            total.backward()
            optimizer.step()
    return params.detach()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("batch_size", "shuffle"), [(0, True), (3, True), (3, False)])
def test_that_epochs_of_every_kind_are_those_of_the_usual_loop(kind, batch_size, shuffle):
    fields = {"batch_size": batch_size, "shuffle": shuffle, "replicas": 2, "optimizer": "sgd"} | KINDS[kind]
    spec = replace(SMALL, **fields, schedule="cosine", momentum=0.5)
    trainer = Trainer(spec, TINY)
    wanted = naive_run(spec, trainer, 4)
    for _ in range(4):
        trainer.step()
    torch.testing.assert_close(trainer.network.params, wanted, rtol=1e-4, atol=1e-5)


@given(specs(layers=2))
@settings(max_examples=15)
def test_that_an_epoch_of_any_spec_is_that_of_the_usual_loop(spec):
    spec = replace(spec, optimizer="sgd", replicas=min(spec.replicas, 2))
    trainer = Trainer(spec, TINY)
    wanted = naive_run(spec, trainer, 1)
    trainer.step()
    assert (trainer.network.params - wanted).norm() <= 1e-5 * wanted.norm()


def naive_curves(spec, trainer, replica, epoch):
    """The newest point of every curve, from the weights and from what a snapshot says was fed."""
    shot = trainer.snapshot(replica)
    clean, fed = (torch.from_numpy(images.copy()).flatten(1) for images in (shot.inputs, shot.fed))
    beta = spec.beta * (min(epoch, spec.kl_warmup) / spec.kl_warmup if spec.kl_warmup else 1)
    encoder, decoder = naive_halves(spec, trainer.network.params[replica], clean.shape[1])

    def kl(images):
        head = naive_activities(encoder, coded(spec, images))[-1]
        deviation = (head[:, spec.latent :] / 2).exp()
        return kl_divergence(Normal(head[:, : spec.latent], deviation), Normal(0.0, 1.0)).mean(0)

    def wrong(images):
        codes = naive_activities(encoder, coded(spec, images))[-1][:, : spec.latent]
        logits = naive_activities(decoder, codes)[-1]
        pixels = torch.sigmoid(logits) if spec.output == "sigmoid" else (torch.tanh(logits) + 1) / 2
        return pixels, ((pixels > 0.5) != (clean > 0.5)).sum(1)

    parts = naive_parts(
        replace(spec, focus=0.0), trainer.network.params[replica], coded(spec, fed), coded(spec, clean),
        None, beta,
    )  # fmt: skip
    answers, missed = wrong(clean)
    return {
        "loss": sum(parts.values()).item(),
        "reconstruction": parts["reconstruction"].item(),
        "kl": kl(fed).sum().item() if spec.variational else 0,
        "sparsity": parts["sparsity"].item() if "sparsity" in parts else 0,
        "contraction": parts["contraction"].item() if "contraction" in parts else 0,
        "penalty": parts["penalty"].item() if "penalty" in parts else 0,
        "squared_error": (answers - clean).square().mean().item(),
        "wrong_pixels": missed.sum().item(),
        "recognised": (missed <= 1).sum().item(),
        "perfect": (missed == 0).sum().item(),
        "fed_recognised": (wrong(fed)[1] <= 1).sum().item(),
        "active_units": (kl(clean) > 0.01).sum().item() if spec.variational else 0,
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("noise", ["none", "flip"])
def test_that_the_curves_are_what_counting_again_gives(kind, noise):
    spec = replace(SMALL, **({"noise": noise, "noise_level": 0.2, "replicas": 2} | KINDS[kind]))
    trainer = Trainer(spec, TINY)
    for epoch in range(4):
        for replica in range(2):
            curves = trainer.history.curves()
            assert curves.epochs.tolist() == list(range(epoch + 1))
            assert set(curves.values) == set(curve_names())
            ours = {name: values[-1] for name, values in curves.replica(replica).items()}
            for name, value in naive_curves(spec, trainer, replica, epoch).items():
                assert ours[name] == pytest.approx(value, rel=1e-4, abs=1e-5), name
        trainer.step()


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_snapshot_is_what_counting_again_gives(kind):
    spec = replace(SMALL, **({"noise": "flip", "noise_level": 0.2, "replicas": 2} | KINDS[kind]))
    trainer = Trainer(spec, TINY).run()
    for replica in range(2):
        shot, theirs = trainer.snapshot(replica), naive_curves(spec, trainer, replica, spec.epochs)
        assert shot.loss == pytest.approx(theirs["loss"], rel=1e-4)
        assert shot.squared_error == pytest.approx(theirs["squared_error"], rel=1e-4)
        for name in ("wrong_pixels", "recognised", "perfect"):
            assert getattr(shot, name) == theirs[name]
        answers = trainer.model.reconstruct(shot.inputs, replica)
        away = ((answers[:, None] - shot.inputs[None]) ** 2).sum((2, 3))
        assert shot.compared == 7
        assert shot.collapsed is bool(np.var(answers, 0).mean() < 0.01 * np.var(shot.inputs, 0).mean())
        assert shot.nearest_own == sum(row[own] <= row.min() for own, row in enumerate(away))
        assert (shot.kl is not None) is spec.variational
        if spec.variational:
            means, spread = (
                trainer.model.encode(shot.inputs, replica),
                trainer.model.spread(shot.inputs, replica),
            )
            kl = (means**2 + spread**2 - 1 - np.log(spread**2)).mean(0) / 2
            np.testing.assert_allclose(shot.kl, kl, rtol=1e-3, atol=1e-5)
            assert (shot.kl > 0.01).sum() == theirs["active_units"]
        np.testing.assert_allclose(trainer.model.encode(shot.inputs, replica), shot.codes, atol=1e-6)


@pytest.mark.parametrize(("share", "collapsed"), [(0.0, True), (0.98, True), (1.02, False)])
def test_that_outputs_have_collapsed_below_a_hundredth_of_the_images_variance(share, collapsed):
    """A code of one number that only tells whether the first pixel is on, and pixels that follow it a bit."""
    trainer = Trainer(replace(SMALL, hidden=(), latent=1, gain=5.0, replicas=2), TINY)
    assert not trainer.snapshot(1).collapsed
    wanted = share * 0.01 * TINY.images.var(0).mean()
    first = TINY.images[:, 0, 0]
    swing = math.sqrt(wanted / (4 * first.var()))  # of every pixel, about one half
    logit = math.log((0.5 + swing) / (0.5 - swing)) if share else 0.0
    encoder, decoder = trainer.network.encoder.layers[0], trainer.network.decoder.layers[0]
    trainer.network.params[1] = 0
    encoder.weight[1, 0, 0] = 2 * logit
    encoder.bias[1] = -logit
    decoder.weight[1] = 1
    answers = trainer.model.reconstruct(TINY.images, 1)
    assert answers.var(0).mean() == pytest.approx(wanted, rel=1e-3, abs=1e-9)
    assert trainer.snapshot(1).collapsed is collapsed
    assert not trainer.snapshot(0).collapsed


def test_that_a_unit_is_active_from_a_hundredth_of_a_nat_on():
    """Codes that do not depend on the image, of 0, 0.009 and 0.011 nats; steps too small to tell."""
    spec = replace(SMALL, hidden=(), latent=3, variational=True, optimizer="sgd", learning_rate=1e-7)
    trainer = Trainer(replace(spec, beta=0.0, momentum=0.0, replicas=2), TINY)
    trainer.network.params[1] = 0
    means = [math.sqrt(2 * nats) for nats in (0, 0.009, 0.011)]
    trainer.network.encoder.layers[0].bias[1, 0, :3] = torch.tensor(means)
    trainer.step()
    assert trainer.snapshot(1).kl.tolist() == pytest.approx([0, 0.009, 0.011], abs=1e-5)
    assert trainer.history.curves().values["active_units"][-1].tolist() == [3, 1]


def test_that_the_spread_of_a_plain_code_is_refused():
    with pytest.raises(ValueError, match="variational"):
        Trainer(SMALL, TINY).model.spread(TINY.images)


MANY = Dataset(
    "many", np.linspace(0.25, 1, 2 * (EVALUATED + 60), dtype=np.float32).reshape(-1, 1, 2),
    tuple(map(str, range(EVALUATED + 60))),
)  # fmt: skip


@pytest.mark.parametrize("noise", ["none", "masking"])
@pytest.mark.parametrize(("batch_size", "shuffle"), [(0, True), (100, True), (100, False), (5000, True)])
def test_that_of_a_large_set_a_snapshot_shows_evenly_spread_images_each_beside_what_it_was_fed(
    noise, batch_size, shuffle
):
    spec = replace(
        SMALL, noise=noise, noise_level=0.5, batch_size=batch_size, shuffle=shuffle, replicas=2, latent=1
    )
    trainer = Trainer(spec, MANY)
    for _ in range(2):
        for replica in range(2):
            shot = trainer.snapshot(replica)
            assert shot.inputs.shape == shot.fed.shape == shot.outputs.shape == (EVALUATED, 1, 2)
            assert len(shot.codes) == len(shot.wrong) == EVALUATED
            numbers = np.searchsorted(MANY.images[:, 0, 0], shot.inputs[:, 0, 0])
            assert np.array_equal(MANY.images[numbers], shot.inputs)
            assert (np.diff(numbers) >= 1).all()
            assert np.abs(numbers - np.linspace(0, MANY.count, EVALUATED, endpoint=False)).max() < 1
            assert ((shot.fed == shot.inputs) | (shot.fed == 0)).all()
            assert (shot.fed == 0).any() == (noise == "masking")
            outputs = trainer.model.reconstruct(shot.fed, replica)
            np.testing.assert_allclose(outputs, shot.outputs, atol=1e-5)
            np.testing.assert_allclose(trainer.model.encode(shot.inputs, replica), shot.codes, atol=1e-5)
            assert shot.compared == COMPARED
        trainer.step()


def test_that_a_coding_is_that_of_the_output():
    """What `coded` says here is what the objective does."""
    for output, loss in (("sigmoid", "bce"), ("tanh", "squared-error")):
        spec = Spec(output=output, loss=loss)
        x = torch.rand(4, PIXELS)
        torch.testing.assert_close(Objective(ByReplica(spec), PIXELS).output.encode(x), coded(spec, x))


LIVE = {
    "beta": ({"variational": True}, 0.2),
    "kl_warmup": ({"variational": True, "kl_warmup": 10}, 50),
    "free_bits": ({"variational": True}, 50.0),
    "sparsity_weight": ({"sparsity": "l1"}, 2.0),
    "sparsity_rate": ({"sparsity": "kl", "code_activation": "sigmoid"}, 0.9),
    "contraction": ({}, 0.5),
    "penalty_weight": ({"penalty": "mmd"}, 100.0),
    "noise": ({"noise_level": 0.5}, "flip"),
    "noise_level": ({"noise": "flip", "noise_level": 0.2}, 0.7),
    "focus": ({}, 1.0),
    "learning_rate": ({}, 0.5),
    "schedule": ({}, "cosine"),
    "momentum": ({}, 0.1),
    "beta2": ({"optimizer": "rmsprop"}, 0.5),
    "weight_decay": ({"optimizer": "adamw"}, 0.9),
    "epochs": ({"schedule": "cosine"}, 60),
}


def test_that_every_live_field_is_held_to_act_from_the_next_epoch_on():
    live = {name for name, field in FIELDS.items() if field.metadata["effect"] == "live"}
    assert set(LIVE) == live - {"patience"}  # which stops a run and moves no weight


@pytest.mark.parametrize("name", LIVE)
def test_that_a_live_change_acts_from_the_next_epoch_on_as_if_it_had_always_been_so(name):
    fields, value = LIVE[name]
    spec = replace(SMALL, **({"optimizer": "sgd"} | fields))
    trainers = [Trainer(spec, TINY), Trainer(spec, TINY), Trainer(replace(spec, **{name: value}), TINY)]
    for trainer in trainers[:2]:
        for _ in range(3):
            trainer.step()
    changed, unchanged, always = trainers
    always.restore(changed.checkpoint())
    changed.update(replace(spec, **{name: value}))
    for trainer in trainers:
        trainer.step()
    assert torch.equal(changed.network.params, always.network.params)
    assert not torch.equal(changed.network.params, unchanged.network.params)
    assert changed.snapshot().loss == always.snapshot().loss
