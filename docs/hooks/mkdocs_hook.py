"""The MkDocs side of the page build: hands the pages that `pagebuild` makes to MkDocs and mkdocs-jupyter.

MkDocs loads this file because mkdocs.yml names it under `hooks:`; everything that is not about MkDocs is in
the package beside it.
"""

import logging
import os
import subprocess
import time
from pathlib import Path
from typing import ClassVar

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.utils import CountHandler
from pagebuild.background import BackgroundRunner
from pagebuild.builder import ReadPage, default_project, execute_missing, read_and_look_up, read_pages
from pagebuild.errors import PageError
from pagebuild.exercises import exercise_files, with_list
from pagebuild.glossary import definitions, with_tooltips
from pagebuild.learning_path import PathError, learning_path, links_in, parts_in
from pagebuild.mathematics import MathError, characters_of, make_font, render_formulas
from pagebuild.path_picture import with_path
from pagebuild.places import PlaceFilter
from pagebuild.publishing import FOLDER, Site, publish
from pagebuild.quiz_page import with_checkboxes, with_questions
from pagebuild.rendering import Rendered, slimmed
from pagebuild.search_text import tidy, without_noise
from pagebuild.source import title_of
from pagebuild.written_code import snippet_files, with_snippet_links
from quick_rebuild import Built, QuickRebuild, is_of_page
from torch_inventory import torch_inventory

log = logging.getLogger("mkdocs.pagebuild")

REPOSITORY = Path(__file__).parents[2]
FONT = "assets/fonts/STIXTwoMath.woff2"


class State:
    """What lives from one event, and in `mkdocs serve` from one build, to the next."""

    project = default_project(REPOSITORY)
    runner: BackgroundRunner | None = None  # in `mkdocs serve` only
    rebuild: QuickRebuild | None = None  # in `mkdocs serve` only
    nav: Navigation | None = None
    pages: ClassVar[dict[str, Rendered]] = {}  # source URI -> page
    know_first: ClassVar[dict[str, str]] = {}  # tutorial -> what its header says
    characters: ClassVar[set[str]] = set()  # of all formulas
    fonts: ClassVar[dict[frozenset[str], bytes]] = {}  # the last one made


def on_startup(command: str, dirty: bool) -> None:
    """Name places in scripts when something is wrong; in `mkdocs serve`, execute pages in the background."""
    for handler in logging.getLogger("mkdocs").handlers:
        handler.addFilter(PlaceFilter(State.project.sources, FOLDER))
    if command == "serve":
        _tick().parent.mkdir(parents=True, exist_ok=True)
        _tick().touch()
        State.runner = BackgroundRunner(REPOSITORY, on_done=lambda: _tick().write_text(str(time.time())))
        State.rebuild = QuickRebuild(State.project.sources, _uri, _read_again)


def on_serve(server, config: MkDocsConfig, builder):
    """Build no more than what changed."""
    State.rebuild.whole_build = server.builder
    server.builder = State.rebuild
    return server


def on_shutdown() -> None:
    """Stop what runs in the background."""
    if State.runner:
        State.runner.close()


def on_pre_build(config: MkDocsConfig) -> None:
    """Tell the quick rebuild that what it kept is about to change."""
    if State.rebuild:
        State.rebuild.whole_build_starts(config)


@event_priority(-100)  # after all others
def on_env(env, config: MkDocsConfig, files: Files):
    """Keep what a quick rebuild needs."""
    if State.rebuild:
        State.rebuild.built = Built(config, files, State.nav, env)
    return env


@event_priority(-100)
def on_nav(nav, config: MkDocsConfig, files: Files):
    """Keep the navigation for quick rebuilds."""
    State.nav = nav
    return nav


def _tick() -> Path:
    return State.project.cache / "serve" / "page-ready"


