# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - write an engine that computes gradients, and train a network with it
#   - walk PyTorch's graph from a loss to its parameters, and say which tensors get a gradient
#   - use `zero_grad`, `no_grad` and `detach` for a reason, and recognise what in-place changes break
# know_first: >-
#   [Your first network](01_first_network.py): parameters, loss, `backward()`, the training loop. School
#   mathematics: the slope of a curve.
# data: two moons, made on the page
# ---

# %% [markdown]
# # Autograd
#
# You will be able to say what `loss.backward()` does, because you will have written it yourself.
#
# In a training loop, one line computes the slope of the loss for each parameter that the loss depends on. It
# has never seen your network, and nobody gave it a derivative. This page takes that line apart.
#
# ## A result that remembers
#
# We ask PyTorch for slopes with `requires_grad=True`. From then on it notes every operation. This recorder is
# called [autograd](../glossary.md#autograd).

# %%
import torch

a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(-3.0, requires_grad=True)

c = a * b
d = c + a
y = d**2
for name, tensor in {"a": a, "c": c, "d": d, "y": y}.items():
    maker = tensor.grad_fn.name() if tensor.grad_fn else "no operation"
    print(f"{name} = {tensor.item():4}   made by {maker}")

# %% [markdown]
# Each result knows the operation that made it, in its `grad_fn`; `a` was made by none. (`Mul`, `Add` and `Pow` are multiply,
# add, power. `Backward` says what the object is for: it takes a slope backwards through that operation.)
#
# **Predict.** Note that `a` is used twice. Make it larger by a tiny amount: how fast does `y` change?

# %%
y.backward()
print(f"autograd:          dy/da = {a.grad:.3f}   dy/db = {b.grad:.3f}")


def formula(a, b):
    return (a * b + a) ** 2


step = 1e-5
by_a = (formula(2 + step, -3) - formula(2 - step, -3)) / (2 * step)
by_b = (formula(2, -3 + step) - formula(2, -3 - step)) / (2 * step)
print(f"by small changes:  dy/da = {by_a:.3f}   dy/db = {by_b:.3f}")

# %% [markdown]
# The second line tries it out: a small step up, a small step down, the difference of the results divided by
# the distance. That takes two evaluations for each input. `backward()` found both slopes in one go.
#
# ## The graph, with numbers
#
# What was recorded is the [computation graph](../glossary.md#computation-graph). Here it is, drawn with
# [`Value`][nnfund.scratch.Value], a number that records as PyTorch does. Each box shows its number (data) and
# the slope of $y$ in it (grad). The number at the tip of an arrow is a *local* slope: how fast the box below
# changes with the box above, with everything else held still.

# %% alt="A graph from top to bottom. The boxes a = 2 and b = −3 point to a box made by ×, with data −6. On these arrows stand the slopes −3 and 2. The × box and once more a point to a box made by +, with data −4; both slopes are 1. That box points to y = 16, made by a square; the slope is −8. The gradients, from the bottom: 1 for y, −8 for the sum, −8 for the product, then −16 for b and 16 for a."
from nnfund.plotting import draw_value_graph
from nnfund.scratch import Value

a_value, b_value = Value(2.0, label="a"), Value(-3.0, label="b")
y_value = formula(a_value, b_value)
y_value.label = "y"
y_value.backward()
draw_value_graph(y_value)

# %% [markdown]
# Read it from the bottom up. The slope of $y$ in itself is 1. To go up one arrow, multiply by the number on
# it: that is the [chain rule](../glossary.md#chain-rule). Where several arrows leave a box, add what comes
# back along them. From $a$ there are two paths to $y$:
#
# $$\frac{dy}{da} = \underbrace{(-8) \cdot 1}_{\text{straight}} +
# \underbrace{(-8) \cdot 1 \cdot (-3)}_{\text{through the product}} = 16.$$
#
# Two rules, multiply along arrows and add where they meet, are all of
# [backpropagation](../glossary.md#backpropagation). An operation needs to know its own local slope and
# nothing else. And it computes slopes; it changes no parameter.
#
# ## Write the engine
#
# So we need a number that stores three things beside itself: its parents (the numbers that it was computed
# from), the slope in each of them, and a place for its gradient. Every operation makes a new `Number` and fills them in. One question is left: in
# which order do we go backwards? A box may pass its gradient on only when all shares have come back to it. A
# parent is always made before its children, so the order in which the numbers were made, reversed, will do.

