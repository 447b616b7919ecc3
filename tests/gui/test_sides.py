"""What is shown of runs side by side: maps in one frame or in several, and where a place is on the others."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Spec, Trainer, load_dataset, save_run
from core.base.progress import Stopped
from core.base.words import Refusal
from core.measure.latent import Plane
from tp5gui.session.comparing import Source
from tp5gui.session.messages import Backdrop
from tp5gui.session.sides import SideBySide, Spread, corners_of, decode_at, gather, tiles_of

FONT = load_dataset("font5x7")
BASE = Spec(hidden=(6,), epochs=12)
FLAT = Plane(np.zeros(2, dtype=np.float32), np.eye(2, dtype=np.float32))
NUMBERS = st.floats(-100, 100, width=32)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Runs in files: one, one of another live field, one of another seed, a deeper code, other images."""
    folder = tmp_path_factory.mktemp("runs")
    specs = {
        "one": BASE, "branch": replace(BASE, learning_rate=0.003), "seed": replace(BASE, seed=5),
        "deep": replace(BASE, latent=5), "deep branch": replace(BASE, latent=5, learning_rate=0.003),
        "digits": replace(BASE, dataset="digits", epochs=1),
    }  # fmt: skip
    return {name: str(save_run(Trainer(spec).run(), folder / name)) for name, spec in specs.items()}


def sources(files, *names, epochs=()):
    return [
        Source(name, files[name], epoch) for name, epoch in zip(names, epochs or [None] * 4, strict=False)
    ]


@pytest.mark.parametrize(
    ("names", "alike"),
    [
        (("one", "branch"), True),
        (("one", "seed"), False),
        (("one", "deep"), False),
        (("one", "digits"), False),
    ],
)
def test_that_runs_that_began_alike_have_one_frame_and_others_their_own(files, names, alike):
    shown = gather(sources(files, *names), None)
    assert shown.one_frame == alike
    assert (shown.frame is not None) == alike
    for side, spread in zip(shown.compared.sides, shown.spreads, strict=True):
        assert np.allclose(spread.points, spread.plane.points(side.codes))
        low, high = np.array(spread.corners)
        assert np.allclose(low, spread.points.min(0))
        assert np.allclose(high, spread.points.max(0))


def test_that_moments_of_a_run_are_those_it_went_through_in_one_frame(files):
    shown = gather(sources(files, "one", "one", "one", epochs=(3, 7, None)), None)
    assert shown.one_frame
    assert shown.compared.names == ("one at epoch 3", "one at epoch 7", "one")
    trainer = Trainer(BASE)
    for side, epoch in zip(shown.compared.sides, (3, 7, 12), strict=True):
        trainer.advance(epoch - trainer.epoch)
        assert side.epoch == epoch
        np.testing.assert_allclose(side.codes, trainer.model.encode(FONT.images), atol=1e-5)


def test_that_each_network_decodes_its_own_place_and_its_own_tiles(files):
    shown = gather(sources(files, "one", "deep"), None)
    places = [(0.5, -0.25), (1.0, 2.0)]
    for side, spread, place, told in zip(
        shown.compared.sides, shown.spreads, places, decode_at(shown, places), strict=True
    ):
        code = spread.plane.codes(np.array([place], dtype=np.float32))
        np.testing.assert_array_equal(told.image, side.model.decode(code)[0])
    asked = Backdrop(-1.0, -1.0, 1.0, 1.0, 2, 3)
    nothing, tiles = tiles_of(shown, [None, asked])
    assert nothing is None
    assert tiles.shape == (2, 3, 7, 5)
    corner = shown.spreads[1].plane.codes(np.array([[-2 / 3, 0.5]], dtype=np.float32))
    np.testing.assert_allclose(tiles[0, 0], shown.compared.sides[1].model.decode(corner)[0], atol=1e-5)


def test_that_runs_that_began_alike_are_drawn_on_one_plane_whatever_their_code_and_order(files):
    for names in (("deep", "deep branch"), ("deep branch", "deep")):
        one, other = gather(sources(files, *names), None).spreads
        np.testing.assert_array_equal(one.plane.axes, other.plane.axes)
        np.testing.assert_array_equal(one.plane.origin, other.plane.origin)


@st.composite
def shown(draw):
    spreads = []
    for _ in range(draw(st.integers(2, 4))):
        count = draw(st.integers(0, 5))
        points = np.array([[draw(NUMBERS), draw(NUMBERS)] for _ in range(count)], dtype=np.float32)
        points = points.reshape(count, 2)
        spreads.append(Spread(FLAT, points, corners_of(points), None))
    return SideBySide(None, tuple(spreads), draw(st.booleans()))


@given(shown(), NUMBERS, NUMBERS, st.integers(0, 3))
def test_that_a_place_is_as_far_across_everywhere_and_there_and_back_is_the_same(shown, x, y, side):
    side = side % len(shown.spreads)
    there = shown.elsewhere((x, y), side)
    assert there[side] == (x, y)
    shares = []
    for spread, (across, up) in zip(shown.spreads, there, strict=True):
        (left, bottom), (right, top) = spread.corners
        shares.append(((across - left) / (right - left), (up - bottom) / (top - bottom)))
    if shown.one_frame:
        assert set(there) == {(x, y)}
    else:
        assert np.allclose(shares, shares[0], rtol=1e-6, atol=1e-6)


def test_that_the_cursor_stays_to_the_last_digit_where_a_hand_put_it():
    points = np.array([[0.1, -3.3], [0.7, 9.1]], dtype=np.float32)
    apart = SideBySide(None, (Spread(FLAT, points, corners_of(points), None),) * 2, one_frame=False)
    for x in np.linspace(-2, 2, 97).tolist():
        assert apart.elsewhere((x, x / 7), 1)[1] == (x, x / 7)


@given(st.lists(st.tuples(NUMBERS | st.just(float("nan")), NUMBERS), max_size=6))
def test_that_corners_are_apart_whatever_the_points(rows):
    points = np.array(rows, dtype=np.float32).reshape(len(rows), 2)
    (left, bottom), (right, top) = corners_of(points)
    assert left < right
    assert bottom < top
    finite = points[np.isfinite(points).all(1)]
    inside = (
        (finite[:, 0] >= left) & (finite[:, 0] <= right) & (finite[:, 1] >= bottom) & (finite[:, 1] <= top)
    )
    assert inside.all()


def test_that_the_work_says_how_far_it_is_and_ends_when_it_is_stopped(files):
    shares = []
    gather(sources(files, "one", "one", epochs=(5, 11)), None, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(share):
        raise Stopped

    with pytest.raises(Stopped):
        gather(sources(files, "one", "branch"), None, stop)


def test_that_an_epoch_that_is_not_there_is_refused(files):
    with pytest.raises(Refusal, match="13"):
        gather(sources(files, "one", "one", epochs=(3, 13)), None)
