"""Runs side by side: what differs, which is better, and what became of every image, against loops."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Dataset, Spec, Trainer, load_dataset, preset
from core.base.progress import Stopped
from core.base.words import Refusal
from core.experiment.spec import FIELDS, changed
from core.measure.metrics import METRICS, Numbers
from core.reports.comparing import ALIKE, Paired, Seen, Side, compare, compared, distinct, overlay, see
from core.train.report import report

FONT = load_dataset("font5x7")
SHORT = Spec(epochs=3)


def side(name, spec=SHORT, dataset=None, epochs=None):
    trainer = Trainer(spec, dataset).run() if epochs is None else Trainer(spec, dataset)
    if epochs is not None:
        trainer.advance(epochs)
    return Side(name, trainer.as_trained())


def seen(name="run", dataset=FONT, spec=SHORT, epoch=3, **numbers):
    """What was seen of a run that nobody trained."""
    count, latent = dataset.count, spec.latent
    return Seen(
        name=name, spec=spec, dataset=dataset, epoch=epoch,
        numbers=Numbers(**{metric.name: 1 for metric in METRICS if metric.reported} | numbers),
        epochs=np.arange(2), curves={}, index=np.arange(count), outputs=dataset.images,
        wrong=np.zeros(count, dtype=np.int64), squared_error=np.zeros(count, dtype=np.float32),
        codes=np.zeros((count, latent), dtype=np.float32),
    )  # fmt: skip


def paired(wrong, errors, counted):
    images = np.zeros((len(wrong[0]), 2, 2), dtype=np.float32)
    return Paired(
        tuple(map(str, range(len(images)))), images, np.stack([images] * len(wrong)),
        np.array(wrong, dtype=np.int64), np.array(errors, dtype=np.float32), counted,
    )  # fmt: skip


@st.composite
def pairs(draw):
    count = draw(st.integers(1, 9))
    rows = [[draw(st.integers(0, 3)) for _ in range(count)] for _ in range(2)]
    errors = [[draw(st.floats(0, 1, width=16)) for _ in range(count)] for _ in range(2)]
    return paired(rows, errors, draw(st.booleans()))


# -- image by image


@given(pairs())
def test_that_every_image_is_better_worse_or_the_same_and_most_comes_first(images):
    change = images.change(1)
    rows = [*change.better.tolist(), *change.worse.tolist(), *change.same.tolist()]
    assert sorted(rows) == list(range(len(images.labels)))
    for row in range(len(images.labels)):
        before, after = (images.wrong if images.counted else images.squared_error.astype(float))[:, row]
        alike = before == after if images.counted else abs(before - after) < ALIKE * max(before, after)
        alike = alike or before == after
        assert (row in change.same, row in change.better) == (alike, not alike and after < before)
    growth = images.growth(1)
    for kind in (change.better, change.worse):
        assert (np.diff(np.abs(growth[kind])) <= 0).all()
    assert change.same.tolist() == sorted(change.same.tolist())


@given(pairs())
def test_that_what_is_better_one_way_is_worse_the_other(images):
    there, back = images.change(1, 0), images.change(0, 1)
    assert set(there.better.tolist()) == set(back.worse.tolist())
    assert set(there.worse.tolist()) == set(back.better.tolist())
    assert there.same.tolist() == back.same.tolist()


def test_that_images_of_equal_steps_are_in_the_order_of_their_squared_errors():
    images = paired([[0, 0, 3, 3], [2, 2, 1, 1]], [[0.0, 0.0, 0.5, 0.5], [0.1, 0.4, 0.3, 0.2]], counted=True)
    change = images.change(1)
    assert (change.worse.tolist(), change.better.tolist()) == ([1, 0], [3, 2])


# -- numbers and which is better


def test_that_values_are_those_of_the_report_and_the_best_is_the_lowest_or_the_highest():
    trainers = [Trainer(Spec(epochs=epochs, learning_rate=0.05)).run() for epochs in (1, 60, 20)]
    sides = [Side(str(number), trainer.as_trained()) for number, trainer in enumerate(trainers)]
    result = compare(sides)
    reports = [report(trainer).to_dict() for trainer in trainers]
    assert {each.metric.name for each in result.measured} == {
        name for name in reports[0] if name not in ("epochs", "measured")
    }
    assert not result.left_out
    for each in result.measured:
        assert list(each.values) == [told[each.metric.name] for told in reports]
        if not each.metric.better:
            assert each.best == ()
            continue
        shown = [float(f"{value:.4g}") for value in each.values]
        wanted = min(shown) if each.metric.better == "lower" else max(shown)
        assert each.best == tuple(number for number, value in enumerate(shown) if value == wanted)
    for number, trainer in enumerate(trainers):
        spot = trainer.snapshot()
        assert result.sides[number].epoch == trainer.epoch
        assert int(result.paired.wrong[number].sum()) == spot.wrong_pixels
        assert result.paired.squared_error[number].mean() == pytest.approx(spot.squared_error, rel=1e-5)


def test_that_the_order_in_which_runs_are_given_changes_nothing_but_the_order():
    sides = [see(side(name, Spec(epochs=2, seed=seed))) for seed, name in enumerate("abc")]
    first = compared(sides)
    for order in permutations(range(3)):
        other = compared([sides[number] for number in order])
        assert other.names == tuple(first.names[number] for number in order)
        for one, two in zip(first.measured, other.measured, strict=True):
            assert two.values == tuple(one.values[number] for number in order)
            assert {order[number] for number in two.best} == set(one.best)


@pytest.mark.parametrize(("values", "best"), [((3, 5, 3), (1,)), ((5, 5, 3), (0, 1)), ((4, 4, 4), (0, 1, 2))])
def test_that_equal_counts_tie(values, best):
    result = compared([seen(str(number), recognised=value) for number, value in enumerate(values)])
    (told,) = (each for each in result.measured if each.metric.name == "recognised")
    assert (told.best, told.tied) == (best, len(best) == 3)


def test_that_measures_that_look_alike_tie():
    result = compared([seen("a", squared_error=0.123412), seen("b", squared_error=0.123411)])
    (told,) = (each for each in result.measured if each.metric.name == "squared_error")
    assert told.tied


def why(result, name):
    return next((str(left.why) for left in result.left_out if left.metric.name == name), None)


@pytest.mark.parametrize(
    ("edits", "named"),
    [
        ({"loss": "squared-error"}, "Loss"),
        ({"noise": "masking", "noise_level": 0.2}, "Noise, Noise level"),
        ({"contraction": 0.1}, "Contraction"),
        ({"learning_rate": 0.5}, None),
        ({"noise_level": 0.5}, None),  # without a noise it plays no part
        ({"hidden": (4,)}, None),
    ],
)
def test_that_losses_are_compared_only_where_they_are_the_same_quantity(edits, named):
    result = compared([seen("a"), seen("b", spec=replace(SHORT, **edits))])
    told = why(result, "loss")
    assert told is None if named is None else f"({named})" in told
    assert ("loss" in {each.metric.name for each in result.measured}) == (named is None)


def test_that_losses_of_two_moments_of_a_warm_up_are_different_quantities():
    spec = replace(SHORT, variational=True, kl_warmup=10)
    assert "KL warm-up" in why(compared([seen(spec=spec, epoch=2), seen(spec=spec, epoch=5)]), "loss")
    assert why(compared([seen(spec=spec, epoch=10), seen(spec=spec, epoch=50)]), "loss") is None


def test_that_a_metric_of_only_some_is_left_out_and_one_of_none_is_not_mentioned():
    result = compared([seen("a"), seen("b", spec=replace(SHORT, variational=True))])
    assert why(result, "kl") == "not all of them have it"
    told = {each.metric.name for each in (*result.measured, *result.left_out)}
    assert "ssim" not in told  # the font is smaller than its window


def test_that_a_metric_without_a_finite_number_is_left_out():
    assert "finite" in why(compared([seen("a", slope=None), seen("b")]), "slope")


# -- images and settings


def test_that_only_the_same_images_are_paired_whatever_their_set_is_called():
    twin = Dataset("twin", FONT.images.copy(), FONT.labels)
    turned = Dataset("turned", FONT.images[:, ::-1].copy(), FONT.labels)
    digits = load_dataset("digits")
    for other, same, shape in ((twin, True, True), (turned, False, True), (digits, False, False)):
        result = compared([seen(), seen(dataset=other, spec=replace(SHORT, dataset=other.name))])
        assert (result.same_images, result.same_shape) == (same, shape)
        assert (result.paired is None) == (not same)
        assert bool(result.measured) == same
        assert [setting.field for setting in result.settings] == ["dataset"]


@given(st.dictionaries(st.sampled_from(["seed", "latent", "epochs", "batch_size"]), st.integers(1, 9)))
def test_that_the_settings_that_differ_are_told_with_the_value_of_each(edits):
    specs = SHORT, replace(SHORT, **edits)
    result = compared([seen(spec=spec) for spec in specs])
    assert {setting.field for setting in result.settings} == changed(*specs)
    for setting in result.settings:
        assert setting.values == tuple(getattr(spec, setting.field) for spec in specs)
    playing = {setting.field for setting in result.settings} | set(result.shared)
    assert playing <= FIELDS.keys()
    assert not playing & {"beta", "sparsity_rate"}


def test_that_the_leading_network_of_several_is_told_with_its_own_seed():
    trainer = Trainer(Spec(replicas=3, seed=5, epochs=2)).run()
    told = see(Side("race", trainer.as_trained()))
    assert (told.spec.seed, told.spec.replicas) == (5 + trainer.leader, 1)
    assert told.numbers.loss == report(trainer, trainer.leader).loss


# -- curves


@given(st.lists(st.sets(st.integers(1, 30), max_size=12), min_size=1, max_size=4))
def test_that_curves_lie_over_one_row_of_epochs_with_what_was_recorded_last(rows):
    sides = []
    for number, row in enumerate(rows):
        epochs = np.array(sorted({0} | row), dtype=np.int64)
        curves = {"loss": (100 * number + epochs).astype(np.float32)}
        sides.append(replace(seen(), epochs=epochs, curves=curves))
    epochs, columns = overlay(sides, "loss")
    assert epochs.tolist() == sorted({0}.union(*rows))
    for number, (row, column) in enumerate(zip(rows, columns, strict=True)):
        for epoch, value in zip(epochs.tolist(), column.tolist(), strict=True):
            known = [one for one in {0} | row if one <= epoch]
            if epoch > max({0} | row):
                assert np.isnan(value)
            else:
                assert value == 100 * number + max(known)


# -- the work


def test_that_the_work_tells_how_far_it_is_and_ends_when_told_to():
    shares = []
    compare([side("a"), side("b")], shares.append)
    assert shares == sorted(shares)
    assert (shares[0] > 0, shares[-1]) == (True, 1.0)

    def stop(share):
        raise Stopped

    with pytest.raises(Stopped):
        compare([side("a"), side("b")], stop)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_that_fewer_than_two_and_more_than_four_are_refused(count):
    with pytest.raises(Refusal, match="2 to 4"):
        compared([seen()] * count)


def test_that_a_run_without_numbers_is_refused_by_its_name():
    lost = side("lost")
    lost.still.network.params.fill_(float("nan"))
    with pytest.raises(Refusal, match="lost diverges"):
        compare([side("sound"), lost])


@given(st.lists(st.sampled_from(["a", "b", "a (2)", "a (3)"]), max_size=6))
def test_that_every_one_has_a_name_of_its_own_that_begins_with_its_own(names):
    given_names = distinct(names)
    assert len(set(given_names)) == len(names)
    assert all(new.startswith(old) for new, old in zip(given_names, names, strict=True))


def test_that_presets_side_by_side_have_a_map_and_a_model_each():
    result = compare([Side(name, Trainer(replace(preset(name), epochs=1)).run().as_trained())
                      for name in ("font-autoencoder", "font-denoiser")])  # fmt: skip
    for told in result.sides:
        assert told.codes.shape == (32, told.spec.latent)
        outputs = told.model.reconstruct(FONT.images)
        assert np.allclose(outputs, told.outputs, atol=1e-5)
