# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - write one program that runs on CPU, CUDA and MPS
#   - work out from which size on a GPU pays, and measure it without fooling yourself
#   - say what mixed precision changes, and which results change from run to run
# know_first: >-
#   [Tensors](02_tensors.py) and the [training loop](12_training_loop.py).
# data: two moons, made on the page; times measured on real machines, kept with date and machine
# ---

# %% [markdown]
# # Devices
#
# You will be able to run your training on whatever the machine has, and to say whether a GPU will help.
#
# A *GPU*, a graphics processor, has thousands of small computing units where a *CPU*, the ordinary processor,
# has a few large ones. PyTorch calls Nvidia's GPUs `cuda` and those of Apple's chips `mps`. Is a GPU faster? For
# large work, much. For small work it may be slower. This page is about where small ends.
#
# ## One code path
#
# A [device](../glossary.md#device) is chosen in one place. The rest of the program does not know which it is.

# %%
import torch
from torch import nn

from nnfund.notices import announce
from nnfund.data import Batches, make_moons
from nnfund.models import MLP
from nnfund.training import fit, pick_device

device = pick_device()  # cuda, else mps, else cpu
print("a new tensor lies on:", torch.ones(1).device)
if device.type == "cpu":
    announce("This page ran on a CPU: PyTorch found no GPU here.")

torch.manual_seed(0)
points, labels = make_moons(200, noise=0.1, seed=0)
model = MLP([2, 32, 2]).to(device)  # before the optimizer is made
history = fit(
    model,
    Batches(points, labels, batch_size=50, shuffle=True),
    loss_fn=nn.CrossEntropyLoss(),
    optimizer=torch.optim.Adam(model.parameters(), lr=0.02),
    epochs=20,
    device=device,  # moves each batch
)
losses = history.train_loss
print(f"loss {losses[0]:.3f}, later {losses[-1]:.3f}")

# %% [markdown]
# Nothing is used by itself: a new [tensor](../glossary.md#tensor) lies on the CPU, also where there is a GPU.
# You move the model once and each [batch](../glossary.md#batch) when its turn comes.
# [`fit`][nnfund.training.fit] does both; in a loop of your own, write `inputs.to(device)`. The environment
# variable `NNFUND_DEVICE=cpu` makes `pick_device` take the CPU, which is a good first step when something
# fails: errors of a GPU are reported late and are hard to read.
#
# **Predict.** Below, `.to` is called on a tensor and on a model, and both results are thrown away. Which of the
# two has moved? We use the device `meta`, which every machine has. Its tensors have a shape and no numbers.

# %%
x = torch.ones(1, 3)
x.to("meta")
model = MLP([3, 4, 2])
model.to("meta")
print("tensor:", x.device, "  model:", next(model.parameters()).device)
try:
    model(x)
except Exception as error:
    print(type(error).__name__)

# %% [markdown]
# A tensor's `.to` gives you a *new* tensor: write `x = x.to(device)`. A model's `.to` changes the model. A model
# and its input on two devices are an error, never a silent copy.
#
# A [checkpoint](../glossary.md#checkpoint) that was saved on a GPU opens anywhere with
# `torch.load(path, map_location="cpu")`. Then move the model ([checkpoints](20_checkpoints.py)).
#
# ## What moves, and what it costs
#
# The time of an operation has three parts:
#
# - **Launch.** Python tells the device what to do. That takes some microseconds, whatever the size.
# - **Bytes.** Numbers travel from memory to the units and back.
# - **Arithmetic.** The units multiply and add.
#
# The last two overlap, so the slower one counts. That is a rough model of the time $t$:
#
# $$t \approx \text{launch} + \max\left(\frac{\text{bytes}}{\text{bandwidth}},
# \frac{\text{operations}}{\text{rate}}\right).$$
#
# Bytes and operations can be counted without a clock. To multiply two $n \times n$ matrices takes $2n^3$
# operations, and $3n^2$ numbers of 4 bytes move. To add them takes $n^2$ operations for the same bytes.
#
# **Predict.** What happens to operations *per byte* as $n$ grows, in each case?

