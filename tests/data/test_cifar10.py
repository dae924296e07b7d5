import io
import pickle
import tarfile

import numpy as np
import pytest
import torch

from nnfund.data import CorruptDataError, DataUnavailableError, load_cifar10

from .conftest import files_in, md5

FOLDER = "cifar-10-batches-py"
NAMES = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta"]
COMPLETE = sorted([FOLDER, *(f"{FOLDER}/{name}" for name in NAMES)])


@pytest.fixture
def tiny_cifar10(monkeypatch):
    """The seven files of a CIFAR-10 with 20 images per batch, as name -> bytes, known to torchvision."""
    from torchvision.datasets import CIFAR10

    rng = np.random.default_rng(0)
    contents = {"batches.meta": pickle.dumps({"label_names": [f"class {k}" for k in range(10)]})}
    for name in NAMES[:-1]:
        images = rng.integers(0, 256, (20, 3 * 32 * 32), dtype=np.uint8)
        contents[name] = pickle.dumps({"data": images, "labels": [i % 10 for i in range(20)]})
    monkeypatch.setattr(CIFAR10, "train_list", [[name, md5(contents[name])] for name in NAMES[:5]])
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", md5(contents["test_batch"])]])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": md5(contents["batches.meta"])})
    return contents


@pytest.fixture
def local_cifar10(tiny_cifar10, folder):
    (folder / FOLDER).mkdir(parents=True)
    for name, content in tiny_cifar10.items():
        (folder / FOLDER / name).write_bytes(content)
    return folder / FOLDER


@pytest.fixture
def web_cifar10(tiny_cifar10, web, monkeypatch):
    from torchvision.datasets import CIFAR10

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in tiny_cifar10.items():
            member = tarfile.TarInfo(f"{FOLDER}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    web["/cifar-10-python.tar.gz"] = buffer.getvalue()
    monkeypatch.setattr(CIFAR10, "url", web.url + "cifar-10-python.tar.gz")
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5(buffer.getvalue()))
    return web


def test_reads_what_is_there(local_cifar10, tiny_cifar10, folder, announced):
    cifar = load_cifar10(val_size=20)
    assert cifar.name == "CIFAR-10"
    assert cifar.train.inputs.shape == (80, 3, 32, 32)
    assert cifar.train.inputs.dtype == torch.uint8
    assert cifar.train.targets.bincount().tolist() == [8] * 10
    assert cifar.val.targets.bincount().tolist() == [2] * 10
    assert cifar.test.targets.tolist() == [i % 10 for i in range(20)]
    assert cifar.classes[3] == "class 3"
    rows = pickle.loads(tiny_cifar10["test_batch"])["data"]  # red, green and blue planes, row by row
    assert torch.equal(cifar.test.inputs, torch.from_numpy(rows).view(20, 3, 32, 32))
    assert cifar.test.inputs.is_contiguous()
    torch.testing.assert_close(cifar.mean, cifar.train.inputs.float().div(255).mean(dim=(0, 2, 3)))
    assert files_in(folder) == COMPLETE
    assert announced == []


@pytest.mark.parametrize("val_size", [0, 100])
def test_impossible_val_size_is_named(local_cifar10, val_size):
    with pytest.raises(ValueError, match=f"val_size must be between 1 and 99, got {val_size}"):
        load_cifar10(val_size=val_size)


def test_downloads_what_is_missing(web_cifar10, folder, announced):
    assert len(load_cifar10(val_size=20).train.inputs) == 80
    assert files_in(folder) == COMPLETE
    load_cifar10(val_size=20)
    assert web_cifar10.requests == 1
    assert announced == []


def test_an_archive_that_lies_there_needs_no_network(web_cifar10, folder):
    folder.mkdir()
    (folder / "cifar-10-python.tar.gz").write_bytes(web_cifar10["/cifar-10-python.tar.gz"])
    assert len(load_cifar10(val_size=20).train.inputs) == 80
    assert web_cifar10.requests == 0


@pytest.mark.parametrize("name", NAMES)
def test_damaged_file_is_an_error(local_cifar10, name, announced):
    content = (local_cifar10 / name).read_bytes()
    (local_cifar10 / name).write_bytes(content[:-1])
    with pytest.raises(CorruptDataError, match=rf"{name} is damaged: it has the MD5 checksum .*Delete it"):
        load_cifar10(val_size=20)
    assert announced == []


def test_truncated_download_leaves_nothing(web_cifar10, folder, monkeypatch):
    web_cifar10.truncate = True
    monkeypatch.setenv("NNFUND_DATA_POLICY", "real")
    with pytest.raises(DataUnavailableError, match=r"CIFAR-10 is not to be had.*connection ended after"):
        load_cifar10()
    assert files_in(folder) == []


@pytest.mark.parametrize("policy", ["auto", "embedded"])
def test_stand_in_is_announced(monkeypatch, announced, policy):
    monkeypatch.setenv("NNFUND_DATA_POLICY", policy)
    cifar = load_cifar10()
    assert cifar.is_stand_in
    assert "standing in for CIFAR-10" in cifar.name
    assert [len(part.inputs) for part in (cifar.train, cifar.val, cifar.test)] == [9_000, 1_000, 2_000]
    assert cifar.train.inputs.shape[1:] == (3, 32, 32)
    assert cifar.train.inputs.dtype == torch.uint8
    assert len(cifar.classes) == 10
    assert len(announced) == 1
    assert "drawings of ten shapes stand in" in announced[0]


def test_real_cifar10(real_data):
    cifar = load_cifar10()
    assert [len(part.inputs) for part in (cifar.train, cifar.val, cifar.test)] == [45_000, 5_000, 10_000]
    assert cifar.mean.tolist() == pytest.approx([0.4914, 0.4822, 0.4465], abs=2e-3)
    assert cifar.std.tolist() == pytest.approx([0.2470, 0.2435, 0.2616], abs=2e-3)
    assert cifar.classes[cifar.test.targets[0]] == "cat"
