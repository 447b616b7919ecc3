"""A snapshot of a variational run knows how wide every code is."""

from dataclasses import replace

import numpy as np
import pytest

from core import Trainer, preset


@pytest.mark.parametrize("noise", ["none", "salt-and-pepper"])
def test_that_the_spread_is_what_the_encoder_says_of_the_images_without_noise(noise):
    trainer = Trainer(replace(preset("font-vae"), noise=noise, noise_level=0.3, replicas=2))
    trainer.advance(3)
    shot = trainer.snapshot(1)
    np.testing.assert_allclose(shot.spread, trainer.model.spread(shot.inputs, 1), rtol=1e-5)
    assert not shot.spread.flags.writeable


def test_that_a_code_that_is_a_point_has_no_spread():
    assert Trainer(preset("font-wae")).snapshot().spread is None
