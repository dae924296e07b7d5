import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnfund.data import Part, Splits, split


def numbered(n: int, classes: int = 2) -> Part:
    """A part whose inputs say which sample they are."""
    return Part(torch.arange(n), torch.arange(n) % classes)


@given(
    counts=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    seed=st.integers(0, 99),
    stratify=st.booleans(),
)
def test_parts_hold_every_sample_once_with_its_own_target(counts, seed, stratify):
    part = numbered(sum(counts), classes=3)
    parts = split(part, counts, seed=seed, stratify=stratify)
    assert [len(p.inputs) for p in parts] == counts
    assert torch.cat([p.inputs for p in parts]).sort().values.equal(part.inputs)
    assert all(torch.equal(p.targets, p.inputs % 3) for p in parts)


@given(n=st.integers(20, 200), seed=st.integers(0, 9), classes=st.integers(1, 5))
def test_stratified_parts_have_equal_shares(n, seed, classes):
    part = numbered(n, classes)
    overall = part.targets.bincount(minlength=classes) / n
    for piece in split(part, (0.5, 0.3, 0.2), seed=seed, stratify=True):
        expected = overall * len(piece.inputs)
        assert (piece.targets.bincount(minlength=classes) - expected).abs().max() <= 2 + 1e-3


def test_fractions_leave_the_rest_to_the_last_part():
    assert [len(p.inputs) for p in split(numbered(11), (0.5, 0.5))] == [6, 5]
    assert [len(p.inputs) for p in split(numbered(1797), (0.7, 0.15, 0.15))] == [1258, 270, 269]


def test_seed_fixes_the_parts():
    first, same, other = (split(numbered(50), (25, 25), seed=seed)[0].inputs for seed in (0, 0, 1))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((5, 6), r"sizes must add up to the 10 samples of the part, got \[5, 6\]"),
        ((0.5, 0.6), r"sizes must add up to 1 when they are fractions, got \[0.5, 0.6\]"),
        ((10, 0), r"sizes must give every part at least one of the 10 samples, got \[10, 0\]"),
        ((11, -1), r"sizes must give every part at least one"),
        ((0.99, 0.01), r"sizes must give every part at least one"),
        ((), r"sizes must add up to the 10 samples"),
    ],
)
def test_impossible_sizes_are_named(sizes, message):
    with pytest.raises(ValueError, match=message):
        split(numbered(10), sizes)


def test_stratify_needs_labels():
    with pytest.raises(ValueError, match=r"stratify=True needs integer labels.*\(10, 2\) float32"):
        split(Part(torch.zeros(10), torch.zeros(10, 2)), (5, 5), stratify=True)


def test_short_descriptions():
    part = Part(torch.zeros(2000, 1, 8, 8), torch.zeros(2000, dtype=torch.long))
    assert repr(part) == "Part(inputs=(2000, 1, 8, 8) float32, targets=(2000,) int64)"
    splits = Splits("toys", part, part, part, ("a", "b"), torch.zeros(1), torch.ones(1))
    assert repr(splits) == "Splits(toys: 2,000 train, 2,000 val, 2,000 test; inputs (1, 8, 8) float32)"
    assert not splits.is_stand_in
