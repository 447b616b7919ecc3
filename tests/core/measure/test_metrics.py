"""How good a reconstruction is, against loops that say what is meant."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import Dataset, load_dataset
from core.measure.metrics import Likeness, Score, label_agreement, nearest, nearest_own, wrong_pixels

FONT = load_dataset("font5x7")
CLEAN = torch.from_numpy(FONT.images.copy()).flatten(1)
SEEDS = st.integers(0, 9999)


# -- wrong pixels


def test_that_a_character_is_recognised_with_one_wrong_pixel_and_perfect_with_none():
    outputs = CLEAN.clone()
    outputs[3, 0] = 1 - outputs[3, 0]
    outputs[4, :2] = 1 - outputs[4, :2]
    score = Score(wrong_pixels(outputs, CLEAN)[None])
    assert (int(score.wrong_pixels), int(score.recognised), int(score.perfect)) == (3, 31, 30)


def test_that_a_pixel_is_on_above_one_half_only():
    outputs = torch.tensor([0.5, np.nextafter(np.float32(0.5), np.float32(1)), 0.0])
    assert int(wrong_pixels(outputs, torch.tensor([0.0, 1.0, 0.0]))) == 0
    assert int(wrong_pixels(outputs, torch.tensor([1.0, 0.0, 1.0]))) == 3


@given(SEEDS, st.integers(1, 3), st.integers(1, 6))
def test_that_a_score_counts_replica_by_replica(seed, replicas, count):
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, 2, (count, 4)).astype(np.float32)
    outputs = np.abs(targets - 0.9 * (rng.random((replicas, count, 4)) < 0.25)).astype(np.float32)
    score = Score(wrong_pixels(torch.from_numpy(outputs), torch.from_numpy(targets)))
    for replica in range(replicas):
        wrong = [
            sum((a > 0.5) != (b > 0.5) for a, b in zip(one, other, strict=True))
            for one, other in zip(outputs[replica], targets, strict=True)
        ]
        assert score.wrong[replica].tolist() == wrong
        assert int(score.wrong_pixels[replica]) == sum(wrong)
        assert int(score.recognised[replica]) == sum(each <= 1 for each in wrong)
        assert int(score.perfect[replica]) == sum(each == 0 for each in wrong)


# -- nearest to their own


def own_by_a_loop(outputs, images):
    count = 0
    for output, own in zip(outputs, images, strict=True):
        errors = [sum((a - b) ** 2 for a, b in zip(output, image, strict=True)) for image in images]
        count += sum((a - b) ** 2 for a, b in zip(output, own, strict=True)) <= min(errors)
    return count


@given(SEEDS, st.integers(1, 9), st.integers(1, 4))
def test_that_outputs_nearest_to_their_own_image_are_counted(seed, count, pixels):
    """Pixels in quarters, so that every square is exact and many images and distances are equal."""
    rng = np.random.default_rng(seed)
    images, outputs = rng.integers(0, 5, (2, count, pixels)) / 4
    ours = nearest_own(*(torch.from_numpy(each.astype(np.float32)) for each in (outputs, images)))
    assert ours == own_by_a_loop(outputs.tolist(), images.tolist())


def test_that_images_alike_are_each_others_own():
    twins = torch.tensor([[0.1, 0.9], [0.1, 0.9], [0.8, 0.3]])
    assert nearest_own(twins, twins) == 3
    assert nearest_own(twins.flip(0), twins) == 1  # the one in the middle


def test_that_a_set_of_many_close_images_is_told_apart():
    """Where squares are not taken of differences, they drown in rounding."""
    images = 0.5 + torch.arange(60.0)[:, None] * torch.full((60, 64), 2e-6)
    assert nearest_own(images, images) == 60
    assert nearest_own(images.roll(1, 0), images) == 0


def test_that_one_answer_for_all_is_nearest_to_one_of_them():
    mean = CLEAN.mean(0).expand_as(CLEAN)
    assert nearest_own(mean, CLEAN) == 1


# -- what an image is nearest to


def test_that_the_nearest_image_differs_least():
    image = FONT.images[12].copy()
    image[0, 0] = 1 - image[0, 0]
    counts = [int(((FONT.images[i] > 0.5) != (image > 0.5)).sum()) for i in range(32)]
    assert np.argmin(counts) == 12
    assert nearest(image, FONT) == Likeness(12, FONT.labels[12], 1, pytest.approx(1 / 35))


def some(seed, grey, count, twin):
    images = np.random.default_rng(seed).random((count, 3, 2), dtype=np.float32)
    images = images if grey else images.round()
    if twin:
        images[-1] = images[0]
    labels = tuple(f"label {i}" for i in range(count))
    return Dataset("some", images, labels)


@given(SEEDS, st.booleans(), st.integers(1, 7), st.booleans())
def test_that_likeness_is_by_pixels_in_a_black_and_white_set_and_by_error_in_a_grey_one(
    seed, grey, count, twin
):
    dataset = some(seed, grey, count, twin)
    image = np.random.default_rng(seed + 1).random((3, 2), dtype=np.float32)
    errors = [float(np.mean((each.astype(float) - image) ** 2)) for each in dataset.images]
    differing = [int(((each > 0.5) != (image > 0.5)).sum()) for each in dataset.images]
    like = nearest(image, dataset)
    assert like.label == dataset.labels[like.index]
    assert like.squared_error == pytest.approx(errors[like.index], rel=1e-5)
    if dataset.binary:
        assert like.index == differing.index(min(differing))  # the first of equals
        assert like.differing == min(differing)
    else:
        assert like.squared_error == pytest.approx(min(errors), rel=1e-5)
        assert like.differing is None
    assert not twin or count == 1 or like.index != count - 1  # its equal comes first


@given(st.sampled_from(["font5x7", "emojis-20"]), st.data())
def test_that_an_image_of_the_set_is_nearest_to_itself(name, data):
    dataset = load_dataset(name)
    index = data.draw(st.integers(0, dataset.count - 1))
    like = nearest(dataset.images[index], dataset)
    expected = Likeness(index, dataset.labels[index], 0 if dataset.binary else None, 0.0)
    assert like == expected


# -- labels


def agreement_by_a_loop(codes, labels):
    right = 0
    for i, code in enumerate(codes):
        others = [(float(np.sum((code - other) ** 2)), j) for j, other in enumerate(codes) if j != i]
        right += labels[min(others)[1]] == labels[i]
    return right / len(labels)


@given(SEEDS, st.integers(2, 40), st.integers(1, 4), st.sampled_from([0, 4, 16]))
def test_that_agreement_is_the_share_whose_nearest_other_code_has_their_label(seed, count, width, far):
    """Wherever the codes lie: far from the origin they are as near to each other as before.

    They come in small steps, so that squares are exact; of codes equally near the first counts.
    """
    rng = np.random.default_rng(seed)
    codes = (far + rng.integers(0, 60, (count, width)) / 1024).astype(np.float32)
    labels = [str(each) for each in rng.integers(0, 3, count - 1)]
    labels.append(labels[0])
    assert label_agreement(codes, labels) == pytest.approx(agreement_by_a_loop(codes.astype(float), labels))


def test_that_labels_that_come_once_say_nothing():
    assert label_agreement(np.zeros((3, 2), np.float32), ("a", "b", "c")) is None
    assert label_agreement(np.zeros((1, 2), np.float32), ("a",)) is None


def test_that_labels_in_heaps_agree_and_labels_in_turn_do_not():
    codes = np.arange(6, dtype=np.float32)[:, None] + np.float32([[0], [0], [0], [9], [9], [9]])
    assert label_agreement(codes, tuple("aaabbb")) == 1
    assert label_agreement(codes, tuple("ababab")) == 0
