# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - write a training loop with validation and early stopping, and say what breaks when a line is missing
#   - report numbers that are right, sample by sample, and say what they mean for patients
#   - decide between PyTorch and scikit-learn for a table, by a fair comparison
# know_first: >-
#   [Your first network](01_first_network.py): layers, the loss with logits, the optimizer.
# data: >-
#   The Wisconsin breast cancer table: 569 real tumours, 30 measurements each. It comes with scikit-learn.
# ---

# %% [markdown]
# # The training loop
#
# You will be able to write the loop that trains a network, and to tell what each of its lines is there for.
#
# The loop is short, and most of its mistakes raise no error. So we build it line by line, on real medical
# data, and leave lines out to see what happens.
#
# ## The task
#
# A doctor takes cells from a breast tumour with a thin needle. Under the microscope, ten properties of the
# cell nuclei are measured: radius, texture, concave points of the outline and so on. For each, the table has
# the mean, the [standard error](../glossary.md#standard-error) and the worst value, which makes 30
# [features](../glossary.md#feature). The [target](../glossary.md#target) is 1 for a malignant tumour and 0
# for a benign one.

# %%
import torch
from torch import nn

from nnfund.data import Batches, load_breast_cancer

table = load_breast_cancer(seed=0)  # columns normalised by the training part


def column(part):
    """Targets as one column of floats: the network will have one output."""
    return part.inputs, part.targets[:, None].float()


train, val, test = column(table.train), column(table.val), column(table.test)
parts = {"train": train, "val": val, "test": test}
for name, (inputs, targets) in parts.items():
    malignant = int(targets.sum())
    print(f"{name:5}  {tuple(inputs.shape)}  malignant: {malignant}")

# %% [markdown]
# Before you train anything, look. Here are two of the 30 columns, in their own units.

# %% alt="Training tumours by worst radius and worst concave points. Benign tumours crowd at the lower left, malignant ones spread out to the upper right. Between them the two kinds overlap." tags=["hide_input"]
import matplotlib.pyplot as plt

raw = load_breast_cancer(seed=0, normalize=False).train
first, second = (table.features.index(name) for name in ("worst radius", "worst concave points"))
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for label, marker in enumerate("o^"):
    rows = raw.inputs[raw.targets == label]
    ax.plot(rows[:, first], rows[:, second], marker, markersize=4, alpha=0.6, label=table.classes[label])
ax.set(xlabel="worst radius", ylabel="worst concave points")
ax.legend()
plt.show()

# %% tags=["hide_input"]
from nnfund import claim

always_benign = 1 - val[1].mean().item()
claim(
    f"Two columns alone separate most of the tumours. Whoever always says benign is right for "
    f"{100 * always_benign:.0f} % of the validation set, and finds not one of the sick: accuracy alone "
    f"will not do here.",
    0.55 < always_benign < 0.7,
)

# %% [markdown]
# ## One step, stanza by stanza
#
# The network has 64 hidden [neurons](../glossary.md#neuron) and one output, the
# [logit](../glossary.md#logits) of "malignant". Between them lies [dropout](../glossary.md#dropout): while
# the network trains, it sets each hidden value to 0 with probability one half, at random, and doubles the
# others. It is there so that the network cannot lean on single neurons. It will also teach us something about
# modes.
#
# The first two stanzas, **forward** and **loss**, on one [batch](../glossary.md#batch) of 32:

# %%
loss_fn = nn.BCEWithLogitsLoss()


def make_model(seed):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(30, 64),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(64, 1),
    )


model = make_model(seed=0)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
inputs, targets = next(iter(Batches(*train, batch_size=32)))

logits = model(inputs)  # 1 forward: (32, 1)
loss = loss_fn(logits, targets)  # 2 loss: one number
print(f"loss {loss.item():.3f}; undecided would be ln 2 = 0.693")

# %% [markdown]
# The network knows nothing yet, and its loss says so. Now **backward** and **step**. The loss and the
# optimizer do not know of each other. They meet in one place only: `backward()` writes into the `.grad` of
# each parameter, and `step()` reads it.
#
# **Predict.** You forget `backward()` and call `step()` all the same. Does it raise an error?

