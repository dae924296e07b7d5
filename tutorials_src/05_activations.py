# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - say what an activation function adds to a network, and which functions add enough
#   - read from a derivative where a network learns, where it stalls, and where its units die
#   - choose an activation for hidden layers and for the output, and avoid the formulas that end in nan
# know_first: >-
#   [Your first network](01_first_network.py): layers, loss, gradient, training loop.
#   [What a neuron computes](03_neurons.py). School mathematics: derivatives and the exponential function.
# data: the 8×8 digits that come with scikit-learn
# ---

# %% [markdown]
# # Activation functions
#
# You will be able to choose the function between two layers, and to say what goes wrong with the others.
#
# An [activation function](../glossary.md#activation-function) takes the sum that a
# [neuron](../glossary.md#neuron) computes and turns it into the neuron's output. It is a function of one
# number, and usually has nothing to learn. Yet its shape decides what the network can draw, and its
# derivative decides what the network can learn.
#
# ## Why there must be one
#
# A layer without an activation is an [affine map](../glossary.md#affine-map): $x W^\top + b$, weighted sums
# plus a shift. An affine map of an affine map is an affine map:
#
# $$(x W_1^\top + b_1)\, W_2^\top + b_2 = x\,(W_2 W_1)^\top + (W_2 b_1 + b_2).$$
#
# The right side has one matrix and one shift. So you can multiply out any stack of layers, one after the
# other. Let us do it with twenty.

# %%
from itertools import pairwise

import torch
from torch import nn


def collapse(layers):
    """The one weight and the one bias that do what all layers do."""
    weight, bias = layers[0].weight, layers[0].bias
    for layer in layers[1:]:
        weight = layer.weight @ weight
        bias = layer.weight @ bias + layer.bias
    return weight, bias


torch.manual_seed(0)
sizes = [2] + [32] * 19 + [1]
stack = nn.Sequential(*[nn.Linear(i, o) for i, o in pairwise(sizes)])
weight, bias = collapse(stack)
count = sum(p.numel() for p in stack.parameters())
print(f"{len(stack)} layers: {count} numbers")
print(f"collapsed: {weight.numel() + bias.numel()} numbers")

# %% tags=["hide_input"]
from nnfund import claim

worst, least_spread = 0.0, float("inf")
for seed in range(10):
    torch.manual_seed(seed)
    stack = nn.Sequential(*[nn.Linear(i, o) for i, o in pairwise(sizes)]).double()
    for layer in stack:
        nn.init.xavier_normal_(layer.weight)  # large enough that the input matters after 20 layers
    weight, bias = collapse(stack)
    x = torch.randn(1000, 2, dtype=torch.float64)
    with torch.no_grad():
        worst = max(worst, (stack(x) - (x @ weight.T + bias)).abs().max().item())
        least_spread = min(least_spread, stack(x).std().item())
claim(
    f"With ten random starts and 1000 points each, the stack of {len(stack)} layers and the one layer made from "
    "it never differ by more than $10^{-12}$.",
    worst < 1e-12 and least_spread > 0.01,
)

# %% [markdown]
# What a stack of layers needs is a bend between them. Does any bend do? We take one hidden layer with random
# weights and ask how well a weighted sum of its outputs can follow a wave. The best such sum is a matter of
# solving linear equations, so no luck of training is involved.
#
# **Predict.** The square, $f(z) = z^2$, is certainly not a straight line. What can 100 squares draw? And 1000?

# %%
x = torch.linspace(-3, 3, 401, dtype=torch.float64)[:, None]
wave = torch.sin(2 * x) + x**2 / 4


def best_fit(activation, width, seed):
    """The best that `width` random hidden units can do, at the points x."""
    torch.manual_seed(seed)
    weight = torch.randn(1, width, dtype=torch.float64)
    bias = 2 * torch.randn(width, dtype=torch.float64)
    hidden = activation(x @ weight + bias)  # (401, width)
    hidden = torch.cat([hidden, torch.ones_like(x)], dim=1)
    output = torch.linalg.lstsq(hidden, wave, driver="gelsd").solution
    return hidden @ output  # (401, 1)


# %% alt="A wave on a parabola, and in each of three panels the best fit by 100 hidden units. Without an activation the fit is a straight line. With the square it is a parabola, which misses every swing of the wave. With ReLU it lies on the wave." tags=["hide_input"]
import matplotlib.pyplot as plt

bends = {"no activation": lambda z: z, "square": torch.square, "ReLU": torch.relu}
fig, axes = plt.subplots(1, 3, figsize=(6.3, 2.3), sharey=True, layout="constrained")
for ax, (name, activation) in zip(axes, bends.items()):
    ax.plot(x, wave, linewidth=4, alpha=0.35, label="wave")
    ax.plot(x, best_fit(activation, 100, seed=0), "--", label="best fit")
    ax.set(title=name, xlabel="$x$")
axes[0].legend()
plt.show()

# %% tags=["hide_input"]
errors = {
    (name, width): torch.stack(
        [(best_fit(bends[name], width, seed) - wave).square().mean().sqrt() for seed in range(5)]
    )
    for name in ("square", "ReLU")
    for width in (10, 1000)
}
squares = torch.cat([errors["square", 10], errors["square", 1000]])
claim(
    f"Over five seeds, the typical error (root mean square) with squares is {errors['square', 10].max():.3f} with 10 units and "
    f"{errors['square', 1000].min():.3f} with 1000: no gain at all. With ReLU it is {errors['ReLU', 10].min():.2f} to "
    f"{errors['ReLU', 10].max():.2f} with 10 units, and at most {errors['ReLU', 1000].max():.4f} with 1000.",
    squares.max() - squares.min() < 1e-3
    and squares.min() > 0.5
    and errors["ReLU", 1000].max() < 0.01 < errors["ReLU", 10].min(),
)

