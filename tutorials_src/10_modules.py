# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - write a network of any depth, as an `nn.Sequential` or as a class, and say which of the two you need
#   - tell which parts of a model are registered, and find the one that never learns
#   - state what one hidden layer can approximate, and what this promise leaves out
# know_first: >-
#   [Your first network](01_first_network.py): layers, loss, training loop.
#   [Activation functions](05_activations.py). Python classes.
# data: a curve made on the page, and the 8×8 digits that come with scikit-learn
# ---

# %% [markdown]
# # Modules
#
# You will be able to build networks of any depth, and to see whether PyTorch knows all of their parts.
#
# A [module](../glossary.md#module) is PyTorch's building block: an object that holds
# [parameters](../glossary.md#parameter) and computes something with them. A layer is a module, and a network
# made of layers is one, too. So modules form a tree. Here is the network of this page, written twice.

# %%
import torch
from torch import nn

chain = nn.Sequential(nn.Linear(1, 32), nn.ReLU(), nn.Linear(32, 1))


class Network(nn.Module):
    def __init__(self):
        super().__init__()  # first: it makes room for the parts
        self.hidden = nn.Linear(1, 32)
        self.activation = nn.ReLU()
        self.output = nn.Linear(32, 1)

    def forward(self, inputs):  # (N, 1) -> (N, 1)
        return self.output(self.activation(self.hidden(inputs)))


written = Network()
for model in (chain, written):
    print(model)

# %% [markdown]
# `nn.Sequential` calls its parts one after the other. It names them by number, the class by attribute.
# Otherwise they are alike: same parts, same sums. We copy the numbers from one to the other and compare.

# %%
with torch.no_grad():
    for new, old in zip(written.parameters(), chain.parameters()):
        new.copy_(old)

x = torch.linspace(-1, 1, 5)[:, None]
print("same outputs:", torch.equal(chain(x), written(x)))

# %% [markdown]
# When do you need a class? When the path is not a chain. Below, the output sees the input twice: through the
# hidden layer, and directly. No `Sequential` of these three parts does that.


# %%
class WithShortcut(Network):
    def forward(self, inputs):
        return super().forward(inputs) + inputs  # one path around


print(WithShortcut()(x).shape)

# %% [markdown]
# ## What a module knows about itself
#
# You never listed the parameters, yet the optimizer gets them from `model.parameters()`. How does the module
# know? Writing `self.hidden = ...` calls a method, `__setattr__`, and a class may define its own. Here is
# the idea in a dozen lines, without PyTorch's module.


# %%
class Tiny:
    def __setattr__(self, name, value):
        self.__dict__[name] = value  # what Python always does
        if isinstance(value, (nn.Parameter, Tiny)):
            # what a module does besides: it keeps a list
            self.__dict__.setdefault("registered", {})[name] = value

    def named_parameters(self, prefix=""):
        for name, value in self.__dict__.get("registered", {}).items():
            if isinstance(value, Tiny):  # a part: ask it in turn
                yield from value.named_parameters(f"{prefix}{name}.")
            else:
                yield prefix + name, value


class TinyLinear(Tiny):
    def __init__(self, in_features, out_features):
        self.weight = nn.Parameter(torch.zeros(out_features, in_features))
        self.bias = nn.Parameter(torch.zeros(out_features))


tiny = Tiny()
tiny.hidden, tiny.output = TinyLinear(1, 32), TinyLinear(32, 1)
for name, parameter in tiny.named_parameters():
    print(f"{name:14}  {tuple(parameter.shape)}")

# %% tags=["hide_input"]
from nnfund import claim

names = [(name, p.shape) for name, p in tiny.named_parameters()]
claim(
    "These are the names and shapes that PyTorch's own `named_parameters()` gives for `Network`, and the keys of "
    "its `state_dict()`, the dictionary that you save to a file.",
    names == [(name, p.shape) for name, p in written.named_parameters()]
    and [name for name, _ in names] == list(written.state_dict()),
)

