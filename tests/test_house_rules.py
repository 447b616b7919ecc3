"""Rules that no linter has: a pattern, where it must not stand, and why."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

RULES = [
    (r"torch\.load\(|import pickle|from pickle", "core/**", "reading a run must not be able to run code"),
    (r"torch\.load\(|import pickle|from pickle", "tp5gui/**", "reading a run must not be able to run code"),
    (
        r"\.connect\(\s*(lambda|partial)",
        "tp5gui/session/**",
        "it would run in the emitter's thread in PySide6",
    ),
    (r"\.terminate\(\)", "tp5gui/**", "it kills a thread that holds locks; ask and wait"),
    (r"setStyleSheet\(", "tp5gui/*/**", "colours and spacing live in theme.py alone"),
    (r"(?<!app)\.exec\(\)", "tp5gui/**", "a modal loop; use open()"),
    (r"class \w+\(QThread\)", "tp5gui/**", "a worker object moved to a thread hears its slots"),
    (r"(TO" r"DO|FIX" r"ME|XXX)", "core/**", "finish it or leave it out"),
    (r"(TO" r"DO|FIX" r"ME|XXX)", "tp5gui/**", "finish it or leave it out"),
]


@pytest.mark.parametrize(("pattern", "where", "why"), RULES)
def test_that_the_code_keeps_a_house_rule(pattern, where, why):
    files = list(ROOT.glob(f"{where}/*.py"))
    assert files, f"{where} names no file"
    hits = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert not hits, f"{why}: {hits}"


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)


def test_that_core_trains_where_no_gui_toolkit_can_be_imported():
    gone = (
        "import sys; [sys.modules.__setitem__(m, None) for m in ('PySide6','shiboken6','pyqtgraph','qtpy')];"
    )
    done = _run(gone + "from core import Spec, Trainer; Trainer(Spec()).step()")
    assert done.returncode == 0, done.stderr


def test_that_naming_a_spec_does_not_import_torch():
    done = _run("import core, sys; core.preset('font-autoencoder'); sys.exit('torch' in sys.modules)")
    assert done.returncode == 0, done.stderr


def test_that_a_signal_leaves_the_reference_count_of_true_alone():
    """PySide6 6.12.0 drops one reference of True at every emit, which crashes Python 3.11 within seconds."""
    from PySide6.QtCore import QObject, Signal

    class Emitter(QObject):
        fired = Signal(bool)

    emitter, before = Emitter(), sys.getrefcount(True)
    for _ in range(1000):
        emitter.fired.emit(True)
    assert abs(sys.getrefcount(True) - before) < 500
