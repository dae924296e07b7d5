"""The way back through a graph."""

import itertools


class Number:
    """A number that remembers what it was computed from."""

    clock = itertools.count()

    def __init__(self, data: float, parents: tuple = (), slopes: tuple = ()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes  # of this number, in each parent
        self.born = next(Number.clock)

    def __add__(self, other: "Number") -> "Number":
        return Number(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: "Number") -> "Number":
        return Number(self.data * other.data, (self, other), (other.data, self.data))


def backward(result: Number) -> None:
    """Set the grad of result, and of all numbers that it depends on."""
    found, waiting = {result}, [result]
    while waiting:  # first collect: who belongs to the history?
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    result.grad = 1.0
    for number in sorted(found, key=lambda number: number.born, reverse=True):
        for parent, slope in zip(number.parents, number.slopes, strict=True):
            parent.grad += slope * number.grad  # multiply along arrows, add where they meet
