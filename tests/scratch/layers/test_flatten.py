import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnfund.scratch import Flatten

from ..compare import assert_layer_equals_torch, numbers


@settings(deadline=None, max_examples=30)
@given(shape=st.lists(st.integers(1, 4), min_size=2, max_size=5))
def test_equals_torch(shape):
    assert_layer_equals_torch(Flatten(), nn.Flatten(), numbers(*shape))


def test_keeps_samples_apart():
    images = torch.arange(4 * 56 * 28.0).view(4, 1, 56, 28)
    assert Flatten()(images).shape == (4, 56 * 28)
