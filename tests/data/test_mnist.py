import pytest
import torch

from nnfund.data import CorruptDataError, DataUnavailableError, load_mnist

from .conftest import files_in

NAMES = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
]
COMPLETE = sorted(["MNIST", "MNIST/raw", *(f"MNIST/raw/{name}" for name in NAMES)])


def test_reads_what_is_there(local_mnist, folder, announced):
    mnist = load_mnist(val_size=50)
    assert mnist.name == "MNIST"
    assert not mnist.is_stand_in
    assert mnist.train.inputs.shape == (150, 1, 28, 28)
    assert mnist.train.inputs.dtype == torch.float32
    assert mnist.val.inputs.shape == (50, 1, 28, 28)
    assert mnist.test.inputs.shape == (40, 1, 28, 28)
    assert mnist.test.targets.tolist() == [i % 10 for i in range(40)]
    assert mnist.train.targets.bincount().tolist() == [15] * 10
    assert mnist.val.targets.bincount().tolist() == [5] * 10
    assert len(mnist.classes) == 10
    assert files_in(folder) == COMPLETE
    assert announced == []


def test_normalises_with_the_training_part_only(local_mnist):
    mnist, raw = load_mnist(val_size=50), load_mnist(val_size=50, normalize=False)
    assert 0 <= raw.train.inputs.min() < raw.train.inputs.max() <= 1
    torch.testing.assert_close(mnist.mean[0], raw.train.inputs.mean())
    torch.testing.assert_close(mnist.std[0], raw.train.inputs.std(correction=0))
    for part, raw_part in ((mnist.train, raw.train), (mnist.val, raw.val), (mnist.test, raw.test)):
        torch.testing.assert_close(part.inputs, (raw_part.inputs - raw.mean) / raw.std)
    torch.testing.assert_close(raw.mean, mnist.mean)


