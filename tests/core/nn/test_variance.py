"""The bounds of log-variances: the values and gradients of a clamp, and no bit of a healthy run changed."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Normal, kl_divergence

import core.nn.network
from core import Spec, Trainer
from core.experiment.presets import presets
from core.nn.network import Network
from core.nn.penalties import divergence, divergence_gradients
from core.nn.variance import HIGHEST, LOWEST, bounded, held
from core.train.report import report

VARIATIONAL = [preset for preset in presets() if preset.spec.variational]
NUMBERS = st.floats(-200, 200, width=32).filter(lambda number: number not in (LOWEST, HIGHEST))
SPEC = Spec(hidden=(5,), latent=3, variational=True, epochs=2)


@given(st.lists(NUMBERS, min_size=12, max_size=12))
def test_that_the_bounds_have_the_values_and_gradients_of_a_clamp(numbers):
    """Of the KL and of what a draw is used for, against autograd through torch's own clamp."""
    network = Network(SPEC, 4, torch.float64)
    network.params.zero_()
    network.encoder.layers[-1].bias[0, 0, 3:] = torch.tensor(numbers[:3], dtype=torch.float64)
    generator = torch.Generator().manual_seed(0)
    for layer in network.decoder.layers:
        layer.weight.copy_(torch.randn(layer.weight.shape, generator=generator, dtype=torch.float64) * 1e-5)
    x, epsilon = torch.rand(1, 2, 4, dtype=torch.float64), torch.randn(1, 2, 3, dtype=torch.float64)
    pull = torch.randn(1, 2, 4, dtype=torch.float64)
    seen = network.forward(x, record=True, epsilon=epsilon)
    to_mean, to_log_variance = divergence_gradients(seen.codes, seen.log_variance, 0.0)
    network.backward(core.nn.network.Gradients(pull, to_mean, to_log_variance))
    free = network.encoder.layers[-1].bias[0, 0, 3:].clone().requires_grad_()
    log_variance = free.clamp(LOWEST, HIGHEST).expand(1, 2, 3)
    assert torch.equal(seen.log_variance, log_variance)
    drawn = (log_variance / 2).exp() * epsilon
    kl = kl_divergence(Normal(0.0, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum()
    ((network.decoder.forward(drawn) * pull).sum() + kl).backward()
    ours = network.encoder.layers[-1].bias_grad[0, 0, 3:]
    torch.testing.assert_close(ours, free.grad, rtol=1e-9, atol=1e-9)
    outside = (free.detach() < LOWEST) | (free.detach() > HIGHEST)
    assert (ours[outside] == 0).all()
    assert held(seen.log_variance).tolist() == [2 * int(outside.sum())]


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=9))
def test_that_no_number_that_an_encoder_gives_has_a_kl_without_end(numbers):
    log_variance = bounded(torch.tensor(numbers).view(1, -1, 1))
    assert divergence(torch.zeros_like(log_variance), log_variance).isfinite().all()
    assert bounded(torch.tensor([torch.nan])).isnan().all()  # which training has to see


@pytest.mark.parametrize("known", VARIATIONAL, ids=lambda preset: preset.name)
def test_that_the_bounds_change_no_bit_of_a_preset(known, monkeypatch):
    spec = replace(known.spec, epochs=2)
    ours = Trainer(spec).run()
    assert report(ours).bounded == 0
    monkeypatch.setattr(core.nn.network, "bounded", lambda free: free)
    monkeypatch.setattr(core.nn.network, "bounded_gradient", lambda g, free: g)
    unbounded = Trainer(spec).run()
    for name, tensor in unbounded.checkpoint().tensors.items():
        assert np.array_equal(ours.checkpoint().tensors[name], tensor), name
    for name, curve in unbounded.history.curves().values.items():
        assert np.array_equal(ours.history.curves().values[name], curve, equal_nan=True), name


@pytest.mark.parametrize("number", [-1e30, -50.0, 40.0, 100.0, 1e30])
def test_that_a_run_whose_log_variances_leave_the_bounds_goes_on_and_says_so(number):
    trainer = Trainer(replace(SPEC, learning_rate=1e-4, replicas=2))
    trainer.network.encoder.layers[-1].bias[1, 0, 4] = number  # of one unit of three, for all 32 images
    trainer.run()
    assert [report(trainer, replica).bounded for replica in (0, 1)] == [0, 32]
    assert [trainer.snapshot(replica).bounded for replica in (0, 1)] == [0, 32]
    assert np.isfinite(trainer.model.spread(trainer.dataset.images, 1)).all()
    assert np.isfinite(trainer.history.curves().values["loss"]).all()
