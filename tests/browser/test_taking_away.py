"""What a reader takes away, in a real browser: a page's workbook, the sponsor's report, a chart as it stands there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Download, Page, expect

from kpi.metrics import METRICS, measure
from kpi.period import Period
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from tests.documents import open_pdf, spaced, text_of

from .conftest import PATIENCE, TODAY, settle, watch

pytestmark = pytest.mark.browser

LAST_90 = Period.until(TODAY, days=90)


@pytest.fixture
def sponsor(browser: Browser, address: str, complaints: list[str]) -> Iterator[BrowserContext]:
    """Somebody who came in as the demo company's budget sponsor."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address, locale="en-GB")
    watch(context, address, complaints)
    page = context.new_page()
    page.goto("/sign-in?next=/account")
    page.get_by_role("button", name="Budget sponsor").click()
    expect(page.get_by_role("link", name="Open the dashboard")).to_be_visible()
    page.close()
    yield context
    context.close()
    assert complaints == []


def opened(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("What does it cost, and what does it bring back?", timeout=PATIENCE)
    settle(page)
    return page


def downloaded(page: Page, label: str) -> Download:
    with page.expect_download() as download:
        page.get_by_role("link", name=label).click()
    return download.value


def cost(store: Store, where: dict[str, list[str]]) -> float:
    warehouse = Warehouse(store)
    found = measure(warehouse, METRICS["programme_cost"], LAST_90, where=where)
    warehouse.close()
    return float(found.estimate.value or 0)


def test_a_page_is_taken_away_as_a_workbook_with_its_filters(sponsor: BrowserContext, store: Store) -> None:
    page = opened(sponsor, "/economics?programme=Recognition")
    file = downloaded(page, "Download this page as a workbook (XLSX)")
    assert file.suggested_filename == "ambassade-economics.xlsx"
    book = load_workbook(_saved(file))
    said = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    assert said["Segments"] == "programme: Recognition"
    figures = {row[0].value: row[1].value for row in book["Key figures"].iter_rows()}
    expected = cost(store, {"programme": ["recognition"]})
    assert figures["Programme cost"] == pytest.approx(expected, rel=1e-15)
    card = page.get_by_test_id("stMetric").filter(has_text="Programme cost")
    expect(card).to_contain_text(fmt.money(expected, "EUR"))


def test_the_report_is_taken_away_in_both_languages(sponsor: BrowserContext, store: Store) -> None:
    page = opened(sponsor, "/economics")
    first, last = LAST_90.start, LAST_90.last_day
    for label, language, kind in (
        ("Report in English (PDF)", "en", "Report for the budget sponsor"),
        ("Report in French (PDF)", "fr", "Rapport pour le responsable du budget"),
    ):
        file = downloaded(page, label)
        assert file.suggested_filename == f"ambassade-report-{first}-{last}-{language}.pdf"
        content = _saved(file).read_bytes()
        assert open_pdf(content).root_object["/Lang"] == language
        told = text_of(content)
        assert kind in told
        if language == "en":
            assert spaced(fmt.money(cost(store, {}), "EUR")) in told


def test_a_chart_is_saved_by_the_readers_own_browser(sponsor: BrowserContext) -> None:
    page = opened(sponsor, "/economics")
    chart = page.get_by_test_id("stPlotlyChart").first
    chart.hover()
    button = chart.locator(".modebar-btn")
    expect(button).to_have_count(1)
    expect(button).to_have_attribute("data-title", "Save this chart (SVG)")
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == "ambassade-trend-cost_to_revenue_ratio.svg"
    assert _saved(download.value).read_text(encoding="utf-8").startswith("<svg")


def _saved(download: Download) -> Path:
    """Where the file is; openpyxl goes by the ending of its name."""
    place = download.path()
    named = place.with_name(download.suggested_filename)
    download.save_as(named)
    return named
