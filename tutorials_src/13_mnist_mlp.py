# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - train a network that reads handwritten digits, and defend the number that you report for it
#   - find out what it gets wrong, how sure it was, and what its first layer looks at
#   - say where the time of a training loop goes, and make the loop more than twice as fast
# know_first: >-
#   [Your first network](01_first_network.py): layers, loss, optimizer and the training loop.
# data: >-
#   MNIST, 70,000 handwritten digits of 28 × 28 pixels. Where it is not to be had, the smaller digits of
#   scikit-learn stand in, and the page says so.
# ---

# %% [markdown]
# # Reading handwritten digits
#
# You will be able to train a network that reads handwritten digits, and say how good it is, what it gets
# wrong, and how far you may trust both answers.
#
# You have trained a network on points in the plane. An image is a point, too, with one coordinate per pixel.
# What is new is the size of the task, and the care that a number deserves before you tell it to somebody.
#
# ## The data, in three parts
#
# MNIST is a collection of digits that people wrote by hand. Each image has a label from 0 to 9, its
# [target](../glossary.md#target). [`load_mnist`][nnfund.data.load_mnist] gives it to you as whole
# [tensors](../glossary.md#tensor), already divided into three parts:
#
# - The [training set](../glossary.md#training-set) is what the network learns from.
# - The [validation set](../glossary.md#validation-set) is what *you* learn from: you look at it as often as
#   you like, to choose a learning rate, a size, a moment to stop.
# - The [test set](../glossary.md#test-set) is for one number at the very end. Every choice that is made by
#   looking at a set fits it a little better than new data, so the test set is kept out of all choices.

# %%
import torch

from nnfund.data import load_mnist

mnist = load_mnist(normalize=False)
print(mnist.name)
for name in ("train", "val", "test"):
    part = getattr(mnist, name)
    shapes = tuple(part.inputs.shape), tuple(part.targets.shape)
    print(f"{name:5}  inputs {shapes[0]}, targets {shapes[1]}")
image = mnist.train.inputs[0]
print(f"pixels from {image.min():.1f} (black) to {image.max():.1f} (white)")

# %% [markdown]
# The four axes of `inputs` are: images, channels, rows, columns. A grey image has one channel, a colour image
# would have three.
#
# ## Look first
#
# Before you train on data, look at it. Here are the first 24 training images, with their labels.

# %% alt="24 handwritten digits, white on black, each under its label. Slant, width and shape of the strokes differ from image to image, and a few digits are hard to read."
import matplotlib.pyplot as plt

from nnfund.plotting import plot_images

images, labels = mnist.train.inputs[:24], mnist.train.targets[:24]
plot_images(images, targets=labels, columns=8)
plt.show()

# %% [markdown]
# Then count. If one [class](../glossary.md#class) made up 90 % of the data, a network could be right in 90 % of
# the cases and know nothing.

# %%
counts = torch.bincount(mnist.train.targets)
print("training images of 0 to 4:", counts[:5].tolist())
print("training images of 5 to 9:", counts[5:].tolist())

# %% tags=["hide_input"]
from nnfund import claim

most_frequent = counts.argmax()
baseline = (mnist.val.targets == most_frequent).float().mean().item()
claim(
    f"The classes are about equally frequent. Whoever always answers {most_frequent} is right on "
    f"{100 * baseline:.1f} % of the validation images: that is the number to beat.",
    baseline < 0.15 and counts.min() > 0.7 * counts.max(),
)

# %% [markdown]
# ## Normalise, with numbers from the training set
#
# Networks learn faster when their inputs are centred and of size about one. So we subtract the mean of all
# pixels and divide by their standard deviation, which says how far pixels typically lie from the mean. This
# is [normalisation](../glossary.md#normalisation).
#
# Mean and standard deviation of which images? Of the training set alone. A digit that somebody writes tomorrow
# cannot help to compute them, and the validation and test sets stand for that digit. All three parts are then
# treated with the same two numbers.

# %%
from nnfund.data import Part

mean = mnist.train.inputs.mean()
std = mnist.train.inputs.std(correction=0)
print(f"training pixels: mean {mean:.4f}, standard deviation {std:.4f}")


