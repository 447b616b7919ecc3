"""The usual loop in double precision: autograd, `torch.optim`, and the draws of the run's own generators."""

from dataclasses import dataclass, replace

import numpy as np
import oracles
import torch
from oracles import naive_parts

from core import Dataset, Trainer
from core.data.noise import corrupt
from core.nn.network import layer_sizes

IMAGES = np.random.default_rng(3).random((7, 3, 4), dtype=np.float32)
TINY = Dataset("tiny", np.where(IMAGES < 0.4, 0, np.where(IMAGES > 0.6, 1, IMAGES)), tuple("abcdefg"))
"""Black, white and grey pixels; neither the images nor their pixels come out even in eights."""

ENGINES = ("compiled", "torch")


@dataclass
class Course:
    """Of every replica, (R, P) float64: the last step's gradient, and velocity and parameters after it.

    The velocity is there for SGD alone.
    """

    gradients: torch.Tensor
    velocity: torch.Tensor
    params: torch.Tensor


def trainer_of(spec, engine, by_replica=None, dataset=TINY):
    """A trainer before its first epoch, with biases that are not zero."""
    trainer = Trainer(spec, dataset, by_replica, engine=engine)
    generator = torch.Generator().manual_seed(spec.seed)
    off = torch.rand(trainer.network.params.shape, generator=generator) * 0.2 - 0.1
    trainer.restore(replace(trainer.checkpoint(), params=trainer.network.params + off * spec.gain))
    return trainer


def usual_course(trainer, epochs=1):
    """The epochs that a trainer has before it, in double precision; it stays as it is."""
    runs = [_of_replica(trainer, replica, epochs) for replica in range(trainer.spec.replicas)]
    return Course(*(torch.stack(rows) for rows in zip(*runs, strict=True)))


def _of_replica(trainer, replica, epochs):
    spec = replace(
        trainer.spec,
        **{name: row[replica] for name, row in trainer.by_replica.values.items() if name != "seed"},
    )
    generators, shape = trainer.generators.twin().only(replica), trainer.dataset.shape
    images = torch.from_numpy(trainer.dataset.images.copy()).flatten(1)
    low = -1 if spec.output == "tanh" else 0
    count, size = len(images), spec.batch_size or len(images)
    params = trainer.network.params[replica].double().requires_grad_()
    optimizer = oracles.OPTIMIZERS[spec.optimizer](params, spec.learning_rate, spec)
    for epoch in range(epochs):
        optimizer.param_groups[0]["lr"] = spec.learning_rate * oracles.SCHEDULES[spec.schedule](
            epoch / spec.epochs
        )
        order = torch.arange(count)
        if spec.shuffle and size < count:
            order = generators.orders(count)[0]
        for index in order.split(size):
            clean = images[index]
            fed = clean
            if trainer.by_replica.noisy:
                level = spec.noise_level
                if "noise_level" in trainer.by_replica.values:
                    level = torch.tensor([[[level]]], dtype=torch.float64)
                fed = corrupt(spec.noise, clean[None], level, generators, shape)[0]
            draw = generators.normal((1, len(index), spec.latent))[0].double() if spec.variational else None
            prior = (
                generators.normal((1, len(index), spec.latent))[0].double()
                if spec.penalty != "none"
                else None
            )
            optimizer.zero_grad()
            x, target = (low + (1 - low) * pixels.double() for pixels in (fed, clean))
            beta = spec.beta * spec.beta_share(epoch)
            sum(naive_parts(spec, params, x, target, draw, beta, prior).values()).backward()
            optimizer.step()
    state = optimizer.state[params].get("momentum_buffer")
    return params.grad, torch.zeros_like(params) if state is None else state, params.detach()


def by_layer(spec, dataset, rows):
    """Rows (R, P) cut into those of every replica's every layer."""
    encoder, decoder = layer_sizes(spec, dataset.pixels)
    sizes = [(wide + 1) * high for wide, high in encoder + decoder]
    return [part for row in rows for part in row.split(sizes)]
