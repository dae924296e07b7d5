"""Your own pictures: a folder with one sub-folder per class."""

import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nnfund.data.download import CorruptDataError
from nnfund.data.normalization import channel_statistics
from nnfund.data.splits import Part, Splits, split

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
LARGEST = 64  # pixels to a side, where the caller asks for nothing else
SMALLEST = 8
PER_CLASS = 5  # images, at least: three to train, one to validate, one to test


def load_image_folder(folder: str | Path, *, size: int | None = None, seed: int = 0) -> Splits:
    """Load pictures whose sub-folder is their class: of each 70 % to train, 15 % to validate, 15 % to test.

    Inputs are bytes of shape (N, C, size, size): grey (C = 1) where every picture is, else colour (C = 3).
    Turn each batch into floats with `Batches(..., transform=Normalize(splits.mean, splits.std))`. Labels
    count the sub-folders in the order of their names. The same files and seed give the same parts.

    A photograph is turned as its camera noted; transparent pixels become white. Every picture is cut to its
    central square and scaled; the name of the result says so where that changed any. Left out are files
    without the ending of an image and deeper sub-folders, which the name counts, and names that begin with
    a dot or two underscores. Two copies of a picture may fall into two parts: remove copies first.

    Args:
        folder: Holds one sub-folder per class, which holds its pictures.
        size: Height and width to scale to, in pixels. None keeps squares of one size up to 64, else takes 64.
        seed: Which pictures go into which part.

    Raises:
        ValueError: The folder is not there or not of this form, a class has fewer than five pictures, or
            `size` is below 8.
        CorruptDataError: A file cannot be read as a picture.
    """
    folder = Path(folder)
    if size is not None and size < SMALLEST:
        raise ValueError(f"size={size} must be {SMALLEST} pixels or more")
    classes = _find(folder)
    paths = [path for group in classes.values() for path in group]
    square, changes = _plan(paths, size)
    changes += _left_out(folder, classes)
    inputs = _read(paths, square)  # (N, 3, square, square) bytes
    if (inputs == inputs[:, :1]).all():
        inputs = inputs[:, :1].clone()
    parts = _cut(inputs, [len(group) for group in classes.values()], seed)
    name = f"{Path(os.path.abspath(folder)).name} ({len(inputs):,} images in {len(classes)} classes{changes})"
    return Splits(name, *parts, tuple(classes), *channel_statistics(parts[0].inputs))


def _find(folder: Path) -> dict[str, list[Path]]:
    """List the pictures of each class, sorted, or say what is wrong with the folder."""
    if not folder.exists():
        raise ValueError(f"{folder} is not there; name a folder with one sub-folder of images per class")
    if not folder.is_dir():
        raise ValueError(f"{folder} is a file; unpack it, and name the folder with one sub-folder per class")
    entries = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))
    classes = [path for path in entries if path.is_dir()]
    if not classes:
        loose = sum(path.suffix.lower() in SUFFIXES for path in entries)
        raise ValueError(
            f"{folder} holds no sub-folder ({loose:,} images lie in it directly); "
            "make one sub-folder per class and move its images there"
        )
    paths = {path.name: _pictures(path) for path in classes}
    if len(paths) == 1:
        raise ValueError(f"{folder} holds one sub-folder, {classes[0].name!r}; it takes two classes or more")
    few = {name: len(group) for name, group in paths.items() if len(group) < PER_CLASS}
    if few:
        counts = ", ".join(f"{name!r} has {count}" for name, count in few.items())
        raise ValueError(
            f"too few images to split in {folder}: {counts}; each class needs {PER_CLASS} or more "
            "(three to train, one to validate, one to test)"
        )
    return paths


def _pictures(folder: Path) -> list[Path]:
    entries = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    found = [path for path in entries if path.suffix.lower() in SUFFIXES and path.is_file()]
    deeper = [path.name for path in entries if path.is_dir()]
    if not found and deeper:
        raise ValueError(
            f"{folder} holds no images but sub-folders ({', '.join(deeper[:3])}); if they are the classes, "
            f"name {folder} itself"
        )
    if not found:
        raise ValueError(f"{folder} holds no images ({', '.join(sorted(SUFFIXES))}); add some or remove it")
    return found


def _left_out(folder: Path, classes: dict[str, list[Path]]) -> str:
    """Say what else lies beside the pictures: they may be pictures whose ending is not known here."""
    beside = [
        path.name
        for name, pictures in classes.items()
        for path in sorted({*(folder / name).iterdir()} - {*pictures})
        if not path.name.startswith(".")
    ]
    return f", other files or folders left out: {len(beside):,}, such as {beside[0]!r}" if beside else ""


def _plan(paths: list[Path], size: int | None) -> tuple[int, str]:
    """Return the side that all pictures are brought to, and what that does to them, in words."""
    from PIL import Image

    shapes = []  # (width, height)
    for path in paths:
        with suppress(Exception), Image.open(path) as file:  # reads the header only; _read reports errors
            shapes.append(file.size)
    sides = {side for shape in shapes for side in shape}
    kept = len(sides) == 1 and SMALLEST <= min(sides) <= LARGEST
    square = size or (min(sides) if kept else LARGEST)
    if sides <= {square}:
        return square, ""
    low, high = min(shapes), max(shapes)
    if low == high:
        found = f"of {low[0]}×{low[1]} pixels"
    else:
        found = f"from {min(sides)} to {max(sides)} pixels wide or high"
    return square, f", {found}, each cut to its central square and scaled to {square}×{square}"


def _read(paths: list[Path], size: int) -> Tensor:
    """Decode, cut and scale every picture: bytes (N, 3, size, size)."""
    images, damaged = [], []
    for path in paths:
        try:
            images.append(_decode(path, size))
        except Exception as error:  # decoders raise what they like
            damaged.append(f"\n  {path}: {str(error).replace(repr(str(path)), 'it')}")
    if damaged:
        more = f"\n  and {len(damaged) - 5} more" if len(damaged) > 5 else ""
        raise CorruptDataError(f"replace or remove what is no image:{''.join(damaged[:5])}{more}")
    return torch.stack(images)


def _decode(path: Path, size: int) -> Tensor:
    from PIL import Image, ImageOps

    with Image.open(path) as file:
        if file.mode.startswith(("I", "F")):
            raise ValueError("it has more than 8 bits per colour; save it with 8")
        picture = ImageOps.exif_transpose(file).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")  # behind what is transparent
    picture = Image.alpha_composite(white, picture).convert("RGB")
    if picture.size != (size, size):
        picture = ImageOps.fit(picture, (size, size), method=Image.Resampling.BILINEAR)
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous()


def _cut(inputs: Tensor, counts: list[int], seed: int) -> list[Part]:
    """Cut each class by itself, so that every part holds every class."""
    groups = []
    for label, images in enumerate(inputs.split(counts)):
        held_out = max(1, round(0.15 * len(images)))
        sizes = (len(images) - 2 * held_out, held_out, held_out)
        groups.append(split(Part(images, torch.full((len(images),), label)), sizes, seed=seed))
    return [
        Part(*(torch.cat(tensors) for tensors in zip(*group, strict=True)))
        for group in zip(*groups, strict=True)
    ]
