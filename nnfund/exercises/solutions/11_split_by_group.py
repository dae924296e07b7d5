"""Split by patient, not by image."""

import torch
from torch import Tensor


def split_by_group(groups: Tensor, val_share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the indices of the training samples and of the validation samples."""
    unique = groups.unique()
    generator = torch.Generator().manual_seed(seed)  # ours: the program's random numbers go on
    order = unique[torch.randperm(len(unique), generator=generator)]
    val_groups = order[: round(val_share * len(unique))]
    in_val = torch.isin(groups, val_groups)  # (N,), each sample follows its group
    return torch.where(~in_val)[0], torch.where(in_val)[0]
