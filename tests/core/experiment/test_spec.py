import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from core.base.registry import UnknownName
from core.base.words import number
from core.choices.activations import ACTIVATIONS
from core.choices.penalties import PENALTIES
from core.choices.sparsities import SPARSITIES
from core.data.noise import NOISES
from core.experiment.fields import SpecError
from core.experiment.spec import FIELDS, Spec, changed, edit, needs_rebuild, parse_value, plays_a_part

LIMITED = [name for name, field in FIELDS.items() if field.metadata["low"] is not None]
CHOSEN = [name for name, field in FIELDS.items() if field.metadata["choices"] is not None]


@given(specs())
def test_that_a_spec_comes_back_from_its_json(spec):
    assert Spec.from_json(spec.to_json()) == spec


@given(specs(), specs())
def test_that_changed_names_exactly_the_fields_that_differ(one, other):
    names = changed(one, other)
    assert edit(one, {name: getattr(other, name) for name in names}) == other
    assert all(getattr(one, name) != getattr(other, name) for name in names)


@pytest.mark.parametrize("name", LIMITED)
@pytest.mark.parametrize("side", ["low", "high"])
def test_that_a_value_beyond_its_limit_is_refused_by_name(name, side):
    limit = FIELDS[name].metadata[side]
    beyond = limit + (1 if side == "high" else -1)
    value = (beyond,) if name == "hidden" else type(FIELDS[name].default)(beyond)
    with pytest.raises(SpecError) as refused:
        Spec(**{name: value})
    assert refused.value.field == name
    assert number(limit) in refused.value.reason  # with its thousands marked


@pytest.mark.parametrize("name", CHOSEN)
def test_that_an_unknown_choice_is_refused_with_the_known_ones(name):
    with pytest.raises(SpecError, match="nonsense") as refused:
        Spec(**{name: "nonsense"})
    assert refused.value.field == name
    assert FIELDS[name].default in refused.value.reason


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "0.1", True, None])
def test_that_a_learning_rate_must_be_a_finite_number(value):
    with pytest.raises(SpecError) as refused:
        Spec(learning_rate=value)
    assert refused.value.field == "learning_rate"


def test_that_a_boolean_is_not_a_whole_number():
    with pytest.raises(SpecError, match="latent"):
        Spec(latent=True)


def test_that_an_unknown_field_is_refused_with_the_known_ones():
    with pytest.raises(SpecError, match="latent"):
        edit(Spec(), {"latnet": 2})


@pytest.mark.parametrize("text", ["", "[]", "3", "{", '{"latent": "two"}', '{"what": 1}'])
def test_that_only_a_json_object_of_fields_is_a_spec(text):
    with pytest.raises(SpecError):
        Spec.from_json(text)


def test_that_cross_entropy_asks_for_the_sigmoid_output():
    with pytest.raises(SpecError) as refused:
        Spec(loss="bce", output="tanh")
    assert refused.value.field == "loss"


LIVE = {
    "learning_rate": 0.5,
    "noise": "flip",
    "noise_level": 0.3,
    "epochs": 7,
    "focus": 1.0,
    "schedule": "cosine",
    "beta": 0.5,
    "kl_warmup": 9,
    "free_bits": 0.1,
    "sparsity_weight": 0.5,
    "sparsity_rate": 0.5,
    "contraction": 0.5,
    "penalty_weight": 3.0,
}
ANEW = {
    "hidden": (3,),
    "latent": 5,
    "activation": "tanh",
    "seed": 7,
    "batch_size": 4,
    "loss": "squared-error",
    "dataset": "digits",
    "variational": True,
    "kl_reduction": "mean",
    "sparsity": "l1",
    "sparse_units": "hidden",
    "penalty": "mmd",
}


@pytest.mark.parametrize(("edits", "anew"), [(LIVE, False), (ANEW, True)])
def test_that_only_what_shapes_the_run_asks_for_a_new_one(edits, anew):
    assert not needs_rebuild(Spec(), Spec())
    for name, value in edits.items():
        assert needs_rebuild(Spec(), replace(Spec(), **{name: value})) is anew, name


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hidden", "64, 32", (64, 32)), ("hidden", "[64,32]", (64, 32)), ("hidden", "", ()),
        ("learning_rate", "1e-3", 0.001), ("shuffle", "no", False), ("epochs", " 20 ", 20),
        ("noise", "flip", "flip"), ("seed", "2,147,483,647", 2_147_483_647), ("hidden", "1,000", (1, 0)),
        ("hidden", "400-300-200 - 100", (400, 300, 200, 100)),
        ("hidden", "[400, 300-200]", (400, 300, 200)),
    ],
)  # fmt: skip
def test_that_typed_text_is_read_as_the_type_of_its_field(name, text, value):
    assert parse_value(name, text) == value


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("text", ["", "  "])
def test_that_nothing_is_refused_in_words_that_say_what_would_be_right(name, text):
    field = FIELDS[name]
    if type(field.default) is tuple:
        assert parse_value(name, text) == ()
    elif type(field.default) is not str:
        with pytest.raises(SpecError) as refused:
            parse_value(name, text)
        assert refused.value.field == name
        reason, low, high = refused.value.reason, field.metadata["low"], field.metadata["high"]
        assert reason.startswith("is empty; it must be ")
        assert reason.endswith("true or false" if low is None else f" from {number(low)} to {number(high)}")


