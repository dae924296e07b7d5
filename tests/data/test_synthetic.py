import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnfund.data import make_blobs, make_cells, make_moons, make_shapes, make_spirals, make_xor
from nnfund.data.shapes import SHAPE_NAMES

POINTS = [make_moons, make_spirals, make_blobs, make_xor]


@pytest.mark.parametrize("make", [*POINTS, make_shapes, make_cells])
def test_seed_fixes_everything_and_nothing_else_does(make):
    torch.manual_seed(0)
    state = torch.get_rng_state()
    first, same, other = make(30, seed=1), make(30, seed=1), make(30, seed=2)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(first.inputs, same.inputs)
    assert torch.equal(first.targets, same.targets)
    assert not torch.equal(first.inputs, other.inputs)


@pytest.mark.parametrize("make", POINTS)
@given(n=st.integers(3, 60))
def test_points_come_in_balanced_classes(make, n):
    inputs, targets = make(n)
    assert inputs.shape == (n, 2)
    assert inputs.dtype == torch.float32
    assert targets.dtype == torch.int64
    counts = targets.bincount()
    assert counts.max() - counts.min() <= 1


def test_moons_lie_on_two_half_circles():
    inputs, targets = make_moons(100, noise=0)
    upper, lower = inputs[targets == 0], inputs[targets == 1]
    torch.testing.assert_close(upper.norm(dim=1), torch.ones(50))
    torch.testing.assert_close((lower - torch.tensor([1.0, 0.5])).norm(dim=1), torch.ones(50))
    assert upper[:, 1].min() >= -1e-6
    assert lower[:, 1].max() <= 0.5 + 1e-6


def test_spirals_stay_in_the_unit_circle_and_apart():
    inputs, targets = make_spirals(300, arms=4, noise=0)
    assert inputs.norm(dim=1).max() <= 1
    assert targets.unique().tolist() == [0, 1, 2, 3]
    near = torch.cdist(inputs, inputs).fill_diagonal_(torch.inf).argmin(dim=1)
    assert (targets == targets[near]).float().mean() > 0.97


def test_blobs_lie_around_their_centres():
    inputs, targets = make_blobs(600, classes=3, noise=0.1)
    centres = torch.stack([inputs[targets == k].mean(dim=0) for k in range(3)])
    torch.testing.assert_close(centres.norm(dim=1), torch.full((3,), 2.0), atol=0.05, rtol=0)
    assert torch.equal(torch.cdist(inputs, centres).argmin(dim=1), targets)


def test_xor_is_1_where_the_signs_differ():
    inputs, targets = make_xor(100, noise=0)
    assert torch.equal(targets, (inputs[:, 0] * inputs[:, 1] < 0).long())
    assert inputs.abs().unique().tolist() == [1]
    assert len(inputs.unique(dim=0)) == 4


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    [
        (make_moons, {"n": 1}, "n must be at least 2, one point per class, got 1"),
        (make_moons, {"noise": -0.1}, "noise must not be negative, got -0.1"),
        (make_spirals, {"arms": 0}, "number of classes must be at least 1, got 0"),
        (make_spirals, {"n": 2}, "n must be at least 3"),
        (make_blobs, {"classes": -1}, "got -1"),
        (make_xor, {"n": 0}, "n must be at least 2"),
        (make_shapes, {"n": 9}, "n must be at least 10, one image per class, got 9"),
        (make_cells, {"n": 0}, "n must be at least 1, got 0"),
        (make_cells, {"size": 8}, "size must be at least 16 pixels, got 8"),
    ],
)
def test_bad_arguments_are_named(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)


def test_shapes_look_like_cifar10():
    inputs, targets = make_shapes(1010)
    assert inputs.shape == (1010, 3, 32, 32)
    assert inputs.dtype == torch.uint8
    assert targets.bincount().tolist() == [101] * len(SHAPE_NAMES)
    # No class gives itself away by its colour: their mean colours differ by little.
    colours = torch.stack([inputs[targets == k].float().mean(dim=(0, 2, 3)) for k in range(10)])
    assert (colours.amax(dim=0) - colours.amin(dim=0)).max() < 40


def test_cells_need_more_than_a_threshold():
    images, masks = make_cells(100)
    assert images.shape == masks.shape == (100, 1, 64, 64)
    assert 0 <= images.min() < images.max() <= 1
    assert masks.unique().tolist() == [0, 1]
    assert 0.1 < masks.mean() < 0.3
    dice = [dice_of(images > threshold, masks) for threshold in torch.linspace(0.1, 0.9, 41)]
    assert 0.55 < max(dice) < 0.75


def dice_of(found: torch.Tensor, masks: torch.Tensor) -> float:
    return float(2 * (found * masks).sum() / (found.sum() + masks.sum()))


def test_cells_come_in_any_size():
    assert make_cells(2, size=33).inputs.shape == (2, 1, 33, 33)
