"""How fast a page is for a reader on a slow phone, in Lighthouse's terms.

Lighthouse itself needs Node. Here Chromium's network is slowed as Lighthouse's "slow 4G" (what it applies
with `--throttling-method=devtools`): each request waits 562.5 ms, which stands for 150 ms there and back and
what a connection costs; 1.44 Mbit/s down, 0.66 up; a window of 412 by 823 pixels, nothing cached. Its
processor is slower by arithmetic (see `site_trace`); by how much, the speed of this machine tells
(`site_yardstick`). The score is Lighthouse's (version 10 and later): five log-normal curves.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

from playwright.sync_api import Browser, BrowserContext, Page
from site_trace import TRACED, Trace
from site_yardstick import Yardstick, slower

PHONE = {
    "viewport": {"width": 412, "height": 823},
    "device_scale_factor": 1.75,
    "is_mobile": True,
    "has_touch": True,
}
KBIT = 1024 / 8  # bytes per second
SLOW_4G = {
    "offline": False,
    "latency": 150 * 3.75,  # ms
    "downloadThroughput": 1.6 * 1024 * 0.9 * KBIT,
    "uploadThroughput": 750 * 0.9 * KBIT,
}
# metric -> (weight, value that scores 90, value that scores 50); in ms, and the shift without a unit
CURVES = {
    "FCP": (10, 1800, 3000),  # first contentful paint
    "SI": (10, 3387, 5800),  # speed index: the mean time at which what is seen first appears
    "LCP": (25, 2500, 4000),  # largest contentful paint
    "TBT": (30, 200, 600),  # total blocking time
    "CLS": (25, 0.1, 0.25),  # cumulative layout shift
}
OBSERVED = """async () => {
    const read = (type) => new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true });
        setTimeout(() => resolve([]), 200); // what never happened is never told
    });
    const named = (node) => node ? node.nodeName + (node.className ? `.${node.className}` : "") : "?";
    const paints = await read("paint"), largest = await read("largest-contentful-paint");
    const shifts = await read("layout-shift");
    return {
        FCP: paints.find((entry) => entry.name === "first-contentful-paint")?.startTime,
        LCP: largest.at(-1)?.startTime,
        largest: named(largest.at(-1)?.element),
        shifts: shifts.filter((entry) => !entry.hadRecentInput).map((entry) => ({
            at: entry.startTime, value: entry.value, of: entry.sources.map((s) => named(s.node)).join(" "),
        })),
    };
}"""


@dataclass(frozen=True)
class Speed:
    """What one load of a page measured, metric -> value, and what was painted last and largest."""

    values: dict[str, float]
    slower: float  # by how much than this machine
    largest: str
    shifts: list[dict]

    @property
    def score(self) -> float:
        """Lighthouse's performance score, of 100."""
        return sum(weight * curve(self.values[name], *at) for name, (weight, *at) in CURVES.items())


def curve(value: float, good: float, middle: float) -> float:
    """Return the score of `value`: 0.9 at `good`, 0.5 at `middle`, log-normal between and beyond."""
    if value <= 0:
        return 1.0
    width = math.log(middle / good) / NormalDist().inv_cdf(0.9)
    return 1 - NormalDist().cdf(math.log(value / middle) / width)


def open_phone(browser: Browser) -> tuple[BrowserContext, Page]:
    """Open an empty page on a slow phone that has seen nothing of the site."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    return context, page


def measure(browser: Browser, page: Page, address: str, yardstick: Yardstick) -> Speed:
    """Load `address` in `page`, which stays open, and say how long it took."""
    times = yardstick.times()
    browser.start_tracing(page=page, screenshots=True, categories=TRACED)
    try:
        page.goto(address, wait_until="load")
        page.wait_for_load_state("networkidle")
        observed = page.evaluate(OBSERVED)
    finally:
        events = json.loads(browser.stop_tracing())["traceEvents"]
    trace = Trace(events, address, slower=slower(times + yardstick.times()))
    if observed["FCP"] is None:
        raise AssertionError(f"{address} painted nothing")
    values = {
        "FCP": trace.slowed(observed["FCP"]),
        "SI": trace.speed_index(),
        "LCP": trace.slowed(observed["LCP"] or observed["FCP"]),
        "TBT": trace.blocking_time(after=observed["FCP"]),
        "CLS": largest_burst([(shift["at"], shift["value"]) for shift in observed["shifts"]]),
    }
    return Speed(values, trace.slower, observed["largest"], observed["shifts"])


def largest_burst(shifts: list[tuple[float, float]]) -> float:
    """Return CLS: the largest sum of shifts less than 1 s apart within 5 s."""
    largest = total = 0.0
    first = last = -math.inf
    for at, value in sorted(shifts):
        if at - last >= 1000 or at - first >= 5000:
            first, total = at, 0.0
        total, last = total + value, at
        largest = max(largest, total)
    return largest


def typical(load: Callable[[], Speed], *, enough: float) -> Speed:
    """Return a load that scores `enough`, or else the middle of five: other work on the machine is noise."""
    loads: list[Speed] = []
    while len(loads) < 5:
        loads.append(load())
        if len(loads) == 1 and loads[0].score >= enough:
            break
    return sorted(loads, key=lambda speed: speed.score)[len(loads) // 2]
