# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - write SGD, momentum, RMSprop, Adam and AdamW in a few lines each, step for step equal to PyTorch's
#   - compute how large a learning rate may be in a bowl, and say why a narrow valley is slow
#   - compare optimizers fairly, and say what such a comparison does not show
# know_first: >-
#   A training loop ([your first network](01_first_network.py)) and derivatives. A matrix is a table of numbers
#   here.
# data: six points on a line and two valleys, made on the page; 8×8 digits, which come with scikit-learn
# ---

# %% [markdown]
# # Optimizers
#
# You will be able to write the usual optimizers yourself, and to say what each of them is good for.
#
# Training alternates between two questions. Which way is down? That is the [gradient](../glossary.md#gradient),
# and `backward()` computes it ([backpropagation](08_backpropagation.py)). How far do we go, and do we go
# straight there? That is the [optimizer](../glossary.md#optimizer), and this page.
#
# ## What the optimizer knows
#
# An optimizer never sees the loss. It holds the [parameters](../glossary.md#parameter) that you gave it. At
# `step()` it reads each one's `.grad` and moves that parameter. Nothing else joins the two.
#
# **Predict.** Below, the optimizer gets the parameters of the wrong model. What will happen: an error, a
# warning, or something else?

# %%
import torch
from torch import nn, optim

torch.manual_seed(0)
model, other = nn.Linear(3, 1), nn.Linear(3, 1)
inputs, targets = torch.randn(20, 3), torch.randn(20, 1)

optimizer = optim.SGD(other.parameters(), lr=0.1)  # the wrong ones
for _ in range(3):
    loss = nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()  # clears the wrong ones, too
    loss.backward()
    optimizer.step()
    size = model.weight.grad.norm()
    print(f"loss {loss:.4f}, size of the model's gradient {size:.3f}")
print("the other model's gradient:", other.weight.grad)

# %% [markdown]
# No error. The loss stays where it is, and the gradients of `model` pile up, since nobody clears them. The
# other model has no gradient, so nothing moves there either. A loss that does not change in a single digit is
# how you recognise this mistake.
#
# It works the other way round as well: put numbers into `.grad` by hand, and the optimizer follows them with no
# loss in sight. And where the loss is flat, it has nothing to follow.

# %% tags=["hide_input"]
from nnfund import claim

torch.manual_seed(0)
model = nn.Linear(3, 1)
optimizer = optim.SGD(model.parameters(), lr=0.1)
before = model.bias.item()
model.bias.grad = torch.tensor([2.0])
optimizer.step()
by_hand = model.bias.item() - before

optimizer.zero_grad()
before = model.weight.detach().clone()
nn.functional.mse_loss(model(inputs).round(), targets).backward()
optimizer.step()
claim(
    f"A bias whose `.grad` we set to 2 moved by {by_hand:.2f}: minus lr = 0.1 times 2, without any loss. A loss "
    "of *rounded* outputs is flat between its jumps: its gradient is 0, and the step moved no weight at all.",
    abs(by_hand + 0.2) < 1e-6 and bool((model.weight == before).all()),
)

# %% [markdown]
# ## Gradient descent
#
# We write $\theta$ for the parameters, $g$ for the gradient of the loss there, and lr for the [learning
# rate](../glossary.md#learning-rate), which sets how long the steps are. [Gradient
# descent](../glossary.md#gradient-descent) is
#
# $$\theta \leftarrow \theta - \mathrm{lr}\; g.$$
#
# We write every rule of this page as a function of this form: parameters, gradient, and a dictionary for what
# the rule wants to remember. `descend` applies a rule again and again, and keeps the path.


# %%
def gradient_descent(theta, grad, state, lr):
    return theta - lr * grad


def descend(rule, loss_at, start, steps, **options):
    """Follow a rule; the parameters after each step, one row each."""
    theta, state = torch.tensor(start, dtype=torch.float64), {}
    path = [theta]
    for _ in range(steps):
        theta.requires_grad_()
        (grad,) = torch.autograd.grad(loss_at(*theta), theta)
        theta = rule(theta.detach(), grad, state, **options)
        path.append(theta)
    return torch.stack(path).detach()  # (steps + 1, parameters)


# %% [markdown]
# To have something to descend, we hang weights on a spring, and measure its length. The load (in newtons) is
# $x$, the length (in centimetres) is $y$, and $y \approx w x + b$. Two parameters: the loss is a landscape
# over a plane.

# %%
load = torch.tensor([1, 2, 3, 4, 5, 6], dtype=torch.float64)
length = torch.tensor([3.9, 4.5, 5.5, 6.1, 7.1, 7.7], dtype=torch.float64)


def spring_loss(w, b):
    return ((w * load + b - length) ** 2).mean()


# %% [markdown]
# **Predict.** Three runs from $w = b = 0$, with lr = 0.02, 0.06 and 0.064. Which comes closest to the minimum
# in 60 steps?

# %% alt=["Left: loss against step on a log scale. With lr 0.02 it falls fast and then slowly. With 0.06 it falls steadily and is lowest at the end. With 0.064 it grows steadily. Right: contours of the loss form a long narrow valley. The path of lr 0.06 jumps from one wall to the other, ever less wide, and creeps along the floor towards the minimum, which it has not reached."] tags=["hide_input"]
import matplotlib.pyplot as plt

from nnfund.plotting import plot_curves, plot_loss_surface

fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3.1), layout="constrained")
runs = {lr: descend(gradient_descent, spring_loss, (0.0, 0.0), 60, lr=lr) for lr in (0.02, 0.06, 0.064)}
curves = {f"lr = {lr}": torch.stack([spring_loss(w, b) for w, b in path]) for lr, path in runs.items()}
plot_curves(curves, log=True, ax=left)
plot_loss_surface(spring_loss, {"lr = 0.06": runs[0.06]}, x_range=(-0.4, 3.1), y_range=(-0.5, 3.8), ax=right)
right.legend(loc="upper right", fontsize=8)
plt.show()

# %% tags=["hide_input"]
ends = [curve[-1].item() for curve in curves.values()]
claim(
    f"After 60 steps the losses are {ends[0]:.3f}, {ends[1]:.3f} and {ends[2]:,.0f}. Threefold lr helped, and then a "
    "fifteenth more ruined everything.",
    ends[1] < ends[0] < ends[2] / 100,
)

# %% [markdown]
# The code is the same each time, so the reason must lie in the landscape.
#
# ## How large may a step be?
#
# Take one parameter first, and a parabola: the loss is $\tfrac12 \lambda \theta^2$. Its gradient is $\lambda
# \theta$, so a step gives
#
# $$\theta - \mathrm{lr}\, \lambda\, \theta = (1 - \mathrm{lr}\, \lambda)\, \theta.$$
#
# Each step multiplies the distance to the minimum by $1 - \mathrm{lr}\,\lambda$. That shrinks it as long as
# the factor lies between −1 and 1, so **lr must stay below $2 / \lambda$**. Past it, each step overshoots
# further than it came from. The number $\lambda$ is the second derivative, the
# [curvature](../glossary.md#curvature).
#
# With more parameters, the second derivatives form a matrix, the [Hessian](../glossary.md#hessian). A bowl has
# special directions, at right angles to each other, along which a step goes straight towards the floor and not
# aside. Along each of them the bowl is a parabola of its own. Their curvatures are the
# [eigenvalues](../glossary.md#eigenvalue) of the Hessian. All of them must obey the limit, so the steepest
# decides: $\mathrm{lr} < 2 / \lambda_{\max}$. We can compute it without a single step.

# %%
hessian = torch.autograd.functional.hessian(
    lambda theta: spring_loss(*theta), torch.zeros(2, dtype=torch.float64)
)
flattest, steepest = torch.linalg.eigvalsh(hessian).tolist()
limit = 2 / steepest
print(f"curvatures {flattest:.3f} and {steepest:.2f}: lr < {limit:.4f}")

# %% [markdown]
# A theory that names a number can fail. We try one per cent less and one per cent more.

# %% tags=["hide_input"]
columns = torch.stack([load, torch.ones_like(load)], dim=1)
minimum = torch.linalg.lstsq(columns, length[:, None]).solution[:, 0]


def distance_after(rule, steps, **options):
    return (descend(rule, spring_loss, (0.0, 0.0), steps, **options)[-1] - minimum).norm().item()


below, above = (distance_after(gradient_descent, 600, lr=share * limit) for share in (0.99, 1.01))
claim(
    f"With lr = {0.99 * limit:.4f}, the distance to the minimum after 600 steps is {below:.1e}. With lr = "
    f"{1.01 * limit:.4f} it is {above:,.0f}.",
    below < 1e-4 and above > 1e4,
)

# %% [markdown]
# For a network the loss is no bowl and its curvature changes along the way, so the limit is a local one. But
# the symptom is the same: a loss that grows from step to step asks for a smaller lr.
#
# ## Why a narrow valley is slow
#
# The steep direction sets the limit. The flat one pays for it: its own factor is $1 -
# \mathrm{lr}\,\lambda_{\min}$, close to 1. What counts is the ratio $\lambda_{\max} / \lambda_{\min}$, the
# [condition number](../glossary.md#condition-number) $\kappa$. It does not belong to the spring but to how we
# wrote the problem down: measure the load from its mean, and it changes.

# %% tags=["hide_input"]
condition = steepest / flattest
centred = load - load.mean()
curvatures = torch.linalg.eigvalsh(
    2 * torch.diag(torch.stack([(centred**2).mean(), torch.ones(()).double()]))
)
condition_centred = (curvatures[-1] / curvatures[0]).item()
factor = 1 - limit * flattest
claim(
    f"For the spring, κ = {condition:.0f}: even at the limit, a step removes only {1 - factor:.1%} of the distance "
    f"along the flat direction. With the mean load subtracted, κ = {condition_centred:.1f}. This is one reason "
    "why inputs are normalised.",
    condition > 50 and condition_centred < 4 and factor > 0.95,
)

# %% [markdown]
# ## The S in SGD
#
# The gradient above used all six points. With much data you use a [batch](../glossary.md#batch) at a time, and
# gradient descent becomes [stochastic](../glossary.md#sgd), that is, random. The randomness is in the batches.
# `optim.SGD` draws nothing: it is the formula above, and with all points in one batch it is plain gradient
# descent.

# %% tags=["hide_input"]
w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
optimizer = optim.SGD([w], lr=0.05)
difference = 0.0
for row in descend(gradient_descent, spring_loss, (0.0, 0.0), 60, lr=0.05):
    difference = max(difference, (row - w.detach()).abs().max().item())
    optimizer.zero_grad()
    spring_loss(*w).backward()
    optimizer.step()

at = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)
single = [2 * (at[0] * x + at[1] - y).item() * x.item() for x, y in zip(load, length)]
(full,) = torch.autograd.grad(spring_loss(*at), at)
claim(
    f"Over 60 steps on all points, `optim.SGD` and our formula differ by at most {difference:.0e}. At $w = 0.5$, "
    f"$b = 2$, the slope for $w$ from single points runs from {min(single):.1f} to {max(single):.1f}; their mean "
    f"is {sum(single) / 6:.2f}, the slope from all points: {full[0].item():.2f}.",
    difference < 1e-12 and abs(sum(single) / 6 - full[0].item()) < 1e-12,
)

# %% [markdown]
# So a batch gives the right gradient on average, with noise around it, at a fraction of the cost.
#
# ## Momentum
#
# In a narrow valley, successive gradients disagree across the valley and agree along it. So add them up and
# forget slowly: what alternates cancels, what agrees grows. With $\mu = 0.9$, say,
#
# $$v \leftarrow \mu\, v + g, \qquad \theta \leftarrow \theta - \mathrm{lr}\; v.$$
#
# This is [momentum](../glossary.md#momentum). If the gradient stays the same, $v$ grows to $g / (1 - \mu)$,
# ten times the gradient.


# %%
def momentum(theta, grad, state, lr, mu=0.9):
    v = state["v"] = mu * state.get("v", 0) + grad
    return theta - lr * v


# %% [markdown]
# Is this what PyTorch does? We train two copies of a small network on handwritten digits, batch by batch: one
# by our rule, one by an optimizer, and keep the largest difference between their weights.

# %%
import copy

from nnfund.data import Batches, load_digits
from nnfund.models import MLP

digits = load_digits()
loss_fn = nn.CrossEntropyLoss()


def largest_difference(rule, make_optimizer, **options):
    torch.manual_seed(0)
    theirs = MLP([64, 16, 10]).double()
    ours = copy.deepcopy(theirs)
    optimizer = make_optimizer(theirs.parameters())
    states = [{} for _ in ours.parameters()]
    images, labels = digits.train
    largest = 0.0
    for batch in Batches(images.double(), labels, batch_size=16):
        ours.zero_grad()
        optimizer.zero_grad()
        for model in (ours, theirs):
            loss_fn(model(batch[0]), batch[1]).backward()
        optimizer.step()
        with torch.no_grad():
            parameters = zip(ours.parameters(), theirs.parameters())
            for (p, q), state in zip(parameters, states):
                p.copy_(rule(p, p.grad, state, **options))
                largest = max(largest, (p - q).abs().max().item())
    return largest


difference = largest_difference(
    momentum,
    lambda parameters: optim.SGD(parameters, lr=0.05, momentum=0.9),
    lr=0.05,
)
print(f"{difference:.0e}")

# %% [markdown]
# That is rounding, and nothing else. Two details are easy to miss. First, the limit moves: with momentum it is
# $2 (1 + \mu) / \lambda_{\max}$, nearly twice as large. Second, PyTorch multiplies by lr *after* adding up.
# Some texts put lr inside: $v \leftarrow \mu v + \mathrm{lr}\, g$. As long as lr is constant, both take the
# same steps. When lr is lowered, they part.

# %% tags=["hide_input"]
momentum_limit = 2 * 1.9 / steepest
below, above = (distance_after(momentum, 600, lr=share * momentum_limit) for share in (0.99, 1.01))

p = torch.zeros(1, requires_grad=True)
optimizer = optim.SGD([p], lr=0.1, momentum=0.9)
inside = 0.0  # the sum with lr inside
for step in range(101):
    if step == 100:
        optimizer.param_groups[0]["lr"] = 0.01
    before = p.item()
    p.grad = torch.ones(1)
    optimizer.step()
    last_step, last_inside = before - p.item(), inside
    inside = 0.9 * inside + optimizer.param_groups[0]["lr"]
claim(
    f"On the spring, momentum 0.9 with lr = {0.99 * momentum_limit:.4f} ends {below:.0e} from the minimum; with lr "
    f"= {1.01 * momentum_limit:.4f}, {above:.0e}. And with a gradient of 1 throughout, steps settle at "
    f"{last_inside:.2f}. After lr falls from 0.1 to 0.01, PyTorch's next step is {last_step:.2f}; with lr inside the "
    f"sum it would be {inside:.2f}.",
    below < 1e-2 and above > 1e2 and abs(last_step - 0.1) < 1e-3 and inside > 0.9,
)

# %% [markdown]
# **Nesterov's** variant asks for the gradient at the place to which momentum is about to carry the parameters.
# PyTorch's `nesterov=True` keeps that place as the parameters; the step is then along $g + \mu v$, not $v$.
#
# ### What momentum buys
#
# In a bowl, the best lr and $\mu$ are known. Then each step multiplies the distance by about
# $\frac{\kappa - 1}{\kappa + 1}$ without momentum, and by about $\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}$ with
# it.
#
# The formulas look alike. Let us count steps instead: how many until the distance is a millionth of what it
# was?

# %% alt="Steps needed against the condition number, both axes logarithmic. Both are straight lines. Without momentum the steps grow in proportion to the condition number, to about 20,000 at 3000. With momentum the line is half as steep, and ends near 600." tags=["hide_input"]
from math import sqrt


