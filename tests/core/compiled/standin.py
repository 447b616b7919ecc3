"""One small compiled function, prepared as the large ones are, here and in other processes."""

import sys
import threading
from pathlib import Path

from core.compiled.folder import claimed, keeps
from core.compiled.preparing import Preparation
from core.compiled.sources import name_of


def prepared(added=1.0):
    """A preparation of its own; what it made ready is `made` afterwards."""

    def named(x):
        return 2 * x + added

    def load():
        from numba import cfunc

        preparation.made = cfunc("float64(float64)", cache=keeps())(named).ctypes

    preparation = Preparation(load, lambda: name_of([Path(__file__)], [named]), "standin:PREPARATION")
    return preparation


PREPARATION = prepared()


def endless():
    claimed(BEGUN)
    threading.Event().wait()


BEGUN = "begun"
"""What the endless one leaves in its folder."""

ENDLESS = Preparation(endless, lambda: "endless", "standin:ENDLESS")

if __name__ == "__main__":
    PREPARATION.prepare()
    sys.stdout.write(f"{PREPARATION.compiled} {PREPARATION.made(3.0)}")
