# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - take a classification project from raw data to a report that you can defend, in seven steps
#   - do the same as a script of your own, and as one line in a terminal
#   - put your own images into a form that trains, and read what is wrong when they do not fit
# know_first: >-
#   [The training loop](12_training_loop.py) and [reading handwritten digits](13_mnist_mlp.py). How files are
#   read is the matter of [loading data](11_data_loading.py).
# data: >-
#   MNIST (or the smaller digits of scikit-learn, where it is not to be had), and a folder of pictures that
#   the page writes.
# ---

# %% [markdown]
# # A whole project
#
# You will be able to take a project from raw data to a report, and to start it from a terminal with images of
# your own.
#
# Every part is known from earlier pages. New is the whole, and the order. We do it three times: on the page,
# step by step; as a script; and with one command. The steps are always these seven:
#
# | step | what you do | what you have then |
# |---|---|---|
# | 1 | load the data and look at it | three parts, and a number to beat |
# | 2 | make a `Dataset` and a loader | batches |
# | 3 | build the network | a loss that is right before training |
# | 4 | train, with validation | a history |
# | 5 | draw the curves | a reason to stop |
# | 6 | keep the best weights | a checkpoint file |
# | 7 | test once | accuracy, confusion matrix, report |
#
# ## 1. Data, and a number to beat
#
# The parts are a [training set](../glossary.md#training-set), a
# [validation set](../glossary.md#validation-set) and a [test set](../glossary.md#test-set). The network
# learns from the first. You choose with the second. The third waits for step 7.

# %%
import torch

from nnfund.data import load_mnist

mnist = load_mnist()
print(mnist)
targets = mnist.train.targets
frequent = targets.bincount().argmax()
baseline = (mnist.val.targets == frequent).float().mean().item()
print(f"always answering {frequent}: {baseline:.3f} right")

# %% alt="Sixteen handwritten digits in two rows, each under its label. The strokes differ in slant, width and shape." tags=["hide_input"]
import matplotlib.pyplot as plt

from nnfund.plotting import plot_images

look = {"mean": mnist.mean, "std": mnist.std, "columns": 8}
plot_images(mnist.train.inputs[:16], targets=targets[:16], **look)
plt.show()

# %% [markdown]
# ## 2. A data set and its loader
#
# A `Dataset` answers two questions: how many [samples](../glossary.md#sample) there are, and what the sample
# with a given index is. A `DataLoader` asks them and makes [batches](../glossary.md#batch).

# %%
from torch.utils.data import DataLoader, Dataset

from nnfund.data import Batches


class Digits(Dataset):
    def __init__(self, part):
        self.images, self.labels = part

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]


val_loader = DataLoader(Digits(mnist.val), batch_size=100)
inputs, labels = next(iter(val_loader))
print(tuple(inputs.shape), tuple(labels.shape))

# %% tags=["hide_input"]
from nnfund import claim

ours = list(Batches(*mnist.val, batch_size=100))
claim(
    f"[`Batches`][nnfund.data.Batches] makes the same {len(ours)} batches of the validation set, without work "
    "per sample. It is made for data that fits into memory, so we train with it.",
    all(torch.equal(a, c) and torch.equal(b, d) for (a, b), (c, d) in zip(ours, val_loader, strict=True)),
)

# %%
train_loader = Batches(*mnist.train, batch_size=128, shuffle=True, seed=0)

# %% [markdown]
# ## 3. The network
#
# A [multilayer perceptron](../glossary.md#multilayer-perceptron) with two
# [hidden layers](../glossary.md#hidden-layer). It ends in [logits](../glossary.md#logits), because the
# [cross-entropy](../glossary.md#cross-entropy) of PyTorch takes them.
#
# **Predict.** The untrained network cannot tell ten classes apart. What is its loss?

# %%
import math

from torch import nn

from nnfund.models import MLP, count_parameters
from nnfund.training import accuracy, evaluate

torch.manual_seed(0)
sizes = [inputs[0].numel(), 256, 128, 10]
model = MLP(sizes)
loss_fn = nn.CrossEntropyLoss()
metrics = {"accuracy": accuracy}
before = evaluate(model, val_loader, loss_fn=loss_fn, metrics=metrics)
print(f"{count_parameters(model):,} parameters")
print(f"loss {before['loss']:.3f}, ln 10 = {math.log(10):.3f}")

