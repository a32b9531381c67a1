"""An owner looks for what people wrote and sets two groups beside each other; a sponsor reads no comment."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kpi.access.roles import Role

from .conftest import PATIENCE, expect_heading, open_page, serious, settle, sign_in

pytestmark = pytest.mark.browser

TITLE = "How satisfied are ambassadors and customers?"
YEAR = "/satisfaction?period=Last+12+months"


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label, exact=True)
    box.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def test_comments_are_found_and_two_groups_compared(visitor: BrowserContext) -> None:
    page = open_page(visitor, YEAR, TITLE)
    assert serious(page) == []
    page.get_by_label("Search the comments").fill("livraison lente")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^\d+ comments?, newest first\.$"))).to_be_visible(timeout=PATIENCE)
    page.get_by_label("Search the comments").fill("no such words")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No comment in this period holds “no such words”.")).to_be_visible(timeout=PATIENCE)
    choose(page, "By", "Tenure")
    expect(page.get_by_text("Ambassadors since they enrolled, customers since they joined")).to_be_visible()
    choose(page, "Score", "Customers’ NPS")
    assert "by=Tenure" in page.url
    choose(page, "Group", "Over 2 years")
    choose(page, "Beside", "Over 2 years")
    expect(page.get_by_text("Choose two different groups.")).to_be_visible(timeout=PATIENCE)
    choose(page, "Beside", "Under 3 months")
    expect(page.get_by_text(re.compile("stand out|stands out|No difference")).first).to_be_visible(timeout=PATIENCE)
    page.get_by_text("By month", exact=True).click()
    settle(page)
    assert "wave=By+month" in page.url
    page.mouse.move(0, 0)  # under the mouse, Streamlit writes the chosen one paler
    settle(page)
    assert serious(page) == []


def test_a_breakdown_that_customers_lack_gives_way(visitor: BrowserContext) -> None:
    page = open_page(visitor, f"{YEAR}&by=Highest+reward+received", TITLE)
    expect(page.get_by_text("The highest reward received before answering")).to_be_visible(timeout=PATIENCE)
    choose(page, "Score", "Customers’ CSAT")
    expect(page.get_by_text("The highest reward received before answering")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_role("combobox", name="By", exact=True)).to_have_value("Country")
    expect_heading(page, TITLE)


def test_a_sponsor_reads_no_comment(person: BrowserContext) -> None:
    page = sign_in(person, Role.SPONSOR, YEAR)
    expect_heading(page, TITLE)
    settle(page)
    expect(page.get_by_text("what people wrote is personal")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_label("Search the comments")).to_have_count(0)
