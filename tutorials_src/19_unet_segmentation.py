# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - train a U-Net that marks every pixel of a cell nucleus, and test that its skip connections work
#   - score masks by Dice and IoU, per image, and know what these numbers hide
#   - count objects in a mask, and name what would have to happen before such a program meets a patient
# know_first: >-
#   [Convolutions](17_convolutions.py): channels, pooling, receptive field.
#   [The training loop](12_training_loop.py): training, validation and test.
# data: >-
#   Cell nuclei under the microscope (BBBC038, 2018 Data Science Bowl). Where they are not to be had, drawn
#   cells stand in, and the page says so.
# ---

# %% [markdown]
# # Finding cell nuclei with a U-Net
#
# You will be able to train a network that answers for each pixel of an image, and to say what its score
# means and what it does not.
#
# A pathologist who judges a tissue wants to know how many cells there are, how large their nuclei are, and
# how they lie. All of that can be read off a [mask](../glossary.md#mask): an image as large as the
# photograph, with 1 where there is a nucleus and 0 elsewhere. Making one is called
# [segmentation](../glossary.md#segmentation). It is classification, pixel by pixel.
#
# ## Look first
#
# [`load_nuclei`][nnfund.data.load_nuclei] scales all images to one size, here 128 × 128 pixels, and divides
# them into three parts. People outlined every nucleus by hand.

# %%
import torch

from nnfund.data import load_nuclei

nuclei = load_nuclei(size=128)
print(nuclei.name)
for name in ("train", "val", "test"):
    part = getattr(nuclei, name)
    print(f"{name:5}  {tuple(part.inputs.shape)}")

# %% alt="Six microscope images above their masks. The nuclei are bright blobs on a darker ground. They differ in size and number from image to image, and some touch their neighbours, so that the mask shows one white patch for several of them." tags=["hide_input"]
import matplotlib.pyplot as plt

from nnfund.plotting import plot_images


def stretched(images):
    """Each image with its own darkest pixel at 0 and its brightest at 1."""
    low, high = images.amin((1, 2, 3), keepdim=True), images.amax((1, 2, 3), keepdim=True)
    return (images - low) / (high - low)


images, masks = (values[:6] for values in nuclei.train)
plot_images(torch.cat([stretched(images), masks]), columns=6)
plt.show()

# %% [markdown]
# For the picture, each image was made as bright as it can be; the network sees them as they are.
#
# ## Two scores that cannot be fooled so easily
#
# The first idea for a score is [accuracy](../glossary.md#accuracy), the share of pixels that are right.

# %% tags=["hide_input"]
from nnfund import claim

nothing = 1 - nuclei.val.targets.mean().item()
claim(
    f"A program that finds no nucleus at all is right on {100 * nothing:.0f} % of the validation pixels. "
    "Accuracy mostly counts background.",
    nothing > 0.6,
)

# %% [markdown]
# So we leave out the pixels that both call background. Let $A$ be the pixels that were predicted, $B$ the
# true ones, and $|A|$ their number. The [Dice coefficient](../glossary.md#dice-coefficient) and
# [intersection over union](../glossary.md#intersection-over-union), IoU, are
#
# $$\text{Dice} = \frac{2\,|A \cap B|}{|A| + |B|},$$
#
# $$\text{IoU} = \frac{|A \cap B|}{|A \cup B|} = \frac{\text{Dice}}{2 - \text{Dice}}.$$
#
# Both are 1 for equal masks and 0 for masks with nothing in common. The last equation says that on one image
# they always agree on which of two masks is better.
#
# The formulas hide something: the size of the object.
#
# **Predict.** A prediction has the right shape but lies one pixel too far to the right. What is its Dice for
# a disc 5 pixels across, and what for one of 49?

# %% alt="Dice and IoU of a disc and the same disc one pixel further right, against its diameter. Both curves start low for discs a few pixels across, rise steeply at first and slowly approach 1. IoU runs below Dice everywhere."
from nnfund.training import dice, iou


def disc(diameter, x=0, size=64):
    """A mask (size, size) with a disc, x pixels right of the middle."""
    axis = torch.arange(size) - size // 2
    distance = torch.hypot(axis[:, None].float(), axis[None].float() - x)
    return (distance <= diameter / 2).long()


diameters = list(range(3, 50, 2))
scores = {
    "dice": [dice(disc(d, x=1), disc(d)) for d in diameters],
    "iou": [iou(disc(d, x=1), disc(d)) for d in diameters],
}
fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
ax.plot(diameters, scores["dice"], label="Dice")
ax.plot(diameters, scores["iou"], "--", label="IoU")
ax.set(xlabel="diameter in pixels", ylabel="score, one pixel off")
ax.legend()
plt.show()

