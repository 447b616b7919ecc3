"""What is remembered between two starts: what is wrong is said once, and windows share the rest."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, qVersion

from core import preset
from tp5gui import settings as module
from tp5gui.session.session import Session
from tp5gui.settings import LARGEST, RECENT, Settings
from tp5gui.windows.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent.parent
LAYOUT = QByteArray(b"geometry"), QByteArray(b"state")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.json"


def kept(file):
    return json.loads(file.read_bytes())


def test_that_what_is_kept_is_there_at_the_next_start(settings, tmp_path):
    settings.theme = "dark"
    settings.keep_layout(*LAYOUT)
    settings.add_recent(str(tmp_path / "settings.json"))
    again = Settings(tmp_path)
    assert (again.theme, again.layout(), again.fault) == ("dark", LAYOUT, "")
    assert again.recent() == [str(tmp_path / "settings.json")]


def test_that_nothing_is_wrong_and_nothing_is_written_where_nothing_was_kept(settings, tmp_path):
    assert (settings.fault, settings.theme, settings.layout(), settings.recent()) == ("", "system", None, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", ["geometry", "state", "qt", "version", "sha256"])
def test_that_qts_bytes_are_used_only_where_their_checksum_fits(settings, file, part):
    settings.theme = "dark"
    settings.keep_layout(*LAYOUT)
    values = kept(file)
    value = values["layout"][part]
    if part == "version":
        values["layout"][part] = value + 1
    else:
        values["layout"][part] = ("B" if value[0] == "A" else "A") + value[1:]
    file.write_text(json.dumps(values))
    again = Settings(file.parent)
    assert again.layout() is None
    assert str(file) in again.fault
    assert again.theme == "dark"


@pytest.mark.parametrize(("name", "value"), [("qt", "6.5.0"), ("version", Settings.LAYOUT - 1)])
def test_that_a_sound_layout_of_another_version_is_not_used_and_no_fault(
    settings, file, monkeypatch, name, value
):
    if name == "qt":
        monkeypatch.setattr(module, "qVersion", lambda: value)
    else:
        monkeypatch.setattr(Settings, "LAYOUT", value)
    settings.keep_layout(*LAYOUT)
    monkeypatch.undo()
    assert kept(file)["layout"][name] == value
    again = Settings(file.parent)
    assert (again.layout(), again.fault) == (None, "")


@pytest.mark.parametrize(
    "values",
    [
        {"theme": 7}, {"theme": "blue"}, {"recent": "x"}, {"recent": ["/a"] * 9}, {"recent": ["a"]},
        {"recent": ["/" + "a" * 5000]}, {"layout": []}, {"layout": {}}, {"layout": {"version": True}},
        {"unknown": 1},
    ],
)  # fmt: skip
def test_that_one_bad_value_is_dropped_and_said_and_the_others_stay(file, values):
    sound = {"theme": "dark"} if "theme" not in values else {"recent": [str(file)]}
    file.write_text(json.dumps({**sound, **values}))
    settings = Settings(file.parent)
    assert "damaged" in settings.fault
    assert (settings.theme, settings.recent()) == (sound.get("theme", "system"), sound.get("recent", []))
    settings.keep_layout(*LAYOUT)
    assert Settings(file.parent).fault == ""


def no_folder(folder):
    """A folder that cannot be made, as there is a file in its way."""
    folder.parent.mkdir()
    folder.parent.joinpath("in-the-way").touch()
    return folder.parent / "in-the-way" / "settings"


def no_writing(folder):
    """A folder in which another kind of thing has the name of the file to write."""
    folder.mkdir(parents=True)
    (folder / "settings.json").mkdir()
    return folder


@pytest.mark.parametrize("make", [no_folder, no_writing])
def test_that_what_cannot_be_written_holds_as_long_as_the_window(tmp_path, make):
    settings = Settings(make(tmp_path / "for" / "settings"))
    settings.note_hints(["draw"])
    settings.note_hints(["start"])
    settings.zoom = 130
    assert settings.fault
    assert (settings.hints_done(), settings.zoom) == ({"draw", "start"}, 130)
    settings.forget_hints()
    assert settings.hints_done() == set()


def test_that_a_change_that_could_not_be_written_is_written_with_the_next_one_that_can(settings, file):
    Settings(file.parent).theme = "dark"
    file.rename(file.with_suffix(".away"))
    file.mkdir()
    settings.note_hints(["draw"])
    file.rmdir()
    file.with_suffix(".away").rename(file)
    assert settings.hints_done() == {"draw"}
    settings.zoom = 130
    assert kept(file) == {"theme": "dark", "hints": ["draw"], "zoom": 130}


def test_that_a_change_that_could_not_be_written_takes_nothing_from_another_window(settings, file):
    settings.theme = "dark"
    file.rename(file.with_suffix(".away"))
    file.mkdir()
    settings.note_hints(["draw"])
    file.rmdir()
    file.with_suffix(".away").rename(file)
    Settings(file.parent).note_hints(["start", "map"])
    settings.zoom = 130
    assert set(kept(file)["hints"]) == {"draw", "start", "map"}


def test_that_of_two_windows_choices_the_later_one_stands_though_the_earlier_could_not_be_written(
    settings, file
):
    settings.theme = "dark"
    settings.zoom = 115
    file.rename(file.with_suffix(".away"))
    file.mkdir()
    settings.theme, settings.zoom = "system", 130
    settings.theme = "light"
    assert (settings.theme, settings.zoom) == ("light", 130)
    file.rmdir()
    file.with_suffix(".away").rename(file)
    Settings(file.parent).zoom = 200
    settings.threads = 2
    assert kept(file) == {"theme": "light", "zoom": 200, "threads": 2}
    assert (settings.theme, settings.zoom) == ("light", 200)


UNREADABLE = {
    "junk": lambda file: file.write_bytes(b"\x00junk"),
    "empty": lambda file: file.write_bytes(b""),
    "a list": lambda file: file.write_text("[]"),
    "deep": lambda file: file.write_text("[" * 100_000),
    "long numbers": lambda file: file.write_text('{"theme": ' + "9" * 10_000 + "}"),
    "huge": lambda file: file.write_text('{"theme": "dark"' + " " * LARGEST + "}"),
    "folder": lambda file: file.mkdir(),
    "pipe": lambda file: os.mkfifo(file),
}


@pytest.mark.parametrize("make", UNREADABLE.values(), ids=UNREADABLE)
def test_that_a_file_that_cannot_be_read_is_said_once_in_the_open_window(file, make, qapp, qtbot, light):
    make(file)
    settings, said = Settings(file.parent), []
    settings.failed.connect(said.append)
    window = MainWindow(Session(preset("font-autoencoder")), settings)
    window.show()
    qtbot.waitUntil(lambda: window.session.frame is not None)
    assert window.status.fault == settings.fault
    assert str(file) in settings.fault
    window.status.dismiss.click()
    settings.theme = "dark"
    settings.add_recent(str(file))
    assert (window.status.fault, said) == ("", [])
    window.close()
    window.deleteLater()


@pytest.mark.skipif(sys.platform == "win32", reason="asks for permissions in another way")
def test_that_a_disk_that_takes_nothing_is_said_once(settings, file, monkeypatch, window, qtbot):
    def full(path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(module, "whole", full)
    said = []
    window.settings.failed.connect(said.append)
    for scheme in ("dark", "light"):
        window.settings.theme = scheme
    assert len(said) == 1
    assert "the disk is full" in window.status.fault
    assert window.settings.theme == "light"  # in force all the same
    window.status.dismiss.click()


def test_that_two_windows_share_the_runs_of_lately(tmp_path):
    runs = [tmp_path / f"{number}.tp5" for number in range(4)]
    for run in runs:
        run.touch()
    first, second = Settings(tmp_path), Settings(tmp_path)
    for number, run in enumerate(runs):
        (first, second)[number % 2].add_recent(str(run))
    assert first.recent() == second.recent() == [str(run) for run in reversed(runs)]


def test_that_no_run_is_lost_where_windows_write_at_once(tmp_path):
    """Each process adds its own run while the others add theirs."""
    runs = [tmp_path / f"{number}.tp5" for number in range(RECENT)]
    for run in runs:
        run.touch()
    code = (
        "import sys\nfrom pathlib import Path\nfrom tp5gui.settings import Settings\n"
        "settings = Settings(Path(sys.argv[1]))\n"
        "sys.stdin.readline()\n"
        "for run in sys.argv[2:]: settings.add_recent(run)\n"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), *map(str, half)], stdin=subprocess.PIPE, cwd=ROOT
        )
        for half in (runs[: RECENT // 2], runs[RECENT // 2 :])
    ]
    for start in starts:
        start.stdin.write(b"\n")
        start.stdin.flush()
    for start in starts:
        start.communicate(timeout=60)
        assert start.returncode == 0
    assert sorted(Settings(tmp_path).recent()) == sorted(map(str, runs))


def test_that_the_theme_chosen_in_one_window_outlives_the_closing_of_another(tmp_path):
    first, second = Settings(tmp_path), Settings(tmp_path)
    first.theme = "dark"
    second.keep_layout(*LAYOUT)
    second.add_recent(str(tmp_path / "settings.json"))
    again = Settings(tmp_path)
    assert (again.theme, again.layout()) == ("dark", LAYOUT)


def test_that_a_start_that_ended_while_panels_were_put_back_is_not_tried_again(settings, tmp_path):
    settings.keep_layout(*LAYOUT)
    assert settings.try_layout()
    os.utime(tmp_path / "restoring", (0, 0))
    again = Settings(tmp_path)
    assert again.layout() is not None
    assert not again.try_layout()
    assert "put back" in again.fault
    third = Settings(tmp_path)
    assert (third.layout(), third.fault) == (None, "")
    third.keep_layout(*LAYOUT)
    assert Settings(tmp_path).try_layout()


def test_that_two_windows_that_start_at_once_do_not_take_each_other_for_a_failed_start(settings, tmp_path):
    settings.keep_layout(*LAYOUT)
    second = Settings(tmp_path)
    assert settings.try_layout()
    assert not second.try_layout()
    assert second.fault == ""
    settings.layout_stands()
    assert Settings(tmp_path).layout() == LAYOUT
    assert Settings(tmp_path).try_layout()


def test_that_the_mark_goes_once_the_window_is_painted(settings, tmp_path, qapp, qtbot, light):
    window = MainWindow(Session(preset("font-autoencoder")), settings)
    settings.keep_layout(window.saveGeometry(), window.saveState(Settings.LAYOUT))
    window.close()
    window.deleteLater()
    again = MainWindow(Session(preset("font-autoencoder")), Settings(tmp_path))
    assert (tmp_path / "restoring").exists()
    again.show()
    qtbot.waitUntil(lambda: not (tmp_path / "restoring").exists())
    qtbot.waitUntil(lambda: again.session.frame is not None)
    assert again.status.fault == ""
    again.close()
    again.deleteLater()


def test_that_panels_are_not_put_back_where_no_mark_can_be_left(settings, tmp_path, monkeypatch):
    settings.keep_layout(*LAYOUT)

    def refused(path, **_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "touch", refused)
    assert not Settings(tmp_path).try_layout()


def test_that_the_bytes_are_bound_to_what_wrote_them(settings, file):
    settings.keep_layout(*LAYOUT)
    layout = kept(file)["layout"]
    assert (layout["version"], layout["qt"]) == (Settings.LAYOUT, qVersion())
    assert base64.b64decode(layout["state"]) == b"state"
