# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - write a small network in PyTorch and say what each of its lines does
#   - train it with a loop that you wrote yourself, and read its loss curves
#   - show what its hidden layer is good for, with a comparison that is more than one lucky run
# know_first: >-
#   Python (functions, classes, loops) and school mathematics (straight lines, slopes). Nothing of neural
#   networks.
# data: two moons, 400 points in the plane, made on the page
# ---

# %% [markdown]
# # Your first network
#
# You will be able to write a neural network, train it, watch it learn, and take it apart to see how it does
# it.
#
# Here is such a [network](../glossary.md#network) at work. It sees points in the plane, round ones and
# triangles, and has to learn which is which. The colour of the background is its answer at that place, and
# stronger where it is surer. No code yet: look at how the line between the two colours moves.

# %% alt="The same points three times: two half circles that reach into each other, round points above, triangles below. Before training the background has nothing to do with the points. After 10 passes a nearly straight line divides the plane, and the tips of both half circles lie on the wrong side. After 100 passes the line winds between the two half circles." tags=["hide_input"]
import matplotlib.pyplot as plt
import torch
from torch import nn

from nnfund.data import Batches, make_moons
from nnfund.models import MLP
from nnfund.plotting import plot_decision_boundary
from nnfund.training import fit

inputs, labels = make_moons(400, noise=0.1, seed=0)
targets = labels[:, None].float()

torch.manual_seed(0)
preview = MLP([2, 16, 1])
optimizer = torch.optim.SGD(preview.parameters(), lr=0.5)
train_loader = Batches(inputs[:200], targets[:200], batch_size=20, shuffle=True, seed=0)

fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.5), sharey=True, layout="constrained")
for ax, epochs, title in zip(axes, [0, 10, 90], ["before training", "after 10 passes", "after 100 passes"]):
    fit(preview, train_loader, loss_fn=nn.BCEWithLogitsLoss(), optimizer=optimizer, epochs=epochs)
    plot_decision_boundary(preview, inputs[:200], targets[:200], ax=ax, legend=False)
    ax.set(title=title, ylabel="$x_2$" if ax is axes[0] else "")
plt.show()

# %% [markdown]
# At first the answer is the same everywhere, so there is no line. Nobody told the network about half circles.
# It saw 200 points, with their answers. The rest of this page builds this picture, line by line.
#
# ## The task: two moons
#
# One point, with its answer, is a [sample](../glossary.md#sample). The numbers that describe it are its
# [features](../glossary.md#feature): here there are two, the coordinates $x_1$ and $x_2$. The answer is its
# [class](../glossary.md#class), 0 for the upper moon and 1 for the lower one. What a network should answer
# for a sample is called the [target](../glossary.md#target).
#
# PyTorch keeps numbers in [tensors](../glossary.md#tensor), arrays of numbers of one type. We make 400 points
# and look at the first three. The targets become one column, because the network will have one output.

# %%
import torch

from nnfund.data import make_moons

inputs, labels = make_moons(400, noise=0.1, seed=0)
targets = labels[:, None].float()  # (400, 1): one column

print("inputs ", tuple(inputs.shape), "  targets", tuple(targets.shape))
for point, target in zip(inputs[:3], targets[:3]):
    x1, x2 = point.tolist()
    print(f"x1 = {x1:6.3f}   x2 = {x2:6.3f}   target = {target.item():.0f}")

# %% [markdown]
# The [seed](../glossary.md#seed) fixes the random numbers: run this page again and you get the same points.
#
# A network could learn its 200 points by heart and know nothing about others. So we hide half of the points
# from it. The [training set](../glossary.md#training-set) is what it learns from. The [validation
# set](../glossary.md#validation-set) is what we ask it afterwards, to see whether it has learned something
# about moons. The points come in random order, so we can cut in the middle.

# %%
train_inputs, val_inputs = inputs[:200], inputs[200:]
train_targets, val_targets = targets[:200], targets[200:]
train_set = (train_inputs, train_targets)
val_set = (val_inputs, val_targets)

