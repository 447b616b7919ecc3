"""Optimisers against `torch.optim`, step by step, and schedules against their formulas."""

from dataclasses import replace

import oracles
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.choices.optimizers import OPTIMIZERS, Optimizer, Stepper
from core.choices.schedules import SCHEDULES
from core.experiment.spec import Spec

SPEC = Spec(momentum=0.8, beta2=0.95, weight_decay=0.03)


def gradient(params, step):
    """Of a bumpy bowl, with turns for Rprop: any smooth function of the parameters will do."""
    return params * 0.3 + torch.sin(5 * params + step)


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_that_an_optimiser_follows_torch_step_by_step(name):
    ours = torch.linspace(-2, 2, 24, dtype=torch.float64).view(2, 12)
    reference = ours.clone().requires_grad_()
    optimizer, torchs = Stepper.on(name, ours), oracles.OPTIMIZERS[name](reference, 0.02, SPEC)
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
    joint = Stepper.on(name, together)
    single = [Stepper.on(name, params) for params in apart]
    for step in range(20):
        joint.step(together, gradient(together, step), torch.tensor(rates)[:, None], SPEC)
        for row in (0, 1):
            single[row].step(apart[row], gradient(apart[row], step), rates[row], SPEC)
    torch.testing.assert_close(together, torch.cat(apart))


@given(st.floats(0, 1), st.floats(0, 1))
def test_that_the_cosine_falls_from_one_to_zero(early, late):
    cosine = SCHEDULES["cosine"].factor
    early, late = sorted((early, late))
    assert 1 >= cosine(early) >= cosine(late) >= 0
    assert cosine(0) == 1
    assert abs(cosine(1)) < 1e-12


@pytest.mark.parametrize("name", SCHEDULES.names())
@given(st.floats(0, 1))
def test_that_a_schedule_is_its_formula_and_stays_at_its_end(name, done):
    ours, theirs = SCHEDULES[name].factor, oracles.SCHEDULES[name]
    assert ours(done) == pytest.approx(theirs(done), abs=1e-12)
    assert ours(1 + done) == ours(1)


def test_that_plain_gradient_descent_is_sgd_without_momentum():
    params = torch.ones(1, 3)
    Stepper.on("sgd", params).step(params, torch.full((1, 3), 2.0), 0.1, replace(SPEC, momentum=0.0))
    torch.testing.assert_close(params, torch.full((1, 3), 0.8))


RATES = st.floats(1e-4, 1)


@given(
    name=st.sampled_from(OPTIMIZERS.names()),
    rates=st.tuples(RATES, RATES),
    momentum=st.sampled_from([0.0, 0.5, 0.99]),
    beta2=st.sampled_from([0.0, 0.9, 0.999]),
    decay=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_that_an_optimiser_follows_torch_through_pauses_and_a_new_rate(
    name, rates, momentum, beta2, decay, seed
):
    """Gradients of every sign, some zero, and a learning rate that changes on the way."""
    spec = Spec(momentum=momentum, beta2=beta2, weight_decay=decay)
    generator = torch.Generator().manual_seed(seed)
    ours = torch.randn(2, 6, generator=generator, dtype=torch.float64)
    reference = ours.clone().requires_grad_()
    optimizer, torchs = Stepper.on(name, ours), oracles.OPTIMIZERS[name](reference, rates[0], spec)
    for step in range(12):
        rate = rates[step >= 6]
        torchs.param_groups[0]["lr"] = rate
        grads = torch.randn(2, 6, generator=generator, dtype=torch.float64)
        grads *= torch.rand(2, 6, generator=generator) > 0.3
        reference.grad = grads.clone()
        torchs.step()
        optimizer.step(ours, grads, rate, spec)
        torch.testing.assert_close(ours, reference.detach(), rtol=1e-9, atol=1e-11)
    assert optimizer.steps == 12


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_that_the_state_has_the_shape_of_the_parameters(name):
    params = torch.zeros(3, 5)
    stepper = Stepper.on(name, params)
    assert tuple(stepper.slots) == OPTIMIZERS[name].slots
    assert all(slot.shape == params.shape for slot in stepper.slots.values())


class Watched:
    """The fields of a run, and which of them were asked for."""

    def __init__(self):
        self.asked = set()

    def __getattr__(self, name):
        self.asked.add(name)
        return getattr(SPEC, name)


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_that_an_optimiser_uses_the_fields_that_it_says_and_no_other(name):
    params, fields = torch.ones(1, 3), Watched()
    Stepper.on(name, params).step(params, torch.ones(1, 3), 0.1, fields)
    assert fields.asked == OPTIMIZERS[name].uses


@pytest.mark.parametrize("name", OPTIMIZERS.names())
@pytest.mark.parametrize("field", ["momentum", "beta2", "weight_decay"])
def test_that_a_field_moves_the_parameters_exactly_where_the_optimiser_uses_it(name, field):
    moved = []
    for value in (0.1, 0.6):
        params, spec = torch.ones(1, 3), replace(SPEC, **{field: value})
        stepper = Stepper.on(name, params)
        for step in range(3):
            stepper.step(params, gradient(params, step), 0.1, spec)
        moved.append(params)
    assert torch.equal(*moved) is (field not in OPTIMIZERS[name].uses)


def test_that_an_optimiser_is_one_record_that_says_by_its_arguments_what_it_uses():
    """What one more takes: a function that moves, and its record."""

    def sign(params, grads, slots, rate, step, *, weight_decay):
        params.mul_(1 - rate * weight_decay).sub_(grads.sign() * rate)

    record = Optimizer("sign", "Sign", "A step against the sign of the gradient.", (), sign)
    assert record.uses == {"weight_decay"}
    params = torch.tensor([[1.0, -1.0]])
    Stepper(record, {}).step(params, torch.tensor([[4.0, -2.0]]), 0.5, replace(SPEC, weight_decay=0.0))
    assert params.tolist() == [[0.5, -0.5]]
