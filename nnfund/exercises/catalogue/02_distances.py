"""All distances at once.

Level: intermediate
Page: 02_tensors

`points` has the shape (N, 2), and `centres` the shape (K, 2). Return the table (N, K) that holds
the squared distance between each point and each centre: the squared difference in the first
coordinate, plus the squared difference in the second.

Write no loop, and do not call `torch.cdist`. Broadcasting can make a table with three axes; write
down its three lengths first.
"""

import torch
from torch import Tensor


def distances(points: Tensor, centres: Tensor) -> Tensor:
    """Return the squared distances (N, K) between points (N, 2) and centres (K, 2)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    points, centres = (
        torch.tensor([[0.0, 0.0], [1.0, 0.0]]),
        torch.tensor([[3.0, 4.0], [0.0, 0.0], [1.0, 2.0]]),
    )
    expected = torch.tensor([[25.0, 0, 5], [20, 1, 4]])
    yield Case(answer.distances, points, centres, expected=expected)
    for n, k in [(4, 4), (5, 1), (1, 3), (2, 2)]:
        points, centres = torch.randn(n, 2), torch.randn(k, 2)
        expected = torch.tensor([[((p - c) ** 2).sum() for c in centres] for p in points])
        yield Case(answer.distances, points, centres, expected=expected)


def differences(points, centres):
    return points[:, None] - centres  # (N, 1, 2) - (K, 2) -> (N, K, 2)


def paired(points, centres):
    """`points - centres` fits only where N equals K or one of them is 1, and then it pairs them: the first
    with the first. Each must meet each: put an axis of length 1 into one of them, with `None`.
    """
    return ((points - centres) ** 2).sum(-1)


def not_summed(points, centres):
    """There is still an axis for the two coordinates. Add up along it, and it disappears."""
    return differences(points, centres) ** 2


def wrong_axis(points, centres):
    """The sum runs over the centres: what remains has the shape (N, 2). Add up along the axis of the two
    coordinates, which is the last one.
    """
    return (differences(points, centres) ** 2).sum(1)


def turned(points, centres):
    """The table lies on its side: each row belongs to a centre. Points are rows here, so that `points[:,
    None]` is the one that stretches.
    """
    return (differences(points, centres) ** 2).sum(-1).T


def rooted(points, centres):
    """This is the distance itself. The squared one is asked: no root at the end."""
    return (differences(points, centres) ** 2).sum(-1).sqrt()


def summed_then_squared(points, centres):
    """The two differences were added first and squared then, so that +3 and −3 cancel. Square each one, then
    add.
    """
    return differences(points, centres).sum(-1) ** 2


def city_blocks(points, centres):
    """These are sums of absolute differences. Squares are asked."""
    return differences(points, centres).abs().sum(-1)


MISTAKES = [paired, not_summed, wrong_axis, turned, rooted, summed_then_squared, city_blocks]