NOT_OF_THE_TYPE = [
    ("epochs", "many"), ("shuffle", "perhaps"), ("hidden", "a,b"), ("epochs", "10,00"), ("epochs", "0,001"),
    ("learning_rate", "0,001"), ("learning_rate", "1,000"), ("hidden", "10-a"), ("hidden", "10--"),
    ("hidden", "1 200"), ("hidden", "400 -300"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), NOT_OF_THE_TYPE)
def test_that_text_of_another_type_is_refused_by_name(name, text):
    with pytest.raises(SpecError) as refused:
        parse_value(name, text)
    assert refused.value.field == name


@given(st.text())
def test_that_a_table_refuses_what_it_does_not_hold(name):
    if name not in NOISES.names():
        with pytest.raises(UnknownName, match="known: none"):
            NOISES.require(name)


def test_that_names_in_old_files_stay_valid():
    assert set(NOISES.names()) >= {
        "none", "salt-and-pepper", "salt-and-pepper-count", "gaussian", "masking", "flip",
    }  # fmt: skip


def typed(value):
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@given(specs())
def test_that_every_value_can_be_typed(spec):
    for name in FIELDS:
        value = getattr(spec, name)
        assert parse_value(name, typed(value)) == value


FLOATS = [name for name, field in FIELDS.items() if type(field.default) is float]
INTEGERS = [name for name, field in FIELDS.items() if type(field.default) is int]


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, "0.5", True, None, [0.5]])
def test_that_every_real_field_takes_finite_numbers_only(name, value):
    with pytest.raises(SpecError) as refused:
        Spec(**{name: value})
    assert refused.value.field == name


@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("value", [True, False, 1.0, math.nan, "1", None, 10**400, -(10**400)])
def test_that_every_whole_field_takes_whole_numbers_only(name, value):
    with pytest.raises(SpecError) as refused:
        Spec(**{name: value})
    assert refused.value.field == name
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("name", ["shuffle", "variational"])
@pytest.mark.parametrize("value", [0, 1, "true", None])
def test_that_a_number_is_no_truth(name, value):
    with pytest.raises(SpecError) as refused:
        Spec(**{name: value})
    assert refused.value.field == name


@pytest.mark.parametrize("value", [3, "3", (1.5,), (True,), (0,), (5000,), (1,) * 13, None, {1: 2}])
def test_that_hidden_layers_are_a_few_whole_widths(value):
    with pytest.raises(SpecError) as refused:
        Spec(hidden=value)
    assert refused.value.field == "hidden"


@pytest.mark.parametrize("name", [name for name in LIMITED if name != "hidden"])
@pytest.mark.parametrize("side", ["low", "high"])
def test_that_a_value_at_its_limit_is_taken(name, side):
    limit = type(FIELDS[name].default)(FIELDS[name].metadata[side])
    assert getattr(Spec(**{name: limit}), name) == limit


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(list(FIELDS)) | st.text(max_size=4), JSON, max_size=4))
def test_that_any_json_is_a_spec_or_refused_by_a_field(values):
    try:
        spec = Spec.from_json(json.dumps(values))
    except SpecError as error:
        at_fault = error.field
    else:
        assert Spec.from_json(spec.to_json()) == spec
        return
    assert at_fault in values or at_fault == "loss"  # which may clash with the output alone


def test_that_a_spec_cannot_be_written_to():
    with pytest.raises(AttributeError):
        Spec().latent = 3
    assert hash(Spec()) == hash(Spec())


def field_at_fault(**values):
    with pytest.raises(SpecError) as refused:
        Spec(**values)
    return refused.value.field


@pytest.mark.parametrize("activation", ACTIVATIONS.names())
def test_that_a_variational_code_has_no_activation(activation):
    if activation == "identity":
        assert Spec(variational=True, code_activation=activation).variational
    else:
        assert field_at_fault(variational=True, code_activation=activation) == "code_activation"


