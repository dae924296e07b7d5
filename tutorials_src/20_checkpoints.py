# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - say what a state dict holds, and load one without losing anything unnoticed
#   - write files that survive a crash, and open strangers' files without running their code
#   - resume a killed run so that its curve is the same, bit for bit, as if nothing had happened
# know_first: >-
#   The [training loop](12_training_loop.py) and [modules](10_modules.py).
# data: points in a plane, made on the page
# ---

# %% [markdown]
# # Checkpoints
#
# You will be able to stop a training run at any moment, and to go on later as if nothing had happened.
#
# Long runs get interrupted: a power cut, a full disk, a laptop closed. A [checkpoint](../glossary.md#checkpoint)
# is a file from which the run can go on. On this page we kill a run for real, and compare.
#
# ## What a state dict holds
#
# The numbers of a model leave it as its [state dict](../glossary.md#state-dict): a dictionary from names to
# [tensors](../glossary.md#tensor).

# %%
import torch
from torch import nn


def build(hidden=64):
    return nn.Sequential(
        nn.Linear(2, hidden),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(hidden, 2),
    )


torch.manual_seed(0)
model = build()
parameters = dict(model.named_parameters())
for name, tensor in model.state_dict().items():
    kind = "parameter" if name in parameters else "buffer"
    print(f"{name:22} {kind:10} {tuple(tensor.shape)}")

# %% [markdown]
# Numbers and their names, nothing else. No class, no `forward`, no activation: `nn.ReLU` and dropout have
# nothing to save. To use the file, you need the code that builds the model. And there is more in it than
# [parameters](../glossary.md#parameter): [batch normalisation](../glossary.md#batch-normalisation) keeps the
# mean and spread that it has seen in [buffers](../glossary.md#buffer).
#
# **Predict.** You train this model and save `model.parameters()` alone. You put them into a new model of the
# same kind. Does it give the same answers?

# %% alt="Logits of a copy against logits of the trained model, for one output and 512 points. The copy made from the state dict lies on the diagonal. The copy made from the parameters alone gives a wide cloud, most of it far below." tags=["hide_input"]
import matplotlib.pyplot as plt

from nnfund import claim

torch.manual_seed(0)
points = 3 + 2 * torch.randn(512, 2)  # not normalised: the buffers matter
labels = ((points - 3).norm(dim=1) > 2).long()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
for _ in range(100):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(points), labels).backward()
    optimizer.step()

whole, partial = build(), build()
whole.load_state_dict(model.state_dict())
with torch.no_grad():
    for ours, trained in zip(partial.parameters(), model.parameters()):
        ours.copy_(trained)
    answers, same, other = (m.eval()(points) for m in (model, whole, partial))

fig, ax = plt.subplots(figsize=(6, 3), layout="constrained")
ax.plot(answers[:, 0], other[:, 0], "C1^", markersize=3, alpha=0.6, label="parameters alone")
ax.plot(answers[:, 0], same[:, 0], "C0o", markersize=3, label="state dict")
ax.set(xlabel="logit of the trained model", ylabel="logit of the copy")
ax.legend()
plt.show()
differ = (other.argmax(1) != answers.argmax(1)).float().mean().item()
claim(
    f"The state dict gives the same {answers.numel()} logits, bit for bit. With the parameters alone, "
    f"{differ:.0%} of the points get another class.",
    torch.equal(same, answers) and differ > 0.02,
)

# %% [markdown]
# A buffer that you keep as a plain attribute is lost in the same way. Use `register_buffer`.
#
# One more trap: a state dict is no copy. Its tensors *are* those of the model. Whoever keeps
# `best = model.state_dict()` and trains on, keeps the last weights under the name of the best.

# %%
import copy

reference = model.state_dict()
kept = copy.deepcopy(reference)
with torch.no_grad():
    model[0].bias += 1  # training goes on
print("reference:", torch.equal(reference["0.bias"], model[0].bias))
print("copy:     ", torch.equal(kept["0.bias"], model[0].bias))

# %% [markdown]
# ### When it does not fit
#
# `load_state_dict` is strict: names and [shapes](../glossary.md#shape) must agree. Here we load into a model
# without batch normalisation and dropout.

