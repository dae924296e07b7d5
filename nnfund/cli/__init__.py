"""The `nnfund` command: train a model on a data set from a terminal."""

from nnfund.cli.command import main

__all__ = ["main"]
