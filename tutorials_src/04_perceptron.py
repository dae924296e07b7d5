# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - write Rosenblatt's learning rule and follow it mistake by mistake
#   - bound the number of its mistakes before it runs, and say why there is such a bound
#   - say which problems one neuron cannot solve, for which activations, and what solves them
# know_first: >-
#   [Your first network](01_first_network.py) and [neurons](03_neurons.py): weights, bias, boundary,
#   activation, hidden layer. School
#   mathematics: the equation of a straight line, the length of an arrow.
# data: points on both sides of a line, and four clouds (XOR), made on the page
# ---

# %% [markdown]
# # The perceptron
#
# You will be able to let one neuron learn from its mistakes, say how many mistakes it can make at most, and
# tell when one neuron is not enough.
#
# In 1958 Frank Rosenblatt described a machine that learned to tell patterns apart. It needed no derivative, no
# loss and no learning rate. Its rule fits in two lines, and comes with a promise that few later methods can
# give. It also has a limit, which became famous.
#
# ## A neuron that says yes or no
#
# A [perceptron](../glossary.md#perceptron) is a [neuron](../glossary.md#neuron) whose activation is a step.
# It computes a score
#
# $$s = w_1 x_1 + w_2 x_2 + b$$
#
# and answers 1 if $s > 0$, otherwise 0. Where $s = 0$ lies its [decision
# boundary](../glossary.md#decision-boundary), a straight line.
#
# We need points that a line *can* divide. So we scatter points in a square, draw a line at random, call one
# side class 1, and throw away the points that are too close to the line. `gap` is the width of the empty
# strip. Data that some line (with more features: some plane) divides without error is called [linearly
# separable](../glossary.md#linearly-separable).

# %%
import math

import torch


def make_separable(n, gap, seed):
    """Draw n points in a square, divided by a line with an empty strip."""
    generator = torch.Generator().manual_seed(seed)
    angle = 2 * math.pi * torch.rand((), generator=generator)
    across = torch.stack([angle.cos(), angle.sin()])
    points = 4 * torch.rand(10 * n, 2, generator=generator) - 2
    distance = points @ across + 0.5  # from the line, with a sign
    kept = (distance.abs() > gap / 2).nonzero()[:n, 0]
    return points[kept], (distance[kept] > 0).long()


inputs, targets = make_separable(50, gap=0.5, seed=0)
print(tuple(inputs.shape), "points,", targets.sum().item(), "of class 1")

# %% [markdown]
# ## The rule
#
# Start with all weights at zero. Take the samples one at a time. If the answer is right, do nothing. If it is
# wrong, the error, *target − answer*, is $+1$ or $-1$. Then, with $w = (w_1, w_2)$ and $x = (x_1, x_2)$,
#
# $$w \leftarrow w + \text{error} \cdot x, \qquad b \leftarrow b + \text{error}.$$
#
# Go round until a whole pass makes no mistake. From then on nothing can change.
#
# Why this direction? Take the same sample again, after the update. Its score has changed by $\text{error}
# \cdot (x_1^2 + x_2^2 + 1)$: up if it should have been class 1, down if it should have been class 0. (In the
# code, `w @ x` multiplies matching numbers and adds up.)


# %%
def learn(inputs, targets, max_epochs=100):
    """Return all boundaries (w1, w2, b) and the mistakes per epoch."""
    w, b = torch.zeros(2), 0.0
    path, mistakes = [[0.0, 0.0, 0.0]], []
    for _ in range(max_epochs):
        mistakes.append(0)
        for x, target in zip(inputs, targets.tolist()):
            answer = int(w @ x + b > 0)
            error = target - answer  # 0 where right, else +1 or -1
            if error:
                w = w + error * x
                b = b + error
                path.append([*w.tolist(), b])
                mistakes[-1] += 1
        if mistakes[-1] == 0:
            break
    return torch.tensor(path), mistakes


path, mistakes = learn(inputs, targets)
w1, w2, b = path[-1].tolist()
print("mistakes per epoch:", mistakes)
print(f"boundary at the end: {w1:.3f} x1 + {w2:.3f} x2 + {b:.0f} = 0")

# %% [markdown]
# It stops. The same rule is in `nnfund` as [`Perceptron`][nnfund.models.Perceptron]. It should take exactly
# the same steps.

