"""In `mkdocs serve`: when only the text of pages changed, build those pages and no other.

MkDocs builds the whole site after each change, which takes seconds for a site of this size. Here what the
last whole build made is kept (pages, navigation, templates, cross-references, search index), and a page whose
text changed passes once more through MkDocs' own two steps for a page. What could show on another page too
(a title, a new file, the package, a setting) is left to a whole build.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment
from mkdocs.commands.build import _build_page, _populate_page  # build() offers no smaller unit
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file
from pagebuild.written_code import MARK as WRITTEN_CODE

log = logging.getLogger("mkdocs.pagebuild")

REACHES_OTHER_FILES = (":::", "--8<--", WRITTEN_CODE)  # it shows what other files hold, or makes files


@dataclass
class Built:
    """What the last whole build made."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment


class QuickRebuild:
    """Stands in for MkDocs' builder: builds what changed, if that can be told, else everything.

    Args:
        sources: The folder of the tutorials.
        page_uri: Returns the source URI of a tutorial's path.
        read_again: Makes the text of the tutorial at a path anew and returns the files of the page, by URI;
            None where only a whole build can.
    """

    def __init__(
        self,
        sources: Path,
        page_uri: Callable[[Path], str],
        read_again: Callable[[Path, MkDocsConfig], dict[str, bytes] | None],
    ):
        self.sources = sources
        self.page_uri = page_uri
        self.read_again = read_again
        self.whole_build: Callable[[], None] | None = None
        self.built: Built | None = None
        self.seen: dict[Path, tuple[int, int]] = {}

    def whole_build_starts(self, config: MkDocsConfig) -> None:
        """Forget what was built, and note what the new build will have read."""
        self.built = None
        self.seen = snapshot(config)

    def __call__(self) -> None:
        """Build after a change."""
        started = time.monotonic()
        pages = self._changed_pages()
        if pages and all(self._build_again(page) for page in pages):
            names = ", ".join(page.file.src_uri for page in pages)
            log.info("Built %s again in %.2f s", names, time.monotonic() - started)
        else:
            self.whole_build()

    def _changed_pages(self) -> list[Page]:
        """Return the pages to build; none where a whole build is needed."""
        if not self.built:
            return []
        now = snapshot(self.built.config)
        changed = [path for path in now.keys() | self.seen.keys() if now.get(path) != self.seen.get(path)]
        files = [self._quick(path) for path in sorted(changed)]
        if not all(files):
            return []
        self.seen = now
        return [file.page for file in files]

    def _quick(self, path: Path) -> File | None:
        """Return the file of the page at `path`, unless other pages or files have a part in the change."""
        uri = self.page_uri(path)
        if path.parent != self.sources:
            docs = Path(self.built.config.docs_dir)
            uri = path.relative_to(docs).as_posix() if path.is_relative_to(docs) else ""
        file = self.built.files.get_file_from_path(uri)
        if not (file and file.page and path.exists()):
            return None
        texts = (path.read_text("utf-8"), file.page.markdown or "")
        return None if any(mark in text for mark in REACHES_OTHER_FILES for text in texts) else file

    def _build_again(self, page: Page) -> bool:
        """Build `page`; False where its change shows elsewhere too."""
        config, files = self.built.config, self.built.files
        path = self.sources / Path(page.file.src_uri).name
        if page.file.src_uri == self.page_uri(path) and not self._write_files_of(path):
            return False
        shown_elsewhere = (page.title, page.meta)
        _populate_page(page, config, files)
        if (page.title, page.meta) != shown_elsewhere:
            return False
        if "autorefs" in config.plugins:
            config.plugins["autorefs"].on_env(self.built.env, config=config, files=[page.file])
        search = config.plugins["material/search"].search_index
        search.entries = [entry for entry in search.entries if not is_of_page(entry, page.url)]
        _build_page(page, config, files.documentation_pages(), self.built.nav, self.built.env)
        page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)
        config.plugins.on_post_build(config=config)
        return True

    def _write_files_of(self, path: Path) -> bool:
        """Write the files of the tutorial at `path`; False where they are others than before."""
        contents = self.read_again(path, self.built.config)
        if contents is None:
            return False
        for uri, content in contents.items():
            file = self.built.files.get_file_from_path(uri)
            if not file:
                return False
            write_file(content, file.abs_dest_path)
        return True


def snapshot(config: MkDocsConfig) -> dict[Path, tuple[int, int]]:
    """Return when each watched file was written, and its size."""
    roots = [Path(root) for root in (config.docs_dir, config.config_file_path, *config.watch) if root]
    paths = {path for root in roots for path in (root.rglob("*") if root.is_dir() else [root])}
    status = {path: path.stat() for path in paths if path.is_file() and "__pycache__" not in path.parts}
    return {path: (found.st_mtime_ns, found.st_size) for path, found in status.items()}


def is_of_page(entry: dict, url: str) -> bool:
    """Return whether an entry of the search index belongs to the page at `url`."""
    return entry["location"].partition("#")[0] == url
