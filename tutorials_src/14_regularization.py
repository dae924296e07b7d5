# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - tell a network that has learned from one that has learned by heart
#   - derive dropout and weight decay, and say why AdamW is not Adam with an L2 penalty
#   - measure whether a remedy for overfitting helps, on your data, with the spread over seeds
# know_first: >-
#   A [training loop](12_training_loop.py) with validation, the [digits](13_mnist_mlp.py), and what
#   [Adam](09_optimizers.py) does with a gradient.
# data: >-
#   A few hundred digits of MNIST to train on, the whole test set to judge. Where MNIST is not to be had, the
#   8×8 digits of scikit-learn stand in, and results differ.
# ---

# %% [markdown]
# # Regularisation
#
# You will be able to say which remedy against overfitting helps on your data, which one does not, and how sure
# you are.
#
# A network can be right about every image it was trained on and still be wrong about the next one. That is
# [overfitting](../glossary.md#overfitting). What makes it do better on new samples, sometimes at the price of
# the old ones, is called [regularisation](../glossary.md#regularisation). Five remedies are on everybody's list:
# more data, augmentation, dropout, weight decay, early stopping. We derive what needs deriving, then try each
# alone and all together. You may be surprised how unequal they are.
#
# ## A network that memorises
#
# To see overfitting, take little data: 200 digits. Each [seed](../glossary.md#seed) draws its own 200 and its
# own initial weights, so the spread over seeds contains both kinds of luck. For
# [validation](../glossary.md#validation-set) we allow ourselves up to 500 images, and the whole
# [test set](../glossary.md#test-set) to judge.

# %%
import torch
from torch import nn

from nnfund.data import Batches, Part, load_mnist

mnist = load_mnist()
rows = mnist.train.inputs.shape[2]
val = Part(mnist.val.inputs[:500], mnist.val.targets[:500])