# %%
from nnfund.models import Perceptron

run = Perceptron(2).fit(inputs, targets, keep_path=True)
slow = Perceptron(2).fit(inputs, targets, lr=0.1)
print(run)

# %% tags=["hide_input"]
from nnfund import claim

claim(
    f"Ours and the package's make the same {sum(mistakes)} mistakes and go through the same {len(path)} "
    f"boundaries, number for number. A learning rate of 0.1 gives the same mistakes, too: from zero, it "
    f"makes $w$ and $b$ ten times smaller, and the sign of a score does not care.",
    torch.equal(run.path, path) and run.mistakes == mistakes == slow.mistakes and run.converged,
)

# %% [markdown]
# ## Watch the line move
#
# Six of the updates follow. The dashed line is the boundary before the mistake, the solid one after it, and
# the ring marks the sample that caused it. (Before the first there is none, as all weights are 0.) The title
# counts the points on the wrong side after the update.
#
# **Predict.** Does each update make the line better, so that fewer points are on the wrong side?

# %% alt="Six pictures of the same points. A ring marks one sample on the wrong side of a dashed line, and the solid line after the update has moved past it. Early lines jump far: the first leaves seven points on the wrong side, the second two, the third three. The last line divides all round points from all triangles." tags=["hide_input"]
import matplotlib.pyplot as plt

from nnfund.plotting import plot_decision_boundary


def scores(boundary):
    return lambda points: points @ boundary[:2] + boundary[2]


def draw_line(ax, boundary, **style):
    """Draw w1 x1 + w2 x2 + b = 0."""
    w1, w2, b = boundary.tolist()
    nearest = (-b * w1 / (w1**2 + w2**2), -b * w2 / (w1**2 + w2**2))
    ax.axline(nearest, (nearest[0] - w2, nearest[1] + w1), **style)


change = path.diff(dim=0)  # error * (x1, x2, 1), one row per mistake
culprits = change[:, :2] * change[:, 2:]
wrong = [((scores(p)(inputs) > 0).long() != targets).sum().item() for p in path]

last = len(change)
ink = plt.rcParams["text.color"]
fig, axes = plt.subplots(2, 3, figsize=(6.3, 4.6), layout="constrained")
for ax, k in zip(axes.flat, [1, 2, 3, 4, last - 1, last]):
    plot_decision_boundary(scores(path[k]), inputs, targets, ax=ax, legend=False)
    if k > 1:
        draw_line(ax, path[k - 1], linestyle="--", color=ink, linewidth=1)
    ax.plot(*culprits[k - 1].tolist(), "o", markersize=11, fillstyle="none", color=ink, markeredgewidth=1.8)
    ax.set_title(f"mistake {k}: {wrong[k]} wrong", fontsize=10)
    ax.label_outer()
plt.show()

# %% tags=["hide_input"]
own_score = (path[1:, :2] * culprits).sum(1) + path[1:, 2]
mended = ((own_score > 0) == (change[:, 2] > 0)).sum().item()
worse = sum(wrong[k + 1] > wrong[k] for k in range(last))
claim(
    f"No: {worse} of the {last} updates left more points on the wrong side than before. Each put its own sample "
    f"right in this run, some at the expense of others. (Even that is not guaranteed: a sample far on the wrong "
    f"side may need several updates.)",
    0 < worse < last and mended == last,
)

