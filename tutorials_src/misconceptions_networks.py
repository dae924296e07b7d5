# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - recognise ten things often written about neurons, layers and what they can do that are wrong
#   - test such a sentence yourself, with a few lines of code
# know_first: >-
#   [Neurons](03_neurons.py), [the perceptron](04_perceptron.py) and [modules](10_modules.py); for some sections,
#   [normalisation](15_initialization_and_normalization.py) and [convolutions](17_convolutions.py).
# data: points and small tensors, made on the page
# ---

# %% [markdown]
# # Misconceptions: neurons and layers
#
# You will be able to put ten common sentences about [neurons](../glossary.md#neuron) and
# [layers](../glossary.md#layer) to the test.
#
# No heading below is true as it stands. Each section takes such a sentence, as it is often written, at its word
# and runs it as code. The right code follows, and one sentence that says why.

# %%
import torch
from torch import nn

from nnfund import claim
from nnfund.models import count_parameters

# %% [markdown]
# ## A layer multiplies each input by its weight
#
# !!! quote "Often written"
#     A layer multiplies the input by the weight, element by element, and adds the bias: `W * x + b`.

# %%
# wrong
torch.manual_seed(0)
layer = nn.Linear(2, 3)
W, b = layer.weight, layer.bias  # (3, 2) and (3,)
x = torch.randn(1, 2)
with torch.no_grad():
    print("W * x:", tuple((W * x).shape))

# %%
# right
with torch.no_grad():
    print("x @ W.T + b:", tuple((x @ W.T + b).shape))
    print("equals layer(x):", torch.allclose(x @ W.T + b, layer(x)))

# %% tags=["hide_input"]
claim(
    "`W * x` runs and is a table of six products. The layer has three outputs, and its formula is `x @ W.T + b`.",
    (W * x).shape == (3, 2) and layer(x).shape == (1, 3) and torch.allclose(x @ W.T + b, layer(x)),
)

# %% [markdown]
# **Why.** Each unit *sums* its products, which is what the matrix product does; `*` only multiplies. See
# [What a neuron computes](03_neurons.py).

# %% [markdown]
# ## A bias keeps the output from being zero
#
# !!! quote "Often written"
#     The bias makes sure that a neuron gives something even when all inputs are zero. The larger it is, the
#     further right the neuron switches.

# %%
# wrong
zero = torch.zeros(1)
print("sigmoid, no bias:  ", torch.sigmoid(2 * zero).item())
print("ReLU, bias of -1:  ", torch.relu(2 * zero - 1).item())

# %%
# right
w, b = 2.0, 1.0
x = torch.linspace(-3, 3, 601)
switch = x[torch.sigmoid(w * x + b) >= 0.5][0]
print(f"switches at {switch:.2f}; -b / w = {-b / w}")

# %% tags=["hide_input"]
claim(
    "A sigmoid without a bias gives 0.5 for zero inputs, a ReLU with one gives 0. And a positive bias moves the "
    f"switch to the left, to −{-switch:.2f}.",
    torch.sigmoid(zero) == 0.5 and torch.relu(zero - 1) == 0 and abs(switch + b / w) < 0.02,
)

# %% [markdown]
# **Why.** The [bias](../glossary.md#bias) moves the place where the neuron switches, which lies at $-b/w$. See
# [What a neuron computes](03_neurons.py).

# %% [markdown]
# ## One neuron cannot solve XOR
#
# !!! quote "Often written"
#     A single neuron can only separate classes by a straight line, so it cannot solve XOR.
#
# We try more than 200,000 neurons with two weights and a bias.

# %%
# wrong
points = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
xor = torch.tensor([False, True, True, False])
grid = torch.linspace(-3, 3, 61)
neurons = torch.cartesian_prod(grid, grid, grid)  # w1, w2, b
z = neurons[:, :2] @ points.T + neurons[:, 2:]  # (neurons, 4)


def best(activation):
    """How many of the four points the best of the neurons gets right."""
    return ((activation(z) > 0.5) == xor).sum(dim=1).max().item()


print("sigmoid:", best(torch.sigmoid), "of 4")
print("ReLU:   ", best(torch.relu), "of 4")

# %%
# right
print("square:", best(torch.square), "of 4")

# %% tags=["hide_input"]
claim(
    f"Of {len(neurons):,} neurons with a sigmoid or ReLU, the best solves three of the four points. With the square as "
    "its activation function, one neuron solves XOR.",
    best(torch.sigmoid) == best(torch.relu) == 3 and best(torch.square) == 4,
)

# %% [markdown]
# **Why.** The sentence holds for [monotone](../glossary.md#monotone) activation functions; the square rises on
# both sides, so its boundary is two parallel lines. See [The perceptron](04_perceptron.py).

# %% [markdown]
# ## More parameters, more capacity
#
# !!! quote "Often written"
#     What a network can represent grows with the number of its parameters.

