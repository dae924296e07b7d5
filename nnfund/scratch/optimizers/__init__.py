"""Optimizers with the names and arguments of `torch.optim`."""

from nnfund.scratch.optimizers.adam import Adam, AdamW
from nnfund.scratch.optimizers.optimizer import Optimizer
from nnfund.scratch.optimizers.rmsprop import RMSprop
from nnfund.scratch.optimizers.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSprop"]
