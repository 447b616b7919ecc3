"""Every number of a report against the same number worked out by hand from images in and images out."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import torch
from bits import bits
from hypothesis import given, settings
from oracles import by_hand
from strategies import COSTLY, KINDS, specs

import core.train.run
from core import Dataset, Spec, Trainer, load_dataset
from core.measure.metrics import METRICS
from core.train.report import report
from core.train.trainer import Diverged

SMALL = Spec(hidden=(6,), latent=3, activation="tanh", learning_rate=0.02, epochs=30)
RELEASED = {
    "epochs", "loss", "squared_error", "wrong_pixels", "recognised", "perfect", "nearest_own", "collapsed",
    "mean_activity", "slope", "pixel_move",
}  # fmt: skip
"""Keys that every report has had since 0.1.0; scripts rely on them."""

SOMETIMES = {"active_units", "kl", "ssim", "label_agreement", "bounded"}
"""Keys that the reports of some runs have had since 0.1.0."""


def digits(count):
    whole = load_dataset("digits")
    return Dataset("some digits", whole.images[:count], whole.labels[:count])


def slope_by_autograd(trainer, replica, images):
    """Root mean square over images of the norm of the Jacobian of the code by the image, 0 to 1."""
    stack, latent = trainer.network.encoder.replica(replica), trainer.spec.latent

    def code(pixels):
        return stack.forward(trainer.objective.output.encode(pixels).view(1, 1, -1))[0, 0, :latent]

    squares = [
        float(
            torch.autograd.functional.jacobian(code, torch.from_numpy(image.copy()).flatten()).square().sum()
        )
        for image in images
    ]
    return np.mean(squares) ** 0.5


def check(found, expected):
    certain = {name: value for name, value in expected.items() if not np.isnan(value)}
    assert certain.keys() <= found.keys() <= expected.keys()
    for name, value in certain.items():
        assert found[name] == pytest.approx(value, rel=2e-4, abs=1e-6), name


# -- the numbers


@COSTLY
@given(specs())
def test_that_every_number_is_what_images_in_and_out_say(spec):
    trainer = Trainer(spec)
    with suppress(Diverged):  # the last good weights are back
        trainer.run()
    for replica in range(spec.replicas):
        found = report(trainer, replica).to_dict()
        check(found, by_hand(trainer, replica))
        assert found["loss"] == trainer.snapshot(replica).loss


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batches", [{}, {"batch_size": 5}], ids=["whole", "shuffled"])
def test_that_runs_of_every_kind_are_measured_without_noise(kind, batches):
    trainer = Trainer(replace(SMALL, epochs=3, replicas=2, **batches | KINDS[kind])).run()
    for replica in range(2):
        check(report(trainer, replica).to_dict(), by_hand(trainer, replica))


@pytest.mark.parametrize("variational", [False, True])
def test_that_a_set_with_labels_that_come_again_is_measured(variational):
    trainer = Trainer(replace(SMALL, variational=variational, epochs=50), digits(120)).run()
    found = report(trainer).to_dict()
    check(found, by_hand(trainer))
    assert found["label_agreement"] > 0.1  # better than a guess of one of ten


@pytest.mark.parametrize("noise", ["none", "flip"])
def test_that_codes_keep_their_labels_where_only_some_of_a_set_are_looked_at(noise, monkeypatch):
    monkeypatch.setattr(core.train.run, "EVALUATED", 60)
    spec = replace(SMALL, noise=noise, noise_level=0.01, batch_size=20, activation="silu", epochs=60)
    dataset = digits(240)
    label_of = {image.tobytes(): label for image, label in zip(dataset.images, dataset.labels, strict=True)}
    trainer = Trainer(spec, dataset).run()
    shot = trainer.snapshot()
    labels = np.array([label_of[image.tobytes()] for image in shot.inputs])
    assert len(labels) == 60
    away = np.square(shot.codes[:, None].astype(float) - shot.codes[None]).sum(-1)
    np.fill_diagonal(away, np.inf)
    agreement = (labels[away.argmin(1)] == labels).mean()
    assert report(trainer).label_agreement == pytest.approx(agreement, abs=1e-6)


def test_that_the_loss_is_the_mean_cross_entropy_of_what_comes_out():
    trainer = Trainer(replace(SMALL, loss="bce")).run()
    images = trainer.dataset.images.astype(float)
    answers = trainer.model.reconstruct(images).astype(float)
    entropy = -(images * np.log(answers) + (1 - images) * np.log1p(-answers)).sum((1, 2))
    assert report(trainer).loss == pytest.approx(entropy.mean(), rel=1e-4)


def test_that_a_replica_is_reported_as_if_alone():
    together = Trainer(replace(SMALL, replicas=3)).run()
    for replica in range(3):
        alone = report(Trainer(replace(SMALL, seed=replica)).run()).to_dict()
        check(report(together, replica).to_dict(), alone)


def test_that_a_report_changes_nothing():
    spec = replace(SMALL, noise="flip", noise_level=0.2, variational=True, batch_size=7)
    plain, watched = Trainer(spec), Trainer(spec)
    for _ in range(4):
        plain.step()
        watched.step()
        assert report(watched) == report(watched)
    assert bits(plain) == bits(watched)


# -- slope and activity


@given(specs())
@settings(max_examples=20)
def test_that_the_slope_is_that_of_autograd(spec):
    trainer = Trainer(replace(spec, output="sigmoid"))
    replica = spec.replicas - 1
    slope = slope_by_autograd(trainer, replica, trainer.dataset.images)
    assert report(trainer, replica).slope == pytest.approx(slope, rel=1e-3, abs=1e-6)


def test_that_the_slope_is_by_the_image_whatever_numbers_stand_for_off_and_on():
    """The network is fed -1 and 1, but an image is 0 to 1."""
    trainer = Trainer(replace(SMALL, output="tanh", loss="squared-error")).run()
    slope = slope_by_autograd(trainer, 0, trainer.dataset.images)
    assert report(trainer).slope == pytest.approx(slope, rel=1e-3)


def test_that_the_slope_of_a_large_set_is_that_of_every_second_image():
    trainer = Trainer(replace(SMALL, epochs=5), digits(400)).run()
    slope = slope_by_autograd(trainer, 0, trainer.dataset.images[::2])
    assert report(trainer).slope == pytest.approx(slope, rel=1e-3)


def test_that_a_linear_code_has_the_norm_of_its_weights_for_slope():
    trainer = Trainer(replace(SMALL, hidden=()))
    norm = float(trainer.network.encoder.layers[0].weight.square().sum()) ** 0.5
    assert report(trainer).slope == pytest.approx(norm, rel=1e-5)


@pytest.mark.parametrize("sparsity", ["none", "l1"])
def test_that_the_activity_is_that_of_the_code(sparsity):
    trainer = Trainer(replace(SMALL, sparsity=sparsity, replicas=2)).run()
    codes = trainer.model.encode(trainer.dataset.images, 1)
    assert report(trainer, 1).mean_activity == pytest.approx(np.abs(codes).mean(), rel=1e-5)


@pytest.mark.parametrize("hidden", [(6,), (12, 3)])
def test_that_the_activity_is_that_of_the_hidden_units_where_sparsity_is_about_them(hidden):
    """Of all units alike, however many a layer has."""
    spec = replace(SMALL, hidden=hidden, sparsity="l1", sparse_units="hidden", sparsity_weight=0.01)
    trainer = Trainer(spec).run()
    x, units = torch.from_numpy(trainer.dataset.images.copy()).flatten(1), []
    for layer in trainer.network.encoder.layers[:-1]:
        x = torch.tanh(x @ layer.weight[0] + layer.bias[0])
        units.append(x)
    activity = float(torch.cat(units, 1).abs().mean())
    assert report(trainer).mean_activity == pytest.approx(activity, rel=1e-5)


@pytest.mark.parametrize("hidden", [(6,), ()])
def test_that_without_sparsity_the_activity_is_that_of_the_code_whatever_it_would_be_about(hidden):
    trainer = Trainer(replace(SMALL, hidden=hidden, sparsity="none", sparse_units="hidden")).run()
    codes = trainer.model.encode(trainer.dataset.images)
    assert report(trainer).mean_activity == pytest.approx(np.abs(codes).mean(), rel=1e-5)


# -- collapse


@pytest.mark.parametrize("dataset", ["font5x7", "emojis-20"])
@pytest.mark.parametrize("variational", [False, True])
def test_that_a_network_whose_decoder_ignores_the_code_is_collapsed(dataset, variational):
    spec = replace(SMALL, dataset=dataset, variational=variational, beta=0.1, activation="silu")
    trainer = Trainer(replace(spec, hidden=(32,), learning_rate=0.004, epochs=400)).run()
    assert not report(trainer).collapsed
    trainer.network.decoder.layers[0].weight.zero_()
    found = report(trainer)
    assert found.collapsed
    assert found.nearest_own <= 1


def test_that_collapse_is_told_replica_by_replica():
    trainer = Trainer(replace(SMALL, epochs=300, replicas=3)).run()
    trainer.network.decoder.layers[0].weight[1].zero_()
    assert [report(trainer, replica).collapsed for replica in range(3)] == [False, True, False]


@pytest.mark.parametrize(("share", "collapsed"), [(0.009, True), (0.011, False)])
def test_that_outputs_that_vary_by_a_hundredth_of_the_images_are_the_same(share, collapsed):
    """One pixel of the images varies; the network is a line through it."""
    images = np.full((64, 1, 2), 0.5, np.float32)
    images[:, 0, 0] = np.linspace(0.4, 0.6, 64)
    dataset = Dataset("one pixel", images, tuple(map(str, range(64))))
    trainer = Trainer(Spec(hidden=(), latent=1, epochs=1), dataset)
    (encoder,), (decoder,) = trainer.network.encoder.layers, trainer.network.decoder.layers
    for tensor in (encoder.weight, encoder.bias, decoder.weight, decoder.bias):
        tensor.zero_()
    encoder.weight[0, 0, 0] = 1
    encoder.bias[0] = -0.5
    decoder.weight[0, 0, 0] = 4 * share**0.5  # the sigmoid's slope is a quarter
    assert report(trainer).collapsed == collapsed


# -- what is left out


@pytest.mark.parametrize(
    ("fields_of", "dataset", "more"),
    [
        ({}, "font5x7", set()),
        ({"variational": True}, "font5x7", {"active_units", "kl", "bounded"}),
        ({}, "emojis-20", {"ssim"}),
        ({"variational": True}, "emojis-20", {"ssim", "active_units", "kl", "bounded"}),
        ({}, "digits", {"ssim", "label_agreement"}),
    ],
)
def test_that_what_makes_no_sense_is_left_out(fields_of, dataset, more):
    trainer = Trainer(replace(SMALL, dataset=dataset, epochs=1, **fields_of)).run()
    found = report(trainer)
    reported = [metric for metric in METRICS if metric.reported]
    applying = {metric.name for metric in reported if metric.applies(trainer.spec, trainer.dataset)}
    assert found.to_dict().keys() == {"epochs", "measured"} | applying
    assert RELEASED | more <= applying | {"epochs"}
    assert not (SOMETIMES - more) & applying
    assert found.to_dict().items() <= vars(found).items()
    assert vars(found).keys() == {"epochs", "measured"} | {metric.name for metric in reported}
    for value in vars(found).values():
        assert value is None or type(value) in (int, float, bool)  # and none of numpy's, for JSON


def test_that_one_image_is_measured():
    trainer = Trainer(SMALL, Dataset("one", np.full((1, 7, 7), 0.25, np.float32), ("it",))).run()
    check(report(trainer).to_dict(), by_hand(trainer))
    assert report(trainer).label_agreement is None


def test_that_a_run_that_diverged_is_not_reported():
    trainer = Trainer(SMALL)
    trainer.network.params.fill_(float("nan"))
    with pytest.raises(Diverged):
        report(trainer)


# -- progress


def test_that_measuring_tells_how_far_it_is_and_ends_where_it_is_told_to():
    trainer, shares = Trainer(SMALL), []
    report(trainer, on_progress=shares.append)
    assert shares == sorted(set(shares))
    assert shares[-1] == 1

    def stop(share):
        shares.append(share)
        raise KeyboardInterrupt

    shares.clear()
    with pytest.raises(KeyboardInterrupt):
        report(trainer, on_progress=stop)
    assert len(shares) == 1
