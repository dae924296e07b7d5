"""How fast is the classic MNIST network, 784-512-128-10, with `nnfund`?

    NNFUND_DATA=... python benchmarks/mnist_mlp.py            # prints two tables, takes some minutes
    NNFUND_DATA=... python benchmarks/mnist_mlp.py --write    # and keeps them for docs/speed.md

(a) One epoch at batch size 64, in several ways, as multiples of the bare matrix products. The ways take
turns, and what counts is the median, over the turns, of the ratio to the products of the same turn. (b) The
time to 97.6 % test accuracy: the textbook's recipe, ten epochs, against ours. Both on real MNIST, one thread,
times of the processor: on a machine with other work to do, ratios hold and seconds do not.
"""

import argparse
import math
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from fit_overhead import plain, with_fit
from scratch_step import autograd_step, matrix_products, scratch_step
from torch import Tensor, nn
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

from nnfund.data import Batches, data_folder
from nnfund.models import MLP
from nnfund.training import accuracy, evaluate, fit, set_seed, triangular

SIZES = [784, 512, 128, 10]
MEAN, STD = 0.1307, 0.3081  # of the training images
TARGET = 0.976
TABLES = Path(__file__).with_name("mnist_mlp.md")


def textbook_data(train: bool) -> datasets.MNIST:
    """MNIST as tutorials load it: every image is transformed when it is asked for."""
    steps = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    return datasets.MNIST(data_folder(), train=train, transform=steps)


def in_memory(train: bool) -> tuple[Tensor, Tensor]:
    """MNIST as two tensors, standardised once."""
    raw = datasets.MNIST(data_folder(), train=train)
    return ((raw.data.float() / 255 - MEAN) / STD).unsqueeze(1), raw.targets


def seconds(work: Callable[[], object]) -> float:
    """Processor time of `work`."""
    started = time.process_time()
    work()
    return time.process_time() - started


def steps_over(step: Callable[[Tensor, Tensor], Tensor], loader: Iterable[tuple[Tensor, Tensor]]) -> None:
    """One epoch of a bare step."""
    for inputs, targets in loader:
        step(inputs, targets)


def one_epoch(turns: int, samples: int) -> dict[str, float]:
    """Return for each way of training an epoch its time, as a multiple of the bare matrix products."""
    loss_fn = nn.CrossEntropyLoss()
    inputs, targets = (tensor[:samples] for tensor in in_memory(train=True))
    memory = Batches(inputs, targets, batch_size=64, shuffle=True)
    textbook = DataLoader(Subset(textbook_data(train=True), range(samples)), batch_size=64, shuffle=True)

    def loop(epoch: Callable[..., float], loader: Iterable) -> Callable[[], float]:
        model = MLP(SIZES)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        return lambda: epoch(model, loader, loss_fn, optimizer)

    products, ours, theirs = matrix_products(), scratch_step()[0], autograd_step()[0]
    full = list(Batches(inputs.flatten(1), targets, batch_size=64, drop_last=True))  # of one shape
    ways = {
        "textbook loop: transforms per sample, `DataLoader`": loop(_textbook_epoch, textbook),
        "plain loop on `Batches`": loop(plain, memory),
        "`fit` on `Batches`": loop(with_fit, memory),
        "autograd + `torch.optim.SGD`, the step alone": lambda: steps_over(theirs, full),
        "`nnfund.scratch`, the step alone": lambda: steps_over(ours, full),
        "bare matrix products": lambda: steps_over(products, full),
    }
    ratios: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(turns + 1):
        times = {name: seconds(way) for name, way in ways.items()}
        if turn:  # the first is slower
            for name, value in times.items():
                ratios[name].append(value / times["bare matrix products"])
    return {name: statistics.median(values) for name, values in ratios.items()}


def _textbook_epoch(model: nn.Module, loader: DataLoader, loss_fn: nn.Module, optimizer) -> float:
    return plain(model, _Sized(loader), loss_fn, optimizer)


class _Sized:
    """A `DataLoader` with the `inputs` whose number `plain` asks for."""

    def __init__(self, loader: DataLoader):
        self.loader, self.inputs = loader, loader.dataset

    def __iter__(self):
        return iter(self.loader)


def test_accuracy(model: nn.Module, test_loader: Batches) -> float:
    """Share of test images that the model gets right."""
    metrics = {"accuracy": accuracy}
    return evaluate(model, test_loader, loss_fn=nn.CrossEntropyLoss(), metrics=metrics)["accuracy"]


@dataclass(frozen=True)
class Outcome:
    """A recipe, carried out: its epochs, its time, the accuracy at its end."""

    epochs: int
    seconds: float
    accuracy: float
    seconds_to_target: float  # when the test set is asked after each epoch, which nobody may do


