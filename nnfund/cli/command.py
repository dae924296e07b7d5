"""The command line: what stands after `nnfund`, help, and errors without a traceback."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from nnfund.cli.exercise_options import EXAMPLES as PRACTISING
from nnfund.cli.exercise_options import add_exercises


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status: 0, 1 for an error, 130 when interrupted.

    Args:
        arguments: What stands after `nnfund`; None takes it from the process.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser(training=given[:1] not in (["exercises"], ["check"])).parse_args(given)
    try:
        return options.run(options)
    except (ValueError, OSError, *getattr(options, "errors", ())) as error:
        print(f"nnfund: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; nothing was lost", file=sys.stderr)
        return 130


def parser(training: bool = True) -> argparse.ArgumentParser:
    """The command's options.

    Args:
        training: Whether `train` and `list` are among them. They need PyTorch, which takes seconds to import;
            exercises do not.
    """
    top = argparse.ArgumentParser("nnfund", description="Train small neural networks; check exercises.")
    top.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = top.add_subparsers(required=True, metavar="command")
    if training:
        from nnfund.cli.training_options import EXAMPLES, add_training

        add_training(commands)
        top.epilog = EXAMPLES + PRACTISING
    add_exercises(commands)
    return top
