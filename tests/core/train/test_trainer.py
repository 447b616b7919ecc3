from contextlib import suppress
from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from bits import bits
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import specs

from core import Spec, Trainer, preset
from core.experiment.presets import presets
from core.train.trainer import Diverged

SMALL = Spec(hidden=(6,), epochs=30)


def same(one, other):
    """Whether two trainers hold the same bits."""
    return bits(one) == bits(other)


def ran(trainer):
    """To its end, or to where it diverged: both must come about alike."""
    with suppress(Diverged):
        trainer.run()
    return trainer


@given(specs())
@settings(max_examples=15)
def test_that_the_same_spec_gives_the_same_bits(spec):
    assert same(ran(Trainer(spec)), ran(Trainer(spec)))


@given(specs(), st.integers(1, 3))
@settings(max_examples=25)
def test_that_a_run_goes_on_from_its_checkpoint_to_the_same_bits(spec, before):
    whole, first, second = Trainer(spec), Trainer(spec), Trainer(spec)
    with suppress(Diverged):
        for _ in range(before):
            first.step()
    second.restore(first.checkpoint(), first.history.curves())
    assert same(ran(whole), ran(second))


@pytest.mark.parametrize("example", presets(), ids=lambda example: example.name)
def test_that_a_preset_learns(example):
    """Forty epochs take more than a quarter of the error, whatever the preset goes on to show."""
    trainer = Trainer(replace(example.spec, epochs=40))
    before = trainer.snapshot()
    after = trainer.run().snapshot()
    assert after.epoch == 40
    assert after.squared_error < 0.75 * before.squared_error
    assert after.wrong_pixels < before.wrong_pixels


def test_that_a_replica_goes_the_way_of_a_single_run_of_its_seed():
    spec = replace(SMALL, seed=11, noise="none")
    together = Trainer(replace(spec, replicas=3)).run()
    for index in range(3):
        alone = Trainer(replace(spec, seed=11 + index)).run()
        torch.testing.assert_close(
            together.network.params[index], alone.network.params[0], rtol=1e-3, atol=1e-4
        )


