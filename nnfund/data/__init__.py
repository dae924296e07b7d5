"""Data sets as whole tensors, in parts, and batches of them."""

from nnfund.data.augment import Compose, Normalize, RandomFlipAndCrop
from nnfund.data.batches import Batches
from nnfund.data.breast_cancer import load_breast_cancer
from nnfund.data.cells import make_cells
from nnfund.data.cifar10 import load_cifar10
from nnfund.data.digits import load_digits
from nnfund.data.download import CorruptDataError, DataUnavailableError
from nnfund.data.folder import data_folder, data_policy
from nnfund.data.image_folder import load_image_folder
from nnfund.data.mnist import load_mnist
from nnfund.data.normalization import channel_statistics, normalize_channels
from nnfund.data.nuclei import load_nuclei
from nnfund.data.shapes import make_shapes
from nnfund.data.splits import Part, Splits, split
from nnfund.data.synthetic import make_blobs, make_moons, make_spirals, make_xor

__all__ = [
    "Batches",
    "Compose",
    "CorruptDataError",
    "DataUnavailableError",
    "Normalize",
    "Part",
    "RandomFlipAndCrop",
    "Splits",
    "channel_statistics",
    "data_folder",
    "data_policy",
    "load_breast_cancer",
    "load_cifar10",
    "load_digits",
    "load_image_folder",
    "load_mnist",
    "load_nuclei",
    "make_blobs",
    "make_cells",
    "make_moons",
    "make_shapes",
    "make_spirals",
    "make_xor",
    "normalize_channels",
    "split",
]
