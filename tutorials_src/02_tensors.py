# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - say the shape of a result before you run the line, broadcasting included
#   - read shape and strides as a walk over memory, and tell a view from a copy
#   - move numbers between Python, NumPy and PyTorch, and know which of them share memory
# know_first: >-
#   Python (lists, functions) and what a matrix is. The training loop of [your first
#   network](01_first_network.py) comes back once.
# data: scikit-learn's 8 × 8 digits, which come with it, and numbers made on the page
# ---

# %% [markdown]
# # Tensors
#
# You will be able to say what a line of tensor code does to shapes and to memory, before you run it.
#
# A [tensor](../glossary.md#tensor) is an array of numbers of one type. Inputs, targets, weights, outputs and
# slopes are all tensors. The worst mistakes with them raise no error: the numbers go somewhere else than you
# think. So this page is about where numbers go.
#
# ## Making tensors
#
# Each direction in which a tensor extends is an [axis](../glossary.md#axis), or dimension. Its
# [shape](../glossary.md#shape) lists the length of each axis. A single number has no axis, a list has one, a
# table has two: rows, then columns. A [batch](../glossary.md#batch) of grey images has four: images,
# [channels](../glossary.md#channel) (one for grey, three for colour), rows, columns. The type of the numbers
# is the [dtype](../glossary.md#dtype).
#
# **Predict.** The next cell makes eight tensors. Which of them get a type for whole numbers?

# %%
import torch

torch.manual_seed(0)
made = {
    "a list": torch.tensor([1, 2, 3]),
    "one fraction": torch.tensor([1, 2.5, 3]),
    "comparison": torch.tensor([1, 2.5, 3]) > 2,
    "one number": torch.tensor(7.0),
    "a range": torch.arange(0, 10, 2),
    "zeros": torch.zeros(3, 4),
    "random": torch.randn(2, 3),
    "grey images": torch.zeros(32, 1, 28, 28),
}
for name, tensor in made.items():
    shape = str(tuple(tensor.shape))
    print(f"{name:12}  shape {shape:15}  {tensor.dtype}")
print("the range:", made["a range"].tolist())

# %% [markdown]
# Python's whole numbers become `int64`, and one fraction makes the whole tensor `float32`. A comparison
# gives `bool`: true or false for each element. `zeros` and `randn` give `float32` unless you ask for another
# `dtype=`. `randn` draws from the normal distribution, the bell curve, with mean 0 and [standard
# deviation](../glossary.md#variance) 1. `arange` leaves out the end, as `range` does.
#
# ## What a dtype costs
#
# A dtype says how many bits a number gets. `uint8`, the usual one for pixels in files, has 8: whole numbers
# from 0 to 255.
#
# **Predict.** Two equal images are added. A pixel of 200 plus a pixel of 200 makes …?

# %%
pixels = torch.tensor([100, 200], dtype=torch.uint8)
print("uint8:         ", (pixels + pixels).tolist())
print("float32:       ", (pixels.float() + pixels.float()).tolist())

large = torch.tensor(2.0**24)
print("float32, 2^24: ", large.item(), "+ 1 =", (large + 1).item())

try:
    torch.tensor([1, 2, 3]).mean()
except RuntimeError as error:
    print("mean of int64: ", str(error).split(".")[0])

# %% [markdown]
# The pixel went past 255 and started again at 0, without a word. `float32` has about seven digits, so from
# $2^{24}$ on it cannot count by ones. The mean of whole numbers need not be whole, so PyTorch asks you to
# decide: convert with `.float()` first.
#
# ## Where a tensor lives
#
# The [device](../glossary.md#device) is the part of the machine whose memory holds the numbers: `cpu`, `cuda`
# (an NVIDIA graphics card), `mps` (Apple's graphics). PyTorch does not look for the fastest one: you move a
# tensor with `.to(device)`. To see what happens when two devices meet, we do not need a graphics card. The
# device `meta` exists everywhere: its tensors have a shape and no numbers.

