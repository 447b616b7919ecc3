"""Before all else: no screen, no data of the person's own, one torch thread, how hard hypothesis tries.

What trains is compiled once for all tests, their workers and the processes that they start.
"""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LANGUAGE"] = "en"  # whatever the machine speaks
HOME = tempfile.mkdtemp(prefix="tp5gui-tests-")
os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = HOME
os.environ["XDG_CACHE_HOME"] = str(Path(__file__).parent.parent / ".pytest_cache")  # stays for the next time
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

import torch  # noqa: E402
from hypothesis import settings  # noqa: E402

from core.compiled.aside import compile_aside  # noqa: E402
from core.compiled.preparing import EPOCHS  # noqa: E402

torch.set_num_threads(1)
_FROZEN = set()  # modules that have begun
settings.register_profile("fast", max_examples=10, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None)
settings.register_profile("fuzz", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config):
    """Compile what trains before there are workers, unless it is kept: a command says so where it does."""
    sealed = EPOCHS.sealed()
    if not hasattr(config, "workerinput") and not config.option.collectonly and sealed.read() is None:
        compile_aside("core.compiled.preparing:EPOCHS", sealed, lambda: False)


def pytest_runtest_protocol(item, nextitem):
    """Spare the garbage collector what stays anyway: each look for leaks would go through all of torch.

    It is done anew with every module, before there is anything of its tests: also what is imported late.
    """
    if item.path not in _FROZEN:
        _FROZEN.add(item.path)
        gc.collect()
        gc.freeze()


def pytest_runtest_setup(item):
    """Beside a window the thread of the test alone collects, as in `tp5gui/session/garbage.py`."""
    (gc.disable if "qapp" in item.fixturenames else gc.enable)()