# %% [markdown]
# ## What a network is made of
#
# A network is a function: two numbers go in, one comes out. It is put together from small pieces of one kind,
# called [neurons](../glossary.md#neuron), or units. One neuron does three things:
#
# 1. It multiplies each input by a number of its own, a [weight](../glossary.md#weight).
# 2. It adds the products and one more number of its own, the [bias](../glossary.md#bias).
# 3. It sends the sum through a fixed function, the [activation function](../glossary.md#activation-function).
#    Ours is [ReLU](../glossary.md#relu): negative sums become 0, the others stay as they are.
#
# As a formula, the neuron number $j$ computes
#
# $$h_j = \max(0,\; w_{j1} x_1 + w_{j2} x_2 + b_j).$$
#
# Our network has 16 such neurons. All of them see the same two inputs. Together they are a
# [layer](../glossary.md#layer), and since nobody outside looks at their results, a [hidden
# layer](../glossary.md#hidden-layer). A last neuron takes the 16 results, weighs them, adds a bias, and has
# no activation:
#
# $$z = v_1 h_1 + v_2 h_2 + \dots + v_{16} h_{16} + c.$$
#
# This $z$ is the network's output. If it is positive, the answer is class 1, otherwise class 0. All the
# numbers $w$, $b$, $v$ and $c$ are the network's [parameters](../glossary.md#parameter). They start as random
# numbers. Learning means finding better ones.
#
# ## The network as code
#
# In PyTorch a network is a class that derives from `nn.Module`. `__init__` makes the parts, and `forward` says
# how an input goes through them. `nn.Linear(2, 16)` holds the weights and biases of
# a whole layer with 2 inputs and 16 neurons, and computes all 16 sums at once.
#
# **Predict.** How many parameters does the network have? Count the $w$, $b$, $v$ and $c$ before you look.

# %%
from torch import nn


class Network(nn.Module):
    def __init__(self, hidden_features=16):
        super().__init__()
        self.hidden = nn.Linear(2, hidden_features)
        self.activation = nn.ReLU()
        self.output = nn.Linear(hidden_features, 1)

    def forward(self, inputs):
        sums = self.hidden(inputs)  # (N, 2) -> (N, 16)
        features = self.activation(sums)  # (N, 16), negative sums are now 0
        return self.output(features)  # (N, 16) -> (N, 1)


torch.manual_seed(0)
model = Network()
print(model)
for name, parameter in model.named_parameters():
    shape, count = tuple(parameter.shape), parameter.numel()
    print(f"{name:14}  shape {shape!s:8}  {count:2} numbers")
print("in all:", sum(parameter.numel() for parameter in model.parameters()))

# %% [markdown]
# Each hidden neuron has two weights and one bias, which makes 16 × 3. The output neuron has 16 weights and
# one bias. The module found all of them by itself, because `nn.Linear` was stored as an attribute. `N` in the
# comments is the number of samples: a network takes many at once, one per row.
#
# To use the network, call it as a function. (Calling the object runs `forward` for you.) This is a [forward
# pass](../glossary.md#forward-pass). We ask about the first three validation points, and then work out which share
# of all validation points it gets right. That share is the [accuracy](../glossary.md#accuracy).

# %%
outputs = model(val_inputs[:3])  # (3, 1)
print("outputs:", [round(z, 3) for z in outputs.flatten().tolist()])


def share_right(model):
    """The share of validation points that the model gets right."""
    predicted = (model(val_inputs) > 0).float()  # (200, 1), each 0 or 1
    return (predicted == val_targets).float().mean().item()


print(f"accuracy of the untrained network: {share_right(model):.3f}")

# %% [markdown]
# The network answers, but its weights are random, so its answers mean nothing yet. Before we can improve it,
# we need to say what "better" is.
#
# ## A number for how wrong it is
#
# Counting mistakes is not enough. Move a weight a little, and most of the time no point changes sides, so the
# count stays as it is: it does not say in which direction things would improve. We need a number that changes
# smoothly.
#
# So we read the output $z$ as a degree of belief. The [sigmoid](../glossary.md#sigmoid) function turns any
# number into a probability between 0 and 1:
#
# $$p = \frac{1}{1 + e^{-z}}$$
#
# At $z = 0$ it gives one half: undecided. A raw score such as $z$, before it becomes a probability, is
# called a [logit](../glossary.md#logits). Now we can say how wrong an answer is. Take the probability that
# the network gives to the *right* class, and then minus its natural logarithm. Right and sure costs nearly
# nothing; wrong and sure costs a lot. The mean over the samples is the [loss](../glossary.md#loss), and this
# one is called [binary cross-entropy](../glossary.md#binary-cross-entropy).

# %% alt="Left: the sigmoid rises from 0 to 1 as the logit goes from −6 to 6, and is one half at 0. Right: for target 1 the loss is large at negative logits, falls along nearly a straight line of slope −1, and comes close to 0 at positive ones. For target 0 it is the mirror image. The two curves cross at logit 0." tags=["hide_input"]
import matplotlib.pyplot as plt

