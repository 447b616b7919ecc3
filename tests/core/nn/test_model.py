"""The trained network as a person uses it: what it refuses, how it is compared and sent."""

import pickle

import numpy as np
import pytest

from core import Spec, Trainer
from core.base.words import Refusal

SPEC = Spec(hidden=(6, 5), epochs=3, replicas=2, variational=True, output="tanh", loss="squared-error")


@pytest.fixture(scope="module")
def run():
    return Trainer(SPEC).run()


BAD = [
    (np.full((1, 7, 5), 255, np.uint8), "from 0 to 1"), (np.full((1, 7, 5), np.nan), "from 0 to 1"),
    (np.full((1, 7, 5), -0.01), "from 0 to 1"), (np.zeros((7, 5)), r"\(N, 7, 5\), not \(7, 5\)"),
    (np.zeros((1, 5, 7)), r"\(N, 7, 5\)"), ([["x"]], "numbers"), ([[1], [1, 2]], "numbers"), (None, "shape"),
]  # fmt: skip


@pytest.mark.parametrize(("images", "words"), BAD)
@pytest.mark.parametrize("method", ["encode", "reconstruct", "spread"])
def test_that_images_are_refused_as_a_data_set_refuses_them(run, method, images, words):
    with pytest.raises(Refusal, match=words):
        getattr(run.model, method)(images)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (np.full((1, 2), np.nan), "finite"), (np.full((1, 2), np.inf), "finite"),
        (np.zeros((1, 3)), r"\(N, 2\)"), (np.zeros(2), r"\(N, 2\)"), ([["x", "y"]], "numbers"),
    ],
)  # fmt: skip
def test_that_codes_are_refused_in_words(run, codes, words):
    with pytest.raises(Refusal, match=words):
        run.model.decode(codes)


def test_that_no_images_and_no_codes_are_answered_by_none(run):
    assert run.model.reconstruct(run.dataset.images[:0]).shape == (0, 7, 5)
    assert run.model.decode(np.zeros((0, 2))).shape == (0, 7, 5)


@pytest.mark.parametrize("replica", [0, 1])
def test_that_a_model_that_was_sent_to_another_process_answers_the_same(run, replica):
    images = run.dataset.images
    for model, index in ((run.model, replica), (run.model.of(replica), 0)):
        sent = pickle.loads(pickle.dumps(model))
        assert np.array_equal(sent.reconstruct(images, index), model.reconstruct(images, index))
        assert np.array_equal(sent.spread(images, index), model.spread(images, index))


def test_that_models_compare_by_identity(run):
    assert run.model == run.model
    assert run.model != run.model.of(0)
    assert len({run.model, run.model.of(0)}) == 2
