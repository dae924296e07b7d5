# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - compute the size, the parameters and the receptive field of a stack of convolutions before you run it
#   - write a convolutional layer, forward and backward, that equals PyTorch's
#   - say what a convolution does with a shifted image, and where that ends
# know_first: >-
#   [Your first network](01_first_network.py) and [backpropagation](08_backpropagation.py): what
#   a layer passes forward and back. [Modules](10_modules.py).
# data: a photograph and the 8×8 digits, which both come with scikit-learn
# ---

# %% [markdown]
# # Convolutions
#
# You will be able to take a convolutional layer apart, write one yourself, and say what it can see.
#
# A [fully connected](../glossary.md#fully-connected) layer reads an image as a list of pixels. It does not
# know which pixels are neighbours, and what it learns about one corner it does not know about the others. A
# convolutional layer asks the same small question everywhere. Below, a photograph gets three such
# questions: how bright is it around here, how strongly does it change from left to right, and from top to
# bottom?

# %% alt="A temple on a lake, four times. The photograph in grey. Blurred: fine detail is gone. Left to right: columns and other upright edges stand out, dark on one side and bright on the other. Top to bottom: the roofs and steps stand out." tags=["hide_input"]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_image

photo = torch.tensor(load_sample_image("china.jpg")).float() / 255
colour = F.avg_pool2d(photo.movedim(2, 0)[:, :416, :608], 4)  # (3, 104, 152)
image = colour.mean(dim=0)  # (104, 152): grey

sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
kernels = {
    "photograph": torch.ones(1, 1),
    "blurred": torch.ones(5, 5) / 25,
    "left to right": sobel,
    "top to bottom": sobel.T,
}
fig, axes = plt.subplots(2, 2, figsize=(6.2, 4.4), layout="constrained")
for ax, (name, kernel) in zip(axes.flat, kernels.items()):
    ax.imshow(F.conv2d(image[None, None], kernel[None, None])[0, 0], cmap="gray")
    ax.set(title=name, xticks=[], yticks=[])
plt.show()

# %% [markdown]
# Each picture came from one operation with a few numbers. The rest of this page is about that operation.
#
# ## One window at a time
#
# Those few numbers are the [kernel](../glossary.md#kernel), or filter: for edges, $3 \times 3$ weights $w$. Lay
# it onto the image $x$, multiply each pixel by the weight on top of it, and add up, with a bias $b$ perhaps.
# That is one pixel of the output $y$. Then move on and do it again:
#
# $$y_{ij} = b + \sum_{u=0}^{k-1} \sum_{v=0}^{k-1} w_{uv}\, x_{i+u,\; j+v}.$$
#
# So it is a [neuron](../glossary.md#neuron) with nine inputs, used in many places with the same weights. This is
# called [weight sharing](../glossary.md#weight-sharing), and the operation is what a
# [convolutional](../glossary.md#convolution) layer does. As loops, with a [stride](../glossary.md#stride): how
# far the window moves at a time.

# %%
import torch
import torch.nn.functional as F
from torch import nn