z = torch.linspace(-6, 6, 121)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 2.6), layout="constrained")
left.plot(z, torch.sigmoid(z))
left.set(xlabel="logit $z$", ylabel="probability of class 1", title="sigmoid")
right.plot(z, nn.functional.softplus(-z), label="target 1")
right.plot(z, nn.functional.softplus(z), "--", label="target 0")
right.set(xlabel="logit $z$", ylabel="loss of one sample", title="binary cross-entropy")
for ax in (left, right):
    ax.set_xticks(range(-6, 7, 3))
right.legend()
plt.show()

# %% [markdown]
# On the right, a wrong answer lies on a slope. The slope is what learning needs: it says which way is down.
#
# PyTorch has this loss twice. `nn.BCELoss` wants probabilities, so you would apply the sigmoid first.
# `nn.BCEWithLogitsLoss` wants the logits and does both steps in one. It matters: PyTorch keeps about seven
# digits of such a number, and a probability very close to 1 is rounded to 1.
#
# **Predict.** The target is 0, and the network says $z = 20$, then $z = 200$: wrong, and very sure. What
# should the slope be? Look at the dashed curve.

# %%
loss_fn = nn.BCEWithLogitsLoss()
target = torch.tensor([0.0])

for value in (2.0, 20.0, 200.0):
    for name in ("with logits", "sigmoid first"):
        # requires_grad: "I will ask for slopes"
        logit = torch.tensor([value], requires_grad=True)
        if name == "sigmoid first":
            probability = torch.sigmoid(logit)
            loss = nn.BCELoss()(probability, target)
        else:
            loss = loss_fn(logit, target)
        loss.backward()  # computes the slope, stores it in logit.grad
        print(f"logit {value:3.0f}  {name:13}", end="  ")
        print(f"loss {loss.item():6.2f}  slope {logit.grad.item():.2f}")

# %% [markdown]
# At 2 they agree. At 20 the sigmoid has become exactly 1, and the slope behind it is gone: where the network
# is most wrong, it would learn nothing. (The logarithm of 0 would be infinite; PyTorch cuts it off at a loss
# of 100.) With logits the slope is 1, as it should be, so our network ends with a logit and has no sigmoid of
# its own. With more than two classes, a network gives one logit per class, and the loss is
# `nn.CrossEntropyLoss`. It wants logits, too, and for the same reason.
#
# ## One step
#
# The network has 65 parameters, so the loss has 65 slopes: for each parameter, how fast the loss changes
# when this parameter grows. Together they are the [gradient](../glossary.md#gradient). `loss.backward()`
# computes all of them in one go, by a method called [backpropagation](../glossary.md#backpropagation), and
# stores each with its parameter, in `.grad`.
#
# Then every parameter moves a small step against its slope:
#
# $$\text{new} = \text{old} - \mathrm{lr} \cdot \text{slope}$$
#
# The factor `lr` is the [learning rate](../glossary.md#learning-rate), here 0.5. The rule that moves the
# parameters is the [optimizer](../glossary.md#optimizer), and this one is [gradient
# descent](../glossary.md#gradient-descent). PyTorch's class for it is called `SGD`, for a reason that comes
# below. Let us take one step, with all training points, and check it against the formula.

# %%
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)

loss = loss_fn(model(train_inputs), train_targets)
loss.backward()

old = model.output.bias.item()
slope = model.output.bias.grad.item()
optimizer.step()

expected = old - 0.5 * slope
print(f"the output's bias: {old:.4f} - 0.5 * ({slope:.4f}) = {expected:.4f}")
print(f"it is now          {model.output.bias.item():.4f}")

# %% tags=["hide_input"]
from nnfund import claim

after = loss_fn(model(train_inputs), train_targets).item()
claim(
    f"One step moved the bias by the formula, and lowered the loss from {loss.item():.3f} to {after:.3f}.",
    abs(model.output.bias.item() - expected) < 1e-6 and after < loss.item(),
)

