"""What the window remembers between two starts. A bad value is dropped, never a reason not to start."""

from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from tp5gui.theme import Scheme


class Settings:
    """The person's settings file.

    Parameters
    ----------
    folder : where it lies; by default the folder that the system keeps for settings.
    """

    LAYOUT = 1  # raised when the panels change, so that an old arrangement is not forced upon new ones

    def __init__(self, folder: Path | None = None) -> None:
        place = folder or Path(platformdirs.user_config_dir("tp5gui", appauthor=False))
        self._file = QSettings(str(place / "settings.ini"), QSettings.Format.IniFormat)

    @property
    def theme(self) -> Scheme:
        """`light`, `dark` or `system`."""
        value = self._file.value("theme")
        known: tuple[Scheme, ...] = ("light", "dark")
        return next((each for each in known if each == value), "system")

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
