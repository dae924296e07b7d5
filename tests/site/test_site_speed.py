"""Pages do not jump while they load slowly; the scores of `make speed` are Lighthouse's."""

import pytest
from site_host import hosted
from site_practices import PRACTICES, SEO, robots_fault, score
from site_scores import KINDS, chosen
from site_server import SITE
from site_speed import CURVES, PHONE, SLOW_4G, curve, largest_burst
from site_trace import Trace
from site_yardstick import PHONE_TAKES, Yardstick, slower

CLS = 0.01
# Each kind of what could push text away: figures, tables, forms, listings. The window is so high that all of
# it counts; but the font for formulas, on a slow first visit, comes after the first paint, so pages that have
# many are watched on the screen of a phone.
SHIFTING = {
    "": 6000,
    "tutorials/01_first_network/": 6000,
    "tutorials/13_mnist_mlp/": 6000,
    "tutorials/18_cifar10_cnn/": 6000,
    "glossary/": 6000,
    "final-test/": 6000,
    "reference/training/": 6000,
    "tutorials/08_backpropagation/": PHONE["viewport"]["height"],
    "tutorials/19_unet_segmentation/": PHONE["viewport"]["height"],
}
SHIFTS = """() => new Promise((resolve) => {
    const named = (source) => (source.node?.nodeName ?? "") + "." + (source.node?.className ?? "");
    const observer = new PerformanceObserver((list) => resolve(list.getEntries().map(
        (entry) => [entry.startTime, entry.value, entry.sources.map(named).join(" ")])));
    observer.observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve([]), 300);
})"""


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_goes_through_lighthouses_two_points(name):
    _, good, middle = CURVES[name]
    assert curve(good, good, middle) == pytest.approx(0.9)
    assert curve(middle, good, middle) == pytest.approx(0.5)
    assert curve(0, good, middle) == 1


def test_weights_add_up():
    assert sum(weight for weight, *_ in CURVES.values()) == 100


def test_a_burst_of_shifts_ends_after_a_second_of_rest_or_five_in_all():
    assert largest_burst([(0, 0.1), (900, 0.1), (2500, 0.15)]) == pytest.approx(0.2)
    assert largest_burst([(at, 0.1) for at in range(0, 6000, 900)]) == pytest.approx(0.6)
    assert largest_burst([]) == 0


def test_time_that_others_took_is_taken_out_and_work_is_multiplied():
    def event(name, at, **rest):
        return {"name": name, "ts": at * 1000, "pid": 1, "tid": 1, "ph": "X", "args": {}, **rest}

    start = event("navigationStart", 0, args={"data": {"documentLoaderURL": "a"}})
    task = event("RunTask", 100, dur=50_000, tdur=20_000)
    trace = Trace([start, task], "a", slower=4)
    assert trace.slowed(100) == 100
    assert trace.slowed(150) == 180  # 20 ms of work four times, 30 ms of waiting not at all
    assert trace.blocking_time(after=0) == 30
    assert trace.blocking_time(after=200) == 0


def test_on_a_machine_half_as_fast_the_phone_is_half_as_much_slower():
    assert slower([PHONE_TAKES / 4] * 3) == 4
    assert slower([PHONE_TAKES / 2, PHONE_TAKES / 2, 9 * PHONE_TAKES]) == 2


@pytest.mark.browser
def test_the_yardstick_measures_work(browser):
    times = Yardstick(browser).times()
    assert len(times) == 3
    assert all(time > 1 for time in times)


def test_a_score_is_the_share_that_holds():
    assert score(PRACTICES, {}) == score(SEO, {}) == 100
    assert score(SEO, {"is-crawlable": "noindex"}) == pytest.approx(100 * 8 / 12)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("User-agent: *\nAllow: /\nSitemap: https://example.org/sitemap.xml\n", None),
        ("User-agent: *\nDisallow: /\n", "robots.txt shuts every reader out"),
        ("<html>", "robots.txt: '<html>' is no rule"),
    ],
)
def test_robots_are_read(text, fault):
    assert robots_fault(text) == fault


def test_a_sample_begins_with_one_page_of_each_kind():
    found = sorted([*KINDS, "contributing/"])
    assert chosen(found, "3") == KINDS[:3]
    assert chosen(found, "all") == found


@pytest.fixture(scope="module")
def host():
    with hosted(SITE) as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize("page", SHIFTING, ids=lambda page: page or "home")
def test_nothing_moves_while_a_page_loads_slowly(browser, host, page):
    context = browser.new_context(**PHONE)
    view = context.new_page()
    view.set_viewport_size({"width": 412, "height": SHIFTING[page]})
    session = context.new_cdp_session(view)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    view.goto(host + page, wait_until="networkidle")
    shifts = view.evaluate(SHIFTS)
    context.close()
    assert largest_burst([(at, value) for at, value, _ in shifts]) < CLS, shifts


@pytest.mark.browser
def test_a_page_that_jumps_is_noticed(browser):
    page = browser.new_page()
    page.set_content("<p>Above.</p><p>Below, and further below.</p>" * 9)
    page.wait_for_timeout(700)  # what moves within half a second of a start of input does not count
    page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('div'), {style: 'height: 300px'}))"
    )
    page.wait_for_timeout(200)
    shifts = page.evaluate(SHIFTS)
    page.close()
    assert largest_burst([(at, value) for at, value, _ in shifts]) > CLS


@pytest.mark.browser
@pytest.mark.skipif(not SITE.is_dir(), reason="no site")
def test_the_search_index_waits_until_the_reader_searches(browser, host):
    page = browser.new_page(service_workers="block")  # which keeps the index, after all else, for offline
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(host, wait_until="networkidle")
    assert not [url for url in asked if "search_index" in url]
    page.keyboard.press("/")
    page.keyboard.type("gradient")
    page.locator(".md-search-result__item").first.wait_for(timeout=10_000)
    assert [url for url in asked if "search_index" in url]
    page.close()


@pytest.mark.skipif(not SITE.is_dir(), reason="no site")
@pytest.mark.browser
def test_a_page_asks_for_one_stylesheet_before_it_shows():
    for page in SITE.rglob("*.html"):
        head = page.read_text("utf-8").partition("</head>")[0]
        assert head.count('rel="stylesheet"') <= 1, page