# %% [markdown]
# A sum of parabolas is a parabola. (For [XOR](04_perceptron.py) a single unit with the square is enough: a bend
# can fit one problem very well and still have a ceiling.) The same happens with any polynomial: its degree is a
# ceiling that no width lifts. With every continuous activation that is not a polynomial, you can come as close
# as you like to any continuous curve on a bounded interval, ends included, given enough units (Leshno et al.,
# 1993). The theorem says that good weights exist. Whether
# training finds them is another matter, and the rest of this page is about that.
#
# ## The functions and their derivatives
#
# Training needs the derivative, because [backpropagation](../glossary.md#backpropagation) multiplies by it.
# On its way back through a unit, a gradient is multiplied by the slope of the activation *at the sum that the
# unit had*. Slope 1: it passes unchanged. Slope 0: nothing passes.
#
# | name | value $f(x)$ | slope $f'(x)$ |
# |---|---|---|
# | step | 1 if $x > 0$, else 0 | 0 |
# | [sigmoid](../glossary.md#sigmoid) $\sigma$ | $1 / (1 + e^{-x})$ | $\sigma(x)\,(1 - \sigma(x))$ |
# | [tanh](../glossary.md#tanh) | $(e^x - e^{-x}) / (e^x + e^{-x})$ | $1 - \tanh^2 x$ |
# | [ReLU](../glossary.md#relu) | $\max(0, x)$ | 1 if $x > 0$, else 0 |
# | [Leaky ReLU](../glossary.md#leaky-relu) | $x$ if $x > 0$, else $a x$ | 1 if $x > 0$, else $a$ |
# | [ELU](../glossary.md#elu) | $x$ if $x > 0$, else $\alpha (e^x - 1)$ | 1 if $x > 0$, else $\alpha e^x$ |
#
# The leak $a$ is a small number, 0.01 in PyTorch (0.1 in the figure, to be visible), and $\alpha$ is 1 there.
# You may set both.
#
# **Predict.** Look at the derivatives, before the figure: which functions have one that never reaches 0? And
# which has the largest?

# %% alt="Six panels, each with a function and, dashed, its derivative. The step's derivative is 0 on both sides. The sigmoid's is a low hump of height one quarter around 0, tanh's a hump of height 1. ReLU's derivative jumps from 0 to 1, Leaky ReLU's from a tenth to 1, and ELU's rises smoothly from 0 to 1 and stays there." tags=["hide_input"]
from nnfund.plotting import plot_activation

functions = {
    "step": lambda x: (x > 0) + 0 * x,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "ReLU": torch.relu,
    "Leaky ReLU, a = 0.1": nn.LeakyReLU(0.1),
    "ELU": nn.ELU(),
}
fig, axes = plt.subplots(2, 3, figsize=(6.3, 4), sharex=True, sharey=True, layout="constrained")
for ax, (name, function) in zip(axes.flat, functions.items()):
    plot_activation(function, name="function", limits=(-4, 4), legend=name == "step", ax=ax)
    ax.set(title=name, ylim=(-1.3, 2))
    ax.label_outer()
plt.show()

# %% [markdown]
# Leaky ReLU's derivative never falls below its leak. Those of the sigmoid, tanh and ELU never reach 0 on
# paper, but far out they come as close as you like. The largest is 1, and four functions share it.
#
# The step is the only one that decides whether a neuron is on or off, and it cannot be trained with
# gradients: its derivative is 0 wherever it has one. All the others are graded. And all six are
# [monotone](../glossary.md#monotone): they never go down.
#
# At the kink of ReLU there is no derivative. PyTorch takes 0 there, which is one of the values that work.
#
# Now the check. We write the derivatives down and compare them with two others: the ones in
# [`nnfund.scratch`](../reference/scratch.md), whose backward passes are written by hand, and
# [autograd](../glossary.md#autograd)'s.

# %%
from nnfund import scratch

sigmoid, tanh = torch.sigmoid, torch.tanh
formulas = {
    "Sigmoid": lambda x: sigmoid(x) * (1 - sigmoid(x)),
    "Tanh": lambda x: 1 - tanh(x) ** 2,
    "ReLU": lambda x: (x > 0).to(x.dtype),
    "LeakyReLU": lambda x: torch.ones_like(x).where(x > 0, 0.01),
    "ELU": lambda x: torch.where(x > 0, 1.0, torch.exp(x)),
}
x = torch.linspace(-6, 6, 1201, dtype=torch.float64, requires_grad=True)
largest_difference = 0.0
for name, formula in formulas.items():
    by_formula = formula(x.detach())

    layer = getattr(scratch, name)()
    layer.forward(x.detach())
    by_hand = layer.backward(torch.ones_like(x))

    y = getattr(nn, name)()(x)
    (by_autograd,) = torch.autograd.grad(y.sum(), x)

    for other in (by_hand, by_autograd):
        difference = (other - by_formula).abs().max().item()
        largest_difference = max(largest_difference, difference)
    least, most = by_formula.aminmax()
    print(f"{name:10} slopes from {least:.5f} to {most:.5f}")

