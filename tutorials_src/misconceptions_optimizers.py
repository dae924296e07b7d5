# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - recognise eight things often written about gradients and optimizers that are wrong
#   - say what each part of a training step reads, and what it changes
# know_first: >-
#   [Autograd](07_autograd.py) and [optimizers](09_optimizers.py).
# data: a few numbers, made on the page
# ---

# %% [markdown]
# # Misconceptions: gradients and optimizers
#
# You will be able to put eight common sentences about [gradients](../glossary.md#gradient) and
# [optimizers](../glossary.md#optimizer) to the test.
#
# No heading below is true as it stands. Each section takes such a sentence, as it is often written, at its word
# and runs it as code. The right code follows, and one sentence that says why. `attempt` returns the first line of an error as a text, so that the page can go on
# after it.


# %%
import torch
from torch import nn

from nnfund import claim


def attempt(function):
    try:
        return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]


# %% [markdown]
# ## `backward()` fills the gradients of all parameters
#
# !!! quote "Often written"
#     `loss.backward()` computes the gradients of all parameters, so afterwards each has a `grad`.

# %%
# wrong
torch.manual_seed(0)
used, unused = nn.Linear(2, 2), nn.Linear(2, 2)
hidden = used(torch.ones(1, 2))
hidden.retain_grad()  # ask for this one too, and see below
hidden.sum().backward()
print(attempt(lambda: unused.weight.grad.norm()))

# %%
# right
for layer in (used, unused):
    gradient = layer.weight.grad
    none = gradient is None
    print("no gradient" if none else f"norm {gradient.norm():.3f}")

# %% tags=["hide_input"]
message = attempt(lambda: unused.weight.grad.norm())
silent = used(torch.ones(1, 2))
silent.sum().backward()
claim(
    "What the loss does not depend on has no gradient: its `grad` is `None`, not 0. A result on the way, such as "
    "`hidden`, keeps one only after `retain_grad()`.",
    "'NoneType' object has no attribute 'norm'" in message
    and used.weight.grad is not None
    and hidden.grad is not None
    and not silent.is_leaf
    and not silent.retains_grad,
)

# %% [markdown]
# **Why.** [Autograd](../glossary.md#autograd) walks back from the loss, and stores a gradient only in the
# [leaves](../glossary.md#leaf) that it meets. See [Autograd](07_autograd.py).

# %% [markdown]
# ## `zero_grad()` sets the gradients to zero
#
# !!! quote "Often written"
#     After `optimizer.zero_grad()`, every gradient is a tensor of zeros.

# %%
# wrong
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model(torch.ones(1, 2)).sum().backward()
optimizer.zero_grad()
print(attempt(lambda: model.weight.grad.abs().max()))

# %%
# right
model(torch.ones(1, 2)).sum().backward()
optimizer.zero_grad(set_to_none=False)  # where zeros are needed
print(model.weight.grad)

# %% tags=["hide_input"]
zeros = model.weight.grad.clone()
optimizer.zero_grad()
claim(
    "By default the gradients are gone: `None`. With `set_to_none=False` they are zeros.",
    model.weight.grad is None and bool((zeros == 0).all()),
)

# %% [markdown]
# **Why.** `None` saves memory, and tells an optimizer to leave the parameter alone, where zeros would still let
# [momentum](../glossary.md#momentum) and [weight decay](../glossary.md#weight-decay) move it. See
# [Autograd](07_autograd.py).

# %% [markdown]
# ## `parameters()` are the trainable ones
#
# !!! quote "Often written"
#     Count the trainable parameters with `sum(p.numel() for p in model.parameters())`.

# %%
# wrong
model = nn.Sequential(nn.Linear(100, 50), nn.Linear(50, 2))
model[0].requires_grad_(False)  # frozen
counted = sum(p.numel() for p in model.parameters())
print(f"{counted:,}")

# %%
# right
trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
print(f"{trainable:,}")