def places(image, k, stride=1):
    """Each output place (i, j), with the window that it looks at."""
    for i in range((image.shape[0] - k) // stride + 1):
        for j in range((image.shape[1] - k) // stride + 1):
            rows = slice(i * stride, i * stride + k)
            columns = slice(j * stride, j * stride + k)
            yield (i, j), (rows, columns)


def forward(image, kernel, stride=1):
    sums = {}
    for place, window in places(image, len(kernel), stride):
        sums[place] = (image[window] * kernel).sum()
    rows = place[0] + 1  # the last place
    return torch.stack(list(sums.values())).view(rows, -1)


sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
step = torch.tensor([0.0, 0, 0, 1, 1, 1, 1]).repeat(4, 1)  # dark, bright
print(step)
print(forward(step, sobel))

# %% [markdown]
# This kernel, Sobel's filter, made the picture "left to right". Its left column subtracts what its right column
# adds. Where both see the same brightness, the sum is 0. It answers at the step, and only there. `F.conv2d`
# computes the same; it wants images of shape (N, channels, rows, columns). From here on, `image` is the grey
# photograph, 104 × 152 pixels.

# %% tags=["hide_input"]
from nnfund import claim

gaps = []
for stride in (1, 2, 3):
    ours = forward(image[:40, :50], sobel, stride)
    torchs = F.conv2d(image[None, None, :40, :50], sobel[None, None], stride=stride)[0, 0]
    gaps.append((ours - torchs).abs().max().item())
claim(
    f"On a piece of the photograph, with strides 1, 2 and 3, loops and PyTorch differ by {max(gaps):.0e} at most.",
    max(gaps) < 1e-5,
)

# %% [markdown]
# ## How large is the output?
#
# Smaller than the input: the window has to fit. Three numbers decide how much, besides the size $n$ of the
# input and $k$ of the kernel. The stride $s$ you know. [Padding](../glossary.md#padding) $p$ puts that many
# rows and columns, of zeros as a rule, around the image. [Dilation](../glossary.md#dilation) $d$ spreads the
# kernel: it looks at every $d$-th pixel, so it spans $d(k-1)+1$.
#
# **Predict.** Eight pixels in a row, $k = 3$, stride 2, no padding. How many windows fit? Does every pixel lie
# under one? In the figure, the upper row shows the pixels (pale: padding), and each bar below is one window.

# %% alt="Four rows of seven or eight pixels, with windows of three as bars below. n 7, stride 1: five windows. n 7, padding 1: seven windows, as many as pixels. n 8, stride 2: three windows, and the last pixel lies under none of them. n 7, dilation 2: three windows, each touching three pixels with gaps between." tags=["hide_input"]
cases = [(7, 1, 0, 1), (7, 1, 1, 1), (8, 2, 0, 1), (7, 1, 0, 2)]  # n, stride, padding, dilation
fig, axes = plt.subplots(4, 1, figsize=(6.2, 5.2), layout="constrained", height_ratios=[5, 7, 3, 3])
for ax, (n, stride, padding, dilation) in zip(axes, cases):
    for position in range(-padding, n + padding):
        inside = 0 <= position < n
        ax.barh(0, 0.9, left=position - 0.45, height=0.9, color="C0", alpha=1 if inside else 0.3)
    starts = range(-padding, n + padding - 2 * dilation, stride)
    for row, start in enumerate(starts, 1):
        ax.plot([start, start + 2 * dilation], [row, row], "C1", linewidth=2)
        ax.plot([start + dilation * u for u in range(3)], [row] * 3, "C1s", markersize=6)
    names = {"stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1)}
    said = [f"{name} {value}" for name, (value, usual) in names.items() if value != usual] or ["stride 1"]
    ax.set_title(f"n = {n}, k = 3, {said[0]}: output {len(starts)}", loc="left", fontsize=10)
    ax.set(xlim=(-1.6, 8.6), ylim=(len(starts) + 0.7, -0.6))
    ax.axis("off")
plt.show()

# %% [markdown]
# In the third row the eighth pixel is under no window: the rest that does not fill a step is dropped, without
# a word. Counted from the first place of the padded row, windows start at $0, s, 2s, \dots$, and the last
# may start at $n + 2p - d(k-1) - 1$ at the latest, or it would reach beyond the end. Hence
#
# $$\text{output} = \left\lfloor \frac{n + 2p - d(k-1) - 1}{s} \right\rfloor + 1,$$
#
# where $\lfloor\,\rfloor$ rounds down. Rows and columns each have their own. As a function:


# %%
def output_size(n, k, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - dilation * (k - 1) - 1
    if room < 0:
        raise ValueError(f"kernel of {k} does not fit into n={n}: pad more")
    return room // stride + 1


for n, k, stride, padding in [(32, 3, 1, 1), (32, 2, 2, 0), (224, 7, 2, 3)]:
    size = output_size(n, k, stride, padding)
    print(f"n={n}, k={k}, stride={stride}, padding={padding}: {size}")

# %% tags=["hide_input"]
from itertools import product


def torch_size(layer, n, k, stride, padding, dilation):
    """What PyTorch answers: the size, or "refused"."""
    try:
        if layer == "convolution":
            y = F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), None, stride, padding, dilation)
        else:
            y = F.max_pool1d(torch.zeros(1, 1, n), k, stride, padding, dilation)
        return y.shape[-1]
    except RuntimeError:
        return "refused"


def our_size(*numbers):
    try:
        return output_size(*numbers)
    except ValueError:
        return "refused"


grid = list(product(range(1, 13), range(1, 6), range(1, 5), range(4), range(1, 4)))
answers = [our_size(*numbers) for numbers in grid]
agree = all(our == torch_size("convolution", *numbers) for our, numbers in zip(answers, grid))
pools = [numbers for numbers in grid if 2 * numbers[3] <= numbers[1]]
agree_pools = all(our_size(*numbers) == torch_size("pooling", *numbers) for numbers in pools)
keeps = all(output_size(n, k, 1, k // 2) == n for n in range(1, 65) for k in (1, 3, 5, 7))
halves = all(output_size(n, 2, 2) == n // 2 for n in range(2, 65))
claim(
    f"The function agrees with PyTorch in all {len(grid):,} cases of n up to 12, k up to 5, stride up to 4, padding "
    f"and dilation up to 3: the same size, or refused by both ({answers.count('refused')} times). "
    "The same formula holds for pooling, below. Worth knowing by heart: an odd kernel with padding $(k-1)/2$ "
    "and stride 1 keeps the size, and $k = 2$ with stride 2 halves it, rounded down.",
    agree and agree_pools and keeps and halves,
)

# %% [markdown]
# ## The name is wrong
#
# In mathematics, a convolution runs over one of its two partners backwards:
#
# $$(w * x)_{ij} = \sum_{u} \sum_{v} w_{uv}\, x_{i-u,\; j-v}.$$
#
# With the plus of our formula it is called [cross-correlation](../glossary.md#cross-correlation). SciPy has
# both. **Predict.** Which of them is `F.conv2d`?

# %%
from scipy import signal

torchs = F.conv2d(image[None, None], sobel[None, None])[0, 0].numpy()
turned = sobel.flip(0, 1)
options = {
    "correlate2d": signal.correlate2d(image, sobel, mode="valid"),
    "convolve2d": signal.convolve2d(image, sobel, mode="valid"),
    "convolve2d, turned": signal.convolve2d(image, turned, mode="valid"),
}
for name, result in options.items():
    print(f"{name:20} differs by {abs(result - torchs).max():.4f}")

# %% tags=["hide_input"]
torch.manual_seed(0)
a, b = torch.rand(6, 7), torch.rand(3, 3)
swap = abs(signal.convolve2d(a, b) - signal.convolve2d(b, a)).max()
swap_correlation = abs(signal.correlate2d(a, b) - signal.correlate2d(b, a)).max()
differences = {name: abs(result - torchs).max() for name, result in options.items()}
claim(
    "PyTorch's convolution is a cross-correlation. A kernel turned by 180° (`flip(0, 1)`) makes one into the "
    "other. Mathematics wants the flip because then the partners can be swapped, $w * x = x * w$, which fails "
    f"for cross-correlation: it differs by {swap_correlation:.1f} in a random example.",
    differences["correlate2d"] < 1e-5
    and differences["convolve2d, turned"] < 1e-5
    and differences["convolve2d"] > 0.5
    and swap < 1e-5
    and swap_correlation > 0.1,
)

# %% [markdown]
# For a network the flip does not matter, because nobody writes its kernels: they are learned, and come out
# turned if they have to. Let us watch that. We filter the photograph with SciPy's *true* convolution and
# Sobel's kernel, and show a layer with nine random weights the photograph and the result. Adam
# ([optimizers](09_optimizers.py)) lowers the mean squared error. What will the nine weights be?

# %%
photo_in = image[None, None]  # (1, 1, 104, 152)
edges = torch.tensor(signal.convolve2d(image, sobel, mode="valid"))
edges = edges[None, None].float()


def learn_kernel(seed, steps=1000):
    torch.manual_seed(seed)
    layer = nn.Conv2d(1, 1, kernel_size=3, bias=False)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
    losses = []
    for _ in range(steps):
        loss = F.mse_loss(layer(photo_in), edges)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return layer.weight.detach()[0, 0], losses


runs = [learn_kernel(seed) for seed in range(3)]

# %% alt="Left: the loss of three seeds falls from about 0.1 by more than four powers of ten in 1000 steps. Middle: Sobel's kernel, negative on the left, positive on the right. Right: the learned kernel has the same numbers, turned: positive on the left, negative on the right." tags=["hide_input"]
fig, axes = plt.subplots(1, 3, figsize=(6.3, 2.5), layout="constrained", width_ratios=[1.5, 1, 1])
for seed, (_, losses) in enumerate(runs):
    axes[0].semilogy(losses, linestyle=["-", "--", ":"][seed], label=f"seed {seed}")
axes[0].set(xlabel="step", ylabel="loss")
axes[0].legend()
for ax, title, kernel in zip(axes[1:], ["Sobel", "learned"], [sobel, runs[0][0]]):
    ax.imshow(kernel, cmap="PuOr_r", vmin=-4, vmax=4)
    ax.set(title=title, xticks=[], yticks=[])
plt.show()

# %% tags=["hide_input"]
errors = [(kernel - sobel.flip(0, 1)).abs().max().item() for kernel, _ in runs]
claim(
    f"Gradient descent found the kernel, and found it turned. The largest error of its nine weights is "
    f"{', '.join(f'{error:.3f}' for error in errors)} for the three seeds.",
    max(errors) < 0.15,
)

# %% [markdown]
# ## Channels
#
# A colour image has three [channels](../glossary.md#channel): red, green and blue. A filter then has one
# kernel for each, and adds up the three results: it slides over rows and columns, but reaches through all
# channels at once. A layer has several filters, and each makes one channel of the output, a [feature
# map](../glossary.md#feature-map). So the weight has shape (out, in, $k$, $k$), and there is one bias per
# filter.
#
# **Predict.** A layer takes 3 channels of 32 × 32 to 16 channels of the same size. How many parameters has it
# with 3 × 3 kernels? And a fully connected layer between the same numbers?

# %%
conv = nn.Conv2d(in_channels=3, out_channels=16, kernel_size=3, padding=1)
in_features, out_features = 3 * 32 * 32, 16 * 32 * 32
print("weight", tuple(conv.weight.shape), " bias", tuple(conv.bias.shape))
print(f"convolution      {16 * (3 * 3 * 3 + 1):10,} parameters")
print(f"fully connected  {out_features * (in_features + 1):10,} parameters")

# %% tags=["hide_input"]
from nnfund.models import count_parameters

with torch.no_grad():
    by_channel = [F.conv2d(colour[None, c : c + 1], conv.weight[:, c : c + 1], padding=1) for c in range(3)]
    gap = (sum(by_channel) + conv.bias[:, None, None] - conv(colour[None])).abs().max().item()
    larger = tuple(conv(torch.zeros(1, 3, 64, 64)).shape)
ratio = out_features * (in_features + 1) / count_parameters(conv)
claim(
    f"The fully connected layer has {ratio:,.0f} times as many. The convolution's do not depend on the size of the "
    f"image at all: the same layer turns 64 × 64 pixels into {larger[1]} maps of {larger[2]} × {larger[3]}. And the sum of three one-channel convolutions plus "
    f"the bias is the layer's output (largest difference {gap:.0e}).",
    gap < 1e-5 and count_parameters(conv) == 16 * 28 and larger == (1, 16, 64, 64) and ratio > 100_000,
)

# %% [markdown]
# Without its bias, a convolution is linear, so it *is* a fully connected layer with a weight matrix of a special kind. The
# formula hides this matrix, but you can make it visible: feed in images with a single bright pixel, one for
# each place. Each answer is one column. Here, from 6 × 6 pixels to 4 × 4.

# %% alt="A matrix of 16 rows and 36 columns, mostly empty. The same nine colours form a pattern of three short bands in each row, which moves one column to the right from row to row, and two more where the window begins a new line of the image."
torch.manual_seed(0)
kernel = torch.randn(1, 1, 3, 3)
single_pixels = torch.eye(36).view(36, 1, 6, 6)
matrix = F.conv2d(single_pixels, kernel).flatten(1).T  # (16, 36)

fig, ax = plt.subplots(figsize=(6.2, 3))
ax.imshow(matrix, cmap="PuOr_r", vmin=-2.5, vmax=2.5)
ax.set(xlabel="input pixel (6 × 6)", ylabel="output pixel (4 × 4)")
ax.set_yticks(range(0, 16, 5))
plt.show()

# %% tags=["hide_input"]
nonzero = (matrix != 0).sum().item()
x = torch.randn(1, 1, 6, 6)
gap = (matrix @ x.flatten() - F.conv2d(x, kernel).flatten()).abs().max().item()
claim(
    f"Of the {matrix.numel()} weights, {matrix.numel() - nonzero} are 0, and the other {nonzero} are {len(matrix.unique()) - 1} numbers, "
    f"repeated. Multiplying by this matrix and sliding the kernel give the same, up to rounding.",
    nonzero == 16 * 9 and len(matrix.unique()) == 10 and gap < 1e-5,
)

# %% [markdown]
# Two beliefs are built in: what matters first is near (the zeros), and what is worth asking here is worth
# asking there (the repetition). Where they fit the data, a network need not learn them.
#
# ## The backward pass, twice
#
# Let $g_{ij} = \partial L / \partial y_{ij}$ be the gradient that arrives. The kernel was used at every place,
# so its gradient is a sum over places. A pixel was used by every window that covers it, so its gradient is a
# sum over windows. With stride 1:
#
# $$\frac{\partial L}{\partial w_{uv}} = \sum_{i,j} g_{ij}\, x_{i+u,\; j+v},$$
#
# $$\frac{\partial L}{\partial x_{ab}} = \sum_{u,v} w_{uv}\, g_{a-u,\; b-v},$$
#
# where $g$ counts as 0 outside of the output. In the second sum, look at the signs: you met them above. Both
# come from the loops that you have:

# %%


def backward(image, kernel, grad_output, stride=1):
    grad_image = torch.zeros_like(image)
    grad_kernel = torch.zeros_like(kernel)
    for place, window in places(image, len(kernel), stride):
        grad_kernel += grad_output[place] * image[window]
        grad_image[window] += grad_output[place] * kernel
    return grad_image, grad_kernel


# %% [markdown]
# Loops in Python are slow. The trick for a fast layer: copy every window into a column (`unfold`, also called
# im2col). Then all windows times all filters is *one* matrix product, and backward is two. `fold` is the
# transpose of `unfold`: it adds each number back to the pixel that it was copied from.


# %%
class Conv2d:
    """A convolution that computes its own gradients."""

    def __init__(self, weight, bias, stride=1, padding=0):
        self.weight, self.bias = weight, bias
        self.window = {
            "kernel_size": weight.shape[2:],
            "stride": stride,
            "padding": padding,
        }

    def forward(self, x):
        self.size = x.shape[2:]
        self.columns = F.unfold(x, **self.window)  # (N, in·k·k, places)
        y = self.weight.flatten(1) @ self.columns  # (N, out, places)
        y = y + self.bias[:, None]
        k, stride = self.weight.shape[2], self.window["stride"]
        padding = self.window["padding"]
        size = [output_size(n, k, stride, padding) for n in self.size]
        return y.unflatten(2, size)  # (N, out, rows, columns)

    def backward(self, grad_y):
        grad_y = grad_y.flatten(2)  # (N, out, places)
        self.bias_grad = grad_y.sum(dim=(0, 2))
        grad_weight = (grad_y @ self.columns.mT).sum(dim=0)
        self.weight_grad = grad_weight.view_as(self.weight)
        grad_columns = self.weight.flatten(1).T @ grad_y
        return F.fold(grad_columns, self.size, **self.window)


# %% [markdown]
# Now the check, in double precision: output and gradients against PyTorch's layer and autograd. The package's
# own [`Conv2d`][nnfund.scratch.Conv2d] is built in the same way and joins in, and so do the loops (one channel,
# no padding).

# %% tags=["hide_input"]
from nnfund import scratch


def torch_answers(x, weight, bias, grad_y, stride, padding):
    x, weight, bias = (t.clone().requires_grad_() for t in (x, weight, bias))
    y = F.conv2d(x, weight, bias, stride, padding)
    return (y.detach(), *torch.autograd.grad(y, (x, weight, bias), grad_y))


def page_answers(x, weight, bias, grad_y, stride, padding):
    layer = Conv2d(weight, bias, stride, padding)
    return layer.forward(x), layer.backward(grad_y), layer.weight_grad, layer.bias_grad


def package_answers(x, weight, bias, grad_y, stride, padding):
    layer = scratch.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2], stride, padding, dtype=x.dtype)
    layer.weight.copy_(weight)
    layer.bias.copy_(bias)
    y = layer.forward(x)
    return y, layer.backward(grad_y), layer.weight.grad, layer.bias.grad


def loop_answers(x, weight, bias, grad_y, stride, padding):
    y = forward(x[0, 0], weight[0, 0], stride)
    grad_x, grad_weight = backward(x[0, 0], weight[0, 0], grad_y[0, 0], stride)
    return y[None, None] + bias, grad_x[None, None], grad_weight[None, None], grad_y.sum()[None]


def largest_differences(answers, in_channels, out_channels, settings):
    worst = torch.zeros(4)
    for seed, (k, stride, padding) in enumerate(settings):
        torch.manual_seed(seed)
        x = torch.randn(1 if in_channels == 1 else 2, in_channels, 9, 11, dtype=torch.double)
        weight = torch.randn(out_channels, in_channels, k, k, dtype=torch.double)
        bias = torch.randn(out_channels, dtype=torch.double)
        grad_y = torch.randn_like(F.conv2d(x, weight, bias, stride, padding))
        numbers = (x, weight, bias, grad_y, stride, padding)
        pairs = zip(answers(*numbers), torch_answers(*numbers))
        worst = worst.maximum(torch.tensor([(a - b).abs().max() for a, b in pairs]))
    return worst


settings = list(product((1, 2, 3, 5), (1, 2, 3), (0, 1, 2)))
table = {
    "loops": largest_differences(loop_answers, 1, 1, list(product((1, 2, 3), (1, 2, 3), (0,)))),
    "unfold": largest_differences(page_answers, 3, 4, settings),
    "nnfund.scratch": largest_differences(package_answers, 3, 4, settings),
}
heads = ("output", "image", "kernel", "bias")
print(f"{'largest difference':20}", *(f"{head:>9}" for head in heads))
for name, worst in table.items():
    print(f"{name:20}", *(f"{number:9.0e}" for number in worst.tolist()))

# %% tags=["hide_input"]
torch.manual_seed(0)
grad_y = torch.randn(4, 5)
grad_image, _ = backward(torch.randn(6, 7), sobel, grad_y)
gap = abs(signal.convolve2d(grad_y, sobel, mode="full") - grad_image.numpy()).max()
x = torch.randn(1, 1, 6, 6, requires_grad=True)
arriving = torch.randn(1, 1, 4, 4)
(grad_x,) = torch.autograd.grad(F.conv2d(x, kernel), x, arriving)
transposed = (matrix.T @ arriving.flatten() - grad_x.flatten()).abs().max().item()
claim(
    f"All are PyTorch's up to rounding, in {len(settings)} combinations of kernel size, stride and padding. And the true convolution "
    "comes back: with stride 1, the gradient of the image is `convolve2d` of the arriving gradient with the "
    "kernel. In terms of the matrix above: forward multiplies by it, backward by its transpose.",
    all(worst.max() < 1e-9 for worst in table.values()) and gap < 1e-5 and transposed < 1e-5,
)

# %% [markdown]
# ## Shift in, shift out
#
# If the same question is asked everywhere, then a temple four pixels further to the right gives the same
# answers four pixels further to the right. With $T$ for the shift and $f$ for the layer, $f(Tx) = T f(x)$. This is
# called [equivariance](../glossary.md#equivariance). It is not *in*variance, $f(Tx) = f(x)$: the answers
# move.
#
# Two things can break it. At the border, windows see padding. And with stride 2 the output has half as many
# places: where should an answer go that has to move by half a place? **Predict.** Draw the error against the
# shift for strides 1, 2 and 4, before you look. (In the left panel the image wraps around, so that there are
# no borders. Where the answer would have to move by a part of a place, we take the better of the two whole
# moves beside it. The five kernels are random, and sum to 0 as Sobel's does.)


# %%
def wrap_conv(x, kernel, stride):
    x = F.pad(x, (0, 2, 0, 2), mode="circular")  # no borders
    return F.conv2d(x, kernel, stride=stride)


def shift_error(kernel, stride, shift):
    """Relative difference of f(Tx) and T f(x)."""
    x = photo_in.double()
    moved = wrap_conv(x.roll(shift, dims=3), kernel, stride)
    still = wrap_conv(x, kernel, stride)
    near = shift // stride, shift // stride + 1
    errors = [moved - still.roll(m, dims=3) for m in near]
    return min(error.norm() / still.norm() for error in errors).item()


# %% alt="Left: the error of stride 1 is 0 at every shift. With stride 2 it is 0 at even shifts and about as large as the signal at odd ones. With stride 4 it returns to 0 at multiples of four only. Right: for three layers with zero padding, the difference is 0 in the middle of the image, and peaks within a few columns of its left and right border." tags=["hide_input"]
generator = torch.Generator().manual_seed(0)
random_kernels = [torch.randn(1, 1, 3, 3, generator=generator, dtype=torch.double) for _ in range(5)]
random_kernels = [kernel - kernel.mean() for kernel in random_kernels]
shifts = range(9)
error_of = {
    stride: torch.tensor(
        [[shift_error(kernel, stride, shift) for shift in shifts] for kernel in random_kernels]
    )
    for stride in (1, 2, 4)
}
torch.manual_seed(0)
layers = [nn.Conv2d(c, 8, 3, padding=1) for c in (1, 8, 8)]
deep = nn.Sequential(*(part for layer in layers for part in (layer, nn.ReLU()))).double()
with torch.no_grad():
    x = photo_in.double()
    difference = (deep(x.roll(4, dims=3)) - deep(x).roll(4, dims=3)).abs().amax(dim=(0, 1, 2))

fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.9), layout="constrained")
for (stride, values), marker in zip(error_of.items(), "o^s"):
    spread = torch.stack([values.mean(0) - values.amin(0), values.amax(0) - values.mean(0)])
    left.errorbar(shifts, values.mean(0), spread, marker=marker, capsize=2, label=f"{stride}")
left.set(xlabel="shift (pixels)", ylabel="relative error (5 kernels)")
left.set_ylim(None, 2.3)
left.legend(title="stride", ncols=3, fontsize=8, title_fontsize=8)
right.plot(difference)
right.set(
    xlabel="column of the output",
    ylabel="largest difference",
    title="3 layers, shift 4",
    ylim=(-0.02 * difference.max(), None),
)
plt.show()

# %% tags=["hide_input"]
touched = (difference > 1e-12).nonzero().flatten().tolist()
width = len(difference)
inner = [column for column in touched if 7 <= column < width - 3]
odd = error_of[2][:, 1::2]
claim(
    "Without borders and with stride 1, the error is 0 up to rounding: equivariant. With stride 2 this "
    f"holds at even shifts only, with stride 4 at multiples of four. At odd shifts, the error of stride 2 "
    f"is {odd.min():.2f} to {odd.max():.2f} of the signal. With "
    f"borders, {len(touched)} of {width} columns differ, all of them within 7 columns of the left border (4 of the shift, "
    "3 of the layers) or 3 of the right.",
    error_of[1].max() < 1e-12
    and error_of[2][:, ::2].max() < 1e-12
    and error_of[4][:, ::4].max() < 1e-12
    and odd.min() > 0.1
    and error_of[4][:, [1, 2, 3, 5, 6, 7]].min() > 0.1
    and not inner
    and len(touched) > 0,
)

# %% [markdown]
# Each layer with a kernel of three carries the border one pixel further in. A deep network can thus know
# where the border is, although no weight belongs to a place.
#
# ## Pooling
#
# [Pooling](../glossary.md#pooling) makes a map smaller: one number per window, in each channel by itself. Max
# pooling keeps the largest, average pooling the mean. Windows usually do not overlap. Going back, the gradient
# of a maximum belongs to its winner alone, and that of a mean is shared out equally.

# %%
x = torch.tensor([[1.0, 3, 0, 1], [2, 0, 5, 1]], requires_grad=True)
for pool in (nn.MaxPool2d(2), nn.AvgPool2d(2)):
    y = pool(x[None])
    (grad_x,) = torch.autograd.grad(y.sum(), x)
    print(f"{pool.__class__.__name__}: {y.tolist()}")
    print(grad_x)

# %% tags=["hide_input"]
features = torch.randn(2, 3, 8, 8, requires_grad=True)
gaps = []
for ours, torchs in [(scratch.MaxPool2d(2), nn.MaxPool2d(2)), (scratch.AvgPool2d(3, 2), nn.AvgPool2d(3, 2))]:
    expected = torchs(features)
    arriving = torch.randn_like(expected)
    (grad,) = torch.autograd.grad(expected, features, arriving)
    gaps += [(ours(features.detach()) - expected).abs().max(), (ours.backward(arriving) - grad).abs().max()]

small = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(16, 16, 3, padding=1))
plain = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.Conv2d(16, 16, 3, padding=1))
heads = [nn.Linear(16 * side * side, 10) for side in (32, 16)]
claim(
    "The layers of `nnfund.scratch` agree, both ways. Pooling has no parameters, and it "
    f"saves none in the convolutions around it: {count_parameters(small):,} with and without. It saves them in a "
    f"fully connected layer that follows: after 16 maps of 32 × 32, ten outputs take {count_parameters(heads[0]):,} parameters, "
    f"after pooling {count_parameters(heads[1]):,}.",
    max(gaps) < 1e-5 and count_parameters(small) == count_parameters(plain),
)

