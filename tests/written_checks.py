"""What stands behind an arrow in the code of a written page, `expression  # → value`, as an assertion."""

import re

EXPECTED = re.compile(r"^(\S.*?)  # → (.*)$", re.M)


def with_checks(code: str) -> str:
    """Turn each `expression  # → value` into an assertion about what the expression prints."""
    return EXPECTED.sub(lambda m: f"assert str({m[1]}) == {m[2]!r}, {m[1]}", code)
