"""The divergence of a variational code, and the contraction, which needs autograd."""

import torch
from torch import Tensor

from core.choices.activations import Activation
from core.nn.network import Stack


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) || N(0, 1)) in nats, elementwise: (R, N, L) twice -> (R, N, L).

    (mean^2 + variance - 1 - log variance) / 2: Kingma and Welling 2014, appendix B.
    """
    return (mean.square() + log_variance.exp() - 1 - log_variance).mul_(0.5).clamp_(min=0)


def divergence_slopes(mean: Tensor, log_variance: Tensor, free: float) -> tuple[Tensor, Tensor]:
    """d/d(mean) and d/d(log-variance) of the sum over units of max(`free`, mean KL over images), times N.

    Free bits as in Kingma et al. 2016: a unit whose mean KL is not above `free` nats pays nothing and is
    not pulled.
    """
    to_mean, to_log_variance = mean, log_variance.exp().sub_(1).mul_(0.5)
    if free > 0:
        paying = divergence(mean, log_variance).mean(1, keepdim=True) > free  # (R, 1, L)
        return to_mean * paying, to_log_variance * paying
    return to_mean, to_log_variance


def code_slope(encoder: Stack, x: Tensor, latent: int) -> Tensor:
    """Squared slope of the code, sum over pixels and units of (d code / d pixel)^2: x (R, N, D) -> (R, N).

    The Jacobian is the product of the layers' weights and their activations' slopes, gathered from the code
    down, where it is narrow. `latent` is L: of a variational code only the means count.
    """
    slopes = []
    for layer in encoder.layers:
        z = torch.baddbmm(layer.bias, x, layer.weight)
        x = layer.activation.forward(z)
        slopes.append(_slope(layer.activation, z, x))
    # J begins as one row for every code unit: (R, N, L, L), then (R, N, L, out of the layer below), ...
    jacobian = torch.diag_embed(slopes[-1][..., :latent])
    last = encoder.layers[-1].weight[..., :latent]  # (R, in, L)
    jacobian = jacobian @ last.mT.unsqueeze(1)
    for layer, slope in zip(encoder.layers[-2::-1], slopes[-2::-1], strict=True):
        jacobian = (jacobian * slope.unsqueeze(2)) @ layer.weight.mT.unsqueeze(1)
    return jacobian.square().sum((2, 3))


def _slope(activation: Activation, z: Tensor, a: Tensor) -> Tensor:
    """f'(z) of a = f(z), same shape; itself differentiable where z is."""
    if z.requires_grad:  # aten's written-out slopes, of SiLU for one, have none of their own
        return torch.autograd.grad(a.sum(), z, create_graph=True)[0]
    return activation.backward(torch.ones_like(z), z, a)


def add_contraction(encoder: Stack, x: Tensor, latent: int, weight: float | Tensor) -> None:
    """Add the slope of `weight` x mean over images of `code_slope` to the encoder's gradients.

    `weight` is a number, or (R,), one a replica.

    It takes the slope of a slope, which nobody should write out by hand: the one place that uses autograd.
    """
    with torch.inference_mode(False), torch.enable_grad():
        leaves = [
            tensor.detach().requires_grad_()
            for layer in encoder.layers
            for tensor in (layer.weight, layer.bias)
        ]
        free = encoder.with_weights(leaves)
        total = (code_slope(free, x.clone(), latent).mean(1) * weight).sum()
        pulls = torch.autograd.grad(total, leaves, allow_unused=True)
    own = [tensor for layer in encoder.layers for tensor in (layer.weight_grad, layer.bias_grad)]
    for gradient, pull in zip(own, pulls, strict=True):
        if pull is not None:
            gradient.add_(pull)
