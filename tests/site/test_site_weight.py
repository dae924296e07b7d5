"""What a page weighs: a reader on a slow phone waits for each byte."""

import gzip

import pytest
from site_server import SITE

pytestmark = pytest.mark.browser  # needs the built site

TUTORIALS = sorted(SITE.glob("tutorials/*/index.html"))
HTML = 20_000  # bytes, gzipped, without figures
SCRIPTS = 10_000  # bytes, gzipped, of our own: all that one page may load


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.parent.name)
def test_the_html_of_a_tutorial_is_light(page):
    assert len(gzip.compress(page.read_bytes(), 9)) < HTML


def test_our_own_scripts_are_light():
    scripts = [path.read_bytes() for path in SITE.glob("assets/*.js")]
    assert scripts
    assert len(gzip.compress(b"".join(scripts), 9)) < SCRIPTS
