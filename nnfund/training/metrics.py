"""Scores of a model's outputs against targets, each computed from a whole set at once.

All of them take `(outputs, targets)` in one of three forms:

| outputs | targets | meaning |
|---|---|---|
| `(N, C, …)` floating, C ≥ 2 | `(N, …)` class indices | logits (or probabilities): the largest of C wins |
| `(N, …)` floating | `(N, …)` of 0 and 1 | logits of "yes" (`nn.BCEWithLogitsLoss`): above 0 is 1 |
| `(N, …)` integer or bool | `(N, …)` class indices | predictions, taken as they are |

Nothing is broadcast: `(N, 1)` against `(N,)` is an error here, where arithmetic would compare all pairs.
One-hot targets would be read as N × C questions of yes or no: pass `targets.argmax(dim=1)`.
"""

from typing import NamedTuple

import torch
from torch import Tensor


def accuracy(outputs: Tensor, targets: Tensor) -> float:
    """Share of entries (samples, or pixels for images of classes) that are predicted correctly, 0 to 1.

    Outputs and targets come in one of three forms: logits (N, C, …) of two classes or more, with class
    indices (N, …); logits of "yes" (N, …), with 0 or 1 in the same shape; predictions (N, …), integer or
    bool, with class indices in the same shape.

    Raises:
        ValueError: Shapes or dtypes match none of these forms, or there is nothing to score.
    """
    predictions, targets = _predictions(outputs, targets)
    return (predictions == targets).sum().item() / targets.numel()


def confusion_matrix(outputs: Tensor, targets: Tensor, num_classes: int | None = None) -> Tensor:
    """Count how often class i (row) was predicted as class j (column).

    Args:
        num_classes: C. None takes it from logits' second dimension, 2 for binary logits, else the largest
            class index that occurs, plus 1.

    Returns:
        Counts, `(C, C)`, int64. The diagonal holds the correct ones; row sums are the targets' counts.

    Raises:
        ValueError: As for `accuracy`, or a class index lies outside 0 to C − 1.
    """
    predictions, classes = _predictions(outputs, targets)
    if num_classes is None and outputs.is_floating_point():
        num_classes = outputs.shape[1] if outputs.ndim > targets.ndim else 2
    lowest = min(predictions.min().item(), classes.min().item())
    highest = max(predictions.max().item(), classes.max().item())
    num_classes = highest + 1 if num_classes is None else num_classes
    if lowest < 0 or highest >= num_classes:
        raise ValueError(
            f"targets or predictions hold the classes {lowest} to {highest}; with num_classes={num_classes} "
            f"they must lie between 0 and {num_classes - 1}"
        )
    cells = classes.flatten() * num_classes + predictions.flatten()
    return torch.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)  # (C, C)


class PrecisionRecallF1(NamedTuple):
    """Three scores per class, each `(C,)`, float64; `scores.f1.mean()` is the macro average."""

    precision: Tensor
    recall: Tensor
    f1: Tensor


def precision_recall_f1(
    outputs: Tensor, targets: Tensor, num_classes: int | None = None
) -> PrecisionRecallF1:
    """Per class: how many predicted are right, how many to be found were found, and their harmonic mean.

    With TP, FP, FN read off the confusion matrix: precision = TP / (TP + FP), recall = TP / (TP + FN),
    F1 = 2 TP / (2 TP + FP + FN). Where a denominator is 0 the score is 0. For two classes, index 1 is "yes".

    Raises:
        ValueError: As for `confusion_matrix`.
    """
    matrix = confusion_matrix(outputs, targets, num_classes).cpu().double()
    correct, predicted, present = matrix.diagonal(), matrix.sum(dim=0), matrix.sum(dim=1)  # each (C,)
    return PrecisionRecallF1(
        precision=correct / predicted.clamp(min=1),
        recall=correct / present.clamp(min=1),
        f1=2 * correct / (predicted + present).clamp(min=1),
    )


