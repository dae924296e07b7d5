"""How fast this machine is at the moment, in terms of the slow phone that pages are scored on.

Machines differ, and one that others share is half as fast at times. Lighthouse's factor of 4 is meant for a
desktop, and Lighthouse's guide advises to adapt it to the machine. Here a fixed piece of a browser's work,
the making and styling of paragraphs, is timed around each load of a page, and the factor follows.
"""

from statistics import median

from playwright.sync_api import Browser

# Four times the 82 ms that it takes undisturbed where the site's scores are made: two cores of an AMD EPYC,
# Chromium 156, on which Lighthouse's benchmark index is 3,600.
PHONE_TAKES = 328  # ms
TIMES = 3
WORK = """() => {
    const line = (_, at) => `<p class="c${at % 17}">A <b>bold</b> word, <i>${at}</i></p>`;
    const box = document.body.appendChild(document.createElement("div"));
    box.innerHTML = Array.from({ length: 1500 }, line).join("");
    for (const size of [15, 16, 17]) {
        box.style.fontSize = `${size}px`;
        box.offsetHeight;
    }
    box.remove();
}"""


class Yardstick:
    """A page of its own in `browser`, which does the same work again and again."""

    def __init__(self, browser: Browser):
        self._page = browser.new_page()
        self._session = self._page.context.new_cdp_session(self._page)
        # the thread's own time: what else runs on this machine is not counted
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.times()  # the first ones compile

    def times(self) -> list[float]:
        """Return how long the work takes now, in ms of the thread, `TIMES` times."""
        found = []
        for _ in range(TIMES):
            before = self._worked()
            self._page.evaluate(WORK)
            found.append(self._worked() - before)
        return found

    def _worked(self) -> float:
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return 1e3 * next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def slower(times: list[float]) -> float:
    """Return how many times as long as this machine the phone takes."""
    return PHONE_TAKES / median(times)