# %% [markdown]
# So the count of wrong points goes up and down. And yet the rule arrives. What is it that gets better each
# time?
#
# ## Why it must stop
#
# First a simplification. Give each sample a third feature that is always 1, and the bias becomes the weight
# of that feature. Sample and weights are now arrows with three numbers each, $x = (x_1, x_2, 1)$ and $w =
# (w_1, w_2, b)$, and the score is $w \cdot x$: multiply matching numbers and add up. Let $y$ be $+1$ for class
# 1 and $-1$ for class 0. Then each mistake adds $y\,x$ to $w$.
#
# Some line divides the data. Its $(w_1, w_2, b)$, scaled to length 1, is an arrow, too. Call it $u$. Its
# smallest $y\,(u \cdot x)$ over all samples is its [margin](../glossary.md#margin) $\gamma$ (gamma): the room
# that it leaves. Let $R$ be the length of the longest sample arrow. Now watch two numbers after $k$ mistakes.
#
# - **How far $w$ has come in the direction of $u$.** A mistake adds $y\,(u \cdot x) \ge \gamma$. So $u \cdot w
#   \ge k\gamma$.
# - **How long $w$ is.** Write $|w|$ for the length of $w$. Its square grows from $|w|^2$ to $|w + y\,x|^2$, that
#   is, by $2y\,(w \cdot x) + |x|^2$. At a mistake, the score had the wrong sign (or was 0), so the first term
#   is not positive. What is left is at most $R^2$. So
#   $|w| \le R\sqrt{k}$.
#
# An arrow cannot reach further in a direction than it is long: $k\gamma \le u \cdot w \le |w| \le
# R\sqrt{k}$. A straight line overtakes a square root, so $k$ cannot grow for ever:
#
# $$k \le \left(\frac{R}{\gamma}\right)^2.$$
#
# This is Novikoff's bound (1962). It holds with any line that divides the data, and says most with the one of
# largest margin. `largest_margin` searches for that line: step by step, it approaches the shortest arrow
# that can be mixed from all the $y\,x$, which `arrows` makes. The script and the notebook of this page hold
# both functions. Then we draw all four quantities for our run.


# %% tags=["hide_input"]
def arrows(inputs, targets):
    """All y (x1, x2, 1), (N, 3)."""
    ones = torch.ones(len(inputs), 1)
    return (torch.cat([inputs, ones], dim=1) * (2 * targets[:, None] - 1)).double()


def largest_margin(inputs, targets, steps=2000):
    """Return u (3,), its margin, and a number that no margin can exceed (Gilbert's algorithm, 1966)."""
    signed = arrows(inputs, targets)
    mixture = signed[0]
    for _ in range(steps):
        worst = signed[(signed @ mixture).argmin()]
        toward = worst - mixture
        share = -(mixture @ toward) / (toward @ toward).clamp(min=1e-12)
        mixture = mixture + share.clamp(0, 1) * toward
    u = mixture / mixture.norm()
    return u, (signed @ u).min().item(), mixture.norm().item()


# %% alt="Against the number of mistakes: the length of w stays below a square-root curve, its ceiling. The part of w along u is hardly shorter and stays above a straight line, its floor. The run ends early, when both are still far from meeting. Floor and ceiling cross much later: that is the bound." tags=["hide_input"]
u, margin, no_more_than = largest_margin(inputs, targets)
R = arrows(inputs, targets).norm(dim=1).max().item()
bound = (R / margin) ** 2
made = torch.arange(len(path))
along, length = path.double() @ u, path.norm(dim=1)

fig, ax = plt.subplots(figsize=(6, 3.3), layout="constrained")
k = torch.linspace(0, 1.1 * bound, 200)
ax.plot(k, R * k.sqrt(), color="C0", label=r"ceiling $R\sqrt{k}$")
ax.plot(made, length, "o", markersize=4, color="C0", label=r"length of $w$")
ax.plot(made, along, "^", markersize=4, color="C1", label=r"$w$ along $u$")
ax.plot(k, margin * k, "--", color="C1", label=r"floor $k\gamma$")
ax.axvline(bound, linestyle=":", color="C2")
ax.annotate(r"$(R/\gamma)^2$", (bound, 2), xytext=(-6, 0), textcoords="offset points", ha="right")
ax.set(xlabel="mistakes $k$", ylabel="length", ylim=(0, None), xlim=(0, None))
ax.legend(loc="upper left")
plt.show()

# %% tags=["hide_input"]
claim(
    f"Here $R = {R:.2f}$ and $\\gamma = {margin:.3f}$ (no line has more than {no_more_than:.3f}), so the bound is "
    f"{bound:.0f} mistakes. The rule made {last}. Length and reach stayed between floor and ceiling throughout.",
    last <= bound
    and no_more_than < 1.05 * margin
    and bool((along >= margin * made - 1e-5).all() and (length <= R * made.sqrt() + 1e-5).all()),
)

# %% [markdown]
# The reach along $u$ is what gets better with each mistake, while the count of wrong points goes up and down.
# You cannot see it in the pictures of the line. Notice also what the bound does not contain: the number of
# samples, and the number of features.
#
# ## Many runs against the bound
#
# One run may be lucky. We take four gaps and ten seeds for each: 40 data sets.
#
# **Predict.** The narrower the gap, the smaller the margin, and the larger the bound. Will the mistakes come
# close to it?

