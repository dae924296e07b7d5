# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - plan a comparison in which each candidate gets the same chance and the test part chooses nothing
#   - train dozens of small networks at the same time, as one batch of matrix products
#   - say what the result of such a study shows, and what it does not
# know_first: >-
#   The [activation functions](05_activations.py), with saturation and dead units, and how
#   [optimizers](09_optimizers.py) were compared.
# data: 8×8 digits, which come with scikit-learn
# ---

# %% [markdown]
# # Comparing activations: an experiment
#
# You will be able to compare activation functions, or anything else, so that the answer is worth something.
#
# "Which activation is best?" It sounds like a question that a computer can settle: train one network with each,
# and read off the accuracies. This page does it, and finds that the answer changes with the learning rate, the
# depth and the first weights. So most of the work is in the plan.
#
# ## The plan
#
# | what | choice |
# |---|---|
# | the question | [activation](../glossary.md#activation-function): sigmoid, tanh, ReLU, Leaky ReLU, [GELU](../glossary.md#gelu) |
# | varied with it | depth: 1, 3 or 6 hidden layers of 32 units |
# | tuned for each of these 15 | [learning rate](../glossary.md#learning-rate): seven values from 0.003 to 3 |
# | luck | [seed](../glossary.md#seed): the first weights and the order of the digits |
# | the same for all | data, 15 [epochs](../glossary.md#epoch), batches of 64, SGD with [momentum](../glossary.md#momentum) 0.9 |
#
# GELU is a smooth relative of ReLU: $x$ times the probability that a standard normal number is below $x$.
#
# Each part of the data has one job. Networks learn from the [training set](../glossary.md#training-set). The
# [validation set](../glossary.md#validation-set) chooses the learning rate, by the mean accuracy of four seeds.
# Then ten *other* seeds train with it, and the [test set](../glossary.md#test-set) sees only these. Other seeds,
# because a rate that won may have won by the luck of its four.

# %%
import torch
import torch.nn.functional as F
from torch import nn

from nnfund.data import load_digits
from nnfund.models import MLP

activations = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "ReLU": torch.relu,
    "Leaky ReLU": F.leaky_relu,  # slope 0.01 below 0
    "GELU": F.gelu,  # a smooth relative of ReLU
}
depths = [1, 3, 6]
rates = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
tuning_seeds, test_seeds = range(100, 104), range(10)

digits = load_digits()
runs = len(rates) * len(tuning_seeds) + len(test_seeds)
print(f"{len(activations) * len(depths)} settings, {runs} runs each")
for name in ("train", "val", "test"):
    print(f"{name:5} {len(getattr(digits, name).targets):5} digits")

# %% [markdown]
# ## Many networks at once
#
# One such network costs little. But there will be hundreds, and each step of each would call dozens of PyTorch
# functions on tiny matrices.
#
# So we train all runs of a setting together. Their weights are stacked along a new first
# [axis](../glossary.md#axis), of length $R$, and `torch.baddbmm(b, x, w)` computes $b_r + x_r w_r$ for all $r$ in
# one call. The loss is the *sum* of the runs' losses: run $r$'s weights occur in no other run's loss, so their
# gradient is what it would be alone. Each run has its own learning rate and its own order of digits.


# %%
def start(depth, seeds):
    """The parameters of one MLP per seed, stacked."""
    stacks = []
    for seed in seeds:
        torch.manual_seed(seed)
        model = MLP([64] + depth * [32] + [10])
        # weights (out, in), biases (1, out)
        values = [p.data for p in model.parameters()]
        stacks.append([value.view(-1, value.shape[-1]) for value in values])
    return [torch.stack(stack) for stack in zip(*stacks)]  # (R, ..., ...)


def unchanged(sums):
    return sums


def forward(parameters, x, activation, change=unchanged):
    """Logits (R, N, 10) of R networks, for inputs (R, N, 64)."""
    *hidden, weight, bias = parameters
    for w, b in zip(hidden[::2], hidden[1::2]):
        sums = torch.baddbmm(b, x, w.mT)  # (R, N, 32)
        x = activation(change(sums))  # change: for later
    return torch.baddbmm(bias, x, weight.mT)


