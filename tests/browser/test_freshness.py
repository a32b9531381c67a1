"""A reader follows a new version of the data, in a real browser."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kpi.access.accounts import Accounts
from kpi.access.credentials import Account
from kpi.access.passwords import hash_password
from kpi.access.roles import Role
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from tests.conftest import write_tables
from tests.serving import Server, running

from .conftest import PASSWORD, PATIENCE, serious, settle, sign_in, watch

pytestmark = pytest.mark.browser

CUSTOMERS = [{"customer_id": f"c-{number}", "joined_at": "2025-01-01"} for number in range(40)]


def publish(store: Store, folder: Path, *days: str) -> None:
    """Import an order on each of the days, of 2026."""
    folder.mkdir()
    orders = [
        {"order_id": f"o-{day}", "customer_id": "c-1", "ordered_at": f"2026-{day}", "net_amount": 10} for day in days
    ]
    files = write_tables(folder, {"customers": CUSTOMERS, "orders": orders})
    import_files(store, files, Settings(), now=datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A dashboard whose data ended on 3 September 2026, that looks for another version each second."""
    store = Store(tmp_path / "store")
    publish(store, tmp_path / "first", "08-01", "09-03")
    store.ledger.begin(at=datetime.now(UTC))
    hashed = hash_password(PASSWORD)
    for role in (Role.SPONSOR, Role.DATA):
        account = Account(username=role.value, name="Ada Martin", role=role, password_hash=hashed)
        Accounts(store.credentials_file).add(account)
    with running(store.folder, tmp_path / "server.log", AMBASSADE_LOOK_FOR_VERSIONS_EVERY="1") as started:
        yield started


@pytest.fixture
def reader(browser: Browser, server: Server, complaints: list[str]) -> Iterator[BrowserContext]:
    """A fresh profile on a laptop's screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=server.origin, locale="en-GB")
    watch(context, server.origin, complaints)
    yield context
    context.close()
    assert complaints == []


def open_first_version(reader: BrowserContext, role: Role, path: str) -> Page:
    page = sign_in(reader, role, path)
    expect(page.get_by_text("· version 1")).to_be_visible(timeout=PATIENCE)
    settle(page)
    return page


def test_a_new_version_is_offered_and_shown_with_the_same_filters(
    reader: BrowserContext, server: Server, tmp_path: Path
) -> None:
    page = open_first_version(reader, Role.SPONSOR, "/overview?period=Last+30+days&against=Same+days+last+year")
    expect(page.get_by_text("Data to 3 Sep 2026")).to_be_visible()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_contain_text("Data ends on 3 Sep 2026,")
    expect(sidebar).to_contain_text("days ago. Ask whoever looks after the imports.")
    publish(Store(server.store), tmp_path / "second", "11-20")
    expect(page.get_by_text("Version 2 is published, with data to 20 Nov 2026.")).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(2_500)  # it looks again, and goes on with its own version
    expect(page.get_by_text("Data to 3 Sep 2026")).to_be_visible()
    address = page.url
    assert serious(page) == []
    page.get_by_role("button", name="Show version 2").click()
    expect(page.get_by_text("Data to 20 Nov 2026 · version 2")).to_be_visible(timeout=PATIENCE)
    settle(page)
    expect(page.get_by_text("is published")).to_have_count(0)
    expect(page.get_by_text("22 Oct – 20 Nov 2026, against the same days a year earlier")).to_be_visible()
    assert page.url == address
    assert "period=Last+30+days&against=Same+days+last+year" in address


def test_who_looks_after_the_imports_is_told_what_to_run(reader: BrowserContext) -> None:
    page = open_first_version(reader, Role.DATA, "/data")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Data ends on 3 Sep 2026,")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("python -m kpi refresh")
