# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - read your own files with a `Dataset`, and say what a `DataLoader` does with it, part by part
#   - prepare data without a leak, and tell the leaks that matter from those that do not
#   - find out whether loading is what you wait for, and what to do about it
# know_first: >-
#   [Your first network](01_first_network.py): batches, epochs and the training loop.
# data: >-
#   1,797 real handwritten digits from scikit-learn, written to image files on the page; the breast cancer
#   table; random numbers.
# ---

# %% [markdown]
# # Loading data
#
# You will be able to bring your own files to a network, in batches, without cheating yourself and without
# waiting for the disk.
#
# On the first page, the data was one [tensor](../glossary.md#tensor) from the start. Your own data will
# rather be a folder: one sub-folder per [class](../glossary.md#class), with pictures in it. We make such a
# folder, from handwritten digits.

# %%
import tempfile
from pathlib import Path

import torch
from PIL import Image
from sklearn import datasets

temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)
digits = datasets.load_digits()
for number, (image, label) in enumerate(zip(digits.images, digits.target)):
    (folder / str(label)).mkdir(exist_ok=True)
    grey = (image * 255 / 16).round().astype("uint8")  # (8, 8)
    Image.fromarray(grey).save(folder / str(label) / f"{number:04}.png")

paths = sorted(folder.glob("*/*.png"))
print(len(paths), "files, from", paths[0].relative_to(folder).as_posix())
print("to", paths[-1].relative_to(folder).as_posix())

# %% [markdown]
# `sorted` is there for a reason. The order in which a disk lists its files is not defined, so without it the
# same [seed](../glossary.md#seed) may choose other files on another machine.
#
# ## A data set answers two questions
#
# PyTorch asks a data set how many [samples](../glossary.md#sample) it has, and for the sample with a given
# index. These are the two methods of a `Dataset`. Ours keeps the paths. It opens a file when the sample is
# asked for, so a million files would not fill the memory.

# %%
import numpy as np
from torch.utils.data import Dataset


class DigitFiles(Dataset):
    """Images from disk; the name of a file's folder is its target."""

    def __init__(self, paths, transform=None):
        self.paths = paths
        self.transform = transform

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        path = self.paths[index]
        with Image.open(path) as picture:  # closes the file, too
            pixels = np.array(picture.convert("L"))  # grey, (8, 8)
        image = torch.from_numpy(pixels)[None].float() / 255  # (1, 8, 8)
        if self.transform is not None:
            image = self.transform(image)
        return image, int(path.parent.name)


dataset = DigitFiles(paths)
image, target = dataset[700]
print(f"{len(dataset)} samples; number 700: {tuple(image.shape)} {target}")

# %% [markdown]
# `convert("L")` makes every file grey, whatever it was. Real folders hold a few odd files; here you
# make them alike. Now look at what you will train on.

# %% alt="Sixteen handwritten digits of 8 × 8 pixels, white on black, each under its label. They are coarse, but most can be read."
import matplotlib.pyplot as plt

from nnfund.plotting import plot_images

some = [dataset[index] for index in range(0, len(dataset), 115)]
images = torch.stack([image for image, _ in some])
targets = torch.tensor([target for _, target in some])
plot_images(images, targets=targets, columns=8)
plt.show()

# %% tags=["hide_input"]
from torchvision.datasets import ImageFolder

from nnfund import claim

theirs = ImageFolder(str(folder))
claim(
    f"For folders like this one, torchvision has such a class, `ImageFolder`. On our folder it lists the same "
    f"{len(theirs)} files in the same order, with the same targets.",
    [(Path(path), target) for path, target in theirs.samples]
    == [(path, int(path.parent.name)) for path in paths],
)

# %% [markdown]
# We cut the files into a [training set](../glossary.md#training-set) and a [validation
# set](../glossary.md#validation-set), at random. If several files came from one person or one patient, they
# would have to go into the same part, or the network could recognise the patient. These files do not say who
# wrote them.

# %%
generator = torch.Generator().manual_seed(0)
order = torch.randperm(len(paths), generator=generator)
train_paths = sorted(paths[index] for index in order[:1300])
val_paths = sorted(paths[index] for index in order[1300:])
train_set, val_set = DigitFiles(train_paths), DigitFiles(val_paths)

