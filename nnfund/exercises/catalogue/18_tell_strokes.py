"""A network that finds a stroke anywhere.

Level: intermediate
Page: 18_cifar10_cnn
Seconds: 60

CIFAR-10 takes minutes; this takes seconds, and needs a convolutional network all the same. Each image, of
shape (1, 12, 12), is noise with one short stroke in it: across, down, or along one of the two diagonals,
*anywhere* in the image. Build a network, train it on 600 such images, and return it.

- For images of shape (N, 1, 12, 12) it gives *logits*, of shape (N, 4).
- It is right about at least 85 of 100 images that it has never seen.
- Training takes a few seconds at most.

Try a network of linear layers alone first, and compare its accuracy on old and on new images (`make_strokes`
draws both). Then think of what a convolution knows from the start.
"""

import torch
from torch import Tensor, nn


def make_strokes(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw n images (n, 1, 12, 12) and their classes (n,) from 0 to 3."""
    generator = torch.Generator().manual_seed(seed)
    targets = torch.randint(4, (n,), generator=generator)
    step = torch.tensor([[0, 1], [1, 0], [1, 1], [-1, 1]])[targets]  # (n, 2): across, down, two diagonals
    middle = torch.randint(2, 10, (n, 1, 2), generator=generator)
    pixels = middle + step[:, None] * torch.arange(-2, 3)[:, None]  # (n, 5, 2): five pixels in a row
    images = 0.4 * torch.randn(n, 1, 12, 12, generator=generator)
    images[torch.arange(n)[:, None], 0, pixels[..., 0], pixels[..., 1]] += 1
    return images, targets


def train_network(inputs: Tensor, targets: Tensor) -> nn.Module:
    """Return a network that was trained on inputs (N, 1, 12, 12) and targets (N,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case

FORM = {"gives four numbers per image": True, "gives logits, not probabilities": True}
READS = {
    "is right about 85 of 100 images that it was trained on": True,
    "is right about 60 of 100 new images": True,
    "is right about 85 of 100 new images": True,
}


def checks(answer):
    def form(n):
        """What the network gives for new images, after train_network(*make_strokes(n, seed=0))"""
        outputs = outputs_of(answer.train_network(*make_strokes(n, seed=0)), make_strokes(50, seed=1)[0])
        fits = outputs.ndim == 2 and outputs.shape[1] == 4
        sums = outputs.exp().sum(1) if (outputs <= 0).all() else outputs.sum(1)
        logits = not (fits and torch.allclose(sums, torch.ones(()), atol=1e-3))
        return dict(zip(FORM, (fits, logits), strict=True))

    def reading(n):
        """How well the network does, after train_network(*make_strokes(n, seed=0))"""
        model = answer.train_network(*make_strokes(n, seed=0))
        right = []
        for images, classes in (make_strokes(n, seed=0), make_strokes(1000, seed=1)):
            right.append((outputs_of(model, images).argmax(1) == classes).float().mean().item())
        return dict(zip(READS, (right[0] >= 0.85, right[1] >= 0.6, right[1] >= 0.85), strict=True))

    yield Case(form, 64, expected=FORM)
    yield Case(reading, 600, expected=READS)


def outputs_of(model, images):
    with torch.no_grad():
        return model.eval()(images)


def trained(model, inputs, targets, epochs=10, lr=0.1):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for _ in range(epochs):
        for batch in torch.randperm(len(targets)).split(32):
            loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


def linear_layers(*more):
    return nn.Sequential(nn.Flatten(), nn.Linear(144, 64), nn.ReLU(), nn.Linear(64, 4), *more)


def by_heart(inputs, targets):
    """It knows the old images by heart and is lost with new ones. Linear layers have other weights for every
    pixel, and must learn each place anew. A convolution uses one kernel at every place: begin with
    `nn.Conv2d`, and take the largest value of each map, or pool.
    """
    return trained(linear_layers(), inputs, targets, 20, lr=0.05)


def softmax_at_the_end(inputs, targets):
    """Each row sums to 1: there is a softmax at the end. `nn.CrossEntropyLoss` applies it, too, so it would
    come twice. Return the logits.
    """
    return trained(linear_layers(nn.Softmax(1)), inputs, targets, 5)


def no_flatten(inputs, targets):
    """After convolution and pooling, each image is still channels × rows × columns. The linear layer wants
    one row of numbers per image: `nn.Flatten()` before it.
    """
    model = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(12), nn.Linear(8, 4))
    return trained(model, inputs, targets, 1)


def hardly_trained(inputs, targets):
    """It does not even know the images it was trained on. Print the loss of each epoch: if it still falls,
    train longer or with a larger learning rate. If not, look at the loop: `zero_grad`, `backward`, `step`.
    """
    return trained(linear_layers(), inputs, targets, 1, lr=0.0001)


MISTAKES = [by_heart, softmax_at_the_end, no_flatten, hardly_trained]
