"""A fair comparison."""

from collections.abc import Callable
from statistics import mean, stdev


def compare(
    run: Callable[[str, float, int], tuple[float, float]],
    names: list[str],
    lrs: list[float],
    tuning_seeds: list[int],
    test_seeds: list[int],
) -> dict[str, tuple[float, float, float]]:
    """Return for each name its best learning rate, and the mean and spread of its test accuracies."""
    table = {}
    for name in names:
        scores = []
        for lr in lrs:
            val = [run(name, lr, seed)[0] for seed in tuning_seeds]
            scores.append(mean(val))
        best_lr = lrs[scores.index(max(scores))]  # the test set has not been looked at so far

        test = [run(name, best_lr, seed)[1] for seed in test_seeds]
        table[name] = (best_lr, mean(test), stdev(test))
    return table
