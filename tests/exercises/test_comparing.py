"""Differences in words; the usual cases are in test_verdicts.py."""

import numpy as np
import pytest
import torch

from nnfund.exercises.comparing import difference, show


class Odd:
    """A class of a reader's that can neither be compared nor shown."""

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None

    def __repr__(self):
        raise RuntimeError


def compare(came, expected, rtol=1e-4, atol=1e-5):
    return difference(came, expected, rtol=rtol, atol=atol)


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (torch.tensor([1.0, torch.nan]), torch.tensor([1.00001, torch.nan])),
        (torch.tensor(2.0, requires_grad=True), 2.0),
        (np.float64(2), 2.0),
        (2, 2.0),
        (2.0, 2),
        (float("nan"), float("nan")),
        (torch.tensor(True), True),
        ([1, 2.0], (1, 2.0)),
        ({"a": torch.ones(2)}, {"a": torch.ones(2)}),
        ("yes", "yes"),
        (None, None),
        (torch.ones(0), torch.ones(0)),
        (torch.tensor([True, False]), torch.tensor([True, False])),
    ],
)
def test_what_counts_as_equal(came, expected):
    assert compare(came, expected) is None


@pytest.mark.parametrize(
    ("came", "expected", "told"),
    [
        (
            torch.tensor([100_000]),
            torch.tensor([100_001]),
            "the first at [0]: 100001 is expected, 100000 came",
        ),
        (100_000, 100_001, "100001 is expected; 100000 came."),
        (2.5, 2, "A whole number is asked; 2.5 came."),
        (torch.nan, 1.0, "1 is expected; nan came."),
        (1, True, "True or False is asked; a whole number came."),
        ("no", "yes", "The value is not the right one."),
        ((1,), (1, 2), "2 results are asked; 1 came."),
        ((1, 2), (1,), "1 result is asked; 2 came."),
        (False, True, "True is expected; False came."),
        (3, (1, 2), "2 results are asked; a whole number came."),
        ((1, (2, 4)), (1, (2, 3)), "Result 2 of 2: result 2 of 2: 3 is expected; 4 came."),
        ({"b": 1}, {"a": 1}, "The keys ['a'] are asked; ['b'] came."),
        ({"a": 2}, {"a": 1}, "At the key 'a': 1 is expected; 2 came."),
        (np.ones(2), torch.ones(2), "A tensor is asked; a ndarray came."),
        (torch.ones(2), 1.0, "A number is asked; a tensor of shape (2,) came."),
        (Odd(), torch.ones(2), "A tensor is asked; an Odd came."),
        (Odd(), Odd(), "The value is not the right one."),
    ],
)
def test_a_difference_in_words(came, expected, told):
    assert told in compare(came, expected)


def test_showing_is_short_and_never_fails(monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    assert show(torch.randn(1000, 1000)).startswith("shape (1000, 1000), float32:\n[[")
    assert len(show(torch.randn(1000, 1000))) < 1000
    assert max(map(len, show(torch.randn(4, 40)).splitlines())) <= 46
    assert len(show(torch.randn(5, 6, 7, 8)).splitlines()) <= 14
    assert show((torch.tensor([1, 2]), 0.5)) == "1. [1, 2]  (int64)\n2. 0.5"
    assert show(Odd()) == "an Odd"
    assert len(show("a" * 5000)) < 700