def test_test_images_do_not_touch_the_constants(local_mnist, monkeypatch):
    from nnfund.data import mnist as module

    before = load_mnist(val_size=50)
    read = module._read

    def read_darkened(raw, part):
        labelled = read(raw, part)
        return labelled._replace(inputs=labelled.inputs // 9) if part == "t10k" else labelled

    monkeypatch.setattr(module, "_read", read_darkened)
    after = load_mnist(val_size=50)
    assert torch.equal(before.mean, after.mean)
    assert torch.equal(before.std, after.std)
    assert torch.equal(before.val.inputs, after.val.inputs)
    assert not torch.equal(before.test.inputs, after.test.inputs)


def test_seed_fixes_the_validation_part(local_mnist):
    assert torch.equal(load_mnist(val_size=50).val.inputs, load_mnist(val_size=50).val.inputs)
    assert not torch.equal(load_mnist(val_size=50).val.inputs, load_mnist(val_size=50, seed=1).val.inputs)


@pytest.mark.parametrize("val_size", [0, -1, 200, 5000])
def test_impossible_val_size_is_named(local_mnist, val_size):
    with pytest.raises(ValueError, match=f"val_size must be between 1 and 199, got {val_size}"):
        load_mnist(val_size=val_size)


def test_downloads_what_is_missing(web_mnist, folder, announced):
    assert load_mnist(val_size=50).train.inputs.shape == (150, 1, 28, 28)
    assert files_in(folder) == COMPLETE
    asked = web_mnist.requests
    load_mnist(val_size=50)
    assert web_mnist.requests == asked

    (folder / "MNIST" / "raw" / NAMES[1]).unlink()
    load_mnist(val_size=50)
    assert web_mnist.requests == asked + 2  # one mirror is gone
    assert announced == []


def test_archives_that_lie_there_need_no_network(web_mnist, folder, monkeypatch):
    monkeypatch.setenv("NNFUND_DATA_POLICY", "real")
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in NAMES:
        (raw / f"{name}.gz").write_bytes(web_mnist[f"/{name}.gz"])
    assert len(load_mnist(val_size=50).train.inputs) == 150
    assert web_mnist.requests == 0

    (raw / NAMES[0]).unlink()
    (raw / f"{NAMES[0]}.gz").write_bytes(b"damaged")
    assert len(load_mnist(val_size=50).train.inputs) == 150
    assert web_mnist.requests == 2  # one mirror is gone


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("policy", ["auto", "real"])
def test_truncated_file_is_an_error(local_mnist, monkeypatch, announced, name, policy):
    monkeypatch.setenv("NNFUND_DATA_POLICY", policy)
    path = local_mnist / name
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(CorruptDataError, match=rf"{name} is damaged: it has .* bytes instead of .*Delete it"):
        load_mnist(val_size=50)
    assert announced == []


@pytest.mark.parametrize("name", NAMES)
def test_changed_file_is_an_error(local_mnist, name):
    content = bytearray((local_mnist / name).read_bytes())
    content[-1] ^= 1
    (local_mnist / name).write_bytes(content)
    with pytest.raises(CorruptDataError, match=f"{name} is damaged: it has the MD5 checksum"):
        load_mnist(val_size=50)


def test_torchvisions_old_processed_files_are_not_trusted(local_mnist, folder):
    processed = folder / "MNIST" / "processed"
    processed.mkdir()
    for name in ("training.pt", "test.pt"):
        torch.save((torch.zeros(3, 28, 28), torch.zeros(3)), processed / name)
    assert len(load_mnist(val_size=50).train.inputs) == 150


def test_no_network_gives_the_announced_stand_in(folder, announced):
    mnist = load_mnist()
    assert mnist.is_stand_in
    assert "standing in for MNIST" in mnist.name
    assert mnist.train.inputs.shape[1:] == (1, 8, 8)
    assert len(announced) == 1
    for words in ("MNIST is not on this machine", "8×8 digits of scikit-learn stand in", "NNFUND_DATA"):
        assert words in announced[0]
    assert files_in(folder) == []


def test_embedded_policy_asks_no_one(local_mnist, web_mnist, monkeypatch, announced):
    monkeypatch.setenv("NNFUND_DATA_POLICY", "embedded")
    assert load_mnist().is_stand_in
    assert web_mnist.requests == 0
    assert "NNFUND_DATA_POLICY is `embedded`" in announced[0]


def test_real_policy_raises(monkeypatch, announced):
    monkeypatch.setenv("NNFUND_DATA_POLICY", "real")
    with pytest.raises(
        DataUnavailableError, match=r"MNIST is not to be had.*Name or service not known.*Remedy"
    ):
        load_mnist()
    assert announced == []


def test_wrong_policy_raises(monkeypatch):
    monkeypatch.setenv("NNFUND_DATA_POLICY", "none")
    with pytest.raises(ValueError, match="NNFUND_DATA_POLICY"):
        load_mnist()


def test_wrong_checksum_from_the_network(web_mnist, folder, monkeypatch, announced):
    web_mnist[f"/{NAMES[2]}.gz"] = b"something else"
    assert load_mnist().is_stand_in
    left = files_in(folder)  # what was whole before is kept, the rest is not there at all
    assert set(left) <= set(COMPLETE)
    assert f"MNIST/raw/{NAMES[2]}" not in left

    monkeypatch.setenv("NNFUND_DATA_POLICY", "real")
    with pytest.raises(DataUnavailableError, match=f"{NAMES[2]}.gz is damaged"):
        load_mnist()


def test_interrupted_download_leaves_nothing_half_written(web_mnist, folder, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("torchvision.datasets.utils.extract_archive", interrupt)
    with pytest.raises(KeyboardInterrupt):
        load_mnist()
    assert files_in(folder) == []


def test_read_only_folder(web_mnist, monkeypatch, announced):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("nnfund.data.download.tempfile.mkdtemp", refuse)
    assert load_mnist().is_stand_in
    assert "a data folder that can be written" in announced[0]
    monkeypatch.setenv("NNFUND_DATA_POLICY", "real")
    with pytest.raises(DataUnavailableError, match=r"Cannot write into.*Permission denied"):
        load_mnist()


def test_real_mnist(real_data):
    mnist = load_mnist()
    assert [len(part.inputs) for part in (mnist.train, mnist.val, mnist.test)] == [55_000, 5_000, 10_000]
    assert mnist.mean.item() == pytest.approx(0.1307, abs=5e-4)
    assert mnist.std.item() == pytest.approx(0.3081, abs=5e-4)
    assert mnist.test.targets[:5].tolist() == [7, 2, 1, 0, 4]
