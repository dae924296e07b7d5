"""The data is the same for a page that computes in float64."""

import pytest
import torch

from nnfund import data

EMBEDDED = {
    "moons": lambda: data.make_moons(60),
    "spirals": lambda: data.make_spirals(60),
    "blobs": lambda: data.make_blobs(60),
    "xor": lambda: data.make_xor(60),
    "shapes": lambda: data.make_shapes(20),
    "cells": lambda: data.make_cells(4, size=32),
    "digits": lambda: data.load_digits().train,
    "breast cancer": lambda: data.load_breast_cancer().train,
}


@pytest.fixture
def double():
    def in_double(make):
        torch.set_default_dtype(torch.float64)
        try:
            return make()
        finally:
            torch.set_default_dtype(torch.float32)

    return in_double


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_default_dtype_changes_no_data(name, double):
    usual, in_double = EMBEDDED[name](), double(EMBEDDED[name])
    assert in_double.inputs.dtype == usual.inputs.dtype
    torch.testing.assert_close(in_double.inputs, usual.inputs, rtol=0, atol=1e-6)
    assert torch.equal(in_double.targets, usual.targets)