# %% tags=["hide_input"]
model(torch.ones(1, 100)).sum().backward()
claim(
    f"The sum counts {counted:,}, of which {counted - trainable:,} are frozen. {trainable} are trained.",
    counted == 5152
    and trainable == 102
    and model[0].weight.grad is None
    and model[1].weight.grad is not None,
)

# %% [markdown]
# **Why.** A [frozen parameter](../glossary.md#frozen-parameter) is still a parameter, stored and listed; whether
# it is trained is its `requires_grad`. See [Modules](10_modules.py).

# %% [markdown]
# ## Adam changes the learning rate
#
# !!! quote "Often written"
#     Adaptive optimizers such as Adam adjust the learning rate during training, so there is no need for a
#     schedule.


# %%
# wrong
def train(steps, gamma=None):
    weight = torch.tensor([5.0], requires_grad=True)
    optimizer = torch.optim.Adam([weight], lr=0.1)
    schedulers = torch.optim.lr_scheduler
    schedule = schedulers.ExponentialLR(optimizer, gamma or 1.0)
    for _ in range(steps):
        optimizer.zero_grad()
        weight.square().sum().backward()
        optimizer.step()
        schedule.step()
    return optimizer.param_groups[0]["lr"]


kept = train(100)
print(f"lr after 100 steps: {kept}")

# %%
# right
lowered = train(100, gamma=0.97)
print(f"with a schedule: {lowered:.4f}")

# %% tags=["hide_input"]
claim(
    f"After 100 steps, Adam's learning rate is what it was, {kept}. A schedule lowers it to {lowered:.4f}.",
    kept == 0.1 and abs(lowered - 0.1 * 0.97**100) < 1e-9,
)

# %% [markdown]
# **Why.** [Adam](../glossary.md#adam) divides each step by the size of recent gradients and leaves `lr` alone; only
# a [schedule](../glossary.md#learning-rate-schedule) changes that. See [Optimizers](09_optimizers.py).

# %% [markdown]
# ## RMSprop keeps steps from getting too large
#
# !!! quote "Often written"
#     RMSprop prevents steps that are too large, so `lr` is an upper limit for a step.


# %%
# wrong
def first_step(make, gradient, lr=0.01):
    weight = torch.zeros(1, requires_grad=True)
    weight.grad = torch.tensor([gradient])
    make([weight], lr=lr).step()
    return abs(weight.item()) / lr


gradients = [1e-3, 1.0, 1e3]
rms = [first_step(torch.optim.RMSprop, g) for g in gradients]
print("RMSprop, first step / lr:", [f"{step:.2f}" for step in rms])

# %%
# right
adam = [first_step(torch.optim.Adam, g) for g in gradients]
print("Adam, first step / lr:   ", [f"{step:.2f}" for step in adam])

# %% tags=["hide_input"]
claim(
    f"RMSprop's first step is {max(rms):.0f} times `lr`, whether the gradient is 0.001 or 1,000. Adam's is `lr`.",
    all(abs(step - 10) < 0.01 for step in rms) and all(abs(step - 1) < 0.01 for step in adam),
)

# %% [markdown]
# **Why.** Both divide by the square root of a [running mean](../glossary.md#running-mean) of the squared
# gradient. That mean starts at 0 and is far too small in the first steps; only Adam
# [corrects](../glossary.md#bias-correction) for it. See [Optimizers](09_optimizers.py).

# %% [markdown]
# ## AdamW is Adam with a penalty on the weights
#
# !!! quote "Often written"
#     Weight decay and an L2 penalty in the loss are the same, so AdamW is Adam with an L2 penalty.

# %%
# wrong
start = [1.0, 1.0]
slopes = torch.tensor([0.01, 10.0])  # of the loss, for two weights


def decayed(make, weight_decay):
    weight = torch.tensor(start, requires_grad=True)
    optimizer = make([weight], lr=0.01, weight_decay=weight_decay)
    for _ in range(50):
        weight.grad = slopes.clone()
        optimizer.step()
    return weight.detach()


l2 = decayed(torch.optim.Adam, 0.5) - decayed(torch.optim.Adam, 0.0)
print("Adam, penalty: ", [f"{change:+.3f}" for change in l2])

