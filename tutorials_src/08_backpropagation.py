# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - derive the four equations of backpropagation, and write the backward pass of a three-layer network
#   - prove that a gradient is right, and read from a gradient check where it is wrong
#   - say what a backward pass costs, in multiplications and in memory
# know_first: >-
#   [Tensors](02_tensors.py), [losses](06_losses.py), what [autograd](07_autograd.py) is for, and from school the
#   chain rule: slopes along a chain multiply.
# data: handwritten digits of 8×8 pixels, which come with scikit-learn
# ---

# %% [markdown]
# # Backpropagation by hand
#
# You will be able to write the backward pass of a network yourself, prove that it is right, and tell what a
# wrong one looks like.
#
# A network has many [parameters](../glossary.md#parameter) and makes one mistake. How much has each parameter
# to do with it? Its slope: how much the [loss](../glossary.md#loss) changes when it grows a little. All
# slopes together are the [gradient](../glossary.md#gradient).
# [Backpropagation](../glossary.md#backpropagation) computes it, no more: an
# [optimizer](../glossary.md#optimizer) moves the parameters.
#
# ## A network small enough to see
#
# Two inputs, two hidden neurons with tanh, one output, and half the squared error as the loss. First forward.
# Each weighted sum is called `z`, and what the [activation](../glossary.md#activation-function) makes of it,
# `a`.

# %%
from math import tanh

x, target = [1.0, -0.5], 0.0
W1, b1 = [[0.5, -0.4], [0.3, 0.8]], [0.1, -0.2]  # W1[j][i]: from i to j
W2, b2 = [0.7, -0.6], 0.2

z1 = [W1[j][0] * x[0] + W1[j][1] * x[1] + b1[j] for j in (0, 1)]
a1 = [tanh(z) for z in z1]
z2 = W2[0] * a1[0] + W2[1] * a1[1] + b2
loss = (z2 - target) ** 2 / 2
print(f"z2 = {z2:.4f}, loss = {loss:.4f}")

# %% [markdown]
# Now backward. The slope of the loss with respect to a neuron's `z` is called the neuron's
# [error](../glossary.md#error-of-a-neuron), `delta`. (It is a slope, not a mistake, but the name has stuck.)
# "Above" means nearer to the output, "below" nearer to the input.
#
# - **Output.** The derivative of $\frac12 (z_2 - t)^2$ is $z_2 - t$.
# - **Hidden neuron.** Its `z` reaches the loss on one path: through tanh, along the edge, into the output.
#   Slopes along a path multiply: error above × weight of the edge × slope of tanh, which is $1 - a^2$.
# - **Weight.** It multiplies the value below it, an input or an `a`, so its slope is error above × value below.
# - **Bias.** It is added to `z` as it is, so its slope is the error itself.
#
# **Predict.** Both hidden neurons get their error from the same output. One edge has the weight 0.7, the
# other −0.6. Which signs will their errors have?

# %%
delta2 = z2 - target
delta1 = [delta2 * W2[j] * (1 - a1[j] ** 2) for j in (0, 1)]
dW2 = [delta2 * a1[j] for j in (0, 1)]
dW1 = [[delta1[j] * x[i] for i in (0, 1)] for j in (0, 1)]

# %% alt="The small network twice, with numbers. Above, forward: inputs 1 and −0.5, hidden values 0.66 and −0.29, output 0.84; weights on the edges. Below, backward: output error 0.84, hidden errors 0.33 and −0.46; on each edge the slope of its weight, the error at its right end times the value at its left end." tags=["hide_input"]
import matplotlib.pyplot as plt

places = {"x0": (0, 1), "x1": (0, 0), "h0": (1, 1), "h1": (1, 0), "out": (2, 0.5)}
ends = [("x0", "h0"), ("x1", "h0"), ("x0", "h1"), ("x1", "h1"), ("h0", "out"), ("h1", "out")]


def draw_network(ax, title, nodes, edges, arrow):
    ax.set(xlim=(-0.35, 2.35), ylim=(-0.35, 1.35))
    ax.set_title(title, fontsize=10)
    ax.axis("off")
    for (start, end), value in zip(ends, edges):
        (ax0, ay0), (ax1, ay1) = places[start], places[end]
        style = {"color": "C0" if value >= 0 else "C1", "linestyle": "-" if value >= 0 else "--"}
        ax.annotate(
            "", (ax1, ay1), (ax0, ay0),
            arrowprops={"arrowstyle": arrow, "shrinkA": 24, "shrinkB": 24, "lw": 0.8 + 4 * abs(value), **style},
        )  # fmt: skip
        crossing = start[0] == "x" and ay0 != ay1
        at = 0.24 if crossing else 0.5
        dx, dy = (0.14, 0.06 if ay0 > ay1 else -0.06) if crossing else (0, -0.11 if start == "x1" else 0.11)
        ax.text(
            ax0 + at * (ax1 - ax0) + dx, ay0 + at * (ay1 - ay0) + dy, f"{value:.2f}".replace("-", "−"),
            ha="center", va="center", fontsize=10,
        )  # fmt: skip
    for name, text in nodes.items():
        ax.scatter(*places[name], s=1900, color="C2", alpha=0.2, linewidth=0)
        ax.text(*places[name], text.replace("-", "−"), ha="center", va="center", fontsize=10)


