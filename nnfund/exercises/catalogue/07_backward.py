"""The way back through a graph.

Level: intermediate
Page: 07_autograd

A `Number` knows its `parents`, the numbers that it was computed from, and its slope in each of them.
`born` counts up: a number is always born after its parents. Every `grad` is 0.0 at the beginning.

Write `backward(result)`. Afterwards `grad` of every number that `result` depends on is the slope of
`result` in it, and that of `result` itself is 1. It returns nothing. Each number may pass on what it has
only when all its shares have arrived. (The page's engine does it in a method; here it is a function.)
"""

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
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case

PARTS = ("a.grad", "b.grad")


def checks(answer):
    def product(a, b):
        """y = a * b; a.grad and b.grad after backward(y)"""
        a, b = Number(a), Number(b)
        answer.backward(a * b)
        return a.grad, b.grad

    def reused(a, b):
        """y = a * b + a; a.grad and b.grad after backward(y)"""
        a, b = Number(a), Number(b)
        answer.backward(a * b + a)
        return a.grad, b.grad

    def in_between(a, b):
        """y = c * c with c = a * b; the grads of y, of c and of a after backward(y)"""
        a, b = Number(a), Number(b)
        c = a * b
        y = c * c
        answer.backward(y)
        return y.grad, c.grad, a.grad

    def two_ways(a, b):
        """d = a * b, e = d + a, y = d * e; a.grad and b.grad after backward(y)"""
        a, b = Number(a), Number(b)
        d = a * b
        e = d + a
        answer.backward(d * e)
        return a.grad, b.grad

    def other_way_round(a, b):
        """d = a * b, e = d + a, y = e * d; a.grad and b.grad after backward(y)"""
        a, b = Number(a), Number(b)
        d = a * b
        e = d + a
        answer.backward(e * d)
        return a.grad, b.grad

    a, b = 2.0, -3.0
    yield Case(product, a, b, expected=(b, a), parts=PARTS)
    yield Case(reused, a, b, expected=(b + 1, a), parts=PARTS)
    parts = ("y.grad", "c.grad", "a.grad")
    yield Case(in_between, a, b, expected=(1.0, 2 * a * b, 2 * a * b * b), parts=parts)
    for check in (two_ways, other_way_round):  # y = a² b² + a² b
        yield Case(check, a, b, expected=(2 * a * b * b + 2 * a * b, 2 * a * a * b + a * a), parts=PARTS)


def found_by(result):
    found = [result]
    for number in found:  # it grows while we walk
        found += [p for i, p in enumerate(number.parents) if p not in found + list(number.parents[:i])]
    return found


def overwritten(result):
    """A number that is used twice gets only one of its shares. Where arrows meet, shares add up: `+=`, not
    `=`.
    """
    result.grad = 1.0
    for number in sorted(found_by(result), key=lambda n: -n.born):
        for parent, slope in zip(number.parents, number.slopes, strict=True):
            parent.grad = slope * number.grad


def too_early(result):
    """One number passed on its gradient before all its shares had come. The order in which a walk finds the
    numbers is not enough; the youngest must always go first. `born` says who that is.
    """
    result.grad = 1.0
    for number in found_by(result):
        for parent, slope in zip(number.parents, number.slopes, strict=True):
            parent.grad += slope * number.grad


def no_beginning(result):
    """All gradients are 0: every share is a multiple of the gradient of `result`, and that was never
    set. The slope of a number in itself is 1.
    """
    for number in sorted(found_by(result), key=lambda n: -n.born):
        for parent, slope in zip(number.parents, number.slopes, strict=True):
            parent.grad += slope * number.grad


def passed_twice(result):
    """Something is counted twice. A number that is reached on two ways passes on *all* it has each time,
    including what it has already passed on. Each number may do so once, when everything has come.
    """

    def walk(number):
        for parent, slope in zip(number.parents, number.slopes, strict=True):
            parent.grad += slope * number.grad
            walk(parent)

    result.grad = 1.0
    walk(result)


def listed_twice(result):
    """Something is counted twice. Where two ways lead to a number, it stands in the list twice, and
    passes on all it has both times. Collect each number once, and let each pass on once.
    """
    result.grad = 1.0
    waiting = [result]
    while waiting:
        number = waiting.pop()
        for parent, slope in zip(number.parents, number.slopes, strict=True):
            parent.grad += slope * number.grad
            waiting.append(parent)


def one_level(result):
    """Only the parents of `result` have a gradient. Either the walk stops there, though they have
    parents, too; or it goes from the oldest to the youngest. `result` must be the first to pass
    something on.
    """
    result.grad = 1.0
    for parent, slope in zip(result.parents, result.slopes, strict=True):
        parent.grad += slope * result.grad


def local_only(result):
    """The local slopes are added up, but not multiplied along the way. What a parent gets is the local
    slope *times* the gradient of the number below.
    """
    result.grad = 1.0
    for number in sorted(found_by(result), key=lambda n: -n.born):
        for parent, slope in zip(number.parents, number.slopes, strict=True):
            parent.grad += slope


MISTAKES = [overwritten, too_early, no_beginning, passed_twice, listed_twice, one_level, local_only]
