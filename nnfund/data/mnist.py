"""MNIST: 70,000 handwritten digits of 28×28 pixels (LeCun, Bottou, Bengio and Haffner, 1998)."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from nnfund.data.digits import load_digits
from nnfund.data.download import check_file, fetch, publish, staging_folder
from nnfund.data.folder import data_folder
from nnfund.data.normalization import channel_statistics, normalize_channels
from nnfund.data.splits import Part, Splits, split
from nnfund.data.stand_in import real_or_stand_in

FOLDER = "MNIST/raw"  # in the data folder, as torchvision lays it out

FILES = {  # name: (bytes, MD5 checksum) of what torchvision's archives unpack to
    "train-images-idx3-ubyte": (47_040_016, "6bbc9ace898e44ae57da46a324031adb"),
    "train-labels-idx1-ubyte": (60_008, "a25bea736e30d166cdddb491f175f624"),
    "t10k-images-idx3-ubyte": (7_840_016, "2646ac647ad5339dbf082846283269ea"),
    "t10k-labels-idx1-ubyte": (10_008, "27ae3e4e09519cfbb04c329615203637"),
}


def load_mnist(*, val_size: int = 5000, seed: int = 0, normalize: bool = True) -> Splits:
    """Load MNIST as whole tensors: 60,000 images to train and validate with, 10,000 to test.

    Inputs are float32 of shape (N, 1, 28, 28), labels int64 from 0 to 9. Reads the data folder; downloads
    what is missing there; without a network, scikit-learn's 8×8 digits stand in, of shape (N, 1, 8, 8), and
    a notice says so (see `nnfund.data.data_policy`).

    Args:
        val_size: How many of the 60,000 are held out for validation. The stand-in, which is smaller, holds
            out 15 %.
        seed: Which of the 60,000 are held out.
        normalize: Subtract the mean and divide by the standard deviation of the training part. Otherwise
            pixels run from 0 to 1.

    Raises:
        ValueError: `val_size` leaves nothing to train with, or nothing to validate with.
        CorruptDataError: A file in the data folder is damaged.
        DataUnavailableError: The policy is "real", and the files are neither there nor to be downloaded.
    """
    return real_or_stand_in(
        lambda: _load_real(val_size, seed, normalize),
        lambda: replace(
            load_digits(seed=seed, normalize=normalize),
            name="8×8 digits, standing in for MNIST",
            is_stand_in=True,
        ),
        missing="MNIST",
        instead="the smaller 8×8 digits of scikit-learn",
        remedy=f"run again with a network and a data folder that can be written, "
        f"or set NNFUND_DATA to a folder that holds `{FOLDER}`",
    )


def _load_real(val_size: int, seed: int, normalize: bool) -> Splits:
    folder = data_folder()
    raw = folder / FOLDER
    missing = [name for name in FILES if not (raw / name).is_file()]
    if missing:
        _download(folder, missing)

    labelled, test = _read(raw, "train"), _read(raw, "t10k")
    total = len(labelled.inputs)
    if not 0 < val_size < total:
        raise ValueError(f"val_size must be between 1 and {total - 1}, got {val_size}")
    train, val = split(labelled, (total - val_size, val_size), seed=seed, stratify=True)

    mean, std = channel_statistics(train.inputs)
    shift, scale = (mean, std) if normalize else (torch.zeros(1), torch.ones(1))
    train, val, test = (Part(normalize_channels(x, shift, scale), y) for x, y in (train, val, test))
    return Splits("MNIST", train, val, test, tuple("0123456789"), mean, std)


def _read(raw: Path, part: str) -> Part:
    """Read images as bytes (N, 1, 28, 28) and labels (N,), refusing a damaged file."""
    from torchvision.datasets.mnist import read_image_file, read_label_file

    images, labels = (raw / f"{part}-images-idx3-ubyte", raw / f"{part}-labels-idx1-ubyte")
    for path in (images, labels):
        size, md5 = FILES[path.name]
        check_file(path, md5=md5, size=size)
    return Part(read_image_file(images)[:, None], read_label_file(labels))


def _download(folder: Path, names: list[str]) -> None:
    """Put the named files into the data folder, from torchvision's addresses and with its checksums."""
    from torchvision.datasets import MNIST
    from torchvision.datasets.utils import extract_archive

    with staging_folder(folder) as staging:
        for archive, md5 in MNIST.resources:
            name = archive.removesuffix(".gz")
            if name in names:
                urls = [mirror + archive for mirror in MNIST.mirrors]
                fetch(urls, staging / archive, check=partial(check_file, md5=md5), copies=folder / FOLDER)
                extract_archive(staging / archive, staging)
                publish(staging / name, folder / FOLDER / name)
