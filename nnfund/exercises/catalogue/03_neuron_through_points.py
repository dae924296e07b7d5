"""A neuron whose line goes through two points.

Level: basic
Page: 03_neurons

A neuron with two inputs computes z = w1 x1 + w2 x2 + b. Given three points, each a tensor (2,),
find the two weights and the bias so that

- its line, where z = 0, goes through `p` and through `q`,
- and z is positive at `inside`, a point that does not lie on the line.

Return the weights as a tensor of shape (2,), and the bias as a number. There are many solutions,
since any positive multiple of one is another; each is accepted.
"""

import torch
from torch import Tensor


def neuron_through(p: Tensor, q: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
    """Return the weights (2,) and the bias of a neuron with its line through p and q."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case

PARTS = ("at p", "at q")


def checks(answer):
    def neuron(p, q, inside):
        weight, bias = answer.neuron_through(p, q, inside)
        return torch.as_tensor(weight).float(), torch.as_tensor(bias).float()

    def distances(p, q, inside):
        """weight, bias = neuron_through(p, q, inside), then how far p and q are from the line: with
        z = weight @ x + bias, this is |z| / |weight|"""
        weight, bias = neuron(p, q, inside)
        return tuple((weight @ x + bias).abs() / weight.norm() for x in (p, q))

    def positive(p, q, inside):
        """weight, bias = neuron_through(p, q, inside), then whether weight @ inside + bias is positive"""
        weight, bias = neuron(p, q, inside)
        return bool(weight @ inside + bias > 0)

    points = [
        [(1.0, 0.0), (0.0, 2.0), (3.0, 3.0)],
        [(1.0, 0.0), (0.0, 2.0), (-3.0, -3.0)],
        [(-1.0, -1.0), (3.0, 3.0), (1.0, 2.0)],
        [(2.0, -1.0), (2.0, 5.0), (0.0, 0.0)],
    ]
    for three in points:
        tensors = list(map(torch.tensor, three))
        yield Case(distances, *tensors, expected=(0.0, 0.0), parts=PARTS, atol=1e-4)
        yield Case(positive, *tensors, expected=True)


def towards(p, inside, weight, bias):
    return (weight, bias) if weight @ inside + bias > 0 else (-weight, -bias)


def along(p, q, inside):
    """The weights point from p to q, along the line. They must stand at right angles to it: (a, b) turned by
    a right angle is (−b, a).
    """
    weight = q - p
    return towards(p, inside, weight, -(weight @ p))


def bias_sign(p, q, inside):
    """The weights have the right direction, and the line is not where it should be: look at the sign of the
    bias. At p, weight @ p + bias must be 0.
    """
    weight, bias = towards(p, inside, *upright(p, q))
    return weight, -bias


def no_bias(p, q, inside):
    """With a bias of 0, the line goes through the origin, whatever the weights. Once you have the weights, z
    = 0 at p tells the bias.
    """
    weight, _ = towards(p, inside, *upright(p, q))
    return weight, 0.0


def other_side(p, q, inside):
    """The line is right, and its positive side is the wrong one for some points. Look at z at `inside`; where
    it is negative, turn the signs of the weights *and* of the bias.
    """
    weight, bias = towards(p, inside, *upright(p, q))
    return -weight, -bias


def weight_turned_only(p, q, inside):
    """When the signs of the weights are turned, the sign of the bias must turn with them: or else the line
    moves to the other side of the origin.
    """
    weight, bias = upright(p, q)
    return (weight if weight @ inside + bias > 0 else -weight), bias


def upright(p, q):
    weight = torch.stack([p[1] - q[1], q[0] - p[0]])
    return weight, -(weight @ p)


def by_its_slope(p, q, inside):
    """This line is upright: its slope divides by 0, and nan came. The weights stand at right angles to q − p,
    and that needs no division: (a, b) turned by a right angle is (−b, a).
    """
    slope = (q[1] - p[1]) / (q[0] - p[0])
    return towards(p, inside, torch.stack([-slope, torch.ones(())]), slope * p[0] - p[1])


MISTAKES = [along, bias_sign, no_bias, other_side, weight_turned_only, by_its_slope]
