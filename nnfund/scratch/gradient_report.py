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
        relative_error: Norm of their difference, divided by the larger of the two norms, or by 0.001 where
            both are smaller.
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
        names = max(len(name) for name in ["gradient of", *(row.name for row in self.rows)])
        shapes = max(len(shape) for shape in ["shape", *(str(row.shape) for row in self.rows)])
        lines = [f"{'gradient of':{names}}  {'shape':{shapes}}  ‖backward‖  ‖differences‖  relative error"]
        for row in self.rows:
            lines.append(
                f"{row.name:{names}}  {row.shape!s:{shapes}}  {row.backward:10.2e}  {row.differences:13.2e}  "
                f"{row.relative_error:14.1e}  {'ok' if row.passed else 'WRONG'}"
            )
        return "\n".join(lines)