# %% tags=["hide_input"]
claim(
    "The loss is close to $\\ln 10$, as it should be. A far larger one would say that something is wrong with "
    "inputs, targets or the last layer, before an hour is spent on training.",
    abs(before["loss"] - math.log(10)) < 0.15,
)

# %% [markdown]
# ## 4. Training with validation
#
# [`fit`][nnfund.training.fit] is the loop of the earlier pages. After each
# [epoch](../glossary.md#epoch) it measures loss and [accuracy](../glossary.md#accuracy) on the validation
# set. [`EarlyStopping`][nnfund.training.EarlyStopping] watches the validation loss. It writes the weights to
# a file whenever the loss is the lowest so far, and ends the run after three epochs without a new low.

# %%
import tempfile
from pathlib import Path

from nnfund.training import EarlyStopping, fit

temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)
keep_best = EarlyStopping(patience=3, path=folder / "best.pt")
history = fit(
    model,
    train_loader,
    loss_fn=loss_fn,
    optimizer=torch.optim.Adam(model.parameters(), lr=1e-3),
    epochs=12,
    val_loader=val_loader,
    metrics=metrics,
    callbacks=[keep_best],
)
print(history)

# %% [markdown]
# ## 5. The curves
#
# **Predict.** Which loss will end lower, that on the training set or that on the validation set? Why?

# %% alt="Two panels against the epoch. Left, the training loss falls to the end, while the validation loss falls steeply at first and then flattens above it. Right, the validation accuracy rises and flattens." tags=["hide_input"]
from nnfund.plotting import plot_history

curves = plot_history(history)
plt.show()

# %% tags=["hide_input"]
best, last = keep_best.best_epoch, len(history)
gap = history.val_loss[-1] - history.train_loss[-1]
ended = (
    f"Its lowest value was in epoch {best}, and the run ended after epoch {last}."
    if best < last
    else f"It was still falling in epoch {last}, the last one that we allowed: more epochs may help here."
)
claim(
    "The training loss ends lower, because the network can learn the training images by heart. The validation "
    f"loss cannot follow all the way: it ends {gap:.3f} above. {ended}",
    gap > 0 and history.train_loss[-1] < history.train_loss[0] / 2,
)

# %% [markdown]
# While both losses fall, a growing distance is common. If the validation loss turns upwards and the training
# loss goes on falling, that is [overfitting](../glossary.md#overfitting). It is why the last weights are not
# always the best ones.
#
# ## 6. The best weights
#
# The file holds a state dict: tensors by name, and no code. To use it, build the same network and fill it.
# `weights_only=True` refuses a file that tries to run anything.

# %%
state = torch.load(folder / "best.pt", weights_only=True)
best_model = MLP(sizes)
best_model.load_state_dict(state)
again = evaluate(best_model, val_loader, loss_fn=loss_fn)["loss"]
print(f"validation loss from the file: {again:.4f}")
print(f"lowest of the history:         {min(history.val_loss):.4f}")

# %% tags=["hide_input"]
claim(
    f"The file gives back the network of epoch {keep_best.best_epoch}, the best one, whatever came after it.",
    abs(again - min(history.val_loss)) < 1e-4,
)

# %% [markdown]
# ## 7. One test, and a report
#
# All choices are made. Now, once, the test set. The [confusion matrix](../glossary.md#confusion-matrix)
# counts how often each true class (row) was taken for each other (column).

# %%
from nnfund.training import confusion_matrix

best_model.eval()
with torch.no_grad():
    logits = best_model(mnist.test.inputs)
truth = mnist.test.targets
score = accuracy(logits, truth)
error = math.sqrt(score * (1 - score) / len(truth))
matrix = confusion_matrix(logits, truth, 10)
print(f"test accuracy {score:.4f} ± {error:.4f}, {len(truth):,} images")

# %% alt="The confusion matrix of the test digits: nearly all counts lie on the diagonal. The few mistakes gather in pairs of digits that are written alike." tags=["hide_input"]
from nnfund.plotting import plot_confusion_matrix

confusion = plot_confusion_matrix(matrix, class_names=mnist.classes)
plt.show()

