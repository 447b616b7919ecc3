"""Fields that differ by replica: one number for all, or one a replica; every replica is a run of its own."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import Spec, SpecError, Trainer
from core.experiment.replicas import MAY_DIFFER, ByReplica
from core.experiment.spec import FIELDS
from core.nn.terms import TERMS

SMALL = Spec(hidden=(4,), latent=2, activation="tanh", epochs=20, seed=3)
FIELD = st.sampled_from([name for name in MAY_DIFFER if name != "seed"])


# -- one number, or one a replica


@given(FIELD, st.lists(st.floats(0.01, 1), min_size=1, max_size=5))
def test_that_values_of_each_replica_take_the_shape_that_is_asked_for(name, values):
    run = ByReplica(replace(SMALL, replicas=len(values)), {name: values})
    for shape in ((-1,), (-1, 1), (-1, 1, 1)):
        value = run.value(name, *shape)
        assert value.shape == (len(values), *[1] * (len(shape) - 1))
        torch.testing.assert_close(value.flatten().double(), torch.tensor(values, dtype=torch.float64))


@given(FIELD, st.floats(0.01, 1))
def test_that_a_field_in_which_all_agree_is_the_number_of_the_spec(name, value):
    run = ByReplica(replace(SMALL, replicas=3, **{name: value}))
    assert run.value(name, -1, 1, 1) == value


def test_that_a_live_change_makes_another_value_and_leaves_this_one_as_it_is():
    run = ByReplica(replace(SMALL, replicas=2), {"beta": [0.1, 0.2]})
    other = run.with_spec(replace(run.spec, learning_rate=0.5, beta=9.0))
    assert other.value("learning_rate", -1, 1) == 0.5
    assert other.value("beta", -1).tolist() == pytest.approx([0.1, 0.2])
    assert (other.values, other.seeds) == (run.values, run.seeds)
    assert run.spec.learning_rate == run.value("learning_rate", -1, 1) == SMALL.learning_rate
    for name in ("spec", "values", "seeds"):
        with pytest.raises(AttributeError):
            setattr(run, name, getattr(other, name))


def test_that_a_level_keeps_all_its_digits():
    """Noise by count rounds up: 3 / 35 in single precision would be a pixel more."""
    level = ByReplica(replace(SMALL, replicas=2), {"noise_level": [3 / 35, 0.2]}).value("noise_level", -1)
    assert level.tolist() == [3 / 35, 0.2]


def test_that_seeds_count_up_from_the_specs_unless_every_replica_has_its_own():
    spec = replace(SMALL, seed=7, replicas=3)
    assert ByReplica(spec).seeds == (7, 8, 9)
    assert ByReplica(spec, {"seed": [5, 5, 0]}).seeds == (5, 5, 0)
    assert ByReplica(replace(SMALL, seed=7)).seeds == (7,)


@given(st.booleans(), st.floats(0, 1), st.booleans())
def test_that_noise_is_made_where_there_is_any(kind, level, own):
    spec = replace(SMALL, noise="flip" if kind else "none", noise_level=level, replicas=2)
    run = ByReplica(spec, {"noise_level": [0.0, 0.3]} if own else {})
    assert run.noisy == (kind and (own or level > 0))


WEIGHTS = {
    "kl": ("beta", {"variational": True}, True),
    "sparsity": ("sparsity_weight", {"sparsity": "l1"}, False),
    "contraction": ("contraction", {}, False),
    "penalty": ("penalty_weight", {"penalty": "mmd"}, True),
}


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
@given(st.booleans(), st.floats(0, 1), st.booleans())
def test_that_a_term_plays_a_part_where_any_replica_pays_it(term, kind, weight, own):
    """At weight 0 as well where its curve shows nats, or where its draws may not depend on a weight."""
    field, fields, at_no_weight = WEIGHTS[term.name]
    spec = replace(SMALL, **(fields if kind else {}), **{field: weight}, replicas=2)
    run = ByReplica(spec, {field: [0.0, 0.3]} if own else {})
    assert term.plays(run) is ((kind or not fields) and (at_no_weight or own or weight > 0))


# -- refusals


@pytest.mark.parametrize("name", [*(name for name in FIELDS if name not in MAY_DIFFER), "nonsense", ""])
def test_that_any_other_field_is_refused_by_name_and_told_which_may_differ(name):
    with pytest.raises(SpecError) as refused:
        ByReplica(replace(SMALL, replicas=2), {name: [1, 2]})
    assert refused.value.field == name
    assert all(known in refused.value.reason for known in MAY_DIFFER)


@given(st.sampled_from(MAY_DIFFER), st.integers(1, 4), st.integers(0, 5))
def test_that_as_many_values_as_replicas_are_needed(name, replicas, count):
    spec, values = replace(SMALL, replicas=replicas), {name: [1] * count}
    if count == replicas:
        assert len(ByReplica(spec, values).seeds) == replicas
        return
    with pytest.raises(SpecError) as refused:
        ByReplica(spec, values)
    assert refused.value.field == name
    assert f"{replicas}, not {count}" in refused.value.reason


@pytest.mark.parametrize("name", MAY_DIFFER)
@pytest.mark.parametrize("wrong", [-1, 1e12, float("nan"), float("inf"), "1", None])
@pytest.mark.parametrize("place", [0, 1])
def test_that_one_wrong_value_is_refused_by_field(name, wrong, place):
    values = [1, 1]
    values[place] = wrong
    with pytest.raises(SpecError) as refused:
        ByReplica(replace(SMALL, replicas=2), {name: values})
    assert refused.value.field == name


# -- a replica is a single run with these values

TOGETHER = {
    "rates": ({}, {"learning_rate": [0.001, 0.01, 0.05]}),
    "levels by count": ({"noise": "salt-and-pepper-count"}, {"noise_level": [1 / 35, 0.1, 0.5]}),
    "some without noise by count": ({"noise": "salt-and-pepper-count"}, {"noise_level": [0.0, 3 / 35, 1.0]}),
    "betas": ({"variational": True, "kl_warmup": 6}, {"beta": [0.0, 0.4, 3.0]}),
    "sparse": ({"sparsity": "kl", "code_activation": "sigmoid"}, {"sparsity_weight": [0.0, 0.1, 2.0]}),
    "contractive": ({}, {"contraction": [0.0, 0.01, 0.2]}),
    "wasserstein": ({"penalty": "mmd"}, {"penalty_weight": [0.0, 1.0, 30.0]}),
    "seeds": ({"noise": "flip", "noise_level": 0.2}, {"seed": [900, 2, 2]}),
    "all at once": (
        {"variational": True, "sparsity": "l1", "noise": "gaussian"},
        {"seed": [5, 70, 1], "learning_rate": [0.001, 0.01, 0.02], "noise_level": [0.3, 0.1, 0.2],
         "beta": [0.5, 0.0, 1.0], "sparsity_weight": [0.1, 0.2, 0.0], "contraction": [0.0, 0.1, 0.01]},
    ),
}  # fmt: skip


def stepped(trainer):
    while not trainer.finished:
        trainer.step()
    return trainer


@pytest.mark.parametrize("kind", TOGETHER)
@pytest.mark.parametrize("batches", [{}, {"batch_size": 12}], ids=["whole", "shuffled"])
def test_that_a_replica_is_the_single_run_with_its_values(kind, batches):
    fields, values = TOGETHER[kind]
    spec = replace(SMALL, **fields, **batches)
    together = stepped(Trainer(replace(spec, replicas=3), by_replica=values))
    for replica in range(3):
        own = {name: row[replica] for name, row in values.items()}
        alone = stepped(Trainer(replace(spec, **({"seed": spec.seed + replica} | own))))
        assert torch.equal(together.generators.state()[replica], alone.generators.state()[0])
        ours, theirs = together.network.params[replica], alone.network.params[0]
        assert (ours - theirs).norm() <= 1e-4 * theirs.norm()
        assert together.snapshot(replica).loss == pytest.approx(alone.snapshot().loss, rel=1e-4)


def test_that_replicas_that_agree_are_as_if_nothing_differed():
    spec = replace(SMALL, noise="flip", noise_level=0.2, variational=True, replicas=2)
    plain = stepped(Trainer(spec))
    same = {"learning_rate": [spec.learning_rate] * 2, "noise_level": [0.2] * 2, "beta": [1.0] * 2}
    told = stepped(Trainer(spec, by_replica=same))
    assert torch.equal(plain.generators.state(), told.generators.state())
    torch.testing.assert_close(told.network.params, plain.network.params, rtol=1e-4, atol=1e-6)


def test_that_replicas_of_one_seed_are_alike_and_of_two_are_not():
    trainer = stepped(Trainer(replace(SMALL, replicas=3), by_replica={"seed": [4, 4, 9]}))
    first, second, third = trainer.network.params
    torch.testing.assert_close(first, second)
    assert not torch.allclose(first, third)
