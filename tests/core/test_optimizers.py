from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import core.optimizers
from core.registry import OPTIMIZERS, SCHEDULES
from core.spec import Spec

SPEC = Spec(momentum=0.8, beta2=0.95, weight_decay=0.03)


def theirs(name, params, rate, spec):
    betas = (spec.momentum, spec.beta2)
    return {
        "adam": lambda: torch.optim.Adam([params], lr=rate, betas=betas),
        "adamw": lambda: torch.optim.AdamW([params], lr=rate, betas=betas, weight_decay=spec.weight_decay),
        "rprop": lambda: torch.optim.Rprop([params], lr=rate),
        "sgd": lambda: torch.optim.SGD([params], lr=rate, momentum=spec.momentum),
        "rmsprop": lambda: torch.optim.RMSprop([params], lr=rate, alpha=spec.beta2),
    }[name]()


def gradient(params, step):
    """Of a bumpy bowl, with turns for Rprop: any smooth function of the parameters will do."""
    return params * 0.3 + torch.sin(5 * params + step)


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_that_an_optimiser_follows_torch_step_by_step(name):
    ours = torch.linspace(-2, 2, 24, dtype=torch.float64).view(2, 12)
    reference = ours.clone().requires_grad_()
    optimizer, torchs = OPTIMIZERS[name](ours), theirs(name, reference, 0.02, SPEC)
    for step in range(50):
        reference.grad = gradient(reference.detach(), step)
        torchs.step()
        optimizer.step(ours, gradient(ours, step), 0.02, SPEC)
        torch.testing.assert_close(ours, reference.detach(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_that_a_rate_a_replica_is_the_same_as_separate_runs(name):
    rates = [0.001, 0.05]
    start = torch.linspace(-1, 1, 10).view(2, 5)
    together, apart = start.clone(), [start[row : row + 1].clone() for row in (0, 1)]
    joint = OPTIMIZERS[name](together)
    single = [OPTIMIZERS[name](each) for each in apart]
    for step in range(20):
        joint.step(together, gradient(together, step), torch.tensor(rates)[:, None], SPEC)
        for row in (0, 1):
            single[row].step(apart[row], gradient(apart[row], step), rates[row], SPEC)
    torch.testing.assert_close(together, torch.cat(apart))


@given(st.floats(0, 1), st.floats(0, 1))
def test_that_the_cosine_falls_from_one_to_zero(early, late):
    cosine = SCHEDULES["cosine"]
    early, late = sorted((early, late))
    assert 1 >= cosine(early) >= cosine(late) >= 0
    assert cosine(0) == 1
    assert abs(cosine(1)) < 1e-12


def test_that_plain_gradient_descent_is_sgd_without_momentum():
    params = torch.ones(1, 3)
    core.optimizers.SGD(params).step(params, torch.full((1, 3), 2.0), 0.1, replace(SPEC, momentum=0.0))
    torch.testing.assert_close(params, torch.full((1, 3), 0.8))
