import random

import numpy as np
import pytest
import torch

from nnfund.training import set_seed


def draw():
    return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002


def test_a_seed_repeats_every_source():
    set_seed(3)
    first = draw()
    assert draw() != first
    set_seed(3)
    assert draw() == first
    set_seed(4)
    assert all(a != b for a, b in zip(draw(), first, strict=True))


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "3", None])
def test_what_is_no_seed(seed):
    with pytest.raises(ValueError, match="seed="):
        set_seed(seed)