# %%
weight = model[0].weight
before = weight.detach().clone()

optimizer.step()  # forgot backward
moved = not torch.equal(weight, before)
print("grad:", weight.grad, "  weights moved:", moved)

loss.backward()  # 3 backward
optimizer.step()  # 4 step
moved = not torch.equal(weight, before)
print("grad:", tuple(weight.grad.shape), "  weights moved:", moved)

# %% [markdown]
# No error: an optimizer skips parameters that have no gradient. The symptom is a loss that never
# falls. It still jitters, because batches differ and dropout draws anew each time.
#
# ## The loop, and why it clears gradients
#
# Here is the loop over all batches: one [epoch](../glossary.md#epoch). Two lines are new. `zero_grad()`
# clears the old gradients, because `backward()` *adds* to `.grad`. And the fifth stanza keeps a **total**, to
# which we come back.


# %%
def train_epoch(model, loader, optimizer):
    model.train()
    total, samples = 0.0, 0
    for inputs, targets in loader:
        logits = model(inputs)  # 1 forward
        loss = loss_fn(logits, targets)  # 2 loss

        optimizer.zero_grad()
        loss.backward()  # 3 backward
        optimizer.step()  # 4 step

        total += loss.item() * len(targets)  # 5 total
        samples += len(targets)
    return total / samples


# %% [markdown]
# What if you forget `zero_grad()`? We make it do nothing and train for 30 epochs, with three
# [seeds](../glossary.md#seed).
#
# **Predict.** Each step then uses the sum of all gradients so far. Will training be faster, as with a larger
# step, or stall, or something else?


# %% alt="Training loss over 30 epochs on a log scale, three seeds each. With zero_grad it falls from about 0.5 to below 0.1. Without it, it starts lower, but turns within the first epochs and grows by five or six orders of magnitude."
def losses_of(seed, clear=True, momentum=0.0):
    model = make_model(seed)
    loader = Batches(*train, batch_size=32, shuffle=True, seed=seed)
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=0.1,
        momentum=momentum,
    )
    if not clear:
        optimizer.zero_grad = lambda: None  # the forgotten line
    return [train_epoch(model, loader, optimizer) for _ in range(30)]


kept = [losses_of(seed) for seed in range(3)]
forgotten = [losses_of(seed, clear=False) for seed in range(3)]

fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for seed in range(3):
    ax.semilogy(kept[seed], "C0", label=None if seed else "with zero_grad")
    ax.semilogy(forgotten[seed], "C1--", label=None if seed else "without")
ax.set(xlabel="epoch", ylabel="training loss")
ax.legend()
plt.show()

# %% tags=["hide_input"]
claim(
    "It begins well: after the first epoch, the loss without `zero_grad()` is lower for all three seeds. A test "
    "of one epoch would not notice.",
    all(bad[0] < good[0] for bad, good in zip(forgotten, kept)),
)

# %% [markdown]
# Then old gradients outweigh the new one. They push on after the minimum has been passed, like a ball that
# rolls without friction. This is more than a likeness. [Momentum](../glossary.md#momentum) adds up past
# gradients and lets them fade by a factor $\mu$ in each step. Never clearing is momentum with $\mu = 1$:
# nothing fades.

# %% tags=["hide_input"]
no_friction = [losses_of(seed, momentum=1.0) for seed in range(3)]
ends = [losses[-1] for losses in kept]
ends_forgotten = [losses[-1] for losses in forgotten]
claim(
    f"Training without `zero_grad()` and training with it at `momentum=1.0` give the same {3 * 30} losses, to "
    f"the last digit. They end between {min(ends_forgotten):,.0f} and {max(ends_forgotten):,.0f}; with "
    f"clearing between {min(ends):.3f} and {max(ends):.3f}.",
    no_friction == forgotten and min(ends_forgotten) > 100 and max(ends) < 0.1,
)

