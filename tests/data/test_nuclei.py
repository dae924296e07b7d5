import io
import shutil
import zipfile

import numpy as np
import pytest
import torch

from nnfund.data import CorruptDataError, DataUnavailableError, load_nuclei
from nnfund.data.nuclei_archive import read_archive

from .conftest import files_in


def png(pixels: np.ndarray) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def write_archive(path, sizes, prefix=""):
    """An image per size, dark left and bright right, with two masks that cover the right half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        if prefix:
            archive.writestr(prefix, "")
        for i, (height, width) in enumerate(sizes):
            image = np.full((height, width, 4), 255, dtype=np.uint8)
            image[:, :, :3] = 10 + i
            image[:, width // 2 :, :3] = 200
            archive.writestr(f"{prefix}{i:03}/images/{i:03}.png", png(image))
            for name, rows in (("upper", slice(0, height // 2)), ("lower", slice(height // 2, height))):
                mask = np.zeros((height, width), dtype=np.uint8)
                mask[rows, width // 2 :] = 255
                archive.writestr(f"{prefix}{i:03}/masks/{name}.png", png(mask))
    return path


@pytest.fixture
def local_nuclei(folder):
    return write_archive(
        folder / "BBBC038" / "stage1_train.zip",
        [(64, 64)] * 16 + [(48, 96), (96, 48), (33, 35)] + [(128, 128)],
    )


def test_reads_what_is_there(local_nuclei, folder, announced):
    nuclei = load_nuclei(size=32, normalize=False)
    assert not nuclei.is_stand_in
    assert [len(part.inputs) for part in (nuclei.train, nuclei.val, nuclei.test)] == [14, 3, 3]
    for inputs, targets in (nuclei.train, nuclei.val, nuclei.test):
        assert inputs.shape == targets.shape == (len(inputs), 1, 32, 32)
        assert inputs.dtype == targets.dtype == torch.float32
        assert 0 <= inputs.min() < inputs.max() <= 1
        assert targets.unique().tolist() == [0, 1]
        # Masks are merged, and lie where the image is bright; at an odd width, one column may be torn.
        assert (targets == (inputs > 0.5)).float().mean() > 0.95
    assert files_in(folder) == ["BBBC038", "BBBC038/stage1_train.zip"]
    assert announced == []


def test_normalised_with_the_training_part_only(local_nuclei):
    nuclei, raw = load_nuclei(size=32), load_nuclei(size=32, normalize=False)
    torch.testing.assert_close(nuclei.mean[0], raw.train.inputs.mean())
    torch.testing.assert_close(nuclei.std[0], raw.train.inputs.std(correction=0))
    torch.testing.assert_close(nuclei.test.inputs, (raw.test.inputs - raw.mean) / raw.std)
    assert torch.equal(nuclei.test.targets, raw.test.targets)


def test_scaling_down_averages(tmp_path):
    images, masks = read_archive(write_archive(tmp_path / "a.zip", [(64, 64)]), 16)
    assert images.shape == masks.shape == (1, 1, 16, 16)
    assert images[0, 0, :, :8].tolist() == np.full((16, 8), 10).tolist()
    assert images[0, 0, :, 8:].tolist() == np.full((16, 8), 200).tolist()
    assert masks[0, 0].tolist() == [[0] * 8 + [1] * 8] * 16


def test_a_folder_around_it_all_does_no_harm(tmp_path):
    sizes = [(20, 20), (30, 30)]
    plain = read_archive(write_archive(tmp_path / "plain.zip", sizes), 16)
    nested = read_archive(write_archive(tmp_path / "nested.zip", sizes, prefix="stage1_train/"), 16)
    assert all(np.array_equal(a, b) for a, b in zip(plain, nested, strict=True))


def test_cache_is_used_and_follows_archive_and_size(local_nuclei, tmp_path, monkeypatch):
    from nnfund.data import nuclei as module

    read = []
    monkeypatch.setattr(module, "read_archive", lambda *args: read.append(args) or read_archive(*args))
    first = load_nuclei(size=16)
    assert torch.equal(load_nuclei(size=16).train.inputs, first.train.inputs)
    assert len(read) == 1
    load_nuclei(size=32)
    assert len(read) == 2
    write_archive(local_nuclei, [(64, 64)] * 10)
    assert len(load_nuclei(size=16).train.inputs) == 7
    assert len(read) == 3

    for cached in (tmp_path / "cache").iterdir():  # a damaged cache is made anew
        cached.write_bytes(cached.read_bytes()[:500])
    assert len(load_nuclei(size=16).train.inputs) == 7
    assert len(read) == 4
    load_nuclei(size=16)
    assert len(read) == 4
    assert all(path.suffix == ".npz" for path in (tmp_path / "cache").iterdir())


def test_no_place_for_a_cache_is_no_error(local_nuclei, tmp_path):
    (tmp_path / "cache").touch()
    assert len(load_nuclei(size=16).train.inputs) == 14


def test_damaged_archive_is_an_error(local_nuclei, announced):
    content = local_nuclei.read_bytes()
    local_nuclei.write_bytes(content[: len(content) // 2])
    with pytest.raises(CorruptDataError, match=r"stage1_train.zip is damaged: File is not a zip file"):
        load_nuclei()

    changed = bytearray(content)
    changed[200] ^= 1  # inside the first image
    local_nuclei.write_bytes(changed)
    with pytest.raises(CorruptDataError, match=r"stage1_train\.zip is damaged: "):
        load_nuclei()
    assert announced == []


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["readme.txt"], "holds no <id>/images/<id>.png"),
        (["a/images/a.png"], "a/images/a.png has no masks"),
    ],
)
def test_wrong_content_is_an_error(folder, names, message):
    archive = folder / "BBBC038" / "stage1_train.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            file.writestr(name, png(np.zeros((20, 20), dtype=np.uint8)))
    with pytest.raises(CorruptDataError, match=message):
        load_nuclei()


@pytest.mark.parametrize("policy", ["auto", "embedded"])
def test_stand_in_is_announced(monkeypatch, announced, policy):
    monkeypatch.setenv("NNFUND_DATA_POLICY", policy)
    nuclei = load_nuclei(size=32)
    assert nuclei.is_stand_in
    assert "standing in for the nuclei" in nuclei.name
    assert nuclei.train.inputs.shape == nuclei.train.targets.shape == (280, 1, 32, 32)
    assert len(announced) == 1
    assert "drawings of cells stand in" in announced[0]
    assert "stage1_train.zip" in announced[0]


def test_real_policy_raises(monkeypatch):
    monkeypatch.setenv("NNFUND_DATA_POLICY", "real")
    with pytest.raises(
        DataUnavailableError, match=r"not download stage1_train.zip.*https://bbbc.broadinstitute.org"
    ):
        load_nuclei()


def test_downloads_what_is_missing(web, folder, tmp_path, monkeypatch, announced):
    from nnfund.data import nuclei as module

    monkeypatch.setattr(module, "URL", web.url + "stage1_train.zip")
    web["/stage1_train.zip"] = write_archive(tmp_path / "web.zip", [(64, 64)] * 20).read_bytes()
    assert not load_nuclei(size=16).is_stand_in
    assert files_in(folder) == ["BBBC038", "BBBC038/stage1_train.zip"]
    load_nuclei(size=16)
    assert web.requests == 1
    assert announced == []


def test_a_damaged_download_leaves_nothing_behind(web, folder, tmp_path, monkeypatch):
    from nnfund.data import nuclei as module

    monkeypatch.setattr(module, "URL", web.url + "stage1_train.zip")
    content = bytearray(write_archive(tmp_path / "web.zip", [(64, 64)] * 20).read_bytes())
    content[200] ^= 1  # inside the first image
    web["/stage1_train.zip"] = bytes(content)
    assert load_nuclei(size=16).is_stand_in
    assert files_in(folder) == ["BBBC038"]


def test_only_fluorescence_images_are_read(tmp_path):
    archive = write_archive(tmp_path / "a.zip", [(32, 32)] * 3)
    light, stained = np.full((32, 32, 3), 220, np.uint8), np.full((32, 32, 3), 40, np.uint8)
    stained[:, :, 0] = 120
    with zipfile.ZipFile(archive, "a") as file:
        for name, pixels in (("light", light), ("stained", stained)):
            file.writestr(f"{name}/images/{name}.png", png(pixels))
            file.writestr(f"{name}/masks/a.png", png(np.full((32, 32), 255, np.uint8)))
    assert len(read_archive(archive, 16)[0]) == 3


def test_impossible_size_is_named():
    with pytest.raises(ValueError, match="size must be at least 16 pixels, got 0"):
        load_nuclei(size=0)


def test_real_nuclei(real_data, tmp_path):
    archive = real_data / "BBBC038" / "stage1_train.zip"
    before = archive.stat().st_mtime_ns, files_in(archive.parent)
    nuclei = load_nuclei()
    total = sum(len(part.inputs) for part in (nuclei.train, nuclei.val, nuclei.test))
    assert total >= 334  # a part of the archive, or all of its fluorescence images
    assert 0.03 < nuclei.train.targets.mean() < 0.3
    assert (archive.stat().st_mtime_ns, files_in(archive.parent)) == before
    shutil.rmtree(tmp_path / "cache")
