import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnfund.data import channel_statistics, normalize_channels


@given(n=st.integers(1, 9), channels=st.integers(1, 4), seed=st.integers(0, 99), as_bytes=st.booleans())
def test_statistics_equal_torch(n, channels, seed, as_bytes):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (n, channels, 5, 3), generator=generator, dtype=torch.uint8)
    floats = images.float() / 255
    mean, std = channel_statistics(images if as_bytes else floats)
    torch.testing.assert_close(mean, floats.mean(dim=(0, 2, 3)))
    torch.testing.assert_close(std, floats.std(dim=(0, 2, 3), correction=0))
    assert mean.dtype == std.dtype == torch.float32


def test_statistics_of_a_table():
    table = torch.tensor([[1.0, 10.0], [3.0, 10.0]])
    mean, std = channel_statistics(table)
    assert mean.tolist() == [2, 10]
    assert std.tolist() == [1, 0]
    assert normalize_channels(table, mean, std).tolist() == [[-1, 0], [1, 0]]  # a constant column is no error


@pytest.mark.parametrize("shape", [(7, 3, 4, 5), (7, 3)])
def test_normalized_data_has_mean_0_and_deviation_1(shape):
    data = torch.rand(shape) * 5 + 2
    before = data.clone()
    result = normalize_channels(data, *channel_statistics(data))
    mean, std = channel_statistics(result)
    torch.testing.assert_close(mean, torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(std, torch.ones(3))
    assert torch.equal(data, before)


def test_bytes_and_floats_give_the_same():
    images = torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8)
    mean, std = channel_statistics(images)
    torch.testing.assert_close(
        normalize_channels(images, mean, std), normalize_channels(images.float() / 255, mean, std)
    )


@pytest.mark.parametrize(("mean", "std", "name"), [(1, 3, "mean"), (3, 4, "std")])
def test_wrong_number_of_channels_is_named(mean, std, name):
    with pytest.raises(ValueError, match=rf"{name} must have one value per channel \(3\), got"):
        normalize_channels(torch.zeros(2, 3, 4, 4), torch.zeros(mean), torch.ones(std))
