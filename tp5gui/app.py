"""Start-up: arguments, theme, window. This is `tp5gui` on the command line."""

import argparse
import ctypes
import math
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from core import __version__
from core.base.registry import UnknownName
from core.base.words import say, use_language
from core.cli.parser import Parser, add_language, add_version, asked_language
from core.cli.parsing import parsed
from core.experiment.presets import preset, presets
from core.experiment.spec import Spec
from tp5gui.zooms import ZOOMS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from tp5gui.windows.main_window import MainWindow

QT_PACKAGES = "libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0"
"""Debian's names of the libraries that Qt expects of the system."""

X11_PACKAGES = "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"

USER_ERROR, FAILURE = 2, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit status.

    It is 0, 2 for a user's mistake, 1 where Qt cannot start, or 128 plus the number of the signal that ended
    the window.
    """
    words = sys.argv[1:] if arguments is None else arguments
    use_language(asked_language(words))
    options = parsed(_parser, words)
    try:
        spec = preset(options.preset)
    except UnknownName as error:
        return _refuse(str(error), USER_ERROR)
    if options.run is not None and not Path(options.run).is_file():
        return _refuse(say("{file}: there is no such file", file=str(options.run)), USER_ERROR)
    if options.screenshot is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    missing = _missing()
    if missing:
        return _refuse(missing, FAILURE)
    return _show(options, spec)


def _refuse(message: str, status: int) -> int:
    sys.stderr.write(f"tp5gui: {message}\n")
    return status


def _missing() -> str:
    """What the system lacks for Qt to start, in one line; empty if nothing."""
    try:
        import PySide6.QtSvg
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        return _lacking(error, QT_PACKAGES)
    if not sys.platform.startswith("linux") or "QT_QPA_PLATFORM" in os.environ:
        return ""
    if "WAYLAND_DISPLAY" in os.environ:
        return ""
    if "DISPLAY" not in os.environ:
        return say("there is no screen here (DISPLAY is not set); --screenshot FILE.png needs none")
    try:  # Qt itself would abort without a word of what to install
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        return _lacking(error, X11_PACKAGES)
    return ""


def _lacking(error: Exception, packages: str) -> str:
    return say(
        "Qt lacks a system library ({error}). On Debian or Ubuntu: apt install {packages}",
        error=str(error), packages=packages,
    )  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="tp5gui", description=say("A desktop laboratory for autoencoders."))
    parser.add_argument("run", nargs="?", metavar=say("RUN.tp5"), help=say("a saved run to open"))
    names = ", ".join(record.name for record in presets())
    parser.add_argument(
        "--preset",
        default=presets()[0].name,
        metavar=say("NAME"),
        help=say("the experiment: {names}", names=names),
    )
    parser.add_argument("--train", action="store_true", help=say("start training at once"))
    parser.add_argument(
        "--screenshot", type=Path, metavar=say("FILE.png"), help=say("write a picture of the window and end")
    )
    parser.add_argument(
        "--after",
        type=_seconds,
        default=3.0,
        metavar=say("SECONDS"),
        help=say("when to take the picture (default: 3)"),
    )  # fmt: skip
    parser.add_argument("--theme", choices=("light", "dark"), help=say("colours, instead of the chosen ones"))
    parser.add_argument("--size", type=_size, metavar=say("WxH"), help=say("size of the window in pixels"))
    parser.add_argument(
        "--zoom",
        type=int,
        choices=ZOOMS,
        metavar=say("PERCENT"),
        help=say("size of all type, instead of the chosen one: {sizes}", sizes=", ".join(map(str, ZOOMS))),
    )
    add_language(parser, None)
    add_version(parser)
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(
            say("must be a number of seconds from 0 to 3600, not {text!r}", text=text)
        )
    return seconds


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(say("must be WIDTHxHEIGHT, as in 1280x800, not {text!r}", text=text))
    return int(width), int(height)


def _show(options: argparse.Namespace, spec: Spec) -> int:
    from PySide6.QtCore import QLocale
    from PySide6.QtWidgets import QApplication

    from tp5gui.canvases import telling
    from tp5gui.language import resolved, speak
    from tp5gui.leaving import Leaving, end
    from tp5gui.session.kept_runs import KeptRuns
    from tp5gui.session.session import Session
    from tp5gui.settings import Settings
    from tp5gui.theme import Scheme, apply_theme, set_zoom
    from tp5gui.windows.guide import HINTS
    from tp5gui.windows.main_window import MainWindow

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("tp5gui")
    app.setApplicationVersion(__version__)
    QLocale.setDefault(QLocale(QLocale.Language.English))
    with tempfile.TemporaryDirectory() as scratch:
        # a picture shows the panels where they were at first without hints, and leaves the person's
        # arrangement alone
        settings = Settings(Path(scratch) if options.screenshot else None)
        if options.screenshot:
            settings.note_hints(HINTS)
        telling.install()
        speak(app, options.lang or resolved(settings.language))
        scheme: Scheme = options.theme or settings.theme
        apply_theme(app, scheme)
        set_zoom(app, options.zoom or settings.zoom)
        kept = None if options.screenshot else KeptRuns(settings.kept, settings.kept_bound)
        window = MainWindow(Session(spec, kept=kept), settings, _first_run(options), train=options.train)
        if options.screenshot:  # of all that was learned in the time before
            window.session.set_speed(math.inf)
        sys.excepthook = _reporter(window)
        if options.size is not None or options.screenshot is not None:  # a picture knows of no screen
            window.resize(*(options.size or (1280, 800)))
        leaving = Leaving(app, window)
        with leaving.listening():
            window.show()
            status = app.exec() if options.screenshot is None else _photograph(app, window, options)
            window.close()  # where the system ended the loop
    # here, where the window still lives: a thread that does not end in time may speak to it
    return end(128 + leaving.signal if leaving.signal else status, window.writing.stop)


def _first_run(options: argparse.Namespace) -> str | None:
    """The file to open at first: the one named, else the preset's trained run, unless it is to be trained."""
    if options.run is not None:
        return str(options.run)
    from tp5gui.session.session import RUNS

    shipped = RUNS / f"{options.preset}.tp5"
    return str(shipped) if shipped.is_file() and not options.train else None


def _reporter(
    window: "MainWindow",
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """A hook that shows an error nobody caught in the window and prints it in full."""
    from tp5gui.words import explained

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        if threading.current_thread() is threading.main_thread():  # only there may widgets be touched
            window.on_failed(say("Something went wrong that should not: {reason}", reason=explained(error)))

    return report


def _photograph(app: "QApplication", window: "MainWindow", options: argparse.Namespace) -> int:
    from PySide6.QtCore import QTimer

    taken: list[bool] = []

    def take() -> None:
        taken.append(window.grab().save(str(options.screenshot)))
        window.close()
        app.quit()

    QTimer.singleShot(round(1000 * options.after), take)
    app.exec()
    return (
        0
        if taken == [True]
        else _refuse(say("{file}: the picture could not be written", file=str(options.screenshot)), FAILURE)
    )