# %%
runs = {}  # gap -> pairs (bound, mistakes)
for gap in [1.0, 0.5, 0.25, 0.1]:
    runs[gap] = []
    for seed in range(10):
        points, classes = make_separable(50, gap, seed)
        _, margin, _ = largest_margin(points, classes)
        radius = arrows(points, classes).norm(dim=1).max().item()
        result = Perceptron(2).fit(points, classes, max_epochs=10_000)
        runs[gap].append(((radius / margin) ** 2, sum(result.mistakes)))

# %% alt="Mistakes made against Novikoff's bound, both on log scales, 40 data sets. All points lie below the diagonal, most of them by a factor of ten or more. As the gap narrows the points move right, to larger bounds, and spread upwards, but much less." tags=["hide_input"]
fig, ax = plt.subplots(figsize=(6, 3.3), layout="constrained")
for (gap, pairs), marker in zip(runs.items(), "o^sD"):
    ax.loglog(*zip(*pairs), marker, markersize=5, label=f"gap {gap}")
ax.axline((10, 10), (1000, 1000), linestyle="--", color="C5", label="bound reached")
ax.set(xlabel=r"bound $(R/\gamma)^2$", ylabel="mistakes made", ylim=(1, None))
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
plt.show()

# %% tags=["hide_input"]
share = torch.tensor([made / bound for pairs in runs.values() for bound, made in pairs])
claim(
    f"All {len(share)} runs stopped below their bound: they made between {share.min():.1%} and {share.max():.0%} "
    f"of the mistakes that it allows, half of them less than {share.median():.1%}.",
    share.max() < 1,
)

# %% [markdown]
# A bound is a promise about the worst case, not a forecast. But it knows what makes a problem hard. Move all
# points by 3, in both coordinates. The gap stays the same. Yet $R$ grows, and $\gamma$ shrinks, because now
# the line needs a large bias.

# %% tags=["hide_input"]
centred, moved = [], []  # (longest sample, a margin, no margin is larger, mistakes), one per seed
for seed in range(10):
    points, classes = make_separable(50, 0.5, seed)
    for results, shift in [(centred, 0), (moved, 3)]:
        _, *margins = largest_margin(points + shift, classes)
        radius = arrows(points + shift, classes).norm(dim=1).max().item()
        result = Perceptron(2).fit(points + shift, classes, max_epochs=10_000)
        results.append((radius, *margins, sum(result.mistakes)))
radii, margins, _, few = zip(*centred)
far, _, tight, many = zip(*moved)
claim(
    f"Over ten seeds with a gap of 0.5, $R$ was at most {max(radii):.1f} and is at least {min(far):.1f} after the "
    f"move, and $\\gamma$ was at least {min(margins):.2f} and is at most {max(tight):.2f}. The mistakes went from "
    f"{min(few)} to {max(few)}, and now go from {min(many)} to {max(many)}. Centred inputs are easier for the rule.",
    min(far) > 1.5 * max(radii) and max(tight) < min(margins) and min(many) > max(few),
)

# %% [markdown]
# There is a catch: $\gamma$ belongs to a line that divides the data. As long as you have found none, the bound
# promises nothing, for there may be none.
#
# ## XOR: where no line will do
#
# XOR, "exclusive or", is 1 when exactly one of its two inputs is 1. Four samples, and the rule never finishes.
#
# **Predict.** What will the weights do: grow without end, or something else?

# %%
corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
xor = torch.tensor([0, 1, 1, 0])

run = Perceptron(2).fit(corners, xor, max_epochs=1000, keep_path=True)
print("converged:", run.converged)
for k in range(5, 14):
    w1, w2, b = run.path[k].tolist()
    print(f"after mistake {k:2}: w1 = {w1:2.0f}, w2 = {w2:.0f}, b = {b:.0f}")

# %% tags=["hide_input"]
claim(
    f"It goes in a circle. From the third pass on, each pass gets all {run.mistakes[2]} corners wrong, each when its "
    f"turn comes, and ends with the weights it began with. So it will go on for ever.",
    set(run.mistakes[2:]) == {4} and torch.equal(run.path[5:-4], run.path[9:]) and not run.converged,
)

