r"""A loss whose minimum is a quantile.

Level: advanced
Page: 06_losses

MSE asks for the mean, MAE for the median. The *pinball* loss asks for a quantile: with q = 0.9, its
best constant has nine in ten targets below it. It is a lopsided MAE. A target *above* the output
pulls it up with strength $q$, a target *below* pulls it down with strength $1 - q$. For one sample,
with $r = y - \hat y$:

- $q\,r$ where $r$ is positive,
- $(q - 1)\,r$ where it is negative, which is a positive number.

Return the mean over all the samples. `outputs` and `targets` have the same shape, whichever it is.
"""

import torch
from torch import Tensor


def pinball(outputs: Tensor, targets: Tensor, q: float) -> Tensor:
    """Return the mean pinball loss for a q between 0 and 1."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def best_constant(targets, q):
        """Of the constant outputs 0, 5, 10, ... 50, the one with the smallest pinball loss"""
        losses = [answer.pinball(torch.full_like(targets, float(c)), targets, q) for c in range(0, 51, 5)]
        return 5 * int(torch.stack(losses).argmin())

    outputs, targets = torch.tensor([1.0, 1.0, 1.0]), torch.tensor([3.0, 0.0, 1.0])
    yield Case(answer.pinball, outputs, targets, 0.9, expected=torch.tensor((0.9 * 2 + 0.1 * 1) / 3))
    for shape, q in [((5,), 0.1), ((3, 2), 0.5), ((4, 1), 0.75)]:
        outputs, targets = torch.randn(shape), torch.randn(shape)
        pulls = [(q if r > 0 else q - 1) * r for r in (targets - outputs).flatten().tolist()]
        yield Case(answer.pinball, outputs, targets, q, expected=torch.tensor(sum(pulls) / len(pulls)))
    for q, best in [(0.9, 45), (0.3, 15)]:
        yield Case(best_constant, torch.arange(51.0)[torch.randperm(51)], q, expected=best)


def sides_swapped(outputs, targets, q):
    """The two sides are swapped: a target above the output, where target minus output is positive, pulls with
    q. Did you take output minus target?
    """
    r = outputs - targets
    return torch.maximum(q * r, (q - 1) * r).mean()


def without_q(outputs, targets, q):
    """This is half of the MAE, so it pulls equally hard on both sides. q should say how hard on which."""
    return (targets - outputs).abs().mean() / 2


def negative_side(outputs, targets, q):
    """Targets below the output make the loss smaller: below, r is negative, and (1 − q) r with it. The factor
    there is q − 1, which makes the product positive.
    """
    r = targets - outputs
    return torch.where(r > 0, q * r, (1 - q) * r).mean()


def one_side(outputs, targets, q):
    """Only targets above the output count here. Those below pull, too, with strength 1 − q: or else the best
    output would be infinite.
    """
    return (q * torch.relu(targets - outputs)).mean()


def smaller_one(outputs, targets, q):
    """The loss is negative: of q r and (q − 1) r the *larger* one is the loss, so the maximum."""
    r = targets - outputs
    return torch.minimum(q * r, (q - 1) * r).mean()


def squares(outputs, targets, q):
    """The errors are squared here. Then the pull grows with the distance, and the minimum is no quantile:
    take r as it is.
    """
    r = targets - outputs
    return torch.where(r > 0, q, 1 - q).mul(r**2).mean()


def summed(outputs, targets, q):
    """This is the sum over the samples. The mean is asked."""
    r = targets - outputs
    return torch.maximum(q * r, (q - 1) * r).sum()


def per_sample(outputs, targets, q):
    """There is one loss for each sample. Training needs one number: return the mean."""
    r = targets - outputs
    return torch.maximum(q * r, (q - 1) * r)


def python_if(outputs, targets, q):
    """`if` asks once, and a tensor has an answer at each place. `torch.where` chooses place by place; so does
    a maximum of two tensors.
    """
    return (q * (targets - outputs)).mean() if targets > outputs else ((q - 1) * (targets - outputs)).mean()


MISTAKES = [
    sides_swapped,
    negative_side,
    one_side,
    smaller_one,
    without_q,
    squares,
    python_if,
    summed,
    per_sample,
]
