r"""Dice as a loss.

Level: intermediate
Page: 19_unet_segmentation

The Dice of two masks counts pixels, and a count has no gradient. With probabilities $p$ in place of the
predicted mask it has one. For one image with targets $t$,

$$\text{Dice} = \frac{2 \sum p\,t + 1}{\sum p + \sum t + 1},$$

where the sums run over its pixels; the two ones keep it at 1, and not 0/0, where both are empty. `logits` and
`targets` have the shape (N, 1, H, W), and a probability is the sigmoid of a logit. Compute the Dice of each
image, and return 1 minus their mean, a tensor without dimensions.
"""

import torch
from torch import Tensor


def soft_dice_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Return 1 minus the mean Dice of the images."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def slope(logits, targets):
        """The gradient of soft_dice_loss(logits, targets) with respect to logits"""
        logits = logits.clone().requires_grad_()
        return torch.autograd.grad(answer.soft_dice_loss(logits, targets), logits)[0]

    def mask(*shape):
        return (torch.rand(shape) < 0.4).float()

    settings = [(torch.tensor([[[[4.0, -4.0], [0.0, 0.0]]]]), torch.tensor([[[[1.0, 0.0], [1.0, 0.0]]]]))]
    targets = mask(3, 1, 4, 5)
    targets[1] = 0  # an image without a nucleus
    settings += [
        (torch.randn(3, 1, 4, 5) * 2, targets),
        (torch.full((2, 1, 3, 3), -30.0), torch.zeros(2, 1, 3, 3)),
    ]
    for logits, targets in settings:
        yield Case(answer.soft_dice_loss, logits, targets, expected=dice_loss(logits.sigmoid(), targets))
    logits, targets = torch.randn(2, 1, 3, 2), mask(2, 1, 3, 2)
    leaf = logits.clone().requires_grad_()
    expected = torch.autograd.grad(dice_loss(leaf.sigmoid(), targets), leaf)[0]
    yield Case(slope, logits, targets, expected=expected)


def dice_loss(p, targets, two=2, one=1, dim=(1, 2, 3)):
    both = (p * targets).sum(dim)
    return 1 - ((two * both + one) / (p.sum(dim) + targets.sum(dim) + one)).mean()


def no_sigmoid(logits, targets):
    """Logits are no probabilities: they can be negative, and large. Pass them through a sigmoid first."""
    return dice_loss(logits, targets)


def whole_batch(logits, targets):
    """The sums run over the whole batch, so that a large nucleus in one image hides a small one in another.
    Sum over `dim=(1, 2, 3)`, which leaves N numbers, and take the mean of the N Dice.
    """
    return dice_loss(logits.sigmoid(), targets, dim=(0, 1, 2, 3))


def dice_itself(logits, targets):
    """This is the Dice, which is large where the masks agree. A loss must be small there: subtract from 1."""
    return 1 - dice_loss(logits.sigmoid(), targets)


def no_two(logits, targets):
    """Even a perfect mask would come out at a loss of about one half: the 2 in front of the common part is
    missing.
    """
    return dice_loss(logits.sigmoid(), targets, two=1)


def no_ones(logits, targets):
    """The two ones are missing. Without them, an image without a nucleus always costs 1, however right the
    prediction is, and 0/0 is nan.
    """
    return dice_loss(logits.sigmoid(), targets, one=0)


def thresholded(logits, targets):
    """The probabilities were rounded to a mask. Then small changes of the network change nothing, and there
    is no gradient: keep the probabilities.
    """
    p = logits.sigmoid()
    return dice_loss((p > 0.5).float() + 0 * p, targets)


def summed(logits, targets):
    """N times as large as asked: this is the sum over the images. Take the mean."""
    return dice_loss(logits.sigmoid(), targets) * len(logits)


def softmax_over_channels(logits, targets):
    """A softmax over one channel is 1 everywhere: a single number has no rival. For yes or no, it is the
    sigmoid.
    """
    return dice_loss(logits.softmax(1), targets)


def not_averaged(logits, targets):
    """These are N losses, one for each image. `backward()` needs a single number: take their mean."""
    p = logits.sigmoid()
    both = (p * targets).sum((1, 2, 3))
    return 1 - (2 * both + 1) / (p.sum((1, 2, 3)) + targets.sum((1, 2, 3)) + 1)


MISTAKES = [
    not_averaged,
    no_sigmoid,
    whole_batch,
    dice_itself,
    no_two,
    no_ones,
    thresholded,
    summed,
    softmax_over_channels,
]
