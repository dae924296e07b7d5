# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - derive the usual losses from one idea, and say what each of them makes a network predict
#   - choose a loss for a task, and hand it outputs and targets of the kind that it expects
#   - recognise two common wrong pairings by their symptoms, before they cost you a week
# know_first: >-
#   [Your first network](01_first_network.py): logits, sigmoid, loss, gradient, training loop.
#   [Tensors](02_tensors.py): shapes, dtypes, broadcasting. Logarithms and derivatives from school.
# data: >-
#   A few numbers typed in, points made on the page, and the 8 × 8 digits that come with scikit-learn.
# ---

# %% [markdown]
# # Where losses come from
#
# You will be able to say where the formula of a loss comes from, choose the right one, and tell from a curve
# that somebody chose the wrong one.
#
# A [loss](../glossary.md#loss) turns the outputs of a network and the [targets](../glossary.md#target) into
# one number, and training lowers it. So the loss is where you say what you want. PyTorch has over twenty. The
# usual ones all come from a single idea, and this page starts with it.
#
# ## One idea: make the data likely
#
# You throw a drawing pin ten times. Seven times it lands with its point up. Let $p$ be the probability of
# "point up". If throws do not influence each other, their probabilities multiply. So what you saw, in the
# order in which you saw it, has the probability
#
# $$p^7 (1-p)^3.$$
#
# Read as a function of $p$, this is called the [likelihood](../glossary.md#likelihood): how probable does
# each $p$ make the data that we have?
#
# **Predict.** Which $p$ makes it largest?

# %% alt="Left: the likelihood of seven in ten is a narrow bump with its top at p = 0.7 and a height of about 0.002. Right: minus its logarithm, divided by ten, is a valley with its lowest point at the same p = 0.7." tags=["hide_input"]
import matplotlib.pyplot as plt
import torch

p = torch.linspace(0.01, 0.99, 99)
likelihood = p**7 * (1 - p) ** 3
per_throw = -likelihood.log() / 10
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.6), layout="constrained")
left.plot(p, likelihood)
left.set(title="likelihood", ylim=(0, None))
right.plot(p, per_throw)
right.set(title="$-$ln(likelihood) per throw", ylim=(0, 3))
for ax, curve in ((left, likelihood), (right, per_throw)):
    best = likelihood.argmax()
    ax.plot(p[best], curve[best], "o", color="C1")
    ax.set_xlabel("$p$")
plt.show()

# %% [markdown]
# At 0.7, the share that we saw. On the right, the best $p$ is the same. The natural logarithm, $\ln$, is
# increasing, so the largest likelihood has the largest logarithm. The minus turns the top into a bottom,
# because optimizers go down. Dividing by the number of throws makes small and large data sets comparable.
#
# Why the logarithm? Here is the likelihood of a thousand throws of a fair coin:

# %%
import torch

fair = torch.full((1000,), 0.5)
print("product of the probabilities:", fair.prod().item())
print("sum of their logarithms:     ", round(fair.log().sum().item(), 2))

# %% [markdown]
# The product is too small for a 32-bit number and has become 0. The sum of logarithms is harmless.
#
# Now let a network choose the probabilities. It sees the input $x_n$ of sample number $n$, and its output
# says how probable each possible target is. The loss is the mean [negative
# log-likelihood](../glossary.md#negative-log-likelihood), NLL for short:
#
# $$L = -\frac{1}{N} \sum_{n=1}^{N} \ln p(y_n \mid x_n).$$
#
# Read $p(y_n \mid x_n)$ as "the probability that the network, seeing $x_n$, gave to what happened". You can
# read $-\ln p$ as surprise: 0 when you were certain and right, large when you had called it nearly
# impossible. What remains is to say how an output becomes a probability. Each answer gives one loss.
#
# ## Targets that are numbers
#
# Predicting a number, such as a temperature, is called *regression*. Let $\hat y$ be the output. The target
# rarely hits it exactly, and what is left, $r = y - \hat y$, we call noise. How is it spread?
#
# **Gaussian noise** is the bell curve: small errors are common, large ones very rare. Its density (the
# probability per unit of width) is
#
# $$p(y \mid x) = \frac{1}{\sigma\sqrt{2\pi}}\, \exp\!\Big({-\frac{r^2}{2\sigma^2}}\Big).$$
#
# ($\exp(u)$ is another way to write $e^u$.) Minus its logarithm is
#
# $$-\ln p(y \mid x) = \frac{r^2}{2\sigma^2} + \ln(\sigma\sqrt{2\pi}).$$
#
# Let the width $\sigma$ be the same for all samples. Then the last term does not depend on the output, and
# the factor $1/2\sigma^2$ scales everything alike. What is left to minimise is the mean of $r^2$: the [mean
# squared error](../glossary.md#mean-squared-error), **MSE**.
#
# **Laplace noise** has a sharper peak and longer tails: large errors are less of a surprise. The square is
# replaced by the absolute value:
#
# $$p(y \mid x) = \frac{1}{2b}\, \exp\!\Big({-\frac{|r|}{b}}\Big).$$
#
# $$-\ln p(y \mid x) = \frac{|r|}{b} + \ln(2b).$$
#
# By the same reasoning, what is left is the mean of $|r|$: the [mean absolute
# error](../glossary.md#mean-absolute-error), **MAE**. PyTorch calls it `L1Loss`. `torch.distributions` knows
# both densities, so we can check the two lines.

# %%
from math import e, log, pi

from torch import distributions, nn

