"""What `pip install` would bring: our two packages, with every shipped file inside one of them."""

import re
import zipfile
from pathlib import Path

import pytest

from core.base.files import shipped

ROOT = Path(__file__).resolve().parent.parent
ASKED = re.compile(r"""shipped\(f?"([^"]+)"\)""")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in the wheel of this checkout."""
    backend = pytest.importorskip("hatchling.build", reason="the build backend is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = backend.build_wheel(str(folder))
    with zipfile.ZipFile(folder / name) as packed:
        return frozenset(packed.namelist())


def asked_for():
    """Every name that the code asks of `shipped`, where a part that is put in later is any."""
    sources = [path for room in ("core", "tp5gui") for path in (ROOT / room).rglob("*.py")]
    names = {name for path in sources for name in ASKED.findall(path.read_text(encoding="utf-8"))}
    return {re.sub(r"\{\w+\}", "*", name) for name in names}


def test_that_a_wheel_brings_our_two_packages_and_nothing_else(wheel):
    top = {name.split("/")[0] for name in wheel}
    assert {name for name in top if not name.endswith(".dist-info")} == {"core", "tp5gui"}


def test_that_a_wheel_holds_every_module(wheel):
    sources = {path.relative_to(ROOT) for room in ("core", "tp5gui") for path in (ROOT / room).rglob("*.py")}
    assert {source.as_posix() for source in sources} == {name for name in wheel if name.endswith(".py")}


def test_that_a_wheel_holds_every_file_that_the_code_asks_for(wheel):
    assert len(asked_for()) >= 4
    missing = []
    for asked in asked_for():
        places = [place for found in ROOT.glob(asked) for place in (found, *found.rglob("*"))]
        files = [place.relative_to(ROOT).as_posix() for place in places if place.is_file()]
        wanted = [name for name in files if not name.endswith((".py", ".pyc", ".po"))]
        missing += [name for name in wanted if f"core/shipped/{name}" not in wheel]
    assert not missing


def test_that_a_wheel_holds_no_scripts_and_no_pictures_of_the_readme(wheel):
    shipped_names = [name for name in wheel if name.startswith("core/shipped/")]
    assert shipped_names
    assert not [name for name in shipped_names if name.endswith((".py", ".po")) or "/pictures/" in name]


def test_that_shipped_files_are_found_and_a_missing_one_is_named():
    assert shipped("data/font5x7.json").is_file()
    with pytest.raises(FileNotFoundError, match=r"data/nonsense\.npz"):
        shipped("data/nonsense.npz")
