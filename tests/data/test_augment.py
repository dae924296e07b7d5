import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from nnfund.data import Compose, Normalize, RandomFlipAndCrop


def images(n: int = 6, channels: int = 3, height: int = 5, width: int = 7) -> torch.Tensor:
    count = n * channels * height * width
    return (1 + torch.arange(count) % 250).view(n, channels, height, width).to(torch.uint8)


@given(n=st.integers(1, 5), padding=st.integers(0, 4), flip=st.booleans(), seed=st.integers(0, 99))
def test_each_result_is_one_of_the_windows(n, padding, flip, seed):
    batch = images(n)
    results = RandomFlipAndCrop(padding=padding, flip=flip, seed=seed)(batch)
    assert results.shape == batch.shape
    assert results.dtype == batch.dtype
    for image, result in zip(batch, results, strict=True):
        padded = F.pad(image, (padding,) * 4)
        moves = range(2 * padding + 1)
        windows = [padded[:, top : top + 5, left : left + 7] for top in moves for left in moves]
        windows += [window.flip(2) for window in windows] if flip else []
        assert any(torch.equal(result, window) for window in windows)


def test_choices_are_spread_evenly():
    batch = torch.zeros(4000, 1, 3, 3)
    batch[:, :, 1, 0] = 1  # a dot left of the centre
    moved = RandomFlipAndCrop(padding=1)(batch).mean(dim=0)[0]
    # A third moves neither up nor down. Sideways, a third leaves the image, a third reaches the centre, and a
    # third stays at the edge, half of it mirrored to the other edge.
    assert moved[1].tolist() == pytest.approx([1 / 18, 1 / 9, 1 / 18], abs=0.02)
    assert batch.sum() == 4000


def test_nothing_to_do_changes_nothing():
    assert torch.equal(RandomFlipAndCrop(padding=0, flip=False)(images()), images())


def test_seed_and_state_fix_the_choices():
    first, same, other = (RandomFlipAndCrop(seed=seed) for seed in (0, 0, 1))
    assert torch.equal(first(images()), same(images()))
    assert not torch.equal(first(images()), other(images()))
    state = first.state_dict()
    expected = first(images())
    other.load_state_dict(state)
    assert torch.equal(other(images()), expected)


def test_compose_applies_in_order():
    transform = Compose(lambda x: x + 1, lambda x: x * 10)
    assert transform(torch.tensor(1)) == 20
    assert transform.state_dict() == {}


def test_normalize_reads_bytes_as_0_to_1():
    result = Normalize(torch.tensor([0.5]), torch.tensor([0.25]))(
        torch.tensor([[[[0, 255]]]], dtype=torch.uint8)
    )
    assert result.flatten().tolist() == [-2, 2]


def test_negative_padding_is_named():
    with pytest.raises(ValueError, match="padding must not be negative, got -1"):
        RandomFlipAndCrop(padding=-1)
