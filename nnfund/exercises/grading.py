"""Grade an answer: the verdict, and the hint of the known mistake that answers alike."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from nnfund.exercises.answer import Unusable, load_answer, told
from nnfund.exercises.asking import Outcome, Watch, asked_text, ignore, run
from nnfund.exercises.comparing import show
from nnfund.exercises.exercise import Exercise
from nnfund.exercises.verdict import Verdict


def grade_file(exercise: Exercise, path: Path, watch: Watch = ignore) -> Verdict:
    """Grade the reader's file in this process."""
    try:
        answer = load_answer(path, exercise.asked, exercise.load())
    except Unusable as unusable:
        return unusable.verdict
    return grade(exercise, answer, watch)


def grade(exercise: Exercise, answer: SimpleNamespace, watch: Watch = ignore) -> Verdict:
    """Grade functions and classes, given as attributes under the names that the exercise asks for."""
    outcomes = list(run(exercise, answer, watch))
    watch("")
    failed = [outcome for outcome in outcomes if outcome.wrong]
    if not failed:
        return Verdict(True, f"All {len(outcomes)} checks pass.")
    first = failed[0]
    if first.unwritten:
        return _not_begun(outcomes, first)
    facts = [("Asked", asked_text(first.case))] if first.case else []
    if first.error:
        facts += told(first.error)
    else:
        facts += [("Expected", show(first.case.expected)), ("Came", show(first.came))]
    if first.printed.strip() and first.came is None and not first.error:
        facts.append(("Printed", first.printed.strip()[:300]))
    hints = fitting_hints(exercise, outcomes, first)
    passed = len(outcomes) - len(failed)
    if passed:
        facts.append(("Checks", f"{passed} of {len(outcomes)} pass."))
    return Verdict(False, first.wrong, tuple(facts), hints[0] if hints else "")


def fitting_hints(exercise: Exercise, outcomes: list[Outcome], first: Outcome) -> list[str]:
    """Return the hints of the known mistakes that do the same in the first failed case.

    Those that do the same most often come first; only they, where one does the same throughout.
    """
    found = []
    for hint, mistake in mistakes(exercise):
        others = list(run(exercise, mistake))
        alike = [a.equals(b) for a, b in zip(outcomes, others, strict=False)]
        if len(others) == len(outcomes) and alike[outcomes.index(first)]:
            found.append((sum(alike), hint))
    best = max((count for count, _ in found), default=0)
    return [hint for count, hint in found if count == best]


def mistakes(exercise: Exercise) -> Iterator[tuple[str, SimpleNamespace]]:
    """Yield each known mistake: its hint, and an answer that makes it and is right otherwise."""
    solution = exercise.load_solution()
    for mistake in exercise.load().MISTAKES:
        name, wrong = mistake if isinstance(mistake, tuple) else (exercise.asked[0], mistake)
        names = {asked: getattr(solution, asked) for asked in exercise.asked}
        yield inspect.cleandoc(wrong.__doc__ or ""), SimpleNamespace(**names | {name: wrong})


def _not_begun(outcomes: list[Outcome], first: Outcome) -> Verdict:
    done = sum(not outcome.wrong for outcome in outcomes)
    if not done:
        return Verdict(False, "Not begun: the stub still raises NotImplementedError.", begun=False)
    facts = (*told(first.error)[1:], ("Checks", f"{done} of {len(outcomes)} pass."))
    return Verdict(False, "A part is right, and a part still raises NotImplementedError.", facts)