# %% [markdown]
# This is [registration](../glossary.md#registration): a module notes each
# parameter and each module that is assigned to one of its attributes. A name is the path through the tree.
# The rule is as dumb as it looks. It sees what you assign, and not what is inside.
#
# ## The layer that never learns
#
# A network with a variable number of layers wants a list. This class puts its hidden layers into one. It runs,
# and it raises nothing.


# %%
class Deep(nn.Module):
    def __init__(self, container):
        super().__init__()
        layers = [nn.Linear(1, 32), nn.Linear(32, 32), nn.Linear(32, 32)]
        self.hidden = container(layers)  # list or nn.ModuleList
        self.output = nn.Linear(32, 1)

    def forward(self, inputs):
        for layer in self.hidden:
            inputs = torch.relu(layer(inputs))
        return self.output(inputs)


for container in (list, nn.ModuleList):
    names = [name for name, _ in Deep(container).named_parameters()]
    found = f"{len(names)} parameters: {names[0]}, ..."
    print(f"{container.__name__:10}  {found}")

# %% [markdown]
# With a plain list, only the output layer is there. `nn.ModuleList` is a list that is itself a module, so it
# registers its members. (`nn.ModuleDict` does the same for a dictionary.)
#
# **Predict.** We fit both to a curve, from the same random start, with
# [Adam](../glossary.md#adam). In the version with the plain list: do gradients arrive at the hidden layers?
# Do these layers move? And does the loss fall?


# %%
def curve(x):
    return torch.sin(7 * x) + x.abs()


x = torch.linspace(-1, 1, 256)[:, None]
y = curve(x)
loss_fn = nn.MSELoss()


