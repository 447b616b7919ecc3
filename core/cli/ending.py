"""How a command ends before its work is done: in one line, and with the status that a shell expects.

Ctrl+C and the wish of the system to end (SIGTERM) end a command wherever it is, by the exception `Ended`. A
command that has something to keep computes inside `heeded`, where a signal only answers a question; it keeps
what it has, and raises `Ended` itself.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from core.base.words import say

USER_ERROR, FAILURE = 2, 1
"""Exit statuses for what the user got wrong, and for what went wrong."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)

Handler = Callable[[int, FrameType | None], Any]


class Ended(BaseException):
    """A command ends before its work is done. Not an `Exception`: nobody on the way takes it for an error.

    Parameters
    ----------
    status : of the process.
    words : the one line for standard error.
    """

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


def status_of(number: int) -> int:
    """The exit status of a process that a signal ended: 130 for Ctrl+C, 143 for SIGTERM."""
    return 128 + number


class Stop:
    """Whether a signal has come; it is called to ask.

    Attributes
    ----------
    number : the signal that came, 0 for none.
    """

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> bool:
        """Whether one has."""
        return self.number != 0

    def heed(self, number: int, frame: FrameType | None) -> None:
        """A signal comes. A second one does not wait for what the first has asked."""
        if self.number:
            _end(number, frame)
        self.number = number


def _end(number: int, frame: FrameType | None) -> None:
    raise Ended(status_of(number), say("stopped"))


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside the block a signal raises `Ended`."""
    with _handled(_end):
        yield


@contextmanager
def heeded() -> Iterator[Stop]:
    """Inside the block a signal only makes the `Stop` answer True; a second one raises `Ended`."""
    stop = Stop()
    with _handled(stop.heed):
        yield stop


@contextmanager
def _handled(handler: Handler) -> Iterator[None]:
    """Let a function handle the signals, but not one that is ignored, as Ctrl+C is for a job behind `&`."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number in SIGNALS if before[number] is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])
