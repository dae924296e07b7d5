import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from site_browser import find_chromium, launch, open_view
from site_server import SITE, served

VIEWS = [(scheme, width) for scheme in ("light", "dark") for width in (390, 1280)]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        message = "no Chromium found: install `chromium`, or set NNFUND_CHROMIUM to the path of one"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=VIEWS, ids=lambda view: f"{view[0]}-{view[1]}px")
def view(request, browser) -> Iterator[tuple[BrowserContext, str]]:
    scheme, width = request.param
    context = open_view(browser, scheme, width)
    yield context, scheme
    context.close()


@pytest.fixture(scope="session")
def site_address() -> Iterator[str]:
    with served(SITE) as address:
        yield address


def pytest_terminal_summary(terminalreporter) -> None:
    """Say how many snippets ran: a number that the test of a sample must not hide."""
    ended = {outcome: _snippets(terminalreporter.stats.get(outcome, [])) for outcome in ("passed", "failed")}
    if ran := sum(ended.values()):
        terminalreporter.write_line(f"{ran} snippets run, {ended['failed']} failures")


def _snippets(reports: list) -> int:
    return sum("test_a_snippet_prints" in report.nodeid for report in reports)
