import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from nnfund.scratch import AvgPool2d, MaxPool2d, check_gradients

from ..compare import assert_layer_equals_torch, numbers, passes_gradcheck

POOLS = [(MaxPool2d, nn.MaxPool2d), (AvgPool2d, nn.AvgPool2d)]
small = st.integers(1, 3)


@pytest.mark.parametrize(("ours", "theirs"), POOLS)
@settings(deadline=None, max_examples=60)
@given(
    size=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    kernel_size=st.tuples(small, small),
    stride=st.one_of(st.none(), small, st.tuples(small, small)),
    padding=st.tuples(st.integers(0, 1), st.integers(0, 1)),
)
def test_equals_torch(ours, theirs, size, kernel_size, stride, padding):
    assume(all(2 * p <= k for p, k in zip(padding, kernel_size, strict=True)))
    assume(all(s + 2 * p >= k for s, p, k in zip(size, padding, kernel_size, strict=True)))
    arguments = (kernel_size, stride, padding)
    assert_layer_equals_torch(ours(*arguments), theirs(*arguments), numbers(2, 3, *size))


def test_the_first_of_equal_maxima_gets_the_gradient_as_in_torch():
    after_relu = numbers(2, 3, 6, 6).clamp(min=0)  # many windows hold several zeros and nothing else
    after_relu[0] = 0
    assert_layer_equals_torch(MaxPool2d(2), nn.MaxPool2d(2), after_relu)
    assert_layer_equals_torch(MaxPool2d(3, 2, 1), nn.MaxPool2d(3, 2, 1), after_relu)


@pytest.mark.parametrize("layer", [MaxPool2d(3, 2, 1), AvgPool2d(2), AvgPool2d((3, 2), 1, (1, 0))])
def test_gradients_agree_with_finite_differences(layer):
    x = numbers(2, 2, 5, 5)
    result = check_gradients(layer, x)
    assert result, result
    assert passes_gradcheck(layer, x)
