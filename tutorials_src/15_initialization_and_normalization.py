# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - predict how signals and gradients grow or shrink with depth, and choose an initialisation that keeps them
#   - write batch normalisation, forward and backward, and say what it does and what it does not do
#   - say which trouble residual connections cure, and which gradient clipping does
# know_first: >-
#   [Activations](05_activations.py), [backpropagation](08_backpropagation.py) and
#   [modules](10_modules.py). That the mean of a sum is the sum of the means.
# data: random numbers, made on the page; 8×8 digits, which come with scikit-learn
# ---

# %% [markdown]
# # Initialisation and normalisation
#
# You will be able to make a network of 50 layers trainable, and to say why it was not.
#
# Multiply 1 by 0.9 fifty times, and half a per cent is left. Multiply by 1.1 instead, and you have 117. A deep
# network does this to its signals on the way forward, and to its [gradients](../glossary.md#gradient) on the
# way back. Nobody chooses the factor on purpose, but somebody draws the first weights.
#
# ## Fifty layers
#
# How these first weights are drawn is the [initialisation](../glossary.md#initialisation). We draw them with
# mean 0, so what is left to choose is their spread, the standard deviation `std`. As the size of a tensor we
# take the root mean square: square its numbers, take the mean, then the root.
#
# `profile` sends 256 random inputs through 50 layers. Then it hands a random gradient of size 1 to the last
# layer and asks what arrives at the layers before. We use float64, to see very small numbers.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

width, depth = 128, 50


def size(tensor):
    """How large its numbers are: their root mean square."""
    return tensor.detach().square().mean().sqrt().item()


def profile(layer, seed):
    """Signals and gradients at the input and after each layer."""
    torch.manual_seed(seed)
    h = torch.randn(256, width, dtype=torch.float64, requires_grad=True)
    signals = [h]
    for _ in range(depth):
        h = layer(h)
        signals.append(h)
    gradients = torch.autograd.grad(h, signals, torch.randn_like(h))
    return signals, gradients


def plain(activation, std):
    def layer(h):
        weight = std * torch.randn(width, width, dtype=torch.float64)
        return activation(h @ weight.T)  # a new layer in each call

    return layer


stds = {
    "too small": 0.02,
    "PyTorch's default": math.sqrt(1 / (3 * width)),
    "LeCun, Xavier": math.sqrt(1 / width),
    "He": math.sqrt(2 / width),
    "too large": 0.2,
}
for name, std in stds.items():
    print(f"{name:18} std {std:.3f}")

# %% [markdown]
# The three in the middle are rules with the width in them, and lie between the two others. `nn.Linear` uses
# the first of the three unless told otherwise.
#
# **Predict.** All five are small numbers, the largest ten times the smallest. How many of them keep a signal
# through 50 layers of [ReLU](../glossary.md#relu)? And of [tanh](../glossary.md#tanh)?

# %% alt="Four panels, size against layer on log scales. Signals with tanh: too large, He and LeCun stay between 1 and a tenth; PyTorch's default falls to about 1e-12, too small to 1e-33. Signals with ReLU: only He stays near 1; too large grows to about 1e10, LeCun falls to 1e-8, PyTorch's default to 1e-20, too small to 1e-40. Gradients, read from layer 50 back to 0, do the same, except with tanh: there too large, whose signal stayed, grows to 1e4, and He to 10." tags=["hide_input"]
import matplotlib.pyplot as plt

from nnfund.plotting import plot_curves

activations = {"tanh": torch.tanh, "ReLU": torch.relu}
signal, gradient = {}, {}  # (seeds, layers) by (activation, initialisation)
for kind, activation in activations.items():
    for name, std in stds.items():
        runs = [profile(plain(activation, std), seed) for seed in range(3)]
        signal[kind, name] = torch.tensor([[size(h) for h in hs] for hs, _ in runs])
        gradient[kind, name] = torch.tensor([[size(g) for g in gs] for _, gs in runs])

fig, axes = plt.subplots(2, 2, figsize=(6.3, 5), sharex=True, sharey="row", layout="constrained")
for row, (what, sizes) in zip(axes, {"signal": signal, "gradient": gradient}.items()):
    for ax, kind in zip(row, activations):
        curves = {name: sizes[kind, name] for name in stds}
        plot_curves(
            curves, log=True, ax=ax, xlabel="layer" if what == "gradient" else "", ylabel=f"size of {what}"
        )
        ax.set_title(kind)
        ax.label_outer()
        handles, labels = ax.get_legend_handles_labels()
        ax.get_legend().remove()
fig.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=9)
plt.show()

# %% tags=["hide_input"]
from nnfund import claim


def decades(values):
    """The range of some sizes over the seeds, in powers of ten."""
    low, high = values.log10().round().aminmax()
    return f"$10^{{{low:.0f}}}$" if low == high else f"$10^{{{low:.0f}}}$ to $10^{{{high:.0f}}}$"


torch.manual_seed(0)
h = torch.randn(256, width)
for _ in range(depth):
    h = torch.relu(h @ (0.01 * torch.randn(width, width)).T)