outputs = torch.tensor([2.0, 0.5, 7.0])
targets = torch.tensor([1.5, 1.0, 4.0])
mse = nn.MSELoss()(outputs, targets)
mae = nn.L1Loss()(outputs, targets)

gauss = -distributions.Normal(outputs, 1.0).log_prob(targets).mean()
laplace = -distributions.Laplace(outputs, 1.0).log_prob(targets).mean()
by_hand = mse / 2 + log(2 * pi) / 2
print(f"Gaussian: {gauss:.4f}, MSE / 2 + ln √2π: {by_hand:.4f}")
print(f"Laplace:  {laplace:.4f}, MAE + ln 2:       {mae + log(2):.4f}")

# %% [markdown]
# ## What each of them asks for
#
# Training follows slopes, so look at those too. The third curve is the *Huber* loss, a compromise: a
# parabola near 0 and straight lines outside.

# %% alt="Left: squared error is a parabola, absolute error a V, and the Huber loss a parabola near 0 that goes on as straight lines. Right: the slope of the squared error grows without limit with the error. That of the absolute error is −1 or 1, and that of the Huber loss stays between them." tags=["hide_input"]
error = torch.linspace(-4, 4, 161, requires_grad=True)
zero = torch.zeros(161)
functions = {
    "squared": nn.MSELoss(reduction="sum"),
    "absolute": nn.L1Loss(reduction="sum"),
    "Huber": nn.HuberLoss(reduction="sum"),
}
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.7), layout="constrained")
for (name, function), style in zip(functions.items(), ("-", "--", ":")):
    (slope,) = torch.autograd.grad(function(error, zero), error)
    each = [function(value, torch.tensor(0.0)).item() for value in error.detach()]
    left.plot(error.detach(), each, style, label=name)
    right.plot(error.detach(), slope, style)
left.set(xlabel="output $-$ target", title="loss of one sample", ylim=(0, 8))
right.set(xlabel="output $-$ target", title="its slope", ylim=(-6, 6))
left.legend()
plt.show()

# %% [markdown]
# Think of each sample as pulling the output towards its target. With MSE it pulls in proportion to its
# distance, $2(\hat y - y)$. With MAE every sample pulls equally hard, however far away it is.
#
# Suppose that several samples have the same input, so that one output $c$ must serve them all. At the best
# $c$ the pulls cancel.
#
# - **MSE:** $\sum_n 2(c - y_n) = 0$ means $c = \frac1N \sum_n y_n$: the **mean**.
# - **MAE:** the pulls are $+1$ and $-1$. They cancel when as many targets lie below $c$ as above: the
#   **median**, the middle one of the sorted targets. (With an even number of them, anything between the two
#   middle ones is equally good.)
#
# **Predict.** Five waiting times: 3, 4, 5, 7 and 8 minutes. Then the last one is mistyped as 28. Where do the
# two minima go?

# %% alt="Two panels with the loss against the constant prediction, for the clean and for the mistyped waiting times. Left, MSE: the minimum moves from 5.4 to 9.4, beyond four of the five targets. Right, MAE: the minimum stays at 5." tags=["hide_input"]
clean = torch.tensor([3.0, 4.0, 5.0, 7.0, 8.0])
mistyped = torch.tensor([3.0, 4.0, 5.0, 7.0, 28.0])
c = torch.linspace(0, 14, 1401)  # steps of 0.01
lowest = {}
fig, axes = plt.subplots(1, 2, figsize=(6.3, 2.7), layout="constrained")
for ax, name, power in zip(axes, ("MSE", "MAE"), (2, 1)):
    for label, times, style in (("clean", clean, "-"), ("mistyped", mistyped, "--")):
        curve = ((c[:, None] - times).abs() ** power).mean(dim=1)  # (1401,)
        lowest[name, label] = c[curve.argmin()].item()
        (line,) = ax.plot(c, curve, style, label=label)
        ax.plot(lowest[name, label], curve.min(), "o", color=line.get_color())
    ax.set(title=name, xlabel="prediction $c$", ylim=(0, None))
axes[0].set_ylabel("loss")
axes[1].legend()
plt.show()

# %% tags=["hide_input"]
from nnfund import claim

claim(
    f"One mistyped number moves the minimum of MSE from {lowest['MSE', 'clean']:.2f} to "
    f"{lowest['MSE', 'mistyped']:.2f}, the new mean, beyond four of the five targets. The minimum of MAE stays "
    f"at {lowest['MAE', 'clean']:.2f}, the median.",
    abs(lowest["MSE", "clean"] - clean.mean()) < 0.011
    and abs(lowest["MSE", "mistyped"] - mistyped.mean()) < 0.011
    and lowest["MSE", "mistyped"] > mistyped[3]
    and abs(lowest["MAE", "clean"] - 5) < 0.011
    and abs(lowest["MAE", "mistyped"] - 5) < 0.011,
)

# %% [markdown]
# So is MAE better? Not in general. Each loss assumes a kind of noise, and that suggests a test: draw 25
# targets around the true value 0, let each loss choose its $c$, and see how far off it is. We do this 2000
# times for each kind of noise, in 10 rounds.
#
# **Predict.** Does MAE, which a single outlier hardly moves, win both?

# %%
torch.manual_seed(0)
noises = {
    "Gaussian": distributions.Normal(0.0, 1.0),
    "Laplace": distributions.Laplace(0.0, 1.0),
}
off = {}  # (10 rounds,): root of the mean squared distance from the truth
for name, noise in noises.items():
    draws = noise.sample((10, 2000, 25))
    for loss, c in ("MSE", draws.mean(2)), ("MAE", draws.median(2).values):
        off[name, loss] = c.square().mean(dim=1).sqrt()