fig, (above, below) = plt.subplots(2, 1, figsize=(6.2, 5.6), layout="constrained")
draw_network(
    above, "forward: values in the circles, weights on the edges",
    {"x0": "1.00", "x1": "-0.50", "h0": f"{a1[0]:.2f}", "h1": f"{a1[1]:.2f}", "out": f"{z2:.2f}"},
    [W1[0][0], W1[0][1], W1[1][0], W1[1][1], *W2], "-|>",
)  # fmt: skip
draw_network(
    below, "backward: errors (values in brackets), slopes of the weights on the edges",
    {"x0": "(1.00)", "x1": "(-0.50)", "out": f"{delta2:.2f}",
     "h0": f"{delta1[0]:.2f}\n({a1[0]:.2f})", "h1": f"{delta1[1]:.2f}\n({a1[1]:.2f})"},
    [dW1[0][0], dW1[0][1], dW1[1][0], dW1[1][1], *dW2], "<|-",
)  # fmt: skip
plt.show()

# %% [markdown]
# The negative edge turned the sign of the error around: if that neuron's sum grows, the output falls. Now
# take any edge of the lower picture: its number is the error at its right end times the value, in brackets,
# at its left end. Everything that a weight needs is at its two ends. Is it true? Nudge one weight and look.

# %% tags=["hide_input"]
from nnfund import claim

nudged = tanh(z1[1] + 0.001 * x[0])  # the second hidden neuron with W1[1][0] + 0.001
change = (W2[0] * a1[0] + W2[1] * nudged + b2 - target) ** 2 / 2 - loss
claim(
    f"The weight from the first input to the second hidden neuron has the slope −{-dW1[1][0]:.4f}. Adding 0.001 "
    f"to it changed the loss by −{-change:.7f}, which is −{-change / 0.001:.4f} for each unit.",
    abs(change / 0.001 - dW1[1][0]) < 1e-3 and change < 0,
)

# %% [markdown]
# ## Three layers, and their names
#
# The real network has 64 inputs (the pixels of a digit), two hidden layers of 32 neurons, and 10 outputs, one
# for each digit. It takes a [batch](../glossary.md#batch) of `N` images at once, one per row.
#
# | name | shape | what |
# |---|---|---|
# | `x` | (N, 64) | images |
# | `W1`, `W2`, `W3` | (32, 64), (32, 32), (10, 32) | weights: a row for each neuron of the layer |
# | `b1`, `b2`, `b3` | (32,), (32,), (10,) | biases |
# | `z1`, `z2`, `z3` | (N, 32), (N, 32), (N, 10) | weighted sums; `z3` are the [logits](../glossary.md#logits) |
# | `a1`, `a2` | (N, 32), (N, 32) | `tanh` of `z1`, of `z2` |
# | `p`, `y` | (N, 10) | probabilities; targets: 1 at the right class, else 0 ([one-hot](../glossary.md#one-hot)) |
# | `delta1`, `delta2`, `delta3` | like `z1`, `z2`, `z3` | errors: slope of the loss for each `z` |
# | `dW1`, `db1`, … | like `W1`, `b1`, … | slopes of the parameters |
#
# An error has the shape of its `z`, a slope that of its parameter. That alone catches many mistakes.
#
# ## Forward
#
# No `nn.Linear`, no `nn.CrossEntropyLoss`: matrix products, tanh, exp and log. `forward` also returns what
# the backward pass will ask for. From here on, new numbers are float64, with about 16 digits, so that we
# can compare closely.

# %%
import torch

from nnfund.data import load_digits

digits = load_digits()
torch.set_default_dtype(torch.float64)


def make_parameters(seed):
    """Uniform in ±1/√inputs, as nn.Linear starts."""
    generator = torch.Generator().manual_seed(seed)
    params = []
    for inputs, outputs in [(64, 32), (32, 32), (32, 10)]:
        for shape in [(outputs, inputs), (outputs,)]:
            uniform = torch.rand(shape, generator=generator)
            params.append((2 * uniform - 1) / inputs**0.5)
    return params  # W1, b1, W2, b2, W3, b3


def forward(x, params):
    W1, b1, W2, b2, W3, b3 = params
    z1 = x @ W1.T + b1  # (N, 64) @ (64, 32) -> (N, 32)
    a1 = torch.tanh(z1)
    z2 = a1 @ W2.T + b2  # (N, 32) @ (32, 32) -> (N, 32)
    a2 = torch.tanh(z2)
    z3 = a2 @ W3.T + b3  # (N, 32) @ (32, 10) -> (N, 10)
    return z3, (x, a1, a2)


def cross_entropy(z3, y):
    """Mean of -log p of the right class; and p."""
    z3 = z3 - z3.amax(dim=1, keepdim=True)  # same p, no huge exponential
    log_p = z3 - z3.exp().sum(dim=1, keepdim=True).log()
    return -(y * log_p).sum() / len(y), log_p.exp()


