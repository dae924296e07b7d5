"""A fair comparison.

Level: intermediate
Page: 16_activation_experiment

`run(name, lr, seed)` trains one network and returns two accuracies: on the validation set and on the test
set. Compare all `names` fairly, as the page does:

1. For each name on its own, find the best of the learning rates `lrs`: the one with the highest mean
   *validation* accuracy over `tuning_seeds`. If two are equal, the first.
2. Run the name with this rate and each of `test_seeds`, which are others, and keep the *test* accuracies.

Return a table, `{name: (lr, mean, std)}`: the rate, the mean of these test accuracies and their standard
deviation, with one less than the number of seeds in the denominator.

`train_small` is such a `run`, with names such as "tanh", "relu" and "sigmoid". Try it, when you are done.
"""

from collections.abc import Callable

import torch
from torch import nn

from nnfund.data import make_moons


def train_small(name: str, lr: float, seed: int) -> tuple[float, float]:
    """Train one hidden layer on 100 points; return the accuracies on 200 other points and on 200 more."""
    torch.manual_seed(seed)
    activation = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}[name]()
    model = nn.Sequential(nn.Linear(2, 16), activation, nn.Linear(16, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    (inputs, targets), val, test = (make_moons(n, seed=s) for n, s in ((100, seed), (200, 1000), (200, 2000)))
    for _ in range(30):
        loss = nn.functional.cross_entropy(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    right = [(model(part.inputs).argmax(1) == part.targets).float().mean().item() for part in (val, test)]
    return right[0], right[1]


def compare(
    run: Callable[[str, float, int], tuple[float, float]],
    names: list[str],
    lrs: list[float],
    tuning_seeds: list[int],
    test_seeds: list[int],
) -> dict[str, tuple[float, float, float]]:
    """Return for each name its best learning rate, and the mean and spread of its test accuracies."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from statistics import mean, stdev

from nnfund.exercises import Case

PARTS = ("learning rate", "mean", "standard deviation")


def checks(answer):
    def from_table(accuracies, names, lrs, tuning_seeds, test_seeds):
        """compare(run, ...); run(name, lr, seed) gives accuracies[name, lr, seed], (validation, test)"""

        def run(name, lr, seed):
            return accuracies[name, lr, seed]

        return answer.compare(run, names, lrs, tuning_seeds, test_seeds)

    def trained(names, lrs, tuning_seeds, test_seeds):
        """compare(train_small, names, lrs, tuning_seeds, test_seeds)"""
        return answer.compare(train_small, names, lrs, tuning_seeds, test_seeds)

    # Two names with best rates of their own; validation and test disagree about the rate of "b".
    val = {("a", 0.1): (0.9, 0.7, 0.9, 0.9), ("a", 1.0): (0.5, 0.7, 0.6, 0.6)}
    val |= {("b", 0.1): (0.95, 0.4, 0.8, 0.9), ("b", 1.0): (0.7, 0.8, 0.8, 0.8)}
    test = {("a", 0.1): (0.8, 0.6, 0.8, 0.9), ("a", 1.0): (0.6, 0.4, 0.5, 0.7)}
    test |= {("b", 0.1): (0.9, 0.9, 0.7, 0.9), ("b", 1.0): (0.5, 0.8, 0.6, 0.9)}
    small = {(*key, seed): (val[key][seed], test[key][seed]) for key in val for seed in range(4)}
    setting = (["a", "b"], [0.1, 1.0], [0, 1], [2, 3])
    yield Case(from_table, small, *setting, expected=right(lambda *key: small[key], *setting))

    names, lrs, seeds = ["tanh", "relu", "sigmoid"], [0.01, 0.1, 1.0, 10.0], range(5)
    drawn = torch.rand(len(names), len(lrs), len(seeds), 2, dtype=torch.float64).tolist()
    large = {
        (names[i], lrs[j], k): (round(drawn[i][j][k][0], 3), round(drawn[i][j][k][1], 3))
        for i in range(3)
        for j in range(4)
        for k in seeds
    }
    setting = (names, lrs, [0, 1], [2, 3, 4])
    yield Case(from_table, large, *setting, expected=right(lambda *key: large[key], *setting))
    setting = (["tanh", "relu"], [0.003, 0.3], [0], [1, 2])
    yield Case(trained, *setting, expected=right(train_small, *setting))


def right(run, names, lrs, tuning_seeds, test_seeds, part=0, spread=stdev, results=1):
    table = {}
    for name in names:
        scores = {lr: mean(run(name, lr, seed)[part] for seed in tuning_seeds) for lr in lrs}
        lr = max(lrs, key=scores.get)
        found = [run(name, lr, seed)[results] for seed in test_seeds]
        table[name] = (lr, mean(found), spread(found))
    return table


def chosen_on_test(run, names, lrs, tuning_seeds, test_seeds):
    """The rate was chosen by the test accuracy. What has taken part in a choice is no test any more: choose
    by the first number that `run` returns.
    """
    return right(run, names, lrs, tuning_seeds, test_seeds, part=1)


def validation_reported(run, names, lrs, tuning_seeds, test_seeds):
    """The rates are right. The accuracies reported are those on the validation set; asked are those on the
    test set, the second number that `run` returns.
    """
    return right(run, names, lrs, tuning_seeds, test_seeds, results=0)


def same_seeds(run, names, lrs, tuning_seeds, test_seeds):
    """The rates are right. The results are those of the tuning seeds, with which the rate was chosen, so
    they flatter it. Run again, with `test_seeds`.
    """
    return right(run, names, lrs, tuning_seeds, tuning_seeds)


def one_rate_for_all(run, names, lrs, tuning_seeds, test_seeds):
    """All names got the same rate. Whoever chooses one rate for all chooses the winner: each name has a right
    to its own best.
    """
    scores = {lr: mean(run(name, lr, seed)[0] for name in names for seed in tuning_seeds) for lr in lrs}
    return right(run, names, [max(lrs, key=scores.get)], tuning_seeds, test_seeds)


def best_single_run(run, names, lrs, tuning_seeds, test_seeds):
    """A rate was chosen for its luckiest run. Compare the *means* over the tuning seeds."""
    table = {}
    for name in names:
        lr = max(lrs, key=lambda lr, name=name: max(run(name, lr, seed)[0] for seed in tuning_seeds))
        table |= right(run, [name], [lr], tuning_seeds, test_seeds)
    return table


def divided_by_n(run, names, lrs, tuning_seeds, test_seeds):
    """Rates and means are right, the spread is too small: divide by the number of seeds minus 1. NumPy's
    `std` needs `ddof=1` for that; `torch.std` and `statistics.stdev` do it by themselves.
    """
    from statistics import pstdev

    return right(run, names, lrs, tuning_seeds, test_seeds, spread=pstdev)


MISTAKES = [
    chosen_on_test,
    validation_reported,
    same_seeds,
    one_rate_for_all,
    best_single_run,
    divided_by_n,
]
