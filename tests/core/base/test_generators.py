"""One generator a replica: what a replica draws depends on its seed alone."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.base.generators import Generators

SEED = st.integers(0, 2**32 - 1)
SEEDS = st.lists(SEED, min_size=1, max_size=4)
DRAWS = {
    "uniform": lambda generators, rows, size: generators.uniform((rows, size)),
    "uniform in double": lambda generators, rows, size: generators.uniform((rows, size), torch.float64),
    "normal": lambda generators, rows, size: generators.normal((rows, size)),
    "normal in double": lambda generators, rows, size: generators.normal((rows, size), torch.float64),
    "normal of three axes": lambda generators, rows, size: generators.normal((rows, size, 3)),
    "integers": lambda generators, rows, size: generators.integers(7, (rows, size)),
    "orders": lambda generators, rows, size: generators.orders(size),
}
PLAN = st.lists(st.tuples(st.sampled_from(list(DRAWS)), st.integers(1, 40)), min_size=1, max_size=5)


def carry_out(plan, generators, rows):
    return [DRAWS[name](generators, rows, size) for name, size in plan]


def same(one, other):
    return all(torch.equal(*pair) for pair in zip(one, other, strict=True))


@given(SEEDS, PLAN)
def test_that_a_row_does_not_depend_on_how_many_are_beside_it(seeds, plan):
    together = carry_out(plan, Generators(*seeds), len(seeds))
    for row, seed in enumerate(seeds):
        assert same([rows[row : row + 1] for rows in together], carry_out(plan, Generators(seed), 1))


@given(SEED, st.lists(st.integers(1, 6), max_size=3))
def test_that_one_generator_gives_torchs_own_numbers_in_any_shape(seed, shape):
    def torchs():
        return torch.Generator().manual_seed(seed)

    assert torch.equal(Generators(seed).uniform(shape), torch.rand(shape, generator=torchs()))
    assert torch.equal(Generators(seed).normal(shape), torch.randn(shape, generator=torchs()))
    assert torch.equal(Generators(seed).integers(9, shape), torch.randint(9, shape, generator=torchs()))


@given(SEEDS, PLAN, PLAN)
def test_that_a_twin_draws_the_same_and_leaves_no_trace(seeds, before, after):
    rows, generators = len(seeds), Generators(*seeds)
    carry_out(before, generators, rows)
    state = generators.state()
    twin = generators.twin()
    drawn = carry_out(after, twin, rows)
    assert torch.equal(generators.state(), state)
    spare = generators.twin()
    assert same(carry_out(after, generators, rows), drawn)
    assert same(carry_out(after, spare, rows), drawn)
    assert torch.equal(generators.state(), twin.state())


@given(SEEDS, PLAN, PLAN)
def test_that_generators_go_on_from_a_state_to_the_same_draws(seeds, before, after):
    rows, generators = len(seeds), Generators(*seeds)
    carry_out(before, generators, rows)
    state = generators.state()
    kept = state.clone()
    drawn = carry_out(after, generators, rows)
    assert torch.equal(state, kept)
    other = Generators(*range(rows))
    for _ in range(2):  # a state may serve again: drawing does not write into it
        other.set_state(state)
        assert torch.equal(other.state(), state)
        assert same(carry_out(after, other, rows), drawn)
        assert torch.equal(state, kept)


@given(SEEDS)
def test_that_a_state_is_a_row_of_bytes_for_every_replica(seeds):
    state = Generators(*seeds).state()
    assert state.dtype == torch.uint8
    assert len(state) == len(seeds)
    for row, seed in enumerate(seeds):
        assert torch.equal(state[row], Generators(seed).state()[0])


@pytest.mark.parametrize("state", [torch.zeros(1, 5056, dtype=torch.uint8), torch.zeros(1, 7).byte()])
def test_that_bytes_that_are_no_state_are_refused(state):
    with pytest.raises(RuntimeError):
        Generators(0).set_state(state)


@pytest.mark.parametrize("rows", [1, 3])
def test_that_the_state_of_more_or_fewer_generators_is_refused(rows):
    with pytest.raises((RuntimeError, ValueError)):
        Generators(0, 1).set_state(Generators(*range(rows)).state())


@given(SEEDS, st.integers(1, 60))
def test_that_an_order_holds_everything_once(seeds, count):
    orders = Generators(*seeds).orders(count)
    assert orders.dtype == torch.int64
    assert orders.shape == (len(seeds), count)
    assert all(sorted(order) == list(range(count)) for order in orders.tolist())


def test_that_all_orders_come_equally_often_and_every_replica_has_its_own():
    draws, generators = 3000, Generators(0, 1)
    orders = [tuple(map(tuple, generators.orders(3).tolist())) for _ in range(draws)]
    share = 1 / 6
    for row in (0, 1):
        for wanted in itertools.permutations(range(3)):
            seen = sum(pair[row] == wanted for pair in orders) / draws
            assert abs(seen - share) < 5 * math.sqrt(share * (1 - share) / draws)
    alike = sum(pair[0] == pair[1] for pair in orders) / draws
    assert abs(alike - share) < 5 * math.sqrt(share * (1 - share) / draws)


@given(SEEDS, st.integers(1, 9), st.integers(1, 50))
def test_that_draws_stay_in_their_range_and_shape(seeds, high, size):
    generators, shape = Generators(*seeds), (len(seeds), size, 2)
    uniform, whole = generators.uniform(shape), generators.integers(high, shape)
    assert uniform.shape == whole.shape == generators.normal(shape).shape == shape
    assert ((uniform >= 0) & (uniform < 1)).all()
    assert ((whole >= 0) & (whole < high)).all()
    assert whole.dtype == torch.int64


def test_that_draws_have_the_moments_of_their_distribution():
    count, generators = 100_000, Generators(0, 1)
    for row in range(2):
        uniform, normal = generators.uniform((2, count))[row], generators.normal((2, count))[row]
        whole = generators.integers(5, (2, count))[row]
        assert abs(uniform.mean().item() - 0.5) < 5 / math.sqrt(12 * count)
        assert uniform.var().item() == pytest.approx(1 / 12, rel=0.02)
        assert abs(normal.mean().item()) < 5 / math.sqrt(count)
        assert normal.var().item() == pytest.approx(1, rel=0.03)
        assert abs((normal.abs() < 1).float().mean().item() - math.erf(1 / math.sqrt(2))) < 0.01
        shares = torch.bincount(whole, minlength=5) / count
        assert ((shares - 0.2).abs() < 5 * math.sqrt(0.2 * 0.8 / count)).all()


@given(SEED, SEED)
def test_that_seeds_are_told_apart(one, other):
    draws = [Generators(seed).uniform((1, 8)) for seed in (one, other)]
    assert torch.equal(*draws) == (one == other)


def test_that_generators_neither_use_nor_disturb_that_of_the_process():
    torch.manual_seed(1)
    before, first = torch.get_rng_state(), Generators(5).normal((1, 9))
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert torch.equal(Generators(5).normal((1, 9)), first)
