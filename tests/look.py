"""Take the README's pictures: the real window, offscreen, light and dark, and strips out of latent space.

python tests/look.py [FOLDER]

Run it, then look at them.
"""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import Trainer, preset, save_run
from core.data.pictures import sheet, write_png
from core.measure.latent import PATHS, prior_draws

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "resources" / "pictures"

SHOTS = {
    "autoencoder-light": ["--theme", "light"],
    "denoiser-dark": ["--theme", "dark", "--preset", "font-denoiser"],
}
PAIRS = (
    ("zipper-mouth face", "grinning face with sweat"),
    ("tired face", "cold face"),
    ("face with monocle", "neutral face"),
)
BETAS = (4.0, 1.0, 0.3, 0.1, 0.03)
STEPS = 10


def shoot(path: Path, arguments: list[str]) -> None:
    """The window at 1280x800, six seconds after its start."""
    main = "import sys; from tp5gui.app import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", main, "--screenshot", str(path), "--after", "6", "--size", "1280x800"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([*command, *arguments], check=True, cwd=ROOT, env=environment)
    print(path)


def walks(trainer: Trainer) -> np.ndarray:
    """The slides' three interpolations, (3 x STEPS, 20, 20)."""
    images, labels, model = trainer.dataset.images, trainer.dataset.labels, trainer.model
    rows = []
    for pair in PAIRS:
        start, end = model.encode(images[[labels.index(label) for label in pair]])
        rows.append(model.decode(PATHS["linear"](start, end, STEPS)))
    return np.concatenate(rows)


def main(folder: Path) -> None:
    """Write every picture into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, arguments in SHOTS.items():
        shoot(folder / f"{name}.png", arguments)
    draws = []
    for beta in BETAS:
        trainer = Trainer(replace(preset("emoji-vae"), beta=beta)).run()
        draws.append(trainer.model.decode(prior_draws(STEPS, trainer.spec.latent, 0)))
        if beta == preset("emoji-vae").beta:
            print(write_png(sheet(walks(trainer), STEPS, 3), folder / "interpolations.png"))
            run = save_run(trainer, folder / "emoji-vae.tp5")
    print(write_png(sheet(np.concatenate(draws), STEPS, 3), folder / "prior-by-beta.png"))
    shoot(folder / "emoji-vae-light.png", ["--theme", "light", str(run)])
    run.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
