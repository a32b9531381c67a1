"""What one reader sends another: the same page with the same numbers, as far as the other's role and language go."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as NotShownInTime

from .conftest import HEALTHY, PATIENCE, open_page, settle, watch
from .test_journey import values

pytestmark = pytest.mark.browser

HEALTHY_IN_FRENCH = "Le programme est-il en bonne santé\N{NARROW NO-BREAK SPACE}?"

ATTEMPTS = 6
ComeIn = Callable[..., BrowserContext]


@pytest.fixture
def come_in(browser: Browser, server: str, complaints: list[str]) -> Iterator[ComeIn]:
    """A profile of its own, come in as one of the demo company's readers."""
    opened: list[BrowserContext] = []

    def build(reader: str, locale: str = "en-GB") -> BrowserContext:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=server, locale=locale)
        opened.append(context)
        watch(context, server, complaints)
        page = context.new_page()
        page.goto("/sign-in?next=/account")
        page.get_by_role("button", name=reader).click()
        page.wait_for_url("**/account")
        page.close()
        return context

    yield build
    for context in opened:
        context.close()
    assert complaints == []


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list; one that a rerun shut as it opened is opened again."""
    wanted = page.get_by_role("option", name=option)
    for _ in range(ATTEMPTS):
        settle(page)
        page.get_by_role("combobox", name=label).click()
        with suppress(NotShownInTime):
            wanted.wait_for(timeout=PATIENCE / ATTEMPTS)
            break
    wanted.click()
    settle(page)


def test_a_filtered_page_is_the_same_for_another_role(come_in: ComeIn) -> None:
    owner = open_page(come_in("Programme owner"), "/")
    choose(owner, "Period", "Last 12 months")
    owner.get_by_text("Attribution", exact=True).click()
    choose(owner, "Credit goes to", "First touch")
    expect(owner.get_by_text("first touch, 90 days").first).to_be_visible(timeout=PATIENCE)
    assert {"period=Last+12+months", "model=First+touch"} <= set(owner.url.split("?")[1].split("&"))
    sponsor = open_page(come_in("Budget sponsor"), owner.url)
    assert values(sponsor) == values(owner)
    expect(sponsor.get_by_text("first touch, 90 days").first).to_be_visible(timeout=PATIENCE)
    expect(sponsor.get_by_role("button", name="Targets")).to_have_count(0)


def test_a_link_is_read_in_the_other_language(come_in: ComeIn) -> None:
    english = open_page(come_in("Programme owner"), "/overview?period=Last+12+months")
    french = open_page(come_in("Responsable du programme", "fr-FR"), english.url, HEALTHY_IN_FRENCH)
    assert "period=12+derniers+mois" in french.url
    assert len(values(french)) == len(values(english)) == 5
    assert values(french)[0] == values(english)[0]  # a count below a thousand is written alike


def test_the_language_is_switched_and_kept(come_in: ComeIn) -> None:
    reader = come_in("Programme owner")
    page = open_page(reader, "/")
    page.get_by_role("link", name="Français").click()
    page.wait_for_url("**/account")
    page.get_by_label("Language").select_option(label="Français")
    page.get_by_role("button", name="Save").first.click()
    again = open_page(reader, "/", HEALTHY_IN_FRENCH)
    expect(again.get_by_role("link", name="English")).to_be_visible()
    expect(open_page(reader, "/overview", HEALTHY_IN_FRENCH).get_by_text(HEALTHY)).to_have_count(0)
