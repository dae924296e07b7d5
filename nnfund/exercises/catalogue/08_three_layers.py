r"""Three layers, forward and backward, by hand.

Level: intermediate
Page: 08_backpropagation

The page's network, with ReLU instead of tanh: `x` (N, in) → ReLU → ReLU → logits (N, classes). Write both
directions with tensor operations alone: no layer of `torch.nn`, no autograd.

- `forward(x, params)` returns the logits and what `backward` will need, the values *below* each weight:
  `logits, (x, a1, a2)`. `params` holds `W1, b1, W2, b2, W3, b3`; each `W` has the shape (out, in).
- `backward(p, y, kept, params)` returns the six slopes of the mean cross-entropy, in the order of
  `params`. `p` is the softmax of the logits, `y` the targets as one-hot rows, both (N, classes), and
  `kept` is `(x, a1, a2)`.
"""

import torch
from torch import Tensor


def forward(x: Tensor, params: list[Tensor]) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor]]:
    """Return the logits (N, classes), and x, a1, a2: the values below each weight."""
    raise NotImplementedError


def backward(p: Tensor, y: Tensor, kept: tuple[Tensor, ...], params: list[Tensor]) -> list[Tensor]:
    """Return the slopes for W1, b1, W2, b2, W3, b3."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from itertools import pairwise

from nnfund.exercises import Case

SLOPES = ("slopes of W1", "of b1", "of W2", "of b2", "of W3", "of b3")


def draw(n, sizes):
    params = []
    for inputs, outputs in pairwise(sizes):
        params += [torch.randn(outputs, inputs, dtype=torch.float64), torch.randn(outputs).double()]
    y = torch.eye(sizes[-1]).double()[torch.randint(sizes[-1], (n,))]
    return torch.randn(n, sizes[0], dtype=torch.float64), y, params


def right_forward(x, params):
    W1, b1, W2, b2, W3, b3 = params
    a1 = (x @ W1.T + b1).relu()
    a2 = (a1 @ W2.T + b2).relu()
    return a2 @ W3.T + b3, (x, a1, a2)


def right_backward(p, y, kept, params, below=lambda a: (a > 0).double(), turn=False, n=None, bias=torch.sum):
    _, _, W2, _, W3, _ = params
    x, a1, a2 = kept
    delta3 = (p - y) / (n or len(x))
    delta2 = (delta3 @ W3) * below(a2)
    delta1 = (delta2 @ (W2.T if turn else W2)) * below(a1)
    grads = []
    for delta, values in ((delta1, x), (delta2, a1), (delta3, a2)):
        grads += [delta.T @ values, bias(delta, 0)]
    return grads


def checks(answer):
    def logits(x, params):
        """The logits that forward(x, params) returns"""
        return answer.forward(x, params)[0]

    def below(x, params):
        """The values x, a1, a2 that forward(x, params) returns beside the logits"""
        return answer.forward(x, params)[1]

    for n, sizes in ((2, (3, 2, 2, 2)), (5, (4, 3, 6, 2))):
        x, _, params = draw(n, sizes)
        expected = right_forward(x, params)
        yield Case(logits, x, params, expected=expected[0])
        yield Case(below, x, params, expected=expected[1], parts=("x", "a1", "a2"))
    for n, sizes in ((3, (2, 3, 3, 2)), (6, (4, 3, 5, 3)), (1, (2, 3, 3, 2))):
        x, y, params = draw(n, sizes)
        leaves = [param.clone().requires_grad_() for param in params]
        z3, kept = right_forward(x, leaves)
        loss = torch.nn.functional.cross_entropy(z3, y)
        expected = torch.autograd.grad(loss, leaves)
        kept = tuple(values.detach() for values in kept)
        yield Case(answer.backward, z3.detach().softmax(1), y, kept, params, expected=expected, parts=SLOPES)


def not_turned(x, params):
    """The shapes do not fit: a weight is (out, in), so a layer computes `x @ W.T + b`."""
    W1, b1, W2, b2, W3, b3 = params
    a1 = (x @ W1 + b1).relu()
    a2 = (a1 @ W2 + b2).relu()
    return a2 @ W3 + b3, (x, a1, a2)


def relu_at_the_end(x, params):
    """No logit is negative: there is a ReLU after the third layer, too. Logits may be any numbers."""
    z3, kept = right_forward(x, params)
    return z3.relu(), kept


def still_tanh(x, params):
    """The hidden values are those of tanh. Here the activation is ReLU."""
    W1, b1, W2, b2, W3, b3 = params
    a1 = (x @ W1.T + b1).tanh()
    a2 = (a1 @ W2.T + b2).tanh()
    return a2 @ W3.T + b3, (x, a1, a2)


def sums_kept(x, params):
    """The logits are right. But what is kept are the weighted sums *before* ReLU. `backward` needs the
    values that the next weight was multiplied with: after ReLU.
    """
    W1, b1, W2, b2, W3, b3 = params
    z1 = x @ W1.T + b1
    z2 = z1.relu() @ W2.T + b2
    return z2.relu() @ W3.T + b3, (x, z1, z2)


def softmax_at_the_end(x, params):
    """These are probabilities: each row sums to 1. `forward` returns the logits; softmax comes later."""
    z3, kept = right_forward(x, params)
    return z3.softmax(1), kept


def wrong_sign(p, y, kept, params):
    """All slopes have the wrong sign. The output error is what the network said, minus what it should
    have said.
    """
    return right_backward(2 * y - p, y, kept, params)


def sideways(p, y, kept, params):
    """The weights' slopes lie on their side. A weight is (out, in), and so is its slope: the error
    above, turned, times the values below.
    """
    return [grad.T if grad.ndim == 2 else grad for grad in right_backward(p, y, kept, params)]


def weights_first(p, y, kept, params):
    """The six slopes are in another order. Asked is that of `params`: W1, b1, W2, b2, W3, b3."""
    grads = right_backward(p, y, kept, params)
    return grads[::2] + grads[1::2]


def last_layer_first(p, y, kept, params):
    """The slopes come in the order in which they were computed, the last layer first. Asked is that of
    `params`.
    """
    grads = right_backward(p, y, kept, params)
    return grads[4:] + grads[2:4] + grads[:2]


def slope_of_tanh(p, y, kept, params):
    """Layer 3 is right, and below it the slope of the activation is that of tanh, `1 - a**2`. ReLU has
    slope 1 where its output is positive, and 0 elsewhere.
    """
    return right_backward(p, y, kept, params, below=lambda a: 1 - a**2)


def no_slope(p, y, kept, params):
    """Layer 3 is right; on the way down to layers 2 and 1 the slope of the activation is missing. Where
    ReLU gave 0, no error passes.
    """
    return right_backward(p, y, kept, params, below=torch.ones_like)


def value_for_slope(p, y, kept, params):
    """The error is multiplied by the value of ReLU where its *slope* belongs. The slope is 1 or 0."""
    return right_backward(p, y, kept, params, below=lambda a: a)


def not_the_mean(p, y, kept, params):
    """All slopes are N times too large. The loss is the *mean* over the N samples: the output error is
    (p − y) divided by N.
    """
    return right_backward(p, y, kept, params, n=1)


def turned(p, y, kept, params):
    """Layers 3 and 2 are right, layer 1 is not: on the way from layer 2 to layer 1 the matrix is the
    wrong way round. Forward multiplied by `W.T`; backward multiplies by `W`.
    """
    return right_backward(p, y, kept, params, turn=True)


def mean_of_biases(p, y, kept, params):
    """The weights' slopes are right, the biases' too small: they are means over the samples. The mean is
    already in the output error; here it is a sum.
    """
    return right_backward(p, y, kept, params, bias=torch.mean)


MISTAKES = [
    ("forward", not_turned),
    ("forward", relu_at_the_end),
    ("forward", still_tanh),
    ("forward", sums_kept),
    ("forward", softmax_at_the_end),
    ("backward", wrong_sign),
    ("backward", sideways),
    ("backward", weights_first),
    ("backward", last_layer_first),
    ("backward", slope_of_tanh),
    ("backward", no_slope),
    ("backward", value_for_slope),
    ("backward", not_the_mean),
    ("backward", turned),
    ("backward", mean_of_biases),
]
