import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from nnfund.training import accuracy, confusion_matrix, dice, iou, precision_recall_f1

classes = st.integers(2, 5).flatmap(
    lambda c: st.tuples(
        st.just(c), st.lists(st.tuples(*[st.integers(0, c - 1)] * 2), min_size=1, max_size=40)
    )
)


@settings(deadline=None, max_examples=60)
@given(classes)
def test_class_scores_equal_scikit_learns(drawn):
    count, pairs = drawn
    predictions, targets = torch.tensor(pairs).T
    labels = list(range(count))
    assert accuracy(predictions, targets) == reference.accuracy_score(targets, predictions)
    expected = reference.confusion_matrix(targets, predictions, labels=labels)
    assert confusion_matrix(predictions, targets, count).tolist() == expected.tolist()
    logits = torch.nn.functional.one_hot(predictions, count).float()
    assert confusion_matrix(logits, targets).tolist() == expected.tolist()
    expected = reference.precision_recall_fscore_support(targets, predictions, labels=labels, zero_division=0)
    for ours, theirs in zip(precision_recall_f1(predictions, targets, count), expected, strict=False):
        assert ours.tolist() == pytest.approx(list(theirs))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_mask_scores_equal_scikit_learns(pairs):
    predicted, true = torch.tensor(pairs).T
    logits = predicted.float() - 0.5
    for outputs in (predicted, predicted.long(), logits):
        assert dice(outputs, true.float()) == pytest.approx(
            reference.f1_score(true, predicted, zero_division=1)
        )
        assert iou(outputs, true) == pytest.approx(reference.jaccard_score(true, predicted, zero_division=1))
    assert confusion_matrix(logits, true.float()).sum() == len(pairs)
    assert accuracy(logits, true.float()) == pytest.approx((predicted == true).double().mean().item())


def test_known_values():
    predicted = torch.tensor([[1, 1, 0, 0], [0, 0, 0, 0]])
    true = torch.tensor([[1, 0, 0, 0], [0, 0, 0, 0]])
    assert dice(predicted, true) == pytest.approx(2 / 3)
    assert iou(predicted, true) == pytest.approx(1 / 2)
    assert dice(predicted, true, per_image=True) == pytest.approx((2 / 3 + 1) / 2)
    assert iou(predicted, true, per_image=True) == pytest.approx((1 / 2 + 1) / 2)
    assert dice(predicted[1:], true[1:]) == iou(predicted[1:], true[1:]) == 1
    assert confusion_matrix(torch.tensor([0, 2, 2]), torch.tensor([0, 1, 2])).tolist() == [
        [1, 0, 0],
        [0, 0, 1],
        [0, 0, 1],
    ]


def test_pixels_of_class_images_count_one_by_one():
    logits = torch.randn(3, 4, 5, 6)
    targets = torch.randint(4, (3, 5, 6))
    assert accuracy(logits, targets) == (logits.argmax(1) == targets).double().mean().item()
    assert confusion_matrix(logits, targets).sum() == 3 * 5 * 6


def test_many_pixels_are_counted_exactly():
    ones = torch.ones(1, 4100, 4100, dtype=torch.bool)  # 16.8 million is more than float32 can count to
    assert dice(ones, ones) == 1.0
    ones[0, 0, 0] = False
    assert accuracy(ones, torch.ones_like(ones)) == 1 - 1 / 4100**2


f, i = torch.float32, torch.int64


@pytest.mark.parametrize(
    ("outputs", "targets", "named"),
    [
        (torch.zeros(4, 1), torch.zeros(4, dtype=i), r"outputs \(4, 1\).*squeeze"),
        (torch.zeros(4, 3), torch.zeros(5, dtype=i), r"outputs \(4, 3\).*targets \(5,\)"),
        (torch.zeros(4, 3), torch.zeros(4), r"class indices"),
        (torch.zeros(4, 3), torch.tensor([0.5, 0, 0, 0]), r"0 and 1, not other numbers"),
        (torch.zeros(4), torch.tensor([0, 1, 2, 0]), r"targets must be 0 or 1"),
        (torch.zeros(4, 3, dtype=i), torch.zeros(4, dtype=i), r"outputs \(4, 3\)"),
        (torch.zeros(0, 3), torch.zeros(0, dtype=i), r"nothing to score"),
        (torch.full((4, 3), torch.nan), torch.zeros(4, dtype=i), r"NaN"),
        (torch.zeros(2, 3, 5, 5), torch.zeros(2, 5, 6, dtype=i), r"targets \(2, 5, 6\)"),
    ],
)
def test_shapes_and_dtypes_that_do_not_fit(outputs, targets, named):
    for metric in (accuracy, confusion_matrix, precision_recall_f1):
        with pytest.raises(ValueError, match=named):
            metric(outputs, targets)


@pytest.mark.parametrize(
    ("outputs", "targets", "named"),
    [
        (torch.zeros(2, 1, 5, 5), torch.zeros(2, 5, 5), r"\(2, 1, 5, 5\).*\(2, 5, 5\).*one shape"),
        (torch.tensor([0, 255]), torch.tensor([0, 1]), r"outputs holds the value 255"),
        (torch.tensor([0, 1]), torch.tensor([0, 2]), r"targets holds the value 2"),
        (torch.tensor([0.1, 1]), torch.tensor([0, 0.7]), r"not other numbers"),
    ],
)
def test_masks_that_do_not_fit(outputs, targets, named):
    for metric in (dice, iou):
        with pytest.raises(ValueError, match=named):
            metric(outputs, targets)


@pytest.mark.parametrize("bad", [-1, 3])
def test_class_indices_out_of_range(bad):
    with pytest.raises(ValueError, match=r"between 0 and 2"):
        confusion_matrix(torch.zeros(2, 3), torch.tensor([0, bad]))
