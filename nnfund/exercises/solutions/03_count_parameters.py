"""Count the parameters of a network."""

from itertools import pairwise


def count(sizes: list[int]) -> int:
    """Return how many weights and biases a network with layers of these sizes has."""
    return sum(i * o + o for i, o in pairwise(sizes))  # o neurons, each with i weights and a bias
