import numpy as np
import pytest
import torch

from nnfund.data import CorruptDataError, Normalize, load_image_folder


def write(path, size=(16, 16), colour=(200, 30, 30), mode="RGB", **options):
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).convert(mode).save(path, **options)


@pytest.fixture
def pets(tmp_path):
    """Twenty dark cats and ten bright dogs, of 16×16 pixels; the blue channel numbers them."""
    for name, count, red in (("dog", 10, 250), ("cat", 20, 10)):
        for i in range(count):
            write(tmp_path / "pets" / name / f"{i:02}.png", colour=(red, 30, i))
    return tmp_path / "pets"


def test_a_folder_becomes_three_parts_with_every_class(pets):
    splits = load_image_folder(pets)
    assert splits.name == "pets (30 images in 2 classes)"
    assert splits.classes == ("cat", "dog")
    counts = {
        part: torch.bincount(getattr(splits, part).targets).tolist() for part in ("train", "val", "test")
    }
    assert counts == {"train": [14, 6], "val": [3, 2], "test": [3, 2]}
    seen = set()
    for inputs, targets in (splits.train, splits.val, splits.test):
        assert inputs.shape[1:] == (3, 16, 16)
        assert inputs.dtype == torch.uint8
        assert (inputs[:, 0].amax((1, 2)) == torch.where(targets == 0, 10, 250)).all()  # the class is right
        seen |= {
            (label, image[2, 0, 0].item()) for image, label in zip(inputs, targets.tolist(), strict=True)
        }
    assert len(seen) == 30
    normal = Normalize(splits.mean, splits.std)(splits.train.inputs)
    assert normal[:, 0].mean().abs() < 1e-4


