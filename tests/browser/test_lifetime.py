"""How long customers stay: a grouping and two groups, their address in another tab, and a narrow screen."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from kpi.access.roles import Role

from .conftest import PATIENCE, expect_heading, serious, settle, sign_in
from .test_sharing import choose

pytestmark = pytest.mark.browser

QUESTION = "How long do customers stay, and what is one worth?"
TEST = re.compile(r"log-rank test, p [=<]")


def compared(page: Page) -> str:
    return page.get_by_text(TEST).first.inner_text()


def test_two_groups_are_chosen_and_sent_on(browser: Browser, house: str) -> None:
    context = browser.new_context(base_url=house, locale="en-GB", viewport={"width": 1280, "height": 900})
    page = sign_in(context, Role.SPONSOR, "/lifetime")
    expect_heading(page, QUESTION)
    settle(page)
    choose(page, "By", "Country")
    settle(page)
    choose(page, "Beside", "Belgium")
    expect(page.get_by_text(re.compile("^France – Belgium:"))).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert "grouped=Country" in page.url
    assert "beside=Belgium" in page.url
    assert serious(page) == []

    other = context.new_page()
    other.goto(page.url)
    expect_heading(other, QUESTION)
    expect(other.get_by_text(re.compile("^France – Belgium:"))).to_be_visible(timeout=PATIENCE)
    settle(other)
    assert compared(other) == compared(page)
    context.close()


def test_on_a_telephone_nothing_is_cut(browser: Browser, house: str) -> None:
    context = browser.new_context(base_url=house, locale="en-GB", viewport={"width": 390, "height": 844})
    page = sign_in(context, Role.SPONSOR, "/lifetime")
    expect_heading(page, QUESTION)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