# %% alt="Operations per byte against the size n of the matrices, both axes logarithmic. For the product of matrices it grows in proportion to n. For ReLU, for adding and for a matrix times one vector it stays flat, below one." tags=["hide_input"]
import matplotlib.pyplot as plt

from nnfund import claim

sizes = torch.tensor([2.0**k for k in range(4, 14)])
work = {  # name: operations, numbers moved
    "matrix × matrix": (2 * sizes**3, 3 * sizes**2),
    "matrix × vector": (2 * sizes**2, sizes**2 + 2 * sizes),
    "ReLU": (sizes**2, 2 * sizes**2),
    "add": (sizes**2, 3 * sizes**2),
}
fig, ax = plt.subplots(figsize=(6, 3), layout="constrained")
for (name, (operations, moved)), marker in zip(work.items(), "os^D"):
    ax.loglog(sizes, operations / (4 * moved), f"{marker}-", markersize=4, label=name)
ax.set(xlabel="n", ylabel="operations per byte")
ax.legend(fontsize=9)
plt.show()
operations, moved = work["matrix × matrix"]
claim(
    f"A product of matrices does n/6 operations per byte: {operations[6] / (4 * moved[6]):.0f} at n = "
    f"{sizes[6]:.0f}. Adding does {1 / 12:.2f} at any size.",
    torch.allclose(operations / (4 * moved), sizes / 6),
)

# %% [markdown]
# This ratio is the [arithmetic intensity](../glossary.md#arithmetic-intensity). Where it is low, memory sets the
# pace and a fast processor waits. [Fully connected](../glossary.md#fully-connected) and
# [convolution](../glossary.md#convolution) layers are products of matrices: this is what GPUs are good at. But
# the matrices must be large. In a fully connected layer, that takes a large batch: with one
# [sample](../glossary.md#sample), the product is a matrix times a vector.
#
# ### Launches
#
# A single large call does more per launch than many small ones. This holds on a CPU too, so we can check it
# here: the same 1,000 products of a matrix and a vector, one by one or at once.

# %%
import time


