"""What a run leaves for a reader: figures, and a report that shows them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from nnfund.cli.choices import has_masks
from nnfund.cli.settings import Settings
from nnfund.data import Batches, Splits
from nnfund.training import History, accuracy, confusion_matrix, dice, iou, precision_recall_f1


def write_report(
    model: nn.Module,
    test_loader: Batches,
    splits: Splits,
    settings: Settings,
    folder: Path,
    device: torch.device,
) -> str:
    """Score the model on the test part; write figures and `report.md`. Returns the sentence to print."""
    outputs = predict(model, test_loader, device)
    targets = test_loader.targets
    masks = has_masks(splits)
    scores = {"dice": dice, "iou": iou} if masks else {"accuracy": accuracy}
    results = {f"test {name}": score(outputs, targets) for name, score in scores.items()}
    rows = [[name, f"{value:.4f}"] for name, value in results.items()]
    if not masks:
        rows += yardsticks(results["test accuracy"], targets, splits.train.targets)
    matrix = confusion_matrix(outputs, targets, len(splits.classes))
    history = History.from_dict(json.loads((folder / "history.json").read_text()))

    figures = draw_figures(history, matrix, splits, outputs if masks else None, folder)
    lines = [
        f"# {settings.model} on {splits.name}",
        "",
        *table(["setting", "value"], [[name, str(value)] for name, value in asdict(settings).items()]),
        "",
        f"Scores on the test part ({len(targets):,} samples), with the weights of epoch "
        f"{best_epoch(history)}, which was the best in validation:",
        "",
        *table(["score", "value"], rows),
        "",
        "## Per class" + (" of pixels" if masks else ""),
        "",
        *class_table(outputs, targets, splits.classes),
        "",
        "## Confusion matrix",
        "",
        f"Rows are the true classes, columns the predicted ones{', counted in pixels' if masks else ''}.",
        "",
        *table(
            ["true \\ predicted", *splits.classes],
            [
                [name, *(f"{count:,}" for count in row)]
                for name, row in zip(splits.classes, matrix.tolist(), strict=True)
            ],
        ),
        "",
        *(f"![{alt}]({name})\n" for name, alt in figures.items()),
        "## The weights",
        "",
        "`best.pt` is a plain state dict: `model.load_state_dict(torch.load('best.pt', weights_only=True))`.",
    ]
    if splits.is_stand_in:
        lines[1:1] = ["", f"**The real data was not to be had: these numbers are of {splits.name}.**"]
    (folder / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    scored = ", ".join(f"{name} {value:.4f}" for name, value in results.items())
    return f"{scored}; the report is {folder / 'report.md'}"


@torch.no_grad()
def predict(model: nn.Module, loader: Batches, device: torch.device) -> Tensor:
    """Outputs for every sample of the loader, on the CPU."""
    model.eval()
    return torch.cat([model(inputs.to(device)).cpu() for inputs, _ in loader])


def draw_figures(
    history: History, matrix: Tensor, splits: Splits, mask_logits: Tensor | None, folder: Path
) -> dict[str, str]:
    """Write the figures as PNG; returns the file names with what each shows."""
    import matplotlib

    matplotlib.use("Agg")  # draws into files: there may be no screen
    import matplotlib.pyplot as plt

    from nnfund.plotting import plot_confusion_matrix, plot_history, plot_segmentation

    confusion = plot_confusion_matrix(matrix, class_names=splits.classes)
    figures = {
        "history.png": ("Loss and scores of each epoch, in training and validation", plot_history(history)),
        "confusion.png": ("Confusion matrix of the test part", confusion),
    }
    if mask_logits is not None:
        images, targets = (tensor[:6] for tensor in splits.test)
        overlay = plot_segmentation(images, targets, mask_logits[:6] > 0)
        figures["masks.png"] = ("Six test images: where predicted and true masks agree and differ", overlay)
    for name, (_, figure) in figures.items():
        figure.savefig(folder / name, dpi=150)
        plt.close(figure)
    return {name: alt for name, (alt, _) in figures.items()}


def best_epoch(history: History) -> int:
    """The epoch whose weights were kept, counted from 1: by Dice for masks, else by loss."""
    dices = history.metrics.get("val_dice")
    return 1 + (dices.index(max(dices)) if dices else history.val_loss.index(min(history.val_loss)))


def yardsticks(share: float, targets: Tensor, train_targets: Tensor) -> list[list[str]]:
    """How far the accuracy may be off by chance, and what is had without looking at the inputs."""
    most_frequent = train_targets.bincount().argmax()
    baseline = (targets == most_frequent).double().mean().item()
    return [
        ["its standard error", f"{(share * (1 - share) / len(targets)) ** 0.5:.4f}"],
        ["always the most frequent class", f"{baseline:.4f}"],
    ]


def class_table(outputs: Tensor, targets: Tensor, classes: tuple[str, ...]) -> list[str]:
    """Precision, recall and F1 of each class."""
    scores = precision_recall_f1(outputs, targets, len(classes))
    rows = [[name, *(f"{score[i]:.4f}" for score in scores)] for i, name in enumerate(classes)]
    return table(["class", "precision", "recall", "F1"], rows)


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """The lines of a Markdown table, numbers to the right."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    escaped = ([cell.replace("|", "\\|") for cell in row] for row in (head, rule, *rows))
    return ["| " + " | ".join(row) + " |" for row in escaped]