# %%
# wrong
torch.manual_seed(0)
deep = nn.Sequential(nn.Linear(2, 1000), nn.Linear(1000, 1))
with torch.no_grad():
    weight = deep[1].weight @ deep[0].weight  # (1, 2)
    bias = deep[1].weight @ deep[0].bias + deep[1].bias
    x = torch.randn(100, 2)
    apart = (deep(x) - (x @ weight.T + bias)).abs().max().item()
print(count_parameters(deep), "parameters do what 3 do:", apart < 1e-5)

# %%
# right
small = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
with torch.no_grad():
    small[0].weight.copy_(torch.tensor([[1.0, 1], [1, 1]]))
    small[0].bias.copy_(torch.tensor([0.0, -1]))
    small[-1].weight.copy_(torch.tensor([[1.0, -2]]))
    small[-1].bias.zero_()
    outputs = small(points)[:, 0].tolist()
print(count_parameters(small), "parameters give", outputs)

# %% tags=["hide_input"]
claim(
    f"Two linear layers with {count_parameters(deep):,} parameters are one linear layer with 3. A network with ReLU and "
    f"{count_parameters(small)} parameters computes XOR, which they cannot.",
    count_parameters(deep) == 4001 and apart < 1e-5 and outputs == [0, 1, 1, 0],
)

# %% [markdown]
# **Why.** What counts is which functions the parameters can form: [affine maps](../glossary.md#affine-map) in a row
# form only an affine map, and shared weights count once. See [Activation functions](05_activations.py) and
# [Modules](10_modules.py).

# %% [markdown]
# ## Any activation makes a universal approximator
#
# !!! quote "Often written"
#     With any non-linear activation function, a hidden layer that is wide enough approximates every function.
#
# We draw the hidden layer at random and fit the output layer exactly, by least squares, to a wave.


