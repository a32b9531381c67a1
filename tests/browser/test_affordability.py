"""What winning a customer may cost: an assumption, its address in another tab, a scenario saved and compared."""

import pytest
from playwright.sync_api import Browser, Page, expect

from kpi.access.roles import Role

from .conftest import PATIENCE, expect_heading, serious, settle, sign_in
from .test_sharing import choose

pytestmark = pytest.mark.browser

QUESTION = "How much may winning a customer cost?"


def answer(page: Page) -> str:
    return page.get_by_text("Winning a customer may cost").first.inner_text()


def test_an_assumption_is_sent_on_and_kept_as_a_scenario(browser: Browser, house: str) -> None:
    context = browser.new_context(base_url=house, locale="en-GB", viewport={"width": 1280, "height": 900})
    page = sign_in(context, Role.SPONSOR, "/affordability")
    expect_heading(page, QUESTION)
    settle(page)
    field = page.get_by_role("spinbutton", name="Lost each month (%)")
    field.fill("5")
    field.press("Enter")
    expect(page.get_by_text("Assumed rather than measured: Lost each month.")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert "churn_percent=5" in page.url
    assert serious(page) == []

    other = context.new_page()
    other.goto(page.url)
    expect_heading(other, QUESTION)
    expect(other.get_by_text("Assumed rather than measured: Lost each month.")).to_be_visible(timeout=PATIENCE)
    settle(other)
    assert answer(other) == answer(page)

    other.get_by_role("button", name="Save this scenario").click()
    other.get_by_label("Save these assumptions as").fill("Careful")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_role("link", name="Careful")).to_be_visible(timeout=PATIENCE)
    settle(other)

    page.get_by_role("button", name="Back to what is measured").click()
    expect(page.get_by_text("Assumed rather than measured")).to_have_count(0, timeout=PATIENCE)
    settle(page)
    assert "churn_percent" not in page.url
    page.reload()
    expect_heading(page, QUESTION)
    settle(page)
    choose(page, "Compare with, up to three", "Careful")
    expect(page.get_by_label("Scenarios side by side", exact=True)).to_be_visible(timeout=PATIENCE)
    assert "scenarios=Careful" in page.url
    context.close()


def test_on_a_telephone_nothing_is_cut(browser: Browser, house: str) -> None:
    context = browser.new_context(base_url=house, locale="en-GB", viewport={"width": 390, "height": 844})
    page = sign_in(context, Role.SPONSOR, "/affordability")
    expect_heading(page, QUESTION)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
