"""The sponsor's report: its numbers are those of the registry, and it names nobody."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kpi.decisions import Annotation, Author, Target, record_annotations, record_targets
from kpi.language import LANGUAGES, speaking, translate
from kpi.metrics import HEADLINES, METRICS, Attribution, Model, measure
from kpi.period import Comparison, Period
from kpi.settings import Demo, Settings
from kpi.setup import build_demo_company
from kpi.store import Listing, Store, Warehouse
from kpi.ui import deciding
from kpi.ui import format as fmt
from kpi.ui.notes import short_label
from kpi.ui.report import Asked, build_report, explain_no_report
from tests.documents import open_pdf, spaced, structure, text_of

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
AT = datetime(2026, 11, 22, tzinfo=UTC)
OWNER = Author(name="ada", decides=frozenset({"targets", "annotations"}), is_demo=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A small demo company, up to 21 November 2026, with a target and two annotations."""
    found = Store(tmp_path_factory.mktemp("demo"))
    build_demo_company(found, Settings(demo=Demo(customers=400)), today=date(2026, 11, 22))
    return found


@pytest.fixture(scope="module")
def warehouse(store: Store) -> Iterator[Warehouse]:
    opened = Warehouse(store)
    yield opened
    opened.close()


Report = Callable[..., bytes]


@pytest.fixture(scope="module")
def report(store: Store, warehouse: Warehouse) -> Report:
    def make(language: str = "en", period: Period = OCTOBER, **chosen: Any) -> bytes:
        asked = Asked(store=store, settings=Settings(), period=period, **chosen)
        return build_report(warehouse, asked, language=language)

    return make


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_numbers_are_those_of_the_metrics(warehouse: Warehouse, report: Report, language: str) -> None:
    told = text_of(report(language))
    with speaking(language):
        for metric in HEADLINES:
            found = measure(warehouse, metric, OCTOBER)
            value = spaced(fmt.value(metric, found.estimate.value, "EUR"))
            assert spaced(short_label(metric)) in told
            assert value in told
            interval = fmt.interval(metric, found.estimate.low, found.estimate.high, "EUR")
            assert spaced(interval) in told
        for comparison in Comparison:
            before = measure(warehouse, METRICS["attributed_revenue"], OCTOBER.compared(comparison)).estimate.value
            now = measure(warehouse, METRICS["attributed_revenue"], OCTOBER).estimate.value
            change = float(now or 0) - float(before or 0)
            assert spaced(fmt.change(METRICS["attributed_revenue"], change, before, "EUR")) in told
        cost = measure(warehouse, METRICS["spending"], OCTOBER).estimate.value
        assert spaced(fmt.money(cost or 0, "EUR", full=True)) in told
        assert spaced(fmt.begin(fmt.month(OCTOBER.start))) in told
        for heading in ("Key figures", "The last twelve months", "Satisfaction", "What the numbers mean"):
            assert spaced(translate(heading)) in told
        day = fmt.day(date(2026, 11, 21))
        assert spaced(translate("Data to {day}, version {version}.", day=day, version=1)) in told


def test_it_is_two_or_three_pages_that_can_be_read_aloud(report: Report) -> None:
    for language in LANGUAGES:
        reader = open_pdf(report(language))
        assert 2 <= len(reader.pages) <= 3
        root = reader.root_object
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
        kinds = {re.sub("[^A-Za-z0-9]", "", str(kind)) for kind in structure(root["/StructTreeRoot"])}
        assert {"H1", "H2", "H3", "P", "Table", "TH", "Figure"} <= kinds


def test_the_same_data_gives_the_same_bytes(report: Report) -> None:
    assert report() == report()
    assert open_pdf(report()).metadata.creation_date.date() == date(2026, 11, 21)  # type: ignore[union-attr]


def test_it_carries_what_was_chosen(warehouse: Warehouse, report: Report) -> None:
    chosen = {"programme": ("recognition",)}
    told = text_of(report(filters=chosen, attribution=Attribution(model=Model.FIRST)))
    assert "Only programme: Recognition." in told
    assert "Credit goes to the first touch in the 90 days before an order." in told
    assert "The budget is that of every channel of the whole company." in told
    revenue = measure(
        warehouse,
        METRICS["attributed_revenue"],
        OCTOBER,
        where=chosen,
        attribution=Attribution(model=Model.FIRST),
    )
    assert spaced(fmt.money(revenue.estimate.value or 0, "EUR")) in told


def test_where_costs_are_not_recorded_it_says_so(report: Report) -> None:
    told = text_of(report(filters={"country_code": ("FR", "BE")}))
    assert "Only country: France or Belgium." in told
    assert told.count("not available by country: costs are not recorded by country") >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_nobody(warehouse: Warehouse, report: Report, language: str) -> None:
    told = text_of(report(language))
    columns = ("person_id", "customer_id", "full_name", "email")
    people = warehouse.rows(Listing(mart="dim_people", columns=columns, order=("person_id",)))
    assert len(people) > 400
    names = {str(one[column]) for one in people for column in columns[1:] if one[column]}
    ids = warehouse.rows(Listing(mart="dim_ambassadors", columns=("ambassador_id",), order=("ambassador_id",)))
    names |= {str(one["ambassador_id"]) for one in ids}
    assert [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told)] == []


def test_targets_and_notes_are_told(tmp_path: Path, store: Store, warehouse: Warehouse) -> None:
    decided = Store(tmp_path / "decided")
    target = Target(metric="active_ambassadors", month=OCTOBER.start, value=Decimal(1000))
    record_targets(decided.ledger, OWNER, [target], at=AT)
    notes = [
        Annotation(first=date(2026, 10, 5), last=date(2026, 10, 6), text="#panic() *sale* $x$"),
        Annotation(first=date(2026, 9, 5), last=date(2026, 9, 6), text="before the month"),
        Annotation(first=date(2026, 10, 7), last=date(2026, 10, 7), text="of discovery", pages=("discovery",)),
    ]
    record_annotations(decided.ledger, OWNER, notes, at=AT, pages=deciding.PAGES)
    asked = Asked(store=decided, settings=Settings(), period=OCTOBER)
    told = text_of(build_report(warehouse, asked, language="en"))
    assert "% of the target of 1,000" in told
    assert "Notes on these days 5 Oct – 6 Oct 2026: #panic() *sale* $x$" in told
    assert "before the month" not in told
    assert "of discovery" not in told


def test_a_period_that_goes_on_is_said_to(report: Report) -> None:
    told = text_of(report(period=Period(date(2026, 11, 1), date(2026, 12, 1))))
    assert "The period is not over: data ends 21 Nov 2026." in told
    assert "A pale bar is a month of which not all days are in." in told
    assert "A pale bar" not in text_of(report())


def test_without_any_table_every_part_says_why(company: Callable[..., Warehouse], tmp_path: Path) -> None:
    bare = company(ambassadors=[{"ambassador_id": "A", "customer_id": "a"}])
    asked = Asked(store=Store(tmp_path), settings=Settings(), period=Period(date(2026, 3, 1), date(2026, 4, 1)))
    told = text_of(build_report(bare, asked, language="en"))
    assert told.count("waits for orders") >= 2
    assert "What was spent is not known" in told
    assert "nan" not in told


def test_days_without_any_data_are_not_reported(warehouse: Warehouse) -> None:
    reason = explain_no_report(warehouse, Period(date(2030, 1, 1), date(2030, 2, 1)))
    assert reason == "no data after 21 Nov 2026"
    assert explain_no_report(warehouse, OCTOBER) is None
