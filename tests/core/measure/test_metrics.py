"""How good a reconstruction is, against loops that say what is meant."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import Dataset, Spec, Trainer, load_dataset
from core.measure.code import label_agreement
from core.measure.evaluation import Comparison
from core.measure.metrics import METRICS, perfect, recognised, squared_error, wrong_pixels

FONT = load_dataset("font5x7")
CLEAN = torch.from_numpy(FONT.images.copy()).flatten(1)
SEEDS = st.integers(0, 9999)


# -- wrong pixels


def test_that_a_character_is_recognised_with_one_wrong_pixel_and_perfect_with_none():
    outputs = CLEAN.clone()
    outputs[3, 0] = 1 - outputs[3, 0]
    outputs[4, :2] = 1 - outputs[4, :2]
    compared = Comparison(outputs[None], CLEAN[None])
    assert [int(count(compared)) for count in (wrong_pixels, recognised, perfect)] == [3, 31, 30]


def test_that_a_pixel_is_on_above_one_half_only():
    outputs = torch.tensor([0.5, np.nextafter(np.float32(0.5), np.float32(1)), 0.0])
    for images, count in (([0.0, 1.0, 0.0], 0), ([1.0, 0.0, 1.0], 3)):
        compared = Comparison(outputs.view(1, 1, 3), torch.tensor(images).view(1, 1, 3))
        assert int(wrong_pixels(compared)) == count


@given(SEEDS, st.integers(1, 3), st.integers(1, 6))
def test_that_a_score_counts_replica_by_replica(seed, replicas, count):
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, 2, (count, 4)).astype(np.float32)
    outputs = np.abs(targets - 0.9 * (rng.random((replicas, count, 4)) < 0.25)).astype(np.float32)
    compared = Comparison(torch.from_numpy(outputs), torch.from_numpy(targets).expand(outputs.shape))
    for replica in range(replicas):
        wrong = [
            sum((a > 0.5) != (b > 0.5) for a, b in zip(one, other, strict=True))
            for one, other in zip(outputs[replica], targets, strict=True)
        ]
        assert compared.wrong[replica].tolist() == wrong
        assert int(wrong_pixels(compared)[replica]) == sum(wrong)
        assert int(recognised(compared)[replica]) == sum(count <= 1 for count in wrong)
        assert int(perfect(compared)[replica]) == sum(count == 0 for count in wrong)
        error = np.mean((outputs[replica].astype(float) - targets) ** 2)
        assert float(squared_error(compared)[replica]) == pytest.approx(error, rel=1e-5)
        alone = compared.of(replica)
        assert (alone.wrong.tolist(), alone.outputs.shape) == ([wrong], (1, count, 4))


# -- labels


def agreement(codes, labels):
    """Of one replica whose codes (N, L) these are."""
    evaluation = SimpleNamespace(codes=torch.from_numpy(codes)[None], labels=lambda replica: tuple(labels))
    return float(label_agreement(evaluation))


def agreement_by_a_loop(codes, labels):
    right = 0
    for i, code in enumerate(codes):
        others = [(float(np.sum((code - other) ** 2)), j) for j, other in enumerate(codes) if j != i]
        near = [labels[j] for away, j in others if away == min(others)[0]]
        right += near.count(labels[i]) / len(near)
    return right / len(labels)


@given(SEEDS, st.integers(2, 40), st.integers(1, 4), st.sampled_from([0, 4, 16]))
def test_that_agreement_is_the_share_whose_nearest_other_code_has_their_label(seed, count, width, far):
    """Wherever the codes lie: far from the origin they are as near to each other as before.

    They come in small steps, so that squares are exact; of codes equally near each counts in part.
    """
    rng = np.random.default_rng(seed)
    codes = (far + rng.integers(0, 60, (count, width)) / 1024).astype(np.float32)
    labels = [str(each) for each in rng.integers(0, 3, count - 1)]
    labels.append(labels[0])
    assert agreement(codes, labels) == pytest.approx(agreement_by_a_loop(codes.astype(float), labels))


@pytest.mark.parametrize(("labels", "says"), [("abc", False), ("a", False), ("aba", True), ("aa", True)])
def test_that_labels_that_come_once_say_nothing(labels, says):
    dataset = Dataset("some", np.zeros((len(labels), 2, 2), np.float32), tuple(labels))
    assert METRICS["label_agreement"].applies(Spec(), dataset) == says


def test_that_labels_in_heaps_agree_and_labels_in_turn_do_not():
    codes = np.arange(6, dtype=np.float32)[:, None] + np.float32([[0], [0], [0], [9], [9], [9]])
    assert agreement(codes, tuple("aaabbb")) == 1
    assert agreement(codes, tuple("ababab")) == 0


@given(SEEDS, st.lists(st.sampled_from("abc"), min_size=2, max_size=20))
def test_that_labels_of_codes_that_are_all_the_same_agree_as_by_chance(seed, labels):
    """Whatever their order."""
    codes, count = np.full((len(labels), 3), 0.7, np.float32), len(labels)
    chance = sum(labels.count(label) * (labels.count(label) - 1) for label in set(labels)) / (
        count * (count - 1)
    )
    assert agreement(codes, labels) == pytest.approx(chance)
    shuffled = np.random.default_rng(seed).permutation(labels).tolist()
    assert agreement(codes, shuffled) == pytest.approx(chance)


@pytest.mark.parametrize("scale", [1e-30, 1e-3, 1e30, 3e37])
@given(seed=SEEDS)
def test_that_agreement_does_not_depend_on_the_scale_of_the_codes(scale, seed):
    codes = np.random.default_rng(seed).normal(size=(12, 3)).astype(np.float32)
    assert agreement(codes * np.float32(scale), "aabbcc" * 2) == agreement(codes, "aabbcc" * 2)


def test_that_codes_that_are_not_finite_agree_with_none():
    codes = np.float32([[0], [0.1], [np.nan], [np.inf]])
    assert agreement(codes, "aaaa") == 0.5


# -- what one pixel moves


def moved_by(images):
    """The pixel move of a run on these images, (N, H, W)."""
    spec = Spec(hidden=(6,), latent=3, activation="tanh", learning_rate=0.02, epochs=3, seed=4)
    dataset = Dataset("some", images, tuple(map(str, range(len(images)))))
    trainer = Trainer(spec, dataset).run()
    return trainer, METRICS["pixel_move"].report(trainer.evaluate().of(0))


@given(SEEDS, st.integers(2, 8), st.integers(2, 4))
def test_that_images_that_come_several_times_move_as_if_they_came_once(seed, count, times):
    images = np.random.default_rng(seed).random((count, 3, 3)).astype(np.float32)
    _, once = moved_by(images)
    _, often = moved_by(np.repeat(images, times, 0))
    assert often == pytest.approx(once, rel=1e-4)


@given(SEEDS, st.integers(1, 5))
def test_that_among_images_that_are_all_the_same_a_pixel_moves_nothing_that_could_be_said(seed, count):
    image = np.random.default_rng(seed).random((1, 3, 3)).astype(np.float32)
    assert moved_by(np.repeat(image, count, 0))[1] is None


def test_that_a_pixel_moves_nothing_that_could_be_said_where_all_codes_are_the_same():
    images = np.random.default_rng(0).random((5, 3, 3)).astype(np.float32)
    trainer, move = moved_by(images)
    assert move > 0
    trainer.network.encoder.layers[-1].weight.mul_(1e-12)  # what is left is rounding beside the bias
    trainer.network.encoder.layers[-1].bias.fill_(1.0)
    assert METRICS["pixel_move"].report(trainer.evaluate().of(0)) is None