def draw(seed, samples=200):
    """Training images picked at random; 800 of one seed contain its 200."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(mnist.train.inputs), generator=generator)
    picked = order[:samples]
    return Part(mnist.train.inputs[picked], mnist.train.targets[picked])


tests = len(mnist.test.inputs)
print(f"{mnist.name}: {rows} × {rows} pixels, {tests:,} to test")

# %% [markdown]
# All of this page is one function. Its keyword arguments are the remedies, all switched off by default. Every
# run takes about 400 steps of 25 images, whatever the amount of data, unless early stopping ends it.

# %%
from nnfund.training import EarlyStopping, accuracy, evaluate, fit

loss_fn = nn.CrossEntropyLoss()
metrics = {"accuracy": accuracy}


def train_network(
    part,
    seed,
    *,
    dropout=0.0,
    decay=0.0,
    transform=None,
    patience=None,
    make=torch.optim.AdamW,
):
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Flatten(),
        *(nn.Linear(rows * rows, 128), nn.ReLU(), nn.Dropout(dropout)),
        *(nn.Linear(128, 128), nn.ReLU(), nn.Dropout(dropout)),
        nn.Linear(128, 10),
    )
    # fused: the same steps, faster
    options = {"lr": 1e-3, "weight_decay": decay, "fused": True}
    batches = {"batch_size": 25, "shuffle": True, "transform": transform}
    history = fit(
        model,
        Batches(*part, **batches, seed=seed),
        loss_fn=loss_fn,
        optimizer=make(model.parameters(), **options),
        epochs=400 * 25 // len(part.inputs),
        val_loader=Batches(*val, batch_size=500),
        metrics=metrics,
        callbacks=[EarlyStopping(patience)] if patience else [],
    )

    def measure(data):
        loader = Batches(*data, batch_size=10_000)
        return evaluate(model, loader, loss_fn=loss_fn, metrics=metrics)

    run = {"model": model, "history": history}
    run |= {"train": measure(part), "val": measure(val)}
    return run | {"test": measure(mnist.test)}


seeds = range(6)
plain = [train_network(draw(seed), seed) for seed in seeds]

# %% alt="Two panels against the epoch, six seeds each. Left: the training loss falls towards 0 while the validation loss flattens early, high above it, and then creeps up. Right: the validation accuracy climbs in the first epochs and stays level from then on, although the validation loss rises." tags=["hide_input"]
import matplotlib.pyplot as plt

fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.8), layout="constrained")
for run in plain:
    history = run["history"]
    epochs = range(1, len(history) + 1)
    left.plot(epochs, history.train_loss, "C0", alpha=0.7, label="training")
    left.plot(epochs, history.val_loss, "C1--", alpha=0.7, label="validation")
    right.plot(epochs, history["val_accuracy"], "C1--", alpha=0.7)
left.set(xlabel="epoch", ylabel="loss", ylim=(0, 1.5))
left.legend(*(handles[:2] for handles in left.get_legend_handles_labels()))
right.set(xlabel="epoch", ylabel="validation accuracy")
plt.show()

# %% tags=["hide_input"]
from nnfund import claim
from nnfund.models import count_parameters


def values(runs, part, name):
    return torch.tensor([run[part][name] for run in runs])


def spread(numbers, scale=1.0, digits=1):
    """Lowest to highest, as text."""
    low, high = (f"{scale * end:.{digits}f}" for end in (numbers.min(), numbers.max()))
    return low if low == high else f"{low} to {high}"


def describe(percent):
    return f"{percent.mean():.1f} ± {percent.std():.1f}"


parameters = count_parameters(plain[0]["model"])
train_share, test_share = (100 * values(plain, part, "accuracy") for part in ("train", "test"))
lowest = torch.tensor([min(run["history"].val_loss) for run in plain], dtype=torch.float64)
final = torch.tensor([run["history"].val_loss[-1] for run in plain], dtype=torch.float64)
claim(
    f"The network has {parameters:,} parameters for 200 images. It gets {spread(train_share)} % of those right, "
    f"and {describe(test_share)} % of the test images (mean and standard deviation of {len(plain)} seeds). Its validation loss "
    f"was {lowest.mean():.3f} at its lowest and is {final.mean():.3f} at the end.",
    parameters > 5000
    and train_share.min() > 99.4
    and test_share.max() < 97
    and bool((final >= lowest).all()),
)

# %% tags=["hide_input"]
at_lowest = torch.tensor(
    [
        run["history"]["val_accuracy"][run["history"].val_loss.index(low)]
        for run, low in zip(plain, lowest.tolist())
    ]
)
at_end = torch.tensor([run["history"]["val_accuracy"][-1] for run in plain])
claim(
    f"Look at the right panel, too. At the epoch of the lowest validation loss, the accuracy was "
    f"{100 * at_lowest.mean():.1f} %. At the end it is {100 * at_end.mean():.1f} %, although the loss has risen.",
    at_end.mean() > at_lowest.mean() - 0.015,
)

# %% [markdown]
# How can that be? The network hardly makes more mistakes, it becomes *surer* of those it makes (we measure that
# below). Overfitting in the loss and in the accuracy are different things.
#
# ## Labels without meaning
#
# How far can memorising go? We throw the labels away and draw new ones by lot. There is nothing left to learn:
# an image says nothing about its label.
#
# **Predict.** The same network, the same 400 steps. What will its training accuracy be?


# %%
def random_labels(part, seed):
    generator = torch.Generator().manual_seed(1000 + seed)
    shape = part.targets.shape
    return Part(part.inputs, torch.randint(10, shape, generator=generator))


nonsense = []
for seed in range(3):
    part = random_labels(draw(seed), seed)
    nonsense.append(train_network(part, seed))

# %% alt="Left: training loss against epoch, log scale. With random labels it starts falling later but then falls far below the loss of guessing, as with true labels. Right: accuracy of each seed. In training, dots for both kinds of labels lie at or near 100 percent. On the test set, true labels give far above 70 percent, random labels about 10." tags=["hide_input"]
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.8), layout="constrained")
for name, runs, color in [("true", plain[:3], "C0"), ("random", nonsense, "C1")]:
    for i, run in enumerate(runs):
        label = None if i else f"{name} labels"
        left.semilogy(run["history"].train_loss, color, label=label)
        shares = [100 * run[part]["accuracy"] for part in ("train", "test")]
        size = 9 if name == "true" else 5
        right.plot(["training", "test"], shares, color + "o", markersize=size)
left.set(xlabel="epoch", ylabel="training loss")
left.legend()
right.set(ylabel="accuracy in %", xlim=(-0.5, 1.5), ylim=(0, 105))
plt.show()

# %% tags=["hide_input"]
learned, guessed = (100 * values(nonsense, part, "accuracy") for part in ("train", "test"))
claim(
    f"With random labels, the network gets {spread(learned)} % of its training images right, and "
    f"{spread(guessed)} % of the test images: chance is 10 %.",
    learned.min() > 95 and guessed.min() > 4 and guessed.max() < 20,
)

# %% [markdown]
# So training accuracy says nothing about what has been learned: the same score stands for reading digits and
# for learning a lottery by heart (Zhang et al., 2017). It also shows what size does *not* explain. The network
# is large enough to memorise anything, and yet with true labels it
# [generalises](../glossary.md#generalisation), with no remedy at all. A perfect score on the training set is
# not in itself a fault.
#
# ## More data, and data from data
#
# The plainest remedy is more samples. When there are none, you can make some: change an image in a way that
# does not change its label. This is [augmentation](../glossary.md#augmentation). The network meets each
# image in several variants, which are harder to memorise than one. But you state a fact with it: *this change
# does not matter*.
# Is it true? A digit moved a little is the same digit. A digit seen in a mirror is not.

# %% alt="Three rows of the same eight digits: as they are, moved by a pixel or two, and some of them mirrored. The moved digits read as before. Mirrored, digits such as 2, 3, 4 or 7 are no digits any more." tags=["hide_input"]
from nnfund.data import RandomFlipAndCrop
from nnfund.plotting import plot_images

pixels = max(1, rows // 14)
black = mnist.train.inputs.min()


def move(seed):
    crop = RandomFlipAndCrop(padding=pixels, flip=False, seed=seed)
    return lambda images: crop(images - black) + black


def mirror(seed):
    return RandomFlipAndCrop(padding=0, flip=True, seed=seed)


images = draw(3, 8).inputs
plot_images(torch.cat([images, move(1)(images), mirror(1)(images)]), columns=8)
plt.gcf().set_size_inches(6, 2.5)
plt.show()

# %% [markdown]
# Here `move(seed)` is [`RandomFlipAndCrop`][nnfund.data.RandomFlipAndCrop] with `flip=False`, and `mirror(seed)`
# the same with `padding=0, flip=True`. (The border that a move uncovers is filled with 0. Our pixels are
# normalised, so their black is below 0; `move` shifts them for that moment.) Both go into `Batches` as `transform`, for training alone. We try them
# below, the false one, too.
#
# ## Dropout, derived
#
# [Dropout](../glossary.md#dropout) makes the network unreliable in training: each hidden value is set to 0 with
# probability $p$, anew for each sample and each step. No neuron can then count on a particular other one.
#
# "Dropout zeroes half of the values" is half of the truth. Let $m$ be 1 with probability $1 - p$, else 0. The
# average of $m x$ is $(1 - p)\, x$, so the next layer would get less in training than later, when nothing is
# dropped. The cure is to divide by $1 - p$ while training:
#
# $$\mathbb{E}\!\left[\frac{m x}{1 - p}\right] = \frac{(1 - p)\, x}{1 - p} = x.$$
#
# This is called inverted scaling. [Evaluation mode](../glossary.md#evaluation-mode) then has nothing to do.


# %%
def dropout(x, mask, p):
    return x * mask / (1 - p)


x = torch.rand(4, 1000) + 0.5
for p in (0.2, 0.5, 0.8):
    layer = nn.Dropout(p)
    torch.manual_seed(0)
    theirs = layer(x)
    mask = theirs != 0  # the only thing we take from it
    ours = dropout(x, mask, p)
    print(
        f"p = {p}: dropped {1 - mask.float().mean():.3f},",
        f"equal {torch.allclose(ours, theirs)},",
        f"eval changes nothing {torch.equal(layer.eval()(x), x)}",
    )

# %% [markdown]
# Up to the mask, that is `nn.Dropout`. The average is kept, but what about the spread? The
# [variance](../glossary.md#variance) of $m x / (1 - p)$ is $x^2\, p / (1 - p)$, and variances of independent masks
# add up. Here is one neuron of the second
# layer, asked 3,000 times about one image.
#
# **Predict.** From $p = 0.2$ to $p = 0.8$: how many times wider is the histogram?

# %% alt="Histograms of a neuron's input sum under dropout with p of 0.2, 0.5 and 0.8. All three are centred on the same vertical line, the value without dropout, and grow wider with p." tags=["hide_input"]
model = plain[0]["model"]
torch.manual_seed(0)
with torch.no_grad():
    hidden = model[:3](val.inputs[:1])  # (1, 128)
    weights = model[4].weight
    sums = {p: nn.functional.dropout(hidden.expand(3000, -1), p) @ weights.T for p in (0.2, 0.5, 0.8)}
    exact = (hidden @ weights.T)[0]  # (128,)
neuron = exact.abs().argmin().item()  # near 0, where ReLU has its kink

fig, ax = plt.subplots(figsize=(6, 2.5), layout="constrained")
for p, drawn in sums.items():
    ax.hist(drawn[:, neuron], bins=60, histtype="step", linewidth=1.5, label=f"p = {p}")
ax.axvline(exact[neuron], color="C3", linestyle="--", label="no dropout")
ax.set(xlabel="input sum of one neuron", ylabel="draws of 3000")
ax.legend()
plt.show()

# %% tags=["hide_input"]
wide, narrow = sums[0.8].std(dim=0), sums[0.2].std(dim=0)
offset = (sums[0.5].mean(dim=0) - exact).abs() / (sums[0.5].std(dim=0) / 3000**0.5)
after_relu = sums[0.5].relu().mean(dim=0)[neuron].item()
claim(
    f"It is {wide[neuron] / narrow[neuron]:.2f} times as wide; the formula says {(4 / 0.25) ** 0.5:.0f}. The mean stays, as derived: "
    f"over all 128 neurons, it is at most {offset.max():.1f} standard errors off.",
    3.5 < wide[neuron] / narrow[neuron] < 4.5 and offset.max() < 6,
)
claim(
    "But the formula hides something: it holds for sums, not after a ReLU, which cuts off one side of the "
    f"histogram. This neuron's output is {after_relu:.2f} on average with $p = 0.5$, and "
    f"{exact[neuron].relu().item():.2f} without dropout.",
    after_relu > 2 * exact[neuron].relu().item(),
)

# %% [markdown]
# (The neuron was picked because its sum is near 0, the kink of ReLU, and its bias is left out.) So
# evaluation mode is not exactly the average over all masks. It is a cheap approximation of it.
#
# ## Weight decay, derived
#
# Large weights make steep functions. L2 regularisation adds a price for them to the loss $L$, and the gradient
# follows:
#
# $$L(\theta) + \frac{\lambda}{2} \lVert \theta \rVert^2 \quad\Rightarrow\quad \nabla L(\theta) + \lambda\, \theta.$$
#
# A step of SGD with it is
#
# $$\theta - \mathrm{lr}\,(\nabla L + \lambda \theta) = (1 - \mathrm{lr}\, \lambda)\, \theta - \mathrm{lr}\, \nabla L.$$
#
# Read the right side: first shrink all weights by a fixed share, then take the ordinary step. That is [weight
# decay](../glossary.md#weight-decay), and for plain SGD the two are one. (With [momentum](../glossary.md#momentum)
# they are not: the penalty enters the sum of past gradients, the shrinking does not.) Adam divides the gradient
# by its running size, separately for each weight, and divides $\lambda \theta$ along with it. So in Adam they
# are two.
# We train three twins for 100 steps: with the penalty in the loss, with the
# optimizer's `weight_decay`, and with shrinking by hand.


# %%
def twin(make, *, penalty=0.0, shrink=0.0, **options):
    """All parameters of a small network after 100 steps, in float64."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(rows * rows, 8),
        nn.Tanh(),
        nn.Linear(8, 10),
    ).double()
    optimizer = make(model.parameters(), lr=0.01, **options)
    inputs, targets = val.inputs[:50].double(), val.targets[:50]
    for _ in range(100):
        loss = loss_fn(model(inputs), targets)
        squares = sum((weight**2).sum() for weight in model.parameters())
        optimizer.zero_grad()
        (loss + penalty / 2 * squares).backward()
        with torch.no_grad():
            for weight in model.parameters():
                weight.mul_(1 - 0.01 * shrink)
        optimizer.step()
    return torch.cat([w.detach().flatten() for w in model.parameters()])


