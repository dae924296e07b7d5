# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - recognise ten things often written about losses and activations that are wrong
#   - pair each loss with the output that it expects
#   - write formulas that survive large numbers
# know_first: >-
#   [Activation functions](05_activations.py) and [losses](06_losses.py).
# data: a few numbers, made on the page
# ---

# %% [markdown]
# # Misconceptions: losses and activations
#
# You will be able to spot ten common mistakes around [losses](../glossary.md#loss) and [activation
# functions](../glossary.md#activation-function). Most of them raise no error.
#
# No heading below is true as it stands. Each section takes such a sentence, as it is often written, at its word
# and runs it as code. The right code follows, and one sentence that says why. `attempt` returns the first line of an error as a text, so that the page can go on
# after it.


# %%
import torch
import torch.nn.functional as F
from torch import nn

from nnfund import claim


def attempt(function):
    try:
        return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]


# %% [markdown]
# ## Cross-entropy takes probabilities
#
# !!! quote "Often written"
#     `nn.CrossEntropyLoss` compares the probabilities of the network, numbers between 0 and 1, with the
#     targets. So end the network with a softmax.

# %%
# wrong
targets = torch.arange(10)
probabilities = torch.eye(10)  # perfect: 1 for the right class, 0 elsewhere
floor = nn.CrossEntropyLoss()(probabilities, targets)
print(f"loss of a perfect answer: {floor:.3f}")

# %%
# right
logits = 20 * torch.eye(10)
print(f"loss of sure logits: {nn.CrossEntropyLoss()(logits, targets):.6f}")

# %% tags=["hide_input"]
reached = nn.CrossEntropyLoss()(logits, targets)
claim(
    f"With probabilities, ten classes and no mistake at all, the loss is still {floor:.3f}. Training cannot get "
    "below that. With logits it can come as close to 0 as you like.",
    abs(floor - 1.461) < 0.001 and reached < 1e-6,
)

# %% [markdown]
# **Why.** `nn.CrossEntropyLoss` applies the [softmax](../glossary.md#softmax) itself, so it takes
# [logits](../glossary.md#logits), any real numbers. [Losses](06_losses.py) trains both ways and compares.

# %% [markdown]
# ## Cross-entropy is Softmax and NLLLoss
#
# !!! quote "Often written"
#     `nn.CrossEntropyLoss` combines `nn.Softmax` and `nn.NLLLoss`.

# %%
# wrong
logits = torch.tensor([[2.0, 0.5, -1.0]])
target = torch.tensor([0])
wrong = nn.NLLLoss()(nn.Softmax(dim=1)(logits), target)
print(f"{wrong:.3f}")

# %%
# right
right = nn.NLLLoss()(nn.LogSoftmax(dim=1)(logits), target)
expected = nn.CrossEntropyLoss()(logits, target)
print(f"{right:.3f} and {expected:.3f}")

# %% tags=["hide_input"]
claim(
    f"The wrong pair gives a negative loss, −{-wrong:.3f}. The right one gives the cross-entropy, {right:.3f}.",
    wrong < 0 and torch.isclose(right, expected) and abs(wrong - right) > 0.5,
)

# %% [markdown]
# **Why.** In spite of its name, `nn.NLLLoss` takes no logarithm: it picks the entry of the right class and
# turns its sign, so it needs `nn.LogSoftmax` before it. See [Losses](06_losses.py).

# %% [markdown]
# ## A sigmoid more does no harm
#
# !!! quote "Often written"
#     The output is already a probability, but to be safe, apply `torch.sigmoid` before `nn.BCELoss`.

# %%
# wrong
probabilities = torch.tensor([0.9, 0.8, 0.1, 0.3])
targets = torch.tensor([1.0, 1.0, 0.0, 0.0])
twice = nn.BCELoss()(torch.sigmoid(probabilities), targets)
print(f"{twice:.3f}, probabilities:", torch.sigmoid(probabilities))

# %%
# right
once = nn.BCELoss()(probabilities, targets)
print(f"{once:.3f}, probabilities:", probabilities)

# %% tags=["hide_input"]
squeezed = torch.sigmoid(torch.tensor([0.0, 1.0]))
claim(
    f"The loss of a good answer rises from {once:.3f} to {twice:.3f}. And whatever the network says, the second "
    f"sigmoid leaves only {squeezed[0]:.2f} to {squeezed[1]:.2f}: every answer becomes a yes.",
    twice > 2 * once and bool((torch.sigmoid(probabilities) >= 0.5).all()),
)

