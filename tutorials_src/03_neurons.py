# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - say where a neuron's boundary lies, and how its weights and its bias move it
#   - name what a neuron shares with a nerve cell, and where the likeness ends
#   - count the parameters of a network from its configuration, up to a published language model
# know_first: >-
#   [your first network](01_first_network.py), [tensors](02_tensors.py) (`@`, broadcasting), and school
#   mathematics (straight lines, arrows in the plane).
# data: a few points made on the page; the published sizes of ten language models
# ---

# %% [markdown]
# # What a neuron computes
#
# You will be able to read a neuron's numbers as a line and its distance, tell the neuron from the nerve cell
# that lent it its name, and count the parameters of a language model in a few lines of code.
#
# ## One neuron by hand
#
# Shall we go cycling? Sunshine speaks for it, wind against it. A [neuron](../glossary.md#neuron) settles such
# a question with arithmetic. It gives each input a [weight](../glossary.md#weight), adds up, and adds one more
# number of its own, the [bias](../glossary.md#bias):
#
# $$z = w_1 x_1 + w_2 x_2 + b.$$
#
# A positive weight lets its input speak for, a negative one against, and a weight of 0 ignores it. The bias is
# what the sum starts from, before any input has spoken. Then an [activation
# function](../glossary.md#activation-function) $f$ turns the sum into the output, $f(z)$. Here it is the
# [sigmoid](../glossary.md#sigmoid), which squeezes any number into the range from 0 to 1.
#
# **Predict.** The cell starts with three days, as hours of sun ($x_1$) and strength of wind ($x_2$), and with
# weights and bias. Which day gives the highest output, and which falls below one half?

# %%
import math

import torch
from torch import nn

days = torch.tensor([[4.0, 3.0], [7.0, 5.0], [1.0, 2.0]])  # sun, wind
w1, w2, b = 0.8, -0.9, 0.2

for sun, wind in days.tolist():
    z = w1 * sun + w2 * wind + b
    output = 1 / (1 + math.exp(-z))
    print(f"sun {sun:.0f}, wind {wind:.0f}: z = {z:.1f}", end=", ")
    print(f"f(z) = {output:.3f}")

neuron = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
with torch.no_grad():  # give it our numbers instead of random ones
    neuron[0].weight.copy_(torch.tensor([w1, w2]))
    neuron[0].bias.fill_(b)
    outputs = neuron(days).flatten().tolist()
print("PyTorch:", [round(output, 3) for output in outputs])

# %% [markdown]
# The second day wins: there is more wind, but the sun outweighs it. The last line is the same neuron, made by
# PyTorch, and it agrees. Nothing else goes on in there. So what do the three numbers mean?
#
# ## The bias is a threshold, with its sign turned
#
# Take a single input first. The sum $wx + b$ is 0 where $x = -b/w$, and there the sigmoid is exactly one half.
# This place is the neuron's boundary: on one side the sum is positive, on the other negative. In other words,
# the sum is positive when $wx$ is larger than the threshold $-b$.
#
# **Predict.** Let $w = 2$. As the bias grows from $-2$ to 2, does the curve move to the left or to the right?
# And what if $w = -2$?

# %% alt="Left: three rising S-shaped curves of equal shape. With weight 2, bias −2 puts the boundary at 1, bias 0 at 0, bias 2 at −1: the curve moves left as the bias grows. Right: bias 2 with three weights. Weight 1 is a flat curve with its boundary at −2, weight 4 a steep one with its boundary at −0.5, and weight −2 a falling curve with its boundary at 1." tags=["hide_input"]
import matplotlib.pyplot as plt

x = torch.linspace(-4, 4, 161)
fig, axes = plt.subplots(1, 2, figsize=(6.3, 2.8), sharey=True, layout="constrained")
settings = [[(2, -2), (2, 0), (2, 2)], [(1, 2), (4, 2), (-2, 2)]]
for ax, pairs, title in zip(axes, settings, ["the bias shifts", "the weight tilts"]):
    for (w, b), style in zip(pairs, ["-", "--", "-."]):
        (line,) = ax.plot(x, torch.sigmoid(w * x + b), style, label=f"$w={w},\\ b={b}$")
        ax.plot(-b / w, 0.5, "o", color=line.get_color())
    ax.set(xlabel="input $x$", title=title, ylim=(-0.05, 1.5), yticks=[0, 0.5, 1])
    ax.legend(loc="upper center", ncols=2, fontsize=8)
axes[0].set_ylabel("output")
plt.show()

# %% [markdown]
# The dots mark $-b/w$. On the left, a larger bias needs less input to get over the threshold, so the boundary
# moves left. With a negative weight it moves right, from 0 with no bias to 1 for the falling curve. The
# size of the weight sets how steep the step is. It moves the boundary, too, unless the bias is 0.

