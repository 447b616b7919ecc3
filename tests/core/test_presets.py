from dataclasses import replace

import pytest

from core import Trainer, load_dataset, preset, presets
from core.network import widths
from core.registry import UnknownName


def test_that_a_preset_once_released_stays():
    assert {each.name for each in presets()} >= {
        "font-autoencoder", "font-autoencoder-slides", "font-denoiser", "font-denoiser-slides",
    }  # fmt: skip


def test_that_names_are_unique_and_lead_to_their_spec():
    assert len({each.name for each in presets()}) == len(presets())
    for each in presets():
        assert preset(each.name) == each.spec
        assert each.label
        assert each.lesson.endswith(".")


def test_that_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(UnknownName, match="font-denoiser"):
        preset("nonsense")


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("font-autoencoder", (35, 10, 2, 10, 35)),
        ("font-autoencoder-slides", (35, 10, 2, 10, 35)),
        ("font-denoiser", (35, 128, 32, 128, 35)),
        ("font-denoiser-slides", (35, 15, 2, 15, 35)),
    ],
)
def test_that_a_preset_has_the_layers_of_the_study(name, layers):
    spec = preset(name)
    assert widths(spec, load_dataset(spec.dataset).pixels) == layers


@pytest.mark.parametrize("name", ["font-autoencoder-slides", "font-denoiser-slides"])
def test_that_the_slides_trained_online_in_a_fixed_order_against_signs(name):
    spec = preset(name)
    assert (spec.batch_size, spec.shuffle, spec.output, spec.loss, spec.reduction, spec.gain) == (
        1, False, "tanh", "half-squared-error", "sum", 1.0,
    )  # fmt: skip


def test_that_one_of_eight_runs_of_our_font_autoencoder_leaves_no_wrong_pixel():
    """Half of the preset's epochs, side by side; eight seeds in a row fail less than once in a million."""
    trainer = Trainer(replace(preset("font-autoencoder"), epochs=5000, replicas=8)).run()
    assert min(trainer.snapshot(replica).wrong_pixels for replica in range(8)) == 0
