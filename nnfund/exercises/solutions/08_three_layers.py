"""Three layers, forward and backward, by hand."""

from torch import Tensor


def forward(x: Tensor, params: list[Tensor]) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor]]:
    """Return the logits (N, classes), and x, a1, a2: the values below each weight."""
    W1, b1, W2, b2, W3, b3 = params
    a1 = (x @ W1.T + b1).relu()
    a2 = (a1 @ W2.T + b2).relu()
    return a2 @ W3.T + b3, (x, a1, a2)


def backward(p: Tensor, y: Tensor, kept: tuple[Tensor, ...], params: list[Tensor]) -> list[Tensor]:
    """Return the slopes for W1, b1, W2, b2, W3, b3."""
    _, _, W2, _, W3, _ = params
    x, a1, a2 = kept
    delta3 = (p - y) / len(x)  # equation 1: the loss is a mean
    delta2 = (delta3 @ W3) * (a2 > 0)  # equation 2; ReLU's slope, from its output
    delta1 = (delta2 @ W2) * (a1 > 0)
    return [
        delta1.T @ x,  # equation 3: (out, N) @ (N, in)
        delta1.sum(dim=0),  # equation 4
        delta2.T @ a1,
        delta2.sum(dim=0),
        delta3.T @ a2,
        delta3.sum(dim=0),
    ]