# %%
# right
shrink = decayed(torch.optim.AdamW, 0.5) - decayed(torch.optim.AdamW, 0.0)
print("AdamW, decay:  ", [f"{change:+.3f}" for change in shrink])

# %% tags=["hide_input"]
claim(
    f"In Adam, the penalty shrinks neither weight. Against a run without it, they end {l2[0]:+.3f} and {l2[1]:+.3f} "
    f"away, since Adam divides the penalty's gradient along with the loss's. AdamW shrinks both alike, by "
    f"{abs(shrink[0]):.3f} and {abs(shrink[1]):.3f}.",
    l2.min() > -0.001 and l2.max() < 0.1 and shrink.max() < -0.1 and abs(shrink[0] - shrink[1]) < 0.01,
)

# %% [markdown]
# **Why.** A penalty goes through the optimizer's scaling, and decay acts on the weight directly; the two are the
# same for plain [SGD](../glossary.md#sgd) alone. See [Optimizers](09_optimizers.py) and
# [Regularisation](14_regularization.py).

# %% [markdown]
# ## `optim.SGD` picks a random sample
#
# !!! quote "Often written"
#     Stochastic gradient descent, `torch.optim.SGD`, uses one random sample per step.

# %%
# wrong
torch.manual_seed(0)
x, y = torch.randn(100, 1), torch.randn(100, 1)


def one_step(seed):
    torch.manual_seed(seed)  # of any random choice in the step
    weight = torch.ones(1, 1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    (x @ weight - y).square().mean().backward()
    optimizer.step()
    return weight.item()


results = {one_step(seed) for seed in range(5)}
print("different results with five seeds:", len(results))

# %%
# right
gradient = (2 * x * (x - y)).mean().item()  # over all 100 samples
error = abs(1 - 0.1 * gradient - one_step(0))
print("gradient descent on all 100:", error < 1e-6)

# %% tags=["hide_input"]
claim(
    "`optim.SGD` chooses nothing: with the loss of all samples it is gradient descent, the same with every seed.",
    len(results) == 1 and abs(1 - 0.1 * gradient - one_step(0)) < 1e-6,
)

# %% [markdown]
# **Why.** The optimizer sees gradients and no data; what makes it stochastic is the
# [batch](../glossary.md#batch) that your loader draws. See [Optimizers](09_optimizers.py).

# %% [markdown]
# ## A little more learning rate does not matter
#
# !!! quote "Often written"
#     `lr=0.1` works here. A little more or less does not matter.
#
# The smallest regression there is: four points on the line $y = 2x$, and one weight and a bias.

# %%
# wrong
x = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
y = 2 * x


def loss_after(lr, steps=1000):
    weight = torch.zeros(2, 1, requires_grad=True)
    A = torch.cat([x, torch.ones_like(x)], dim=1)
    for _ in range(steps):
        loss = (A @ weight - y).square().mean()
        (gradient,) = torch.autograd.grad(loss, weight)
        with torch.no_grad():
            weight -= lr * gradient
    return loss.item()


for lr in (0.1, 0.125):
    print(f"lr {lr}: loss {loss_after(lr):.4f}")

# %%
# right
A = torch.cat([x, torch.ones_like(x)], dim=1)
curvature = torch.linalg.eigvalsh(2 * A.T @ A / len(A))  # of the loss
limit = 2 / curvature.max().item()
print(f"lr must stay below {limit:.4f}")

# %% tags=["hide_input"]
below, above = loss_after(0.98 * limit), loss_after(1.02 * limit)
claim(
    f"The limit is {limit:.4f}. Two per cent below it, the loss falls under 0.001. Two per cent above, it has exploded "
    "after 1,000 steps.",
    below < 1e-3 and not above < 1e6 and not loss_after(0.125) < 1e6 and loss_after(0.1) < 1e-3,
)

# %% [markdown]
# **Why.** Where the loss curves most, a learning rate above 2 divided by the
# [curvature](../glossary.md#curvature) makes each step land higher on the other side, every time. See
# [Optimizers](09_optimizers.py).
