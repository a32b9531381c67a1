"""The audit log in words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kpi.store import Entry, Fault
from kpi.ui import audit_log

PARIS = ZoneInfo("Europe/Paris")


def test_the_days_asked_for_are_those_of_the_business() -> None:
    # In November Paris is an hour ahead of UTC.
    since, until = audit_log.days_recorded(date(2026, 11, 21), date(2026, 11, 21), PARIS)
    assert since == datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert until == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert audit_log.days_recorded(date(2026, 11, 22), date(2026, 11, 20), PARIS)[0] < since


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 entry, newest first."), (2, "2 entries, newest first."), (1_000, "The newest 1,000 that fit.")],
)
def test_how_many_entries_are_shown(number: int, words: str) -> None:
    assert audit_log.how_many(number).startswith(words)


def test_a_broken_chain_is_told_with_its_first_faults() -> None:
    assert "intact" in audit_log.chain_state([])
    faults = [Fault(entry_id=number, told=f"Entry {number} is missing.") for number in range(1, 8)]
    told = audit_log.chain_state(faults)
    assert "Entry 1 is missing. Entry 2" in told
    assert "Entry 6" not in told
    assert "And 2 other faults." in told
    assert "And" not in audit_log.chain_state(faults[:5])


def test_an_entry_is_a_row_with_its_address_apart() -> None:
    entry = Entry(
        entry_id=1,
        recorded_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
        actor="ann",
        kind="sign_in_failed",
        details={"address": "10.0.0.2", "files": ["a.csv", "b.csv"], "rows": 3},
    )
    assert audit_log.list_entries([entry], PARIS, "EUR").row(0) == (
        datetime(2026, 7, 2, 0, 30),
        "ann",
        "Sign in failed",
        "10.0.0.2",
        "files: a.csv, b.csv; rows: 3",
    )
    damaged = replace(entry, kind="targets", details={"changes": "none"})
    assert audit_log.list_entries([damaged], PARIS, "EUR").row(0)[2:] == ("Targets", None, "changes: none")
    assert audit_log.list_entries([], PARIS, "EUR").columns == ["recorded_at", "actor", "kind", "address", "details"]
