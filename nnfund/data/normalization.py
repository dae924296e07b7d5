"""Bring every channel to mean 0 and standard deviation 1, with numbers from the training part only."""

import torch
from torch import Tensor


def channel_statistics(inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean and the standard deviation of each channel, each of shape (C,).

    Args:
        inputs: Shape (N, C, ...). Bytes are read as 0 to 1, as they are everywhere in `nnfund`.
    """
    if inputs.dtype != torch.uint8:
        pairs = [torch.std_mean(channel, correction=0) for channel in inputs.unbind(dim=1)]
        std, mean = zip(*pairs, strict=True)
        return torch.stack(mean), torch.stack(std)

    # There are only 256 different bytes: count them, instead of turning millions of them into floats.
    counts = torch.stack([torch.bincount(c.flatten(), minlength=256) for c in inputs.unbind(dim=1)])
    share = counts.cpu().double() / counts.sum(dim=1, keepdim=True)  # (C, 256)
    value = torch.arange(256, dtype=torch.float64) / 255
    mean = share @ value
    variance = (share * (value - mean[:, None]) ** 2).sum(dim=1)
    return mean.float(), variance.sqrt().float()


def normalize_channels(inputs: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Return `(inputs - mean) / std` as floats, channel by channel.

    Images that are kept as bytes are normalised per batch, by `nnfund.data.Normalize`.

    Args:
        inputs: Shape (N, C, ...). Bytes are read as 0 to 1.
        mean: What to subtract, shape (C,).
        std: What to divide by, shape (C,). A channel that never changes, with 0 here, becomes 0.

    Raises:
        ValueError: `mean` or `std` has not one value per channel.
    """
    channels = inputs.shape[1]
    for name, value in (("mean", mean), ("std", std)):
        if value.shape != (channels,):
            raise ValueError(f"{name} must have one value per channel ({channels}), got {tuple(value.shape)}")
    shape = (channels, *[1] * (inputs.ndim - 2))  # (C, 1, 1) for images
    scale = 255 if inputs.dtype == torch.uint8 else 1
    shift = (mean * scale).view(shape).to(inputs.device)
    divisor = (torch.where(std > 0, std, 1) * scale).view(shape).to(inputs.device)
    return inputs.float().sub(shift).div_(divisor)
