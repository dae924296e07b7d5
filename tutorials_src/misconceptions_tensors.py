# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - recognise nine things often written about tensors and data that are wrong
#   - tell which of them raise an error, and which do harm in silence
# know_first: >-
#   [Tensors](02_tensors.py); for the last three sections, [loading data](11_data_loading.py).
# data: small tensors made on the page, and the 8×8 digits that come with scikit-learn
# ---

# %% [markdown]
# # Misconceptions: tensors and data
#
# You will be able to spot nine common mistakes in code that handles [tensors](../glossary.md#tensor), by what
# they do when they run.
#
# Each section begins with a sentence that you can read in many places, and its heading repeats it in short: no
# heading here is true as it stands. The sentence is taken at its word, as code, and you see what happens. The right
# code follows, and one sentence that says why.
#
# Some of the wrong code raises an error. To go on after it, we call it through `attempt`, which returns the
# first line of the error as a text.


# %%
import numpy as np
import torch
from torch import nn

from nnfund import claim


def attempt(function):
    try:
        return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]


# %% [markdown]
# ## `view(-1, 784)` makes one row per image
#
# !!! quote "Often written"
#     Before the first layer, `images.view(-1, 784)` turns each image into a row of 784 numbers.

# %%
# wrong
images = torch.rand(4, 1, 56, 28)  # four images, twice as high as MNIST's
rows = images.view(-1, 784)
print("images:", len(images), " rows:", len(rows))

# %%
# right
flat = images.flatten(start_dim=1)
print("rows:", len(flat), " features:", flat.shape[1])
print(attempt(lambda: nn.Linear(784, 10)(flat)))

# %% tags=["hide_input"]
message = attempt(lambda: nn.Linear(784, 10)(flat))
claim(
    f"The wrong code cuts {len(images)} images into {len(rows)} rows, each half an image, and says nothing. "
    f"The right code keeps one row per image, and the first layer refuses images of a size it was not made for.",
    len(rows) == 2 * len(images) and len(flat) == len(images) and "cannot be multiplied" in message,
)

# %% [markdown]
# **Why.** The `-1` lets PyTorch choose the number of rows, so any total that 784 divides is accepted;
# `flatten(start_dim=1)` never touches the [batch](../glossary.md#batch) axis. Shown on
# [Tensors](02_tensors.py).

# %% [markdown]
# ## `view` puts the channels first
#
# !!! quote "Often written"
#     Image files hold height × width × channels, PyTorch wants channels first: use `view(3, height, width)`.

# %%
# wrong
photo = torch.zeros(4, 4, 3)  # (height, width, channels)
photo[..., 0] = 1.0  # every pixel is pure red
viewed = photo.view(3, 4, 4)
print("red channel:\n", viewed[0], sep="")

# %%
# right
moved = photo.permute(2, 0, 1)
print("red channel:\n", moved[0], sep="")

# %% tags=["hide_input"]
kept = viewed[0].mean().item()
claim(
    f"The shape is right in both. After `view`, the red channel of an all-red photo is red in {100 * kept:.0f} % of its "
    "pixels, in stripes. After `permute` it is red in all of them.",
    viewed.shape == moved.shape and kept < 0.5 and bool((moved[0] == 1).all()) and moved[1:].sum() == 0,
)

# %% [markdown]
# **Why.** A [view](../glossary.md#view) keeps the order of the numbers in memory and changes where rows
# begin; only `permute` or `transpose` exchange [axes](../glossary.md#axis). Shown on
# [Tensors](02_tensors.py).

# %% [markdown]
# ## `view` and `reshape` are the same
#
# !!! quote "Often written"
#     `view` and `reshape` are two names for the same thing.

# %%
# wrong
table = torch.arange(6).reshape(2, 3)
print(attempt(lambda: table.t().view(-1)))

# %%
# right
print(table.t().reshape(-1))  # a copy, since no view is possible

