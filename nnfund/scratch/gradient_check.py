"""Is a backward pass right? Compare it with the definition of a derivative.

The derivative of L with respect to a number p is the limit of (L(p + ε) − L(p − ε)) / (2ε) as ε goes to 0.
So nudge every number, one at a time, and look at what `forward` does: slow, and hard to get wrong. What
`backward` says must agree.

    >>> import torch
    >>> from nnfund import scratch
    >>> bool(scratch.check_gradients(scratch.Linear(5, 3), torch.randn(4, 5)))
    True

Printed, the answer is a table, with numbers like these:

    gradient of  shape   ‖backward‖  ‖differences‖  relative error
    x            (4, 5)    1.65e+00       1.65e+00         3.5e-10  ok
    weight       (3, 5)    6.95e+00       6.95e+00         6.1e-11  ok
    bias         (3,)      3.69e+00       3.69e+00         5.0e-11  ok

Stanford's CS231n notes, "Gradient checks", explain the choices: centred differences, float64, a relative
error.
"""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nnfund.scratch.gradient_report import GradientCheck, GradientRow

SMALL = 1e-3  # norms below it count as this, or rounding errors would be compared with rounding errors


def check_gradients(
    layer: Any,
    x: Tensor,
    targets: Tensor | None = None,
    *,
    epsilon: float = 1e-6,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> GradientCheck:
    """Compare a layer's `backward` with centred differences, for its input and for each of its parameters.

    It works on a copy in float64, so the layer is not changed. A layer's output is turned into a single
    number L by a random weighting, so that no error can cancel out. A kink within `epsilon` of a number, such
    as ReLU's at 0, shows as an error that is not one: try another input.

    Args:
        layer: Anything with `forward(x)` and `backward(grad_y)`, and `parameters()` with `.grad` if it
            learns; or a loss, with `forward(x, targets)` and `backward()`.
        x: An input; a few small samples will do, as each number costs two forward passes.
        targets: The targets of a loss.
        epsilon: How far to nudge.
        tolerance: The largest relative error that passes.
        seed: Random numbers, dropout's too, are drawn afresh from it in every forward pass.

    Raises:
        ValueError: x holds no floating-point numbers, or `backward` returns no gradient of the shape of x.
    """
    if not x.is_floating_point():
        raise ValueError(f"x must be floating-point, got {x.dtype}: a nudge must be possible")
    layer = copy.deepcopy(layer)
    x = x.detach().to(torch.float64, copy=True)
    parameters = _parameters_in_float64(layer)
    if targets is not None and targets.is_floating_point():
        targets = targets.double()

    def forward() -> Tensor:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return layer.forward(x) if targets is None else layer.forward(x, targets)

    y = forward()
    weighting = torch.ones_like(y)
    if targets is None:
        # Not the seed that the input may have been drawn with: a weighting equal to x could hide an error.
        generator = torch.Generator().manual_seed(seed + 123_456_789)
        weighting = torch.randn(y.shape, generator=generator, dtype=y.dtype)
    grad_x = layer.backward() if targets is not None else layer.backward(weighting)

    def loss() -> float:
        return (forward() * weighting).sum().item()

    rows = []
    if getattr(layer, "input_grad", True):
        if grad_x is None:
            raise ValueError("backward must return dL/dx, got None: is a return missing?")
        rows.append(_compare("x", x, grad_x, loss, epsilon, tolerance))
    for name, parameter in parameters.items():
        rows.append(_compare(name, parameter, parameter.grad.clone(), loss, epsilon, tolerance))
    return GradientCheck(tuple(rows))


def _parameters_in_float64(layer: Any) -> dict[str, Tensor]:
    if hasattr(layer, "named_parameters"):
        named = dict(layer.named_parameters())
    else:
        tensors = layer.parameters() if hasattr(layer, "parameters") else []
        named = {f"parameters()[{i}]": tensor for i, tensor in enumerate(tensors)}
    for tensor in named.values():
        tensor.data = tensor.data.double()
        tensor.grad = torch.zeros_like(tensor)
    return named


def _compare(
    name: str, tensor: Tensor, grad: Tensor, loss: Callable[[], float], epsilon: float, tolerance: float
) -> GradientRow:
    if grad.shape != tensor.shape:
        raise ValueError(
            f"the gradient of {name} must have its shape, {tuple(tensor.shape)}, got {tuple(grad.shape)}"
        )
    differences = centred_differences(loss, tensor, epsilon)
    norms = grad.norm().item(), differences.norm().item()
    error = (grad - differences).norm().item() / max(*norms, SMALL)
    return GradientRow(name, tuple(tensor.shape), *norms, error, tolerance)


def centred_differences(loss: Callable[[], float], tensor: Tensor, epsilon: float = 1e-6) -> Tensor:
    """Return dloss/dtensor from nudges of ±epsilon to one number of the tensor at a time.

    Args:
        loss: Computes the loss from the tensor's present values.
        tensor: Changed in place while `loss` is called, and restored.
        epsilon: How far to nudge.
    """
    gradient = torch.zeros_like(tensor)
    for index in range(tensor.numel()):
        place = tuple(int(i) for i in torch.unravel_index(torch.tensor(index), tensor.shape))
        value = tensor[place].item()
        tensor[place] = value + epsilon
        above = loss()
        tensor[place] = value - epsilon
        below = loss()
        tensor[place] = value
        gradient[place] = (above - below) / (2 * epsilon)
    return gradient
