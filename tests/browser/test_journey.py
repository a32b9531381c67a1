"""A reader's way through the real app in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import BUILT_ON, HEALTHY, MEANING, PATIENCE, WELCOME, open_page, settle

pytestmark = pytest.mark.browser

# Elements whose text is wider than they are, which a browser then cuts with an ellipsis or not at all.
CUT = """() => [...document.querySelectorAll(
    'h1, h2, h3, p, label, [data-testid=stMetricValue], [data-testid=stMetricLabel] *')]
    .filter(e => e.offsetParent && e.clientWidth && e.scrollWidth > e.clientWidth + 1
        && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX))
    .map(e => e.textContent)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def values(page: Page) -> list[str]:
    return page.get_by_test_id("stMetricValue").all_inner_texts()


def test_the_first_visit_builds_the_demo_and_shows_it(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(WELCOME, timeout=PATIENCE)
    expect(page.get_by_text("python -m kpi import FOLDER")).to_be_visible()
    expect(heading).to_have_text(HEALTHY, timeout=PATIENCE)
    expect(page.get_by_test_id("stMetric")).to_have_count(5, timeout=PATIENCE)
    expect(page.get_by_text("Demo data")).to_be_visible()


def test_a_filtered_page_can_be_sent_as_a_link(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    first = values(page)
    page.get_by_label("Period", exact=False).first.click()
    page.get_by_role("option", name="Last 12 months").click()
    expect(page.get_by_text("against the 12 months before").first).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert "period=Last+12+months" in page.url
    assert values(page) != first
    twin = open_page(visitor, page.url)
    expect(twin.get_by_text("against the 12 months before").first).to_be_visible(timeout=PATIENCE)
    assert values(twin) == values(page)


def test_a_filter_stays_from_page_to_page(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/?period=Last+30+days&programme=Recognition")
    for link, heading in (("Glossary", MEANING), ("Data", BUILT_ON), ("Overview", HEALTHY)):
        page.get_by_role("link", name=link).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)
        if link != "Data":
            expect(page.get_by_text("Only programme: Recognition")).to_be_visible(timeout=PATIENCE)
            expect(page.get_by_text("against the 30 days before").first).to_be_visible(timeout=PATIENCE)
    assert "period=Last+30+days&programme=Recognition" in page.url


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/overview", HEALTHY),
        ("/data", BUILT_ON),
        ("/glossary", MEANING),
    ],
)
def test_a_deep_link_opens_its_page(visitor: BrowserContext, path: str, heading: str) -> None:
    page = open_page(visitor, path, heading)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "heading", "theme"),
    [
        ("/", HEALTHY, "light"),
        ("/", HEALTHY, "dark"),
        ("/data", BUILT_ON, "light"),
        ("/glossary?search=cost", MEANING, "dark"),
    ],
)
def test_no_text_is_cut(visitor: BrowserContext, tmp_path: Path, path: str, heading: str, theme: str) -> None:
    page = visitor.new_page()
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)
    for width in (1360, 1280, 390):
        page.set_viewport_size({"width": width, "height": 1300})
        settle(page)
        page.screenshot(path=tmp_path / f"{theme}-{width}.png")
        assert page.evaluate(CUT) == []
        assert page.evaluate(SIDEWAYS) <= 0


def tick(page: Page, row: int) -> None:
    """Tick a row of the overview's table, the first one being the whole."""
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box
    page.mouse.click(box["x"] + 17, box["y"] + 35 * (row + 1.5))


def test_a_row_of_the_table_filters_the_page_and_the_first_one_shows_all_again(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/?by=Country")
    everything = values(page)
    page.get_by_test_id("stDataFrame").scroll_into_view_if_needed()
    tick(page, 1)
    expect(page.get_by_text("Only country: ")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert "country_code=" in page.url
    assert values(page) != everything
    twin = open_page(visitor, page.url)
    assert values(twin) == values(page)
    page.get_by_test_id("stDataFrame").scroll_into_view_if_needed()
    tick(page, 0)
    expect(page.get_by_text("Only country: ")).to_have_count(0, timeout=PATIENCE)
    settle(page)
    assert "country_code=" not in page.url
    assert values(page) == everything


def test_a_row_is_ticked_by_keyboard(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/?by=Programme")
    page.get_by_test_id("data-grid-canvas").focus()
    for key in ("ArrowDown", "ArrowDown", "Shift+Space"):
        page.keyboard.press(key)
    expect(page.get_by_text("Only programme: ")).to_be_visible(timeout=PATIENCE)
    assert "programme=" in page.url


def test_the_trends_step_stays_from_page_to_page_and_in_the_link(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    page.get_by_role("radio", name="Week").or_(page.get_by_role("button", name="Week")).first.click()
    expect(page.get_by_role("heading", name="Active ambassadors, by week")).to_be_visible(timeout=PATIENCE)
    assert "grain=Week" in page.url
    page.get_by_role("link", name="Glossary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MEANING, timeout=PATIENCE)
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Active ambassadors, by week")).to_be_visible(timeout=PATIENCE)
