"""Reverse-mode automatic differentiation for single numbers.

A `Value` is a number that remembers how it was made. Arithmetic on values builds a graph from the inputs to
the result; `result.backward()` walks that graph backwards and leaves in every value's `.grad` the derivative
of the result with respect to it. This is what `torch.autograd` does for whole tensors, except that it keeps
`.grad` in leaves only.

    >>> from nnfund.scratch import Value
    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1
    >>> y.backward()
    >>> x.grad
    6.0

After Karpathy's micrograd, and Baydin et al., "Automatic differentiation in machine learning: a survey"
(2018), section 3.2.
"""

from __future__ import annotations

import math
import sys
from numbers import Real

LARGEST_EXPONENT = math.log(sys.float_info.max)  # e to a higher power is too large for a float


class Value:
    """A number, the operation that made it, and the slope of that operation in each of its parents.

    Attributes:
        data: The number.
        grad: The derivative of the value that `backward` was called on with respect to this one.
        parents: The values it was computed from; empty for a leaf.
        slopes: Its derivative with respect to each parent, in the same order.
        op: The operation that made it (`"+"`, `"tanh"`, …); empty for a leaf.
        label: A name for drawings.
    """

    __slots__ = ("data", "grad", "label", "op", "parents", "slopes")

    def __init__(
        self,
        data: float,
        parents: tuple[Value, ...] = (),
        slopes: tuple[float, ...] = (),
        op: str = "",
        label: str = "",
    ) -> None:
        if not isinstance(data, Real):
            raise ValueError(f"data must be a real number such as 2.0, got {data!r}")
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes
        self.op = op
        self.label = label

    def __repr__(self) -> str:
        name = f", label={self.label!r}" if self.label else ""
        return f"Value({self.data:.6g}, grad={self.grad:.6g}{name})"

    # Each operation computes the result and, beside it, the slope in each parent.

    def __add__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __sub__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0), "-")

    def __mul__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __truediv__(self, other: Value | float) -> Value:
        other = as_value(other)
        if other.data == 0:
            raise ValueError(f"cannot divide {self.data} by 0: the divisor must not be 0")
        quotient = self.data / other.data
        return Value(quotient, (self, other), (1 / other.data, -quotient / other.data), "/")

    def __pow__(self, exponent: Value | float) -> Value:
        if isinstance(exponent, Value):
            return (self.log() * exponent).exp()  # aᵇ = exp(b log a), for a > 0
        if self.data < 0 and exponent != int(exponent):
            raise ValueError(f"{self.data} ** {exponent} is not real: a negative base needs a whole exponent")
        if self.data == 0 and exponent < 1 and exponent != 0:
            raise ValueError(f"0 ** {exponent} has no finite slope: the exponent must be 0, or 1 or more")
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent:g}")

    def __neg__(self) -> Value:
        return Value(-self.data, (self,), (-1.0,), "neg")

    def exp(self) -> Value:
        """Return e to the power of this value.

        Raises:
            ValueError: The result would be too large for a float.
        """
        if self.data > LARGEST_EXPONENT:
            raise ValueError(f"exp needs a number up to {LARGEST_EXPONENT:.2f}, got {self.data}")
        y = math.exp(self.data)
        return Value(y, (self,), (y,), "exp")

    def log(self) -> Value:
        """Return the natural logarithm.

        Raises:
            ValueError: The value is not positive.
        """
        if self.data <= 0:
            raise ValueError(f"log needs a positive number, got {self.data}")
        return Value(math.log(self.data), (self,), (1 / self.data,), "log")

    def tanh(self) -> Value:
        """Return the hyperbolic tangent."""
        y = math.tanh(self.data)
        return Value(y, (self,), (1 - y * y,), "tanh")

    def sigmoid(self) -> Value:
        """Return 1 / (1 + exp(−x))."""
        e = math.exp(-abs(self.data))  # never above 1: exp(−x) would be too large for a float at x = −1000
        y = 1 / (1 + e) if self.data >= 0 else e / (1 + e)
        return Value(y, (self,), (e / (1 + e) ** 2,), "sigmoid")

    def relu(self) -> Value:
        """Return the value where it is positive and 0 elsewhere; the slope at 0 is 0, as in PyTorch."""
        is_positive = self.data > 0
        return Value(self.data if is_positive else 0.0, (self,), (float(is_positive),), "relu")

    # `2 + x`: Python asks the number first, which does not know values, and then asks x.

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> Value:
        return as_value(other) - self

    def __rtruediv__(self, other: float) -> Value:
        return as_value(other) / self

    def __rpow__(self, base: float) -> Value:
        return as_value(base) ** self

    def topological_order(self) -> list[Value]:
        """List every value that this one depends on, parents before children, this one last.

        The list is all that a drawing needs: each node's `parents` are its incoming edges. A stack takes the
        place of recursion, so a chain of 100,000 operations is no problem.
        """
        order: list[Value] = []
        seen: set[Value] = set()
        stack = [(self, False)]
        while stack:
            node, parents_are_listed = stack.pop()
            if parents_are_listed:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((parent, False) for parent in node.parents)
        return order

    def backward(self) -> None:
        """Compute the derivative of this value with respect to every value that it depends on.

        In leaves the derivatives add up over calls, as they do in PyTorch: set `leaf.grad = 0` to start
        afresh. In all other values `.grad` is that of the latest call. So a second `backward()`, through the
        same graph or through one that shares a part with it, is right: it adds its derivatives to the leaves
        once.
        """
        order = self.topological_order()
        for node in order:
            if node.parents:
                node.grad = 0.0
        self.grad += 1.0  # d self / d self
        for node in reversed(order):  # by now every child has passed its share on to the node
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad


def as_value(number: Value | float) -> Value:
    """Return the value itself, or a plain number as a new leaf."""
    return number if isinstance(number, Value) else Value(number)