optim = torch.optim
for make in (optim.SGD, optim.Adam, optim.AdamW):
    built_in = twin(make, weight_decay=0.1)
    plain_make = optim.Adam if make is optim.AdamW else make
    to_penalty = (built_in - twin(plain_make, penalty=0.1)).abs().max()
    to_shrink = (built_in - twin(plain_make, shrink=0.1)).abs().max()
    print(
        f"{make.__name__:5} weight_decay differs from L2",
        f"by {to_penalty:.0e}, from shrinking by {to_shrink:.0e}",
    )

# %% tags=["hide_input"]
sgd, adam, adamw = (twin(make, weight_decay=0.1) for make in (optim.SGD, optim.Adam, optim.AdamW))
sgd_gap = (twin(optim.SGD, penalty=0.1) - twin(optim.SGD, shrink=0.1)).abs().max()
adam_gap = (adam - adamw).abs().max()
claim(
    f"For SGD, penalty and shrinking agree to {sgd_gap:.0e}. `Adam(weight_decay=…)` is the penalty, `AdamW` is the shrinking, "
    f"and their weights differ by up to {adam_gap:.2f}.",
    sgd_gap < 1e-10
    and adam_gap > 1e-3
    and (adam - twin(optim.Adam, penalty=0.1)).abs().max() < 1e-6
    and (adamw - twin(optim.Adam, shrink=0.1)).abs().max() < 1e-6,
)