drawn = nn.Linear(width, width).weight.std().item()
relu, tanh = ({name: signal[kind, name][:, -1] for name in stds} for kind in ("ReLU", "tanh"))
default = "PyTorch's default"
lasting = torch.cat([tanh[name] for name in ("LeCun, Xavier", "He", "too large")])
claim(
    f"With ReLU, only He's rule keeps the signal: {relu['He'].min():.1f} to {relu['He'].max():.1f} of its size is "
    f"left with three seeds. PyTorch's default leaves {decades(relu[default])}, "
    f"LeCun's {decades(relu['LeCun, Xavier'])}, and std = 0.2 makes it {decades(relu['too large'])} times as large. In "
    f"float32, std = 0.01 ends in nothing but zeros. With tanh, three keep it: LeCun's, He's and std = 0.2, at "
    f"{lasting.min():.1f} to {lasting.max():.1f}. And `nn.Linear({width}, {width})` does start with std {drawn:.3f}.",
    0.1 < relu["He"].min() < relu["He"].max() < 10
    and relu[default].max() < 1e-18
    and relu["LeCun, Xavier"].max() < 1e-6
    and relu["too large"].min() > 1e8
    and bool((h == 0).all())
    and 0.05 < lasting.min() < lasting.max() < 1
    and tanh[default].max() < 1e-6
    and abs(drawn / stds[default] - 1) < 0.03,
)

# %% [markdown]
# Gradients that shrink like this are called [vanishing](../glossary.md#vanishing-gradient), and those that grow
# [exploding](../glossary.md#exploding-gradient). The first layers of such a network cannot learn, or every
# step destroys them. More training does not help: a step of SGD is proportional to the gradient.
#
# ## Where the factor comes from
#
# One [neuron](../glossary.md#neuron) with $n$ inputs computes $z = w_1 x_1 + \dots + w_n x_n$. Write
# $\overline{z^2}$ for the mean of $z^2$ over all draws of the weights. The square of a sum has terms $w_i^2
# x_i^2$ and mixed ones, $w_i w_j x_i x_j$. The weights are drawn independently and have mean 0, so the mixed
# terms have mean 0. What is left is
#
# $$\overline{z^2} = n\, \sigma^2\, \overline{x^2}, \qquad \sigma = \mathrm{std}.$$
#
# ($\sigma^2$ is the [variance](../glossary.md#variance) of the weights, $\overline{x^2}$ the mean over the $n$
# inputs.) Then comes the activation.
#
# - **tanh** is nearly $z$ for small $z$. To keep the size, we need $n \sigma^2 = 1$: LeCun's rule, $\sigma =
#   \sqrt{1/n}$.
# - **ReLU** sets the negative half to 0. As $z$ and $-z$ are equally likely, it keeps half of
#   $\overline{z^2}$. To make up for it we need $n \sigma^2 = 2$: He's rule, $\sigma = \sqrt{2/n}$.
#
# So each ReLU layer multiplies the size by $\sqrt{n\sigma^2/2}$. On the way back, the gradient is multiplied by
# the same weights and by slopes of 0 or 1, half of them 1: the same factor. We compare it with the 50th root of
# what 50 layers did.

# %% tags=["hide_input"]
print("per layer            formula   forward  backward")
worst = 0
for name, std in stds.items():
    formula = math.sqrt(width * std**2 / 2)
    forward = signal["ReLU", name][:, -1] / signal["ReLU", name][:, 0]
    backward = gradient["ReLU", name][:, 0]
    factors = [each.pow(1 / depth).mean().item() for each in (forward, backward)]
    print(f"{name:18} {formula:9.3f} {factors[0]:9.3f} {factors[1]:9.3f}")
    worst = max(worst, *(abs(factor / formula - 1) for factor in factors))

# %% tags=["hide_input"]
torch.manual_seed(0)
x, grad_z = torch.randn(1000, 400), torch.randn(1000, 100)
pairs = []
for std in (math.sqrt(1 / 400), math.sqrt(1 / 100), math.sqrt(2 / 500)):
    weight = std * torch.randn(100, 400)
    pairs.append((size(x @ weight.T), size(grad_z @ weight)))
shown = [f"{forward:.2f} and {backward:.2f}" for forward, backward in pairs]
claim(
    f"The formula is right to {worst:.1%}. For layers that change the width there are two $n$: forward counts the "
    "inputs, and backward the outputs, since each input gets a gradient from all outputs. From 400 inputs to 100 outputs, "
    f"$\\sigma^2 = 1/400$ gives factors of {shown[0]}, forward and backward, and $1/100$ gives {shown[1]}. Glorot's rule, "
    f"called Xavier in PyTorch, is the compromise $2/(400 + 100)$: {shown[2]}.",
    worst < 0.06
    and all(
        abs(got / want - 1) < 0.1
        for got, want in zip(sum(pairs, ()), (1, 0.5, 2, 1, math.sqrt(1.6), math.sqrt(0.4)))
    ),
)

# %% [markdown]
# In PyTorch, He's rule is `nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")`. The default of
# `nn.Linear`, $\sigma^2 = 1/(3n)$, is good enough for a few layers, and no rule for depth.
#
# ## What the size hides
#
# With tanh and std = 0.2, the signal has a healthy size in every layer. And He's rule keeps the size with ReLU.
# Is all well, then? We look at two more things: the outputs themselves, and the *cosine* between the signals
# of two inputs, which is 1 if they point in the same direction and 0 if they have nothing to do with each other.
#
# **Predict.** Two inputs that have nothing in common go through 50 He layers. What is their cosine at the end?

# %% alt=["Left: cosine between signals against layer. With ReLU and He, unrelated inputs start at 0, pass 0.8 within ten layers and end at nearly 1. With tanh and too large weights, nearly equal inputs start at nearly 1, begin to part after ten layers and are at 0 after forty. Right: histogram of tanh outputs in layer 50. With LeCun they are one narrow heap around 0; with too large weights they pile up at −1 and 1."] tags=["hide_input"]