def textbook_recipe(seed: int, test_loader: Batches) -> Outcome:
    """Ten epochs of small steps at one rate, with the usual loader and the usual constants."""
    set_seed(seed)
    model, loss_fn = MLP(SIZES), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    loader = DataLoader(textbook_data(train=True), batch_size=64, shuffle=True)
    total, first = 0.0, math.inf
    for _ in range(10):
        total += seconds(lambda: _textbook_epoch(model, loader, loss_fn, optimizer))
        reached = test_accuracy(model, test_loader)
        if reached >= TARGET:
            first = min(first, total)
    return Outcome(10, total, reached, first)


def our_recipe(seed: int, train: tuple[Tensor, Tensor], test_loader: Batches) -> Outcome:
    """Few large steps, the rate rising and falling."""
    set_seed(seed)
    epochs = 2
    model = MLP(SIZES)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.15, momentum=0.9, nesterov=True)
    loader = Batches(*train, batch_size=256, shuffle=True, seed=seed)
    schedule = triangular(optimizer, epochs * len(loader))
    total = seconds(
        lambda: fit(
            model,
            loader,
            loss_fn=nn.CrossEntropyLoss(),
            optimizer=optimizer,
            epochs=epochs,
            scheduler=schedule,
        )
    )
    return Outcome(epochs, total, test_accuracy(model, test_loader), total)


def time_to_target(seeds: int) -> dict[str, list[Outcome]]:
    """Carry out both recipes for each seed, in turn."""
    train = in_memory(train=True)
    images, labels = in_memory(train=False)
    ours = Batches(images, labels, batch_size=1000)
    theirs = Batches((images * STD + MEAN - 0.5) / 0.5, labels, batch_size=1000)
    runs: dict[str, list[Outcome]] = {"textbook": [], "ours": []}
    for seed in range(seeds):
        runs["ours"].append(our_recipe(seed, train, ours))
        runs["textbook"].append(textbook_recipe(seed, theirs))
        print(f"seed {seed}: {runs['ours'][-1]}, textbook {runs['textbook'][-1]}", file=sys.stderr)
    return runs


def as_tables(epoch: dict[str, float], runs: dict[str, list[Outcome]]) -> str:
    """Return both results as Markdown tables."""
    lines = ["| one epoch, batch size 64 | × bare matrix products |", "|---|--:|"]
    lines += [f"| {name} | {ratio:.2f} |" for name, ratio in epoch.items()]
    lines += ["", "| recipe | epochs | test accuracy | time | first at 97.6 % |", "|---|--:|--:|--:|--:|"]
    unit = mean_seconds(runs["ours"])
    labels = {
        "textbook": "textbook: batch size 64, lr 0.01, momentum 0.9, its own loop",
        "ours": "ours: batch size 256, peak lr 0.15, Nesterov, triangular schedule, `fit`",
    }
    for name, outcomes in runs.items():
        reached = [outcome.accuracy for outcome in outcomes]
        first = statistics.mean(outcome.seconds_to_target for outcome in outcomes) / unit
        lines.append(
            f"| {labels[name]} | {outcomes[0].epochs} | {min(reached):.2%} to {max(reached):.2%} "
            f"| {mean_seconds(outcomes) / unit:.1f} | {first:.1f} |"
        )
    version = torch.__version__.split("+")[0]
    machine = f"{platform.system()} on {platform.machine()}, torch {version}"
    return "\n".join([*lines, "", f"{len(runs['ours'])} seeds, one thread, {machine}.", ""])


def mean_seconds(outcomes: list[Outcome]) -> float:
    """Mean time of a recipe over its seeds."""
    return statistics.mean(outcome.seconds for outcome in outcomes)


def main() -> int:
    """Print both tables; the exit status is 0 when all targets are reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=7, help="turns of (a) (default: 7)")
    parser.add_argument(
        "--samples", type=int, default=9_600, help="samples per epoch of (a) (default: 9,600)"
    )
    parser.add_argument("--seeds", type=int, default=3, help="seeds of (b) (default: 3)")
    parser.add_argument("--write", action="store_true", help=f"write the tables to {TABLES.name}")
    options = parser.parse_args()
    torch.set_num_threads(1)

    epoch = one_epoch(options.turns, options.samples)
    runs = time_to_target(options.seeds)
    tables = as_tables(epoch, runs)
    print(tables)
    if options.write:
        TABLES.write_text(tables, "utf-8")

    checks = {
        "fit ≤ 1.05 × plain loop": epoch["`fit` on `Batches`"] / epoch["plain loop on `Batches`"] <= 1.05,
        "scratch ≤ 0.85 × autograd": epoch["`nnfund.scratch`, the step alone"]
        <= 0.85 * epoch["autograd + `torch.optim.SGD`, the step alone"],
        "a fifteenth of the textbook's time": mean_seconds(runs["textbook"])
        >= 15 * mean_seconds(runs["ours"]),
        "every run of ours at the target": all(run.accuracy >= TARGET for run in runs["ours"]),
    }
    for name, holds in checks.items():
        print(f"{'reached' if holds else 'NOT REACHED'}: {name}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