# %% [markdown]
# ## AdamW against L2 in Adam, measured
#
# Does the difference matter? We train our network with both, over a range of $\lambda$, on the 200 digits.
#
# **Predict.** Do both have their best at the same $\lambda$? And is one of the two better at its best?

# %% alt="Validation loss relative to no decay against weight decay, both axes logarithmic, three seeds as dots per setting and a line through the means, for L2 in Adam and for AdamW. L2 in Adam is lowest at 0.01 or below and several times as high as no decay at 1 and 10. AdamW hardly differs from no decay up to 0.1 and is lowest at 1."
decays = [0.001, 0.01, 0.1, 1.0, 10.0]


def last_loss(seed, decay, make):
    run = train_network(draw(seed), seed, decay=decay, make=make)
    return run["history"].val_loss[-1]


sweeps = {}
for name, make in {"L2 in Adam": optim.Adam, "AdamW": optim.AdamW}.items():
    losses = [[last_loss(s, d, make) for s in range(3)] for d in decays]
    sweeps[name] = torch.tensor(losses)  # (decays, seeds)

fig, ax = plt.subplots(figsize=(6, 2.9), layout="constrained")
for (name, losses), color in zip(sweeps.items(), ("C1", "C0")):
    ratio = losses / final[:3]  # to the plain network of the same seed
    ax.loglog(decays, ratio, color + "o", markersize=4, alpha=0.7)
    ax.loglog(decays, ratio.mean(dim=1), color, label=name)
