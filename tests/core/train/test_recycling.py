"""Copies keep what was copied as long as anything looks at them, whatever is copied later."""

import gc

import torch
from hypothesis import given
from hypothesis import strategies as st

from core.train.recycling import LARGE, Recycling

SIZE = LARGE // 4


@given(st.lists(st.tuples(st.sampled_from(["copy", "drop", "view"]), st.integers(0, 5)), max_size=40))
def test_that_no_copy_changes_while_something_looks_at_it(steps):
    recycling, source, held = Recycling(), torch.zeros(SIZE), []
    for number, (what, place) in enumerate(steps):
        if what == "copy":
            source.fill_(float(number))
            held.append((recycling.copy(source), float(number)))
        elif held and what == "drop":
            del held[place % len(held)]
        elif held:
            tensor, value = held.pop(place % len(held))
            held.append((tensor[SIZE // 2 :].view(-1, 1), value))  # of which alone something is left
            del tensor
        assert all((tensor == value).all() for tensor, value in held)


def test_that_the_memory_of_a_copy_serves_the_next_one():
    recycling, source = Recycling(), torch.rand(3, SIZE)
    first = recycling.copy(source)
    place = first.data_ptr()
    del first
    gc.collect()
    second = recycling.copy(source)
    assert second.data_ptr() == place
    assert torch.equal(second, source)


def test_that_small_and_odd_tensors_are_copied_as_well():
    recycling = Recycling()
    for tensor in (torch.rand(3), torch.rand(LARGE, 2)[:, 0], torch.zeros(0, 4)):
        assert torch.equal(recycling.copy(tensor), tensor)
        assert recycling.copy(tensor).data_ptr() != tensor.data_ptr() or not tensor.numel()