def steps_needed(rule, kappa, **options):
    curvature = torch.tensor([1.0, kappa], dtype=torch.float64)
    theta, state, steps = torch.ones(2, dtype=torch.float64), {}, 0
    while theta.norm() > 1e-6 * sqrt(2):
        theta, steps = rule(theta, curvature * theta, state, **options), steps + 1
    return steps


kappas = [10, 30, 100, 300, 1000, 3000]
plain = [steps_needed(gradient_descent, k, lr=2 / (1 + k)) for k in kappas]
tuned = [
    steps_needed(momentum, k, lr=(2 / (1 + sqrt(k))) ** 2, mu=((sqrt(k) - 1) / (sqrt(k) + 1)) ** 2)
    for k in kappas
]
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
ax.loglog(kappas, plain, "o-", label="gradient descent")
ax.loglog(kappas, tuned, "^--", label="with momentum")
ax.set(xlabel="condition number κ", ylabel="steps needed")
ax.legend()
plt.show()

# %% tags=["hide_input"]
claim(
    f"From κ = 30 to κ = 3000, a hundredfold, the steps grow {plain[-1] / plain[1]:.0f}-fold without momentum "
    f"({plain[1]} to {plain[-1]:,}) and {tuned[-1] / tuned[1]:.0f}-fold with it ({tuned[1]} to {tuned[-1]}). "
    "Momentum takes the square root of the ratio.",
    80 < plain[-1] / plain[1] < 120 and 8 < tuned[-1] / tuned[1] < 13,
)

# %% [markdown]
# In practice you do not know κ, and $\mu = 0.9$ is the usual choice.
#
# ## RMSprop: a scale for each parameter
#
# Momentum still uses one lr for all. RMSprop gives each parameter a scale of its own. It keeps a [running
# mean](../glossary.md#running-mean) $s$ of the squared gradient, in which old values fade, and divides by its
# root. All operations are element by element:
#
# $$s \leftarrow \alpha s + (1 - \alpha)\, g^2, \qquad \theta \leftarrow \theta - \mathrm{lr}\,
# \frac{g}{\sqrt{s} + \varepsilon}.$$


# %%
def rmsprop(theta, grad, state, lr, alpha=0.99, eps=1e-8):
    s = state["s"] = alpha * state.get("s", 0) + (1 - alpha) * grad**2
    return theta - lr * grad / (s.sqrt() + eps)


# %% [markdown]
# The tiny $\varepsilon$ prevents a division by 0.
#
# ## Adam: both, with a correction
#
# [Adam](../glossary.md#adam) takes a running mean $m$ of the gradient for direction, as momentum does, and one
# of its square, $v$, for scale. Both start at 0, so at first they are too small. How much too small is known:
# after $t$ steps they hold the shares $1 - \beta_1^t$ and $1 - \beta_2^t$ of a full mean. So divide by these
# shares, which is called [bias correction](../glossary.md#bias-correction):
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad \hat m = \frac{m}{1 - \beta_1^t},$$
#
# $$v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2, \qquad \hat v = \frac{v}{1 - \beta_2^t},$$
#
# $$\theta \leftarrow \theta - \mathrm{lr}\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}.$$