ax.axhline(1, color="C2", linestyle="--", label="no decay")
ax.set(xlabel="weight_decay", ylabel="validation loss, relative")
ax.set_yticks([0.8, 1, 2, 3, 4], ["0.8", "1", "2", "3", "4"])
ax.minorticks_off()
ax.legend()
plt.show()

# %% tags=["hide_input"]
best = {name: int(losses.mean(dim=1).argmin()) for name, losses in sweeps.items()}
at = {name: decays[i] for name, i in best.items()}
l2_best, adamw_best = (sweeps[name][best[name]] for name in sweeps)
gap = l2_best - adamw_best
gap_error = gap.std() / 3**0.5
winner = "AdamW" if gap.mean() > 0 else "L2"
verdict = f"{winner} is ahead" if gap.mean().abs() > 4.3 * gap_error else "three seeds do not tell them apart"
claim(
    f"The same number means something else: of the values tried, L2 in Adam is best at {at['L2 in Adam']:g}, AdamW at {at['AdamW']:g}. "
    f"Each at its best, the losses are {l2_best.mean():.3f} ({spread(l2_best, digits=3)}) and "
    f"{adamw_best.mean():.3f} ({spread(adamw_best, digits=3)}): {verdict}. At $\\lambda = 1$, L2 in Adam "
    f"has {sweeps['L2 in Adam'][3].mean():.2f}.",
    at["AdamW"] > at["L2 in Adam"] and sweeps["L2 in Adam"][3].min() > 1.2 * sweeps["AdamW"][3].max(),
)

# %% [markdown]
# A loss of $\ln 10 \approx 2.30$ is guessing: there the penalty has pressed the whole network flat.
# So the practical difference is this: a value found for one is wrong for the other. Loshchilov and Hutter (2019)
# report that AdamW is also better on large image networks. A small experiment like ours can neither confirm nor
# deny that. Mind also that AdamW's $\lambda$ acts as $\mathrm{lr}\,\lambda$ per step, so it depends on the
# learning rate and the number of steps. And `weight_decay` shrinks the biases as well, unless you put them into a
# parameter group with 0.
#
# ## Early stopping
#
# You built [early stopping](../glossary.md#early-stopping) in [the training loop](12_training_loop.py): keep the
# weights with the lowest validation loss, stop when no better ones come. It is the only remedy that makes
# training shorter. It needs a validation set, and those images cannot be trained on.
#
# ## Each alone, all together
#
# Now the experiment. Each remedy runs with the same seeds, so each is compared with the plain network *on the same
# 200 images*. (Where there is more data, 600 others join them.) The weight decay comes from the sweep above,
# the other doses are customary ones. `together` takes less dropout than dropout alone; `overdose` takes much of
# both dropout and decay.
#
# One thing you should know: we turned to small doses after trial runs in which large ones, added up, did harm, and
# we had looked at the *test* results of those trials. So the test images had a say in this one choice. `together`
# has had a second chance that the single remedies have not, and its test number may flatter it. Doses are chosen
# on validation images; below, you see what those say.
#
# **Predict.** Rank them by test accuracy before you look.

