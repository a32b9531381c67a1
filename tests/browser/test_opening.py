"""What a reader sees while a page is being opened: skeletons in place of what will come, and nothing that jumps."""

from dataclasses import dataclass
from statistics import median

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import HEALTHY, PATIENCE, open_page, settle

pytestmark = pytest.mark.browser

MOST = 0.1  # what is still good for a reader, by Core Web Vitals: of the window of shifts that moved most,
APART, LONG = 1_000, 5_000  # in which one follows the other within a second, and all within five; milliseconds
OPENINGS = 3  # of which the middle one is judged: a busy machine may paint a letter before its font is there

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


@dataclass(frozen=True)
class Shift:
    """How far what was seen moved, when in milliseconds, and what."""

    value: float
    at: float
    of: list[str]


def shifted(page: Page) -> list[Shift]:
    """The shifts that a reader saw and did not cause, in the order of time."""
    found = page.evaluate("window.shifts.filter(one => one.at >= window.seen_at && !one.by_reader)")
    return sorted((Shift(one["value"], one["at"], one["of"]) for one in found), key=lambda one: one.at)


def worst(shifts: list[Shift]) -> float:
    """The cumulative layout shift: the sum of the window that moved most."""
    windows: list[list[Shift]] = []
    for one in shifts:
        if windows and one.at - windows[-1][-1].at < APART and one.at - windows[-1][0].at < LONG:
            windows[-1].append(one)
        else:
            windows.append([one])
    return max((sum(one.value for one in window) for window in windows), default=0.0)


def test_a_window_of_shifts_ends_after_a_quiet_second_or_five() -> None:
    apart = [Shift(0.04, 0, []), Shift(0.05, 999, []), Shift(0.08, 1_999, [])]  # 0.04 + 0.05, then 0.08
    assert worst(apart) == pytest.approx(0.09)
    assert worst([Shift(0.01, 900 * number, []) for number in range(8)]) == pytest.approx(0.06)  # 0 to 4,500
    assert worst([]) == 0


def expect_charts(page: Page) -> None:
    expect(page.get_by_test_id("stPlotlyChart").nth(2)).to_be_visible(timeout=PATIENCE)
    settle(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_overview_appears_without_a_jump(visitor: BrowserContext, width: int) -> None:
    open_page(visitor, "/").close()  # which builds the demo company
    found = [_opened(visitor, width) for _ in range(OPENINGS)]
    assert median(map(worst, found)) < MOST, found


def _opened(visitor: BrowserContext, width: int) -> list[Shift]:
    """The shifts of the overview while it is opened."""
    page = visitor.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(WATCH)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(HEALTHY, timeout=PATIENCE)
    expect_charts(page)
    found = shifted(page)
    page.close()
    return found


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
    opened = [_changed_to(visitor, link, heading) for _ in range(OPENINGS)]
    assert median(worst(found) for found, _ in opened) < MOST, opened
    # What is remembered may take its place before the browser has painted the first of them, never each time before
    # the last.
    assert heights & {height for _, sketched in opened for height in sketched}


def _changed_to(visitor: BrowserContext, link: str, heading: str) -> tuple[list[Shift], list[int]]:
    """The shifts of a page while it is changed to, and the heights of the skeletons that were there."""
    page = visitor.new_page()
    page.add_init_script(WATCH + SKETCHED)
    page.goto("/glossary?search=satisfaction")
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=PATIENCE)
    settle(page)
    page.evaluate("window.shifts = []; window.sketched = []")
    page.get_by_role("link", name=link).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)
    expect_charts(page)
    found, sketched = shifted(page), page.evaluate("window.sketched")
    page.close()
    return found, sketched
