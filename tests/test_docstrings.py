"""The examples in docstrings, which the reference publishes, run and print what they say."""

import doctest
import importlib
import pkgutil

import pytest

import nnfund

MODULES = [
    module.name
    for module in pkgutil.walk_packages(nnfund.__path__, "nnfund.")
    if "__main__" not in module.name
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    assert (
        sum(
            len(t.examples) for n in MODULES for t in doctest.DocTestFinder().find(importlib.import_module(n))
        )
        >= 3
    )
