"""Compiling in processes of their own: python -m core.compiled.aside REFERENCE NAME SCRATCH NICER.

There are some at a time, and each compiles what no other has begun, for the cache alone. They hold nobody's
lock, give way to whoever else computes, and end with the process that asked.
"""

import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path

from core.compiled.folder import scratch
from core.compiled.sealed import Sealed

log = logging.getLogger(__name__)

ASKED_EVERY = 0.02
"""Seconds between two questions whether it is still wanted."""

GRACE = 1.0
"""Seconds that it has to tidy up and end."""

TRIES = 100
"""How often they try to leave nothing behind."""

MOST = 2
"""Processes at most: each takes a second and 300 MB; more than two were not measured."""

LOWER = 10
"""How much nicer they are than the process that asked, of 20; on Windows they are below the normal ones."""


def compile_aside(
    reference: str, sealed: Sealed, stopped: Callable[[], bool], *, urgent: bool = False
) -> bool:
    """Have other processes compile a preparation, and keep it; whether it is kept. They are gone afterwards.

    Parameters
    ----------
    reference : "module:attribute", where the other processes find the `Preparation`.
    sealed : where it is kept; who would keep it elsewhere does not compile.
    stopped : asked some fifty times a second; True ends it.
    urgent : they give way to nobody.
    """
    if getattr(sys, "frozen", False) or not sys.executable:
        return False  # there is no interpreter: it would open a second window
    try:
        with scratch() as place:
            with ExitStack() as stack:
                task, nicer = (reference, sealed.path.name, str(place)), 0 if urgent else LOWER
                begun = (_begun(task, nicer) for _ in range(_count()))
                if not _all_well([stack.enter_context(each) for each in begun], stopped):
                    return False
            sealed.pack(_kept_in(place))
    except OSError as error:
        log.info("other processes could not compile: %s", error)
        return False
    return True


def _count() -> int:
    return min(MOST, os.cpu_count() or 1)


@contextmanager
def _begun(task: Sequence[str], nicer: int) -> "Iterator[subprocess.Popen[bytes]]":
    """A process that is gone afterwards."""
    # what this process can import, that one can: by the same places, and not by where it happens to start
    places = os.pathsep.join(place or os.getcwd() for place in sys.path)  # noqa: PTH109
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW
        if nicer:
            flags |= subprocess.BELOW_NORMAL_PRIORITY_CLASS
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__, *task, str(nicer)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": places}, creationflags=flags,
    )  # fmt: skip
    try:
        yield process
    finally:
        _end(process)


def _all_well(processes: "Sequence[subprocess.Popen[bytes]]", stopped: Callable[[], bool]) -> bool:
    """Wait until all have ended, or one has failed; False at once where `stopped`."""
    for process in processes:
        while process.poll() is None:
            if stopped():
                return False
            with suppress(subprocess.TimeoutExpired):
                process.wait(ASKED_EVERY)
        if process.returncode != 0:
            return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()  # which it hears
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _kept_in(place: Path) -> Path:
    """Where in the scratch folder numba keeps what is compiled; the claims lie above."""
    return place / "kept"


def main(arguments: Sequence[str]) -> int:
    """Compile, of what is named, what no other process does; the exit status."""
    reference, name, place, nicer = arguments
    if hasattr(os, "nice"):
        os.nice(int(nicer))
    threading.Thread(target=_end_with_the_other, args=(place,), daemon=True).start()
    module, _, attribute = reference.partition(":")
    preparation = getattr(import_module(module), attribute)
    sealed = preparation.sealed()
    if sealed is None or sealed.path.name != name:
        return 1
    preparation.compile_into(_kept_in(Path(place)), Path(place))
    return 0


def _end_with_the_other(place: str) -> None:
    """Wait until the process that asked has closed its end, or has ended in any way; leave nothing behind."""
    os.read(0, 1)  # not by `sys.stdin`: Python ends by abort() where a thread waits in its buffer
    for _ in range(TRIES):  # the compiler beside this thread still writes
        shutil.rmtree(place, ignore_errors=True)
        if not os.path.lexists(place):
            break
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