# %% tags=["hide_input"]
u = x.detach()
relation = (tanh(u) - (2 * sigmoid(2 * u) - 1)).abs().max().item()
claim(
    f"On {len(x)} points the three derivatives agree for all five functions: no two differ by more than "
    "$10^{-12}$. The sigmoid's slope is never above a quarter. Tanh is a sigmoid in other units, "
    r"$\tanh x = 2\sigma(2x) - 1$, with a slope of up to 1.",
    largest_difference < 1e-12 and relation < 1e-12 and formulas["Sigmoid"](u).max() <= 0.25,
)

# %% [markdown]
# You may find Leaky ReLU written as $\max(ax, x)$. That is the same for $a \le 1$ only.

# %% tags=["hide_input"]
sums = torch.tensor([-3.0, 3.0])
right, wrong = nn.LeakyReLU(2.0)(sums).tolist(), torch.maximum(2 * sums, sums).tolist()
claim(
    f"With $a = 2$, at −3 and 3, Leaky ReLU gives {right[0]:.0f} and {right[1]:.0f}, and the maximum "
    f"{wrong[0]:.0f} and {wrong[1]:.0f}: the wrong branch, twice.".replace("-", "−"),
    right == [-6, 3] and wrong == [-3, 6],
)

# %% [markdown]
# ## What a sigmoid is for
#
# The sigmoid gives numbers between 0 and 1, but so do many functions. It is the right one for probabilities
# for another reason. Take a probability $p$ and form the *odds*, $p / (1 - p)$, and then their logarithm, the
# [log-odds](../glossary.md#log-odds). These run over all numbers, as weighted sums do. So let the sum be the
# log-odds, and ask for $p$:
#
# $$z = \log \frac{p}{1 - p} \quad\Longleftrightarrow\quad p = \frac{1}{1 + e^{-z}}.$$
#
# The sigmoid is the way back from log-odds to probability.
#
# ## Softmax: many numbers at once
#
# With more than two classes there is one [logit](../glossary.md#logits) per class. The
# [softmax](../glossary.md#softmax) makes probabilities of them:
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}, \qquad
# \frac{\partial p_i}{\partial z_j} = p_i\,([i = j] - p_j),$$
#
# where $[i = j]$ is 1 if $i$ equals $j$, and 0 otherwise. (The curly $\partial$ says: the slope as $z_j$
# changes and the other logits stay.) Softmax is no function of one number: every probability
# depends on every logit, so its derivative is a table. It makes numbers compete for a total of 1. That suits an
# output, and it is not what you want of a ReLU's place between hidden layers. (Inside a Transformer, attention
# uses a softmax, too: to share out how much each position counts.)
#
# **Predict.** The logits are $(z_1, 1, 0)$, and $z_1$ rises. The other two logits stay. Do their
# probabilities?

# %% alt="Left: as the first of three logits rises from −5 to 7, the first probability rises from 0 to 1 and the other two fall to 0, although their logits stay. Right: the nine derivatives at the logits 2, 1, 0, as bars. Each probability has a positive slope in its own logit and a negative one in the two others." tags=["hide_input"]
z1 = torch.linspace(-5, 7, 121)
logits = torch.stack([z1, torch.ones(121), torch.zeros(121)], dim=1)  # (121, 3)
table = torch.autograd.functional.jacobian(lambda z: torch.softmax(z, 0), torch.tensor([2.0, 1.0, 0.0]))

fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.7), layout="constrained", width_ratios=[4, 3])
for i, style in enumerate(["-", "--", ":"]):
    left.plot(z1, torch.softmax(logits, dim=1)[:, i], style, linewidth=2, label=f"$p_{i + 1}$")
left.set(xlabel="first logit $z_1$ (the others are 1 and 0)", ylabel="probability")
left.legend()
for i, hatch in enumerate(["", "////", "...."]):
    right.bar(torch.arange(3) + (i - 1) * 0.27, table[i], 0.25, hatch=hatch, label=f"of $p_{i + 1}$")
right.axhline(0, linewidth=0.8, color="C0")
right.set(title="slopes at logits (2, 1, 0)", xlabel="logit that rises")
right.set_xticks(range(3), ["$z_1$", "$z_2$", "$z_3$"])
plt.show()

# %% tags=["hide_input"]
torch.manual_seed(0)
z = torch.randn(1000, 3, dtype=torch.float64, requires_grad=True)
weights = torch.randn(1000, 3, dtype=torch.float64)
p = torch.softmax(z, dim=1)
(by_autograd,) = torch.autograd.grad((p * weights).sum(), z)
p = p.detach()
jacobians = p[:, :, None] * (torch.eye(3, dtype=torch.float64) - p[:, None, :])  # (1000, i, j)
by_formula = (weights[:, :, None] * jacobians).sum(dim=1)
layer = scratch.Softmax()
layer.forward(z.detach())
by_hand = layer.backward(weights)
error = max((by_formula - by_autograd).abs().max().item(), (by_hand - by_autograd).abs().max().item())
two = torch.softmax(z.detach()[:, :2], dim=1)[:, 0] - torch.sigmoid(z.detach()[:, 0] - z.detach()[:, 1])
shift = (torch.softmax(z.detach() + 5, dim=1) - p).abs().max().item()
claim(
    "One up, the others down: the probabilities sum to 1, so each row and each column of the table sums to 0. "
    "On 1000 random rows of logits, formula, scratch and autograd agree to $10^{-12}$; adding 5 to all logits "
    "changes nothing; and with two classes the softmax is the sigmoid of the difference of the logits.",
    error < 1e-12
    and shift < 1e-12
    and two.abs().max() < 1e-12
    and max(table.sum(0).abs().max(), table.sum(1).abs().max()) < 1e-6,
)