# %% [markdown]
# **Why.** A [sigmoid](../glossary.md#sigmoid) maps numbers from 0 to 1 into the narrow range from 0.5 to
# 0.73; apply it once, or leave it to the loss. See [Losses](06_losses.py).

# %% [markdown]
# ## `BCELoss` and `BCEWithLogitsLoss` are equal
#
# !!! quote "Often written"
#     Whether you apply the sigmoid yourself or let `nn.BCEWithLogitsLoss` do it makes no difference.

# %%
# wrong
logit = torch.tensor([200.0], requires_grad=True)  # very sure
target = torch.tensor([0.0])  # and mistaken
nn.BCELoss()(torch.sigmoid(logit), target).backward()
lost = logit.grad.item()
print("gradient:", lost)

# %%
# right
logit.grad = None
nn.BCEWithLogitsLoss()(logit, target).backward()
print("gradient:", logit.grad.item())

# %% tags=["hide_input"]
claim(
    f"The worst mistake there is gets the gradient {lost:.0f} with a sigmoid of its own, so nothing is learned "
    f"from it. With the logits, it gets {logit.grad.item():.0f}.",
    lost == 0 and abs(logit.grad.item() - 1) < 1e-6,
)

# %% [markdown]
# **Why.** The sigmoid rounds to exactly 1, where its slope is 0; from the logit, the loss can be computed
# without that detour. See [Losses](06_losses.py).

# %% [markdown]
# ## A lower loss means a higher accuracy
#
# !!! quote "Often written"
#     The loss indicates how accurate the network is.

# %%
# wrong
right_and_sure, wrong_and_sure = torch.tensor([14.0, -14.0])
slightly_wrong = torch.tensor(-0.1)
a = torch.stack([right_and_sure] * 9 + [wrong_and_sure])
b = torch.stack([right_and_sure] * 8 + [slightly_wrong] * 2)
ones = torch.ones(10)  # the targets
loss_fn = nn.BCEWithLogitsLoss()
loss_a, loss_b = loss_fn(a, ones), loss_fn(b, ones)
print(f"loss of A {loss_a:.3f}, of B {loss_b:.3f}: is B better?")

# %%
# right
accuracy_a, accuracy_b = ((z > 0).float().mean() for z in (a, b))
print(f"accuracy of A {accuracy_a:.1f}, of B {accuracy_b:.1f}")

# %% tags=["hide_input"]
claim(
    f"A has {100 * accuracy_a:.0f} % right and a loss of {loss_a:.2f}. B has {100 * accuracy_b:.0f} % right and a loss of "
    f"{loss_b:.2f}.",
    accuracy_a > accuracy_b and loss_a > 5 * loss_b,
)

# %% [markdown]
# **Why.** The loss weighs how sure an answer was, and one sure mistake outweighs many narrow ones;
# [accuracy](../glossary.md#accuracy) only counts, so report both. See [Losses](06_losses.py).

# %% [markdown]
# ## Any measure can be a loss
#
# !!! quote "Often written"
#     Backpropagation minimises whatever you measure, so train on the accuracy itself.

# %%
# wrong
torch.manual_seed(0)
model = nn.Linear(4, 3)
inputs, targets = torch.randn(8, 4), torch.arange(8) % 3
correct = model(inputs).argmax(dim=1) == targets
print(attempt(lambda: (1 - correct.float().mean()).backward()))

# %%
# right
nn.CrossEntropyLoss()(model(inputs), targets).backward()
print("largest slope:", round(model.weight.grad.abs().max().item(), 3))

# %% tags=["hide_input"]
message = attempt(lambda: (1 - correct.float().mean()).backward())
claim(
    "The accuracy has no gradient at all, and PyTorch says so. The cross-entropy has one.",
    "does not require grad" in message and model.weight.grad.abs().max() > 0,
)

# %% [markdown]
# **Why.** A small change of a weight changes no `argmax`, so the slope of the accuracy is 0 wherever it
# exists; and [backpropagation](../glossary.md#backpropagation) only computes slopes, the optimizer does the
# rest. See [Losses](06_losses.py).