# %% [markdown]
# ## A loader, by hand
#
# A `DataLoader` turns single samples into [batches](../glossary.md#batch). It has three parts:
#
# 1. A **[sampler](../glossary.md#sampler)** says in which order to visit the samples. It knows nothing but
#    their numbers.
# 2. The order is cut into pieces, and the **data set** is asked for each sample of a piece.
# 3. A **[collate function](../glossary.md#collate-function)** makes one batch of these samples.
#
# Written out, it is short, and the real one gives the same batches:

# %%
from torch.utils.data import DataLoader, RandomSampler, default_collate


def load_by_hand(dataset, batch_size, generator):
    order = torch.randperm(len(dataset), generator=generator)  # 1 sampler
    for piece in order.split(batch_size):
        samples = [dataset[index] for index in piece]  # 2 data set
        yield default_collate(samples)  # 3 collate


generator = torch.Generator().manual_seed(0)
by_hand = list(load_by_hand(train_set, 64, generator))

generator = torch.Generator().manual_seed(0)
sampler = RandomSampler(train_set, generator=generator)
loader = DataLoader(train_set, batch_size=64, sampler=sampler)
batches = list(loader)
print("batch:", tuple(batches[0][0].shape), batches[0][1].dtype)

# %% tags=["hide_input"]
again = list(loader)
claim(
    f"All {len(batches)} batches are the same, images and targets. A second pass over the loader, which is the "
    f"next [epoch](../glossary.md#epoch), has another order.",
    len(batches) == len(by_hand)
    and all(torch.equal(x, a) and torch.equal(y, b) for (x, y), (a, b) in zip(batches, by_hand))
    and not torch.equal(again[0][1], batches[0][1]),
)

# %% [markdown]
# The usual way to write it is `DataLoader(train_set, batch_size=64, shuffle=True, generator=generator)`. The
# generator fixes the orders of all epochs. Without one, they follow from `torch.manual_seed`, and from every
# random number that your program draws before.
#
# ## The sampler: why order matters
#
# The files are sorted by class. `shuffle=False` is the default, so a forgotten `shuffle=True` shows the
# network all zeros first, then all ones, and so on. Here are the batches of one epoch, one row per batch:

# %% alt="Two grids, one row per batch of 64, one cell per sample, coloured by class. As the files lie, a batch holds one or two classes, and the colours come in ten bands from top to bottom. Shuffled, every batch is a mix of all colours." tags=["hide_input"]
fig, axes = plt.subplots(1, 2, figsize=(6.3, 2.6), sharey=True, layout="constrained")
for ax, shuffle, title in zip(axes, [False, True], ["shuffle=False", "shuffle=True"]):
    loader = DataLoader(
        train_set, batch_size=64, shuffle=shuffle, drop_last=True, generator=torch.Generator().manual_seed(0)
    )
    classes = torch.stack([targets for _, targets in loader])  # (20, 64)
    shown = ax.imshow(classes, cmap="tab10", vmin=-0.5, vmax=9.5, aspect="auto", interpolation="nearest")
    ax.set(xlabel="sample in the batch", title=title, yticks=range(0, 20, 5))
axes[0].set_ylabel("batch")
fig.colorbar(shown, ax=axes, ticks=range(10), label="class")
plt.show()

# %% [markdown]
# **Predict.** We train a small network for ten epochs, sorted and shuffled. It sees the same samples equally
# often. Will order matter, and if so, for which digits?

# %%
from torch import nn

from nnfund.data import Batches
from nnfund.models import MLP
from nnfund.training import fit

train_part = default_collate(list(train_set))  # (1300, 1, 8, 8), (1300,)
val_part = default_collate(list(val_set))