# %% [markdown]
# ## Four equations
#
# **1. Output error.** [Softmax](../glossary.md#softmax) makes logits into probabilities,
# $p_k = e^{z_k} / \sum_m e^{z_m}$. The [cross-entropy](../glossary.md#cross-entropy) of one image whose right
# class is $c$ is
#
# $$-\log p_c = -z_c + \log \sum_m e^{z_m}.$$
#
# Differentiate by $z_k$. The first term gives $-1$ if $k = c$ and else 0: that is $-y_k$. The second gives
# $e^{z_k} / \sum_m e^{z_m}$: that is $p_k$. The loss is a mean over $N$ images, so
#
# $$\delta_3 = \frac{p - y}{N} \qquad (N, 10).$$
#
# What the network said, minus what it should have said. Each row sums to 0: what one class gains, others
# lose.
#
# **2. Error passed back.** A hidden value $a_{2,i}$ enters every output sum,
# $z_{3,j} = \sum_i W_{3,ji}\, a_{2,i} + b_{3,j}$, with slope $W_{3,ji}$. Effects on different paths add up,
# so its slope is $\sum_j \delta_{3,j} W_{3,ji}$: for the whole batch, $\delta_3 W_3$, of shape
# (N, 10) @ (10, 32). Then the path goes on through tanh, number by number ($\odot$):
#
# $$\delta_2 = (\delta_3 W_3) \odot (1 - a_2^2) \qquad (N, 32).$$
#
# Forward multiplied by $W_3^\top$; backward multiplies by $W_3$. One layer down it is the same sentence:
# $\delta_1 = (\delta_2 W_2) \odot (1 - a_1^2)$.
#
# **3. Weight gradient.** In each image, $W_{3,ji}$ acts on $z_{3,j}$ alone, with slope $a_{2,i}$. All images
# use the same weight, so their effects add up: $\sum_n \delta_{3,nj}\, a_{2,ni}$, or
#
# $$\mathrm{d}W_3 = \delta_3^\top a_2 \qquad (10, N)\,@\,(N, 32) \to (10, 32).$$
#
# **4. Bias gradient.** The same with slope 1: $\mathrm{d}b_3 = \sum_n \delta_{3,n}$, of shape (10,).
#
# ## Backward
#
# The four equations, from the last layer to the first. The loss appears only in the first line.

# %%


def backward(p, y, kept, params):
    _, _, W2, _, W3, _ = params
    x, a1, a2 = kept
    delta3 = (p - y) / len(x)  # equation 1
    delta2 = (delta3 @ W3) * (1 - a2**2)  # 2
    delta1 = (delta2 @ W2) * (1 - a1**2)  # 2
    dW3, db3 = delta3.T @ a2, delta3.sum(dim=0)  # 3, 4
    dW2, db2 = delta2.T @ a1, delta2.sum(dim=0)
    dW1, db1 = delta1.T @ x, delta1.sum(dim=0)
    return [dW1, db1, dW2, db2, dW3, db3]


# %% [markdown]
# ## Is it right? Four ways
#
# We take eight real digits and compute the gradient by hand, with [`nnfund.scratch`](../reference/scratch.md)
# (the same equations as layers), with [autograd](../glossary.md#autograd), and by the definition of a slope:
# nudge one number by $\varepsilon$ up and down, run the network twice, and divide,
#
# $$\frac{L(w + \varepsilon) - L(w - \varepsilon)}{2 \varepsilon}.$$
#
# These are central [finite differences](../glossary.md#finite-differences). They know nothing of our
# derivation, so they are the judge.

# %%
from nnfund import scratch

x = digits.train.inputs[:8].flatten(1).double()  # (8, 64)
labels = digits.train.targets[:8]
one_hot = torch.eye(10)
y = one_hot[labels]  # (8, 10)
params = make_parameters(seed=0)


def loss_of(params):
    return cross_entropy(forward(x, params)[0], y)[0].item()


def differences(measure, params, epsilon=1e-5):
    grads = [torch.zeros_like(param) for param in params]
    for param, grad in zip(params, grads):
        numbers, slopes = param.view(-1), grad.view(-1)
        for i, old in enumerate(numbers.tolist()):
            numbers[i] = old + epsilon
            above = measure(params)
            numbers[i] = old - epsilon
            slopes[i] = (above - measure(params)) / (2 * epsilon)
            numbers[i] = old
    return grads


def scratch_network():
    return scratch.Sequential(
        scratch.Linear(64, 32),
        scratch.Tanh(),
        scratch.Linear(32, 32),
        scratch.Tanh(),
        scratch.Linear(32, 10),
    )


def copy_into(network, params):
    with torch.no_grad():
        for own, param in zip(network.parameters(), params):
            own.copy_(param)
    return network


# %% [markdown]
# Now all four, from the same parameters.

# %%
# 1 by hand
z3, kept = forward(x, params)
loss, p = cross_entropy(z3, y)
by_hand = backward(p, y, kept, params)

# 2 scratch
model = copy_into(scratch_network(), params)
loss_fn = scratch.CrossEntropyLoss()
loss_fn(model(x), labels)
model.backward(loss_fn.backward())
by_scratch = [own.grad for own in model.parameters()]

# 3 autograd, on our own forward pass
leaves = [param.clone().requires_grad_() for param in params]
unused = torch.zeros(3, requires_grad=True)  # the loss never sees it
cross_entropy(forward(x, leaves)[0], y)[0].backward()
by_autograd = [leaf.grad for leaf in leaves]

# 4 finite differences
by_differences = differences(loss_of, params)

# %% [markdown]
# **Predict.** Three of the four are exact but for rounding. In float64, how far apart may they be? And the
# fourth?

# %% tags=["hide_input"]
names = ["W1", "b1", "W2", "b2", "W3", "b3"]
print("     shape     largest   largest difference from 'by hand'")
print("               slope     scratch   autograd  differences")
worst = {"scratch": 0.0, "autograd": 0.0, "differences": 0.0}
for k, name in enumerate(names):
    hand = by_hand[k]
    line = f"{name}   {tuple(hand.shape)!s:9} {hand.abs().max():.4f}  "
    for way, grads in zip(worst, [by_scratch, by_autograd, by_differences]):
        gap = (hand - grads[k]).abs().max().item()
        worst[way] = max(worst[way], gap)
        line += f"  {gap:.1e} "
    print(line)

