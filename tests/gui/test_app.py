import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parent.parent.parent


def tp5gui(*arguments, **environment):
    code = "import sys; from tp5gui.app import main; sys.exit(main(sys.argv[1:]))"
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment}
    env = {name: value for name, value in env.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=env,
        check=False,
    )


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
def test_that_a_picture_of_the_living_window_is_written(tmp_path, theme):
    from tp5gui.theme import DARK, LIGHT

    picture, table = tmp_path / "out.png", DARK if theme == "dark" else LIGHT
    wanted = {table.ink, table.output, table.truth, table.ideal}
    for after in ("3", "20"):  # a machine under load needs longer until the curves are there
        done = tp5gui(
            "--screenshot", str(picture), "--after", after, "--theme", theme, XDG_CONFIG_HOME=str(tmp_path)
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        image = QImage(str(picture))
        assert (image.width(), image.height()) == (1280, 800)
        colours = {image.pixelColor(x, y).name() for x in range(0, 1280, 2) for y in range(0, 800, 2)}
        if wanted <= colours:
            break
    assert wanted <= colours
    assert not (tmp_path / "tp5gui").exists()


def test_that_the_first_window_does_not_wait_for_torch_numba_or_pyqtgraph():
    code = (
        "import sys\n"
        "import tp5gui.app\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from pathlib import Path\n"
        "import tempfile\n"
        "app = QApplication([])\n"
        "from core import preset\n"
        "from tp5gui.session.session import Session\n"
        "from tp5gui.settings import Settings\n"
        "from tp5gui.windows.main_window import MainWindow\n"
        "window = MainWindow(Session(preset('font-autoencoder')), Settings(Path(tempfile.mkdtemp())))\n"
        "seen = []\n"
        "slow = {'torch', 'pyqtgraph', 'numba'}\n"
        "window.shown_first.connect(lambda: seen.append(slow & set(sys.modules)))\n"
        "window.show()\n"
        "while not seen: app.processEvents()\n"
        "while window.session.frame is None: app.processEvents()\n"
        "window.close()\n"
        "assert seen == [set()], seen\n"
        "assert 'torch' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["--preset", "nonsense"], "font-autoencoder"), (["/no/such.tp5"], "/no/such.tp5")],
)
def test_that_a_mistake_is_one_line_and_status_two(arguments, word):
    done = tp5gui(*arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert word in done.stderr


def test_that_a_missing_system_library_is_one_line_with_the_packages_to_install():
    code = (
        "import sys\n"
        "class Gone:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'PySide6.QtGui': raise ImportError('libEGL.so.1: cannot open')\n"
        "sys.meta_path.insert(0, Gone())\n"
        "from tp5gui.app import main\n"
        "sys.exit(main([]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "apt install libegl1" in done.stderr


def test_that_no_screen_is_one_line(tmp_path):
    done = tp5gui(QT_QPA_PLATFORM=None, DISPLAY=None, WAYLAND_DISPLAY=None)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "DISPLAY" in done.stderr


def test_that_an_unreadable_run_is_named_and_the_window_opens_all_the_same(tmp_path):
    junk, picture = tmp_path / "junk.tp5", tmp_path / "out.png"
    junk.write_bytes(b"junk")
    done = tp5gui(str(junk), "--screenshot", str(picture), "--after", "0.5")
    assert done.returncode == 0, done.stderr
    assert picture.is_file()


def test_that_a_picture_is_written_even_if_the_training_thread_does_not_end_in_time(tmp_path):
    picture = tmp_path / "out.png"
    code = (
        "import sys, time\n"
        "from tp5gui.app import main\n"
        "from tp5gui.session import worker\n"
        "from tp5gui.session.session import Session\n"
        "worker._bench = lambda: time.sleep(3600)\n"
        "Session.close.__defaults__ = (50,)\n"
        f"sys.exit(main(['--screenshot', {str(picture)!r}, '--after', '1']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert picture.is_file()