# %%
here, elsewhere = torch.ones(2), torch.ones(2, device="meta")
print(here.device, elsewhere.device)
try:
    here + elsewhere
except RuntimeError as error:
    print(error)

# %% tags=["hide_input"]
from nnfund import claim

claim(
    "On the machine that built this page, the default device is the CPU, so that is where a new tensor lies.",
    torch.get_default_device().type == "cpu" and torch.ones(1).device.type == "cpu",
)

# %% [markdown]
# ## Two products
#
# `+`, `*`, `**`, `torch.sqrt` and comparisons work element by element. `@` is the matrix product: each entry
# of the result takes one row of the left and one column of the right, multiplies them pairwise and adds up:
#
# $$(AB)_{ij} = \sum_k A_{ik} B_{kj}$$
#
# So the inner lengths must agree and disappear: $(n, k)$ `@` $(k, m)$ gives $(n, m)$.
#
# A sum or mean over `dim=0` works along axis 0, which disappears from the shape. With `keepdim=True` it stays,
# with length 1.
#
# **Predict.** `nn.Linear(3, 5)` stores its weight with one row per output: shape (5, 3). `.T` swaps rows
# and columns. How do four samples with three features each get through it?

# %%
from torch import nn

A = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
B = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
print("A * B =", (A * B).tolist())
print("A @ B =", (A @ B).tolist())
print("A.sum(dim=0) =", A.sum(dim=0).tolist())
print("A.sum(dim=1) =", A.sum(dim=1).tolist())
print("... kept:     ", A.sum(dim=1, keepdim=True).tolist())

inputs = torch.randn(4, 3)  # four samples, three features
layer = nn.Linear(3, 5)
outputs = inputs @ layer.weight.T + layer.bias  # (4, 3) @ (3, 5)

# %% tags=["hide_input"]
difference = (outputs - layer(inputs)).abs().max().item()
try:
    inputs * layer.weight
    refused = False
except RuntimeError:
    refused = True
claim(
    "`inputs @ layer.weight.T + layer.bias` is what `layer(inputs)` computes, to within 0.00001. "
    "`inputs * layer.weight` is refused: (4, 3) and (5, 3) do not fit element by element.",
    difference < 1e-5 and refused,
)

# %% [markdown]
# `sum(dim=0)` added 1 + 3 and 2 + 4: down the columns. `sum(dim=1)` added along the rows. The layer's weight
# was turned to (3, 5), and (4, 3) `@` (3, 5) gave (4, 5). Then the bias, of shape (5,), was added to that
# table. The shapes differ, and yet it worked.
#
# ## Broadcasting
#
# [Broadcasting](../glossary.md#broadcasting) is how two tensors of different shapes meet:
#
# 1. Write the shapes one above the other, **aligned at the right**. Fill up with 1 on the left.
# 2. In each column the lengths must be equal, or one of them must be 1.
# 3. An axis of length 1 is stretched: its one entry is used again and again.
#
# An index takes one entry per axis, a number or a slice: `a[:, 0]` is all rows of column 0. Axes left out
# are kept whole. The entry `None` puts in an axis of length 1: `a[:, None]` turns shape (3,) into (3, 1), a
# column.
#
# **Predict.** A column of shape (3, 1) plus a row of shape (4,). What shape comes out? And (3,) plus (4,)?

# %%
column = torch.tensor([10, 20, 30])[:, None]  # (3, 1)
row = torch.tensor([1, 2, 3, 4])  # (4,), treated as (1, 4)
total = column + row
print(total)
try:
    column[:, 0] + row
except RuntimeError as error:
    print(str(error).replace(" at ", "\n  at "))

# %% alt="A column with 10, 20, 30 is stretched to the right over four columns, its copies drawn pale. A row with 1, 2, 3, 4 is stretched down over three rows. Their sum is a full table of three rows and four columns, from 11 to 34." tags=["hide_input"]
import matplotlib.pyplot as plt


