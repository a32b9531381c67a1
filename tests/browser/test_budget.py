"""A budget from the owner's proposal to the plan, as two people at two screens."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kpi.access.roles import Role

from .conftest import PATIENCE, expect_heading, serious, settle, sign_in

pytestmark = pytest.mark.browser

BUDGET, IN_FRENCH = (
    "Does the year stay within its budget?",
    "L’année tient-elle dans son budget\N{NARROW NO-BREAK SPACE}?",
)


def come(context: BrowserContext, role: Role, path: str, heading: str) -> Page:
    page = sign_in(context, role, path)
    expect_heading(page, heading)
    settle(page)
    return page


def test_a_budget_is_proposed_lowered_and_seen_in_the_plan(browser: Browser, house: str) -> None:
    contexts = [browser.new_context(base_url=house, locale="en-GB") for _ in range(2)]
    owner = come(contexts[0], Role.OWNER, "/budget", BUDGET)
    owner.get_by_role("button", name="Propose a budget").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Spring events")
    dialog.get_by_label("January 2027").fill("1,500")
    dialog.get_by_label("February 2027").fill("900")
    dialog.get_by_label("What for").fill("Two evenings")
    assert serious(owner) == []
    dialog.get_by_role("button", name="Propose", exact=True).click()
    expect(owner.get_by_role("button", name="Open “Spring events”")).to_be_visible(timeout=PATIENCE)

    sponsor = come(contexts[1], Role.SPONSOR, "/overview", "Is the programme healthy?")
    with contexts[1].expect_page() as opened:
        sponsor.get_by_role("link", name="See the budget").click()
    sponsor = opened.value
    expect_heading(sponsor, BUDGET)
    settle(sponsor)
    sponsor.get_by_role("button", name="Open “Spring events”").click()
    answer = sponsor.get_by_role("dialog")
    answer.get_by_label("February 2027, Ambassador, Reward").fill("600")
    answer.get_by_label("Why").fill("A smaller room")
    answer.get_by_role("button", name="Approve").click()
    expect(sponsor.get_by_text("2,100.00 of €")).to_be_visible(timeout=PATIENCE)

    settle(owner)
    owner.get_by_text("2027", exact=True).click()
    expect(owner.get_by_text("A smaller room")).to_be_visible(timeout=PATIENCE)
    settle(owner)
    expect(owner.get_by_text("of € 2,100 planned")).to_be_visible(timeout=PATIENCE)
    for context in contexts:
        context.close()


def test_the_page_speaks_french(browser: Browser, house: str) -> None:
    context = browser.new_context(base_url=house, locale="fr-FR")
    page = context.new_page()
    page.goto("/budget")
    page.locator("[name=username]").fill(Role.SPONSOR.value)
    page.locator("[name=password]").fill("a heron stands in the reeds")
    page.keyboard.press("Enter")
    expect_heading(page, IN_FRENCH)
    settle(page)
    expect(page.get_by_role("heading", name="Dépensé et prévu par mois")).to_be_visible()
    context.close()
