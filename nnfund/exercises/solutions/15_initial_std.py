"""The initial spread that keeps sizes."""

import math


def initial_std(fan_in: int, leak: float) -> float:
    """Return the standard deviation that keeps the mean square through a Leaky ReLU."""
    passes = (1 + leak**2) / 2  # half of the mean square as it is, half times leak²
    return math.sqrt(1 / (fan_in * passes))  # PyTorch's default: passes = 3, so leak = √5
