"""Which device to compute on."""

import os

import torch


def pick_device(device: torch.device | str | None = None) -> torch.device:
    """The device asked for, else the fastest there is: CUDA, then Apple's MPS, then the CPU.

    Args:
        device: For example `"cpu"`, `"cuda"`, `"cuda:1"` or `"mps"`. None asks the environment variable
            `NNFUND_DEVICE`, and then the machine.

    Raises:
        ValueError: The device asked for is not there, or torch does not know its name.
    """
    asked, source = (
        (device, "device") if device is not None else (os.environ.get("NNFUND_DEVICE"), "NNFUND_DEVICE")
    )
    there = _devices()
    if not asked:
        return torch.device(there[0])
    try:
        chosen = torch.device(asked)
    except RuntimeError as error:
        raise ValueError(f"{source}={asked!r} is no device; this machine has: {', '.join(there)}") from error
    name = str(chosen) if chosen.index else chosen.type  # index 0 is what the bare name means
    if name not in there:
        raise ValueError(
            f"{source}={asked!r} is not there; this machine has: {', '.join(there)}. "
            "A GPU also needs a build of torch made for it (see torch.version.cuda)"
        )
    return chosen


def _devices() -> list[str]:
    """Names of the usable devices, fastest first."""
    cuda = [f"cuda:{index}" if index else "cuda" for index in range(torch.cuda.device_count())]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return [*cuda, *mps, "cpu"]