for (name, loss), values in off.items():
    low, mean, high = values.min(), values.mean(), values.max()
    print(f"{name:8} noise, {loss}: {mean:.3f} ({low:.3f} to {high:.3f})")

# %% tags=["hide_input"]
claim(
    "In all ten rounds, MSE comes closer under Gaussian noise and MAE under Laplace noise: each does better "
    "where its own assumption holds.",
    (off["Gaussian", "MSE"] < off["Gaussian", "MAE"]).all()
    and (off["Laplace", "MAE"] < off["Laplace", "MSE"]).all(),
)

# %% [markdown]
# ## Targets that are classes
#
# **Two classes.** The target $t$ is 1 or 0, as with the drawing pin. The network gives a
# [logit](../glossary.md#logits) $z$, and the [sigmoid](../glossary.md#sigmoid) makes it a probability,
# $p = \sigma(z) = 1/(1+e^{-z})$. What happened had the probability $p$ if $t = 1$, and $1 - p$ if $t = 0$.
# One formula says both:
#
# $$-\ln p(t \mid x) = -t\,\ln p - (1 - t)\,\ln (1 - p).$$
#
# This is [binary cross-entropy](../glossary.md#binary-cross-entropy), **BCE**. In terms of the logit it gets
# shorter. Since $\sigma(z) = e^z / (1 + e^z)$, we can insert $\ln \sigma(z) = z - \ln(1 + e^z)$ and
# $\ln (1 - \sigma(z)) = -\ln(1 + e^z)$:
#
# $$L(z) = \ln(1 + e^z) - t z.$$
#
# $$\frac{dL}{dz} = \frac{e^z}{1 + e^z} - t = \sigma(z) - t = p - t.$$
#
# **Several classes.** The network gives one logit per class, and [softmax](../glossary.md#softmax) makes them
# probabilities, $p_k = e^{z_k} / \sum_j e^{z_j}$. What happened is class $y$:
#
# $$L = -\ln p_y = \ln \sum_j e^{z_j} - z_y.$$
#
# $$\frac{\partial L}{\partial z_k} = \frac{e^{z_k}}{\sum_j e^{z_j}} - t_k = p_k - t_k.$$
#
# (The curly $\partial$ says: the slope as $z_k$ changes and the other logits stay.) Here $t_k$ is 1 for the right class and 0 for the others. Such a row of one 1 and zeros is called
# [one-hot](../glossary.md#one-hot). This is [cross-entropy](../glossary.md#cross-entropy). Both slopes say
# the same: probability minus target. The pull is as large as the mistake.
#
# `nn.CrossEntropyLoss` takes the logits and does two steps in one: the *logarithm* of softmax, computed so
# that it cannot overflow, and then `nn.NLLLoss`, which picks the entry of the right class and changes its
# sign. `NLLLoss` computes no logarithm, in spite of its name.

# %%
torch.manual_seed(0)
logits = torch.randn(4, 3, requires_grad=True)  # (N, C)
classes = torch.tensor([2, 0, 1, 1])  # (N,)

together = nn.CrossEntropyLoss()(logits, classes)
two_steps = nn.NLLLoss()(logits.log_softmax(dim=1), classes)
no_log = nn.NLLLoss()(logits.softmax(dim=1), classes)
print(f"CrossEntropyLoss     {together:.4f}")
print(f"LogSoftmax + NLLLoss {two_steps:.4f}")
print(f"Softmax + NLLLoss    {no_log:.4f}   <- negative: wrong")

# %% [markdown]
# MSE, MAE, BCE and cross-entropy are also written out in
# [`nnfund.scratch`](../reference/scratch/losses.md), formula and slope side by side.

# %% tags=["hide_input"]
from nnfund import scratch

torch.manual_seed(0)
scores = torch.randn(7, 5, dtype=torch.float64)
numbers, bits = torch.randn_like(scores), torch.randint(2, (7, 5)).double()
digits = torch.randint(5, (7,))
hand = {  # value and slope, from the formulas above
    "MSELoss": (numbers, (scores - numbers) ** 2, 2 * (scores - numbers) / 35),
    "L1Loss": (numbers, (scores - numbers).abs(), (scores - numbers).sign() / 35),
    "BCEWithLogitsLoss": (bits, (1 + scores.exp()).log() - bits * scores, (scores.sigmoid() - bits) / 35),
    "CrossEntropyLoss": (
        digits,
        scores.exp().sum(1).log() - scores[range(7), digits],
        (scores.softmax(1) - nn.functional.one_hot(digits, 5)) / 7,
    ),
}
gaps = []
for name, (wanted, terms, slope) in hand.items():
    ours, leaf = getattr(scratch, name)(), scores.clone().requires_grad_()
    theirs = getattr(nn, name)()(leaf, wanted)
    theirs.backward()
    gaps += [terms.mean() - theirs, ours(scores, wanted) - theirs]
    gaps += [(slope - leaf.grad).abs().max(), (ours.backward() - leaf.grad).abs().max()]
claim(
    "For all four, the formula, `nnfund.scratch` and PyTorch agree in value and in slope, to twelve decimals.",
    max(abs(gap.item()) for gap in gaps) < 1e-12,
)

