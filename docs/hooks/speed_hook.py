"""The MkDocs side of `page_head`, `page_content` and `used_styles`: pages ask for little and show soon."""

import logging
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from pagebuild.page_content import settled
from pagebuild.page_head import STYLESHEET, joined, quick_head
from pagebuild.used_styles import classes_in, used_styles

log = logging.getLogger("mkdocs.pagebuild")

parts: dict[tuple[str, ...], str] = {}  # the stylesheets that the one stands for -> a page that says so


@event_priority(-50)  # after what changes the head, before what computes hashes of it
def on_post_page(output: str, page, config: MkDocsConfig) -> str:
    """Give a page the one stylesheet, and content that Material's script leaves alone."""
    return _quick(settled(output), page.file.src_uri)


@event_priority(-50)
def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """Give the page for what is not found the one stylesheet."""
    return _quick(output, template_name) if template_name.endswith(".html") else output


def on_pre_build(config: MkDocsConfig) -> None:
    """Forget the stylesheets of the last build in `mkdocs serve`."""
    parts.clear()


def on_post_build(config: MkDocsConfig) -> None:
    """Write the one stylesheet, in a built site without what matches nothing on it."""
    site = Path(config.site_dir)
    if len(parts) > 1:
        log.error("pages differ in their stylesheets, which are joined into one: %s", parts)
    for sheets in parts:
        css = joined(site, sheets)
        if config.extra["published"]:
            css = _cut_to(site, css)
        (site / STYLESHEET).write_text(css, "utf-8")


def _cut_to(site: Path, css: str) -> str:
    pages = (path.read_text("utf-8") for path in site.rglob("*.html"))
    scripts = (path for path in site.glob("assets/**/*.js") if "lunr" not in path.parts)
    return used_styles(
        css,
        classes=set().union(*map(classes_in, pages)),
        scripts=[path.read_text("utf-8") for path in scripts],
    )


def _quick(output: str, name: str) -> str:
    output, paths = quick_head(output)
    if paths:
        parts.setdefault(paths, name)
    return output