def order(seed, samples, epochs=15, batch_size=64):
    """Shuffled sample numbers, one row per step: (steps, 64)."""
    generator = torch.Generator().manual_seed(seed)
    used = samples - samples % batch_size  # drops an incomplete last batch
    shuffled = []
    for _ in range(epochs):
        shuffled.append(torch.randperm(samples, generator=generator)[:used])
    return torch.cat(shuffled).view(-1, batch_size)


def train(activation, parameters, lrs, seeds, change=unchanged, data=digits):
    """Train R networks together, by SGD with momentum 0.9."""
    inputs, targets = data.train.inputs.flatten(1), data.train.targets
    for p in parameters:
        p.requires_grad_()
    velocities = [torch.zeros_like(p) for p in parameters]
    lr = torch.tensor(lrs).view(-1, 1, 1)  # (R, 1, 1)
    orders = [order(seed, len(targets)) for seed in seeds]
    for index in torch.stack(orders, dim=1):  # (R, 64)
        logits = forward(parameters, inputs[index], activation, change)
        wanted = targets[index]
        losses = F.cross_entropy(logits.mT, wanted, reduction="none")
        loss = losses.mean(dim=1).sum()  # mean over digits, sum over runs

        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for p, v, gradient in zip(parameters, velocities, gradients):
                v.mul_(0.9).add_(gradient)
                p -= lr * v
    return [p.detach() for p in parameters]


# %% [markdown]
# A faster way of training is worth nothing if it trains something else. So we train four of the networks once
# more, one at a time, with `MLP` and `torch.optim.SGD`, and compare all weights.


# %% tags=["hide_input"]
import math
import time

from nnfund import claim


