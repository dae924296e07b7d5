"""Cell nuclei under the microscope, each pixel labelled: BBBC038, from the 2018 Data Science Bowl.

Caicedo et al., *Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl*, Nature
Methods 16 (2019). In the public domain (CC0).
"""

import hashlib
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch

from nnfund.data.cells import make_cells
from nnfund.data.download import DataUnavailableError, fetch, publish, staging_folder
from nnfund.data.folder import data_folder, user_cache_folder
from nnfund.data.normalization import channel_statistics, normalize_channels
from nnfund.data.nuclei_archive import check_archive, read_archive
from nnfund.data.splits import Part, Splits, split
from nnfund.data.stand_in import real_or_stand_in

FOLDER = "BBBC038"  # in the data folder
ARCHIVE = "stage1_train.zip"
URL = f"https://data.broadinstitute.org/bbbc/{FOLDER}/{ARCHIVE}"
REMEDY = (
    f"download `{ARCHIVE}` from https://bbbc.broadinstitute.org/BBBC038 into the folder `{FOLDER}` of the "
    "data folder (`nnfund.data.data_folder()`, which NNFUND_DATA sets)"
)


def load_nuclei(*, size: int = 64, seed: int = 0, normalize: bool = True) -> Splits:
    """Load images of cell nuclei and their masks: 70 % to train, 15 % to validate, 15 % to test.

    Inputs and targets are float32 of shape (N, 1, size, size); a target is 1 on a nucleus, else 0. Each image
    is made grey, cut to its central square and scaled down by averaging. Only the fluorescence images of the
    collection are used. Reads `BBBC038/stage1_train.zip` in the data folder, the whole archive or a part of
    it; downloads it (80 MB) where it is missing; without a network, drawn cells stand in (`make_cells`), and
    a notice says so (see `nnfund.data.data_policy`).

    Args:
        size: Height and width that every image is brought to, in pixels.
        seed: Which images go into which part.
        normalize: Subtract the mean and divide by the standard deviation of the training part. Otherwise
            pixels run from 0 to 1.

    Raises:
        ValueError: `size` is below 16.
        CorruptDataError: The archive is damaged.
        DataUnavailableError: The policy is "real", and the archive is neither there nor to be downloaded.
    """
    if size < 16:
        raise ValueError(f"size must be at least 16 pixels, got {size}")
    return real_or_stand_in(
        lambda: _in_parts("nuclei (BBBC038)", _read_cached(size), seed, normalize, is_stand_in=False),
        lambda: _in_parts(
            "drawn cells, standing in for the nuclei",
            make_cells(400, size=size, seed=seed),
            seed,
            normalize,
            is_stand_in=True,
        ),
        missing="The collection of nuclei",
        instead="drawings of cells",
        remedy=REMEDY,
    )


def _in_parts(name: str, whole: Part, seed: int, normalize: bool, *, is_stand_in: bool) -> Splits:
    train, val, test = split(whole, (0.7, 0.15, 0.15), seed=seed)
    mean, std = channel_statistics(train.inputs)
    if normalize:
        train, val, test = (Part(normalize_channels(x, mean, std), y) for x, y in (train, val, test))
    return Splits(name, train, val, test, ("background", "nucleus"), mean, std, is_stand_in=is_stand_in)


def _read_cached(size: int) -> Part:
    """Read the archive, or what an earlier reading of the same bytes left in the user's cache."""
    archive = data_folder() / FOLDER / ARCHIVE
    if not archive.is_file():
        with staging_folder(archive.parent) as staging:
            fetch([URL], staging / ARCHIVE, check=check_archive)  # its publisher states no checksum
            publish(staging / ARCHIVE, archive)
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    cache = user_cache_folder() / f"nuclei-{size}-{digest[:16]}.npz"
    try:
        with np.load(cache) as arrays:
            images, masks = arrays["images"], arrays["masks"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):  # not there, or not whole
        images, masks = read_archive(archive, size)
        _save(cache, images=images, masks=masks)
    return Part(torch.from_numpy(images).float() / 255, torch.from_numpy(masks).float())


def _save(path: Path, **arrays: np.ndarray) -> None:
    """Write arrays in one step. A cache is worth having, but not worth an error."""
    with suppress(DataUnavailableError), staging_folder(path.parent) as staging:
        np.savez(staging / path.name, **arrays)
        publish(staging / path.name, path)
