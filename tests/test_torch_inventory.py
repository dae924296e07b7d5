"""The links from the reference to PyTorch's documentation: there with a network, no failure without."""

import io
import urllib.request
import zlib

import pytest
from torch_inventory import torch_inventory

HEAD = b"# Sphinx inventory version 2\n# Project: x\n# Version: 1\n# zlib\n"
INVENTORY = HEAD + zlib.compress(b"torch.Tensor")


@pytest.fixture
def answer(monkeypatch):
    def set_answer(content):
        def urlopen(*_, **__):
            if isinstance(content, Exception):
                raise content
            return io.BytesIO(content)

        monkeypatch.setattr(urllib.request, "urlopen", urlopen)

    return set_answer


def test_the_inventory_is_fetched_once_and_kept(answer, tmp_path):
    answer(INVENTORY)
    (inventory,) = torch_inventory(tmp_path)
    assert inventory["base_url"].startswith("https://docs.pytorch.org/")
    answer(OSError("no network"))
    assert torch_inventory(tmp_path) == [inventory]


@pytest.mark.parametrize("content", [OSError("no network"), b"<html>log in</html>", INVENTORY[:-4], b""])
def test_without_a_whole_inventory_there_are_no_links_and_no_failure(answer, tmp_path, content):
    answer(content)
    assert torch_inventory(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
