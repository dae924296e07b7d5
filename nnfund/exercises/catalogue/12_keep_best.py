"""Early stopping that keeps the best.

Level: intermediate
Page: 12_training_loop

Write the part of a training loop that decides when to stop:

```python
keeper = KeepBest(patience=10)
for epoch in range(200):
    ...
    if keeper.look(val_loss, model):
        break
keeper.restore(model)
```

`look` is called after each epoch. If `val_loss` is lower than every one before, it remembers the weights
of the model. It returns True when there have been `patience` epochs in a row, this one included, without
a new lowest loss, and False otherwise. `restore` gives the model the weights of its best epoch back,
though training has long gone on changing them.
"""

import copy

from torch import nn


class KeepBest:
    """Remembers the weights of the epoch with the lowest validation loss."""

    def __init__(self, patience: int):
        raise NotImplementedError

    def look(self, val_loss: float, model: nn.Module) -> bool:
        """Look at an epoch; return True when it is time to stop."""
        raise NotImplementedError

    def restore(self, model: nn.Module) -> None:
        """Give the model its best weights back."""
        raise NotImplementedError


# === checks: a reader's copy ends here ===
import torch

from nnfund.exercises import Case


def checks(answer):
    def run(patience, val_losses):
        """A loop with a model whose weight is the number of the epoch, 1, 2, 3, ..."""
        model, keeper = nn.Linear(1, 1), answer.KeepBest(patience)
        answers = []
        for epoch, val_loss in enumerate(val_losses, 1):
            with torch.no_grad():
                model.weight.fill_(epoch)
            answers.append(bool(keeper.look(val_loss, model)))
            if answers[-1]:
                break
        with torch.no_grad():
            model.weight.fill_(-1.0)  # training goes on for a while
        keeper.restore(model)
        return len(answers), model.weight.item(), answers

    parts = ("number of the last epoch", "weight after restore", "what look returned")
    for patience, val_losses, last, best in (
        (2, [0.9, 0.5, 0.6, 0.7, 0.8], 4, 2),
        (2, [0.9, 0.5, 0.6, 0.4, 0.5, 0.3, 0.6], 7, 6),
        (3, [0.9, 0.5, 0.6, 0.55, 0.52, 0.4, 0.3], 5, 2),
        (2, [0.5, 0.5, 0.5, 0.5], 3, 1),
        (1, [3.0, 2.0, 2.5, 1.0], 3, 2),
    ):
        stops = patience <= last - best
        answers = [False] * (last - 1) + [stops]
        yield Case(run, patience, val_losses, expected=(last, float(best), answers), parts=parts)


class Right:
    def __init__(self, patience):
        self.patience, self.best, self.waited, self.weights = patience, float("inf"), 0, None

    def look(self, val_loss, model):
        if val_loss < self.best:
            self.best, self.waited, self.weights = val_loss, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.weights)


class NoCopy(Right):
    """It stops at the right time, but the last weights come back. `state_dict()` hands out weights that
    training goes on changing: keep a copy, by `copy.deepcopy`. If you do, does `restore` write into the
    model? `model = ...` does not; `load_state_dict` does.
    """

    def look(self, val_loss, model):
        if val_loss < self.best:
            self.best, self.waited, self.weights = val_loss, 0, model.state_dict()
        else:
            self.waited += 1
        return self.waited >= self.patience


class LastWeights(Right):
    """The weights of the last epoch come back, not those of the best: they are kept in every epoch,
    whether the loss was a new lowest one or not.
    """

    def look(self, val_loss, model):
        stop = super().look(val_loss, model)
        self.weights = copy.deepcopy(model.state_dict())
        return stop


class NeverReset(Right):
    """It stops too early: all epochs without improvement were counted, not those in a row. A new lowest
    loss sets the count back to 0.
    """

    def look(self, val_loss, model):
        waited = self.waited
        super().look(val_loss, model)
        if self.waited == 0:
            self.waited = waited
        return self.waited >= self.patience


class OneLate(Right):
    """It stops one epoch late. With a patience of 2, the second epoch in a row without improvement is
    the last.
    """

    def look(self, val_loss, model):
        return super().look(val_loss, model) or self.waited > self.patience

    def __init__(self, patience):
        super().__init__(patience + 1)


class AgainstTheLast(Right):
    """The loss was compared with that of the epoch before. What counts is whether it is lower than the
    lowest so far.
    """

    def look(self, val_loss, model):
        stop = super().look(val_loss, model)
        self.best = val_loss
        return stop


class EqualIsBetter(Right):
    """An equal loss was taken for a better one. It should be *lower* than every one before: `<`, not
    `<=`.
    """

    def look(self, val_loss, model):
        if val_loss == self.best:
            self.best = float("inf")
        return super().look(val_loss, model)


class HigherIsBetter(Right):
    """It keeps the epoch with the *highest* loss. That would be right for an accuracy; a loss should be
    low.
    """

    def look(self, val_loss, model):
        return super().look(-val_loss, model)


MISTAKES = [NoCopy, LastWeights, NeverReset, OneLate, AgainstTheLast, EqualIsBetter, HigherIsBetter]
