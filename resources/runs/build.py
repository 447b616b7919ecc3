"""Trains the runs that come with the application and writes them beside this script.

    python resources/runs/build.py

They are the presets of the same names, trained to their ends from their own seeds: on one kind of machine the
same bytes every time.
"""

from pathlib import Path

from core import Trainer, preset, save_run

NAMES = ("font-autoencoder", "font-denoiser")

if __name__ == "__main__":
    for name in NAMES:
        save_run(Trainer(preset(name)).run(), Path(__file__).with_name(f"{name}.tp5"))
