"""The result of a gradient check: a table that is true or false."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GradientRow:
    """One tensor's gradient, computed in both ways.

    Attributes:
        name: `"x"` for the input, or the parameter's name.
        shape: The tensor's shape.
        backward: Norm of the gradient that `backward` computed.
        differences: Norm of the gradient that finite differences computed.
        relative_error: Norm of their difference, divided by the larger of the two norms.
        tolerance: The largest relative error that passes.
    """

    name: str
    shape: tuple[int, ...]
    backward: float
    differences: float
    relative_error: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the two agree; a nan never does."""
        return self.relative_error <= self.tolerance


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """The rows of a check. It prints as a table, and is true when every row passed: `assert check, check`."""

    rows: tuple[GradientRow, ...]

    @property
    def passed(self) -> bool:
        """Whether every gradient agrees."""
        return all(row.passed for row in self.rows)

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        head = ("gradient of", "shape", "‖backward‖", "‖differences‖", "relative error", "")
        cells = [
            (
                row.name,
                str(row.shape),
                f"{row.backward:.2e}",
                f"{row.differences:.2e}",
                f"{row.relative_error:.1e}",
                "ok" if row.passed else "WRONG",
            )
            for row in self.rows
        ]
        widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
        return "\n".join(
            "  ".join(
                text.ljust(width) if i in (0, 1, 5) else text.rjust(width)
                for i, (text, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in (head, *cells)
        )
