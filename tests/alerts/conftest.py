"""A shop of some written weeks, people with accounts, and rules that watch."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kpi.access.accounts import Accounts
from kpi.access.credentials import Account, Language
from kpi.access.roles import Role
from kpi.decisions import Author
from kpi.decisions.alert_rules import Rule, Span, When, record_rule
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from tests.conftest import completed, write_tables

from .posting import Post

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
OLGA = Author(name="olga", decides=frozenset({"alerts"}))
SAM = Author(name="sam")
PEOPLE = frozenset({"olga", "sam", "carla"})
HASH = "$2b$12$" + "a" * 53


def weekly_orders(*, newest: int = 5, shift: int = 0) -> list[dict[str, object]]:
    """Orders of 100 each in the thirteen weeks up to Saturday 21 November: the newest week's, then 3 and 1 by turns.

    One order of the newest week is Belgian and on its last day, all others French and on the first day of their week.
    """
    weeks = [newest, *[3, 1] * 6]
    monday = [TODAY - timedelta(days=7 * (back + 1) - shift) for back in range(len(weeks))]
    orders: list[dict[str, object]] = [
        {"customer_id": "fr", "ordered_at": f"{day} 10:00:00", "net_amount": 100}
        for day, number in zip(monday, weeks, strict=True)
        for _ in range(number)
    ]
    orders[newest - 1] |= {"customer_id": "be", "ordered_at": f"{TODAY - timedelta(days=1 - shift)} 10:00:00"}
    return orders


CUSTOMERS = [
    {"customer_id": "fr", "country_code": "FR"},
    {"customer_id": "be", "country_code": "BE"},
]


def rule(when: When, limit: str | None = None, **changes: object) -> Rule:
    """A rule on the orders of a week that tells Olga."""
    given: dict[str, Any] = {
        "key": "orders-rule",
        "name": "Orders",
        "metric": "orders",
        "when": when,
        "limit": None if limit is None else Decimal(limit),
        "span": Span.WEEK,
        "told": ("olga",),
        **changes,
    }
    return Rule(**given)


def make(store: Store, *rules: Rule) -> None:
    for one in rules:
        record_rule(store.ledger, OLGA, one, at=NOW, people=PEOPLE)


def publish(
    store: Store, folder: Path, settings: Settings, orders: list[dict[str, object]], now: datetime = NOW
) -> None:
    """Import these orders through the real import."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = completed({"customers": CUSTOMERS, "orders": orders})
    report = import_files(store, write_tables(folder, tables), settings, now=NOW)
    assert report.quarantine.rows(named=True) == []


@pytest.fixture
def shop(tmp_path: Path, paris: Settings) -> Store:
    """A store with the written weeks published as version 1."""
    store = Store(tmp_path / "store")
    publish(store, tmp_path / "first", paris, weekly_orders())
    return store


@pytest.fixture
def hire(shop: Store) -> Callable[..., None]:
    """Give somebody an account."""
    shop.ledger.begin(at=NOW)

    def add(username: str, role: Role, email: str = "", language: Language | None = None) -> None:
        account = Account(
            username=username, name=username.title(), role=role, email=email, language=language, password_hash=HASH
        )
        Accounts(shop.credentials_file).add(account)

    return add


@pytest.fixture
def post(tmp_path: Path) -> Post:
    (tmp_path / "kept").mkdir()
    return Post(tmp_path / "kept")