# %% [markdown]
# That is all there is to learning here. What is left is to do it a thousand times.
#
# ## The loop
#
# We do not use all points for every step. We go through them in small groups, called
# [batches](../glossary.md#batch), of 20 points each. The slopes of a batch are rougher, but a pass over the
# data then gives ten steps instead of one. Gradient descent with batches drawn at random is *stochastic*
# gradient descent, which is what [SGD](../glossary.md#sgd) stands for. (The optimizer draws nothing: the loop
# does.) One pass over the whole training set is an [epoch](../glossary.md#epoch).
# [`Batches`][nnfund.data.Batches] shuffles the points anew in every epoch and hands them out.
#
# The [training loop](../glossary.md#training-loop) has five stanzas. You will meet the first four in every
# training script, whatever the network, and mostly the fifth. The comments in the code number them.
#
# 1. **Forward.** The network computes its outputs.
# 2. **Loss.** One number says how wrong they are.
# 3. **Backward.** `loss.backward()` computes the slopes. It *adds* them to what is stored, so `zero_grad()`
#    clears the old ones first.
# 4. **Step.** The optimizer moves the parameters.
# 5. **Total.** We keep account. `loss` is a mean over the batch, so we weigh it by the number of samples: in
#    general the last batch of an epoch may be smaller.
#
# After each epoch, we look at the validation set. Nothing is learned there, so `torch.no_grad()` tells
# PyTorch not to prepare for slopes. `model.train()` and `model.eval()` tell the network which of the two it
# is doing; ours behaves the same in both, but many do not ([evaluation
# mode](../glossary.md#evaluation-mode)).

# %%
import copy

from nnfund.data import Batches

torch.manual_seed(0)  # the same random start as above, before our one step
model = Network()
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
train_loader = Batches(*train_set, batch_size=20, shuffle=True, seed=0)

train_losses, val_losses = [], []
snapshots = [copy.deepcopy(model)]  # snapshots[3]: after 3 epochs

for _ in range(100):
    model.train()
    total = 0.0
    for batch_inputs, batch_targets in train_loader:
        logits = model(batch_inputs)  # 1 forward: (20, 1)
        loss = loss_fn(logits, batch_targets)  # 2 loss: one number

        optimizer.zero_grad()
        loss.backward()  # 3 backward: a slope for every parameter
        optimizer.step()  # 4 step: every parameter moves

        total += loss.item() * len(batch_targets)  # 5 total
    train_losses.append(total / len(train_targets))

    model.eval()
    with torch.no_grad():
        val_losses.append(loss_fn(model(val_inputs), val_targets).item())
    snapshots.append(copy.deepcopy(model))

print(f"accuracy on the validation set: {share_right(model):.3f}")

# %% [markdown]
# ## Watch it learn
#
# We kept a copy of the network after every epoch. Here are six of them, with the validation points: points
# that no step has ever used. The line where the answer changes is the [decision
# boundary](../glossary.md#decision-boundary).
#
# **Predict.** A curve could appear bit by bit from the start, or the network could try something simpler
# first. Which do you expect?

# %% alt="Six pictures of the decision boundary over the validation points, after 0, 1, 10, 30, 50 and 100 epochs. At first it ignores the points. After 1 epoch it is already nearly a straight line between the bulk of the two moons, and at 10 still nearly so. At 30 it has two corners, at 50 they are sharper, and at 100 it follows the gap between the moons in a zigzag. The validation loss in the titles falls each time." tags=["hide_input"]
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.6), layout="constrained")
for ax, epoch in zip(axes.flat, [0, 1, 10, 30, 50, 100]):
    snapshot = snapshots[epoch]
    val_loss = loss_fn(snapshot(val_inputs), val_targets).item()
    plot_decision_boundary(snapshot, *val_set, ax=ax, legend=False)
    ax.set_title(f"epoch {epoch}: loss {val_loss:.3f}", fontsize=10)
    ax.label_outer()
plt.show()

# %% [markdown]
# In this run the simple answer comes first and fast: a line that is nearly straight. The bends come later and
# take much longer. Whether that was luck, we check further down.
#
# ## Read the loss curves
#
# The two lists of losses tell the same story, drawn with `ax.plot(train_losses)` and `ax.plot(val_losses)`. Most
# data does not fit on a plane, and then the curves are what you have.

# %% alt="Training and validation loss over 100 epochs. Both fall steeply in the first ten epochs, then ever more slowly, and end near zero. The validation loss jumps up and down a little, and stays close to the training loss throughout." tags=["hide_input"]
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
ax.plot(range(1, 101), train_losses, label="training")
ax.plot(range(1, 101), val_losses, "--", label="validation")
ax.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
ax.legend()
plt.show()

