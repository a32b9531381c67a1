"""The workbook of a page holds what the page showed this reader, as the registry knows it."""

import json
import re
from datetime import date
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.downloads import Offer
from kpi.access.roles import RIGHTS, Role
from kpi.cli import main
from kpi.metrics import (
    HEADLINES,
    METRICS,
    Metric,
    breakdown,
    find_comments,
    measure,
    name_ambassadors,
    read_comments,
    trend,
)
from kpi.metrics.affording import afford
from kpi.metrics.assumptions import measure_assumptions
from kpi.period import Grain, Period
from kpi.settings import read_settings
from kpi.store import Store, Warehouse
from kpi.ui import economics_answers
from kpi.ui import format as fmt
from tests.documents import spaced, text_of

from .conftest import TODAY, OpenApp, find_download

LAST_90 = Period.until(TODAY, days=90)
LABELS = {Language.ENGLISH: "Download this page as a workbook (XLSX)"}
LABELS[Language.FRENCH] = "Télécharger cette page en classeur (XLSX)"
WITH_ONE = ["overview", "ambassadors", "revenue", "economics", "budget", "satisfaction", "affordability", "lifetime"]


def exactly(value: Any) -> Any:
    """The sixteen digits that the format keeps of a number."""
    return None if value is None else pytest.approx(value, rel=1e-15, abs=0)


def offer_of(app: AppTest, language: Language = Language.ENGLISH) -> Offer:
    (link,) = [one.proto for one in app.get("link_button") if one.proto.label == LABELS[language]]
    offer = find_download(link.url)
    assert offer is not None
    return offer


def workbook(app: AppTest, language: Language = Language.ENGLISH) -> Workbook:
    return load_workbook(BytesIO(offer_of(app, language).make()))


def records(book: Workbook, title: str) -> list[dict[str, Any]]:
    """The rows of the sheet whose whole title this is, by their headings."""
    about = [tuple(cell.value for cell in row) for row in book.worksheets[0].iter_rows()]
    name = next(row[0] for row in about if row[1] == title and row[2] is not None)
    head, *rows = ([cell.value for cell in row] for row in book[name].iter_rows())
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("language", list(LABELS))
@pytest.mark.parametrize("page", WITH_ONE)
def test_every_page_of_numbers_can_be_taken_away(demo: Store, open_app: OpenApp, page: str, language: Language) -> None:
    app = open_app(demo.folder, page, language=language)
    offer = offer_of(app, language)
    book = load_workbook(BytesIO(offer.make()))
    assert offer.file_name == f"ambassade-{page}.xlsx"
    first, *blocks = book.worksheets
    rows = [tuple(cell.value for cell in row) for row in first.iter_rows()]
    assert [row[2] for row in rows if isinstance(row[2], int)] == [sheet.max_row - 1 for sheet in blocks]
    assert offer.rows == sum(sheet.max_row - 1 for sheet in blocks)
    said = {str(row[0]): str(row[1]) for row in rows}
    assert said["Version"] == "1"
    assert "Ada Martin, " in said["Made by" if language == "en" else "Établi par"]
    assert said["Data to" if language == "en" else "Données au"].endswith("2026")
    for sheet in blocks:
        assert sheet.freeze_panes == "A2"
        headings = [cell.value for cell in sheet[1]]
        assert None not in headings
        assert len(set(headings)) == len(headings)
        assert [one for one in headings if "_" in one] == []


@pytest.mark.parametrize("page", ["data", "glossary", "discovery", "spotlights"])
def test_other_pages_offer_none(demo: Store, open_app: OpenApp, page: str) -> None:
    links = [one.proto.label for one in open_app(demo.folder, page).get("link_button")]
    assert LABELS[Language.ENGLISH] not in links