def cosines(layer, near):
    """Between the signals of 128 pairs of inputs, their mean after each layer."""
    torch.manual_seed(0)
    first, other = torch.randn(2, 128, width, dtype=torch.float64)
    h = torch.cat([first, first + 0.03 * other if near else other])
    means = []
    for _ in range(depth + 1):
        means.append(F.cosine_similarity(h[:128], h[128:]).mean())
        h = layer(h)
    return torch.stack(means)


alike = cosines(plain(torch.relu, stds["He"]), near=False)
apart = cosines(plain(torch.tanh, stds["too large"]), near=True)
signals, gradients = profile(plain(torch.tanh, stds["too large"]), seed=0)
gentle, _ = profile(plain(torch.tanh, stds["LeCun, Xavier"]), seed=0)

fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3.3), layout="constrained")
curves = {"ReLU, He: unrelated inputs": alike, "tanh, too large: near inputs": apart}
plot_curves(curves, xlabel="layer", ylabel="cosine", ax=left)
left.set_ylim(-0.1, 1.45)
left.legend(fontsize=8, loc="upper center")
for name, outputs in {"too large": signals[-1], "LeCun": gentle[-1]}.items():
    right.hist(
        outputs.detach().flatten().numpy(), bins=40, range=(-1, 1), histtype="step", label=name, density=True
    )
right.set(xlabel="output of tanh, layer 50", ylabel="density")
right.legend()
plt.show()

# %% tags=["hide_input"]
slopes = 1 - torch.stack(signals[1:]).detach().square()  # tanh' = 1 − tanh²
flat = (slopes < 0.1).double().mean().item()
formula = math.sqrt(width * stds["too large"] ** 2 * slopes.square().mean().item())
growth = size(gradients[0]) ** (1 / depth)
claim(
    f"The cosine of unrelated inputs ends at {alike[-1]:.2f}: the network says nearly the same to every input. With "
    f"tanh and large weights, inputs with cosine {apart[0]:.4f} end at {apart[-1]:.2f}: it says something unrelated to "
    f"inputs that are nearly equal. There, {flat:.0%} of the slopes are below 0.1, and yet the gradient *grows*, "
    f"by {growth:.2f} per layer. The formula, with the slopes in it, says so: "
    f"$\\sqrt{{n\\sigma^2 \\cdot \\overline{{\\text{{slope}}^2}}}}$ is {formula:.2f}.",
    alike[-1] > 0.9
    and apart[0] > 0.999
    and abs(apart[-1]) < 0.1
    and flat > 0.2
    and growth > 1.1
    and abs(formula / growth - 1) < 0.05,
)

# %% [markdown]
# So "saturated units make gradients vanish" is only half the story: those that are not
# [saturated](../glossary.md#saturation) pass the gradient on through large weights. And a perfect size is not
# enough. Keep that in mind: a He network of 50 layers will disappoint us below.
#
# ## Batch normalisation
#
# Instead of hoping that sizes stay right, one can set them right in every layer. [Batch
# normalisation](../glossary.md#batch-normalisation), or batch norm, does this for each feature by itself, with
# the mean $\mu$ and the variance $v$ of the [batch](../glossary.md#batch):
#
# $$\hat x = \frac{x - \mu}{\sqrt{v + \varepsilon}}, \qquad y = \gamma \hat x + \beta.$$
#
# $\gamma$ and $\beta$ are learned, one pair per feature. For predictions we do not want an answer to depend on
# which other samples are in the batch. So the layer keeps [running means](../glossary.md#running-mean) of $\mu$
# and $v$ while training, and uses those in [evaluation mode](../glossary.md#evaluation-mode). Two conventions
# cause most of the bugs; both are in the code.


# %%
class BatchNorm(nn.Module):
    def __init__(self, features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))  # γ
        self.bias = nn.Parameter(torch.zeros(features))  # β
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))
        self.eps, self.momentum = eps, momentum

    def forward(self, x):  # (N, features)
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
            self.remember(x.detach())
        return self.weight * (x - mean) / (var + self.eps).sqrt() + self.bias

    def remember(self, x):
        """Move the running statistics towards those of the batch."""
        old, new = 1 - self.momentum, self.momentum
        unbiased = x.var(dim=0, correction=1)  # divides by N - 1
        self.running_mean = old * self.running_mean + new * x.mean(dim=0)
        self.running_var = old * self.running_var + new * unbiased


# %% [markdown]
# First, `momentum` is the share of the *new* value: 0.1 keeps 90 % of the old. In `optim.SGD` and in many texts,
# the word means the share that is kept. Second, the batch is normalised with the variance that divides by
# $N$, but the running one divides by $N - 1$, as an estimate for data that are not in the batch.
#
# The gradient needs care. Nudge one $x$, and $\mu$ and $v$ change too, and with them the whole column. For one
# feature, with $g = \gamma\, \partial L / \partial y$, the chain rule along all three paths gives
#
# $$\frac{\partial L}{\partial x} = \frac{1}{\sqrt{v + \varepsilon}} \left( g - \overline{g} - \hat x\,
# \overline{g\, \hat x} \right),$$
#
# with means over the batch. Read it so: what would only shift the column is taken out, and what would only
# stretch it, too, since the layer undoes both. In evaluation mode $\mu$ and $v$ are constants, and only the
# first term stays.


# %%
def batch_norm_backward(x, grad_y, layer):
    """Gradients for x, γ and β, by hand."""
    if layer.training:
        mean, var = x.mean(dim=0), x.var(dim=0, correction=0)
    else:
        mean, var = layer.running_mean, layer.running_var
    std = (var + layer.eps).sqrt()
    normal = (x - mean) / std
    grad_x = layer.weight * grad_y
    if layer.training:
        along = (grad_x * normal).mean(dim=0)
        grad_x = grad_x - grad_x.mean(dim=0) - normal * along
    grad_weight, grad_bias = (grad_y * normal).sum(dim=0), grad_y.sum(dim=0)
    return grad_x / std, grad_weight, grad_bias