# %% [markdown]
# ## Saturation: far out, the slope is gone
#
# Sigmoid and tanh are flat on both sides. A unit that works out there is
# [saturated](../glossary.md#saturation): its output hardly depends on its sum, and hardly any gradient passes.
# A common way to get there is to forget about the inputs. We feed digits to a fresh layer of 64 tanh units,
# once [normalised](../glossary.md#normalisation), and once as pixels from 0 to 255, the way image files store
# them. What comes out of the units?

# %%
from nnfund.data import load_digits

digits = load_digits()  # normalised: mean 0, standard deviation 1
pixels = 255 * load_digits(normalize=False).train.inputs


def tanh_outputs(images, seed):
    torch.manual_seed(seed)
    layer = nn.Linear(64, 64)
    with torch.no_grad():
        return torch.tanh(layer(images.flatten(1)))  # (1258, 64)


# %% alt="Histograms of the outputs of tanh units. With normalised digits they form a hump around 0. With pixels from 0 to 255 nearly all outputs lie at −1 and 1, and almost none between." tags=["hide_input"]
fig, axes = plt.subplots(1, 2, figsize=(6.3, 2.3), sharey=True, layout="constrained")
for ax, (name, images) in zip(axes, {"normalised": digits.train.inputs, "0 to 255": pixels}.items()):
    outputs = tanh_outputs(images, seed=0).flatten()
    ax.hist(outputs, bins=41, range=(-1, 1), weights=torch.full_like(outputs, 100 / len(outputs)))
    ax.set(title=f"pixels {name}", xlabel="output of a tanh unit")
axes[0].set_ylabel("% of outputs")
plt.show()

# %% tags=["hide_input"]
slopes = {
    name: torch.stack([(1 - tanh_outputs(images, seed) ** 2).mean() for seed in range(5)])
    for name, images in {"normalised": digits.train.inputs, "raw": pixels}.items()
}
claim(
    f"The mean slope of the units is {slopes['normalised'].mean():.2f} with normalised inputs (over five seeds "
    f"from {slopes['normalised'].min():.2f} to {slopes['normalised'].max():.2f}) and {slopes['raw'].mean():.3f} "
    f"with raw pixels (from {slopes['raw'].min():.3f} to {slopes['raw'].max():.3f}). Of the gradient that "
    "arrives at the units, nearly all is lost there.",
    slopes["normalised"].min() > 0.5 and slopes["raw"].max() < 0.1,
)

# %% [markdown]
# ## Vanishing gradients: many slopes in a row
#
# In a deep network a gradient passes one activation after the other, and each multiplies. The sigmoid's slope
# is at most a quarter. Eight of them make at most $(1/4)^8$, about 0.000015. The weights multiply, too, and
# could make up for it, or make it worse. We measure: eight hidden layers, all training digits,
# [cross-entropy](../glossary.md#cross-entropy) as the loss, no step taken yet. How large is the gradient at the
# weights of each layer?
#
# We do it twice: with PyTorch's own random weights, and with weights scaled by the *gain* that PyTorch lists for
# each activation: 5/3 for tanh, $\sqrt 2$ for ReLU and 1 for sigmoid. With tanh and ReLU a signal then roughly
# keeps its strength from layer to layer. With sigmoid it does not: a gain of 1 does not make up for its small
# slope. (The third exercise tries larger weights.)

# %%
from nnfund.models import MLP

kinds = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}
loss_fn = nn.CrossEntropyLoss()


def make_network(kind, depth, seed, scaled):
    torch.manual_seed(seed)
    model = MLP([64] + [64] * depth + [10], activation=kinds[kind])
    for layer in model.layers:
        if scaled and isinstance(layer, nn.Linear):
            gain = nn.init.calculate_gain(kind)
            nn.init.normal_(layer.weight, std=gain / 64**0.5)
            nn.init.zeros_(layer.bias)
    return model


def gradient_sizes(model):
    """Root mean square of each layer's weight gradient, first to last."""
    loss_fn(model(digits.train.inputs), digits.train.targets).backward()
    return [
        parameter.grad.square().mean().sqrt().item()
        for name, parameter in model.named_parameters()
        if name.endswith("weight")
    ]


# %% [markdown]
# **Predict.** ReLU is often called the cure for vanishing gradients. Will its line be the flattest in both
# panels?

# %% alt="Gradient size per layer on a logarithmic scale, for sigmoid, tanh and ReLU, five seeds each. With PyTorch's weights the sigmoid's line falls by about seven powers of ten from the last layer to the first; ReLU's and tanh's are far flatter, with ReLU's below tanh's. With scaled weights tanh and ReLU are nearly level, far above, and the sigmoid's still falls by five powers of ten." tags=["hide_input"]
sizes = {
    (kind, scaled): torch.tensor([gradient_sizes(make_network(kind, 8, seed, scaled)) for seed in range(5)])
    for kind in kinds
    for scaled in (False, True)
}  # each (5, 9)

fig, axes = plt.subplots(1, 2, figsize=(6.3, 3), sharey=True, layout="constrained")
for ax, scaled in zip(axes, [False, True]):
    for kind, marker in zip(kinds, "os^"):
        values = sizes[kind, scaled]
        line = ax.semilogy(range(1, 10), values.log().mean(0).exp(), marker=marker, label=kind)[0]
        ax.fill_between(range(1, 10), values.amin(0), values.amax(0), alpha=0.25, color=line.get_color())
    ax.set(xlabel="layer (9 is the output)", title="scaled weights" if scaled else "PyTorch's weights")
    ax.set_xticks(range(1, 10))
