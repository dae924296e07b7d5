"""What a convolutional layer costs.

Level: basic
Page: 17_convolutions

A convolutional layer has kernels of `k` × `k` and a bias for each output channel. It gets one image of
`n` × `n` pixels with `in_channels` channels. Return two whole numbers: how many parameters the layer has,
biases included, and how many multiplications of a weight and a number of the image it makes for this image.
(Numbers of the padding count, too: the layer multiplies with the zeros there.)
"""


def layer_cost(
    in_channels: int, out_channels: int, k: int, n: int, stride: int = 1, padding: int = 0
) -> tuple[int, int]:
    """Return the number of parameters, and of multiplications for one image."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import torch
from torch import nn

from nnfund.exercises import Case

PARTS = ("parameters", "multiplications")


def checks(answer):
    for cost in (
        (1, 2, 3, 5, 1, 0),
        (3, 16, 3, 8, 1, 1),
        (2, 3, 2, 7, 2, 0),
        (4, 6, 5, 32, 3, 2),
        (8, 4, 1, 6),
    ):
        layer = nn.Conv2d(*cost[:3], *cost[4:])
        parameters = sum(p.numel() for p in layer.parameters())
        places = layer(torch.zeros(1, cost[0], cost[3], cost[3])).numel()
        expected = (parameters, places * cost[0] * cost[2] ** 2)
        yield Case(answer.layer_cost, *cost, expected=expected, parts=PARTS)


def cost(in_channels, out_channels, k, size, bias=None, weights=None):
    weights = weights or in_channels * k * k * out_channels
    return weights + (out_channels if bias is None else bias), weights * size**2


def output_size(n, k, stride, padding):
    return (n + 2 * padding - k) // stride + 1


def no_bias(in_channels, out_channels, k, n, stride=1, padding=0):
    """The parameters lack the biases: one for each output channel."""
    return cost(in_channels, out_channels, k, output_size(n, k, stride, padding), bias=0)


def bias_per_weight(in_channels, out_channels, k, n, stride=1, padding=0):
    """Too many biases. There is one for each *output* channel, and not one for each kernel of k × k, of
    which there are in_channels · out_channels.
    """
    size = output_size(n, k, stride, padding)
    return cost(in_channels, out_channels, k, size, bias=in_channels * out_channels)


def one_channel_per_kernel(in_channels, out_channels, k, n, stride=1, padding=0):
    """Right for one input channel only. Each output channel looks at *all* input channels, with a kernel of
    k × k for each of them.
    """
    return cost(
        in_channels, out_channels, k, output_size(n, k, stride, padding), weights=out_channels * k * k
    )


def input_pixels(in_channels, out_channels, k, n, stride=1, padding=0):
    """The parameters are right. The multiplications were counted for each pixel of the *input*. What counts
    is the size of the output: the page has its formula.
    """
    return cost(in_channels, out_channels, k, n)


def no_stride(in_channels, out_channels, k, n, stride=1, padding=0):
    """The parameters are right. With a stride above 1 the output is smaller: divide by it in the formula of
    the output's size.
    """
    return cost(in_channels, out_channels, k, output_size(n, k, 1, padding))


def padding_once(in_channels, out_channels, k, n, stride=1, padding=0):
    """The parameters are right. Padding is added on *both* sides, so the image grows by twice the padding."""
    return cost(in_channels, out_channels, k, (n + padding - k) // stride + 1)


def rounded_up(in_channels, out_channels, k, n, stride=1, padding=0):
    """The parameters are right. Where the stride does not divide, the output's size is rounded *down*: `//`.
    A last step that goes beyond the border is not made.
    """
    return cost(in_channels, out_channels, k, -(-(n + 2 * padding - k) // stride) + 1)


def per_output_number(in_channels, out_channels, k, n, stride=1, padding=0):
    """The parameters are right. The second number is what *one channel* of the output costs; there are
    `out_channels` of them.
    """
    parameters, multiplications = cost(in_channels, out_channels, k, output_size(n, k, stride, padding))
    return parameters, multiplications // out_channels


def not_rounded(in_channels, out_channels, k, n, stride=1, padding=0):
    """The parameters are right. Where the stride does not divide, there would be half a place: the output's
    size is rounded down, `//` instead of `/`.
    """
    return cost(in_channels, out_channels, k, (n + 2 * padding - k) / stride + 1)


MISTAKES = [
    not_rounded,
    no_bias,
    bias_per_weight,
    one_channel_per_kernel,
    input_pixels,
    no_stride,
    padding_once,
    rounded_up,
    per_output_number,
]
