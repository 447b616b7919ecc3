"""Images that a set holds more than once, against a comparison of every pair."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.data.datasets import DATASETS, load_dataset
from core.data.repeats import repeats

few = st.sampled_from([0.0, -0.0, 0.5, 1.0])


@given(arrays(np.float32, st.tuples(st.integers(1, 9), st.just(1), st.integers(1, 2)), elements=few))
def test_that_every_image_is_paired_with_the_first_that_equals_it(images):
    equal = {
        index: next(first for first in range(len(images)) if np.array_equal(images[first], images[index]))
        for index in range(len(images))
    }
    assert repeats(images) == {index: first for index, first in equal.items() if first != index}


def test_that_the_built_in_sets_hold_no_image_twice():
    for name in DATASETS.names():
        assert repeats(load_dataset(name).images) == {}, name
