"""Each check of the site fails on a small page that is broken in exactly one way."""

from pathlib import Path

import pytest
from site_browser import open_view, problems
from site_links import broken_links
from site_server import served

SOUND = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">
<link rel="canonical" href="https://example.org/book/"></head>
<body><main><h1 id="top">A page</h1><p>Some text.</p>{}</main></body></html>"""


def site_with(folder: Path, content: str) -> Path:
    (folder / "index.html").write_text(SOUND.format(content), "utf-8")
    return folder


def names_found(browser, site: Path, *, scheme: str = "light", width: int = 390) -> set[str]:
    view = open_view(browser, scheme, width)
    with served(site) as address:
        found = problems(view, address, scheme)
    view.close()
    return {line.split(":")[0] for line in found}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("check", "content"),
    [
        ("console", "<script>console.error('broken')</script>"),
        ("console", "<script>nowhere()</script>"),
        ("third party", "<script async src='https://cdn.example.com/x.js'></script>"),
        ("request", "<img src='gone.svg' alt='A plot' width='10' height='10'>"),
        ("image", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' width='1' height='1'>"),
        ("image", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' alt='A plot'>"),
        ("axe", "<p style='color: #aaa; background: #fff'>Too faint to read.</p>"),
        ("axe", "<button style='width: 9px'>a</button><button style='width: 9px'>b</button>"),
        ("overflow", "<div style='width: 500px'>Wider than a phone.</div>"),
        ("math", "<math><msqrt style='display: inline'><mi>x</mi></msqrt></math>"),
        ("scheme", "<script>document.body.dataset.mdColorScheme = 'slate'</script>"),
    ],
)
def test_browser_check_fails(browser, tmp_path: Path, check: str, content: str) -> None:
    assert check in names_found(browser, site_with(tmp_path, content))


@pytest.mark.browser
def test_sound_page_passes(browser, tmp_path: Path) -> None:
    assert names_found(browser, site_with(tmp_path, "<math><msqrt><mi>x</mi></msqrt></math>")) == set()


@pytest.mark.browser
def test_request_outside_the_base_path_fails(browser, tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("")
    content = "<link rel='stylesheet' href='/style.css'>"
    assert "request" in names_found(browser, site_with(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<a href='nowhere/'>x</a>", "index: nowhere/: no such file"),
        ("<a href='#bottom'>x</a>", "index: #bottom: no such anchor"),
        ("<a href='/index.html'>x</a>", "index: /index.html: leaves the site's own folder"),
        (
            "<a href='https://example.org/book/gone/'>x</a>",
            "index: https://example.org/book/gone/: no such file",
        ),
        ("<img src='gone.svg#only-light'>", "index: gone.svg#only-light: no such file"),
        ("<img srcset='gone.webp 2x'>", "index: gone.webp: no such file"),
    ],
)
def test_link_check_fails(tmp_path: Path, content: str, message: str) -> None:
    assert broken_links(site_with(tmp_path, content)) == [message]


def test_link_check_reads_styles(tmp_path: Path) -> None:
    (tmp_path / "fonts.css").write_text("@font-face { src: url('gone.woff2') } p { cursor: url(data:,) }")
    assert broken_links(site_with(tmp_path, "")) == ["fonts.css: gone.woff2: no such file"]


def test_link_check_accepts_what_exists(tmp_path: Path) -> None:
    (tmp_path / "a plot.svg").write_text("<svg/>")
    content = "<a href='#top'>x</a> <a href='./'>x</a> <a href='https://example.com/'>x</a>"
    assert broken_links(site_with(tmp_path, content + "<img src='a%20plot.svg#x'>")) == []