def train_one(lr, seed):
    """The same training for a single network with tanh, three layers."""
    torch.manual_seed(seed)
    model = MLP([64, 32, 32, 32, 10], activation=nn.Tanh)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    inputs, targets = digits.train
    for index in order(seed, len(targets)):
        loss = F.cross_entropy(model(inputs[index]), targets[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return list(model.parameters())


lrs, seeds = [0.01, 0.03, 0.01, 0.03], [0, 1, 2, 3]
before = time.process_time()
alone = [train_one(lr, seed) for lr, seed in zip(lrs, seeds)]
seconds_alone = (time.process_time() - before) / 4
together = train(torch.tanh, start(3, seeds), lrs, seeds)
difference = max(
    (stack[run] - p).abs().max().item() for run in range(4) for stack, p in zip(together, alone[run])
)
before = time.process_time()
train(torch.tanh, start(3, range(28)), [0.01] * 28, range(28))
seconds_together = (time.process_time() - before) / 28
claim(
    f"After {len(order(0, len(digits.train.targets)))} steps no weight of any of the four differs by more than "
    f"{10.0 ** math.ceil(math.log10(difference)):.0e}, which is rounding. And 28 networks "
    "trained together cost less than half of what they would cost one after the other.",
    difference < 1e-3 and seconds_together < seconds_alone / 2,
)

# %% [markdown]
# ## The study
#
# What we want from a setting fits in one function. `score` sends the training set along with the digits that
# it scores, for a reason that comes later. `count` looks at the hidden units, and comes later, too.


# %%
@torch.no_grad()
def score(parameters, activation, part, change=unchanged, data=digits):
    """The accuracy of each network on a part of the data: (R,)."""
    x = torch.cat([data.train.inputs, part.inputs]).flatten(1)
    x = x.expand(len(parameters[0]), -1, -1)  # the same for each run
    logits = forward(parameters, x, activation, change)
    predicted = logits[:, len(data.train.inputs) :].argmax(dim=2)
    return (predicted == part.targets).float().mean(dim=1)


def count(parameters, activation):
    """Shares of silent units and of saturated outputs: (R,) each."""
    recorded = []

    def record(sums):
        recorded.append(sums)
        return sums

    x = digits.train.inputs.flatten(1)
    x = x.expand(len(parameters[0]), -1, -1)
    forward(parameters, x, activation, record)
    sums = torch.stack(recorded).requires_grad_()  # (depth, R, N, 32)
    (slopes,) = torch.autograd.grad(activation(sums).sum(), sums)

    axis = torch.linspace(-5, 5, 1001, requires_grad=True)
    (curve,) = torch.autograd.grad(activation(axis).sum(), axis)
    silent = (sums < 0).all(dim=2)  # for every digit: (depth, R, 32)
    saturated = slopes.abs() < 0.1 * curve.max()
    shares = silent.float().mean((0, 2)), saturated.float().mean((0, 2, 3))
    finite = sums.isfinite().all((0, 2, 3))  # (R,): not blown up
    return [share.where(finite, torch.nan) for share in shares]


def study(activation, depth, start=start, change=unchanged):
    """Tune on the validation set, then test with other seeds."""
    lrs, seeds = zip(*((lr, seed) for lr in rates for seed in tuning_seeds))
    tuned = train(activation, start(depth, seeds), lrs, seeds, change)
    val = score(tuned, activation, digits.val, change).view(len(rates), -1)
    best = rates[val.mean(dim=1).argmax()]

    seeds, lrs = test_seeds, [best] * len(test_seeds)
    final = train(activation, start(depth, seeds), lrs, seeds, change)
    test = score(final, activation, digits.test, change)
    accuracies = {"val": val, "test": test}
    return accuracies | {"best": best, "tuned": tuned, "final": final}


results = {}
for depth in depths:
    for name, activation in activations.items():
        results[name, depth] = study(activation, depth)

# %% [markdown]
# ## One learning rate for all?
#
# Many comparisons fix one learning rate, "the same for all", and call it fair.
#
# **Predict.** With one hidden layer: which activation do you expect to win at lr = 0.003, and which at lr = 1?

# %% alt="Validation accuracy against the learning rate, for 1, 3 and 6 hidden layers and five activations. With one layer all five curves reach the same height; at 0.003 sigmoid's is the lowest, and at 1 only sigmoid's and Leaky ReLU's are still above 0.9. With three layers four curves reach the top around 0.03 to 0.1 and sigmoid's has one low peak at 0.3. With six layers tanh alone reaches the top, ReLU, Leaky ReLU and GELU have lower peaks, and sigmoid's is flat at the bottom." tags=["hide_input"]
import matplotlib.pyplot as plt

markers = dict(zip(activations, "os^vD"))


def plot_rates(ax, shares):
    for name, values in shares.items():  # (7, 4)
        color = f"C{list(activations).index(name)}"
        ax.semilogx(rates, values.mean(1), marker=markers[name], markersize=4, label=name, color=color)
        ax.fill_between(rates, values.amin(1), values.amax(1), alpha=0.15, color=color)
    ax.set_xlabel("learning rate")


fig, axes = plt.subplots(2, 2, figsize=(5.8, 5), sharey=True, layout="constrained")
for ax, depth in zip(axes.flat, depths):
    plot_rates(ax, {name: results[name, depth]["val"] for name in activations})
    ax.set_title(f"{depth} hidden layer{'s' * (depth > 1)}")
fig.supylabel("validation accuracy (4 seeds)", fontsize="medium")
axes[1, 1].set_axis_off()
axes[1, 1].legend(*axes[0, 0].get_legend_handles_labels(), loc="center")
plt.show()

# %% tags=["hide_input"]
at = {
    lr: {name: results[name, 1]["val"][rates.index(lr)].mean().item() for name in activations}
    for lr in (0.003, 1.0)
}
others = [name for name in activations if name != "sigmoid"]
claim(
    f"With one layer, sigmoid is last at lr = 0.003, with {at[0.003]['sigmoid']:.3f} against "
    f"{min(at[0.003][name] for name in others):.3f} to {max(at[0.003][name] for name in others):.3f}. At lr = 1 it is "
    f"first, with {at[1.0]['sigmoid']:.3f} against {min(at[1.0][name] for name in others):.3f} to "
    f"{max(at[1.0][name] for name in others):.3f}.",
    at[0.003]["sigmoid"] < min(at[0.003][name] for name in others) - 0.03
    and at[1.0]["sigmoid"] > max(at[1.0][name] for name in others),
)

# %% [markdown]
# With one rate for all, whoever chooses the rate chooses the winner. Sigmoid's slope is at most 1/4, so its
# gradients are small and it wants large steps. What suits one activation suits another badly. What suits it in
# one layer need not suit it in six. These are the rates that the validation set chose:

# %% tags=["hide_input"]
print("best rate    " + "".join(f"{name:>12}" for name in activations))
for depth in depths:
    print(f"{depth} layer(s)   " + "".join(f"{results[name, depth]['best']:12}" for name in activations))

# %% tags=["hide_input"]
learned = [result for result in results.values() if result["val"].mean(1).max() > 0.2]
claim(
    f"Sigmoid's entry in the last row means nothing: in six layers all its rates end at guessing, the best with "
    f"{results['sigmoid', 6]['val'].mean(1).max():.2f}. In the other {len(learned)} settings the best rate lies inside the "
    "grid, not at its edge, where a better one might be hidden.",
    len(learned) == 14
    and results["sigmoid", 6]["val"].mean(1).max() < 0.2
    and all(rates[0] < result["best"] < rates[-1] for result in learned),
)

# %% [markdown]
# ## The result
#
# Now the test set, which has no part in any choice. Each dot is one network, and its seed
# had no part in any choice, either.
#
# **Predict.** In which of the three panels will you be able to name a winner?

# %% alt="Test accuracy of ten seeds for each of five activations, in three panels with different scales. One hidden layer: all dots lie between about 0.95 and 0.99 and the clouds overlap. Three: sigmoid lies far below with a wide spread, the other four overlap near 0.95. Six: tanh is a narrow cloud near 0.94, ReLU, Leaky ReLU and GELU are spread widely below, sigmoid lies at 0.1." tags=["hide_input"]


def plot_dots(ax, studies):
    for row, (name, marker) in enumerate(markers.items()):
        values = studies[name]["test"].sort().values
        ax.plot(values, row + torch.linspace(-0.3, 0.3, len(values)), marker, markersize=4, alpha=0.8)
    ax.set_yticks(range(5), list(markers))
    ax.set(xlabel="test accuracy", ylim=(4.5, -0.5))
    ax.margins(x=0.1)


fig, axes = plt.subplots(3, 1, figsize=(5.2, 6), layout="constrained")
for ax, depth in zip(axes, depths):
    plot_dots(ax, {name: results[name, depth] for name in activations})
    ax.set_title(f"{depth} hidden layer{'s' * (depth > 1)}")
plt.show()

# %% [markdown]
# Mind the scales: the first panel spans a few hundredths, the others more than a half.

# %% tags=["hide_input"]


def spread(values):
    return f"{values.mean():.3f} ({values.min():.3f} to {values.max():.3f})"


test = {key: result["test"] for key, result in results.items()}
means = torch.stack([test[name, 1].mean() for name in activations])
widths = torch.stack([test[name, 1].max() - test[name, 1].min() for name in activations])
gap = (means.max() - means.min()).item()
costs = [(m.max() - m.min()).item() for m in (results[name, 1]["val"].mean(1) for name in activations)]
error = (means.mean() * (1 - means.mean()) / len(digits.test.targets)).sqrt().item()
claim(
    f"**One layer:** no winner. The five means lie within {gap:.3f} of each other, and the seeds of a single "
    f"activation within {widths.min():.3f} to {widths.max():.3f}. The test set itself is no finer: one digit of "
    f"{len(digits.test.targets)} is {1 / len(digits.test.targets):.3f}, and the [standard "
    f"error](../glossary.md#standard-error) of an accuracy measured on so few is {error:.3f}. The learning rate matters "
    f"more: the worst of the grid costs at least {min(costs):.3f} of validation accuracy, whatever the activation.",
    gap < widths.mean() and gap < 2 * error and min(costs) > 4 * gap,
)

# %% tags=["hide_input"]
four = [test[name, 3] for name in others]
claim(
    f"**Three layers:** one loser. Sigmoid has {spread(test['sigmoid', 3])}. The others have means of "
    f"{min(values.mean() for values in four):.3f} to {max(values.mean() for values in four):.3f}, and "
    "some run of each beats some run of each other.",
    test["sigmoid", 3].mean() < min(values.mean() for values in four) - 0.05
    and all(a.max() > b.min() for a in four for b in four),
)

# %% tags=["hide_input"]
claim(
    f"**Six layers:** a winner, within this study. Tanh has {spread(test['tanh', 6])}, ReLU "
    f"{spread(test['ReLU', 6])}, Leaky ReLU {spread(test['Leaky ReLU', 6])}, GELU {spread(test['GELU', 6])}, "
    f"sigmoid {spread(test['sigmoid', 6])}.",
    test["tanh", 6].mean() > max(test[name, 6].mean() for name in activations if name != "tanh") + 0.1
    and max(test["sigmoid", 6].max(), results["sigmoid", 6]["val"].mean(1).max()) < 0.3,
)

# %% [markdown]
# Two of these sentences need a second look.
#
# "No winner" means that *this study* cannot tell, and not that all are equal. The seeds gave us other weights
# and other orders, but always the same 269 test digits. Let us deal the digits out anew four times, and
# compare tanh and ReLU again, each at its chosen rate.

# %%
differences = [test["tanh", 1] - test["ReLU", 1]]  # seed by seed
for split in range(1, 5):
    other = load_digits(seed=split)  # other digits in each part
    scores = []
    for name in ("tanh", "ReLU"):
        activation, lrs = activations[name], [results[name, 1]["best"]] * 10
        networks = start(1, test_seeds)
        networks = train(activation, networks, lrs, test_seeds, data=other)
        scores.append(score(networks, activation, other.test, data=other))
    differences.append(scores[0] - scores[1])
by_split = torch.stack(differences).mean(dim=1)  # (5,)
print("tanh minus ReLU:", *(f"{value:+.3f}" for value in by_split))

# %% tags=["hide_input"]
claim(
    f"The sign is {'the same in all five' if by_split.min() > 0 else 'not the same in all'} splits, and the mean is "
    f"{by_split.mean():+.3f}: {by_split.mean() * len(digits.test.targets):.1f} digits of "
    f"{len(digits.test.targets)}. More digits could settle whether that is a lead. One split of ours cannot.",
    by_split.abs().max() < 0.02,
)

# %% [markdown]
# (The five splits share their digits, so this is a hint and no proof.)
#
# The second look is at six layers. Leaky ReLU is nearly ReLU. If their clouds differ, is that the leak? Look at what the choosing promised. The mean accuracy that made a rate the best, on four seeds, should
# come back with ten others.

# %% tags=["hide_input"]
promised = {key: result["val"].mean(1).max().item() for key, result in results.items()}
came = {
    key: score(result["final"], activations[key[0]], digits.val).mean().item()
    for key, result in results.items()
}
change_by = {key: abs(promised[key] - came[key]) for key in results}
name, depth = max(change_by, key=change_by.get)
shallow = max(change_by[name, 1] for name in activations)
claim(
    f"On the same validation digits, but with the ten test seeds, the five means for one layer move by "
    f"{shallow:.3f} at most. The mean that moves most is that of {name} with {depth} layers, from "
    f"{promised[name, depth]:.3f} to {came[name, depth]:.3f}.",
    shallow < 0.02 and depth > 1 and change_by[name, depth] > 0.03,
)

# %% [markdown]
# Where runs differ this much, a mean of four is a rough guess, and a rate that it chose may not be the best.
# (The highest of seven guesses also tends to be one that was lucky. This is why the test used other seeds.) So
# among the unsteady ones in six layers, part of the order is the luck of choosing. "Tanh first, sigmoid
# guessing" stands. The order in between does not.
#
# ## Dead units and saturation, counted
#
# Two troubles have names, from [the page on activations](05_activations.py). A unit of the ReLU kind whose sum
# is negative for every training digit is silent; with ReLU it is [dead](../glossary.md#dead-unit). An output of
# a sigmoid or tanh unit is [saturated](../glossary.md#saturation) where the slope is less than a tenth of the
# steepest. We count both, at each chosen rate: before training, and after.

# %% tags=["hide_input"]
counts = {}
for name, activation in activations.items():
    which = int(name in ("sigmoid", "tanh"))
    for depth in depths:
        before = count(start(depth, test_seeds), activation)[which].nanmean()
        after = count(results[name, depth]["final"], activation)[which].nanmean()
        counts[name, depth] = before.item(), after.item()
print(" " * 23 + "".join(f"{f'{depth} layer(s)':>16}" for depth in depths))
for name in activations:
    what = "saturated" if name in ("sigmoid", "tanh") else "silent"
    cells = (f"{before:.2f} → {after:.2f}" for before, after in (counts[name, depth] for depth in depths))
    print(f"{name:11} {what:11}" + "".join(f"{cell:>16}" for cell in cells))

# %% [markdown]
# **Predict.** In one layer the chosen sigmoid networks were as good as any. Find their entry. Were you told
# that saturation is bad? And how will silent units grow with the learning rate?

# %% alt="Two panels against the learning rate, one hidden layer. Left: the share of silent units of ReLU, Leaky ReLU and GELU is near 0 up to 0.03, a few hundredths at the chosen rate of 0.1, and then rises steeply, beyond a half at 1. Right: the share of saturated outputs of sigmoid and tanh rises steadily, and reaches 1 at the largest rate." tags=["hide_input"]
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.9), sharey=True, layout="constrained")
tuned_counts = {
    name: [share.view(len(rates), -1) for share in count(results[name, 1]["tuned"], activation)]
    for name, activation in activations.items()
}
for ax, which, names in ((left, 0, ["ReLU", "Leaky ReLU", "GELU"]), (right, 1, ["sigmoid", "tanh"])):
    plot_rates(ax, {name: tuned_counts[name][which] for name in names})
    for name in names:
        best = results[name, 1]["best"]
        value = tuned_counts[name][which][rates.index(best)].mean()
        ax.plot(best, value, "o", markersize=11, fillstyle="none", color=f"C{list(activations).index(name)}")
    ax.legend(fontsize=8)
