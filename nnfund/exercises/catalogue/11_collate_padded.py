"""A batch of sequences that differ in length.

Level: intermediate
Page: 11_data_loading

A sample is a pair: a sequence, which is a tensor of shape (length,), and a target, a whole number. Write the
collate function for them. `samples` is a list of N such pairs. Return three tensors:

| result | shape | dtype |
|---|---|---|
| the sequences, filled up with zeros at the end | (N, longest) | that of the sequences |
| a mask, `True` where an entry is real | (N, longest) | bool |
| the targets | (N,) | int64 |

A real entry may be zero.
"""

import torch
from torch import Tensor


def collate_padded(samples: list[tuple[Tensor, int]]) -> tuple[Tensor, Tensor, Tensor]:
    """Return the padded sequences (N, longest), the mask (N, longest) and the targets (N,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case

PARTS = ("sequences", "mask", "targets")


def checks(answer):
    small = [(torch.tensor([5.0, 6.0]), 1), (torch.tensor([7.0, 8.0, 9.0]), 0)]
    lists = [small]
    for lengths in ((3, 1, 4, 2), (2, 2, 2), (5,)):
        lists.append([(torch.randn(length), i % 3) for i, length in enumerate(lengths)])
    lists.append([(torch.tensor([4, 0, 2, 0]), 1), (torch.tensor([0]), 2)])
    for samples in lists:
        longest = max(len(sequence) for sequence, _ in samples)
        padded = torch.zeros(len(samples), longest, dtype=samples[0][0].dtype)
        mask = torch.zeros(len(samples), longest, dtype=torch.bool)
        for row, (sequence, _) in enumerate(samples):
            padded[row, : len(sequence)], mask[row, : len(sequence)] = sequence, True
        targets = torch.tensor([target for _, target in samples])
        yield Case(answer.collate_padded, samples, expected=(padded, mask, targets), parts=PARTS)


def right(samples):
    sequences, targets = zip(*samples, strict=True)
    padded = torch.nn.utils.rnn.pad_sequence(list(sequences), batch_first=True)
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    mask = torch.arange(padded.shape[1]) < lengths[:, None]
    return padded, mask, torch.tensor(targets)


def stacked(samples):
    """`torch.stack` needs equal shapes, and these sequences differ in length. Fill the shorter ones up
    first.
    """
    return torch.stack([sequence for sequence, _ in samples]), None, None


def steps_first(samples):
    """The batch lies on its side: samples are rows. `pad_sequence` puts the steps first, unless you say
    `batch_first=True`.
    """
    padded, mask, targets = right(samples)
    return padded.T, mask.T, targets


def not_zero(samples):
    """The mask calls a zero that is in the data filling. What is real depends on the length alone;
    compare the numbers of the columns with it.
    """
    padded, _, targets = right(samples)
    return padded, padded != 0, targets


def turned_mask(samples):
    """The mask is `True` at the filling. It should be `True` where an entry is real."""
    padded, mask, targets = right(samples)
    return padded, ~mask, targets


def numbers_for_mask(samples):
    """The mask holds ones and zeros; `True` and `False` are asked. A comparison gives them."""
    padded, mask, targets = right(samples)
    return padded, mask.float(), targets


def one_too_many(samples):
    """The mask has one `True` too many in each row that was filled up. Columns count from 0, so a
    sequence of two has the columns 0 and 1: smaller than its length, not equal to it.
    """
    padded, _, targets = right(samples)
    lengths = torch.tensor([len(sequence) for sequence, _ in samples])
    return padded, torch.arange(padded.shape[1]) <= lengths[:, None], targets


def list_of_targets(samples):
    """The targets are still a list. A loss wants a tensor: `torch.tensor(...)`."""
    padded, mask, targets = right(samples)
    return padded, mask, targets.tolist()


def targets_as_floats(samples):
    """The targets came as floats. A class is a whole number; `nn.CrossEntropyLoss` reads floats as
    something else.
    """
    padded, mask, targets = right(samples)
    return padded, mask, targets.float()


def always_floats(samples):
    """The sequences of whole numbers became floats: `torch.zeros` makes float32, unless you pass it a
    `dtype`.
    """
    padded, mask, targets = right(samples)
    return padded.float(), mask, targets


MISTAKES = [
    stacked,
    steps_first,
    not_zero,
    turned_mask,
    numbers_for_mask,
    one_too_many,
    list_of_targets,
    targets_as_floats,
    always_floats,
]