def draw_table(ax, values, left=0.0, top=0.0, color="C0", pale=None):
    """Draw a table of numbers; cells where `pale` holds are only outlined."""
    for i, line in enumerate(values.tolist()):
        for j, value in enumerate(line):
            faint = pale is not None and bool(pale[i, j])
            box = plt.Rectangle(
                (left + j, top + i), 1, 1, linewidth=0.8, linestyle=":" if faint else "-",
                edgecolor=color, facecolor=(color, 0.0 if faint else 0.25),
            )  # fmt: skip
            ax.add_patch(box)
            ax.text(
                left + j + 0.5, top + i + 0.5, value, fontsize=9, alpha=0.7 if faint else 1.0,
                ha="center", va="center",
            )  # fmt: skip


def blank(ax, width, height):
    """Give `ax` room for `width` by `height` cells, counted from the top left."""
    ax.set(xlim=(-0.1, width + 0.1), ylim=(height + 0.1, -0.1), aspect="equal")
    ax.axis("off")


fig, ax = plt.subplots(figsize=(6.3, 1.9), layout="constrained")
blank(ax, 14.4, 4)
rows, columns = torch.arange(3)[:, None], torch.arange(4)
draw_table(ax, column.expand(3, 4), 0, 1, "C0", pale=(columns > 0).expand(3, 4))
draw_table(ax, row.expand(3, 4), 5.2, 1, "C1", pale=(rows > 0).expand(3, 4))
draw_table(ax, total, 10.4, 1, "C2")
for x, text in [(4.6, "+"), (9.8, "=")]:
    ax.text(x, 2.5, text, ha="center", va="center", fontsize=14)
for x, text in [(2, "(3, 1) → (3, 4)"), (7.2, "(4,) → (1, 4) → (3, 4)"), (12.4, "(3, 4)")]:
    ax.text(x, 0.5, text, ha="center", va="center", fontsize=9)
plt.show()

# %% [markdown]
# Solid cells are there, dotted ones are used again. Every entry of the column met every entry of the row.
# The shapes (3,) and (4,) do not fit, because 3 and 4 differ and neither is 1 ("non-singleton" says this).
# So some slips are caught. The next one is not.
#
# ## A loss that accepts anything
#
# We fit a line to 20 points on $y = 2x$ with a little noise. The model is `nn.Linear(1, 1)`, and its outputs
# have the shape (20, 1). The loss is the mean squared difference between outputs and targets. We train twice;
# in one run the targets have the shape (20, 1), in the other (20,).
#
# **Predict.** What shape does `outputs - targets` have in the second run, and what will that line look like?


# %%
def fit_line(x, targets, seed):
    torch.manual_seed(seed)
    line = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(line.parameters(), lr=0.1)
    for _ in range(200):
        differences = line(x) - targets
        loss = (differences**2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return line, tuple(differences.shape), loss.item()


def noisy_line(seed):
    torch.manual_seed(seed)
    x = torch.linspace(-1, 1, 20)[:, None]  # (20, 1)
    return x, 2 * x + 0.3 * torch.randn(20, 1)


x, y = noisy_line(seed=0)
for targets in (y, y[:, 0]):
    line, shape, loss = fit_line(x, targets, seed=0)
    name, slope = f"targets {tuple(targets.shape)}", line.weight.item()
    print(f"{name:15}  differences {shape!s:8}", end="  ")
    print(f"loss {loss:.3f}  slope {slope:z.3f}")  # z: zero has no minus

# %% alt="Twenty noisy points rise along a line. The line fitted with targets of shape (20, 1) runs through them; the line fitted with targets of shape (20,) is flat, at the height of their mean. On the right, the 20 by 20 table of squared differences that the second run averages: only its diagonal, outlined, compares a point with its own target." tags=["hide_input"]
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.8), layout="constrained")
left.plot(x[:, 0], y[:, 0], "o", markersize=4)
for targets, style, label in [(y, "-", "(20, 1)"), (y[:, 0], "--", "(20,)")]:
    line, _, _ = fit_line(x, targets, seed=0)
    left.plot(x[:, 0], line(x).detach()[:, 0], style, label=f"targets {label}")
