"""What test folders share: a company of a few written rows, imported as exports would be, and its open warehouse."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from kpi.ingest import import_files
from kpi.ingest.contract import TABLES
from kpi.settings import Settings
from kpi.store import Store, Warehouse

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

# No test is about how fast the machine is.
hypothesis_settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("unhurried")

Row = Mapping[str, object]
Tables = dict[str, list[dict[str, object]]]

# What a row says where a test leaves a required column out.
USUAL: Mapping[str, Row] = {
    "customers": {"joined_at": "2020-01-01"},
    "products": {"name": "A product", "unit_cost": 0},
    "ambassadors": {"enrolled_at": "2020-01-01"},
    "challenges": {
        "title": "A challenge",
        "unit": "posts",
        "target": 10,
        "starts_on": "2020-01-01",
        "ends_on": "2030-01-01",
    },
    "order_lines": {"quantity": 1},
    "touches": {"kind": "link"},
    "content": {"platform": "instagram", "kind": "post", "origin": "organic"},
    "interactions": {"kind": "feedback"},
    "surveys": {"audience": "customer", "kind": "nps", "asked_at": "2020-01-01"},
    "costs": {"channel": "ambassador", "category": "other"},
    "rewards": {"rung": "recognition", "kind": "thanks"},
    "contributions": {"challenge_id": "a-challenge", "quantity": 1},
}
# Rows that are made up when another row mentions their id, in an order that lets made-up rows mention further ones.
MADE_UP = ("challenges", "products", "ambassadors", "customers")


class Company(Protocol):
    """Import rows (table → rows) into a store of their own and open it; columns left out take their usual value."""

    def __call__(
        self, *, settings: Settings | None = None, now: datetime = NOW, **tables: Sequence[Row]
    ) -> Warehouse: ...


@pytest.fixture(scope="session")
def paris() -> Settings:
    """Settings that do not follow the file: Europe/Paris, euros, half of an order's amount as default margin."""
    return Settings(time_zone="Europe/Paris", currency="EUR", rates={}, default_margin_rate=Decimal("0.5"))


@pytest.fixture(scope="module")
def bare_company(tmp_path_factory: pytest.TempPathFactory, paris: Settings) -> Iterator[Company]:
    """Import written rows through the real import and open what it published.

    Customers, ambassadors, products and challenges that a row mentions are made up when the test does not write them:
    customers are no staff and have no segment, ambassadors are partners enrolled since 2020. Keys are numbered. A row
    that the import would set aside fails the test. A build takes some 0.3 s: share a company where tests allow it.
    """
    opened: list[Warehouse] = []

    def build(*, settings: Settings | None = None, now: datetime = NOW, **tables: Sequence[Row]) -> Warehouse:
        folder = tmp_path_factory.mktemp("company")
        store = Store(folder / "store")
        report = import_files(store, write_tables(folder, completed(tables)), settings or paris, now=now)
        assert report.quarantine.rows(named=True) == []
        opened.append(Warehouse(store))
        return opened[-1]

    yield build
    for warehouse in opened:
        warehouse.close()


@pytest.fixture(scope="module")
def company(bare_company: Company) -> Company:
    """The same; a folder of tests may add rows of its own."""
    return bare_company


def completed(tables: Mapping[str, Sequence[Row]]) -> Tables:
    """The rows with numbered keys, usual values and the rows that they mention."""
    done: Tables = {
        name: [_complete(name, number, row) for number, row in enumerate(tables[name], 1)] for name in tables
    }
    for name in MADE_UP:
        (key,) = TABLES[name].key
        known = {row[key] for row in done.get(name, [])}
        mentioned = {
            row[column]: None for column, rows in _references_to(name, done) for row in rows if row.get(column)
        }
        made_up = [_complete(name, 0, {key: identifier}) for identifier in mentioned if identifier not in known]
        if made_up:
            done.setdefault(name, []).extend(made_up)
    return done


def write_tables(folder: Path, tables: Tables) -> list[Path]:
    """One CSV file per table, named as the contract asks."""
    return [_write(folder / f"{name}.csv", rows) for name, rows in tables.items()]


def _complete(table: str, number: int, row: Row) -> dict[str, object]:
    *_, last_key = TABLES[table].key
    numbered = number if last_key == "line_no" else f"{table}-{number:03d}"
    return {last_key: numbered, **USUAL.get(table, {}), **row}


def _references_to(referred: str, tables: Tables) -> Iterator[tuple[str, list[dict[str, object]]]]:
    for name, rows in list(tables.items()):
        for column, target in TABLES[name].references.items():
            if target == referred:
                yield column, rows


def _write(path: Path, rows: Sequence[Row]) -> Path:
    columns = dict.fromkeys(column for row in rows for column in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows({column: _text(value) for column, value in row.items()} for row in rows)
    return path


def _text(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