axes[0].set_ylabel("size of the gradient")
axes[0].legend()
plt.show()

# %% tags=["hide_input"]
loss_of = {key: values[:, -1] / values[:, 0] for key, values in sizes.items()}


def times(key):
    low, high = (float(f"{value:.1e}") for value in loss_of[key].aminmax())
    return f"{low:,.0f} to {high:,.0f}" if low >= 10 else f"{low:.1f} to {high:.1f}"


claim(
    f"From the output layer to the first, the gradient shrinks by a factor of {times(('sigmoid', False))} with "
    f"sigmoids, {times(('tanh', False))} with tanh and {times(('relu', False))} with ReLU, with PyTorch's weights "
    f"(five seeds each). With scaled weights it is {times(('sigmoid', True))}, {times(('tanh', True))} and "
    f"{times(('relu', True))}.",
    loss_of["sigmoid", False].min() > 1e5
    and loss_of["sigmoid", True].min() > 1e4
    and max(loss_of["tanh", False].max(), loss_of["relu", False].max()) < 1000
    and max(loss_of["tanh", True].max(), loss_of["relu", True].max()) < 20
    and loss_of["tanh", False].max() < loss_of["relu", False].min()
    and loss_of["tanh", True].mean() < loss_of["relu", True].mean()
    and sizes["relu", False][:, 0].max() < sizes["tanh", False][:, 0].min(),
)

# %% [markdown]
# This is the [vanishing gradient](../glossary.md#vanishing-gradient). The sigmoid loses in both panels. And
# the flattest line is tanh's. ReLU is no cure by itself: with PyTorch's weights its first layers get less
# gradient than tanh's. Its slope is 1 where it is on, but it is off about half of the time. These weights are
# small, too, so the signal itself shrinks on the way forward.

# %% tags=["hide_input"]


def kept(kind, scaled):
    """How much the units of the last hidden layer vary over the samples, relative to the first."""
    ratios = []
    for seed in range(5):
        layers = make_network(kind, 8, seed, scaled).layers
        with torch.no_grad():
            first, last = layers[:3](digits.train.inputs), layers[:-1](digits.train.inputs)
        ratios.append((last.std(dim=0).mean() / first.std(dim=0).mean()).item())
    return torch.tensor(ratios)


default, scaled_up = kept("relu", False), kept("relu", True)
claim(
    "With ReLU and PyTorch's weights, what the units of the eighth hidden layer say varies less from digit to "
    f"digit than in the first layer, by a factor of {1 / default.max():.0f} to {1 / default.min():.0f} (five "
    f"seeds). With scaled weights the factor is {1 / scaled_up.max():.1f} to {1 / scaled_up.min():.1f}.",
    default.max() < 0.05 and scaled_up.min() > 0.2 and scaled_up.max() < 3,
)

# %% [markdown]
# Does it matter for learning? We train each for 20 epochs, with one hidden layer and with eight, with the
# same learning rate, five seeds each.

# %%
from nnfund.data import Batches
from nnfund.training import accuracy, fit


def train(model, seed, epochs=20):
    history = fit(
        model,
        Batches(*digits.train, batch_size=64, shuffle=True, seed=seed),
        loss_fn=loss_fn,
        optimizer=torch.optim.SGD(model.parameters(), lr=0.1),
        epochs=epochs,
        val_loader=Batches(*digits.val, batch_size=269),
        metrics={"accuracy": accuracy},
    )
    return history["val_accuracy"][-1]


settings = {
    "1 layer": (1, False),
    "8 layers": (8, False),
    "8, scaled": (8, True),
}
reached = {}
for kind in kinds:
    for name, (depth, scaled) in settings.items():
        runs = []
        for seed in range(5):
            model = make_network(kind, depth, seed, scaled)
            runs.append(train(model, seed))
        reached[kind, name] = torch.tensor(runs)

# %% alt="Validation accuracy of five runs per setting. With one hidden layer all three activations are above 0.9. With eight layers and PyTorch's weights only tanh learns; sigmoid and ReLU stay near 0.1. With eight layers and scaled weights tanh and ReLU are above 0.9 and sigmoid stays at 0.1." tags=["hide_input"]
fig, ax = plt.subplots(figsize=(6.3, 2.6), layout="constrained")
for row, (kind, marker) in enumerate(zip(kinds, "os^")):
    for column, name in enumerate(settings):
        place = column + (row - 1) * 0.25 + torch.linspace(-0.07, 0.07, 5)
        ax.plot(
            place, reached[kind, name], marker, color=f"C{row}", markersize=5, label=None if column else kind
        )
ax.set_xticks(range(3), settings)
ax.set(ylabel="validation accuracy", ylim=(0, 1.03))
ax.legend(loc="center left")
plt.show()

# %% tags=["hide_input"]


def spread(values):
    return f"{values.mean():.2f} ({values.min():.2f} to {values.max():.2f})"


claim(
    f"One hidden layer: sigmoid reaches {spread(reached['sigmoid', '1 layer'])}, tanh "
    f"{spread(reached['tanh', '1 layer'])}, ReLU {spread(reached['relu', '1 layer'])}. Eight layers with PyTorch's weights, in the same order: "
    f"{spread(reached['sigmoid', '8 layers'])}, {spread(reached['tanh', '8 layers'])}, "
    f"{spread(reached['relu', '8 layers'])}. Eight with scaled weights: {spread(reached['sigmoid', '8, scaled'])}, "
    f"{spread(reached['tanh', '8, scaled'])}, {spread(reached['relu', '8, scaled'])}.",
    min(reached[kind, "1 layer"].min() for kind in kinds) > 0.85
    and max(reached["sigmoid", name].max() for name in ("8 layers", "8, scaled")) < 0.3
    and reached["relu", "8 layers"].max() < 0.5 < reached["tanh", "8 layers"].min()
    and min(reached["tanh", "8, scaled"].min(), reached["relu", "8, scaled"].min()) > 0.85,
)