# %% [markdown]
# Read three things from such a picture. Do the curves *fall*? Then something is learned. Are they *flat* at
# the end? Then more of the same may not help much. Do they *part*? If training falls while validation rises,
# the network is learning its points by heart, which is called [overfitting](../glossary.md#overfitting).
# Here they stay together. But why is validation the lower one for so long, when nothing is learned there?

# %% tags=["hide_input"]
with torch.no_grad():
    same_time = [loss_fn(snapshot(train_inputs), train_targets).item() for snapshot in snapshots[1:51]]
train_mean, val_mean = sum(same_time) / 50, sum(val_losses[:50]) / 50
claim(
    f"The training loss is collected while the network is still improving. Yet measured after each of the first "
    f"50 epochs, too, its mean is {train_mean:.2f}, against {val_mean:.2f}: these validation points happen to be "
    f"a little easier.",
    train_mean > val_mean + 0.005,
)

# %% tags=["hide_input"]
with torch.no_grad():
    untrained_loss = loss_fn(snapshots[0](val_inputs), val_targets).item()
claim(
    f"The first 10 epochs brought the validation loss from {untrained_loss:.2f} down to {val_losses[9]:.2f}. "
    f"The other 90 brought it to {val_losses[-1]:.2f}, lower by another factor of "
    f"{val_losses[9] / val_losses[-1]:.1f}: a curve that falls slowly need not be near its end.",
    val_losses[9] < untrained_loss / 2 and val_losses[9] / val_losses[-1] > 2,
)

# %% [markdown]
# ## What the hidden units did
#
# Look at one hidden unit again. Where its sum $w_1 x_1 + w_2 x_2 + b$ is 0, there is a straight line. On one
# side of it the unit gives 0. On the other side its output grows with the distance from the line. So a unit is
# a sheet of paper with one fold: flat on the ground, then rising. The network's output is a sum of 16 such
# sheets, each scaled by its $v$, up or down.
#
# We draw the fold of every unit: dashed where its $v$ is negative, so that the unit votes for class 0, solid
# where it votes for class 1.
#
# **Predict.** Where will the folds of the trained network be, compared with the bends of its boundary?

# %% alt="Two pictures of the plane with the validation points, the decision boundary and the folds of the hidden units. Before training the folds are scattered and the boundary takes no notice of the points. After training the boundary runs between the moons in straight pieces, and its corners lie where folds cross it." tags=["hide_input"]
from math import hypot


def draw_folds(network, ax):
    """Draw the line on which each hidden unit's sum is 0."""
    hidden, output = network.hidden, network.output
    for (w1, w2), b, v in zip(hidden.weight.tolist(), hidden.bias.tolist(), output.weight[0].tolist()):
        length = hypot(w1, w2)
        x1, x2 = -b * w1 / length**2, -b * w2 / length**2  # its point nearest to (0, 0)
        ax.axline(
            (x1, x2),
            (x1 - w2 / length, x2 + w1 / length),
            color="C0" if v < 0 else "C1",
            linestyle="--" if v < 0 else "-",
            linewidth=1,
        )


fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.4), sharey=True, layout="constrained")
for ax, epoch in zip(axes, [0, 100]):
    plot_decision_boundary(snapshots[epoch], *val_set, ax=ax, legend=False)
    draw_folds(snapshots[epoch], ax)
    ax.set_title("before training" if epoch == 0 else "after 100 epochs", fontsize=10)
    ax.label_outer()
plt.show()

# %% [markdown]
# The boundary is made of straight pieces, and it bends only where it crosses a fold. That must be so.
# Between the folds no unit changes from flat to rising, so there each unit is a plane, level or tilted, and
# a sum of planes is a plane. We can test it: scatter 5000 points, sort them by which units are on, and fit
# one plane $z = \alpha x_1 + \beta x_2 + \gamma$ to each group.

# %% tags=["hide_input"]
torch.manual_seed(0)
points = torch.rand(5000, 2) * torch.tensor([3.5, 2.2]) + torch.tensor([-1.25, -0.8])
with torch.no_grad():
    z = model(points)  # (5000, 1)
    is_on = model.hidden(points) > 0  # (5000, 16): which units are on, for every point

columns = torch.cat([points, torch.ones(len(points), 1)], dim=1).double()  # x1, x2, 1
patterns, group = is_on.unique(dim=0, return_inverse=True)
tested, largest_error = 0, 0.0
for number in range(len(patterns)):
    rows = columns[group == number]
    if len(rows) >= 10:
        fitted = torch.linalg.lstsq(rows, z[group == number].double()).solution  # α, β, γ
        tested += 1
        largest_error = max(largest_error, (rows @ fitted - z[group == number]).abs().max().item())