# %%
smaller = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 2))
try:
    smaller.load_state_dict(kept)
except RuntimeError as error:
    for line in str(error).splitlines():
        print(line.strip()[:70], end=" …\n" if len(line) > 71 else "\n")

# %% [markdown]
# Read *missing* as "the model wants it, the file lacks it", and *unexpected* as the reverse. The names in an
# `nn.Sequential` are positions, so one layer less renames those after it. `strict=False` silences both
# lists. It helps when you replace the last layer on purpose. It also hides typing errors.

# %%
renamed = {name.replace("4.", "head."): kept[name] for name in kept}
torch.manual_seed(1)
fresh = build()
result = fresh.load_state_dict(renamed, strict=False)
print("missing:", result.missing_keys)
print("unexpected:", result.unexpected_keys)

# %% tags=["hide_input"]
try:
    build(hidden=32).load_state_dict(kept, strict=False)
    shape_error = False
except RuntimeError:
    shape_error = True
torch.manual_seed(1)
claim(
    "No error, and the last layer is the random one it was built with. So look at what `strict=False` returns. A "
    "tensor of another shape raises all the same.",
    torch.equal(fresh[4].weight, build()[4].weight)
    and torch.equal(fresh[0].weight, kept["0.weight"])
    and shape_error,
)

# %% [markdown]
# ### One tensor, two names
#
# Two layers may share one weight: [tied weights](../glossary.md#tied-weights). A state dict lists them under
# both names. Is the weight saved twice?

# %%
import tempfile
from pathlib import Path

workplace = tempfile.TemporaryDirectory()  # deleted at the end
folder = Path(workplace.name)


def two_layers(tied):
    pair = nn.Sequential(nn.Linear(300, 300), nn.Linear(300, 300))
    if tied:
        pair[1].weight = pair[0].weight
    return pair


sizes = {}
for tied in (False, True):
    torch.save(two_layers(tied).state_dict(), folder / "pair.pt")
    sizes[tied] = (folder / "pair.pt").stat().st_size
    print(f"tied {tied!s:5}  file {sizes[tied] / 1000:.0f} kB")

# %% tags=["hide_input"]
loaded = torch.load(folder / "pair.pt")
untied, retied = two_layers(tied=False), two_layers(tied=True)
untied.load_state_dict(loaded)
retied.load_state_dict(loaded)
claim(
    "Once: the file keeps the tie. But loading copies numbers into the model as it is. A model built with the tie "
    "keeps it; one built without has two equal weights, which part at the first training step.",
    sizes[True] < 0.6 * sizes[False]
    and retied[0].weight is retied[1].weight
    and untied[0].weight is not untied[1].weight
    and torch.equal(untied[0].weight, untied[1].weight),
)

# %% [markdown]
# ## What a pickle can do to you
#
# `torch.save` writes Python's [pickle](../glossary.md#pickle) format. A pickle is no list of values. It is a
# small *program* that builds them, and it may call any function, with any arguments, **while it is loaded**. We
# make such a file. Its function is harmless: it creates an empty folder.
#
# **Predict.** We never call `mkdir` below. In which line does the folder appear?

# %%
import os


class Trap:
    def __reduce__(self):  # tells pickle how to build it again
        return os.mkdir, (str(folder / "trace"),)


torch.save({"weight": torch.zeros(2), "note": Trap()}, folder / "gift.pt")

try:
    torch.load(folder / "gift.pt")  # weights_only=True is the default
except Exception as error:
    message = str(error)
    print(type(error).__name__, "-", message.split(".")[0])
print("folder there:", (folder / "trace").exists())

torch.load(folder / "gift.pt", weights_only=False)  # never do this
print("folder there:", (folder / "trace").exists())

# %% tags=["hide_input"]
torch.save(model, folder / "whole.pt")
try:
    torch.load(folder / "whole.pt")
    refused = False
except Exception:
    refused = True
