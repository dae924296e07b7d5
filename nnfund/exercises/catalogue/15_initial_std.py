"""The initial spread that keeps sizes.

Level: basic
Page: 15_initialization_and_normalization

A layer has `fan_in` inputs. Below it is a Leaky ReLU, which multiplies negative values by `leak` and leaves
positive ones as they are; both are equally likely. Return the standard deviation of the weights with which
the mean square of the layer's sums is the same as in the layer below. For `leak=0` this is He's rule, for
`leak=1`, where nothing is lost, LeCun's. (Which `leak` gives PyTorch's default, a variance of
1/(3 · fan_in)?)
"""


def initial_std(fan_in: int, leak: float) -> float:
    """Return the standard deviation that keeps the mean square through a Leaky ReLU."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import math

from torch import nn

from nnfund.exercises import Case


def checks(answer):
    for fan_in, leak in ((50, 0.0), (100, 1.0), (64, 0.5), (10, 0.01), (3, 2.0)):
        expected = nn.init.calculate_gain("leaky_relu", leak) / math.sqrt(fan_in)
        yield Case(answer.initial_std, fan_in, leak, expected=expected)


def variance(fan_in, leak):
    """This is the variance. The standard deviation is its square root."""
    return 2 / ((1 + leak**2) * fan_in)


def leak_not_squared(fan_in, leak):
    """Right for `leak` 0 and 1 only. What counts is the mean *square*, and a value times `leak` has a square
    times `leak` squared.
    """
    return math.sqrt(2 / ((1 + leak) * fan_in))


def always_he(fan_in, leak):
    """Right for `leak=0` only, where the negative half is lost. Otherwise a part of it passes, and smaller
    weights are enough.
    """
    return math.sqrt(2 / fan_in)


def no_two(fan_in, leak):
    """Too small by the root of 2. Only *half* of the values are positive, the other half negative: the mean
    square is multiplied by (1 + leak²) / 2.
    """
    return math.sqrt(1 / ((1 + leak**2) * fan_in))


def leak_helps(fan_in, leak):
    """The larger `leak`, the more passes, and the *smaller* the weights must be. Here they grow: divide by
    what passes, instead of multiplying by it.
    """
    return math.sqrt(2 * (1 + leak**2) / fan_in)


MISTAKES = [variance, leak_not_squared, always_he, no_two, leak_helps]
