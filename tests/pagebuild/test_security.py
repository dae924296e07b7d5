"""The policy of a page names the inline scripts and styles that it holds, and no others."""

import base64
import hashlib
import re

import pytest
from pagebuild.security import with_policy

HEAD = '<head><meta charset="utf-8">\n<title>A</title>'


def directives(page: str) -> dict[str, str]:
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)[1]
    return dict(directive.split(" ", 1) for directive in policy.split(";"))


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_stands_at_the_top():
    assert with_policy(HEAD).startswith('<head><meta charset="utf-8">\n<meta http-equiv="Content-Security-')


def test_it_allows_each_inline_element_once_and_nothing_else():
    page = HEAD + (
        "<script>one()\n// ü</script><script>two()</script><script>one()\n// ü</script>"
        '<script type="application/json">{"no": "code"}</script><script src="a.js"></script>'
        "<style>p {}</style>"
    )
    found = directives(with_policy(page))
    scripts = [hash_of("one()\n// ü"), hash_of("two()")]
    assert found["script-src"].split() == ["'self'", *scripts]
    assert found["style-src"].split() == ["'self'", hash_of("p {}")]
    assert found["default-src"] == found["base-uri"] == found["form-action"] == "'none'"
    assert "unsafe" not in str(found)


def test_a_page_that_hides_its_head_is_refused():
    with pytest.raises(ValueError, match="charset"):
        with_policy("<head><title>A</title>")
