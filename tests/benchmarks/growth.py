"""How an epoch's time grows with replicas, width, images and epochs, as small plots.

    python tests/benchmarks/growth.py [--json] [--plot FILE.svg]

One torch thread, from font-autoencoder outward; medians. Epochs: us an epoch, by the epoch it is.
"""

import statistics
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from _timing import ours, tell, timed

from core import Dataset, Trainer, preset

BASE = replace(preset("font-autoencoder"), epochs=10_000_000, focus=0.0, learning_rate=0.001)
SIDE, PAD = 200, 44


def epoch_us(epochs) -> float:
    """Median of five turns of a fifth of a second."""
    count = max(1, int(0.2e6 / timed(epochs, 10)))
    return statistics.median(timed(epochs, count) for _ in range(5))


def with_images(count: int) -> Dataset:
    images = (np.random.default_rng(0).random((count, 7, 5)) > 0.6).astype(np.float32)
    return Dataset("random", images, ("",) * count)


def by_epoch() -> dict[int, float]:
    """A long run: us an epoch about each power of ten."""
    trainer, found = Trainer(BASE), {}
    for reach in (100, 1000, 10_000, 100_000):
        trainer.advance(reach - trainer.epoch)
        found[reach] = statistics.median(timed(trainer.advance, 300) for _ in range(5))
    return found


def measured() -> dict[str, dict[int, float]]:
    return {
        "replicas": {each: epoch_us(ours(replace(BASE, replicas=each))) for each in (1, 4, 16, 64, 256, 512)},
        "width": {each: epoch_us(ours(replace(BASE, hidden=(each,)))) for each in (10, 30, 100, 300, 1000)},
        "images": {
            each: epoch_us(ours(BASE, with_images(each))) for each in (32, 100, 300, 1000, 3000, 10_000)
        },
        "epochs": by_epoch(),
    }


def plotted(results: dict[str, dict[int, float]]) -> str:
    """Four log-log plots side by side, as SVG."""
    width = len(results) * (SIDE + PAD)
    plots = "".join(plot(*each, PAD + number * (SIDE + PAD)) for number, each in enumerate(results.items()))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{SIDE}" font-family="sans-serif" '
        f'font-size="10" fill="#666"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="4" y="12">us an epoch</text>{plots}</svg>\n'
    )


def plot(name: str, points: dict[int, float], left: int) -> str:
    """One plot, `left` pixels from the edge."""
    first, last = min(points), max(points)
    x, y = np.log10(list(points)), np.log10(list(points.values()))
    low = np.floor(y.min())
    high = max(np.ceil(y.max()), low + 2)
    across = left + (x - x[0]) / (x[-1] - x[0]) * (SIDE - 20)
    down = 20 + (high - y) / (high - low) * (SIDE - 60)
    places = list(zip(across.round(1), down.round(1), strict=True))
    words = [(left - 8, 24 + (high - each) / (high - low) * (SIDE - 60), "end", f"{10**each:g}")
             for each in np.arange(low, high + 1)]  # fmt: skip
    words += [(across[0], SIDE - 22, "middle", f"{first:,}"), (across[-1], SIDE - 22, "middle", f"{last:,}")]
    words += [(left + SIDE / 2 - 10, SIDE - 4, "middle", name)]
    said = "".join(f'<text x="{a:.1f}" y="{b:.1f}" text-anchor="{c}">{d}</text>' for a, b, c, d in words)
    line = " ".join(f"{a},{b}" for a, b in places)
    dots = "".join(f'<circle cx="{a}" cy="{b}" r="2.5" fill="#d9730d"/>' for a, b in places)
    return (
        f'<path d="M{left} 20V{SIDE - 40}H{left + SIDE - 20}" fill="none" stroke="#999"/>{said}'
        f'<polyline points="{line}" fill="none" stroke="#d9730d" stroke-width="1.5"/>{dots}'
    )


def main() -> None:
    torch.set_num_threads(1)
    results = measured()
    tell({f"{name}_{each}_us": time for name, points in results.items() for each, time in points.items()})
    if "--plot" in sys.argv:
        Path(sys.argv[sys.argv.index("--plot") + 1]).write_text(plotted(results), encoding="utf-8")


if __name__ == "__main__":
    main()