# %% [markdown]
# ## What each loss expects
#
# | loss | outputs | targets | their dtype |
# |---|---|---|---|
# | `MSELoss`, `L1Loss`, `HuberLoss` | numbers, any shape | the same shape | float |
# | `BCEWithLogitsLoss` | **logits**, any shape | the same shape | float, 0 to 1 |
# | `BCELoss` | **probabilities**, any shape | the same shape | float, 0 to 1 |
# | `CrossEntropyLoss` | **logits**, (N, C) | class numbers, (N,) | int64 |
# | `CrossEntropyLoss` | **logits**, (N, C) | probabilities, (N, C) | float |
# | `NLLLoss` | **log-probabilities**, (N, C) | class numbers, (N,) | int64 |
#
# N is the number of samples, C that of classes. For images with one class per pixel, the classes stay on
# axis 1: (N, C, rows, columns) with targets (N, rows, columns).

# %% tags=["hide_input"]
bits = torch.tensor([1, 0, 0, 1])
z = torch.tensor([[2.0], [-1.0], [0.5], [3.0]])  # (4, 1): one logit each
ce, bce = nn.CrossEntropyLoss(), nn.BCEWithLogitsLoss()
mix_ups = {
    "class numbers as floats": (ce, logits, classes.float()),
    "class numbers as a column": (ce, logits, classes[:, None]),
    "0 and 1 as integers for BCE": (bce, z, bits[:, None]),
    "shapes (4, 1) and (4,) for BCE": (bce, z, bits.float()),
    "logits for `BCELoss`, where one is below 0 or above 1": (nn.BCELoss(), z, bits[:, None].float()),
}
refused = []
for what, (loss_fn, outputs, targets) in mix_ups.items():
    try:
        loss_fn(outputs, targets)
    except (RuntimeError, ValueError):
        refused.append(what)
floats, chances = torch.randn(4, 1), torch.tensor([[0.3], [0.0], [1.0], [0.5]])
lines = [(loss, z, floats) for loss in (nn.MSELoss(), nn.L1Loss(), nn.HuberLoss())]
lines += [(bce, z, chances), (nn.BCELoss(), z.sigmoid(), chances), (ce, logits, classes)]
lines += [(ce, logits, logits.softmax(dim=1)), (nn.NLLLoss(), logits.log_softmax(dim=1), classes)]
lines += [(ce, torch.randn(2, 3, 5, 5), torch.randint(3, (2, 5, 5)))]
claim(
    f"All {len(lines)} combinations of the table and of the sentence below it run. These mix-ups raise an error: "
    f"{'; '.join(refused)}.",
    all(loss_fn(outputs, targets).item() > 0 for loss_fn, outputs, targets in lines) and len(refused) == 5,
)

# %% [markdown]
# The dangerous mix-ups do not. Two of them are `MSELoss` with shapes (N, 1) and (N,), where PyTorch warns and
# goes on, and `CrossEntropyLoss` with a single output per sample.
#
# **Predict.** In the next cell, MSE gets outputs that *equal* the targets. What will it be?

# %%
import warnings

mse, targets = nn.MSELoss(), torch.tensor([1.0, 2.0, 3.0, 4.0])
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # so that you see what it would hide
    wrong_shape = mse(targets[:, None], targets)
print("MSE, (4, 1) against (4,): ", wrong_shape.item())
print("MSE, both (4,):           ", mse(targets, targets).item())

one_output, zeros = torch.randn(4, 1), torch.tensor([0, 0, 0, 0])
one_output_loss = nn.CrossEntropyLoss()(one_output, zeros)
print("cross-entropy, one output:", one_output_loss.item())

# %% [markdown]
# In the first line, [broadcasting](../glossary.md#broadcasting) has compared every output with every target.
# Trained so, all outputs would move towards the mean of *all* targets. The last loss is 0 whatever the
# network says, because the softmax of a single number is 1: there is nothing to learn from. Make it a habit to
# print the shapes of outputs and targets once, before you train.
#
# ## Loss is not accuracy
#
# Why not train on [accuracy](../glossary.md#accuracy), if that is what we report? Take forty points of the
# two moons and a horizontal boundary: class 1 below, and as the logit of a point 4 times its distance from the
# boundary. We slide the boundary upwards and record accuracy and loss.

# %% alt="Above, accuracy against the height of the boundary: a staircase, flat everywhere between its jumps. Below, binary cross-entropy against the same height: a smooth valley with a slope almost everywhere." tags=["hide_input"]
from nnfund.data import make_moons

points, moons = make_moons(40, noise=0.2, seed=0)
moons = moons.float()
heights = torch.linspace(-1, 1.5, 2501)
slid = 4 * (heights[:, None] - points[:, 1])  # (2501, 40) logits: class 1 lies below the boundary
stairs = ((slid > 0) == moons.bool()).float().mean(dim=1)
valley = nn.functional.binary_cross_entropy_with_logits(slid, moons.expand_as(slid), reduction="none").mean(1)
fig, (top, bottom) = plt.subplots(2, 1, figsize=(6.3, 3.4), sharex=True, layout="constrained")
top.plot(heights, stairs)
top.set_ylabel("accuracy")
bottom.plot(heights, valley, color="C1")
bottom.set(ylabel="loss", xlabel="height of the boundary", ylim=(0, None))
plt.show()

# %% [markdown]
# The stairs are flat. Between two jumps the slope is 0, so it says nothing about which way to go. PyTorch
# will not even give you one: comparing numbers gives true or false, and there the record of operations that
# `backward()` needs comes to an end.

# %%
z = torch.tensor([2.0, -1.0], requires_grad=True)
share_right = ((z > 0).float() == torch.tensor([1.0, 1.0])).float().mean()
loss = nn.BCEWithLogitsLoss()(z, torch.tensor([1.0, 1.0]))
print("accuracy has a gradient:", share_right.requires_grad)
print("loss has a gradient:    ", loss.requires_grad)

