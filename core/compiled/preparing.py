"""Makes compiled functions ready: read from the person's cache if they are there, else compiled, once.

Nothing that this file imports brings numba: a window can ask before it is up.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from math import inf
from pathlib import Path
from zipfile import BadZipFile

from core.base.words import say
from core.compiled.aside import compile_aside
from core.compiled.folder import given, scratch
from core.compiled.forms import REGISTRIES, known
from core.compiled.sealed import Sealed, unpack
from core.compiled.sources import name_of

log = logging.getLogger(__name__)

Stopped = Callable[[], bool]

ASKED_EVERY = 0.02
"""Seconds between two questions whether to go on waiting."""

MOMENT = 0.3
"""Seconds of waiting that need no words."""

CORE = Path(__file__).parent.parent

SOURCES = (
    "base/scalars.py", "base/twister.py", "choices/*.py", "compiled/*.py", "data/noise.py", "nn/objective.py",
    "nn/variance.py",
)  # fmt: skip
"""What the compiled functions are written in, beside the forms of the records, which may be anybody's."""


class Preparation:
    """Makes some compiled functions ready in this process, and keeps them for the next one.

    Parameters
    ----------
    load : decorates the functions, with types, so that numba reads or compiles them at once; see `folder`.
    name : says what they are made from; see `sources`.
    reference : "module:attribute", where another process finds this preparation.

    Attributes
    ----------
    ready : whether they are ready in this process.
    compiled : whether this process had to compile them.
    failed : whether they cannot be made ready here: numba is missing, or does not understand them.
    """

    def __init__(self, load: Callable[[], object], name: Callable[[], str], reference: str) -> None:
        self._load, self._name, self._reference = load, name, reference
        self._lock = threading.Lock()
        self._since, self._compiling = inf, False
        self.ready = self.compiled = self.failed = False

    def sealed(self) -> Sealed | None:
        """Where they are kept, or will be; None where it cannot be told what they are made from."""
        try:
            return Sealed(self._name())
        except (OSError, ImportError, ValueError, RecursionError) as error:
            log.info("compiled functions cannot be kept: %s", error)
            return None

    def claim(self) -> bool:
        """Let others wait for this caller, who `prepare`s with `claimed` or `give_back`s; whether they do."""
        return not (self.ready or self.failed) and self._lock.acquire(blocking=False)

    def give_back(self) -> None:
        """What was claimed is left to others."""
        self._since, self._compiling = inf, False
        self._lock.release()

    def under_way(self, seconds: float) -> bool:
        """Whether another thread is at it, and still is after so many seconds."""
        if self.ready or not self._lock.acquire(timeout=seconds):
            return not self.ready
        self._lock.release()
        return False

    def words(self) -> str:
        """What to say of a preparation under way that is a compilation or takes more than a moment."""
        noticed = self._compiling or time.perf_counter() - self._since > MOMENT
        return say("Preparing, once on this machine") if noticed else ""

    def prepare(
        self,
        stopped: Stopped | None = None,
        *,
        aside: bool = False,
        urgent: bool = False,
        claimed: bool = False,
    ) -> bool:
        """Make them ready; whether they are. Called in any thread.

        They are not where `stopped` answered True, or where they cannot be, which is told in the log once.

        Parameters
        ----------
        stopped : asked before it begins, and some fifty times a second while others work; what this thread
            itself reads or compiles, it does to the end.
        aside : compile in processes of their own, which is sooner done and lets this one paint meanwhile;
            here, where none can be started.
        urgent : these processes give way to nobody: there is nothing to paint meanwhile.
        claimed : by `claim`, in whichever thread.
        """
        if self.ready or self.failed:
            return self.ready
        over = stopped or _never
        while not claimed and not self._lock.acquire(timeout=ASKED_EVERY):
            if over():
                return False
        try:
            return self.ready or (not self.failed and self._make(over, aside, urgent))
        finally:
            self.give_back()

    def _make(self, stopped: Stopped, aside: bool, urgent: bool) -> bool:
        sealed = self.sealed()
        content = sealed.read() if sealed else None
        self._since, self._compiling = time.perf_counter(), content is None
        if stopped():
            return False
        if aside and content is None and sealed is not None and sealed.writable():
            if compile_aside(self._reference, sealed, stopped, urgent=urgent):
                content = sealed.read()
            if stopped():
                return False
        try:
            self._read_or_compile(sealed, content)
        except Exception:
            log.warning("the compiled functions cannot be made ready", exc_info=True)
            self.failed = True
        self.ready = not self.failed
        return self.ready

    def compile_into(self, place: Path, claims: Path) -> None:
        """Compile for a folder alone, together with other processes, see `folder`: nothing is ready here."""
        with given(place, claims):
            self._load()

    def _read_or_compile(self, sealed: Sealed | None, content: bytes | None) -> None:
        """Have numba read what was kept, or compile and keep it: at worst in memory alone."""
        started = time.perf_counter()
        with _opened(sealed, content) as place:
            found = place is not None and content is not None
            before = _files(place)
            try:
                with given(place):
                    self._load()
            except Exception:
                if place is None or sealed is None:
                    raise
                # a full disk, or numba does not understand what it has written itself
                log.info("compiled functions cannot be kept", exc_info=True)
                sealed.remove()
                place, found = None, False
                self._load()
            self.compiled = not found or _files(place) != before
            how = _keep(sealed, place) if self.compiled else f"read from {sealed and sealed.path}"
        log.info("functions %s in %.2f s", how, time.perf_counter() - started)


@contextmanager
def _opened(sealed: Sealed | None, content: bytes | None) -> Iterator[Path | None]:
    """A fresh folder for numba, with what was kept in it; None where nothing can be kept."""
    if sealed is None:
        yield None
        return
    with ExitStack() as stack:
        try:
            place = stack.enter_context(scratch())
            if content is not None:
                unpack(content, place)
        except (OSError, BadZipFile) as error:
            log.info("compiled functions cannot be kept: %s", error)
            yield None
            return
        yield place


def _files(place: Path | None) -> dict[Path, int]:
    """The files of a folder, and when they were written."""
    return {} if place is None else {path: path.stat().st_mtime_ns for path in place.rglob("*.nb?")}


def _keep(sealed: Sealed | None, place: Path | None) -> str:
    """Keep what was compiled; what was done, for the log."""
    if sealed is None or place is None or not _files(place):
        return "compiled in memory"
    try:
        sealed.pack(place)
    except OSError as error:
        return f"compiled in memory ({error})"
    return f"compiled and kept in {sealed.path}"


def _never() -> bool:
    return False


def _name() -> str:
    """What the functions of `core.compiled.epochs` are made from."""
    forms = [[record.name, record.compiled] for registry in REGISTRIES for record in known(registry)]
    files = [path for pattern in SOURCES for path in sorted(CORE.glob(pattern))]
    return name_of(files, forms)


EPOCHS = Preparation(lambda: import_module("core.compiled.epochs"), _name, f"{__name__}:EPOCHS")
"""That of the function that trains."""


def prepare(stopped: Stopped | None = None) -> bool:
    """Make the function that trains ready; whether it is, see `Preparation.prepare`."""
    return EPOCHS.prepare(stopped, aside=True, urgent=True)
