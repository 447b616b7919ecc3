"""Attack: codes as no healthy run has them, at every plane, way and metric: nothing fails or stays broken."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core import Dataset, Spec, Trainer
from core.measure.latent import HELD, LARGEST, PATHS, Plane, places, plane_of
from core.train.report import report
from core.train.trainer import Diverged

ODD = (0.0, 1.0, -1.0, 0.25, 1e30, -1e30, 1e-30, 1e-45, LARGEST, -LARGEST, np.nan, np.inf, -np.inf)
"""Numbers that a collapsed or exploded network gives."""

FINITE = tuple(number for number in ODD if np.isfinite(number))


@st.composite
def degenerate(draw, numbers=ODD, most=6):
    """Codes (N, L): of odd numbers, all equal, of rank 1, or a sound set on another scale."""
    shape = draw(st.integers(0, most)), draw(st.integers(1, 6))
    kind = draw(st.sampled_from(["odd", "equal", "line", "scaled"]))
    random = np.random.default_rng(draw(st.integers(0, 9999)))
    number = draw(st.sampled_from(numbers))
    if kind == "odd":
        return draw(arrays(np.float32, shape, elements=st.sampled_from(np.float32(numbers).tolist())))
    if kind == "equal":
        return np.repeat(np.where(random.random((1, shape[1])) < 0.3, number, 0.5), shape[0], 0).astype("f4")
    sound = (
        random.normal(size=shape) if kind == "scaled" else np.outer(*(random.normal(size=n) for n in shape))
    )
    with np.errstate(over="ignore", invalid="ignore"):
        return (sound * number).astype(np.float32)


def sound_codes(width, seed=0):
    return np.random.default_rng(seed).normal(size=(12, width)).astype(np.float32)


def is_sound(plane, width):
    axes = plane.axes.astype(float)
    return (
        np.isfinite(plane.origin).all()
        and np.isfinite(axes).all()
        and np.allclose(axes @ axes.T, np.diag([1.0, width > 1]), atol=1e-5)
    )


def at_all_planes(codes, more):
    """A plane of degenerate codes is one, of itself and after any other; every finite code has a place."""
    width = codes.shape[1]
    planes = [plane_of(codes), plane_of(codes, plane_of(more)), plane_of(codes, plane_of(sound_codes(width)))]
    for plane in planes:
        assert is_sound(plane, width)
        for points in (plane.points(codes), places(plane, codes)):
            assert points.shape == (len(codes), 2)
            assert np.array_equal(np.isfinite(points).all(1), np.isfinite(codes).all(1))
        back = plane.codes(plane.points(codes))
        assert np.array_equal(np.isfinite(back).all(1), np.isfinite(codes).all(1))
        kept = Plane.from_array(plane.to_array(), width)
        assert np.array_equal(kept.axes, plane.axes)
        again = plane_of(codes, plane)  # what was drawn once is drawn there again
        np.testing.assert_allclose(again.axes, plane.axes, atol=1e-4)
    healthy = sound_codes(width)
    recovered, best = plane_of(healthy, planes[1]), plane_of(healthy)
    assert recovered.points(healthy).var(0).sum() >= (HELD - 1e-4) * best.points(healthy).var(0).sum()
    np.testing.assert_allclose(recovered.origin, best.origin, atol=1e-6)


def on_all_ways(codes, steps):
    """Every way begins and ends at its codes exactly, and is finite between finite ones."""
    for name, way in PATHS.items():
        for start in codes:
            for end in codes:
                between = way(start, end, steps)
                assert between.shape == (steps, codes.shape[1]), name
                assert between.dtype == np.float32
                assert np.array_equal(between[0], start, equal_nan=True)
                if steps > 1:
                    assert np.array_equal(between[-1], end, equal_nan=True)
                if np.isfinite(start).all() and np.isfinite(end).all():
                    assert np.isfinite(between).all()


@given(degenerate(), degenerate())
def test_that_degenerate_codes_have_a_plane_and_leave_it_sound(codes, more):
    at_all_planes(codes, more)


@pytest.mark.slow
@given(degenerate(), degenerate())
@settings(max_examples=5000)
def test_that_degenerate_codes_have_a_plane_and_leave_it_sound_5000_times(codes, more):
    at_all_planes(codes, more)


@given(degenerate(most=3), st.integers(1, 9))
def test_that_every_way_joins_degenerate_codes(codes, steps):
    on_all_ways(codes, steps)


@pytest.mark.slow
@given(degenerate(most=3), st.integers(1, 9))
@settings(max_examples=5000)
def test_that_every_way_joins_degenerate_codes_5000_times(codes, steps):
    on_all_ways(codes, steps)


@given(degenerate(FINITE), degenerate(FINITE))
def test_that_a_plane_that_was_kept_shows_the_same_map_again(codes, others):
    """Of any codes over 2, whatever was shown before: never mirrored."""
    width = codes.shape[1]
    shown = plane_of(codes, plane_of(others))
    opened = plane_of(codes, Plane.from_array(shown.to_array(), width))
    np.testing.assert_allclose(opened.axes, shown.axes, atol=1e-4)


def every_metric(numbers, fields):
    """A report of a network with such weights is strict JSON, or its loss is refused in words."""
    spec = replace(Spec(hidden=(3,), latent=3, epochs=1), **fields)
    trainer = Trainer(spec, SOME)
    size = trainer.network.params.numel()
    trainer.network.params.copy_(torch.tensor(np.resize(np.float32(numbers), size))[None])
    try:
        found, shot = report(trainer).to_dict(), trainer.snapshot()
    except Diverged:
        return
    json.dumps(found, allow_nan=False)
    assert is_sound(plane_of(shot.codes), 3)
    assert shot.cause is None or shot.collapsed
    if shot.cause is not None:
        assert shot.cause.words()


SOME = Dataset("some", np.random.default_rng(1).random((6, 7, 7)).astype(np.float32), tuple("aabbcc"))
WEIGHTS = st.lists(st.sampled_from(FINITE), min_size=1, max_size=40)
FIELDS = st.fixed_dictionaries(
    {
        "variational": st.booleans(),
        "activation": st.sampled_from(["relu", "tanh", "silu", "sine", "identity"]),
        "loss": st.sampled_from(["bce", "squared-error"]),
    }
)


@given(WEIGHTS, FIELDS)
def test_that_every_metric_of_degenerate_codes_is_a_number_or_left_out(numbers, fields):
    every_metric(numbers, fields)


@pytest.mark.slow
@given(WEIGHTS, FIELDS)
@settings(max_examples=2000)
def test_that_every_metric_of_degenerate_codes_is_a_number_or_left_out_2000_times(numbers, fields):
    every_metric(numbers, fields)