def normalize(part):
    return Part((part.inputs - mean) / std, part.targets)


train, val, test = map(normalize, (mnist.train, mnist.val, mnist.test))

# %% tags=["hide_input"]
val_mean, val_std = val.inputs.mean().item(), val.inputs.std(correction=0).item()
claim(
    f"The training pixels now have mean 0 and standard deviation 1. The validation pixels have mean "
    f"{val_mean:.4f} and standard deviation {val_std:.4f}: close, not exact, and that is as it should be.",
    abs(train.inputs.mean()) < 1e-3
    and abs(train.inputs.std(correction=0) - 1) < 1e-3
    and abs(val_mean) < 0.05
    and abs(val_std - 1) < 0.05
    and (mnist.mean - mean).abs().max() < 1e-4
    and (mnist.std - std).abs().max() < 1e-4,
)

# %% [markdown]
# `load_mnist()` without `normalize=False` does the same for you.
#
# ## From an image to ten scores
#
# A fully connected layer wants one row of numbers per [sample](../glossary.md#sample). `flatten(1)` lays the
# rows of pixels of each image end to end. The 1 says where to start: axis 0, the images, stays as it is.

# %%
images = train.inputs[:4]
pixels = image.numel()
print(tuple(images.shape), "->", tuple(images.flatten(1).shape))

# %% [markdown]
# Our network is a [multilayer perceptron](../glossary.md#multilayer-perceptron), MLP for short: fully
# connected layers with [ReLU](../glossary.md#relu) between them. Two [hidden
# layers](../glossary.md#hidden-layer) have 512 and 128 [neurons](../glossary.md#neuron). The last layer has
# ten, one per digit. Their outputs are the [logits](../glossary.md#logits): ten scores, any real numbers. The
# largest one is the network's answer.
#
# **Predict.** In which of the three layers do most of the parameters lie?

# %%
from torch import nn

from nnfund.models import MLP, summary

torch.manual_seed(0)
model = nn.Sequential(
    nn.Flatten(),  # (N, 1, rows, columns) -> (N, pixels)
    nn.Linear(pixels, 512),
    nn.ReLU(),
    nn.Linear(512, 128),
    nn.ReLU(),
    nn.Linear(128, 10),  # the logits: no activation after them
)
print(summary(model, (1, *image.shape)))

# %% tags=["hide_input"]
from nnfund.models import count_parameters

torch.manual_seed(0)
mlp = MLP([pixels, 512, 128, 10])
layers = [layer for layer in model if isinstance(layer, nn.Linear)]
largest = max(range(3), key=lambda i: count_parameters(layers[i]))
share = count_parameters(layers[largest]) / count_parameters(model)
with torch.no_grad():
    same = torch.equal(mlp(images), model(images))
claim(
    f"{100 * share:.0f} % of the parameters lie in the {['first', 'second', 'third'][largest]} layer. "
    f"`MLP([{pixels}, 512, 128, 10])` makes the same network: with the same seed, it gives the same logits.",
    same and share > 0.5,
)

# %% [markdown]
# A layer with n inputs and m outputs has n · m weights and m biases, so the width of a layer counts twice:
# once as outputs, once as inputs of the next. From here on we use [`MLP`][nnfund.models.MLP].
#
# ## The loss, and a first check
#
# The [loss](../glossary.md#loss) for choosing among classes is
# [cross-entropy](../glossary.md#cross-entropy). It reads the logits $z_0, \dots, z_9$ as probabilities, by
# [softmax](../glossary.md#softmax), and takes minus the logarithm of the one that belongs to the right class
# $y$:
#
# $$p_k = \frac{e^{z_k}}{e^{z_0} + \dots + e^{z_9}}, \qquad \text{loss} = -\ln p_y.$$
#
# `nn.CrossEntropyLoss` does both steps in one and wants logits. With a softmax layer at the end of
# the network, softmax would be applied twice.
#
# The untrained network knows nothing, so it should give each class about the same probability, $1/10$.
#
# **Predict.** What should its loss be? We compute it on the validation set, with the
# [accuracy](../glossary.md#accuracy), the share of right answers.

