"""The final test and the checklist in a browser: by keyboard alone, without JavaScript, and their memory."""

import re

import pytest
from playwright.sync_api import Browser, Page
from site_browser import problems
from site_server import SITE

TEST, LIST = SITE / "final-test" / "index.html", SITE / "checklist" / "index.html"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (TEST.exists() and LIST.exists()), reason="no site"),
]


@pytest.fixture
def quiz(browser: Browser, site_address: str):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site_address}final-test/")
    yield page
    context.close()


def answer_by_keyboard(page: Page, right: int) -> None:
    """From the first question to the last with Tab, arrows and digits; the first `right` ones are right."""
    questions = page.locator("fieldset.quiz").evaluate_all("all => all.map((q) => ({...q.dataset}))")
    page.locator("fieldset.quiz input").first.focus()
    for i, question in enumerate(questions):
        while (
            page.evaluate(
                "[...document.querySelectorAll('fieldset.quiz')].indexOf("
                "document.activeElement.closest('fieldset.quiz'))"
            )
            < i
        ):
            page.keyboard.press("Tab")
        while not page.evaluate("document.activeElement.matches('.quiz-choice input')"):
            page.keyboard.press("Tab")  # past what of a code block takes the focus
        if "number" in question:
            page.keyboard.type(question["number"] if i < right else "-77")
        else:
            page.keyboard.press("Space")
            target = int(question["right"]) if i < right else (int(question["right"]) + 1) % 2
            for _ in range(target):
                page.keyboard.press("ArrowDown")
    while page.evaluate("document.activeElement.id") != "quiz-check":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("right", "passed"), [(30, "passed"), (15, "passed"), (14, "not passed yet")])
def test_keyboard_alone_reaches_the_score(quiz: Page, right: int, passed: str) -> None:
    answer_by_keyboard(quiz, right)
    assert quiz.locator("#quiz-result").inner_text() == f"{right} of 30 right: {passed}."
    assert quiz.evaluate("document.activeElement.id") == "your-result"
    marks = quiz.locator(".quiz-mark").all_inner_texts()
    assert marks == ["Right"] * right + ["Not right"] * (30 - right)
    assert quiz.locator("#quiz-look a").count() == 30 - right


def test_the_score_is_remembered_and_forgotten(quiz: Page) -> None:
    answer_by_keyboard(quiz, 20)
    quiz.reload()
    assert "20 of 30 right: passed." in quiz.locator("#quiz-best").inner_text()
    assert quiz.locator("#quiz-result").inner_text() == "20 of 30 right: passed."
    quiz.locator("#quiz-again").click()
    assert quiz.locator("fieldset.quiz :checked").count() == 0
    assert quiz.evaluate("document.activeElement.matches('fieldset.quiz input')")
    assert quiz.locator("fieldset.quiz details:visible").count() == 0
    assert "20 of 30" in quiz.locator("#quiz-best").inner_text()
    quiz.locator("#quiz-forget").click()
    assert quiz.evaluate("localStorage.getItem('nnfund:final-test')") is None
    quiz.reload()
    assert quiz.locator("#quiz-best").inner_text() == ""


def test_nothing_answered_is_said_so(quiz: Page) -> None:
    quiz.locator("#quiz-check").click()
    assert quiz.locator("#quiz-result").inner_text() == "0 of 30 right: not passed yet."
    assert set(quiz.locator(".quiz-mark").all_inner_texts()) == {"No answer"}


@pytest.mark.parametrize("typed", ["7850", "7,850", " 7 850 ", "+7850"])
def test_numbers_are_read_as_people_type_them(quiz: Page, typed: str) -> None:
    question = quiz.locator('fieldset.quiz[data-number="7850"]')
    question.locator("input").fill(typed)
    quiz.locator("#quiz-check").click()
    assert "Not right" not in question.locator(".quiz-mark").inner_text()


@pytest.mark.parametrize("path", ["final-test/", "checklist/"])
def test_after_use_there_is_no_problem(view, site_address: str, path: str) -> None:
    context, scheme = view
    page = context.new_page()
    page.goto(site_address + path)
    if path == "final-test/":
        page.locator("fieldset.quiz input").first.check()
        page.locator("#quiz-check").click()
    else:
        page.locator(".checklist input").first.check()
    page.close()
    found = problems(context, site_address + path, scheme)  # the context remembers
    assert not found, "\n".join(["", *found])


def test_without_javascript_the_answers_are_folded(browser: Browser, site_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site_address}final-test/")
    folded = page.locator("fieldset.quiz details.question")
    assert folded.count() == 30
    assert not page.locator("#quiz-end").is_visible()
    assert "JavaScript is off" in page.locator("main noscript").first.inner_text()
    answer = folded.first.locator("a").last
    assert not answer.is_visible()
    folded.first.locator("summary").click()
    assert answer.is_visible()
    page.goto(f"{site_address}checklist/")
    box = page.locator(".checklist input").first
    page.locator(".checklist label").first.click()
    assert box.is_checked()
    context.close()


def test_both_work_from_files(browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(TEST.as_uri())
    page.locator("#quiz-check").click()
    assert page.locator("#quiz-result").inner_text().startswith("0 of 30")
    page.goto(LIST.as_uri())
    page.locator(".checklist input").first.check()
    assert page.locator("#checklist-count").inner_text() == "1 of 25 ticked."
    context.close()


def test_the_checklist_is_remembered_and_cleared(browser: Browser, site_address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site_address}checklist/")
    page.locator(".checklist label").nth(2).click()
    page.reload()
    boxes = page.locator(".checklist input")
    assert [box.is_checked() for box in boxes.all()] == [i == 2 for i in range(25)]
    page.locator("#checklist-clear").click()
    page.reload()
    assert page.locator(".checklist :checked").count() == 0
    context.close()


def test_only_these_pages_load_the_script() -> None:
    loading = {
        path.parent.name for path in SITE.rglob("*.html") if "assets/quiz.js" in path.read_text("utf-8")
    }
    assert loading == {"final-test", "checklist"}
    assert not re.search(r"\son\w+=", TEST.read_text("utf-8").split("<article")[1].split("</article>")[0])
