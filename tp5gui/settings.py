"""What the window remembers between two starts, in a file that is never trusted.

`settings.json` is read within bounds and every value is checked: what is wrong is dropped and said once,
never a reason not to start. Windows share it, so a change replaces one value of the file as it is then.

The arrangement of the panels is bytes of Qt's, which crash it where they are damaged. They are used only
where their checksum fits, with the panels and the Qt that wrote them, and only behind a mark in the folder. A
start that ends while the panels are put back leaves the mark, and then they are not put back again.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QByteArray, QLockFile, QObject, Signal, qVersion

from core.base.files import whole
from core.base.words import LANGUAGES, say
from tp5gui.language import SYSTEM
from tp5gui.manner import FORMS, SCALES, Manner
from tp5gui.session.kept_runs import BOUNDS, Bound
from tp5gui.session.pacing import AS_FAST_AS_IT_GOES, SPEEDS
from tp5gui.theme import Scheme
from tp5gui.words import explained
from tp5gui.zooms import ZOOMS

RECENT = 8  # runs remembered
LARGEST = 256 << 10  # bytes of the file
LARGEST_PART = 48 << 10  # bytes of Qt's geometry, and of its state
LONGEST_PATH = 4096  # letters
MOST_NAMES, LONGEST_NAME = 32, 32  # of hints, and letters of one
KEEPING = (20, 60, 300, 900)  # s: how often a run may be kept by itself
MOMENTS = (64, 256, 1024)  # MB: what the past of a run may take in memory
FILE_MOMENTS = (8, 64, 256)  # MB: the same in files that are saved
MOST_THREADS = 1024
LOCKED_FOR = 500  # ms to wait for another window that writes
FULL = "full"  # speed, as it is written: JSON has no infinity
UNDER_WAY = 5  # s in which another window may still be putting its panels back


class Settings(QObject):
    """Reads and writes the person's settings.

    Parameters
    ----------
    folder : where they lie; by default the folder that the system keeps for settings.

    Attributes
    ----------
    fault : what was wrong when they were read, in words; empty for nothing.

    Signals
    -------
    failed(str) : why a change could not be written, in words. Whatever is wrong is said once.
    """

    failed = Signal(str)

    LAYOUT = 5  # raised when the panels change, so that an old arrangement is not forced upon new ones

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._folder = folder or Path(platformdirs.user_config_dir("tp5gui", appauthor=False))
        self._data = folder or Path(platformdirs.user_data_dir("tp5gui", appauthor=False))
        self._file, self._mark = self._folder / "settings.json", self._folder / "restoring"
        self._values: dict[str, Any] = {}
        # changes that no file took yet, in their order; they hold as long as this window
        self._unwritten: list[tuple[str, Callable[[Any], Any]]] = []
        self.fault = ""
        try:
            self._values, dropped = _read(self._file)
        except (OSError, ValueError, RecursionError):
            self.fault = say("{file} cannot be read: every setting is as at first.", file=str(self._file))
        else:
            if dropped:
                self.fault = say("{file} is damaged: some settings are as at first.", file=str(self._file))

    @property
    def kept(self) -> Path:
        """The folder of the runs that are kept by themselves; it may not be there yet."""
        return self._data / "kept"

    @property
    def kept_bound(self) -> Bound:
        """How much of them is kept at most."""
        runs = self._values.get("kept_runs", Bound().runs)
        return next((bound for bound in BOUNDS if bound.runs == runs), Bound())

    @kept_bound.setter
    def kept_bound(self, value: Bound) -> None:
        self._set("kept_runs", value.runs)

    @property
    def keeping(self) -> int:
        """How often the run under way is kept for after a crash, in seconds; one of `KEEPING`."""
        seconds: int = self._values.get("keeping", KEEPING[1])
        return seconds

    @keeping.setter
    def keeping(self, value: int) -> None:
        self._set("keeping", value)

    @property
    def moments(self) -> int:
        """Megabytes that the past of a run may take in memory."""
        megabytes: int = self._values.get("moments", MOMENTS[1])
        return megabytes

    @moments.setter
    def moments(self, value: int) -> None:
        self._set("moments", value)

    @property
    def file_moments(self) -> int:
        """Megabytes that the past of a run may take in a file that is saved."""
        megabytes: int = self._values.get("file_moments", FILE_MOMENTS[0])
        return megabytes

    @file_moments.setter
    def file_moments(self, value: int) -> None:
        self._set("file_moments", value)

    @property
    def threads(self) -> int:
        """How many threads of the processor a run takes at most; 0 for as many as suit it."""
        threads: int = self._values.get("threads", 0)
        return threads

    @threads.setter
    def threads(self, value: int) -> None:
        self._set("threads", value or None)

    @property
    def studies(self) -> Path:
        """The folder of the journals of studies; it may not be there yet."""
        return self._data / "studies"

    def recent(self) -> list[str]:
        """Runs opened or saved lately, in any window, that are still there; the newest first."""
        self._values = self._now()
        return [path for path in self._values.get("recent", []) if _is_file(path)][:RECENT]

    def add_recent(self, path: str) -> None:
        """Put a run at the head of `recent`."""
        added = str(Path(path).absolute())

        def with_it(paths: list[str] | None) -> list[str]:
            others = (other for other in paths or [] if other != added and _is_file(other))
            return [added, *others][:RECENT]

        self._change("recent", with_it)

    def drop_recent(self, path: str) -> None:
        """Take a run off `recent`; its file stays as it is."""
        self._change("recent", lambda paths: [other for other in paths or [] if other != path])

    @property
    def folder(self) -> str:
        """The folder where a file was last saved or opened, "" for none yet; it may be gone."""
        folder: str = self._values.get("folder", "")
        return folder

    @folder.setter
    def folder(self, value: str) -> None:
        if value != self.folder:
            self._set("folder", value)

    def hints_done(self) -> frozenset[str]:
        """The names of the hints that were followed or dismissed, in any window."""
        self._values = self._now()
        return frozenset(self._values.get("hints", ()))

    def note_hints(self, names: Iterable[str]) -> None:
        """Hints of these names were followed or dismissed."""
        self._change("hints", lambda before: sorted({*(before or ()), *names}))

    def forget_hints(self) -> None:
        """Show every hint again."""
        self._set("hints", None)

    @property
    def theme(self) -> Scheme:
        """`light`, `dark` or `system`."""
        chosen: Scheme = self._values.get("theme", "system")
        return chosen

    @theme.setter
    def theme(self, value: Scheme) -> None:
        self._set("theme", value)

    @property
    def language(self) -> str:
        """`system`, or one of `core.base.words.LANGUAGES`."""
        chosen: str = self._values.get("language", SYSTEM)
        return chosen

    @language.setter
    def language(self, value: str) -> None:
        self._set("language", value)

    @property
    def speed(self) -> float | None:
        """Epochs a second that were chosen, infinity for as fast as it goes; None for what suits the run."""
        kept = self._values.get("speed")
        return AS_FAST_AS_IT_GOES if kept == FULL else kept

    def keep_speed(self, value: float | None) -> None:
        """Remember how fast to train."""
        self._set("speed", FULL if value == AS_FAST_AS_IT_GOES else value)

    @property
    def more_open(self) -> bool:
        """Whether the experiment shows more than the essentials."""
        return bool(self._values.get("more_open", False))

    def keep_more_open(self, value: bool) -> None:
        """Remember whether the experiment shows more than the essentials."""
        self._set("more_open", value)

    @property
    def zoom(self) -> int:
        """How large all type is, in percent."""
        chosen: int = self._values.get("zoom", 100)
        return chosen

    @zoom.setter
    def zoom(self, value: int) -> None:
        self._set("zoom", value)

    @property
    def picture(self) -> Manner:
        """How a picture was saved last."""
        first = Manner()
        return Manner(
            self._values.get("picture_form", first.form), self._values.get("picture_scale", first.scale)
        )

    @picture.setter
    def picture(self, value: Manner) -> None:
        if value.form != self.picture.form:
            self._set("picture_form", value.form)
        if value.scale != self.picture.scale:
            self._set("picture_scale", value.scale)

    def layout(self) -> tuple[QByteArray, QByteArray] | None:
        """The window's geometry and the state of its panels; None where none that fit were kept."""
        kept = self._values.get("layout")
        if kept is None or (kept["version"], kept["qt"]) != (self.LAYOUT, qVersion()):
            return None
        geometry, state = (QByteArray(base64.b64decode(kept[part])) for part in ("geometry", "state"))
        return geometry, state

    def try_layout(self) -> bool:
        """Whether the panels may be put back now; `layout_stands` follows once they have been painted."""
        try:
            self._mark.touch(exist_ok=False)
        except FileExistsError:
            if not self._marked_just_now():
                self.forget_layout()
                self.fault = say(
                    "The last start ended while the panels were being put back. "
                    "They are where they were at first."
                )
            return False
        except OSError:  # without the mark it would not be safe
            return False
        return True

    def layout_stands(self) -> None:
        """The panels were put back and painted."""
        try:
            self._mark.unlink(missing_ok=True)
        except OSError as error:
            self._complain(error)

    def keep_layout(self, geometry: QByteArray, state: QByteArray) -> None:
        """Remember where everything is."""
        parts = geometry.data(), state.data()
        kept = {"version": self.LAYOUT, "qt": qVersion()}
        kept |= {name: base64.b64encode(part).decode() for name, part in zip(PARTS, parts, strict=True)}
        self._set("layout", kept | {"sha256": _checksum(kept)})
        self.layout_stands()

    def forget_layout(self) -> None:
        """Start next time with the panels where they were at first."""
        self._set("layout", None)
        self.layout_stands()

    def _marked_just_now(self) -> bool:
        """Whether another window that starts as well may have left the mark."""
        try:
            return 0 <= time.time() - self._mark.lstat().st_mtime < UNDER_WAY
        except OSError:  # it has just been taken away
            return True

    def _now(self) -> dict[str, Any]:
        """What the file holds now; where it cannot be read or written, what was known last."""
        try:
            read = _read(self._file)[0] if self._file.exists() else self._values
        except (OSError, ValueError, RecursionError):
            read = self._values
        for name, change in self._unwritten:
            read = read | {name: change(read.get(name))}
        return {name: value for name, value in read.items() if value is not None}

    def _set(self, name: str, value: Any) -> None:
        """Replace a value whatever it is now, None by nothing.

        Where no file takes it, what another window chooses meanwhile is the later choice, and stays.
        """
        before = self._now().get(name)
        self._change(name, lambda now: value if now == before else now)

    def _change(self, name: str, change: Callable[[Any], Any]) -> None:
        """Make one value another, and leave the others to whichever window changed them last."""
        lock = QLockFile(str(self._folder / "settings.lock"))
        try:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                lock.tryLock(LOCKED_FOR)  # where it cannot be had, the change is as good as it was
            finally:  # it holds in this window, whether or not it can be written
                self._unwritten.append((name, change))
                self._values = self._now()
            with whole(self._file) as file:
                file.write(json.dumps(self._values, indent=1).encode())
            self._unwritten.clear()
        except (OSError, ValueError) as error:
            self._complain(error)
        finally:
            lock.unlock()

    def _complain(self, error: Exception) -> None:
        if not self.fault:
            self.fault = say(
                "The settings cannot be kept in {file}: {reason}",
                file=str(self._file), reason=explained(error),
            )  # fmt: skip
            self.failed.emit(self.fault)