# %%
import math

from nnfund.data import Batches
from nnfund.training import accuracy, evaluate

loss_fn = nn.CrossEntropyLoss()
val_loader = Batches(*val, batch_size=1000)
metrics = {"accuracy": accuracy}
untrained = evaluate(model, val_loader, loss_fn=loss_fn, metrics=metrics)
print(f"validation loss {untrained['loss']:.3f}, ln 10 = {math.log(10):.3f}")
print(f"validation accuracy {untrained['accuracy']:.3f}")

# %% tags=["hide_input"]
claim(
    f"The loss before training is {untrained['loss']:.2f}, close to "
    f"$-\\ln(1/10) = \\ln 10 = {math.log(10):.2f}$.",
    abs(untrained["loss"] - math.log(10)) < 0.1,
)

# %% [markdown]
# This check costs next to nothing and finds real mistakes: a loss far above $\ln 10$ before training means that the
# network is sure of something it cannot know, perhaps because its inputs are far too large: pixels from 0 to
# 255, say, that nobody scaled.
#
# ## The recipe
#
# We do not show all images to the network at once. A [batch](../glossary.md#batch) of 256 gives a
# [gradient](../glossary.md#gradient) that is good enough for a step, and then the next batch takes its turn.
# One pass over the training set is an [epoch](../glossary.md#epoch). We make six.
#
# The [optimizer](../glossary.md#optimizer) is [SGD](../glossary.md#sgd) with
# [momentum](../glossary.md#momentum): the step is the learning rate times a decaying sum of past gradients, in
# which directions that agree add up. With `nesterov=True` it looks ahead: the step is the sum as it would be one step later, if the
# same gradient came once more.
#
# The [learning rate](../glossary.md#learning-rate) changes from step to step. It rises to 0.1 over the first
# fifth, because large steps from random weights may do harm. Then it falls to nearly 0, because a batch's
# gradient is noisy, and small steps at the end average the noise out. Such a plan is a [learning-rate
# schedule](../glossary.md#learning-rate-schedule); this one is a triangle.

# %% alt="The learning rate against the step: a straight line up to 0.1 over the first fifth of the steps, then a straight line down to almost 0." tags=["hide_input"]
from nnfund.plotting import plot_curves
from nnfund.training import triangular

epochs, batch_size = 6, 256
train_loader = Batches(*train, batch_size=batch_size, shuffle=True)
steps = epochs * len(train_loader)

optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
schedule = triangular(optimizer, steps)
rates = []
for _ in range(steps):
    rates.append(schedule.get_last_lr()[0])
    optimizer.step()
    schedule.step()
plot_curves({"lr": torch.tensor(rates)}, ylabel="learning rate").axes[0].get_legend().remove()
plt.gcf().set_size_inches(6, 2.4)
plt.show()

# %% tags=["hide_input"]
last_batch = len(train.inputs) - (len(train_loader) - 1) * batch_size
claim(
    f"The {len(train.inputs):,} training images make {len(train_loader)} batches: {len(train_loader) - 1} of "
    f"{batch_size} and a last one of {last_batch}. Six epochs are {steps:,} steps.",
    0 < last_batch <= batch_size and steps == 6 * len(train_loader),
)

# %% [markdown]
# [`fit`][nnfund.training.fit] runs the [training loop](../glossary.md#training-loop) that you wrote on the
# first page. It takes the parts as arguments, and steps the schedule,
# [`triangular`][nnfund.training.triangular], after each batch. After every epoch it evaluates the network on
# the validation set.
#
# One run could be a lucky one. So we train three networks that differ in their
# [seed](../glossary.md#seed), that is in the random start and the order of the batches. We also decide
# now, before we have seen any result, that the network of seed 0 goes to the test.

# %%
from nnfund.training import fit


