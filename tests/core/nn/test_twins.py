"""Every record that computes is held against an independent twin; one without a twin fails here, by name."""

import oracles
import pytest

from core.choices.activations import ACTIVATIONS
from core.choices.losses import LOSSES
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.schedules import SCHEDULES
from core.choices.sparsities import SPARSITIES
from core.measure.metrics import METRICS

TWINS = {
    "activation": (ACTIVATIONS, oracles.FUNCTIONS),
    "loss": (LOSSES, oracles.PIXEL_LOSSES),
    "optimizer": (OPTIMIZERS, oracles.OPTIMIZERS),
    "schedule": (SCHEDULES, oracles.SCHEDULES),
    "sparsity": (SPARSITIES, oracles.SPARSITIES),
    "penalty": (PENALTIES, oracles.PENALTIES),
}


@pytest.mark.parametrize("kind", TWINS)
def test_that_every_record_has_its_twin(kind):
    records, twins = TWINS[kind]
    assert records.kind == kind
    assert set(twins) == set(records.names()), f"tests/core/oracles.py needs one twin for every {kind}"


def test_that_every_metric_of_a_report_has_its_twin():
    reported = {metric.name for metric in METRICS if metric.reported}
    assert set(oracles.METRICS) == reported, "tests/core/oracles.py needs one twin for every metric"