# %% [markdown]
# Some scripts call `zero_grad()` before the forward pass, others right before `backward()`, as here. Both
# work: the forward pass does not touch `.grad`. What counts is that it comes after the last `step()` and
# before the next `backward()`.
#
# ## The total: count every sample once
#
# `loss` is the mean over a batch, and the [last batch is smaller](11_data_loading.py). So we
# multiply by `len(targets)`, add up, and divide by the number of samples. Three shortcuts are common, and all
# of them are wrong:
#
# - **Print the loss of the last batch.** It is a loss of a few samples.
# - **Report a running loss every so many batches.** What comes after the last report is lost.
# - **Average the batches' means.** The samples of a small batch then count more than others.
#
# The first, drawn: one run of 30 epochs, the true mean and the last batch of each epoch.

# %% alt="Loss per epoch, 30 epochs. The mean over all samples falls nearly smoothly. The loss of the last batch of each epoch jumps up and down around it, at times to several times its value." tags=["hide_input"]
model = make_model(seed=0)
loader = Batches(*train, batch_size=32, shuffle=True, seed=0)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
last_batch, last_losses = {}, []


def remember(outputs, targets):
    last_batch["loss"] = nn.functional.binary_cross_entropy_with_logits(outputs, targets)
    return last_batch["loss"]


loss_fn, kept_loss_fn = remember, loss_fn
for _ in range(30):
    train_epoch(model, loader, optimizer)
    last_losses.append(last_batch["loss"].item())
loss_fn = kept_loss_fn

epochs = range(1, 31)
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
ax.plot(epochs, kept[0], label="mean over all samples")
ax.plot(epochs, last_losses, "o--", markersize=4, label="last batch")
ax.set(xlabel="epoch", ylabel="training loss", ylim=(0, None))
ax.legend()
plt.show()

# %% tags=["hide_input"]
from itertools import pairwise


def count_rises(losses):
    return sum(b > a for a, b in pairwise(losses))


rises, true_rises = count_rises(last_losses), count_rises(kept[0])
size = len(train[0]) - (len(loader) - 1) * 32
claim(
    f"The last batch holds {size} of {len(train[0])} tumours. Its loss rises {rises} times in 29 steps from "
    f"epoch to epoch, the true one {true_rises} times. And a loop over the {-(-60000 // 64)} batches of "
    f"MNIST that reports every 200 never reports the last {-(-60000 // 64) % 200}.",
    rises > true_rises + 3,
)

# %% [markdown]
# The third shortcut hides better. Take the network we trained above and its validation
# [accuracy](../glossary.md#accuracy), and also its [recall](../glossary.md#recall): of the malignant tumours,
# the share that it calls malignant. We cut the same 85 answers into batches of different sizes.
#
# **Predict.** With 17 per batch, all batches are equally large. Which of the two means is then right?

# %%
model.eval()
with torch.no_grad():
    answers = model(val[0]) > 0  # (85, 1), True for malignant
truth = val[1] == 1


def accuracy_of(answers, truth):
    return (answers == truth).float().mean().item()


def recall_of(answers, truth):
    return answers[truth].float().mean().item()


print(f"all at once   accuracy {accuracy_of(answers, truth):.4f}", end="")
print(f"   recall {recall_of(answers, truth):.4f}")
for size in (17, 28, 40):
    pairs = list(zip(answers.split(size), truth.split(size)))
    accuracies = [accuracy_of(*pair) for pair in pairs]
    recalls = [recall_of(*pair) for pair in pairs if pair[1].any()]
    accuracy_mean = sum(accuracies) / len(accuracies)
    recall_mean = sum(recalls) / len(recalls)
    print(f"batches of {size}  accuracy {accuracy_mean:.4f}", end="")
    print(f"   recall {recall_mean:.4f}   (last: {len(pairs[-1][0])})")

# %% [markdown]
# The same answers, but another recall for each batch size, and another accuracy whenever the last batch is
# smaller. In batches of 28 the last holds one tumour, which counts as much as 28 others together. And the mean of recalls is wrong even for equal batches, because
# they hold different numbers of malignant tumours. The rule: **collect all outputs, compute each metric
# once.** When you print it, round: `"%d" % 97.99` cuts it to 97.
#
# ## Two switches: eval() and no_grad()
#
# The [validation set](../glossary.md#validation-set) tells how the network does on tumours it has not learned
# from. Two things change when we look:
#
# - `model.eval()` puts the network into [evaluation mode](../glossary.md#evaluation-mode): dropout lets
#   everything pass.
# - `torch.no_grad()` tells [autograd](../glossary.md#autograd) to record nothing. That saves memory and time.
#
# They are often taken for the same. We leave out `eval()` and keep `no_grad()`, and ask the network 500 times
# about one and the same tumour.