# %% tags=["hide_input"]
from nnfund import claim

torch.manual_seed(0)
w, b = torch.randn(2, 1000, dtype=torch.float64)
error = (torch.sigmoid(w * (-b / w) + b) - 0.5).abs().max().item()
moved = -(b + 0.1) / w + b / w  # how far the boundary moves when the bias grows by 0.1
claim(
    f"Of 1000 random neurons, all give one half at $-b/w$, to within 0.000001. When the bias grows by 0.1, the "
    f"boundary moves left for the {(w > 0).sum().item()} with a positive weight and right for the "
    f"{(w < 0).sum().item()} with a negative one.",
    error < 1e-6 and bool(((moved < 0) == (w > 0)).all()),
)

# %% [markdown]
# You may read that a bias makes sure that the output is not zero when all inputs are. It need not be so:

# %% tags=["hide_input"]
no_bias, negative_bias = torch.sigmoid(torch.tensor(0.0)).item(), torch.relu(torch.tensor(-1.0)).item()
claim(
    f"With all inputs 0, a sigmoid neuron with no bias at all gives {no_bias}, and a "
    f"[ReLU](../glossary.md#relu) neuron with a bias of −1 gives {negative_bias:.0f}.",
    no_bias == 0.5 and negative_bias == 0,
)

# %% [markdown]
# ## Two inputs: a line, and an arrow
#
# With two inputs the sum is 0 along a whole line, $w_1 x_1 + w_2 x_2 + b = 0$. The two weights are an arrow,
# $\mathbf{w} = (w_1, w_2)$. It stands at right angles to the line (a *normal* of it), and it points to where
# the sum grows.
#
# We look down on one neuron's output: purple is low, orange is high. Its weights stay as they are, and only the
# bias changes.
#
# **Predict.** As the bias grows, does the line turn, or shift? Towards the arrow's tip, or away from it?

# %% alt="A neuron's output over the plane for three biases, low at lower left and high at upper right. An arrow points from the origin to the upper right. The boundary is a slanted line at right angles to it: ahead of the origin with bias −2, through it with bias 0, behind it with bias 2. The thin lines of equal output are parallel to it." tags=["hide_input"]
x1, x2 = torch.meshgrid(torch.linspace(-3, 3, 61), torch.linspace(-3, 3, 61), indexing="xy")
plane = torch.stack([x1, x2], dim=-1)  # (61, 61, 2)
w = torch.tensor([1.6, 0.8])

fig, axes = plt.subplots(1, 3, figsize=(6.3, 2.5), sharey=True, layout="constrained")
for ax, b in zip(axes, [-2.0, 0.0, 2.0]):
    surface = torch.sigmoid(plane @ w + b)
    image = ax.imshow(surface, origin="lower", extent=(-3, 3, -3, 3), vmin=-0.5, vmax=1.5, cmap="PuOr_r")
    ax.contour(x1, x2, surface, levels=[0.1, 0.25, 0.75, 0.9], colors="C0", linewidths=0.6)
    ax.contour(x1, x2, surface, levels=[0.5], colors="C0", linewidths=2.5)
    ax.annotate("", xy=w.tolist(), xytext=(0, 0), arrowprops={"arrowstyle": "->", "color": "C2", "lw": 3})
    ax.set(title=f"$b = {b:.0f}$", xlabel="$x_1$", ylabel="$x_2$" if b == -2 else "", aspect="equal")
fig.colorbar(image, ax=axes, label="output", shrink=0.8).ax.set_ylim(0, 1)
plt.show()

# %% [markdown]
# It shifts, away from the tip: as before, a larger bias lets more over the threshold. How far it shifts, you can
# compute. Write $|\mathbf{w}| = \sqrt{w_1^2 + w_2^2}$ for the arrow's length. The line lies at
# $-b/|\mathbf{w}|$ from the origin, measured along the arrow. And for any point, $z / |\mathbf{w}|$ is its distance from the line, with a plus sign on the arrow's side.
#
# The picture also shows what the formula hides: **a neuron looks in one direction only.** Along the thin
# lines nothing changes, however far you go.

# %%
w, b = torch.tensor([1.6, 0.8]), -2.0  # the left panel
points = torch.randn(1000, 2)
length = w.norm()

on_line = -b / length * (w / length)  # go -b/|w| along the arrow
print(f"|z| at that point: {(on_line @ w + b).abs():.4f}")

