"""The `nnfund` command: train a model from a terminal, and check exercises."""

from nnfund.cli.command import main

__all__ = ["main"]
