"""What does `fit` cost on top of the five stanzas written out?

    python benchmarks/fit_overhead.py

The classic MNIST network, 784-512-128-10, batch 64, one thread, on in-memory batches of random numbers (the
values do not matter to the time). Both loops run in turn, many times, and what counts is the median of the
ratios of neighbours: that holds on a machine that has other work to do.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch import nn

from nnfund.data import Batches
from nnfund.training import fit


def plain(
    model: nn.Module, train_loader: Batches, loss_fn: nn.Module, optimizer: torch.optim.Optimizer
) -> float:
    """One epoch, as a page writes it."""
    model.train()
    total = 0.0
    for inputs, targets in train_loader:
        outputs = model(inputs)
        loss = loss_fn(outputs, targets)

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        total += loss.item() * len(targets)
    return total / len(train_loader.inputs)


def with_fit(
    model: nn.Module, train_loader: Batches, loss_fn: nn.Module, optimizer: torch.optim.Optimizer
) -> float:
    """One epoch of `fit`."""
    return fit(model, train_loader, loss_fn=loss_fn, optimizer=optimizer, epochs=1).train_loss[-1]


def seconds(epoch: Callable[..., float], *arguments: object) -> float:
    """Wall-clock time of one epoch."""
    started = time.perf_counter()
    epoch(*arguments)
    return time.perf_counter() - started


def main() -> int:
    """Print times and the ratio; the exit status is 0 when the ratio reaches its target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=21, help="number of comparisons (default: 21)")
    parser.add_argument("--samples", type=int, default=12_800, help="samples per epoch (default: 12,800)")
    parser.add_argument("--target", type=float, default=1.05, help="largest good ratio (default: 1.05)")
    options = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(0)
    inputs, targets = torch.randn(options.samples, 784), torch.randint(10, (options.samples,))
    train_loader = Batches(inputs, targets, batch_size=64, shuffle=True)
    model = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 10)
    )  # fmt: skip
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    arguments = (model, train_loader, nn.CrossEntropyLoss(), optimizer)

    seconds(plain, *arguments), seconds(with_fit, *arguments)  # the first pass is slower
    times: dict[Callable[..., float], list[float]] = {plain: [], with_fit: []}
    for pair in range(options.pairs):
        order = (plain, with_fit) if pair % 2 else (with_fit, plain)
        for epoch in order:
            times[epoch].append(seconds(epoch, *arguments))
    ratios = [a / b for a, b in zip(times[with_fit], times[plain], strict=True)]
    ratio, best = statistics.median(ratios), min(times[with_fit]) / min(times[plain])
    for name, epoch in (("plain loop", plain), ("fit", with_fit)):
        per_batch = statistics.median(times[epoch]) / len(train_loader)
        print(f"{name:10}  {1000 * per_batch:.3f} ms per batch (median of {options.pairs} epochs)")
    print(f"fit / plain loop: {ratio:.3f} (median of neighbours), {best:.3f} (fastest against fastest)")
    print(f"target: at most {options.target}")
    return 0 if ratio <= options.target else 1


if __name__ == "__main__":
    sys.exit(main())
