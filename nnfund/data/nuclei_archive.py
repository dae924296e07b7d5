"""Read the zip archive of BBBC038: one image per folder, and one mask per nucleus in it."""

from collections import defaultdict
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from nnfund.data.download import CorruptDataError


def check_archive(archive: Path) -> None:
    """Raise `CorruptDataError` unless a file is a zip archive and each file in it has its checksum."""
    try:
        with ZipFile(archive) as file:
            damaged = file.testzip()
    except (OSError, BadZipFile, EOFError) as error:
        raise CorruptDataError(f"{archive} is damaged: {error}") from error
    if damaged:
        raise CorruptDataError(f"{archive} is damaged: {damaged} has another checksum")


def read_archive(archive: Path, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Read the fluorescence images of an archive: `<id>/images/<id>.png`, `<id>/masks/*.png`.

    The whole archive holds stained tissue in colour and dark cells on white, too: another task, left out.

    Returns:
        Grey images and masks (0 or 1), bytes of shape (N, 1, size, size), in the order of the ids.

    Raises:
        CorruptDataError: The archive is no whole zip file, an image cannot be read, or one has no masks.
    """
    try:
        with ZipFile(archive) as file:
            images, masks = {}, defaultdict(list)
            for name in file.namelist():
                parts = name.split("/")
                if name.endswith(".png") and len(parts) >= 3:
                    identity, kind = parts[-3:-1]
                    if kind == "images":
                        images[identity] = name
                    elif kind == "masks":
                        masks[identity].append(name)
            if not images:
                raise ValueError("it holds no <id>/images/<id>.png")
            pairs = [
                _read_pair(file, images[key], masks[key], size)
                for key in sorted(images)
                if _is_fluorescence(file, images[key])
            ]
            if not pairs:
                raise ValueError("it holds no fluorescence image: grey, and dark around the cells")
    except (OSError, ValueError, BadZipFile, EOFError) as error:
        raise CorruptDataError(f"{archive} is damaged: {error}. Replace it with a good copy.") from error
    grey, covered = zip(*pairs, strict=True)
    return torch.stack(grey).numpy(), torch.stack(covered).numpy()


def _read_pair(file: ZipFile, image: str, masks: list[str], size: int) -> tuple[Tensor, Tensor]:
    """Read one image and the union of its masks, each as bytes of shape (1, size, size)."""
    if not masks:
        raise ValueError(f"{image} has no masks")
    grey = _read_grey(file, image)  # (H, W)
    covered = np.maximum.reduce([_read_grey(file, mask) for mask in masks])
    if covered.shape != grey.shape:
        raise ValueError(f"{image} is {grey.shape} pixels, its masks {covered.shape}")
    return _fit(grey, size).round().byte(), (_fit(covered, size) >= 127.5).byte()


def _is_fluorescence(file: ZipFile, name: str) -> bool:
    from PIL import Image

    with Image.open(BytesIO(file.read(name))) as image:
        red, green, blue = np.asarray(image.convert("RGB")).astype(int).transpose(2, 0, 1)
    return bool((red == green).all() and (green == blue).all() and red.mean() < 128)


def _read_grey(file: ZipFile, name: str) -> np.ndarray:
    from PIL import Image

    with Image.open(BytesIO(file.read(name))) as image:
        return np.asarray(image.convert("L"))


def _fit(pixels: np.ndarray, size: int) -> Tensor:
    """Cut out the central square and bring it to (1, size, size); each new pixel averages what it covers."""
    height, width = pixels.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = torch.from_numpy(pixels[top : top + side, left : left + side].copy()).float()
    return F.adaptive_avg_pool2d(square[None], size)
