"""What the benchmarks share: timing in turns, the loops that a user could write instead, telling results."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn

from core import Spec, Trainer
from core.data.datasets import Dataset

Epochs = Callable[[int], object]
"""Trains so many epochs."""


def repeated(epoch: Callable[[], object]) -> Epochs:
    """Of one epoch a call, as many calls."""

    def epochs(count: int) -> None:
        for _ in range(count):
            epoch()

    return epochs


def timed(epochs: Epochs, count: int) -> float:
    """Microseconds an epoch."""
    start = time.perf_counter()
    epochs(count)
    return 1e6 * (time.perf_counter() - start) / count


def in_turn(epochs: Mapping[str, Epochs], seconds: float = 0.25, turns: int = 7) -> dict[str, float]:
    """Median microseconds an epoch of each, measured side by side: all of them once in every turn."""
    counts = {name: max(1, int(1e6 * seconds / timed(epoch, 10))) for name, epoch in epochs.items()}
    rounds = [{name: timed(epoch, counts[name]) for name, epoch in epochs.items()} for _ in range(turns)]
    return {name: statistics.median(each[name] for each in rounds) for name in epochs}


def tell(result: Mapping[str, float]) -> None:
    """Print a result: one JSON document with --json, else a line a figure."""
    if "--json" in sys.argv:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:36} {value:12.3f}")


def ours(spec: Spec, dataset: Dataset | None = None, warm: int = 1100, **values: object) -> Epochs:
    """A trainer past the epochs whose every one is recorded: one in ten is, as in most of a run."""
    trainer = Trainer(spec, dataset, values or None)
    trainer.advance(warm)
    return trainer.advance


class Sine(nn.Module):
    """sin x, for the usual loop."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sin(x)


class Gaussian(nn.Module):
    """The head of a variational network: a draw from the mean and the log-variance it is given."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.mean, self.log_variance = x.chunk(2, -1)
        return self.mean + torch.exp(self.log_variance / 2) * torch.randn_like(self.mean)


MODULES = {"sine": Sine, "sigmoid": nn.Sigmoid, "silu": nn.SiLU, "tanh": nn.Tanh, "relu": nn.ReLU}


def usual(spec: Spec, dataset: Dataset) -> Epochs:
    """The loop that every tutorial writes: Sequential, BCE, backward(), Adam, on the same layers and data."""
    images = torch.from_numpy(dataset.images.copy()).flatten(1)
    half = [images.shape[1], *spec.hidden, spec.latent]
    layers: list[nn.Module] = []
    for sizes in (half, half[::-1]):
        for fan_in, fan_out in pairwise(sizes):
            layers += [nn.Linear(fan_in, fan_out), MODULES[spec.activation]()]
        layers.pop()
        if spec.variational and len(layers) == 2 * len(spec.hidden) + 1:
            layers[-1] = nn.Linear(half[-2], 2 * spec.latent)
            layers.append(Gaussian())
    model = nn.Sequential(*layers)
    head = next((each for each in layers if isinstance(each, Gaussian)), None)
    optimizer = torch.optim.Adam(model.parameters(), lr=spec.learning_rate, betas=(spec.momentum, spec.beta2))
    loss_of = nn.BCEWithLogitsLoss(reduction="sum")
    size = spec.batch_size or len(images)

    def epoch() -> None:
        order = torch.randperm(len(images)) if size < len(images) else None
        for start in range(0, len(images), size):
            batch = images if order is None else images[order[start : start + size]]
            fed = batch
            if spec.noisy:  # salt and pepper
                u = torch.rand_like(batch)
                half = spec.noise_level / 2
                fed = torch.where(u < half, 0.0, torch.where(u >= 1 - half, 1.0, batch))
            optimizer.zero_grad()
            loss = loss_of(model(fed), batch) / len(batch)
            if head is not None:
                mean, log_variance = head.mean, head.log_variance
                kl = (mean**2 + log_variance.exp() - 1 - log_variance).sum() / 2
                loss = loss + spec.beta * kl / len(batch)
            loss.backward()
            optimizer.step()

    return repeated(epoch)


def by_numpy(spec: Spec, dataset: Dataset) -> Epochs:
    """The same full-batch epoch of sine units, cross-entropy and Adam, in numpy."""
    x = dataset.images.reshape(dataset.count, -1)
    sizes = [x.shape[1], *spec.hidden, spec.latent, *spec.hidden[::-1], x.shape[1]]
    rng = np.random.default_rng(0)
    weights = [
        rng.uniform(-1, 1, (a, b)).astype(np.float32) * (6 / (a + b)) ** 0.5 for a, b in pairwise(sizes)
    ]
    biases = [np.zeros(b, dtype=np.float32) for b in sizes[1:]]
    params = weights + biases
    means, squares = ([np.zeros_like(each) for each in params] for _ in range(2))
    linear, steps = {len(spec.hidden), len(weights) - 1}, [0]

    def epoch() -> None:
        acts, sums = [x], []
        for depth, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            z = acts[-1] @ weight + bias
            sums.append(z)
            acts.append(z if depth in linear else np.sin(z))
        g = (0.5 + 0.5 * np.tanh(acts[-1] / 2) - x) / len(x)  # the sigmoid, which cannot overflow so
        grads_w, grads_b = [np.empty(0)] * len(weights), [np.empty(0)] * len(weights)
        for depth in reversed(range(len(weights))):
            if depth not in linear:
                g = g * np.cos(sums[depth])
            grads_w[depth], grads_b[depth] = acts[depth].T @ g, g.sum(0)
            g = g @ weights[depth].T
        steps[0] += 1
        for each, mean, square, grad in zip(params, means, squares, grads_w + grads_b, strict=True):
            mean += (grad - mean) * (1 - spec.momentum)
            square += (grad * grad - square) * (1 - spec.beta2)
            root = np.sqrt(square / (1 - spec.beta2 ** steps[0])) + 1e-8
            each -= spec.learning_rate / (1 - spec.momentum ** steps[0]) * mean / root

    return repeated(epoch)


def by_sklearn(spec: Spec, dataset: Dataset) -> Epochs | None:
    """One `MLPRegressor.partial_fit` (squared error and tanh: it offers no other); None without it."""
    try:
        from sklearn.neural_network import MLPRegressor
    except ImportError:
        return None
    x = dataset.images.reshape(dataset.count, -1)
    model = MLPRegressor(
        hidden_layer_sizes=(*spec.hidden, spec.latent, *spec.hidden[::-1]),
        activation="tanh",
        batch_size=len(x),
    )
    return repeated(lambda: model.partial_fit(x, x))


C_SOURCE = Path(__file__).with_name("_epoch.c")


def by_c(spec: Spec) -> float | None:
    """Microseconds an epoch of a plain C loop of font-autoencoder's work; None without a compiler."""
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / "epoch"
        try:
            subprocess.run(
                ["cc", "-O3", "-march=native", "-ffast-math", str(C_SOURCE), "-o", str(binary), "-lm"],
                check=True, capture_output=True,
            )  # fmt: skip
        except (OSError, subprocess.CalledProcessError):
            return None
        return float(subprocess.run([str(binary)], check=True, capture_output=True, text=True).stdout)