# %% tags=["hide_input"]
from math import ceil, log10

count = sum(param.numel() for param in params)


def right_answers(params):
    return (forward(x, params)[0].argmax(dim=1) == labels).double().mean().item()


def bound(*gaps):
    """The next power of ten above the largest gap, at least one that float64 can show."""
    return f"1e{max(-16, ceil(log10(max(*gaps, 1e-20))))}"


flat = sum(int((grad == 0).sum()) for grad in differences(right_answers, params))
claim(
    f"All {count:,} slopes agree: by hand, with scratch and with autograd to within "
    f"{bound(worst['scratch'], worst['autograd'])} (0 means: to the last bit), and with finite differences to "
    f"within {bound(worst['differences'])}.",
    max(worst["scratch"], worst["autograd"]) < 1e-14 and worst["differences"] < 1e-9,
)
claim(
    f"The same nudges applied to the *accuracy* give {flat:,} zeros: no nudge moved an answer from one class to "
    f"another. Backpropagation can use only a loss that changes smoothly, almost everywhere, and is not flat.",
    flat == count,
)
claim(
    "Only what the loss depends on has a slope. The tensor `unused` got none from autograd: its `.grad` is "
    "`None`.",
    unused.grad is None and all(leaf.grad is not None for leaf in leaves),
)

# %% [markdown]
# ## How small a nudge?
#
# Smaller should be better, as the definition of a slope has a limit in it.
#
# **Predict.** Will $\varepsilon = 10^{-12}$ beat $10^{-5}$? And does it matter that we nudge to both sides?


# %% alt="Relative error of finite differences against the size of the nudge, both on log scales. Each curve is a valley. Central differences in float64 are lowest, about 1e-10 at a nudge of 1e-4, and get worse with smaller ones. One-sided differences reach only about 1e-7. In float32 the best is about 1e-4, at 0.1, and nudges of 1e-6 and below are useless." tags=["hide_input"]
def relative_error(grads, truth):
    gap = torch.cat([(g - t).flatten() for g, t in zip(grads, truth)]).norm()
    sizes = [torch.cat([g.flatten() for g in both]).norm() for both in (grads, truth)]
    return (gap / max(sizes)).item()


def probe(epsilon, dtype, one_sided):
    """The relative error of the slopes of W3, by differences of this kind."""
    first = [param.to(dtype) for param in params[:4]]
    tail = [params[4].to(dtype).clone(), params[5].to(dtype)]

    def measure(tail):
        logits = forward(x.to(dtype), [*first, *tail])[0]
        return cross_entropy(logits, y.to(dtype))[0].item()

    if one_sided:
        start, W3 = measure(tail), tail[0].view(-1)
        grad = torch.zeros_like(W3)
        for i, old in enumerate(W3.tolist()):
            W3[i] = old + epsilon
            grad[i] = (measure(tail) - start) / epsilon
            W3[i] = old
    else:
        grad = differences(lambda one: measure([*one, tail[1]]), tail[:1], epsilon)[0]
    return relative_error([grad.double().view(-1)], [by_hand[4].view(-1)])


epsilons = [10.0**-k for k in range(13)]
kinds = {
    "central, float64": (torch.float64, False),
    "one-sided, float64": (torch.float64, True),
    "central, float32": (torch.float32, False),
}
curves = {name: [probe(epsilon, *kind) for epsilon in epsilons] for name, kind in kinds.items()}
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for (name, errors), style in zip(curves.items(), ["o-", "^--", "s:"]):
    ax.loglog(epsilons, errors, style, markersize=4, label=name)
ax.set(xlabel="nudge $\\varepsilon$", ylabel="relative error", ylim=(1e-12, 30))
ax.invert_xaxis()
ax.legend()
plt.show()

# %% tags=["hide_input"]
best = {name: min(errors) for name, errors in curves.items()}
claim(
    f"Every curve is a valley. On the left the nudge is so large that the loss bends within it; on the right, "
    f"two nearly equal losses are subtracted and only rounding is left. Central differences in float64 get down to about "
    f"{best['central, float64']:.0e}, one-sided ones to about {best['one-sided, float64']:.0e}, and those in "
    f"float32 to {best['central, float32']:.0e}: too rough to tell a small bug from rounding.",
    best["central, float64"] < 1e-9 < 1e-8 < best["one-sided, float64"] < best["central, float32"]
    and all(0 < errors.index(min(errors)) < 12 for errors in curves.values()),
)

# %% [markdown]
# Here the error is *relative*: the length of the difference (the root of its sum of squares), divided by the
# larger of the two lengths. A difference of 0.001 means little until you know how large the slopes are.
#
# ## Train it, beside PyTorch
#
# What is left is the update: each parameter moves against its slope, times the [learning
# rate](../glossary.md#learning-rate). The training loop takes the backward pass as an argument, because we
# will exchange it soon.

# %%
from nnfund.data import Batches

train_x = digits.train.inputs.flatten(1).double()
train_labels = digits.train.targets
train_set = (train_x, train_labels)


def loader_for(seed):
    return Batches(*train_set, batch_size=64, shuffle=True, seed=seed)