@event_priority(100)  # before mkdocstrings reads its settings
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Date the build by its commit, let `mkdocs serve` show errors in the page, link to PyTorch's docs.

    `extra.published` tells templates and the other hooks whether the site is built, not served live.
    """
    config.extra["published"] = State.runner is None
    os.environ.setdefault("SOURCE_DATE_EPOCH", _commit_time())  # the sitemap's dates
    if State.runner:
        config.strict = False
        _count_no_warnings()
        config.watch.append(str(_tick()))  # build again when a page that ran in the background is ready
    if "mkdocstrings" in config.plugins:
        python = config.plugins["mkdocstrings"].config.handlers.setdefault("python", {})
        python.setdefault("inventories", []).extend(torch_inventory(State.project.cache))
    return config


def _count_no_warnings() -> None:
    """Take back what MkDocs set up for `strict` before it asked us: a fault is shown, and serving goes on."""
    logger = logging.getLogger("mkdocs")
    for handler in [handler for handler in logger.handlers if isinstance(handler, CountHandler)]:
        logger.removeHandler(handler)


def _commit_time() -> str:
    """Return the time of the last commit, so that two builds of it are equal; without git, the epoch."""
    command = ["git", "log", "-1", "--format=%ct"]
    try:
        return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True).stdout.strip() or "0"
    except OSError:
        return "0"


@event_priority(100)  # before mkdocs-jupyter wraps the files of notebooks
def _add_pages(files: Files, config: MkDocsConfig) -> Files:
    pages = read_pages(State.project)
    if State.runner:
        _execute_beside(pages)
    else:
        execute_missing(State.project, pages)
    State.pages, State.characters = {}, set()
    State.know_first = {page.path.stem: page.source.facts.know_first for page in pages if page.source}
    for page in pages:
        uri = _uri(page.path)
        rendered = State.pages[uri] = _publish(page, config)
        files.append(File.generated(config, uri, abs_src_path=str(State.project.notebook(page.path.stem))))
        for name, content in rendered.files.items():
            files.append(File.generated(config, f"{FOLDER}/{page.path.stem}/{name}", content=content))
    for uri, text in exercise_files(State.project, log.error).items():
        files.append(File.generated(config, uri, content=text))
    for file in list(files.documentation_pages()):
        if file.src_uri.endswith(".md"):
            folder = file.src_uri.removesuffix(".md")
            for name, content in snippet_files(file.content_string, url=_address(file, config)).items():
                files.append(File.generated(config, f"{folder}/{name}", content=content))
    return files


def _address(file: File, config: MkDocsConfig) -> str:
    return f"{(config.site_url or '').rstrip('/')}/{file.url}"


def _uri(path: Path) -> str:
    """Return the source URI, as MkDocs knows it, of the tutorial at `path`."""
    return f"{FOLDER}/{path.name}"


def _publish(page: ReadPage, config: MkDocsConfig) -> Rendered:
    rendered = publish(page, State.project, Site(config.site_url, config.repo_url))
    if page.error:
        log.error("%s", page.error)
    for notice in rendered.notices:
        log.info("%s: %s", page.path.name, notice)
    return rendered


def _read_again(path: Path, config: MkDocsConfig) -> dict[str, bytes] | None:
    """Make the text of a tutorial anew, and return its files; None where only a whole build can.

    That is where its outputs are not known, and where the path on the home page changes with it.
    """
    page = read_and_look_up(path, State.project)
    if not (page.executed and page.source):
        return None
    if links_in(page.source.facts.know_first) != links_in(State.know_first.get(path.stem, "")):
        return None
    State.pages[_uri(path)] = rendered = _publish(page, config)
    return {f"{FOLDER}/{path.stem}/{name}": content for name, content in rendered.files.items()}


@event_priority(-100)  # after mkdocs-jupyter has wrapped them
def _name_sources(files: Files, config: MkDocsConfig) -> Files:
    for file in files:
        if file.src_uri in State.pages:
            path = Path(file.src_uri)
            file.generated_by = "pagebuild"
            file.abs_src_path = str(State.project.notebook(path.stem))
            file.edit_uri = f"../tutorials_src/{path.name}"
    return files


on_files = CombinedEvent(_add_pages, _name_sources)


def _execute_beside(pages: list[ReadPage]) -> None:
    """Ask for what the cache lacks, and meanwhile show what there was before."""
    for page in pages:
        if page.source and not page.executed:
            message = State.runner.failure(page.path.stem, page.fingerprint)
            if message:
                page.error = PageError(page.path.stem, message)
            else:
                page.stale = True
                State.runner.request(page.path.stem, page.fingerprint)
            page.executed = State.project.outputs.load_latest(page.path.stem)


@event_priority(-100)  # after mkdocs-jupyter
def on_pre_page(page, config: MkDocsConfig, files: Files):
    """Render the text of a tutorial by Material's Markdown instead of mkdocs-jupyter's."""
    if page.file.src_uri in State.pages:
        page.__dict__.pop("render", None)
    return page


@event_priority(100)
def on_page_markdown(markdown: str, page, config: MkDocsConfig, files: Files) -> str:
    """Give MkDocs the Markdown of a tutorial; elsewhere, the exercises and questions it asks for."""
    if rendered := State.pages.get(page.file.src_uri):
        return rendered.markdown
    url = _address(page.file, config)
    markdown = with_snippet_links(markdown, folder=Path(page.file.src_uri).stem, url=url)
    markdown = _with_path(markdown, page.file, config, files)
    return with_questions(with_list(markdown, State.project, config.repo_url), State.project, log.error)


def _with_path(markdown: str, file: File, config: MkDocsConfig, files: Files) -> str:
    """Put the path through the tutorials where a page asks for it."""
    sources = State.project.sources

    def href(name: str) -> str:
        target = files.get_file_from_path(_uri(sources / f"{name}.py"))
        return target.url_relative_to(file) if target else ""

    try:
        order = parts_in(config.nav)
        return with_path(
            markdown,
            lambda: learning_path(order, State.know_first),
            lambda name: title_of(sources / f"{name}.py"),
            href,
        )
    except PathError as error:
        log.error("%s: %s", file.src_uri, error)
        return markdown


def on_page_content(html: str, page, config: MkDocsConfig, files: Files) -> str:
    """Explain a term where a page first links it; make checklists tick."""
    return with_tooltips(with_checkboxes(html), definitions(Path(config.docs_dir) / "glossary.md"))


@event_priority(100)  # before the search reads the page
def _before_search(context, page, config: MkDocsConfig, nav):
    page.content = without_noise(page.content)
    return context


@event_priority(-100)  # after it has
def _after_search(context, page, config: MkDocsConfig, nav):
    if search := config.plugins.get("material/search"):
        for entry in search.search_index.entries:
            if is_of_page(entry, page.url):
                tidy(entry)
    return context


on_page_context = CombinedEvent(_before_search, _after_search)


def on_post_page(output: str, page, config: MkDocsConfig) -> str:
    """Turn formulas into MathML, after the search index has taken the text."""
    try:
        output = render_formulas(output)
    except MathError as error:
        log.error("%s: %s", page.file.src_uri, error)
    State.characters |= characters_of(output)
    return slimmed(output)


def on_post_build(config: MkDocsConfig) -> None:
    """Write the font for formulas, with the characters that the site uses."""
    if State.characters:
        path = Path(config.site_dir) / FONT
        path.parent.mkdir(parents=True, exist_ok=True)
        characters = frozenset(State.characters)
        if characters not in State.fonts:  # `mkdocs serve` comes here again and again
            State.fonts = {characters: make_font(State.characters)}
        path.write_bytes(State.fonts[characters])
