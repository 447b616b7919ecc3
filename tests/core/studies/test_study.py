"""A study is so many single runs: as programs of many, as rows of one table, as words that come back."""

import json
from collections import Counter
from dataclasses import replace

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import specs

import core.studies.groups
from core import Spec, SpecError, Trainer
from core.base.generators import Generators
from core.choices.activations import ACTIVATIONS
from core.choices.optimizers import OPTIMIZERS
from core.data.noise import NOISES, corrupt
from core.experiment.fields import SEED_LIMIT
from core.experiment.replicas import MAY_DIFFER
from core.measure.metrics import Numbers
from core.studies.groups import TOGETHER, Stopped, groups, run_group
from core.studies.study import TEST_NOISE, Axis, Study, StudyError
from core.train.report import report

SMALL = Spec(hidden=(4,), latent=2, activation="tanh", epochs=12, seed=5)
NOISY = replace(SMALL, noise="salt-and-pepper", noise_level=0.2)
WILD = replace(SMALL, activation="identity", optimizer="sgd", momentum=0.999, epochs=40)
"""Diverges within two epochs at a rate of 10."""

VALUES = {
    "hidden": st.lists(st.integers(1, 9), max_size=3).map(tuple),
    "latent": st.integers(1, 9),
    "activation": st.sampled_from(ACTIVATIONS.names()),
    "optimizer": st.sampled_from(OPTIMIZERS.names()),
    "noise": st.sampled_from(NOISES.names()),
    "shuffle": st.booleans(),
    "batch_size": st.integers(0, 40),
    "epochs": st.integers(1, 9),
    "learning_rate": st.floats(1e-6, 1),
    "noise_level": st.floats(0, 1),
    "beta": st.floats(0, 9),
    "contraction": st.floats(0, 9),
    TEST_NOISE: st.floats(0, 1),
}


@st.composite
def studies(draw, runs=150):
    """Any study of a small noisy run, of none, one or two axes."""
    fields = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=2, unique=True))
    axes = tuple(
        Axis(name, tuple(draw(st.lists(VALUES[name], min_size=1, max_size=5, unique=True))))
        for name in fields
    )
    if TEST_NOISE in fields:  # needs noise in every run
        assume(all("none" not in axis.values for axis in axes))
    base = replace(NOISY, seed=draw(st.integers(0, 999)))
    return Study(base, axes, draw(st.integers(1, runs)))


def table_of(study):
    return [row for group in groups(study) for row in run_group(study, group)]


def run_alone(spec):
    trainer = Trainer(spec)
    while not trainer.finished:
        trainer.step()
    return trainer


def cell_of(study, row):
    return tuple(row[axis.field] for axis in study.trained)


def check_row(row, alone):
    """A row is what the single run has reached."""
    own = report(alone).to_dict()
    for name in ("epochs", "wrong_pixels", "recognised", "perfect", "collapsed"):
        assert row[name] == own[name], name
    for name in own.keys() & {"loss", "squared_error", "kl", "ssim", "mean_activity", "slope"}:
        assert row[name] == pytest.approx(own[name], rel=1e-4, abs=1e-7), name
    assert own.keys() <= row.keys()
    assert row["images"] == alone.dataset.count


# -- every run is a single run