# %% [markdown]
# So the loss stands in for accuracy, and the two can disagree.
#
# **Predict.** Ten samples, all of class 1. Network A gets nine right and is quite sure; the tenth it gets
# wrong, and is *very* sure. B gets eight right, and is undecided about the two it gets wrong. Which has the
# lower loss?

# %%
sure_and_wrong = torch.tensor([4.0] * 9 + [-14.0])
modest = torch.tensor([4.0] * 8 + [-0.1] * 2)
for name, z in (("A", sure_and_wrong), ("B", modest)):
    loss = nn.BCEWithLogitsLoss()(z, torch.ones(10))
    print(f"{name}: accuracy {(z > 0).float().mean():.1f}, loss {loss:.3f}")

# %% tags=["hide_input"]
loss_a, loss_b = (nn.BCEWithLogitsLoss()(z, torch.ones(10)) for z in (sure_and_wrong, modest))
claim(
    f"A is more accurate, and its loss is {loss_a / loss_b:.0f} times as high: a single mistake, made with "
    f"great confidence, has a loss of {-log(torch.sigmoid(sure_and_wrong[-1]).item()):.0f} by itself.",
    loss_a > 5 * loss_b,
)

# %% [markdown]
# Accuracy asks who is right, the loss also how far you can trust the probabilities. Report both.
#
# ## How to lose a slope
#
# A loss is only useful with the outputs that it expects. Here are four ways to score one logit $z$ whose target
# is 0. `BCEWithLogitsLoss` of $z$ is the right one. The other three put a sigmoid where it hurts:
#
# - `BCELoss` of $\sigma(z)$: on paper, the same function as the right one;
# - `BCEWithLogitsLoss` of $\sigma(z)$: the loss applies a second sigmoid;
# - squared error of $\sigma(z)$: from the section on numbers, used for a class.
#
# **Predict.** The further to the right, the more wrong the network. Which slopes survive there?

# %% alt="Loss and slope for target 0 against the logit. BCE with logits rises along a straight line, and its slope goes to 1. BCELoss of the sigmoid follows it until about 17, then jumps to 100 beyond the picture while its slope falls to 0. Sigmoid twice and squared error level off, and their slopes have a low bump near 0 and vanish to the right." tags=["hide_input"]
z = torch.linspace(-6, 24, 601, requires_grad=True)
no = torch.zeros(601)
scored = {
    "BCE with logits": nn.functional.binary_cross_entropy_with_logits(z, no, reduction="none"),
    "BCELoss of σ": nn.functional.binary_cross_entropy(z.sigmoid(), no, reduction="none"),
    "sigmoid twice": nn.functional.binary_cross_entropy_with_logits(z.sigmoid(), no, reduction="none"),
    "squared error of σ": z.sigmoid() ** 2,
}
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3), layout="constrained")
for (name, values), style in zip(scored.items(), ("-", "--", "-.", ":")):
    (slope,) = torch.autograd.grad(values.sum(), z)
    left.plot(z.detach(), values.detach(), style, label=name)
    right.plot(z.detach(), slope, style)
left.set(xlabel="logit, target 0", title="loss", ylim=(0, 26))
right.set(xlabel="logit, target 0", title="slope")
left.legend(fontsize=8)
plt.show()

# %% [markdown]
# Only the first keeps pulling. The dashed curve shows what its formula hides: at some point the computer's
# $\sigma(z)$ is rounded to exactly 1, and from there on the slope is 0. The other two lose it much earlier,
# and on paper, too: the slope of $\sigma$ itself is $p(1-p)$, which is nearly 0 wherever the network is sure,
# right or wrong.

# %% tags=["hide_input"]
exactly_one = z[z.sigmoid() == 1].min().item()
far = torch.tensor([200.0], requires_grad=True)
target = torch.tensor([0.0])
(kept,) = torch.autograd.grad(nn.BCEWithLogitsLoss()(far, target), far)
(lost,) = torch.autograd.grad(nn.BCELoss()(far.sigmoid(), target), far)
given = torch.tensor([0.1, 0.8, 0.3])
truth = torch.tensor([0.0, 1.0, 0.0])
once, twice = nn.BCELoss()(given, truth), nn.BCELoss()(given.sigmoid(), truth)
claim(
    f"In the picture, $\\sigma(z)$ is exactly 1 from $z = {exactly_one:.1f}$ on. At logit 200 the slope is {kept.item():.0f} with `BCEWithLogitsLoss` and {lost.item():.0f} "
    f"with `BCELoss` after a sigmoid. And a second sigmoid spoils good answers: the probabilities 0.1, 0.8 and "
    f"0.3 for the targets 0, 1 and 0 cost {once:.3f}, but {twice:.3f} after one more sigmoid.",
    16 < exactly_one < 18 and kept.item() == 1 and lost.item() == 0 and twice > 2 * once,
)

# %% [markdown]
# ## Softmax twice
#
# The same mistake with several classes is common: a network that ends in `nn.Softmax`, trained with
# `nn.CrossEntropyLoss`. Nothing raises an error, because probabilities are numbers, and any numbers can be
# logits.
#
# **Predict.** Ten classes, and a perfect network: it gives probability 1 to the right class. What is the
# loss?

# %%
perfect = torch.eye(10)  # (10, 10): row k says "class k, certainly"
floor = nn.CrossEntropyLoss()(perfect, torch.arange(10)).item()
print(f"loss of perfect probabilities: {floor:.3f}")
print(f"ln(1 + 9 / e)                = {log(1 + 9 / e):.3f}")

