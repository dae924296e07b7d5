import pytest
import torch
from torch import nn

from nnfund.models import UNet, count_parameters


@pytest.mark.parametrize("size", [(64, 64), (65, 65), (1, 1), (7, 3), (30, 45), (66, 67)])
@pytest.mark.parametrize("skips", [True, False])
def test_output_is_as_large_as_the_image(size, skips):
    model = UNet(channels=(4, 6, 8), skips=skips)
    logits = model(torch.randn(2, 1, *size))
    assert logits.shape == (2, 1, *size)


@pytest.mark.parametrize("channels", [(3, 5), (8, 16, 32), [2, 3, 4, 5, 6]])
def test_depth_and_gradients(channels):
    model = UNet(3, 2, channels=channels)
    logits = model(torch.randn(2, 3, 33, 40))
    assert logits.shape == (2, 2, 33, 40)
    logits.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def depends_on_input_without_bottleneck(model: nn.Module) -> bool:
    model.eval().bottleneck.register_forward_hook(lambda *args: torch.zeros_like(args[-1]))
    with torch.no_grad():
        return not torch.allclose(model(torch.randn(1, 1, 16, 16)), model(torch.randn(1, 1, 16, 16)))


def test_skips_carry_the_input_past_a_zeroed_bottleneck():
    torch.manual_seed(0)
    assert depends_on_input_without_bottleneck(UNet())
    assert not depends_on_input_without_bottleneck(UNet(skips=False))


def test_padding_does_not_move_the_image():
    torch.manual_seed(0)
    model = UNet().eval()
    image = torch.randn(1, 1, 64, 64)
    border = nn.functional.pad(image[..., :61, :62], (0, 2, 0, 3), mode="replicate")
    torch.testing.assert_close(model(image[..., :61, :62]), model(border)[..., :61, :62])


def test_count_by_hand():
    def double(i, o):
        return i * o * 9 + o * o * 9 + 4 * o

    def up(i, o):
        return i * o * 4 + o

    encoder = double(1, 8) + double(8, 16) + double(16, 32)
    assert count_parameters(UNet()) == encoder + up(32, 16) + double(32, 16) + up(16, 8) + double(16, 8) + 9
    without = encoder + up(32, 16) + double(16, 16) + up(16, 8) + double(8, 8) + 9
    assert count_parameters(UNet(skips=False)) == without


def test_same_seed_same_outputs_and_state_dict_round_trip():
    images = torch.randn(2, 1, 20, 20)
    torch.manual_seed(1)
    first = UNet().eval()
    torch.manual_seed(1)
    assert torch.equal(first(images), UNet().eval()(images))
    other = UNet().eval()
    other.load_state_dict(first.state_dict())
    assert torch.equal(first(images), other(images))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"in_channels": 0}, "in_channels: got 0"),
        ({"out_channels": -1}, "out_channels: got -1"),
        ({"channels": (8,)}, r"channels: got \(8,\); give two or more"),
        ({"channels": []}, r"channels: got \[\]"),
        ({"channels": (8, 0)}, r"channels: got \(8, 0\)"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        UNet(**arguments)