# %% [markdown]
# Is it right? Five features, ten steps in each mode, in float64: the largest difference from `nn.BatchNorm1d` in
# outputs, gradients (by autograd through our class, and by hand) and running statistics.

# %% tags=["hide_input"]
torch.manual_seed(0)
ours, theirs = BatchNorm(5).double(), nn.BatchNorm1d(5).double()
for layer in (ours, theirs):
    layer.weight.data = torch.tensor([5, 1, 0.3, -1, 2]).double()
    layer.bias.data = torch.tensor([-2, 0, 1, 0.5, 0]).double()
worst = {"train": 0.0, "eval": 0.0}
for step in range(20):  # ten steps in each mode
    mode = "train" if step < 10 else "eval"
    ours.train(mode == "train"), theirs.train(mode == "train")
    x = (3 * torch.randn(7, 5).double() + 4).requires_grad_()
    grad_y = torch.randn(7, 5).double()
    results = []
    for layer in (ours, theirs):
        y = layer(x)
        wanted = (x, layer.weight, layer.bias)
        results.append([y, *torch.autograd.grad(y, wanted, grad_y)])
        results[-1] += [layer.running_mean, layer.running_var]
    results.append(list(results[1]))
    results[-1][1:4] = batch_norm_backward(x, grad_y, theirs)  # by hand
    for other in (results[0], results[2]):
        for a, b in zip(other, results[1]):
            worst[mode] = max(worst[mode], (a - b).abs().max().item())
print({mode: f"{value:.0e}" for mode, value in worst.items()})

# %% tags=["hide_input"]
fresh = nn.BatchNorm1d(1)
fresh(torch.tensor([[1.0], [2.0], [3.0], [6.0]]))
mean_after, var_after = fresh.running_mean.item(), fresh.running_var.item()
ours.train()
finite = torch.autograd.gradcheck(ours, torch.randn(7, 5).double().requires_grad_())
claim(
    "Outputs, all three gradients and the running statistics are equal to PyTorch's up to rounding, in both modes, and "
    "the gradients agree with [finite differences](../glossary.md#finite-differences), too. By hand, on the numbers 1, 2, "
    "3, 6: the mean is 3, the variance 14/4 or, unbiased, 14/3. PyTorch's running mean goes from 0 to "
    f"{mean_after:.2f} = 0.1 · 3, and its running variance from 1 to {var_after:.4f} = 0.9 + 0.1 · 14/3.",
    max(worst.values()) < 1e-10
    and finite
    and abs(mean_after - 0.3) < 1e-6
    and abs(var_after - 0.9 - 1.4 / 3) < 1e-6,
)

# %% [markdown]
# Three surprises follow from the formula, and you will meet each of them in practice.
#
# **Predict.** The first feature above has $\gamma = 5$ and $\beta = -2$. What are its mean and spread after batch
# norm? And what happens to a batch of a single sample?

# %%
theirs.train()
y = theirs(3 * torch.randn(1000, 5).double() + 4).detach()
spread = y[:, 0].std(correction=0)
print(f"mean {y[:, 0].mean():.2f}, spread {spread:.2f}")

sample = torch.randn(1, 5).double()
for companions in (1, 10):
    others = companions * torch.randn(3, 5).double()
    answer = theirs(torch.cat([sample, others]))[0, 0]
    print(f"the same sample, other companions: {answer:.3f}")
try:
    nn.BatchNorm1d(5)(torch.randn(1, 5))
except ValueError as error:
    print(str(error).split(",")[0])

# %% tags=["hide_input"]
theirs.eval()
answers = [theirs(torch.cat([sample, torch.randn(3, 5).double()]))[0] for _ in range(2)]
claim(
    "Batch norm does not give mean 0 and spread 1: the network chooses, by γ and β. In training mode, the answer for a "
    "sample depends on its companions; in evaluation mode it does not. (This is why predicting without `model.eval()` "
    "is a bug, and `torch.no_grad()` does not repair it.) And one sample has no spread, so training refuses it.",
    abs(y[:, 0].mean() + 2) < 1e-3 and abs(spread - 5) < 1e-2 and torch.equal(*answers),
)

# %% [markdown]
# ## What batch norm is not
#
# The paper that introduced batch norm gave a reason for its success. While a network trains, earlier layers
# change, so later layers see inputs whose distribution moves: [internal covariate
# shift](../glossary.md#internal-covariate-shift). You will often read that batch norm helps because it reduces
# the shift. Santurkar et al. (2018) tested that with an experiment that we repeat: put the shift back. After each
# batch norm comes noise with a mean and a spread that are drawn anew in each step. If the reason were right, the
# gain should be gone. The mean of the noise lies within ±0.5 in the paper and within ±0.8 here: with ±0.5, our
# trials did not show more shift than He's network has of its own.


# %%
class Shift(nn.Module):
    """A new distribution for each feature in each training step."""

    def forward(self, x):  # (N, features)
        if not self.training:
            return x
        scale = torch.empty(x.shape[1]).uniform_(1, 1.25)
        shift = torch.empty(x.shape[1]).uniform_(-0.8, 0.8)
        scale = scale + torch.empty_like(x).uniform_(-0.1, 0.1)
        return scale * x + shift + torch.empty_like(x).uniform_(-0.1, 0.1)


