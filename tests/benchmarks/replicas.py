"""Replicas: what a run costs when many are trained as one program, each with its own seed, rate and noise.

    python tests/benchmarks/replicas.py [--json]

One torch thread; us a run and epoch of font-autoencoder, beside the usual loop in the same turns, which
for the noisy ones throws the same noise.
"""

from dataclasses import replace

import torch
from _timing import in_turn, ours, tell, usual

from core import load_dataset, preset

COUNTS = (1, 8, 64, 512)


def main() -> None:
    torch.set_num_threads(1)
    base = replace(preset("font-autoencoder"), epochs=10_000_000, focus=0.0, learning_rate=0.002)
    noisy = replace(base, noise="salt-and-pepper", noise_level=0.1, replicas=64)
    mixed = {
        "learning_rate": [0.001 + 0.0001 * each for each in range(64)],
        "noise_level": [each / 128 for each in range(64)],
    }
    epochs = {f"{count}": ours(replace(base, replicas=count)) for count in COUNTS}
    epochs |= {"64_noisy": ours(noisy), "64_mixed": ours(noisy, **mixed)}
    dataset = load_dataset(base.dataset)
    loops = {"usual": usual(base, dataset), "usual_noisy": usual(replace(noisy, replicas=1), dataset)}
    times = in_turn(epochs | loops)
    theirs = {name: times.pop(name) for name in loops}
    each = {name: time / int(name.split("_")[0]) for name, time in times.items()}
    shares = {
        f"replicas_{name}_of_usual": time / theirs["usual_noisy" if "_" in name else "usual"]
        for name, time in each.items()
    }
    tell(
        {f"{name}_loop_us": time for name, time in theirs.items()}
        | {f"replicas_{name}_us_a_run": time for name, time in each.items()}
        | shares
        | {"512_against_64": each["512"] / each["64"]}
    )


if __name__ == "__main__":
    main()
