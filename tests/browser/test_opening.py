"""What a reader sees while a page is being opened: skeletons in place of what will come, and nothing that jumps."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import HEALTHY, PATIENCE, open_page, settle

pytestmark = pytest.mark.browser

MOST = 0.1  # what is still good for a reader, by Core Web Vitals

# Keeps every layout shift, and at each frame whether there was anything to see in the page. A shift is told with the
# frame after which it happened; what moves before anything can be seen moves for nobody.
WATCH = """
window.shifts = [];
window.seen_at = Infinity;
const look = () => {
    const page = document.querySelector('[data-testid=stMain]');
    if (page && (page.innerText.trim() || page.querySelector('.stSkeleton'))) {
        // Asked for again, to be after the frame in which it is painted first.
        requestAnimationFrame(() => { window.seen_at = performance.now(); });
    } else {
        requestAnimationFrame(look);
    }
};
requestAnimationFrame(look);
new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(shift => ({
    value: shift.value, at: shift.startTime, by_reader: shift.hadRecentInput,
    of: shift.sources.map(source => (source.node?.textContent ?? '').slice(0, 40)),
})))).observe({type: 'layout-shift', buffered: true});
"""
# The skeletons that are there when the page's heading is.
SKETCHED = """
window.sketched = [];
new MutationObserver(() => {
    for (const one of document.querySelectorAll('[data-testid=stMain] [data-testid=stSkeletonElement]')) {
        if (one.offsetHeight > 60) window.sketched.push(one.offsetHeight);
    }
}).observe(document, {childList: true, subtree: true});
"""


def shifted(page: Page) -> list[tuple[float, list[str]]]:
    """The shifts that a reader saw and did not cause, and what moved."""
    found = page.evaluate("window.shifts.filter(one => one.at >= window.seen_at && !one.by_reader)")
    return [(one["value"], one["of"]) for one in found]


def total(shifts: list[tuple[float, list[str]]]) -> float:
    return sum(value for value, _ in shifts)


def expect_charts(page: Page) -> None:
    expect(page.get_by_test_id("stPlotlyChart").nth(2)).to_be_visible(timeout=PATIENCE)
    settle(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_overview_appears_without_a_jump(visitor: BrowserContext, width: int) -> None:
    open_page(visitor, "/").close()  # which builds the demo company
    page = visitor.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(WATCH)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(HEALTHY, timeout=PATIENCE)
    expect_charts(page)
    found = shifted(page)
    assert total(found) < MOST, found


@pytest.mark.parametrize(
    ("link", "heading", "heights"),
    [
        ("Overview", HEALTHY, {322, 300, 230, 350}),  # cards, charts, the table
        (
            "Revenue",
            "What do ambassadors bring, and how sure is it?",
            {322, 266, 190},
        ),  # cards, waterfall, a small table
        ("Ambassadors", "Who is active, and who fell silent?", {234, 266, 354}),  # cards, waterfall, cohorts
        ("Economics", "What does it cost, and what does it bring back?", {322, 326, 354}),  # cards, channels, payback
    ],
)
def test_a_page_changed_to_shows_skeletons_and_does_not_jump(
    visitor: BrowserContext, link: str, heading: str, heights: set[int]
) -> None:
    page = visitor.new_page()
    page.add_init_script(WATCH + SKETCHED)
    page.goto("/glossary")
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=PATIENCE)
    settle(page)
    page.evaluate("window.shifts = []; window.sketched = []")
    page.get_by_role("link", name=link).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)
    expect_charts(page)
    found = shifted(page)
    assert total(found) < MOST, found
    # What is remembered may take its place before the browser has painted the first of them, never before the last.
    assert heights & set(page.evaluate("window.sketched"))


def test_a_filter_replaces_what_is_there_without_a_skeleton(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.add_init_script(WATCH + SKETCHED)
    page.goto("/")
    expect_charts(page)
    page.evaluate("window.shifts = []; window.sketched = []")
    page.get_by_label("Compare with").first.click()
    page.get_by_role("option", name="Same days last year").click()
    expect(page.get_by_text("against the same days a year earlier").first).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert page.evaluate("window.sketched") == []
    assert total(shifted(page)) < MOST
