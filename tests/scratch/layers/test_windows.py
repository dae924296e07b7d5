import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnfund.scratch.layers.windows import crop, fold, output_size, pad, pair, unfold

from ..compare import numbers

pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


def test_each_column_is_one_window_read_row_by_row():
    image = torch.arange(9.0).view(1, 1, 3, 3)
    columns = unfold(image, (2, 2), (1, 1))
    assert columns.shape == (1, 1, 4, 4)
    assert columns[0, 0, :, 0].tolist() == [0, 1, 3, 4]
    assert columns[0, 0, :, 3].tolist() == [4, 5, 7, 8]


@settings(deadline=None, max_examples=40)
@given(size=st.tuples(st.integers(1, 7), st.integers(1, 7)), kernel_size=pairs, stride=pairs)
def test_fold_is_the_transpose_of_unfold(size, kernel_size, stride):
    assume(all(s >= k for s, k in zip(size, kernel_size, strict=True)))
    x = numbers(2, 3, *size)
    unfolded = unfold(x, kernel_size, stride)
    rows, columns = output_size(x, kernel_size, stride, (0, 0))
    assert unfolded.shape == (2, 3, kernel_size[0] * kernel_size[1], rows * columns)
    other = numbers(*unfolded.shape, seed=1)
    folded = fold(other, size, kernel_size, stride)
    torch.testing.assert_close((unfolded * other).sum(), (x * folded).sum())  # <Ux, z> = <x, Uᵀz>


def test_crop_undoes_pad():
    x = numbers(1, 2, 3, 4)
    padded = pad(x, (1, 2), value=7.0)
    assert padded.shape == (1, 2, 5, 8)
    assert (padded[0, 0, 0] == 7).all()
    assert torch.equal(crop(padded, (1, 2)), x)
    assert torch.equal(crop(x, (0, 0)), x)


def test_pair():
    assert pair("stride", 2) == (2, 2)
    assert pair("padding", (0, 3), least=0) == (0, 3)
    with pytest.raises(ValueError, match=r"stride.*1 or more.*\(0, 3\)"):
        pair("stride", (0, 3))
