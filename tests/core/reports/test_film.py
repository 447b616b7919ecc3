"""Films of a run: what is shown, and that the file is what was drawn, in less than a megabyte."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core import Trainer, preset
from core.base.progress import Stopped
from core.base.words import Refusal, use_language
from core.measure.latent import places, plane_of
from core.reports import film as films
from core.reports.film import film_of, kind_of, make_film, write_film
from core.reports.film_files import (
    FEWEST,
    MOST,
    PACE,
    SLOWEST,
    Numbering,
    changes,
    durations,
    frames_of,
    palette_of,
    seconds_of,
    written,
)
from core.reports.film_page import MAP, Page
from core.reports.film_story import chosen, glimpse_of, story_of, time_of

SHORT = {"epochs": 60}


@pytest.fixture(scope="module")
def trainer():
    return Trainer(replace(preset("font-autoencoder"), **SHORT)).run()


@pytest.fixture(scope="module")
def past(trainer):
    return trainer.past()


@pytest.fixture(scope="module")
def story(past):
    return story_of(past, 12)


def decoded(content):
    """The frames (H, W, 3) of a file, by a decoder that is not ours, and how long each is shown, in ms."""
    frames, times = [], []
    with Image.open(io.BytesIO(content)) as picture:
        for index in range(picture.n_frames):
            picture.seek(index)
            frames.append(np.asarray(picture.convert("RGB")))
            times.append(picture.info["duration"])
        assert picture.info["loop"] == 0
    return frames, times


# -- which epochs


class OfEpochs:
    """Stands for the past of a run of which only the epochs count."""

    def __init__(self, epochs):
        self.epochs, self.first, self.last = tuple(epochs), epochs[0], epochs[-1]


@given(
    st.lists(st.integers(0, 5000), min_size=2, max_size=40, unique=True).map(sorted),
    st.integers(2, 120),
)
@settings(deadline=None)
def test_that_the_epochs_of_a_film_rise_from_the_first_to_the_last_and_are_points_or_moments(kept, frames):
    recorded = np.arange(0, kept[-1] + 1, 7)
    epochs = chosen(OfEpochs(kept), recorded, frames)
    assert list(epochs) == sorted(set(epochs))
    assert (epochs[0], epochs[-1]) == (kept[0], kept[-1])
    assert len(epochs) <= frames
    assert len(epochs) >= min(frames, sum(recorded > kept[0]))
    assert set(epochs) <= set(recorded.tolist()) | set(kept)


def test_that_early_epochs_are_dense():
    epochs = chosen(OfEpochs(range(10_001)), np.arange(10_001), 90)
    assert len(epochs) == 90
    assert (np.diff(np.diff(epochs)) >= -1).all()
    assert sum(epoch <= 1000 for epoch in epochs) == pytest.approx(0.52 * 90, abs=1)


@given(st.integers(0, 100), st.integers(1, 10**7))
def test_that_time_goes_from_the_first_epoch_to_the_last(first, length):
    assert time_of(first, first, first + length) == 0
    assert time_of(first + length, first, first + length) == pytest.approx(1)


# -- what is shown


def test_that_every_scene_is_the_run_as_it_was(trainer, story):
    images, plane = trainer.dataset.images, plane_of(trainer.model.encode(trainer.dataset.images))
    again = Trainer(trainer.spec)
    for scene in story.scenes:
        again.advance(scene.epoch - again.epoch)
        assert np.array_equal(scene.after, again.model.reconstruct(images))
        assert np.array_equal(scene.points, places(plane, again.model.encode(images)))


def test_that_epochs_that_are_not_kept_are_trained_again(trainer, story):
    few = trainer.past()
    moments = [moment for moment in few.moments if moment.epoch in (0, 60)]
    seen = []
    told = story_of(replace(few, moments=moments), 12, on_progress=seen.append)
    assert [scene.epoch for scene in told.scenes] == [scene.epoch for scene in story.scenes]
    for one, other in zip(told.scenes, story.scenes, strict=True):
        assert np.array_equal(one.after, other.after)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 1)


def test_that_a_glimpse_is_of_kept_epochs_alone(trainer, story):
    whole = trainer.past()
    some = replace(whole, moments=[moment for moment in whole.moments if moment.epoch in (0, 9, 60)])
    (first, middle, last) = glimpse_of(some).scenes
    assert (first.epoch, middle.epoch, last.epoch) == (0, 9, 60)
    assert np.array_equal(last.points, story.scenes[-1].points)
    with pytest.raises(Refusal, match="only its last"):
        glimpse_of(replace(whole, moments=whole.moments[-1:]))


def test_that_a_denoiser_cleans_the_same_dirt_all_the_way():
    run = Trainer(replace(preset("font-denoiser"), epochs=20)).run()
    told = story_of(run.past(), 4)
    assert told.noisy
    assert not np.array_equal(told.before, run.dataset.images)
    assert np.array_equal(told.scenes[-1].after, run.model.reconstruct(told.before))
    assert np.array_equal(told.before, story_of(run.past(), 3).before)


def test_that_a_code_of_one_number_keeps_its_height():
    run = Trainer(replace(preset("font-autoencoder"), latent=1, epochs=20)).run()
    heights = [scene.points[:, 1] for scene in story_of(run.past(), 5).scenes]
    assert all(np.array_equal(each, heights[-1]) for each in heights)
    assert len(np.unique(heights[-1])) > 1


def test_that_a_run_without_a_past_is_refused(trainer):
    with pytest.raises(Refusal, match="not been trained"):
        make_film(Trainer(trainer.spec).past())
    only = trainer.past()
    with pytest.raises(Refusal, match="only its last epoch, 60"):
        make_film(replace(only, moments=only.moments[-1:]))


# -- how it is drawn


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_codes_and_images_move_and_their_frame_stays(story, theme):
    page = Page(story, theme)
    first, last = (page.frame(story.scenes[index]).astype(int) for index in (0, -1))
    assert first.shape == (page.size[1], page.size[0], 3)
    left, top, right, bottom = MAP
    inside, edge = (slice(top + 1, bottom), slice(left + 1, right)), (top, slice(left, right))
    assert (first[inside] != last[inside]).any()
    assert np.array_equal(first[edge], last[edge])
    assert (first[0, 0] == last[0, 0]).all()
    assert (first[0, 0].sum() > 600) == (theme == "light")


def test_that_the_codes_of_the_last_epoch_are_all_inside_the_map(story):
    page = Page(story, "light")
    left, top, right, bottom = MAP
    spots = page._view.spots(story.scenes[-1].points)
    room = np.array(page._view.side) / 2
    assert (spots - room >= 0).all()
    assert (spots + room <= (right - left, bottom - top)).all()


def test_that_a_film_speaks_the_language_in_use(story):
    try:
        use_language("es")
        spanish = film_of(story, theme="light", kind="png").content
    finally:
        use_language("en")
    assert film_of(story, theme="light", kind="png").content != spanish


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_that_numbers_that_are_not_finite_are_drawn_as_nothing(story, broken):
    points = np.full_like(story.scenes[0].points, broken)
    curves = {name: np.full_like(values, broken) for name, values in story.curves.items()}
    scene = replace(story.scenes[0], points=points)
    sick = replace(story, curves=curves, scenes=(scene, replace(scene, epoch=5)))
    assert len(film_of(sick, theme="dark", kind="gif").content) < films.BYTES


# -- the file


@pytest.mark.parametrize("kind", ["png", "gif"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_a_decoder_finds_the_pages_that_were_drawn(story, kind, theme):
    film = film_of(story, theme=theme, kind=kind)
    frames, times = decoded(film.content)
    page = Page(story, theme)
    assert film.epochs == tuple(scene.epoch for scene in story.scenes)
    assert len(frames) == len(film.epochs)
    for frame, scene in zip(frames, story.scenes, strict=True):
        drawn = page.frame(scene).astype(int)
        assert frame.shape == drawn.shape
        away = np.abs(frame - drawn)
        assert away.mean() < 0.5
        assert np.quantile(away, 0.999) <= 24
    assert times[-1] == 2000
    assert len(set(times[:-1])) == 1
    assert sum(times) / 1000 == pytest.approx(film.seconds)
    assert len(film.content) <= films.BYTES


@pytest.mark.parametrize("kind", ["png", "gif"])
def test_that_the_same_past_gives_the_same_bytes(past, kind):
    one, other = (make_film(past, frames=5, kind=kind).content for _ in range(2))
    assert one == other


@pytest.mark.parametrize("kind", ["png", "gif"])
@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 9), st.integers(1, 5))
@settings(deadline=None, max_examples=40)
def test_that_any_frames_come_back_bit_by_bit(kind, seed, height, width, count):
    draws = np.random.default_rng(seed)
    palette = np.unique(draws.integers(0, 256, (draws.integers(1, 256), 3)), axis=0).astype(np.uint8)
    frames = [draws.integers(1, len(palette) + 1, (height, width)).astype(np.uint8) for _ in range(count)]
    content = b"".join(written(kind, (width, height), palette, frames, [7] * count))
    found = []
    with Image.open(io.BytesIO(content)) as picture:
        for index in range(getattr(picture, "n_frames", 1)):
            picture.seek(index)
            found.append(np.asarray(picture.convert("RGB")))
    assert len(found) == count
    assert all(np.array_equal(one, palette[other - 1]) for one, other in zip(found, frames, strict=True))


def test_that_only_what_has_changed_is_written():
    before = np.ones((4, 5), dtype=np.uint8)
    after = before.copy()
    after[1, 2], after[2, 4] = 2, 3
    changed, place = changes(after, before)
    assert (changed.tolist(), place) == ([[2, 0, 0], [0, 0, 3]], (2, 1))
    assert changes(before, before)[0].tolist() == [[0]]


def test_that_a_colour_takes_the_nearest_of_the_palette():
    draws = np.random.default_rng(0)
    palette, frame = (draws.integers(0, 256, shape).astype(np.uint8) for shape in ((20, 3), (6, 7, 3)))
    numbers = Numbering(palette)(frame)
    away = ((frame[:, :, None].astype(int) - palette.astype(int)) ** 2).sum(-1)
    assert np.array_equal(
        away.min(-1), np.take_along_axis(away, numbers[..., None] - 1, -1)[..., 0].astype(int)
    )
    assert len(palette_of([frame], 8)) <= 8


def test_that_a_film_too_large_has_fewer_colours_then_fewer_frames_then_is_smaller(past, monkeypatch):
    story = story_of(past, 6)
    whole = film_of(story, theme="light", kind="png")
    found, most = [], len(whole.content)
    while most > 9_000:
        monkeypatch.setattr(films, "BYTES", most)
        seen = []
        film = film_of(story, seen.append, theme="light", kind="png")
        assert len(film.content) <= most
        assert seen == sorted(seen)
        found.append((film.width, len(film.epochs), film.colours))
        assert (film.epochs[0], film.epochs[-1]) == (0, 60)
        most = min(len(film.content) - 1, round(0.7 * most))
    assert found[0] == (whole.width, len(whole.epochs), whole.colours)
    assert found == sorted(found, reverse=True)
    assert len({width for width, _, _ in found}) > 1
    assert len({count for _, count, _ in found}) == 3


def test_that_fewer_frames_take_the_same_time():
    asked, fewer = (sum(durations(count, 90)) for count in (90, 45))
    assert fewer == pytest.approx(asked, abs=PACE)
    assert max(durations(3, 3)[:-1]) <= SLOWEST


@given(st.integers(FEWEST, MOST))
def test_that_frames_and_seconds_of_a_film_mean_each_other(frames):
    assert frames_of(seconds_of(frames)) == frames
    assert sum(durations(frames, frames)) / 100 == pytest.approx(seconds_of(frames))
    assert frames_of(0) == FEWEST
    assert frames_of(1000) == MOST


def test_that_a_film_ends_where_its_progress_raises(past, tmp_path):
    seen = []

    def stop(share):
        seen.append(share)
        if share > 0.8:
            raise Stopped

    with pytest.raises(Stopped):
        write_film(past, tmp_path / "film.gif", stop, frames=6)
    assert list(tmp_path.iterdir()) == []
    assert len(seen) > 8


def test_that_the_progress_of_a_film_rises_to_its_end(past, tmp_path):
    seen = []
    place = tmp_path / "film.PNG"
    film = write_film(past, place, seen.append, frames=6, theme="dark")
    assert place.read_bytes() == film.content
    assert film.kind == "png"
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 1)


@pytest.mark.parametrize("name", ["film.webp", "film", "film.mp4"])
def test_that_another_kind_of_file_is_refused(past, tmp_path, name):
    with pytest.raises(Refusal, match=r"\.png or \.gif"):
        kind_of(tmp_path / name)
    with pytest.raises(Refusal, match=r"\.png or \.gif"):
        write_film(past, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