sideways = torch.tensor([-w[1], w[0]])  # at right angles to the arrow
change = (points + 100 * sideways) @ w - points @ w
ahead = (points + w / length) @ w - points @ w
print(f"100 arrow lengths sideways: z moves {change.abs().max():.3f}")
print(f"1 unit along the arrow:     z grows {ahead.mean():.4f}")
print(f"length of the arrow:                {length:.4f}")

# %% [markdown]
# With three inputs the line becomes a plane, and with more a *hyperplane*. Still it has one arrow across it, and
# one number that shifts it.
#
# ## Graded, not on or off
#
# It is tempting to say that the activation decides *whether* the neuron fires. The first artificial neurons
# did that (McCulloch and Pitts, 1943): all or nothing, a step. Most of today's do not.

# %% alt="Four activations of the sum z from −4 to 4. The step is 0 up to zero and 1 after it. Sigmoid and tanh rise smoothly, from 0 to 1 and from −1 to 1. ReLU is 0 up to zero and then rises along a straight line." tags=["hide_input"]
z = torch.linspace(-4, 4, 801)
responses = {
    "step": (z > 0).float(),
    "sigmoid": torch.sigmoid(z),
    "tanh": torch.tanh(z),
    "ReLU": torch.relu(z),
}
fig, ax = plt.subplots(figsize=(6, 2.7), layout="constrained")
for (name, response), style in zip(responses.items(), ["-", "--", "-.", ":"]):
    ax.plot(z, response, style, label=name, linewidth=2)
ax.set(xlabel="sum $z$", ylabel="output", ylim=(-1.15, 2.2))
ax.legend(ncols=2)
plt.show()

# %% [markdown]
# Sigmoid and [tanh](../glossary.md#tanh) answer by degrees ([their own page](05_activations.py) has more). ReLU
# is silent on one side and graded on the other. This matters for learning, which asks: does the output move
# when a weight moves a little? We try it on 1000 random neurons.

# %% tags=["hide_input"]
torch.manual_seed(0)
inputs, w_all = torch.randn(2, 1000, 3, dtype=torch.float64)
before, after = (inputs * w_all).sum(1), (inputs * (w_all + 1e-6)).sum(1)
functions = {"step": lambda z: (z > 0).double(), "sigmoid": torch.sigmoid, "ReLU": torch.relu}
answers = {name: int((f(before) != f(after)).sum()) for name, f in functions.items()}
claim(
    f"We add a millionth to all weights. Of 1000 neurons the output changes in {answers['step']} with the step, "
    f"in {answers['ReLU']} with ReLU (those on its rising side), and in {answers['sigmoid']} with the sigmoid.",
    answers["step"] == 0 and answers["sigmoid"] == 1000 and 400 < answers["ReLU"] < 600,
)

# %% [markdown]
# ## A layer: many neurons, one product
#
# `nn.Linear(10, 5)` is five neurons that see the same ten inputs, without the activation. The inputs are the
# data, or the outputs of an *earlier* layer. It keeps one neuron per row of its weight matrix $W$, and
# computes $x W^\top + b$. A layer in which every neuron sees every input is called [fully
# connected](../glossary.md#fully-connected). It is one kind of layer among others; a network is called *deep*
# when it has many layers, of whatever kind.
#
# The layer is often described as "each input is multiplied by its weight". That sounds like `*`, and it is half of
# the truth.
#
# **Predict.** What is the shape of `x * W` for one sample with ten features? And for a batch of three?

# %%
torch.manual_seed(0)
layer = nn.Linear(10, 5)
W, b = layer.weight, layer.bias  # (5, 10), (5,)
batch = torch.randn(3, 10)

print("x * W, one sample:", tuple((batch[0] * W).shape))
try:
    batch * W
except RuntimeError as error:
    print("x * W, a batch:", str(error).split(" at ")[0])
by_hand = batch @ W.T + b
print("x @ W.T + b:      ", tuple(by_hand.shape))
print("equal to the layer:", torch.allclose(by_hand, layer(batch)))

# %% [markdown]
# The star multiplies, and forgets to add up: 50 products for one sample, and an error for three. (Five samples
# would raise no error, and mean nothing.) The matrix product `@` does both.
#
# ## The nerve cell, and where the likeness ends
#
# The words are borrowed from biology. A nerve cell, the biological neuron, receives signals at its branches,
# the *dendrites*. Each arrives through a *synapse*, a contact that passes it on strongly or weakly, and that
# can push for or against. When the cell's voltage gets over a threshold, it sends a short pulse, a
# [spike](../glossary.md#spike), down its *axon* to other cells. Put weights for synapses and the bias for the
# threshold, and you have the artificial neuron. It is a useful story. Now see how much it leaves out.
#
# **Its output is events in time.** A well-known simple model of a spiking cell is the *leaky
# integrate-and-fire* neuron: its voltage adds up the input and leaks away; at 1 it spikes and falls back to 0.


