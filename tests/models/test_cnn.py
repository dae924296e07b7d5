import pytest
import torch

from nnfund.models import SmallCNN, count_parameters


@pytest.mark.parametrize("size", [(28, 28), (8, 8), (4, 4), (32, 32), (13, 29)])
@pytest.mark.parametrize(("in_channels", "num_classes"), [(1, 10), (3, 4)])
def test_shape_and_gradients(size, in_channels, num_classes):
    model = SmallCNN(in_channels, num_classes, channels=4)
    logits = model(torch.randn(5, in_channels, *size))
    assert logits.shape == (5, num_classes)
    logits.logsumexp(1).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_count_by_hand():
    convolutions = 1 * 16 * 9 + 16 * 32 * 9 + 32 * 32 * 9
    norms = 2 * (16 + 32 + 32)
    assert count_parameters(SmallCNN()) == convolutions + norms + 32 * 4 * 10 + 10


def test_overfits_a_handful_of_images():
    torch.manual_seed(0)
    images, targets = torch.randn(10, 1, 8, 8), torch.arange(10)
    model = SmallCNN()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(30):
        loss = torch.nn.functional.cross_entropy(model(images), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert torch.equal(model(images).argmax(1), targets)


def test_same_seed_same_outputs_and_state_dict_round_trip():
    images = torch.randn(3, 1, 28, 28)
    torch.manual_seed(1)
    first = SmallCNN().eval()
    torch.manual_seed(1)
    assert torch.equal(first(images), SmallCNN().eval()(images))
    other = SmallCNN().eval()
    other.load_state_dict(first.state_dict())
    assert torch.equal(first(images), other(images))


@pytest.mark.parametrize("name", ["in_channels", "num_classes", "channels"])
def test_refuses_what_is_not_positive(name):
    with pytest.raises(ValueError, match=f"{name}: got 0"):
        SmallCNN(**{name: 0})
