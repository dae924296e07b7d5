"""Steps 3 and 4 for one page: its Markdown and its notebook, also when something is wrong with it."""

from dataclasses import dataclass

from pagebuild.builder import Project, ReadPage, in_words, run_times
from pagebuild.errors import PageError
from pagebuild.exercises import with_links
from pagebuild.notebook import make_notebook
from pagebuild.rendering import Rendered, fence, indented, render_page, size_of
from pagebuild.snippets import Snippet, make_snippets

FOLDER = "tutorials"  # where the pages are published
EMPTY_NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
NOTEBOOK_BRANCH = "notebooks"  # where .github/workflows puts the notebooks: Colab reads from GitHub only


@dataclass(frozen=True)
class Site:
    """Where the site and its sources are published; None where that is unknown."""

    url: str | None
    repository: str | None


def publish(page: ReadPage, project: Project, site: Site) -> Rendered:
    """Write the notebook of `page` and return its Markdown and files.

    What is wrong with the page is kept in `page.error` and shown at its top.
    """
    rendered = Rendered(f"# {page.path.stem}\n")
    if page.source:
        try:
            rendered = _render(page, project, site)
        except PageError as error:
            page.error = page.error or error
    else:
        _write_notebook(EMPTY_NOTEBOOK, page, project)
    if page.error:
        message = indented(fence(str(page.error), "text"))
        _put_on_top(rendered, f'!!! failure "This page failed"\n\n{message}')
    elif page.stale:
        _put_on_top(rendered, '!!! warning "Running now: the outputs below are those of the last run"')
    rendered.files[page.path.name] = page.path.read_bytes()
    return rendered


def _render(page: ReadPage, project: Project, site: Site) -> Rendered:
    notebook = make_notebook(
        page.source,
        page.outputs,
        project.figures.figure,
        page_url=_url(page, site),
        repository=site.repository or "",
    )
    _write_notebook(notebook, page, project)
    try:
        rendered = render_page(
            page.source,
            page.outputs,
            project.figures.figure,
            links=_links(page, notebook, site),
            minutes=in_words(run_times(project).get(page.path.stem)),
            snippets=_snippets(page, site),
        )
    except PageError:
        if not (page.stale and page.executed):
            raise
        page.executed = None  # the last run's outputs do not fit these cells: better none than theirs
        return _render(page, project, site)
    rendered.markdown = with_links(rendered.markdown, page.path.stem, project)
    return rendered


def _snippets(page: ReadPage, site: Site) -> list[Snippet]:
    """Return what each code cell needs to stand alone; nothing while that is unknown."""
    if page.changed is None:
        return []
    codes = [cell.text for cell in page.source.code_cells]
    return make_snippets(codes, page.changed, title=page.source.title, url=_url(page, site))


def _url(page: ReadPage, site: Site) -> str:
    return f"{(site.url or '').rstrip('/')}/{FOLDER}/{page.path.stem}/"


def _put_on_top(rendered: Rendered, note: str) -> None:
    title, _, rest = rendered.markdown.partition("\n")
    rendered.markdown = f"{title}\n\n{note}\n\n{rest}"


def _links(page: ReadPage, notebook: str, site: Site) -> str:
    # mkdocs-jupyter copies the notebook beside the page, unknown to MkDocs' own check of links.
    name = page.path.stem
    sizes = [size_of(content) for content in (notebook.encode(), page.path.read_bytes())]
    links = [
        f'<a href="{name}.ipynb" download>Notebook ({sizes[0]})</a>',
        f"[Script ({sizes[1]})]({name}/{name}.py){{ download }}",
    ]
    if site.repository and "github.com/" in site.repository:
        repository = site.repository.split("github.com/")[1].strip("/")
        branch = f"github/{repository}/blob/{NOTEBOOK_BRANCH}"
        links.append(f"[Open in Colab](https://colab.research.google.com/{branch}/{name}/{name}.ipynb)")
    return " · ".join(links)


def _write_notebook(text: str, page: ReadPage, project: Project) -> None:
    """Write the notebook of `page` for mkdocs-jupyter."""
    path = project.notebook(page.path.stem)
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
