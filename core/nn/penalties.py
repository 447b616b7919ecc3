"""The KL divergence of a variational code, and the contraction, which needs autograd."""

import torch
from torch import Tensor

from core.choices.activations import Activation
from core.nn.network import Stack


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) || N(0, 1)) in nats, elementwise: (R, N, L) twice -> (R, N, L).

    (mean^2 + variance - 1 - log variance) / 2: Kingma and Welling 2014, appendix B.
    """
    return (mean.square() + log_variance.exp() - 1 - log_variance).mul_(0.5).clamp_(min=0)


def divergence_gradients(mean: Tensor, log_variance: Tensor, free: float) -> tuple[Tensor, Tensor]:
    """d/d(mean) and d/d(log-variance), (R, N, L), of N times the KL that is paid.

    That is the sum over units of max(`free`, mean KL over images). Free bits as in Kingma et al. 2016: a unit
    whose mean KL is not above `free` nats is not penalised.
    """
    to_mean, to_log_variance = mean, log_variance.exp().sub_(1).mul_(0.5)
    if free > 0:
        paying = divergence(mean, log_variance).mean(1, keepdim=True) > free  # (R, 1, L)
        return to_mean * paying, to_log_variance * paying
    return to_mean, to_log_variance


def squared_jacobian(encoder: Stack, x: Tensor, latent: int) -> Tensor:
    """Sum over pixels and units of (d code / d pixel)^2: x (R, N, D) -> (R, N).

    The Jacobian is the product of the layers' weights and their activations' derivatives, gathered from the
    code down, where it is narrow. `latent` is L: of a variational code only the means count.
    """
    derivatives = []
    for layer in encoder.layers:
        z = torch.baddbmm(layer.bias, x, layer.weight)
        x = layer.activation.forward(z)
        derivatives.append(_derivative(layer.activation, z, x))
    # J begins as one row for every code unit: (R, N, L, L), then (R, N, L, out of the layer below), ...
    jacobian = torch.diag_embed(derivatives[-1][..., :latent])
    last = encoder.layers[-1].weight[..., :latent]  # (R, in, L)
    jacobian = jacobian @ last.mT.unsqueeze(1)
    for layer, derivative in zip(encoder.layers[-2::-1], derivatives[-2::-1], strict=True):
        jacobian = (jacobian * derivative.unsqueeze(2)) @ layer.weight.mT.unsqueeze(1)
    return jacobian.square().sum((2, 3))


def _derivative(activation: Activation, z: Tensor, a: Tensor) -> Tensor:
    """f'(z) of a = f(z), same shape; itself differentiable where z is."""
    if z.requires_grad:  # aten's written-out derivatives, of SiLU for one, have none of their own
        return torch.autograd.grad(a.sum(), z, create_graph=True)[0]
    return activation.backward(torch.ones_like(z), z, a)


def contraction_gradients(
    encoder: Stack, x: Tensor, latent: int, weight: float | Tensor
) -> tuple[tuple[Tensor, Tensor], ...]:
    """Gradients of `weight` x the mean over images of `squared_jacobian`: pairs for `Gradients.parameters`.

    `weight` is a number, or (R,), one a replica. It takes the derivative of a derivative, which nobody should
    write out by hand: the one place that uses autograd.
    """
    with torch.inference_mode(False), torch.enable_grad():
        leaves = [
            tensor.detach().requires_grad_()
            for layer in encoder.layers
            for tensor in (layer.weight, layer.bias)
        ]
        free = encoder.with_weights(leaves)
        total = (squared_jacobian(free, x.clone(), latent).mean(1) * weight).sum()
        gradients = torch.autograd.grad(total, leaves, allow_unused=True)
    buffers = [buffer for layer in encoder.layers for buffer in (layer.weight_grad, layer.bias_grad)]
    return tuple(pair for pair in zip(buffers, gradients, strict=True) if pair[1] is not None)
