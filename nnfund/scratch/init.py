"""Initial values for weights: PyTorch's default, Xavier's and Kaiming's.

Every scheme draws from a distribution whose width depends on a layer's *fans*, the number of inputs that one
output adds up (`fan_in`) and the number of outputs that one input reaches (`fan_out`). Xavier's and Kaiming's
choose it so that signals neither grow nor shrink from layer to layer. Under PyTorch's default they shrink,
which does no harm in a few layers.

A trailing underscore means, as in `torch.nn.init`: fills the tensor in place. With the same seed, the same
numbers are drawn as by the function of the same name in `torch.nn.init`.
"""

import math

from torch import Tensor

GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2)}


def fans(weight: Tensor) -> tuple[int, int]:
    """Return `(fan_in, fan_out)` of a weight of shape (out, in) or (out, in, height, width).

    Raises:
        ValueError: The tensor has fewer than two dimensions, as a bias has.
    """
    if weight.dim() < 2:
        raise ValueError(f"weight must have at least 2 dimensions (out, in, …), got {tuple(weight.shape)}")
    window = weight[0, 0].numel()  # 1 for a linear layer, height × width for a convolution
    return weight.shape[1] * window, weight.shape[0] * window


def calculate_gain(nonlinearity: str, a: float = 0.0) -> float:
    """Return the factor that makes up for what an activation takes from the signal's spread.

    Args:
        nonlinearity: `"linear"`, `"sigmoid"`, `"tanh"`, `"relu"` or `"leaky_relu"`.
        a: The negative slope of `"leaky_relu"`.

    Raises:
        ValueError: The nonlinearity is none of these.
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + a**2))
    if nonlinearity not in GAINS:
        raise ValueError(f"nonlinearity must be one of {[*GAINS, 'leaky_relu']}, got {nonlinearity!r}")
    return GAINS[nonlinearity]


def kaiming_uniform_(
    weight: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Tensor:
    """Fill with uniform numbers of standard deviation gain / √fan (He et al., 2015, section 2.2)."""
    std = calculate_gain(nonlinearity, a) / math.sqrt(_fan(weight, mode))
    return _uniform_(weight, std)


def kaiming_normal_(
    weight: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Tensor:
    """Fill with normal numbers of standard deviation gain / √fan (He et al., 2015, section 2.2)."""
    return weight.normal_(0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(weight, mode)))


def xavier_uniform_(weight: Tensor, gain: float = 1.0) -> Tensor:
    """Fill with uniform numbers of variance 2 gain² / (fan_in + fan_out) (Glorot and Bengio, 2010)."""
    return _uniform_(weight, gain * math.sqrt(2 / sum(fans(weight))))


def xavier_normal_(weight: Tensor, gain: float = 1.0) -> Tensor:
    """Fill with normal numbers of variance 2 gain² / (fan_in + fan_out) (Glorot and Bengio, 2010)."""
    return weight.normal_(0, gain * math.sqrt(2 / sum(fans(weight))))


def default_(weight: Tensor, bias: Tensor | None = None) -> None:
    """Fill as `nn.Linear` and `nn.Conv2d` do: uniform in ±1/√fan_in, the weight first, then the bias."""
    kaiming_uniform_(weight, a=math.sqrt(5))  # √5 is PyTorch's way to write a bound of 1/√fan_in
    if bias is not None:
        bound = 1 / math.sqrt(fans(weight)[0])
        bias.uniform_(-bound, bound)


def _uniform_(weight: Tensor, std: float) -> Tensor:
    bound = math.sqrt(3) * std  # a uniform distribution in ±bound has the standard deviation bound / √3
    return weight.uniform_(-bound, bound)


def _fan(weight: Tensor, mode: str) -> int:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {mode!r}")
    return fans(weight)[mode == "fan_out"]
