"""From a number to the rows behind it, and away with them: by mouse and by keyboard, as each reader may."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .conftest import HEALTHY, MEANING, PATIENCE, open_page, settle
from .test_journey import CUT, SIDEWAYS

pytestmark = pytest.mark.browser

PEOPLE = {"Name", "Ambassador", "Customer", "Person", "Sheet"}


def open_drawer(page: Page, number: int = 0) -> Locator:
    page.get_by_role("button", name="Show the rows: ").nth(number).click()
    return drawn(page)


def drawn(page: Page) -> Locator:
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("Data to", exact=False)).to_be_visible(timeout=PATIENCE)
    expect(drawer.get_by_role("link", name="Download as CSV").first).to_be_visible(timeout=PATIENCE)
    settle(page)
    return drawer


def columns(drawer: Locator) -> set[str]:
    """The headers of its tables, which assistive technology reads beside the canvas."""
    headers = drawer.locator("canvas [role=columnheader]")
    headers.first.wait_for(state="attached", timeout=PATIENCE)
    return {header for header in headers.all_text_contents() if header}


def come_in(stranger: BrowserContext, reader: str) -> None:
    page = stranger.new_page()
    page.goto("/sign-in?next=/account")
    page.get_by_role("button", name=reader).click()
    expect(page.get_by_role("link", name="Open the dashboard")).to_be_visible()
    page.close()


def test_the_rows_of_a_card_are_seen_and_taken_away(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    value = page.get_by_test_id("stMetricValue").first.inner_text()
    drawer = open_drawer(page)
    expect(drawer.get_by_role("heading", name="Active ambassadors").first).to_be_visible()
    expect(drawer.get_by_test_id("stMetricValue")).to_have_text(value)
    expect(drawer.get_by_text(f"{value} rows", exact=True)).to_be_visible()
    assert columns(drawer) >= {"Last act", "Name", "Ambassador", "Sheet"}
    with page.expect_download() as download:
        drawer.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == "ambassade-rows-active_ambassadors.csv"
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("last_act_date,full_name,ambassador_id,acts,")
    assert len(lines) - 1 == int(value.replace(",", ""))


def test_the_keyboard_opens_reads_and_closes_it(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    opener = page.get_by_role("button", name="Show the rows: ").nth(1)
    opener.focus()
    page.keyboard.press("Enter")
    drawer = drawn(page)
    expect(drawer.get_by_role("heading", name="Attributed revenue").first).to_be_visible()
    focused = drawer.locator(":focus")
    for name in ("Close", "Show/hide columns: Credits, newest first", "Search: Credits, newest first"):
        page.keyboard.press("Tab")
        expect(focused).to_have_attribute("aria-label", name)
    page.keyboard.press("Tab")  # into the table, in which it goes from cell to cell until Escape
    expect(focused).to_have_attribute("data-testid", "data-grid-canvas")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(focused).to_contain_text("Download as CSV")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_reader_without_a_right_to_see_people_finds_rows_without_them(stranger: BrowserContext) -> None:
    come_in(stranger, "Budget sponsor")
    page = open_page(stranger, "/")
    drawer = open_drawer(page)
    found = columns(drawer)
    assert "Last act" in found
    assert found.isdisjoint(PEOPLE)
    expect(
        drawer.get_by_text("Left out for your role: names, ids and segments of people, and ids of what they did.")
    ).to_be_visible()
    with page.expect_download() as download:
        drawer.get_by_role("link", name="Download as CSV").click()
    header = download.value.path().read_text().splitlines()[0].split(",")
    assert {"full_name", "ambassador_id"}.isdisjoint(header)


def test_an_entry_of_the_glossary_opens_numerator_and_denominator(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/glossary?search=Acquisition+cost+(CAC)", MEANING)
    drawer = open_drawer(page)
    expect(drawer.get_by_role("heading", name="Costs")).to_be_visible()
    expect(drawer.get_by_role("heading", name="Customers won")).to_be_visible()
    expect(drawer.get_by_role("link", name="Download as CSV")).to_have_count(2)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_drawer_is_accessible_and_nothing_in_it_is_cut(visitor: BrowserContext, theme: str) -> None:
    page = visitor.new_page()
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(HEALTHY, timeout=PATIENCE)
    settle(page)
    open_drawer(page, 2)
    found = Axe().run(page).response["violations"]
    assert [
        f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in {"serious", "critical"}
    ] == []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert page.evaluate(CUT) == []
        assert page.evaluate(SIDEWAYS) <= 0