left.set(ylabel="share (4 seeds)", title="silent units")
right.set_title("saturated outputs")
plt.show()

# %% [markdown]
# The rings mark the chosen rates. (A curve ends where a network's numbers blew up.)

# %% tags=["hide_input"]
one = rates.index(1.0)
at_one = {
    name: (tuned_counts[name][0][one].mean().item(), results[name, 1]["val"][one].mean().item())
    for name in ("ReLU", "Leaky ReLU")
}
claim(
    f"**Dead units.** With one layer, the chosen rate leaves {counts['ReLU', 1][1]:.2f} of the ReLU units dead, and "
    f"Leaky ReLU does no better. At lr = 1 it is {at_one['ReLU'][0]:.2f}, and the validation accuracy "
    f"{at_one['ReLU'][1]:.2f}. There the leak matters: {at_one['Leaky ReLU'][0]:.2f} of its units are silent, and it "
    f"still has {at_one['Leaky ReLU'][1]:.2f}. It forgives a bad rate. At a good one it had nothing to forgive.",
    counts["ReLU", 1][1] < 0.2
    and abs(test["ReLU", 1].mean() - test["Leaky ReLU", 1].mean()) < 0.01
    and at_one["ReLU"][0] > 0.7
    and at_one["ReLU"][1] < 0.6
    and at_one["Leaky ReLU"][0] > 0.3
    and at_one["Leaky ReLU"][1] > 0.85,
)

