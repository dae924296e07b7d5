r"""Adagrad: RMSprop that never forgets.

Level: intermediate
Page: 09_optimizers

Adagrad is as RMSprop, but where RMSprop keeps a running mean of the squared gradients, it keeps the *sum*
of all of them:

$$s \leftarrow s + g^2, \qquad \theta \leftarrow \theta - \mathrm{lr}\,\frac{g}{\sqrt{s} + \varepsilon}.$$

Write it as a rule in the form of the page. `theta` and `grad` are tensors of the same shape, and `state` is
a dictionary for what the rule must remember. It is empty before the first step, and comes back to you at
the next one. Return the new parameters.

Then think: with a gradient that stays the same, how long are the steps after a hundred of them?
"""

import torch
from torch import Tensor


def adagrad(theta: Tensor, grad: Tensor, state: dict, lr: float, eps: float = 1e-10) -> Tensor:
    """Return the parameters after one step, and remember the sum of squares in state."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def steps(theta, grads, lr):
        """The parameters after one step for each row of grads, beginning with theta and an empty state"""
        state = {}
        for grad in grads:
            theta = answer.adagrad(theta, grad, state, lr)
        return theta

    def left_alone(theta, grad):
        """theta and grad themselves, after adagrad(theta, grad, state, lr) was called three times"""
        state = {}
        for _ in range(3):
            answer.adagrad(theta, grad, state, 0.1)
        return theta, grad

    theta = torch.tensor([1.0, -2.0])
    for grads, lr in (
        (torch.tensor([[3.0, -0.5]]), 0.1),
        (torch.tensor([[3.0, -0.5], [-4.0, -0.5]]), 0.1),
        (torch.randn(6, 2), 0.3),
        (torch.ones(100, 2), 0.1),
    ):
        parameter = theta.clone().requires_grad_()
        optimizer = torch.optim.Adagrad([parameter], lr=lr)
        for grad in grads:
            parameter.grad = grad.clone()
            optimizer.step()
        yield Case(steps, theta, grads, lr, expected=parameter.detach())
    grad = torch.tensor([3.0, -0.5])
    yield Case(left_alone, theta, grad, expected=(theta, grad), parts=("theta", "grad"))


def forgetful(theta, grad, state, lr, eps=1e-10):
    """The first step is right, the second is not: as if nothing had been remembered. Read the old sum from
    `state`, and store the new one there.
    """
    return theta - lr * grad / ((grad**2).sqrt() + eps)


def running_mean(theta, grad, state, lr, eps=1e-10):
    """This is RMSprop, a running mean of the squares. Adagrad adds them up, and nothing fades."""
    s = state["s"] = 0.99 * state.get("s", 0) + 0.01 * grad**2
    return theta - lr * grad / (s.sqrt() + eps)


def sum_of_gradients(theta, grad, state, lr, eps=1e-10):
    """The gradients are added up first, and squared then. Square each one before it is added:
    otherwise, those of opposite sign cancel.
    """
    s = state["s"] = state.get("s", 0) + grad
    return theta - lr * grad / (s.abs() + eps)


def sum_of_sizes(theta, grad, state, lr, eps=1e-10):
    """The sizes of the gradients were added up. Add their squares, and take the root of the whole sum:
    after 3 and 4 that makes 5, not 7.
    """
    s = state["s"] = state.get("s", 0) + grad.abs()
    return theta - lr * grad / (s + eps)


def no_root(theta, grad, state, lr, eps=1e-10):
    """The step is divided by the sum of the squares. Divide by its root."""
    s = state["s"] = state.get("s", 0) + grad**2
    return theta - lr * grad / (s + eps)


def old_sum(theta, grad, state, lr, eps=1e-10):
    """The first step is enormous: it was divided by the sum *before* this gradient, which is 0. Add
    first, then divide.
    """
    s = state.get("s", torch.zeros_like(grad))
    state["s"] = s + grad**2
    return theta - lr * grad / (s.sqrt() + eps)


def uphill(theta, grad, state, lr, eps=1e-10):
    """The steps are right in size and go the wrong way. Down is *minus* the gradient."""
    s = state["s"] = state.get("s", 0) + grad**2
    return theta + lr * grad / (s.sqrt() + eps)


def one_for_all(theta, grad, state, lr, eps=1e-10):
    """All entries share one sum. Each parameter has a sum of its own: add `grad**2` entry by entry, with no
    `.sum()` over the entries.
    """
    s = state["s"] = state.get("s", 0) + (grad**2).sum()
    return theta - lr * grad / (s.sqrt() + eps)


def in_place(theta, grad, state, lr, eps=1e-10):
    """The steps are right, but `theta` was changed in place, with `-=` for example. Return a new
    tensor: the page keeps the path, and all its rows would be the last one.
    """
    s = state["s"] = state.get("s", 0) + grad**2
    theta -= lr * grad / (s.sqrt() + eps)
    return theta


MISTAKES = [
    forgetful,
    running_mean,
    sum_of_gradients,
    sum_of_sizes,
    no_root,
    old_sum,
    uphill,
    one_for_all,
    in_place,
]