def train(seed, backward=backward, epochs=15, lr=0.2):
    params, losses = make_parameters(seed), []
    loader = loader_for(seed)
    for _ in range(epochs):
        total = 0.0
        for x, labels in loader:
            y = one_hot[labels]
            z3, kept = forward(x, params)
            loss, p = cross_entropy(z3, y)
            grads = backward(p, y, kept, params)
            for param, grad in zip(params, grads):
                param -= lr * grad  # update, in place
            total += loss.item() * len(x)  # the last batch is smaller
        losses.append(total / len(train_x))
    return params, losses


our_params, our_losses = train(seed=0)

# %% [markdown]
# And the same in PyTorch: its layers, loss, autograd and optimizer, from the same first weights.
# [`fit`][nnfund.training.fit] is the usual [training loop](../glossary.md#training-loop).

# %%
from torch import nn

from nnfund.training import fit

torch_model = nn.Sequential(
    nn.Linear(64, 32),
    nn.Tanh(),
    nn.Linear(32, 32),
    nn.Tanh(),
    nn.Linear(32, 10),
)
copy_into(torch_model, make_parameters(seed=0))
optimizer = torch.optim.SGD(torch_model.parameters(), lr=0.2)
history = fit(
    torch_model,
    loader_for(seed=0),
    loss_fn=nn.CrossEntropyLoss(),
    optimizer=optimizer,
    epochs=15,
)
torch_losses = history["train_loss"]

# %% alt="Training loss over 15 epochs, from about 1.9 to below 0.1. The curve of the network by hand is a broad line, and PyTorch's dashed curve runs in the middle of it all the way." tags=["hide_input"]
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
ax.plot(range(1, 16), our_losses, linewidth=7, alpha=0.6, label="by hand")
ax.plot(range(1, 16), torch_losses, "--", label="PyTorch")
ax.set(xlabel="epoch", ylabel="training loss", ylim=(0, None))
ax.legend()
plt.show()

# %% tags=["hide_input"]
val_x, val_labels = digits.val.inputs.flatten(1).double(), digits.val.targets


def val_accuracy(params):
    return (forward(val_x, params)[0].argmax(dim=1) == val_labels).double().mean().item()


loss_gap = max(abs(a - b) for a, b in zip(our_losses, torch_losses, strict=True))
weight_gap = max((a - b).abs().max().item() for a, b in zip(our_params, torch_model.parameters()))
claim(
    f"After {15 * len(loader_for(0))} steps no loss differs by more than {bound(loss_gap)}, and no weight or bias by more "
    f"than {bound(weight_gap)}. It is one computation, written twice. The network reads "
    f"{100 * val_accuracy(our_params):.1f} % of the validation digits.",
    loss_gap < 1e-12 and weight_gap < 1e-11 and val_accuracy(our_params) > 0.9,
)

# %% [markdown]
# ## What happens to the errors on their way
#
# Equation 2 multiplies by a matrix and then by a slope that is at most 1. Here are the sizes of the errors
# of single images ($N = 1$) after each of these steps, before, during and after training.
#
# **Predict.** Do errors grow or shrink on the way back? And does training make them larger or smaller?


# %% alt="Root mean square of the errors at five stages on the way back, log scale, before training and after 1, 5 and 15 epochs, with the range over five seeds. Before training it falls from 0.3 at the output to 0.04 at the first layer, most of all at the multiplications by W3 and W2. After 15 epochs the output error is down to 0.04, but the matrices now enlarge it on its way, and the first layer gets errors of the same size as before." tags=["hide_input"]
def error_sizes(params):
    """Root mean square of delta3, delta3 W3, delta2, delta2 W2, delta1 for one image."""
    z3, (_, a1, a2) = forward(train_x, params)
    y = one_hot[train_labels]
    delta3 = cross_entropy(z3, y)[1] - y
    delta2 = (delta3 @ params[4]) * (1 - a2**2)
    delta1 = (delta2 @ params[2]) * (1 - a1**2)
    stages = [delta3, delta3 @ params[4], delta2, delta2 @ params[2], delta1]
    return torch.stack([stage.square().mean().sqrt() for stage in stages])


sizes = {
    epochs: torch.stack([error_sizes(train(seed, epochs=epochs)[0]) for seed in range(5)])
    for epochs in (0, 1, 5, 15)
}  # epochs -> (5 seeds, 5 stages)
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for (epochs, values), marker, line in zip(sizes.items(), "o^sD", ["-", "--", ":", "-."]):
    ax.semilogy(
        values.mean(dim=0), marker=marker, linestyle=line, label=f"{epochs} epoch" + "s" * (epochs != 1)
    )
    ax.fill_between(range(5), values.amin(dim=0), values.amax(dim=0), alpha=0.2, linewidth=0)
ax.set_xticks(range(5), ["delta3", "@ W3", "× slope\n= delta2", "@ W2", "× slope\n= delta1"])
ax.set_yticks([0.03, 0.1, 0.3], ["0.03", "0.1", "0.3"])
ax.set_yticks([], minor=True)
ax.set(ylabel="size (root mean square)")
ax.legend(fontsize=9, ncols=2)
plt.show()

