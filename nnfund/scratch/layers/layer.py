"""What every layer has in common."""

from collections.abc import Mapping
from typing import Self

import torch
from torch import Tensor


def parameter(values: Tensor) -> Tensor:
    """Return the tensor with a `.grad` of zeros beside it, for `backward` to add to."""
    values.grad = torch.zeros_like(values)
    return values


class Layer:
    """A function with a derivative: `forward` computes y from x, `backward` computes dL/dx from dL/dy.

    To write your own, define `forward` and `backward`; keep in `self` whatever `backward` needs to know of
    the forward pass. If it learns, make its tensors with `parameter(...)`, name them in the class, as in
    `parameter_names = ("weight", "bias")`, and let `backward` add to their `.grad`.

    Attributes:
        training: Whether the layer trains; `Dropout` and `BatchNorm1d` do something else when it does not.
        input_grad: False when `backward` leaves dL/dx out and returns None.
        x: The input of the latest forward pass, where `backward` needs it; else None.
        y: The output of the latest forward pass; None in a layer that keeps none, such as `Sequential`.
    """

    parameter_names: tuple[str, ...] = ()  # tensors that an optimizer changes
    buffer_names: tuple[str, ...] = ()  # tensors that are saved but not learned
    training = True
    input_grad = True
    x: Tensor | None = None
    y: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return the layer's output for x."""
        raise NotImplementedError(f"{type(self).__name__} needs a forward(x)")

    def backward(self, grad_y: Tensor) -> Tensor:
        """Add dL/dparameter to each parameter's `.grad` and return dL/dx, given dL/dy."""
        raise NotImplementedError(f"{type(self).__name__} needs a backward(grad_y)")

    def __call__(self, x: Tensor) -> Tensor:
        """Return `forward(x)`."""
        return self.forward(x)

    def __repr__(self) -> str:
        shapes = (f"{name}: {tuple(tensor.shape)}" for name, tensor in self.named_parameters().items())
        return f"{type(self).__name__}({', '.join(shapes)})"

    def named_parameters(self) -> dict[str, Tensor]:
        """Return the parameters by name, for example `{"weight": …, "bias": …}`."""
        return self._present(self.parameter_names)

    def parameters(self) -> list[Tensor]:
        """Return the parameters, as an optimizer takes them."""
        return list(self.named_parameters().values())

    def state_dict(self) -> dict[str, Tensor]:
        """Return parameters and buffers by name; the equal torch module's `load_state_dict` takes it."""
        return {name: tensor.detach() for name, tensor in self._state().items()}

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> None:
        """Copy values into parameters and buffers, from a `state_dict` of ours or of the equal torch module.

        Raises:
            ValueError: A name is missing or unknown, or a shape differs; nothing has been copied then.
        """
        own = self._state()
        if own.keys() != state_dict.keys():
            missing, unknown = own.keys() - state_dict.keys(), state_dict.keys() - own.keys()
            raise ValueError(f"state_dict lacks {sorted(missing)} and has unknown {sorted(unknown)}")
        for name, tensor in own.items():
            if tensor.shape != state_dict[name].shape:
                raise ValueError(
                    f"state_dict[{name!r}] must have shape {tuple(tensor.shape)}, "
                    f"got {tuple(state_dict[name].shape)}"
                )
        for name, tensor in own.items():
            tensor.copy_(state_dict[name].detach())

    def train(self, mode: bool = True) -> Self:
        """Switch to training (or, with False, to evaluation) and return the layer."""
        self.training = mode
        return self

    def eval(self) -> Self:
        """Switch to evaluation and return the layer."""
        return self.train(False)

    def _state(self) -> dict[str, Tensor]:
        return self._present(self.parameter_names + self.buffer_names)

    def _present(self, names: tuple[str, ...]) -> dict[str, Tensor]:
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}