def he(linear):
    nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    nn.init.zeros_(linear.bias)
    return linear


def dense():
    return nn.Linear(64, 64)


parts = {
    "default": lambda: [dense()],
    "He": lambda: [he(dense())],
    "batch norm": lambda: [dense(), nn.BatchNorm1d(64)],
    "batch norm + shift": lambda: [dense(), nn.BatchNorm1d(64), Shift()],
}


def network(kind):  # ten hidden layers
    hidden = []
    for _ in range(10):
        hidden += [*parts[kind](), nn.ReLU()]
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(64, 10))


# %% [markdown]
# Digits of 8×8 pixels, five [epochs](../glossary.md#epoch), SGD with momentum. Each network gets six
# [learning rates](../glossary.md#learning-rate), and three [seeds](../glossary.md#seed) for each. The loss is
# the mean over the last epoch, in training mode, so the network with shift is measured *with* its noise. A run
# whose loss is worse than guessing counts as guessing, $\ln 10$.
#
# We also measure the shift. After each step, we send the same 256 images through the network and look at what
# the last layer gets. How far has the mean of each input moved since the step before, in units of its spread?
#
# **Predict.** Where will batch norm with shift end: near batch norm, or near He?

# %% tags=["hide_input"]
from nnfund.data import Batches, load_digits

digits = load_digits()
probe = digits.train.inputs[:256]


