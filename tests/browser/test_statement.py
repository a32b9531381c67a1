"""From a name to the statement of who bears it, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from kpi.metrics import METRICS, breakdown, read_person
from kpi.period import Period
from kpi.store import Store, Warehouse
from tests.documents import open_pdf, text_of

from .conftest import PATIENCE, TODAY, settle, watch

pytestmark = pytest.mark.browser

WHO = "Who is active, and who fell silent?"


@pytest.fixture(scope="module")
def busiest(store: Store) -> tuple[str, str]:
    """Id and name of who acted most in the last 90 days."""
    warehouse = Warehouse(store)
    found = breakdown(warehouse, METRICS["acts"], Period.until(TODAY, days=90), "ambassador_id")
    chosen = max((one for one in found if one.group != "unknown"), key=lambda one: int(one.estimate.value or 0))
    person = read_person(warehouse, str(chosen.group))
    warehouse.close()
    assert person is not None
    return str(chosen.group), str(person.full_name)


@pytest.fixture
def owner(browser: Browser, address: str, complaints: list[str]) -> Iterator[BrowserContext]:
    """Somebody who came in as the demo company's programme owner."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address, locale="en-GB")
    watch(context, address, complaints)
    page = context.new_page()
    page.goto("/sign-in?next=/account")
    page.get_by_role("button", name="Programme owner").click()
    expect(page.get_by_role("link", name="Open the dashboard")).to_be_visible()
    page.close()
    yield context
    context.close()
    assert complaints == []


def test_an_ambassador_is_found_and_the_statement_downloaded(owner: BrowserContext, busiest: tuple[str, str]) -> None:
    ambassador_id, name = busiest
    page = owner.new_page()
    page.goto("/ambassadors")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(WHO, timeout=PATIENCE)
    settle(page)
    page.get_by_label("Find an ambassador").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=f"{name} ({ambassador_id})").click()
    expect(heading).to_have_text(name, timeout=PATIENCE)
    settle(page)
    for label, language, kind in (
        ("Statement in English (PDF)", "en", "Ambassador statement"),
        ("Statement in French (PDF)", "fr", "Relevé d’ambassadeur"),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=label).click()
        assert download.value.suggested_filename == f"ambassade-statement-{ambassador_id}-{language}.pdf"
        content = download.value.path().read_bytes()
        assert content.startswith(b"%PDF-")
        assert len(open_pdf(content).pages) == 1
        told = text_of(content)
        assert kind in told
        assert name in told


def test_an_unknown_id_leads_to_the_search(owner: BrowserContext, busiest: tuple[str, str]) -> None:
    ambassador_id, name = busiest
    page = owner.new_page()
    page.goto("/ambassador?id=nobody")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Nobody has this id", timeout=PATIENCE)
    page.get_by_label("Find an ambassador").fill(ambassador_id)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=f"{name} ({ambassador_id})").click()
    expect(heading).to_have_text(name, timeout=PATIENCE)