# %% tags=["hide_input"]
calm = rates.index(0.03)
_, calm_saturated = count(results["sigmoid", 6]["tuned"], torch.sigmoid)
calm_saturated = calm_saturated.view(len(rates), -1)[calm].mean().item()
claim(
    f"**Saturation.** The sigmoid networks with one layer are saturated in {counts['sigmoid', 1][1]:.2f} of their "
    f"outputs, and have {test['sigmoid', 1].mean():.3f} on the test set. With six layers at lr = 0.03 it is "
    f"{calm_saturated:.2f}, and they guess: {results['sigmoid', 6]['val'][calm].mean():.2f} on the validation set.",
    counts["sigmoid", 1][1] > 0.3
    and test["sigmoid", 1].mean() > 0.94
    and calm_saturated < 0.05
    and results["sigmoid", 6]["val"][calm].max() < 0.3,
)

# %% [markdown]
# So a count is no verdict. A saturated unit has made up its mind, which is what a trained unit may do. A fresh
# six-layer sigmoid network has the opposite trouble: hardly any signal gets through to the end, and hardly any
# gradient gets back ([vanishing gradients](../glossary.md#vanishing-gradient)). And its ReLU sisters have many
# silent units *before* the first step. Counts tell you where to look. To learn a cause, change it.
#
# ## Change one thing
#
# All six-layer networks started from PyTorch's weights, whose scale knows nothing of the activation. We repeat
# the six-layer study twice, each time with **one** change, and tune again, since a change may move the best
# rate.
#
# - **Scaled first weights.** The same random numbers, stretched in the hidden layers to a spread of
#   $g / \sqrt{n_\text{in}}$, with a $g$ for each activation, after Glorot and He: PyTorch's table of gains has
#   5/3 for tanh, 1 for sigmoid and $\sqrt 2$ for ReLU, which we take for its relatives, too. Biases start at 0.
# - **Batch norm.** PyTorch's weights again, but each unit's sums are shifted and divided so that over the batch
#   they have mean 0 and spread 1 ([batch normalisation](../glossary.md#batch-normalisation), which [the page
#   before](15_initialization_and_normalization.py) derives), without the usual two learned numbers. When we
#   score, mean and spread come from the training set, so that the answer for a digit does not depend on which
#   others are asked. This is why `score` sends the training set along.
#
# The test set is used again, and again it chooses nothing.
#
# **Predict.** Which of the two, if any, will help ReLU? Which sigmoid? And who will be first?

