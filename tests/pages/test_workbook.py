"""The workbook of a page holds what the page showed this reader, as the registry knows it."""

import re
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.downloads import Offer
from kpi.access.roles import RIGHTS, Role
from kpi.metrics import HEADLINES, METRICS, measure, name_ambassadors, trend
from kpi.period import Grain, Period
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt

from .conftest import TODAY, OpenApp, find_download

LAST_90 = Period.until(TODAY, days=90)
LABELS = {Language.ENGLISH: "Download this page as a workbook (XLSX)"}
LABELS[Language.FRENCH] = "Télécharger cette page en classeur (XLSX)"
WITH_ONE = ["overview", "ambassadors", "revenue", "economics", "budget"]


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
        assert None not in [cell.value for cell in sheet[1]]


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
