"""The emoji VAE: an epoch beside the usual loop, and how far both are from the matrix products alone.

    python tests/benchmarks/emoji.py [--json]

One torch thread; 400-300-200-100-20, all 97 faces at once; medians, us. The ceiling is the time that the
forward and backward matrix products of all layers take by themselves.
"""

from dataclasses import replace

import torch
from _timing import in_turn, ours, repeated, tell, usual

from core import load_dataset, preset
from core.nn.network import layer_sizes


def products(spec, count):
    """Every matrix product of one epoch and nothing else."""
    encoder, decoder = layer_sizes(spec, 400)
    work = [
        (torch.rand(1, count, a), torch.rand(1, a, b), torch.rand(1, count, b), torch.empty(1, a, b))
        for a, b in encoder + decoder
    ]

    def epoch():
        for depth, (x, weight, g, grad) in enumerate(work):
            torch.bmm(x, weight)
            torch.bmm(x.mT, g, out=grad)
            if depth:
                torch.bmm(g, weight.mT)

    return repeated(epoch)


def main() -> None:
    torch.set_num_threads(1)
    spec = replace(preset("emoji-vae"), epochs=10_000_000, kl_warmup=0)
    dataset = load_dataset(spec.dataset)
    epochs = {
        "ours": ours(spec, warm=1005), "usual_torch_loop": usual(spec, dataset),
        "matrix_products": products(spec, dataset.count),
    }  # fmt: skip
    times = in_turn(epochs, seconds=0.5)
    tell(
        {f"{name}_us": time for name, time in times.items()}
        | {f"ours_of_{name}": times["ours"] / times[name] for name in ("usual_torch_loop", "matrix_products")}
    )


if __name__ == "__main__":
    main()