claim(
    f"The points fall into {len(patterns)} regions between the folds, {tested} of them with at least ten "
    f"points. In each of these the network is a plane: no point is off by more than 0.0001, while the logits "
    f"themselves reach {z.abs().max().item():.0f}.",
    largest_error < 1e-4 and z.abs().max() > 5 and tested > 10,
)

# %% [markdown]
# And here are the sheets themselves: the three units whose votes vary most over the points, and the sum of
# all sixteen. Purple votes for class 0, orange for class 1, and the stronger the colour, the stronger the
# vote.

# %% alt="Four pictures of the plane. The first three show one unit each: blank on one side of a straight fold (of the third, a corner only), and ever stronger in colour on the other side. The fourth shows the sum of all units: purple over the upper moon, orange over the lower one, with the boundary in a zigzag between them." tags=["hide_input"]
x1, x2 = torch.meshgrid(torch.linspace(-1.25, 2.25, 141), torch.linspace(-0.8, 1.4, 89), indexing="xy")
plane = torch.stack([x1, x2], dim=-1)  # (89, 141, 2)
with torch.no_grad():
    votes = model.activation(model.hidden(plane)) * model.output.weight[0]  # (89, 141, 16)
    val_votes = model.activation(model.hidden(val_inputs)) * model.output.weight[0]
    total_vote = model(plane)[..., 0]  # (89, 141)
strongest = val_votes.std(dim=0).argsort(descending=True)[:3]

limit = votes[..., strongest].abs().max().item()
frame = {"origin": "lower", "extent": (-1.25, 2.25, -0.8, 1.4), "aspect": "auto"}
fig, axes = plt.subplots(2, 2, figsize=(5.2, 3.8), sharex=True, sharey=True, layout="constrained")
pictures = [(votes[..., j], f"unit {j}") for j in strongest.tolist()] + [(total_vote, "sum of all")]
for ax, (picture, title) in zip(axes.flat, pictures):
    ax.imshow(picture, cmap="PuOr_r", vmin=-limit, vmax=limit, **frame)
    ax.set_title(title, fontsize=10)
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    ax.label_outer()
axes[1, 1].contour(x1, x2, total_vote, levels=[0.0], colors="C0", linewidths=1.5)
plt.show()

# %% [markdown]
# Each unit alone knows one fold. Learning moved the folds, and chose how much each unit counts.
#
# ## A second look, with less typing
#
# The network and the loop above are so common that `nnfund` has both: [`MLP`][nnfund.models.MLP], a [multilayer
# perceptron](../glossary.md#multilayer-perceptron), is a network of such layers from a list of sizes, and
# [`fit`][nnfund.training.fit] is the loop. From the same random start and the same batches they should do
# exactly the same.

# %%
from nnfund.models import MLP
from nnfund.training import accuracy, fit


def train(model, seed, epochs=100):
    """Train `model` as above; return what was recorded in each epoch."""
    return fit(
        model,
        Batches(*train_set, batch_size=20, shuffle=True, seed=seed),
        loss_fn=nn.BCEWithLogitsLoss(),
        optimizer=torch.optim.SGD(model.parameters(), lr=0.5),
        epochs=epochs,
        val_loader=Batches(*val_set, batch_size=200),
        metrics={"accuracy": accuracy},
    )


torch.manual_seed(0)
history = train(MLP([2, 16, 1]), seed=0)

# %% tags=["hide_input"]
ours = train_losses + val_losses
theirs = history["train_loss"] + history["val_loss"]
difference = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
claim(
    f"The loop that you wrote and `fit` give the same {len(ours)} losses: in twelve decimals no two of them "
    f"differ. Both end at {train_losses[-1]:.4f} on the training set and at {val_losses[-1]:.4f} on the "
    f"validation set.",
    difference < 1e-12,
)

# %% [markdown]
# Nothing is hidden in there. The network in the pictures at the top of this page was trained with `fit`, too.

# %% tags=["hide_input"]
difference = (preview(val_inputs) - model(val_inputs)).abs().max().item()
claim(
    f"On all {len(val_inputs)} validation points it gives the same logits as the network that you trained.",
    difference < 1e-5,
)

