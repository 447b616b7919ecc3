"""The clock of the film: which moment is shown when, at every speed, both ways, while the run goes on."""

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.train.history import due_among
from tp5gui.session.playing import LEAST, LONGEST, SPEEDS, Playing, about_time

RUNS = st.sets(st.integers(1, 10**6), min_size=1, max_size=400).map(
    lambda epochs: np.array([0, *sorted(epochs)])
)


class Film(Playing):
    """A film whose clock is turned by hand, and what it asked for."""

    def __init__(self, moments, speed=10.0):
        self.now = 100.0
        super().__init__(clock=lambda: self.now)
        self.speed = speed
        self.set_moments(moments)
        self.pictures = []  # times and epochs
        self.ends = self.changes = 0
        self.moved.connect(lambda epoch: self.pictures.append((self.now, epoch)))
        self.ended.connect(self._end)
        self.changed.connect(self._change)

    def _end(self):
        self.ends += 1

    def _change(self):
        self.changes += 1

    @property
    def epochs(self):
        return [epoch for _, epoch in self.pictures]

    def run(self, seconds, step=LEAST, cost=0.0):
        """Let time pass in steps; every picture is on the screen after `cost` seconds."""
        end = self.now + seconds
        while self.now < end - 1e-9 and self.plays:
            if self.pictures and self.now - self.pictures[-1][0] >= cost:
                self.shown()
            self.tick()
            self.now += step


@pytest.fixture(autouse=True)
def _app(qapp):
    pass


@given(RUNS, st.sampled_from(SPEEDS), st.booleans())
def test_that_a_film_goes_from_one_end_to_the_other_and_stops_there(moments, speed, forwards):
    film = Film(moments, speed)
    film.play(forwards)
    film.run(2 * speed, max(LEAST, speed / 300))
    first, last = (0, -1) if forwards else (-1, 0)
    assert (film.epochs[0], film.epochs[-1]) == (moments[first], moments[last])
    assert (np.diff(film.epochs) > 0).all() if forwards else (np.diff(film.epochs) < 0).all()
    assert np.isin(film.epochs, moments).all()
    assert film.ends == 1
    assert not film.plays
    assert film.changes == 2


@given(RUNS, st.sampled_from(SPEEDS), st.booleans())
def test_that_a_whole_run_takes_as_long_as_its_speed_says(moments, speed, forwards):
    film = Film(moments, speed)
    film.play(forwards)
    start, step = film.now, max(LEAST, speed / 300)
    film.run(2 * speed, step)
    assert film.pictures[-1][0] - start == pytest.approx(speed, abs=2 * step + LEAST)


@given(RUNS, st.floats(0.001, 0.1))
def test_that_no_more_than_sixty_pictures_come_in_a_second(moments, step):
    film = Film(moments, speed=2.0)
    film.play(True)
    film.run(1.0, step)
    film.stop()
    for (before, _), (after, _) in pairwise(film.pictures):
        assert after - before >= LEAST - 1e-5


