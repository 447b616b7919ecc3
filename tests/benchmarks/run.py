"""A whole run of font-autoencoder, curves included, beside the usual loop and numpy's, which draw none.

    python tests/benchmarks/run.py [--json]

One torch thread, in turn; medians, us an epoch. Of the slides' way, one character a step: us a step.
"""

import statistics
from dataclasses import replace

import torch
from _timing import by_numpy, ours, tell, timed, usual

from core import Trainer, load_dataset, preset

TURNS, EPOCHS, THEIRS = 5, 10_000, 1_000


def main() -> None:
    torch.set_num_threads(1)
    spec, slides = preset("font-autoencoder"), preset("font-autoencoder-slides")
    dataset = load_dataset(spec.dataset)
    plain = replace(spec, focus=0.0, learning_rate=0.002)
    endless = replace(slides, epochs=10_000_000, learning_rate=0.001)
    runs = {
        "ours": lambda: timed(lambda count: Trainer(spec).advance(count), EPOCHS),
        "usual_torch_loop": lambda: timed(loop, THEIRS),
        "numpy_loop": lambda: timed(numpy_loop, THEIRS),
        "ours_online": lambda: timed(online, THEIRS) / dataset.count,
        "usual_online": lambda: timed(usual_online, THEIRS // 20) / dataset.count,
    }
    loop, numpy_loop = usual(plain, dataset), by_numpy(plain, dataset)
    online, usual_online = ours(endless), usual(endless, dataset)
    rounds = [{name: run() for name, run in runs.items()} for _ in range(1 + TURNS)][1:]  # the first warms up
    times = {name: statistics.median(each[name] for each in rounds) for name in runs}
    tell(
        {f"{name}_us": time for name, time in times.items()}
        | {
            "run_of_usual": times["ours"] / times["usual_torch_loop"],
            "run_of_numpy": times["ours"] / times["numpy_loop"],
            "online_of_usual": times["ours_online"] / times["usual_online"],
        }
    )


if __name__ == "__main__":
    main()
