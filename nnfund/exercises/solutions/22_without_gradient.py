"""Which parameters does no gradient reach?"""

from torch import Tensor, nn


def without_gradient(model: nn.Module, loss: Tensor) -> list[str]:
    """Return the names of the parameters that loss.backward() leaves without a gradient."""
    model.zero_grad()  # backward() adds to what is there
    loss.backward()
    return [
        name
        for name, parameter in model.named_parameters()
        if parameter.grad is None or not parameter.grad.any()  # not reached, or reached by zeros
    ]
