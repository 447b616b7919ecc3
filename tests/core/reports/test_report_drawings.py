"""The drawings of a report: curves, map, images and weights."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from core.reports.curves import HEIGHT, LINE, WIDTH, Curve, plot
from core.reports.facts import Map
from core.reports.latent import drawing
from core.reports.markup import Markup, tag
from core.reports.pictures import SIDE, address, factor, reduced, weights

EPOCHS = np.arange(1001)


def numbers(markup):
    """All coordinates of paths that begin or lead somewhere: (K, 2)."""
    found = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", markup)
    return np.array(found, dtype=float)


def drawn(*curves, log=False):
    return plot(curves, 1000, "title", "words", "epochs", log=log)


def curve(values, name="loss", role="part1"):
    return Curve(name, role, EPOCHS, np.broadcast_to(values, EPOCHS.shape).astype(np.float32))


def names_of(markup, names):
    places = [re.search(rf'y="([\d.]+)">{name}<', markup) for name in names]
    return [float(place[1]) for place in places]


@pytest.mark.parametrize(
    "values",
    [0 * EPOCHS, np.nan * EPOCHS, np.geomspace(1e-30, 1e30, 1001), np.where(EPOCHS % 7, EPOCHS, np.nan)],
    ids=["zero", "unknown", "far apart", "with gaps"],
)  # fmt: skip
@pytest.mark.parametrize("log", [True, False])
def test_that_a_curve_stays_in_its_field(values, log):
    places = numbers(drawn(curve(values), log=log))
    assert np.isfinite(places).all()
    assert (places >= 0).all()
    assert (places <= [WIDTH, HEIGHT]).all()


def test_that_a_curve_keeps_its_highest_and_its_lowest():
    spiked = np.ones(1001)
    spiked[[333, 334]] = 9, 0
    high, flat = (numbers(drawn(curve(values)))[:, 1] for values in (spiked, np.r_[9, np.ones(999), 0]))
    assert high.min() == flat.min()
    assert high.max() == flat.max()


def test_that_a_long_run_has_no_more_points_than_there_is_room_for():
    epochs = np.arange(100_000)
    wild = np.random.default_rng(0).random(100_000).astype(np.float32)
    markup = plot([Curve("loss", "part1", epochs, wild)], 100_000, "", "", "", log=False)
    assert len(numbers(markup)) < 1000


def test_that_no_name_lies_over_another():
    names = [f"curve {number}" for number in range(9)]
    markup = drawn(*(curve(5.0, name) for name in names), curve(10.0, "top"))
    places = sorted(names_of(markup, [*names, "top"]))
    assert np.diff(places).min() >= LINE - 0.11  # to a tenth of a unit
    assert places[0] > 0
    assert places[-1] < HEIGHT


def test_that_curves_differ_in_more_than_colour():
    markup = drawn(
        curve(1, "perfect", "perfect"), curve(2, "noisy", "noisy"), curve(3, "recognised", "recognised")
    )
    assert len(set(re.findall(r'stroke-dasharray="([^"]*)"', markup))) == 2


def shown(points, side=8, prior=None):
    points = np.array(points, dtype=np.float32).reshape(-1, 2)
    return Map(points, np.zeros((len(points), side, side), dtype=np.float32), prior)


def test_that_an_image_is_drawn_at_its_code():
    markup, count = drawing(shown([[0, 0], [1, 0], [0, 2]]), "z1", "z2", "", "")
    places = [(float(x), float(y)) for x, y in re.findall(r'<image[^>]* x="([\d.]+)" y="([\d.]+)"', markup)]
    assert count == len(places) == 3
    (x0, y0), (x1, y1), (x2, y2) = places
    assert (y0, x0) == (y1, x2)
    assert x1 - x0 == pytest.approx((y0 - y2) / 2, abs=0.2)  # upward is up, and a unit as long as across


def test_that_images_never_lie_over_each_other_and_the_others_are_dots():
    points = np.random.default_rng(0).normal(size=(400, 2))
    markup, count = drawing(shown(points), "z1", "z2", "", "")
    boxes = np.array(
        re.findall(r'x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', markup), dtype=float
    )
    away = np.abs(boxes[:, None, :2] - boxes[None, :, :2])
    over = (away < boxes[0, 2:] - 0.2).all(-1)
    assert over.sum() == len(boxes) == count
    assert markup.count("h0") == 400 - count


@pytest.mark.parametrize(
    "points",
    [[], [[1, 1]], [[2, 2]] * 5, [[np.nan, 0], [1, 1]], [[-1e30, 0], [1e30, 1]]],
    ids=["none", "one", "all the same", "not finite", "far apart"],
)
def test_that_any_codes_have_a_map(points):
    markup, count = drawing(shown(points, prior=(0.0, 0.0)), "z1", "z2", "", "")
    finite = np.isfinite(np.array(points).reshape(-1, 2)).all(1).sum()
    assert count + markup.count("h0") == finite
    assert "nan" not in markup
    assert "inf" not in markup


def test_that_an_image_is_the_same_picture_with_lit_pixels_dark():
    image = np.array([[0, 1], [0.5, 0]], dtype=np.float32)
    head, _, data = address(image).partition(",")
    assert head == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert pixels.tolist() == [[255, 0], [128, 255]]


def test_that_a_large_image_is_shown_by_its_means():
    images = np.arange(50 * 90, dtype=np.float32).reshape(1, 50, 90)
    by = factor((50, 90))
    assert by == 3
    assert max(reduced(images, by).shape) <= SIDE
    assert reduced(images, by)[0, 0, 0] == images[0, :3, :3].mean()
    assert reduced(images, by)[0, -1, -1] == images[0, 48:, 87:].mean()  # of the part that there is


def test_that_a_weight_above_0_is_filled_and_one_below_0_is_hollow():
    markup = weights(np.array([[1.0, -1.0, 0.0]], dtype=np.float32), 1.0, "unit 1")
    assert re.findall(r'class="(plus|minus)" d="M([\d.]+)', markup) == [("plus", "0.5"), ("minus", "11")]
    assert markup.count("z") == 2


def test_that_only_elements_are_markup():
    inside = tag("b", "<i>", title='"&')
    assert inside == '<b title="&quot;&amp;">&lt;i&gt;</b>'
    assert tag("p", inside, str(inside)).count("<b") == 1
    assert isinstance(inside, Markup)