# %% [markdown]
# No rule could finish, because no line exists. Write down what the corners ask for, class 0 above, class 1
# below:
#
# $$\begin{aligned} b &\le 0, & \quad w_1 + w_2 + b &\le 0, \\ w_1 + b &> 0, & w_2 + b &> 0. \end{aligned}$$
#
# The two below add up to $w_1 + w_2 + 2b > 0$. Subtract $w_1 + w_2 + b \le 0$, and $b > 0$ is left. That
# contradicts the first.
#
# Real data has no corners, so from here on each corner is a cloud. [`make_xor`][nnfund.data.make_xor] puts
# them at $(\pm 1, \pm 1)$, with class 1 where the signs differ. How much of it can a line get right at all? We
# try many lines: 180 directions with 200 offsets each, and each line twice, since either side may be class 1.
# And we let the rule run as well.

# %%
from nnfund.data import make_xor

clouds, labels = make_xor(400, seed=0)
train_inputs, val_inputs = clouds[:200], clouds[200:]
train_labels, val_labels = labels[:200], labels[200:]

xor_run = Perceptron(2).fit(train_inputs, train_labels, max_epochs=50)

angles = torch.arange(180) * math.pi / 180
position = train_inputs @ torch.stack([angles.cos(), angles.sin()])
above = position[..., None] > torch.linspace(-3, 3, 200)  # (200, 180, 200)
right = (above == train_labels[:, None, None]).float().mean(dim=0)
best = torch.maximum(right, 1 - right).max().item()  # either side may be 1
print(f"best of {2 * right.numel()} lines: {best:.3f} right")

# %% tags=["hide_input"]
claim(
    f"Three clouds of four is about what a line can get. Rosenblatt's rule does not settle even there: each "
    f"mistake pulls the line towards its own sample, and in every one of {len(xor_run.mistakes)} passes it made between "
    f"{min(xor_run.mistakes)} and {max(xor_run.mistakes)} mistakes on {len(train_labels)} samples.",
    0.72 < best < 0.8 and min(xor_run.mistakes) > 50,
)

# %% [markdown]
# ## What solves it: a hidden layer
#
# Two lines would do. Let one neuron ask "is at least one coordinate positive?", $x_1 + x_2 + 1 > 0$, and
# another "are both?", $x_1 + x_2 - 1 > 0$. XOR is: the first, but not the second. So we put the two answers
# into a third neuron. The first two are a [hidden layer](../glossary.md#hidden-layer), with weights set by hand.
#
# **Predict.** In the plane of the two answers $(h_1, h_2)$, where do the four clouds land? Can the perceptron
# rule learn the third neuron?


# %%
def hidden(points):
    total = points.sum(dim=1)
    says_yes = torch.stack([total + 1 > 0, total - 1 > 0], dim=1)
    return 2 * says_yes.float() - 1  # (N, 2), yes is +1 and no is -1


output = Perceptron(2)
print(output.fit(hidden(train_inputs), train_labels))

# %% alt="Left: the four XOR clouds, with two parallel lines. The band between them holds both clouds of class 1, and the clouds of class 0 lie outside. Right: the same points by the answers of the two hidden neurons. They have landed at three places: class 0 at (−1, −1) and (1, 1), all of class 1 at (1, −1), where one line cuts it off from the rest." tags=["hide_input"]
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3.1), layout="constrained")
plot_decision_boundary(lambda p: output(hidden(p)), train_inputs, train_labels, ax=left, legend=False)
left.set_title("what goes in", fontsize=10)
torch.manual_seed(0)
jitter = 0.07 * torch.randn(200, 2)  # else the points of a cloud would hide each other
plot_decision_boundary(output, hidden(train_inputs) + jitter, train_labels, ax=right, legend=False)
right.set(title="what the hidden layer makes of it", xlabel="$h_1$", ylabel="$h_2$")
right.title.set_fontsize(10)
plt.show()

# %% tags=["hide_input"]
by_hand = (output.predict(hidden(val_inputs)) == val_labels).float().mean().item()
claim(
    f"Yes, it can. The three neurons answer {by_hand:.1%} of the {len(val_labels)} "
    f"[validation](../glossary.md#validation-set) points right. (On the right, each cloud has shrunk to a place; "
    f"we moved the points a little, so that you see them all.)",
    by_hand > 0.99,
)

