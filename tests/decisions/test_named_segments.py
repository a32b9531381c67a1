"""Segments under a name: filters, owner, shared with roles; kept, undone, nobody else's."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kpi.advocates import Wanted
from kpi.decisions import (
    NamedSegment,
    read_decisions,
    record_segment,
    record_segment_changed,
    record_segment_deleted,
    record_segment_undone,
)
from kpi.errors import ChangedMeanwhileError, DecisionError, NameTakenError, NotAllowedError
from kpi.store import Ledger
from tests.decisions.spotlighting import NINA, OMAR

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROLES = ("owner", "coordinator", "sponsor")
FILTERS = {"sector": ["retail", "food"], "country_code": ["FR"], "has_posted": ["no"], "minimum_confidence": ["0.5"]}


def save(ledger: Ledger, name: str = "French shops", author: Any = NINA, **fields: Any) -> NamedSegment:
    given = {"filters": FILTERS, "roles": ["coordinator"]} | fields
    (change,) = record_segment(ledger, author, name=name, at=NOON, all_roles=ROLES, **given)
    assert change.after
    return change.after


def test_a_segment_is_kept_with_its_filters(ledger: Ledger) -> None:
    saved = save(ledger, "  French   shops ")
    found = read_decisions(ledger).segments[saved.key]
    assert (found.name, found.owner, found.roles) == ("French shops", "nina", ("coordinator",))
    # filters and values in one order, so that the same filters are the same segment
    assert found.filters == (
        ("country_code", ("FR",)),
        ("has_posted", ("no",)),
        ("minimum_confidence", ("0.5",)),
        ("sector", ("food", "retail")),
    )
    assert found.company_filters == {"country_code": ("FR",), "sector": ("food", "retail")}
    assert found.discovery_filters == {"has_posted": ("no",), "minimum_confidence": ("0.5",)}


def test_both_rooms_ask_for_the_same_confidence() -> None:
    # what was saved before the steps were asked for is of the step below
    for saved, asked in (("0.75", 0.75), ("0.9", 0.75), ("0.6", 0.5), ("0.5", 0.5), ("0.4", 0.0)):
        segment = NamedSegment(key="k", name="n", owner="o", filters=(("minimum_confidence", (saved,)),))
        assert segment.wanted == Wanted(least_confidence=asked)
    assert NamedSegment(key="k", name="n", owner="o", filters=()).wanted == Wanted()


def test_who_sees_which(ledger: Ledger) -> None:
    mine = save(ledger, "b", roles=[])
    shared = save(ledger, "a", OMAR, roles=["coordinator"])
    segments = read_decisions(ledger).segments
    assert segments.visible_to("nina", "coordinator") == (mine, shared)
    assert segments.visible_to("nina", "owner") == (mine,)
    assert segments.visible_to("omar", "owner") == (shared,)
    assert segments.visible_to("sam", "sponsor") == ()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": " "}, "Give the segment a name."),
        ({"name": "a\x00b"}, "Give the segment a name."),
        ({"name": "x" * 61}, "A name has at most 60 characters."),
        ({"filters": {}}, "A segment needs a filter"),
        ({"filters": {"sector": []}}, "A segment needs a filter"),
        ({"filters": {"shoe_size": ["42"]}}, "There is no filter “shoe_size”."),
        ({"filters": {"sector": [str(number) for number in range(201)]}}, "too many values"),
        ({"filters": {"reason": ["reviews", "shoe_size"]}}, "There is no reason “shoe_size”."),
        ({"filters": {"has_posted": ["maybe"]}}, "The filter “has_posted” is either yes or no, not both."),
        ({"filters": {"is_ambassador": ["yes", "no"]}}, "The filter “is_ambassador” is either yes or no, not both."),
        ({"filters": {"minimum_confidence": ["0.6"]}}, "“minimum_confidence” is one of these: 0.5 or 0.75."),
        ({"filters": {"minimum_confidence": ["0"]}}, "“minimum_confidence” is one of these"),
        ({"filters": {"minimum_confidence": ["nan"]}}, "“minimum_confidence” is one of these"),
        ({"filters": {"minimum_confidence": ["much"]}}, "“minimum_confidence” is one of these"),
        ({"filters": {"minimum_confidence": ["0.5", "0.75"]}}, "“minimum_confidence” is one of these"),
        ({"roles": ["king"]}, "There is no role “king”."),
    ],
)
def test_a_segment_that_cannot_be_is_refused(ledger: Ledger, fields: dict[str, Any], told: str) -> None:
    with pytest.raises(DecisionError, match=told):
        save(ledger, **fields)
    assert ledger.entries() == ()


def test_a_name_is_taken_once_per_owner(ledger: Ledger) -> None:
    first = save(ledger)
    with pytest.raises(NameTakenError, match="You have a segment “FRENCH shops” already"):
        save(ledger, "FRENCH shops")
    save(ledger, author=OMAR)
    replaced = save(ledger, "FRENCH shops", filters={"sector": ["food"]}, replaces=True)
    assert replaced.key == first.key
    assert len(read_decisions(ledger).segments) == 2


def test_only_the_owner_changes_and_deletes_it_and_may_undo_both(ledger: Ledger) -> None:
    saved = save(ledger)
    renamed = replace(saved, name="Shops", filters=(("sector", ("food",)),), roles=("sponsor", "owner"))

    def change(author: Any, wanted: NamedSegment, seen: int) -> None:
        record_segment_changed(ledger, author, wanted, at=NOON, all_roles=ROLES, seen=seen)

    for attempt in (
        lambda: change(OMAR, renamed, 9),
        lambda: record_segment_deleted(ledger, OMAR, saved.key, at=NOON),
        lambda: record_segment_undone(ledger, OMAR, 1, at=NOON),
    ):
        with pytest.raises(NotAllowedError, match="This segment is somebody else’s"):
            attempt()
    change(NINA, renamed, 1)
    with pytest.raises(ChangedMeanwhileError):
        change(NINA, replace(renamed, name="Stores"), 1)
    assert read_decisions(ledger).segments[saved.key] == replace(renamed, roles=("owner", "sponsor"))
    record_segment_deleted(ledger, NINA, saved.key, at=NOON)
    other = save(ledger, "Shops")
    with pytest.raises(NameTakenError):
        record_segment_undone(ledger, NINA, 3, at=NOON)
    with pytest.raises(NameTakenError):
        change(NINA, replace(other, name="shops", key=saved.key), 9)
    record_segment_deleted(ledger, NINA, other.key, at=NOON)
    record_segment_undone(ledger, NINA, 3, at=NOON)
    assert [one.name for one in read_decisions(ledger).segments.values()] == ["Shops"]
    with pytest.raises(DecisionError, match="There is no such segment"):
        record_segment_deleted(ledger, NINA, "x", at=NOON)
