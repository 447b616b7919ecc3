"""Compiling in a process of its own, which holds nobody's lock: python -m core.compiled.aside REFERENCE NAME.

It compiles for the cache alone, gives way to whoever else computes, and ends with the process that asked.
"""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module

log = logging.getLogger(__name__)

ASKED_EVERY = 0.02
"""Seconds between two questions whether it is still wanted."""

GRACE = 1.0
"""Seconds that it has to tidy up and end."""

LOWER = 10
"""How much nicer it is than the process that asked, of 20; on Windows it is below the normal ones."""


def compile_aside(reference: str, name: str, stopped: Callable[[], bool]) -> bool:
    """Have another process compile a preparation; whether it did. It is gone afterwards, in any case.

    Parameters
    ----------
    reference : "module:attribute", where the other process finds the `Preparation`.
    name : of the file that it is to write; if it would write another one, it does not compile.
    stopped : asked some fifty times a second; True ends it.
    """
    if getattr(sys, "frozen", False) or not sys.executable:
        return False  # there is no interpreter: it would open a second window
    # what this process can import, that one can: by the same places, and not by where it happens to start
    places = os.pathsep.join(place or os.getcwd() for place in sys.path)  # noqa: PTH109
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, reference, name],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": places}, creationflags=flags,
        )  # fmt: skip
    except OSError as error:
        log.info("no process could be started to compile: %s", error)
        return False
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(ASKED_EVERY) == 0
            if stopped():
                return False
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()  # which it hears
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(arguments: Sequence[str]) -> int:
    """Compile and keep what is named; the exit status."""
    reference, name = arguments
    if hasattr(os, "nice"):
        os.nice(LOWER)
    tempfile.tempdir = scratch = tempfile.mkdtemp(prefix="tp5-")
    threading.Thread(target=_end_with_the_other, args=(scratch,), daemon=True).start()
    try:
        module, _, attribute = reference.partition(":")
        preparation = getattr(import_module(module), attribute)
        sealed = preparation.sealed()
        if sealed is None or sealed.path.name != name:
            return 1
        preparation.prepare()
        return int(not sealed.sound())
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _end_with_the_other(scratch: str) -> None:
    """Wait until the process that asked has closed its end, or has ended in any way; leave nothing behind."""
    os.read(0, 1)  # not by `sys.stdin`: Python ends by abort() where a thread waits in its buffer
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
