"""Data sets as whole tensors, in parts, and batches of them."""

from nnfund.data.batches import Batches
from nnfund.data.digits import load_digits
from nnfund.data.download import CorruptDataError, DataUnavailableError
from nnfund.data.folder import data_folder, data_policy
from nnfund.data.mnist import load_mnist
from nnfund.data.normalization import channel_statistics, normalize_channels
from nnfund.data.splits import Part, Splits, split
from nnfund.data.synthetic import make_blobs, make_moons, make_spirals, make_xor

__all__ = [
    "Batches",
    "CorruptDataError",
    "DataUnavailableError",
    "Part",
    "Splits",
    "channel_statistics",
    "data_folder",
    "data_policy",
    "load_digits",
    "load_mnist",
    "make_blobs",
    "make_moons",
    "make_spirals",
    "make_xor",
    "normalize_channels",
    "split",
]