def answers(shuffle, seed, lr=0.3):
    """Train for ten epochs; return the answers to the validation images."""
    torch.manual_seed(seed)
    model = MLP([64, 64, 10])
    loader = Batches(*train_part, batch_size=64, shuffle=shuffle, seed=seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss_fn = nn.CrossEntropyLoss()
    fit(model, loader, loss_fn=loss_fn, optimizer=optimizer, epochs=10)
    with torch.no_grad():
        return model(val_part[0]).argmax(dim=1)  # (497,)


shuffled = torch.stack([answers(True, seed) for seed in range(5)])
unshuffled = torch.stack([answers(False, seed) for seed in range(5)])

# %% alt="Share of each digit that is recognised, five runs each. Shuffled, nearly all digits lie above 0.8 in every run. Sorted by class, several digits are hardly ever recognised, others often, and the last class, 9, nearly always." tags=["hide_input"]
truth = val_part[1]
fig, ax = plt.subplots(figsize=(6, 2.9), layout="constrained")
for offset, name, marker, runs in ((-0.12, "shuffled", "o", shuffled), (0.12, "sorted", "^", unshuffled)):
    recall = torch.stack([(runs == digit)[:, truth == digit].float().mean(dim=1) for digit in range(10)])
    places = torch.arange(10)[:, None] + offset + torch.zeros(5)
    color = "C0" if name == "shuffled" else "C1"
    ax.plot(places.flatten(), recall.flatten(), marker, color=color, markersize=4, alpha=0.8, label=name)
ax.set(xlabel="digit", ylabel="share recognised", xticks=range(10), ylim=(-0.03, 1.03))
ax.legend()
plt.show()

# %% tags=["hide_input"]
good, bad = ((runs == truth).float().mean(dim=1) for runs in (shuffled, unshuffled))
slow_good = torch.stack([answers(True, seed, lr=0.1) == truth for seed in range(5)]).float().mean(dim=1)
slow_bad = torch.stack([answers(False, seed, lr=0.1) == truth for seed in range(5)]).float().mean(dim=1)
kept = [str(k) for k in range(9) if (unshuffled == k)[:, truth == k].float().mean() > 0.7]
later = (unshuffled > truth)[unshuffled != truth].float().mean().item()
claim(
    f"Five seeds each: shuffled, the accuracy is {good.mean():.2f} ({good.min():.2f} to {good.max():.2f}); "
    f"sorted, {bad.mean():.2f} ({bad.min():.2f} to {bad.max():.2f}). A smaller learning rate, 0.1 instead of "
    f"0.3, does not save it: {slow_good.mean():.2f} against {slow_bad.mean():.2f}. Of the mistakes after sorted "
    f"training, {100 * later:.0f} % name a digit that comes *later* than the right one. "
    f"Apart from the 9, still recognised: {' and '.join(kept) or 'none'}.",
    good.min() > bad.max() + 0.2 and slow_good.min() > slow_bad.max() + 0.1 and later > 0.9,
)

# %% [markdown]
# A batch of a single class pushes the network to answer that class, whatever it sees, and so undoes part of
# what the batches before it had taught. The later class wins; a digit that
# survives probably looks like no later one. Shuffle the training set. The validation set needs no shuffling:
# it moves no weight.
#
# ## The last batch

# %%
for drop_last in (False, True):
    loader = DataLoader(train_set, batch_size=64, drop_last=drop_last)
    sizes = [len(targets) for _, targets in loader]
    print(f"drop_last={drop_last!s:5}  {len(loader)} batches", end=", ")
    print(f"the last of {sizes[-1]}, {sum(sizes)} samples")

# %% [markdown]
# The last batch is smaller, unless the batch size divides the number of samples. `drop_last=True` leaves it
# out. In training that loses little, because other samples fall out in each epoch (if you shuffle). For
# validation it is a mistake: some samples would never be counted. And if your code has the batch size written
# into it, as in `view(64, -1)`, the last batch is where it breaks. Ask the tensor: `len(inputs)`.
#
# ## Collate: from samples to a batch
#
# `default_collate` stacks tensors, and makes tensors of numbers. It goes into tuples and dictionaries.
#
# **Predict.** What will it make of a Python number such as 0.5, and of text?

# %%
for value in (3, 0.5, torch.zeros(2), "seven", {"age": 50}):
    batch = default_collate([value, value])
    kind = batch.dtype if isinstance(batch, torch.Tensor) else batch
    print(f"{value!r:18} -> {kind}")

# %% [markdown]
# Two surprises. A Python float becomes `float64`, and a layer, whose weights are `float32`, refuses to multiply
# the two. Return `torch.tensor(0.5)` from your data set instead. And text stays a list of text: it has no
# `.to(device)`.
#
# Stacking needs equal shapes. Names of digits as rows of letter numbers are not equally long:

# %%
names = ["zero", "one", "two", "three", "four"]
words = [torch.tensor([ord(c) - 96 for c in name]) for name in names]

try:
    next(iter(DataLoader(words, batch_size=3)))
except RuntimeError as error:
    print("RuntimeError:", str(error).split(", but")[0])


def pad(samples):
    """Fill up with zeros, and keep the true lengths."""
    lengths = torch.tensor([len(sample) for sample in samples])
    padded = nn.utils.rnn.pad_sequence(samples, batch_first=True)
    return padded, lengths


for padded, lengths in DataLoader(words, batch_size=3, collate_fn=pad):
    print(padded.tolist(), lengths.tolist())

# %% [markdown]
# A list was data set enough here: it has a length and gives item `i`. Keep the lengths, so that a mean over
# letters does not count the filling. Images of different sizes are usually cut or scaled to one size in the
# data set.
#
# ## Transforms
#
# A [transform](../glossary.md#transform) is a function that `__getitem__` applies to a sample. It runs each
# time the sample is asked for. So a random transform gives another version in every epoch. This one moves the
# image by up to one pixel:


# %% alt="The same digit six times. The first is the file as it is, the others are moved by up to one pixel in some direction, not all in the same one."
def move(image):
    padded = nn.functional.pad(image, (1, 1, 1, 1))  # (1, 10, 10)
    top, left = torch.randint(3, (2,)).tolist()
    return padded[:, top : top + 8, left : left + 8]


torch.manual_seed(0)
moving_set = DigitFiles(train_paths, transform=move)
visits = [train_set[0][0]] + [moving_set[0][0] for _ in range(5)]
plot_images(torch.stack(visits), columns=6)
plt.show()

# %% [markdown]
# Random transforms belong to training. The validation set gets none, so that its numbers can be compared.
# Here is a trap. `random_split` cuts a data set for you, but both pieces point to the same object:

# %%
from torch.utils.data import random_split

first, second = random_split(DigitFiles(paths), [0.7, 0.3])
first.dataset.transform = move  # for training only?
print("validation moves, too:", second.dataset.transform is move)

# %% [markdown]
# Make two data sets over two lists of files, as we did.
#
# ## Normalise by the training set alone
#
# [Normalisation](../glossary.md#normalisation) subtracts the mean and divides by the standard deviation, the
# typical distance from the mean. Both are learned from data, like weights. So they come from the training
# set, and all parts are treated with the same two numbers.

# %%
mean, std = train_part[0].mean(), train_part[0].std(correction=0)


def normalize(image):
    return (image - mean) / std


val_set = DigitFiles(val_paths, transform=normalize)
train_set = DigitFiles(train_paths, transform=lambda x: normalize(move(x)))
print(f"training pixels: mean {mean:.3f}, standard deviation {std:.3f}")

# %% [markdown]
# If statistics come from all the data, something about the validation set gets into training: a
# [leak](../glossary.md#leak). How bad is it? We measure where it should be worst, with few samples: 20
# tumours of the breast cancer table to train on, 20 to validate, 50 random draws. The network is a single
# [neuron](../glossary.md#neuron).


# %%
def scale(inputs, reference):
    std, mean = torch.std_mean(reference, dim=0, correction=0)
    return (inputs - mean) / std.clamp(min=1e-6)


def train_neuron(inputs, targets):
    model = nn.Linear(inputs.shape[1], 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    loss_fn = nn.BCEWithLogitsLoss()
    for _ in range(100):
        logits = model(inputs)[:, 0]  # (N,)
        loss = loss_fn(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


@torch.no_grad()
def score(model, inputs, targets):
    answers = (model(inputs)[:, 0] > 0).float()
    return (answers == targets).float().mean().item()


cancer = datasets.load_breast_cancer()
table = torch.from_numpy(cancer.data).float()  # (569, 30)
malignant = torch.from_numpy(1 - cancer.target).float()

honest, leaky = [], []
for seed in range(50):
    torch.manual_seed(seed)
    order = torch.randperm(569)
    train, val, both = order[:20], order[20:40], order[:40]
    for scores, seen in ((honest, train), (leaky, both)):
        scaled = scale(table, table[seen])
        neuron = train_neuron(scaled[train], malignant[train])
        scores.append(score(neuron, scaled[val], malignant[val]))

# %% tags=["hide_input"]
honest, leaky = torch.tensor(honest), torch.tensor(leaky)
gain = leaky - honest
error = gain.std().item() / len(gain) ** 0.5
claim(
    f"Scaled by the training set, the mean accuracy is {honest.mean():.3f}; by both, {leaky.mean():.3f}. The "
    f"leak changed it by {gain.mean():+.4f} ± {2 * error:.4f}: nothing that 50 draws of 20 can show.",
    gain.mean().abs() < 0.02 and gain.mean().abs() < 2 * error,
)

# %% [markdown]
# So the textbook example of a leak is harmless here. (On this page, two
# [standard errors](../glossary.md#standard-error) stand after ±.) A mean of many values hardly knows any single
# one of them, and it has not seen the targets. Keep the rule all the same: its neighbours are dangerous.
#
# One is to scale each part by its *own* statistics. A ward sends us malignant tumours only. Scaled by
# themselves, they look average.

# %% tags=["hide_input"]
by_training, by_itself = [], []
for seed in range(20):
    torch.manual_seed(seed)
    order = torch.randperm(569)
    train, ward = order[:100], order[100:][malignant[order[100:]] == 1]
    neuron = train_neuron(scale(table[train], table[train]), malignant[train])
    by_training.append(score(neuron, scale(table[ward], table[train]), malignant[ward]))
    by_itself.append(score(neuron, scale(table[ward], table[ward]), malignant[ward]))
claim(
    f"Trained on 100 tumours, 20 draws: scaled by the training set, {sum(by_training) / 20:.2f} of the ward's "
    f"tumours are recognised as malignant ({min(by_training):.2f} to {max(by_training):.2f}). Scaled by the "
    f"ward itself, {sum(by_itself) / 20:.2f} ({min(by_itself):.2f} to {max(by_itself):.2f}).",
    min(by_training) > max(by_itself) + 0.2,
)

# %% [markdown]
# ## The leaks that matter
#
# To see a leak clean, take data in which there is nothing to learn: random numbers, and targets from a coin.
# The true accuracy is one half, and whatever lies above it on average is a leak. Four preparations, each done
# once on the training samples alone and once, wrongly, on all:
#
# - **scale:** mean and standard deviation of each feature, as above;
# - **select:** keep the 20 of 1,000 features that go best with the target;
# - **encode:** replace a category, such as a postcode, by the mean target of its samples;
# - **copy:** duplicate each sample, after or before the split.
#
# **Predict.** Which ones will lie above one half, and how far?


# %%
def accuracy_on_noise(preparation, leaks, seed, n=200):
    torch.manual_seed(seed)
    inputs = torch.randn(n, 1000)
    targets = torch.randint(2, (n,)).float()  # a coin
    train, val = torch.arange(n).split(n // 2)
    seen = torch.arange(n) if leaks else train

    if preparation == "scale":
        inputs = scale(inputs, inputs[seen])
    if preparation == "select":
        agreement = ((targets[seen] - 0.5) @ inputs[seen]).abs()  # (1000,)
        inputs = inputs[:, agreement.argsort(descending=True)[:20]]
    if preparation == "encode":
        category = torch.randint(n // 4, (n,))  # 50 postcodes
        member = nn.functional.one_hot(category, n // 4).float()
        ones = targets[seen] @ member[seen]  # (50,)
        encoded = (ones + 0.5) / (member[seen].sum(dim=0) + 1)
        inputs = encoded[category, None] - 0.5  # (n, 1)
    if preparation == "copy" and leaks:
        train, val = (torch.randperm(2 * n) % n).split(n)
    if preparation == "copy" and not leaks:
        train = train.repeat(2)

    neuron = train_neuron(inputs[train], targets[train])
    return score(neuron, inputs[val], targets[val])


preparations = ("scale", "select", "encode", "copy")
scores = torch.zeros(4, 2, 20)
for row, preparation in enumerate(preparations):
    for leaks in (0, 1):
        for seed in range(20):
            reached = accuracy_on_noise(preparation, leaks, seed)
            scores[row, leaks, seed] = reached

# %% alt="Validation accuracy on pure noise, 20 seeds for each of four preparations, right and wrong. Done on the training samples alone, all four scatter around one half. Done on all samples, scaling still scatters around one half, but encoding lies well above it, and selecting features and copying samples higher still, near three quarters." tags=["hide_input"]
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for column, (label, marker) in enumerate((("on training samples", "o"), ("on all samples", "^"))):
    for row in range(4):
        heights = row + 0.36 * column - 0.18 + torch.linspace(-0.12, 0.12, 20)
        ax.plot(
            scores[row, column], heights, f"C{column}{marker}", markersize=4, label=None if row else label
        )
ax.axvline(0.5, color="C2", linestyle="--", linewidth=1)
ax.set_yticks(range(4), preparations)
ax.invert_yaxis()
ax.set(xlabel="validation accuracy; the truth is 0.5", xlim=(0.35, 1.1), xticks=[0.4, 0.5, 0.6, 0.7, 0.8])
ax.legend()
plt.show()

# %% tags=["hide_input"]
means = scores.mean(dim=2)
gain = scores[0, 1] - scores[0, 0]  # of scaling
error = 2 * gain.std().item() / 20**0.5
parts = [
    f"{name} {leaking.mean():.2f} ({leaking.min():.2f} to {leaking.max():.2f})"
    for name, (_, leaking) in zip(preparations, scores)
]
claim(
    f"Done on training samples alone, all four means lie between {means[:, 0].min():.2f} and "
    f"{means[:, 0].max():.2f}. Done on all: {', '.join(parts)}. "
    f"Scaling gained {gain.mean():+.3f} ± {error:.3f}.",
    (means[:, 0] - 0.5).abs().max() < 0.05 and means[0, 1] < 0.57 and means[1:, 1].min() > 0.58,
)

# %% [markdown]
# What leaks is the *target*. Selecting and encoding have looked at the targets of the validation set. A copy
# carries its target along. Scaling has seen none. So split first, and do everything that learns from data
# afterwards, on the training part. Then look for copies. (More photos of the same object count as copies.)
#
# ## Workers
#
# With `num_workers=2`, two more processes, the [workers](../glossary.md#worker), load batches while yours
# trains. Each has its own copy of the data set. To start one, macOS and Windows start a fresh Python that
# imports your script again (called *spawn*). Linux used to copy the running process instead; since Python
# 3.14 it imports the script, too, unless told otherwise. An import that starts workers would start workers
# that start workers. So the part of a script that does things must stand behind `if __name__ == "__main__":`.
#
# This page needs no workers. We write a script that does, and run it with and without that line.

# %%
import re
import subprocess
import sys

script = """\
from torch.utils.data import DataLoader, Dataset, get_worker_info

class WhoLoads(Dataset):
    def __len__(self):
        return 6

    def __getitem__(self, index):
        return index, get_worker_info().id

if __name__ == "__main__":
    loader = DataLoader(WhoLoads(), batch_size=2, num_workers=2,
                        multiprocessing_context="spawn")
    for indices, workers in loader:
        print(indices.tolist(), "from worker", workers[0].item())
"""
guard = 'if __name__ == "__main__":'
for text in (script, script.replace(guard, "if True:")):
    (folder / "load.py").write_text(text)
    command = [sys.executable, str(folder / "load.py")]
    done = subprocess.run(command, capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if "Error:" in line]
    print("with the guard:" if guard in text else "without:")
    print(done.stdout or re.sub(r" \(pid.*\)", "", errors[-1]))

# %% tags=["hide_input"]
claim(
    "The last line of the error does not say why. The reason stands further up: *An attempt has been made to "
    "start a new process before the current process has finished its bootstrapping phase.*",
    "bootstrapping" in done.stderr and "from worker" not in done.stdout,
)

# %% [markdown]
# The workers take turns, batch by batch, and the order stays what the sampler said. Three more things to
# know:
#
# - In a notebook, a class that you wrote in a cell cannot be found by a spawned worker. Put it into a `.py`
#   file and import it.
# - Each worker has its own random numbers. A random transform draws others than with `num_workers=0`.
# - Workers start anew in each epoch, unless you say `persistent_workers=True`.
#
# ## Is loading what you wait for?
#
# Find out before you change anything: time one epoch, then the same loader with no training. We compare the
# loader over files with two that hold the images in memory: `TensorDataset`, which still hands them out one
# by one, and [`Batches`][nnfund.data.Batches], which takes a whole batch by one indexing operation. And we
# take two networks, a small one and a large one.
#
# **Predict.** The images have 64 pixels. What share of the small network's epoch goes into loading files?

# %%
import time

from torch.utils.data import TensorDataset

torch.set_num_threads(1)  # loading and training on one core
plain_set = DigitFiles(train_paths)  # no transform: all three do the same
loaders = {
    "files": DataLoader(plain_set, batch_size=64),
    "singly": DataLoader(TensorDataset(*train_part), batch_size=64),
    "whole batches": Batches(*train_part, batch_size=64),
}


def seconds(loader, sizes=None):
    """Processor time of an epoch; without sizes, of loading alone."""
    model = MLP(sizes or [64, 10])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    started = time.thread_time()
    for inputs, targets in loader:
        if sizes:
            loss = nn.functional.cross_entropy(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return time.thread_time() - started


small, large = [64, 64, 10], [64, 2000, 2000, 10]
cases = [(name, sizes) for sizes in (None, small) for name in loaders]
cases.append(("files", large))
rounds = []
for _ in range(3):
    rounds.append([seconds(loaders[name], sizes) for name, sizes in cases])
best = [min(times) for times in zip(*rounds)]  # disturbances only add

# %% tags=["hide_input"]
load_files, load_singly, load_whole, train_files, _, train_whole, train_large = best
claim(
    "With the small network, loading files takes more than half of the epoch. Out of memory, in whole "
    "batches, the same epoch is more than four times as fast. With the large network, loading the same files "
    "takes less than half.",
    load_files > 0.5 * train_files and train_files > 4 * train_whole and load_files < 0.5 * train_large,
)

# %% tags=["hide_input"]
claim(
    "And memory alone is not all: handing out single samples from memory and stacking them again takes more than "
    "five times as long as taking whole batches.",
    load_singly > 5 * load_whole,
)

# %% [markdown]
# Ratios differ from machine to machine, so these are bounds. The same loader was the bottleneck with one network
# and not with the other: measure yours. If it is, in order of effort:
#
# 1. **Load once.** If the data fits into memory, read all files into one tensor and use `Batches`. Keep large
#    images as bytes and convert batch by batch: a float takes four times the room.
# 2. **Do less per sample.** Store images at the size that you need. Transform whole batches.
# 3. **Add workers.** With $w$ workers on $w$ free cores, a batch takes at best
#    $\max(t_\text{train},\; t_\text{load} / w)$. If training keeps all cores busy, there is nothing to gain.
#
# Does it fit? Number of images × pixels × channels × bytes per number:

# %% alt="Memory of four data sets on a log scale, as bytes and as floats, and a line at 16 GB. The digits take a tenth of a megabyte, MNIST and CIFAR-10 less than 1 GB even as floats. A million photos of 224 × 224 lie far to the right of the line, as bytes and as floats." tags=["hide_input"]
numbers = {
    "digits": 1797 * 8 * 8,
    "MNIST": 70_000 * 28 * 28,
    "CIFAR-10": 60_000 * 3 * 32 * 32,
    "a million\nphotos": 1_000_000 * 3 * 224 * 224,
}
fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
for offset, (kind, size, hatch) in zip((-0.2, 0.2), (("as bytes", 1, ""), ("as float32", 4, "///"))):
    values = [size * count / 1e9 for count in numbers.values()]
    ax.barh([row + offset for row in range(4)], values, height=0.38, hatch=hatch, label=kind)
ax.axvline(16, color="C2", linestyle="--")
ax.annotate("16 GB", (16, 0), xytext=(4, 0), textcoords="offset points", color="C2")
ax.set(xscale="log", xlabel="gigabytes", xlim=(5e-5, 5e3))
ax.set_yticks(range(4), list(numbers))
ax.invert_yaxis()
ax.legend(loc="upper center")
plt.show()

# %% tags=["hide_input"]
gigabytes = {name: count / 1e9 for name, count in numbers.items()}
claim(
    f"MNIST needs {1000 * gigabytes['MNIST']:.0f} MB as bytes, CIFAR-10 {1000 * gigabytes['CIFAR-10']:.0f} MB. A "
    f"million photos of 224 × 224 pixels need {gigabytes['a million' + chr(10) + 'photos']:.0f} GB.",
    gigabytes["CIFAR-10"] < 0.2,
)

# %% [markdown]
# ## When you need none of it
#
# If the data is a table, or fits into memory and needs the same preparation for all samples, you need neither a
# `Dataset` nor a `DataLoader`: a permutation and an index will do, and that is `Batches`. You need the full
# machinery when samples are files that do not fit, when each needs work of its own, or when they differ in
# shape. (For a stream there is `IterableDataset`.)

# %% tags=["hide_input"]
temporary.cleanup()  # the folder of files is gone again

# %% [markdown]
# ## Check yourself
#
# ??? question "Your loss is fine for nineteen batches and raises a shape error in the twentieth. Why?"
#     The last batch is smaller, and somewhere the batch size is written as a number. Use `len(inputs)`.
#
# ??? question "You choose the 50 most informative genes of 5,000, then split, and reach 80 %. What do you know?"
#     Nothing yet. The choice has seen the validation targets, and such a choice was far better than chance
#     where there was nothing to learn. Choose the genes within the training part, and score again.
#
# ??? question "You use `num_workers=8` and training is no faster. Name two possible reasons."
#     Loading was not the bottleneck; or there are fewer free cores, or a disk that is busy already, so eight
#     workers wait for each other.
#
# ??? question "A single new image arrives. By which mean and standard deviation do you normalise it?"
#     By those of the training set. Store them with the weights.
#
# ## Exercises
#
# 1. **Basic.** Write `count_batches(n, batch_size, drop_last)`, which returns the length of a loader over
#    `n` samples, with no loop.
#
#     ??? tip "Hint"
#         `n // batch_size` batches are full. When is there one more?
#
# 2. **Intermediate.** Write `collate_padded(samples)` for pairs of a sequence (a tensor of any length) and an
#    integer target. It returns the padded batch, a mask that is `True` at real entries, and the targets.
#
#     ??? tip "Hint"
#         `torch.arange(longest) < lengths[:, None]` is the mask, by broadcasting.
#
# 3. **Advanced.** Write `split_by_group(groups, val_share, seed)`, which returns train and validation indices
#    such that no group (a patient, a writer) is in both. Then copy each sample of the noise above five times,
#    and show that splitting by group brings the accuracy back to one half.
#
#     ??? tip "Hint"
#         Draw the groups, not the samples: permute `groups.unique()`, cut it, and use `torch.isin`.
#
# ## Summary
#
# - A `Dataset` has a length and gives sample `i`. Sort the file names, open files when they are asked for.
# - A `DataLoader` is a sampler, a data set and a collate function. Shuffle for training; give it a generator.
# - The last batch is smaller. Drop it in training if you must, never in validation.
# - Split first. Then learn means, features, encodings from the training part alone. A leaked mean did no
#   harm that we could measure; a leaked target did much.
# - Workers need the `__main__` guard, and cores to run on.
# - Time the loader alone. What fits into memory is loaded once.
#
# ## Further reading
#
# - Christophe Ambroise and Geoffrey J. McLachlan (2002). Selection bias in gene extraction on the basis of
#   microarray gene-expression data. *Proceedings of the National Academy of Sciences* 99(10), 6562–6566.
# - Shachar Kaufman, Saharon Rosset, Claudia Perlich and Ori Stitelman (2012). Leakage in data mining:
#   formulation, detection, and avoidance. *ACM Transactions on Knowledge Discovery from Data* 6(4), 15.
# - Sayash Kapoor and Arvind Narayanan (2023). Leakage and the reproducibility crisis in machine-learning-based
#   science. *Patterns* 4(9), 100804.
# - Trevor Hastie, Robert Tibshirani and Jerome Friedman (2009). *The Elements of Statistical Learning*, second
#   edition. Springer. Section 7.10.2, the wrong and the right way to cross-validate.