claim(
    "Loading made the folder. It could as well have deleted one, or sent your files away. With `weights_only=True`, "
    "`torch.load` builds tensors, numbers and plain containers, and refuses the rest. It also refuses a whole model, "
    "as `torch.save(model, ...)` writes it: save the state dict.",
    refused and "mkdir" in message and (folder / "trace").is_dir(),
)

# %% [markdown]
# The advice in PyTorch's own error message, to try again with `weights_only=False`, is for files that you made
# yourself. (Before version 2.6, that was the default, and much code from that time is still around. `True`
# itself had a hole then that let code through: keep PyTorch up to date.)
#
# Another habit to drop: putting the loss itself into a checkpoint or a list. It is a tensor that holds on to
# its [graph](../glossary.md#computation-graph), with all the values that `backward()` needs. Keep
# `loss.item()`, a number.
#
# ## Saving so that a crash does no harm
#
# You overwrite `run.pt` after every [epoch](../glossary.md#epoch). Writing takes time. What if the process
# dies half way? We let a small program write half of the new checkpoint and wait, and kill it there. `kill()`
# sends SIGKILL, as close to a power cut as a process can get: nothing in it runs any more.
#
# The first version writes into the file itself. The second writes to a file beside it and then renames:
# `os.replace` puts the new file in the place of the old one in a single step. No reader ever sees half of it.
# This is called [atomic](../glossary.md#atomic).

# %%
import subprocess
import sys

WRITER = """
import os, sys, time
new, target = sys.argv[1:]
content = open(new, "rb").read()
with open(target, "wb") as file:
    file.write(content[: len(content) // 2])
    file.flush()
    os.fsync(file.fileno())  # forces it to the disk
    print("half written", flush=True)
    time.sleep(600)  # the rest is never written
    file.write(content[len(content) // 2 :])
os.replace(target, "run.pt")  # does nothing when target is run.pt
"""


def run_and_kill(*arguments):
    """Start a Python process; kill it at the first line it prints."""
    command = [sys.executable, *map(str, arguments)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    print(process.stdout.readline().strip(), end=", ")
    process.kill()
    print("killed:", process.wait() != 0)
    process.stdout.close()


def what_loads(path):
    try:
        return f"epoch {torch.load(path)['epoch']}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:35]}"


torch.save({"epoch": 2, **kept}, folder / "new.pt")
for target in ("run.pt", "run.pt.part"):
    torch.save({"epoch": 1, **kept}, folder / "run.pt")
    run_and_kill("-c", WRITER, "new.pt", target)
    result = what_loads(folder / "run.pt")
    print(f"writing to {target}: then run.pt gives {result}")

# %% [markdown]
# In place, both checkpoints are gone: the old one was overwritten and the new one is half a file. Beside, the
# old one is whole. Does it matter how far the writing got? We cut the file at other places.

# %% alt="What run.pt gives if the writer dies after a share of the bytes. Written in place: nothing, at every share below 100 percent. Written beside and renamed: the old checkpoint at every share, and the new one once the rename is done." tags=["hide_input"]
content = (folder / "new.pt").read_bytes()
shares = [step / 20 for step in range(20)] + [0.999, 1.0]
found = {"in place": [], "beside": []}
for share in shares:
    (folder / "cut.pt").write_bytes(content[: int(share * len(content))])
    in_place = what_loads(folder / "cut.pt")
    found["in place"].append(2 if in_place == "epoch 2" else 0)
    torch.save({"epoch": 1, **kept}, folder / "run.pt")
    (folder / "run.pt.part").write_bytes(content[: int(share * len(content))])
    if share == 1:
        os.replace(folder / "run.pt.part", folder / "run.pt")
    found["beside"].append({"epoch 1": 1, "epoch 2": 2}.get(what_loads(folder / "run.pt"), 0))

fig, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
percent = [100 * share for share in shares]
ax.plot(percent, found["in place"], "C1x", label="in place")
ax.plot(percent, found["beside"], "C0o", fillstyle="none", label="beside, then os.replace")
ax.set_yticks([0, 1, 2], ["nothing", "the old one", "the new one"])
ax.set(xlabel="bytes written at death, in %", ylim=(-0.4, 2.4))
ax.legend(loc="center left", bbox_to_anchor=(0, 0.72))
plt.show()
claim(
    f"At all {len(shares) - 1} places short of the end, writing in place leaves nothing. With `os.replace` something "
    "whole is always there.",
    set(found["in place"][:-1]) == {0} and set(found["beside"][:-1]) == {1} and found["beside"][-1] == 2,
)

# %% [markdown]
# A damaged disk is another matter: a file may be complete and have one wrong bit. We turn a single bit over.

# %%
weights = model[0].weight.detach().numpy().tobytes()
damaged = bytearray(content)
damaged[content.index(weights) + 3] ^= 0x40  # one bit of the first weight
(folder / "damaged.pt").write_bytes(damaged)
print(f"saved:  {model[0].weight[0, 0].item():.4g}")
loaded = torch.load(folder / "damaged.pt")["0.weight"]
print(f"loaded: {loaded[0, 0].item():.4g}")

# %% [markdown]
# No error, and the network is worthless. So [`save_checkpoint`][nnfund.training.save_checkpoint] writes
# the SHA-256 of the file into its first line: a fingerprint of all its bytes, which
# [`load_checkpoint`][nnfund.training.load_checkpoint] compares. We will damage such a file, too.
#
# ## Kill a run and resume it
#
# Now the training run: 512 points, of which the outer ones are class 1, in 16
# [batches](../glossary.md#batch) per epoch. Whatever can vary takes part: shuffled batches,
# [dropout](../glossary.md#dropout), [momentum](../glossary.md#momentum), a falling
# [learning rate](../glossary.md#learning-rate-schedule). After each epoch it saves. `leave_out` will let us
# forget things on purpose, and `watch` is called before each step.


# %%
def save(state, path):
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)


