"""The live run: one epoch of font-autoencoder beside everything a user could write or pick instead.

    python tests/benchmarks/epoch.py [--json]

One torch thread; all do the same work (scikit-learn: squared error, tanh) in turn, in one run; medians, us.
"""

from dataclasses import replace

import torch
from _timing import by_c, by_numpy, by_sklearn, in_turn, ours, tell, usual

from core import load_dataset, preset


def main() -> None:
    torch.set_num_threads(1)
    spec = replace(preset("font-autoencoder"), epochs=10_000_000, focus=0.0, learning_rate=0.002)
    dataset = load_dataset(spec.dataset)
    epochs = {
        "ours": ours(spec),
        "usual_torch_loop": usual(spec, dataset),
        "numpy_loop": by_numpy(spec, dataset),
    }
    regressor = by_sklearn(spec, dataset)
    if regressor is not None:
        epochs["sklearn_partial_fit"] = regressor
    times = in_turn(epochs)
    plain = by_c(spec)
    if plain is not None:
        times["plain_c_loop"] = plain
    tell(
        {f"{name}_us": time for name, time in times.items()}
        | {f"ours_of_{name}": times["ours"] / time for name, time in times.items() if name != "ours"}
    )


if __name__ == "__main__":
    main()
