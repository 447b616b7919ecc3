"""Where a run is computed: as its spec says, or by the size of its steps, on whatever a machine has."""

import os
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import Spec, SpecError, Trainer, load_dataset, preset
from core.choices.devices import DEVICES
from core.data.datasets import Dataset
from core.experiment.presets import presets
from core.nn.device import WORTH_A_CARD, WORTH_A_THREAD, choose, present, thread_count, work
from core.nn.network import parameter_count

FONT = load_dataset("font5x7")
SMALL = Spec(hidden=(4,), latent=2)
MACHINES = [("cpu",), ("cpu", "cuda"), ("cpu", "mps"), ("cpu", "cuda", "mps")]


def spec_of_work(least):
    """The smallest run, counted in replicas, whose steps are at least so much; and one replica fewer."""
    spec = replace(preset("font-vae"), device="auto", replicas=1)
    count = int(np.ceil(least / work(spec, FONT)))
    return replace(spec, replicas=count), replace(spec, replicas=count - 1)


# -- work


@given(st.integers(1, 9), st.integers(0, 40), st.integers(1, 20))
def test_that_work_is_replicas_times_images_times_weights(replicas, batch, width):
    spec = Spec(hidden=(width,), latent=2, replicas=replicas, batch_size=batch)
    images = 32 if batch == 0 else min(batch, 32)
    weights = 35 * width + width + width * 2 + 2 + 2 * width + width + width * 35 + 35
    assert parameter_count(spec, 35) == weights
    assert work(spec, FONT) == replicas * images * weights


# -- the device

machines = pytest.mark.parametrize("there", MACHINES, ids="-".join)


@machines
@pytest.mark.parametrize("device", [name for name in DEVICES.names() if name != "auto"])
def test_that_a_named_device_is_taken_or_refused_with_those_there_are(there, device):
    for spec in (replace(SMALL, device=device), replace(spec_of_work(WORTH_A_CARD)[0], device=device)):
        if device in there:
            assert choose(spec, FONT, there) == device
            continue
        with pytest.raises(SpecError) as refused:
            choose(spec, FONT, there)
        assert refused.value.field == "device"
        assert device in refused.value.reason
        assert f"it has {', '.join(there)}" in refused.value.reason


@machines
def test_that_small_steps_stay_on_the_processor_and_large_ones_go_to_a_card(there):
    large, small = spec_of_work(WORTH_A_CARD)
    assert work(small, FONT) < WORTH_A_CARD <= work(large, FONT)
    assert choose(small, FONT, there) == "cpu"
    assert choose(large, FONT, there) == there[-1]


@machines
def test_that_a_presets_single_run_on_the_font_stays_on_the_processor(there):
    for named in presets():
        if named.spec.dataset == "font5x7":
            assert choose(named.spec, FONT, there) == "cpu"


def test_that_the_set_that_is_given_counts_and_not_the_one_that_is_named():
    large = Dataset("mine", np.zeros((4000, 30, 30), np.float32), tuple(map(str, range(4000))))
    spec = replace(SMALL, hidden=(200,))
    assert choose(spec, FONT, ("cpu", "cuda")) == "cpu"
    assert choose(spec, large, ("cpu", "cuda")) == "cuda"
    assert choose(replace(spec, batch_size=32), large, ("cpu", "cuda")) == "cpu"


@pytest.mark.parametrize("cuda", [False, True])
@pytest.mark.parametrize("mps", [False, True])
def test_that_this_machine_has_what_torch_finds_the_processor_first(monkeypatch, cuda, mps):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert present() == ("cpu", *(["cuda"] if cuda else []), *(["mps"] if mps else []))
    wanted = "mps" if mps else "cuda" if cuda else "cpu"
    assert choose(spec_of_work(WORTH_A_CARD)[0], FONT) == wanted


def test_that_a_run_tells_where_it_is_computed():
    assert Trainer(replace(SMALL, device="cpu")).device == "cpu"
    assert Trainer(SMALL).device == "cpu"
    missing = next((name for name in ("mps", "cuda") if name not in present()), None)
    if missing is None:
        pytest.skip("this machine has everything")
    with pytest.raises(SpecError, match="device") as refused:
        Trainer(replace(SMALL, device=missing))
    assert refused.value.field == "device"


# -- threads


@pytest.mark.parametrize(("cores", "threads"), [(None, 1), (1, 1), (2, 1), (3, 2), (16, 15)])
def test_that_large_steps_take_all_cores_but_one_and_small_ones_a_single_thread(monkeypatch, cores, threads):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    large, small = spec_of_work(WORTH_A_THREAD)
    assert work(small, FONT) < WORTH_A_THREAD <= work(large, FONT)
    assert thread_count(large, FONT) == threads
    assert thread_count(small, FONT) == 1


def test_that_a_run_takes_its_threads_and_gives_them_back(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    before = torch.get_num_threads()
    seen = []
    large = spec_of_work(WORTH_A_THREAD)[0]
    for spec in (SMALL, large):
        trainer = Trainer(replace(spec, epochs=1))
        trainer.run(lambda _: seen.append(torch.get_num_threads()))
    assert seen == [1, 3]
    assert torch.get_num_threads() == before
