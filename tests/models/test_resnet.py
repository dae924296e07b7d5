import pytest
import torch
from torch.nn.functional import unfold

from nnfund.models import SmallResNet, count_parameters


@pytest.mark.parametrize("size", [(32, 32), (33, 31), (8, 8), (64, 48), (13, 9)])
@pytest.mark.parametrize("arguments", [{}, {"num_classes": 3, "in_channels": 1, "channels": [5, 6, 7]}])
def test_shape_and_gradients(size, arguments):
    model = SmallResNet(**arguments)
    logits = model(torch.randn(4, arguments.get("in_channels", 3), *size))
    assert logits.shape == (4, arguments.get("num_classes", 10))
    logits.logsumexp(1).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    if size == (32, 32):
        assert all(p.grad.abs().sum() > 0 for p in model.parameters())


def test_count_by_hand():
    def convolution_and_norm(i, o):
        return i * o * 9 + 2 * o

    stem = 3 * 24 * 4 + 2 * 24
    widening = convolution_and_norm(24, 32) + convolution_and_norm(32, 64) + convolution_and_norm(64, 128)
    residual = convolution_and_norm(64, 64) + convolution_and_norm(128, 128)
    assert count_parameters(SmallResNet()) == stem + widening + residual + 128 * 10 + 10


def test_a_residual_block_adds_to_its_input():
    block = SmallResNet().eval().features[-1]
    x = torch.randn(2, 128, 4, 4)
    torch.testing.assert_close(block(x) - x, block.branch(x))
    assert (block.branch(x) != 0).any()
    torch.nn.init.zeros_(block.branch[1].weight)
    assert torch.equal(block(x), x)


def test_whitened_stem_has_uncorrelated_outputs_of_unit_variance():
    torch.manual_seed(0)
    model = SmallResNet()
    smooth = torch.nn.functional.avg_pool2d(torch.randn(500, 3, 18, 18), 3, stride=1) * 9
    model.whiten_stem(smooth)
    outputs = model.stem(smooth).transpose(0, 1).flatten(1)  # (24, all patches)
    covariance = outputs @ outputs.T / outputs.shape[1]
    torch.testing.assert_close(covariance[:12, :12], torch.eye(12), atol=0.05, rtol=0)
    torch.testing.assert_close(outputs[12:], -outputs[:12])
    patches = unfold(smooth, 2, stride=2).transpose(0, 1).flatten(1)
    before = patches @ patches.T / patches.shape[1]
    assert before.fill_diagonal_(0).abs().max() > 1  # the test would be empty if they had not been correlated


def test_whitened_stem_is_frozen_and_survives_a_round_trip():
    model, other = SmallResNet(), SmallResNet()
    images = torch.randn(64, 3, 32, 32)
    model.whiten_stem(images)
    assert not model.stem.weight.requires_grad
    assert count_parameters(model) - count_parameters(model, trainable_only=True) == 24 * 3 * 4
    other.load_state_dict(model.state_dict())
    assert torch.equal(model.eval()(images), other.eval()(images))


def test_same_seed_same_outputs():
    images = torch.randn(3, 3, 32, 32)
    torch.manual_seed(1)
    first = SmallResNet().eval()
    torch.manual_seed(1)
    assert torch.equal(first(images), SmallResNet().eval()(images))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_classes": 0}, "num_classes: got 0"),
        ({"in_channels": 0}, "in_channels: got 0"),
        ({"channels": ()}, r"channels: got \(\)"),
        ({"channels": (64, 128)}, r"channels: got \(64, 128\); give three"),
        ({"channels": (32, 64, -1)}, r"channels: got \(32, 64, -1\)"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        SmallResNet(**arguments)


@pytest.mark.parametrize("shape", [(3, 32, 32), (8, 1, 32, 32)])
def test_refuses_images_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"images: got shape .*give \(N, 3, H, W\)"):
        SmallResNet().whiten_stem(torch.zeros(shape))
