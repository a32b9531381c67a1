"""An alert from the owner's rule over a publish in another process to the answer, as somebody at a screen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kpi.access.accounts import Accounts
from kpi.access.credentials import Account
from kpi.access.passwords import hash_password
from kpi.access.roles import Role
from kpi.settings import Settings
from kpi.store import Store
from tests.alerts.conftest import CUSTOMERS, publish, weekly_orders
from tests.conftest import completed, write_tables
from tests.serving import running
from tests.store.processes import run_command

from .conftest import HEALTHY, PASSWORD, PATIENCE, expect_heading, serious, settle, sign_in

pytestmark = pytest.mark.browser

ALERTS, IN_FRENCH = (
    "What needs attention?",
    "Qu’est-ce qui demande votre attention\N{NARROW NO-BREAK SPACE}?",
)


@pytest.fixture
def shop(tmp_path: Path) -> Store:
    """A shop of some written weeks, and its owner."""
    store = Store(tmp_path / "store")
    publish(store, tmp_path / "first", Settings(), weekly_orders())
    store.ledger.begin(at=datetime.now(UTC))
    owner = Account(username="owner", name="Ada Martin", role=Role.OWNER, password_hash=hash_password(PASSWORD))
    Accounts(store.credentials_file).add(owner)
    return store


@pytest.fixture
def address(shop: Store, tmp_path: Path) -> Iterator[str]:
    with running(shop.folder, tmp_path / "server.log") as server:
        yield server.origin


def choose(page: Page, label: str, option: str) -> None:
    field = page.get_by_role("dialog").get_by_label(label, exact=True)
    field.click()
    field.fill(option)  # of many options, only those in sight are there
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def test_a_rule_is_made_raises_at_the_next_publish_and_is_answered(
    browser: Browser, shop: Store, address: str, tmp_path: Path
) -> None:
    context = browser.new_context(base_url=address, locale="en-GB", viewport={"width": 1280, "height": 1000})
    page = sign_in(context, Role.OWNER, "/alerts")
    expect_heading(page, ALERTS)
    settle(page)
    expect(page.get_by_text("No rule watches anything yet.")).to_be_visible()
    page.get_by_role("button", name="New rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Many orders")
    page.keyboard.press("Tab")
    settle(page)
    choose(page, "Metric", "Orders")
    choose(page, "Tell when", "The value is above a limit")
    choose(page, "Over", "7 days")
    dialog.get_by_label("Limit", exact=True).fill("5")
    page.keyboard.press("Tab")
    expect(dialog.get_by_text("All is well")).to_be_visible(timeout=PATIENCE)
    assert serious(page) == []
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE)

    late = {"order_id": "late", "customer_id": "fr", "ordered_at": "2026-11-21", "net_amount": 100}
    (tmp_path / "second").mkdir()
    write_tables(tmp_path / "second", completed({"customers": CUSTOMERS, "orders": [late]}))
    done = run_command(shop.folder, "import", tmp_path / "second")
    assert (done.code, "1 new alert" in done.err) == (0, True)

    page.goto("/overview")
    expect_heading(page, HEALTHY)
    settle(page)
    told = page.get_by_text("1 alert waits: “Many orders”.")
    expect(told).to_be_visible(timeout=PATIENCE)
    with context.expect_page() as opened:
        page.get_by_role("link", name="See the alerts").click()
    page = opened.value
    expect_heading(page, ALERTS)
    settle(page)
    expect(page.get_by_text("above the limit of 5.").first).to_be_visible()
    page.get_by_role("button", name="Answer “Many orders”").click()
    page.get_by_role("dialog").get_by_label("Note").fill("The fair in Lyon")
    assert serious(page) == []
    page.get_by_role("button", name="Take note").click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert serious(page) == []
    context.close()


def test_the_page_speaks_french(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="fr-FR")
    page = context.new_page()
    page.goto("/alerts")
    page.locator("[name=username]").fill("owner")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect_heading(page, IN_FRENCH)
    settle(page)
    expect(page.get_by_role("button", name="Nouvelle règle")).to_be_visible()
    assert serious(page) == []
    context.close()