# %%
def spiking_neuron(drive, leak_ms=20.0):
    """Voltages and spikes for a drive (steps, n); a step is 0.1 ms."""
    keep = math.exp(-0.1 / leak_ms)  # what a step leaves of the voltage
    voltage, voltages, spikes = torch.zeros(drive.shape[1]), [], []
    for row in drive:
        voltage = keep * voltage + (1 - keep) * row
        spike = voltage >= 1
        voltages.append(voltage)
        spikes.append(spike)
        voltage = voltage.masked_fill(spike, 0.0)
    return torch.stack(voltages), torch.stack(spikes)


# %% [markdown]
# First a constant drive, from 0 to 4, for one second each: how many spikes? Then two short pulses of input,
# at the same moment or 20 ms apart. A weighted sum of the two is the same in both cases.
#
# **Predict.** Does the cell treat them alike?

# %% alt="Left: spikes per second against a constant drive. There are none up to a drive of 1; then the rate rises steeply, and goes on nearly along a straight line, close to a ReLU fitted to it. Right: voltage against time. Two pulses at the same moment carry the voltage over the threshold, and it falls to 0 after a spike. The same two pulses 20 milliseconds apart make two bumps that both stay below the threshold." tags=["hide_input"]
drives = torch.linspace(0, 4, 41)
_, spikes = spiking_neuron(drives.expand(10_000, 41))
rates = spikes.sum(dim=0)  # spikes in one second

pulses = torch.zeros(600, 2)  # 60 ms; column 0: together, column 1: apart
pulses[100:120, 0] = 13.0
pulses[100:120, 1] = pulses[300:320, 1] = 6.5
voltages, pulse_spikes = spiking_neuron(pulses)

rising = rates > 0
design = torch.stack([drives[rising], torch.ones(int(rising.sum()))], dim=1)
slope, offset = torch.linalg.lstsq(design, rates[rising, None].float()).solution.flatten().tolist()

fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 2.7), layout="constrained")
left.plot(drives, rates, "o", markersize=3, label="spiking neuron")
left.plot(drives, torch.relu(slope * drives + offset), "--", label="a ReLU")
left.set(xlabel="constant drive", ylabel="spikes per second")
left.legend()
time = torch.arange(600) * 0.1
right.plot(time, voltages[:, 0], label="together")
right.plot(time, voltages[:, 1], "--", label="apart")
right.axhline(1, linestyle=":", color="C3", label="threshold")
right.set(xlabel="time (ms)", ylabel="voltage", ylim=(-0.05, 1.75))
right.legend(ncols=2, fontsize=8)
plt.show()

# %% tags=["hide_input"]
theory = 1000 / (20 * torch.log(drives[11:] / (drives[11:] - 1)))  # the model's exact rate
gap = ((rates[11:] - theory).abs() / theory).max().item()
together, apart = pulse_spikes.sum(dim=0).tolist()
claim(
    f"At a constant drive the cell is silent up to the threshold; at 4 it spikes {rates[-1].item()} times a "
    f"second. Two pulses together make {together} spike, the same two apart {apart}.",
    gap < 0.05 and rates[:10].sum() == 0 and (together, apart) == (1, 0),
)

# %% [markdown]
# On the left is the reason why the story works: if only the *rate* of spikes counts, a cell looks a bit like
# a ReLU, whose output is a number. On the right is what that number throws away: when the input came.
#
# And this was a simple model. Real cells differ further:
#
# - **Dendrites compute.** A cell does not only add up. In slices of human cortex, dendrites were found whose
#   own spikes are strongest right above their threshold and weaker for more input. With these, one dendrite
#   can separate inputs that [no single line separates](04_perceptron.py) (Gidon et al., 2020; recordings and a
#   model). To mimic a detailed model of one cortical cell, millisecond by millisecond, took an artificial
#   network of five to eight layers (Beniaguev et al., 2021).
# - **One cell, one sign.** An artificial neuron can push some of its readers up and others down. In the cortex
#   a nerve cell seldom if ever does both (Crick, 1988).
# - **Nobody has found [backpropagation](../glossary.md#backpropagation) in a brain.** It sends errors back
#   through the same weights, and no way is known in which a brain could do precisely that. Something with a
#   similar effect may exist: this is an open question (Lillicrap et al., 2020).
#
# So take "neuron" as a name. That a network works well says little about brains.
#
# ## Counting parameters
#
# Weights and biases are what a network can learn: its [parameters](../glossary.md#parameter). How many there
# are follows from shapes alone.
#
# **Predict.** How many has `nn.Linear(10, 5)`?