# %% alt="Histogram of 500 answers about one tumour under no_grad, without eval. The probability of malignant spreads from below 0.1 to above 0.9. One vertical line shows the single answer with eval." tags=["hide_input"]
with torch.no_grad():
    patient = (model(val[0])[:, 0]).abs().argmin().item()  # the most doubtful one
    one = val[0][patient : patient + 1]  # (1, 30)
    with_eval = torch.sigmoid(model(one)).item()
    model.train()  # the forgotten eval()
    torch.manual_seed(0)
    without_eval = torch.tensor([torch.sigmoid(model(one)).item() for _ in range(500)])
    model.eval()

fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
ax.hist(without_eval, bins=25, range=(0, 1), alpha=0.7, label="no_grad alone")
ax.axvline(with_eval, color="C1", linestyle="--", label="with eval()")
ax.set(xlabel="probability of malignant, one tumour", ylabel="answers of 500")
ax.legend()
plt.show()

# %% tags=["hide_input"]
claim(
    f"In training mode, the answer about this tumour varies from {without_eval.min():.2f} to "
    f"{without_eval.max():.2f}: in {100 * (without_eval > 0.5).float().mean():.0f} % of the cases it is "
    f"called malignant. In evaluation mode the answer is {with_eval:.2f}, every time. `no_grad()` does not "
    f"change what a network computes.",
    without_eval.max() - without_eval.min() > 0.4 and 0.05 < (without_eval > 0.5).float().mean() < 0.95,
)

# %% [markdown]
# [Batch normalisation](../glossary.md#batch-normalisation) has modes, too. In training it subtracts the
# batch's mean from each column and divides by the batch's spread, then scales and shifts by two learned
# numbers. In evaluation it uses running averages of both, which it kept. What does it do with a batch of one? There is
# nothing to compute a spread from.

# %%
normed = nn.Sequential(
    nn.Linear(30, 64),
    nn.BatchNorm1d(64),
    nn.ReLU(),
    nn.Linear(64, 1),
)
normed.train()
try:
    normed(val[0][:1])
except ValueError as error:
    print("ValueError:", str(error).split(",")[0])

# %% [markdown]
# It raises. In `eval()` the same call works. In training the remedy is `drop_last=True`, when the last batch
# would hold a single sample.

# %% tags=["hide_input"]
kept_mean = normed[1].running_mean.clone()
with torch.no_grad():
    normed(val[0])  # still in training mode: a look at the validation set …
moved = (normed[1].running_mean - kept_mean).abs().max().item()
normed.eval()
single = normed(val[0][:1]).shape
claim(
    f"It is worse when nothing raises. One pass over the validation set in training mode, under `no_grad()`, "
    f"has moved the running means, one by {moved:.2f}: the network has taken something from data that it was "
    f"only to be measured on.",
    moved > 0.01 and single == (1, 1),
)

# %% [markdown]
# ## Validation and early stopping
#
# Now the whole loop. After each epoch we measure the validation loss. When it has not improved for 10 epochs,
# the *patience*, we stop and go back to the weights of the best epoch. This is [early
# stopping](../glossary.md#early-stopping). Note the `deepcopy`: `state_dict()` alone hands out the weights
# that training goes on changing, so the "best" would follow along.

# %%
import copy


def validation_loss(model):
    model.eval()
    with torch.no_grad():
        return loss_fn(model(val[0]), val[1]).item()  # all 85 at once


model = make_model(seed=0)
train_loader = Batches(*train, batch_size=32, shuffle=True, seed=0)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)

train_losses, val_losses = [], []
best, best_epoch, best_weights = float("inf"), 0, None
for epoch in range(1, 201):
    train_losses.append(train_epoch(model, train_loader, optimizer))
    val_losses.append(validation_loss(model))
    if val_losses[-1] < best:
        best, best_epoch = val_losses[-1], epoch
        best_weights = copy.deepcopy(model.state_dict())
    elif epoch - best_epoch >= 10:
        break