# %%
# wrong
def error_of(activation, width, seed=0):
    """Root mean squared error of the best output layer on a sine wave."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.linspace(-1, 1, 200, dtype=torch.float64)[:, None]
    y = torch.sin(3 * torch.pi * x)
    random = torch.randn(2, width, generator=generator, dtype=torch.float64)
    hidden = activation(x * random[0] + random[1])
    A = torch.cat([hidden, torch.ones_like(x)], dim=1)
    fit = torch.linalg.lstsq(A, y, driver="gelsd").solution
    return (A @ fit - y).square().mean().sqrt().item()


widths = [3, 10, 30, 100, 300]
square = [error_of(torch.square, width) for width in widths]
print("square:", [f"{error:.3f}" for error in square])

# %%
# right
relu = [error_of(torch.relu, width) for width in widths]
print("ReLU:  ", [f"{error:.3f}" for error in relu])

# %% tags=["hide_input"]
several = [(error_of(torch.square, 300, seed), error_of(torch.relu, 300, seed)) for seed in range(5)]
claim(
    f"With the square as activation, 300 units are as wrong as 3: the error is {square[0]:.3f} and {square[-1]:.3f}. "
    f"With ReLU it falls to {relu[-1]:.3f}. Four other seeds agree.",
    abs(square[0] - square[-1]) < 1e-6
    and min(wrong for wrong, _ in several) > 0.3
    and max(right for _, right in several) < 0.1,
)

# %% [markdown]
# **Why.** Sums of squares of straight lines are parabolas, however many; [universal
# approximation](../glossary.md#universal-approximation) needs an activation that is no polynomial, and even then
# says only that good weights exist. See [Modules](10_modules.py).

# %% [markdown]
# ## A module may keep its layers in a list
#
# !!! quote "Often written"
#     In `__init__`, collect the layers: `self.layers = [nn.Linear(2, 2), nn.Linear(2, 1)]`. They get
#     gradients, so they are trained.


# %%
# wrong
class Chain(nn.Module):
    def __init__(self, container):
        super().__init__()
        self.layers = container([nn.Linear(2, 2), nn.Linear(2, 1)])
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.scale * x


def moved_by_one_step(container):
    model = Chain(container)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    weight = model.layers[1].weight
    before = weight.detach().clone()
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    return weight.grad is not None, not torch.equal(weight, before)


in_list = moved_by_one_step(list)
print("gradient, moved:", in_list)

# %%
# right
in_module_list = moved_by_one_step(nn.ModuleList)
print("gradient, moved:", in_module_list)

# %% tags=["hide_input"]
claim(
    f"In a list, the layers get a gradient, and no step moves them: `parameters()` knows {len(list(Chain(list).parameters()))} "
    f"of {len(list(Chain(nn.ModuleList).parameters()))} tensors. In an `nn.ModuleList` they learn.",
    in_list == (True, False) and in_module_list == (True, True) and len(list(Chain(list).parameters())) == 1,
)

# %% [markdown]
# **Why.** [Registration](../glossary.md#registration) and gradients are two things: the optimizer moves what
# `parameters()` lists, and a plain list is not looked into. See [Modules](10_modules.py).

# %% [markdown]
# ## Pooling reduces the number of parameters
#
# !!! quote "Often written"
#     Pooling layers make a convolutional network smaller, since they reduce the number of its parameters.


# %%
# wrong
def convolutions(pool):
    middle = [nn.MaxPool2d(2)] if pool else []
    return nn.Sequential(nn.Conv2d(3, 8, 3), *middle, nn.Conv2d(8, 16, 3))


without = count_parameters(convolutions(pool=False))
pooled = count_parameters(convolutions(pool=True))
print(f"without {without}, with {pooled}")


# %%
# right
def classifier(pool):
    features = convolutions(pool)
    size = features(torch.zeros(1, 3, 32, 32)).numel()
    return nn.Sequential(features, nn.Flatten(), nn.Linear(size, 10))


flat = count_parameters(classifier(pool=False))
flat_pooled = count_parameters(classifier(pool=True))
print(f"without {flat:,}, with {flat_pooled:,}")

# %% tags=["hide_input"]
claim(
    f"The convolutions have {without:,} parameters with and without pooling. Only where a linear layer reads every "
    f"pixel do fewer pixels mean fewer weights: {flat_pooled:,} instead of {flat:,}.",
    without == pooled and flat_pooled < flat / 2,
)

# %% [markdown]
# **Why.** A [convolution](../glossary.md#convolution) has the same weights at every place, so the size of the
# image does not enter; [pooling](../glossary.md#pooling) saves time and memory. See
# [Convolutions](17_convolutions.py).

# %% [markdown]
# ## `Conv2d` computes a convolution
#
# !!! quote "Often written"
#     `nn.Conv2d` slides the kernel over the image, as the convolution of mathematics does.

# %%
# wrong
image = torch.zeros(1, 1, 5, 5)
image[0, 0, 2, 2] = 1.0  # a convolution copies the kernel there
kernel = torch.tensor([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
found = nn.functional.conv2d(image, kernel[None, None])[0, 0]
print(found)

# %%
# right
flipped = kernel.flip(0, 1)
convolved = nn.functional.conv2d(image, flipped[None, None])[0, 0]
print(convolved)

# %% tags=["hide_input"]
claim(
    "`conv2d` leaves the kernel turned by half a turn. With a turned kernel it is a convolution.",
    torch.equal(found, flipped) and torch.equal(convolved, kernel),
)

# %% [markdown]
# **Why.** It computes the [cross-correlation](../glossary.md#cross-correlation), which does not turn the kernel;
# for weights that are learned it makes no difference, for a kernel from a book it does. See
# [Convolutions](17_convolutions.py).

# %% [markdown]
# ## Dropout sets half of the values to zero
#
# !!! quote "Often written"
#     `nn.Dropout(0.5)` randomly sets half of the values to zero, and leaves the others as they are.

# %%
# wrong
torch.manual_seed(0)
dropout = nn.Dropout(0.5)
values = torch.ones(10_000)
dropped = dropout(values)
print("values that occur:", dropped.unique().tolist())
print(f"mean {dropped.mean():.2f}; of the sentence: 0.50")

# %%
# right
dropout.eval()
print("after eval():", dropout(values).unique().tolist())

# %% tags=["hide_input"]
claim(
    f"The values that survive are doubled, so the mean stays near 1 ({dropped.mean():.2f}). In evaluation mode, nothing "
    "is dropped or scaled.",
    set(dropped.tolist()) == {0.0, 2.0}
    and abs(dropped.mean() - 1) < 0.05
    and torch.equal(dropout(values), values),
)

# %% [markdown]
# **Why.** [Dropout](../glossary.md#dropout) divides by the share that is kept, so that the next layer sees the
# same mean in training and after it. See [Regularisation](14_regularization.py).

# %% [markdown]
# ## Batch norm gives mean 0 and variance 1
#
# !!! quote "Often written"
#     After batch normalisation, each feature has mean 0 and variance 1.

# %%
# wrong
torch.manual_seed(0)
norm = nn.BatchNorm1d(1)
with torch.no_grad():
    norm.weight.fill_(5.0)  # γ and β, as training may leave them
    norm.bias.fill_(-2.0)
batch = torch.randn(64, 1)
out = norm(batch)
print(f"mean {out.mean():.2f}, std {out.std():.2f}")

# %%
# right
before_scaling = (out - norm.bias) / norm.weight
print(f"inside: mean {abs(before_scaling.mean()):.2f}", end=", ")
print(f"std {before_scaling.std():.2f}")
try:
    norm(batch[:1])
except ValueError as error:
    print(error)

# %% tags=["hide_input"]
try:
    refusal = str(norm(batch[:1]))
except ValueError as error:
    refusal = str(error)
claim(
    f"The output has mean −{-out.mean():.0f} and standard deviation {out.std():.0f}. Mean 0 and variance 1 hold inside, "
    "before the layer's own scale and shift, and in training only. A batch of one has no variance, and is refused.",
    abs(out.mean() + 2) < 0.01
    and abs(out.std() - 5) < 0.1
    and abs(before_scaling.mean()) < 1e-3
    and "more than 1 value per channel" in refusal,
)

# %% [markdown]
# **Why.** [Batch normalisation](../glossary.md#batch-normalisation) ends with a learned scale γ and shift β, so
# that the layer can keep any mean and spread that serve. See [Initialisation and
# normalisation](15_initialization_and_normalization.py).
