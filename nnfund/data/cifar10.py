"""CIFAR-10: 60,000 colour photographs of 32×32 pixels in ten classes (Krizhevsky, 2009)."""

from functools import partial
from pathlib import Path

import torch

from nnfund.data.download import check_file, fetch, publish, staging_folder
from nnfund.data.folder import data_folder
from nnfund.data.normalization import channel_statistics
from nnfund.data.shapes import SHAPE_NAMES, make_shapes
from nnfund.data.splits import Part, Splits, split
from nnfund.data.stand_in import real_or_stand_in

FOLDER = "cifar-10-batches-py"  # in the data folder, as torchvision lays it out


def load_cifar10(*, val_size: int = 5000, seed: int = 0) -> Splits:
    """Load CIFAR-10 as whole tensors: 50,000 images to train and validate with, 10,000 to test.

    Inputs are bytes of shape (N, 3, 32, 32): as floats they would take four times the memory. Turn each
    batch into floats with `Batches(..., transform=Normalize(cifar.mean, cifar.std))`. Labels are int64.

    Reads the data folder; downloads what is missing there; without a network, 12,000 drawn shapes stand in
    (`make_shapes`), of the same size and type, and a notice says so (see `nnfund.data.data_policy`).

    Args:
        val_size: How many of the 50,000 are held out for validation. The stand-in holds out 1,000 of 10,000.
        seed: Which of the 50,000 are held out.

    Raises:
        ValueError: `val_size` leaves nothing to train with, or nothing to validate with.
        CorruptDataError: A file in the data folder is damaged.
        DataUnavailableError: The policy is "real", and the files are neither there nor to be downloaded.
    """
    return real_or_stand_in(
        lambda: _load_real(val_size, seed),
        lambda: _load_stand_in(seed),
        missing="CIFAR-10",
        instead="drawings of ten shapes",
        remedy=f"run again with a network and a data folder that can be written, "
        f"or set NNFUND_DATA to a folder that holds `{FOLDER}`",
    )


def _load_real(val_size: int, seed: int) -> Splits:
    from torchvision.datasets import CIFAR10

    folder = data_folder()
    checksums = _checksums()
    missing = [name for name in checksums if not (folder / FOLDER / name).is_file()]
    if missing:
        _download(folder, missing)
    try:
        old, new = CIFAR10(folder, train=True), CIFAR10(folder, train=False)  # checks every file
    except RuntimeError:
        for name, md5 in checksums.items():
            check_file(folder / FOLDER / name, md5=md5)  # says which file is damaged, and how
        raise
    labelled, test = _as_part(old.data, old.targets), _as_part(new.data, new.targets)
    total = len(labelled.inputs)
    if not 0 < val_size < total:
        raise ValueError(f"val_size must be between 1 and {total - 1}, got {val_size}")
    train, val = split(labelled, (total - val_size, val_size), seed=seed, stratify=True)
    return Splits("CIFAR-10", train, val, test, tuple(old.classes), *channel_statistics(train.inputs))


def _load_stand_in(seed: int) -> Splits:
    train, val, test = split(make_shapes(12_000, seed=seed), (9_000, 1_000, 2_000), seed=seed, stratify=True)
    mean, std = channel_statistics(train.inputs)
    return Splits(
        "drawn shapes, standing in for CIFAR-10", train, val, test, SHAPE_NAMES, mean, std, is_stand_in=True
    )


def _as_part(images, labels: list[int]) -> Part:
    """Turn torchvision's array of shape (N, 32, 32, 3) into bytes of shape (N, 3, 32, 32)."""
    return Part(torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(), torch.tensor(labels))


def _checksums() -> dict[str, str]:
    """Return the MD5 checksum of each file, as torchvision states it."""
    from torchvision.datasets import CIFAR10

    return {
        **dict(CIFAR10.train_list),
        **dict(CIFAR10.test_list),
        CIFAR10.meta["filename"]: CIFAR10.meta["md5"],
    }


def _download(folder: Path, names: list[str]) -> None:
    """Put the named files into the data folder, from torchvision's address and with its checksums."""
    from torchvision.datasets import CIFAR10
    from torchvision.datasets.utils import extract_archive

    with staging_folder(folder) as staging:
        fetch(
            [CIFAR10.url],
            staging / CIFAR10.filename,
            check=partial(check_file, md5=CIFAR10.tgz_md5),
            copies=folder,
        )
        extract_archive(staging / CIFAR10.filename, staging)
        for name in names:
            publish(staging / FOLDER / name, folder / FOLDER / name)
