"""The parameters of one block of GPT.

Level: intermediate
Page: 03_neurons

How many parameters has one block of GPT, if its width is w? It holds:

- the attention: four linear layers (query, key, value, output), each from w to w;
- the feedforward part: a linear layer from w to 4 w, and one back from 4 w to w;
- two norms, each with a scale and a shift for each of the w features.

All the linear layers have biases. Return the exact number for any width.
"""


def block_parameters(width: int) -> int:
    """Return the number of parameters of one block."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import torch
from torch import nn

from nnfund.exercises import Case


def checks(answer):
    for width in (3, 1, 768, 1024):
        with torch.device("meta"):
            block = nn.TransformerEncoderLayer(width, nhead=1, dim_feedforward=4 * width)
        yield Case(answer.block_parameters, width, expected=sum(p.numel() for p in block.parameters()))


def products_only(width):
    """This is the rule of thumb, 12 width². The biases and the norms are missing; for large widths they
    hardly count, and here each one does.
    """
    return 12 * width**2


def no_biases(width):
    """The norms are there, and the biases of the linear layers are missing. A layer from i to o has o of
    them.
    """
    return 12 * width**2 + 4 * width


def no_norms(width):
    """The linear layers are right, and the norms are missing: two of them, each with a scale and a shift."""
    return 12 * width**2 + 9 * width


def norms_without_shift(width):
    """Each norm has a scale *and* a shift: two numbers per feature. Here it seems to have one."""
    return 12 * width**2 + 11 * width


def biases_of_one_size(width):
    """The bias of a layer from w to 4 w has 4 w numbers, one per neuron. Here each of the six linear layers
    seems to have w.
    """
    return 12 * width**2 + 10 * width


def not_widened(width):
    """The feedforward part goes from w to 4 w and back. Here it seems to stay at w."""
    return 6 * width**2 + 10 * width


MISTAKES = [products_only, no_biases, no_norms, norms_without_shift, biases_of_one_size, not_widened]
