# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - tell from a loss curve which faults are likely, and which are not
#   - expose each of ten common faults with a test of a few lines, and cure it
#   - check every new run by two numbers before you trust its curve
# know_first: >-
#   [The training loop](12_training_loop.py); [activations](05_activations.py) for units that die.
# data: >-
#   1,797 handwritten digits of 8 × 8 pixels, which come with scikit-learn.
# ---

# %% [markdown]
# # When a network does not learn
#
# You will be able to find out why a network does not learn, or why its numbers are too good to be true.
#
# A fault in a training script rarely raises an error. The loss is a number, the loop runs, and the result is
# bad, or worse: it looks good. On this page we plant ten such faults, one at a time, in a run that works.
# Each time you see the code first and the curve after it. Your part is to say which curve belongs to which
# fault.
#
# ## A run that works
#
# The run is made of small functions, so that each fault can replace one of them. The
# [network](../glossary.md#network) has two [hidden layers](../glossary.md#hidden-layer) and
# [dropout](../glossary.md#dropout).

# %%
import torch
from torch import nn

from nnfund.data import Batches, Part, load_digits
from nnfund.training import accuracy

digits = load_digits()  # normalised by the training part
train, val, test = digits.train, digits.val, digits.test
loss_fn = nn.CrossEntropyLoss()


def make_model():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(64, 10),
    )