# %% tags=["hide_input"]
turned = table.t()
message = attempt(lambda: turned.view(-1))
copied = turned.reshape(-1)
copied[0] = 100
claim(
    "`view` refuses a transposed tensor. `reshape` copies it: a change of the copy leaves the original alone.",
    "view size is not compatible" in message and table[0, 0] == 0,
)

# %% [markdown]
# **Why.** A view needs [strides](../glossary.md#stride) that fit the new shape; `reshape` gives a view where
# it can and a copy where it must, so do not write into what it returns. Shown on [Tensors](02_tensors.py).

# %% [markdown]
# ## `squeeze()` removes the extra axis
#
# !!! quote "Often written"
#     The network gives a column, the targets are a plain list of numbers: call `squeeze()` on the output.


# %%
# wrong
def loss_of(n):
    outputs, targets = torch.rand(n, 1).squeeze(), torch.ones(n)
    print(n, "outputs:", tuple(outputs.shape))
    return nn.BCELoss()(outputs, targets)


loss_of(3)
refused = attempt(lambda: loss_of(1))
print(refused)

# %%
# right
for n in (3, 1):
    outputs = torch.rand(n, 1).squeeze(dim=1)
    print(n, "outputs:", tuple(outputs.shape))

# %% tags=["hide_input"]
one = torch.rand(1, 1)
claim(
    "With a batch of one, `squeeze()` removes the batch axis too, and the loss stops the run: in the last batch "
    "of an epoch, perhaps after an hour. `squeeze(dim=1)` keeps the axis.",
    one.squeeze().ndim == 0 and one.squeeze(dim=1).shape == (1,) and refused.startswith("ValueError"),
)

# %% [markdown]
# **Why.** `squeeze()` removes every axis of length 1, and a batch may have length 1 too; name the axis that
# you mean. More on shapes on [Tensors](02_tensors.py).

# %% [markdown]
# ## `from_numpy` makes a copy
#
# !!! quote "Often written"
#     `torch.from_numpy` converts an array to a tensor; from then on they are two things.

# %%
# wrong
array = np.array([1.0, 2.0, 3.0])
tensor = torch.from_numpy(array)
array *= 0  # the array is needed for something else
print(tensor)

# %%
# right
array = np.array([1.0, 2.0, 3.0])
copy = torch.tensor(array)
array *= 0
print(copy)

# %% tags=["hide_input"]
claim(
    "The change of the array has emptied the tensor that came from it. The tensor made by `torch.tensor` is "
    "unharmed.",
    bool((tensor == 0).all()) and copy.tolist() == [1, 2, 3],
)

# %% [markdown]
# **Why.** `from_numpy` shares the array's memory, which is why it costs nothing; `torch.tensor` copies.
# Shown on [Tensors](02_tensors.py).

# %% [markdown]
# ## `to(device)` moves the tensor
#
# !!! quote "Often written"
#     PyTorch uses the GPU if there is one. At most, call `inputs.to(device)` before the model.
#
# So that this page runs on any machine, PyTorch's device `meta`, which has shapes and no numbers, plays the
# GPU.

# %%
# wrong
model, inputs = nn.Linear(2, 1), torch.rand(3, 2)
print("nobody asked:", model.weight.device)
inputs.to("meta")
print("after inputs.to:", inputs.device)

# %%
# right
model.to("meta")
inputs = inputs.to("meta")
print(model.weight.device, inputs.device)

# %% tags=["hide_input"]
fresh = torch.rand(3, 2)
fresh.to("meta")
claim(
    "A new layer lies on the CPU, whatever the machine has. `to` leaves a tensor where it was and returns "
    "another one, while a module moves its own parameters.",
    nn.Linear(2, 1).weight.device.type == "cpu"
    and fresh.device.type == "cpu"
    and model.weight.device.type == inputs.device.type == "meta",
)

# %% [markdown]
# **Why.** The default [device](../glossary.md#device) is the CPU, and `Tensor.to` returns its result instead
# of changing the tensor; only `Module.to` works in place. More on [Tensors](02_tensors.py).

