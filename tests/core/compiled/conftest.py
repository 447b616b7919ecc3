"""What the tests of compiled functions share: a cache folder of their own."""

import pytest

from core.compiled import sealed


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder that compiled functions are kept in, here and in other processes; it is not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sealed, "folder", lambda: tmp_path / "tp5gui" / "compiled")
    return tmp_path / "tp5gui" / "compiled"
