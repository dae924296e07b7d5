r"""The largest curvature, without the Hessian.

Level: advanced
Page: 09_optimizers

For a network with n parameters the Hessian has n² entries: too many to write down. But its product with a
vector `v` costs two backward passes: it is the gradient of (gradient · v). And whoever multiplies a random
vector by a matrix again and again, and brings it back to length 1 each time, ends up in the direction of
the largest eigenvalue. This is called *power iteration*.

Return an estimate of the largest curvature of `loss_at` at `theta`, of shape (n,), after `steps` products.
`loss_at(theta)` returns the loss, a tensor of shape (). `theta` stays as it is. (You may assume that the
eigenvalue of largest size is positive.)
"""

from collections.abc import Callable

import torch
from torch import Tensor


def largest_curvature(loss_at: Callable[[Tensor], Tensor], theta: Tensor, steps: int = 100) -> float:
    """Return about the largest eigenvalue of the Hessian of loss_at at theta (n,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def of_bowl(curvatures, theta):
        """largest_curvature(loss_at, theta) of the bowl (curvatures * theta**2).sum() / 2"""
        return answer.largest_curvature(lambda theta: (curvatures * theta**2).sum() / 2, theta, 100)

    def of_network(theta, x, y):
        """largest_curvature(loss_at, theta) of the mean squared error of a small network on x and y"""
        return answer.largest_curvature(lambda theta: network_loss(theta, x, y), theta, 100)

    def of_wide_bowl(n):
        """largest_curvature(loss_at, theta) of a bowl in n dimensions: one curvature is 5, the others 1"""
        curvatures = torch.ones(n)
        curvatures[n // 2] = 5.0
        return answer.largest_curvature(lambda theta: (curvatures * theta**2).sum() / 2, torch.zeros(n), 100)

    yield Case(
        of_bowl, torch.tensor([1.0, 7.0, 2.0]), torch.tensor([0.5, -1.0, 2.0]), expected=7.0, rtol=0.01
    )
    yield Case(of_bowl, torch.tensor([0.01, 0.02, 0.1]), torch.zeros(3), expected=0.1, rtol=0.01)
    x = torch.linspace(-1, 1, 20)
    theta, y = torch.randn(12), torch.sin(3 * x)
    hessian = torch.autograd.functional.hessian(lambda theta: network_loss(theta, x, y), theta)
    largest = torch.linalg.eigvalsh(hessian)[-1].item()
    yield Case(of_network, theta, x, y, expected=largest, rtol=0.02)
    yield Case(of_wide_bowl, 20_000, expected=5.0, rtol=0.01)


def network_loss(theta, x, y):
    w, b, v = theta[:4], theta[4:8], theta[8:]
    return ((torch.tanh(x[:, None] * w + b) @ v - y) ** 2).mean()


def power(loss_at, theta, steps, normalise=True, create_graph=True):
    theta = theta.detach().clone().requires_grad_()
    (grad,) = torch.autograd.grad(loss_at(theta), theta, create_graph=create_graph)
    v = torch.randn_like(theta)
    v = v / v.norm()
    for _ in range(steps):
        (product,) = torch.autograd.grad(grad @ v, theta, retain_graph=True)
        v = product / product.norm() if normalise else product
    return v, product


def no_graph(loss_at, theta, steps=100):
    """Something was not recorded. Either `theta` asks for no gradient: take a copy and ask with
    `requires_grad_()`. Or the first gradient was computed without `create_graph=True`, and cannot be
    differentiated again.
    """
    return power(loss_at, theta, steps, create_graph=False)[1].norm().item()


def no_retain(loss_at, theta, steps=100):
    """The first product works and frees the graph that the second needs. Give `retain_graph=True` to
    the call in the loop, or compute the gradient anew in each step.
    """
    theta = theta.detach().clone().requires_grad_()
    (grad,) = torch.autograd.grad(loss_at(theta), theta, create_graph=True)
    v = torch.ones_like(theta)
    for _ in range(steps):
        (v,) = torch.autograd.grad(grad @ v, theta)
    return v.norm().item()


def not_normalised(loss_at, theta, steps=100):
    """The vector grew or shrank in every step, and its length after 100 of them is no curvature. Divide
    it by its length after each product; the length before the division is the estimate.
    """
    return power(loss_at, theta, steps, normalise=False)[1].norm().item()


def always_one(loss_at, theta, steps=100):
    """This is the length of the vector after it was brought to length 1, which is 1. The estimate is by
    how much the *last product* was longer.
    """
    return power(loss_at, theta, steps)[0].norm().item()


def one_product(loss_at, theta, steps=100):
    """After a single product the vector is still a mixture of all directions. Multiply `steps` times."""
    return power(loss_at, theta, 1)[1].norm().item()


def the_limit(loss_at, theta, steps=100):
    """This is 2 divided by the curvature, the limit of the learning rate. Asked is the curvature itself."""
    return 2 / power(loss_at, theta, steps)[1].norm().item()


MISTAKES = [no_graph, no_retain, not_normalised, always_one, one_product, the_limit]
