"""A learning-rate schedule: up in a straight line, then down in one."""

import torch


def triangular(
    optimizer: torch.optim.Optimizer, steps: int, *, warmup: float = 0.2
) -> torch.optim.lr_scheduler.LambdaLR:
    """Scale the optimizer's learning rate, which becomes the peak, by a triangle over `steps` batches.

    It rises linearly over the first `warmup * steps` batches and falls linearly towards 0 over the rest; no
    batch has a rate of exactly 0 (Smith, 2017, "Cyclical learning rates for training neural networks",
    section 3, here with a single cycle). Step it after each batch, as `fit` does.

    Args:
        optimizer: Made with `lr` at the wanted peak.
        steps: Number of batches in all: `epochs * len(train_loader)`.
        warmup: Share of the steps that rise, from 0 to 1.

    Raises:
        ValueError: `steps` is not positive or `warmup` lies outside 0 to 1.
    """
    if steps < 1:
        raise ValueError(f"steps={steps!r} must be 1 or more: epochs * len(train_loader)")
    if not 0 <= warmup <= 1:
        raise ValueError(f"warmup={warmup!r} must lie between 0 and 1: it is a share of the steps")
    peak = max(1, round(steps * warmup))  # the peak is reached in this many batches

    def factor(step: int) -> float:
        rising = (step + 1) / peak
        falling = (steps - step) / (steps - peak + 1)
        return max(0.0, min(rising, falling))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