def dice(outputs: Tensor, targets: Tensor, *, per_image: bool = False) -> float:
    """Dice coefficient 2 |A ∩ B| / (|A| + |B|) of predicted and true masks, 0 to 1.

    Args:
        outputs: Logits of "belongs to the object", or masks of 0 and 1 (integer or bool); e.g. `(N, H, W)`.
        targets: Masks of 0 and 1, same shape.
        per_image: False counts the pixels of all images together; True scores each image and takes the mean,
            so that images with small objects weigh as much as others.

    Two empty masks agree: 1. For several classes, score one by one: `dice(predictions == k, targets == k)`.
    Dice is F1 over pixels (Dice, 1945, "Measures of the amount of ecologic association between species").

    Raises:
        ValueError: Shapes or dtypes do not fit, or a mask holds other values than 0 and 1.
    """
    both, sizes = _overlap(outputs, targets, per_image)
    return torch.where(sizes > 0, 2 * both / sizes.clamp(min=1), 1.0).mean().item()


def iou(outputs: Tensor, targets: Tensor, *, per_image: bool = False) -> float:
    """Intersection over union |A ∩ B| / |A ∪ B| (Jaccard index) of masks, 0 to 1; arguments as for `dice`.

    Raises:
        ValueError: As for `dice`.
    """
    both, sizes = _overlap(outputs, targets, per_image)
    return torch.where(sizes > 0, both / (sizes - both).clamp(min=1), 1.0).mean().item()


def _overlap(outputs: Tensor, targets: Tensor, per_image: bool) -> tuple[Tensor, Tensor]:
    """Pixels in both masks and the sum of the masks' sizes: for all images or for each, float64."""
    if outputs.shape != targets.shape:
        raise ValueError(
            f"outputs {tuple(outputs.shape)} and targets {tuple(targets.shape)} must have one shape"
        )
    predicted, true = _predictions(outputs, targets)
    for name, mask in (("outputs", predicted), ("targets", true)):
        if mask.min() < 0 or mask.max() > 1:
            raise ValueError(f"{name} holds the value {mask.max().item()}; a mask holds only 0 and 1")
    rows = len(predicted) if per_image else 1
    predicted, true = predicted.reshape(rows, -1).bool(), true.reshape(rows, -1).bool()
    both, sizes = (predicted & true).sum(dim=1), predicted.sum(dim=1) + true.sum(dim=1)
    return both.cpu().double(), sizes.cpu().double()  # not every GPU has float64


def _predictions(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Both as class indices (int64) of one shape, by the table at the top of this file."""
    shapes = f"outputs {tuple(outputs.shape)} {outputs.dtype}, targets {tuple(targets.shape)} {targets.dtype}"
    if targets.numel() == 0:
        raise ValueError(f"nothing to score: {shapes}; pass at least one sample")
    if outputs.isnan().any():
        raise ValueError(
            f"outputs hold NaN, which is no prediction ({shapes}); look for where training diverged"
        )
    if targets.is_floating_point() and not ((targets == 0) | (targets == 1)).all():
        raise ValueError(f"targets must be class indices (integers) or 0 and 1, not other numbers: {shapes}")
    binary = outputs.shape == targets.shape
    one_per_class = (
        outputs.ndim == targets.ndim + 1 and outputs.shape[:1] + outputs.shape[2:] == targets.shape
    )
    if binary and outputs.is_floating_point():
        if targets.min() < 0 or targets.max() > 1:
            raise ValueError(
                f"outputs of the targets' shape are logits of yes or no, so targets must be 0 or 1: {shapes}"
            )
        return (outputs > 0).long(), targets.long()
    if binary:
        return outputs.long(), targets.long()
    if (
        one_per_class
        and outputs.is_floating_point()
        and outputs.shape[1] > 1
        and not targets.is_floating_point()
    ):
        return outputs.argmax(dim=1), targets.long()
    raise ValueError(
        f"shapes or dtypes do not fit: {shapes}. What does: logits (N, C, …) with class indices (N, …); "
        "binary logits or predictions of the targets' own shape (for one column, outputs.squeeze(1))"
    )
