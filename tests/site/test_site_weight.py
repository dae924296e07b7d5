"""What a page weighs: a reader on a slow phone waits for each byte."""

import gzip
import re

import pytest
from site_server import SITE

pytestmark = pytest.mark.browser  # needs the built site

TUTORIALS = sorted(SITE.glob("tutorials/*/index.html"))
HTML = 20_000  # bytes, gzipped, without figures
SCRIPTS = 10_000  # bytes, gzipped, beyond Material's own: all that one page may load
INLINE = re.compile(r"<script>(.*?)</script>", re.S)


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.parent.name)
def test_the_html_of_a_tutorial_is_light(page):
    assert len(gzip.compress(page.read_bytes(), 9)) < HTML


def test_our_own_scripts_are_light():
    """All of them at once, though no page loads all, with the longest that stand in a page itself."""
    files = [path.read_bytes() for path in [*SITE.glob("assets/*.js"), SITE / "sw.js"]]
    inline = max(("".join(INLINE.findall(page.read_text("utf-8"))) for page in TUTORIALS), key=len)
    assert inline
    assert len(gzip.compress(b"".join([*files, inline.encode()]), 9)) < SCRIPTS