# %% [markdown]
# This is what hidden layers are for: they move the points until one line is enough.
#
# ## Learning the hidden layer
#
# We chose the two hidden neurons ourselves. Rosenblatt's rule cannot: it needs a target for each neuron, and
# nobody says what a *hidden* neuron should answer. A gradient could say in which direction to change it, but
# a step has slope 0 everywhere except at its jump. The way out is a smooth activation, such as [tanh](05_activations.py), a step
# with round corners, and [backpropagation](../glossary.md#backpropagation). You know this loop from [your
# first network](01_first_network.py).
#
# **Predict.** Two hidden neurons are enough, as we have seen. Will training find them?

# %%
from torch import nn

from nnfund.data import Batches
from nnfund.models import MLP
from nnfund.training import fit


def train(model, seed, lr=0.5):
    train_set = (train_inputs, train_labels[:, None].float())
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loader = Batches(*train_set, batch_size=20, shuffle=True, seed=seed)
    loss_fn = nn.BCEWithLogitsLoss()
    fit(model, loader, loss_fn=loss_fn, optimizer=optimizer, epochs=100)
    return model


def share_right(model):
    with torch.no_grad():
        answers = model(val_inputs)[:, 0] > 0
    return (answers == val_labels).float().mean().item()


trained = {}  # hidden neurons -> ten networks
for units in [1, 2, 4, 8]:
    trained[units] = []
    for seed in range(10):
        torch.manual_seed(seed)
        model = MLP([2, units, 1], activation=nn.Tanh)
        trained[units].append(train(model, seed))

# %% alt="Top: three trained networks on the XOR clouds. The worst with 2 hidden neurons gets clouds wrong. The best with 2 has a band between two nearly straight lines, and one with 8 a band with rounder borders; both get all clouds right. Bottom: accuracy of ten runs per size. With 1 hidden neuron all are at about 0.75, with 2 they fall into two groups, with 4 and 8 all are near 1." tags=["hide_input"]
right = {units: [share_right(model) for model in models] for units, models in trained.items()}
ranked = sorted(range(10), key=lambda seed: right[2][seed])
shown = [
    ("2 hidden, worst run", trained[2][ranked[0]]),
    ("2 hidden, best run", trained[2][ranked[-1]]),
    ("8 hidden", trained[8][0]),
]
fig = plt.figure(figsize=(6.3, 4.6), layout="constrained")
grid = fig.add_gridspec(2, 3, height_ratios=[1.3, 1])
for column, (title, model) in enumerate(shown):
    ax = fig.add_subplot(grid[0, column])
    plot_decision_boundary(model, val_inputs, val_labels, ax=ax, legend=False)
    ax.set_title(title, fontsize=10)
    ax.set_ylabel("$x_2$" if column == 0 else "")
ax = fig.add_subplot(grid[1, :])
for row, (values, marker) in enumerate(zip(right.values(), "o^sD")):
    ax.plot(sorted(values), row + torch.linspace(-0.25, 0.25, 10), marker, markersize=5)
ax.set_yticks(range(4), [str(units) for units in right])
ax.invert_yaxis()
ax.set(xlabel="accuracy on validation points", ylabel="hidden neurons")
plt.show()

# %% tags=["hide_input"]
solved = {units: sum(value > 0.95 for value in values) for units, values in right.items()}
claim(
    f"Of ten runs each, {solved[1]} solve XOR with one hidden neuron, {solved[2]} with two, {solved[4]} with four "
    f"and {solved[8]} with eight (more than 95% of the validation points right). The best run with one neuron "
    f"gets {max(right[1]):.1%}.",
    solved[1] == 0 and 2 <= solved[2] <= 8 and solved[4] >= 9 and solved[8] == 10 and max(right[1]) < 0.8,
)

# %% [markdown]
# Two neurons *can* do it, yet from many random starts training ends elsewhere. Spare neurons help it to get
# there. What a network can express and what training finds are two different questions.
#
# ## Is it the layer, or the activation?
#
# "A single neuron can only divide the plane by a straight line." You will read this often, and it needs a
# condition. Let a neuron answer 1 when its activation exceeds a threshold, $f(z) > t$. If $f$ is
# [monotone](../glossary.md#monotone), it never falls (or never rises). Step, sigmoid, tanh and ReLU are. Then
# $f(z) > t$ means that $z$ lies on one side of one number: one line. A function that turns back, such as $f(z)
# = z^2$, exceeds a positive $t$ on *two* sides: two parallel lines. And two parallel lines were all that XOR
# needed.
#
# **Predict.** Will training find them each time, or miss them often, as it did with two hidden neurons?


