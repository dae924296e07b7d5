"""Adagrad: RMSprop that never forgets."""

from torch import Tensor


def adagrad(theta: Tensor, grad: Tensor, state: dict, lr: float, eps: float = 1e-10) -> Tensor:
    """Return the parameters after one step, and remember the sum of squares in state."""
    s = state["s"] = state.get("s", 0) + grad**2
    return theta - lr * grad / (s.sqrt() + eps)  # same gradient: step t has size lr / √t
