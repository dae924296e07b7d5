"""The Wisconsin breast cancer table that comes with scikit-learn: real medicine that needs no download."""

import torch

from nnfund.data.normalization import channel_statistics, normalize_channels
from nnfund.data.splits import Part, Splits, split


def load_breast_cancer(*, seed: int = 0, normalize: bool = True) -> Splits:
    """Load 569 tumours with 30 measurements each: 70 % to train, 15 % to validate, 15 % to test.

    Inputs have shape (N, 30), and `features` names the columns: the mean, the standard error and the worst
    of ten properties of the cell nuclei in an image (Street, Wolberg and Mangasarian, 1993). Label 1 is
    malignant, so that recall says how many of the sick are found; scikit-learn has it the other way round.

    Args:
        seed: Which tumours go into which part.
        normalize: Subtract the mean and divide by the standard deviation of each column, both from the
            training part. Otherwise each column keeps its unit.
    """
    from sklearn import datasets

    data = datasets.load_breast_cancer()
    measurements = torch.from_numpy(data.data).float()  # (N, 30)
    labels = torch.from_numpy(1 - data.target).long()
    train, val, test = split(Part(measurements, labels), (0.7, 0.15, 0.15), seed=seed, stratify=True)

    mean, std = channel_statistics(train.inputs)
    if normalize:
        train, val, test = (Part(normalize_channels(x, mean, std), y) for x, y in (train, val, test))
    features = tuple(str(name) for name in data.feature_names)
    return Splits("breast cancer", train, val, test, ("benign", "malignant"), mean, std, features)