left.set(xlabel="$x$", ylabel="$y$", title="two fits")
left.legend()
image = right.imshow(((2 * x - y[:, 0]) ** 2), cmap="cividis")
for i in range(20):
    right.add_patch(plt.Rectangle((i - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="C1", linewidth=1))
right.set(xlabel="target number", ylabel="output number", title="what the second run averages")
fig.colorbar(image, ax=right, label="squared difference")
plt.show()

# %% [markdown]
# (20, 1) minus (20,) is (20, 20): every output is compared with every target. Nothing raises, and the best
# answer to "be close to all targets at once" is their mean. On the right you see what was averaged, drawn for
# the outputs $2x$: the diagonal was meant, everything was counted.

# %% tags=["hide_input"]
import warnings

slopes, misses = {"good": [], "bad": []}, []
for seed in range(5):
    seed_x, seed_y = noisy_line(seed)
    slopes["good"].append(fit_line(seed_x, seed_y, seed)[0].weight.item())
    flat_line = fit_line(seed_x, seed_y[:, 0], seed)[0]
    slopes["bad"].append(flat_line.weight.item())
    misses.append(abs(flat_line.bias.item() - seed_y.mean().item()))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    nn.MSELoss()(x, y[:, 0])
low, high = min(slopes["good"]), max(slopes["good"])
worst = max(abs(slope) for slope in slopes["bad"])
claim(
    f"Over five seeds (points and start), the slope ends between {low:.2f} and {high:.2f} with matching shapes, "
    f"and less than 0.001 from zero with the others: a flat line, at the mean of the targets to within 0.001. "
    "`nn.MSELoss` warns about such shapes; your own formula does not.",
    low > 1.5 and high < 2.5 and max(worst, *misses) < 0.001 and "target size" in str(caught[0].message),
)

# %% [markdown]
# ## One strip of memory
#
# Memory has no rows and columns. It is one long strip, and a tensor is a way to walk over it. Besides the
# shape it keeps the [strides](../glossary.md#stride): for each axis, how many places on the strip to move when
# the index grows by one. Together with the place where the walk begins, the offset, this is all:
#
# $$\text{place} = \text{offset} + i \cdot \text{stride}_0 + j \cdot \text{stride}_1$$
#
# A tensor that walks over another tensor's strip is a [view](../glossary.md#view) of it. `view(3, 2)` asks for
# another shape, `.T` swaps the axes, `expand` stretches an axis of length 1 (`x[:1]` is the first row, of shape
# (1, 3)).
#
# **Predict.** `x` has the shape (2, 3), and its strides are (3, 1). What are the strides of `x.T`?

# %%
x = torch.arange(6).view(2, 3)
walks = {
    "x": x,
    "x.view(3, 2)": x.view(3, 2),
    "x.T": x.T,
    "x[:1].expand(2, 3)": x[:1].expand(2, 3),
}
for name, tensor in walks.items():
    shape, strides = tuple(tensor.shape), tensor.stride()
    print(f"{name:18}  shape {shape}  strides {strides}")

# %% alt="Four tensors over the same strip of six cells, 0 to 5. For each, its table stands on the left, and its walk, row after row, is drawn under the strip. The walks of x and of x.view(3, 2) are the same straight line; only the row breaks differ. The walk of x.T jumps forwards by three and back by two. The walk of the expanded row visits 0, 1, 2 twice and never goes further." tags=["hide_input"]
fig, axes = plt.subplots(2, 2, figsize=(6.3, 4.8), layout="constrained")
for ax, (name, tensor) in zip(axes.flat, walks.items()):
    blank(ax, 10.6, 6.4)
    for i, line in enumerate(tensor):
        draw_table(ax, line[None], 0, 1.4 + 1.15 * i, f"C{i}")
    draw_table(ax, torch.arange(6)[None], 4, 0.8, "C4")
    stride0, stride1 = tensor.stride()
    steps = [(i, i * stride0 + j * stride1) for i in range(len(tensor)) for j in range(tensor.shape[1])]
    places = [4.5 + place for _, place in steps]
    heights = [2.5 + 0.7 * step for step in range(6)]
    ax.plot(places, heights, "-", color="C4", linewidth=1)
    for (i, _), place, height in zip(steps, places, heights):
        ax.plot(place, height, "o^s"[i], color=f"C{i}", markersize=7)
    ax.set_title(f"{name}   {tuple(tensor.shape)}, strides {tensor.stride()}", fontsize=9)
plt.show()

# %% [markdown]
# Read each walk from top to bottom: one mark per element, in the colour and shape of its row. The strip is the
# same every time. `view` changed the row breaks and kept the walk. `.T` kept the numbers and changed the walk.
# `expand` visits the same cells again, with a stride of 0: this is how broadcasting stretches without copying.
# If they share one strip, then writing through one must show in the others.

# %%
x.T[0, 1] = 100
print("x[1, 0] =", x[1, 0].item())
print("the view:", x.view(3, 2).tolist())

# %% tags=["hide_input"]
x = torch.arange(12).view(3, 4)
strip = torch.arange(12)


def follows(tensor):
    """Whether offset and strides find every element of a tensor of two axes on the strip."""
    (rows, columns), (stride0, stride1) = tensor.shape, tensor.stride()
    places = tensor.storage_offset() + torch.arange(rows)[:, None] * stride0 + torch.arange(columns) * stride1
    return torch.equal(strip[places], tensor) and tensor.untyped_storage().data_ptr() == x.data_ptr()


views = [x.view(2, 6), x.T, x[1:, ::2], x[:, 1:2].expand(3, 5), x[0].unfold(0, 2, 1), x.reshape(6, 2)]
copies = [x.clone(), x[[0, 2]], x[x > 5], x.T.reshape(12), x + 0, x.T.contiguous()]
claim(
    f"For a larger `x`, the formula finds every element of {len(views)} views, slices with steps among them, on "
    "`x`'s own strip. Picking by a list, `x[[0, 2]]`, or by a condition, `x[x > 5]`, gives a new strip; so do "
    "arithmetic and `clone()`.",
    all(follows(view) for view in views)
    and all(copy.untyped_storage().data_ptr() != x.data_ptr() for copy in copies),
)

# %% [markdown]
# ## When a view is impossible
#
# A tensor whose walk goes straight along its strip is [contiguous](../glossary.md#contiguous). `view` never
# copies, so it needs strides that allow the new shape; otherwise it refuses. `reshape` gives a view where it
# can, and a copy where it must, without telling you which. Neither of them is a transpose: they keep the
# order in which you read the elements.
#
# The next cell also changes axes of length 1: `squeeze` takes them out, and `unsqueeze(0)` puts one in front.
#
# **Predict.** `x` is 0 1 2 over 3 4 5. What do `x.reshape(3, 2)` and `x.T` hold, both of shape (3, 2)?

# %%
x = torch.arange(6).view(2, 3)
try:
    x.T.view(6)
except RuntimeError as error:
    print(str(error)[:63], "…")
for name, result in [
    ("x.T.reshape(6)", x.T.reshape(6)),
    ("x.reshape(3, 2)", x.reshape(3, 2)),
    ("x.T", x.T),
]:
    shared = result.data_ptr() == x.data_ptr()  # where the walk begins
    print(f"{name:15}  {result.tolist()!s:24}  on x's strip: {shared}")

one_image = torch.zeros(1, 1, 28, 28)  # a batch of one grey image
print("squeeze()   ", tuple(one_image.squeeze().shape))
print("squeeze(1)  ", tuple(one_image.squeeze(1).shape))
print("unsqueeze(0)", tuple(one_image.unsqueeze(0).shape))

# %% [markdown]
# The transpose reads the numbers in another order, so laying it out in one row needed a copy.
#
# `squeeze()` takes out *every* axis of length 1, and so it took the batch, too. It works until the day when a
# batch holds one image. Name the axis: `squeeze(1)`.
#
# ## `view(-1, 784)` and your images
#
# A layer of the kind `nn.Linear(784, 10)` wants one row of 784 = 28 × 28 numbers per image. In many scripts
# you will meet `images.view(-1, 784)`, where −1 means: whatever length fits. We hand it four images that are twice
# as high, 56 × 28, each made of two of scikit-learn's digits.
#
# **Predict.** What does the layer say about images of the wrong size?

# %%
from nnfund.data import load_digits

digits = load_digits(normalize=False).train.inputs[:8]  # (8, 1, 8, 8)
digits = nn.functional.interpolate(digits, size=(28, 28))  # enlarge
pairs = [digits[0::2], digits[1::2]]
images = torch.cat(pairs, dim=2)  # one below the other: (4, 1, 56, 28)

layer = nn.Linear(784, 10)
rows = images.view(-1, 784)
answers = layer(rows)
print("view(-1, 784):", tuple(rows.shape), "->", tuple(answers.shape))

flat = images.flatten(1)  # keeps axis 0, joins all others
print("flatten(1):   ", tuple(flat.shape), "-> an error:")
try:
    layer(flat)
except RuntimeError as error:
    print("  ", error)

# %% alt="Left, under view(-1, 784): eight rows, each half an image, one digit each; rows 0 and 1 come from image 0, and so on. Right, under flatten(1): four rows, each one whole image of two digits." tags=["hide_input"]
fig = plt.figure(figsize=(6.3, 2.6), layout="constrained")
wrong, right = fig.subfigures(1, 2)
wrong.suptitle("view(−1, 784): eight rows", fontsize=10)
right.suptitle("flatten(1): four rows", fontsize=10)
for part, table, shape, grid in [(wrong, rows, (28, 28), (2, 4)), (right, flat, (56, 28), (1, 4))]:
    for number, (ax, values) in enumerate(zip(part.subplots(*grid).flat, table)):
        ax.imshow(values.view(shape), cmap="gray")
        source = f"C{number * 4 // len(table)}"  # one colour per image
        ax.spines[:].set(visible=True, color=source, linewidth=2)
        ax.set(xticks=[], yticks=[], xlabel=f"row {number}")
plt.show()

# %% [markdown]
# The layer says nothing: it got eight rows of the right length and gave eight answers about four images. The
# frames show which image a row comes from. `view(-1, 784)` keeps the width and lets the *number of samples*
# change. `flatten(1)` keeps the samples and lets the width change, so the error comes where the mistake is.

# %% tags=["hide_input"]
small = torch.zeros(4, 1, 14, 14)
color = torch.zeros(4, 3, 28, 28)
claim(
    f"The other way round, four images of 14 × 14 become {len(small.view(-1, 784))} row: all four in one sample. "
    f"Four colour images become {len(color.view(-1, 784))} rows, one per image and colour. `flatten(1)` has "
    f"{len(small.flatten(1))} rows each time.",
    len(small.view(-1, 784)) == 1
    and len(color.view(-1, 784)) == 12
    and len(small.flatten(1)) == len(color.flatten(1)) == 4,
)

# %% [markdown]
# ## The bridge to NumPy
#
# NumPy's arrays are strips with shape and strides as well, so a tensor can walk over an array's memory.
# `torch.from_numpy` and `.numpy()` do this: no number is moved. `torch.tensor` copies.
#
# **Predict.** We change the array after making both tensors. Which one changes with it? And what dtype arrives?

# %%
import numpy as np

array = np.array([1.0, 2.0, 3.0])
shared = torch.from_numpy(array)
copied = torch.tensor(array)
array[0] = 100
print("shared:", shared.tolist(), shared.dtype)
print("copied:", copied.tolist(), copied.dtype)

try:
    nn.Linear(3, 1)(shared)
except RuntimeError as error:
    print("layer: ", error)

weight = torch.ones(2, requires_grad=True)  # "I will ask for slopes"
try:
    weight.numpy()
except RuntimeError as error:
    print("numpy: ", str(error).replace(". ", ".\n        "))
print("detached:", weight.detach().numpy())

# %% [markdown]
# NumPy's fractions are `float64`, and a layer's are `float32`: write `.float()`, which makes a copy. A
# tensor that asks for slopes does not hand out its memory, since NumPy could change it unrecorded.
# `detach()` gives a view without the recording.

# %% tags=["hide_input"]
weight.detach().numpy()[0] = 5
try:
    torch.from_numpy(array[::-1])
    flipped = True
except ValueError:
    flipped = False
claim(
    f"That view still shares: writing 5 into the detached array made the weight {weight.tolist()[0]:.0f}. And not "
    "every walk can cross: an array read backwards, `array[::-1]`, has a negative stride, which tensors do not "
    "have, and is refused.",
    weight.tolist() == [5, 1] and not flipped,
)

# %% [markdown]
# ## Check yourself
#
# ??? question "Which shape comes out of (8, 1, 28, 28) + (3, 1, 1)?"
#     Align at the right: 28 with 1, 28 with 1, 1 with 3, and 8 with nothing, which counts as 1. The result has
#     the shape (8, 3, 28, 28). The same rule lets one mean per channel, of shape (3, 1, 1), be taken off a
#     whole batch of colour images.
#
# ??? question "You want to take each sample's own mean off a table of shape (200, 5). Why does `x - x.mean(dim=1)` fail, and when would it not?"
#     The mean has the shape (200,), which is aligned with the 5. With `keepdim=True` it is (200, 1) and fits.
#     If the table had as many columns as rows, the wrong line would run, and take sample $j$'s mean off column
#     $j$.
#
# ??? question "How many numbers does `torch.zeros(1).expand(1000, 1000)` keep in memory?"
#     One. Its strides are (0, 0). Writing into it in place is refused: a million elements share one place. Call
#     `clone()` first.
#
# ??? question "A photo has the shape (rows, columns, 3); a network wants (3, rows, columns). Is `view(3, rows, columns)` right?"
#     No. The shape is right and the picture is scrambled, because `view` keeps the order of the walk. You want
#     the axes in another order: `photo.permute(2, 0, 1)`.

# %% tags=["hide_input"]
batch, means = torch.zeros(8, 1, 28, 28), torch.zeros(3, 1, 1)
table, square = torch.randn(200, 5), torch.randn(5, 5)
try:
    table - table.mean(dim=1)
    refused = False
except RuntimeError:
    refused = True
wide = torch.zeros(1).expand(1000, 1000)
try:
    wide += 1
    written = True
except RuntimeError:
    written = False
photo = torch.arange(24).view(2, 4, 3)
claim(
    "The four answers were run, too.",
    (batch + means).shape == (8, 3, 28, 28)
    and refused
    and torch.allclose((table - table.mean(dim=1, keepdim=True)).mean(dim=1), torch.zeros(200), atol=1e-5)
    and torch.equal((square - square.mean(dim=1))[:, 2], square[:, 2] - square[2].mean())
    and wide.stride() == (0, 0)
    and wide.untyped_storage().nbytes() == 4
    and not written
    and not torch.equal(photo.view(3, 2, 4), photo.permute(2, 0, 1)),
)

# %% [markdown]
# ## Exercises
#
# Each puzzle asks for a function of one or two lines. Allowed are `torch.arange`, arithmetic, comparisons,
# indexing, `sum`, `abs`, `torch.maximum` and broadcasting. Loops are not. (The last puzzle also needs
# `torch.as_strided(sequence, shape, strides)`, which walks over a tensor's strip with the shape and the strides
# that you name.) Here is a solved one: a table that holds the distance between row number and column number. The
# specification uses loops, and the solution must agree with it at every size.


# %%
def distance_specified(n):
    return torch.tensor([[abs(i - j) for j in range(n)] for i in range(n)])


def distance(n):
    i = torch.arange(n)
    return (i[:, None] - i).abs()  # (n, 1) - (n,) -> (n, n)


for n in range(1, 30):
    assert torch.equal(distance(n), distance_specified(n))
print(distance(4).tolist())

# %% alt="Three square pictures, 9 by 9. First a chessboard. Then rings: square frames around the centre, darkest in the middle, brighter outwards. Then windows: each row holds the numbers of the row above, moved one place to the left." tags=["hide_input"]
places = range(9)
pictures = {
    "chessboard(9)": [[(i + j) % 2 for j in places] for i in places],
    "rings(9)": [[max(abs(i - 4), abs(j - 4)) for j in places] for i in places],
    "windows(sequence, 9)": [[(3 * (i + j)) % 7 for j in places] for i in places],
}
fig, axes = plt.subplots(1, 3, figsize=(6.3, 2.3), layout="constrained")
for ax, (name, picture) in zip(axes, pictures.items()):
    ax.imshow(picture, cmap="cividis")
    ax.set(xticks=[0, 8], yticks=[0, 8])
    ax.set_title(name, fontsize=10)
plt.show()

# %% [markdown]
# 1. **Basic.** `chessboard(n)` and `rings(n)` for odd `n`, as in the picture. Then `one_hot(labels, classes)`:
#    for labels of shape (N,), a table of shape (N, classes) with a 1 at each row's label and 0 elsewhere.
#
#     ??? tip "Hint"
#         A column of row numbers and a row of column numbers meet in every entry. For `one_hot`, let a column
#         of labels meet a row of classes, and compare.
#
# 2. **Intermediate.** `distances(points, centres)`: for (N, 2) and (K, 2), the (N, K) table of the squared
#    distances between each point and each centre. Then `matmul(A, B)` without `@`.
#
#     ??? tip "Hint"
#         Make three axes, two of which come from the result. The third is the one that `sum(dim=…)` removes.
#         Write the wanted three lengths down first, then place the `None`s.
#
# 3. **Advanced.** `windows(sequence, size)`: row $i$ holds elements $i$ to $i$ + size − 1 of the sequence. First
#    by indexing with a table of places, then by `torch.as_strided` without copying a number. Show that the
#    second one shares its memory.
#
#     ??? tip "Hint"
#         Moving down one row moves one place along the strip, and so does moving right one column. To show
#         sharing, write into the sequence and look at the windows.
#
# ## Summary
#
# - A tensor has a shape, a dtype and a device. Python's fractions become `float32` and whole numbers `int64`, on
#   the CPU, unless you say otherwise.
# - `*` works element by element, `@` makes the inner lengths disappear, `dim` names the axis that disappears.
# - Broadcasting aligns shapes at the right and stretches lengths of 1. Give outputs and targets the same
#   shape, or a loss compares each with all.
# - A tensor is a walk over a strip: offset, shape, strides. Views share the strip; `clone` and picking by list
#   or condition do not; `reshape` may or may not.
# - Flatten images by `flatten(1)`, and name the axis in `squeeze(1)`.
# - `from_numpy` and `.numpy()` share memory; `torch.tensor` copies. NumPy's fractions arrive as `float64`.
#
# ## Further reading
#
# - Charles R. Harris, K. Jarrod Millman, Stéfan J. van der Walt et al. (2020). Array programming with NumPy.
#   *Nature* 585, 357–362. Shape, strides and broadcasting in one figure.
# - Stéfan van der Walt, S. Chris Colbert and Gaël Varoquaux (2011). The NumPy array: a structure for efficient
#   numerical computation. *Computing in Science & Engineering* 13(2), 22–30.
# - Adam Paszke, Sam Gross, Francisco Massa et al. (2019). PyTorch: an imperative style, high-performance deep
#   learning library. *Advances in Neural Information Processing Systems* 32.
# - Eli Stevens, Luca Antiga and Thomas Viehmann (2020). *Deep Learning with PyTorch*. Manning. Chapter 3.
# - Sasha Rush. *Tensor Puzzles*. Repository srush/Tensor-Puzzles. Many more puzzles, in whose spirit ours are.
