"""Makes the runs of format 1 and what version 0.1.0 answered, with which `test_format1.py` compares.

They were made once and never change. To make them again, take a checkout of version 0.1.0, whose runs have
format 1, and let Python find its `core` first:

    PYTHONPATH=CHECKOUT python tests/data/runs/make_format1.py CHECKOUT

Beside every `NAME.tp5` lies `NAME.npz`: the first images of its data set (`images`), and for every replica
the codes and reconstructions of them, at once (`codes`, `outputs`) and after three more epochs
(`later_codes`, `later_outputs`, and `later_params` where they are few).
"""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import Dataset, Spec, Trainer, load_dataset, load_run, save_run

FOLDER = Path(__file__).resolve().parent / "format1"
FEW = 1000
SMALL = Spec(dataset="letters", hidden=(4,), epochs=6, learning_rate=0.02)
NOISES = ("salt-and-pepper", "salt-and-pepper-count", "gaussian", "masking", "flip")
HIDDEN_RATE = {"sparsity": "kl", "sparse_units": "hidden", "activation": "sigmoid", "sparsity_rate": 0.2}

KINDS = {
    "plain": {},
    **{f"denoising-{noise}": {"noise": noise, "noise_level": 0.3} for noise in NOISES},
    "variational-warm-up": {"variational": True, "beta": 0.7, "kl_warmup": 5},
    "variational-free-bits": {"variational": True, "free_bits": 0.04, "kl_reduction": "mean"},
    "sparse-l1-code": {"sparsity": "l1", "sparsity_weight": 0.3},
    "sparse-l1-hidden": {"sparsity": "l1", "sparse_units": "hidden"},
    "sparse-kl-code": {"sparsity": "kl", "code_activation": "sigmoid"},
    "sparse-kl-hidden": HIDDEN_RATE,
    "contractive": {"contraction": 0.05},
    "deep": {"hidden": (6, 5, 4), "schedule": "cosine", "focus": 0.5},
    "linear": {"hidden": (), "latent": 3, "activation": "identity"},
    "tanh-output": {"output": "tanh", "loss": "half-squared-error", "activation": "tanh"},
    "adamw": {"optimizer": "adamw", "weight_decay": 0.1},
    "rprop": {"optimizer": "rprop"},
    "sgd": {"optimizer": "sgd"},
    "rmsprop": {"optimizer": "rmsprop"},
    "batches-shuffled": {"batch_size": 3, "noise": "flip", "noise_level": 0.1},
    "batches-in-order": {"batch_size": 3, "shuffle": False},
    "race": {"replicas": 3, "seed": 7, "patience": 100},
    "replicas-that-differ": {"replicas": 2, "noise": "flip", "variational": True},
    "large-set": {"dataset": "large", "hidden": (), "latent": 1, "epochs": 2},
}
DIFFER = {"seed": [5, 3], "learning_rate": [0.01, 0.05], "noise_level": [0.0, 0.3], "beta": [0.1, 2.0]}


def sets():
    """Two data sets of a person's own: one that a run carries along, one too large for that."""
    font = load_dataset("font5x7")
    place, y, x = np.ogrid[:1025, :16, :16]
    large = ((7 * place + 3 * y * y + 5 * x) % 11 < 5).astype(np.float32)
    return {
        "letters": Dataset("letters", font.images[1:9], font.labels[1:9]),
        "large": Dataset("large", large, tuple(str(number) for number in range(1025))),
    }


def answers(trainer, images):
    """Codes (R, n, L) and reconstructions (R, n, H, W) of the images."""
    replicas, model = range(trainer.spec.replicas), trainer.model
    codes = np.stack([model.encode(images, replica) for replica in replicas])
    return codes, np.stack([model.reconstruct(images, replica) for replica in replicas])


def write_answers(trainer, path):
    """What the run answers now and three epochs later, beside its file."""
    images = trainer.dataset.images[:4]
    codes, outputs = answers(trainer, images)
    longer = trainer.epoch * 11 // 10 + 10  # where a schedule has ended, nothing more is learned
    trainer.update(replace(trainer.spec, epochs=longer))
    for _ in range(3):
        trainer.step()
    later_codes, later_outputs = answers(trainer, images)
    kept = {"images": images, "codes": codes, "outputs": outputs}
    kept |= {"later_codes": later_codes, "later_outputs": later_outputs}
    if trainer.network.params.shape[1] < FEW:
        kept["later_params"] = trainer.network.params.numpy()
    np.savez_compressed(path.with_suffix(".npz"), **kept)


def main(checkout):
    FOLDER.mkdir(exist_ok=True)
    datasets = sets()
    for name, fields in KINDS.items():
        spec = replace(SMALL, **fields)
        each = DIFFER if name == "replicas-that-differ" else None
        trainer = Trainer(spec, datasets[spec.dataset], each)
        for _ in range(spec.epochs - 1):
            trainer.step()
        write_answers(trainer, save_run(trainer, FOLDER / f"{name}.tp5"))
    for path in sorted((checkout / "resources" / "runs").glob("*.tp5")):
        kept = Path(shutil.copy(path, FOLDER / path.name))
        write_answers(load_run(kept), kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