# %%
remedies = {
    "dropout": {"dropout": 0.5},
    "weight decay": {"decay": 1.0},
    "early stopping": {"patience": 5},
    "moved": {"transform": move},
    "mirrored": {"transform": mirror},
    "more data": {"samples": 800},
    "together": {
        "dropout": 0.2,
        "decay": 1.0,
        "transform": move,
        "patience": 10,
    },
    "overdose": {"dropout": 0.5, "decay": 3.0, "transform": move},
}
remedies["together, more data"] = remedies["together"] | {"samples": 800}


def apply(remedy, seed):
    options = dict(remedy)
    part = draw(seed, options.pop("samples", 200))
    if "transform" in options:
        options["transform"] = options["transform"](seed)
    return train_network(part, seed, **options)


results = {"plain": plain}
for name, remedy in remedies.items():
    results[name] = [apply(remedy, seed) for seed in seeds]

# %% alt="Test accuracy and test loss of ten settings, one dot per seed. Among the single remedies, more data is best by far in both. Dropout, weight decay and early stopping lie about where the plain network does in accuracy. Mirrored images are worse than plain in both. The overdose is worse than the small doses together." tags=["hide_input"]
fig, panels = plt.subplots(1, 2, figsize=(6.3, 3.6), layout="constrained", sharey=True)
for ax, measure, scale in zip(panels, ("accuracy", "loss"), (100, 1)):
    for i, runs in enumerate(results.values()):
        dots = scale * values(runs, "test", measure)
        ax.plot(dots, [i] * len(dots), "C0o", alpha=0.6, markersize=5)
        ax.plot(dots.mean(), i, "C1|", markersize=16, markeredgewidth=2)
    ax.axvline(scale * values(plain, "test", measure).mean(), color="C2", linestyle="--", linewidth=1)
panels[0].set(xlabel="test accuracy in %", yticks=range(len(results)), yticklabels=list(results))
panels[0].invert_yaxis()
panels[1].set(xlabel="test loss")
plt.show()

# %% [markdown]
# The orange bars are means, the dashed line is the plain network. Seeds differ in their luck with the
# images, so we look at differences *within* each seed: their mean, with its [standard
# error](../glossary.md#standard-error).


# %%
def change(name, measure, scale=1.0):
    """Mean change against plain, seed by seed, and its standard error."""
    after = values(results[name], "test", measure)
    difference = scale * (after - values(plain, "test", measure))
    error = difference.std() / len(seeds) ** 0.5
    return difference.mean().item(), error.item()


print("change against plain  accuracy, points   loss            train acc.")
for name, runs in results.items():
    if name != "plain":
        points, loss = change(name, "accuracy", 100), change(name, "loss")
        print(
            f"{name:20}  {points[0]:+5.1f} ± {points[1]:.1f}        "
            f"{loss[0]:+.3f} ± {loss[1]:.3f}   "
            f"{100 * values(runs, 'train', 'accuracy').mean():5.1f} %"
        )


# %% tags=["hide_input"]
def sort_out(measure, sign):
    groups = {"better": [], "worse": [], "open": []}
    for name in list(remedies)[:6]:
        mean, error = change(name, measure)
        far = abs(mean) > 2.57 * error
        groups[("better" if sign * mean > 0 else "worse") if far else "open"].append(name)
    return {key: ", ".join(names) or "none" for key, names in groups.items()}


by_accuracy, by_loss = sort_out("accuracy", 1), sort_out("loss", -1)
claim(
    f"Call a change shown when it exceeds 2.57 standard errors (95 % for six seeds, each comparison by itself). By **accuracy**, better "
    f"than plain: {by_accuracy['better']}. Worse: {by_accuracy['worse']}. Not shown either way: "
    f"{by_accuracy['open']}.",
    "more data" in by_accuracy["better"] and "mirrored" not in by_accuracy["better"],
)
claim(
    f"By **loss**, better: {by_loss['better']}. Worse: {by_loss['worse']}. Not shown: {by_loss['open']}.",
    "more data" in by_loss["better"] and "mirrored" not in by_loss["better"],
)

