"""How many batches?

Level: basic
Page: 11_data_loading

A loader cuts `n` samples into batches of `batch_size`. The last batch is smaller, unless the batch size
divides `n`. With `drop_last=True` a smaller last batch is left out. Return the number of batches, a whole
number, without a loop.
"""


def count_batches(n: int, batch_size: int, drop_last: bool) -> int:
    """Return how many batches a loader over n samples gives."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import math

from nnfund.exercises import Case


def checks(answer):
    for n, batch_size, drop_last in (
        (10, 4, False),
        (10, 4, True),
        (12, 4, False),
        (12, 4, True),
        (3, 5, False),
        (3, 5, True),
        (1300, 64, False),
        (13, 4, False),
    ):
        expected = len(range(0, n - (batch_size - 1) * drop_last, batch_size))
        yield Case(answer.count_batches, n, batch_size, drop_last, expected=expected)


def never_smaller(n, batch_size, drop_last):
    """Only full batches are counted. With `drop_last=False` a smaller one follows, where something is
    left over.
    """
    return n // batch_size


def one_too_many(n, batch_size, drop_last):
    """There is one batch too many where the batch size divides the number of samples: nothing is left
    over then. `n % batch_size` says how many are.
    """
    return n // batch_size if drop_last else n // batch_size + 1


def other_way_round(n, batch_size, drop_last):
    """It is the other way round: with `drop_last=True` the smaller batch is left *out*."""
    return n // batch_size if not drop_last else math.ceil(n / batch_size)


def no_difference(n, batch_size, drop_last):
    """`drop_last` makes no difference: where it is True, a smaller last batch is left out."""
    return math.ceil(n / batch_size)


def rounded(n, batch_size, drop_last):
    """`round` goes up or down, whichever is nearer. A rest makes one more batch, however small it is:
    round up.
    """
    return n // batch_size if drop_last else round(n / batch_size)


def last_one_off(n, batch_size, drop_last):
    """With `drop_last=True` there is one batch too few: it is left out only if it is *smaller* than the
    others.
    """
    batches = math.ceil(n / batch_size)
    return batches - 1 if drop_last else batches


def a_fraction(n, batch_size, drop_last):
    """There are no parts of a batch. `/` divides into fractions, `//` counts how often a number fits
    whole.
    """
    return n // batch_size if drop_last else n / batch_size


MISTAKES = [never_smaller, one_too_many, other_way_round, no_difference, rounded, last_one_off, a_fraction]