# %% [markdown]
# So "sigmoid is bad" is too short a sentence, and "ReLU is good" is too. In one hidden layer a sigmoid works.
# In eight, what counts is activation *and* weights, together. This is one data set, one learning rate and one
# optimizer: enough to see that a gradient vanishes, not enough to crown a winner.
#
# ## Dying units
#
# ReLU has a trouble of its own. If a step moves a unit's weights so far that its sum is negative for *every*
# sample, its slope is 0 for every sample. Then its gradient is 0, no step moves it, and it stays so: it is
# [dead](../glossary.md#dead-unit).
#
# We make that happen. Somebody slips with the decimal point and trains the first epoch with a learning rate
# of 10. Then they see it, and go on for 40 epochs with 0.1. We count the hidden units that are silent, that is
# negative for all 1258 digits, after the slip and at the end.
#
# **Predict.** Leaky ReLU has slope 0.01 on the negative side, so that its units are never quite cut off. How
# many of the silent ones will wake in each network?


# %%
def silent(model):
    with torch.no_grad():
        sums = model.layers[:2](digits.train.inputs)  # (1258, 64)
    return (sums <= 0).all(dim=0)  # (64,)


def validate(model):
    with torch.no_grad():
        return accuracy(model(digits.val.inputs), digits.val.targets)


def slip(activation, seed):
    """Train with a slip: silent units, woken units, two accuracies."""
    torch.manual_seed(seed)
    model = MLP([64, 64, 10], activation=activation)
    loader = Batches(*digits.train, batch_size=64, shuffle=True, seed=seed)
    sgd = torch.optim.SGD(model.parameters(), lr=10.0)
    fit(model, loader, loss_fn=loss_fn, optimizer=sgd, epochs=1)
    at_first = silent(model)

    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    fit(model, loader, loss_fn=loss_fn, optimizer=sgd, epochs=40)
    woken = at_first & ~silent(model)

    reached = validate(model)
    model.layers[2] = nn.ReLU()  # takes the leak away, if there is one
    without_leak = validate(model)
    results = at_first.sum(), woken.sum(), reached, without_leak
    return [float(result) for result in results]


relu = torch.tensor([slip(nn.ReLU, seed) for seed in range(8)])
leaky = torch.tensor([slip(nn.LeakyReLU, seed) for seed in range(8)])

# %% alt="Two panels, eight runs of each network. Left: silent units after the slip and at the end. With ReLU nearly all 64 are silent and none wakes; with Leaky ReLU about 50 are silent, and a few wake. Right: validation accuracy at the end. The ReLU networks are at 0.1 to 0.3, the Leaky ReLU networks mostly between 0.8 and 0.93, with one far below." tags=["hide_input"]
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.7), layout="constrained", width_ratios=[3, 2])
for row, (values, marker) in enumerate([(relu, "o"), (leaky, "^")]):
    counts = torch.stack([values[:, 0], values[:, 0] - values[:, 1]])  # (2, 8)
    for run in range(8):
        place = torch.tensor([0.0, 1.0]) + 2.5 * row
        left.plot(place, counts[:, run], marker=marker, color=f"C{row}", linewidth=1, markersize=4)
    right.plot(row + torch.linspace(-0.2, 0.2, 8), values[:, 2], marker, color=f"C{row}")
left.set_xticks([0, 1, 2.5, 3.5], ["slip\nReLU", "end\nReLU", "slip\nLeaky", "end\nLeaky"])
left.set(ylabel="the same units, still silent", ylim=(0, 67))
right.set_xticks([0, 1], ["ReLU", "Leaky ReLU"])
right.set(ylabel="validation accuracy", ylim=(0, 1), xlim=(-0.5, 1.5))
plt.show()

# %% tags=["hide_input"]
claim(
    f"Of {relu[:, 0].sum():.0f} units that were silent in the eight ReLU networks, {relu[:, 1].sum():.0f} woke. "
    f"With Leaky ReLU {leaky[:, 1].sum():.0f} of {leaky[:, 0].sum():.0f} did. The accuracy at the end is "
    f"{spread(relu[:, 2])} with ReLU and {spread(leaky[:, 2])} with Leaky ReLU.",
    relu[:, 1].sum() == 0
    and relu[:, 0].min() > 50
    and 0 < leaky[:, 1].sum() < leaky[:, 0].sum() / 2
    and leaky[:, 2].mean() > relu[:, 2].mean() + 0.3,
)

# %% [markdown]
# You may have read that Leaky ReLU revives dead units. Here it woke a few, and most stayed on the negative side.
# But a leaky unit still works there: it passes a hundredth of its sum forward, and a hundredth of the gradient
# back. The recovered networks live on that.

# %% tags=["hide_input"]
claim(
    f"Take the leak away from the trained Leaky ReLU networks, and their accuracy falls from "
    f"{spread(leaky[:, 2])} to {spread(leaky[:, 3])}.",
    leaky[:, 3].mean() < leaky[:, 2].mean() - 0.2,
)