# %%
import itertools
import math


class Number:
    """A number that remembers what it was computed from."""

    clock = itertools.count()

    def __init__(self, data, parents=(), slopes=(), op="", label=""):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes  # of this number, in each parent
        self.op, self.label = op, label  # for drawings
        self.born = next(Number.clock)

    # The operations: a result, and its slopes.

    def __add__(self, other):
        other = as_number(other)
        total = self.data + other.data
        return Number(total, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = as_number(other)
        product = self.data * other.data
        return Number(product, (self, other), (other.data, self.data), "*")

    def __pow__(self, power):  # power: a plain number
        slope = power * self.data ** (power - 1)
        return Number(self.data**power, (self,), (slope,), f"**{power}")

    def exp(self):
        result = math.exp(self.data)
        return Number(result, (self,), (result,), "exp")

    def log(self):
        return Number(math.log(self.data), (self,), (1 / self.data,), "log")

    def tanh(self):
        result = math.tanh(self.data)
        return Number(result, (self,), (1 - result**2,), "tanh")

    def relu(self):
        slope = 1.0 if self.data > 0 else 0.0
        return Number(slope * self.data, (self,), (slope,), "relu")

    # What can be said with the operations above.

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -as_number(other)

    def __truediv__(self, other):
        return self * as_number(other) ** -1

    def __rsub__(self, other):  # 1 - x: Python asks x, since 1 cannot
        return as_number(other) - self

    __radd__ = __add__
    __rmul__ = __mul__

    # The way back.

    def history(self):
        """All numbers that this one depends on, and itself, oldest first."""
        found, waiting = {self}, [self]
        while waiting:
            for parent in waiting.pop().parents:
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return sorted(found, key=lambda number: number.born)

    def backward(self):
        """Add to each input's `grad` the slope of this number in it."""
        numbers = self.history()
        for number in numbers:
            if number.parents:  # inputs keep what they have: it adds up
                number.grad = 0.0
        self.grad += 1.0
        for number in reversed(numbers):
            for parent, slope in zip(number.parents, number.slopes):
                parent.grad += slope * number.grad


def as_number(thing):
    return thing if isinstance(thing, Number) else Number(thing)


# %% [markdown]
# The last line of `backward` holds both rules: `*` along the arrow, `+=` where arrows meet. Does it work? We
# send the same formula, with all the operations in it and several numbers used more than once, through three
# engines: ours, `nnfund.scratch`, and PyTorch with 64-bit numbers.


# %%
def tangle(a, b, c):
    d = (a * b - c).tanh()
    e = d * d + (a + 2 * d).relu()
    return (e.exp() + 1).log() / (b * b + 1) - c**3 * e + (1 - a)


def in_torch(x):
    return torch.tensor(x, dtype=torch.float64, requires_grad=True)


# %% tags=["hide_input"]
import random

from nnfund import claim

rng = random.Random(0)
largest = {"nnfund.scratch": 0.0, "PyTorch": 0.0}
for _ in range(200):
    point = [rng.uniform(-2, 2) for _ in range(3)]
    slopes = {}
    engines = {"ours": Number, "nnfund.scratch": Value, "PyTorch": in_torch}
    for engine, make in engines.items():
        arguments = [make(x) for x in point]
        tangle(*arguments).backward()
        slopes[engine] = [float(argument.grad) for argument in arguments]
    for engine in largest:
        gaps = [abs(p - q) for p, q in zip(slopes["ours"], slopes[engine])]
        largest[engine] = max(largest[engine], *gaps)

claim(
    "At 200 random points the three slopes of this formula agree: ours differ from those of `nnfund.scratch` "
    "and from those of PyTorch by less than $10^{-10}$.",
    max(largest.values()) < 1e-10,
)

# %% [markdown]
# ## Train a network with it
#
# A network is a formula with many numbers. Ours has two inputs, eight hidden neurons with tanh, and one
# output. We start from the weights that PyTorch drew, so that we can compare. The loss is the [binary
# cross-entropy](../glossary.md#binary-cross-entropy): $\log(1 + e^{z}) - t z$ for a
# [logit](../glossary.md#logits) $z$ and a target $t$ of 0 or 1.

# %%
from torch import nn

from nnfund.data import make_moons

inputs, labels = make_moons(100, noise=0.1, seed=0)
inputs, targets = inputs.double(), labels[:, None].double()

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1)).double()