# %% [markdown]
# What to take from it:
#
# - **More data wins**, with no more steps.
# - **Augmentation is as good as what it states.** A false statement, the mirror, does harm. Even a true one may: where
#   digits fill their frame, as those of 8 × 8 pixels do, a move pushes strokes out of the picture.

# %% tags=["hide_input"]
more, mirrored, moved = (change(name, "accuracy", 100) for name in ("more data", "mirrored", "moved"))
others = [change(name, "accuracy", 100)[0] for name in list(remedies)[:5]]
claim(
    f"Four times the data adds {more[0]:.1f} points, more than any other single remedy. Mirroring costs "
    f"{-mirrored[0]:.1f}. Moving by up to {pixels} of {rows} pixels changes {moved[0]:+.1f}.",
    more[0] > 1 + max(others) and mirrored[0] < -0.5,
)

# %% [markdown]
# - **Dropout, weight decay and early stopping do little for the accuracy here.** What they change, if anything, is how sure
#   the network is when it errs, and so the loss. If you use the probabilities, that matters. If you count
#   right answers, it does not.

# %% tags=["hide_input"]
trio = ("dropout", "weight decay", "early stopping")
points = {name: change(name, "accuracy", 100)[0] for name in trio}
decayed, stopped = (change(name, "loss") for name in ("weight decay", "early stopping"))
lengths = torch.tensor([float(len(run["history"])) for run in results["early stopping"]])
claim(
    f"In accuracy they change {', '.join(f'{points[name]:+.1f} ({name})' for name in trio)} points. The loss "
    f"falls by {-decayed[0]:.3f} ± {decayed[1]:.3f} with weight decay, and by {-stopped[0]:.3f} ± "
    f"{stopped[1]:.3f} with early stopping, which took {spread(lengths, digits=0)} of {len(plain[0]['history'])} epochs.",
    max(abs(change) for change in points.values()) < 2.5 and decayed[0] < 0 and stopped[0] < 0.01,
)

# %% [markdown]
# Is it sureness that falls? Where a network's answer is wrong, we ask what probability it gives to it.


# %% tags=["hide_input"]
def sureness_when_wrong(run):
    """Mean probability that the network gives to its wrong answers on test images."""
    with torch.no_grad():
        probabilities, answers = run["model"].eval()(mnist.test.inputs).softmax(dim=1).max(dim=1)
    return probabilities[answers != mnist.test.targets].mean().item()


sure = {name: torch.tensor([sureness_when_wrong(run) for run in results[name]]) for name in ("plain", *trio)}
claim(
    f"Where it is wrong, the plain network gives its answer a probability of {sure['plain'].mean():.2f} on average, "
    f"the others {', '.join(f'{sure[name].mean():.2f} ({name})' for name in trio)}.",
    max(sure[name].mean() for name in trio[1:]) < sure["plain"].mean() - 0.01,
)

# %% [markdown]
# - **Doses add up.** Each remedy makes it harder to fit the training images. Too much of it, and the network no
#   longer learns what is there to learn: it *underfits*. You see it in the training accuracy, not in a gap.

# %% tags=["hide_input"]
together, overdose, both = (
    change(name, "accuracy", 100) for name in ("together", "overdose", "together, more data")
)
fitted = 100 * values(results["overdose"], "train", "accuracy")
beside = values(results["together, more data"], "test", "accuracy") - values(
    results["more data"], "test", "accuracy"
)
gain = "a gain" if beside.mean() > 2.57 * beside.std() / len(seeds) ** 0.5 else "no gain"
claim(
    f"Small doses together change the accuracy by {together[0]:+.1f} ± {together[1]:.1f} points, the overdose "
    f"by {overdose[0]:+.1f} ± {overdose[1]:.1f}: it has only {describe(fitted)} % of its own training images "
    f"right. With more data, the small doses end at {both[0]:+.1f} ± {both[1]:.1f}, more data alone at {more[0]:+.1f} ± {more[1]:.1f}: "
    f"beside more data, {gain} is shown.",
    overdose[0] < together[0] - 1 and fitted.mean() < 97,
)

# %% tags=["hide_input"]
small, large = (100 * values(results[name], "val", "accuracy") for name in ("together", "overdose"))
claim(
    f"The validation images choose the small doses, too: {small.mean():.1f} % right against {large.mean():.1f} %, and "
    f"in {(small > large).sum()} of {len(seeds)} seeds. (They also stopped those runs early, a small advantage.)",
    small.mean() > large.mean() + 0.5 and (small > large).sum() >= 4,
)