# %% tags=["hide_input"]
by_matrix = {
    epochs: (values[:, 1] / values[:, 0] * values[:, 3] / values[:, 2]) for epochs, values in sizes.items()
}
claim(
    f"Before training they shrink, mostly in the matrices: the two together multiply the size by "
    f"{by_matrix[0].min():.2f} to {by_matrix[0].max():.2f} (five seeds). Training makes the output's error "
    f"smaller, from {sizes[0][:, 0].mean():.2f} to {sizes[15][:, 0].mean():.2f}. But the weights have grown, and now "
    f"multiply by {by_matrix[15].min():.2f} to {by_matrix[15].max():.2f}. So the first layer's error ends about where it began: "
    f"{sizes[0][:, 4].mean():.3f} before, {sizes[15][:, 4].mean():.3f} after.",
    (by_matrix[0].max() < 0.5 and by_matrix[15].min() > 1).item()
    and (sizes[15][:, 0] < sizes[0][:, 0] / 4).all().item()
    and 0.67 < (sizes[15][:, 4].mean() / sizes[0][:, 4].mean()).item() < 1.5
    and all((b.norm() > a.norm()).item() for a, b in zip(make_parameters(0)[2::2], our_params[2::2])),
)

# %% [markdown]
# Two such steps are harmless. How about twenty, with weights that start in the same way?


# %% tags=["hide_input"]
def share_after(depth, seed):
    """The size of the errors after `depth` layers of 32 neurons, relative to what came in at the top."""
    generator = torch.Generator().manual_seed(seed)
    values, kept = torch.randn(100, 32, generator=generator), []
    for _ in range(depth):
        W = (2 * torch.rand(32, 32, generator=generator) - 1) / 32**0.5
        values = torch.tanh(values @ W.T)
        kept.append((W, 1 - values**2))
    first = delta = torch.randn(100, 32, generator=generator)
    for W, slope in reversed(kept):
        delta = (delta * slope) @ W
    return (delta.norm() / first.norm()).item()


shares = [share_after(20, seed) for seed in range(5)]
claim(
    f"Of an error that enters twenty such layers, {min(shares):.0e} to {max(shares):.0e} of its size comes out at "
    f"the bottom, over five seeds: the first layers would hardly learn. This is the [vanishing gradient](../glossary.md#vanishing-gradient).",
    max(shares) < 1e-3,
)

# %% [markdown]
# ## Drop one term
#
# Each part of the four equations is there for a reason. We drop each in turn.


# %%
def backward_without(part, p, y, kept, params):
    _, _, W2, _, W3, _ = params
    x, a1, a2 = kept
    slope1, slope2, N = 1 - a1**2, 1 - a2**2, len(x)
    if part == "target y":
        y = 0
    if part == "1/N":
        N = 1
    if part == "slope of tanh":
        slope1 = slope2 = 1
    if part == "right way round":
        W2 = W2.T  # it is square, so the shapes allow it
    delta3 = (p - y) / N
    delta2 = (delta3 @ W3) * slope2
    delta1 = (delta2 @ W2) * slope1
    if part == "sum over batch":  # each image overwrites the one before
        x, a1, a2 = x[-1:], a1[-1:], a2[-1:]
        delta1, delta2, delta3 = delta1[-1:], delta2[-1:], delta3[-1:]
    grads = []
    for delta, below in [(delta1, x), (delta2, a1), (delta3, a2)]:
        keep_bias = 0 if part == "bias gradient" else 1
        grads += [delta.T @ below, keep_bias * delta.sum(dim=0)]
    return grads


# %% [markdown]
# **Predict.** Six wrong gradients, ten random starts each. How many of the six will you notice from the loss
# curve?

# %% alt="Six panels of training loss on a log scale, ten runs each, over the band of the right gradient. Without the target the loss stays at 2.3. Without 1/N it is above 100. Without the slope of tanh it falls, and ends about twice as high. With W2 the wrong way round it starts slower and ends close to the right one. Without the sum over the batch it hardly falls. Without the bias gradient the runs lie on the right ones." tags=["hide_input"]
from functools import partial

parts = [
    "target y",
    "1/N",
    "slope of tanh",
    "right way round",
    "sum over batch",
    "bias gradient",
]

right = [train(seed) for seed in range(10)]
wrong = {part: [train(seed, partial(backward_without, part)) for seed in range(10)] for part in parts}

fig, axes = plt.subplots(3, 2, figsize=(5.4, 6), sharex=True, sharey=True, layout="constrained")
right_losses = torch.tensor([losses for _, losses in right])  # (10, 15)
for ax, (part, runs) in zip(axes.flat, wrong.items()):
    ax.fill_between(
        range(1, 16),
        right_losses.amin(dim=0),
        right_losses.amax(dim=0),
        alpha=0.7,
        linewidth=0,
        label="right",
    )
    for number, (_, losses) in enumerate(runs):
        ax.semilogy(range(1, 16), losses, "C1--", linewidth=0.8, label="wrong" if number == 0 else None)
    ax.set_title("without " + part if part != "right way round" else "W2 wrong way round", fontsize=10)
    ax.label_outer()
axes[0, 1].legend(fontsize=9, loc="center right")
fig.supxlabel("epoch", fontsize=10)
fig.supylabel("training loss", fontsize=10)
plt.show()

# %% tags=["hide_input"]
last = {part: [losses[-1] for _, losses in runs] for part, runs in wrong.items()}
accuracy = {part: torch.tensor([val_accuracy(params) for params, _ in runs]) for part, runs in wrong.items()}
accuracy["right"] = torch.tensor([val_accuracy(params) for params, _ in right])
last["right"] = [losses[-1] for _, losses in right]


def spread(values, digits):
    return f"{min(values):.{digits}f} to {max(values):.{digits}f}"


def percent(part):
    return f"{100 * accuracy[part].mean():.1f} ± {100 * accuracy[part].std():.1f} %"


