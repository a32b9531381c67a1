"""Spotlights in a real browser: from picking somebody to the newsletter, by keyboard too, and two at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kpi.decisions import Spotlights, Stage, read_decisions
from kpi.store import Listing, Store, Warehouse
from kpi.ui.newsletter import read_names

from .conftest import PATIENCE, serious, settle, watch
from .test_journey import CUT, SIDEWAYS

pytestmark = pytest.mark.browser

WHOM = "Whom do we thank, and what comes next?"


@pytest.fixture(scope="module")
def people(store: Store) -> list[tuple[str, str]]:
    """Ids and names of customers against whom nothing stands."""
    warehouse = Warehouse(store)
    columns, eligible = ("customer_id",), {"standing": ["eligible"]}
    rows = warehouse.rows(Listing(mart="dim_advocates", columns=columns, order=columns, filters=eligible, limit=6))
    names = read_names(warehouse, [row["customer_id"] for row in rows])
    warehouse.close()
    return [(key, str(name)) for key, name in names.items()]


def come_in(
    browser: Browser, address: str, complaints: list[str], role: str, *, locale: str = "en-GB"
) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 1100}, base_url=address, locale=locale)
    watch(context, address, complaints)
    page = context.new_page()
    page.goto("/sign-in?next=/account")
    page.get_by_role("button", name=role).click()
    expect(page.get_by_role("link", name="dashboard" if locale == "en-GB" else "tableau de bord")).to_be_visible()
    page.close()
    return context


@pytest.fixture
def coordinator(browser: Browser, address: str, complaints: list[str]) -> Iterator[BrowserContext]:
    context = come_in(browser, address, complaints, "Ambassador coordinator")
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def owner(browser: Browser, address: str, complaints: list[str]) -> Iterator[BrowserContext]:
    context = come_in(browser, address, complaints, "Programme owner")
    yield context
    context.close()


def open_board(context: BrowserContext, heading: str = WHOM) -> Page:
    page = context.new_page()
    page.goto("/spotlights")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)
    settle(page)
    return page


def pick(page: Page, customer_id: str) -> None:
    """Propose a customer in the dialog."""
    page.get_by_role("button", name="Pick somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Who", exact=True).fill(customer_id)
    dialog.get_by_label("Who", exact=True).press("Enter")
    dialog.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    settle(page)


def open_card(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("heading", name=name)).to_be_visible()
    settle(page)


def save(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    settle(page)


def stages(store: Store) -> dict[str, Stage]:
    return {one.customer_id: one.stage for one in decided(store).values()}


def decided(store: Store) -> Spotlights:
    return read_decisions(store.ledger, is_demo=True).spotlights


def test_from_picking_somebody_to_the_newsletter(
    store: Store, coordinator: BrowserContext, people: list[tuple[str, str]]
) -> None:
    customer_id, name = people[0]
    page = open_board(coordinator)
    pick(page, customer_id)
    open_card(page, name)
    save(page)  # they were asked
    open_card(page, name)
    page.get_by_label("What they say, to be published").first.fill("It <b>works</b>")
    save(page)  # they agreed
    assert stages(store)[customer_id] is Stage.ACCEPTED
    open_card(page, name)
    save(page)  # it has a day
    open_card(page, name)
    save(page)  # it is published
    assert stages(store)[customer_id] is Stage.PUBLISHED
    expect(page.get_by_text("1 person is in it")).to_be_visible()
    draft = page.request.get(str(page.get_by_role("link", name="In English (HTML)").get_attribute("href")))
    assert draft.status == 200
    assert name in draft.text()
    assert "It &lt;b&gt;works&lt;/b&gt;" in draft.text()
    entries = [entry for entry in store.ledger.entries() if entry.kind == "spotlights"]
    assert [(entry.actor, entry.details["address"]) for entry in entries] == [("demo:coordinator", "127.0.0.1")] * 5
    assert "export" in store.ledger.kinds()


def test_two_open_the_same_card_and_the_second_is_told(
    store: Store, coordinator: BrowserContext, owner: BrowserContext, people: list[tuple[str, str]]
) -> None:
    customer_id, name = people[1]
    first = open_board(coordinator)
    pick(first, customer_id)
    second = open_board(owner)
    open_card(first, name)
    open_card(second, name)
    save(first)
    second.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_role("dialog").get_by_text("was first, on")).to_be_visible()
    second.get_by_role("button", name="Show what stands now").click()
    expect(second.get_by_role("dialog")).to_have_count(0)
    assert stages(store)[customer_id] is Stage.ASKED
    pick_again = second.get_by_role("button", name="Pick somebody")
    expect(pick_again).to_be_visible()
    last = decided(store).last_step(next(one.key for one in decided(store).values() if one.customer_id == customer_id))
    assert last.who == "demo:coordinator"


def tab_to(page: Page, name: str) -> None:
    """Go on with the tabulator until what bears this name has the focus."""
    focused = "() => { const e = document.activeElement; return e.getAttribute('aria-label') || e.textContent }"
    for _ in range(80):
        page.keyboard.press("Tab")
        if str(page.evaluate(focused)).strip().endswith(name):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_somebody_is_picked_and_asked_by_keyboard(
    store: Store, coordinator: BrowserContext, people: list[tuple[str, str]]
) -> None:
    customer_id, name = people[2]
    page = open_board(coordinator)
    tab_to(page, "Pick somebody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    settle(page)
    tab_to(page, "Who")
    page.keyboard.type(customer_id)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Propose", exact=True)).to_be_visible()
    settle(page)
    tab_to(page, "Propose")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settle(page)
    tab_to(page, name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", name=name)).to_be_visible()
    settle(page)
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert stages(store)[customer_id] is Stage.ASKED


def test_the_calendar_is_stepped_and_opened_by_keyboard(
    coordinator: BrowserContext, people: list[tuple[str, str]]
) -> None:
    customer_id, name = people[5]
    page = open_board(coordinator)
    pick(page, customer_id)  # to be asked within a week
    month = page.get_by_role("table", name="Spotlights in")
    expect(month.get_by_role("columnheader")).to_have_text(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    expect(month.locator("[aria-current=date]")).to_contain_text("today")
    day = page.get_by_role("table").get_by_role("link", name=f"Ask {name}")
    if not day.count():  # a week ahead is in the month that follows
        tab_to(page, page.get_by_test_id("stBaseButton-tertiary").filter(has_text="chevron_right").inner_text())
        page.keyboard.press("Enter")
        expect(day).to_be_visible()
        settle(page)
    assert serious(page) == []
    tab_to(page, f"Ask {name}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", name=name)).to_be_visible()
    settle(page)
    assert "open=" not in page.url
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 1300})
    expect(page.get_by_role("table", name="Spotlights in")).to_have_count(0)
    expect(page.get_by_role("link", name=f"Ask {name}")).to_be_visible()


def test_who_has_refused_contact_is_not_proposed_and_it_is_said_why(store: Store, coordinator: BrowserContext) -> None:
    warehouse = Warehouse(store)
    columns, refusing = ("customer_id",), {"standing": ["no_consent"]}
    (row,) = warehouse.rows(Listing(mart="dim_advocates", columns=columns, order=columns, filters=refusing, limit=1))
    warehouse.close()
    page = open_board(coordinator)
    page.get_by_role("button", name="Pick somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Who", exact=True).fill(row["customer_id"])
    dialog.get_by_label("Who", exact=True).press("Enter")
    expect(dialog.get_by_text("May not be contacted")).to_be_visible()
    expect(dialog.get_by_role("button", name="Propose", exact=True)).to_have_count(0)


def test_in_french_somebody_is_picked_and_no_text_is_cut(
    store: Store, browser: Browser, address: str, complaints: list[str], people: list[tuple[str, str]]
) -> None:
    context = come_in(browser, address, complaints, "Animation des ambassadeurs", locale="fr-FR")
    page = open_board(context, "Qui remercions-nous, et que reste-t-il à faire\N{NARROW NO-BREAK SPACE}?")
    page.get_by_role("button", name="Choisir quelqu’un").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Qui", exact=True).fill(people[4][0])
    dialog.get_by_label("Qui", exact=True).press("Enter")
    dialog.get_by_role("button", name="Proposer", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert stages(store)[people[4][0]] is Stage.PROPOSED
    expect_nothing_cut(page)
    context.close()
    assert complaints == []


def test_no_text_is_cut(coordinator: BrowserContext, people: list[tuple[str, str]]) -> None:
    page = open_board(coordinator)
    pick(page, people[3][0])
    page.emulate_media(color_scheme="dark")
    expect_nothing_cut(page)


def expect_nothing_cut(page: Page) -> None:
    for width in (1360, 390):
        page.set_viewport_size({"width": width, "height": 1300})
        settle(page)
        assert page.evaluate(CUT) == []
        assert page.evaluate(SIDEWAYS) <= 0