def train(model, lr, seed, epochs=5, max_norm=math.inf, measure=False):
    """The training loss of the last epoch, and the mean shift."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    loader = Batches(*digits.train, batch_size=128, shuffle=True, seed=seed)
    losses, shifts, before = [], [], None
    for _ in range(epochs):
        for inputs, targets in loader:
            loss = F.cross_entropy(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            if max_norm < math.inf:  # see "Clipping" below
                nn.utils.clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
            losses.append(loss.detach())
            if measure:
                with torch.no_grad():
                    now = model[:-1](probe)
                if before is not None:
                    moved = now.mean(dim=0) - before.mean(dim=0)
                    shifts.append(size(moved) / size(before.std(dim=0)))
                before = now
    guessing = math.log(10)
    loss = torch.stack(losses[-len(loader) :]).mean().nan_to_num(guessing)
    return min(loss.item(), guessing), sum(shifts) / max(1, len(shifts))


def train_kind(kind, lr, seed, **options):
    torch.manual_seed(seed)
    return train(network(kind), lr, seed, **options)


lrs = [0.005, 0.01, 0.02, 0.05, 0.1, 0.3]
final = {
    kind: torch.tensor([[train_kind(kind, lr, seed)[0] for lr in lrs] for seed in range(3)]) for kind in parts
}
best = {kind: lrs[losses.mean(dim=0).argmin()] for kind, losses in final.items()}

# %% alt=["Left: final training loss against learning rate, both on log scales. Default lies flat at the loss of guessing. He has a narrow dip around 0.01 to 0.02. Batch norm falls much lower and stays low up to 0.3. Batch norm with shift is no better than He at the smallest rates, then falls further, to about half of He's best, and stays low as well. Right: loss against measured shift, one point per seed. Batch norm is at small shift and low loss; He at about forty times that shift and high loss; batch norm with shift has still more shift than He, and yet a low loss."] tags=["hide_input"]
again = {
    kind: torch.tensor([train_kind(kind, best[kind], seed, measure=True) for seed in range(3, 8)])
    for kind in list(parts)[1:]
}
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3.6), sharey=True, layout="constrained")
plot_curves(final, x=torch.tensor(lrs), log=True, xlabel="lr", ylabel="training loss", ax=left)
left.set_xscale("log")
handles, labels = left.get_legend_handles_labels()
left.get_legend().remove()
for i, (values, marker) in enumerate(zip(again.values(), "^sD"), start=1):
    right.loglog(values[:, 1], values[:, 0], marker, color=handles[i].get_color(), linestyle="none")
right.set(xlabel="shift per step")
fig.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8)
plt.show()

# %% tags=["hide_input"]
loss_of = {kind: values[:, 0] for kind, values in again.items()}
shift_of = {kind: values[:, 1].mean().item() for kind, values in again.items()}
said = {
    kind: f"{values.mean():.2f} ({values.min():.2f} to {values.max():.2f})"
    for kind, values in loss_of.items()
}
noisy = "batch norm + shift"
mean = {kind: values.mean().item() for kind, values in loss_of.items()}
smallest = {kind: losses[:, 0].mean().item() for kind, losses in final.items()}
kept = (mean["He"] - mean[noisy]) / (mean["He"] - mean["batch norm"])
claim(
    "Each at its best learning rate, with five new seeds: He reaches "
    f"{said['He']}, batch norm {said['batch norm']}, and batch norm with shift {said[noisy]}. "
    f"The shift per step is {shift_of['He']:.2f}, {shift_of['batch norm']:.3f} and {shift_of[noisy]:.2f}. "
    f"The network with shift has the most shift of all, and keeps {kept:.0%} of the gain. "
    "PyTorch's default without batch norm learns at none of the six learning rates. At the smallest, 0.005, batch norm "
    f"ends at {smallest['batch norm']:.2f} and He at {smallest['He']:.2f}: most of the gain comes with larger steps.",
    mean[noisy] < 0.8 * mean["He"]
    and kept > 0.3
    and smallest["batch norm"] > 0.6 * smallest["He"]
    and shift_of[noisy] > 1.1 * shift_of["He"] > 5 * shift_of["batch norm"]
    and final["default"].min() > 2.2,
)

# %% [markdown]
# So batch norm does reduce the shift here, as we measure it, and that does not explain most of the gain.
# (Santurkar et al. also measure the shift in another way, by gradients, and often find more of it with batch
# norm.) What does explain the gain? Part of the answer is in the left panel. Behind a batch norm, the signal does
# not depend on the size of the weights before it, so a bad initialisation does no harm here. And batch norm
# tolerates learning rates at which the other networks fail. Santurkar et al. argue that the loss becomes
# smoother, so that a gradient stays valid for a longer step. The matter is not settled, and a small MLP on digits
# settles it least of all. The noise has its price here, too: it costs part of the gain.
#
# ## Residual connections
#
# Is depth solved, then? No. Batch norm repairs sizes on the way forward. On the way back, through 50
# layers, it has a surprise for you. The remedy is another one. Let a layer compute a *change* of its input, and
# add it:
#
# $$y = x + f(x), \qquad \frac{\partial L}{\partial x} = \frac{\partial L}{\partial y} + \left(\frac{\partial
# f}{\partial x}\right)^{\!\top} \frac{\partial L}{\partial y}.$$
#
# This is a [residual connection](../glossary.md#residual-connection). The first term reaches every layer as it is, with no
# weight on its way. The variances of $x$ and $f(x)$ add up, though. With He weights $f$ is as large as $x$, so
# each block doubles $\overline{x^2}$, and 50 blocks make it $2^{50}$ times as large. Two remedies are common:
# shrink $f$ by $1/\sqrt{L}$ for $L$ blocks, or normalise within $f$, so that each block adds a constant.
#
# **Predict.** Of the five networks below, which send back a gradient of about the size that they got?


# %%
def linear(h, name="He"):
    weight = stds[name] * torch.randn(width, width, dtype=h.dtype)
    return h @ weight.T


def norm(h):
    return F.batch_norm(h, None, None, training=True)


fifty = {
    "default": lambda h: torch.relu(linear(h, "PyTorch's default")),
    "batch norm": lambda h: torch.relu(norm(linear(h))),
    "residual": lambda h: h + linear(torch.relu(h)),
    "residual / √50": lambda h: h + linear(torch.relu(h)) / 50**0.5,
    "residual, batch norm": lambda h: h + linear(torch.relu(norm(h))),
}

# %% alt="Size of the gradient against layer, log scale, to be read from layer 50 back to 0. Default falls to 1e-20. Batch norm grows to nearly 1e4, residual without scaling to about 1e7. Residual divided by the root of 50 stays near 1, and residual with batch norm rises late, to about 10." tags=["hide_input"]
back = {}
for name, layer in fifty.items():
    runs = [profile(layer, seed)[1] for seed in range(3)]
    back[name] = torch.tensor([[size(g) for g in gs] for gs in runs])
plot_curves(back, log=True, xlabel="layer", ylabel="size of gradient")
plt.show()

# %% tags=["hide_input"]
from functools import partial

first = {name: sizes[:, 0] for name, sizes in back.items()}


def normed_layer(h, times):
    return torch.relu(norm(times * linear(h)))


ends = [
    [size(h) for h in profile(partial(normed_layer, times=times), seed=0)[0][1:]] for times in (1.0, 25.0)
]
change = max(abs(a / b - 1) for a, b in zip(*ends))
scaled, normed = first["residual / √50"], first["residual, batch norm"]
claim(
    f"Back at the input, the gradient is {decades(first['default'])} with the default, {scaled.min():.2f} to "
    f"{scaled.max():.2f} with residual connections that are scaled, and {normed.min():.0f} to {normed.max():.0f} with "
    f"batch norm inside. Unscaled they end at {decades(first['residual'])}. And batch norm alone *explodes*, to "
    f"{first['batch norm'].min():,.0f} and more, although its signals are perfect: with weights 25 times as large, no "
    f"signal changes its size by a thousandth.",
    first["default"].max() < 1e-18
    and 1 < scaled.min() < scaled.max() < 3
    and 5 < normed.min() < normed.max() < 30
    and first["residual"].min() > 1e6
    and first["batch norm"].min() > 1e3
    and change < 1e-3,
)

# %% [markdown]
# Now we train such networks: 50 hidden layers, the digits, four epochs, three seeds, each network at
# the better of two learning rates.


# %%
class Residual(nn.Module):
    """x + scale · f(x)"""

    def __init__(self, *parts, scale=1.0):
        super().__init__()
        self.branch, self.scale = nn.Sequential(*parts), scale

    def forward(self, x):
        return x + self.scale * self.branch(x)


# %% tags=["hide_input"]
blocks = {
    "default": lambda: nn.Sequential(dense(), nn.ReLU()),
    "He": lambda: nn.Sequential(he(dense()), nn.ReLU()),
    "batch norm": lambda: nn.Sequential(dense(), nn.BatchNorm1d(64), nn.ReLU()),
    "residual / √50": lambda: Residual(nn.ReLU(), he(dense()), scale=50**-0.5),
    "residual, batch norm": lambda: Residual(nn.BatchNorm1d(64), nn.ReLU(), dense()),
}


def train_deep(name, lr, seed):
    torch.manual_seed(seed)
    body = [blocks[name]() for _ in range(50)]
    return train(nn.Sequential(nn.Flatten(), *body, nn.Linear(64, 10)), lr, seed, epochs=4)[0]


deep = {}
for name in blocks:
    runs = {lr: [train_deep(name, lr, seed) for seed in range(3)] for lr in (0.01, 0.03)}
    deep[name] = min(runs.values(), key=sum)
    print(f"{name:21} training loss", *(f"{loss:.2f}" for loss in deep[name]))

# %% tags=["hide_input"]
claim(
    "Only the two residual networks learn much: in each of their runs the loss ends below that of every run of the three "
    f"others, the best of which is {min(min(deep[name]) for name in list(blocks)[:3]):.2f}. "
    "(Guessing costs ln 10 = 2.30.)",
    max(max(deep[name]) for name in list(blocks)[3:])
    < 0.8 * min(min(deep[name]) for name in list(blocks)[:3]),
)

# %% [markdown]
# He's network has sizes as they should be, but its signals all point the same way, as we saw. Ten layers are one
# thing, fifty another: initialisation, batch norm and residual connections are not rivals. Deep networks
# often use all three; [`SmallResNet`][nnfund.models.SmallResNet] joins the last two.
#
# ## Clipping
#
# Sometimes gradients explode in spite of everything. A [recurrent network](../glossary.md#recurrent-network)
# applies the *same* weights again and again, so no draw of many weights can average out. The smallest one has two
# [parameters](../glossary.md#parameter): start with $h = 0.5$ and apply, fifty times,
#
# $$h \leftarrow w\, \sigma(h) + b,$$
#
# where $\sigma$ is the [sigmoid](../glossary.md#sigmoid). (Pascanu et al., 2013, study this map.) We want $h =
# 0.7$ at the end. The loss is smooth nearly everywhere, but it has a cliff: there, a tiny change of $w$
# decides where all fifty steps end up.
#
# [Gradient clipping](../glossary.md#gradient-clipping) keeps the direction of the gradient and limits its length: all gradients
# together are taken as one long vector $g$, and if its length is above `max_norm`, it is scaled down to that.


# %%
def clip_grad_norm(parameters, max_norm):
    """Scale all gradients by one factor; return their length before."""
    grads = [p.grad for p in parameters if p.grad is not None]
    length = sum(grad.square().sum() for grad in grads).sqrt()
    factor = (max_norm / (length + 1e-6)).clamp(max=1)
    for grad in grads:
        grad.mul_(factor)
    return length


def cliff(w, b):
    h = torch.tensor(0.5)
    for _ in range(50):
        h = w * torch.sigmoid(h) + b
    return (h - 0.7) ** 2


# %% tags=["hide_input"]
def descend(max_norm, steps, lr=0.01):
    theta = torch.tensor([5.0, -2.5], dtype=torch.float64, requires_grad=True)
    path, lengths = [theta.detach().clone()], []
    for _ in range(steps):
        theta.grad = None
        cliff(*theta).backward()
        lengths.append(clip_grad_norm([theta], max_norm))
        theta.data -= lr * theta.grad
        path.append(theta.detach().clone())
    return torch.stack(path), torch.stack(lengths)


# %% [markdown]
# **Predict.** Two walks start at the same place with the same learning rate, 0.01. One clips at 3. The longest
# gradient on the other is in the thousands. How far does that walk go in a single step?

# %% alt=["Contours of the loss over w and b: two slopes meet at a cliff, a diagonal line where the contours are packed. Both paths go from the ring at w = 5 to the cliff and zigzag along it to the left. The one without clipping then leaves the picture at the upper right in one straight line. The clipped one goes on along the cliff in small steps."] tags=["hide_input"]
free, free_lengths = descend(math.inf, 40)
clipped, clipped_lengths = descend(3.0, 400)
from nnfund.plotting import plot_loss_surface

plot_loss_surface(
    cliff,
    {"no clipping": free, "clipped at 3": clipped},
    x_range=(3.7, 5.4),
    y_range=(-2.9, -1.6),
    resolution=40,
)
plt.show()

# %% tags=["hide_input"]
torch.manual_seed(0)
difference, norms = 0.0, []
for max_norm in (0.1, 1e6):
    model = network("He")
    F.cross_entropy(model(probe), digits.train.targets[:256]).backward()
    grads = [p.grad.clone() for p in model.parameters()]
    theirs_length = nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    theirs = [p.grad for p in model.parameters()]
    for p, grad in zip(model.parameters(), grads):
        p.grad = grad.clone()
    length = clip_grad_norm(model.parameters(), max_norm)
    norms.append((length - theirs_length).abs().item() / length.item())
    difference = max(
        difference, *((p.grad - t).abs().max().item() for p, t in zip(model.parameters(), theirs))
    )
jump = (free[1:] - free[:-1]).norm(dim=1).max().item()
step = (clipped[1:] - clipped[:-1]).norm(dim=1).max().item()
claim(
    f"One step without clipping is {jump:.0f} long, more than the whole picture; clipped, no step is longer than {step:.2f}, "
    f"although the gradient before clipping reaches {clipped_lengths.max():,.0f}. After {len(clipped) - 1} steps the clipped "
    f"loss has gone from {cliff(*clipped[0]):.1f} to {cliff(*clipped[-1]):.3f}. Our function and "
    f"`nn.utils.clip_grad_norm_` agree on a whole network, clipped and not, up to rounding.",
    jump > 5
    and step < 0.0301
    and clipped_lengths.max() > 500
    and cliff(*clipped[-1]) < 0.2
    and difference < 1e-6
    and max(norms) < 1e-5,
)

# %% [markdown]
# One such step can throw away what thousands of steps have learned. Does clipping help on a real task? The
# He network with ten layers above failed at lr = 0.1.

# %% tags=["hide_input"]
with_and_without = torch.tensor(
    [[train_kind("He", 0.1, seed, max_norm=limit)[0] for seed in range(5)] for limit in (math.inf, 1.0)]
)
low, high = with_and_without.amin(dim=1), with_and_without.amax(dim=1)
claim(
    f"Over five seeds, its training loss is {low[0]:.2f} to {high[0]:.2f} without clipping, and {low[1]:.2f} to {high[1]:.2f} "
    "with `max_norm=1`.",
    high[1] < 0.8 * low[0],
)

# %% [markdown]
# Call it after `backward()` and before `step()`. It is part of the training loop, or a callback of
# [`fit`][nnfund.training.fit]: [`ClipGradients`][nnfund.training.ClipGradients]. Print the length that it
# returns: it tells you when something explodes. Clipping limits a step. It does not bring back a gradient that has
# vanished, and where every step is clipped, you have a smaller learning rate and no cure.
#
# ## Check yourself
#
# ??? question "A network of 30 sigmoid layers is initialised with LeCun's rule. What happens to its gradient?"
#     It vanishes. The slope of the sigmoid is at most 1/4, so each layer multiplies the size by at most about
#     1/4. LeCun's rule is for activations with slope 1 at 0.
#
# ??? question "You load a trained model, forget `model.eval()`, and predict with batches of 2. What goes wrong?"
#     Each answer depends on the other sample, and with two samples every normalised feature is close to 1 or −1. The
#     predictions also change the running statistics.
#
# ??? question "`nn.Linear(64, 64)` comes right before a `BatchNorm1d(64)`. What does its bias do?"
#     Nothing: batch norm subtracts the mean, and the bias with it. Its gradient is 0 up to rounding. β takes its
#     place; use `bias=False`.
#
# ??? question "Why does clipping by the joint length not change the direction of the step, and clipping each number does?"
#     One common factor scales a vector. Cutting off only the large numbers changes their ratios to the others.
#
# ## Exercises
#
# 1. **Basic.** Write `initial_std(fan_in, leak)`: the standard deviation that keeps sizes when the activation is
#    [Leaky ReLU](../glossary.md#leaky-relu) with slope `leak` for negative inputs. Which `leak` gives PyTorch's default?
#
#     ??? tip "Hint"
#         Half of the mean square passes as it is, half is multiplied by the square of `leak`. For the question, solve for
#         a variance of $1/(3n)$. Compare with `nn.init.calculate_gain("leaky_relu", leak)`.
#
# 2. **Intermediate.** Write `fold(linear, norm)`: in evaluation mode, a linear layer followed by a batch norm is one affine
#    map. Return a new `nn.Linear` with the same outputs as `norm(linear(x))`.
#
#     ??? tip "Hint"
#         Each output is multiplied by $\gamma / \sqrt{v + \varepsilon}$: that scales a row of the weights. Do not
#         forget the bias of `linear`.
#
# 3. **Advanced.** Layer norm normalises each sample over its features. Write
#    `layer_norm_backward(x, grad_y, weight, eps=1e-5)`, which returns the gradients for `x`, `weight` and `bias`.
#
#     ??? tip "Hint"
#         The formula of this page with means along `dim=1`, but $\gamma$ now differs *within* the mean: multiply
#         first. The sums for `weight` and `bias` still run over the samples. Check with `F.layer_norm` in float64.
#
# ## Summary
#
# - A layer multiplies the size of the gradient by $\sqrt{n\sigma^2}$ times the root mean square of the slopes.
#   With ReLU, the signal's size gets the same factor. Fifty layers take it to the 50th power.
# - LeCun: $\sigma^2 = 1/n$, for tanh. He: $2/n$, for ReLU. Xavier: a compromise between both directions. PyTorch's
#   default, $1/(3n)$, is too small for deep ReLU networks.
# - Batch norm normalises by the batch (variance over $N$), keeps running statistics (over $N - 1$; `momentum` is the
#   share of the new), then scales and shifts. `model.eval()` matters.
# - Most of its gain survives when internal covariate shift is put back. Its output does not depend on the size of
#   the weights before it, though their gradients do. It tolerates large learning rates; alone, it does not make
#   50 layers trainable here.
# - Residual connections give the gradient a way back without weights. Keep the branch small or normalised.
# - Clipping limits the length of a step and keeps its direction. It is for exploding gradients only.
#
# ## Further reading
#
# - Yann LeCun, Léon Bottou, Genevieve B. Orr and Klaus-Robert Müller (1998). Efficient BackProp. In *Neural Networks:
#   Tricks of the Trade*, 9–50. Springer.
# - Xavier Glorot and Yoshua Bengio (2010). Understanding the difficulty of training deep feedforward neural networks.
#   *AISTATS*, 249–256.
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun (2015). Delving deep into rectifiers: surpassing human-level
#   performance on ImageNet classification. *ICCV*, 1026–1034.
# - Sergey Ioffe and Christian Szegedy (2015). Batch normalization: accelerating deep network training by reducing
#   internal covariate shift. *International Conference on Machine Learning (ICML)*, 448–456.
# - Shibani Santurkar, Dimitris Tsipras, Andrew Ilyas and Aleksander Mądry (2018). How does batch normalization help
#   optimization? *Advances in Neural Information Processing Systems* 31.
# - Greg Yang, Jeffrey Pennington, Vinay Rao, Jascha Sohl-Dickstein and Samuel S. Schoenholz (2019). A mean field theory
#   of batch normalization. *ICLR*. Why its gradients explode.
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun (2016). Deep residual learning for image recognition. *CVPR*,
#   770–778.
# - Razvan Pascanu, Tomas Mikolov and Yoshua Bengio (2013). On the difficulty of training recurrent neural networks.
#   *ICML*, 1310–1318.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapters 7 and 11.