# %% tags=["hide_input"]
agree = all(abs(i - d / (2 - d)) < 1e-9 for d, i in zip(scores["dice"], scores["iou"]))
claim(
    f"The same slip of one pixel leaves a disc of {diameters[1]} pixels a Dice of {scores['dice'][1]:.2f}, and "
    f"one of {diameters[-1]} pixels {scores['dice'][-1]:.2f}. A Dice without the size of the objects says little.",
    agree and scores["dice"][1] < 0.85 and scores["dice"][-1] > 0.95,
)

# %% [markdown]
# ## A baseline without learning
#
# In these images a dye makes the nuclei glow, so they are brighter than their surroundings. So choose a
# brightness, and call everything above it nucleus.
# Otsu's method (1979) chooses it for each image: it takes the value for which the two groups of pixels
# differ most, compared with the spread within them.


# %%
def otsu(image):
    """The threshold that separates the pixels of an image best."""
    values = image.flatten().sort().values.double()
    n, below = len(values), torch.arange(1, len(values))
    sums = values.cumsum(0)[:-1]
    gap = (values.sum() - sums) / (n - below) - sums / below
    best = (below * (n - below) * gap**2).argmax()
    return values[best].item()


def scores_per_image(score, outputs, targets):
    """One score for each image, (N,)."""
    pairs = zip(outputs, targets)
    return torch.tensor([score(a, b) for a, b in pairs])


def otsu_masks(images):
    return torch.stack([(image > otsu(image)).long() for image in images])


by_threshold = otsu_masks(nuclei.val.inputs)
baseline = scores_per_image(dice, by_threshold, nuclei.val.targets.long())
print(f"Otsu, validation: Dice {baseline.mean():.3f}, mean over images")
print(f"spread over images {baseline.std():.3f}", end=", ")
print(f"worst {baseline.min():.3f}")

# %% [markdown]
# No network is worth its cost if it cannot beat this.
#
# ## A network shaped like a U
#
# Whether a pixel belongs to a nucleus depends on its surroundings: a bright speck may be dirt. To see far, a
# network shrinks the image, as a classifier does. This half is the
# [encoder](../glossary.md#encoder), and its smallest stage the [bottleneck](../glossary.md#bottleneck).
# But the answer must be as large as the image, so a second half, the [decoder](../glossary.md#decoder),
# enlarges it again, by [transposed convolutions](../glossary.md#transposed-convolution): each number
# becomes a 2 × 2 patch, by learned weights.
#
# One place at the bottleneck then stands for a patch of 8 × 8 pixels, and where exactly an outline ran
# within it is mostly lost. The remedy of the [U-Net](../glossary.md#u-net): at each size, the decoder also gets
# what the encoder had at that size. These are the [skip connections](../glossary.md#skip-connection). What comes
# up from the bottleneck brings the context; the skips bring back the place.

# %% alt="The network as a U. On the left, boxes of the encoder go down: 8 channels of 64 × 64, 16 of 32 × 32, 32 of 16 × 16. At the bottom lies the bottleneck, 64 channels of 8 × 8. On the right, boxes of the decoder go up through the same sizes. Dashed horizontal arrows, the skip connections, join boxes of the same size." tags=["hide_input"]
import itertools

from nnfund.models import UNet, count_parameters

torch.manual_seed(0)
model = UNet(channels=(8, 16, 32, 64))
stages = [*model.encoder, model.bottleneck, *model.decoder]
shapes = []
hooks = [s.register_forward_hook(lambda m, x, y: shapes.append(y.shape)) for s in stages]
model.eval()(torch.zeros(1, 1, 64, 64))
for hook in hooks:
    hook.remove()

places = [(0, 0), (0.75, -1), (1.5, -2), (3, -3), (4.5, -2), (5.25, -1), (6, 0)]
colors = ["C0"] * 3 + ["C1"] + ["C2"] * 3  # encoder, bottleneck, decoder
fig, ax = plt.subplots(figsize=(6.2, 2.9), layout="constrained")
for place, shape, color in zip(places, shapes, colors):
    box = {"boxstyle": "round,pad=0.4", "facecolor": color, "edgecolor": color, "alpha": 0.3}
    ax.text(*place, f"{shape[1]} × {shape[2]} × {shape[3]}", ha="center", va="center", bbox=box)
for start, end in itertools.pairwise(places):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "shrinkA": 16, "shrinkB": 16, "color": "C0"})
for start, end in zip(places[:3], places[:3:-1]):
    arrow = {"arrowstyle": "->", "linestyle": "--", "shrinkA": 44, "shrinkB": 44, "color": "C1"}
    ax.annotate("", end, start, arrowprops=arrow)
ax.text(3, 0.12, "skip connection", ha="center", va="bottom", color="C1")
ax.text(3, -3.5, "bottleneck", ha="center", va="top")
ax.text(0, 0.5, "image goes in", ha="center", va="bottom")
ax.text(6, 0.5, "logits come out", ha="center", va="bottom")
ax.set(xlim=(-1, 7), ylim=(-4, 1))
ax.set_axis_off()
plt.show()

