"""`nnfund train`: one run from data to report."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

import torch
from torch import Tensor, nn

from nnfund.cli.choices import build_model, data_choice, has_masks
from nnfund.cli.report import write_report
from nnfund.cli.settings import SETTINGS, Settings, settle
from nnfund.data import Batches, Compose, Normalize, Part, RandomFlipAndCrop, Splits
from nnfund.models import SmallResNet, count_parameters
from nnfund.training import (
    Callback,
    Checkpoint,
    EarlyStopping,
    Run,
    accuracy,
    dice,
    fit,
    pick_device,
    set_seed,
    triangular,
)

CHECKPOINT = "checkpoint.ckpt"


class PrintEpochs(Callback):
    """One line per epoch where there is no terminal to show a bar."""

    def after_epoch(self, run: Run) -> None:
        """Print what the epoch measured."""
        if not sys.stderr.isatty():
            print(run.history.line(run.epoch), flush=True)


def train(options: Namespace) -> int:
    """Train as the options say; returns the command's exit status.

    Raises:
        ValueError: Options do not fit each other, the data or an earlier run.
    """
    settings, folder = settle(options)
    device = pick_device(options.device)
    splits = data_choice(settings.data).load()
    set_seed(settings.seed)
    model = build_model(settings.model, splits)
    if not options.resume:
        (folder / CHECKPOINT).unlink(missing_ok=True)  # of a run that diverged
    settings.save(folder)
    print(
        f"{settings.model} ({count_parameters(model):,} parameters) on {splits.name}, {device}, into {folder}"
    )
    try:
        train_model(model, splits, settings, folder, device)
        print(write_report(model, loader(splits.test, splits), splits, settings, folder, device))
    except KeyboardInterrupt:
        print("\ninterrupted; the last whole epoch is kept. Go on with:\n")
        print(f"    nnfund train --resume --out {folder}\n")
        return 130
    except FloatingPointError:
        (folder / SETTINGS).unlink()  # resuming would diverge again: leave the folder to another try
        raise
    return 0


def train_model(
    model: nn.Module, splits: Splits, settings: Settings, folder: Path, device: torch.device
) -> None:
    """Fit the model, or go on; leaves it with its best weights, and the folder with all that was recorded."""
    masks = has_masks(splits)
    choice = data_choice(settings.data)
    train_loader = loader(
        splits.train, splits, settings.batch_size, shuffle=True, seed=settings.seed, augment=choice.augment
    )
    if isinstance(model, SmallResNet):
        model.whiten_stem(first_inputs(splits))
    optimizer = torch.optim.SGD(
        [parameter for parameter in model.parameters() if parameter.requires_grad],
        lr=settings.lr,
        momentum=0.9,
        nesterov=True,
        weight_decay=choice.weight_decay,
    )
    history = fit(
        model,
        train_loader,
        loss_fn=nn.BCEWithLogitsLoss()
        if masks
        else nn.CrossEntropyLoss(label_smoothing=choice.label_smoothing),
        optimizer=optimizer,
        epochs=settings.epochs,
        val_loader=loader(splits.val, splits),
        metrics={"dice": dice} if masks else {"accuracy": accuracy},
        scheduler=triangular(optimizer, max(1, settings.epochs * len(train_loader))),
        callbacks=[
            EarlyStopping(
                patience=None,  # the schedule needs all its epochs: keep the best weights only
                monitor="val_dice" if masks else "val_loss",  # accuracy has ties where images are few
                mode="max" if masks else "min",
                path=folder / "best.pt",
            ),
            PrintEpochs(),
            Checkpoint(folder / CHECKPOINT, resume=(folder / CHECKPOINT).exists()),
        ],
        device=device,
    )
    (folder / "history.json").write_text(json.dumps(history.to_dict(), indent=2) + "\n")


def loader(
    part: Part,
    splits: Splits,
    batch_size: int = 256,
    *,
    shuffle: bool = False,
    seed: int = 0,
    augment: bool = False,
) -> Batches:
    """Batches of one part; images kept as bytes become normalised floats."""
    transform = Normalize(splits.mean, splits.std) if part.inputs.dtype == torch.uint8 else None
    if augment and transform is not None:
        transform = Compose(transform, RandomFlipAndCrop(padding=2, seed=seed))  # around it the mean colour
    return Batches(*part, batch_size=batch_size, shuffle=shuffle, seed=seed, transform=transform)


def first_inputs(splits: Splits, count: int = 2000) -> Tensor:
    """Some training inputs, as the model will see them."""
    first = Part(*(tensor[:count] for tensor in splits.train))
    inputs, _ = next(iter(loader(first, splits, batch_size=count)))
    return inputs