# %% tags=["hide_input"]
off = matrix - torch.diag(matrix.diag())
row, column = divmod(off.argmax().item(), 10)
claim(
    f"The most frequent mistake is to read {row} as {column}, {off.max()} times. After the ± stands the "
    f"[standard error](../glossary.md#standard-error): another {len(truth):,} images from the same source "
    "would give another number, about that far away.",
    score > 0.9 and score > baseline + 10 * error,
)

# %% [markdown]
# A report says what was done, what came out, and how sure that is. Write it by program: then no number in it
# is copied wrongly, and it can be made again.

# %%
curves.savefig(folder / "curves.png")
confusion.savefig(folder / "confusion.png")
report = f"""# Digits: {mnist.name}

Network {sizes}, Adam, lr 0.001, batches of 128, seed 0.
Best weights: epoch {keep_best.best_epoch} of {len(history)}.

| measured on {len(truth):,} test images | value |
|---|---:|
| accuracy | {score:.4f} ± {error:.4f} |
| always answering {frequent} | {baseline:.4f} |

Figures: ![Loss and accuracy by epoch](curves.png)
and ![Confusion matrix](confusion.png)
"""
(folder / "report.md").write_text(report, encoding="utf-8")
print(sorted(path.name for path in folder.iterdir()))

# %% [markdown]
# ??? question "The row of the baseline has a flaw. Do you see it?"
#     It was measured on the validation set, the accuracy on the test set. The two differ little here, but a
#     table should compare like with like. `(truth == frequent)` mends it.
#
# ## Your own images
#
# Now with pictures from your disk: one sub-folder per [class](../glossary.md#class), and its name is the name
# of the class. The page draws such a folder: three kinds of road signs, light on dark, at any place and a
# little turned. The files differ in size, as yours will.

# %%
import random

from PIL import Image, ImageDraw

chance = random.Random(0)
corners = {"give-way": 3, "priority": 4, "stop": 8}


def colour(low, high):
    return tuple(chance.randrange(low, high) for _ in range(3))


for name, sides in corners.items():
    (folder / "signs" / name).mkdir(parents=True)
    for number in range(80):
        width = 40 + 8 * (number % 4)
        picture = Image.new("RGB", (width, 48), colour(0, 100))
        x, y = chance.randrange(16, width - 15), chance.randrange(16, 33)
        place = (x, y, chance.randrange(9, 16))  # centre and radius
        turn = chance.randrange(-15, 16) + 45 * (sides == 4)  # degrees
        pencil = ImageDraw.Draw(picture)
        pencil.regular_polygon(place, sides, turn, fill=colour(150, 256))
        picture.save(folder / "signs" / name / f"{number:02}.png")
for path in sorted((folder / "signs").iterdir()):
    print(f"signs/{path.name}: {len(list(path.iterdir()))} files")

# %% [markdown]
# [`load_image_folder`][nnfund.data.load_image_folder] reads them. Images of one [batch](../glossary.md#batch)
# must have one shape, so each is cut to its central square and scaled. What lies outside of the square is
# lost: look at what is left before you train on it.

# %% alt="Twelve pictures in two rows: triangles, squares on a corner and octagons in light colours on dark ones, at different places, a little turned, each under its class. All pictures are squares of the same size now." tags=["hide_input"]
from nnfund.data import load_image_folder

