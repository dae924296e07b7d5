"""One question to an answer: call this function with these inputs; this is what should come."""

from collections.abc import Callable, Sequence
from typing import Any


class Case:
    """A call, and what it should return.

    Args:
        function: What is called: the reader's function, or a function of the check that uses the reader's
            names in several steps. The docstring of the latter tells the reader what was done.
        *inputs: What it is called with. The reader's code must leave them as they are.
        expected: What should come: a tensor, a number, a string, None, or a tuple, list or dict of these.
            Shapes and dtypes count. A property is a `function` that returns it, such as the sums of the rows.
        parts: What the entries of an expected tuple are called in messages, such as `("dL/dx", "dL/dw")`.
        asked: What the reader is told was called, instead of what the function's name or docstring says.
        rtol: Relative difference of numbers that is let pass.
        atol: Absolute difference of numbers that is let pass.
        may_change: Whether the call may change its inputs in place, as an optimizer's step does.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *inputs: Any,
        expected: Any,
        parts: Sequence[str] = (),
        asked: str = "",
        rtol: float = 1e-4,
        atol: float = 1e-5,
        may_change: bool = False,
    ):
        self.function = function
        self.inputs = inputs
        self.expected = expected
        self.parts = tuple(parts)
        self.asked = asked
        self.rtol = rtol
        self.atol = atol
        self.may_change = may_change