# %%
gains = {"sigmoid": 1.0, "tanh": 5 / 3}  # the others: root of 2


def scaled_for(name):
    def start_scaled(depth, seeds):
        parameters = start(depth, seeds)
        hidden = parameters[:-2]  # weight, bias, weight, bias, ...
        for weight, bias in zip(hidden[::2], hidden[1::2]):
            # PyTorch's spread is 1 / sqrt(3 n)
            weight *= 3**0.5 * gains.get(name, 2**0.5)
            bias *= 0
        return parameters

    return start_scaled


def batch_norm(sums):
    seen = sums[:, : len(digits.train.targets)]  # training digits only
    var, mean = torch.var_mean(seen, dim=1, keepdim=True)
    return (sums - mean) / (var + 1e-5).sqrt()


scaled_weights, normed_sums = {}, {}
for name, activation in activations.items():
    scaled_weights[name] = study(activation, 6, start=scaled_for(name))
    normed_sums[name] = study(activation, 6, change=batch_norm)

# %% alt="Test accuracy of ten seeds per activation with six hidden layers, in three panels of different scale. PyTorch's weights: tanh is far ahead, sigmoid at 0.1. Scaled weights: tanh, ReLU, Leaky ReLU and GELU overlap near 0.95, sigmoid is still at 0.1. Batch norm: all five lie above about 0.94 and overlap, sigmoid among them." tags=["hide_input"]
six = {
    "PyTorch's weights": {name: results[name, 6] for name in activations},
    "scaled weights": scaled_weights,
    "batch norm": normed_sums,
}
fig, axes = plt.subplots(3, 1, figsize=(5.2, 6), layout="constrained")
for ax, (title, studies) in zip(axes, six.items()):
    plot_dots(ax, studies)
    ax.set_title(title)
