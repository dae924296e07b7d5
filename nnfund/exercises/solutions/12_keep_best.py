"""Early stopping that keeps the best."""

import copy

from torch import nn


class KeepBest:
    """Remembers the weights of the epoch with the lowest validation loss."""

    def __init__(self, patience: int):
        self.patience = patience
        self.best = float("inf")  # any loss is lower
        self.waited = 0
        self.weights = None

    def look(self, val_loss: float, model: nn.Module) -> bool:
        """Look at an epoch; return True when it is time to stop."""
        if val_loss < self.best:
            self.best, self.waited = val_loss, 0
            self.weights = copy.deepcopy(model.state_dict())  # a copy: training goes on
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model: nn.Module) -> None:
        """Give the model its best weights back."""
        model.load_state_dict(self.weights)
