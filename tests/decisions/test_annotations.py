"""Annotations: added, edited, removed, undone, found on their pages."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kpi.decisions import (
    Annotation,
    Annotations,
    read_decisions,
    record_annotation_edited,
    record_annotation_removed,
    record_annotations,
    record_annotations_undone,
)
from kpi.errors import ChangedMeanwhileError, DecisionError, NotAllowedError
from kpi.period import Period
from kpi.store import Ledger
from tests.decisions.conftest import NINA, OMAR, SAM

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGES = frozenset({"overview", "data"})


def about(first: int, last: int | None = None, text: str = "A fair", pages: tuple[str, ...] = ()) -> Annotation:
    """Days of October."""
    days = {"first": date(2026, 10, first), "last": date(2026, 10, last or first)}
    return Annotation(text=text, pages=pages, **days)


def added(ledger: Ledger, *annotations: Annotation) -> list[Annotation]:
    record_annotations(ledger, NINA, annotations, at=NOON, pages=PAGES)
    return list(read_decisions(ledger).annotations.listed())


def in_force(ledger: Ledger) -> list[str]:
    return [one.text for one in read_decisions(ledger).annotations.listed()]


def test_annotations_are_listed_by_their_first_day(ledger: Ledger) -> None:
    found = added(ledger, about(9, text="=1+1"), about(3, 5, "A new price", ("overview",)))
    assert [(one.first.day, one.last.day, one.text, one.pages, one.author) for one in found] == [
        (3, 5, "A new price", ("overview",), "nina"),
        (9, 9, "=1+1", (), "nina"),
    ]
    assert len({one.key for one in found}) == 2


def test_what_is_there_already_is_not_added_again(ledger: Ledger) -> None:
    added(ledger, about(3), about(4))
    assert record_annotations(ledger, OMAR, [about(3)], at=NOON, pages=PAGES) == ()
    assert len(record_annotations(ledger, OMAR, [about(3), about(5)], at=NOON, pages=PAGES)) == 1
    assert len(ledger.entries()) == 2


@pytest.mark.parametrize(
    ("period", "shown"),
    [
        (Period(date(2026, 10, 1), date(2026, 10, 31)), ["price", "fair", "campaign"]),
        (Period(date(2026, 10, 5), date(2026, 10, 9)), ["price"]),  # the price's last day; the fair begins after
        (Period(date(2026, 10, 6), date(2026, 10, 10)), ["fair"]),
        (Period(date(2026, 10, 10), date(2026, 10, 12)), []),
        (Period(date(2026, 10, 14), date(2026, 10, 15)), ["campaign"]),  # within
    ],
)
def test_a_page_shows_what_is_about_its_days(ledger: Ledger, period: Period, shown: list[str]) -> None:
    added(ledger, about(3, 5, "price"), about(9, text="fair", pages=("data", "overview")), about(12, 20, "campaign"))
    added(ledger, about(9, text="elsewhere", pages=("data",)))
    annotations = read_decisions(ledger).annotations
    assert [one.text for one in annotations.on_page("overview", period)] == shown


def test_an_annotation_is_edited_by_another_and_stays_its_authors(ledger: Ledger) -> None:
    (one,) = added(ledger, about(3))
    seen = read_decisions(ledger).entry_id
    edited = replace(one, text="A trade fair", author="somebody")
    record_annotation_edited(ledger, OMAR, edited, at=NOON, pages=PAGES, seen=seen)
    (found,) = read_decisions(ledger).annotations.values()
    assert (found.key, found.text, found.author) == (one.key, "A trade fair", "nina")
    first, second = read_decisions(ledger).annotations.history(one.key)
    assert (first.who, second.who, second.before) == ("nina", "omar", one)
    with pytest.raises(ChangedMeanwhileError, match="omar changed this meanwhile: 2026-10-03 A trade fair"):
        record_annotation_edited(ledger, NINA, replace(one, text="x"), at=NOON, pages=PAGES, seen=seen)
    with pytest.raises(ChangedMeanwhileError):
        record_annotation_removed(ledger, NINA, one.key, at=NOON, seen=seen)
    with pytest.raises(DecisionError, match="no such annotation"):
        record_annotation_edited(ledger, NINA, replace(one, key="?"), at=NOON, pages=PAGES, seen=seen)
    assert in_force(ledger) == ["A trade fair"]


def test_a_removed_annotation_comes_back(ledger: Ledger) -> None:
    (one,) = added(ledger, about(3))
    record_annotation_removed(ledger, OMAR, one.key, at=NOON, seen=1)
    assert in_force(ledger) == []
    record_annotations_undone(ledger, NINA, 2, at=NOON)
    assert dict(read_decisions(ledger).annotations) == {one.key: one}
    record_annotations_undone(ledger, NINA, 1, at=NOON)
    assert in_force(ledger) == []


@pytest.mark.parametrize(
    ("annotation", "told"),
    [
        (about(3, text=" "), "The text is missing."),
        (about(3, text="x" * 201), "at most 200 characters"),
        (about(3, text="A \x00fair"), "a sign that cannot be shown"),
        (about(3, text="\x1b[31mA fair"), "a sign that cannot be shown"),
        (about(5, 4), "The last day comes before the first."),
        (about(3, pages=("overview", "cellar")), "There is no page “cellar”."),
    ],
)
def test_an_annotation_that_cannot_be_is_refused(ledger: Ledger, annotation: Annotation, told: str) -> None:
    with pytest.raises(DecisionError, match=told):
        record_annotations(ledger, NINA, [about(1), annotation], at=NOON, pages=PAGES)
    assert ledger.entries() == ()
    (one,) = added(ledger, about(3))
    with pytest.raises(DecisionError, match=told):
        record_annotation_edited(ledger, NINA, replace(annotation, key=one.key), at=NOON, pages=PAGES, seen=1)


def test_a_text_may_run_over_lines(ledger: Ledger) -> None:
    (one,) = added(ledger, about(3, text="A fair:\r\n\tParis"))
    assert one.text == "A fair:\r\n\tParis"


def test_only_who_annotates_changes_annotations(ledger: Ledger) -> None:
    (one,) = added(ledger, about(3, text="x" * 200))
    with pytest.raises(NotAllowedError):
        record_annotations(ledger, SAM, [about(4)], at=NOON, pages=PAGES)
    with pytest.raises(NotAllowedError):
        record_annotation_edited(ledger, SAM, one, at=NOON, pages=PAGES, seen=1)
    with pytest.raises(NotAllowedError):
        record_annotation_removed(ledger, SAM, one.key, at=NOON, seen=1)
    with pytest.raises(NotAllowedError):
        record_annotations_undone(ledger, SAM, 1, at=NOON)
    assert len(ledger.entries()) == 1
    assert Annotations().listed() == ()
