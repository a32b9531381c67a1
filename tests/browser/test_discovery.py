"""A coordinator finds somebody, understands why, proposes them, and finds the spotlight; and the keyboard alone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import PATIENCE, open_page, settle
from .test_drawer import come_in
from .test_spotlights import open_card, save, tab_to

pytestmark = pytest.mark.browser

TITLE = "Whom to thank today, and why?"
BOARD = "Whom do we thank, and what comes next?"


def first_name(page: Page) -> str:
    """Who stands first in the list."""
    label = page.locator("[data-testid=stCheckbox] label").filter(has=page.locator("strong")).first
    return label.inner_text().strip()


def test_somebody_is_found_understood_proposed_scheduled_and_published(stranger: BrowserContext) -> None:
    come_in(stranger, "Ambassador coordinator")
    page = open_page(stranger, "/discovery", TITLE)
    name = first_name(page)
    page.get_by_role("button", name=f"Why {name}?").first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("the sum of these points")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0, timeout=PATIENCE)
    page.get_by_role("button", name="Decide").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(name)).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Propose").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE)
    settle(page)
    expect(page.get_by_role("button", name=f"Why {name}?")).to_have_count(0, timeout=PATIENCE)
    page.get_by_label("Find a customer").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Already planned.").first).to_be_visible(timeout=PATIENCE)
    board = open_page(stranger, "/spotlights", BOARD)
    for _ in range(4):  # they were asked, they agreed, it has a day, it is published
        open_card(board, name)
        save(board)
    published = board.get_by_role("link", name=f"{name}: published")
    expect(published).to_be_visible(timeout=PATIENCE)
    published.click()
    expect(board.get_by_role("dialog").get_by_text("Published").first).to_be_visible(timeout=PATIENCE)


def test_the_same_way_by_keyboard_alone(stranger: BrowserContext) -> None:
    come_in(stranger, "Ambassador coordinator")
    page = open_page(stranger, "/discovery", TITLE)
    name = first_name(page)
    tab_to(page, f"Why {name}?")
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("the sum of these points")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0, timeout=PATIENCE)
    tab_to(page, "Decide")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Propose", exact=True)).to_be_visible(timeout=PATIENCE)
    settle(page)
    chosen = dialog.get_by_role("heading").first.inner_text()
    press(page, "Propose")
    tab_to(page, "Spotlights")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(BOARD, timeout=PATIENCE)
    settle(page)
    for _ in range(4):  # asked, agreed, scheduled, published
        tab_to(page, chosen)
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").get_by_role("heading", name=chosen)).to_be_visible(timeout=PATIENCE)
        settle(page)
        press(page, "Save")
    expect(page.get_by_role("link", name=f"{chosen}: published")).to_be_visible(timeout=PATIENCE)


def press(page: Page, name: str) -> None:
    """Press a button of the dialog, which it closes, by keyboard."""
    tab_to(page, name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)
    settle(page)


def test_a_filter_is_set_with_the_keyboard_and_stands_in_the_link(stranger: BrowserContext) -> None:
    come_in(stranger, "Ambassador coordinator")
    page = open_page(stranger, "/discovery", TITLE)
    page.get_by_role("combobox", name="Posts").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Who has posted")).to_be_visible()
    page.keyboard.type("Who has")
    page.keyboard.press("Enter")
    settle(page)
    expect(page.get_by_text("of them are as you asked").first).to_be_visible(timeout=PATIENCE)
    assert "posted=Who+has+posted" in page.url


def test_a_name_looked_for_stays_out_of_the_address(stranger: BrowserContext) -> None:
    come_in(stranger, "Ambassador coordinator")
    page = open_page(stranger, "/discovery", TITLE)
    page.get_by_label("Find a customer").fill("martin")
    page.keyboard.press("Enter")
    settle(page)
    assert "martin" not in page.url