model.load_state_dict(best_weights)
print(f"stopped after epoch {epoch}, best was {best_epoch}: {best:.4f}")

# %% [markdown]
# Was it right to stop? We can train on and look, which a loop in earnest would not do. Three seeds, 100
# epochs each.

# %% alt="Loss over 100 epochs for three seeds. All training curves sink towards 0. The validation curves fall within the first epochs, reach their lowest point early, marked by a dot, and then rise again while the training loss still falls."
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
rise = []
for seed in range(3):
    other = make_model(seed)
    loader = Batches(*train, batch_size=32, shuffle=True, seed=seed)
    descent = torch.optim.SGD(other.parameters(), lr=0.5)
    curves = []
    for _ in range(100):
        train_loss = train_epoch(other, loader, descent)
        curves.append((train_loss, validation_loss(other)))
    on_train, on_val = zip(*curves)
    lowest = min(range(100), key=lambda i: on_val[i])
    rise.append(on_val[-1] / on_val[lowest])
    ax.plot(on_train, "C0", label=None if seed else "training")
    ax.plot(on_val, "C1--", label=None if seed else "validation")
    ax.plot(lowest, on_val[lowest], "C1o")
ax.set(xlabel="epoch", ylabel="loss", ylim=(0, 0.35))
ax.legend()
plt.show()

# %% tags=["hide_input"]
claim(
    f"In all three runs the validation loss after 100 epochs is higher than at its lowest, by factors from "
    f"{min(rise):.1f} to {max(rise):.1f}: [overfitting](../glossary.md#overfitting).",
    min(rise) > 1.2,
)

# %% [markdown]
# The best validation loss is a choice among many, so it looks a little better than it is. The
# [test set](../glossary.md#test-set) will say.
#
# ## The same with fit
#
# [`fit`][nnfund.training.fit] is this loop with the five stanzas, and
# [`EarlyStopping`][nnfund.training.EarlyStopping] the part with the patience. From the same seed both should
# do the same.

# %%
from nnfund.training import EarlyStopping, fit


def train_network(table, seed):
    """The recipe above on any split of the table."""
    train, val = column(table.train), column(table.val)
    model = make_model(seed)
    history = fit(
        model,
        Batches(*train, batch_size=32, shuffle=True, seed=seed),
        loss_fn=nn.BCEWithLogitsLoss(),
        optimizer=torch.optim.SGD(model.parameters(), lr=0.5),
        epochs=200,
        val_loader=Batches(*val, batch_size=len(val[0])),
        callbacks=[EarlyStopping(patience=10)],
    )
    return model.eval(), history


fitted, history = train_network(table, seed=0)

# %% tags=["hide_input"]
model.eval()
same_weights = all(torch.equal(a, b) for a, b in zip(model.parameters(), fitted.parameters()))
claim(
    f"`fit` stops after the same {len(history)} epochs. All {2 * len(history)} losses agree to twelve "
    f"decimals, and the two networks have the same weights.",
    len(history) == len(train_losses)
    and max(abs(a - b) for a, b in zip(train_losses, history.train_loss)) < 1e-12
    and max(abs(a - b) for a, b in zip(val_losses, history.val_loss)) < 1e-12
    and same_weights,
)

# %% [markdown]
# ## What the numbers mean for patients
#
# Two mistakes are possible, and they are not equally bad. A malignant tumour that is called benign goes
# untreated. A benign one called malignant means fear and another test. [Recall](../glossary.md#recall) falls
# with mistakes of the first kind. [Precision](../glossary.md#precision), the share of the "malignant" answers
# that are right, falls with the second.
#
# So far we said "malignant" when the probability was above one half. That threshold is a choice, and it
# belongs to people who know what the mistakes cost.
#
# **Predict.** You lower the threshold to 0.1. Which of the two rises?

# %% alt="Recall and precision of malignant on the validation set against the threshold. As the threshold falls, recall rises in steps while precision falls, by and large."
with torch.no_grad():
    probabilities = torch.sigmoid(model(val[0]))[:, 0]  # (85,)
malignant = val[1][:, 0] == 1