def train(model, steps=300):
    """The losses, one per step, with all points in every step."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% alt="Upper left: at the first step the weights of all four layers have a gradient above zero, the same with a plain list and with a ModuleList. Upper right: how far these weights have moved after training. With the plain list the three hidden layers have moved by exactly nothing and only the output has moved; with the ModuleList all four have. Below: the loss, one line per seed. With the plain list it falls and then stays high in all runs; with the ModuleList it falls by some orders of magnitude further." tags=["hide_input"]
import matplotlib.pyplot as plt
import numpy as np

runs = {"list": [], "ModuleList": []}
arrived, moved = {}, {}
hidden_moved, hidden_gradients = [], []
for label, container in [("list", list), ("ModuleList", nn.ModuleList)]:
    for seed in range(10):
        torch.manual_seed(seed)
        model = Deep(container)
        layers = [*model.hidden, model.output]
        start = [layer.weight.detach().clone() for layer in layers]
        loss_fn(model(x), y).backward()
        gradients = [layer.weight.grad.norm().item() for layer in layers]
        model.zero_grad()
        runs[label].append(train(model))
        distances = [(layer.weight - old).norm().item() for layer, old in zip(layers, start)]
        arrived.setdefault(label, gradients)
        moved.setdefault(label, distances)
        if container is list:
            hidden_moved += distances[:3]
            hidden_gradients += gradients[:3]

fig, places = plt.subplot_mosaic("ab;cc", figsize=(5.4, 4.6), layout="constrained")
axes = list(places.values())
for shift, label, hatch in [(-0.2, "list", ""), (0.2, "ModuleList", "///")]:
    for ax, values in zip(axes, [arrived, moved]):
        ax.bar(np.arange(4) + shift, values[label], 0.4, hatch=hatch, label=label)
for number, (label, style) in enumerate([("list", "-"), ("ModuleList", "--")]):
    for losses in runs[label]:
        axes[2].semilogy(losses, style, color=f"C{number}", alpha=0.6, linewidth=1)
for ax, title in zip(axes, ["gradient, first step", "moved after training", "loss, ten seeds"]):
    ax.set_title(title, fontsize=10)
for ax in axes[:2]:
    ax.set_xticks(range(4), ["1", "2", "3", "out"])
    ax.set_xlabel("layer")
axes[0].set_ylabel("length of the vector")
axes[0].legend(fontsize=8, loc="upper left")
axes[2].set_xlabel("step")
plt.show()

# %% tags=["hide_input"]
last = {label: [losses[-1] for losses in values] for label, values in runs.items()}
claim(
    f"In ten runs with the plain list, every hidden layer received a gradient, and every one moved by exactly "
    f"{max(hidden_moved):.0f}. The loss ended between {min(last['list']):.3f} and {max(last['list']):.3f}; with the "
    f"`ModuleList`, between {min(last['ModuleList']):.5f} and {max(last['ModuleList']):.5f}.",
    min(hidden_gradients) > 0 and max(hidden_moved) == 0 and max(last["ModuleList"]) < min(last["list"]) / 3,
)

# %% [markdown]
# Registration and [autograd](../glossary.md#autograd) are two things. Autograd follows what is *computed*,
# so the gradients arrive. The optimizer moves what is *registered*, and the hidden layers are not. What makes
# this fault hard to see is that the loss does fall: the output layer learns with what the random hidden
# layers give it. The fault also reaches further. Unregistered layers are missing from a saved
# `state_dict()`, and `model.to(...)` leaves them where they are.

# %%
model = Deep(list).double()  # what is registered becomes float64
try:
    model(x.double())
except RuntimeError as error:
    print(error)

# %% [markdown]
# ## What is in `parameters()`, and what is not
#
# It is often said that `parameters()` are the trainable ones. They are the *registered* ones. You
# [freeze](../glossary.md#frozen-parameter) a parameter with `requires_grad_(False)`, and it stays in the list.

# %%
from nnfund.models import count_parameters

model = Network()
model.spare = nn.Linear(1, 1)  # registered, and forward never uses it
model.hidden.requires_grad_(False)  # frozen
loss_fn(model(x), y).backward()
for name, p in model.named_parameters():
    grad = "None" if p.grad is None else "yes"
    print(f"{name:14}  requires_grad {p.requires_grad!s:5}  grad {grad}")
print("all:", count_parameters(model), end="  ")
print("trainable:", count_parameters(model, trainable_only=True))

# %% [markdown]
# The last two have no gradient either, for another reason: the loss does not depend on them. An optimizer
# skips every parameter whose `.grad` is `None`, so both kinds stay where they are.
#
# A tensor that is no parameter, such as a mean to subtract, is registered with
# `self.register_buffer("mean", ...)`. A [buffer](../glossary.md#buffer) is saved and moved along with the model,
# but the optimizer never sees it.
#
# **Predict.** This class makes two of its parts inside `forward`. One is harmless there, the other is
# not. What happens when you call it twice with the same input?


# %%
class MadeInForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(1, 32)

    def forward(self, inputs):
        features = nn.ReLU()(self.hidden(inputs))
        return nn.Linear(32, 1)(features)


torch.manual_seed(0)
model = MadeInForward()
print(model)
for _ in range(2):
    print(f"output {model(x[:1]).item():.3f}")

# %% [markdown]
# The output layer is new in every call, with new random weights: it can learn nothing. The `nn.ReLU()` has
# nothing to learn, so it computes what it should. But it is not registered: `print(model)` does not show it,
# and neither does anything else that walks through the modules. Make a module in `__init__`, or use the
# function, `torch.relu`.
#
# ## Watch the shapes flow
#
# A [hook](../glossary.md#hook) is a function of yours that a module calls each time it has run. It gets the
# module, the inputs and the output. With hooks you can look inside any network without touching its code.
# Here is a longer one, for images of 8 × 8 pixels. It has a fault.

# %%
from nnfund.data import load_digits

digits = load_digits()
images, labels = digits.train
reader = nn.Sequential(
    nn.Linear(64, 32),
    nn.ReLU(),
    nn.Linear(32, 16),
    nn.ReLU(),
    nn.Linear(16, 10),
)
print("images:", tuple(images.shape))  # samples, channels, rows, columns
try:
    reader(images[:5])
except RuntimeError as error:
    print(error)

# %% [markdown]
# `nn.Linear(64, 32)` wants 64 numbers along the last [axis](../glossary.md#axis), and finds a row of 8. The
# image has to become one long row first. `nn.Flatten()` does that and keeps the axis of the samples. (Do not
# write `view(-1, 64)` for it: given images of another size, it may mix samples and raise nothing.) Now the
# hooks: one for each part.

# %%
torch.manual_seed(0)
reader = nn.Sequential(nn.Flatten(), *reader)
seen = {}  # name of the part -> what it gave out


def watch(name):
    def hook(module, inputs, output):
        seen[name] = output.detach()

    return hook


handles = [
    part.register_forward_hook(watch(name))  # one hook for each part
    for name, part in reader.named_children()
]
reader(images[:5])
for handle in handles:
    handle.remove()  # a hook stays until you remove it

for name, output in seen.items():
    kind = type(reader.get_submodule(name)).__name__
    print(f"{name}  {kind:8}  {tuple(output.shape)}")

# %% [markdown]
# The hooks kept the numbers themselves, so we can look at them, too. Below is the first image on its way
# through the network, which is untrained.

# %% alt="One handwritten digit as an image of 8 by 8 pixels, and beside it what leaves each part of the network, one row of coloured cells per part: 64 cells after Flatten, then 32, 32, 16, 16 and 10. After each ReLU, the cells that were negative are at zero and the others as they were." tags=["hide_input"]
fig, axes = plt.subplots(1, 2, figsize=(6.3, 2.4), width_ratios=[1, 3.6], layout="constrained")
axes[0].imshow(images[0, 0], cmap="gray")
axes[0].set(title="the input", xticks=[], yticks=[])
for row, output in enumerate(seen.values()):
    values = output[0] / output[0].abs().max()
    edges = np.arange(len(values) + 1) - len(values) / 2
    axes[1].pcolormesh(edges, [row, row + 0.75], values[None], cmap="RdBu_r", vmin=-1, vmax=1)
kinds = [f"{type(m).__name__} {len(seen[n][0])}" for n, m in reader.named_children()]
axes[1].set_yticks(np.arange(6) + 0.375, kinds)
axes[1].invert_yaxis()
axes[1].set(title="what leaves each part (blue −, white 0, red +)", xticks=[])
plt.show()

# %% [markdown]
# [`summary`][nnfund.models.summary] does the same with hooks of its own, and counts parameters.

# %%
from nnfund.models import summary

print(summary(reader, (5, 1, 8, 8)))

# %% [markdown]
# ## Call the model, never `forward`
#
# You write `forward`, but you call `model(images)`. The call runs `forward` *and* the hooks. `model.forward`
# leaves them out, without a word, and whatever relies on them fails. The other slip is to call `forward` on
# the result, which is a tensor.

# %%
calls = []
handle = reader.register_forward_hook(lambda *_: calls.append("hook"))
reader(images[:5])
print("after reader(images):        ", calls)
reader.forward(images[:5])
print("after reader.forward(images):", calls)
handle.remove()

try:
    reader(images[:5]).forward()
except AttributeError as error:
    print(error)

# %% [markdown]
# ## Any depth
#
# The reader has two hidden layers. One would be enough for the name [multilayer
# perceptron](../glossary.md#multilayer-perceptron), MLP: fully connected layers with an activation between
# them. (A *deep* network need not be one. Convolutional networks are deep, too.) MLPs differ in their
# sizes and their activation, so these are the arguments. `pairwise` gives each size with the one that follows.

# %%
from itertools import pairwise


def mlp(sizes, activation=nn.ReLU):
    layers = [nn.Flatten()]
    for in_features, out_features in pairwise(sizes):
        layers += [nn.Linear(in_features, out_features), activation()]
    return nn.Sequential(*layers[:-1])  # none after the last layer


for sizes in ([64, 10], [64, 32, 16, 10], [64] + [32] * 20 + [10]):
    count = count_parameters(mlp(sizes))
    print(f"{len(sizes) - 2:2} hidden layers: {count:6} parameters")

# %% [markdown]
# Each `nn.Linear` has $(\text{in} + 1) \cdot \text{out}$ parameters. A list of modules becomes
# registered when the star hands them to `Sequential`. [`MLP`][nnfund.models.MLP] is this function as a class,
# and we use it from here on.

# %% tags=["hide_input"]
from nnfund.models import MLP

same = []
for sizes in ([64, 10], [64, 32, 16, 10], [64] + [32] * 20 + [10]):
    torch.manual_seed(0)
    ours = mlp(sizes)(images[:5])
    torch.manual_seed(0)
    theirs = MLP(sizes)(images[:5])
    formula = sum((i + 1) * o for i, o in pairwise(sizes))
    same.append(torch.equal(ours, theirs) and count_parameters(mlp(sizes)) == formula)
claim(
    "For these three networks the formula gives the printed counts, and from the same seed `mlp` and `MLP` give "
    "the same outputs.",
    all(same),
)

# %% [markdown]
# ## What one hidden layer can do
#
# How many layers does it take? For drawing a curve, one hidden layer. This is called
# [universal approximation](../glossary.md#universal-approximation), and it holds in this sense:
#
# !!! abstract "Universal approximation (Leshno, Lin, Pinkus and Schocken, 1993)"
#     Let the activation be continuous and **not a polynomial**. Then for every continuous function on a
#     **bounded and closed** set of inputs, and every tolerance $\varepsilon > 0$, there **exist** a width and
#     weights such that a network with one hidden layer differs from the function by less than
#     $\varepsilon$ everywhere on the set. If the activation is a polynomial, this is false.
#
# Cybenko (1989) had shown it for continuous functions of sigmoid shape, Hornik (1991) for continuous ones that are
# bounded and not constant. ReLU is not bounded, so these do not speak of it; the later
# theorem does.
#
# "Exist" is not about training, so we keep training out of the test. The hidden layer keeps its random start.
# Given its outputs, the best output layer is a problem of *least squares*, which linear algebra solves:
# no steps, no learning rate. We repeat this with $z^2$ and with $z^5$ instead of ReLU.
#
# **Predict.** What will more units do for each of the three?

# %%
x64 = torch.linspace(-1, 1, 501, dtype=torch.float64)[:, None]
between = (x64[:-1] + x64[1:]) / 2  # points to measure at


def best_output(activation, width, seed):
    """Random hidden layer, best output layer: the fitted function."""
    torch.manual_seed(seed)
    hidden = nn.Linear(1, width).double().requires_grad_(False)

    def features(x):
        return torch.cat([activation(hidden(x)), torch.ones_like(x)], dim=1)

    v = torch.linalg.lstsq(features(x64), curve(x64), driver="gelsd")
    return lambda x: features(x) @ v.solution


def rmse(function):
    """The typical error: the root of the mean square."""
    return (function(between) - curve(between)).square().mean().sqrt().item()


# %% alt="Left: the curve, a wave with a kink, and three fits on the interval from −1 to 1. ReLU with 8 units is a rough line with a few bends, ReLU with 256 units lies on the curve, and the fit with z² is a parabola that misses the wave. Outside of the interval the fit with 256 units runs away in straight lines while the curve goes on waving. Right: the typical error against the width, both on log scales, with the range over ten seeds. ReLU falls by more than two orders of magnitude; z² is a flat line, and so is z⁵, a little lower." tags=["hide_input"]
activations = {"ReLU": torch.relu, "z²": torch.square, "z⁵": lambda z: z**5}
widths = [8, 16, 32, 64, 128, 256]
errors = {
    name: np.array([[rmse(best_output(act, w, seed)) for seed in range(10)] for w in widths])
    for name, act in activations.items()
}

fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3.1), layout="constrained")
wide = torch.linspace(-1.6, 1.6, 400, dtype=torch.float64)[:, None]
left.axvspan(-1, 1, alpha=0.12, linewidth=0)
left.plot(wide, curve(wide), linewidth=4, alpha=0.35, label="the curve")
for name, width, style in [("ReLU", 8, "--"), ("ReLU", 256, "-"), ("z²", 256, ":")]:
    left.plot(wide, best_output(activations[name], width, 0)(wide), style, label=f"{name}, {width}")
left.set(xlabel="$x$ (shaded: the set)", ylabel="output", ylim=(-3.2, 5), title="fits")
left.legend(fontsize=8, loc="upper center", ncols=2)
for (name, values), marker in zip(errors.items(), "os^"):
    right.loglog(widths, np.median(values, axis=1), marker=marker, label=name)
    right.fill_between(widths, values.min(axis=1), values.max(axis=1), alpha=0.2)
right.set(xlabel="hidden units", ylabel="typical error on the set", title="ten seeds each")
right.legend(fontsize=8)
plt.show()

# %% tags=["hide_input"]
relu, square, fifth = errors.values()
parabola = np.polynomial.Polynomial.fit(x64[:, 0].numpy(), curve(x64)[:, 0].numpy(), 2)
floor = rmse(lambda x: torch.from_numpy(parabola(x.numpy())))
claim(
    f"With ReLU the typical error falls from {relu[0].min():.2f}–{relu[0].max():.2f} with 8 units to "
    f"{relu[-1].min():.4f}–{relu[-1].max():.4f} with 256 (the ranges are over ten seeds). With $z^2$ it is "
    f"{square.min():.3f} at every width and for every seed: the error of the best parabola, {floor:.3f}. With "
    f"$z^5$ it never goes below {fifth.min():.3f}.",
    relu[-1].max() < relu[0].min() / 10
    and abs(square - floor).max() < 1e-6
    and fifth.min() > 0.1
    and fifth[1:].max() - fifth[1:].min() < 1e-4,
)

# %% [markdown]
# The reason is one line of algebra. $(w x + b)^2 = w^2 x^2 + 2 w b\, x + b^2$ is a parabola, and any
# weighted sum of parabolas is a parabola: three numbers describe it, however many units you add. A ReLU unit
# adds a bend at a place of its own. (A *deeper* network with $z^2$ reaches higher degrees. Each depth has
# its ceiling, which no width lifts.)
#
# ## What the theorem does not say
#
# The left picture shows the first limit: **outside of the set nothing is promised.** A ReLU network goes on
# in straight lines. The second one is in the word *exist*: **training need not find the weights.** We
# train all layers of a network with 16 units, from ten random starts. Nothing else differs between the runs.
#
# **Predict.** How far apart will they end?

# %% alt="The typical error of ten training runs against the step, log scale. Three runs fall to a little above 0.06. The other seven become flat at about 0.5 to 0.6 early on, and stay there until the end." tags=["hide_input"]
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
finals, halfway = [], []
for seed in range(10):
    torch.manual_seed(seed)
    path = np.sqrt(train(MLP([1, 16, 1]), steps=2000))
    ax.semilogy(path, alpha=0.7)
    finals.append(path[-1])
    halfway.append(path[1000])
ax.set(xlabel="step of Adam", ylabel="typical error", title="16 ReLU units, ten starts")
plt.show()

# %% tags=["hide_input"]
finals, halfway = np.array(finals), np.array(halfway)
good = finals < 0.1
claim(
    f"{good.sum()} of the ten runs end between {finals[good].min():.3f} and {finals[good].max():.3f}, so weights as "
    f"good as these exist. The other {(~good).sum()} end between {finals[~good].min():.2f} and "
    f"{finals[~good].max():.2f}, and the second thousand steps lowered none of their errors by more than "
    f"{(halfway - finals)[~good].max():.3f}.",
    0 < good.sum() < 10 and finals[~good].min() > 0.2 and (halfway - finals)[~good].max() < 0.05,
)

# %% [markdown]
# A start with bends in bad places can get stuck. More units help here: with many bends, some
# lie well from the start. But the theorem does not speak of it. It does not say how many units you need
# either: with many inputs, it can be astronomically many. And it speaks of a function that is known everywhere.
# You have samples, and fitting those says little about points between them
# ([generalisation](../glossary.md#generalisation)). Nor does the number of parameters settle what a network
# can do: with $z^2$, 256 units drew no more than 8.
#
# ## Check yourself
#
# ??? question "A hidden layer has gradients, but its weights never change. Where do you look first?"
#     Whether it appears in `model.named_parameters()`. If not, it sits in a list, a dictionary or a tuple.
#     If it does appear, check what the optimizer was given. A layer that you add after you made the
#     optimizer is registered, but the optimizer does not know it.
#
# ??? question "You freeze a layer. Does `len(list(model.parameters()))` change?"
#     No. It is still registered. Its `requires_grad` is `False`, it gets no gradient, and the optimizer skips
#     it.
#
# ??? question "Why does `print(model)` not show the `torch.relu` in `forward`?"
#     `print` walks through the registered modules. A function call in `forward` is no module. An `nn.ReLU()`
#     that is made there is a module, but it is not registered.
#
# ??? question "“A network with any nonlinear activation can learn any function.” What is wrong?"
#     Nonlinear is not enough: it must not be a polynomial. Any function: any *continuous* one, on a bounded and
#     closed set, up to a tolerance. Can learn: weights exist.
#
# ## Exercises
#
# 1. **Basic.** Write `Deep` with `nn.ModuleDict`, keys `"first"`, `"second"`, `"third"`, and print the names of
#    its parameters.
#
#     ??? tip "Hint"
#         `for layer in self.hidden.values()` runs through it in order.
#
# 2. **Intermediate.** Write `unregistered(model)`, which lists the attributes that hold modules in a plain list,
#    tuple or dictionary. Test it on `Deep(list)`.
#
#     ??? tip "Hint"
#         `vars(module)` has all plain attributes. Do it for each module of `model.modules()`, and skip the names
#         that begin with an underscore.
#
# 3. **Advanced.** Compute the best error of a network with *two* hidden layers of $z^2$ units. Which degree is its
#    ceiling? Check that widths beyond it gain nothing.
#
#     ??? tip "Hint"
#         Two squares in a row give degree 4. Compare `best_output` with a second random layer to
#         `Polynomial.fit(..., 4)`.
#
# ## Summary
#
# - `nn.Sequential` is a chain; a class can have any path. Both are modules, and modules form a tree.
# - A module registers the parameters and modules that are assigned to its attributes. A plain list hides
#   its members: autograd reaches them, the optimizer does not. Use `nn.ModuleList`.
# - `parameters()` holds all that is registered, frozen or unused ones included.
# - Hooks show what flows through. Call `model(x)`: `model.forward(x)` leaves them out.
# - One hidden layer can approximate every continuous function on a bounded and closed set if, and only if,
#   the activation is no polynomial. That weights exist does not mean that training finds them.
#
# ## Further reading
#
# - George Cybenko (1989). Approximation by superpositions of a sigmoidal function. *Mathematics of Control,
#   Signals, and Systems* 2, 303–314.
# - Kurt Hornik (1991). Approximation capabilities of multilayer feedforward networks. *Neural Networks* 4,
#   251–257.
# - Moshe Leshno, Vladimir Ya. Lin, Allan Pinkus and Shimon Schocken (1993). Multilayer feedforward networks
#   with a nonpolynomial activation function can approximate any function. *Neural Networks* 6, 861–867.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapters 3 and 4.
# - Aston Zhang, Zachary C. Lipton, Mu Li and Alexander J. Smola (2023). *Dive into Deep Learning*. Cambridge
#   University Press. Chapter 6, Builders' Guide.
