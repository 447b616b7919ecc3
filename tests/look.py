"""Take the README's pictures: the real window, offscreen, light and dark. Run, then look at them.

python tests/look.py [FOLDER]
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "resources" / "pictures"

SHOTS = {
    "autoencoder-light": ["--theme", "light"],
    "autoencoder-dark": ["--theme", "dark"],
    "denoiser-light": ["--theme", "light", "--preset", "font-denoiser"],
    "denoiser-dark": ["--theme", "dark", "--preset", "font-denoiser"],
}


def main(folder: Path) -> None:
    """Write every shot at 1280x800 into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, arguments in SHOTS.items():
        path = folder / f"{name}.png"
        command = [
            sys.executable,
            "-c",
            "import sys; from tp5gui.app import main; sys.exit(main(sys.argv[1:]))",
        ]
        shot = [*command, "--screenshot", str(path), "--after", "3", "--size", "1280x800", *arguments]
        subprocess.run(shot, check=True, cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