rows = model[0].weight.tolist()
hidden_weights = [[Number(w) for w in row] for row in rows]
hidden_biases = [Number(b) for b in model[0].bias.tolist()]
output_weights = [Number(v) for v in model[2].weight[0].tolist()]
output_bias = Number(model[2].bias.item())
parameters = [w for row in hidden_weights for w in row]
parameters += [*hidden_biases, *output_weights, output_bias]


def network(x1, x2):
    z = output_bias
    for (w1, w2), b, v in zip(hidden_weights, hidden_biases, output_weights):
        z = z + v * (w1 * x1 + w2 * x2 + b).tanh()
    return z


def mean_loss():
    total = 0
    for (x1, x2), target in zip(inputs.tolist(), labels.tolist()):
        z = network(x1, x2)
        total = total + (z.exp() + 1).log() - target * z
    return total / len(labels)


our_losses = []
for _ in range(100):
    loss = mean_loss()
    loss.backward()
    for parameter in parameters:
        parameter.data -= 3.0 * parameter.grad  # lr = 3
        parameter.grad = 0.0
    our_losses.append(loss.data)

# %% [markdown]
# And the same in PyTorch, from the same weights, with the usual loop (hidden here).

# %% tags=["hide_input"]
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=3.0)
torch_losses = []
for _ in range(100):
    torch_loss = loss_fn(model(inputs), targets)
    optimizer.zero_grad()
    torch_loss.backward()
    optimizer.step()
    torch_losses.append(torch_loss.item())

# %% alt="Left: the loss against the step. PyTorch's curve, and on top of it marks for our engine's losses; every mark lies on the curve, which falls from about 0.7 to below 0.1, with some jumps on the way. Right: the two moons and our network's decision boundary, which winds between them." tags=["hide_input"]
import matplotlib.pyplot as plt

from nnfund.plotting import plot_decision_boundary


def our_logits(points):
    return torch.tensor([network(x1, x2).data for x1, x2 in points.tolist()])


fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.8), layout="constrained")
left.plot(torch_losses, label="PyTorch")
left.plot(range(0, 100, 5), our_losses[::5], "o", markersize=4, label="our engine")
left.set(xlabel="step", ylabel="loss")
left.legend()
plot_decision_boundary(our_logits, inputs, targets, ax=right, legend=False, resolution=70)
plt.show()

# %% tags=["hide_input"]
difference = max(abs(p - q) for p, q in zip(our_losses, torch_losses))
right_answers = ((our_logits(inputs) > 0) == (labels == 1)).sum().item()
claim(
    f"A hundred lines train a network. Each of the 100 losses is that of PyTorch, to eight decimals. They "
    f"fall from {our_losses[0]:.3f} to {our_losses[-1]:.3f}, and {right_answers} of the 100 training points are right.",
    difference < 5e-9 and our_losses[-1] < 0.1 and right_answers >= 97,
)

# %% [markdown]
# So why does anybody need PyTorch?

# %% tags=["hide_input"]
import time