# %%
from nnfund.models import MLP, count_parameters


def linear(in_features, out_features, bias=True):
    """How many parameters a linear layer has."""
    return in_features * out_features + (out_features if bias else 0)


print("nn.Linear(10, 5):", linear(10, 5), "and", count_parameters(layer))
print("first network:   ", linear(2, 16) + linear(16, 1))
digits = MLP([784, 512, 128, 10])
by_hand = linear(784, 512) + linear(512, 128) + linear(128, 10)
print("MLP for digits:  ", by_hand, "and", count_parameters(digits))

# %% [markdown]
# Now for something larger. A [language model](../glossary.md#language-model) predicts the next piece of a text
# (BERT: a missing one). The pieces are called [tokens](../glossary.md#token), and the networks below are
# [Transformers](../glossary.md#transformer). You need not know how they work to count them. They are made of:
#
# - an [embedding](../glossary.md#embedding): a table with one row of `width` numbers for each token of the
#   vocabulary. BERT and GPT have a second one, with a row for each position in the text, and BERT a third, with
#   two rows: first or second sentence. LLaMA marks positions by a rotation that has no parameters.
# - `layers` equal blocks. In each, *attention* has four linear layers (query, key, value, output). In Llama
#   2 70B the key and value layers are 8 times narrower, because groups of 8 query heads share them
#   (*grouped-query attention*).
# - Each block also has a *feedforward* part: two linear layers, to `hidden` features and back. LLaMA has
#   three (*SwiGLU*: one of them gates another), and makes `hidden` smaller in return.
# - *norms*, two per block and one more: a scale for each feature, and a shift, which LLaMA leaves out. LLaMA
#   has no biases in its linear layers, either.
# - an *output*. GPT uses the embedding table a second time (*tied*), which adds no parameters. LLaMA has a
#   second table. BERT, as released, ends with one linear layer, the pooler.


