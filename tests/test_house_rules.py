"""Rules that no linter has: a pattern, where it must not stand, and why."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

PICKLE = (
    r"torch\.load\(|^\s*(import|from) [\w, ]*\b(pickle|cPickle|dill|joblib|shelve)\b|allow_pickle\s*=\s*True"
)
CODE = "reading a run must not be able to run code"
THREAD = "it would run in the emitter's thread in PySide6: name a slot"
LATER = "finish it or leave it out"
TAGS = (
    r"\bQt(?:\.TextFormat)?\.(?:Rich|Auto|Markdown)Text\b|\bset(?:Html|Markdown)\(|\bQText(?:Browser|Edit)\b"
    r"|</?(?:p|br|b|i|span|img|a|div|font)\b[^>\n]*>"
)
MARKUP = "what comes from outside must never be read as markup"

# a pattern, where it must not stand, why, and a line that it must find
RULES = [
    (PICKLE, "core", CODE, "torch.load(path)"),
    (PICKLE, "tp5gui", CODE, "import json, pickle"),
    (
        r"\.connect\(\s*(lambda\b|(functools\.)?partial\b)",
        "tp5gui/session",
        THREAD,
        "x.y.connect(\n    lambda v: v)",
    ),
    (r"functools", "tp5gui/session", THREAD, "from functools import partial"),
    (r"\.terminate\(", "tp5gui", "it kills a thread that holds locks; ask and wait", "thread.terminate()"),
    (r"setStyleSheet\(", "tp5gui", "colours and spacing live in theme.py alone", "w.setStyleSheet('')"),
    (r"(?<!\bapp)\.exec_?\(", "tp5gui", "a modal loop; use open() or popup()", "menu.exec(place)"),
    (
        r"class \w+\([^)]*\bQThread\b",
        "tp5gui",
        "a worker object moved to a thread hears its slots",
        "class A(B, QtCore.QThread):",
    ),
    (
        r"\.tr\(|(?<!def )(?<!painter\.)\btranslate\(|\.replace\(\s*f?[\"']%\d",
        "tp5gui",
        "words go through core.base.words.say, with named places",
        'self.tr("%1 left").replace("%1", words)',
    ),
    (
        r"\bself(?:\.\w+){2,}\.emit\(|(?<![\w.])(?!self\b)\w+\.\w+\.emit\(",
        "tp5gui",
        "an object emits its own signals alone; give the other one a method",
        "self._session.failed.emit(words)",
    ),
    (
        r"\bQSettings\b",
        "tp5gui",
        "it unpickles what its file names: settings are JSON of our own",
        "QSettings(str(place))",
    ),
    (r"\bQLabel\b(?! *[#{,\[])", "tp5gui", f"{MARKUP}: use panels.label.Label", "title = QLabel(name)"),
    (
        TAGS,
        "tp5gui",
        MARKUP,
        'tip = f"<p>{help}</p>"',
    ),
    (r"\bQToolTip\.showText\(", "tp5gui", f"{MARKUP}: use gestures.show_tip", "QToolTip.showText(p, w)"),
    (
        r"\bQ(?:ComboBox|FontComboBox|Slider|Dial|SpinBox|DoubleSpinBox|DateTimeEdit|TabWidget|TabBar)\(",
        "tp5gui",
        "the wheel would change it while it scrolls past: see panels.calm",
        "box = QComboBox()",
    ),
    (
        r"\.takeAt\(",
        "tp5gui",
        "the bindings keep its item for alive, and crash once another lies there: add the widget anew",
        "while self._grid.takeAt(0) is not None:",
    ),
    (r"\b(TO" r"DO|FIX" r"ME|XXX)\b", "core", LATER, "# TODO"),
    (r"\b(TO" r"DO|FIX" r"ME|XXX)\b", "tp5gui", LATER, "# FIXME"),
]
EXCEPT = {
    r"setStyleSheet\(": {"tp5gui/theme.py"},
    r"\bQLabel\b(?! *[#{,\[])": {"tp5gui/panels/label.py", "tp5gui/tips.py"},
    TAGS: {"tp5gui/canvases/curves.py"},  # pyqtgraph's labels take nothing else
    r"\bQToolTip\.showText\(": {"tp5gui/tips.py"},
}


def _hits(pattern: str, text: str) -> list[int]:
    """The lines of `text` on which `pattern` begins; it may run over several."""
    return [text.count("\n", 0, hit.start()) + 1 for hit in re.finditer(pattern, text, re.MULTILINE)]


@pytest.mark.parametrize(("pattern", "where", "why", "sample"), RULES)
def test_that_the_code_keeps_a_house_rule(pattern, where, why, sample):
    assert _hits(pattern, sample), f"the rule does not find {sample!r}"
    files = list((ROOT / where).rglob("*.py"))
    assert files, f"{where} names no file"
    allowed = EXCEPT.get(pattern, set())
    hits = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        if path.relative_to(ROOT).as_posix() not in allowed
        for number in _hits(pattern, path.read_text(encoding="utf-8"))
    ]
    assert not hits, f"{why}: {hits}"


@pytest.mark.parametrize("line", ["return app.exec()", "self.app.exec()", "self.executor(x)"])
def test_that_the_loop_of_the_application_is_no_modal_one(line):
    (pattern,) = [pattern for pattern, *_ in RULES if "exec" in pattern]
    assert not _hits(pattern, line)


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


@pytest.mark.parametrize(
    "words", [["presets"], ["--lang", "es", "datasets"], ["runs"], ["train", "--help"], ["study", "--help"]]
)
def test_that_a_command_that_computes_nothing_does_not_import_torch(words):
    called = f"from core.cli.parser import main\ntry: main({words})\nexcept SystemExit: pass\n"
    done = _run(f"import sys\n{called}sys.exit('torch' in sys.modules)")
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