def train(path, epochs=12, seed=0, resume=False, leave_out=(), watch=None):
    torch.manual_seed(seed)
    points = 1.5 * torch.randn(512, 2)
    labels = (points.norm(dim=1) + 0.3 * torch.randn(512) > 1.7).long()
    model = build()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    order = torch.Generator().manual_seed(seed)  # shuffles the points
    parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    epoch, losses = 0, []

    if resume:
        saved = torch.load(path)
        for name in parts.keys() - set(leave_out):
            parts[name].load_state_dict(saved[name])
        if "random state" not in leave_out:
            torch.set_rng_state(saved["random state"])
        if "order" not in leave_out:
            order.set_state(saved["order"])
        if "epoch" not in leave_out:
            epoch = saved["epoch"]
        losses = saved["losses"]

    while epoch < epochs:
        for batch in torch.randperm(512, generator=order).split(32):
            if watch:
                watch(len(losses))
            logits = model(points[batch])
            loss = nn.functional.cross_entropy(logits, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        scheduler.step()
        epoch += 1
        state = {name: part.state_dict() for name, part in parts.items()}
        state["random state"] = torch.get_rng_state()
        state["order"] = order.get_state()
        save(state | {"epoch": epoch, "losses": losses}, path)
    return losses


# %% [markdown]
# To kill it, it must be a process of its own. So we write these functions to a file, with a few lines around
# them. With the argument `wait`, the program stops in the middle of the seventh epoch and says so. That is where
# we kill it. Then we start it again, with `resume`.

# %%
import inspect

HEAD = "import os, sys, time\nimport torch\nfrom torch import nn\n"
TAIL = """
def wait_at_step_104(step):
    if step == 104:
        print("in the middle of epoch 7", flush=True)
        time.sleep(600)

watch = wait_at_step_104 if "wait" in sys.argv else None
train(sys.argv[1], resume="resume" in sys.argv, watch=watch)
"""
functions = [inspect.getsource(part) for part in (build, save, train)]
(folder / "run.py").write_text("\n\n".join([HEAD, *functions, TAIL]))

whole = [sys.executable, "run.py", "whole.ckpt"]
subprocess.run(whole, cwd=folder, check=True)

run_and_kill("run.py", "killed.ckpt", "wait")
before = torch.load(folder / "killed.ckpt")
print("the file knows of", before["epoch"], "epochs")

command = [sys.executable, "run.py", "killed.ckpt", "resume"]
finished = subprocess.run(command, cwd=folder, check=True)

# %% [markdown]
# The half epoch is lost, and repeated. Three processes have run: one from beginning to end, one that was
# killed, and one that never saw the first six epochs.
#
# **Predict.** How close are the two curves: about, to six digits, or to the last bit?

# %% alt="Training loss over 192 steps. The line of the run that was left alone is covered by the marks of the other: crosses until the kill in the seventh epoch, circles of the resumed process after. All lie on the line." tags=["hide_input"]
ended, resumed = torch.load(folder / "whole.ckpt"), torch.load(folder / "killed.ckpt")
done = len(before["losses"])
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
ax.plot(ended["losses"], "C0", linewidth=1, label="left alone")
ax.plot(range(done), resumed["losses"][:done], "C1x", markersize=4, label="before the kill")
ax.plot(range(done, 192), resumed["losses"][done:], "C2o", markersize=4, fillstyle="none", label="resumed")
ax.axvline(104, color="C3", linestyle=":", label="killed here")
ax.set(xlabel="step", ylabel="loss of the batch")
ax.legend(ncol=2)
plt.show()


def equal(a, b):
    """Whether two nested values hold the same numbers, bit for bit."""
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


claim(
    f"All {len(ended['losses'])} losses are the same, bit for bit, and so is everything else in the two last "
    "checkpoints: weights, buffers, momentum, learning rate, random states.",
    equal(ended, resumed) and done == 96 and len(ended["losses"]) == 192,
)

# %% [markdown]
# ## What must be in it
#
# Six things make up the state of this run. We leave out one at a time: stop after six epochs, resume without
# it, and compare the remaining losses with those of the run that was left alone.
#
# **Predict.** Which of them can you leave out without changing the curve?


# %%
import contextlib


class Stop(Exception):
    pass


def stop_at_step_96(step):
    if step == 96:
        raise Stop


def resume_without(part, seed):
    """Losses of a run that is interrupted and resumed without a part."""
    path = folder / "left_out.ckpt"
    with contextlib.suppress(Stop):
        train(path, seed=seed, watch=stop_at_step_96)
    return train(path, seed=seed, resume=True, leave_out=[part])


parts = [
    "nothing",
    "model",
    "optimizer",
    "scheduler",
    "random state",
    "order",
]
alone = [torch.tensor(train(folder / "a", seed=seed)) for seed in range(3)]
runs = {part: [] for part in parts}
for part in parts:
    for seed in range(3):
        runs[part].append(torch.tensor(resume_without(part, seed)))

# %% alt="Difference from the run left alone, per step after resuming, on a log scale, one panel without the model, optimizer and scheduler, one without the random state and order. Without the scheduler the difference is zero until step 112, where the next epoch begins; the others part at the first or second step. All curves then stay between about 0.001 and 1, and none returns to zero." tags=["hide_input"]
fig, axes = plt.subplots(1, 2, figsize=(6.3, 3.2), sharey=True, layout="constrained")
for k, part in enumerate(parts[1:]):
    differences = (runs[part][0] - alone[0]).abs()[96:]
    ax = axes[k // 3]
    marker = "os^vD"[k]
    ax.semilogy(range(96, 192), differences.clamp(min=1e-8), f"C{k}{marker}-", markersize=3, linewidth=0.7)
    ax.lines[-1].set_label(f"without {part}")
for ax in axes:
    ax.set(xlabel="step", ylim=(1e-8, 1e1))
    ax.legend(loc="lower right", fontsize=8)
axes[0].set_ylabel("difference of the loss")
plt.show()
apart = {
    part: [(run - whole)[96:].abs().max().item() for run, whole in zip(runs[part], alone)] for part in parts
}
listed = ", ".join(f"{part} {min(apart[part]):.2f} to {max(apart[part]):.2f}" for part in parts[1:])
claim(
    f"With everything in place, the difference is exactly 0 for all three seeds. The largest difference in the loss "
    f"of a batch, over three seeds, without: {listed}.",
    max(apart["nothing"]) == 0 and all(min(apart[part]) > 1e-3 for part in parts[1:]),
)

# %% [markdown]
# What each of them does:
#
# - **model**: all that was learned is lost. The others notice nothing.
# - **optimizer**: its momentum starts from zero. It also holds the current learning rate, which jumps back to
#   where it began. Adam would lose its means and their step count, too.
# - **scheduler**: the learning rate is another from the next epoch on.
# - **random state**: other neurons drop out.
# - **order**: the points come in the orders of the first epochs again. Each point is still seen once per epoch,
#   but the batches are others than in the run left alone.
# - **epoch**: the position in the data. Without it, the loop begins to count at 0.

# %% tags=["hide_input"]
too_long = resume_without("epoch", seed=0)
state = torch.optim.Adam(model.parameters()).state_dict()["state"]
claim(
    f"Without the epoch, the resumed run makes {len(too_long)} steps in all, where 192 were asked for.",
    len(too_long) == 288 and state == {},
)

# %% [markdown]
# (Without the order, a step sees other points than in the run left alone. So part of the difference in its loss
# comes from the points and not from the weights.)
#
# Forget the random state, and you still get a run that learns, but it is another one: you cannot repeat it, nor
# tell a bug from an interruption. What a checkpoint does **not** hold: the code, the data, the versions, the number of
# threads. With other ones, sums may be rounded differently.
#
# What does it cost? Here is the size of a checkpoint of a larger network, by optimizer.

# %% alt="Stacked bars of checkpoint size in megabytes for one network. Plain SGD stores the weights alone, SGD with momentum twice that, Adam three times. Buffers and random states are too small to see." tags=["hide_input"]
from nnfund.models import MLP


def megabytes(values):
    if isinstance(values, torch.Tensor):
        return values.numel() * values.element_size() / 1e6
    return sum(map(megabytes, values.values())) if isinstance(values, dict) else 0


makers = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
    "SGD, momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "Adam": lambda p: torch.optim.Adam(p),
}
stored = {}
for name, make in makers.items():
    network = MLP([784, 256, 10])
    optimizer = make(network.parameters())
    network(torch.zeros(1, 784)).sum().backward()
    optimizer.step()
    pieces = [network.state_dict(), optimizer.state_dict()["state"], {"r": torch.get_rng_state()}]
    stored[name] = [megabytes(piece) for piece in pieces]
    model_size, state_size, _ = stored[name]
    print(f"{name:14} model {model_size:.2f} MB, optimizer {state_size:.2f} MB")

fig, ax = plt.subplots(figsize=(6, 2.2), layout="constrained")
left = [0.0] * 3
for k, label in enumerate(["model", "optimizer", "random state"]):
    widths = [values[k] for values in stored.values()]
    ax.barh(list(stored), widths, left=left, color=f"C{k}", hatch=["", "//", ""][k], label=label)
    left = [a + b for a, b in zip(left, widths)]
ax.set(xlabel="megabytes")
ax.invert_yaxis()
ax.legend()
plt.show()
claim(
    f"With Adam, a checkpoint is {sum(stored['Adam']) / stored['Adam'][0]:.1f} times as large as the weights: it "
    "keeps two more numbers for each.",
    2.9 < sum(stored["Adam"]) / stored["Adam"][0] < 3.1,
)

# %% [markdown]
# ## The same with fit
#
# [`Checkpoint`][nnfund.training.Checkpoint] is all of this as a callback of [`fit`][nnfund.training.fit]:
# atomic, with a checksum, read with `weights_only=True`. Here the interruption is Ctrl-C, in the fourth epoch.

# %%
from nnfund.data import Batches
from nnfund.training import Callback, Checkpoint, CheckpointError, fit


class PressCtrlC(Callback):
    def before_step(self, run):
        if run.epoch == 3:
            raise KeyboardInterrupt


def fit_points(path, *callbacks, resume=False):
    torch.manual_seed(0)
    network = build()
    return fit(
        network,
        Batches(points, labels, batch_size=32, shuffle=True),
        loss_fn=nn.CrossEntropyLoss(),
        optimizer=torch.optim.Adam(network.parameters(), lr=0.01),
        epochs=8,
        callbacks=[*callbacks, Checkpoint(path, resume=resume)],
    )


left_alone = fit_points(folder / "one.ckpt")
try:
    fit_points(folder / "two.ckpt", PressCtrlC())
except KeyboardInterrupt:
    print("interrupted")
picked_up = fit_points(folder / "two.ckpt", resume=True)
print("the same history:", picked_up == left_alone)

damaged = bytearray((folder / "two.ckpt").read_bytes())
damaged[-3000] ^= 1  # one bit again
(folder / "two.ckpt").write_bytes(damaged)
try:
    fit_points(folder / "two.ckpt", resume=True)
except CheckpointError as error:
    noticed = str(error).replace(str(folder / "two.ckpt"), "two.ckpt")
    print(noticed)

# %% tags=["hide_input"]
claim(
    f"All {len(left_alone)} losses agree bit for bit, and the one wrong bit was noticed.",
    picked_up == left_alone and "damaged" in noticed,
)
workplace.cleanup()

# %% [markdown]
# ## Check yourself
#
# ??? question "You load a state dict, and the model gives other answers in each call. Is the file damaged?"
#     No. Dropout is active: a state dict does not hold the mode. Call `model.eval()`.
#
# ??? question "A colleague sends a model that loads only with weights_only=False. What do you ask for?"
#     The state dict and the code. Loading the file as it is means running whatever is in it.
#
# ??? question "Why must the .part file lie in the same folder as the checkpoint?"
#     Renaming is one step only within one file system. Across two, `os.replace` raises an error. Other
#     tools copy instead, and a copy can be interrupted.
#
# ??? question "A resumed run has a bump in its loss, then goes on well. What was left out, most likely?"
#     The optimizer: its momentum or Adam's means begin anew. Without the model, the loss would be back at its
#     first value.
#
# ## Exercises
#
# 1. **Basic.** Write `report(model, state)` that returns three sorted lists of names: missing, unexpected, and
#    those with another shape. Nothing is loaded.
#
#     ??? tip "Hint"
#         Compare `model.state_dict().keys()` with `state.keys()` as sets.
#
# 2. **Intermediate.** Write `save_best(path, model, loss, best)` that writes the state dict atomically when
#    `loss < best`, and returns the lower of the two. A NaN must never win.
#
#     ??? tip "Hint"
#         `nan < best` is false. And `min(nan, 1.0)`?
#
# 3. **Advanced.** Write `average_states(states)` that returns the mean of several state dicts of one
#    architecture. Buffers of whole numbers keep the value of the last, and nothing given is changed.
#
#     ??? tip "Hint"
#         `tensor.is_floating_point()` tells which ones can be averaged.
#
# ## Summary
#
# - A state dict holds names and tensors: parameters and buffers, and no code. It is not a copy.
# - Strict loading finds what does not fit. After `strict=False`, read what it returns.
# - Loading a pickle can run any function. Keep `weights_only=True`.
# - Write beside, then `os.replace`. A checksum finds what a disk damages.
# - Resuming exactly takes model, optimizer, scheduler, random states and the position in the data. Leave out
#   one, and the curves part.
#
# ## Further reading
#
# - PyTorch documentation: [Serialization semantics](https://docs.pytorch.org/docs/stable/notes/serialization.html),
#   on what `weights_only` admits and how shared tensors are saved.
# - Python documentation: [pickle](https://docs.python.org/3/library/pickle.html), whose first warning is the
#   subject of this page's second part.
# - Thanumalayan Sankaranarayana Pillai, Vijay Chidambaram, Ramnatthan Alagappan, Samer Al-Kiswany, Andrea C.
#   Arpaci-Dusseau and Remzi H. Arpaci-Dusseau (2014). All file systems are not created equal: on the complexity
#   of crafting crash-consistent applications. *11th USENIX Symposium on Operating Systems Design and
#   Implementation*, 433–448.
# - Jayashree Mohan, Amar Phanishayee and Vijay Chidambaram (2021). CheckFreq: frequent, fine-grained DNN
#   checkpointing. *19th USENIX Conference on File and Storage Technologies*, 203–216.
