"""Budgets for tests: an owner, two sponsors, one person who is both, and steps in a few words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kpi.decisions import (
    Author,
    Budget,
    Change,
    Line,
    read_decisions,
    record_budget_approved,
    record_budget_proposed,
    record_budget_returned,
    record_budget_revised,
    record_budget_withdrawn,
)
from kpi.store import Ledger

OLGA = Author(name="olga", decides=frozenset({"programme"}))
ODILE = Author(name="odile", decides=frozenset({"programme"}))
SAM = Author(name="sam", decides=frozenset({"budgets"}))
SUE = Author(name="sue", decides=frozenset({"budgets"}))
BOTH = Author(name="both", decides=frozenset({"programme", "budgets"}))
NOBODY = Author(name="nobody")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)


def line(amount: int, month: date = JANUARY, channel: str = "ambassador", category: str = "reward") -> Line:
    return Line(month=month, channel=channel, category=category, amount=Decimal(amount))


def newest(ledger: Ledger) -> int:
    return read_decisions(ledger).entry_id


def propose(ledger: Ledger, *lines: Line, author: Author = OLGA, title: str = "Spring", note: str = "") -> Budget:
    """The budget that was proposed."""
    return _after(record_budget_proposed(ledger, author, title=title, lines=lines, note=note, at=NOON))


def revise(ledger: Ledger, key: str, *lines: Line, author: Author = OLGA, title: str = "Spring") -> Budget:
    """The budget that was proposed anew."""
    seen = newest(ledger)
    return _after(record_budget_revised(ledger, author, key, title=title, lines=lines, at=NOON, seen=seen))


def approve(ledger: Ledger, key: str, author: Author = SAM, **given: Any) -> Budget:
    """The budget that entered the plan."""
    return _after(record_budget_approved(ledger, author, key, at=NOON, **{"seen": newest(ledger)} | given))


def send_back(ledger: Ledger, key: str, author: Author = SAM, reason: str = "Which events?") -> Budget:
    """The budget that was returned."""
    return _after(record_budget_returned(ledger, author, key, reason=reason, at=NOON, seen=newest(ledger)))


def withdraw(ledger: Ledger, key: str, author: Author = OLGA) -> Budget:
    """The budget that was withdrawn."""
    return _after(record_budget_withdrawn(ledger, author, key, at=NOON, seen=newest(ledger)))


def _after(changes: tuple[Change[Budget], ...]) -> Budget:
    (change,) = changes
    assert change.after
    return change.after