# %% tags=["hide_input"]
claim(
    f"And a leak is no insurance. The best of these runs ends at {leaky[:, 2].max():.2f}; the same network with "
    f"ReLU and no slip reached {spread(reached['relu', '1 layer'])} above, in half as many epochs.",
    leaky[:, 2].max() < reached["relu", "1 layer"].mean(),
)

# %% [markdown]
# The cure for a step that is too large is a smaller step.
#
# For a first hidden layer, whose inputs never change, dead is final under plain gradient descent. Deeper in a
# network the layers below still move, and may bring a unit back.
#
# ## Where the formulas break
#
# A computer's numbers end. PyTorch computes in float32 unless told otherwise. What is too large there becomes
# infinity, and infinity divided by infinity is nan, "not a number".

# %% tags=["hide_input"]
end = torch.tensor(torch.finfo(torch.float32).max).log().item()
claim(
    f"In float32, $e^x$ is infinite from about $x = {end:.1f}$ on.",
    torch.tensor(end - 0.1).exp().isfinite() and torch.tensor(end + 0.1).exp().isinf(),
)

# %% [markdown]
# **Predict.** Below, four textbook formulas meet large numbers. Two of them give the right values. Are these
# two safe to train with?

# %%
x = torch.tensor([100.0, -100.0], requires_grad=True)
big = torch.tensor([1000.0, 999.0, 0.0], requires_grad=True)
up, down = torch.exp(x), torch.exp(-x)

pairs = {
    "tanh": (x, (up - down) / (up + down), torch.tanh(x)),
    "sigmoid": (x, 1 / (1 + down), torch.sigmoid(x)),
    "ELU": (x, torch.where(x > 0, x, up - 1), nn.functional.elu(x)),
    "softmax": (big, big.exp() / big.exp().sum(), torch.softmax(big, 0)),
}


def show(values):
    return "  ".join(f"{value:6.2f}" for value in values.tolist())


for name, (inputs, *results) in pairs.items():
    for how, y in zip(["formula", "PyTorch"], results):
        total = y[0] + y[-1]  # one number, to have a slope
        (slope,) = torch.autograd.grad(total, inputs, retain_graph=True)
        print(f"{name:8}{how:8} {show(y):22}  slope {show(slope)}")

# %% tags=["hide_input"]
values = {name: results for name, (_, *results) in pairs.items()}
sigmoid_slope = torch.autograd.grad(values["sigmoid"][0].sum(), x, retain_graph=True)[0]
elu_slope = torch.autograd.grad(values["ELU"][0].sum(), x, retain_graph=True)[0]
claim(
    "Tanh and softmax by formula are nan. Sigmoid and ELU by formula have the right values, and still a slope "
    "that is nan: one training step would turn the weights into nan. PyTorch's own functions are right in all "
    "cases.",
    values["tanh"][0].isnan().all()
    and values["softmax"][0].isnan().any()
    and not values["sigmoid"][0].isnan().any()
    and sigmoid_slope.isnan().any()
    and not values["ELU"][0].isnan().any()
    and elu_slope.isnan().any()
    and not any(stable.isnan().any() for _, stable in values.values()),
)

# %% [markdown]
# ELU is the subtle one. `where` picks the right branch, but autograd also goes through the other one and
# multiplies its infinite slope by 0, which is nan. The remedies:
#
# - **softmax:** subtract the largest logit from all of them first. It changes nothing in the result, as you
#   saw, and no exponential is above $e^0 = 1$.
# - **sigmoid and tanh:** use only exponentials of negative numbers, for example $\sigma(x) = e^x / (1 + e^x)$
#   when $x < 0$.
# - **ELU:** clamp the input of the exponential at 0.
#
# Or call `torch.softmax`, `torch.sigmoid`, `torch.tanh` and `nn.functional.elu`, which do such things for you.
#
# One trap remains that no careful sigmoid can avoid. There are only so many float32 numbers near 1. When
# $e^{-x}$ is small enough, $1 + e^{-x}$ is rounded to 1. The figure compares $1 - \sigma(x)$ with $\sigma(-x)$,
# which on paper are equal.

# %% alt="One minus the sigmoid of x, and the sigmoid of minus x, for x from 10 to 20, on a logarithmic scale. They should be equal. The second is a straight falling line. The first goes down in ever larger stairs and ends near 17, where it has become 0." tags=["hide_input"]
x = torch.linspace(10, 20, 2001)
rest = 1 - torch.sigmoid(x)
fig, ax = plt.subplots(figsize=(6.2, 2.6), layout="constrained")
ax.semilogy(x, torch.sigmoid(-x), "--", label="torch.sigmoid(-x)")
ax.semilogy(x[rest > 0], rest[rest > 0], label="1 - torch.sigmoid(x)")
ax.set(xlabel="$x$", ylabel="probability left over")
ax.legend()
plt.show()

# %% tags=["hide_input"]
one, twenty = x[rest == 0][0].item(), torch.tensor(20.0)
naive = torch.log(1 - torch.sigmoid(twenty)).item()
stable = nn.functional.logsigmoid(-twenty).item()
claim(
    f"From about {one:.1f} on, the sigmoid is exactly 1, at 20 for instance. The logarithm of what is left is "
    f"then `{naive}`, and `logsigmoid(-x)` gives `{stable:.2f}`, which is right. Losses take such logarithms: "
    "this is why they want logits, and compute sigmoid and logarithm in one.",
    16 < one < 18 and torch.sigmoid(twenty) == 1 and naive == float("-inf") and abs(stable + 20) < 1e-3,
)