PARTS = ("geometry", "state")


def _read(path: Path) -> tuple[dict[str, Any], bool]:
    """The sound values of the file, and whether any was dropped; a file that is not there has none.

    Raises
    ------
    OSError : it cannot be read.
    ValueError : it is no file, too large, or not JSON as we write it.
    RecursionError : it is nested too deep.
    """
    if not path.exists():
        return {}, False
    if not path.is_file():  # a pipe would keep the window waiting
        raise ValueError(path)
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    values = json.loads(data) if len(data) <= LARGEST else None
    if not isinstance(values, dict):
        raise ValueError(path)
    sound = {name: values[name] for name, fits in CHECKS.items() if name in values and fits(values[name])}
    return sound, len(sound) < len(values)


def _is_recent(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= RECENT and all(map(_is_path, value))


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_PATH and Path(value).is_absolute()


def _is_names(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_NAMES
        and all(isinstance(name, str) and len(name) <= LONGEST_NAME for name in value)
    )


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # in a folder that may not be read
        return False


def _is_layout(value: Any) -> bool:
    if not isinstance(value, dict) or type(value.get("version")) is not int:
        return False
    texts = [value.get(name) for name in ("qt", *PARTS, "sha256")]
    if not all(isinstance(text, str) and text.isascii() and len(text) <= 2 * LARGEST_PART for text in texts):
        return False
    return bool(value["sha256"] == _checksum(value)) and all(_is_base64(value[part]) for part in PARTS)


def _is_base64(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) <= LARGEST_PART
    except ValueError:
        return False


def _checksum(layout: dict[str, Any]) -> str:
    """Of Qt's bytes, bound to the panels and the Qt that they fit."""
    bound = json.dumps([layout["version"], layout["qt"], *(layout[part] for part in PARTS)])
    return hashlib.sha256(bound.encode()).hexdigest()


CHECKS: dict[str, Callable[[Any], bool]] = {
    "recent": _is_recent,
    "folder": _is_path,
    "hints": _is_names,
    "theme": lambda value: value in ("light", "dark", "system"),
    "language": lambda value: value in (SYSTEM, *LANGUAGES),
    "zoom": lambda value: type(value) is int and value in ZOOMS,
    "layout": _is_layout,
    "keeping": lambda value: type(value) is int and value in KEEPING,
    "moments": lambda value: type(value) is int and value in MOMENTS,
    "file_moments": lambda value: type(value) is int and value in FILE_MOMENTS,
    "threads": lambda value: type(value) is int and 0 < value <= MOST_THREADS,
    "speed": lambda value: value == FULL or (type(value) is float and value in SPEEDS[:-1]),
    "picture_form": lambda value: value in FORMS,
    "picture_scale": lambda value: type(value) is float and SCALES[0] <= value <= SCALES[1],
    "more_open": lambda value: type(value) is bool,
    "kept_runs": lambda value: type(value) is int and value in [bound.runs for bound in BOUNDS],
}
"""The values there are, and what each of them must be."""
