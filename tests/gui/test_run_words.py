"""How the words of a card are laid out in lines."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core import preset
from core.train.about import About, Parent
from core.train.listing import RunEntry
from tp5gui.panels.run_words import BETWEEN, in_lines, joined, origin

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


def test_that_a_branch_names_its_epoch_first_and_presets_by_their_labels():
    for name, called in (("font-vae", "Variational font autoencoder"), ("mine", "mine")):
        about = About(parent=Parent(name, 1200))
        entry = RunEntry(Path("x.tp5"), 0, 1.0, None, about, preset("font-vae"), 1, 32, (7, 5), {}, None)
        assert f"branched at epoch 1,200 of {called}" in origin(entry, live=False)
