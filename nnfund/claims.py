"""Sentences that are checked: a page cannot be built with a false one."""

from nnfund.notices import in_notebook, show_markdown


class FalseClaim(AssertionError):
    """A sentence was claimed that the numbers do not support."""


def claim(text: str, holds: object) -> None:
    """State a sentence and the condition that makes it true.

    On a page, the sentence appears as prose with a mark that says it was checked when the page was built.
    In a script, it is printed. A false claim raises, which fails the build of the page.

    Args:
        text: The sentence, in Markdown, with its computed numbers.
        holds: Whether it is true: a `bool`, or a tensor or array that holds a single one.

    Raises:
        FalseClaim: If `holds` is false. The message is the sentence.
        TypeError: If `holds` is neither true nor false, such as a list of comparisons.
        ValueError: If `text` is empty.

    Examples:
        >>> claim(f"Two and two make {2 + 2}.", 2 + 2 == 4)
        ✓ Two and two make 4.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"text must be a sentence, got {text!r}")
    if not _as_bool(holds):
        raise FalseClaim(text)
    if in_notebook():
        show_markdown(f"{text} ✓", plain=f"✓ {text}", claim=text)
    else:
        print(f"✓ {text}")


def _as_bool(holds: object) -> bool:
    # A tensor or NumPy value counts when it holds one truth value; a float is a forgotten comparison.
    value = holds.item() if hasattr(holds, "item") and _count(holds) == 1 else holds
    if isinstance(value, bool):
        return value
    raise TypeError(
        f"holds must be True or False, got {type(holds).__name__}: {holds!r}. "
        "Compare first; join several comparisons with `and` or `all(...)`."
    )


def _count(values: object) -> int:
    return values.numel() if hasattr(values, "numel") else values.size