KINDS = {
    "restarts": ({}, ()),
    "rate": ({}, (Axis("learning_rate", (0.001, 0.01, 0.05)),)),
    "layers": ({}, (Axis("hidden", ((), (3,), (4, 3))),)),
    "names": ({}, (Axis("activation", ("tanh", "sine", "silu")),)),
    "two": ({}, (Axis("optimizer", ("adam", "sgd")), Axis("learning_rate", (0.002, 0.02)))),
    "warm-up": ({"variational": True}, (Axis("beta", (0.0, 0.5, 2.0)), Axis("kl_warmup", (0, 6)))),
    "slope": ({}, (Axis("contraction", (0.0, 0.05)), Axis("latent", (1, 3)))),
    "sparse": ({"sparsity": "l1"}, (Axis("sparsity_weight", (0.0, 0.3)),)),
    "noise": ({"noise": "flip"}, (Axis("noise_level", (0.0, 0.1, 0.4)),)),
    "by count": ({"noise": "salt-and-pepper-count"}, (Axis("noise_level", (0.0, 0.1, 3 / 35)),)),
    "kinds of noise": ({"noise": "flip", "noise_level": 0.2}, (Axis("noise", NOISES.names()),)),
    "batches": ({"noise": "flip", "batch_size": 8}, (Axis("noise_level", (0.1, 0.4)),)),
    "shuffled": ({"batch_size": 8}, (Axis("shuffle", (True, False)), Axis("learning_rate", (0.002, 0.02)))),
    "schedule": ({"focus": 0.5}, (Axis("schedule", ("cosine", "constant")), Axis("epochs", (7, 12)))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_that_every_run_of_a_study_is_the_single_run_it_opens_as(kind):
    fields, axes = KINDS[kind]
    study = Study(replace(SMALL, **fields), axes, 2)
    table = table_of(study)
    assert len(table) == study.total
    for row in table:
        spec = study.spec_of(cell_of(study, row), row["run"])
        assert row["seed"] == spec.seed == study.base.seed + row["run"]
        assert (row["diverged"], row["seconds"] >= 0) == (False, True)
        check_row(row, run_alone(spec))


def test_that_a_run_without_noise_is_the_single_run_beside_noisy_ones_whose_batches_are_shuffled():
    """At level 0 a single run draws no noise, so the order of its batches must not depend on any either."""
    base = replace(NOISY, batch_size=8, shuffle=True)
    study = Study(base, (Axis("noise_level", (0.0, 0.3)),), 1)
    for row in table_of(study):
        check_row(row, run_alone(study.spec_of(cell_of(study, row), row["run"])))


@pytest.mark.parametrize("level", [0.0, 0.1, 0.3])
def test_that_runs_with_and_without_noise_share_no_program_whatever_the_base_says(level):
    study = Study(replace(NOISY, noise_level=level), (Axis("noise_level", (0.0, 0.1, 0.3)),), 2)
    assert [{cell == (0.0,) for cell, _ in group.runs} for group in groups(study)] == [{True}, {False}]


def test_that_a_patient_run_stops_when_the_single_run_would():
    """And not when the slowest run beside it is perfect, too."""
    base = replace(SMALL, hidden=(40,), latent=12, learning_rate=0.02, epochs=400, patience=10)
    study = Study(base, (Axis("learning_rate", (0.005, 0.03)),), 1)
    for row in table_of(study):
        alone = run_alone(study.spec_of(cell_of(study, row), row["run"]))
        assert alone.epoch < base.epochs
        check_row(row, alone)


def test_that_the_first_perfect_epoch_is_that_of_the_single_run():
    base = replace(SMALL, hidden=(40,), latent=12, learning_rate=0.02, epochs=200)
    study = Study(base, (Axis("epochs", (5, 200)),), 2)
    for row in table_of(study):
        curves = run_alone(study.spec_of(cell_of(study, row), row["run"])).history.curves()
        clean = [
            epoch
            for epoch, wrong in zip(curves.epochs, curves.values["wrong_pixels"][:, 0], strict=True)
            if wrong == 0
        ]
        assert row["first_perfect"] == (clean[0] if clean else None)
        assert (row["first_perfect"] is None) == (row["epochs"] == 5)


def test_that_a_table_is_the_same_to_the_bit_however_often_it_is_asked_for():
    study = Study(NOISY, (Axis("learning_rate", (0.01, 0.02)), Axis(TEST_NOISE, (0.0, 0.2))), 3)
    first, second = ([row | {"seconds": 0} for row in table_of(study)] for _ in range(2))
    assert first == second


def test_that_a_table_can_be_written_as_json():
    study = Study(NOISY, (Axis("latent", (2, 3)), Axis(TEST_NOISE, (0.1,))), 1)
    table = table_of(study)
    assert json.loads(json.dumps(table, allow_nan=False)) == table


# -- groups


@given(studies())
def test_that_groups_hold_every_run_exactly_once(study):
    held = Counter(run for group in groups(study) for run in group.runs)
    assert held == Counter((cell, run) for cell in study.cells() for run in range(study.runs))
    assert held.total() == study.total


@given(studies())
def test_that_a_group_is_of_bounded_size_and_shares_all_but_what_may_differ(study):
    for group in groups(study):
        assert 1 <= len(group.runs) <= TOGETHER
        own = {name: getattr(group.spec, name) for name in MAY_DIFFER}
        for cell, run in group.runs:
            assert replace(study.spec_of(cell, run), **own, replicas=len(group.runs)) == group.spec


@given(studies())
def test_that_settings_share_as_few_programs_as_can_be(study):
    """One that draws no noise shares none with those that do: its batches would come in another order."""
    same = {name: getattr(study.base, name) for name in MAY_DIFFER}

    def program(cell):
        spec = study.spec_of(cell)
        return replace(spec, **same), spec.noisy

    settings = Counter(map(program, study.cells()))
    fewest = {key: -(-cells * study.runs // TOGETHER) for key, cells in settings.items()}
    assert Counter(program(group.runs[0][0]) for group in groups(study)) == Counter(fewest)


def test_that_patient_runs_are_programs_of_their_own():
    study = Study(replace(SMALL, patience=3), (Axis("learning_rate", (0.1, 0.01)),), 2)
    assert [group.runs for group in groups(study)] == [
        (((rate,), run),) for run in (0, 1) for rate in (0.1, 0.01)
    ]


@given(studies())
def test_that_first_come_the_first_runs_of_all_settings(study):
    """So that a table grows for every setting at once."""
    programs = groups(study)
    started = [min(run for _, run in group.runs) for group in programs]
    assert started == sorted(started)
    beginning = [group for group, run in zip(programs, started, strict=True) if run == 0]
    assert {cell for group in beginning for cell, run in group.runs if run == 0} == set(study.cells())
    assert programs[: len(beginning)] == beginning
    for group in programs:  # within a group the settings take turns
        assert [run for _, run in group.runs] == sorted(run for _, run in group.runs)


def test_that_the_slides_thirty_runs_of_four_rates_are_two_programs():
    study = Study(SMALL, (Axis("learning_rate", (0.1, 0.03, 0.01, 0.001)),), 30)
    assert [len(group.runs) for group in groups(study)] == [64, 56]


# -- what cannot be

AXIS = Axis("learning_rate", (0.1,))
REFUSED = [
    (SMALL, [Axis("learning_rate", (0.1, 11.0))], 1, "learning_rate"),
    (SMALL, [Axis("learning_rate", ("fast",))], 1, "learning_rate"),
    (SMALL, [Axis("latent", (2, 0))], 1, "latent"),
    (SMALL, [Axis("latent", (2.5,))], 1, "latent"),
    (SMALL, [Axis("hidden", ((4,), (0,)))], 1, "hidden"),
    (SMALL, [Axis("hidden", (4,))], 1, "hidden"),
    (SMALL, [Axis("activation", ("tanh", "tan"))], 1, "activation"),
    (SMALL, [Axis("shuffle", (1,))], 1, "shuffle"),
    (SMALL, [AXIS, Axis("nonsense", (1,))], 1, "nonsense"),
    (SMALL, [Axis("output", ("sigmoid", "tanh"))], 1, "loss"),  # cross-entropy needs the sigmoid
    (SMALL, [Axis("variational", (True,)), Axis("code_activation", ("tanh",))], 1, "code_activation"),
    (SMALL, [Axis("seed", (1, 2))], 1, "seed"),
    (SMALL, [Axis("replicas", (1, 2))], 1, "replicas"),
    (SMALL, [Axis("learning_rate", ())], 1, "learning_rate"),
    (SMALL, [AXIS, Axis("latent", (1,)), Axis("beta", (1.0,))], 1, "at most two"),
    (SMALL, [AXIS, AXIS], 1, "different"),
    (SMALL, [Axis(TEST_NOISE, (0.1,))], 1, TEST_NOISE),
    (NOISY, [Axis(TEST_NOISE, (0.1, 1.1))], 1, TEST_NOISE),
    (NOISY, [Axis(TEST_NOISE, (-0.1,))], 1, TEST_NOISE),
    (NOISY, [Axis(TEST_NOISE, (float("nan"),))], 1, TEST_NOISE),
    (NOISY, [Axis(TEST_NOISE, ("much",))], 1, TEST_NOISE),
    (NOISY, [Axis(TEST_NOISE, ())], 1, TEST_NOISE),
    (SMALL, [], 0, "runs"),
    (SMALL, [], 10_001, "runs"),
]


@pytest.mark.parametrize(("base", "axes", "runs", "word"), REFUSED)
def test_that_a_study_that_cannot_be_is_refused_by_name(base, axes, runs, word):
    with pytest.raises((StudyError, SpecError), match=word):
        Study(base, tuple(axes), runs)


def test_that_every_seed_of_a_study_must_be_one():
    """Else it would fail in its middle."""
    last = Study(replace(SMALL, seed=SEED_LIMIT), (), 1)
    assert last.spec_of((), 0).seed == SEED_LIMIT
    with pytest.raises((StudyError, SpecError), match="seed"):
        Study(replace(SMALL, seed=SEED_LIMIT), (), 2)


def test_that_every_data_set_of_a_study_must_exist():
    with pytest.raises(ValueError, match="nowhere"):
        Study(SMALL, (Axis("dataset", ("font5x7", "nowhere")),), 1)


def test_that_a_value_given_twice_is_not_counted_twice():
    """A range over whole numbers rounds; a setting then has its runs once, or the study is refused."""
    try:
        study = Study(SMALL, (Axis("latent", (1, 1, 2)),), 2)
    except StudyError:
        return
    held = Counter(run for group in groups(study) for run in group.runs)
    assert held == Counter([((1,), 0), ((1,), 1), ((2,), 0), ((2,), 1)])


# -- words


@given(studies())
def test_that_a_study_comes_back_from_its_words(study):
    read = Study.from_json(study.to_json())
    assert read == study
    assert groups(read) == groups(study)


@given(specs())
def test_that_any_base_comes_back_from_its_words(base):
    study = Study(base, (Axis("hidden", ((3,), (4, 3), (2, 2, 2))), Axis("optimizer", OPTIMIZERS.names())), 1)
    read = Study.from_json(study.to_json())
    assert read == study
    assert [type(value) for axis in read.axes for value in axis.values] == [tuple] * 3 + [str] * 5


def told(**changes):
    return json.dumps(json.loads(Study(SMALL, (AXIS,), 2).to_json()) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "1", "null", '"study"', "{}", told(base=None), told(base=[]), told(base={"hue": 1}),
        told(base={"latent": 0}), told(axes=None), told(axes=[["latent"]]), told(axes=[["latent", [2], 3]]),
        told(axes=[[["latent"], [2]]]), told(axes=[["latent", 2]]), told(axes=[["latent", [[2]]]]),
        told(axes=[["latent", [{}]]]), told(axes=["latent"]), told(runs=None), told(runs="2"),
        told(runs=2.5), told(runs=-1), told(runs=[2]),
    ],
)  # fmt: skip
def test_that_what_is_no_study_is_refused(text):
    with pytest.raises((StudyError, SpecError)):
        Study.from_json(text)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.sampled_from(["latent", "hidden", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)


@given(st.sampled_from(["base", "axes", "runs"]), ANYTHING)
def test_that_a_study_with_any_part_exchanged_is_one_that_can_run_or_is_refused(part, value):
    try:
        study = Study.from_json(told(**{part: value}))
    except (StudyError, SpecError):
        return
    assert sum(len(group.runs) for group in groups(study)) == study.total


# -- runs that diverge


def test_that_a_run_that_diverges_costs_only_itself():
    study = Study(WILD, (Axis("learning_rate", (0.001, 10.0)),), 2)
    assert len(groups(study)) == 1
    calm = table_of(Study(WILD, (Axis("learning_rate", (0.001,)),), 2))
    table = table_of(study)
    assert len(table) == 4
    assert [row["learning_rate"] for row in table if row["diverged"]] == [10.0, 10.0]
    others = [row for row in table if not row["diverged"]]
    assert [(row["learning_rate"], row["run"]) for row in others] == [(0.001, 0), (0.001, 1)]
    for row, alone in zip(others, calm, strict=True):
        assert row.keys() == alone.keys()
        for name in row.keys() - {"seconds", "first_perfect"}:
            assert row[name] == pytest.approx(alone[name], rel=1e-4), name
        assert row["first_perfect"] == alone["first_perfect"]


def test_that_a_run_that_diverged_tells_of_its_last_sound_weights():
    (row,) = table_of(Study(replace(WILD, learning_rate=10.0), (), 1))
    assert row["diverged"]
    assert row["epochs"] < WILD.epochs
    json.dumps(row, allow_nan=False)


@pytest.mark.usefixtures("every_epoch")
def test_that_runs_that_begin_again_after_a_divergence_can_be_stopped_too():
    study = Study(WILD, (Axis("learning_rate", (0.001, 10.0)),), 1)
    (group,) = groups(study)
    calls = []

    def watch(share):
        calls.append(share)
        return len(calls) < 20

    with pytest.raises(Stopped):
        list(run_group(study, group, watch))
    assert len(calls) == 20
    assert calls[-1] < 20 / WILD.epochs  # the group had diverged by then


# -- test noise


@pytest.mark.parametrize("noise", [name for name in NOISES.names() if name != "none"])
def test_that_a_run_under_test_noise_is_beside_the_best_possible(noise):
    levels = (0.0, 0.1, 0.4)
    study = Study(replace(SMALL, noise=noise, noise_level=0.2), (Axis(TEST_NOISE, levels),), 2)
    table = table_of(study)
    assert [(row["run"], row[TEST_NOISE]) for row in table] == [
        (r, level) for r in (0, 1) for level in levels
    ]
    for row in table:
        for name in ("recognised", "perfect"):
            assert row[name] <= row[f"best_possible_{name}"] + 1e-9
        assert row["best_possible_squared_error"] <= row["squared_error"]
        if row[TEST_NOISE] == 0:
            assert row["best_possible_perfect"] == row["images"]
            assert row["fed_squared_error"] == 0
    for first, second in zip(table[:3], table[3:], strict=True):  # same noise for every run
        assert first["best_possible_recognised"] == second["best_possible_recognised"]
        assert first["fed_squared_error"] == second["fed_squared_error"]


def test_that_under_test_noise_zero_a_run_is_as_without():
    study = Study(NOISY, (Axis(TEST_NOISE, (0.0,)),), 2)
    for row, plain in zip(table_of(study), table_of(replace(study, axes=())), strict=True):
        for name in ("recognised", "perfect", "wrong_pixels", "loss", "run", "seed"):
            assert row[name] == plain[name], name


def test_that_test_noise_is_the_kind_the_run_was_trained_on():
    """Or, where the kind varies, the two are no study together."""
    axes = (Axis("noise", ("flip", "gaussian")), Axis(TEST_NOISE, (0.3,)))
    try:
        study = Study(NOISY, axes, 1)
    except StudyError:
        return
    dataset = Trainer(NOISY).dataset
    clean = torch.from_numpy(dataset.images.copy()).flatten(1).repeat(20, 1)
    for row in table_of(study):
        error = (
            (corrupt(row["noise"], clean, 0.3, Generators(9), dataset.shape) - clean).square().mean().item()
        )
        assert row["fed_squared_error"] == pytest.approx(error, rel=0.1)


def test_that_test_noise_needs_no_runs_of_its_own():
    study = Study(NOISY, (Axis(TEST_NOISE, (0.0, 0.1, 0.2)), Axis("learning_rate", (0.01, 0.02))), 3)
    assert study.total == 6
    assert len(table_of(study)) == 18


# -- watching


@pytest.mark.usefixtures("every_epoch")
@pytest.mark.parametrize("last", [1, 5, 12])
def test_that_a_group_stops_as_soon_as_the_watch_says_no(last):
    study = Study(SMALL, (), 2)
    (group,) = groups(study)
    shares = []

    def watch(share):
        shares.append(share)
        return len(shares) < last

    with pytest.raises(Stopped):
        list(run_group(study, group, watch))
    assert shares == pytest.approx([epoch / SMALL.epochs for epoch in range(1, last + 1)])


@pytest.mark.usefixtures("every_epoch")
def test_that_a_group_can_be_stopped_between_its_measurements_under_test_noise():
    study = Study(NOISY, (Axis(TEST_NOISE, (0.1, 0.2)),), 2)
    (group,) = groups(study)
    shares = []

    def watch(share):
        shares.append(share)
        return len(shares) < NOISY.epochs + 3

    with pytest.raises(Stopped):
        list(run_group(study, group, watch))
    assert shares[-4:] == [1, 1, 1, 1]  # the last epoch, and three of four measurements


def test_that_a_costly_test_noise_is_measured_in_fewer_repeats(monkeypatch):
    asked = []

    def score(model, dataset, noise, level, repeats, seed, on_progress):
        asked.append(repeats)
        return Numbers()

    monkeypatch.setattr(core.studies.groups, "denoising_score", score)
    for noise, dataset in (("flip", "font5x7"), ("shift", "emojis")):
        spec = replace(SMALL, noise=noise, noise_level=0.2, dataset=dataset, epochs=1)
        table_of(Study(spec, (Axis(TEST_NOISE, (0.3,)),), 1))
    assert asked == [20, 1]


def test_that_a_watch_that_says_yes_changes_nothing():
    study = Study(NOISY, (Axis("learning_rate", (0.01, 0.02)),), 2)
    (group,) = groups(study)
    watched, alone = run_group(study, group, lambda share: True), run_group(study, group)
    assert [row | {"seconds": 0} for row in watched] == [row | {"seconds": 0} for row in alone]