def step(model, optimizer, inputs, targets):
    loss = loss_fn(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def measure(model, part):
    model.eval()
    with torch.no_grad():
        logits = model(part.inputs)
    loss = loss_fn(logits, part.targets).item()
    return loss, accuracy(logits, part.targets)


# %% [markdown]
# `run` puts them together. It measures once before training and then after each
# [epoch](../glossary.md#epoch). A keyword argument replaces a part.


# %%
def run(
    seed,
    *,
    train=train,
    val=val,
    make_model=make_model,
    step=step,
    measure=measure,
    lr=0.05,
    epochs=25,
):
    torch.manual_seed(seed)
    model = make_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loader = Batches(*train, batch_size=32, shuffle=True, seed=seed)
    curve = []
    for epoch in range(epochs + 1):
        curve.append(measure(model, train) + measure(model, val))
        if epoch < epochs:
            model.train()
            for inputs, targets in loader:
                step(model, optimizer, inputs, targets)
    return model, torch.tensor(curve)  # (epochs + 1, 4)


SEEDS = range(3)
runs = {"healthy": [run(seed) for seed in SEEDS]}

# %% tags=["hide_input"]
import math

from nnfund import claim


def column(name, epoch, which):
    """One measured number of all seeds: loss, accuracy, validation loss, validation accuracy."""
    return torch.stack([curve[epoch, which] for _, curve in runs[name]])


def span(values, digits=2):
    low, high = (f"{value:.{digits}f}" for value in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


start, healthy_val = column("healthy", 0, 0), column("healthy", -1, 3)
claim(
    f"After 25 epochs, the validation accuracy is {span(100 * healthy_val, 1)} % over three seeds.",
    healthy_val.min() > 0.92,
)

# %% [markdown]
# ## Two numbers to see first
#
# **The loss before training.** An untrained network has no reason to prefer any of $C$
# [classes](../glossary.md#class). If it gives each the probability $1/C$, the
# [cross-entropy](../glossary.md#cross-entropy) is $-\ln(1/C) = \ln C$.
#
# **The loss on one [batch](../glossary.md#batch), overfitted.** A network with thousands of
# [parameters](../glossary.md#parameter) can learn 16 images by heart. So train on these 16 alone, with your
# own code: the loss must come close to 0. If it does not, no amount of data will help.
#
# Both come out of `run`: 16 samples are one batch, so 500 epochs are 500 steps.


# %%
def two_numbers(seed, **fault):
    inputs, targets = fault.pop("train", train)
    few = Part(inputs[:16], targets[:16])
    _, curve = run(seed, train=few, epochs=500, **fault)
    return curve[0, 0].item(), curve[-1, 0].item()


numbers = {"healthy": [two_numbers(seed) for seed in SEEDS]}
for before, after in numbers["healthy"]:
    print(f"before training {before:.3f}, one batch overfitted {after:.4f}")
print(f"ln 10 = {math.log(10):.3f}")

# %% tags=["hide_input"]
claim(
    "The healthy run passes both checks with each seed.",
    all(abs(before - math.log(10)) < 0.3 and after < 0.1 for before, after in numbers["healthy"]),
)

# %% [markdown]
# At the end of the page you will see which of the ten faults these two numbers catch.
#
# ## Three runs that fall apart
#
# Here are three faults as people write them:
#
# - a loop without `zero_grad()`;
# - a [learning rate](../glossary.md#learning-rate) a hundred times too high;
# - pixels from 0 to 255, as an image file holds them, without
#   [normalisation](../glossary.md#normalisation).


# %%
def step_without_clearing(model, optimizer, inputs, targets):
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()


raw = load_digits(normalize=False)  # pixels from 0 to 1
raw_train = Part(raw.train.inputs * 255, raw.train.targets)
raw_val = Part(raw.val.inputs * 255, raw.val.targets)

faults = {
    "no zero_grad": {"step": step_without_clearing},
    "lr too high": {"lr": 5.0},
    "not normalised": {"train": raw_train, "val": raw_val},
}
for name, fault in faults.items():
    runs[name] = [run(seed, **fault) for seed in SEEDS]

# %% [markdown]
# **Predict** which of the curves A, B and C belongs to which fault. Look at where each starts, and at what it
# does in the first epochs. None of the three recovers: all end near $\ln 10$ or above.

# %% alt="Loss against epoch on a log scale, three panels, three seeds each. A starts near 20, far above the dotted line at ln 10, and drops onto that line within an epoch. B starts on the line, falls below 1 in the first epoch, then rises above the line and stays. C starts on the line, and stays slightly above it. The band of the healthy runs falls to about 0.1 in each." tags=["hide_input"]
import matplotlib.pyplot as plt

healthy_losses = torch.stack([curve[:, 2] for _, curve in runs["healthy"]])  # (seeds, epochs + 1)


def draw(panels, **limits):
    fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.6), sharex=True, sharey=True, layout="constrained")
    for ax, (letter, name) in zip(axes.flat, panels.items(), strict=False):
        epochs = range(healthy_losses.shape[1])
        band = healthy_losses.amin(dim=0), healthy_losses.amax(dim=0)
        ax.fill_between(epochs, *band, color="C2", alpha=0.5, label="healthy, validation")
        for seed, (_, curve) in enumerate(runs[name]):
            ax.plot(curve[:, 0], "C0", linewidth=1.2, label=None if seed else "training")
            ax.plot(curve[:, 2], "C1--", linewidth=1.2, label=None if seed else "validation")
        ax.axhline(math.log(10), color="C3", linestyle=":", label="ln 10")
        ax.set(title=letter, **limits)
    fig.supxlabel("epoch", fontsize="medium")
    fig.supylabel("loss", fontsize="medium")
    key = axes[0, 0].get_legend_handles_labels()
    if len(panels) == 3:  # the fourth place is free
        axes[0, 1].tick_params(labelbottom=True)
        axes[1, 1].set_axis_off()
        axes[1, 1].legend(*key, loc="center")
    else:
        fig.legend(*key, loc="outside upper center", ncols=2)
    plt.show()


draw({"A": "not normalised", "B": "no zero_grad", "C": "lr too high"}, yscale="log", ylim=(0.03, 60))

# %% [markdown]
# ### A: not normalised
#
# The curve begins far above $\ln 10$: before it has seen anything, the network is sure, and mostly wrong.
# Large inputs make large [logits](../glossary.md#logits). The test is to look at what goes in:

# %%
for name, part in {"healthy": train, "raw": raw_train}.items():
    mean, std = part.inputs.mean(), part.inputs.std()
    print(f"{name:7} mean {mean:6.2f}, standard deviation {std:6.2f}")

# %% tags=["hide_input"]
raw_start, raw_end = column("not normalised", 0, 0), column("not normalised", -1, 0)
claim(
    f"The loss before training is {span(raw_start, 1)}, instead of {span(start, 2)}. The first gradients "
    f"are as oversized as the inputs, and the first steps wreck the network for good: it ends at "
    f"{span(raw_end, 2)}.",
    raw_start.min() > 4 and start.max() < 2.6 and raw_end.min() > 1.8,
)

# %% [markdown]
# **Cure:** subtract the mean and divide by the standard deviation of the training set, in all parts.
#
# ### B: no zero_grad
#
# `backward()` adds to `.grad`. Without clearing, each step goes along the sum of all
# [gradients](../glossary.md#gradient) so far. That is fast at first, and then nothing can stop it
# ([the training loop](12_training_loop.py) shows why). The test: take the same step twice, with a learning
# rate of 0. Nothing moves, so the gradient must be the same.


# %%
def gradient_growth(step):
    torch.manual_seed(0)
    model = make_model().eval()  # no dropout: twice the same loss
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    norms = []
    for _ in range(2):
        step(model, optimizer, train.inputs[:32], train.targets[:32])
        norms.append(model[1].weight.grad.norm().item())
    return norms[1] / norms[0]


print(f"healthy         {gradient_growth(step):.3f}")
print(f"no zero_grad    {gradient_growth(step_without_clearing):.3f}")

# %% tags=["hide_input"]
first_good, first_bad = column("healthy", 1, 0), column("no zero_grad", 1, 0)
bad_end = column("no zero_grad", -1, 0)
claim(
    f"After one epoch the faulty runs are ahead, with a training loss of {span(first_bad)} against "
    f"{span(first_good)}. After 25 they are at {span(bad_end)}. The test needs two steps to see it.",
    first_bad.max() < first_good.min()
    and bad_end.min() > 1.8
    and abs(gradient_growth(step) - 1) < 1e-3
    and abs(gradient_growth(step_without_clearing) - 2) < 1e-3,
)

# %% [markdown]
# **Cure:** `optimizer.zero_grad()` in each step, before `backward()`.
#
# ### C: learning rate too high
#
# It starts right and is thrown out at once. The test is a sweep: a few epochs at rates that differ by large
# factors.

# %% alt="Training loss after three epochs against the learning rate, both on log scales, as a band over three seeds. Up to about 0.01 the loss stays near ln 10. Then it falls to a minimum between 0.1 and 1, and jumps back to ln 10 or above beyond it. Three markers: 0.0005 on the left plateau, 0.05 on the slope, 5 on the right."
rates = [10 ** (k / 2) for k in range(-8, 3)]  # 0.0001 to 10


def loss_at(lr, seed):
    return run(seed, lr=lr, epochs=3)[1][-1, 0]


ends = [torch.stack([loss_at(lr, seed) for seed in SEEDS]) for lr in rates]
ends = torch.stack(ends)  # (rates, seeds)

fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
ax.fill_between(rates, ends.amin(dim=1), ends.amax(dim=1), alpha=0.3)
ax.plot(rates, ends.mean(dim=1), "o-")
for lr, name in [(0.0005, "too low"), (0.05, "ours"), (5.0, "too high")]:
    ax.axvline(lr, color="C1", linestyle="--")
    ax.text(lr * 1.1, 0.2, name)
ax.set(xscale="log", yscale="log", xlabel="learning rate")
ax.set(ylabel="loss after 3 epochs", ylim=(0.15, 5), xlim=(5e-5, 50))
plt.show()