# %%
def adam(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta1 * state.get("m", 0) + (1 - beta1) * grad
    v = state["v"] = beta2 * state.get("v", 0) + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (v_hat.sqrt() + eps)


# %% [markdown]
# **Predict.** Three parameters have gradients 0.001, 1 and 1000, and lr is 0.01. How far does the first step
# move each, with SGD, RMSprop and Adam?

# %%
for make in (optim.SGD, optim.RMSprop, optim.Adam):
    theta = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    theta.grad = torch.tensor([1e-3, 1.0, 1e3], dtype=torch.float64)
    make([theta], lr=0.01).step()
    moved = "  ".join(f"{-move:9.5f}" for move in theta.tolist())
    print(f"{make.__name__:8} {moved}")

# %% [markdown]
# SGD's step is proportional to the gradient. RMSprop's first step is ten times lr whatever the gradient: $s$
# is $0.01\, g^2$, its root $0.1\, |g|$ (the last digit at the smallest gradient is the work of $\varepsilon$).
# Adam's first step is lr. There $\hat m = g$ and $\hat v = g^2$ exactly,
# so $\hat m / \sqrt{\hat v}$ is the sign of $g$. That makes Adam's lr easy to read: about how far a parameter
# goes in one step, as long as its gradients agree. Where their signs alternate, $\hat m$ is small, and so is the
# step.
#
# What would Adam do without the correction? Suppose the gradient never changes.

# %% alt="Step size in units of lr against the number of the step, on a log scale. With correction it is 1 throughout. Without it, the first step is about 3, the twelfth nearly 7, and then the size falls slowly, and comes close to 1 only after a few thousand steps." tags=["hide_input"]
t = torch.arange(1, 5001, dtype=torch.float64)
uncorrected = (1 - 0.9**t) / (1 - 0.999**t).sqrt()  # m / √v for g = 1
fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
ax.semilogx(t, uncorrected, "--", label="without bias correction")
ax.semilogx(t, torch.ones_like(t), label="with it")
ax.set(xlabel="step number", ylabel="size of the step / lr", ylim=(0, None))
ax.legend()
plt.show()

# %% [markdown]
# The two means fill at different speeds: $m$ has a memory of about 10 steps, $v$ of about 1000. Until $v$ is
# full, the quotient is too large.

# %% tags=["hide_input"]
p = torch.zeros(1, dtype=torch.float64, requires_grad=True)
optimizer = optim.Adam([p], lr=0.01)
for _ in range(10):
    p.grad = torch.ones(1, dtype=torch.float64)
    optimizer.step()
lr_after = optimizer.param_groups[0]["lr"]
claim(
    f"Uncorrected, the first step is {uncorrected[0]:.2f} lr, step {uncorrected.argmax() + 1} is "
    f"{uncorrected.max():.1f} lr, and step 1000 still {uncorrected[999]:.2f} lr. And what is often said of Adam, that "
    f"it changes the learning rate, is not so: after ten steps `lr` is {lr_after}, as before. It changes "
    f"parameters: this one went from 0 to {p.item():.2f}. What adapts is the scale by which each gradient is "
    "divided.",
    uncorrected.max() > 6 and lr_after == 0.01 and abs(p.item() + 0.1) < 1e-6,
)

# %% [markdown]
# ## Turn the valley
#
# Scaling each parameter should undo a narrow valley at once. Here is a valley with κ = 100 along the axes, and
# the same one turned by 45°.
#
# **Predict.** Which of the three paths change when everything is turned, landscape and start alike?

# %% alt="Two panels with the same narrow valley, along the axes on the left, turned by 45 degrees on the right. Gradient descent zigzags and momentum swings, in the same way in both. After 60 steps Adam has arrived on the left, in a wide curve; on the right it has dropped to the valley floor and crept only a short way along it." tags=["hide_input"]
half = sqrt(0.5)


def valley(u, v):
    return (100 * u**2 + v**2) / 2


def turned_valley(a, b):
    return valley(half * (a + b), half * (b - a))


start, turned_start = (1.0, 3.0), (half * (1 - 3), half * (1 + 3))
settings = {
    "gradient descent": (gradient_descent, 0.019),
    "momentum": (momentum, 0.01),
    "Adam": (adam, 0.2),
}
fig, axes = plt.subplots(1, 2, figsize=(6.3, 3.5), layout="constrained")
for ax, loss_at, begin, box in zip(
    axes,
    (valley, turned_valley),
    (start, turned_start),
    (((-1.6, 1.6), (-1.2, 3.4)), ((-2.9, 1.6), (-1.5, 3.4))),
):
    paths = {name: descend(rule, loss_at, begin, 60, lr=lr) for name, (rule, lr) in settings.items()}
    plot_loss_surface(
        loss_at, paths, x_range=box[0], y_range=box[1], xlabel=r"$\theta_1$", ylabel=r"$\theta_2$", ax=ax
    )
    handles, labels = ax.get_legend_handles_labels()
    ax.get_legend().remove()
fig.legend(
    handles, labels, loc="outside lower center", ncols=5, fontsize=8, columnspacing=1, handlelength=1.8
)
plt.show()


# %% tags=["hide_input"]
def steps_until(loss_at, path, level):
    """The number of steps after which the loss stays below a level."""
    above = (loss_at(path[:, 0], path[:, 1]) > level).nonzero()
    return above.max().item() + 1


def both(rule, lr):
    cases = ((valley, start), (turned_valley, turned_start))
    return [steps_until(f, descend(rule, f, begin, 800, lr=lr), 0.01) for f, begin in cases]


(plain, turned_plain), (heavy, turned_heavy) = both(gradient_descent, 0.019), both(momentum, 0.01)
pairs = [both(adam, lr) for lr in (0.05, 0.1, 0.2, 0.3, 0.4)]
claim(
    f"To bring the loss below 0.01 for good, gradient descent needs {plain} steps in either valley, momentum {heavy}. "
    f"Adam, with lr from 0.05 to 0.4, needs {min(a for a, _ in pairs)} to {max(a for a, _ in pairs)} along the "
    f"axes, and {min(b for _, b in pairs)} to {max(b for _, b in pairs)} in the turned valley: more at each lr.",
    plain == turned_plain and heavy == turned_heavy and all(b > 1.2 * a for a, b in pairs),
)

# %% [markdown]
# A scale for each parameter removes the ratio only when the valley lies along an axis, that is, when parameters
# differ in scale. Between parameters that act together, it cannot.
#
# ## At a saddle
#
# The smallest deep network has two weights and no activation: $x \to w x \to v w x$. To learn $y = x$, its loss
# is $(v w - 1)^2$. At $w = v = 0$ the gradient is 0, but it is no minimum: along $w = v$ the loss falls, along
# $w = -v$ it rises, as on a mountain pass or a saddle. It is a [saddle point](../glossary.md#saddle-point). We
# start at (0.9, −0.88), where the slope leads almost exactly into it.

# %% alt="Left: the plane of the two weights. The loss is low along two curves in opposite corners. All three paths run from the lower right to the saddle at the origin, turn by a right angle and go to the upper right curve. Right: the loss against the step. All fall to 1 and stay there for a while: gradient descent and momentum leave first, Adam last." tags=["hide_input"]


def saddle_loss(w, v):
    return (v * w - 1) ** 2


settings = {
    "gradient descent": (gradient_descent, 0.05),
    "momentum": (momentum, 0.01),
    "Adam": (adam, 0.05),
}
paths = {name: descend(rule, saddle_loss, (0.9, -0.88), 130, lr=lr) for name, (rule, lr) in settings.items()}
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3.1), layout="constrained")
plot_loss_surface(
    saddle_loss, paths, x_range=(-1.5, 1.5), y_range=(-1.5, 1.5), xlabel="$w$", ylabel="$v$", ax=left
)
left.get_legend().remove()
plot_curves({name: saddle_loss(*path.T) for name, path in paths.items()}, ax=right)
plt.show()