# %%
class Neuron(nn.Module):
    """One neuron; its answer is 1 where f(z) exceeds a learned threshold."""

    def __init__(self, f):
        super().__init__()
        self.linear = nn.Linear(2, 1)
        self.threshold = nn.Parameter(torch.zeros(1))
        self.f = f

    def forward(self, inputs):
        return self.f(self.linear(inputs)) - self.threshold  # (N, 1)


neurons = {"tanh": [], "square": []}
for name, models in neurons.items():
    for seed in range(10):
        torch.manual_seed(seed)
        models.append(train(Neuron(getattr(torch, name)), seed, lr=0.1))

# %% alt="Above: tanh rises and crosses the threshold line once; the square comes down and goes up, and crosses it twice. Lower left: the trained tanh neuron divides the XOR clouds with one straight line and gets at least one cloud wrong. Lower right: the trained square neuron has two parallel lines, and all four clouds are right." tags=["hide_input"]
fig, places = plt.subplot_mosaic("aa;bc", figsize=(5.4, 4.6), layout="constrained", height_ratios=[4, 5])
axes = list(places.values())
z = torch.linspace(-2, 2, 101)
axes[0].plot(z, torch.tanh(z), label="tanh")
axes[0].plot(z, z**2, "--", label="$z^2$")
axes[0].axhline(0.6, linestyle=":", color="C2")
axes[0].annotate("$t$", (-1.95, 0.7))
axes[0].set(xlabel="$z$", ylabel="$f(z)$", ylim=(-1.1, 3))
axes[0].legend(loc="upper center")
for ax, (name, models) in zip(axes[1:], neurons.items()):
    plot_decision_boundary(models[0], val_inputs, val_labels, ax=ax, legend=False)
    ax.set_title("one neuron, tanh" if name == "tanh" else "one neuron, $z^2$", fontsize=10)
plt.show()

# %% tags=["hide_input"]
tanh_right, square_right = ([share_right(model) for model in models] for models in neurons.values())
claim(
    f"Over ten seeds, one neuron with tanh gets {min(tanh_right):.3f} to {max(tanh_right):.3f} of the validation "
    f"points right, one neuron with $z^2$ at least {min(square_right):.3f} each time. Both have "
    f"{sum(p.numel() for p in neurons['square'][0].parameters())} parameters.",
    max(tanh_right) < 0.8 and min(square_right) > 0.98,
)

# %% [markdown]
# So the sentence is true for monotone activations. It does not follow that $z^2$ is the better choice: two
# parallel lines fit XOR and little else, while a hidden layer can be made as wide as the problem needs.
#
# ## Kinds of network, at a glance
#
# The perceptron is the smallest member of a large family. Its branches differ in who is connected to whom.
#
# | Kind | Connections | Used a lot for |
# |---|---|---|
# | **[Feedforward](../glossary.md#feedforward-network)** | from input to output, never back | |
# | –&nbsp;perceptron | inputs to one layer of neurons | simple yes or no |
# | –&nbsp;[MLP](../glossary.md#multilayer-perceptron) | each neuron sees the whole layer before it | tables |
# | –&nbsp;CNN (convolutional) | each sees a small patch; all places share weights | images |
# | –&nbsp;Transformer | each position looks at other positions; how much each counts is computed from the values | text |
# | **[Recurrent](../glossary.md#recurrent-network)** (RNN, LSTM, GRU) | a state goes back in at the next step | signals, sequences |
#
# CNNs and Transformers are feedforward networks, not something beside them. (A language model that writes
# word by word calls its network again and again. That loop is outside the network.) "Deep" says how many
# layers there are, not of which kind.
#
# **Predict.** We show the same number, 1, three times, to a feedforward neuron and to a recurrent one. Which
# of them answers the same each time?

# %%
torch.manual_seed(0)
feedforward = nn.Sequential(nn.Linear(1, 1), nn.Tanh())
recurrent = nn.RNNCell(1, 1)  # tanh of weighted input and state