signs = load_image_folder(folder / "signs")
print(signs.name.replace(", ", ",\n  "))
print(*(f"{part} {len(getattr(signs, part).inputs)}" for part in ("train", "val", "test")), sep=", ")
some = torch.arange(0, len(signs.train.inputs), len(signs.train.inputs) // 11)[:12]
plot_images(signs.train.inputs[some], targets=signs.train.targets[some], class_names=signs.classes, columns=6)
plt.show()

# %% [markdown]
# ## The project as a script
#
# A page is good for looking, a script for running again. This page is one itself:
# `python tutorials_src/23_project.py`. And here is a script for any folder, all seven steps in it. The network
# is a small convolutional one ([`SmallCNN`][nnfund.models.SmallCNN]), which suits images better.

# %%
script = """\
import sys
import torch
from torch import nn
from nnfund.data import Batches, Normalize, load_image_folder
from nnfund.models import SmallCNN
from nnfund.training import (EarlyStopping, accuracy, confusion_matrix,
                             fit, triangular)

folder, epochs = sys.argv[1], int(sys.argv[2])
data = load_image_folder(folder)                                # 1
normal = Normalize(data.mean, data.std)
train_loader = Batches(*data.train, batch_size=16, shuffle=True,
                       seed=0, transform=normal)                # 2
val_loader = Batches(*data.val, batch_size=256, transform=normal)
torch.manual_seed(0)
model = SmallCNN(data.train.inputs.shape[1], len(data.classes))  # 3
optimizer = torch.optim.SGD(model.parameters(), lr=0.02,
                            momentum=0.9, nesterov=True)
history = fit(                                                  # 4
    model, train_loader, loss_fn=nn.CrossEntropyLoss(),
    optimizer=optimizer, epochs=epochs, val_loader=val_loader,
    scheduler=triangular(optimizer, epochs * len(train_loader)),
    callbacks=[EarlyStopping(None, path="script.pt")])          # 6
print("validation loss", [round(x, 2) for x in history.val_loss])  # 5
model.eval()
with torch.no_grad():
    logits = model(normal(data.test.inputs))                    # 7
print("test accuracy", round(accuracy(logits, data.test.targets), 4))
print(data.classes)
print(confusion_matrix(logits, data.test.targets, len(data.classes)))
"""
_ = (folder / "project.py").write_text(script, encoding="utf-8")

# %% [markdown]
# We run it as you would, in the folder where it lies:

# %%
import subprocess
import sys
import textwrap


def show(text):
    """Print with long lines broken to the width of the page."""
    narrow = {
        "width": 77,
        "subsequent_indent": "    ",
        "break_on_hyphens": False,
    }
    for line in text.splitlines():
        print(textwrap.fill(line, **narrow))


def run(*arguments):
    """Run Python in the folder; return what it printed."""
    command = [sys.executable, *arguments]
    options = {"capture_output": True, "text": True, "encoding": "utf-8"}
    done = subprocess.run(command, cwd=folder, **options)
    return done.stdout if done.returncode == 0 else done.stderr


by_script = run("project.py", "signs", "8")
print(by_script)

# %% [markdown]
# ## The project as one command
#
# `nnfund train` does the same, and writes curves, confusion matrix and report. In a terminal you type
# `nnfund train --data signs --epochs 8`, or `python -m nnfund train …`. We name the device, too: with a GPU
# the last digits would be others.

# %%
command = "nnfund train --data signs --epochs 8 --device cpu --out run"
by_command = run("-m", *command.split())
show(by_command)
show(", ".join(sorted(path.name for path in (folder / "run").iterdir())))

# %% tags=["hide_input"]
import re

pattern = r"test accuracy ([\d.]+)"
scores = [float(re.search(pattern, text)[1]) for text in (by_script, by_command)]
tested = len(signs.test.inputs)
spread = math.sqrt(scores[1] * (1 - scores[1]) / tested)
doubt = (
    f"Does it never err? The formula of the standard error gives 0 here, which only shows its limits. When none "
    f"of $n$ is wrong, a rate of mistakes up to about $3/n$ is still believable: {100 * 3 / tested:.0f} %."
    if scores[1] == 1
    else f"With so few images the standard error is {spread:.3f}: do not make much of the last digits."
)
claim(
    f"Script and command agree: {scores[0]:.3f} and {scores[1]:.3f} of {tested} test images, where guessing "
    f"would give about {1 / 3:.2f}. They share recipe and [seed](../glossary.md#seed). " + doubt,
    abs(scores[0] - scores[1]) < 0.1 and min(scores) > 0.5,
)

# %% [markdown]
# What the command wrote in `report.md`, without its settings:

# %%
lines = (folder / "run" / "report.md").read_text("utf-8").splitlines()
start = next(i for i, line in enumerate(lines) if line.startswith("Scores"))
stop = lines.index("## The weights")
show("\n".join(line for line in lines[start:stop] if line))

# %% [markdown]
# `best.pt` holds the best weights. `checkpoint.ckpt` holds the whole run: stop it with
# ++ctrl+c++ and go on with `nnfund train --resume --out run`. `nnfund list` shows other data sets and models.
#
# ## When the folder does not fit
#
# Folders from the wild have faults. A program that trains on them anyway teaches you nothing, so each fault
# gets a message that says where it is and what would do.
#
# **Predict.** A wrong name, a class without images, a class with three, one class alone, a damaged file, images
# of different sizes: which of these could a program repair by itself, and which should it?

# %%
import os
import shutil

here = os.getcwd()
os.chdir(folder)  # so that the messages show short paths


def attempt(name, spoil):
    shutil.copytree("signs", name)
    spoil(Path(name))
    try:
        load_image_folder(name)
    except (ValueError, RuntimeError) as problem:
        show(f"- {problem}".replace(os.sep, "/"))


def keep_three(path):
    for picture in sorted((path / "stop").iterdir())[3:]:
        picture.unlink()


def keep_one_class(path):
    shutil.rmtree(path / "stop")
    shutil.rmtree(path / "priority")


def cut_a_file(path):
    picture = path / "stop" / "07.png"
    picture.write_bytes(picture.read_bytes()[:60])


try:
    load_image_folder("sings")
except ValueError as problem:
    show(f"- {problem}")
attempt("empty_class", lambda path: (path / "cross").mkdir())
attempt("few", keep_three)
attempt("one", keep_one_class)
attempt("damaged", cut_a_file)
show(run("-m", *["nnfund", "train", "--data", "signs/stop"]))

# %% tags=["hide_input"]
os.chdir(here)  # leave the folder before it is removed
temporary.cleanup()

# %% [markdown]
# The last line is the same check from the terminal. Only different sizes are repaired, because nearly all
# folders have them, and the name of the data says what was done. A damaged file could be left out, too. It is
# not: you might have a thousand of them and never know.
#
# Two faults no loader can see. **Copies:** the same picture under two names may fall into the training and
# the test set, and the test is then too easy (a [leak](../glossary.md#leak)). **Short cuts:** if all cats
# were photographed indoors, the network may learn rooms.
#
# ## Check yourself
#
# ??? question "Why does the best epoch go by validation loss here, and not by accuracy?"
#     With few validation images, the accuracy takes few values, and many epochs tie. The loss also sees how
#     sure the network was. With much data, either will do.
#
# ??? question "Your test accuracy disappoints. You change the learning rate and test again. What is lost?"
#     The test set has taken part in a choice, so its number is no longer about new data. Go back to the
#     validation set, and say in the report what you did.
#
# ??? question "You have 40 images in all. What should the report say above all?"
#     How few were tested. Six test images, all right, have a standard error of 0 by the formula, which only
#     shows that the formula does not hold for so few.
#
# ## Exercises
#
# 1. **Basic.** Write `most_confused(matrix, classes)`: the pair `(true, predicted)` of class names with the
#    most mistakes.
#
#     ??? tip "Hint"
#         Set the diagonal to 0 in a copy, then `argmax` and `divmod`.
#
# 2. **Intermediate.** Write `copies(folder)`: a list of groups of paths (sorted) of files with equal bytes,
#    of two files or more.
#
#     ??? tip "Hint"
#         A dictionary from `hashlib.sha256(path.read_bytes()).hexdigest()` to a list of paths.
#
# 3. **Advanced.** Write `split_groups(groups, fractions, seed)`: given the group of each image (the person,
#    the patient), return a list of index tensors, one per fraction, so that no group is in two parts.
#
#     ??? tip "Hint"
#         Shuffle the groups, not the images, and deal whole groups out until a part is full.
#
# ## Summary
#
# - Seven steps: data and a number to beat, loader, network, training with validation, curves, best weights,
#   one test with a report.
# - The best weights are those of the best validation epoch. Load them into a fresh network to know that the
#   file works.
# - A test accuracy comes with the number of images and its standard error.
# - `nnfund train --data path/to/folder` does all of it for a folder with one sub-folder per class.
#
# ## Further reading
#
# - Andrej Karpathy (2019). *A Recipe for Training Neural Networks*. Essay. The order of steps, by somebody
#   who has gone wrong in all of them.
# - Margaret Mitchell and others (2019). Model cards for model reporting. *Proceedings of the Conference on
#   Fairness, Accountability, and Transparency (FAT\*)*, 220–229. What else a report owes its readers.
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville (2016). *Deep Learning*. MIT Press. Chapter 11, on
#   practical method.
