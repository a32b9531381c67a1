"""The real app, a real browser, and a reader who came in by the front door."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from kpi.access.accounts import Accounts
from kpi.access.credentials import Account
from kpi.access.passwords import hash_password
from kpi.access.roles import Role
from kpi.settings import Demo, Settings
from kpi.setup import build_demo_company
from kpi.store import Store
from tests.serving import running

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds, for a busy machine
expect.set_options(timeout=PATIENCE)
HEALTHY, WELCOME = "Is the programme healthy?", "Welcome to Ambassade"
TODAY = date(2026, 11, 22)
PASSWORD = "a heron stands in the reeds"
BUILT_ON, MEANING = "What are these numbers built on?", "What does each number mean?"
BAD = {"serious", "critical"}
# Streamlit's own, which no call mends: axe's rule, and what the element's HTML holds.
STREAMLITS_OWN = {
    # A sparkline's layer of points, empty until the mouse is over it; the card says the value and its change in words.
    ("svg-img-alt", "_highlighted_points_marks"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as a user starts it, on an empty store and a free port; its address."""
    folder = tmp_path_factory.mktemp("server")
    with running(folder / "store", folder / "server.log", AMBASSADE_DEMO__CUSTOMERS="400") as started:
        yield started.origin


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, else Playwright's own."""
    with sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        installed = next((path for name in names if (path := shutil.which(name))), None)
        executable = installed or playwright.chromium.executable_path
        if not Path(executable).exists():
            pytest.fail("No Chromium: install one (apt-get install chromium, or: playwright install chromium).")
        running = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console and network complained about; empty at the end of a good visit."""
    return []


@pytest.fixture
def stranger(browser: Browser, server: str, complaints: list[str]) -> Iterator[BrowserContext]:
    """A fresh profile on a laptop's screen that watches for errors and for calls to other hosts."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=server, locale="en-GB")
    watch(context, server, complaints)
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def visitor(stranger: BrowserContext) -> BrowserContext:
    """The same, come in as the demo company's programme owner."""
    page = stranger.new_page()
    page.goto("/sign-in?next=/account")
    page.get_by_role("button", name="Programme owner").click()
    expect(page.get_by_role("link", name="Open the dashboard")).to_be_visible()
    page.close()
    return stranger


def watch(context: BrowserContext, server: str, complaints: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        # On a deep link Streamlit looks for its server below the page's path first, and is told 404.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            complaints.append(message.text)

    def on_request(url: str) -> None:
        if not url.startswith((server, server.replace("http", "ws"), "data:", "blob:")):
            complaints.append(f"asked another host: {url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", lambda request: on_request(request.url))


def open_page(visitor: BrowserContext, path: str, heading: str = HEALTHY) -> Page:
    page = visitor.new_page()
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until the script has run and its charts are drawn."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator(".stSkeleton, [data-testid=stSkeleton]")).to_have_count(0, timeout=PATIENCE)
    page.wait_for_timeout(700)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A small demo company, up to 21 November 2026, to be read beside the app."""
    built = Store(tmp_path_factory.mktemp("programme") / "store")
    build_demo_company(built, Settings(demo=Demo(customers=400)), today=TODAY)
    return built


@pytest.fixture(scope="module")
def address(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app shows it."""
    with running(store.folder, tmp_path_factory.mktemp("log") / "server.log") as server:
        yield server.origin


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard with an account per role; its address."""
    folder = tmp_path_factory.mktemp("house")
    store = Store(folder / "store")
    build_demo_company(store, Settings(demo=Demo(customers=400)), today=TODAY)
    store.ledger.begin(at=datetime.now(UTC))
    hashed = hash_password(PASSWORD)
    for role in Role:
        account = Account(username=role.value, name="Ada Martin", role=role, password_hash=hashed)
        Accounts(store.credentials_file).add(account)
    newcomer = Account(
        username="newcomer", name="Zoé Roy", role=Role.DATA, password_hash=hashed, must_change_password=True
    )
    Accounts(store.credentials_file).add(newcomer)
    with running(store.folder, folder / "server.log") as server:
        yield server.origin


@pytest.fixture
def person(browser: Browser, house: str, complaints: list[str]) -> Iterator[BrowserContext]:
    """A fresh profile in front of that dashboard."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=house, locale="en-GB")
    watch(context, house, complaints)
    yield context
    context.close()
    assert complaints == []


def sign_in(person: BrowserContext, role: Role, path: str = "/") -> Page:
    """As a person does it: asks for a page, is led to the sign-in page, types, and is led back."""
    page = person.new_page()
    page.goto(path)
    page.get_by_label("User name").fill(role.value)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    return page


def expect_heading(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)


def violations(page: Page) -> list[str]:
    """What axe finds wrong, of whatever weight."""
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html']}" for one in Axe().run(page).response["violations"]]


def serious(page: Page) -> list[str]:
    """What axe holds for serious or critical, with the element, Streamlit's own left out."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{page.url} {one['id']}: {node['html'][:300]}"
        for one in found
        for node in one["nodes"]
        if node["impact"] in BAD
        and not any(one["id"] == rule and part in node["html"] for rule, part in STREAMLITS_OWN)
    ]