# %% tags=["hide_input"]
saddle = torch.autograd.functional.hessian(lambda t: saddle_loss(*t), torch.zeros(2).double())
low, high = torch.linalg.eigvalsh(saddle).tolist()
arriving = {name: steps_until(saddle_loss, path, 0.5) for name, path in paths.items()}
beside = {
    name: steps_until(saddle_loss, descend(rule, saddle_loss, (1e-3, 0.0), 300, lr=lr), 0.5)
    for name, (rule, lr) in settings.items()
}
stuck = [
    saddle_loss(*descend(rule, saddle_loss, (0.9, -0.9), 300, lr=lr)[-1]).item()
    for rule, lr in settings.values()
]
path = descend(adam, saddle_loss, (0.9, -0.88), 300, lr=0.05, beta2=0.9)
forgetful = steps_until(saddle_loss, path, 0.5)
claim(
    f"The curvatures at the saddle are {low:.0f} and {high:.0f}: one of either sign. From our start, the loss falls "
    f"below 0.5 after {arriving['gradient descent']} steps of gradient descent, {arriving['momentum']} with "
    f"momentum, {arriving['Adam']} of Adam. From (0.001, 0), beside the saddle, Adam is first: "
    f"{beside['gradient descent']}, {beside['momentum']} and {beside['Adam']}. Arriving, Adam with β₂ = 0.9, a "
    f"shorter memory, needs {forgetful}. From exactly (0.9, −0.9), none of "
    f"them has left after 300 steps: the least loss is {min(stuck):.4f}.",
    low < 0 < high
    and arriving["Adam"] > max(arriving["gradient descent"], arriving["momentum"])
    and beside["Adam"] < min(beside["gradient descent"], beside["momentum"])
    and forgetful < 0.75 * arriving["Adam"]
    and min(stuck) > 0.99,
)

# %% [markdown]
# Beside a saddle gradients are tiny, and Adam divides by tiny numbers: it walks off at once. Arriving from a
# steep slope, its $v$ still holds the large gradients of before, and that holds it back. (It keeps no list of
# past steps, only the two fading means.) These are single settings of lr: take the mechanism from here, and not a
# ranking.
#
# ## AdamW: what weight decay means
#
# [Weight decay](../glossary.md#weight-decay) pulls weights towards 0. There are two ways to do it. Add
# $\tfrac{\lambda}{2} \lVert\theta\rVert^2$ to the loss, which adds $\lambda\theta$ to the gradient; this is
# called L2. Or shrink the weights in each step, apart from the gradient:
#
# $$\theta \leftarrow (1 - \mathrm{lr}\, \lambda)\, \theta, \quad \text{then the step.}$$
#
# For plain SGD both are the same: multiply out $\theta - \mathrm{lr}\,(g + \lambda \theta)$. In Adam, $\lambda
# \theta$ would be divided by $\sqrt{\hat v}$ with the rest of the gradient. AdamW shrinks apart.


# %%
def adamw(theta, grad, state, lr, decay=0.01):
    return adam((1 - lr * decay) * theta, grad, state, lr)


# %% [markdown]
# **Predict.** Two weights start at 1. Their gradients are pure noise, one of size 10, one of size 0.01. Which
# of them does the decay in `Adam` shrink more, and which in `AdamW`?

# %%
left_over = {}
for make in (optim.Adam, optim.AdamW):
    torch.manual_seed(0)
    theta = torch.ones(2, requires_grad=True)
    optimizer = make([theta], lr=1e-3, weight_decay=0.1)
    for _ in range(3000):
        theta.grad = torch.randn(2) * torch.tensor([10, 0.01])
        optimizer.step()
    noisy, quiet = theta.tolist()
    print(f"{make.__name__:6} noisy {noisy:.3f}   quiet {quiet:.3f}")
    left_over[make.__name__] = noisy, quiet

# %% tags=["hide_input"]
expected = (1 - 1e-3 * 0.1) ** 3000
claim(
    f"By the formula, 3000 steps of AdamW should leave {expected:.3f} of each, and up to the noise they do. In Adam "
    "the noisy weight hardly decays, because its decay is divided by its own large gradients, and the quiet one is "
    "gone.",
    all(abs(weight - expected) < 0.15 for weight in left_over["AdamW"])
    and left_over["Adam"][0] > 0.85
    and abs(left_over["Adam"][1]) < 0.05,
)

# %% [markdown]
# Now all the rules against PyTorch, over an epoch of digits, and against our own
# [`nnfund.scratch`][nnfund.scratch.Adam], where you can read them as classes. "SGD with decay" is shrinking on our side, and L2 on the other two.

# %% tags=["hide_input"]
from functools import partial

from nnfund.scratch import optimizers as scratch


def shrinking_sgd(theta, grad, state, lr, decay):
    return (1 - lr * decay) * theta - lr * grad


def nesterov(theta, grad, state, lr, mu=0.9):
    v = state["v"] = mu * state.get("v", 0) + grad
    return theta - lr * (grad + mu * v)