slower = [train(seed, partial(backward_without, "1/N"), lr=0.2 / 64)[1][-1] for seed in range(10)]
claim(
    f"Three are plain to see. Without the target the loss ends at {max(last['target y']):.2f}, no better than "
    f"guessing, ln 10 = {torch.tensor(10.0).log():.2f}. Without 1/N the steps are up to 64 times too long, and "
    f"the loss ends at {spread(last['1/N'], 0)}; the direction is right, though, and with a 64th of the learning "
    f"rate it ends at {spread(slower, 3)}. Without the sum, one image in 64 counts, with a 64th of "
    f"the weight: {spread(last['sum over batch'], 2)}.",
    abs(max(last["target y"]) - 2.3026) < 0.01
    and min(last["1/N"]) > 50
    and min(last["sum over batch"]) > 1.5
    and max(slower) < 0.1,
)
claim(
    f"The other three learn, and nothing warns you. The right gradient reads {percent('right')} of the validation "
    f"digits (ten seeds, ± standard deviation). Without tanh's slope it is {percent('slope of tanh')}, with the "
    f"matrix the wrong way round {percent('right way round')}, without the bias gradient "
    f"{percent('bias gradient')}. Beside the right training loss, {spread(last['right'], 3)}, two of them "
    f"would show: {spread(last['slope of tanh'], 3)} without the slope, {spread(last['right way round'], 3)} with the "
    f"wrong matrix.",
    all(accuracy[part].mean() > 0.93 for part in parts[2:4] + parts[5:])
    and min(last["slope of tanh"]) > max(last["right"])
    and min(last["right way round"]) > max(last["right"])
    and max(abs(a - b) for a, b in zip(last["bias gradient"], last["right"])) < 0.01,
)

# %% [markdown]
# A falling loss does not prove a gradient right: any direction that is downhill often enough will do. And in
# practice you have no right curve to compare with. The [gradient check](../glossary.md#gradient-check) needs
# none. Relative error against finite differences, on our eight digits; `ok` is below $10^{-7}$:


# %%
def apart(g, d):
    return ((g - d).norm() / max(g.norm(), d.norm())).item()


print(f"{'without':16}" + "".join(f"{name:>8}" for name in names))
verdicts = {}
for part in ["(nothing)", *parts]:
    grads = backward_without(part, p, y, kept, params)
    errors = [apart(g, d) for g, d in zip(grads, by_differences)]
    verdicts[part] = [error < 1e-7 for error in errors]
    row = ["ok" if error < 1e-7 else f"{error:.3f}" for error in errors]
    print(f"{part:16}" + "".join(f"{text:>8}" for text in row))

# %% tags=["hide_input"]
claim(
    "All six are caught, and the pattern tells where to look. All wrong: what every layer shares, that is the output "
    "error, the sum or the mean (all by 0.875: that is 7/8, slopes eight times too large with eight digits). Wrong "
    "below a layer and right from there up: the error got lost on its way down, between the two. Only biases "
    "wrong: equation 4.",
    all(verdicts["(nothing)"])
    and not any(all(verdicts[part]) for part in parts)
    and verdicts["slope of tanh"] == [False] * 4 + [True] * 2
    and verdicts["right way round"] == [False] * 2 + [True] * 4
    and verdicts["bias gradient"] == [True, False] * 3
    and not any(verdicts["target y"] + verdicts["1/N"] + verdicts["sum over batch"])
    and all(torch.allclose(w, 8 * h) for w, h in zip(backward_without("1/N", p, y, kept, params), by_hand)),
)

# %% [markdown]
# ## What it costs
#
# A matrix product (N, in) @ (in, out) takes N · in · out multiplications. Forward, each layer does one. Going
# back, it does *two* of the same size: equation 3 for its weights, equation 2 for the layer below. Only the
# first layer is spared equation 2, as nobody asks for the error of a pixel. So a backward pass should cost
# nearly two forward passes. PyTorch can count what runs.

# %%
from torch.utils.flop_counter import FlopCounterMode

from nnfund.models import MLP


def multiplications(function, *arguments):
    with FlopCounterMode(display=False) as counter:
        function(*arguments)
    return counter.get_total_flops() // 2  # it counts additions as well


ours = [
    multiplications(forward, x[:1], params),
    multiplications(backward, p[:1], y[:1], [a[:1] for a in kept], params),
]
print(f"by hand, one image: forward {ours[0]:,}, backward {ours[1]:,}")

for hidden in [[32, 32], [256] * 2, [256] * 8]:
    net = MLP([64, *hidden, 10])
    image = torch.ones(1, 64)
    there = multiplications(net, image)
    back = multiplications(net(image).sum().backward)
    name = f"{len(hidden) + 1} layers, {hidden[0]:3} wide"
    print(f"{name}: backward / forward = {back / there:.2f}")

# %% tags=["hide_input"]
expected = 64 * 32 + 32 * 32 + 32 * 10
passes = 2 * count
held = 64 * sum(a[0].numel() for a in kept)
claim(
    f"Our network has most of its weights in the first layer, so its backward pass costs {ours[1] / ours[0]:.2f} "
    f"forward passes; in deep networks the ratio comes close to 2. Finite differences take {passes:,} forward "
    f"passes for the same gradient, {passes * ours[0] / ours[1]:,.0f} times as many multiplications.",
    ours == [expected, 2 * expected - 64 * 32] and 1.9 < back / there < 2,
)