def test_screen_measure_workbook_and_csv_say_the_same(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(demo.folder, "overview")
    book = workbook(app)
    figures = {row["Metric"]: row for row in records(book, "Key figures")}
    shown = {metric.label: metric.value for metric in app.metric}
    assert len(figures) == len(HEADLINES)
    for metric in HEADLINES:
        label = metric.label.split(" (")[0]
        found = measure(demo_warehouse, metric, LAST_90)
        value = float(found.estimate.value or 0)
        assert figures[label]["Value"] == exactly(value)
        assert figures[label].get("Interval from") == exactly(found.estimate.low)
        assert figures[label].get("n") == found.estimate.n
        assert shown[label] == fmt.value(metric, value, "EUR")
    course = records(book, "Attributed revenue, by week")
    steps = trend(demo_warehouse, METRICS["attributed_revenue"], LAST_90, Grain.WEEK)
    own = [row for row in course if row["Series"] == "This period"]
    assert [row["Attributed revenue (€)"] for row in own] == exactly(
        [float(step.estimate.value or 0) for step in steps]
    )
    (csv,) = [one.proto.url for one in app.get("link_button") if one.proto.label == "Download as CSV"]
    offer = find_download(csv)
    assert offer is not None
    taken, rows = pl.read_csv(offer.make()), records(book, "Attributed revenue by lever")
    assert taken["value"].to_list() == [row["Attributed revenue (€)"] for row in rows]
    assert taken["share"].to_list() == exactly([row["Share"] for row in rows])
    assert rows[0]["Attributed revenue (€)"] == figures["Attributed revenue"]["Value"]


def asked_on_the_command_line(store: Store, metric: Metric, capsys: pytest.CaptureFixture[str]) -> float:
    days = ("--from", str(LAST_90.start), "--to", str(LAST_90.end))
    with pytest.raises(SystemExit):
        main(["--store", str(store.folder), "measure", metric.name, *days, "--json"])
    (found,) = json.loads(capsys.readouterr().out)
    return float(found["value"])


def test_screen_measure_workbook_csv_and_report_say_the_same(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_app(demo.folder, "economics", role=Role.SPONSOR)
    offers = [offer for link in app.get("link_button") if (offer := find_download(link.proto.url)) is not None]
    (report,) = [text_of(offer.make()) for offer in offers if (offer.saved_as or "").endswith("en.pdf")]
    csv = {offer.file_name: pl.read_csv(offer.make()) for offer in offers if offer.file_name.endswith(".csv")}
    book, shown = workbook(app), {metric.label: metric.value for metric in app.metric}
    figures = {row["Metric"]: row for row in records(book, "Key figures")}
    for metric in economics_answers.CARDS:
        label = metric.label.split(" (")[0]
        value = float(measure(demo_warehouse, metric, LAST_90).estimate.value or 0)
        assert asked_on_the_command_line(demo, metric, capsys) == exactly(value)
        assert figures[label]["Value"] == exactly(value)
        assert shown[label] == fmt.value(metric, value, "EUR")
        assert spaced(shown[label]) in report
    cost = figures["Programme cost"]["Value"]
    categories = records(book, "What the programme cost by category, with and without staff")
    assert categories[0]["With staff (€)"] == cost == csv["ambassade-cost-by-category.csv"]["with_staff"][0]
    channels = {row["Channel"]: row for row in records(book, "Cost per new customer, by channel")}
    for name, value, customers in csv["ambassade-channels.csv"].select("channel", "value", "customers").iter_rows():
        assert channels[name]["Cost per new customer"] == (None if value is None else exactly(value))
        assert channels[name]["New customers"] == customers
        if value is not None:
            assert f"{name} {spaced(fmt.value(METRICS['acquisition_cost'], value, 'EUR'))}" in report


@pytest.mark.parametrize("role", [Role.OWNER, Role.SPONSOR])
def test_the_report_is_offered_in_the_readers_language_first(demo: Store, open_app: OpenApp, role: Role) -> None:
    for language, labels in (
        (Language.ENGLISH, ["Report in English (PDF)", "Report in French (PDF)"]),
        (Language.FRENCH, ["Rapport en français (PDF)", "Rapport en anglais (PDF)"]),
    ):
        app = open_app(demo.folder, "economics", role=role, language=language)
        assert [one.proto.label for one in app.get("link_button") if "PDF" in one.proto.label] == labels


def test_the_report_carries_what_was_chosen(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "economics", programme=["Recognition"], model="First touch", period="Last 30 days")
    (link, _) = [one.proto.url for one in app.get("link_button") if "PDF" in one.proto.label]
    offer = find_download(link)
    assert offer is not None
    assert (offer.file_name, offer.rows, offer.has_people) == ("ambassade-report.pdf", 1, False)
    assert offer.saved_as == "ambassade-report-2026-10-23-2026-11-21-en.pdf"
    told = text_of(offer.make())
    assert "23 Oct – 21 Nov 2026" in told
    assert "Only programme: Recognition." in told
    assert "Credit goes to the first touch in the 90 days before an order." in told


def test_days_without_data_have_no_report(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "economics", period="Custom dates", start="2019-01-01", end="2019-01-31")
    assert [one for one in app.get("link_button") if "PDF" in one.proto.label] == []
    assert [one.value for one in app.caption if one.value.startswith("No report for these days: no data before")]


def test_it_carries_the_filters(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    book = workbook(open_app(demo.folder, "economics", programme=["Recognition"], against="Same days last year"))
    said = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    assert said["Segments"] == "programme: Recognition"
    assert said["Compared with"] == "The same days a year earlier (24 Aug – 21 Nov 2025)"
    assert said["Period"] == "24 Aug – 21 Nov 2026"
    assert "Acquisition cost (CAC)" in said
    cost = measure(demo_warehouse, METRICS["programme_cost"], LAST_90, where={"programme": ["recognition"]})
    figures = {row["Metric"]: row for row in records(book, "Key figures")}
    assert figures["Programme cost"]["Value"] == float(cost.estimate.value or 0)
    assert "A year earlier" in figures["Programme cost"]


def test_satisfaction_is_taken_away_in_full(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    book = workbook(open_app(demo.folder, "satisfaction"))
    waves = records(book, "Satisfied (4 or 5 of 5) wave by wave")
    quarter = measure(demo_warehouse, METRICS["customer_satisfaction"], Period(date(2026, 7, 1), date(2026, 10, 1)))
    assert waves[1]["Customers"] == exactly(quarter.estimate.value)
    assert waves[1]["Customers: interval from"] == exactly(quarter.estimate.low)
    assert waves[1]["Customers: number of answers"] == quarter.estimate.n
    formats = [cell.number_format for cell in book["Satisfied (4 or 5 of 5) wave…"][3]]
    assert formats == ["General", *["0.0%", "0.0%", "0.0%", "#,##0"] * 2]
    assert {cell.number_format for cell in book["NPS wave by wave"]["B"][1:]} == {"+0.0;-0.0;0.0"}
    answered = {row["Survey"]: row for row in records(book, "How many answered")}
    asked = {one.group: one for one in breakdown(demo_warehouse, METRICS["response_rate"], LAST_90, by="kind")}
    assert answered["Customers’ NPS"]["Answered"] == exactly(asked["nps"].estimate.value)
    assert answered["Customers’ NPS"]["n"] == asked["nps"].estimate.n


def cells(book: Workbook) -> set[str]:
    return {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("role", [Role.OWNER, Role.SPONSOR])
def test_who_may_not_see_people_takes_nobody_away(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, role: Role
) -> None:
    app = open_app(demo.folder, "economics", role=role)
    if role is Role.OWNER:
        app.session_state["cost-by-ambassador"] = True
        app.run()
    offer, found = offer_of(app), cells(workbook(app))
    ids = [one for one in found if re.fullmatch(r"A\d{4}", one)]
    assert bool(ids) is (role is Role.OWNER) is offer.has_people
    known = name_ambassadors(demo_warehouse, ids)
    assert all(str(person.full_name) in found for person in known.values() if person.full_name)


@pytest.mark.parametrize("role", [Role.OWNER, Role.SPONSOR])
def test_what_people_wrote_is_taken_away_by_who_may_see_them_only(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, role: Role
) -> None:
    app = open_app(demo.folder, "satisfaction", role=role)
    offer, found = offer_of(app), cells(workbook(app))
    written = read_comments(demo_warehouse, find_comments(LAST_90)).select("comment", "full_name", "customer_id")
    personal = {value for row in written.rows() for value in row if value}
    assert personal
    assert found & personal == (personal if role is Role.OWNER else set())
    assert offer.has_people is (role is Role.OWNER)


def test_what_a_reader_may_see_but_not_take_away_is_left_out_and_said(
    demo: Store, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = RIGHTS[Role.COORDINATOR]
    looking = type(rights)(reader=rights.reader, pages=rights.pages, sees_people=True)
    monkeypatch.setattr("kpi.access.sessions.RIGHTS", {**RIGHTS, Role.COORDINATOR: looking})
    app = open_app(demo.folder, "ambassadors", role=Role.COORDINATOR)
    offer, book = offer_of(app), workbook(app)
    assert not offer.has_people
    left_out = [row[1].value for row in book.worksheets[0].iter_rows() if row[0].value == "Left out for your role"]
    assert left_out == ["Ambassadors silent for longer than their own usual gap, the latest first"]
    assert not [one for one in cells(book) if re.fullmatch(r"A\d{4}", one)]


def test_small_tables_of_the_revenue_page_add_up_as_they_do_there(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    book = workbook(open_app(demo.folder, "revenue"))
    start, *moved, end = [row["Value"] for row in records(book, "Recurring revenue")]
    # contraction and churn are taken off, as the bridge shows them
    assert len(moved) == 5
    assert start + sum(moved) == pytest.approx(end)
    assert moved[3] <= 0
    assert moved[4] <= 0
    assert end == exactly(
        float(measure(demo_warehouse, METRICS["monthly_recurring_revenue"], LAST_90).estimate.value or 0)
    )
    whole, final, provisional, *_ = [row["Value"] for row in records(book, "Refunded, and what may still be")]
    assert whole == pytest.approx(final + provisional)
    kept = records(book, "What customers keep paying")
    assert [row["Metric"] for row in kept][2::3] == ["Difference", "Difference"]
    for won, others, difference in (kept[:3], kept[3:]):
        pair = (won["Value"], others["Value"])
        expected = None if None in pair else pytest.approx(pair[0] - pair[1])
        assert difference["Value"] == expected
    by_rule = {row["Metric"]: row["Value"] for row in records(book, "How it depends on model and window")}
    assert by_rule["last touch, 30 days"] == whole
    assert len(by_rule) == 12


def test_assumptions_and_steps_are_taken_away_as_they_are_solved(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    app = open_app(demo.folder, "affordability", churn_percent="5")
    book = workbook(app)
    rows = {row["Step"]: row for row in records(book, "From the margin to the commission")}
    found = afford(measure_assumptions(demo_warehouse, read_settings()), {"churn": 0.05})
    assert found.ceiling is not None
    assert rows["Lost each month"]["Value"] == 0.05
    assert rows["Lost each month"]["Where it comes from"] == "Assumed"
    assert rows["Contribution margin"]["Value"] == exactly(found.measured["margin"].value)
    assert rows["Highest cost"]["Value"] == exactly(found.ceiling.max_acquisition_cost)
    assert rows["Customer value"]["Value"] == exactly(found.ceiling.ltv)
    # the months measured, not those chosen on other pages
    about = {str(row[0].value): str(row[1].value) for row in book.worksheets[0].iter_rows()}
    assert about["Period"] == "1 Nov 2025 – 31 Oct 2026"
