"""The spec that is being edited."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from core.experiment.spec import Spec, changed, edit


class Store(QObject):
    """The one place where the spec is changed.

    Signals
    -------
    changed(object, object) : the new `Spec` and the frozenset of the names that differ.
    """

    changed = Signal(object, object)

    def __init__(self, spec: Spec, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._revision = 0

    @property
    def revision(self) -> int:
        """How often the spec has changed so far."""
        return self._revision

    @property
    def spec(self) -> Spec:
        """The spec as it is now."""
        return self._spec

    def update(self, **values: Any) -> None:
        """Change some fields; `SpecError` names the field at fault, and then nothing changes."""
        self.replace(edit(self._spec, values))

    def replace(self, spec: Spec) -> None:
        """Take a whole spec, as of a preset or an opened run."""
        names = changed(self._spec, spec)
        if names:
            self._spec = spec
            self._revision += 1
            self.changed.emit(spec, names)
