"""What `nnfund train` can train, and on what: two tables, and any folder of images."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from torch import nn

from nnfund import data, models
from nnfund.data import Part, Splits, load_image_folder
from nnfund.data.shapes import SHAPE_NAMES


@dataclass(frozen=True)
class DataChoice:
    """A data set, with settings that suit it when none are given."""

    line: str
    load: Callable[[], Splits]
    model: str = "mlp"
    epochs: int = 30
    batch_size: int = 32
    lr: float = 0.1
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    augment: bool = False  # mirrored and shifted images show the same thing


@dataclass(frozen=True)
class ModelChoice:
    """A model, and how to make one that fits a data set."""

    line: str
    build: Callable[[Splits], nn.Module]
    images: bool = False  # takes images only
    masks: bool = False  # predicts a mask, not a class


def cut(name: str, part: Part, classes: tuple[str, ...], stratify: bool = True) -> Splits:
    """Cut a synthetic set into 70 % to train, 15 % to validate and 15 % to test; normalise floats."""
    train, val, test = data.split(part, (0.7, 0.15, 0.15), stratify=stratify)
    mean, std = data.channel_statistics(train.inputs)
    if train.inputs.is_floating_point():
        train, val, test = (Part(data.normalize_channels(x, mean, std), y) for x, y in (train, val, test))
    return Splits(name, train, val, test, classes, mean, std)


def has_masks(splits: Splits) -> bool:
    """Whether each image has a mask, and not a label."""
    return splits.train.targets.ndim == 4


def features(splits: Splits) -> int:
    """Numbers in one sample."""
    return splits.train.inputs[0].numel()


def channels(splits: Splits) -> int:
    """Channels of one image."""
    return splits.train.inputs.shape[1]


def mlp(splits: Splits) -> nn.Module:
    """A network that is wider for images than for a few numbers."""
    hidden = [512, 128] if features(splits) >= 500 else [64, 64]
    return models.MLP([features(splits), *hidden, len(splits.classes)])


DATA = {
    "mnist": DataChoice(
        "70,000 handwritten digits, 28×28 (downloaded)", data.load_mnist, epochs=5, batch_size=256
    ),
    "cifar10": DataChoice(
        "60,000 colour photographs in 10 classes, 32×32 (downloaded)",
        data.load_cifar10,
        model="resnet",
        epochs=10,
        batch_size=128,
        lr=0.2,
        weight_decay=5e-4,
        label_smoothing=0.1,
        augment=True,  # benchmarks/cifar10.py is the same recipe
    ),
    "nuclei": DataChoice(
        "cell nuclei under the microscope, with masks, 64×64 (BBBC038)",
        data.load_nuclei,
        "unet",
        batch_size=16,
    ),
    "digits": DataChoice("1,797 handwritten digits, 8×8", data.load_digits, epochs=15),
    "breast-cancer": DataChoice("569 tumours, 30 measurements each", data.load_breast_cancer),
    "moons": DataChoice(
        "two half circles of points", lambda: cut("moons", data.make_moons(1000), ("upper", "lower"))
    ),
    "spirals": DataChoice(
        "three spiral arms of points",
        lambda: cut("spirals", data.make_spirals(1000), ("arm 0", "arm 1", "arm 2")),
        epochs=100,
    ),
    "blobs": DataChoice(
        "two round clouds of points", lambda: cut("blobs", data.make_blobs(1000), ("0", "1")), "linear"
    ),
    "xor": DataChoice(
        "four clouds that no line separates", lambda: cut("xor", data.make_xor(1000), ("same", "different"))
    ),
    "shapes": DataChoice(
        "5,000 drawings of ten shapes, 32×32 in colour",
        lambda: cut("shapes", data.make_shapes(5000), SHAPE_NAMES),
        "cnn",
        epochs=15,
    ),
    "cells": DataChoice(
        "400 drawings of cells, with masks, 64×64",
        lambda: cut("cells", data.make_cells(400), ("background", "cell"), stratify=False),
        "unet",
        epochs=10,
        batch_size=16,
    ),
}

MODELS = {
    "linear": ModelChoice(
        "one linear layer (softmax regression)", lambda s: models.MLP([features(s), len(s.classes)])
    ),
    "mlp": ModelChoice("fully connected network with two hidden layers", mlp),
    "cnn": ModelChoice(
        "small convolutional network", lambda s: models.SmallCNN(channels(s), len(s.classes)), images=True
    ),
    "resnet": ModelChoice(
        "compact residual network", lambda s: models.SmallResNet(len(s.classes), channels(s)), images=True
    ),
    "unet": ModelChoice(
        "U-Net, which labels pixels", lambda s: models.UNet(channels(s)), images=True, masks=True
    ),
}


def data_choice(data: str) -> DataChoice:
    """Return what `--data` names: a data set of the table, or a folder of images.

    Raises:
        ValueError: It is no name of the table and does not look like a folder; the message lists the names.
    """
    if data in DATA:
        return DATA[data]
    if not Path(data).exists() and not any(mark in data for mark in ("/", os.sep)):
        raise ValueError(
            f"--data {data!r} is neither a data set ({', '.join(DATA)}) nor a folder that is there"
        )
    # Few images make few steps: a rate of 0.1 would ruin the network in the first of them.
    load = partial(load_image_folder, data)
    return DataChoice("your own images", load, "cnn", epochs=20, batch_size=16, lr=0.02)


def build_model(name: str, splits: Splits) -> nn.Module:
    """Make the model called `name` for a data set.

    Raises:
        ValueError: The model does not suit the data; the message names those that do.
    """
    images, masks = splits.train.inputs.ndim == 4, has_masks(splits)
    fitting = [key for key, model in MODELS.items() if model.masks == masks and (images or not model.images)]
    if name not in fitting:
        kind = "images with masks" if masks else "images with labels" if images else "numbers with labels"
        raise ValueError(
            f"--model {name} does not suit {splits.name} ({kind}); what does: {', '.join(fitting)}"
        )
    return MODELS[name].build(splits)
