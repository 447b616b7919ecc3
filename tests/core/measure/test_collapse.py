"""Why all outputs are the same: every cause that is certain, and none where none is."""

from dataclasses import replace

import pytest
import torch

from core import Spec, Trainer
from core.experiment.presets import presets
from core.measure.collapse import critical_beta
from core.measure.rules import ACTIVE

SMALL = Spec(hidden=(6, 5), latent=3, activation="relu", learning_rate=0.25, epochs=2)
LOSSES = [
    ("bce", "sigmoid", "sum", "sum"),
    ("bce", "sigmoid", "mean", "mean"),
    ("squared-error", "sigmoid", "sum", "mean"),
    ("half-squared-error", "tanh", "mean", "sum"),
]


def cause_in(trainer, replica=0):
    shot = trainer.snapshot(replica)
    assert shot.collapsed
    return shot.cause


def layers_of(trainer):
    """All layers but the last, as they are counted from the input."""
    return (*trainer.network.encoder.layers, *trainer.network.decoder.layers[:-1])


@pytest.mark.parametrize("variational", [False, True])
@pytest.mark.parametrize("number", [1, 2, 4, 5])
@pytest.mark.parametrize("activation", ["relu", "silu", "gelu"])
def test_that_a_layer_whose_units_are_all_dead_is_named(activation, number, variational):
    trainer = Trainer(replace(SMALL, variational=variational, activation=activation, replicas=2))
    layers_of(trainer)[number - 1].bias[1] = -1000
    cause = cause_in(trainer, 1)
    units = {1: 6, 2: 5, 4: 5, 5: 6}[number]
    assert (cause.kind, cause.layer, cause.units, cause.lasting) == ("dead", number, units, True)
    label = {"relu": "ReLU", "silu": "SiLU", "gelu": "GELU"}[activation]
    assert cause.words().startswith(f"All {units} {label} units of layer {number} are dead")
    assert "learning rate is 0.25:" in cause.words()
    assert trainer.snapshot(0).cause is None


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("activation", "bias"), [("tanh", 1000), ("tanh", -1000), ("sigmoid", 1000)])
def test_that_a_layer_whose_units_are_all_saturated_is_named(activation, bias, number):
    trainer = Trainer(replace(SMALL, activation=activation, code_activation=activation))
    layers_of(trainer)[number - 1].bias.fill_(bias)
    cause = cause_in(trainer)
    assert (cause.kind, cause.activation, cause.layer) == ("saturated", activation, number)
    assert f"of layer {number} are saturated" in cause.words()
    assert "learning rate is 0.25:" in cause.words()


def test_that_the_rate_said_is_that_of_the_replica():
    trainer = Trainer(replace(SMALL, replicas=2), by_replica={"learning_rate": [0.001, 0.5]})
    layers_of(trainer)[0].bias.fill_(-1000)
    assert [cause_in(trainer, replica).rate for replica in (0, 1)] == [0.001, 0.5]


def test_that_a_dead_layer_gets_no_gradient_so_that_training_cannot_leave_it():
    trainer = Trainer(replace(SMALL, epochs=30))
    layers_of(trainer)[0].bias.fill_(-1000)
    before = layers_of(trainer)[0].weight.clone()
    trainer.run()
    assert torch.equal(layers_of(trainer)[0].weight, before)
    assert cause_in(trainer).kind == "dead"


def linear(loss, output, **fields):
    spec = Spec(
        hidden=(), latent=2, variational=True, loss=loss, output=output, gain=0.5, optimizer="adam",
        learning_rate=0.02, schedule="cosine", epochs=800, momentum=0.9, beta2=0.999, device="cpu",
    )  # fmt: skip
    return replace(spec, **fields)


@pytest.mark.parametrize(("loss", "output", "reduction", "kl_reduction"), LOSSES)
def test_that_a_code_lives_below_the_critical_beta_and_dies_above_it(loss, output, reduction, kl_reduction):
    """Trained to the end on both sides of it; the weight is the one that these fields make of beta."""
    spec = linear(loss, output, reduction=reduction, kl_reduction=kl_reduction)
    start = Trainer(spec)
    critical = critical_beta(start.evaluate().of(0), spec)
    below, above = (Trainer(replace(spec, beta=critical * factor)).run().snapshot() for factor in (0.6, 1.3))
    assert (below.kl > ACTIVE).any()
    assert not below.collapsed
    assert (above.kl <= ACTIVE).all()
    assert above.collapsed
    assert above.cause.kind == "outweighed"
    assert above.cause.critical == pytest.approx(critical)
    assert f"at a beta below {critical:.3g}" in above.cause.words()


def test_that_a_code_that_is_the_prior_at_a_bearable_weight_is_said_to_be_so_and_no_more():
    trainer = Trainer(linear("bce", "sigmoid", beta=0.01))
    trainer.network.encoder.layers[0].weight.zero_()
    cause = cause_in(trainer)
    assert (cause.kind, cause.lasting) == ("prior", False)
    assert cause.words() == "No unit of the code is active: it is the prior, whatever the image."


@pytest.mark.parametrize("fields", [{"free_bits": 0.1}, {"focus": 0.5}])
def test_that_no_weight_is_blamed_where_free_bits_or_focus_change_what_it_pays(fields):
    trainer = Trainer(linear("bce", "sigmoid", beta=1000, **fields))
    trainer.network.encoder.layers[0].weight.zero_()
    assert cause_in(trainer).kind == "prior"


@pytest.mark.parametrize("fields", [{}, {"variational": True}, {"activation": "sine"}])
def test_that_no_cause_is_named_where_none_is_certain(fields):
    """The decoder looks at nothing, though the code tells the images apart."""
    trainer = Trainer(replace(SMALL, **{"activation": "tanh"} | fields))
    if trainer.spec.variational:
        trainer.network.encoder.layers[-1].weight.mul_(5)
    trainer.network.decoder.layers[0].weight.zero_()
    assert cause_in(trainer) is None


@pytest.mark.parametrize("known", presets(), ids=lambda known: known.name)
def test_that_no_run_is_collapsed_for_a_lasting_cause_before_it_is_trained(known):
    shot = Trainer(known.spec).snapshot()
    assert shot.cause is None or not shot.cause.lasting


def test_that_outputs_that_differ_have_no_cause():
    assert Trainer(replace(SMALL, activation="tanh")).snapshot().cause is None
