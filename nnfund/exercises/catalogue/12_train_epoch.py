"""One epoch, line by line.

Level: basic
Page: 12_training_loop

Write the loop that everything else is built on. For each batch, `inputs, targets`, of the loader: forward,
loss, backward, step. Put the model into training mode first, and leave it there. Each step uses the gradient
of its own batch and no other.

`loss_fn(outputs, targets)` is the mean over a batch. Return the mean over all *samples* of the epoch, as a
number: the last batch may be smaller.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def train_epoch(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Train for one epoch; return the mean loss over all samples."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


class Line(nn.Linear):
    """Remembers in which mode it was used."""

    def forward(self, x):
        self.seen = self.training
        return super().forward(x)


def checks(answer):
    def run(batches, epochs):
        """One linear layer, SGD with lr = 0.1, mean squared error: what came of it"""
        model = Line(2, 1).eval()
        nn.init.constant_(model.weight, 0.5)
        nn.init.constant_(model.bias, 0.1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(epochs):
            loss = answer.train_epoch(model, batches, nn.MSELoss(), optimizer)
        return loss, model.weight.detach(), model.bias.detach(), getattr(model, "seen", False)

    for sizes, epochs in (((2,), 1), ((3, 3, 1), 1), ((4, 2), 3)):
        batches = [(torch.randn(size, 2), torch.randn(size, 1)) for size in sizes]
        weight, bias = torch.tensor([[0.5, 0.5]]), torch.tensor([0.1])
        for _ in range(epochs):
            total = 0.0
            for inputs, targets in batches:
                errors = inputs @ weight.T + bias - targets
                total += (errors**2).sum().item()
                n = len(targets)
                weight, bias = weight - 0.2 * errors.T @ inputs / n, bias - 0.2 * errors.sum(0) / n
        expected = (total / sum(sizes), weight, bias, True)
        parts = ("mean loss", "weight", "bias", "in training mode")
        yield Case(run, batches, epochs, expected=expected, parts=parts)


def five_stanzas(model, loader, loss_fn, optimizer, clear=True, train=True, after=False, early=False):
    if train:
        model.train()
    losses, sizes = [], []
    for inputs, targets in loader:
        loss = loss_fn(model(inputs), targets)
        if early:
            optimizer.step()
        if clear:
            optimizer.zero_grad()
        loss.backward()
        if after:
            optimizer.zero_grad()
        if not early:
            optimizer.step()
        losses.append(loss.item())
        sizes.append(len(targets))
    return losses, sizes


def mean(losses, sizes):
    return sum(one * size for one, size in zip(losses, sizes, strict=True)) / sum(sizes)


def no_zero_grad(model, loader, loss_fn, optimizer):
    """The first step is right, later ones are not: gradients of earlier batches are still in them, because
    `backward()` adds. Something must clear them between a step and the next `backward()`.
    """
    return mean(*five_stanzas(model, loader, loss_fn, optimizer, clear=False))


def mean_of_means(model, loader, loss_fn, optimizer):
    """The training is right, the mean is not: batches were averaged, so that a sample in a small batch
    counts more. Weight each batch's loss by its number of samples, and divide by the number of all
    samples.
    """
    losses, _ = five_stanzas(model, loader, loss_fn, optimizer)
    return sum(losses) / len(losses)


def last_batch(model, loader, loss_fn, optimizer):
    """The training is right. The number is the loss of the last batch alone; asked is the mean over all
    samples of the epoch.
    """
    return five_stanzas(model, loader, loss_fn, optimizer)[0][-1]


def total(model, loader, loss_fn, optimizer):
    """The training is right. The number is the sum of the batches' losses, which grows with the number
    of batches. Asked is the mean over all samples.
    """
    return sum(five_stanzas(model, loader, loss_fn, optimizer)[0])


def over_all_samples(model, loader, loss_fn, optimizer):
    """The training is right, the number too small: each loss is a mean already, so it must be
    multiplied by the number of samples in its batch before the sum is divided by the number of all.
    """
    losses, sizes = five_stanzas(model, loader, loss_fn, optimizer)
    return sum(losses) / sum(sizes)


def over_batches(model, loader, loss_fn, optimizer):
    """The training is right. The sum counts each sample, and was divided by the number of *batches*:
    that is what `len(loader)` gives. Count the samples as you go.
    """
    losses, sizes = five_stanzas(model, loader, loss_fn, optimizer)
    return mean(losses, sizes) * sum(sizes) / len(sizes)


def no_train(model, loader, loss_fn, optimizer):
    """All numbers are right, but the model was in evaluation mode: dropout would do nothing. Begin with
    `model.train()`.
    """
    return mean(*five_stanzas(model, loader, loss_fn, optimizer, train=False))


def cleared_too_late(model, loader, loss_fn, optimizer):
    """Nothing moved: `zero_grad()` stands between `backward()` and `step()`, and throws away what
    `backward()` computed.
    """
    return mean(*five_stanzas(model, loader, loss_fn, optimizer, after=True))


def step_first(model, loader, loss_fn, optimizer):
    """Every step comes one gradient late: `step()` stands before `backward()`, which computes what it
    needs.
    """
    return mean(*five_stanzas(model, loader, loss_fn, optimizer, early=True))


MISTAKES = [
    no_zero_grad,
    mean_of_means,
    last_batch,
    total,
    over_all_samples,
    over_batches,
    no_train,
    cleared_too_late,
    step_first,
]
