"""nnfund: neural-network fundamentals with PyTorch, small enough to read."""

from nnfund.claims import claim

__all__ = ["__version__", "claim"]

__version__ = "0.1.0"
