"""The runs that there are, kept ones and files of late: read aside, and changed with undo. No widgets."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from core.base.words import say
from core.train.about import MAX_NAME, About, as_line, as_note
from core.train.kept import KeptRun, folders
from core.train.listing import RunEntry, read_about
from core.train.run_header import relabel
from tp5gui.session.background import Background
from tp5gui.session.history import Name, Named
from tp5gui.session.in_turn import InTurn
from tp5gui.session.messages import Frame, Image
from tp5gui.session.pictured import SHOWN, Pictured
from tp5gui.session.run_entries import Look, Stamp, entry_of, on_the_bench, stamp_of, title_of
from tp5gui.session.run_undo import Listing, Presence, Saying
from tp5gui.session.session import Session
from tp5gui.words import explained, literal

SOON = 200  # ms in which several changes of a folder are looked at once


class Recent(Protocol):
    """The files that were opened or saved lately, in any window."""

    def recent(self) -> list[str]:
        """Those that are still there, the newest first."""
        ...

    def add_recent(self, path: str) -> None:
        """Put one at their head."""
        ...

    def drop_recent(self, path: str) -> None:
        """Take one off the list."""
        ...


@dataclass(slots=True, eq=False)
class _Act:
    """A job that changes files, and what follows in the window's thread once that is done."""

    do: Callable[[], Any]
    then: Callable[[Any], object]

    def __call__(self, stopped: Callable[[], bool]) -> Any:
        """In a thread of the pool; a change that was asked for is made, whatever closes meanwhile."""
        return self.do()


