"""A programme owner decides: a target, an annotation, a saved view; and finds them again."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import PATIENCE, open_page, settle

pytestmark = pytest.mark.browser


def save(page: Page) -> None:
    """Save what a dialog holds, and wait until it is gone."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE)
    settle(page)


def test_a_target_is_set_and_its_attainment_seen(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    page.get_by_role("button", name="Targets").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(re.compile("November 2026")).fill("100000")
    dialog.get_by_label(re.compile("November 2026")).press("Tab")
    save(page)
    # Nobody has a hundred thousand ambassadors among 400 customers.
    expect(page.get_by_text(re.compile("0.%.of the target of 100,000")).first).to_be_visible(timeout=PATIENCE)


def test_what_happened_is_annotated(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    page.get_by_role("button", name="Annotate").click()
    page.get_by_role("dialog").get_by_label("What happened").fill("New newsletter")
    save(page)
    expect(page.get_by_text("New newsletter").first).to_be_visible(timeout=PATIENCE)


def test_a_view_is_saved_and_opened_again(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/?period=Last+30+days")
    page.get_by_role("button", name="Views").click()
    name = page.get_by_label("Save these filters as")
    name.fill("Month")
    name.press("Tab")
    page.get_by_role("button", name="Save", exact=True).click()
    link = page.get_by_role("link", name="Month", exact=True)
    expect(link).to_be_visible(timeout=PATIENCE)
    address = link.get_attribute("href")
    assert address == "/overview?period=Last+30+days"
    again = open_page(visitor, address)
    expect(again.get_by_text("against the 30 days before").first).to_be_visible(timeout=PATIENCE)