plt.show()

# %% tags=["hide_input"]
tests = {title: {name: studies[name]["test"] for name in activations} for title, studies in six.items()}


def lead(title):
    """How far tanh is ahead of the best of the others, in mean test accuracy."""
    values = tests[title]
    return (values["tanh"].mean() - max(values[name].mean() for name in values if name != "tanh")).item()


scaled, normed = tests["scaled weights"], tests["batch norm"]
claim(
    f"With scaled weights ReLU reaches {spread(scaled['ReLU'])}, after {test['ReLU', 6].mean():.3f} before; sigmoid still "
    f"guesses. With batch norm sigmoid has {spread(normed['sigmoid'])}. Tanh's lead over the best of the others goes "
    f"from {lead(next(iter(tests))):+.3f} over {lead('scaled weights'):+.3f} to {lead('batch norm'):+.3f}, and in the last "
    "panel some run of each activation beats some run of each other.",
    scaled["ReLU"].mean() > test["ReLU", 6].mean() + 0.1
    and scaled["ReLU"].mean() > 0.85
    and scaled["sigmoid"].max() < 0.3
    and normed["sigmoid"].mean() > 0.9
    and lead("PyTorch's weights") > 0.1
    and abs(lead("scaled weights")) < 0.05
    and abs(lead("batch norm")) < 0.03
    and all(a.max() > b.min() for a in normed.values() for b in normed.values()),
)