def test_that_time_runs_along_the_moments_and_not_along_the_epochs():
    """A tenth of the film is a tenth of the points of the curves, however few epochs these are."""
    every = np.arange(100_001)
    moments = every[due_among(every)]
    film = Film(moments, speed=10.0)
    film.play(True)
    film.run(1.0)
    assert film.epochs[-1] == pytest.approx(moments[len(moments) // 10], rel=0.05)
    assert film.epochs[-1] < 0.01 * moments[-1]


def test_that_the_next_moment_waits_until_the_last_one_was_shown():
    film = Film(np.arange(1000))
    film.play(True)
    for _ in range(50):
        film.now += 0.1
        film.tick()
    assert film.epochs == [0]
    film.shown()
    film.tick()
    assert len(film.epochs) == 2


@pytest.mark.parametrize("cost", [0.0, 0.05, 0.1, 0.2])
def test_that_a_film_that_is_dear_to_show_leaves_moments_out_and_keeps_its_speed(cost):
    film = Film(np.arange(1001), speed=10.0)
    film.play(True)
    film.run(5.0, cost=cost)
    assert film.epochs[-1] == pytest.approx(500, abs=25)


def test_that_a_film_that_had_to_wait_long_does_not_leap():
    film = Film(np.arange(1001), speed=10.0)
    film.play(True)
    film.run(1.0)
    before = film.epochs[-1]
    film.now += 30
    film.shown()
    film.tick()
    assert film.epochs[-1] - before <= 1 + 1000 * (LONGEST + LEAST) / 10


@pytest.mark.parametrize("forwards", [True, False])
@pytest.mark.parametrize("start", [None, 0, 250, 1000])
def test_where_a_film_begins(forwards, start):
    film = Film(np.arange(0, 1001, 10))
    film.play(forwards, start)
    here = 1000 if start is None else start
    ends = {(True, 1000): 0, (False, 0): 1000}
    assert film.epochs == [ends.get((forwards, here), here)]


def test_that_an_epoch_between_two_moments_begins_with_the_one_before_on_its_way():
    for forwards, wanted in ((True, 250), (False, 260)):
        film = Film(np.arange(0, 1001, 10))
        film.play(forwards, 254)
        assert film.epochs == [wanted]


def test_that_another_speed_goes_on_from_where_the_film_is():
    film = Film(np.arange(1001), speed=10.0)
    film.play(True)
    film.run(5.0)
    film.speed = 20.0
    film.run(5.0)
    assert film.epochs[-1] == pytest.approx(750, abs=10)
    assert film.changes == 2


@given(RUNS, RUNS, st.floats(0, 1))
def test_that_moments_that_come_and_go_leave_the_film_at_its_epoch(moments, others, share):
    """A run that trains on thins its moments, and adds new ones."""
    film = Film(moments, speed=60.0)
    start = int(share * moments[-1])
    film.play(True, start)
    film.shown()
    film.set_moments(others)
    film.now += LEAST  # in which it goes by a tenth of a moment at most
    film.tick()
    here = min(0 if start == moments[-1] else start, others[-1])  # from its end it begins anew
    before, after = np.searchsorted(others, here, side="right") - 1, np.searchsorted(others, here) + 1
    shown = film.epochs[-1]
    assert len(film.epochs) == 1 or others[before] <= shown <= others[min(after, len(others) - 1)]
    film.stop()


def test_that_a_film_follows_a_run_that_trains_on_until_its_end():
    film = Film(np.arange(101), speed=2.0)
    film.play(True)
    film.run(1.0)
    film.set_moments(np.arange(201))
    film.run(10.0)
    assert film.epochs[-1] == 200
    assert film.ends == 1


def test_that_a_film_that_is_stopped_shows_nothing_more_and_says_no_end():
    film = Film(np.arange(1000))
    film.play(True)
    film.run(1.0)
    shown = list(film.epochs)
    film.stop()
    film.stop()
    film.shown()
    film.now += 1
    film.tick()
    assert film.epochs == shown
    assert (film.ends, film.changes, film.plays) == (0, 2, False)


@pytest.mark.parametrize("moments", [[], [0]])
def test_that_there_is_nothing_to_play_without_two_moments(moments):
    film = Film(np.array(moments, dtype=np.int64))
    film.play(True)
    assert not film.plays
    assert film.epochs == []


def test_that_a_film_stops_where_its_run_is_gone():
    film = Film(np.arange(1000))
    film.play(True)
    film.set_moments(np.array([0]))
    assert not film.plays
    film.tick()


def test_that_it_plays_by_itself_in_real_time(qtbot):
    playing = Playing()
    playing.set_moments(np.arange(30))
    playing.speed = 0.2
    pictures = []
    playing.moved.connect(pictures.append)
    playing.moved.connect(playing.shown)
    with qtbot.waitSignal(playing.ended):
        playing.play(False)
    assert pictures[0] == 29
    assert pictures[-1] == 0


def test_that_a_film_of_few_moments_takes_no_longer_in_real_time(qtbot):
    """Nothing is to be shown for long, and yet this is no wait that the film would not count."""
    playing = Playing()
    playing.set_moments(np.array([0, 100]))
    playing.speed = 1.0
    playing.moved.connect(playing.shown)
    start = time.perf_counter()
    with qtbot.waitSignal(playing.ended):
        playing.play(True)
    assert 0.9 < time.perf_counter() - start < 2


def test_that_a_person_can_read_how_time_runs():
    assert "denser early" in about_time()