# %% tags=["hide_input"]
best = rates[ends.amax(dim=1).argmin()]
high_end = column("lr too high", -1, 0)
claim(
    f"For three epochs, {best:.2g} is the best of these rates. At 0.0001 next to nothing has happened, and from 3 on "
    f"the network is wrecked. At 5, the loss is still {span(high_end)} after 25 epochs.",
    0.05 < best < 2 and ends[0].min() > 2.1 and ends[-2:].min() > 1.8 and high_end.min() > 1.8,
)

# %% [markdown]
# **Cure:** a rate on the slope, left of the minimum, with room to the cliff: what is best for three epochs is
# often too restless for 25.
#
# ## Four runs that stand still
#
# - A learning rate a hundred times too low.
# - Biases of −4.6 in every layer. For the *last* layer of a detector of rare objects this is sound advice
#   (Lin et al., 2017). Somebody copied it into a loop over all layers.
# - The images are shuffled, and the [targets](../glossary.md#target) are not.
# - `.detach()`, written to look at the features in NumPy, is left in the step.


# %%
def make_model_with_bias():
    model = make_model()
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.constant_(layer.bias, -4.6)
    return model


torch.manual_seed(0)
order = torch.randperm(len(train.inputs))
shuffled = Part(train.inputs[order], train.targets)