# %% [markdown]
# Not 0. The second softmax gets a 1 and nine zeros, so the right class gets $e / (e + 9)$ and no more. The
# loss has a floor. What does that cost? We train on 8 × 8 images of handwritten digits, with one [hidden
# layer](../glossary.md#hidden-layer), eight [seeds](../glossary.md#seed) for each network. (`nn.Identity`
# returns its input. [Momentum](../glossary.md#momentum) speeds up the steps; a later page explains it.)

# %%
from nnfund.data import Batches, load_digits
from nnfund.models import MLP
from nnfund.training import accuracy, fit

data = load_digits()
train_inputs, train_digits = data.train.inputs.flatten(1), data.train.targets
val_inputs, val_digits = data.val.inputs.flatten(1), data.val.targets
train_set, val_set = (train_inputs, train_digits), (val_inputs, val_digits)


def train(last_layer, seed, lr=0.1):
    """Train a network that ends with `last_layer`."""
    torch.manual_seed(seed)
    model = nn.Sequential(MLP([64, 64, 10]), last_layer)
    history = fit(
        model,
        Batches(*train_set, batch_size=64, shuffle=True, seed=seed),
        loss_fn=nn.CrossEntropyLoss(),
        optimizer=torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9),
        epochs=30,
        val_loader=Batches(*val_set, batch_size=300),
        metrics={"accuracy": accuracy},
    )
    return model, history


pairings = {"logits": nn.Identity(), "softmax twice": nn.Softmax(dim=1)}
runs = {}  # for each pairing, eight pairs (model, history)
for name, last_layer in pairings.items():
    runs[name] = [train(last_layer, seed) for seed in range(8)]

# %% alt="Left: training loss over 30 epochs, mean and range of eight seeds. With logits it falls to nearly 0 within five epochs. With softmax twice it starts at 2.3, falls slowly, and stays above a dotted line at 1.461. Right: validation accuracy. With logits it is near 0.9 after one epoch, and soon level. With softmax twice it rises more slowly, and the runs stay spread out: some as high, others below." tags=["hide_input"]
from nnfund.plotting import plot_curves


def curves(column):
    """(8, 30) for each pairing: one row per seed, one column per epoch."""
    return {name: torch.tensor([history[column] for _, history in runs[name]]) for name in runs}


losses, accuracies = curves("train_loss"), curves("val_accuracy")
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3), layout="constrained")
epochs = torch.arange(1, 31)
plot_curves(losses, x=epochs, xlabel="epoch", ylabel="training loss", ax=left)
plot_curves(accuracies, x=epochs, xlabel="epoch", ylabel="validation accuracy", ax=right)
left.axhline(floor, linestyle=":")
left.get_legend().remove()
plt.show()

# %% tags=["hide_input"]
good, bad = accuracies["logits"], accuracies["softmax twice"]


def spread(values):
    low, mean, high = (f"{value:.3f}" for value in (values.min(), values.mean(), values.max()))
    return f"{low} in every run" if low == high else f"{mean} (from {low} to {high})"


claim(
    f"After 3 epochs the mean accuracy is {spread(good[:, 2])} with logits and {spread(bad[:, 2])} with softmax "
    f"twice. After 30 it is {spread(good[:, -1])} against {spread(bad[:, -1])}.",
    good[:, 2].min() > bad[:, 2].mean() + 0.02 and good[:, -1].mean() > bad[:, -1].mean(),
)

# %% tags=["hide_input"]
others = {
    name: {lr: [train(last, seed, lr) for seed in range(4)] for lr in (0.01, 0.03, 0.3)}
    for name, last in pairings.items()
}
ends = {
    name: [torch.tensor([history["val_accuracy"][-1] for _, history in group]) for group in table.values()]
    for name, table in others.items()
}
worst = min(ends["logits"], key=torch.mean)
best = max(ends["softmax twice"], key=torch.mean)
claim(
    f"It is not the learning rate: with 0.01, 0.03 and 0.3 instead of 0.1 (four seeds each), softmax twice comes "
    f"to a mean of {spread(best)} at best, logits to {spread(worst)} at worst.",
    worst.mean() > best.mean(),
)

# %% tags=["hide_input"]
luckiest = bad[:, -1].argmax()
best_loss = losses["softmax twice"][luckiest, -1]
claim(
    f"Accuracy can hide it altogether. The best run with softmax twice ends at {bad[luckiest, -1]:.3f}, and "
    f"nobody would suspect it. Its loss gives it away: {best_loss:.3f}, still above the floor of {floor:.3f}. "
    f"None of the eight runs gets below.",
    losses["softmax twice"].min() > floor and bad[luckiest, -1] > good[:, -1].min() - 0.02,
)


# %% tags=["hide_input"]
def unanswered(model):
    """The digits that the network never answers on the validation images."""
    with torch.no_grad():
        return set(range(10)) - set(model(val_inputs).argmax(dim=1).tolist())


lost, chances = dict.fromkeys(pairings, 0), []
for name, table in others.items():
    for model, _ in [*runs[name], *(run for group in table.values() for run in group)]:
        lost[name] += bool(unanswered(model))
        for digit in unanswered(model):
            with torch.no_grad():
                chances.append(
                    model[0](train_inputs[train_digits == digit]).softmax(dim=1)[:, digit].median()
                )