cases = {
    "SGD": (gradient_descent, "SGD", {}, {}, 0.05),
    "SGD with decay": (shrinking_sgd, "SGD", {"weight_decay": 0.1}, {"decay": 0.1}, 0.05),
    "momentum": (momentum, "SGD", {"momentum": 0.9}, {}, 0.05),
    "Nesterov": (nesterov, "SGD", {"momentum": 0.9, "nesterov": True}, {}, 0.05),
    "RMSprop": (rmsprop, "RMSprop", {}, {}, 0.003),
    "Adam": (adam, "Adam", {}, {}, 0.003),
    "AdamW": (adamw, "AdamW", {"weight_decay": 0.01}, {}, 0.003),
}
differences = []
print("largest difference   torch.optim   scratch")
for name, (rule, kind, theirs, ours, lr) in cases.items():
    pair = [
        largest_difference(rule, partial(getattr(library, kind), lr=lr, **theirs), lr=lr, **ours)
        for library in (optim, scratch)
    ]
    print(f"{name:16} {pair[0]:15.0e} {pair[1]:9.0e}")
    differences += pair

# %% tags=["hide_input"]
claim(
    f"In {len(digits.train.targets) // 16 + 1} steps, no weight of any of the 14 networks strays from ours by more "
    f"than {max(differences):.0e}.",
    max(differences) < 1e-9,
)

# %% [markdown]
# ## Which one is best?
#
# You will read that Adam is faster, or that SGD generalises better. Let us look at one problem, carefully: 1258
# digits, a network with 32 hidden units, 10 epochs. Each method gets its own best learning rate. We choose it
# on the [validation set](../glossary.md#validation-set), by the mean loss over four seeds. Then we train with
# ten *other* seeds and measure on the [test set](../glossary.md#test-set), once.

# %%
from nnfund.training import accuracy, evaluate, fit


def train(make_optimizer, lr, seed, part):
    """Train a network; its loss and accuracy on a part of the data."""
    torch.manual_seed(seed)
    model = MLP([64, 32, 10])
    loader = Batches(*digits.train, batch_size=32, shuffle=True, seed=seed)
    optimizer = make_optimizer(model.parameters(), lr=lr)
    fit(model, loader, loss_fn=loss_fn, optimizer=optimizer, epochs=10)

    whole = Batches(*part, batch_size=512)
    metrics = {"accuracy": accuracy}
    return evaluate(model, whole, loss_fn=loss_fn, metrics=metrics)


methods = {
    "SGD": optim.SGD,
    "momentum": lambda p, lr: optim.SGD(p, lr=lr, momentum=0.9),
    "RMSprop": optim.RMSprop,
    "Adam": optim.Adam,
    "AdamW": optim.AdamW,
}
grid = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]

# %% alt="Left: validation loss against learning rate, both axes logarithmic, one curve per method. Each is a bowl with a floor near 0.1, but at its own place: SGD at 0.3, momentum at 0.03 to 0.1, RMSprop, Adam and AdamW at 0.003 to 0.01. Right: test accuracy of ten seeds per method, at its best learning rate. The clouds overlap; SGD and RMSprop have a run or two far below the rest." tags=["hide_input"]
tuning = {
    name: [[train(make, lr, seed, digits.val) for lr in grid] for seed in range(10, 14)]
    for name, make in methods.items()
}


def tuned_mean(name, key):
    """The mean over seeds, one number per learning rate."""
    return torch.tensor([[scores[key] for scores in row] for row in tuning[name]]).mean(dim=0)


val_losses = {name: tuned_mean(name, "loss") for name in methods}
best = {name: grid[losses.argmin()] for name, losses in val_losses.items()}
test_accuracies = {
    name: torch.tensor([train(make, best[name], seed, digits.test)["accuracy"] for seed in range(10)])
    for name, make in methods.items()
}

fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3.2), layout="constrained")
for (name, losses), marker in zip(val_losses.items(), "o^sDv"):
    left.loglog(grid, losses, marker=marker, markersize=4, label=name)
left.set(xlabel="lr", ylabel="validation loss (mean of 4 seeds)")
left.legend(fontsize=8)
for row, (values, marker) in enumerate(zip(test_accuracies.values(), "o^sDv")):
    right.plot(values, row + torch.linspace(-0.25, 0.25, 10), marker, markersize=4)
right.set_yticks(range(5), list(methods))
right.invert_yaxis()
right.set_xlabel("test accuracy (10 seeds)")
plt.show()

# %% tags=["hide_input"]
for name, values in test_accuracies.items():
    print(f"{name:9} lr {best[name]:<5}  test {values.mean():.3f} ({values.min():.3f} to {values.max():.3f})")

# %% tags=["hide_input"]
means = torch.stack([values.mean() for values in test_accuracies.values()])
spreads = torch.stack([values.max() - values.min() for values in test_accuracies.values()])
gap = (means.max() - means.min()).item()
costs = []  # of a learning rate that is wrong by a factor of ten
for name in methods:
    accuracies, i = tuned_mean(name, "accuracy"), grid.index(best[name])
    wrong = [accuracies[j].item() for j in (i - 2, i + 2) if 0 <= j < len(grid)]
    costs.append(accuracies[i].item() - min(wrong))
