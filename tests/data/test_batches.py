import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from nnfund.data import Batches, Compose, Normalize, RandomFlipAndCrop

sizes = st.integers(1, 40)


def numbered(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.arange(n), torch.arange(n) * 10


@given(n=sizes, batch_size=sizes, shuffle=st.booleans(), drop_last=st.booleans())
def test_covers_what_a_dataloader_covers(n, batch_size, shuffle, drop_last):
    if drop_last and batch_size > n:
        return
    inputs, targets = numbered(n)
    ours = Batches(inputs, targets, batch_size=batch_size, shuffle=shuffle, drop_last=drop_last)
    theirs = DataLoader(TensorDataset(inputs, targets), batch_size, shuffle=shuffle, drop_last=drop_last)
    epoch = list(ours)
    assert len(ours) == len(theirs) == len(epoch)
    assert [len(x) for x, _ in epoch] == [len(x) for x, _ in theirs]
    assert all(torch.equal(y, x * 10) for x, y in epoch)
    seen = torch.cat([x for x, _ in epoch])
    if shuffle:
        assert len(seen.unique()) == len(seen)
    else:
        assert torch.equal(seen, torch.cat([x for x, _ in theirs]))


def epochs(loader: Batches, count: int) -> list[torch.Tensor]:
    return [torch.cat([x for x, _ in loader]) for _ in range(count)]


def test_each_epoch_has_its_own_order_and_the_seed_fixes_all():
    first, second = epochs(Batches(*numbered(50), batch_size=7, shuffle=True, seed=3), 2)
    again = epochs(Batches(*numbered(50), batch_size=7, shuffle=True, seed=3), 2)
    other = epochs(Batches(*numbered(50), batch_size=7, shuffle=True, seed=4), 1)
    assert not torch.equal(first, second)
    assert torch.equal(first, again[0])
    assert torch.equal(second, again[1])
    assert not torch.equal(first, other[0])


def test_order_does_not_depend_on_the_global_seed():
    loader = Batches(*numbered(20), batch_size=7, shuffle=True)
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first = epochs(loader, 1)[0]
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(2)
    assert torch.equal(first, epochs(Batches(*numbered(20), batch_size=7, shuffle=True), 1)[0])


def test_an_epoch_that_is_left_early_counts_as_one():
    whole = Batches(*numbered(50), batch_size=7, shuffle=True)
    left = Batches(*numbered(50), batch_size=7, shuffle=True)
    next(iter(left))
    assert torch.equal(epochs(whole, 2)[1], epochs(left, 1)[0])


def image_loader(seed: int = 0) -> Batches:
    images = torch.arange(10 * 3 * 8 * 8).remainder(251).view(10, 3, 8, 8).to(torch.uint8)
    transform = Compose(RandomFlipAndCrop(padding=2, seed=seed), Normalize(torch.zeros(3), torch.ones(3)))
    return Batches(images, torch.arange(10), batch_size=4, shuffle=True, seed=seed, transform=transform)


def test_state_continues_bit_for_bit(tmp_path):
    loader = image_loader()
    epochs(loader, 2)
    torch.save(loader.state_dict(), tmp_path / "state.pt")
    expected = epochs(loader, 2)

    resumed = image_loader(seed=99)
    resumed.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    for ours, theirs in zip(epochs(resumed, 2), expected, strict=True):
        assert torch.equal(ours, theirs)


def test_transform_sees_each_batch_of_inputs():
    loader = Batches(*numbered(5), batch_size=2, transform=lambda x: x + 100)
    assert [x.tolist() for x, _ in loader] == [[100, 101], [102, 103], [104]]
    assert [y.tolist() for _, y in loader] == [[0, 10], [20, 30], [40]]


def test_changing_a_batch_does_not_change_the_data():
    inputs, targets = numbered(4)
    for x, y in Batches(inputs, targets, batch_size=2):
        x.zero_()
        y.zero_()
    assert inputs.tolist() == [0, 1, 2, 3]
    assert targets.tolist() == [0, 10, 20, 30]


def test_has_what_users_of_a_dataloader_look_at():
    loader = Batches(*numbered(5), batch_size=2)
    assert loader.batch_size == 2
    assert len(loader.dataset) == 5
    assert loader.dataset[3] == (3, 30)
    assert repr(loader) == "Batches(5 samples in 3 batches of 2, shuffle=False)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_size": 0}, "batch_size must be a positive whole number, got 0"),
        ({"batch_size": -3}, "batch_size .* got -3"),
        ({"batch_size": 2.0}, r"batch_size .* got 2\.0"),
        ({"batch_size": True}, "batch_size .* got True"),
        ({"targets": torch.zeros(4)}, "inputs and targets must be equally long, got 5 and 4"),
        ({"inputs": torch.zeros(0), "targets": torch.zeros(0)}, "at least one sample, got 0"),
        ({"inputs": [1, 2, 3]}, r"inputs must be a tensor .* got \[1, 2, 3\]"),
        ({"targets": torch.tensor(1)}, r"targets must be a tensor .* got tensor\(1\)"),
        ({"batch_size": 6, "drop_last": True}, "batch_size must be at most 5 with drop_last=True, got 6"),
        ({"targets": torch.zeros(5, device="meta")}, "share a device, got cpu and meta"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    good = {"inputs": torch.zeros(5), "targets": torch.zeros(5), "batch_size": 2}
    with pytest.raises(ValueError, match=message):
        Batches(**(good | arguments))