def best_time(run, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def torch_step():
    loss_fn(model(inputs), targets).backward()


ratio = best_time(lambda: mean_loss().backward(), 5) / best_time(torch_step, 100)
claim(
    f"Our loss is made of {len(loss.history()):,} numbers, each an object of its own. One forward and backward "
    f"pass takes more than 50 times as long as PyTorch's, on the same machine, for these 100 points.",
    ratio > 50,
)

# %% [markdown]
# PyTorch records whole [tensors](../glossary.md#tensor), not numbers: one multiplication for all neurons and
# all samples is one entry. How few entries that makes, you will see now.
#
# ## How does `backward()` find the parameters?
#
# You call it on the loss, and hand it no model. Let us walk as it does. A result's `grad_fn` is the node that
# made it. A node's `next_functions` are the nodes that its gradients go to next, one for each of its inputs.
# (The number that comes with each does not matter here.)
#
# **Predict.** A small network: `Linear`, `Tanh`, `Linear`, then the loss. Where will the walk end?

# %%
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
loss = loss_fn(model(inputs), targets)
name_of = {id(p): name for name, p in model.named_parameters()}


def walk(node, depth=0):
    if node is None:
        text = "None"
    elif hasattr(node, "variable"):
        text = f"AccumulateGrad, variable: {name_of[id(node.variable)]}"
    else:
        text = type(node).__name__
    print("   " * depth + text)
    for next_node, _ in node.next_functions if node else ():
        walk(next_node, depth + 1)


walk(loss.grad_fn)

# %% [markdown]
# `Addmm` is what a linear layer computes: a matrix product (`mm`), and the bias added. `T` turns the weight
# matrix on its side, because a layer computes $x W^\top + b$. `None` stands for inputs that want no gradient:
# the points, and the targets.
#
# The walk ends in `AccumulateGrad`. Such a node holds a reference to one tensor, its `.variable`, and adds the
# gradient that arrives to that tensor's `.grad`. So that is the answer. **`backward()` does not search your
# model. The forward pass used the parameters, and each operation kept a way back to what it used.** The same
# graph as a picture, after `backward()`. Arrows run as the forward pass did; gradients flow against them:

# %% alt="The graph of the same loss from top to bottom. Four boxes are parameters: 0.weight and 0.bias, 2.weight and 2.bias, with shape or number, and gradient. 0.weight passes a box t and joins 0.bias in a box addmm, then comes tanh, then a second addmm, where 2.weight, turned by t, and 2.bias join. The last box is the loss."
from nnfund.plotting import draw_autograd_graph

loss.backward()
draw_autograd_graph(loss, names=dict(model.named_parameters()))

# %% [markdown]
# The nodes of this graph are *functions*. Tensors are not nodes; they point at one. (In our engine a number
# was both, which is shorter to write.) We test the answer: we make a model inside a function and let only the
# loss out. (`nodes_of` collects all nodes that can be reached, as `history` did for numbers.)


# %% tags=["hide_input"]
def nodes_of(tensor):
    """Every node that can be reached from a tensor."""
    found, waiting = set(), [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in found:
            found.add(node)
            waiting += [next_node for next_node, _ in node.next_functions]
    return found


# %%
def loss_without_model():
    torch.manual_seed(0)
    forgotten = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    return loss_fn(forgotten.double()(inputs), targets)


orphan = loss_without_model()
orphan.backward()
nodes = nodes_of(orphan)
reached = [node.variable for node in nodes if hasattr(node, "variable")]

# %% tags=["hide_input"]
expected = sorted(p.grad.norm().item() for p in model.parameters())
found = sorted(p.grad.norm().item() for p in reached)
claim(
    f"No name for the model is left, and still `backward()` gave all {len(reached)} parameters their gradients, "
    f"the same ones as above. The graph has {len(nodes)} nodes, and none of them is a tensor.",
    len(reached) == 4
    and max(abs(p - q) for p, q in zip(expected, found)) < 1e-12
    and not any(isinstance(node, torch.Tensor) for node in nodes),
)

# %% [markdown]
# The graph is made anew in each forward pass. So `forward` may contain any `if` and any loop: what is recorded
# is what happened.
#
# ## Who gets a gradient?
#
# A tensor that no recorded operation made is a [leaf](../glossary.md#leaf). Parameters are leaves. `backward()`
# fills `.grad` of those leaves that want it (`requires_grad=True`, as parameters have from the start) *and*
# that the loss depends on. Which parameters the optimizer moves is another question: of those that you hand to
# it, the ones that have a gradient. Usually you hand it `model.parameters()`, which lists what the module has
# *registered*. What has a gradient and what is registered need not agree.
#
# **Predict.** Four layers and a result in between. Which get a gradient? Which will `optimizer.step()` move? A
# table of their weights follows the code.


# %%
class Mixed(nn.Module):
    def __init__(self):
        super().__init__()
        self.used = nn.Linear(2, 4)
        self.unused = nn.Linear(2, 4)
        self.frozen = nn.Linear(4, 4).requires_grad_(False)
        self.plain_list = [nn.Linear(4, 1)]

    def forward(self, inputs):
        self.between = torch.tanh(self.used(inputs))  # kept to look at
        return self.plain_list[0](self.frozen(self.between))


torch.manual_seed(0)
mixed = Mixed()
optimizer = torch.optim.SGD(mixed.parameters(), lr=1.0)
loss_fn(mixed(inputs.float()), targets.float()).backward()

# %% tags=["hide_input"]
import warnings

tensors = {
    "used": mixed.used.weight,
    "unused": mixed.unused.weight,
    "frozen": mixed.frozen.weight,
    "plain_list": mixed.plain_list[0].weight,
    "between": mixed.between,
}
before = {name: tensor.detach().clone() for name, tensor in tensors.items()}
optimizer.step()

registered = {id(parameter) for parameter in mixed.parameters()}
warnings.filterwarnings("ignore", message=".*not a leaf")  # PyTorch warns
print("            leaf   in parameters()  gradient  moved")
for name, tensor in tensors.items():
    moved = not torch.equal(tensor, before[name])
    row = [tensor.is_leaf, id(tensor) in registered, tensor.grad is not None, moved]
    leaf, listed, has_grad, moved = ("yes" if fact else "-" for fact in row)
    print(f"{name:10}  {leaf:5}  {listed:15}  {has_grad:8}  {moved}")

# %% [markdown]
# - **unused**: the loss does not depend on it, so its `.grad` is `None`.
# - **frozen**: it wants no gradient, but `parameters()` lists it all the same. It does let the gradient
#   *through*, or `used` would have none.
# - **plain_list**: the trap. The forward pass used the layer, so it has a gradient. But a module does not look
#   into a Python list, so the optimizer has never heard of it. It stays at its random start, without any
#   error. `nn.ModuleList([...])` registers its members.
# - **between**: not a leaf. Its gradient was computed on the way and dropped. Call `retain_grad()` on such a
#   tensor before `backward()` if you want to see it.

# %% tags=["hide_input"]
mixed.plain_list = nn.ModuleList(mixed.plain_list)
optimizer = torch.optim.SGD(mixed.parameters(), lr=1.0)
mixed.zero_grad()
loss = loss_fn(mixed(inputs.float()), targets.float())
mixed.between.retain_grad()
loss.backward()
optimizer.step()
claim(
    f"With a `ModuleList` the layer is in `parameters()`, and a step moves it. With `retain_grad()` the result "
    f"in between has a gradient of shape {tuple(mixed.between.grad.shape)}: 100 points, 4 neurons.",
    not torch.equal(mixed.plain_list[0].weight, before["plain_list"])
    and mixed.between.grad.shape == (100, 4),
)

# %% [markdown]
# ## Gradients add up
#
# `AccumulateGrad` *adds*. It must: in `a * b + a`, two shares arrive at `a`. But it also adds to what earlier
# calls have left there.
#
# **Predict.** The slope of $w^2$ at $w = 3$ is 6. What does this print?

# %%
w = torch.tensor(3.0, requires_grad=True)
for _ in range(3):
    (w**2).backward()
    print(w.grad.item())

# %% [markdown]
# That can be of use, if a batch is too large for your memory: take it in parts, and step once.

# %% tags=["hide_input"]
model.zero_grad()
loss_fn(model(inputs), targets).backward()
whole = [p.grad.clone() for p in model.parameters()]
model.zero_grad()
for part in (slice(0, 50), slice(50, 100)):
    (loss_fn(model(inputs[part]), targets[part]) / 2).backward()
gap = max((p.grad - g).abs().max().item() for p, g in zip(model.parameters(), whole))
claim(
    "Two halves of the points, each loss divided by 2, leave the same gradient as all points at once.",
    gap < 1e-12,
)

# %% [markdown]
# In a training loop it is a trap, and `optimizer.zero_grad()` is the way out. What happens if you forget it?
# Each step then uses the sum of all gradients since the start. We try it on a bowl, $(w - 1)^2$ from $w = 0$,
# and on moons so noisy that they overlap, with five random starts.

# %% alt="Left: the value of w against the step. With zero_grad it rises to 1 and stays. Without, it swings between 0 and 2 for all 60 steps, and the swings do not get smaller. Right: loss on the moons, five runs each, log scale. With zero_grad all five curves fall smoothly and lie close together. Without, all five go up and down without end, and some shoot up above 1." tags=["hide_input"]
from nnfund.models import MLP


def bowl_path(clear):
    w = torch.tensor(0.0, requires_grad=True)
    path = [0.0]
    for _ in range(60):
        ((w - 1) ** 2).backward()
        with torch.no_grad():
            w -= 0.05 * w.grad
        if clear:
            w.grad = None
        path.append(w.item())
    return path


def moons_losses(seed, noise=0.3, clear="before backward", momentum=0.0):
    points, classes = make_moons(100, noise=noise, seed=0)
    torch.manual_seed(seed)
    net = MLP([2, 16, 1])
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5, momentum=momentum)
    losses = []
    for _ in range(200):
        if clear == "before forward":
            optimizer.zero_grad()
        loss = loss_fn(net(points), classes[:, None].float())
        if clear == "before backward":
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


cleared = [moons_losses(seed) for seed in range(5)]
forgotten = [moons_losses(seed, clear="never") for seed in range(5)]

fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.8), layout="constrained")
left.plot(bowl_path(clear=True), label="with zero_grad")
left.plot(bowl_path(clear=False), "--", label="without")
left.set(xlabel="step", ylabel="$w$", ylim=(-0.1, 2.9))
left.legend(loc="upper right")
for with_it, without in zip(cleared, forgotten):
    right.semilogy(without, "--", color="C1", linewidth=0.8)
    right.semilogy(with_it, color="C0", linewidth=1.5)
