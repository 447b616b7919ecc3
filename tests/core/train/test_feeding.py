"""What the network is fed: every image once an epoch, and remembered as it was fed."""

from dataclasses import replace

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import Dataset, Spec
from core.base.generators import Generators
from core.experiment.replicas import ByReplica
from core.train.feeding import Feeding

COUNT = 12
IMAGES = Dataset("ramp", np.arange(COUNT * 4).reshape(COUNT, 2, 2) / 48, tuple(map(str, range(COUNT))))
SPEC = Spec(noise="masking", noise_level=0.4, replicas=2)
BATCHES = {"size": st.integers(0, 15), "shuffle": st.booleans()}


def feeding(remembered=2048):
    return Feeding(IMAGES, 2, "cpu", Generators(3, 4), remembered)


@given(**BATCHES)
def test_that_every_replica_is_fed_every_image_once_an_epoch(size, shuffle):
    feeder, spec = feeding(), replace(SPEC, batch_size=size, shuffle=shuffle)
    for _ in range(2):
        batches = [feeder.rows(feeder.images, batch) for batch in feeder.epoch(spec)]
        assert all(batch.shape[1] == (size or COUNT) for batch in batches[:-1])
        together = torch.cat(batches, 1)
        assert together.shape == (2, COUNT, 4)
        for replica in range(2):
            order = together[replica, :, 0].argsort()
            assert torch.equal(together[replica, order], feeder.images)
            if not shuffle:
                assert order.tolist() == list(range(COUNT))


def test_that_replicas_have_orders_of_their_own():
    batches = list(feeding().epoch(replace(SPEC, batch_size=3)))
    orders = torch.cat(batches, 1)
    assert orders[0].tolist() != orders[1].tolist()


@given(**BATCHES, remembered=st.integers(1, 20))
def test_that_what_was_fed_is_remembered_in_the_order_of_the_set(size, shuffle, remembered):
    feeder, spec = feeding(remembered), replace(SPEC, batch_size=size, shuffle=shuffle)
    fields, fed = ByReplica(spec), [{}, {}]
    for _ in range(2):
        for batch in feeder.epoch(spec):
            pixels = feeder.corrupted(batch, fields)
            index = torch.arange(COUNT).expand(2, -1)[:, batch] if isinstance(batch, slice) else batch
            for replica in range(2):
                fed[replica] |= dict(zip(index[replica].tolist(), pixels[replica].tolist(), strict=True))
    last = feeder.last(fields)
    assert last.index.shape == (2, min(remembered, COUNT))
    for replica in range(2):
        index = last.index[replica].tolist()
        assert index == sorted(set(index))
        assert last.pixels[replica].tolist() == [fed[replica][place] for place in index]
    clean = feeder.images[last.index]
    assert torch.equal(feeder.rows(feeder.images, last.batch), clean)
    assert ((last.pixels == 0) | (last.pixels == clean)).all()


def test_that_before_the_first_epoch_one_sees_what_would_be_fed_and_nothing_is_drawn():
    feeder, fields = feeding(), ByReplica(SPEC)
    seen = feeder.last(fields).pixels
    assert torch.equal(seen, feeder.last(fields).pixels)
    (batch,) = feeder.epoch(SPEC)
    assert torch.equal(feeder.corrupted(batch, fields), seen)


def test_that_without_noise_the_images_are_fed_as_they_are():
    feeder, fields = feeding(), ByReplica(replace(SPEC, noise="none"))
    for batch in feeder.epoch(fields.spec):
        assert feeder.corrupted(batch, fields) is None
    assert torch.equal(feeder.last(fields).pixels[1], feeder.images)
