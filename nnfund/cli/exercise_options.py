"""The commands for exercises: `nnfund exercises` and `nnfund check`. They import no PyTorch themselves."""

from __future__ import annotations

import argparse
from pathlib import Path

from nnfund.cli.check import check
from nnfund.cli.numbers import at_least
from nnfund.cli.practice import exercises

EXAMPLES = """\
  nnfund exercises                                 list the exercises, with your progress
  nnfund exercises start 08-linear-backward        write its file into this folder
  nnfund check 08-linear-backward                  grade that file
  nnfund check 08-linear-backward my.py            grade another
  nnfund check 08                                  grade what you began of page 08
"""


def add_exercises(commands: argparse._SubParsersAction) -> None:
    """Add `exercises` and `check` to the commands."""
    shape = {
        "epilog": f"examples:\n{EXAMPLES}",
        "formatter_class": argparse.RawDescriptionHelpFormatter,
    }
    show = commands.add_parser(
        "exercises", help="list exercises, start one", description="List exercises, start one.", **shape
    )
    show.set_defaults(run=exercises)
    show.add_argument(
        "action",
        nargs="?",
        metavar="start|hints|solution",
        default="list",
        help="write the file to fill in, print the hints, print the solution; without it, list all",
    )
    show.add_argument("name", nargs="?", help="an exercise, or the number of a page")

    run = commands.add_parser(
        "check",
        help="grade your answer to an exercise",
        description="Grade your answer. The exit status is 0 when all passed, 1 when not, 2 when there is no "
        "such exercise or file.",
        **shape,
    )
    run.set_defaults(run=check)
    run.add_argument(
        "name", nargs="?", help="an exercise, or the number of a page; without it, all in this folder"
    )
    run.add_argument(
        "file", nargs="?", type=Path, help="your answer (default: the exercise's file, in this folder)"
    )
    run.add_argument(
        "--seconds",
        type=at_least(float, 1),
        metavar="N",
        help="time an answer may take (default: 10, mostly)",
    )
