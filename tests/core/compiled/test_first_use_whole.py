"""What trains, itself: compiled here or by others, read by the next process, to the same bits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent

CODE = (
    "import sys\nfrom core import Spec, Trainer\n"
    "from core.compiled.preparing import EPOCHS\n"
    "EPOCHS.prepare(aside=sys.argv[1] == 'aside')\n"
    "trainer = Trainer(Spec(epochs=50), engine='compiled').run()\n"
    "print(EPOCHS.compiled, trainer.network.params.numpy().tobytes().hex())\n"
)


def trained(home, where):
    done = subprocess.run(
        [sys.executable, "-c", CODE, where], capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(home)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.slow
def test_that_what_is_compiled_read_or_compiled_in_memory_trains_to_the_same_bits(tmp_path):
    compiled, bits = trained(tmp_path, "here")
    assert compiled == "True"
    assert trained(tmp_path, "here") == trained(tmp_path, "aside") == ["False", bits]
    (path,) = tmp_path.rglob("*.compiled")
    path.write_bytes(path.read_bytes()[:-1])
    assert trained(tmp_path, "aside") == ["False", bits]  # by other processes
    nowhere = tmp_path / "a file"
    nowhere.write_bytes(b"")
    assert trained(nowhere, "aside") == ["True", bits]
