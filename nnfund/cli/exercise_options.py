"""The commands for exercises: `nnfund exercises` and `nnfund check`. They import no PyTorch themselves."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from nnfund.cli.numbers import at_least
from nnfund.cli.paper import Paper
from nnfund.exercises import Exercise, Verdict, all_exercises, find_exercises
from nnfund.exercises.process import grade_apart
from nnfund.exercises.progress import note_progress, read_progress

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


def exercises(options: argparse.Namespace) -> int:
    """List, start, or help with exercises."""
    actions = {"start": start, "hints": print_hints, "solution": print_solution}
    if options.action == "list":
        return list_exercises(list(all_exercises()))
    if options.action not in actions:
        found = find_exercises(options.action)
        return list_exercises(found) if found else unknown(options.action)
    if not options.name:
        print(f"nnfund: which one? For example: nnfund exercises {options.action} 08", file=sys.stderr)
        return 2
    found = find_exercises(options.name)
    if not found:
        return unknown(options.name)
    return max(actions[options.action](exercise) for exercise in found)


def list_exercises(chosen: list[Exercise]) -> int:
    """Print the exercises by page, with level and progress."""
    paper, progress, page = Paper(), read_progress(), None
    for exercise in chosen:
        if exercise.page != page:
            page = exercise.page
            paper.title(f"Page {page.replace('_', ' ')}")
        state = progress.get(exercise.name, "not tried")
        paper.line(f"  {exercise.name}: {exercise.level}, {paper.coloured(state)}")
        paper.paragraph(exercise.title, "      ")
    passed = sum(progress.get(exercise.name) == "passed" for exercise in chosen)
    paper.line(f"\n{passed} of {len(chosen)} passed.")
    paper.line(f"Start one: nnfund exercises start {chosen[0].name}")
    return 0


def start(exercise: Exercise) -> int:
    """Write the reader's file, never over one that is there."""
    path = Path(exercise.file_name)
    if path.exists():
        print(f"{path} is already here; it was left as it is.")
        return 0
    path.write_text(exercise.stub, "utf-8")
    print(f"{path} is ready. Open it, write your answer, then: nnfund check {exercise.name}")
    return 0


def print_hints(exercise: Exercise) -> int:
    """Print the hints for all known mistakes."""
    paper = Paper()
    paper.title(f"Mistakes that others made in {exercise.name}")
    for hint in exercise.hints():
        paper.paragraph(hint, "  - ")
    return 0


def print_solution(exercise: Exercise) -> int:
    """Print one way to do it."""
    print(exercise.solution.rstrip())
    return 0


def check(options: argparse.Namespace) -> int:
    """Grade one answer, or all of a page that are in the current folder."""
    name, file = options.name, options.file
    if name and file is None and name.endswith(".py"):
        name, file = Path(name).name, Path(name)
    found = find_exercises(name) if name else list(all_exercises())
    if not found:
        return unknown(name)
    if len(found) == 1 and name:
        file = file or answer_file(found[0]) or Path(found[0].file_name)
        if not file.is_file():
            print(
                f"nnfund: there is no file {file} here. Begin with: nnfund exercises start {name}",
                file=sys.stderr,
            )
            return 2
        return grade(found[0], file, options.seconds)
    if file:
        print(
            f"nnfund: {name} is a page with {len(found)} exercises; say which one {file} is", file=sys.stderr
        )
        return 2
    begun = [(exercise, path) for exercise in found if (path := answer_file(exercise))]
    if not begun:
        print(f"nnfund: no exercise{f' of {name}' if name else ''} is in this folder. Begin with: "
              f"nnfund exercises start {found[0].name}", file=sys.stderr)  # fmt: skip
        return 2
    statuses = [grade(exercise, path, options.seconds) for exercise, path in begun]
    print(f"{statuses.count(0)} of {len(begun)} passed.")
    if missing := [exercise.name for exercise in found if exercise not in dict(begun)]:
        Paper().paragraph(f"Not in this folder: {', '.join(missing)}.")
    return max(statuses)


def answer_file(exercise: Exercise) -> Path | None:
    """The file in the current folder that answers an exercise, with dashes or underscores in its name."""
    names = (exercise.file_name, exercise.path.name)
    return next((Path(name) for name in names if Path(name).is_file()), None)


def grade(exercise: Exercise, path: Path, seconds: float | None) -> int:
    """Grade one file, print the verdict, remember it."""
    verdict = grade_apart(exercise, path, seconds)
    print_verdict(exercise, verdict)
    if verdict.begun:
        note_progress(exercise.name, verdict.passed)
    return 0 if verdict.passed else 1


def print_verdict(exercise: Exercise, verdict: Verdict) -> None:
    """Print what the reader should know, in words that need no colour."""
    paper = Paper()
    state = "passed" if verdict.passed else "not yet" if verdict.begun else "not begun"
    paper.line(f"{exercise.name}: {paper.coloured(state)}")
    paper.paragraph(verdict.headline)
    for label, text in verdict.facts:
        paper.line(f"{label}:")
        for line in text.splitlines():
            paper.line(f"    {line}")
    if verdict.hint:
        paper.line("Hint:")
        paper.paragraph(verdict.hint, "    ")
    elif not verdict.passed and verdict.begun:
        paper.paragraph(f"Stuck? nnfund exercises hints {exercise.name}")
    paper.line("")


def unknown(name: str) -> int:
    """Say that there is no such exercise, and which ones are near."""
    names = [exercise.name for exercise in all_exercises()]
    near = difflib.get_close_matches(name.replace("_", "-"), names, 3, 0.5)
    meant = f" Did you mean {' or '.join(near)}?" if near else " See all: nnfund exercises"
    print(f"nnfund: there is no exercise {name!r}.{meant}", file=sys.stderr)
    return 2