# %% [markdown]
# ## Does it need the hidden layer? Does it need ReLU?
#
# A good habit: when a network works, take parts away and see which of them it needed. We compare three.
#
# - **No hidden layer:** one neuron, two weights and a bias.
# - **No activation:** 16 hidden neurons, but without the ReLU. `nn.Sequential` runs its parts one after the
#   other.
# - **With ReLU:** our network.
#
# One run proves little: each begins with random weights and shuffles its batches at random, so it may be
# lucky. We run each network with ten seeds.
#
# **Predict.** The second network has the same 65 parameters as the third. Will it come close?

# %%
candidates = {
    "no hidden layer": lambda: nn.Linear(2, 1),
    "no activation": lambda: nn.Sequential(
        nn.Linear(2, 16),
        nn.Linear(16, 1),
    ),
    "with ReLU": lambda: Network(),
}

trained, histories = {}, {}
for name, make in candidates.items():
    trained[name], histories[name] = [], []
    for seed in range(10):
        torch.manual_seed(seed)
        candidate = make()
        histories[name].append(train(candidate, seed=seed))
        trained[name].append(candidate)

# %% alt="Three decision boundaries over the validation points. Without a hidden layer it is a straight line that cuts off a tip of each moon. Without an activation it is a straight line as well. With ReLU it runs between the moons in a zigzag." tags=["hide_input"]
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.5), layout="constrained")
for ax, name in zip(axes, candidates):
    plot_decision_boundary(trained[name][0], *val_set, ax=ax, legend=False)
    ax.set_title(name, fontsize=10)
    ax.label_outer()
plt.show()

# %% [markdown]
# Sixteen hidden neurons, and still a straight line. Now all ten runs of each:

# %% alt="Validation accuracy of ten runs for each of three networks. The runs without a hidden layer and those without an activation lie together at about 0.87 and overlap. All ten runs with ReLU lie far to the right, at about 0.99." tags=["hide_input"]
accuracies = {
    name: torch.tensor([history["val_accuracy"][-1] for history in runs]) for name, runs in histories.items()
}

fig, ax = plt.subplots(figsize=(6, 2.2), layout="constrained")
for row, (values, marker) in enumerate(zip(accuracies.values(), "os^")):
    spread_out = row + torch.linspace(-0.2, 0.2, 10)  # so that equal values do not hide each other
    ax.plot(values, spread_out, marker, markersize=5)
ax.set_yticks(range(3), list(accuracies))
ax.invert_yaxis()
ax.set_xlabel("accuracy on the validation set")
plt.show()

# %% tags=["hide_input"]
without_layer, without_activation, with_relu = accuracies.values()


def spread(values):
    return f"{values.mean():.3f} (from {values.min():.3f} to {values.max():.3f})"


claim(
    f"Over ten seeds the mean accuracy is {spread(without_layer)} with no hidden layer, "
    f"{spread(without_activation)} with no activation, and {spread(with_relu)} with ReLU: the worst run with "
    f"ReLU beats the best run of either other network.",
    with_relu.min() > max(without_layer.max(), without_activation.max()) + 0.02,
)

# %% tags=["hide_input"]
early = torch.tensor([history["val_accuracy"][9] for history in histories["with ReLU"]])
claim(
    f"The simple answer came first in these runs, too: after 10 of 100 epochs the networks with ReLU are at "
    f"{spread(early)}, little above the {without_layer.mean():.3f} of a straight line.",
    early.max() < 0.95 and abs(early.mean() - without_layer.mean()) < 0.04,
)

# %% [markdown]
# The reason why the second network ends about where the first does is school algebra. Without the
# activation, $h_j = w_{j1} x_1 + w_{j2} x_2 + b_j$, and
#
# $$z = \Big(\sum_j v_j w_{j1}\Big) x_1 + \Big(\sum_j v_j w_{j2}\Big) x_2 + \Big(\sum_j v_j b_j + c\Big).$$
#
# The brackets are three numbers: two weights and one bias. The 65 parameters do the work of 3. A weighted sum
# of weighted sums is a weighted sum, however many layers you stack ([affine map](../glossary.md#affine-map)).
# We make the one neuron from the trained network, and compare.

# %% tags=["hide_input"]
hidden, output = trained["no activation"][0]
one_neuron = nn.Linear(2, 1)
with torch.no_grad():
    one_neuron.weight.copy_(output.weight @ hidden.weight)
    one_neuron.bias.copy_(output.weight @ hidden.bias + output.bias)

    stacked = output(hidden(val_inputs))
    collapsed = one_neuron(val_inputs)