# %% [markdown]
# The winner of the six-layer study won because of how the weights of all were drawn. One change takes its lead
# away, and another makes the hopeless candidate nearly as good as the rest. A ranking of activations is a ranking of
# activations *with all that was held fixed around them*.
#
# ## What you may conclude
#
# | you may say | you may not say |
# |---|---|
# | In one layer, on these digits, the choice of activation matters less than the learning rate. | Activations do not matter. |
# | With six layers, PyTorch's weights and 15 epochs, tanh was best. | Tanh is best for deep networks. |
# | Six sigmoid layers did not learn at any of seven rates, and did with batch norm. | Sigmoid cannot be used in hidden layers. |
# | At its best rate, ReLU had few dead units, and a leak bought nothing. | Leaky ReLU is useless. |
#
# The right column would need what we did not vary: other data, other widths, more epochs, another optimizer, a
# rate that falls with time. None of this is a flaw of the study. A study is honest when it says what it held
# fixed.
#
# ## Check yourself
#
# ??? question "Why may the ten test seeds not be the four tuning seeds?"
#     A rate was chosen because those four did well with it, perhaps by luck. Measured on the same four, the luck
#     would be counted as merit. You saw how far a mean of four can move with new seeds.
#
# ??? question "A colleague tunes the rate for ReLU and uses the same rate for all. Is that fair, since all get the same?"
#     No. ReLU gets its best rate, the others get ReLU's. The same treatment is the same *procedure*: a grid of the
#     same size, and the choice made in the same way.
#
# ??? question "The best rate of a candidate is the largest of the grid. What do you do?"
#     Widen the grid. The best may lie outside, and the candidate has been treated unfairly. (If all rates are
#     equally bad, as for six sigmoid layers, the place of the best means nothing.)
#
# ??? question "Why does the sum of the losses give each run its own gradient?"
#     The derivative of a sum is the sum of the derivatives, and all terms but one do not depend on a run's weights.
#     A *mean* over runs would divide every gradient by $R$.
#
# ## Exercises
#
# 1. **Basic.** Write `choose_rate(val, rates)`: `val` holds accuracies (rates, seeds), where a run that blew up is
#    nan and counts as 0. Return the best rate, and whether it lies at the edge of the grid.
#
#     ??? tip "Hint"
#         `nan_to_num` first, then the mean over seeds. A nan in a mean makes the mean nan.
#
# 2. **Intermediate.** Write `run_together(models, inputs)` for a list of [`MLP`][nnfund.models.MLP]s of equal
#    sizes with ReLU: return their outputs (R, N, out) without a loop over the models.
#
#     ??? tip "Hint"
#         A loop over the *layers* is fine. Stack each layer's weights, and turn them as `nn.Linear` does.
#
# 3. **Intermediate.** Write `compare(run, names, lrs, tuning_seeds, test_seeds)`, the procedure of this page as one
#    function. `run(name, lr, seed)` trains a network and returns its validation and its test accuracy. Return
#    `{name: (lr, mean, std)}`, the best rate and its test accuracies.
#
#     ??? tip "Hint"
#         Choose on the validation accuracies of the tuning seeds, for each name on its own. Only then look at the
#         test accuracies, of other seeds.
#
# 4. **Advanced.** Write `paired_interval(a, b, draws=2000, seed=0)`: from the accuracies of two methods, seed by
#    seed, draw seeds with replacement, and return the 2.5 % and the 97.5 % point of the mean difference. What
#    does it say of tanh and ReLU here, with one layer and with six, and what kind of luck does it not know?
#
#     ??? tip "Hint"
#         Draw *pairs*: the same indices for both. `torch.quantile` finds the points. Think of the test digits.
#
# ## Summary
#
# - A fair comparison gives each candidate the same procedure: tuned on the validation set, for each setting,
#   then measured with other seeds on the test set.
# - Small networks train together as one batch of matrix products, and give the same weights as alone.
# - With one learning rate for all, whoever chooses the rate chooses the winner.
# - A spread over seeds does not contain the luck of the split. Where runs differ much, four are too few.
# - Dead units and saturation say where to look; they are no verdict.
# - Change one thing that was held fixed, and see whether the ranking stays. Here it did not.
#
# ## Further reading
#
# - Xavier Glorot and Yoshua Bengio (2010). Understanding the difficulty of training deep feedforward neural
#   networks. *AISTATS* 13, 249–256.
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun (2015). Delving deep into rectifiers. *International
#   Conference on Computer Vision (ICCV)*, 1026–1034.
# - Sergey Ioffe and Christian Szegedy (2015). Batch normalization: accelerating deep network training by reducing
#   internal covariate shift. *International Conference on Machine Learning (ICML)*, 448–456.
# - Dan Hendrycks and Kevin Gimpel (2016). Gaussian error linear units (GELUs). *arXiv* 1606.08415.
# - Xavier Bouthillier and others (2021). Accounting for variance in machine learning benchmarks. *Machine Learning
#   and Systems (MLSys)* 3, 747–769.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapters 7 and 8.