# %%
def count(layers, width, hidden, rows, bias=True, gated=False, share=1):
    """Parameters by part; `rows` is the length of the tables."""
    attention = 2 * linear(width, width, bias)  # query, output
    attention += 2 * linear(width, width // share, bias)  # key, value
    feedforward = linear(hidden, width, bias)
    feedforward += (2 if gated else 1) * linear(width, hidden, bias)
    return {
        "embedding": rows * width,
        "attention": layers * attention,
        "feedforward": layers * feedforward,
        "norms": (2 * layers + 1) * (2 * width if bias else width),
    }


def gpt(layers, width, context):
    return count(layers, width, 4 * width, rows=50257 + context)


def llama(layers, width, hidden=None, share=1):
    hidden = hidden or 256 * math.ceil(8 * width / 3 / 256)
    options = {"bias": False, "gated": True, "share": share}
    parts = count(layers, width, hidden, 32000, **options)
    return parts | {"output": 32000 * width}


rows = 30522 + 512 + 2  # tokens, positions, first or second sentence
bert = count(12, 768, 3072, rows) | {"output": linear(768, 768)}

models = {  # name: (our count, published, in units of, where)
    "BERT-base": (bert, "110", 1e6, "Devlin 2019"),
    "GPT-2 small": (gpt(12, 768, 1024), "117", 1e6, "Radford 2019"),
    "GPT-2 XL": (gpt(48, 1600, 1024), "1542", 1e6, "Radford 2019"),
    "GPT-3 Small": (gpt(12, 768, 2048), "125", 1e6, "Brown 2020"),
    "GPT-3 175B": (gpt(96, 12288, 2048), "175.0", 1e9, "Brown 2020"),
    "LLaMA-7B": (llama(32, 4096), "6.7", 1e9, "Touvron 2023a"),
    "LLaMA-13B": (llama(40, 5120), "13.0", 1e9, "Touvron 2023a"),
    "LLaMA-33B": (llama(60, 6656), "32.5", 1e9, "Touvron 2023a"),
    "LLaMA-65B": (llama(80, 8192), "65.2", 1e9, "Touvron 2023a"),
    "Llama 2 70B": (llama(80, 8192, 28672, 8), "70", 1e9, "Touvron 2023b"),
}

# %% [markdown]
# The figures are from Devlin et al. (section 3), Radford et al. (Table 2), Brown et al. (Table 2.1), Touvron et
# al. 2023a (Table 2) and 2023b (Table 1), and so are layers, widths and contexts. What the papers leave out is
# from the released code and configuration files: BERT's 30,522 tokens (the paper says 30,000), LLaMA's 32,000
# and its rounding of `hidden` up to a multiple of 256, and the sizes of Llama 2 70B. Of GPT-3 the paper says
# that it has GPT-2's architecture, except for which places attention looks at. That changes no shape.
#
# **Predict.** Published figures are rounded, so small differences are expected. Will any be larger than that?

# %%
print(" " * 20 + "computed  published  difference  source")
totals = {}
for name, (parts, published, unit, source) in models.items():
    totals[name] = total = sum(parts.values())
    difference = total / (float(published) * unit) - 1
    shown = published + ("M" if unit == 1e6 else "B")
    print(f"{name:12}{total:16,} {shown:>10} {difference:+11.2%}  {source}")

# %% [markdown]
# Some are off by more than a per cent. Before we blame the papers, we check the counter: are our formulas what
# PyTorch would build? On the device `"meta"` a layer has shapes but no numbers, so even GPT-3 fits into a
# laptop. PyTorch's `TransformerEncoderLayer` has the same shapes as a block of GPT.

# %%
with torch.device("meta"):
    gpt3 = nn.ModuleList()
    gpt3.append(nn.Embedding(50257, 12288))  # tokens
    gpt3.append(nn.Embedding(2048, 12288))  # positions
    for _ in range(96):
        gpt3.append(nn.TransformerEncoderLayer(12288, 96, 4 * 12288))
    gpt3.append(nn.LayerNorm(12288))

print(f"built    {count_parameters(gpt3):,}")
print(f"computed {totals['GPT-3 175B']:,}")

# %% tags=["hide_input"]
with torch.device("meta"):
    llama70 = nn.ModuleList([nn.Embedding(32000, 8192), nn.Linear(8192, 32000, bias=False)])
    for _ in range(80):
        shapes = [(8192, 8192), (8192, 1024), (8192, 1024), (8192, 8192)]
        shapes += [(8192, 28672), (8192, 28672), (28672, 8192)]
        llama70.extend(nn.Linear(*shape, bias=False) for shape in shapes)
        llama70.extend([nn.RMSNorm(8192), nn.RMSNorm(8192)])
    llama70.append(nn.RMSNorm(8192))

released = {  # what the released weights hold when they are loaded and counted
    "BERT-base": 109_482_240,
    "GPT-2 small": 124_439_808,
    "GPT-2 XL": 1_557_611_200,
    "LLaMA-7B": 6_738_415_616,
    "LLaMA-13B": 13_015_864_320,
    "Llama 2 70B": 68_976_648_192,
}
claim(
    f"Both ways give the same number for GPT-3, and for Llama 2 70B as well ({count_parameters(llama70):,}). "
    f"For six of the ten models we found counts of the released weights. All of them are equal to "
    f"ours, to the last digit.",
    len(released) == 6
    and count_parameters(gpt3) == totals["GPT-3 175B"]
    and count_parameters(llama70) == totals["Llama 2 70B"]
    and all(totals[name] == number for name, number in released.items()),
)

# %% [markdown]
# So the counter counts what was built. Where do the differences come from?

# %% tags=["hide_input"]
cut = all(
    math.floor(totals[name] / 1e8) / 10 == float(models[name][1])
    for name in ["LLaMA-7B", "LLaMA-13B", "LLaMA-33B", "LLaMA-65B"]
)
claim(
    f"The two GPT-2 models have {totals['GPT-2 small'] / 117e6 - 1:.1%} and "
    f"{totals['GPT-2 XL'] / 1542e6 - 1:.1%} more than the paper says. The paper's counts were wrong, as "
    f"OpenAI's repository notes; the small model, 117M there, was later called "
    f"{totals['GPT-2 small'] / 1e6:.0f}M.",
    round(totals["GPT-2 small"] / 1e6) == 124 and totals["GPT-2 XL"] > 1.01 * 1542e6,
)
claim(
    f"LLaMA's four figures fit if they were cut after the first decimal, not rounded: the largest model has "
    f"{totals['LLaMA-65B'] / 1e9:.2f} billion, and 65.2 is what the paper gives.",
    cut and round(totals["LLaMA-65B"] / 1e9, 1) != 65.2,
)
heads = linear(768, 768) + 2 * 768 + 30522 + linear(768, 2)  # of BERT, for pre-training only
claim(
    f"70B is a name rather than a count: that model has {totals['Llama 2 70B'] / 1e9:.1f} billion. BERT's 110M is "
    f"rounded, or counts the layers that serve in pre-training only: with them it has "
    f"{(totals['BERT-base'] + heads) / 1e6:.1f} million.",
    totals["Llama 2 70B"] < 69.5e9 and round((totals["BERT-base"] + heads) / 1e6) == 110,
)
table = 50257 * 12288
claim(
    f"GPT-3's 175.0 billion is {1 - totals['GPT-3 175B'] / 175e9:.2%} above our "
    f"{totals['GPT-3 175B'] / 1e9:.1f}, more than rounding explains. An output table of its own would make it "
    f"{(totals['GPT-3 175B'] + table) / 1e9:.1f}. The weights are not public, so we cannot tell.",
    abs(totals["GPT-3 175B"] / 1e9 - 175) > 0.05 and abs((totals["GPT-3 175B"] + table) / 1e9 - 175) > 0.05,
)

# %% [markdown]
# The same numbers as a picture. The axis on the left is logarithmic: each mark is 100 times the one before.
# On the right, each bar is one model, split by part.

# %% alt="Left: parameter counts on a logarithmic axis, from 55 for one linear layer over half a million for the digits network and 109 million for BERT-base to 175 billion for GPT-3. Right: where the parameters are. The embedding holds about a fifth of BERT-base and a third of the small GPT models; in the largest models the embedding is hardly visible, and about two thirds or more are in the feedforward parts." tags=["hide_input"]
sizes = {"nn.Linear(10, 5)": 55, "first network": 65, "MLP for digits": count_parameters(digits)} | totals
fig, (left, right) = plt.subplots(1, 2, figsize=(6.3, 3.6), sharey=True, layout="constrained")
left.plot(list(sizes.values()), range(len(sizes)), "o")
left.hlines(range(len(sizes)), 10, list(sizes.values()), linewidth=1, alpha=0.5)
left.set(xscale="log", xlim=(10, 1e12), xticks=[1e2, 1e4, 1e6, 1e8, 1e10], xlabel="parameters")
left.set_yticks(range(len(sizes)), list(sizes))
left.invert_yaxis()
start = torch.zeros(len(totals))
for part, hatch in zip(["embedding", "attention", "feedforward", "output"], ["", "//", "..", ""]):
    share = torch.tensor([models[name][0].get(part, 0) / total for name, total in totals.items()])
    right.barh(range(3, 13), share, left=start, height=0.7, label=part, hatch=hatch)
    start = start + share
right.set(xlabel="share of the parameters", xlim=(0, 1))
right.legend(loc="upper center", fontsize=8, ncols=2)
plt.show()

# %% tags=["hide_input"]
largest = [models[name][0]["feedforward"] / total for name, total in totals.items() if total > 2e9]
small, large = (models[n][0]["embedding"] / totals[n] for n in ("GPT-2 small", "GPT-3 175B"))
claim(
    f"The embedding is {small:.0%} of GPT-2 small and {large:.1%} of GPT-3: the blocks grow with the square of "
    f"the width, the tables only with the width. In the six largest "
    f"models, {min(largest):.0%} to {max(largest):.0%} of all parameters sit in the feedforward parts: "
    f"linear layers, like those on this page. To hold GPT-3 at two bytes per number takes "
    f"{2 * totals['GPT-3 175B'] / 1e9:.0f} GB.",
    small > 0.3 and large < 0.01 and len(largest) == 6,
)

# %% [markdown]
# ## What the count does not say
#
# A count measures memory, and roughly the work per token. It does not measure what a network can do, because
# parameters can be tied to each other. A [convolution](../glossary.md#convolution) (a layer for images)
# slides the same few weights over all places of an image: [weight sharing](../glossary.md#weight-sharing).
# Any such layer can be written as a fully connected one.

# %% tags=["hide_input"]
torch.manual_seed(0)
conv = nn.Conv2d(1, 8, kernel_size=3, padding=1)
images = torch.randn(4, 1, 28, 28)
with torch.no_grad():
    offsets = conv(torch.zeros(1, 1, 28, 28)).flatten()
    matrix = conv(torch.eye(784).view(784, 1, 28, 28)).flatten(1) - offsets  # (784, 6272)
    gap = (images.flatten(1) @ matrix + offsets - conv(images).flatten(1)).abs().max().item()
claim(
    f"Our example: a convolution with {count_parameters(conv)} parameters, on images of 28 × 28. Written as "
    f"`nn.Linear(784, {len(offsets)})` it has {linear(784, len(offsets)):,}, and gives the same outputs to "
    f"within 0.0001.",
    gap < 1e-4 and count_parameters(conv) == 80,
)

# %% [markdown]
# The count also hides data and training.

# %% tags=["hide_input"]
ratio = totals["GPT-3 175B"] / totals["LLaMA-13B"]
claim(
    f"GPT-3 has {ratio:.1f} times the parameters of LLaMA-13B, and by the measurements of LLaMA's authors it "
    f"does worse on most benchmarks (Touvron et al., 2023a, abstract).",
    13 < ratio < 14,
)

# %% [markdown]
# And no count tells you what a model "understands".
#
# ## Check yourself
#
# ??? question "A neuron has $w = -3$ and $b = 6$. Where is its boundary, and on which side is the sum positive?"
#     At $-b/w = 2$. The weight is negative, so the sum is positive to the left of 2.
#
# ??? question "You double all weights and the bias of a sigmoid neuron. What happens to its line?"
#     It stays: $2z = 0$ where $z = 0$. But the step across it gets twice as steep.
#
# ??? question "Why do the heads of attention not appear in our counter?"
#     They cut the same query, key and value features into groups. The linear layers keep their shapes. Only
#     when groups *share* keys and values do those layers get narrower.
#
# ## Exercises
#
# 1. **Basic.** Choose two weights and a bias so that the neuron's line goes through (1, 0) and (0, 2), and the
#    output is above one half at (3, 3). Check it with `nn.Linear`. Then write `neuron_through(p, q, inside)`,
#    which does it for any three points.
#
#     ??? tip "Hint"
#         Both points must give $z = 0$. Set $b$ to −2 and solve for the weights. For any points: the weights
#         stand at right angles to the line, and $(a, b)$ turned by a right angle is $(-b, a)$.
#
# 2. **Intermediate.** Count GPT-2 medium (24 layers, width 1024) and large (36 layers, width 1280). The paper
#    gives 345M and 762M. How far is each off?
#
#     ??? tip "Hint"
#         `gpt(24, 1024, 1024)` returns the parts.
#
# 3. **Advanced.** The two tables aside, a GPT has about $12 \cdot \text{layers} \cdot \text{width}^2$
#    parameters. Derive the 12, write `block_parameters(width)`, the exact count of one block, and find out at
#    which width the rule is within 1% of it.
#
#     ??? tip "Hint"
#         Count products only: four square matrices, and two that are four times as wide. What is left out
#         grows with the width, not with its square.
#
# ## Summary
#
# - A neuron is a weighted sum, plus a bias, through an activation. One input: its boundary is at $-b/w$. Two
#   inputs: a line with the weights as normal, at $-b/|\mathbf{w}|$ from the origin.
# - It looks in one direction only. Its answer is graded, as learning needs it.
# - A layer is `x @ W.T + b`: products *and* their sums.
# - The nerve cell lent its name. Its spikes, its dendrites and its way of learning did not come along.
# - `nn.Linear(i, o)` has $i \cdot o + o$ parameters. The same rule counts a language model. Published figures
#   are rounded, cut, or now and then wrong.
# - A count is memory, not ability.
#
# ## Further reading
#
# - Warren S. McCulloch and Walter Pitts (1943). A logical calculus of the ideas immanent in nervous activity.
#   *Bulletin of Mathematical Biophysics* 5, 115–133.
# - Francis Crick (1988). *What Mad Pursuit*. Basic Books. He repeats his doubts in: The recent excitement about
#   neural networks. *Nature* 337 (1989), 129–132.
# - Albert Gidon, Timothy A. Zolnik, Pawel Fidzinski, Felix Bolduan, Athanasia Papoutsi, Panayiota Poirazi,
#   Martin Holtkamp, Imre Vida and Matthew E. Larkum (2020). Dendritic action potentials and computation in
#   human layer 2/3 cortical neurons. *Science* 367, 83–87.
# - Timothy P. Lillicrap, Adam Santoro, Luke Marris, Colin J. Akerman and Geoffrey Hinton (2020).
#   Backpropagation and the brain. *Nature Reviews Neuroscience* 21, 335–346.
# - David Beniaguev, Idan Segev and Michael London (2021). Single cortical neurons as deep artificial neural
#   networks. *Neuron* 109, 2727–2739.
# - Jacob Devlin, Ming-Wei Chang, Kenton Lee and Kristina Toutanova (2019). BERT: Pre-training of deep
#   bidirectional transformers for language understanding. *NAACL-HLT 2019*, 4171–4186.
# - Alec Radford, Jeffrey Wu, Rewon Child, David Luan, Dario Amodei and Ilya Sutskever (2019). Language models
#   are unsupervised multitask learners. OpenAI. The correction is in the README of `openai/gpt-2`.
# - Tom B. Brown et al. (2020). Language models are few-shot learners. *NeurIPS* 33.
# - Hugo Touvron et al. (2023a). LLaMA: Open and efficient foundation language models. *arXiv:2302.13971*.
# - Hugo Touvron et al. (2023b). Llama 2: Open foundation and fine-tuned chat models. *arXiv:2307.09288*.
#   Appendix A.2.1 has the grouped-query attention.