def precision_and_recall(threshold):
    called = probabilities > threshold
    found = (called & malignant).sum().item()
    return found / called.sum().item(), found / malignant.sum().item()


thresholds = torch.linspace(0.01, 0.95, 95)
pairs = [precision_and_recall(threshold) for threshold in thresholds]
precisions, recalls = zip(*pairs)
fig, ax = plt.subplots(figsize=(6, 2.9), layout="constrained")
ax.plot(thresholds, recalls, label="recall")
ax.plot(thresholds, precisions, "--", label="precision")
ax.set(xlabel="threshold", ylabel="share", ylim=(0.5, 1.02))
ax.legend()
plt.show()

# %% tags=["hide_input"]
(p_half, r_half), (p_low, r_low) = precision_and_recall(0.5), precision_and_recall(0.1)
missed_half, missed_low = (round((1 - r) * malignant.sum().item()) for r in (r_half, r_low))
claim(
    f"At 0.5 the network misses {missed_half} of {malignant.sum()} malignant tumours, with a precision of "
    f"{p_half:.2f}. At 0.1 it misses {missed_low}, with a precision of {p_low:.2f}. No retraining was needed.",
    r_low > r_half and p_low < p_half,
)

# %% [markdown]
# We keep 0.5 here, as scikit-learn does, so that we can compare. Now the test set, once:

# %%
from nnfund.training import accuracy, confusion_matrix, precision_recall_f1

with torch.no_grad():
    test_logits = model(test[0])
scores = precision_recall_f1(test_logits, test[1])
print(confusion_matrix(test_logits, test[1]))
print(f"accuracy {accuracy(test_logits, test[1]):.3f}")
print(f"malignant: precision {scores.precision[1]:.3f}", end=", ")
print(f"recall {scores.recall[1]:.3f}")

# %% tags=["hide_input"]
n_sick = int(test[1].sum())
recall = scores.recall[1].item()
claim(
    f"Rows are the truth, columns the answers. There are only {n_sick} malignant tumours in the test set: one "
    f"more or one fewer found changes the recall by {100 / n_sick:.0f} points. With so few, a third digit "
    f"means nothing.",
    100 / n_sick > 2,
)

# %% [markdown]
# ## The same task with scikit-learn
#
# Did this need PyTorch? [scikit-learn](https://scikit-learn.org) does it in one line. Its
# `LogisticRegression` is a single neuron, fitted by a method made for it. And it has neural networks:
# `MLPClassifier` is one.

# %%
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

x_train, x_test = table.train.inputs.numpy(), table.test.inputs.numpy()
theirs = MLPClassifier((64,), max_iter=1000, random_state=0)
theirs.fit(x_train, table.train.targets.numpy())

ours = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 1))
with torch.no_grad():
    learned = zip(theirs.coefs_, theirs.intercepts_)
    for layer, (weights, biases) in zip((ours[0], ours[2]), learned):
        layer.weight.copy_(torch.from_numpy(weights).T)
        layer.bias.copy_(torch.from_numpy(biases))
    copied = torch.sigmoid(ours(test[0]))[:, 0]

# %% tags=["hide_input"]
their_answers = torch.from_numpy(theirs.predict_proba(x_test)[:, 1]).float()
claim(
    f"We copied its weights into two `nn.Linear`. On all {len(copied)} test tumours the probabilities are "
    f"the same, to within 0.0001: it is the same kind of network.",
    (copied - their_answers).abs().max() < 1e-4,
)

# %% [markdown]
# A fair comparison gives all the same data and the same amount of choice. Each method learns from the
# training part and may make *one* choice on the validation part: the number of epochs for our network, the
# strength of the pull towards small weights for the other two ([weight
# decay](../glossary.md#weight-decay); in scikit-learn, `alpha` is this strength, and `C` is its inverse: a large
# `C` pulls weakly). Then the test part is scored. One
# split may be lucky for one of them, so we repeat it all on ten random splits, each with a seed of its own.
#
# **Predict.** Who wins?


