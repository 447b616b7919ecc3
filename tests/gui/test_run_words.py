"""How the words of a card are laid out in lines."""

from hypothesis import given
from hypothesis import strategies as st

from tp5gui.panels.run_words import BETWEEN, in_lines, joined

PARTS = st.lists(st.text("abc ", min_size=1, max_size=12), max_size=6)


@given(parts=PARTS, width=st.integers(1, 40), most=st.integers(1, 4))
def test_that_all_parts_stand_in_their_order_in_lines_that_fit(parts, width, most):
    lines = in_lines(parts, lambda line: len(line) <= width, most)
    assert joined(lines) == joined(parts)
    assert len(lines) <= most
    for line in lines[: most - 1]:
        assert len(line) <= width or line in parts


@given(parts=PARTS, most=st.integers(1, 4))
def test_that_what_fits_stands_on_one_line(parts, most):
    lines = in_lines(parts, lambda line: True, most)
    assert lines == ([BETWEEN.join(parts)] if parts else [])