right.set(xlabel="step", ylabel="loss on the moons")
right.minorticks_off()
right.set_yticks([0.5, 1, 2, 5], ["0.5", "1", "2", "5"])
plt.show()

# %% [markdown]
# A ball that rolls in a bowl without friction never comes to rest. The likeness is exact: an optimizer with
# [momentum](../glossary.md#momentum) $\beta$ keeps $\beta$ times its old direction and adds the new gradient.
# Forgetting `zero_grad` is momentum 1.


# %% tags=["hide_input"]
def rises(losses):
    return sum(later > earlier for earlier, later in itertools.pairwise(losses))


momentum_one = [moons_losses(seed, momentum=1.0) for seed in range(5)]
gap = max(abs(p - q) for f, m in zip(forgotten, momentum_one) for p, q in zip(f, m))
rises_cleared, rises_forgotten = [rises(x) for x in cleared], [rises(x) for x in forgotten]
claim(
    f"Without `zero_grad` the losses of all five runs are those of `SGD(momentum=1.0)`, to six decimals. In the "
    f"200 steps of a run the loss went up {min(rises_forgotten)} to {max(rises_forgotten)} times; with "
    f"`zero_grad` it never did.",
    gap < 5e-7 and min(rises_forgotten) > 20 and max(rises_cleared) == 0,
)

