"""A batch of sequences that differ in length."""

import torch
from torch import Tensor, nn


def collate_padded(samples: list[tuple[Tensor, int]]) -> tuple[Tensor, Tensor, Tensor]:
    """Return the padded sequences (N, longest), the mask (N, longest) and the targets (N,)."""
    sequences = [sequence for sequence, _ in samples]
    targets = torch.tensor([target for _, target in samples])
    padded = nn.utils.rnn.pad_sequence(sequences, batch_first=True)
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    mask = torch.arange(padded.shape[1]) < lengths[:, None]  # (longest,) < (N, 1) -> (N, longest)
    return padded, mask, targets