# %% [markdown]
# Each box holds channels × rows × columns for an image of 64 × 64. [`UNet`][nnfund.models.UNet] is
# short; read its source in the [reference](../reference/models.md). Ronneberger, Fischer and Brox
# (2015) made it for images of cells.

# %% tags=["hide_input"]
with torch.no_grad():
    odd = model(torch.zeros(1, 1, 65, 77)).shape
claim(
    f"All layers slide over the image, so its size is free: 65 × 77 pixels give {odd[2]} × {odd[3]} logits. "
    f"The network has {count_parameters(model):,} parameters.",
    odd == (1, 1, 65, 77),
)

# %% [markdown]
# ## Is it a U-Net? A test
#
# Many texts print an encoder and a decoder with nothing between them, and call it a U-Net. It runs, it
# trains, and its figure has the right shape. So test it: put zeros in place of whatever the bottleneck
# computes, and see whether the output still depends on the input. A
# [hook](../glossary.md#hook) does that without a change to the network.
#
# **Predict.** Which of two networks, one with skips and one without, still notices that it was given other
# images?


# %%
def zeros(module, inputs, output):
    return torch.zeros_like(output)  # replaces the output


@torch.no_grad()
def reaction(model, images, others):
    """The largest change of a logit, with the bottleneck at zero."""
    model.eval()
    hook = model.bottleneck.register_forward_hook(zeros)
    change = (model(images) - model(others)).abs().max().item()
    hook.remove()
    return change


def make_network(skips):
    # 72 instead of 64, so that neither has fewer parameters
    channels = (8, 16, 32, 64 if skips else 72)
    return UNet(channels=channels, skips=skips)


images, others = nuclei.train.inputs[:4], nuclei.train.inputs[4:8]
reactions = {}
for skips in (True, False):
    torch.manual_seed(0)
    network = make_network(skips)
    reactions[skips] = reaction(network, images, others)
    count = count_parameters(network)
    print(f"skips {skips!s:5}  {count:,} parameters", end="  ")
    print(f"reaction {reactions[skips]:.4f}")

# %% tags=["hide_input"]
claim(
    "With skips, the input still gets through. Without them, the output is the same for all images, to the "
    "last bit: the bottleneck was the only way.",
    reactions[True] > 1e-3 and reactions[False] == 0,
)

# %% [markdown]
# That the skips are connected does not say yet that they are of use. That takes training.
#
# ## Train, with and without
#
# The comparison is fair only if all else is equal: the data, the order of the batches, the number of steps,
# and nearly the number of parameters. We train three pairs of
# networks, one with skips and one without, each pair from its own [seed](../glossary.md#seed).
#
# We cut each training image into four tiles of 64 × 64, so that a [batch](../glossary.md#batch) holds
# pieces of many images. The networks are later used on whole ones. The [loss](../glossary.md#loss) is [binary
# cross-entropy](../glossary.md#binary-cross-entropy), the mean over all pixels.

# %%
from functools import partial

from torch import nn

from nnfund.data import Batches
from nnfund.training import fit, triangular


def tiles(images):
    """(N, 1, 128, 128) -> (4 N, 1, 64, 64)"""
    parts = images.unfold(2, 64, 64).unfold(3, 64, 64)
    return parts.reshape(-1, 1, 64, 64)


# at most 240 images, so that the time is bounded
train_inputs, train_targets = (tiles(t[:240]) for t in nuclei.train)
val_loader = Batches(*nuclei.val, batch_size=25)
metrics = {"dice": partial(dice, per_image=True)}
epochs = 4