# %%
def best_on_validation(candidates, table):
    """Fit all candidates; return the one with the lowest validation loss."""
    (x, y), (x_val, y_val) = table.train, table.val
    losses = []
    for candidate in candidates:
        candidate.fit(x.numpy(), y.numpy())
        p = torch.from_numpy(candidate.predict_proba(x_val.numpy()))
        loss = nn.functional.nll_loss(p.clamp(min=1e-12).log(), y_val)
        losses.append(loss.item())
    return candidates[losses.index(min(losses))]


results = {"LogisticRegression": [], "MLPClassifier": [], "PyTorch": []}
for seed in range(10):
    split = load_breast_cancer(seed=seed)
    logistic = [LogisticRegression(C=c) for c in (0.01, 0.1, 1, 10)]
    options = {"max_iter": 1000, "random_state": seed}
    decays = (0.001, 0.1, 1, 10)
    mlps = [MLPClassifier((64,), alpha=a, **options) for a in decays]
    rivals = {"LogisticRegression": logistic, "MLPClassifier": mlps}
    for name, candidates in rivals.items():
        winner = best_on_validation(candidates, split)
        answers = torch.from_numpy(winner.predict(split.test.inputs.numpy()))
        results[name].append((answers, split.test.targets))
    network, _ = train_network(split, seed)
    with torch.no_grad():
        answers = (network(split.test.inputs)[:, 0] > 0).long()
    results["PyTorch"].append((answers, split.test.targets))

# %% alt="Test accuracy and recall of malignant for ten splits and three methods, one mark per split, thin lines joining the same split. The three clouds overlap almost entirely: splits differ far more than the methods do on average." tags=["hide_input"]
both = {
    "accuracy": lambda answers, truth: accuracy_of(answers, truth),
    "recall of malignant": lambda answers, truth: recall_of(answers == 1, truth == 1),
}
scored = {
    title: torch.tensor([[score(*run) for run in runs] for runs in results.values()])  # (3, 10)
    for title, score in both.items()
}
fig, axes = plt.subplots(1, 2, figsize=(6.3, 3.2), layout="constrained")
places = torch.arange(3)[:, None] + torch.linspace(-0.18, 0.18, 10)
for ax, (title, values) in zip(axes, scored.items()):
    ax.plot(places, values, "C0", linewidth=0.6, alpha=0.5)
    for row, marker in enumerate("os^"):
        ax.plot(places[row], values[row], f"C{row}{marker}", markersize=5)
    ax.set_xticks(range(3), ["Logistic\nRegression", "MLP\nClassifier", "PyTorch"])
    ax.set_title(title, fontsize=10)
plt.show()

# %% tags=["hide_input"]
means, lows, highs = ([f(v).item() for v in scored["accuracy"]] for f in (torch.mean, torch.min, torch.max))
sentence = ", ".join(
    f"{name} {m:.3f} ({low:.3f} to {high:.3f})" for name, m, low, high in zip(results, means, lows, highs)
)
gap = max(means) - min(means)
logistic_scores, _, torch_scores = scored["accuracy"]
ahead, behind = ((a > b).sum() for a, b in [(logistic_scores, torch_scores), (torch_scores, logistic_scores)])
claim(
    f"Mean test accuracy over ten splits, and the range: {sentence}. The means differ by {gap:.3f}, which is "
    f"{gap * len(test[0]):.1f} tumours in {len(test[0])}. From split to split, each method alone varies by "
    f"{min(h - low for h, low in zip(highs, lows)):.3f} or more. Split by split, logistic regression is ahead "
    f"of our network in {ahead}, behind in {behind}, and equal in {10 - ahead - behind}.",
    gap < 0.02 and ahead > behind and gap < min(h - low for h, low in zip(highs, lows)),
)

# %% [markdown]
# ## Why PyTorch, then?
#
# For this table: no reason. The three are within one tumour of each other, and the simplest comes out ahead, for
# the least effort. (Ten splits share tumours, so they say less than ten new tables would.) Logistic
# regression has 31 parameters, no seed and no learning rate to choose. On a small table, begin there. Trees
# are often strong on tables, too. A network has to beat them, with spread shown, before it earns its trouble.
#
# What PyTorch buys is freedom in the parts that you have written:

