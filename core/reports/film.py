"""The learning of a run as an animated picture, in less than a megabyte."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.base.files import whole
from core.base.progress import OnProgress, unheard
from core.base.words import Refusal, number, say
from core.measure.latent import Plane
from core.reports.film_files import (
    FEWEST,
    FRAMES,
    MOST_COLOURS,
    SUFFIXES,
    Kind,
    Numbering,
    durations,
    palette_of,
    written,
)
from core.reports.film_page import Page
from core.reports.film_story import Shown, Story, story_of
from core.reports.style import Theme

if TYPE_CHECKING:
    from core.train.past import Past

BYTES = 999_999
"""Of a film, at most."""

PALETTES = (MOST_COLOURS, 64, 32)
"""Colours that it may have; the more the better."""
SHARES, SCALES = (1.0, 0.75, 0.5), (1.0, 0.8, 0.6, 0.45, 0.3)
"""What else is tried, in this order, where so few colours do not suffice: fewer frames, then smaller ones."""

SAMPLES = 9
"""Frames, evenly spread, from which the colours are chosen."""

LOOKING, EACH = 0.6, 0.5
"""The share of the time that it takes to look at the run; and of what is left then, that of every step."""


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """An animated picture.

    Attributes
    ----------
    content : of the file.
    kind : "png" or "gif".
    width, height : in pixels.
    colours : how many it has at most.
    epochs : that are shown, rising; a frame for each.
    asked : frames that were to be shown, if the size had allowed for them.
    seconds : how long it takes, once through.
    """

    content: bytes
    kind: Kind
    width: int
    height: int
    colours: int
    epochs: tuple[int, ...]
    asked: int
    seconds: float

    def words(self) -> str:
        """What was chosen so that it has so few bytes."""
        values = {
            "frames": number(len(self.epochs)), "width": number(self.width), "height": number(self.height),
            "colours": self.colours,
        }  # fmt: skip
        if len(self.epochs) == self.asked:
            return say("{frames} frames of {width}x{height} pixels in {colours} colours", **values)
        return say(
            "{frames} of {asked} frames, of {width}x{height} pixels in {colours} colours",
            asked=number(self.asked), **values,
        )  # fmt: skip


def make_film(
    past: "Past",
    on_progress: OnProgress = unheard,
    *,
    frames: int = FRAMES,
    theme: Theme = "light",
    kind: Kind = "png",
    plane: Plane | None = None,
) -> Film:
    """A run from its first epoch to its last, in the language in use. The same of the same, bit for bit.

    Parameters
    ----------
    frames : how many at most, one for an epoch; early epochs are dense.
    plane : on which its codes were drawn last, so that the map is not mirrored.

    Raises
    ------
    Refusal : there is nothing to be seen but one epoch.
    Exception : what `on_progress` raises, which ends the work.
    """
    story = story_of(past, frames, plane, lambda share: on_progress(LOOKING * share))
    return film_of(story, lambda share: on_progress(LOOKING + share * (1 - LOOKING)), theme=theme, kind=kind)


def film_of(story: Story, on_progress: OnProgress = unheard, *, theme: Theme, kind: Kind) -> Film:
    """What was seen of a run, drawn and packed: the largest film that has at most `BYTES`."""
    steps = _Steps(on_progress)
    for scale in SCALES:
        page = Page(story, theme, scale)
        drawn = _Drawn.of(page, story.scenes, steps.next())
        for part in SHARES if scale == SCALES[0] else SHARES[-1:]:
            some = drawn.some(part)
            for colours in PALETTES if part == 1 else PALETTES[-1:]:
                fewer = some.with_colours(colours)
                content = _packed(kind, page.size, fewer, steps.next())
                if content is not None:
                    on_progress(1.0)
                    return Film(
                        content, kind, *page.size, len(fewer.palette), fewer.epochs, len(story.scenes),
                        sum(fewer.durations) / 100,
                    )  # fmt: skip
    raise AssertionError("a film of a third of the size has too many bytes")


def write_film(
    past: "Past",
    path: str | os.PathLike[str],
    on_progress: OnProgress = unheard,
    *,
    frames: int = FRAMES,
    theme: Theme = "light",
    plane: Plane | None = None,
) -> Film:
    """Make a film and write it; the name of the file says of which kind it is. See `make_film`.

    Raises
    ------
    Refusal : the name ends otherwise, or as of `make_film`.
    OSError : the place cannot be written.
    """
    path = Path(path)
    kind = kind_of(path)
    film = make_film(past, on_progress, frames=frames, theme=theme, kind=kind, plane=plane)
    with whole(path) as file:
        file.write(film.content)
    return film


def kind_of(path: Path) -> Kind:
    """What a film in this place is.

    Raises
    ------
    Refusal : its name ends like no film's.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise Refusal("a film is a .png or .gif file, not {path}", path=path)
    return SUFFIXES[path.suffix.lower()]


