"""Companies whose exports reach beyond every period that is measured, so that a zero is a zero and not a gap."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from kpi.settings import Settings
from kpi.store import Warehouse
from tests.conftest import Company, Row

FIRST, LAST, NOW = "2015-01-01", "2027-12-30", datetime(2027, 12, 31, 12, tzinfo=UTC)
# What an employee does counts in no number, and says that the export reaches so far. A cost of nothing does, too.
EMPLOYEE = {"customer_id": "an-employee", "is_staff": True}
REACHING: dict[str, Row] = {
    "orders": {"customer_id": "an-employee", "ordered_at": "{day}", "net_amount": 1},
    "subscriptions": {
        "subscription_id": "an-employee",
        "customer_id": "an-employee",
        "effective_at": "{day}",
        "monthly_amount": 1,
    },
    "content": {"customer_id": "an-employee", "posted_at": "{day}"},
    "interactions": {"customer_id": "an-employee", "occurred_at": "{day}"},
    "contributions": {"customer_id": "an-employee", "challenge_id": "a-challenge", "occurred_at": "{day}"},
    "touches": {"ambassador_id": "an-employee", "customer_id": "an-employee", "occurred_at": "{day}"},
    "referrals": {"ambassador_id": "an-employee", "referred_at": "{day}"},
    "surveys": {"customer_id": "an-employee", "asked_at": "{day}"},
    "rewards": {"customer_id": "an-employee", "granted_at": "{day}", "cost_amount": 0},
    "costs": {"incurred_on": "{day}", "amount": 0},
}


@pytest.fixture(scope="module")
def company(bare_company: Company) -> Company:
    """A bare company of which every table written reaches from `FIRST` to `LAST`."""

    def build(*, settings: Settings | None = None, **tables: Sequence[Row]) -> Warehouse:
        return bare_company(settings=settings, now=NOW, **reaching(tables))

    return build


def reaching(tables: dict[str, Sequence[Row]]) -> dict[str, Sequence[Row]]:
    """The tables with a row at each end that counts in no number."""
    done = {name: [*rows, *_ends(name)] for name, rows in tables.items()}
    if any(row.get("ambassador_id") for row in tables.get("orders", ())):
        done["orders"] = [
            {**row, "ambassador_id": "an-employee"} if row["customer_id"] == "an-employee" else row
            for row in done["orders"]
        ]
    if not REACHING.keys().isdisjoint(tables):
        done["customers"] = [*done.get("customers", []), EMPLOYEE]
    if any(row.get("ambassador_id") == "an-employee" for rows in done.values() for row in rows):
        done["ambassadors"] = [
            *done.get("ambassadors", []),
            {"ambassador_id": "an-employee", "customer_id": "an-employee"},
        ]
    return done


def _ends(table: str) -> list[Row]:
    row = REACHING.get(table)
    if row is None:
        return []
    return [{column: day if value == "{day}" else value for column, value in row.items()} for day in (FIRST, LAST)]