# %% [markdown]
# ## Everything in a batch has `.to()`
#
# !!! quote "Often written"
#     In the loop, move the batch: `batch = [part.to(device) for part in batch]`.

# %%
# wrong
from torch.utils.data import DataLoader

samples = [(torch.rand(2), "scan-1.png"), (torch.rand(2), "scan-2.png")]
batch = next(iter(DataLoader(samples, batch_size=2)))
print(attempt(lambda: [part.to("cpu") for part in batch]))

# %%
# right
inputs, names = batch
inputs = inputs.to("cpu")
print(tuple(inputs.shape), names)

# %% tags=["hide_input"]
message = attempt(lambda: [part.to("cpu") for part in batch])
claim(
    f"The names arrive as a {type(names).__name__} of texts, which has no `to`. Moving the tensor alone works.",
    "has no attribute 'to'" in message and isinstance(names, (tuple, list)) and inputs.shape == (2, 2),
)

# %% [markdown]
# **Why.** The loader's [collate function](../glossary.md#collate-function) stacks numbers into tensors, and
# leaves texts as they are. See [Loading data](11_data_loading.py).

# %% [markdown]
# ## Every batch has `batch_size` rows
#
# !!! quote "Often written"
#     With `batch_size=32`, the logits have the shape (32, 10).

# %%
# wrong
from nnfund.data import load_digits

digits = load_digits(normalize=False)  # pixels from 0 to 1
loader = DataLoader(list(zip(*digits.train)), batch_size=32)
model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))


def predict_all(rows):
    return [model(x).reshape(rows, 10) for x, _ in loader]


print(attempt(lambda: len(predict_all(32))))

# %%
# right
print(attempt(lambda: len(predict_all(-1))), "batches")
print("rows in the last one:", len(predict_all(-1)[-1]))

# %% tags=["hide_input"]
last = len(digits.train.inputs) % 32
claim(
    f"{len(digits.train.inputs):,} images make {len(loader)} batches, the last of {last}. Code with the number 32 "
    "in it fails there.",
    0 < last < 32 and "is invalid for input" in attempt(lambda: predict_all(32)),
)

# %% [markdown]
# **Why.** The last batch holds what is left over, unless you ask for `drop_last=True`; take the number of
# rows from the tensor. See [Loading data](11_data_loading.py).

# %% [markdown]
# ## `Normalize(0.5, 0.5)` standardises the images
#
# !!! quote "Often written"
#     `Normalize((0.5,), (0.5,))` gives the images mean 0 and standard deviation 1.

# %%
# wrong
pixels = digits.train.inputs
wrong = (pixels - 0.5) / 0.5  # what Normalize(0.5, 0.5) computes
print(f"{wrong.min():.1f} to {wrong.max():.1f}", end=", ")
print(f"mean {wrong.mean():.3f}, std {wrong.std():.3f}")

# %%
# right
mean, std = pixels.mean(), pixels.std()  # of the training set
right = (pixels - mean) / std
print(f"mean {abs(right.mean()):.3f}, std {right.std():.3f}")

# %% tags=["hide_input"]
claim(
    f"With 0.5 and 0.5 the digits run from −1 to 1, with mean −{-wrong.mean():.3f} and standard deviation "
    f"{wrong.std():.3f}. With the training set's own numbers, {mean:.3f} and {std:.3f}, the two are 0 and 1.",
    (wrong.min(), wrong.max()) == (-1, 1)
    and wrong.mean() < -0.3
    and wrong.std() < 0.9
    and abs(right.mean()) < 1e-3
    and abs(right.std() - 1) < 1e-3,
)

# %% [markdown]
# **Why.** The two numbers are subtracted and divided by as they are; nobody measures the images for you. See
# [Loading data](11_data_loading.py) for [normalisation](../glossary.md#normalisation) by the
# [training set](../glossary.md#training-set) alone.
