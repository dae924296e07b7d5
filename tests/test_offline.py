"""What a build adds so that the site can be read without a network: archive, search index, script."""

import json
import os
import zipfile
from pathlib import Path
from types import SimpleNamespace

import offline_hook
import pytest
from offline_zip import NAME, make_archive

PAGE = '<p>Or all: <span id="site-archive"><code>make</code>\nit.</span></p>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, content in {"index.html": "home", "faq/index.html": PAGE, "b/ä.css": "x" * 300_000}.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(content, "utf-8")
    return tmp_path / "site"


def test_the_archive_is_the_same_whenever_it_is_made(site: Path) -> None:
    first = make_archive(site).read_bytes()
    os.utime(site / "index.html", (0, 0))
    (site / "b" / "ä.css").chmod(0o600)
    assert make_archive(site).read_bytes() == first


def test_the_archive_holds_the_site_but_not_itself(site: Path) -> None:
    make_archive(site)
    with zipfile.ZipFile(make_archive(site)) as archive:
        names = archive.namelist()
        assert names == [f"nnfund-site/{name}" for name in ("b/ä.css", "faq/index.html", "index.html")]
        assert archive.read("nnfund-site/index.html") == b"home"
        offer = archive.read("nnfund-site/faq/index.html").decode()
    assert NAME not in offer
    assert "You are reading it." in offer


def test_the_archive_has_no_policy_that_a_browser_may_not_know_folders_for(site: Path) -> None:
    policy = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'">\n"""
    page = f'<meta charset="utf-8">\n{policy}<p>'
    (site / "index.html").write_text(page, "utf-8")
    with zipfile.ZipFile(make_archive(site)) as archive:
        assert archive.read("nnfund-site/index.html") == b'<meta charset="utf-8">\n<p>'
    assert (site / "index.html").read_text("utf-8") == page


def test_the_site_links_the_archive_with_its_size(site: Path) -> None:
    size = make_archive(site).stat().st_size
    offer = (site / "faq" / "index.html").read_text("utf-8")
    assert f'href="../{NAME}" download' in offer
    assert f"({size / 1e6:.1f} MB, zip)" in offer
    assert "make" not in offer


def test_a_site_without_the_place_for_the_link_is_named(site: Path) -> None:
    (site / "faq" / "index.html").write_text("no place")
    with pytest.raises(SystemExit, match=r"docs/faq\.md"):
        make_archive(site)
    with pytest.raises(SystemExit, match="make site"):
        make_archive(site / "nowhere")


@pytest.mark.parametrize("published", [True, False])
def test_only_a_build_prepares_for_reading_without_a_network(tmp_path: Path, published: bool) -> None:
    index = tmp_path / "search" / "search_index.json"
    index.parent.mkdir()
    index.write_text('{"docs": ["\u2028"]}', "utf-8")
    config = SimpleNamespace(extra={"published": published}, site_dir=str(tmp_path))
    offline_hook.on_post_build(config)
    script = index.with_suffix(".js")
    assert script.exists() == published
    if script.exists():
        name, _, value = script.read_text("utf-8").partition(" = ")
        assert name == "var __index"
        assert json.loads(value) == json.loads(index.read_text("utf-8"))
