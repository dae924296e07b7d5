"""Shuffled pixels, and the weights that do not care.

Level: advanced
Page: 13_mnist_mlp

Somebody has shuffled the pixels of all images in the same way: where `x` held an image, of shape (pixels,),
there is now `x[permutation]`. A person can read nothing any more. An MLP can, with other weights.

`weight`, of shape (out, pixels), is the first layer of a network that was trained on images as they were.
Return the weight, of the same shape, with which the layer gives for shuffled images exactly what it gave for
the images before. (Are these weights less likely at a random start? If not, training cannot be harder.)
"""

import torch
from torch import Tensor


def weight_for_shuffled(weight: Tensor, permutation: Tensor) -> Tensor:
    """Return the first layer's weight (out, pixels) that undoes the shuffling."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def sums(images, weight, permutation):
        """What the layer gives for shuffled images, with weight_for_shuffled(weight, permutation)"""
        return images[:, permutation] @ answer.weight_for_shuffled(weight, permutation).T

    weight, permutation = torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]), torch.tensor([1, 2, 0])
    expected = torch.stack([weight[:, p] for p in permutation.tolist()], 1)
    yield Case(answer.weight_for_shuffled, weight, permutation, expected=expected)
    for n, pixels, outputs in ((2, 6, 3), (4, 64, 5), (3, 4, 4)):
        images, weight = torch.randn(n, pixels), torch.randn(outputs, pixels)
        yield Case(sums, images, weight, torch.randperm(pixels), expected=images @ weight.T, atol=1e-4)


def shuffled_back(weight, permutation):
    """The weights were put in the order that undoes the permutation. Ask for a single place: at place
    `j` there is now pixel `permutation[j]`, and it needs the weight that this pixel had before. The
    weights move as the pixels do.
    """
    return weight[:, permutation.argsort()]


def not_moved(weight, permutation):
    """The weights stand where they stood, and other pixels come to them now."""
    return weight.clone()


def rows_moved(weight, permutation):
    """The index acts on the rows, and those are neurons. The pixels are the columns: `weight[:, ...]`."""
    return weight[permutation]


def turned(weight, permutation):
    """The columns are in the right order, and the result lies on its side: (out, pixels) is asked."""
    return weight[:, permutation].T


MISTAKES = [shuffled_back, not_moved, rows_moved, turned]