# %% [markdown]
# ## How far can it see?
#
# One output of one $3 \times 3$ layer sees $3 \times 3$ pixels. A second layer looks at $3 \times 3$
# outputs of the first, so at $5 \times 5$ pixels. The pixels that an output can depend on are its [receptive
# field](../glossary.md#receptive-field). Each layer widens it by $k - 1$ steps, and a step is as many pixels as
# all strides before it multiply to:
#
# $$r = 1 + \sum_{l} (k_l - 1) \prod_{m < l} s_m.$$
#
# You can measure it without the formula. Ask autograd for the gradient of one output in the middle with
# respect to the image: where it is not 0, the output depends on the pixel.
#
# **Predict.** Three layers with 3 × 3: what is $r$? Which single kernel sees as much, and which of the two has
# more weights?


# %%
def receptive_field(layers):
    size, pixels = 1, 1
    for k, stride in layers:
        size += (k - 1) * pixels
        pixels *= stride
    return size


def block(k, stride):
    if k == 2:
        return [nn.MaxPool2d(k, stride)]
    return [nn.LazyConv2d(8, k, stride, padding=k // 2), nn.ReLU()]


def gradient_map(layers, runs=60, size=64):
    """Mean size of the centre's gradient at each pixel."""
    total = torch.zeros(size, size)
    for seed in range(runs):  # new weights, new image
        torch.manual_seed(seed)
        net = nn.Sequential(*(p for layer in layers for p in block(*layer)))
        x = torch.randn(1, 1, size, size, requires_grad=True)
        y = net(x).sum(dim=(0, 1))
        (grad,) = torch.autograd.grad(y[len(y) // 2, len(y) // 2], x)
        total += grad[0, 0].abs()
    return total / runs


networks = {
    "one 7 × 7": [(7, 1)],
    "three 3 × 3": [(3, 1)] * 3,
    "strides": [(3, 1), (3, 2), (3, 2), (3, 1)],
    "pooling": [(3, 1), (2, 2), (3, 1), (2, 2), (3, 1)],
    "twelve 3 × 3": [(3, 1)] * 12,
}
maps, measured = {}, {}
for name, layers in networks.items():
    maps[name] = gradient_map(layers)
    measured[name] = (maps[name].sum(dim=0) > 0).sum().item()
    print(f"{name:13} formula {receptive_field(layers):2}", end="  ")
    print(f"measured {measured[name]:2}")

# %% tags=["hide_input"]
claim(
    f"They agree. Three 3 × 3 layers see what one 7 × 7 sees, with {3 * 9} weights per pair of channels in place of {7 * 7}, and "
    "with activations between.",
    all(receptive_field(layers) == measured[name] for name, layers in networks.items())
    and measured["three 3 × 3"] == measured["one 7 × 7"] == 7,
)

# %% [markdown]
# The receptive field says what *can* matter. The maps say how much it does, in a network with random weights.

# %% alt="Three maps of the gradient of one output, each with a frame around its receptive field. One 7 × 7: the square is filled up to its edges. Three 3 × 3: brightest in the middle, faint in the corners. Twelve 3 × 3: a round spot in the middle of a frame that is otherwise nearly empty." tags=["hide_input"]
fig, axes = plt.subplots(1, 3, figsize=(6.3, 2.5), layout="constrained")
for ax, name in zip(axes, ["one 7 × 7", "three 3 × 3", "twelve 3 × 3"]):
    side, picture = measured[name], maps[name]
    ax.imshow(picture / picture.max(), cmap="cividis")
    ax.add_patch(
        plt.Rectangle((32 - side / 2, 32 - side / 2), side, side, fill=False, edgecolor="C1", linewidth=2)
    )
    room = side / 2 + 3
    ax.set(title=name, xlim=(32 - room, 32 + room), ylim=(32 + room, 32 - room), xticks=[], yticks=[])
plt.show()


def middle_share(name):
    """The part of the gradient that lies in the middle half of the field, in rows and in columns."""
    side, picture = measured[name], maps[name]
    reach = (side // 2) // 2
    middle = picture[32 - reach : 33 + reach, 32 - reach : 33 + reach]
    return (middle.sum() / picture.sum()).item(), (2 * reach + 1) ** 2 / side**2


# %% tags=["hide_input"]
share, area = middle_share("twelve 3 × 3")
claim(
    f"With twelve layers, {100 * share:.0f} % of the gradient lies in the middle {100 * area:.0f} % of the field's area. What "
    "counts, the *effective* receptive field, is much smaller than what is allowed.",
    share > 0.65 and area < 0.35,
)

# %% tags=["hide_input"]
paths = torch.ones(1, 1, 1, 1, dtype=torch.double)
for _ in range(12):  # a kernel of ones adds up the paths
    paths = F.conv2d(paths, torch.ones(1, 1, 3, 3, dtype=torch.double), padding=2)
claim(
    f"The reason is counting. With one channel per layer, {paths[0, 0, 0, 0]:.0f} path leads from a corner of the field to the output. "
    f"From the middle it is ${paths.max() / 1e9:.1f} \\cdot 10^9$.",
    paths[0, 0, 0, 0] == 1
    and paths.max() == paths[0, 0, 12, 12]
    and paths.shape[-1] == measured["twelve 3 × 3"],
)

# %% [markdown]
# Luo et al. (2016) derive the shape of the spot, and show that training can widen it.
#
# ## What sharing buys
#
# Three networks learn to read 8 × 8 digits that always lie at the same place on a canvas of 24 × 24. Then we move the
# digits down and to the right, to where they never were in training. (They keep five pixels away from the border.
# The first layer's padding is 0, like the background, so no output both sees the digit and notices the border.)
# All three use the same optimizer. Two have
# the same three convolutions, and differ in the end: one flattens its maps into a fully connected layer, the
# other first keeps only the maximum of each map (global max pooling). **Predict.** Which of them still reads?

# %%
from nnfund.data import Batches, load_digits
from nnfund.training import accuracy, fit

digits = load_digits(normalize=False)


def canvas(images, shift):
    before, after = 5 + shift, 11 - shift
    return F.pad(images, (before, after, before, after))


def convolutions():
    layers = [nn.Conv2d(c, 16, 3, padding=1) for c in (1, 16, 16)]
    return [part for layer in layers for part in (layer, nn.ReLU())]


def make(name):
    if name == "fully connected":
        hidden = [nn.Flatten(), nn.Linear(24 * 24, 128), nn.ReLU()]
        return nn.Sequential(*hidden, nn.Linear(128, 10))
    if name == "convolutions, flatten":
        head = [nn.Flatten(), nn.Linear(16 * 24 * 24, 10)]
    else:
        head = [nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(16, 10)]
    return nn.Sequential(*convolutions(), *head)


# %% alt="Accuracy against shift. All three networks start above 0.85. Moved by two pixels, the fully connected network and the convolutions with flatten have fallen to about chance, 0.1, and stay there. The convolutions with global maximum stay where they were at every shift." tags=["hide_input"]
moves = [0, 1, 2, 3, 4, 5, 6]


def accuracies(name, seed):
    torch.manual_seed(seed)
    model = make(name)
    train_loader = Batches(
        canvas(digits.train.inputs, 0), digits.train.targets, batch_size=64, shuffle=True, seed=seed
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    fit(model, train_loader, loss_fn=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=12)
    with torch.no_grad():
        return [float(accuracy(model(canvas(digits.val.inputs, move)), digits.val.targets)) for move in moves]


names = ["fully connected", "convolutions, flatten", "convolutions, global max"]
scores = {name: torch.tensor([accuracies(name, seed) for seed in range(3)]) for name in names}

fig, ax = plt.subplots(figsize=(6, 3))
for (name, values), marker in zip(scores.items(), "o^s"):
    spread = torch.stack([values.mean(0) - values.amin(0), values.amax(0) - values.mean(0)])
    ax.errorbar(moves, values.mean(0), spread, marker=marker, capsize=3, label=name)
ax.set(xlabel="shift (pixels down and right)", ylabel="accuracy (3 seeds)", ylim=(0, 1.02))
ax.legend(fontsize=8)
plt.show()

# %% tags=["hide_input"]
print(f"{'accuracy (from, to)':25} {'unmoved':18} moved by 2 or more")
for name, values in scores.items():
    parts = (values[:, 0], values[:, 2:])
    said = [f"{part.mean():.2f} ({part.min():.2f}, {part.max():.2f})" for part in parts]
    print(f"{name:25} {said[0]:18} {said[1]}")

# %% tags=["hide_input"]
pooled = scores["convolutions, global max"]
others = torch.cat([scores[name] for name in names[:2]])
drift = (pooled - pooled[:, :1]).abs().max().item()
claim(
    f"Moved by two pixels or more, the first two fall to {others[:, 2:].max():.2f} or less, in every run. The third changes by {drift:.3f} at "
    f"most. So convolutions alone do not make a network invariant: a fully connected layer behind them learns "
    "places, too. What forgets the place is the pooling over the whole map.",
    others[:, 0].min() > 0.8 and others[:, 2:].max() < 0.5 and pooled.min() > 0.7 and drift < 0.01,
)

# %% [markdown]
# Whether forgetting the place is good depends on the task: to say *that* there is a cell, yes; to say *where*,
# no.
#
# ## Check yourself
#
# ??? question "224 × 224 pixels, kernel 7, stride 2, padding 3, then max pooling 3, stride 2, padding 1. What size comes out?"
#     $\lfloor (224 + 6 - 7)/2 \rfloor + 1 = 112$, then $\lfloor (112 + 2 - 3)/2 \rfloor + 1 = 56$.
#
# ??? question "How many parameters has `nn.Conv2d(64, 128, 1)`, and what does it compute?"
#     $128 \cdot 64 + 128 = 8320$. The same linear layer from 64 to 128 features, at every pixel by itself.
#
# ??? question "Somebody gives you a filter made for `scipy.signal.convolve2d`. How do you use it in PyTorch?"
#     Turn it by 180°: `kernel.flip(0, 1)`. For a symmetric filter, such as a blur, you would not notice.
#
# ??? question "Does max pooling reduce the number of parameters?"
#     Not its own (it has none), and not those of convolutions. Only a fully connected layer behind it becomes
#     smaller.
#
# ## Exercises
#
# 1. **Basic.** Write `layer_cost(in_channels, out_channels, k, n, stride, padding)`. It returns the number of
#    parameters (with bias) and of multiplications for one image of $n \times n$.
#
#     ??? tip "Hint"
#         Each number of the output costs `in_channels * k * k` multiplications.
#
# 2. **Intermediate.** Write `separable(kernel, tolerance=1e-6)`. It returns a column and a row whose product is
#    the given kernel, or `None` where there are none. Sobel's is one. What does it save?
#
#     ??? tip "Hint"
#         Such a kernel is a matrix of rank 1: look at `torch.linalg.svd`.
#
# 3. **Advanced.** Write `depthwise_conv2d(x, weight)`, forward and backward, where each channel has one kernel
#    of its own, `weight` of shape (channels, 1, k, k), and channels are not mixed. Compare with `F.conv2d(..., groups=channels)`.
#
#     ??? tip "Hint"
#         Leave the columns as (N, channels, k·k, places), and multiply and sum over the third axis only.
#
# ## Summary
#
# - A convolutional layer is a small neuron used at every place: sparse, with shared weights. In PyTorch it is
#   a cross-correlation.
# - Output size: $\lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$. Parameters: out · (in · $k^2$ + 1), whatever the
#   size of the image.
# - With `unfold`, forward is one matrix product and backward two. Gradients add up over places.
# - Stride 1 is equivariant away from borders. Larger strides only for shifts that they divide.
# - The receptive field grows by $k - 1$ steps per layer. What counts in it lies near the middle.
#
# ## Further reading
#
# - Kunihiko Fukushima (1980). Neocognitron: a self-organizing neural network model for a mechanism of pattern
#   recognition unaffected by shift in position. *Biological Cybernetics* 36, 193–202.
# - Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner (1998). Gradient-based learning applied to
#   document recognition. *Proceedings of the IEEE* 86 (11), 2278–2324.
# - Vincent Dumoulin and Francesco Visin (2016). A guide to convolution arithmetic for deep learning.
#   arXiv:1603.07285.
# - Wenjie Luo, Yujia Li, Raquel Urtasun and Richard Zemel (2016). Understanding the effective receptive field in
#   deep convolutional neural networks. *Advances in Neural Information Processing Systems* 29.
# - André Araujo, Wade Norris and Jack Sim (2019). Computing receptive fields of convolutional neural networks.
#   *Distill*.
# - Richard Zhang (2019). Making convolutional networks shift-invariant again. *International Conference on
#   Machine Learning*, 7324–7334.
# - Zijie J. Wang et al. (2021). CNN Explainer: learning convolutional neural networks with interactive
#   visualization. *IEEE Transactions on Visualization and Computer Graphics* 27 (2), 1396–1406. Runs in your browser.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapter 10.
