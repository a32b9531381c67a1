"""The list as a table, ticked by keyboard; who brought whom, opened, chosen and read; both without a serious fault."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import PATIENCE, open_page, serious, settle
from .test_discovery import TITLE, first_name
from .test_drawer import come_in
from .test_journey import SIDEWAYS

pytestmark = pytest.mark.browser

WHY = re.compile(r"^Why .+\?$")


def in_section(page: Page) -> None:
    """Open who brought whom."""
    page.get_by_text("Who brought whom").first.click()
    expect(page.get_by_text("brought by ambassadors.")).to_be_visible(timeout=PATIENCE)
    settle(page)


def test_the_table_is_ticked_by_keyboard_and_stands_in_the_link(stranger: BrowserContext) -> None:
    come_in(stranger, "Ambassador coordinator")
    page = open_page(stranger, "/discovery", TITLE)
    page.get_by_role("radio", name="As a table").or_(page.get_by_role("button", name="As a table")).first.click()
    expect(page.locator("[data-testid=stCheckbox] strong")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert "shown=As+a+table" in page.url
    page.get_by_test_id("data-grid-canvas").first.focus()
    for key in ("ArrowDown", "Shift+Space"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Propose 1 person ticked")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name=WHY)).to_have_count(1, timeout=PATIENCE)
    page.get_by_test_id("data-grid-canvas").first.focus()
    for key in ("ArrowDown", "Shift+Space"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Propose 2 people ticked")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert serious(page) == []


def test_a_tree_is_opened_and_another_chosen_by_keyboard(stranger: BrowserContext) -> None:
    come_in(stranger, "Ambassador coordinator")
    page = open_page(stranger, "/discovery", TITLE)
    in_section(page)
    expect(page.get_by_test_id("stPlotlyChart").last.locator(".main-svg").first).to_be_visible(timeout=PATIENCE)
    box = page.get_by_role("combobox", name="Tree")
    before = box.input_value()
    box.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).not_to_have_value(before, timeout=PATIENCE)
    settle(page)
    assert "tree=" not in page.url
    assert serious(page) == []
    page.set_viewport_size({"width": 390, "height": 900})
    settle(page)
    assert page.evaluate(SIDEWAYS) <= 0


def test_the_drawer_with_a_tree_has_no_serious_fault(stranger: BrowserContext) -> None:
    come_in(stranger, "Ambassador coordinator")
    page = open_page(stranger, "/discovery?posted=Who+has+posted&standing=Ambassadors+only", TITLE)
    page.get_by_role("button", name=f"Why {first_name(page)}?").first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name="Who brought whom")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert serious(page) == []