class _Steps:
    """The progress of steps of which nobody knows how many there will be: each has a part of what is left."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._tell, self._done = on_progress, 0.0

    def next(self) -> OnProgress:
        """The progress of the next one."""
        start, length = self._done, EACH * (1 - self._done)
        self._done += length
        return lambda share: self._tell(start + share * length)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Frames in the colours of a palette.

    Attributes
    ----------
    samples : some frames, from which colours are chosen.
    palette : (n, 3).
    frames : (H, W) numbers, from 1 on.
    colour : (256,) which of the palette's numbers each of these is.
    epochs, durations : of every frame; the latter in hundredths of a second.
    """

    samples: Sequence[NDArray[np.uint8]]
    palette: NDArray[np.uint8]
    frames: Sequence[NDArray[np.uint8]]
    colour: NDArray[np.uint8]
    epochs: tuple[int, ...]
    durations: tuple[int, ...]

    @classmethod
    def of(cls, page: Page, scenes: Sequence[Shown], on_progress: OnProgress) -> "_Drawn":
        picks = np.linspace(0, len(scenes) - 1, min(SAMPLES, len(scenes))).round().astype(int)
        samples = [page.frame(scenes[index]) for index in picks]
        palette = palette_of(samples, MOST_COLOURS)
        numbering = Numbering(palette)
        frames = []
        for index, scene in enumerate(scenes):
            on_progress(index / len(scenes))
            frames.append(numbering(page.frame(scene)))
        epochs = tuple(scene.epoch for scene in scenes)
        same = np.arange(256, dtype=np.uint8)
        return cls(samples, palette, frames, same, epochs, durations(len(frames), len(frames)))

    def some(self, share: float) -> "_Drawn":
        """Fewer of the frames, the first and the last among them, in the same time."""
        total = len(self.frames)
        count = max(FEWEST, round(share * total))
        if count >= total:
            return self
        picks = np.unique(np.linspace(0, total - 1, count).round().astype(int)).tolist()
        return replace(
            self, frames=[self.frames[index] for index in picks],
            epochs=tuple(self.epochs[index] for index in picks), durations=durations(len(picks), total),
        )  # fmt: skip

    def with_colours(self, colours: int) -> "_Drawn":
        """The same in fewer colours."""
        if colours >= len(self.palette):
            return self
        palette = palette_of(self.samples, colours)
        away = ((self.palette[:, None].astype(int) - palette.astype(int)) ** 2).sum(-1)
        colour = np.zeros(256, dtype=np.uint8)
        colour[1 : len(away) + 1] = away.argmin(1) + 1
        return replace(self, palette=palette, colour=colour)


def _packed(kind: Kind, size: tuple[int, int], drawn: _Drawn, on_progress: OnProgress) -> bytes | None:
    """The file; None where it has too many bytes."""
    parts, length = [], 0
    frames = (drawn.colour[frame] for frame in drawn.frames)
    for index, part in enumerate(written(kind, size, drawn.palette, frames, drawn.durations)):
        on_progress(index / (len(drawn.frames) + 2))
        parts.append(part)
        length += len(part)
        if length > BYTES:
            return None
    return b"".join(parts)