def train_network(seed):
    torch.manual_seed(seed)
    model = MLP([pixels, 512, 128, 10])
    train_loader = Batches(*train, batch_size=256, shuffle=True, seed=seed)
    options = {"lr": 0.1, "momentum": 0.9, "nesterov": True}
    optimizer = torch.optim.SGD(model.parameters(), **options)
    history = fit(
        model,
        train_loader,
        loss_fn=loss_fn,
        optimizer=optimizer,
        epochs=6,
        val_loader=val_loader,
        metrics=metrics,
        scheduler=triangular(optimizer, 6 * len(train_loader)),
    )
    return model, history


runs = [train_network(seed) for seed in range(3)]
model, history = runs[0]
print(history)

# %% [markdown]
# Each line is an epoch of seed 0, and `lr` is the learning rate of its first step. All three runs together, as
# a line for the mean and a band from the lowest to the highest:

# %% alt="Two panels against the epoch. Left, the loss: both curves fall steeply at first and then flatten; the training curve starts above the validation curve and ends below it. Right, the validation accuracy rises steeply and then flattens. The bands of three seeds are narrow at the end."
from nnfund.plotting import plot_history

plot_history([history for _, history in runs])
plt.show()

# %% [markdown]
# Two things in the left panel surprise many people.
#
# **In the first epoch, the validation loss is below the training loss.** The training loss is an average over
# the epoch, and at its start the network still guessed. The validation loss is measured at the end of the
# epoch.

# %% tags=["hide_input"]
accuracies = torch.tensor([history["val_accuracy"][-1] for _, history in runs])
gaps = [history.val_loss[-1] - history.train_loss[-1] for _, history in runs]
claim(
    f"**At the end, the training loss is below the validation loss**, in all three runs, by "
    f"{min(gaps):.3f} to {max(gaps):.3f}. The network knows its own training images better than new ones.",
    min(gaps) > 0 and all(history.val_loss[0] < history.train_loss[0] for _, history in runs),
)

# %% [markdown]
# That is the beginning of [overfitting](../glossary.md#overfitting). A gap is no reason to worry in itself.
# It would be if the validation loss rose while the training loss kept falling.

# %% tags=["hide_input"]
claim(
    f"Over three seeds, the validation accuracy is {100 * accuracies.mean():.2f} % (from "
    f"{100 * accuracies.min():.2f} to {100 * accuracies.max():.2f} %), where always giving the same "
    f"answer had {100 * baseline:.1f} %.",
    accuracies.min() >= (0.85 if mnist.is_stand_in else 0.98),
)

# %% [markdown]
# ## The test, once
#
# All choices are made: the sizes, the recipe, the number of epochs, the network. Now, and only now, the
# test images go through the network, in one [forward pass](../glossary.md#forward-pass). Everything about
# its mistakes is computed from these logits. `model.eval()` switches to [evaluation
# mode](../glossary.md#evaluation-mode), which makes no difference to this network, but does to others.

# %%
model.eval()
with torch.no_grad():
    logits = model(test.inputs)  # (N, 10)

predictions = logits.argmax(dim=1)
right = predictions == test.targets
print(f"{right.sum():,} of {len(right):,} right")
print(f"test accuracy {accuracy(logits, test.targets):.4f}")

# %% [markdown]
# How sure may you be of such a number? The test images are a sample, too; another sample would give another
# number. If each image is right with probability $p$, then the share of right ones among $n$ varies with a
# [standard error](../glossary.md#standard-error) of $\sqrt{p (1 - p) / n}$. In about
# 95 of 100 samples, the share lies within two standard errors of $p$.

# %% tags=["hide_input"]
test_accuracy = accuracy(logits, test.targets)
error = math.sqrt(test_accuracy * (1 - test_accuracy) / len(right))
claim(
    f"The test accuracy on {mnist.name.split(',')[0]} is {100 * test_accuracy:.1f} ± {200 * error:.1f} % "
    f"(two standard errors), with {(~right).sum()} mistakes on {len(right):,} images.",
    test_accuracy >= (0.85 if mnist.is_stand_in else 0.98),
)