def fastest(work, repeats=20):
    """Seconds of the fastest of several calls: the least disturbed."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


torch.set_num_threads(1)
matrix, vectors = torch.randn(32, 32), torch.randn(32, 1000)
columns = list(vectors.T)
one_by_one = fastest(lambda: [matrix @ column for column in columns])
at_once = fastest(lambda: matrix @ vectors)

# %% tags=["hide_input"]
claim(
    "The arithmetic is the same, yet one by one takes more than three times as long: nearly all of it is launching.",
    one_by_one > 3 * at_once,
)

# %% [markdown]
# ## At what size a GPU pays
#
# `benchmarks/device_scaling.py` measures all this on the machine it runs on: products by size, launches,
# copies, training steps. What it found is kept in a file, with date and machine. Times change with each
# run, so we draw the kept ones. Here is all that has been measured so far:

# %%
from nnfund.data.device_scaling import MEASURED

for entry in MEASURED:
    where = f"{entry['device']}  {entry['machine']}"
    print(f"{entry['date']}  {where}, ", end="")
    print(f"{entry['threads']} thread(s), torch {entry['torch']}")
gpus = [entry for entry in MEASURED if entry["device"] != "cpu"]
if not gpus:
    announce(
        "No GPU has been measured yet, so there is no curve of one below. "
        "On a machine with one, "
        "`python benchmarks/device_scaling.py` adds it.",
    )

# %% alt="Operations per second of a product of two matrices against their size, from the kept measurements, both axes logarithmic. Small products reach a small part of the rate; it rises with the size and levels off for large ones." tags=["hide_input"]
fig, ax = plt.subplots(figsize=(6, 3.1), layout="constrained")
for entry, marker in zip(MEASURED, "os^Dv<>"):
    n, seconds = torch.tensor(entry["matmul"], dtype=torch.float64).T
    label = f"{entry['device']}: {entry['machine']}"
    ax.loglog(n, 2 * n**3 / seconds / 1e9, f"{marker}-", markersize=4, label=label)
ax.set(xlabel="n", ylabel="billion operations per second")
ax.legend(fontsize=9)
plt.show()
cpu = next(entry for entry in MEASURED if entry["device"] == "cpu")
n, seconds = torch.tensor(cpu["matmul"], dtype=torch.float64).T
rates = 2 * n**3 / seconds
cpu_rate = rates.max().item()
claim(
    f"On the CPU measured on {cpu['date']}, a product of {n[0]:.0f} × {n[0]:.0f} matrices reaches "
    f"{rates[0] / cpu_rate:.0%} of the best rate, which is {cpu_rate / 1e9:.0f} billion operations per second. "
    f"An operation on a single number takes {cpu['launch'] * 1e6:.1f} µs: all launch.",
    rates[0] < 0.3 * cpu_rate,
)

# %% [markdown]
# Even a CPU has sizes that are too small for it. For a GPU that limit lies higher, since a launch costs more and
# there are more units to fill. Where is it? Say that a GPU calculates $s$ times as fast as this CPU, and that a
# launch costs $\ell$ seconds. A product takes $2n^3/r$ on the CPU of rate $r$. The GPU wins when
#
# $$\ell + \frac{2n^3}{s\,r} < \frac{2n^3}{r}.$$
#
# Solved for $n$, that is
#
# $$n > \sqrt[3]{\frac{\ell\, r}{2\,(1 - 1/s)}}.$$
#
# These are *assumed* values of $s$ and $\ell$, put into the formula. They are not measurements of any GPU.
#
# **Predict.** The GPU is 100 times as fast instead of 10 times. How much does the limit fall?

# %% alt="Smallest n from which a GPU would win, against the assumed cost of a launch in microseconds, for assumed speeds of 2, 10 and 100 times the CPU. The curves rise slowly with the cost of a launch. Those for 10 and 100 almost coincide; that for 2 lies a little higher." tags=["hide_input"]
launch = torch.logspace(0, 3, 40, dtype=torch.float64)  # microseconds


def break_even(launch, speedup):
    return (launch * 1e-6 * cpu_rate / (2 * (1 - 1 / speedup))) ** (1 / 3)


fig, ax = plt.subplots(figsize=(6, 3), layout="constrained")
for speedup, style in [(2, "-"), (10, "--"), (100, ":")]:
    ax.loglog(launch, break_even(launch, speedup), style, label=f"{speedup} times as fast (assumed)")
ax.set(xlabel="launch, copies and waiting, in µs (assumed)", ylabel="n from which the GPU wins")
ax.legend(fontsize=9)
plt.show()
claim(
    f"Going from 10 to 100 times as fast lowers the limit by {1 - break_even(10, 100) / break_even(10, 10):.0%} only. "
    f"Going from 10 to 100 µs raises it {break_even(100, 10) / break_even(10, 10):.1f} times. With 10 µs and 10 times, "
    f"it is n = {break_even(10, 10):.0f} against one thread of this CPU.",
    break_even(10, 100) > 0.9 * break_even(10, 10) and 2 < break_even(100, 10) / break_even(10, 10) < 2.3,
)

# %% [markdown]
# A fast GPU is fast at large work. It does little for small work, where the fixed cost decides. A network with
# 32 hidden neurons and a batch of 64 belongs on the CPU, as far as
# this arithmetic goes.
#
# ### Transfers
#
# The path from the CPU's memory to that of a GPU is a narrow one, and each copy has a fixed cost, too. Count
# what crosses it. A training set that fits is moved once. Batch by batch, it crosses in every
# [epoch](../glossary.md#epoch).

# %%
n_bytes = 60_000 * 28 * 28 * 4  # MNIST as float32
epochs, batch_size = 20, 64
batches = -(-60_000 // batch_size)
print(f"moved once:      {n_bytes / 1e6:6.0f} MB,      1 copy")
print(f"batch by batch: {epochs * n_bytes / 1e6:6.0f} MB", end=", ")
print(f"{epochs * batches:6} copies")
print(f"as bytes, not floats: {n_bytes / 4 / 1e6:.0f} MB, once")

# %% [markdown]
# Does the size of a copy matter? Here is what a copy within the CPU's own memory costs.

# %% tags=["hide_input"]
n_bytes, seconds = torch.tensor(cpu["copy"], dtype=torch.float64).T
speed = n_bytes / seconds / 1e9
claim(
    f"In the kept measurement of {cpu['date']}, pieces of 1 kB are copied at {speed[0]:.1f} GB per second, those of "
    f"64 kB at {speed[3]:.0f}. Few large copies beat many small ones.",
    speed[3] > 5 * speed[0],
)

# %% [markdown]
# `Batches(inputs.to(device), targets.to(device), ...)` keeps all data on the device. If it does not fit, a
# `DataLoader` with `pin_memory=True` and `.to(device, non_blocking=True)` copies while the GPU computes.
#
# ## A clock that stops too early
#
# A GPU is *asynchronous*. The call `y = a @ b` puts the work into a queue and returns. Python runs ahead.
# When you need a number, in `loss.item()` or `print(loss)`, Python waits for the queue to empty. We simulate a
# queue: a launch takes 1 unit of time, the work itself 4 units or a quarter.

# %% alt="Two timelines of ten launches and ten pieces of work. Left, long work: Python has launched everything by time 10, while the device is busy without gaps until 41. Right, short work: the device idles between its short pieces, waiting for the next launch." tags=["hide_input"]


def queue(work, launches=10, launch=1.0):
    """Start of each launch, start of each piece of work, and both ends."""
    starts, free = [], 0.0
    for k in range(launches):
        starts.append(max(free, (k + 1) * launch))
        free = starts[-1] + work
    return [k * launch for k in range(launches)], starts, launches * launch, free


fig, axes = plt.subplots(1, 2, figsize=(6.3, 2.1), layout="constrained")
ends = {}
for ax, (title, work) in zip(axes, {"long work": 4.0, "short work": 0.25}.items()):
    launched, started, *ends[title] = queue(work)
    ax.broken_barh([(t, 0.85) for t in launched], (0.6, 0.8), color="C0")
    ax.broken_barh([(t, 0.9 * work) for t in started], (-0.4, 0.8), color="C1")
    ax.axvline(ends[title][0], linestyle=":", color="C3")
    ax.set_yticks([0, 1], ["device", "Python"])
    ax.set(title=title, xlabel="time")
plt.show()
stopped, finished = ends["long work"]
claim(
    f"With long work, a clock that is read when the last call returns (dotted line) shows {stopped:.0f}; the work "
    f"is done at {finished:.0f}. With short work the device is busy for {10 * 0.25 / ends['short work'][1]:.0%} of the "
    "time.",
    finished > 4 * stopped,
)

# %% [markdown]
# So, to time a device: run once to warm up, wait, start the clock, work, **wait**, stop the clock. This runs on
# each kind of device. On a CPU there is nothing to wait for.


# %%
def wait_for(device):
    if device.type == "cuda":
        torch.cuda.synchronize()
    elif device.type == "mps":
        torch.mps.synchronize()


def time_on(device, work):
    def work_and_wait():
        work()
        wait_for(device)

    work_and_wait()  # warm up
    return fastest(work_and_wait)


small, large = (torch.randn(n, n, device=device) for n in (16, 1024))
small_time = time_on(device, lambda: small @ small)
large_time = time_on(device, lambda: large @ large)

# %% tags=["hide_input"]
share = (1024 / 16) ** 3
claim(
    f"The larger product has {share:,.0f} times as many operations. It takes longer, and not nearly so many times longer.",
    small_time < large_time < share * small_time,
)

# %% [markdown]
# The same waiting costs you speed. A `loss.item()` in each step empties the queue each time. Add up
# `loss.detach()` on the device and ask once per epoch, if steps are short.
#
# ## Mixed precision
#
# Numbers of 16 bits need half the bytes, and GPUs have units that multiply them many times as fast. There are
# two kinds, and they spend their bits differently.

# %% alt="Relative rounding error against the size of a number, log scales. float32 stays near 3e-8 and bfloat16 near 2e-3 over the whole range from 1e-12 to 1e12. float16 lies between them near 2e-4, but only from 1e-4 to 65,000: below, its error rises to 1, above there is no value." tags=["hide_input"]
torch.manual_seed(0)
exponents = torch.arange(-12, 12.01, 0.5, dtype=torch.float64)
values = 10 ** (exponents + 0.5 * torch.rand(200, len(exponents), dtype=torch.float64))
fig, ax = plt.subplots(figsize=(6, 3), layout="constrained")
errors = {}
for dtype, marker in zip((torch.float32, torch.float16, torch.bfloat16), "os^"):
    error = ((values.to(dtype).double() - values) / values).abs().mean(dim=0)
    errors[dtype] = error
    usable = error.isfinite()
    name = str(dtype).removeprefix("torch.")
    ax.loglog(10 ** exponents[usable], error[usable], f"{marker}-", markersize=4, label=name)
ax.set(xlabel="size of the number", ylabel="relative rounding error")
ax.legend(fontsize=9)
plt.show()
small, big = torch.tensor(1e-8), torch.tensor(1e5)
claim(
    f"`float16` makes 1e-8 into {small.half().item():.0f} and 1e5 into {big.half().item()}. `bfloat16` keeps the range "
    f"of `float32`, with a rounding error of about {errors[torch.bfloat16].mean():.1%}.",
    small.half() == 0 and big.half().isinf() and small.bfloat16() > 0 and big.bfloat16().isfinite(),
)

# %% [markdown]
# [Mixed precision](../glossary.md#mixed-precision) uses 16 bits where it is safe. `torch.autocast` chooses for
# each operation. It works on the CPU as well:

# %%
torch.manual_seed(0)
model = MLP([2, 32, 2]).to(device)
x, y = points.to(device), labels.to(device)
with torch.autocast(device.type, dtype=torch.bfloat16):
    logits = model(x)
    loss = nn.functional.cross_entropy(logits, y)
loss.backward()  # outside autocast
weight = next(model.parameters())
kinds = {
    "weights": weight,
    "logits": logits,
    "loss": loss,
    "gradient": weight.grad,
}
for name, tensor in kinds.items():
    print(f"{name:9} {str(tensor.dtype).removeprefix('torch.')}")

# %% [markdown]
# Products run in 16 bits, the loss in 32. Weights and gradients stay in `float32`. **Predict:** what if the
# weights were 16 bits too? We add 0.001 to 1, a thousand times.

# %%
for dtype in (torch.float32, torch.bfloat16):
    total = torch.tensor(1.0, dtype=dtype)
    for _ in range(1000):
        total += 0.001
    print(f"{str(dtype).removeprefix('torch.'):9} {total.item():.3f}")

# %% [markdown]
# The small step is less than half the distance to the next `bfloat16`, so it is rounded away, each time.
# Training would stand still. This is why the stored weights stay in `float32`, and autocast gives each product
# a 16-bit copy of them. With `float16`, small gradients become 0; `torch.amp.GradScaler` multiplies the
# loss by a large number first and divides the gradients after. `bfloat16` does not need it.
#
# Does it still learn? Both ways from three [seeds](../glossary.md#seed):


# %%
def accuracy_after_training(seed, amp):
    torch.manual_seed(seed)
    model = MLP([2, 32, 2]).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    x, y = (t.to(device) for t in make_moons(400, noise=0.2, seed=seed))
    for _ in range(200):
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=amp):
            loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return (model(x).argmax(1) == y).float().mean().item()


pairs = []
for seed in range(3):
    full = accuracy_after_training(seed, amp=False)
    mixed = accuracy_after_training(seed, amp=True)
    pairs.append((full, mixed))

# %% tags=["hide_input"]
listed = ", ".join(f"{full:.3f} and {mixed:.3f}" for full, mixed in pairs)
with torch.no_grad():
    full = model(x)
relative = ((logits.float() - full).norm() / full.norm()).item()
claim(
    f"Accuracy on the training points in full and in mixed precision, for three seeds: {listed}. The logits above "
    f"differ from those in `float32` by {relative:.2%}.",
    all(abs(full - mixed) < 0.03 for full, mixed in pairs) and 0 < relative < 0.05,
)

# %% [markdown]
# Whether it is *faster* depends on the processor, and on the size. Measure.

# %% tags=["hide_input"]
sentences = []
for entry in MEASURED:
    full, mixed = dict(entry["step"]), dict(entry["step_autocast"])
    sentences.append(
        f"{entry['machine']} ({entry['device']}): {full[16] / mixed[16]:.1f} times as fast with hidden layers of 16 "
        f"neurons, {full[1024] / mixed[1024]:.1f} times with 1,024"
    )
claim(
    "A training step in mixed precision, from the kept measurements. " + "; ".join(sentences) + ".",
    all(len(entry["step"]) == len(entry["step_autocast"]) for entry in MEASURED),
)

# %% [markdown]
# A number below 1 means slower: casting is work, too. A processor without instructions for `bfloat16` may
# lose at every size.
#
# ## What is not deterministic
#
# You set all seeds, run twice on a GPU, and the losses differ in the seventh digit. There is no hidden dice. Look
# at a sum:

# %%
print((0.1 + 0.2) + 0.3, 0.1 + (0.2 + 0.3))
print((torch.tensor(1e8) + 1) - 1e8, (torch.tensor(1e8) - 1e8) + 1)

# %% [markdown]
# Each addition rounds, so **the order changes the result**. A GPU adds with thousands of units at once. Some of
# its operations let each unit add its part to a common total when it is ready (*atomic additions*). Then the
# order is that of arrival, and it varies. We imitate this: the same 2,000 numbers in 500 random orders.

# %% alt="Histogram of the sum of the same 2,000 numbers in 500 random orders, in float32, one number after the other, relative to the exact sum. The results spread over many different values on both sides." tags=["hide_input"]
import numpy as np

torch.manual_seed(0)
numbers = torch.randn(2000)
exact = numbers.double().sum().item()
orders = torch.stack([numbers[torch.randperm(2000)] for _ in range(500)])
sums = torch.from_numpy(np.cumsum(orders.numpy(), axis=1)[:, -1])  # strictly one after the other
off = (sums.double() - exact) * 1e6
fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
ax.hist(off, bins=40)
ax.axvline(0, color="C1", linestyle="--", label="exact")
ax.set(xlabel="error of the sum, in millionths", ylabel="orders of 500")
ax.legend()
plt.show()
claim(
    f"The 500 orders give {len(sums.unique())} different sums of the same numbers. Summed in one fixed order, it is "
    "the same each time.",
    len(sums.unique()) > 20 and bool((numbers.sum() == numbers.sum()).all()),
)

# %% [markdown]
# One digit in ten million does not matter to a sum. But training feeds each result into the next step. We
# train twice from one seed, and change only the *order of the points inside the batch*, which no formula
# cares about. **Predict:** how far apart are the weights after 300 steps?

# %% alt="Largest difference between the weights of two runs against the step, log scale, eight seeds. All begin near one hundred-millionth. Some stay near a millionth; others climb by several orders of magnitude." tags=["hide_input"]


def weights_along(seed, flip, steps=300):
    torch.manual_seed(seed)
    model = MLP([2, 32, 32, 2])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.35, momentum=0.9)
    x, y = make_moons(200, noise=0.2, seed=seed)
    if flip:
        x, y = x.flip(0), y.flip(0)
    rows = []
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        rows.append(torch.cat([p.detach().flatten() for p in model.parameters()]))
    return torch.stack(rows)  # (steps, parameters)


apart = [(weights_along(s, False) - weights_along(s, True)).abs().amax(dim=1) for s in range(8)]
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for difference in apart:
    ax.semilogy(difference.clamp(min=1e-9), linewidth=1.2)
ax.set(xlabel="step", ylabel="largest difference")
plt.show()
ends = sorted(difference[-1].item() for difference in apart)
claim(
    f"After the first step the weights differ by {max(d[0] for d in apart):.0e} at most; after 300, by {ends[0]:.0e} "
    f"to {ends[-1]:.0e} in eight pairs of runs. Repeated in the same order on the CPU, a run is the same to the last bit.",
    ends[-1] > 10 * max(d[0] for d in apart)
    and max(d[0] for d in apart) < 1e-5
    and torch.equal(weights_along(0, False), weights_along(0, False)),
)

# %% [markdown]
# Some pairs stay close, others part. Neither run of a pair is the wrong one: they differ by what rounding left
# open.
#
# What you can do about it:
#
# - `torch.use_deterministic_algorithms(True)` takes a repeatable method where there is one, and raises an error
#   where there is none. On CUDA, also set the environment variable `CUBLAS_WORKSPACE_CONFIG=:4096:8` before the
#   program starts. It may be slower.
# - `torch.backends.cudnn.benchmark = True` tries several methods on the first batch and keeps the fastest. Another
#   run may choose another. It is off by default.
# - Fix the number of threads on a CPU. It, too, sets how a sum is cut into parts.
# - Across machines and versions, expect *similar* results and not equal ones. Report several seeds: their spread
#   is larger than all of this.
#
# ## Check yourself
#
# ??? question "Training on the GPU takes as long as on the CPU, and the GPU is busy 5 % of the time. What do you try?"
#     Larger batches, data kept on the device, fewer `item()` calls. The time goes into launches and copies. If
#     the network is tiny, stay on the CPU.
#
# ??? question "A benchmark says that a product of 8192 × 8192 matrices takes 10 µs on a GPU. What went wrong?"
#     It measured the launch. That product is 1.1 million million operations; without `synchronize()`, the clock
#     stops before they begin.
#
# ??? question "Why do the weights stay float32 under autocast?"
#     A step is small against the weight. In 16 bits it would be rounded away.
#
# ??? question "Same seed, same machine, other number of threads: must the losses agree to the last bit?"
#     No. Sums are cut differently, and rounded differently.
#
# ## Exercises
#
# 1. **Basic.** Write `to_device(batch, device)` that moves a tensor, or any nesting of lists, tuples and
#    dictionaries of tensors. Strings and numbers stay as they are.
#
#     ??? tip "Hint"
#         A function that calls itself. `type(batch)(...)` makes a container of the same kind from a generator.
#
# 2. **Intermediate.** Write `break_even(launch, cpu_rate, gpu_rate)`: the smallest whole n from which an n × n
#    product is faster on the GPU, and `None` if there is no such n.
#
#     ??? tip "Hint"
#         Solve for n, then check the whole numbers beside it. What if the GPU's rate is the lower one?
#
# 3. **Advanced.** Write `compensated_sum(values)` for a `float32` tensor: one number after the other, in
#    `float32` only, but with a second variable that catches what each addition rounds away (Kahan's method).
#
#     ??? tip "Hint"
#         After `t = s + v`, what was lost is `(t - s) - v`.
#
# ## Summary
#
# - Choose the device in one place. Nothing moves by itself.
# - Time is launch plus the slower of bytes and arithmetic. GPUs win where the work per launch is large.
# - Wait for the device before you read the clock.
# - Mixed precision: products in 16 bits, weights in 32.
# - Floating-point sums depend on their order, and training magnifies that.
#
# ## Further reading
#
# - Samuel Williams, Andrew Waterman and David Patterson (2009). Roofline: an insightful visual performance model
#   for multicore architectures. *Communications of the ACM* 52(4), 65–76. The model of time.
# - Paulius Micikevicius, Sharan Narang, Jonah Alben, Gregory Diamos, Erich Elsen, David Garcia, Boris Ginsburg,
#   Michael Houston, Oleksii Kuchaiev, Ganesh Venkatesh and Hao Wu (2018). Mixed precision training.
#   *International Conference on Learning Representations*.
# - David Goldberg (1991). What every computer scientist should know about floating-point arithmetic. *ACM
#   Computing Surveys* 23(1), 5–48.
# - PyTorch documentation: [Reproducibility](https://docs.pytorch.org/docs/stable/notes/randomness.html) and
#   [CUDA semantics](https://docs.pytorch.org/docs/stable/notes/cuda.html).
