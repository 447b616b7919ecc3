"""Losses against closed forms in plain Python, and the weighting by focus against its definition."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.objective import Objective, focus_weights
from core.registry import OUTPUTS
from core.spec import Spec

PAIRS = [("bce", "sigmoid")] + [
    (loss, output) for loss in ("squared-error", "half-squared-error") for output in ("sigmoid", "tanh")
]


def closed_form(loss, output, z, pixel):
    """Loss of one pixel from its logit, in doubles."""
    if loss == "bce":
        p = 1 / (1 + math.exp(-z))
        return -math.log(p) if pixel else -math.log1p(-p)
    a, t = (1 / (1 + math.exp(-z)), pixel) if output == "sigmoid" else (math.tanh(z), 2 * pixel - 1)
    return (a - t) ** 2 * (0.5 if loss.startswith("half") else 1)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@given(data=st.data())
def test_that_the_loss_of_an_image_is_its_closed_form(loss, output, reduction, data):
    rows = data.draw(
        st.lists(
            st.lists(st.tuples(st.floats(-12, 12), st.booleans()), min_size=3, max_size=3),
            min_size=1, max_size=4,
        )
    )  # fmt: skip
    objective = Objective(Spec(loss=loss, output=output, reduction=reduction), 3)
    logits = torch.tensor([[[z for z, _ in row] for row in rows]], dtype=torch.float64)
    pixels = torch.tensor([[[float(on) for _, on in row] for row in rows]], dtype=torch.float64)
    ours = objective.per_image(logits, objective.output.encode(pixels))[0].tolist()
    theirs = [sum(closed_form(loss, output, z, int(on)) for z, on in row) for row in rows]
    assert ours == pytest.approx([each / (3 if reduction == "mean" else 1) for each in theirs], rel=1e-7)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@given(seed=st.integers(0, 999), count=st.integers(1, 5), focus=st.sampled_from([0.0, 0.5, 2.0]))
def test_that_the_gradient_is_the_slope_of_the_weighted_mean_loss(
    loss, output, reduction, seed, count, focus
):
    generator = torch.Generator().manual_seed(seed)
    objective = Objective(Spec(loss=loss, output=output, reduction=reduction, focus=focus), 4)
    logits = torch.randn(2, count, 4, generator=generator, dtype=torch.float64).mul_(3).requires_grad_()
    target = objective.output.encode(torch.rand(2, count, 4, generator=generator, dtype=torch.float64))
    losses = Objective.per_image(objective, logits * 1, target)
    weights = (losses / losses.mean(1, keepdim=True)).clamp(min=0.05) ** focus
    (losses * weights.detach()).mean(1).sum().backward()
    torch.testing.assert_close(
        objective.gradient(logits.detach(), target), logits.grad, rtol=1e-9, atol=1e-13
    )


@pytest.mark.parametrize("output", OUTPUTS.names())
@given(pixel=st.floats(0, 1, width=32))
def test_that_pixels_come_back_from_their_coding(output, pixel):
    coding = OUTPUTS[output]
    x = torch.tensor([pixel])
    torch.testing.assert_close(coding.decode(coding.encode(x)), x, rtol=0, atol=1e-7)


@given(st.lists(st.floats(0, 50), min_size=1, max_size=8), st.floats(0, 2))
def test_that_focus_is_a_power_of_the_share_of_the_mean_with_a_floor(losses, power):
    mean = sum(losses) / len(losses)
    if mean < 1e-30:
        return
    ours = focus_weights(torch.tensor(losses, dtype=torch.float64).view(1, -1, 1), power)
    assert ours.flatten().tolist() == pytest.approx([max(each / mean, 0.05) ** power for each in losses])


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_that_focus_stays_finite_where_nothing_is_left_to_learn(power):
    assert torch.isfinite(focus_weights(torch.zeros(2, 3, 1), power)).all()