# %% [markdown]
# So a network that is better by a tenth of a per cent on such a test is not yet known to be better.
#
# A second doubt no formula covers. Nearly everyone who tries a recipe on MNIST, the authors of this page
# included, has seen test results of earlier ones. No choice on this page was made with the test set, but the
# recipe did not fall from the sky. Yadav and Bottou (2019, below) measured what such repeated use costs: less
# than one would fear.
#
# ## Which digits it confuses
#
# A single number hides where the mistakes are. The [confusion matrix](../glossary.md#confusion-matrix) shows
# it: a row for each true digit, a column for each answer. What is right lies on the diagonal.
#
# **Predict.** Which two digits will be taken for each other most often?

# %% alt="Confusion matrix of the ten digits. Nearly all counts lie on the diagonal, which is blue. The mistakes, in orange, are small numbers scattered over the other cells, and many cells are empty."
from nnfund.plotting import plot_confusion_matrix
from nnfund.training import confusion_matrix

matrix = confusion_matrix(logits, test.targets)
plot_confusion_matrix(matrix)
plt.show()

# %% tags=["hide_input"]
mistakes_only = matrix - torch.diag(matrix.diagonal())
pairs = (mistakes_only + mistakes_only.T).triu()  # either direction
first, second = divmod(pairs.argmax().item(), 10)
claim(
    f"The pair that is mixed up most is {first} and {second}. Images of {first} that were read as {second}: "
    f"{mistakes_only[first, second]}. Images of {second} that were read as {first}: "
    f"{mistakes_only[second, first]}.",
    pairs[first, second] == pairs.max() and pairs.max() > 0,
)

# %% [markdown]
# ## Results per digit
#
# Two questions about a digit sound alike and are not. Of the images that *are* a 5, how many were found? That
# is the [recall](../glossary.md#recall), a row of the matrix. Of the images that were *called* 5, how many
# are one? That is the [precision](../glossary.md#precision), a column. F1 is their harmonic mean
# $2 p r / (p + r)$, which is high only if both are. `precision_recall_f1(logits, test.targets)` gives all three:

# %% tags=["hide_input"]
from nnfund.training import precision_recall_f1

scores = precision_recall_f1(logits, test.targets)
print("digit  precision  recall     F1  images")
for digit, images_of_digit in enumerate(matrix.sum(dim=1).tolist()):
    precision, recall, f1 = (score[digit].item() for score in scores)
    row = f"{digit:5}  {precision:9.3f}  {recall:6.3f}  {f1:5.3f}"
    print(f"{row}  {images_of_digit:6,}")

# %% tags=["hide_input"]
worst = scores.recall.argmin().item()
recall, n = scores.recall[worst].item(), matrix[worst].sum().item()
recall_error = math.sqrt(recall * (1 - recall) / n)
claim(
    f"The lowest recall is that of {worst}: {100 * recall:.1f} ± {200 * recall_error:.1f} %, from {n:,} "
    f"images. The uncertainty is larger than for the whole test, because there are fewer images.",
    recall_error > error and recall > (0.5 if mnist.is_stand_in else 0.95),
)

# %% [markdown]
# Keep that in mind when you read the table: many of its differences are within what luck can do.
#
# ## The most confident mistakes
#
# Softmax turns the logits into ten probabilities. The largest is called the network's confidence. We sort the
# mistakes by it. In the upper half are the four that were made with the most confidence, in the lower half
# the four with the least. Below each image stands what the network thought: its answer in blue, the right one
# striped in orange.
#
# **Predict.** Will the four most confident mistakes be images that a person finds hard, too?

# %%
probabilities = logits.softmax(dim=1)  # (N, 10), each row sums to 1
confidence = probabilities.amax(dim=1)
wrong = torch.where(~right)[0]
by_confidence = wrong[confidence[wrong].argsort(descending=True)]

