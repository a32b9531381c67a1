"""What the audit log says of decisions about people, damaged entries among them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kpi.decisions import details_without_people
from kpi.store import Entry

SPOTLIGHT = {
    "key": "k1",
    "customer_id": "C42",
    "stage": "accepted",
    "owner": "nina",
    "earned_by": "content:P7",
    "note": "Her mother is ill",
    "quote": "It works",
    "link": "https://example.org/c42",
    "reason": "Moved away",
}


def entry(kind: str, **details: Any) -> Entry:
    return Entry(entry_id=1, recorded_at=datetime(2026, 11, 22, tzinfo=UTC), actor="nina", kind=kind, details=details)


def test_a_spotlight_is_told_without_its_person() -> None:
    given = entry("spotlights", by="nina", address="10.0.0.7", undoes=3, changes=[{"from": None, "to": SPOTLIGHT}])
    assert details_without_people(given) == {
        "by": "nina",
        "address": "10.0.0.7",
        "undoes": 3,
        "changes": [{"from": None, "to": {"key": "k1", "stage": "accepted", "owner": "nina"}}],
    }


def test_who_is_set_aside_or_invited_is_not_named() -> None:
    aside = {"customer_id": "C42", "until": "2027-01-01", "reason": "On leave"}
    given = entry("people_set_aside", changes=[{"from": aside, "to": None}])
    assert details_without_people(given) == {"changes": [{"from": {"until": "2027-01-01"}, "to": None}]}
    given = entry("invitations", changes=[{"from": None, "to": {"customer_id": "C42", "day": "2026-11-22"}}])
    assert details_without_people(given) == {"changes": [{"from": None, "to": {"day": "2026-11-22"}}]}


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"unreadable": '{"note": "Her mother is ill"'}, []),
        ({"changes": "Her mother is ill"}, []),
        ({"changes": ["C42"]}, [{"from": None, "to": None}]),
        ({"changes": [{"from": "C42", "to": ["C42"]}]}, [{"from": None, "to": None}]),
    ],
)
def test_of_what_cannot_be_read_nothing_is_told(details: dict[str, Any], told: list[Any]) -> None:
    assert details_without_people(entry("spotlights", **details)) == {"changes": told}


def test_other_entries_stay_whole() -> None:
    given = entry("export", name="orders.csv", rows=12)
    assert details_without_people(given) == {"name": "orders.csv", "rows": 12}
