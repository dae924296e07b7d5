"""The commands that train: `nnfund list` and `nnfund train`."""

from __future__ import annotations

import argparse
from pathlib import Path

from nnfund.cli.choices import DATA, MODELS
from nnfund.cli.numbers import at_least
from nnfund.cli.train import train
from nnfund.data import CorruptDataError, DataUnavailableError

EXAMPLES = """\
examples:
  nnfund list                                      what there is to train, and on what
  nnfund train --data digits                       a few seconds, no download
  nnfund train --data mnist --model cnn --epochs 3
  nnfund train --data mnist --lr 0.05 --batch-size 128 --seed 1 --out runs/slower
  nnfund train --data pictures/pets                your own images, in one sub-folder per class
  nnfund train --resume --out runs/slower          go on with a run that was interrupted
"""


def add_training(commands: argparse._SubParsersAction) -> None:
    """Add `list` and `train` to the commands."""
    show = commands.add_parser("list", help="show data sets and models")
    show.set_defaults(run=list_choices)

    run = commands.add_parser(
        "train",
        help="train a model",
        description="Train a model; write checkpoint, best weights, history, figures and a report.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.set_defaults(run=train, errors=(DataUnavailableError, CorruptDataError, FloatingPointError))
    run.add_argument(
        "--data",
        metavar="NAME",
        help=f"{', '.join(DATA)}; or a folder with one sub-folder of images per class",
    )
    run.add_argument(
        "--model", choices=MODELS, metavar="NAME", help=f"{', '.join(MODELS)} (default: the data's own)"
    )
    run.add_argument(
        "--epochs", type=at_least(int, 1), metavar="N", help="passes over the data (default: the data's own)"
    )
    run.add_argument(
        "--lr", type=at_least(float, 0), metavar="X", help="peak learning rate (default: the data's own)"
    )
    run.add_argument(
        "--batch-size", type=at_least(int, 1), metavar="N", help="samples per step (default: the data's own)"
    )
    run.add_argument(
        "--seed", type=at_least(int, 0), metavar="N", help="fixes all random choices (default: 0)"
    )
    run.add_argument("--out", type=Path, metavar="FOLDER", help="where results go (default: runs/DATA-MODEL)")
    run.add_argument("--resume", action="store_true", help="go on with the run in the folder")
    run.add_argument(
        "--device", metavar="NAME", help="cpu, cuda, cuda:1, mps (default: the fastest there is)"
    )


def list_choices(options: argparse.Namespace) -> int:
    """Print both tables."""
    for title, choices, option in (("Data sets", DATA, "--data"), ("Models", MODELS, "--model")):
        print(f"{title} ({option}):")
        for name, choice in choices.items():
            print(f"  {name:14} {choice.line}")
        print()
    print("Train with: nnfund train --data mnist --model mlp")
    print("Or on your own images, in one sub-folder per class: nnfund train --data path/to/folder")
    return 0