# %% [markdown]
# ## The least loss is 0
#
# !!! quote "Often written"
#     For a first test, use random targets such as `torch.rand(n)`, zeros and ones, and train until the loss
#     is 0.

# %%
# wrong
torch.manual_seed(0)
targets = torch.rand(1000)  # not zeros and ones: anything between
least = nn.BCELoss()(targets, targets)  # the network says exactly this
print(f"{least:.3f}")

# %%
# right
targets = torch.randint(2, (1000,)).float()
print(f"{nn.BCELoss()(targets, targets):.3f}")

# %% tags=["hide_input"]
claim(
    f"With targets between 0 and 1, the best that any network can reach is {least:.3f}. With zeros and ones it "
    "is 0.",
    abs(least - 0.5) < 0.05 and nn.BCELoss()(targets, targets) == 0,
)

# %% [markdown]
# **Why.** With [soft targets](../glossary.md#soft-target) the cross-entropy cannot go below their
# [entropy](../glossary.md#entropy), even for a perfect output. See [Losses](06_losses.py).

# %% [markdown]
# ## Softmax is its formula
#
# !!! quote "Often written"
#     `softmax(z)` is `exp(z) / exp(z).sum()`, so write it so.

# %%
# wrong
z = torch.tensor([1000.0, 999.0])
by_formula = z.exp() / z.exp().sum()
print(by_formula)

# %%
# right
shifted = z - z.max()  # changes nothing, in exact numbers
print(shifted.exp() / shifted.exp().sum())

# %% tags=["hide_input"]
stable = shifted.exp() / shifted.exp().sum()
claim(
    "By the formula, large logits give nan: in float32, `exp` overflows above 88. With the largest logit "
    "subtracted, they give the softmax that PyTorch computes.",
    bool(by_formula.isnan().all())
    and bool(torch.tensor(88.0).exp().isfinite() and torch.tensor(89.0).exp().isinf())
    and torch.allclose(stable, z.softmax(dim=0)),
)

# %% [markdown]
# **Why.** The softmax depends on differences of logits alone, and after the subtraction no exponent is positive,
# so nothing can overflow. See [Activation functions](05_activations.py).

# %% [markdown]
# ## A sigmoid never reaches 1
#
# !!! quote "Often written"
#     A sigmoid lies strictly between 0 and 1, so you may take the logarithm of `1 - p`.

# %%
# wrong
z = torch.tensor(17.0)
p = torch.sigmoid(z)
print(p == 1, torch.log(1 - p))

# %%
# right
print(F.logsigmoid(-z))  # log(1 - sigmoid(z)), in one piece

# %% tags=["hide_input"]
claim(
    "At 17, the sigmoid is 1 in float32, and the logarithm infinite. Computed in one piece it is −17, as it "
    "should be.",
    p.item() == 1 and bool(torch.log(1 - p).isneginf()) and abs(F.logsigmoid(-z) + 17) < 1e-4,
)

# %% [markdown]
# **Why.** A float32 has about seven digits, and so close to 1 they do not suffice; close to 0 they do, so let one
# function compute the logarithm. See [Activation functions](05_activations.py).

# %% [markdown]
# ## The loss checks the shapes
#
# !!! quote "Often written"
#     If the shapes of outputs and targets do not fit, the loss fails, so there is no need to look.

# %%
# wrong
targets = torch.tensor([1.0, 2.0, 3.0, 4.0])  # (4,)
outputs = targets[:, None].clone()  # (4, 1), and perfect
squares = (outputs - targets) ** 2
print(tuple(squares.shape), f"mean {squares.mean():.2f}")

# %%
# right
squares_right = (outputs - targets[:, None]) ** 2
print(tuple(squares_right.shape), f"mean {squares_right.mean():.2f}")

# %% tags=["hide_input"]
claim(
    f"Four perfect answers have a mean squared error of {squares.mean():.2f}, because all 16 pairs were "
    "compared. With equal shapes it is 0.",
    squares.shape == (4, 4) and squares.mean() > 1 and squares_right.mean() == 0,
)

# %% [markdown]
# **Why.** [Broadcasting](../glossary.md#broadcasting) stretches a column and a row to a square, which is
# what it is for. `nn.MSELoss` does the same and only warns, while `nn.BCELoss` refuses: compare the shapes
# yourself. [Tensors](02_tensors.py) trains a network with this mistake.
