"""What the built site needs so that it can be read without a network; `mkdocs serve` does without.

docs/assets/offline.js and docs/sw.js do the work in the browser. A contributor who edits a page must see it
as it is, so a site that is served live asks for neither.
"""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority


@event_priority(-200)  # after the search index is as it will be published
def on_post_build(config: MkDocsConfig) -> None:
    """Write the search index once more as a script: from a folder, a page may read scripts but no data."""
    index = Path(config.site_dir, "search", "search_index.json")
    if index.exists() and config.extra["published"]:
        index.with_suffix(".js").write_text(f"var __index = {index.read_text('utf-8')}", "utf-8")