# %% alt="Eight test images that were read wrongly, each above a bar chart of ten probabilities. In the upper four, one blue bar, the wrong answer, towers over all others, and the orange one, the right answer, is too low to be seen or nearly so. In the lower four, several lower bars share the probability, and the orange one is not always among the higher of them. Some of the digits are badly written, others a person would read at once." tags=["hide_input"]
fig, axes = plt.subplots(4, 4, figsize=(6.4, 6), layout="constrained", height_ratios=[2, 1, 2, 1])
for i, index in enumerate([*by_confidence[:4], *by_confidence[-4:]]):
    row, column = divmod(i, 4)
    target, prediction = test.targets[index].item(), predictions[index].item()
    picture, chart = axes[2 * row, column], axes[2 * row + 1, column]
    picture.imshow(mnist.test.inputs[index, 0], cmap="gray")
    picture.set_axis_off()
    picture.set_title(f"{prediction}? It is {target}.", fontsize=10)
    bars = chart.bar(range(10), probabilities[index], color="C4")
    bars[prediction].set_color("C0")
    bars[target].set(color="C1", hatch="////")
    chart.set(ylim=(0, 1), xticks=range(10), yticks=[0, 1], yticklabels=["0", "1"])
    chart.tick_params(labelsize=9, length=0)
plt.show()

# %% tags=["hide_input"]
sure_and_wrong = (confidence[wrong] > 0.9).sum().item()
claim(
    f"When the network is right, its mean confidence is {confidence[right].mean():.3f}, and when it is "
    f"wrong, {confidence[wrong].mean():.3f}. So confidence says something. But it is no guarantee: mistakes "
    f"made with more than 90 % confidence: {sure_and_wrong} of {len(wrong)}.",
    confidence[right].mean() > confidence[wrong].mean() + 0.05,
)

# %% [markdown]
# Judge the images for yourself: some would make a person hesitate, others would not. In the lower half, the
# network hesitated, and a program that uses it could ask a person. In the upper half, it gives no such sign.
# "Confidence 0.99" need not mean "right in 99 of 100 cases". Cross-entropy asks for that, but on the training
# images, and those a network can learn by heart. On new images it can be far too sure. Guo et al. (2017, below)
# show how to measure the difference and repair it.
#
# ## What the first layer looks at
#
# Each of the 512 neurons of the first layer has one weight per pixel, so its weights can be drawn as an
# image: where it is positive, a bright pixel raises the neuron's sum, where negative, it lowers it. Of the six
# neurons whose weights have moved most, the upper picture shows the weights before training, which we get back
# from the seed, and the lower one what training has added, `new - start`.
#
# **Predict.** Some pixels have the same value in every training image, most of them at the left and right
# edge. What does training add to their weights?

# %% alt=["Weights of six first-layer neurons before training, as images: random static everywhere.", "What training added to the same weights: patches and strokes of both signs, side by side. They lie where digits have ink; along the left and right edge the picture is flat."] tags=["hide_input"]
from nnfund.plotting import plot_filters

torch.manual_seed(0)
start = MLP([pixels, 512, 128, 10]).layers[1].weight.detach()  # (512, pixels)
moved = model.layers[1].weight.detach() - start
chosen = moved.norm(dim=1).argsort(descending=True)[:6]

for weights in (start, moved):
    plot_filters(weights[chosen].view(6, *image.shape), columns=6)
    plt.show()

# %% [markdown]
# You might have expected ten digits here. But a hidden neuron need not recognise a digit by itself. It answers to
# a bit of ink here and none there, a piece of evidence that later layers combine.
#
# At the edge, training has added nearly the same number everywhere. The gradient for a weight is a sum, over the
# batch, of the neuron's [error](../glossary.md#error-of-a-neuron) times the pixel. Pixels that have the same
# value in all images tell nothing, and push their weights of a neuron by the very same amount.

# %% tags=["hide_input"]
flat = train.inputs.flatten(1)
constant = flat.amax(dim=0) == flat.amin(dim=0)  # (pixels,)
spread_constant = moved[:, constant].std(dim=1).max().item()
spread_other = moved[:, ~constant].std(dim=1).mean().item()
claim(
    f"{constant.sum()} of the {pixels} pixels never change. Within a neuron, their weights moved by the same "
    f"amount: the spread is less than a thousandth of that of the other weights.",
    constant.sum() >= 2 and spread_constant < 1e-3 * spread_other,
)