# %% [markdown]
# Where the test set has had a say in a choice, as in these doses, the number is no longer a clean one: say so
# beside it, or choose again on validation images.
#
# What you may *not* conclude: that dropout is useless. This is one small network, 200 digits, one dose each, and
# 400 steps. A network that is regularised learns more slowly and may need more of them. Larger networks and longer
# training may have more to gain, and our doses were hardly tuned. The way of asking carries over, the ranking need not.
#
# ## Check yourself
#
# ??? question "Your network has 100 % training accuracy and 90 % validation accuracy. Does it overfit?"
#     You cannot tell from the gap. Overfitting means that it could do better on new samples by fitting less:
#     look whether the validation loss rose, or try a remedy and see whether validation improves.
#
# ??? question "In training mode, dropout with p = 0.75 gets the value 2. What can come out?"
#     0 with probability 0.75, else 2 / 0.25 = 8. On average 0.25 · 8 = 2. In evaluation mode, 2.
#
# ??? question "Somebody replaces `Adam(weight_decay=0.01)` by `AdamW(weight_decay=0.01)` and all else stays. What happens?"
#     The decay all but disappears. With lr = 0.001, AdamW shrinks weights by a factor 1 − 0.00001 per step: 0.4 %
#     in 400 steps. In Adam it was divided by the running size of the gradient. Search for $\lambda$ again.
#
# ??? question "Training accuracy 84 %, validation accuracy 83 %, with strong dropout and decay. What next?"
#     No gap is no success: the network underfits. Take doses back, train longer, or make it larger.
#
# ## Exercises
#
# 1. **Basic.** Write `inverted_dropout(x, p, generator)`: a new tensor in which each value is 0 with probability
#    `p` and divided by `1 - p` otherwise. What should `p = 0` return, and `p = 1`?
#
#     ??? tip "Hint"
#         `torch.rand(x.shape, generator=generator) >= p` is the mask. For `p = 1` you would divide by 0;
#         `nn.Dropout(1)` returns zeros.
#
# 2. **Intermediate.** Write `decay_groups(model, weight_decay)`: a list of two parameter groups for an optimizer,
#    so that weight matrices decay and biases do not. Does it change the results above?
#
#     ??? tip "Hint"
#         A bias has `ndim == 1`. A group is `{"params": [...], "weight_decay": ...}`. Each parameter belongs to
#         exactly one group.
#
# 3. **Advanced.** Write `random_label_accuracy(share, seed)`: replace this share of the 200 labels by random ones,
#    train with and without early stopping, and return both test accuracies. From which share on does early
#    stopping pay?
#
#     ??? tip "Hint"
#         True labels are learned first, wrong ones later. Pick the images to spoil by `torch.randperm` with a
#         generator of their own.
#
# ## Summary
#
# - A network with enough parameters can fit any labels, even random ones. Training accuracy does not show learning.
# - Dropout zeroes with probability $p$ and divides by $1 - p$, in training alone. Sums keep their mean; their
#   variance grows with $p / (1 - p)$; after a ReLU the mean is not kept.
# - L2 in the loss equals shrinking the weights for plain SGD. `Adam(weight_decay)` is the first, `AdamW` the
#   second, and they want different $\lambda$.
# - More data is the strongest remedy. Augmentation can help only if what it states is true.
# - Doses add up. Watch the training accuracy for underfitting.
# - Compare on the same seeds, show each one, and say when nothing was shown.
#
# ## Further reading
#
# - Chiyuan Zhang, Samy Bengio, Moritz Hardt, Benjamin Recht and Oriol Vinyals (2017). Understanding deep learning
#   requires rethinking generalization. *International Conference on Learning Representations (ICLR)*.
# - Nitish Srivastava, Geoffrey Hinton, Alex Krizhevsky, Ilya Sutskever and Ruslan Salakhutdinov (2014). Dropout: a
#   simple way to prevent neural networks from overfitting. *Journal of Machine Learning Research* 15, 1929–1958.
# - Ilya Loshchilov and Frank Hutter (2019). Decoupled weight decay regularization. *International Conference on
#   Learning Representations (ICLR)*.
# - Anders Krogh and John A. Hertz (1991). A simple weight decay can improve generalization. *Advances in Neural
#   Information Processing Systems* 4, 950–957.
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville (2016). *Deep Learning*. MIT Press. Chapter 7.
# - Simon J. D. Prince (2023). *Understanding Deep Learning*. MIT Press. Chapter 9.
