"""Where data lies, and what to do when it is not there. Standard library only."""

import os
import sys
from pathlib import Path

POLICIES = ("real", "auto", "embedded")


def data_folder() -> Path:
    """Return the folder that real data is read from and downloaded into.

    It is `$NNFUND_DATA` where that is set, else `nnfund` in the user's cache folder. It may not exist yet.
    """
    chosen = os.environ.get("NNFUND_DATA")
    return Path(chosen).expanduser() if chosen else user_cache_folder()


def user_cache_folder() -> Path:
    """Return where this system wants a program's cache: one folder per user, which may not exist yet."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "nnfund" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "nnfund"
    xdg = os.environ.get("XDG_CACHE_HOME")
    return (Path(xdg) if xdg else Path.home() / ".cache") / "nnfund"


def data_policy() -> str:
    """Return what a loader does when its real data is not there: the value of `NNFUND_DATA_POLICY`.

    `"auto"` (the default) downloads it, and without a network takes an embedded stand-in and says so.
    `"real"` downloads it or raises. `"embedded"` takes the stand-in at once and touches no network.

    Raises:
        ValueError: `NNFUND_DATA_POLICY` is none of the three.
    """
    policy = os.environ.get("NNFUND_DATA_POLICY") or "auto"
    if policy not in POLICIES:
        raise ValueError(f"NNFUND_DATA_POLICY is {policy!r}; it must be one of {', '.join(POLICIES)}")
    return policy