@pytest.mark.parametrize("activation", ACTIVATIONS.names())
@pytest.mark.parametrize(("units", "field"), [("code", "code_activation"), ("hidden", "activation")])
def test_that_a_rate_asks_for_sigmoid_units_where_it_counts(activation, units, field):
    """The activation of the others does not matter; nor does it without a rate."""
    values = {"sparse_units": units, field: activation}
    if activation == "sigmoid":
        assert Spec(sparsity="kl", **values).sparse_activation == "sigmoid"
    else:
        assert field_at_fault(sparsity="kl", **values) == "sparsity"
    for sparsity in ("none", "l1"):
        assert Spec(sparsity=sparsity, **values).sparse_activation == activation


def test_that_a_variational_code_has_no_rate_but_its_hidden_units_may():
    assert field_at_fault(variational=True, sparsity="kl") == "sparsity"
    assert Spec(variational=True, sparsity="kl", sparse_units="hidden", activation="sigmoid").sparse


@pytest.mark.parametrize("penalty", PENALTIES.names())
def test_that_a_variational_code_takes_no_penalty_beside_its_kl(penalty):
    assert Spec(penalty=penalty).penalty == penalty
    if penalty == "none":
        assert Spec(variational=True, penalty=penalty).variational
    else:
        assert field_at_fault(variational=True, penalty=penalty) == "penalty"


@pytest.mark.parametrize("sparsity", SPARSITIES.names())
def test_that_sparse_hidden_units_need_a_hidden_layer(sparsity):
    values = {"sparsity": sparsity, "sparse_units": "hidden", "activation": "sigmoid", "hidden": ()}
    if sparsity == "none":
        assert not Spec(**values).sparse
    else:
        assert field_at_fault(**values) == "sparse_units"
        assert Spec(**(values | {"hidden": (3,)})).sparse


def test_that_a_plain_run_is_what_a_file_without_the_newer_fields_means():
    newer = (
        "variational", "beta", "kl_reduction", "kl_warmup", "free_bits", "sparsity", "sparse_units",
        "sparsity_weight", "sparsity_rate", "contraction", "penalty", "penalty_weight",
    )  # fmt: skip
    older = {name: value for name, value in json.loads(Spec().to_json()).items() if name not in newer}
    spec = Spec.from_dict(older)
    assert spec == Spec()
    assert (spec.variational, spec.sparse, spec.contraction, spec.noisy) == (False, False, 0.0, False)


@given(specs())
def test_that_noise_and_sparsity_of_no_weight_are_none(spec):
    assert spec.noisy == (spec.noise != "none" and spec.noise_level != 0)
    assert spec.sparse == (spec.sparsity != "none" and spec.sparsity_weight != 0)
    assert not replace(spec, noise_level=0.0).noisy
    assert not replace(spec, sparsity_weight=0.0).sparse


@given(st.integers(1, 1000), st.integers(0, 3000))
def test_that_a_warm_up_rises_evenly_from_nothing_to_all_and_never_beyond(warmup, epoch):
    spec = Spec(variational=True, kl_warmup=warmup)
    assert spec.beta_share(0) == 0
    assert spec.beta_share(warmup) == spec.beta_share(warmup + epoch) == 1
    assert spec.beta_share(epoch) <= spec.beta_share(epoch + 1) <= 1
    if epoch <= warmup:
        assert spec.beta_share(epoch) * warmup == pytest.approx(epoch)


@given(st.integers(0, 3000), st.floats(0, 1000))
def test_that_without_a_warm_up_all_of_beta_counts_always(epoch, beta):
    assert Spec(variational=True, beta=beta).beta_share(epoch) == 1


PARTS = {
    "beta": {"variational": True}, "kl_reduction": {"variational": True}, "kl_warmup": {"variational": True},
    "free_bits": {"variational": True}, "sparse_units": {"sparsity": "l1"},
    "sparsity_weight": {"sparsity": "l1"}, "sparsity_rate": {"sparsity": "kl", "code_activation": "sigmoid"},
    "noise_level": {"noise": "flip"}, "shuffle": {"batch_size": 4}, "penalty_weight": {"penalty": "mmd"},
}  # fmt: skip


@pytest.mark.parametrize("name", PARTS)
def test_that_a_field_plays_its_part_only_where_it_has_one(name):
    assert not plays_a_part(Spec(), name)
    assert plays_a_part(Spec(**PARTS[name]), name)


def test_that_a_rate_plays_no_part_in_l1():
    assert not plays_a_part(Spec(sparsity="l1"), "sparsity_rate")
    assert all(plays_a_part(Spec(), name) for name in ("variational", "sparsity", "contraction", "latent"))


@pytest.mark.parametrize("penalty", PENALTIES.names())
def test_that_a_prior_is_there_where_training_makes_one(penalty):
    assert Spec(penalty=penalty, penalty_weight=1).has_prior == PENALTIES[penalty].prior
    assert not Spec(penalty=penalty, penalty_weight=0).has_prior
    assert Spec(variational=True).has_prior
    assert not Spec().has_prior
