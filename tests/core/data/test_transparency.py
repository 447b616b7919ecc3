"""What is clear in a picture is laid over the ground on which the shape is seen, whatever the format."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.data.importers.transparency import laid

levels = hnp.arrays(np.float32, (3, 4, 5), elements=st.floats(0, 1, width=32))


@given(levels, levels)
def test_that_all_lie_over_black_or_white_and_only_what_would_be_lost_over_the_other(grey, opacity):
    ink, clear = grey * opacity, 1 - opacity
    black, white = ink.copy(), ink + clear
    images = laid(ink, clear).images
    for image, *grounds in zip(images, black, white, strict=True):
        assert any(np.allclose(image, ground, atol=1e-6) for ground in grounds)
    for number in range(3):
        best = max(np.ptp(black[number]), np.ptp(white[number]))
        assert np.ptp(images[number]) >= min(best, 0.1) - 1e-6


@pytest.mark.parametrize(("ink", "ground"), [(0, 1), (1, 0)])
def test_that_a_shape_in_the_opacity_alone_is_never_lost(ink, ground):
    shape = np.eye(5, dtype=np.float32)[None]
    made = laid(shape * ink, 1 - shape)
    assert np.array_equal(made.images, np.where(shape > 0, ink, ground))
    assert [("white" if ground else "black") in str(said) for said in made.remarks] == [True]
    assert "--invert" in str(made.remarks[0])


def test_that_what_is_nowhere_clear_stays_as_it_is_and_nothing_is_said():
    images = np.random.default_rng(0).random((2, 3, 4), dtype=np.float32)
    for clear in (None, np.zeros_like(images), np.full_like(images, 1 / 255)):
        made = laid(images.copy(), clear)
        assert np.array_equal(made.images, images)
        assert made.remarks == ()


@pytest.mark.parametrize(("most", "few"), [(0, 1), (1, 0)])
def test_that_an_image_that_would_be_blank_lies_over_the_other_ground_and_is_named(most, few):
    shapes = np.stack([np.eye(4, dtype=np.float32)] * 12)
    grey = np.full((12, 1, 1), most, np.float32)
    grey[[1, 2, 4, 5]] = few
    made = laid(shapes * grey, 1 - shapes, list("abcdefghijkl"))
    assert np.array_equal(made.images, np.where(shapes > 0, grey, 1 - grey))
    ground, named = map(str, made.remarks)
    assert f"over {('white', 'black')[most]};" in ground
    assert named.endswith(f"they lie over {('white', 'black')[few]}: b, c, e, ....")
