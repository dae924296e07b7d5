"""What a reader copies runs: each snippet of the built site in a fresh process, compared with its page.

A sample by default; `NNFUND_SNIPPETS=all` runs every one, `NNFUND_SNIPPETS=80` that many.
"""

import hashlib
import json
import os
from pathlib import Path

import pytest
from site_server import SITE
from site_snippets import Snippet, find_snippets, run_snippet, stable

pytestmark = [pytest.mark.snippets]

RUN_TIMES = json.loads((Path(__file__).parents[2] / "tutorials_src" / "run_times.json").read_text("utf-8"))
SAMPLE = 40
LONG = 60  # seconds: pages that run longer are left to `all`


def chosen(snippets: list[Snippet]) -> list[Snippet]:
    """Return the snippets to run: all, or a sample that is spread over the pages and the same each time."""
    wanted = os.environ.get("NNFUND_SNIPPETS", str(SAMPLE))
    if wanted == "all":
        return snippets
    short = [snippet for snippet in snippets if RUN_TIMES.get(snippet.page, 0) <= LONG]
    return sorted(short, key=lambda snippet: hashlib.sha256(snippet.name.encode()).digest())[: int(wanted)]


SNIPPETS = chosen(find_snippets(SITE)) if SITE.is_dir() else []


def test_the_site_has_snippets():
    assert SNIPPETS, f"no snippets found in {SITE}: build the site first (make site)"


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.name)
def test_a_snippet_prints_what_its_page_prints(snippet):
    done = run_snippet(snippet, timeout=900)
    assert done.returncode == 0, f"{snippet.script}\n\n{done.stderr}"
    assert stable(done.stdout).endswith(stable(snippet.printed)), snippet.script