# %% tags=["hide_input"]
easy = [moons_losses(seed, noise=0.1)[-1] for seed in range(5)]
easy_forgotten = [moons_losses(seed, noise=0.1, clear="never")[-1] for seed in range(5)]
claim(
    f"This bug can hide. On moons with little noise, which a network can divide without error, the loss has no "
    f"lowest point to swing around: it falls the further out you go. There the runs without `zero_grad` even end "
    f"lower, all five below 0.05, against {min(easy):.2f} to {max(easy):.2f} with it. That a loss falls does not "
    f"prove the loop right.",
    max(easy_forgotten) < 0.05 and min(easy) > 0.1,
)

# %% [markdown]
# Where should the call stand? Anywhere after the last step and before the next `backward()`. The forward pass
# reads no `.grad`, so it makes no difference whether you clear before it or after it.

# %% tags=["hide_input"]
early = [moons_losses(seed, clear="before forward") for seed in range(5)]
claim(
    "Five runs with `zero_grad()` before the forward pass, and five with it just before `backward()`: all 200 "
    "losses of each are equal.",
    early == cleared,
)

# %% [markdown]
# And in spite of its name, it does not write zeros. By default it sets `.grad` to `None`. That is not the
# same: an optimizer skips a parameter whose gradient is `None`. With a gradient of zero it takes a step, and
# its memory of earlier gradients may still push.

# %% tags=["hide_input"]
moves = {}
for set_to_none in (True, False):
    w = torch.tensor(3.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    (w**2).backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=set_to_none)
    start = w.item()
    optimizer.step()  # no backward() before it
    moves[set_to_none] = w.item() - start
claim(
    f"After one step on $w^2$ from $w = 3$ with momentum 0.9, a second `step()` without a new gradient moves $w$ by "
    f"{moves[True]:.2f} if it was cleared to `None`, and by −{-moves[False]:.2f} if it was set to zero.",
    moves[True] == 0 and moves[False] < -0.5,
)