def test_that_a_snapshot_stays_as_it_was_taken():
    trainer = Trainer(replace(SMALL, noise="flip", noise_level=0.2))
    trainer.step()
    shot = trainer.snapshot()
    values = {field.name: getattr(shot, field.name) for field in fields(shot)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    copies = {name: array.copy() for name, array in arrays.items()}
    trainer.run()
    for name, array in arrays.items():
        assert not array.flags.writeable, name
        assert np.array_equal(array, copies[name]), name


@pytest.mark.parametrize("batch_size", [0, 1, 5, 32])
@pytest.mark.parametrize("shuffle", [True, False])
def test_that_a_snapshot_lists_what_was_fed_in_the_order_of_the_set(batch_size, shuffle):
    spec = replace(SMALL, batch_size=batch_size, shuffle=shuffle, noise="masking", noise_level=0.3)
    trainer = Trainer(spec)
    for _ in range(2):
        trainer.step()
    shot = trainer.snapshot()
    assert np.array_equal(shot.inputs, trainer.dataset.images)
    assert (shot.fed <= shot.inputs).all()
    assert (shot.fed != shot.inputs).any()
    outputs = trainer.model.reconstruct(shot.fed)
    np.testing.assert_allclose(outputs, shot.outputs, atol=1e-5)
    assert ((shot.outputs > 0.5) != (shot.inputs > 0.5)).sum((1, 2)).tolist() == shot.wrong.tolist()


def test_that_without_noise_the_network_is_fed_the_images_themselves():
    shot = Trainer(SMALL).run().snapshot()
    assert np.array_equal(shot.fed, shot.inputs)


def test_that_a_snapshot_draws_no_random_number_of_the_run():
    spec = replace(SMALL, noise="flip", noise_level=0.2)
    watched, alone = Trainer(spec), Trainer(spec)
    for _ in range(5):
        watched.snapshot()
        watched.step()
        alone.step()
    assert same(watched, alone)


def test_that_noise_is_fresh_every_epoch():
    trainer = Trainer(replace(SMALL, noise="flip", noise_level=0.2))
    trainer.step()
    first = trainer.snapshot().fed
    trainer.step()
    assert (first != trainer.snapshot().fed).any()


WILD = {"activation": "identity", "optimizer": "sgd", "learning_rate": 10.0, "momentum": 0.999, "gain": 10.0}


def test_that_a_diverging_run_keeps_its_last_good_weights_and_says_so():
    trainer = Trainer(replace(SMALL, epochs=500, **WILD))
    with pytest.raises(Diverged, match="learning rate") as raised:
        trainer.run()
    assert torch.isfinite(trainer.network.params).all()
    assert trainer.epoch == raised.value.epoch - 1
    assert np.isfinite(trainer.snapshot().loss)


def test_that_after_divergence_nothing_but_the_curves_is_newer_than_the_weights():
    trainer, twin = (
        Trainer(replace(SMALL, epochs=500, noise="flip", noise_level=0.1, **WILD)) for _ in range(2)
    )
    with pytest.raises(Diverged):
        trainer.run()
    while twin.epoch < trainer.epoch:
        twin.step()
    assert same(trainer, twin)


def test_that_a_snapshot_of_a_diverged_run_brings_the_last_good_weights_back():
    trainer = Trainer(SMALL)
    trainer.step()
    before = trainer.network.params.clone()
    trainer.network.params.fill_(float("nan"))
    with pytest.raises(Diverged):
        trainer.snapshot()
    assert torch.equal(trainer.network.params, before)


@pytest.mark.parametrize("seed", [0, 5, 2**31 - 1])
def test_that_noise_and_initial_weights_are_drawn_from_different_generators(seed):
    trainer = Trainer(replace(SMALL, seed=seed))
    weights = torch.Generator().manual_seed(seed)
    assert not torch.equal(torch.rand(1, 100, generator=weights), trainer.generators.uniform((1, 100)))


def test_that_the_bits_do_not_depend_on_the_threads_that_others_chose():
    spec, before = replace(preset("font-autoencoder"), epochs=60), torch.get_num_threads()
    one = Trainer(spec).run()
    torch.set_num_threads(2)
    try:
        assert same(one, Trainer(spec).run())
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_that_a_change_of_shape_needs_a_new_run():
    trainer = Trainer(SMALL)
    with pytest.raises(ValueError, match="new run"):
        trainer.update(replace(SMALL, latent=3))
    assert trainer.spec == SMALL


def test_that_a_live_change_is_taken_at_the_next_epoch():
    changed = replace(SMALL, learning_rate=0.001, noise="flip", noise_level=0.5, epochs=2)
    trainer = Trainer(SMALL)
    trainer.update(changed)
    assert torch.equal(trainer.run().network.params, Trainer(changed).run().network.params)


def test_that_patience_ends_a_run_that_stays_perfect():
    trainer = Trainer(replace(preset("font-autoencoder"), hidden=(24,), patience=50))
    shot = trainer.run().snapshot()
    assert shot.wrong_pixels == 0
    assert shot.epoch < trainer.spec.epochs
    assert shot.finished


def test_that_codes_decode_to_the_reconstruction():
    model = Trainer(SMALL).run().model
    images = Trainer(SMALL).dataset.images
    assert np.array_equal(model.decode(model.encode(images)), model.reconstruct(images))


@pytest.mark.parametrize("images", [np.zeros((7, 5)), np.zeros((1, 5, 7))])
def test_that_images_of_another_shape_are_refused_with_the_right_one(images):
    with pytest.raises(ValueError, match=r"\(N, 7, 5\)"):
        Trainer(SMALL).model.encode(images)


def test_that_codes_of_another_width_are_refused_with_the_right_one():
    with pytest.raises(ValueError, match=r"\(N, 2\)"):
        Trainer(SMALL).model.decode(np.zeros((1, 3)))