# %% [markdown]
# The network also does not know which pixels are neighbours. For an MLP, an image is a list of numbers in
# any fixed order (exercise 3 shows it). Convolutional networks are made to use what an MLP ignores here.
#
# ## Where the time goes
#
# Most introductions keep each image as bytes. When it is asked for, they make a picture object and a tensor of
# it, and normalise that one image. A `DataLoader` collects 64 of them into a batch. This is how `torchvision.datasets.MNIST` works, written out:

# %%
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms


class OneByOne(Dataset):
    """Images as bytes that become normalised tensors one at a time."""

    def __init__(self, part):
        pixels = (part.inputs[:, 0] * 255).round()
        self.images = pixels.to(torch.uint8)  # (N, rows, columns)
        self.targets = part.targets
        self.transform = transforms.Compose(
            [
                transforms.ToTensor(),
                transforms.Normalize((mean.item(),), (std.item(),)),
            ]
        )

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        picture = Image.fromarray(self.images[index].numpy())
        return self.transform(picture), self.targets[index].item()


raw_part = Part(mnist.train.inputs[:5000], mnist.train.targets[:5000])
part = normalize(raw_part)
loaders = {
    "one by one, 64": DataLoader(OneByOne(raw_part), batch_size=64),
    "in memory, 64": Batches(*part, batch_size=64),
    "in memory, 256": Batches(*part, batch_size=256),
}

# %% tags=["hide_input"]
slow_inputs, slow_targets = next(iter(loaders["one by one, 64"]))
fast_inputs, fast_targets = next(iter(loaders["in memory, 64"]))
one_grey_level = 1 / 255 / std
claim(
    "Both loaders of 64 give the same first batch: the labels are equal, and no pixel differs by as much as "
    "one of the 255 grey levels.",
    torch.equal(slow_targets, fast_targets) and (slow_inputs - fast_inputs).abs().max() < one_grey_level,
)

# %% [markdown]
# We normalised everything once, before training, and [`Batches`][nnfund.data.Batches] takes a batch out of
# memory by a single indexing operation. The batches are the same, so what the network learns is the same.
# What it costs is not.
#
# **Predict.** What share of its time does the textbook loop spend on preparing images: a hundredth, a tenth,
# or more?
#
# We time one pass over the first 5,000 training images (or over all, if there are fewer), in the loop that
# `fit` runs, with settings that are common in textbooks: lr = 0.01 and momentum 0.9. `time.thread_time` counts
# the time in which the processor works for this thread; if PyTorch uses more threads, theirs is left out. A busy
# machine is slower, never faster, so the three ways take turns, and each one's best of three rounds counts. The
# notebook shows the code.

# %% tags=["hide_input"]
import time


def seconds_to_train(loader):
    torch.manual_seed(0)
    model = MLP([pixels, 512, 128, 10])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    started = time.thread_time()
    for inputs, targets in loader:
        outputs = model(inputs)
        loss = loss_fn(outputs, targets)

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return time.thread_time() - started


def seconds_to_load(loader):
    started = time.thread_time()
    for _ in loader:
        pass
    return time.thread_time() - started


rounds = [{name: seconds_to_train(loader) for name, loader in loaders.items()} for _ in range(3)]
seconds = {name: min(times[name] for times in rounds) for name in loaders}
loading = min(seconds_to_load(loaders["one by one, 64"]) for _ in range(3))

# %% tags=["hide_input"]
same_batches = seconds["one by one, 64"] / seconds["in memory, 64"]
all_changes = seconds["one by one, 64"] / seconds["in memory, 256"]
share_loading = loading / seconds["one by one, 64"]
claim(
    "The textbook loop spends more than a quarter of its time on preparing images. With the same batches out "
    "of memory, an epoch is more than 1.5 times as fast, and with batches of 256 more than twice.",
    same_batches > 1.5 and all_changes > 2 and share_loading > 1 / 4,
)