class RunShelf(QObject):
    """Lists the runs that there are, and is the one object that renames, copies and deletes them.

    Nothing is read before the first `look`; from then on another window's changes appear by themselves. What
    is changed is a step of the window's undo.

    Parameters
    ----------
    recent : the files opened or saved lately.

    Attributes
    ----------
    live : the run on the bench as an entry, whose path is the file in which it is kept, "." for none; None
        before the first run.
    entries : the others, pinned ones first, then the newest first.
    ready : whether they were read.

    Signals
    -------
    changed() : other entries, or the same in another order.
    moved() : the run on the bench is further.
    pictured() : pictures of a run have come; see `pictures`.
    """

    changed = Signal()
    moved = Signal()
    pictured = Signal()

    def __init__(self, session: Session, recent: Recent, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._recent = session, recent
        self.live: RunEntry | None = None
        self._shots: Image | None = None
        self._all: list[RunEntry] = []
        self.entries: list[RunEntry] = []
        self.ready = self._watches = self._closed = False
        self._known: dict[Path, tuple[Stamp, RunEntry]] = {}
        self._reading = Background()
        self._reading.done.connect(self.on_read)
        self.destroyed.connect(self._reading.retire)
        self._acting: InTurn[_Act] = InTurn(self)
        self._acting.ended.connect(self.on_acted)
        self._pictured = Pictured(self)
        self._pictured.came.connect(self.pictured)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self.on_touched)
        self._watcher.fileChanged.connect(self.on_touched)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON)
        self._soon.timeout.connect(self.look)
        session.framed.connect(self.on_frame)
        session.saved.connect(self.on_touched)
        session.filed.connect(self.on_touched)

    @property
    def pinned(self) -> RunEntry | None:
        """The newest pinned run beside the one on the bench, None where there is none."""
        first = self.entries[0] if self.entries else None
        return first if first is not None and first.about.pinned and first.fault is None else None

    @property
    def folder(self) -> Path | None:
        """Where runs are kept by themselves, None for nowhere."""
        return None if self._session.kept is None else self._session.kept.folder

    @Slot()
    def look(self) -> None:
        """Read what there is by now, aside; `changed` follows where it is something else."""
        if self._closed:
            return
        self._watches = True
        self._reading.ask(Look(self.folder, self._recent.recent(), self._known))

    def close(self) -> None:
        """Read and change nothing more, once what was asked for is done."""
        self._watches, self._closed = False, True
        self._soon.stop()
        self._reading.retire()
        self._pictured.close()

    def pictures(self, entry: RunEntry) -> Image | None:
        """Some images (n, H, W) as the run gives them back; None while they are not known: they may come."""
        if on_the_bench(entry):
            return self._shots
        if self._session.frame is None or entry.fault is not None:  # torch is still being loaded
            return None
        return self._pictured.of(entry, stamp_of(entry.path))

    def is_kept(self, entry: RunEntry) -> bool:
        """Whether its file is ours, so that it can be deleted; any other is only listed."""
        kept = self._session.kept
        return kept is not None and kept.holds(entry.path)

    def can_be_kept_twice(self, entry: RunEntry) -> bool:
        """Whether it can be duplicated."""
        return self._session.kept is not None and entry.fault is None and entry.path.name != ""

    # --- gestures ---

    def rename(self, entry: RunEntry, name: str) -> None:
        """Call a run otherwise; "" for no name of its own."""
        name = as_line(name)
        title = title_of(entry)
        self._say(entry, entry.about.renamed(name), lambda: say("Rename {name}", name=literal(title)))

    def note(self, entry: RunEntry, note: str) -> None:
        """Note something else of a run."""
        title = title_of(entry)
        about = About(entry.about.name, as_note(note), entry.about.pinned)
        self._say(entry, about, lambda: say("Note on {name}", name=literal(title)))

    def pin(self, entry: RunEntry, pinned: bool) -> None:
        """Keep a run until a person says otherwise, or no longer."""
        title = title_of(entry)
        about = About(entry.about.name, entry.about.note, pinned)
        if pinned:
            self._say(entry, about, lambda: say("Pin {name}", name=literal(title)))
        else:
            self._say(entry, about, lambda: say("Unpin {name}", name=literal(title)))

    def duplicate(self, entry: RunEntry) -> None:
        """Keep a run once more, under a name that says so."""
        kept = self._session.kept
        if kept is None or not self.can_be_kept_twice(entry):
            return
        title = title_of(entry)
        name = as_line(say("Copy of {name}", name=title[: MAX_NAME - 12]))
        about = About(name, entry.about.note, False, entry.about.parent, entry.about.seconds)

        def made(copy: KeptRun) -> None:
            self._push(
                Presence(
                    self, lambda: say("Duplicate {name}", name=literal(title)), copy.path, None, here=True
                )
            )

        self._ask(lambda: kept.copy(entry.path, entry.kind, entry.epoch, about), made)

    def delete(self, entries: Iterable[RunEntry]) -> None:
        """Delete runs of ours, and take other files off the list; one undo each brings them back."""
        kept = self._session.kept
        for entry in entries:
            title = title_of(entry)
            if on_the_bench(entry):
                self._session.fail(
                    say("The run in the window cannot be deleted: start or open another first.")
                )
            elif kept is None or not kept.holds(entry.path):
                self._recent.drop_recent(str(entry.path))
                self._push(Listing(self, self._recent, title, entry.path))
                self._session.tell(say("{name} is off the list; its file stays.", name=title))
            elif kept.is_anothers(entry.path):
                self._session.fail(
                    say(
                        "{name} is of another window, which is open or ended without being closed: it cannot "
                        "be deleted here.",
                        name=title,
                    )
                )
            else:
                self._delete(entry, title)
        self.look()

    def _delete(self, entry: RunEntry, title: str) -> None:
        kept = self._session.kept
        assert kept is not None

        def gone(waiting: Path) -> None:
            self._push(
                Presence(
                    self, lambda: say("Delete {name}", name=literal(title)), entry.path, waiting, here=False
                )
            )
            self._session.tell(say("{name} is deleted. Undo brings it back.", name=title))

        self._ask(lambda: kept.delete(entry.path), gone)

    # --- what steps of undo do ---

    def put_away(self, path: Path, then: Callable[[Path], object]) -> None:
        """Delete a kept run, and tell `then` where it waits."""
        kept = self._session.kept
        if kept is not None:
            self._ask(lambda: kept.delete(path), then)

    def bring_back(self, waiting: Path, path: Path) -> None:
        """Put a deleted run back in its place."""
        kept = self._session.kept
        if kept is not None:
            self._ask(lambda: kept.bring_back(waiting, path), lambda _: None)

    def label(self, run: Path | int, about: About) -> None:
        """Say something else of a run: of the one in a file, or of the one of this version in the session."""
        session = self._session
        if isinstance(run, Path):
            self._ask(lambda: _label(run, about, session), lambda _: None)
        elif session.frame is not None and session.frame.version == run:
            session.label(about)
            for entry in self._all:
                if self._is_live(entry) and str(entry.path) == session.path:  # the file that it came from
                    self.label(entry.path, about)
        else:
            path = session.kept_file(run)
            if path is not None:
                self.label(path, about)

    # --- what arrives ---

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        kept = self._session.kept_file(frame.version)
        before, self.live = self.live, entry_of(frame, kept)
        if frame.visit is None:
            self._shots = frame.snapshot.outputs[:SHOWN]
        self.moved.emit()
        if before is None or (before.path, before.epoch) != (self.live.path, self.live.epoch):
            self._sift()
        if self._watches and self.folder is not None and not self._watcher.directories():
            self._watch()

    @Slot()
    def on_touched(self) -> None:
        if self._watches:
            self._soon.start()

    @Slot(object, object)
    def on_read(self, job: Look, entries: object) -> None:
        if isinstance(entries, list):
            self._known, self._all, self.ready = job.read, entries, True
            self._watch()
            self._sift(always=True)

    @Slot(object, object)
    def on_acted(self, act: _Act, result: object) -> None:
        if isinstance(result, Exception):
            self._session.fail(explained(result))
        else:
            act.then(result)
        self.look()

    def _sift(self, *, always: bool = False) -> None:
        """Leave out the files that hold the very run on the bench."""
        entries = [entry for entry in self._all if not self._is_live(entry)]
        if always or entries != self.entries:
            self.entries = entries
            self.changed.emit()

    def _is_live(self, entry: RunEntry) -> bool:
        live, frame = self.live, self._session.frame
        if live is None or frame is None:
            return False
        opened = str(entry.path) == self._session.path and entry.epoch == live.epoch
        return opened or entry.path == self._session.kept_file(frame.version)

    def _say(self, entry: RunEntry, about: About, name: Name) -> None:
        """Say something else of a run, as a step of undo."""
        if entry.about.marked_as(about) != entry.about:
            frame = self._session.frame
            run = frame.version if on_the_bench(entry) and frame is not None else entry.path
            self._push(Saying(self, name, run, entry.about, about))

    def _push(self, step: Named) -> None:
        self._session.history.stack.push(step)

    def _ask(self, do: Callable[[], Any], then: Callable[[Any], object]) -> None:
        self._acting.ask(_Act(do, then))

    def _watch(self) -> None:
        """Hear of changes in the folders of the kept runs, and of the files that are listed beside them."""
        wanted: set[str] = set()
        if self.folder is not None and self.folder.is_dir():
            wanted |= {str(self.folder), *map(str, folders(self.folder))}
        wanted |= {str(entry.path) for entry in self._all if not self.is_kept(entry)}
        watched = {*self._watcher.directories(), *self._watcher.files()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))


def _label(path: Path, about: About, session: Session) -> None:
    """Write what is said of the run in a file, ours or another."""
    now = read_about(path).marked_as(about)
    if session.kept is not None:
        session.kept.label(path, now)
    else:
        relabel(path, now)
