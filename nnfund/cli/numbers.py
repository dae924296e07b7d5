"""Options that are numbers, checked where they are read."""

import argparse
from collections.abc import Callable


def at_least(kind: type, least: float) -> Callable[[str], float]:
    """A reader of numbers that refuses what is below `least`."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = least - 1
        if not least <= value < float("inf"):
            noun = "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"{text!r} must be {noun}, {least} or more")
        return value

    return read
