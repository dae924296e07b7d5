"""The sets that come with scikit-learn."""

import pytest
import torch

from nnfund.data import channel_statistics, load_breast_cancer, load_digits


@pytest.mark.parametrize(
    ("load", "shape", "total"), [(load_digits, (1, 8, 8), 1797), (load_breast_cancer, (30,), 569)]
)
def test_parts(load, shape, total):
    data = load()
    parts = (data.train, data.val, data.test)
    assert sum(len(part.inputs) for part in parts) == total
    assert all(part.inputs.shape[1:] == shape for part in parts)
    assert all(part.inputs.dtype == torch.float32 and part.targets.dtype == torch.int64 for part in parts)
    assert not data.is_stand_in
    assert data.train.targets.unique().tolist() == list(range(len(data.classes)))


@pytest.mark.parametrize("load", [load_digits, load_breast_cancer])
def test_normalised_with_the_training_part_only(load):
    data, raw = load(), load(normalize=False)
    mean, std = channel_statistics(raw.train.inputs)
    assert torch.equal(data.mean, mean)
    assert torch.equal(data.std, std)
    mean, std = channel_statistics(data.train.inputs)
    torch.testing.assert_close(mean, torch.zeros_like(mean), atol=1e-5, rtol=0)
    torch.testing.assert_close(std, torch.ones_like(std))
    assert channel_statistics(data.test.inputs)[0].abs().max() > 1e-3  # the test part keeps its own


@pytest.mark.parametrize("load", [load_digits, load_breast_cancer])
def test_seed_fixes_the_parts(load):
    assert torch.equal(load(seed=1).val.inputs, load(seed=1).val.inputs)
    assert not torch.equal(load(seed=1).val.inputs, load(seed=2).val.inputs)


def test_digits_run_from_0_to_1():
    images = load_digits(normalize=False).train.inputs
    assert images.min() == 0
    assert images.max() == 1


def test_breast_cancer_names_its_columns_and_counts_the_sick_as_1():
    data = load_breast_cancer()
    assert len(data.features) == 30
    assert data.features[0] == "mean radius"
    assert data.classes == ("benign", "malignant")
    malignant = sum(int(part.targets.sum()) for part in (data.train, data.val, data.test))
    assert malignant == 212
    large = data.train.inputs[data.train.targets == 1, 0].mean()
    assert large > data.train.inputs[data.train.targets == 0, 0].mean() + 1
