"""What the application says of itself."""

import platform

import pytest
import torch
from PySide6.QtCore import qVersion

from core import __version__
from tp5gui.windows.about import About


@pytest.mark.parametrize(
    ("cuda", "hip", "said"),
    [(None, None, "CPU build"), ("12.8", None, "built for CUDA 12.8"), (None, "6.4", "built for ROCm 6.4")],
)
def test_that_it_says_on_which_builds_it_runs(qtbot, light, monkeypatch, cuda, hip, said):
    monkeypatch.setattr(torch.version, "cuda", cuda)
    monkeypatch.setattr(torch.version, "hip", hip)
    about = About()
    qtbot.addWidget(about)
    about.show()
    assert about.runs_on.text().splitlines() == [
        f"PyTorch {torch.__version__}, {said}", f"Qt {qVersion()}", f"Python {platform.python_version()}",
    ]  # fmt: skip
    assert any(__version__ in label.text() for label in about.findChildren(type(about.runs_on)))
    about.close()