chance = max(chances).item()
claim(
    f"Bad runs have lost a whole digit. Count all learning rates: {lost['softmax twice']} of the 20 networks with "
    f"softmax twice never answer some digit, for any validation image. With logits, that happened to "
    f"{lost['logits'] or 'none'}. To the images of a lost digit, its network gives a probability below "
    f"{0.01 if chance < 0.01 else 0.1} for the right answer (median).",
    lost["softmax twice"] >= 2 and lost["logits"] == 0 and chance < 0.1,
)

# %% [markdown]
# Why does it stay lost? Every slope of the softmax output $p_k$ has $p_k$ as a factor. So it is nearly 0 where
# the network gives the right class next to nothing. The loss asks for that output to grow, and hardly anything
# of this gets through.

# %% tags=["hide_input"]
largest = {}
for name, last_layer in pairings.items():
    z = torch.zeros(1, 10)
    z[0, 3] = 20.0
    z.requires_grad_()
    nn.CrossEntropyLoss()(last_layer(z), torch.tensor([5])).backward()
    largest[name] = z.grad.abs().max().item()
claim(
    f"Give logit 20 to a wrong class and 0 to the others: the largest slope is {largest['logits']:.1f} with "
    f"logits, and {largest['softmax twice']:.0e} with softmax twice.",
    largest["logits"] > 0.9 and largest["softmax twice"] < 1e-7,
)

# %% [markdown]
# **Symptoms to remember:** over ten classes, the loss falls slowly and settles at 1.46 or a little above,
# while the accuracy looks fair. For $C$ classes the floor is $\ln(1 + (C-1)/e)$. The cure: give
# the loss logits. Use softmax when you show a probability to somebody.
#
# ## Sigmoid twice
#
# Now the question "is it an 8?": about one image in ten is. The network has one output and is otherwise
# trained as before, with `BCEWithLogitsLoss`, and again with eight seeds. Eight networks give a logit and say
# "yes" above 0. The other eight end in `nn.Sigmoid` and say "yes" above 0.5. How many 8s do they find?

# %% tags=["hide_input"]
train_is_8 = (train_digits == 8).float()[:, None]  # (N, 1), like the output
val_is_8 = val_digits == 8

found, correct, final, surest = {}, {}, {}, {}  # (8,) each
for name, last_layer, threshold in (
    ("logits", nn.Identity(), 0.0),
    ("sigmoid twice", nn.Sigmoid(), 0.5),
):
    outputs, ended = [], []
    for seed in range(8):
        torch.manual_seed(seed)
        model = nn.Sequential(MLP([64, 64, 1]), last_layer)
        history = fit(
            model,
            Batches(train_inputs, train_is_8, batch_size=64, shuffle=True, seed=seed),
            loss_fn=nn.BCEWithLogitsLoss(),
            optimizer=torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9),
            epochs=30,
        )
        ended.append(history["train_loss"][-1])
        with torch.no_grad():
            outputs.append(model(val_inputs)[:, 0])
    outputs = torch.stack(outputs)  # (8, N)
    yes = outputs > threshold
    found[name] = yes[:, val_is_8].float().mean(dim=1)
    correct[name] = (yes == val_is_8).float().mean(dim=1)
    final[name] = torch.tensor(ended)
    surest[name] = outputs.amax(dim=1)

claim(
    f"With logits, the validation accuracy is {spread(correct['logits'])}, and the share of 8s that are found "
    f"is {spread(found['logits'])}. With the sigmoid twice, the accuracy is {spread(correct['sigmoid twice'])}, which "
    f"sounds good, and the share found is {spread(found['sigmoid twice'])}.",
    found["logits"].min() > 0.8
    and found["sigmoid twice"].max() < 0.2
    and correct["sigmoid twice"].min() > 0.85,
)

# %% [markdown]
# The second network says "no" to everything, and nine in ten are a "no". Its loss tells:

# %% tags=["hide_input"]
claim(
    f"It is {spread(final['sigmoid twice'])}, and $\\ln 2 = {log(2):.3f}$: the loss when the network's output is 0 "
    f"for every sample, because the second sigmoid turns 0 into one half. No output on a validation "
    f"image, in any of the eight runs, is above 0.01.",
    (final["sigmoid twice"] - log(2)).abs().max() < 0.01 and surest["sigmoid twice"].max() < 0.01,
)

# %% [markdown]
# The first sigmoid gives numbers between 0 and 1, so the second gives numbers between 0.5 and 0.731. A sure
# "no" is out of reach. The network pushes its logits down and down, to get as close to 0.5 as it can, until
# the first sigmoid is flat for every image. Then no slope is left to bring back the 8s.
#
# ## Soft targets
#
# A target need not be 0 or 1. If three of ten doctors see a tumour, 0.3 may be the honest target: a [soft
# target](../glossary.md#soft-target). The derivation holds as it is. The slope $p - t$ is zero at $p = t$,
# and it grows with $z$, so this is the minimum. But how low is the loss there?

# %% alt="Binary cross-entropy against the probability p, for targets 0, 0.1, 0.3 and 0.5. Each curve is lowest where p equals the target. The lowest values grow from 0 for target 0 to 0.69 for target 0.5." tags=["hide_input"]
p = torch.linspace(0.001, 0.999, 999)
fig, ax = plt.subplots(figsize=(6, 2.9), layout="constrained")
for t, style in zip((0.0, 0.1, 0.3, 0.5), ("-", "--", "-.", ":")):
    curve = nn.functional.binary_cross_entropy(p, torch.full_like(p, t), reduction="none")
    (line,) = ax.plot(p, curve, style, label=f"target {t}")
    ax.plot(p[curve.argmin()], curve.min(), "o", color=line.get_color())