# %% tags=["hide_input"]
difference = (stacked - collapsed).abs().max().item()
claim(
    f"The network with 65 parameters and the one neuron made from it give the same logits on all "
    f"{len(val_inputs)} validation points, to within 0.0001.",
    difference < 1e-4,
)

# %% [markdown]
# The activation is what makes a hidden layer worth having. It need not be ReLU: any function that is not
# itself a straight line prevents the collapse.
#
# ## Check yourself
#
# ??? question "Why does `forward` not end with a sigmoid?"
#     Because the loss takes logits and does the sigmoid itself, in a way that keeps its slope when the
#     network is wrong and very sure. For an answer you need no sigmoid either: $p > 0.5$ exactly when $z >
#     0$. Apply `torch.sigmoid` when you want to show a probability to somebody.
#
# ??? question "What would happen if you left out `optimizer.zero_grad()`?"
#     `backward()` adds to `.grad`. Each step would use the sum of all slopes since the start, old ones
#     included, instead of the slopes of this batch. It may stand anywhere between the last step and the next
#     `backward()`.
#
# ??? question "The loss falls, but the accuracy stays the same. Is something broken?"
#     Not necessarily. Accuracy counts only which side of the boundary a point lies on; the loss also sees how
#     sure the network is. It can become surer about answers that were right before. And one sure mistake can
#     raise the loss while the accuracy rises.
#
# ??? question "Why do we measure on points that the network has not seen?"
#     A network may learn its training points by heart. Then its training loss is small, and it is of no use
#     for new points. The validation set shows the difference, because no step uses it. (A choice that you
#     make by looking at it does use it, a little. For a final number, one more set is kept apart, the [test
#     set](../glossary.md#test-set).)
#
# ## Exercises
#
# 1. **Basic.** Make the data harder: `noise=0.3`. Train the same network. Where does the accuracy end, and
#    can any network get all points right?
#
#     ??? tip "Hint"
#         Plot the points first. Where the two moons overlap, a point of either class can lie at the same
#         place.
#
# 2. **Intermediate.** How many hidden units does it take? Train `Network(2)`, `Network(4)`, `Network(8)` and
#    `Network(16)` with ten seeds each, and show all the runs in one picture, like the one above.
#
#     ??? tip "Hint"
#         Look at the best run and at the worst one of each size. That a network *can* draw the right boundary
#         is one thing. That training finds it from a random start is another.
#
# 3. **Advanced.** Do without the optimizer: replace `optimizer.step()` and `optimizer.zero_grad()` with a
#    loop over `model.parameters()` of your own, and show that the losses are the same as with
#    `torch.optim.SGD`.
#
#     ??? tip "Hint"
#         Inside `with torch.no_grad():`, subtract `0.5 * parameter.grad` from each parameter in place, then
#         set `parameter.grad = None`. Begin with the same `torch.manual_seed`, and with a new `Batches` with
#         the same seed.
#
# ## Summary
#
# - A network is a function with parameters. A neuron is a weighted sum plus a bias, then an activation; a
#   layer is many of them; an `nn.Module` holds them, and `forward` says how they are joined.
# - It gives logits. The loss turns logits and targets into one smooth number, and wants the logits as they
#   are.
# - `backward()` computes the slope of the loss for each parameter. The optimizer moves each against its
#   slope.
# - Training is five stanzas, repeated: forward, loss, backward, step, total. A look at validation points
#   follows each epoch.
# - A ReLU unit folds the plane along a line. The boundary is made of straight pieces that bend at the folds.
#   Without an activation there are no folds, and any number of layers draws one straight line.
#
# ## Further reading
#
# - David E. Rumelhart, Geoffrey E. Hinton and Ronald J. Williams (1986). Learning representations by
#   back-propagating errors. *Nature* 323, 533–536.
# - Xavier Glorot, Antoine Bordes and Yoshua Bengio (2011). Deep sparse rectifier neural networks.
#   *AISTATS*, 315–323.
# - Guido Montúfar, Razvan Pascanu, Kyunghyun Cho and Yoshua Bengio (2014). On the number of linear regions of
#   deep neural networks. *Advances in Neural Information Processing Systems* 27. It counts the regions
#   between the folds.
# - Daniel Smilkov, Shan Carter, D. Sculley, Fernanda B. Viégas and Martin Wattenberg (2017).
#   Direct-manipulation visualization of deep networks. *arXiv:1708.03788*. The TensorFlow Playground.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapter 3, on networks with one
#   hidden layer.