# %% tags=["hide_input"]
class Hidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 3)

    def forward(self, inputs):
        return nn.ReLU()(self.linear(inputs))


unlisted = Hidden()
listed = nn.Sequential(unlisted.linear, nn.ReLU())
points = torch.randn(100, 2)

# %% [markdown]
# ## In a module
#
# Make activations in `__init__`, like layers. You will see code that makes one anew in `forward`:
# `nn.ReLU()(self.linear(inputs))`.

# %% tags=["hide_input"]
claim(
    "It computes the same. But the module does not know about it, so `print(model)` shows no ReLU.",
    torch.equal(unlisted(points), listed(points)) and "ReLU" not in repr(unlisted) and "ReLU" in repr(listed),
)

# %% [markdown]
# The function `torch.relu(sums)` is fine when you want no module. It is not shown either.
#
# ## How to choose
#
# | where | take | because | look out for |
# |---|---|---|---|
# | hidden layers, first try | ReLU | slope 1 where it is on | dead units; in deep networks, the size of the weights |
# | hidden layers, many units die | Leaky ReLU, ELU | slope is not 0 on the negative side | ELU is flat far out, too; first try a smaller step |
# | hidden layers, few of them | tanh | smooth, slope near 1 around 0 | saturation |
# | a gate: how much of something passes | sigmoid | between 0 and 1 | saturation |
# | output: any real number | none | nothing to squeeze | a ReLU here could never answer below 0 |
# | output: two classes, or several yes/no answers | none in training, sigmoid to show | `BCEWithLogitsLoss` takes logits | sigmoid twice |
# | output: one of many classes | none in training, softmax to show | `CrossEntropyLoss` takes logits | softmax twice; the wrong `dim` |
#
# The upper half is experience, and your data may disagree: try, with several seeds. The lower half follows
# from what the output means.
#
# ## Check yourself
#
# ??? question "A sigmoid unit has no bias, and all its inputs are 0. What does it give?"
#     One half: $\sigma(0) = 0.5$. A unit needs no bias to give something other than 0. The bias shifts where
#     the curve lies.
#
# ??? question "In the first hidden layer, a ReLU unit is negative for 99 % of the samples. Is it dead?"
#     No. The remaining 1 % still give it a gradient, so it can move. A unit that answers rarely may be a
#     specialist. Dead means negative for all of them.
#
# ??? question "You sum the squares of a network's softmax outputs and get nan. Where do you look?"
#     First at whether the softmax was written out by formula: a logit of 100 is enough in float32. If it is
#     `torch.softmax`, then its inputs are nan or infinite already, and the fault lies earlier.
#
# ## Exercises
#
# 1. **Basic.** Write `stable_sigmoid(x)` with no call to `torch.sigmoid`, right in value and slope from −1000
#    to 1000.
#
#     ??? tip "Hint"
#         $e^{-|x|}$ is never above 1. Write both branches with it. Then check the slope, not only the value.
#
# 2. **Intermediate.** [GELU](../glossary.md#gelu) is $x\,\Phi(x)$, where $\Phi$ is the normal distribution
#    function. Write its slope, `gelu_slope(x)`, check it against autograd with `nn.GELU()`, and find where the
#    slope is negative. Is GELU monotone?
#
#     ??? tip "Hint"
#         Product rule. `torch.special.ndtr` is $\Phi$, and its derivative is the bell curve.
#
# 3. **Advanced.** Can a network with eight sigmoid layers be rescued by larger weights? Multiply the scaled
#    weights by 2, 4 and 8, measure the gradient in the first layer and the share of saturated units, and train,
#    with five seeds each.
#
#     ??? tip "Hint"
#         Larger weights multiply the gradient on its way back, and push the sums out to where the slope is
#         small. Plot both effects against the factor.
#
# ## Summary
#
# - Without an activation, any stack of layers is one affine map. With a polynomial, width has a ceiling. Other
#   continuous bends have none.
# - A gradient is multiplied by the activation's slope at every unit it passes. The sigmoid's is at most 1/4,
#   and deep stacks of it stop learning. ReLU's is 1 or 0, and needs weights of the right size.
# - Saturated units pass hardly any gradient; dead units pass none. Normalise inputs, and keep steps small.
# - Softmax shares out a total of 1, mostly at the output; its slopes form a table. The sigmoid turns log-odds into a probability.
# - Textbook formulas overflow, at times in the slope only. Use PyTorch's functions, and give losses logits.
#
# ## Further reading
#
# - Moshe Leshno, Vladimir Ya. Lin, Allan Pinkus and Shimon Schocken (1993). Multilayer feedforward networks with
#   a nonpolynomial activation function can approximate any function. *Neural Networks* 6, 861–867.
# - Xavier Glorot and Yoshua Bengio (2010). Understanding the difficulty of training deep feedforward neural
#   networks. *AISTATS* 13, 249–256.
# - Andrew L. Maas, Awni Y. Hannun and Andrew Y. Ng (2013). Rectifier nonlinearities improve neural network
#   acoustic models. *ICML Workshop on Deep Learning for Audio, Speech and Language Processing*. Leaky ReLU.
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun (2015). Delving deep into rectifiers. *International
#   Conference on Computer Vision (ICCV)*, 1026–1034. The size of the weights for ReLU.
# - Djork-Arné Clevert, Thomas Unterthiner and Sepp Hochreiter (2016). Fast and accurate deep network learning by
#   exponential linear units (ELUs). *International Conference on Learning Representations (ICLR)*.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapters 3 and 7.