def step_detached(model, optimizer, inputs, targets):
    features = model[:-1](inputs).detach()
    loss = loss_fn(model[-1](features), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


still = {
    "lr too low": {"lr": 0.0005},
    "dead ReLUs": {"make_model": make_model_with_bias},
    "shuffled targets": {"train": shuffled},
    "detached": {"step": step_detached},
}
for name, fault in still.items():
    runs[name] = [run(seed, **fault) for seed in SEEDS]
faults |= still

# %% [markdown]
# The axis is not logarithmic here and shows a narrow range, so the healthy band leaves it soon. **Predict:**
# which of D to G is which? One does not move at all. In one, training and validation part ways. One crawls.
# And one learns a good deal, and stops short.

# %% alt="Loss between 1.5 and 2.5 against epoch, four panels, three seeds each; the healthy band leaves at the bottom after a few epochs. D: all curves lie exactly on the line at ln 10. E: training and validation fall together to about 1.65. F: the training loss sinks slightly below the line while the validation loss stays on or above it. G: both sink slightly, together, in parallel for the three seeds." tags=["hide_input"]
draw(
    {"D": "dead ReLUs", "E": "detached", "F": "shuffled targets", "G": "lr too low"},
    ylim=(1.5, 2.5),
)

# %% [markdown]
# ### D: dead ReLUs
#
# A [dead unit](../glossary.md#dead-unit) gives 0 for every sample, and no gradient passes it. If a whole
# layer is dead, the layers before it cannot learn, and the output does not depend on the input. The test
# counts units that answer to no training image:


# %%
def dead_share(model, inputs):
    """Share of dead units in the first and second hidden layer."""
    model.eval()
    with torch.no_grad():
        hidden = [model[:3](inputs), model[:5](inputs)]
    return [(h == 0).all(dim=0).float().mean().item() for h in hidden]


for name in ("healthy", "dead ReLUs"):
    first, second = dead_share(runs[name][0][0], train.inputs)
    print(f"{name:11} layer 1: {first:4.0%}, layer 2: {second:4.0%} dead")

# %% tags=["hide_input"]
dead_start = column("dead ReLUs", 0, 0)
wrecked = [dead_share(model, raw_train.inputs)[1] for model, _ in runs["not normalised"]]
alive = [dead_share(model, train.inputs)[1] for model, _ in runs["healthy"]]
killed = [dead_share(model, train.inputs)[1] for model, _ in runs["dead ReLUs"]]
claim(
    f"The loss before training is {dead_start[0]:.4f} with every seed. That is $\\ln 10$ to four digits, which a "
    f"network with random weights does not hit: too good a first number is suspicious, too. And this is how "
    f"fault A ended: its first steps killed {100 * min(wrecked):.0f} to {100 * max(wrecked):.0f} % of the "
    f"second layer.",
    (dead_start - math.log(10)).abs().max() < 5e-5
    and min(killed) == 1
    and min(wrecked) > 0.6
    and max(alive) < 0.2,
)

# %% [markdown]
# **Cure:** the default [starting values](15_initialization_and_normalization.py). If units die during
# training, a smaller learning rate, normalised inputs, or [leaky ReLU](../glossary.md#leaky-relu).
#
# ### E: a detached graph
#
# `.detach()` cuts the [computation graph](../glossary.md#computation-graph): `backward()` stops there. The
# last layer still learns, on random features. So the curve is not flat, and this fault is often taken for a
# network that is too small. The test asks who got a gradient:

# %%
for take_step in (step, step_detached):
    model = make_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    take_step(model, optimizer, train.inputs[:32], train.targets[:32])
    missing = [n for n, p in model.named_parameters() if p.grad is None]
    print("no gradient:", missing)

# %% tags=["hide_input"]
detached_val = column("detached", -1, 3)
claim(
    f"The detached runs reach {span(100 * detached_val, 0)} % on the validation set, the healthy ones "
    f"{span(100 * healthy_val, 0)} %. Without the test, one might settle for it.",
    detached_val.min() > 0.5 and detached_val.max() + 0.05 < healthy_val.min() and len(missing) == 4,
)

# %% [markdown]
# **Cure:** detach a copy for looking at, and train on the original. Watch for `.data`, `.item()` and
# `no_grad()` on the way from the inputs to the loss: each of them cuts, and none raises an error. `.numpy()`
# raises one when the tensor requires a gradient. That is why people write `.detach()` before it.
#
# ### F: shuffled targets
#
# The network learns training pairs by heart, slowly, because there is nothing else to learn. The test needs
# no network: look at the data *as the loop gets it*. Here is the mean image of each target, from the healthy
# pairs and from the shuffled ones.

# %% alt=["Ten mean images, one for each target from 0 to 9: blurred, but each is recognisable as its digit.", "Ten mean images of the shuffled pairs: ten times nearly the same blurred blob, whatever the target."]
from nnfund.plotting import plot_images


def class_means(part):
    x, y = part
    return torch.stack([x[y == c].mean(dim=0) for c in range(10)])


for part in (train, shuffled):
    plot_images(class_means(part), columns=10)
    plt.show()


# %% tags=["hide_input"]
def right_by_means(part):
    """Accuracy on the validation set of: the class whose mean image is closest."""
    distances = torch.cdist(val.inputs.flatten(1), class_means(part).flatten(1))
    return accuracy(-distances, val.targets)


shuffled_gap = column("shuffled targets", -1, 2) - column("shuffled targets", -1, 0)
good, bad = right_by_means(train), right_by_means(shuffled)
claim(
    f"Naming the digit whose mean image is closest is right for {100 * good:.0f} % of the validation set with "
    f"healthy pairs, and for {100 * bad:.0f} % with shuffled ones. In the curve, the validation loss ends "
    f"{span(shuffled_gap)} above the training loss.",
    good > 0.75 and bad < 0.35 and shuffled_gap.min() > 0.02,
)

# %% [markdown]
# **Cure:** one permutation for both, or let the loader shuffle, as `Batches` and `DataLoader` do.
#
# ### G: learning rate too low
#
# Training and validation sink together, as they should, at a snail's pace. The sweep of section C has shown
# it already: 0.0005 lies on the left plateau. **Cure:** go right, by factors of ten, until the loss reacts.
#
# ## Three runs that mislead
#
# These three learn. Their numbers are not what they seem.
#
# - A softmax at the end of the network, before `CrossEntropyLoss`.
# - No `eval()` before measuring.
# - More data by [augmentation](../glossary.md#augmentation): a copy of each image with a little noise. Then
#   everything is split at random into training and validation.


# %%
def make_model_with_softmax():
    return nn.Sequential(*make_model(), nn.Softmax(dim=1))


def measure_without_eval(model, part):
    with torch.no_grad():
        logits = model(part.inputs)
    loss = loss_fn(logits, part.targets).item()
    return loss, accuracy(logits, part.targets)


torch.manual_seed(0)
images = torch.cat([train.inputs, val.inputs])
targets = torch.cat([train.targets, val.targets]).repeat(2)
noisy = images + 0.1 * torch.randn_like(images)
images = torch.cat([images, noisy])
order = torch.randperm(len(images))
leaky_val = Part(images[order[:540]], targets[order[:540]])
leaky_train = Part(images[order[540:]], targets[order[540:]])

misleading = {
    "softmax in the model": {"make_model": make_model_with_softmax},
    "eval forgotten": {"measure": measure_without_eval},
    "leak": {"train": leaky_train, "val": leaky_val},
}
for name, fault in misleading.items():
    runs[name] = [run(seed, **fault) for seed in SEEDS]
faults |= misleading

# %% [markdown]
# **Predict** again. Which of the three faults makes the numbers worse than the network is, which makes them
# better, and which does real harm to the network?

# %% alt="Loss against epoch on a log scale, three panels, three seeds each. H: training and validation loss run below the healthy band and end well under it. I: both stay near ln 10 for about ten epochs, then sink slowly and end well above 1, far above the healthy band. J: both fall like the healthy band, ragged, and end above it." tags=["hide_input"]
draw({"H": "leak", "I": "softmax in the model", "J": "eval forgotten"}, yscale="log", ylim=(0.01, 4))

# %% [markdown]
# ### H: a leak between the splits
#
# The best curve of the page is the most dangerous one. Most validation images have their twin in the training
# set, so the network is asked for what it was told. This is a [leak](../glossary.md#leak). The test: how far
# is each validation image from its closest training image?


# %%
def closest(part, train):
    """Median distance to the closest training image."""
    distances = torch.cdist(part.inputs.flatten(1), train.inputs.flatten(1))
    return distances.amin(dim=1).median().item()


print(f"healthy validation {closest(val, train):.2f}")
print(f"leaky validation   {closest(leaky_val, leaky_train):.2f}")

# %% tags=["hide_input"]
leaky = [(curve[-1, 2].item(), measure(model, test)[0]) for model, curve in runs["leak"]]
honest = [(curve[-1, 2].item(), measure(model, test)[0]) for model, curve in runs["healthy"]]
claim(
    f"On the [test set](../glossary.md#test-set), which has no part in the leak, the loss of the leaky runs is "
    f"{span([t / v for v, t in leaky], 1)} times what their validation promised. For the healthy runs the "
    f"factor is {span([t / v for v, t in honest], 1)}.",
    min(t / v for v, t in leaky) > 2 > max(t / v for v, t in honest)
    and closest(leaky_val, leaky_train) < 0.6 * closest(val, train),
)

# %% [markdown]
# **Cure:** split first, then augment the training part alone. With several images of one patient, split by
# patient.
#
# ### I: the wrong input to the loss
#
# `CrossEntropyLoss` applies softmax itself and wants logits. If it gets
# [probabilities](../glossary.md#softmax), the best it can be given is a 1 and nine zeros, and softmax flattens
# these once more. The test: do the outputs look like logits? Logits have both signs, and their rows do not
# sum to 1.

# %%
for name in ("healthy", "softmax in the model"):
    outputs = runs[name][0][0](val.inputs[:3]).detach()
    sums = [f"{value:.3f}" for value in outputs.sum(dim=1).tolist()]
    print(f"{name:20}  least {outputs.min():6.3f}  sums {sums}")
perfect = torch.eye(10)  # each class with probability 1, and right
floor = loss_fn(perfect, torch.arange(10)).item()
print(f"loss of perfect probabilities: {floor:.3f}")

# %% tags=["hide_input"]
soft_end, soft_val = column("softmax in the model", -1, 0), column("softmax in the model", -1, 3)
claim(
    f"No training gets below {floor:.3f}. The runs end at {span(soft_end)}, with an accuracy of "
    f"{span(100 * soft_val, 0)} %, where the same network with logits had {span(100 * healthy_val, 0)} %. "
    f"This fault harms the network itself: its gradients are smaller.",
    abs(floor - (math.log(math.e + 9) - 1)) < 1e-5
    and soft_end.min() > floor
    and soft_val.max() + 0.03 < healthy_val.min(),
)

# %% [markdown]
# **Cure:** end the model with its last linear layer. For probabilities, apply softmax outside of training.
#
# ### J: eval forgotten
#
# Half of the units are switched off at random while we measure. The network is as good as the healthy one;
# its numbers are worse, and ragged. In use, the answers would be ragged, too. The test: the same question
# twice must give the same answer.

# %%
model = runs["eval forgotten"][0][0].train()  # as training leaves it
asked = {"healthy": measure, "faulty": measure_without_eval}
for name, ask in asked.items():
    model.train()
    print(f"{name:8}", *(f"{ask(model, val)[0]:.4f}" for _ in range(3)))

# %% tags=["hide_input"]
reported = column("eval forgotten", -1, 2)
true = [measure(model, val)[0] for model, _ in runs["eval forgotten"]]
claim(
    f"The faulty runs report a validation loss of {span(reported)}. Measured with `eval()`, the same networks "
    f"have {span(true)}.",
    all(r > 1.15 * t for r, t in zip(reported.tolist(), true)),
)

# %% [markdown]
# **Cure:** `model.eval()` at the top of what measures, `model.train()` at the top of each epoch.
#
# ## What the two numbers catch
#
# Now we ask the two numbers about every run, faulty code and all. A star marks what should have stopped
# you: a first loss more than 0.5 away from $\ln 10$, or one batch that stays above 0.5.
#
# **Predict.** Which of the ten runs pass both checks?

# %%
for name, fault in faults.items():
    numbers[name] = [two_numbers(seed, **fault) for seed in SEEDS]

caught = set()
print(f"{'largest of three seeds':22} before  one batch")
for name, pairs in numbers.items():
    before, after = (max(column) for column in zip(*pairs))
    stars = ["*" if abs(before - math.log(10)) > 0.5 else " "]
    stars += ["*" if after > 0.5 else " "]
    if "*" in stars:
        caught.add(name)
    print(f"{name:22} {before:6.2f}{stars[0]} {after:8.3f}{stars[1]}")

# %% tags=["hide_input"]
missed = [name for name in faults if name not in caught]
claim(
    f"The two numbers stop {len(caught)} of the ten faulty runs, with no false alarm. They miss: "
    f"{', '.join(missed)}.",
    set(missed) == {"shuffled targets", "eval forgotten", "leak"} and "healthy" not in caught,
)

# %% [markdown]
# What they catch is in the model, the loss or the step. What they miss lies outside: wrong pairs can be
# learned by heart as well as right ones, and a measurement can lie about a good network. For these you need to
# look at the data and to test the measurement.
#
# ## The checklist
#
# Before you train for long:
#
# 1. **Loss before training:** close to $\ln C$. Far above: inputs or initial weights too large. Exactly
#    $\ln C$: the output may not depend on the input.
# 2. **One batch, overfitted:** loss close to 0. Otherwise: loss input, `zero_grad()`, learning rate, dead
#    units, a cut graph.
# 3. **Data as the loop gets it:** mean 0, standard deviation 1, and images that fit their targets.
# 4. **Outputs:** logits of both signs, in rows that do not sum to 1.
# 5. **Gradients:** none is `None`, and a repeated batch repeats its gradient.
# 6. **Units:** few are dead, in each layer.
# 7. **Learning rate:** a sweep by factors, then a rate on the slope.
#
# Before you believe a result:
#
# 8. **Measure twice:** equal numbers, or `eval()` is missing.
# 9. **Distances:** validation samples have no twins in the training set.
# 10. **Seeds:** a difference smaller than their spread is none.
#
# Change one thing at a time. Two changes at once can hide each other.
#
# ## Check yourself
#
# ??? question "Your classifier for 100 classes starts with a loss of 37. Where do you look?"
#     $\ln 100 \approx 4.6$, so the network is sure before it has learned anything: inputs that are not
#     normalised, or initial weights that are too large.
#
# ??? question "One batch cannot be overfitted: the loss stops at 1.46, with ten classes. What is it?"
#     A softmax in front of `CrossEntropyLoss`: 1.461 is the loss of perfect probabilities over ten classes.
#
# ??? question "You detach the output of the whole network. Why is that fault easier to find than E?"
#     Then no parameter is connected to the loss, and `backward()` raises a `RuntimeError`: the loss does not
#     require a gradient. In E the last layer is still connected, so nothing raises.
#
# ??? question "The validation loss is below the training loss. Is it a leak?"
#     Not necessarily. Training losses are often averaged over the epoch and measured with dropout, and both
#     make them larger. A leak shows on data that took no part in the split.
#
# ## Exercises
#
# 1. **Basic.** Write `first_number_ok(model, inputs, targets, tolerance=0.5)`. It returns whether the
#    cross-entropy in evaluation mode is within `tolerance` of $\ln C$, where $C$ is the number of outputs. It
#    leaves the model in the mode in which it was.
#
#     ??? tip "Hint"
#         `logits.shape[1]` is $C$. Remember `model.training` first and give it to `model.train(…)` at the end.
#
# 2. **Intermediate.** Write `without_gradient(model, loss)`. It calls `loss.backward()` and returns the names of
#    the parameters that get no gradient, or one of zeros only. Old gradients must not hide the fault.
#
#     ??? tip "Hint"
#         `model.zero_grad()` first; then `named_parameters()`. What distinguishes faults D and E in its
#         answer?
#
# 3. **Advanced.** Write `twins(val_inputs, train_inputs, distance)`. It returns the indices of validation
#    samples with a training sample closer than `distance`, and compares at most 256 rows at a time.
#
#     ??? tip "Hint"
#         `val_inputs.flatten(1).split(256)` and `torch.cdist`. Keep the offset of each piece.
#
# ## Summary
#
# - Faults seldom raise. Look at where the loss starts, at its first epochs, and at what it settles on.
# - Two numbers first: the loss before training is near $\ln C$; one batch can be overfitted to nearly 0.
# - They do not see wrong pairs, leaks and faulty measurements. For those, look at the data and test the
#   measurement.
# - A test of a few lines beats an hour of guessing: it says which fault it is, and that the cure has worked.
#
# ## Further reading
#
# - Tsung-Yi Lin, Priya Goyal, Ross Girshick, Kaiming He and Piotr Dollár (2017). Focal loss for dense object
#   detection. *IEEE International Conference on Computer Vision (ICCV)*, 2980–2988. Section 4.1 has the bias
#   of −4.6, for the last layer.
# - Leslie N. Smith (2017). Cyclical learning rates for training neural networks. *IEEE Winter Conference on
#   Applications of Computer Vision (WACV)*, 464–472. Section 3.3: the sweep of learning rates.
# - Sayash Kapoor and Arvind Narayanan (2023). Leakage and the reproducibility crisis in
#   machine-learning-based science. *Patterns* 4(9), 100804.
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville (2016). *Deep Learning*. MIT Press. Section 11.5, on
#   debugging strategies.
