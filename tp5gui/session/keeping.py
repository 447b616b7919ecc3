"""The run under way is kept in a file that outlives a crash."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # brings torch
    from tp5gui.session.bench import Bench


def before(kept: Path) -> Path:
    """Where the run lies that was kept before the one in the file `kept`."""
    return kept.with_stem(kept.stem + "-before")


class Keeper:
    """Writes a run that has moved on since it was last kept; the run kept before it stays beside it."""

    def __init__(self) -> None:
        self._safe = (-1, 0)  # version and epoch of what needs no keeping
        self._version = -1  # of the run in the file

    def take_up(self, bench: "Bench") -> None:
        """Another run is on the bench; where it was just opened, it is in a file already."""
        self._safe = (bench.version, bench.trainer.epoch)

    def keep(self, bench: "Bench", path: Path) -> None:
        """Write the run to `path` if it has moved on; `OSError` if that cannot be written."""
        reached = (bench.version, bench.trainer.epoch)
        if bench.trainer.epoch == 0 or reached == self._safe:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if self._version != bench.version and path.is_file():
            path.replace(before(path))  # another run than the one in the file
        bench.save(str(path))
        self._safe, self._version = reached, bench.version
