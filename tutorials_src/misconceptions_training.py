# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - recognise eight things often written about training, measuring and saving that are wrong
#   - report numbers that hold for all samples
# know_first: >-
#   [The training loop](12_training_loop.py); for the last section, [checkpoints](20_checkpoints.py).
# data: the 8×8 digits that come with scikit-learn
# ---

# %% [markdown]
# # Misconceptions: training and measuring
#
# You will be able to spot eight common mistakes in [training loops](../glossary.md#training-loop) and in the
# numbers that they report.
#
# No heading below is true as it stands. Each section takes such a sentence, as it is often written, at its word
# and runs it as code. The right code follows, and one sentence that says why. `attempt` returns the first line of an error as a text, so that the page can go on
# after it. The network learns the digits of scikit-learn, with [dropout](../glossary.md#dropout).


# %%
import io

import torch
from torch import nn

from nnfund import claim
from nnfund.data import Batches, load_digits


def attempt(function):
    try:
        return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]


digits = load_digits()
loss_fn = nn.CrossEntropyLoss()


def train(seed, epochs=12):
    """Return the model, and for each epoch the losses of its batches."""
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(64, 10),
    )
    loader = Batches(*digits.train, batch_size=32, shuffle=True, seed=seed)
    optimizer = torch.optim.Adam(model.parameters())
    history = []
    for _ in range(epochs):
        losses = []
        for inputs, targets in loader:
            loss = loss_fn(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(losses)
    return model, history


runs = [train(seed) for seed in range(3)]
model, history = runs[0]

# %% [markdown]
# ## Call the model, then `forward()`
#
# !!! quote "Often written"
#     To get a prediction, call `model(images).forward()`.

# %%
# wrong
images = digits.val.inputs
print(attempt(lambda: model(images).forward()))

# %%
# right
logits = model(images)
print(tuple(logits.shape))

# %% tags=["hide_input"]
claim(
    "The model returns a tensor, and a tensor has no `forward`.",
    attempt(lambda: model(images).forward()) == "AttributeError: 'Tensor' object has no attribute 'forward'",
)

# %% [markdown]
# **Why.** Calling a [module](../glossary.md#module) runs its `forward`, and its [hooks](../glossary.md#hook) too,
# so you never call `forward` yourself. See [Modules](10_modules.py).

# %% [markdown]
# ## `no_grad()` is for evaluation, so it is enough
#
# !!! quote "Often written"
#     Wrap the evaluation in `torch.no_grad()`, and the network is in evaluation mode.


# %%
# wrong
def accuracy(model):
    with torch.no_grad():
        answers = model(digits.val.inputs).argmax(dim=1)
    return (answers == digits.val.targets).float().mean().item()


torch.manual_seed(0)
model.train()  # as the loop leaves it
wrong = [accuracy(model) for _ in range(3)]
print([f"{value:.3f}" for value in wrong])

# %%
# right
model.eval()
right = [accuracy(model) for _ in range(3)]
print([f"{value:.3f}" for value in right])

# %% tags=["hide_input"]
gaps = []
for other, _ in runs:
    noisy = [accuracy(other.train()) for _ in range(3)]
    gaps.append(accuracy(other.eval()) - sum(noisy) / 3)
claim(
    f"With `no_grad` alone, the same network on the same images gives another number each time, and on average "
    f"{100 * min(gaps):.1f} to {100 * max(gaps):.1f} points too low (three networks). With `eval()` it gives the same "
    "number each time.",
    len(set(right)) == 1 and len(set(wrong)) > 1 and min(gaps) > 0.005,
)

# %% [markdown]
# **Why.** `no_grad` stops recording, and `eval()` tells dropout and batch normalisation to stop acting as in
# training; neither does the other's work, so use both ([evaluation
# mode](../glossary.md#evaluation-mode)). See [The training loop](12_training_loop.py).

# %% [markdown]
# ## The epoch's loss is the last batch's
#
# !!! quote "Often written"
#     At the end of each epoch, print `loss.item()`: that is the loss of the epoch.
#
# In the figure, three seeds. Look at how smooth the two kinds of curves are.

# %%
# wrong
last = [[losses[-1] for losses in history] for _, history in runs]
print("last batches:", [f"{loss:.2f}" for loss in last[0][-4:]])

# %%
# right
sizes = [32] * (len(history[0]) - 1) + [len(digits.train.inputs) % 32]


def mean_loss(losses):
    total = sum(size * loss for size, loss in zip(sizes, losses))
    return total / sum(sizes)


mean = [[mean_loss(losses) for losses in history] for _, history in runs]
print("means:       ", [f"{loss:.2f}" for loss in mean[0][-4:]])

# %% alt="Training loss against epoch for three seeds. The means over an epoch are three smooth curves that fall close together. The losses of the last batch, dashed, jump up and down around them." tags=["hide_input"]
from itertools import pairwise

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for loss_last, loss_mean in zip(last, mean):
    dashed = ax.plot(range(1, 13), loss_last, "C1--", linewidth=1)
    solid = ax.plot(range(1, 13), loss_mean, "C0")
ax.set(xlabel="epoch", ylabel="training loss")
ax.legend([*dashed, *solid], ["last batch", "mean of the epoch"])
plt.show()


def rises(losses):
    """How many times a curve goes up from one epoch to the next."""
    return sum(after > before for before, after in pairwise(losses))


jumps, calm = [rises(run) for run in last], [rises(run) for run in mean]
claim(
    f"In 11 steps from epoch to epoch, the loss of the last batch rises {', '.join(map(str, jumps))} times (three "
    f"seeds), the mean {', '.join(map(str, calm))} times. Whoever looks at the last batch sees trouble where there is "
    "none.",
    sum(jumps) >= 6 and sum(calm) <= 3,
)

# %% [markdown]
# **Why.** One [batch](../glossary.md#batch) is a small sample, and the last one often the smallest of all; add up
# all losses, weighted by the sizes of their batches. See [The training loop](12_training_loop.py).

# %% [markdown]
# ## Average the means of the batches
#
# !!! quote "Often written"
#     The accuracy on the validation set is the sum of the batches' accuracies, divided by the number of batches.

# %%
# wrong
correct = torch.ones(65)
correct[-1] = 0  # 64 of 65 are right
batches = correct.split(64)
by_batch = sum(batch.mean() for batch in batches) / len(batches)
print(f"{by_batch:.3f}")

# %%
# right
by_sample = sum(batch.sum() for batch in batches) / len(correct)
print(f"{by_sample:.3f}")

# %% tags=["hide_input"]
claim(
    f"With 64 of 65 answers right, the mean of the batches says {by_batch:.3f}. By sample it is {by_sample:.3f}.",
    by_batch == 0.5 and abs(by_sample - 64 / 65) < 1e-6,
)

# %% [markdown]
# **Why.** The last batch may be smaller, here a single sample, and must not weigh as much as a full one; count
# samples. See [The training loop](12_training_loop.py).

# %% [markdown]
# ## Report every 200 batches
#
# !!! quote "Often written"
#     Add up the loss, print it every 200 batches and start again from 0: that reports the epoch.

# %%
# wrong
reported, running = 0, 0
for i in range(938):  # MNIST in batches of 64
    running += 1  # stands for the batch's loss
    if i % 200 == 199:
        reported += running
        running = 0
print("reported:", reported, "of 938 batches; never:", running)

# %%
# right
total = sum(1 for _ in range(938))  # once, after the loop
print("reported:", total)

# %% tags=["hide_input"]
claim(
    f"{running} of 938 batches, {100 * running / 938:.0f} % of the epoch, are in no report: always the last ones.",
    running == 138 and reported + running == total,
)

# %% [markdown]
# **Why.** What has gathered since the last report is thrown away when the epoch ends; report once more after the
# loop, or only there. See [The training loop](12_training_loop.py).

# %% [markdown]
# ## `//` gives the percentage
#
# !!! quote "Often written"
#     Print the accuracy as `100 * correct // total`, or with `int(…)`.

# %%
# wrong
correct, total = 9799, 10_000
print(100 * correct // total, "%")
print(int(100 * correct / total), "%")

# %%
# right
print(f"{100 * correct / total:.2f} %")

# %% tags=["hide_input"]
claim(
    f"Of {total:,} images, {correct:,} are right. Both ways lose nearly a whole per cent.",
    100 * correct // total == 97 and int(100 * correct / total) == 97 and 100 * correct / total > 97.98,
)

# %% [markdown]
# **Why.** Both cut off what follows the point instead of rounding; and a whole per cent may be all the difference
# between two networks. See [Reading handwritten digits](13_mnist_mlp.py).

# %% [markdown]
# ## Add up the loss
#
# !!! quote "Often written"
#     For the mean loss, write `total += loss` in the loop.


# %%
# wrong
def nodes(tensor):
    """How many steps of computation the tensor keeps alive."""
    seen, waiting = set(), [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            waiting += [parent for parent, _ in node.next_functions]
    return len(seen)


loader = Batches(*digits.train, batch_size=32)
total = 0
for inputs, targets in loader:
    loss = loss_fn(model(inputs), targets)
    total += loss
print("kept:", nodes(total), "steps; for one loss:", nodes(loss))

# %%
# right
numbers = 0.0
for inputs, targets in loader:
    loss = loss_fn(model(inputs), targets)
    numbers += loss.item() * len(targets)
mean = numbers / len(digits.train.inputs)
print("a", type(numbers).__name__, f"{mean:.4f}")

# %% tags=["hide_input"]
kept, single = nodes(total), nodes(loss)
claim(
    f"The sum of {len(loader)} losses keeps {kept} steps of computation in memory, with all their results, where one "
    f"loss needs {single}. As plain numbers, it keeps none.",
    kept > 20 * single and isinstance(numbers, float),
)

# %% [markdown]
# **Why.** A loss is a tensor with its whole [computation graph](../glossary.md#computation-graph); `item()` takes the
# number and lets the graph go. See [Autograd](07_autograd.py).

# %% [markdown]
# ## Save the whole model
#
# !!! quote "Often written"
#     Save with `torch.save(model, path)` and load with `model = torch.load(path)`.

# %%
# wrong
file = io.BytesIO()  # a file in memory
torch.save(model, file)
file.seek(0)
refused = attempt(lambda: torch.load(file))
print(refused[:60], "…")

# %%
# right
file = io.BytesIO()
torch.save(model.state_dict(), file)
file.seek(0)
torch.manual_seed(1)
fresh = nn.Sequential(
    nn.Flatten(),
    nn.Linear(64, 64),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(64, 10),
)
print(fresh.load_state_dict(torch.load(file)))

# %% tags=["hide_input"]
claim(
    "`torch.load` refuses a whole model. The state dict loads, and the new network gives the same outputs.",
    "Weights only load failed" in refused and torch.equal(fresh.eval()(images), model.eval()(images)),
)

# %% [markdown]
# **Why.** A whole model is a [pickle](../glossary.md#pickle), which may run any code when it is loaded; a [state
# dict](../glossary.md#state-dict) holds tensors and names only. See [Checkpoints](20_checkpoints.py).