# %% tags=["hide_input"]
options = set(MLPClassifier().get_params())
claim(
    f"`MLPClassifier` has {len(options)} settings. None of them is a loss, a dropout, a device, or a layer of "
    f"another kind than fully connected.",
    not options & {"loss", "loss_fn", "dropout", "device", "layers", "layer"},
)

# %% [markdown]
# - **Any network.** Images want convolutions, text wants attention. Here you write `forward`.
# - **Any loss.** A missed tumour may cost ten false alarms: one argument, `pos_weight`, or a loss of your own.
#   Autograd finds the gradient.
# - **Any device.** `MLPClassifier` computes on the CPU. For 398 rows that is the right place; for a million
#   images it is not.
# - **Your loop.** You can look at each gradient, stop, save, change course.
#
# ## Check yourself
#
# ??? question "Your validation loss changes when you measure it twice without training in between. Why?"
#     The network is in training mode: dropout draws anew each time. Call `model.eval()`. `no_grad()` does not
#     help.
#
# ??? question "Where may zero_grad() stand?"
#     Anywhere after `step()` and before the next `backward()`. Between `backward()` and `step()` it would
#     throw away the gradients that the step needs, and nothing would be learned.
#
# ??? question "Ten batches of 100 and one of 5. All but the 5 are right. What does the mean of batch accuracies say?"
#     10/11, about 0.909. The truth is 1000/1005, about 0.995.
#
# ??? question "A test calls every tumour malignant. Its recall and its precision?"
#     Recall 1: it misses nobody. Precision is the share of malignant tumours, so it has told you nothing.
#
# ## Exercises
#
# 1. **Basic.** Move `zero_grad()` before the forward pass and show that no loss changes. Then move it between
#    `backward()` and `step()`.
#
#     ??? tip "Hint"
#         Compare lists of losses from the same seed with `==`.
#
# 2. **Intermediate.** Train with `nn.BCEWithLogitsLoss(pos_weight=torch.tensor(10.0))` on ten splits. What
#    happens to recall and precision? Compare with lowering the threshold of the ordinary network.
#
#     ??? tip "Hint"
#         Draw precision against recall: one curve per network, traced by the threshold. Do they differ?
#
# 3. **Advanced.** Write early stopping as a callback for `fit` that looks at the recall at a fixed precision.
#    Is it a good thing to watch, with 31 malignant tumours?
#
#     ??? tip "Hint"
#         Derive from [`Callback`][nnfund.training.Callback] and set `run.stop`. Plot what you watch, over
#         epochs, before you let it decide.
#
# ## Summary
#
# - Five stanzas: forward, loss, backward (with `zero_grad()` before it), step, total. Loss and optimizer meet
#   in `.grad` alone.
# - Without `zero_grad()`, training is momentum without friction: it starts well and then blows up.
# - Count each sample once. Collect all outputs and compute a metric once.
# - `eval()` changes what the network computes, `no_grad()` what autograd records. Validation wants both.
# - Early stopping keeps a *copy* of the best weights.
# - Accuracy hides which mistakes are made. Precision and recall show them, and the threshold trades one for
#   the other.
# - On a small table, scikit-learn is the place to begin. PyTorch is for when you need to change the parts.
#
# ## Further reading
#
# - W. Nick Street, William H. Wolberg and Olvi L. Mangasarian (1993). Nuclear feature extraction for breast
#   tumor diagnosis. *Biomedical Image Processing and Biomedical Visualization*, Proceedings of SPIE 1905,
#   861–870. The data.
# - Nitish Srivastava, Geoffrey Hinton, Alex Krizhevsky, Ilya Sutskever and Ruslan Salakhutdinov (2014).
#   Dropout: a simple way to prevent neural networks from overfitting. *Journal of Machine Learning Research*
#   15, 1929–1958.
# - Lutz Prechelt (1998). Early stopping, but when? In *Neural Networks: Tricks of the Trade*, Lecture Notes
#   in Computer Science 1524, 55–69. Springer.
# - Léo Grinsztajn, Edouard Oyallon and Gaël Varoquaux (2022). Why do tree-based models still outperform deep
#   learning on typical tabular data? *Advances in Neural Information Processing Systems* 35.
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville (2016). *Deep Learning*. MIT Press. Sections 7.8, on
#   early stopping, and 7.12, on dropout.
