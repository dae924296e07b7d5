"""Compare a scratch layer or loss with the torch module of the same name: values, gradients, many shapes."""

import torch
from torch import Tensor, nn

from nnfund.scratch import Layer
from nnfund.scratch.losses import Loss

EXACT = {"rtol": 1e-10, "atol": 1e-10}


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def assert_layer_equals_torch(layer: Layer, module: nn.Module, x: Tensor) -> None:
    """Two passes with the same weights, so that gradients accumulate: all of them equal torch's."""
    layer.load_state_dict(module.state_dict())
    for round_number in range(2):
        x_torch = (x + round_number).requires_grad_()
        y_torch = module(x_torch)
        y = layer(x + round_number)
        torch.testing.assert_close(y, y_torch.detach(), **EXACT)

        grad_y = numbers(*y.shape, seed=round_number)
        y_torch.backward(grad_y)
        torch.testing.assert_close(layer.backward(grad_y), x_torch.grad, **EXACT)
    for ours, theirs in zip(layer.parameters(), module.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, **EXACT)
    assert layer.state_dict().keys() == module.state_dict().keys()
    for ours, theirs in zip(layer.state_dict().values(), module.state_dict().values(), strict=True):
        torch.testing.assert_close(ours, theirs, **EXACT)  # buffers too, which the two passes have moved
    module.load_state_dict(layer.state_dict())


def assert_loss_equals_torch(loss_fn: Loss, module: nn.Module, outputs: Tensor, targets: Tensor) -> None:
    outputs_torch = outputs.clone().requires_grad_()
    expected = module(outputs_torch, targets)
    expected.backward()
    torch.testing.assert_close(loss_fn(outputs, targets), expected.detach(), **EXACT)
    torch.testing.assert_close(loss_fn.backward(), outputs_torch.grad, **EXACT)


class FromScratch(torch.autograd.Function):
    """A scratch layer as an autograd function, for `torch.autograd.gradcheck`."""

    @staticmethod
    def forward(ctx, x, layer):
        ctx.layer = layer
        return layer(x).clone()

    @staticmethod
    def backward(ctx, grad_y):
        return ctx.layer.backward(grad_y), None


def passes_gradcheck(layer: Layer, x: Tensor) -> bool:
    def function(x: Tensor) -> Tensor:
        return FromScratch.apply(x, layer)

    return torch.autograd.gradcheck(function, x.clone().requires_grad_())