def train_network(skips, seed):
    torch.manual_seed(seed)
    model = make_network(skips)
    train_loader = Batches(
        train_inputs,
        train_targets,
        batch_size=16,
        shuffle=True,
        seed=seed,
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    history = fit(
        model,
        train_loader,
        loss_fn=nn.BCEWithLogitsLoss(),
        optimizer=optimizer,
        epochs=epochs,
        scheduler=triangular(optimizer, epochs * len(train_loader)),
        val_loader=val_loader,
        metrics=metrics,
    )
    return model.eval(), history


seeds = range(3)
runs = {
    True: [train_network(True, seed) for seed in seeds],
    False: [train_network(False, seed) for seed in seeds],
}

# %% alt="Validation Dice against the epoch, for three networks with skip connections and three without, and a horizontal line for Otsu's threshold. The curves scatter widely in the first epochs and draw close to each other and to their final values in the last." tags=["hide_input"]
fig, ax = plt.subplots(figsize=(6, 2.9), layout="constrained")
for skips, color, style in ((True, "C0", "-o"), (False, "C1", "--s")):
    for seed, (_, history) in enumerate(runs[skips]):
        label = ("with skips" if skips else "without skips") if seed == 0 else None
        ax.plot(range(1, epochs + 1), history["val_dice"], style, color=color, label=label, markersize=4)
ax.axhline(baseline.mean(), color="C2", linestyle=":", label="Otsu's threshold")
ax.set(xlabel="epoch", ylabel="validation Dice, mean over images", xticks=range(1, epochs + 1))
ax.legend(loc="lower right")
plt.show()

# %% tags=["hide_input"]
curves = {skips: torch.tensor([h["val_dice"] for _, h in runs[skips]]) for skips in runs}  # (seeds, epochs)
first = {skips: curves[skips][:, 0] for skips in runs}
lead = (curves[True].mean() - curves[False].mean()).item()
claim(
    f"After one epoch, Dice lies between {first[True].min():.2f} and {first[True].max():.2f} with skips, and "
    f"between {first[False].min():.2f} and {first[False].max():.2f} without. Averaged over epochs and seeds, the "
    f"networks with skips are {'ahead' if lead > 0 else 'behind'} by {abs(lead):.2f}; at the end, all six are above "
    "0.6.",
    min(curves[True][:, -1].min(), curves[False][:, -1].min()) > 0.6,
)

# %% [markdown]
# Early epochs scatter, and more steps may change the gap. What we compare is what equal work buys.
#
# ## The test, image by image
#
# A single Dice for a whole test set can be computed in several ways, and the most common one is the worst: an
# average over *batches*, which changes with the batch size. Here are the same predictions of one network,
# scored three ways.


# %%
@torch.no_grad()
def predict(model, images):
    return torch.cat([model(batch) for batch in images.split(25)])


test_inputs, test_targets = nuclei.test
model = runs[True][0][0]  # seed 0, chosen before looking
logits = predict(model, test_inputs)  # (N, 1, 128, 128)

per_image = scores_per_image(dice, logits, test_targets)
print(f"mean over images       {per_image.mean():.4f}")
print(f"all pixels together    {dice(logits, test_targets):.4f}")
by_batch = {}
for size in (3, 8, 32):
    pairs = zip(logits.split(size), test_targets.split(size))
    by_batch[size] = torch.tensor([dice(a, b) for a, b in pairs]).mean()
    print(f"mean over batches of {size:2} {by_batch[size]:.4f}")

# %% [markdown]
# The first line is the one to report: each image counts once, and there are 50 numbers or more of which to
# show the spread. Pixels counted together give crowded images more weight.

# %%
results = {}
for skips in (True, False):
    outputs = [predict(model, test_inputs) for model, _ in runs[skips]]
    results[skips] = {}
    for name, score in (("dice", dice), ("iou", iou)):
        rows = [scores_per_image(score, o, test_targets) for o in outputs]
        results[skips][name] = torch.stack(rows)  # (seeds, N)
by_threshold = otsu_masks(test_inputs)
test_otsu = scores_per_image(dice, by_threshold, test_targets.long())
print("test           Dice   seeds          images")
for skips, name in ((True, "with skips"), (False, "without")):
    values = results[skips]["dice"]
    means, images = values.mean(dim=1), values.mean(dim=0)
    print(f"{name:12} {means.mean():6.3f}", end="   ")
    print(f"{means.min():.3f}–{means.max():.3f}", end="    ")
    print(f"{images.min():.3f}–{images.max():.3f}")
print(f"{'Otsu':12} {test_otsu.mean():6.3f}", end="   ")
print(f"              {test_otsu.min():.3f}–{test_otsu.max():.3f}")

# %% alt="The Dice of every test image as three columns of dots, for the network with skips, without skips, and Otsu's threshold, with a line at each mean. The dots of the network with skips lie high and close together; those of the threshold reach furthest down." tags=["hide_input"]
columns = {
    "with skips": results[True]["dice"].mean(dim=0),
    "without skips": results[False]["dice"].mean(dim=0),
    "Otsu's threshold": test_otsu,
}
fig, ax = plt.subplots(figsize=(6, 3), layout="constrained")
for i, values in enumerate(columns.values()):
    offsets = torch.linspace(-0.25, 0.25, len(values))
    ax.plot(i + offsets, values, "o", color=f"C{i}", markersize=4)
    ax.hlines(values.mean(), i - 0.35, i + 0.35, color=f"C{i}", linewidth=2)
ax.set_xticks(range(3), columns)
ax.set(ylabel="Dice of a test image")
plt.show()

# %% tags=["hide_input"]
with_skips, without = (results[skips]["dice"] for skips in (True, False))
gaps = with_skips.mean(dim=1) - without.mean(dim=1)  # (seeds,)
better = (with_skips.mean(dim=0) > without.mean(dim=0)).float().mean().item()
ious = results[True]["iou"].mean(dim=1)
helps = gaps.min() > 0 and gaps.mean() > 0.02
luck = max(values.mean(dim=1).std() for values in (with_skips, without))
if helps and gaps.mean() > luck:
    verdict = "The skips help, and by more than seeds differ."
elif helps:
    verdict = "The skips help with every seed, though seeds differ as much."
elif gaps.mean() > 0.02:
    verdict = "The skips help on average, but not with every seed."
else:
    verdict = "That is little: on these images, the skips hardly matter for the score."
claim(
    f"With skips, Dice on the test images is {with_skips.mean():.3f} ± {with_skips.mean(dim=1).std():.3f} "
    f"(standard deviation over three seeds), IoU {ious.mean():.3f}; over images, Dice has a standard deviation of "
    f"{with_skips.mean(dim=0).std():.3f}. What the skips add, seed by seed: {gaps.mean():+.3f} "
    f"on average, from {gaps.min():+.3f} to {gaps.max():+.3f}; {100 * better:.0f} % of the images come out better "
    f"with them. {verdict}",
    with_skips.mean(dim=1).min() > 0.75 and (gaps.mean() > 0.02 or gaps.abs().max() < 0.1),
)

# %% tags=["hide_input"]
over_otsu = with_skips.mean() - test_otsu.mean()
claim(
    f"Over Otsu's threshold, the U-Net gains {over_otsu:.3f} in Dice"
    f"{'' if over_otsu > 0.1 else ', which is not much for the effort'}. Averaged over "
    f"seeds, its worst image has {with_skips.mean(dim=0).min():.2f}, the threshold's {test_otsu.min():.2f}: the "
    f"network is {'also' if over_otsu > 0.1 else 'above all'} more reliable. "
    f"The networks without skips lie {'below' if without.mean() < test_otsu.mean() else 'above'} the threshold.",
    over_otsu > 0 and with_skips.mean(dim=0).min() > test_otsu.min(),
)

# %% [markdown]
# Do the skips matter for all images? It depends on how large the objects are, compared with the 8 × 8 pixels
# of one place at the bottleneck. We estimate their diameter from the area of each separate white patch in
# the masks. Such a patch is called a [connected component](../glossary.md#connected-component), and SciPy,
# which comes with scikit-learn, numbers them for you.

# %%
from scipy.ndimage import label


def component_areas(mask):
    """Pixels in each connected component of a mask (1, H, W)."""
    numbered, _ = label(mask[0].numpy())  # 0 ground, 1, 2, ... patches
    return torch.bincount(torch.tensor(numbered).flatten())[1:]


areas = torch.cat([component_areas(mask) for mask in nuclei.train.targets])
diameter = (4 * areas.median() / torch.pi).sqrt().item()

# %% tags=["hide_input"]
small = diameter < 12
claim(
    f"A typical patch is about {diameter:.0f} pixels across. "
    + (
        "One place at the bottleneck stands for a whole nucleus with its surroundings, and its outline has to "
        "come from elsewhere. Where objects are large and smooth, the skips have less to repair."
        if small
        else "That is much larger than 8, so even a coarse outline is good enough for a high "
        "Dice. On smaller objects, the skips have more to repair."
    ),
    3 < diameter < 60,
)

# %% [markdown]
# ## What each way carries
#
# Take the trained network and zero one way at a time: the bottleneck as before, and then the skips instead.
# A pre-hook does that: it changes what goes *into* a decoder stage, whose first half of channels are the skip.
#
# **Predict.** Which loss hurts more?


# %%
def without_skip(module, inputs):
    (x,) = inputs
    half = x.shape[1] // 2
    return torch.cat([torch.zeros_like(x[:, :half]), x[:, half:]], dim=1)


hook = model.bottleneck.register_forward_hook(zeros)
no_bottleneck = predict(model, test_inputs)
hook.remove()

hooks = [s.register_forward_pre_hook(without_skip) for s in model.decoder]
no_skips = predict(model, test_inputs)
for hook in hooks:
    hook.remove()

# %% alt="One test image, and three maps of the probability of a nucleus. The whole network draws the nuclei sharply. With the bottleneck at zero the map looks nearly the same. With the skips at zero, no nucleus keeps its outline: coarse smears are left, or nothing." tags=["hide_input"]
order = per_image.argsort()
chosen = order[len(order) // 2].item()  # the image in the middle
maps = {"whole network": logits, "bottleneck zeroed": no_bottleneck, "skips zeroed": no_skips}
fig, axes = plt.subplots(2, 2, figsize=(4.8, 5), layout="constrained")
axes = axes.flat
axes[0].imshow(stretched(test_inputs[[chosen]])[0, 0], cmap="gray")
axes[0].set_title("image")
for ax, (name, outputs) in zip(axes[1:], maps.items()):
    ax.imshow(outputs[chosen, 0].sigmoid(), cmap="cividis", vmin=0, vmax=1)
    ax.set_title(name)
for ax in axes:
    ax.set(xticks=[], yticks=[])
plt.show()

# %% tags=["hide_input"]
lost = {n: (per_image - scores_per_image(dice, o, test_targets)).mean().item() for n, o in maps.items()}
claim(
    f"Without its bottleneck, the trained network loses {max(lost['bottleneck zeroed'], 0):.3f} of its Dice; "
    f"without its skips, {lost['skips zeroed']:.3f}. "
    + (
        "So it hardly uses the bottleneck: here the near surroundings say enough, and a shallower network "
        "might do. Depth pays where the answer depends on what is far away."
        if lost["bottleneck zeroed"] < min(0.03, lost["skips zeroed"])
        else "It uses what comes on both ways."
    )
    + " This says what the trained network relies on, and not what a network needs: those that were trained "
    f"without skips reached {without.mean():.2f}.",
    lost["skips zeroed"] > 0.03 and without.mean() > per_image.mean() - lost["skips zeroed"] + 0.03,
)

# %% [markdown]
# ## Hits, misses and false alarms
#
# A number does not show what kind of mistakes are made. So look at the images with the worst, the middle and
# the best Dice of the test set. Striped pixels were missed, chequered ones were called nucleus and are none.

# %% alt="Three test images, with the worst, the middle and the best Dice, and below each the same with hits filled, misses striped and false alarms chequered. Most mistakes are thin rims around nuclei that were found. The worst image has the most mistakes."
from nnfund.plotting import plot_segmentation

three = order[[0, len(order) // 2, -1]]
images, masks = stretched(test_inputs[three]), test_targets[three]
plot_segmentation(images, masks, logits[three] > 0)
plt.show()

# %% [markdown]
# Where are the mistakes? `max_pool2d` with a window of 3 takes the largest neighbour, so on a mask it grows
# every object by one pixel. Grown minus shrunk leaves a rim along the outlines, two pixels wide.

# %%
from torch.nn.functional import max_pool2d

grown = max_pool2d(test_targets, 3, stride=1, padding=1)
shrunk = -max_pool2d(-test_targets, 3, stride=1, padding=1)
rim = grown > shrunk
wrong = (logits > 0) != (test_targets > 0)
on_rim = (wrong & rim).sum() / wrong.sum()

# %% tags=["hide_input"]
claim(
    f"The rim is {100 * rim.float().mean():.0f} % of the pixels and holds {100 * on_rim:.0f} % of the mistakes. "
    "Two people who outline the same nucleus differ there, too, so part of these mistakes may be the masks'.",
    on_rim > 0.6 and on_rim > 4 * rim.float().mean(),
)

# %% [markdown]
# ## Counting
#
# How many nuclei are there? Count the connected components of the mask: pixels that touch along a side
# belong together. Here is the catch. Two discs, and then the same two with a bridge of one pixel.

# %%
apart = disc(16, x=-9) | disc(16, x=9)
touching = apart.clone()
touching[32, 32] = 1  # the one pixel between them
print("components:", label(apart)[1], "and", label(touching)[1])
print(f"Dice of the two masks: {dice(touching, apart):.4f}")

# %% tags=["hide_input"]
claim(
    "One wrong pixel halves the count, and Dice does not notice: it adds up pixels, and knows no objects.",
    label(apart)[1] == 2 and label(touching)[1] == 1 and dice(touching, apart) > 0.995,
)

# %% [markdown]
# So a count can be wrong although the mask is nearly right. It can even be wrong when the mask is perfect.
# For the left picture below, we drop discs at random on 128 × 128 pixels, which gives a perfect mask of a
# known number of objects. For the right one, we count in the test images.
#
# **Predict.** With 100 discs of 8 pixels, how many components will there be?

# %% tags=["hide_input"]
from collections import defaultdict
from zipfile import ZipFile

import numpy as np
from PIL import Image

from nnfund.data import Part, data_folder, split


def crowd(n, seed):
    """Components of n discs, 8 pixels across, at random places."""
    generator = torch.Generator().manual_seed(seed)
    centres = 128 * torch.rand(n, 2, 1, 1, generator=generator)
    grid = torch.stack(torch.meshgrid(torch.arange(128), torch.arange(128), indexing="ij"))
    inside = (grid - centres).square().sum(dim=1) <= 16  # (n, 128, 128)
    return label(inside.any(dim=0).numpy())[1]


def outlined(name):
    """Nuclei outlined by hand that reach into the central square of each test image."""
    files = {"images": defaultdict(list), "masks": defaultdict(list)}
    counts = []
    with ZipFile(data_folder() / "BBBC038" / name) as archive:

        def pixels(path):
            with archive.open(path) as png:
                return np.asarray(Image.open(png).convert("RGB")).astype(int)  # (H, W, 3)

        def glows(folder):  # the loader leaves out stained tissue and dark cells on white
            image = pixels(files["images"][folder][0])
            return (image == image[..., :1]).all() and image[..., 0].mean() < 128

        for path in archive.namelist():
            if path.endswith(".png"):
                folder, kind = path.split("/")[-3:-1]
                files[kind][folder].append(path)
        folders = [folder for folder in sorted(files["images"]) if glows(folder)]  # the loader's order
        index = torch.arange(len(folders))
        for i in split(Part(index, index), (0.7, 0.15, 0.15), seed=0)[2].inputs:
            count = 0
            for path in files["masks"][folders[i]]:
                mask = pixels(path)[..., 0]
                side = min(mask.shape)
                top, left = ((n - side) // 2 for n in mask.shape)
                count += bool(mask[top : top + side, left : left + side].any())
            counts.append(count)
    return torch.tensor(counts)


dropped = list(range(10, 201, 10))
found = torch.tensor([[crowd(n, seed) for n in dropped] for seed in range(5)]).float()
in_masks = torch.tensor([len(component_areas(m)) for m in test_targets])
in_predictions = torch.tensor([len(component_areas(m)) for m in logits > 0])
true_counts = None if nuclei.is_stand_in else outlined("stage1_train.zip")

# %% alt="Two panels with a diagonal that means: every object counted. Left, components against the number of discs: the curve follows the diagonal at first, bends away, reaches a maximum and falls again. Right, one point per test image, components in the true masks and in the predicted ones; the points lie near the diagonal or below it." tags=["hide_input"]
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.9), layout="constrained")
left.plot(dropped, dropped, ":", color="C2", label="every disc counted")
left.plot(dropped, found.mean(dim=0), color="C0", label="components")
left.fill_between(dropped, found.amin(dim=0), found.amax(dim=0), color="C0", alpha=0.25)
left.set(xlabel="discs dropped", ylabel="components", ylim=(0, 120))
left.legend(loc="lower right")
x = in_masks if true_counts is None else true_counts
xlabel = "components of the true mask" if true_counts is None else "nuclei outlined by hand"
right.plot([0, x.max()], [0, x.max()], ":", color="C2")
if true_counts is not None:
    right.plot(x, in_masks, "o", color="C0", markersize=4, label="true mask")
right.plot(x, in_predictions, "s", color="C1", markersize=4, fillstyle="none", label="prediction")
right.set(xlabel=xlabel, ylabel="components")
right.legend(loc="upper left")
plt.show()

# %% tags=["hide_input"]
at_100 = found[:, dropped.index(100)]
peak = dropped[found.mean(dim=0).argmax()]
claim(
    f"From 100 discs come {at_100.min():.0f} to {at_100.max():.0f} components. From about {peak} discs on, more "
    "discs even make fewer components.",
    at_100.max() < 75 and 50 <= peak < 190,
)

# %% tags=["hide_input"]
off = (in_predictions - in_masks).abs().float().mean().item()
text = (
    f"In the {len(in_masks)} test images, the true masks have {in_masks.sum():,} components and the predicted ones "
    f"{in_predictions.sum():,}; image by image, the two differ by {off:.1f} on average."
)
holds = off < 0.8 * in_masks.float().mean()
if true_counts is None:
    text += " How many cells were drawn, the stand-in does not tell; some of them overlap."
else:
    missing = 1 - in_masks.sum() / true_counts.sum()
    hidden = (in_masks < true_counts).float().mean()
    text += (
        f" But people outlined {true_counts.sum():,} nuclei: even the perfect mask loses {100 * missing:.0f} % of "
        f"them, in {100 * hidden:.0f} % of the images at least one. No better network can repair that."
    )
    holds = holds and 0.02 < missing < 0.5 and (in_masks <= true_counts).float().mean() > 0.9
claim(text, holds)

# %% [markdown]
# A mask of yes and no cannot say where one nucleus ends and its neighbour begins. The question must be asked
# differently. Ronneberger et al. give the thin gaps between cells a large weight in the loss. The
# winners of the competition from which this data comes let the network predict the borders between nuclei,
# too (Caicedo et al., 2019). To tell objects apart is called [instance segmentation](../glossary.md#instance-segmentation).
#
# ## Before this is used in a clinic
#
# The test images come from the same sources as the training images. What if the next microscope is set up
# differently? We change the test images only, in ways in which real images differ.
#
# **Predict.** Which change hurts most?

# %%
from torch.nn.functional import avg_pool2d

raw = test_inputs * nuclei.std + nuclei.mean  # 0 to 1
torch.manual_seed(0)
changed = {
    "as they are": raw,
    "half as bright": raw / 2,
    "out of focus": avg_pool2d(raw, 5, 1, 2, count_include_pad=False),
    "noisy": (raw + 0.1 * torch.randn_like(raw)).clamp(0, 1),
    "dark on bright": 1 - raw,
}
shifted = {}
for name, images in changed.items():
    outputs = predict(model, (images - nuclei.mean) / nuclei.std)
    shifted[name] = scores_per_image(dice, outputs, test_targets)
    mean, worst = shifted[name].mean(), shifted[name].min()
    print(f"{name:14}  Dice {mean:.3f}, worst {worst:.3f}")

# %% tags=["hide_input"]
means = {name: values.mean().item() for name, values in shifted.items()}
worst_name = min(means, key=means.get)
claim(
    f"'{worst_name.capitalize()}' brings Dice from {means['as they are']:.2f} down to {means[worst_name]:.2f}, "
    "although a person would find the same nuclei. And the program returns its mask all the same: nothing in it "
    "refuses an image.",
    means[worst_name] < 0.5 * means["as they are"],
)

# %% [markdown]
# So what is missing before anyone may rely on such a program? At least this:
#
# - **A purpose.** Which decision will the result change, and which mistake does what harm? Then measure
#   *that*: for a count, the error of the count, and not Dice.
# - **Data from elsewhere.** Other hospitals, microscopes, stains, patients, and the rare cases. Split by
#   patient, never by image: two images of one slide, one in training and one in the test, make a test too
#   easy. This page splits images at random, so its scores may well be too good.
# - **A yardstick.** Several experts outline the same images, without seeing each other's work. How far they
#   agree is the level to be compared with.
# - **The failures.** Not only means: the worst images, and every group of patients separately. A check that
#   refuses images unlike those of the training. Overlays, so that a person can see what was counted.
# - **A trial.** Fixed weights, a plan written beforehand, used by the people who will use it, with outcomes
#   compared with those of today's way of working.
# - **Responsibility.** Such software is a medical device: it needs approval by the authorities, protection
#   of the patients' data, and someone who watches it after it was introduced, because microscopes change.
#
# This page has completed none of these: it showed you the worst image, overlays and an error of the count, and
# no more. What it has done is the first step: an honest score on images that the network had not seen.
#
# ## Check yourself
#
# ??? question "A network has accuracy 0.95 on masks that are 5 % nucleus. Is it any good?"
#     You cannot know. Answering "background" everywhere gives the same. Ask for Dice or IoU, per image.
#
# ??? question "How do you find out whether a network that is called a U-Net is one?"
#     Zero the output of its bottleneck. If the output still depends on the input, something goes around the
#     bottleneck. And zero the skips of the trained network, to see whether it uses them.
#
# ??? question "Why do the skips get concatenated and not used alone?"
#     What comes from below has seen more of the surroundings; what comes from the side knows where exactly.
#     The convolutions after the concatenation learn to combine the two. How much each
#     is worth depends on the images, and can be measured, as above.
#
# ??? question "Two programs have the same Dice. May one count much better than the other?"
#     Yes. A few pixels that join or part neighbours change the count, and hardly change Dice.
#
# ## Exercises
#
# 1. **Basic.** Write `iou_from_dice(dice)`, which turns the Dice of one image, a float from 0 to 1, into its
#    IoU.
#
#     ??? tip "Hint"
#         Let $a = |A \cap B|$ and $s = |A| + |B|$. Then Dice is $2a/s$, and IoU is $a/(s - a)$.
#
# 2. **Intermediate.** Write `soft_dice_loss(logits, targets)`: 1 minus the Dice of probabilities and masks,
#    computed for each image of (N, 1, H, W) and averaged. Where a mask needs $|A \cap B|$, use the sum of
#    probability times target. Add 1 to numerator and denominator, so that empty masks do no harm. Train with
#    it.
#
#     ??? tip "Hint"
#         Sum over `dim=(1, 2, 3)`, so that N numbers are left, and take the mean last.
#
# 3. **Advanced.** Write `count_components(mask)` without SciPy, for a tensor (H, W) of zeros and ones. It
#    should agree with `scipy.ndimage.label`.
#
#     ??? tip "Hint"
#         Visit the pixels; at each one that is 1 and not seen yet, count one more, and mark everything that can
#         be reached from it over sides. Keep the pixels still to be visited in a list: recursion gets too deep.
#
# ## Summary
#
# - Segmentation is classification of every pixel. Accuracy counts background; Dice and IoU do not.
# - Score each image, then report mean and spread. Averages over batches depend on the batch size, and every
#   Dice depends on the size of the objects.
# - Skip connections carry detail around the bottleneck. A hook that zeroes one way tests it.
# - Compare with the best simple method, over several seeds. What skips and depth are worth depends on the
#   images.
# - Components are not objects: where nuclei touch, even the perfect mask gives the wrong count.
# - A score on images from the same source says little about other microscopes and nothing about patients.
#
# ## Further reading
#
# - O. Ronneberger, P. Fischer, T. Brox (2015), *U-Net: convolutional networks for biomedical image
#   segmentation*, MICCAI.
# - M. Drozdzal, E. Vorontsov, G. Chartrand, S. Kadoury, C. Pal (2016), *The importance of skip connections in
#   biomedical image segmentation*, DLMIA workshop.
# - J. C. Caicedo et al. (2019), *Nucleus segmentation across imaging experiments: the 2018 Data Science
#   Bowl*, Nature Methods 16: the data of this page.
# - N. Otsu (1979), *A threshold selection method from gray-level histograms*, IEEE Transactions on Systems,
#   Man, and Cybernetics 9.
# - A. Reinke et al. (2024), *Understanding metric-related pitfalls in image analysis validation*, Nature
#   Methods 21: how scores such as Dice mislead.
# - M. Roberts et al. (2021), *Common pitfalls and recommendations for using machine learning to detect and
#   prognosticate for COVID-19 using chest radiographs and CT scans*, Nature Machine Intelligence 3: hundreds of
#   published models, and what they lacked for clinical use.
