"""A look inside a network, held against loops over its weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import Spec, Trainer, load_dataset
from core.choices.activations import ACTIVATIONS
from core.data.datasets import Dataset
from core.experiment.presets import presets
from core.measure.inside import CODE_SHOWN, SHOWN
from core.measure.looking import BINS, EXCITING, in_place, look_inside, pulled_codes, report_unit
from core.measure.survey import FEWEST, SURVEYED, survey_of
from tests.core.oracles import naive_activities, naive_halves
from tests.core.strategies import specs

SMALL = Spec(hidden=(6, 5), latent=3, activation="tanh", epochs=9)
WIDE = Spec(hidden=(400, 300, 200, 100), latent=20)
CLOSE = {"rtol": 1e-4, "atol": 1e-5}


class Looked:
    """A run as it is, its survey, and what is seen when it reads an image of its set, the third."""

    def __init__(self, trainer, replica=0, pulled=None, epochs=0, number=2):
        trainer.advance(epochs)
        self.trainer, self.pulled, self.replica = trainer, pulled or {}, replica
        self.images = trainer.dataset.images
        self.image = self.images[number]
        self.model = trainer.model.of(replica)
        self.survey = survey_of(self.model, self.images)
        self.inside = self.again()

    def again(self, before=None, **how):
        encoding = self.model.encoding(self.image[None])
        decoding = self.model.decoding(pulled_codes(encoding[-1][:, : self.model.latent], self.pulled))
        return look_inside(self.model, self.survey, encoding, decoding, self.pulled, before, **how)

    def report(self, column, unit):
        return report_unit(self.survey, self.inside, column, unit)

    @property
    def shown(self):
        """The numbers of the units that are shown, column by column."""
        shown = [units.shown for units in self.inside.layers]
        shown.insert(len(shown) // 2, self.inside.code.shown)
        return shown

    def halves(self):
        trainer = self.trainer
        row = trainer.network.params[self.replica].double()
        return naive_halves(trainer.spec, row, trainer.dataset.pixels)

    def fed(self, images):
        pixels = torch.from_numpy(images.copy()).flatten(1).double()
        return 2 * pixels - 1 if self.trainer.spec.output == "tanh" else pixels

    def naive(self, images):
        """Activities (N, U) of every column, in doubles, and the head of the encoder."""
        encoder, decoder = self.halves()
        *hidden, head = naive_activities(encoder, self.fed(images))
        codes = head[:, : self.trainer.spec.latent].clone()
        for number, value in self.pulled.items():
            codes[:, number] = value
        *decoded, _ = naive_activities(decoder, codes)
        return [each.numpy() for each in (*hidden, codes, *decoded)], head.numpy()

    def weights(self):
        """The weights (in, out) of every layer, from the image to the answer."""
        encoder, decoder = self.halves()
        return [weight.numpy() for weight, _, _ in encoder + decoder]


def run(spec=SMALL, **fields):
    return Trainer(replace(spec, **fields))


def holds(looked):
    """Everything that is seen is what plain loops over the weights say."""
    inside, spec = looked.inside, looked.trainer.spec
    columns, head = looked.naive(looked.image[None])
    at = len(spec.hidden)
    seen = [units.activities for units in inside.layers]
    seen.insert(at, inside.code.values)
    assert len(seen) == len(columns) == 2 * at + 1
    for mine, naive in zip(seen, columns, strict=True):
        np.testing.assert_allclose(mine, naive[0], **CLOSE)
    assert [units.decodes for units in inside.layers] == [False] * at + [True] * at
    if spec.variational:
        spread = np.exp(head[0, spec.latent :].clip(-30, 20) / 2)
        np.testing.assert_allclose(inside.code.spread, spread, **CLOSE)
    else:
        assert inside.code.spread is None
    links_hold(looked, columns)


def links_hold(looked, columns):
    weights, shown = looked.weights(), looked.shown
    links = looked.inside.links
    assert len(links) == len(columns) + 1
    fed = looked.fed(looked.image[None])[0].numpy()
    for number, link in enumerate(links):
        every = {}
        if number == 0:
            for place, unit in enumerate(shown[0]):
                every[0, place] = sum(fed[pixel] * weights[0][pixel, unit] for pixel in range(len(fed)))
        elif number == len(columns):
            for place, unit in enumerate(shown[-1]):
                length = sum(weight**2 for weight in weights[-1][unit]) ** 0.5
                every[place, 0] = columns[-1][0, unit] * length
        else:
            for one, start in enumerate(shown[number - 1]):
                for other, end in enumerate(shown[number]):
                    every[one, other] = columns[number - 1][0, start] * weights[number][start, end]
        assert len(link.values) == len(every)
        assert (np.diff(np.abs(link.values)) <= 0).all()
        for one, other, value in zip(link.source, link.target, link.values, strict=True):
            assert value == pytest.approx(
                every.pop((one, other)), rel=1e-4, abs=1e-5
            )  # and none is told twice


@given(specs())
def test_that_any_network_looks_as_loops_over_its_weights_say(spec):
    trainer = Trainer(spec)
    for replica in range(spec.replicas):
        holds(Looked(trainer, replica))


@pytest.mark.parametrize("named", presets(), ids=lambda named: named.name)
def test_that_every_preset_looks_as_loops_over_its_weights_say(named):
    looked = Looked(Trainer(replace(named.spec, replicas=1)))
    holds(looked)
    for units in looked.inside.layers:
        assert len(units.shown) == min(SHOWN, len(units.activities))
    assert len(looked.inside.code.shown) == min(CODE_SHOWN, named.spec.latent)


@pytest.mark.parametrize("activation", ACTIVATIONS.names())
def test_that_every_activation_tells_its_units_apart_after_training(activation):
    looked = Looked(run(activation=activation, code_activation=activation), epochs=5)
    holds(looked)
    for column, units in enumerate(looked.naive(looked.images)[0]):
        for unit in range(units.shape[1]):
            assert looked.report(column, unit).counts.sum() == looked.trainer.dataset.count


def test_that_what_is_pulled_is_decoded_in_place_of_the_networks_own_code():
    looked = Looked(run(), pulled={1: 2.5, 0: -0.5, 7: 9.0}, epochs=3)
    looked.pulled = {1: 2.5, 0: -0.5}  # there is no number 7
    holds(looked)
    code, own = looked.inside.code, looked.model.encode(looked.image[None])[0]
    assert code.pulled.tolist() == [True, True, False]
    np.testing.assert_array_equal(code.values, np.array([-0.5, 2.5, own[2]], dtype=np.float32))


def test_that_links_into_a_pulled_number_are_what_the_network_would_make_of_it():
    free, held = Looked(run()), Looked(run(), pulled={0: 5.0, 1: 5.0, 2: 5.0})
    np.testing.assert_array_equal(free.inside.links[2].values, held.inside.links[2].values)
    assert not np.array_equal(free.inside.links[3].values, held.inside.links[3].values)


@pytest.mark.parametrize("output", ["sigmoid", "tanh"])
def test_that_links_into_a_linear_unit_without_bias_add_up_to_its_activity(output):
    spec = {"hidden": (5, 6), "activation": "identity", "code_activation": "identity", "output": output}
    looked = Looked(run(**spec, loss="squared-error"))
    columns = [units.activities[units.shown] for units in looked.inside.layers]
    columns.insert(2, looked.inside.code.values[looked.inside.code.shown])
    for link, activities in zip(looked.inside.links[:-1], columns, strict=True):
        sums = np.zeros(len(activities))
        np.add.at(sums, link.target, link.values)
        np.testing.assert_allclose(sums, activities, **CLOSE)


def test_that_without_a_hidden_layer_image_and_code_are_joined_directly():
    looked = Looked(run(hidden=(), latent=2))
    holds(looked)
    inside = looked.inside
    assert inside.layers == ()
    into, out = inside.links
    assert into.source.tolist() == out.target.tolist() == [0, 0]
    report = looked.report(0, 1)
    assert report.weights
    np.testing.assert_allclose(report.picture.ravel(), looked.weights()[0][:, 1], **CLOSE)


# --- pictures ---


@pytest.mark.parametrize("name", ["font5x7", "emojis"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_that_a_unit_beside_an_image_is_its_weights_and_any_other_what_excites_it(name, activation):
    looked = Looked(run(dataset=name, activation=activation, variational=True))
    shape, weights = looked.trainer.dataset.shape, looked.weights()
    columns, _ = looked.naive(looked.images)
    pictures = [looked.report(column, 1).picture for column in range(5)]
    np.testing.assert_allclose(pictures[0], weights[0][:, 1].reshape(shape), **CLOSE)
    np.testing.assert_allclose(pictures[4], weights[-1][1].reshape(shape), **CLOSE)
    for column in (1, 2, 3):
        over = columns[column][:, 1]
        shares = (over - over.mean()) / np.abs(over).sum()
        excites = sum(share * image for share, image in zip(shares, looked.images, strict=True))
        np.testing.assert_allclose(pictures[column], excites, **CLOSE)
        if (over >= 0).all():
            weighted = np.average(looked.images, axis=0, weights=over)
            np.testing.assert_allclose(pictures[column], weighted - looked.images.mean(0), **CLOSE)
    assert [looked.report(column, 1).weights for column in range(5)] == [True, False, False, False, True]
    for units, column in zip(looked.inside.layers, (0, 1, 3, 4), strict=True):
        place = units.shown.tolist().index(1)
        np.testing.assert_allclose(units.pictures[place], pictures[column], **CLOSE)


def test_that_what_is_shown_stays_as_it_was_while_the_run_trains_on():
    looked = Looked(run())
    before = [units.pictures.copy() for units in looked.inside.layers]
    looked.trainer.advance(5)
    for units, old in zip(looked.inside.layers, before, strict=True):
        np.testing.assert_array_equal(units.pictures, old)


# --- which units are shown, and where ---


def test_that_the_most_active_units_are_shown_and_the_numbers_that_tell_most():
    looked = Looked(run(hidden=(30, 20), latent=12), epochs=3)
    columns, _ = looked.naive(looked.images)
    holds(looked)
    for units in looked.inside.layers:
        sizes = np.abs(units.activities)
        assert units.shown.tolist() == sorted(range(len(sizes)), key=lambda unit: -sizes[unit])[:SHOWN]
    deviation = columns[2].std(0)
    telling = sorted(range(12), key=lambda number: -deviation[number])[:CODE_SHOWN]
    assert looked.inside.code.shown.tolist() == sorted(telling)
    np.testing.assert_allclose(looked.inside.code.low, columns[2].min(0), **CLOSE)
    np.testing.assert_allclose(looked.inside.code.high, columns[2].max(0), **CLOSE)
    for units, column in zip(looked.inside.layers, (0, 1, 3, 4), strict=True):
        np.testing.assert_allclose(units.reach, np.abs(columns[column]).max(0), **CLOSE)


def test_that_the_numbers_of_a_variational_code_that_are_shown_have_the_largest_divergence():
    looked = Looked(run(variational=True, latent=10), epochs=9)
    _, head = looked.naive(looked.images)
    mean, log_variance = np.split(head, 2, 1)
    divergence = ((mean**2 + np.exp(log_variance) - 1 - log_variance) / 2).mean(0)
    assert looked.inside.code.shown.tolist() == sorted(np.argsort(-divergence)[:CODE_SHOWN])


@given(st.data())
def test_that_whatever_is_shown_again_stays_in_its_place(data):
    count = data.draw(st.integers(1, 10))
    units = st.lists(st.integers(0, 15), min_size=count, max_size=count, unique=True)
    ranking, before = (np.array(data.draw(units)) for _ in range(2))
    placed = in_place(ranking, before)
    assert sorted(placed) == sorted(ranking)
    stays = np.isin(before, ranking)
    np.testing.assert_array_equal(placed[stays], before[stays])
    assert placed[~stays].tolist() == [unit for unit in ranking if unit not in before]


def test_that_a_look_keeps_units_in_their_places_and_held_ones_altogether():
    trainer = run(hidden=(40, 30), latent=12)
    before = Looked(trainer)
    trainer.advance(9)
    after = Looked(trainer)
    after.image = after.images[9]
    fresh, kept, held = after.again(), after.again(before.inside), after.again(before.inside, held=True)
    for one, new, stayed in zip(before.inside.layers, fresh.layers, kept.layers, strict=True):
        assert one.shown.tolist() != new.shown.tolist()
        assert stayed.shown.tolist() == in_place(new.shown, one.shown).tolist()
        np.testing.assert_array_equal(stayed.activities, new.activities)
    for one, stayed in zip(before.inside.layers, held.layers, strict=True):
        assert stayed.shown.tolist() == one.shown.tolist()
    after.inside = kept
    holds(after)
    after.inside = held
    holds(after)


# --- a unit over the set ---


@pytest.mark.parametrize("spec", [SMALL, replace(SMALL, variational=True, dataset="emojis-20")])
def test_that_a_report_counts_every_image_and_names_those_that_excite_most(spec):
    looked = Looked(run(spec), epochs=4)
    columns, _ = looked.naive(looked.images)
    for column, activities in enumerate(columns):
        for unit in range(activities.shape[1]):
            report, over = looked.report(column, unit), activities[:, unit]
            assert (report.column, report.unit) == (column, unit)
            assert len(report.edges) == len(report.counts) + 1 == BINS + 1
            assert report.counts.sum() == len(over)
            assert report.edges[[0, -1]] == pytest.approx([over.min(), over.max()], abs=1e-5)
            assert (np.diff(report.edges) > 0).all()
            assert len(report.exciting) == EXCITING
            np.testing.assert_allclose(
                over[list(report.exciting)], np.sort(over)[: -EXCITING - 1 : -1], **CLOSE
            )
            assert report.activity == pytest.approx(over[2], abs=1e-5)
            assert not report.dead


@pytest.mark.parametrize("column", [0, 1, 2, 3, 4])
@pytest.mark.parametrize(
    ("activation", "bias", "dead", "saturated"),
    [
        ("relu", -1000, True, 1.0), ("relu", 1000, False, 0.0), ("leaky-relu", -1000, False, 0.0),
        ("tanh", 1000, True, 1.0), ("tanh", -1000, True, 1.0), ("sigmoid", 1000, True, 1.0),
        ("silu", -1000, True, 1.0), ("gelu", -1000, True, 1.0), ("identity", 1000, False, 0.0),
    ],
)  # fmt: skip
def test_that_dead_and_saturated_units_are_told(activation, bias, dead, saturated, column):
    trainer = run(activation=activation, code_activation=activation)
    layers = (*trainer.network.encoder.layers, *trainer.network.decoder.layers)
    layers[column].bias[0, 0, 1] = bias
    looked = Looked(trainer)
    report = looked.report(column, 1)
    assert (report.dead, report.saturated) == (dead, saturated)
    assert report.counts.sum() == 32
    if dead:
        assert column in (0, 4) or not report.picture.any()
    if dead and activation in ("relu", "silu", "gelu"):
        assert not report.activity
        assert column == 2 or not looked.inside.layers[column - (column > 2)].reach[1]


def test_that_a_unit_saturated_for_some_images_has_their_share():
    trainer = run(activation="relu", hidden=(4,))
    looked = Looked(trainer)
    columns, _ = looked.naive(looked.images)
    for unit in range(4):
        assert looked.report(0, unit).saturated == pytest.approx((columns[0][:, unit] == 0).mean())


def test_that_a_unit_that_the_network_lacks_has_no_report():
    looked = Looked(run())
    for column, unit in ((-1, 0), (5, 0), (0, 6), (2, 3), (0, -1)):
        assert looked.report(column, unit) is None


def test_that_of_a_large_set_evenly_spaced_images_are_looked_through():
    looked = Looked(run(dataset="digits"))
    numbers = looked.survey.numbers
    assert len(looked.images) > SURVEYED
    assert SURVEYED / 2 < len(numbers) <= SURVEYED
    assert len(set(np.diff(numbers))) == 1
    columns, _ = looked.naive(looked.images[numbers])
    report = looked.report(1, 2)
    assert report.counts.sum() == len(numbers)
    assert report.exciting == tuple(numbers[np.argsort(-columns[1][:, 2])[:EXCITING]])
    holds(looked)


def test_that_a_quick_survey_is_of_fewer_images_where_the_network_is_large():
    small, emojis = run().model, load_dataset("emojis").images
    assert len(survey_of(small, load_dataset("font5x7").images, quick=True).numbers) == 32
    large = Trainer(replace(WIDE, dataset="emojis")).model
    assert FEWEST < len(survey_of(large, emojis, quick=True).numbers) < len(emojis)
    assert len(survey_of(large, emojis).numbers) == len(emojis)
    huge = Trainer(replace(WIDE, dataset="emojis", hidden=(2500, 1000))).model
    assert FEWEST / 2 < len(survey_of(huge, emojis, quick=True).numbers) <= FEWEST


def test_that_a_set_of_one_image_calls_no_unit_dead():
    image = load_dataset("font5x7").images[:1]
    report = Looked(Trainer(SMALL, Dataset("one", image, ("a",))), number=0).report(1, 0)
    assert (report.dead, report.counts.sum(), report.exciting) == (False, 1, (0,))


def test_that_infinite_activities_are_seen_as_finite_ones():
    trainer = run(hidden=(4,), latent=2, activation="relu", code_activation="tanh")
    first, code = trainer.network.encoder.layers
    first.weight.fill_(3e38)
    code.weight.fill_(1.0)
    looked = Looked(trainer)
    assert looked.naive(looked.image[None])[0][0].max() > np.finfo(np.float32).max
    for units in looked.inside.layers:
        for shown in (units.activities, units.reach, units.pictures):
            assert np.isfinite(shown).all()
    assert all(np.isfinite(link.values).all() for link in looked.inside.links)
    report = looked.report(0, 0)
    assert np.isfinite(report.edges).all()
    assert report.counts.sum() == 32
    for column in (1, 2):
        assert (np.abs(looked.report(column, 0).picture) <= 1 + 1e-5).all()