# %% [markdown]
# (Element-wise work, such as tanh, is left out: it grows with the number of neurons, not of weights.) So the
# price of a gradient, *counted in forward passes*, does not grow with the number of parameters. Without that,
# networks with billions of them could not be trained this way.
#
# The second price is memory. Equation 3 needs the values *below* each weight, equation 2 the slope of tanh at
# the values of this very batch. They must be kept from the forward pass until the backward pass gets there.

# %% tags=["hide_input"]
claim(
    f"For a batch of 64 we keep {held:,} numbers in `x`, `a1` and `a2`: {held / count:.1f} times as many as there "
    f"are parameters, and the batch size and each further layer add to it.",
    held == 64 * (64 + 32 + 32) and held > 2 * count,
)

# %% [markdown]
# For predictions alone, nothing needs to be kept: that is what `torch.no_grad()` tells PyTorch.

# %% [markdown]
# ## From here on, we import it
#
# Look again at `backward`: every layer does the same. Given the error above, it computes its own slopes and
# hands the error down. So a layer can be an object with two methods, `forward` and `backward`, and a network
# a list that is walked in reverse. That is [`nnfund.scratch`](../reference/scratch.md), with the check built
# in.

# %%
model = copy_into(scratch_network(), make_parameters(seed=0))
optimizer = scratch.SGD(model.parameters(), lr=0.2)
loader = loader_for(seed=0)
for _ in range(15):
    for inputs, targets in loader:
        loss_fn(model(inputs), targets)
        optimizer.zero_grad()
        model.backward(loss_fn.backward())
        optimizer.step()

print(scratch.check_gradients(model[2], torch.ones(2, 32)))

# %% tags=["hide_input"]
gap = max((a - b).abs().max().item() for a, b in zip(our_params, model.parameters()))
claim(
    f"After the same {15 * len(loader)} steps its weights differ from those of our own loop by at most {bound(gap)}.",
    gap < 1e-11,
)

# %% [markdown]
# ## Check yourself
#
# ??? question "Why does `backward` use `delta3 @ W3` where `forward` used `a2 @ W3.T`?"
#     Forward, output $j$ collects over all hidden $i$. Backward, hidden $i$ collects over all outputs $j$: the
#     other index is summed. The shapes say so, too: (N, 10) @ (10, 32).
#
# ??? question "A check shows `W3` and `b3` right, everything below wrong. Where is the bug?"
#     In the step from `delta3` to `delta2`: the matrix `W3` or the slope of the activation at `a2`. Equations
#     1, 3 and 4 work, as layer 3 shows.
#
# ??? question "Does backpropagation minimise the loss? Does it give every tensor a gradient?"
#     Neither. It computes slopes; the update lowers the loss. And only parameters on which the loss depends
#     have a slope: in PyTorch the `.grad` of an unused one stays `None`. Tensors in between get none stored
#     either, unless you ask with `retain_grad()`.
#
# ??? question "Is this how the brain learns?"
#     Nobody has found it there. Errors would have to travel back with exact copies of the forward weights, and
#     wait for stored values. What might come near is open (Lillicrap and others).
#
# ## Exercises
#
# 1. **Basic.** Compute the six weight slopes of the small network for `target = 2.0`, on paper, then with the
#    cell.
#
#     ??? tip "Hint"
#         Forward values stay as they are. Every slope is proportional to `delta2`.
#
# 2. **Intermediate.** Replace tanh by ReLU in `forward` and `backward`, and check all slopes.
#
#     ??? tip "Hint"
#         The slope is `(a > 0)`. If a single number disagrees, a sum may lie within $\varepsilon$ of the kink
#         at 0: take other images.
#
# 3. **Advanced.** Write `forward` and `backward` for any number of layers, as loops, and show that the ratio
#    of multiplications comes close to 2 as layers are added.
#
#     ??? tip "Hint"
#         Keep a list of the values below each layer. Going back, do equations 3 and 4, then equation 2, and
#         skip the latter for the first layer.
#
# ## Summary
#
# - The error of a neuron is the slope of the loss for its weighted sum. At the output it is $(p - y)/N$; each
#   layer down it is multiplied by the weights and by the activation's slope.
# - A weight's slope is the error above times the value below, summed over the batch; a bias's is the error.
# - By hand, scratch, autograd and finite differences agree. Check with central differences, float64, few
#   samples and a relative error.
# - A wrong gradient may still learn. The loss curve does not show it; the check does, and says where.
# - The backward pass costs up to two forward passes, whatever the number of parameters, and needs the forward
#   values kept in memory.
#
# ## Further reading
#
# - David E. Rumelhart, Geoffrey E. Hinton and Ronald J. Williams (1986). Learning representations by
#   back-propagating errors. *Nature* 323, 533–536. The paper that made it known for networks.
# - Seppo Linnainmaa (1970). *The representation of the cumulative rounding error of an algorithm as a Taylor
#   expansion of the local rounding errors.* Master's thesis (in Finnish), University of Helsinki; and (1976)
#   Taylor expansion of the accumulated rounding error. *BIT Numerical Mathematics* 16, 146–160. The method
#   itself, for any program, earlier.
# - Michael A. Nielsen (2015). *Neural Networks and Deep Learning.* Determination Press. Chapter 2, the four
#   equations with proofs.
# - Andrej Karpathy and others. *CS231n: Deep Learning for Computer Vision*, Stanford course notes, "Gradient
#   checks" in Neural Networks Part 3.
# - Timothy P. Lillicrap, Adam Santoro, Luke Marris, Colin J. Akerman and Geoffrey Hinton (2020).
#   Backpropagation and the brain. *Nature Reviews Neuroscience* 21, 335–346.
