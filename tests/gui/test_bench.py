"""The run on the bench, and the plane of its codes: through collapse, and again from a file."""

from dataclasses import replace

import numpy as np
import pytest

from core import preset
from core.measure.latent import Plane
from tests.gui.frames import frame_of
from tp5gui.session.bench import Bench
from tp5gui.session.messages import Backdrop, Beside, Between, Draws, Questions

SPEC = replace(preset("emoji-vae"), dataset="emojis-20", hidden=(12,), epochs=6)


@pytest.mark.parametrize("signs", [(1, 1), (-1, 1), (1, -1), (-1, -1)])
def test_that_a_reopened_run_shows_the_same_map_however_its_axes_pointed(tmp_path, signs):
    bench = Bench.build(SPEC, 1, None)
    frame_of(bench)
    bench.trainer.step()
    plane = bench.reading.plane
    bench.reading.plane = Plane(plane.origin, plane.axes * np.float32(signs)[:, None])
    shown = frame_of(bench).points
    opened = Bench.open(bench.save(str(tmp_path / "run.tp5")), 2)
    np.testing.assert_allclose(frame_of(opened).points, shown, atol=1e-5)
    assert np.ptp(shown, 0).min() > 0.01


def test_that_the_map_of_the_slides_first_attempt_outlives_its_collapse():
    """Its codes are the same to the bit: every answer is finite, and the map comes back with the codes."""
    bench = Bench.build(preset("emoji-vae-slides-1"), 1, None)
    before = frame_of(bench)
    bias = bench.trainer.network.encoder.layers[0].bias
    alive = bias.clone()
    bias.fill_(-1000)  # no unit is ever on
    questions = Questions(
        drawing=before.dataset.images[0], cursor=(0.3, -0.2), backdrop=Backdrop(-1, -1, 1, 1, 3, 3)
    )
    for walk in (Between(0, 1, 5, "linear"), Between(0, 1, 5, "spherical"), Beside(0.1), Draws(4, 0)):
        frame = frame_of(bench, replace(questions, walk=walk))
        assert np.ptp(frame.snapshot.codes, 0).max() == 0
        assert np.isfinite(frame.points).all()
        answers = frame.answers
        assert np.isfinite(answers.drawing.point).all()
        for shown in (answers.cursor.image, answers.backdrop.tiles, answers.walk.images, answers.walk.points):
            assert np.isfinite(shown).all()
    np.testing.assert_allclose(bench.reading.plane.axes, plane_axes(before, bench), atol=1e-6)
    bias.copy_(alive)
    np.testing.assert_allclose(frame_of(bench).points, before.points, atol=1e-5)


def plane_axes(frame, bench):
    """The axes on which a frame drew its codes, found again from its points."""
    centred = frame.snapshot.codes - frame.snapshot.codes.mean(0)
    found, *_ = np.linalg.lstsq(centred, frame.points, rcond=None)
    return found.T
