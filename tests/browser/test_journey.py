"""A reader's way through the real app in a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from kpi.settings import PROJECT

pytestmark = pytest.mark.browser

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
HEALTHY, WELCOME = "Is the programme healthy?", "Welcome to Ambassade"
BUILT_ON, MEANING = "What are these numbers built on?", "What does each number mean?"

# Elements whose text is wider than they are, which a browser then cuts with an ellipsis or not at all.
CUT = """() => [...document.querySelectorAll(
    'h1, h2, h3, p, label, [data-testid=stMetricValue], [data-testid=stMetricLabel] *')]
    .filter(e => e.offsetParent && e.clientWidth && e.scrollWidth > e.clientWidth + 1
        && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX))
    .map(e => e.textContent)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as a user starts it, on an empty store and a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    store = tmp_path_factory.mktemp("store")
    log = (tmp_path_factory.mktemp("log") / "server.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=PROJECT,
        env={**os.environ, "AMBASSADE_STORE": str(store), "AMBASSADE_DEMO__CUSTOMERS": "400"},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://localhost:{port}"
    try:
        wait_until_healthy(address, process, Path(log.name))
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def wait_until_healthy(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(120):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    pytest.fail(f"The server did not answer within a minute:\n{log.read_text()}")


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
def visitor(browser: Browser, server: str, complaints: list[str]) -> Iterator[BrowserContext]:
    """A fresh profile on a laptop's screen that watches for errors and for calls to other hosts."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=server)
    watch(context, server, complaints)
    yield context
    context.close()
    assert complaints == []


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
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator(".stSkeleton, [data-testid=stSkeleton]")).to_have_count(0, timeout=PATIENCE)
    page.wait_for_timeout(700)


def values(page: Page) -> list[str]:
    return page.get_by_test_id("stMetricValue").all_inner_texts()


def test_the_first_visit_builds_the_demo_and_shows_it(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(WELCOME, timeout=PATIENCE)
    expect(page.get_by_text("python -m kpi import FOLDER")).to_be_visible()
    expect(heading).to_have_text(HEALTHY, timeout=PATIENCE)
    expect(page.get_by_test_id("stMetric")).to_have_count(5, timeout=PATIENCE)
    expect(page.get_by_text("Demo data")).to_be_visible()


def test_a_filtered_page_can_be_sent_as_a_link(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/")
    first = values(page)
    page.get_by_label("Period", exact=False).first.click()
    page.get_by_role("option", name="Last 12 months").click()
    expect(page.get_by_text("against the 12 months before").first).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert "period=Last+12+months" in page.url
    assert values(page) != first
    twin = open_page(visitor, page.url)
    expect(twin.get_by_text("against the 12 months before").first).to_be_visible(timeout=PATIENCE)
    assert values(twin) == values(page)


def test_a_filter_stays_from_page_to_page(visitor: BrowserContext) -> None:
    page = open_page(visitor, "/?period=Last+30+days&programme=Recognition")
    for link, heading in (("Glossary", MEANING), ("Data", BUILT_ON), ("Overview", HEALTHY)):
        page.get_by_role("link", name=link).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)
        if link != "Data":
            expect(page.get_by_text("Only programme: Recognition")).to_be_visible(timeout=PATIENCE)
            expect(page.get_by_text("against the 30 days before").first).to_be_visible(timeout=PATIENCE)
    assert "period=Last+30+days&programme=Recognition" in page.url


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/overview", HEALTHY),
        ("/data", BUILT_ON),
        ("/glossary", MEANING),
    ],
)
def test_a_deep_link_opens_its_page(visitor: BrowserContext, path: str, heading: str) -> None:
    page = open_page(visitor, path, heading)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "heading", "theme"),
    [
        ("/", HEALTHY, "light"),
        ("/", HEALTHY, "dark"),
        ("/data", BUILT_ON, "light"),
        ("/glossary?search=cost", MEANING, "dark"),
    ],
)
def test_no_text_is_cut(visitor: BrowserContext, tmp_path: Path, path: str, heading: str, theme: str) -> None:
    page = visitor.new_page()
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)
    for width in (1360, 1280, 390):
        page.set_viewport_size({"width": width, "height": 1300})
        settle(page)
        page.screenshot(path=tmp_path / f"{theme}-{width}.png")
        assert page.evaluate(CUT) == []
        assert page.evaluate(SIDEWAYS) <= 0
