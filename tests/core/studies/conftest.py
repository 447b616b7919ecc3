"""What the tests of studies share."""

import pytest

import core.studies.groups
import core.train.compiled_epochs
from core.compiled.preparing import prepare


@pytest.fixture
def every_epoch(monkeypatch):
    """Who watches is asked after every epoch, where that is some twenty times a second otherwise."""
    prepare()
    monkeypatch.setattr(core.studies.groups, "ASKED_EVERY", 0)
    monkeypatch.setattr(core.train.compiled_epochs, "LISTEN", 0)