# %% [markdown]
# ## Not recording
#
# Recording costs memory, because operations keep what their slopes will need. Inside `with torch.no_grad():`
# nothing is recorded. Use it when you measure, and when you change parameters by hand. (It does not switch to
# [evaluation mode](../glossary.md#evaluation-mode); `model.eval()` does that.)
#
# `tensor.detach()` cuts in one place: it gives you the same numbers without their past, and the rest of the
# formula goes on being recorded.
#
# **Predict.** $x \cdot x$ has the slope $2x$, which is 6 at $x = 3$. What if one of the two is detached?

# %%
x = torch.tensor(3.0, requires_grad=True)
for product in (x * x, x * x.detach()):
    (slope,) = torch.autograd.grad(product, x)  # returned, not stored
    print(f"value {product.item():.0f}, slope {slope.item():.0f}")

with torch.no_grad():
    print("in no_grad:", (x * x).requires_grad, (x * x).grad_fn)

# %% [markdown]
# The value is the same. For the slope, the detached factor is a constant 3.
#
# Sometimes the record is kept without your noticing. To report a mean loss, you may add up the losses of all
# batches. Add up the tensors, and each drags its graph along:

# %%
total, total_number = 0.0, 0.0
for batch in range(1, 101):
    loss = loss_fn(model(inputs), targets)
    total = total + loss
    total_number += loss.item()  # a plain Python number: no graph
    if batch in (1, 10, 100):
        print(f"after {batch:3} batches: {len(nodes_of(total)):4} nodes")

# %% [markdown]
# With `loss.item()` there is nothing to keep, and each batch's graph goes as soon as the next one is made.
#
# Some operations end the record by themselves, because no slope would help. Accuracy compares, and counts:

# %%
logits = model(inputs)
accuracy = ((logits > 0) == (targets == 1)).double().mean()
print("accuracy:", accuracy.requires_grad, accuracy.grad_fn)

(slope,) = torch.autograd.grad(logits.round().sum(), logits)
print("largest slope of round():", slope.abs().max().item())

# %% [markdown]
# The accuracy has no graph, so `backward()` on it raises. Rounding has one, but its slope here is 0 everywhere:
# training would not move. So not every measure will do as a loss. It must have slopes, nearly everywhere, and
# they must not all be 0.
#
# ## Changes in place
#
# An operation [in place](../glossary.md#in-place) overwrites a tensor instead of making a new one: `y += 1`,
# `y[0] = 0`, and methods that end in an underscore, such as `y.add_(1)`. To autograd this is rewriting
# history. The slope of $e^x$ is $e^x$ itself, so `exp` keeps its result for the way back. What if we change
# that result?

# %%
from textwrap import fill

x = torch.tensor([0.0, 1.0], requires_grad=True)
y = x.exp()
kept = y.grad_fn._saved_result
print("kept by exp:", [round(v, 3) for v in kept.tolist()])
y += 1  # no complaint yet

try:
    y.sum().backward()
except RuntimeError as error:
    print(fill(str(error).split(" Hint")[0], 66))

# %% [markdown]
# A tensor counts its changes: its *version*. The node kept version 0 and finds version 1, so you get an error
# instead of a wrong slope. Note where it comes up: in `backward()`, not in the line with `+=`. The message
# names the operation that lost its result, here `Exp`. The cure is `y = y + 1`, a new tensor.
#
# The second error of this kind is a step by hand. A leaf is where gradients arrive, so it cannot at the same
# time be the result of a recorded operation:

# %%
w = torch.tensor(3.0, requires_grad=True)
try:
    w -= 0.1
except RuntimeError as error:
    print(fill(str(error), 66))

with torch.no_grad():  # not part of the formula, so not recorded
    w -= 0.1
print(f"w = {w.item():.1f}, still a leaf: {w.is_leaf}")

# %% tags=["hide_input"]
x = torch.tensor([0.0, 1.0], requires_grad=True)
y = x * 2  # the slope is 2, whatever happens to the result
y += 1
y.sum().backward()
first = x.grad.tolist()

