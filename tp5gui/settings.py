"""What the window remembers between two starts. A bad value is dropped, never a reason not to start."""

from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from tp5gui.session.kept_runs import BOUNDS, Bound
from tp5gui.theme import Scheme

RECENT = 8  # runs remembered


class Settings:
    """Reads and writes the person's settings.

    Parameters
    ----------
    folder : where it lies; by default the folder that the system keeps for settings.
    """

    LAYOUT = 3  # raised when the panels change, so that an old arrangement is not forced upon new ones

    def __init__(self, folder: Path | None = None) -> None:
        place = folder or Path(platformdirs.user_config_dir("tp5gui", appauthor=False))
        self._file = QSettings(str(place / "settings.ini"), QSettings.Format.IniFormat)
        self._data = folder or Path(platformdirs.user_data_dir("tp5gui", appauthor=False))

    @property
    def kept(self) -> Path:
        """The folder of the runs that are kept by themselves; it may not be there yet."""
        return self._data / "kept"

    @property
    def kept_bound(self) -> Bound:
        """How much of them is kept at most."""
        value = self._file.value("kept_runs")
        return next((bound for bound in BOUNDS if str(bound.runs) == str(value)), Bound())

    @kept_bound.setter
    def kept_bound(self, value: Bound) -> None:
        self._file.setValue("kept_runs", value.runs)

    @property
    def studies(self) -> Path:
        """The folder of the journals of studies; it may not be there yet."""
        return self._data / "studies"

    def recent(self) -> list[str]:
        """Runs opened or saved lately that are still there, the newest first."""
        value = self._file.value("recent")
        paths = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [path for path in paths if isinstance(path, str) and Path(path).is_file()][:RECENT]

    def add_recent(self, path: str) -> None:
        """Put a run at the head of `recent`."""
        whole = str(Path(path).absolute())
        self._file.setValue("recent", [whole, *(other for other in self.recent() if other != whole)][:RECENT])

    @property
    def theme(self) -> Scheme:
        """`light`, `dark` or `system`."""
        value = self._file.value("theme")
        known: tuple[Scheme, ...] = ("light", "dark")
        return next((scheme for scheme in known if scheme == value), "system")

    @theme.setter
    def theme(self, value: Scheme) -> None:
        self._file.setValue("theme", value)

    def layout(self) -> tuple[QByteArray, QByteArray] | None:
        """The window's geometry and the state of its panels, None before they were ever kept."""
        geometry, state = self._file.value("geometry"), self._file.value("state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            return geometry, state
        return None

    def keep_layout(self, geometry: QByteArray, state: QByteArray) -> None:
        """Remember where everything is."""
        self._file.setValue("geometry", geometry)
        self._file.setValue("state", state)

    def forget_layout(self) -> None:
        """Start next time with the panels where they were at first."""
        self._file.remove("geometry")
        self._file.remove("state")