def test_the_seed_chooses_the_parts(pets):
    first, again, other = (load_image_folder(pets, seed=seed).test.inputs for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_other_sizes_are_cut_and_scaled_and_the_name_says_so(pets):
    from PIL import Image

    pixels = np.zeros((100, 300, 3), dtype=np.uint8)
    pixels[:, 100:200] = 255  # the central square
    Image.fromarray(pixels).save(pets / "dog" / "wide.jpg", quality=100)
    splits = load_image_folder(pets)
    assert splits.name == (
        "pets (31 images in 2 classes, from 16 to 300 pixels wide or high, "
        "each cut to its central square and scaled to 64×64)"
    )
    images = torch.cat([splits.train.inputs, splits.val.inputs, splits.test.inputs])
    assert images.shape == (31, 3, 64, 64)
    assert (images.flatten(1).min(dim=1).values > 200).sum() == 1
    assert load_image_folder(pets, size=8).train.inputs.shape[2:] == (8, 8)


def test_oblong_pictures_of_one_size(tmp_path):
    for name in ("a", "b"):
        for i in range(5):
            write(tmp_path / name / f"{i}.png", size=(30, 20))
    splits = load_image_folder(tmp_path)
    assert "of 30×20 pixels, each cut to its central square and scaled to 64×64" in splits.name


def test_grey_where_all_are_grey(tmp_path):
    for name in ("a", "b"):
        for i in range(5):
            write(tmp_path / name / f"{i}.png", mode="L")
    assert load_image_folder(tmp_path).train.inputs.shape == (6, 1, 16, 16)


@pytest.mark.parametrize(("mode", "ending"), [("P", "gif"), ("1", "bmp"), ("CMYK", "jpg"), ("LA", "PNG")])
def test_every_kind_of_picture_is_read(pets, mode, ending):
    write(pets / "cat" / f"other.{ending}", mode=mode)
    assert load_image_folder(pets).name.startswith("pets (31 images")


def test_transparent_becomes_white_and_photographs_are_turned(tmp_path):
    from PIL import Image

    for i in range(5):
        write(tmp_path / "plain" / f"{i}.png")
        picture = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
        (tmp_path / "clear").mkdir(exist_ok=True)
        picture.save(tmp_path / "clear" / f"{i}.png")
        turned = Image.new("RGB", (16, 16), "white")
        turned.paste("black", (0, 0, 16, 8))  # black above
        exif = Image.Exif()
        exif[0x0112] = 3  # the camera was upside down
        (tmp_path / "turned").mkdir(exist_ok=True)
        turned.save(tmp_path / "turned" / f"{i}.jpg", exif=exif)
    splits = load_image_folder(tmp_path)
    images = {name: splits.test.inputs[splits.test.targets == i][0] for i, name in enumerate(splits.classes)}
    assert (images["clear"] == 255).all()
    assert images["turned"][:, :6].min() > 200
    assert images["turned"][:, 10:].max() < 50


def test_files_that_are_no_pictures_are_left_out(pets):
    for path in (pets / "readme.txt", pets / "cat" / "Thumbs.db", pets / "cat" / "._01.png"):
        path.write_text("no picture")
    for hidden in (".git", "__MACOSX"):
        (pets / hidden).mkdir()
    assert load_image_folder(pets).name == (
        "pets (30 images in 2 classes, other files or folders left out: 1, such as 'Thumbs.db')"
    )
    (pets / "dog" / "new").mkdir()
    (pets / "dog" / "photograph.heic").write_bytes(b"not known here")
    assert "other files or folders left out: 3" in load_image_folder(pets).name


def remove_most(pets):
    for i in range(2, 10):
        (pets / "dog" / f"{i:02}.png").unlink()


def move_deeper(pets):
    for name in ("cat", "dog"):
        (pets / "train").mkdir(exist_ok=True)
        (pets / name).rename(pets / "train" / name)


def one_class(pets):
    for path in (pets / "dog").iterdir():
        path.unlink()
    (pets / "dog").rmdir()


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda pets: pets.rename(pets.parent / "elsewhere"), "pets is not there; name a folder"),
        (lambda pets: (pets / "bird").mkdir(), r"bird holds no images \(.*\.png.*\); add some or remove it"),
        (one_class, "holds one sub-folder, 'cat'; it takes two"),
        (remove_most, "too few images to split in .*: 'dog' has 2; each class needs 5 or more"),
        (move_deeper, r"train holds no images but sub-folders \(cat, dog\); .* name .*train itself"),
    ],
)
def test_a_folder_that_does_not_fit(pets, spoil, named):
    spoil(pets)
    with pytest.raises(ValueError, match=named):
        load_image_folder(pets)


def test_no_folder_at_all(pets):
    with pytest.raises(ValueError, match=r"00.png is a file; unpack it"):
        load_image_folder(pets / "cat" / "00.png")
    with pytest.raises(ValueError, match=r"holds no sub-folder \(20 images lie in it directly\)"):
        load_image_folder(pets / "cat")
    with pytest.raises(ValueError, match="size=4 must be 8 pixels or more"):
        load_image_folder(pets, size=4)


def test_damaged_pictures_are_named(pets):
    whole = (pets / "cat" / "00.png").read_bytes()
    (pets / "cat" / "00.png").write_bytes(whole[:50])
    (pets / "dog" / "00.png").write_text("no picture")
    with pytest.raises(CorruptDataError, match=r"(?s)remove what is no image:.*cat.00\.png: .*dog.00\.png: "):
        load_image_folder(pets)
    for i in range(1, 10):
        (pets / "dog" / f"{i:02}.png").write_text("no picture")
    with pytest.raises(CorruptDataError, match="and 6 more"):
        load_image_folder(pets)


def test_more_than_eight_bits_are_refused(pets):
    from PIL import Image

    Image.fromarray(np.full((16, 16), 40_000, dtype=np.uint16)).save(pets / "cat" / "deep.png")
    with pytest.raises(CorruptDataError, match=r"deep\.png: it has more than 8 bits per colour"):
        load_image_folder(pets)