x, state = torch.ones(1, 1), torch.zeros(1, 1)
with torch.no_grad():
    for _ in range(3):
        state = recurrent(x, state)
        answer = feedforward(x).item()
        print(f"feedforward {answer:.3f}, recurrent {state.item():.3f}")

# %% [markdown]
# The feedforward neuron depends on its input alone. The recurrent one also gets its last answer back, so it
# can tell the first 1 from the second.
#
# ## Check yourself
#
# ??? question "The perceptron has made 1000 mistakes on your data. Is the data not separable?"
#     You cannot tell. The margin may be small, and the bound large. Only a pass without mistakes, or a proof
#     such as the circle above, decides it.
#
# ??? question "You multiply all features by 10. The picture looks the same. Is the bound the same?"
#     No. The sample arrow is $(x_1, x_2, 1)$, and the 1 does not grow with the others. $R$ grows nearly tenfold.
#     But for the same line, $b$ must grow tenfold against $w_1$ and $w_2$, and once $u$ is scaled back to
#     length 1, it is mostly bias, so $\gamma$ grows less. Here the bound gets worse. (For a line through the
#     origin it would not.)
#
# ??? question "Two perceptrons saw the same samples in another order. Do they end with the same line?"
#     In general no. The rule stops at the first line that makes no mistake, and which one that is depends on
#     the order. It does not look for the line with the largest margin.
#
# ??? question "Does a hidden layer help if its activation is $f(z) = z$?"
#     No. A weighted sum of weighted sums is a weighted sum: one line. The layer needs an activation that is
#     not itself a straight line.
#
# ## Exercises
#
# 1. **Basic.** Shuffle the 50 points of this page in 20 different orders, and run the rule on each. How many
#    mistakes does it make, and how much do the final lines differ?
#
#     ??? tip "Hint"
#         `order = torch.randperm(50)`, then `inputs[order]` and `targets[order]`. Draw the 20 lines into one
#         picture.
#
# 2. **Intermediate.** Give the perceptron a third input, the product $x_1 x_2$, and run it on the XOR clouds.
#    Explain what you see.
#
#     ??? tip "Hint"
#         What sign has the product in each cloud? `torch.cat` with `dim=1` adds a column.
#
# 3. **Advanced.** Show that Rosenblatt's rule is SGD with batches of one sample, a learning rate of 1, and
#    the loss $\max(0, -y\,s)$. Write that loss, `perceptron_loss(scores, y)`, one number per sample, and check
#    the rule against `torch.optim.SGD`, update by update.
#
#     ??? tip "Hint"
#         What is the derivative of the loss with respect to $w$ where $y\,s < 0$? At the start every score is
#         0, the corner of the maximum. `torch.relu` takes the slope 0 there, and would never start: say
#         yourself, with `torch.where`, on which side a score of 0 lies.
#
# ## Summary
#
# - The perceptron changes its weights at mistakes only, by $\pm x$.
# - If a line divides the data, it stops after at most $(R/\gamma)^2$ mistakes, in any order, however many
#   samples there are. If none does, it never stops.
# - No line solves XOR. A hidden layer does: it moves the points until a line is enough.
# - A neuron with a *monotone* activation divides by one line. With $z^2$, one neuron solves XOR.
# - MLPs, CNNs and Transformers are feedforward; recurrent networks feed a state back.
#
# ## Further reading
#
# - Frank Rosenblatt (1958). The perceptron: a probabilistic model for information storage and organization in
#   the brain. *Psychological Review* 65, 386–408.
# - Albert B. J. Novikoff (1962). On convergence proofs on perceptrons. *Proceedings of the Symposium on the
#   Mathematical Theory of Automata* 12, 615–622.
# - Marvin Minsky and Seymour Papert (1969). *Perceptrons*. MIT Press. What one layer cannot compute.
# - Elmer G. Gilbert (1966). An iterative procedure for computing the minimum of a quadratic form on a convex
#   set. *SIAM Journal on Control* 4, 61–80. The search for the largest margin.
# - Albert Gidon and others (2020). Dendritic action potentials and computation in human layer 2/3 cortical
#   neurons. *Science* 367, 83–87. Parts of a single nerve cell whose response turns back, so that it can
#   compute XOR.