ax.set(xlabel="probability $p$", ylabel="loss of one sample", ylim=(-0.05, 2))
ax.legend()
plt.show()

# %% [markdown]
# The lowest value is what you get for $p = t$,
#
# $$H(t) = -t\,\ln t - (1 - t)\,\ln (1 - t),$$
#
# the [entropy](../glossary.md#entropy) of the target: how uncertain the answer is in itself. No network can
# get below. It is 0 only for hard targets, 0 and 1.

# %% tags=["hide_input"]
torch.manual_seed(0)
soft = torch.rand(100_000)
best_loss = nn.BCEWithLogitsLoss()(soft.logit(), soft)
entropy = distributions.Bernoulli(soft).entropy().mean()
shifted = min(nn.BCEWithLogitsLoss()(soft.logit() + s, soft).item() for s in (-0.1, 0.1))
claim(
    f"For random targets from `torch.rand`, perfect answers have a loss of {best_loss:.3f}, and the mean entropy "
    f"is {entropy:.3f}: a loss that stops there is as good as it gets. Shift all logits by 0.1, in either "
    f"direction, and it is higher.",
    abs(best_loss - entropy) < 1e-4 and shifted > best_loss and abs(entropy - 0.5) < 0.01,
)

# %% [markdown]
# The same holds when hard targets are uncertain. If of all samples with some input three in ten are 1, their
# mean loss is the curve for 0.3, and the best output is 0.3. This is why a network trained with cross-entropy
# gives probabilities, and not only answers. With MSE it gives means, with MAE medians. (That is what the losses
# ask for. A network that [overfits](../glossary.md#overfitting) can still be far too sure: Guo et al., below.)
#
# ## How to choose
#
# | the target is | last layer | loss |
# |---|---|---|
# | a number | linear | `MSELoss`; `L1Loss` or `HuberLoss` if outliers should not rule |
# | yes or no | linear, 1 output | `BCEWithLogitsLoss` |
# | several yes-or-no questions | linear, 1 output each | `BCEWithLogitsLoss` |
# | one of C classes | linear, C outputs | `CrossEntropyLoss` |
#
# "Linear" means: no activation after it. No line has a sigmoid or a softmax in the network.
#
# ## Check yourself
#
# ??? question "Your regression targets contain a few typing errors, far too large. Which loss, and why?"
#     MAE or Huber. With MSE each sample pulls in proportion to its distance, so a few far ones move the
#     output a lot. With MAE each pulls with strength 1. But remember that MAE then predicts medians: if you
#     need the mean of a lopsided quantity, mend the data instead.
#
# ??? question "Can you use `CrossEntropyLoss` with two outputs for a yes-or-no question?"
#     Yes. The softmax of two logits is the sigmoid of their difference: $e^{z_1} / (e^{z_0} + e^{z_1}) =
#     \sigma(z_1 - z_0)$. With *one* output the loss would always be 0.
#
# ??? question "The validation loss rises while the accuracy rises, too. Is that possible?"
#     Yes: the network gets more samples right, and those that it gets wrong, it gets wrong with more
#     confidence. It may still be worth stopping earlier, if you use the probabilities.
#
# ## Exercises
#
# 1. **Basic.** Before you train on C classes, what should the loss be, and what does it mean if it is far
#    higher? Check with `MLP([64, 64, 10])` on the digits.
#
#     ??? tip "Hint"
#         An untrained network should give each class about the same probability.
#
# 2. **Intermediate.** Write `cross_entropy(logits, targets)` with tensor operations, so that it works for
#    logits of 1000, and check it against PyTorch.
#
#     ??? tip "Hint"
#         $\ln \sum_j e^{z_j} = m + \ln \sum_j e^{z_j - m}$ for any $m$. Choose $m$ so that no exponential
#         overflows.
#
# 3. **Advanced.** The *pinball* loss pulls with strength $q$ from above and $1 - q$ from below. Write
#    `pinball(outputs, targets, q)`, and show what its minimiser is. Then fit a line to data whose noise grows
#    with $x$, for $q$ = 0.1, 0.5 and 0.9.
#
#     ??? tip "Hint"
#         Do as with MAE: at the best $c$ the pulls cancel. Which share of the targets must then lie below
#         $c$? For $q = 0.5$ you should get the median.
#
# ## Summary
#
# - A loss is minus the logarithm of the probability that the network gave to what happened. Gaussian noise
#   gives MSE, Laplace noise MAE, a yes or no BCE, one of C classes cross-entropy.
# - MSE asks for the mean, MAE for the median, cross-entropy for the probabilities.
# - `BCEWithLogitsLoss` and `CrossEntropyLoss` take logits, and their slope is probability minus target. A
#   sigmoid or softmax before them flattens the slope where the network is wrong and sure.
# - Accuracy has no slope to follow, and the loss can rise while accuracy does. With soft targets the least
#   loss is the entropy.
#
# Every loss here had a slope that we worked out on paper. [Autograd](07_autograd.py), next, does that for you.
#
# ## Further reading
#
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapter 5 builds losses from
#   likelihood.
# - Christopher M. Bishop (2006). *Pattern Recognition and Machine Learning*. Springer. Sections 1.2.5 and
#   4.3.
# - Peter J. Huber (1964). Robust estimation of a location parameter. *The Annals of Mathematical Statistics*
#   35(1), 73–101.
# - Chuan Guo, Geoff Pleiss, Yu Sun and Kilian Q. Weinberger (2017). On calibration of modern neural networks.
#   *Proceedings of the 34th International Conference on Machine Learning (ICML)*, 1321–1330.