# %% [markdown]
# These are bounds, because the ratios depend on the machine. Larger batches help because each step has a fixed
# cost, and because one large matrix product is more efficient than four small ones. They also mean fewer steps
# per epoch, so each has to do more: one reason why our recipe has a learning rate ten times as large as the
# textbook's, and a schedule that makes it safe. It has an end: the learning rate cannot grow with the batch
# for ever.
#
# A `DataLoader` over single samples is the right tool when the data does not fit into memory, when samples
# are files, or when each needs work of its own. The test is the one above: time the loader alone. [Loading
# data](11_data_loading.py) takes a loader apart.
#
# ## Check yourself
#
# ??? question "You try 20 learning rates and keep the one with the best test accuracy. May you report it?"
#     No. The best of 20 is partly the luckiest of 20, on these images. The number is too high for new images.
#     Choose on the validation set, then test once.
#
# ??? question "Before training, the loss of a network with 100 classes is 4.61. Is that good?"
#     It is what you should expect: $\ln 100 \approx 4.605$, a network that gives each class the same
#     probability. It would be suspicious if it were far larger or smaller.
#
# ??? question "Why is the accuracy averaged over all samples, and not over the batches?"
#     The last batch may be smaller. A mean of batch means gives its samples more weight than the others.
#     [`evaluate`][nnfund.training.evaluate] collects all outputs and computes each metric once.
#
# ??? question "A doctor wants to miss no patient who is ill. Is that about precision or recall?"
#     Recall of the class "ill": the share of those who are ill that is found. Precision says how many of
#     those who were called ill are.
#
# ## Exercises
#
# 1. **Basic.** Train a network with no hidden layer, `MLP([pixels, 10])`, with the same recipe and three
#    seeds. How much validation accuracy do the hidden layers buy? Draw all ten rows of its weights.
#
#     ??? tip "Hint"
#         `plot_filters(model.layers[1].weight.detach().view(10, *image.shape), columns=5)`. Compare with the
#         weights above: which of the two look more like digits, and why?
#
# 2. **Intermediate.** Take the recipe apart: no schedule, no Nesterov, no momentum, one at a time, three
#    seeds each. Which part matters most on the validation set?
#
#     ??? tip "Hint"
#         Give `train_network` keyword arguments. Without momentum, the steps are smaller by a factor of
#         about $1/(1 - 0.9)$, so a fair comparison tries larger learning rates, too.
#
# 3. **Advanced.** Shuffle the pixels: draw one permutation with `torch.randperm(pixels)` and apply it to all
#    images of all three parts. Before you train: will the accuracy fall? Then explain what you see, and what
#    it says about MLPs.
#
#     ??? tip "Hint"
#         `inputs.flatten(1)[:, permutation]` is what the first layer sees. Which weights would make it
#         compute the same sums as before? Are those weights less likely at the random start?
#
# ## Summary
#
# - Validation images are for choices, test images for one number at the end. That number has an uncertainty,
#   $\sqrt{p(1-p)/n}$, and it belongs next to it.
# - Normalise all parts with the mean and standard deviation of the training set.
# - A network ends with logits; cross-entropy takes them as they are. Before training, the loss should be near
#   $\ln C$ for $C$ classes.
# - The confusion matrix shows where the mistakes are. Recall reads its rows, precision its columns.
# - Confidence is not a guarantee: look at the most confident mistakes.
# - If the data fits into memory, prepare it once and take whole batches. Before you speed anything up,
#   measure where the time goes.
#
# ## Further reading
#
# - Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner (1998). Gradient-based learning applied to
#   document recognition. *Proceedings of the IEEE* 86(11), 2278–2324. Where MNIST comes from.
# - Patrice Y. Simard, Dave Steinkraus and John C. Platt (2003). Best practices for convolutional neural
#   networks applied to visual document analysis. *ICDAR*, 958–963. MLPs and convolutional networks compared.
# - Leslie N. Smith (2017). Cyclical learning rates for training neural networks. *WACV*,
#   464–472. The triangle.
# - Chuan Guo, Geoff Pleiss, Yu Sun and Kilian Q. Weinberger (2017). On calibration of modern neural networks.
#   *International Conference on Machine Learning (ICML)*, 1321–1330.
# - Chhavi Yadav and Léon Bottou (2019). Cold case: the lost MNIST digits. *Advances in Neural Information
#   Processing Systems* 32.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapters 6 to 8, on training,
#   gradients and measuring performance.
