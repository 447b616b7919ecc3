"""The trained network as a person uses it: what it refuses, how it is compared and sent."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch

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
@pytest.mark.parametrize("method", ["encode", "encoding", "reconstruct", "spread"])
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
@pytest.mark.parametrize("method", ["decode", "decoding"])
def test_that_codes_are_refused_in_words(run, method, codes, words):
    with pytest.raises(Refusal, match=words):
        getattr(run.model, method)(codes)


def test_that_no_images_and_no_codes_are_answered_by_none(run):
    assert run.model.reconstruct(run.dataset.images[:0]).shape == (0, 7, 5)
    assert run.model.decode(np.zeros((0, 2))).shape == (0, 7, 5)


@pytest.mark.parametrize("replica", [0, 1])
def test_that_the_ways_through_both_halves_end_where_encode_and_decode_do(run, replica):
    images = run.dataset.images
    fed, *hidden, head = run.model.encoding(images, replica)
    np.testing.assert_array_equal(fed, 2 * images.reshape(32, -1) - 1)  # as tanh codes pixels
    assert [activities.shape for activities in (*hidden, head)] == [(32, 6), (32, 5), (32, 4)]
    codes = run.model.encode(images, replica)
    np.testing.assert_array_equal(head[:, :2], codes)
    np.testing.assert_allclose(np.exp(head[:, 2:] / 2), run.model.spread(images, replica), rtol=1e-6)
    start, *hidden, logits = run.model.decoding(codes, replica)
    np.testing.assert_array_equal(start, codes)
    assert [activities.shape for activities in (*hidden, logits)] == [(32, 5), (32, 6), (32, 35)]
    pixels = (np.tanh(logits) + 1) / 2
    np.testing.assert_allclose(pixels, run.model.decode(codes, replica).reshape(32, -1), atol=1e-6)


def test_that_layers_share_the_weights_of_their_replica(run):
    layers = run.network.encoder.layers + run.network.decoder.layers
    for replica in range(2):
        mine = run.model.layers(replica)
        assert [layer.weight.data_ptr() for layer in mine] == [
            layer.weight[replica].data_ptr() for layer in layers
        ]


@pytest.mark.parametrize("replicas", [1, 2])
def test_that_to_look_leaves_what_training_recorded(replicas):
    trainer = Trainer(replace(SPEC, replicas=replicas))
    stacks = trainer.network.encoder, trainer.network.decoder
    trainer.network.forward(torch.rand(replicas, 3, 35), record=True)
    recorded = [stack.hidden for stack in stacks]
    trainer.model.encoding(trainer.dataset.images)
    trainer.model.decoding(np.zeros((4, 2)))
    for stack, before in zip(stacks, recorded, strict=True):
        assert all(now is then for now, then in zip(stack.hidden, before, strict=True))


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
