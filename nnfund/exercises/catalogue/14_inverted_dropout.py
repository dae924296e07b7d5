"""Dropout, by hand.

Level: basic
Page: 14_regularization

What `nn.Dropout(p)` does in training: return a new tensor in which each value of `x` is 0 with probability
`p`, each on its own, and divided by `1 - p` otherwise. `x` may have any shape. Draw with `generator`, so that
whoever passes the same one gets the same zeros: `torch.rand(..., generator=generator)`.

`p` may be 0, which changes nothing, and 1, which leaves zeros and no nan.
"""

import torch
from torch import Tensor


def inverted_dropout(x: Tensor, p: float, generator: torch.Generator) -> Tensor:
    """Return x with a share p of zeros, the rest divided by 1 - p."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def values(p):
        """The different values in inverted_dropout(torch.ones(100, 100), p, generator)"""
        came = answer.inverted_dropout(torch.ones(100, 100), p, torch.Generator().manual_seed(0))
        return came.unique()

    def share_of_zeros(p):
        """The share of zeros in inverted_dropout(torch.ones(100, 100), p, generator)"""
        came = answer.inverted_dropout(torch.ones(100, 100), p, torch.Generator().manual_seed(0))
        return (came == 0).double().mean().item()

    def dropped(x, p):
        """inverted_dropout(x, p, generator)"""
        return answer.inverted_dropout(x, p, torch.Generator().manual_seed(0))

    def factors(x, p):
        """For x of 1,000 numbers: by what those that are not 0 were multiplied, smallest and largest"""
        came = answer.inverted_dropout(x, p, torch.Generator().manual_seed(0))
        kept = came != 0
        return (came[kept] / x[kept]).aminmax()

    def rows_alike():
        """Whether each row of inverted_dropout(torch.ones(50, 20), 0.5, generator) has the same zeros"""
        came = answer.inverted_dropout(torch.ones(50, 20), 0.5, torch.Generator().manual_seed(0))
        return bool((came == came[0]).all())

    def same_twice():
        """Whether two generators with the same seed give the same zeros"""
        came = [
            answer.inverted_dropout(torch.ones(1000), 0.5, torch.Generator().manual_seed(7)) for _ in range(2)
        ]
        return bool((came[0] == came[1]).all())

    yield Case(values, 0.75, expected=torch.tensor([0.0, 4.0]))
    yield Case(share_of_zeros, 0.75, expected=0.75, atol=0.03)
    yield Case(factors, torch.randn(1000), 0.2, expected=(torch.tensor(1.25),) * 2, parts=("min", "max"))
    yield Case(dropped, torch.tensor([[1.0, -2.0, 3.0]]), 0.0, expected=torch.tensor([[1.0, -2.0, 3.0]]))
    yield Case(rows_alike, expected=False)
    yield Case(same_twice, expected=True)
    yield Case(dropped, torch.tensor([[1.0, -2.0, 3.0]]), 1.0, expected=torch.zeros(1, 3))


def draw(x, generator, shape=None):
    return torch.rand(shape or x.shape, generator=generator)


def not_divided(x, p, generator):
    """The zeros are there, and the rest is as it was. On average the result is too small by the factor
    1 − p: what is kept must be made larger.
    """
    return x * (draw(x, generator) >= p)


def made_smaller(x, p, generator):
    """What is kept was multiplied by 1 − p, which makes it smaller. It must make up for the zeros: divide."""
    return x * (draw(x, generator) >= p) * (1 - p)


def divided_by_p(x, p, generator):
    """What is kept was divided by `p`. The share that is *kept* is 1 − p, so that is what to divide by."""
    return x * (draw(x, generator) >= p) / p if p else x


def kept_with_p(x, p, generator):
    """Too few zeros: `p` was taken for the probability to be kept. `rand < p` is true with probability p,
    and these are the values that must *go*.
    """
    return x * (draw(x, generator) < p) / (1 - p) if 0 < p < 1 else x * (1 - p)


def the_other_way_round(x, p, generator):
    """`p` was taken for the probability to be kept, throughout. Here, as in `nn.Dropout`, it is the
    probability of a zero.
    """
    return x * (draw(x, generator) < p) / p if p else x * 0


def columns_drop(x, p, generator):
    """Every row has its zeros in the same places. Draw one number for each value: as many as `x.shape`
    says.
    """
    mask = draw(x, generator, x.shape[-1:]) >= p
    return torch.where(mask, x / (1 - p) if p < 1 else x, 0.0)


def own_luck(x, p, generator):
    """The numbers are right, but the generator was not used: two of the same seed give different zeros. Pass
    `generator=generator` where you draw.
    """
    mask = torch.rand(x.shape) >= p
    return torch.where(mask, x / (1 - p) if p < 1 else x, 0.0)


def zero_by_zero(x, p, generator):
    """For `p = 1` this divides 0 by 0, which is nan. Treat that case on its own, or choose with
    `torch.where`.
    """
    return x * (draw(x, generator) >= p) / (1 - p)


MISTAKES = [
    not_divided,
    made_smaller,
    divided_by_p,
    kept_with_p,
    the_other_way_round,
    columns_drop,
    own_luck,
    zero_by_zero,
]
