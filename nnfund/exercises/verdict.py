"""What a reader is told about an answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """Whether an answer passed, and if not, what to look at.

    Attributes:
        passed: Whether all checks passed.
        headline: One sentence.
        facts: Pairs of a label and its text: what was asked, expected, came.
        hint: What helps with this very mistake, where it is a known one; Markdown.
        begun: False where the stub still stands.
    """

    passed: bool
    headline: str
    facts: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    begun: bool = True
