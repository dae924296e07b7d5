"""The 8×8 digits that come with scikit-learn: real handwriting that needs no download."""

import torch

from nnfund.data.normalization import channel_statistics, normalize_channels
from nnfund.data.splits import Part, Splits, split


def load_digits(*, seed: int = 0, normalize: bool = True) -> Splits:
    """Load 1,797 handwritten digits of 8×8 pixels: 70 % to train, 15 % to validate, 15 % to test.

    Inputs have shape (N, 1, 8, 8), labels are 0 to 9. The digits are a part of Alpaydin and Kaynak's
    *Optical Recognition of Handwritten Digits* (UCI, 1998).

    Args:
        seed: Which samples go into which part.
        normalize: Subtract the mean and divide by the standard deviation of the training part. Otherwise
            pixels run from 0 to 1.
    """
    from sklearn import datasets

    data = datasets.load_digits()
    images = torch.from_numpy(data.images).float()[:, None] / 16  # (N, 1, 8, 8): the file counts to 16
    labels = torch.from_numpy(data.target).long()
    train, val, test = split(Part(images, labels), (0.7, 0.15, 0.15), seed=seed, stratify=True)

    mean, std = channel_statistics(train.inputs)
    if normalize:
        train, val, test = (Part(normalize_channels(x, mean, std), y) for x, y in (train, val, test))
    return Splits("8×8 digits", train, val, test, tuple("0123456789"), mean, std)