x = torch.tensor([0.0, 1.0], requires_grad=True)
y = x.exp()
y.data += 1  # goes behind autograd's back
y.sum().backward()
wrong = (x.grad - x.detach().exp()).abs().max().item()
claim(
    f"Not every change in place is an error: after `y = x * 2`, `y += 1` is fine, since multiplying by 2 keeps "
    f"no result. And never write to `y.data`, which older texts do. It bypasses the count: after `y = x.exp()`, "
    f"`y.data += 1` raises nothing, and the slopes are wrong by {wrong:.0f}.",
    first == [2.0, 2.0] and abs(wrong - 1) < 1e-6,
)

# %% [markdown]
# ## Check yourself
#
# ??? question "Why must `backward` handle the numbers in an order, and not as it finds them?"
#     A number passes its gradient on once. If it does so before all its children have sent their shares, the
#     late shares never reach its parents. In `a * b + a` nothing would go wrong. Where a *result* is used
#     twice, on paths of different lengths, it can.
#
# ??? question "You call `backward()` twice on the same loss, and PyTorch raises. Why does our engine not?"
#     PyTorch frees what the operations kept as soon as it has been used, to save memory. A second walk finds
#     nothing. `backward(retain_graph=True)` keeps it. Our slopes stay where they are.
#
# ??? question "A parameter's `.grad` is `None` after `backward()`. What may be the reason?"
#     The loss does not depend on it (it is unused, or a `detach()` or `no_grad` stands between), it does not
#     want a gradient (`requires_grad=False`), or it is not a leaf. If it was cleared afterwards, that is a
#     reason, too.
#
# ??? question "Does `optimizer.step()` need the graph?"
#     No. It reads `.grad` of the tensors that it was given. The loss and the optimizer never meet: the
#     parameters are all that they share.
#
# ## Exercises
#
# 1. **Basic.** Give `Number` the methods `sin` and `sigmoid`, and compare both with PyTorch.
#
#     ??? tip "Hint"
#         The slope of the sine is the cosine. If $s$ is the sigmoid's result, its slope is $s (1 - s)$.
#
# 2. **Intermediate.** In `backward`, go through the numbers in the order in which `history` found them
#    instead of the order of birth. Find a formula whose slopes become wrong, as short as you can, and draw it
#    with `draw_value_graph`.
#
#     ??? tip "Hint"
#         A set keeps no order: make `found` a list, with `append` instead of `add`. Then you need a result that
#         is used twice, on paths of different lengths.
#
# 3. **Advanced.** Write an engine whose data are 2-D tensors (`torch.Tensor` without `requires_grad`), with
#    `@`, `+` with a bias row, `tanh` and `mean`. Train the same network, and count its nodes.
#
#     ??? tip "Hint"
#         Local slopes are too large to store now. Store a function instead, which turns the gradient of the
#         result into that of each parent. For `A @ B` these are `grad @ B.T` and `A.T @ grad`. The bias row
#         was used once per sample, so its shares add up.
#
# ## Summary
#
# - Autograd records each operation. `backward()` walks the record from the result: multiply along arrows, add
#   where they meet.
# - PyTorch's nodes are functions. The walk goes from `grad_fn` along `next_functions` to `AccumulateGrad`,
#   which holds the parameter. The model is not asked.
# - Gradients arrive in leaves that want them and that the loss depends on. The optimizer moves what has a
#   gradient among what it was given, usually `parameters()`: another list.
# - Gradients add up, hence `zero_grad()`. It sets `None`, and may stand before or after the forward pass.
# - `no_grad` records nothing, `detach` cuts in one place, `item()` gives a plain number. A change in place may
#   destroy what the way back needs.
#
# Next, the same two rules for whole layers, by hand: [Backpropagation](08_backpropagation.py).
#
# ## Further reading
#
# - Seppo Linnainmaa (1976). Taylor expansion of the accumulated rounding error. *BIT Numerical Mathematics*
#   16, 146–160.
# - Atılım Güneş Baydin, Barak A. Pearlmutter, Alexey Andreyevich Radul and Jeffrey Mark Siskind (2018).
#   Automatic differentiation in machine learning: a survey. *Journal of Machine Learning Research* 18(153),
#   1–43.
# - Adam Paszke, Sam Gross, Francisco Massa and others (2019). PyTorch: an imperative style, high-performance
#   deep learning library. *Advances in Neural Information Processing Systems* 32.
# - Andrej Karpathy (2020). [*micrograd*](https://github.com/karpathy/micrograd). The best-known small engine.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapter 7.