cost = sum(costs) / len(costs)
claim(
    f"The best and the worst mean differ by {gap:.3f}. Seeds of a single method differ by "
    f"{spreads.mean():.3f} on average ({spreads.min():.3f} to {spreads.max():.3f}), which is more. A learning rate that is wrong by a factor of ten, in the worse direction as "
    f"far as the grid goes, costs {cost:.3f} of validation accuracy on average ({min(costs):.3f} to {max(costs):.3f}). Every best one lies "
    "inside the grid. And whichever two methods you take, some run of either beats some run of the other.",
    gap < spreads.mean()
    and cost > gap
    and all(grid[0] < lr < grid[-1] for lr in best.values())
    and all(a.max() > b.min() for a in test_accuracies.values() for b in test_accuracies.values()),
)

# %% [markdown]
# So, on this problem the learning rate mattered more than the method, and a single run of each would have
# told you little. What we did *not* show is that they are always alike: large networks, rare
# features, long training and schedules can change the picture. SGD with momentum is no mere baseline: it is a
# standard choice in vision (He et al., 2016, used it), as AdamW is for language models. Whatever you compare, tune each method's lr, show
# the seeds, and expect less than you hoped.
#
# ## Check yourself
#
# ??? question "You multiply the loss by 4. What happens to the limit of lr, and what to Adam?"
#     The Hessian grows fourfold, so the limit falls to a quarter. Adam hardly notices (only through
#     $\varepsilon$): the factor cancels in $\hat m / \sqrt{\hat v}$.
#
# ??? question "Does `optim.SGD` choose samples at random?"
#     No. It sees `.grad` and nothing else. Your loop chooses the batch.
#
# ??? question "Why is Adam's first step lr, and RMSprop's ten times lr?"
#     After one step Adam's corrected means are exactly $g$ and $g^2$; their quotient is a sign. RMSprop does not
#     correct: $\sqrt{0.01\, g^2} = 0.1\, |g|$.
#
# ??? question "You switch from Adam with `weight_decay=0.01` to AdamW with the same number. Is it the same training?"
#     No. In Adam the decay is divided by $\sqrt{\hat v}$, so weights with large gradients decay less. In AdamW
#     all shrink by the same factor. For plain SGD there is no difference.
#
# ## Exercises
#
# 1. **Basic.** A line is fitted to $x = 1, 2, 3, 4$, $y = 2x$ with the mean squared error, and somebody uses
#    lr = 0.1. Compute the limit. How close is 0.1 to it, and does 0.12 still work?
#
#     ??? tip "Hint"
#         The Hessian does not depend on $y$. Its entries are $2\,\overline{x^2}$, $2\,\overline{x}$ and 2.
#
# 2. **Intermediate.** Write Adagrad: as RMSprop, but with the *sum* of all squared gradients. Compare with
#    `optim.Adagrad` by `largest_difference`. What happens to its steps in the long run?
#
#     ??? tip "Hint"
#         With a constant gradient, step $t$ has size $\mathrm{lr} / \sqrt{t}$. PyTorch's $\varepsilon$ is $10^{-10}$.
#
# 3. **Advanced.** Estimate $\lambda_{\max}$ for the digits network without forming the Hessian: multiply a
#    random vector by it again and again (power iteration). Is $2 / \lambda_{\max}$ near the lr at which
#    full-batch gradient descent stops working?
#
#     ??? tip "Hint"
#         The product of Hessian and vector is the gradient of (gradient · vector). Ask `torch.autograd.grad` for
#         the first with `create_graph=True`.
#
# ## Summary
#
# - An optimizer sees parameters and their `.grad`. It changes parameters; lr stays as you set it.
# - In a bowl, the lr of gradient descent must stay below $2 / \lambda_{\max}$. The condition number says how slow
#   that makes the flat direction; momentum takes its square root, and allows nearly twice the lr.
# - RMSprop and Adam divide each parameter's gradient by its own recent size. This helps along the axes, not
#   across them. Bias correction makes Adam's first step lr.
# - AdamW shrinks weights apart from the gradient. L2 in the gradient is the same only for plain SGD.
# - Tune lr first. Believe a comparison only with tuned rates and several seeds.
#
# ## Further reading
#
# - Herbert Robbins and Sutton Monro (1951). A stochastic approximation method. *Annals of Mathematical
#   Statistics* 22, 400–407.
# - Boris T. Polyak (1964). Some methods of speeding up the convergence of iteration methods. *USSR
#   Computational Mathematics and Mathematical Physics* 4 (5), 1–17.
# - Yurii Nesterov (1983). A method for solving the convex programming problem with convergence rate
#   $O(1/k^2)$. *Doklady Akademii Nauk SSSR* 269, 543–547.
# - Geoffrey Hinton, Nitish Srivastava and Kevin Swersky (2012). *Neural Networks for Machine Learning*,
#   Coursera, lecture 6e. Where RMSprop was published.
# - Diederik P. Kingma and Jimmy Ba (2015). Adam: a method for stochastic optimization. *International
#   Conference on Learning Representations*.
# - Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun (2016). Deep residual learning for image recognition.
#   *IEEE Conference on Computer Vision and Pattern Recognition*, 770–778.
# - Ilya Loshchilov and Frank Hutter (2019). Decoupled weight decay regularization. *International Conference
#   on Learning Representations*.
# - Gabriel Goh (2017). Why momentum really works. *Distill*. With figures you can drag.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapter 6.
