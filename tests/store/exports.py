"""Small exports written out in a test, their import, and what a store holds afterwards."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from kpi.ingest import TABLES, ImportReport, import_files
from kpi.metrics import METRICS, measure
from kpi.period import Period
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.store.engine import connect
from kpi.store.tables import create_landing_view

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))

CUSTOMERS = "customer_id,joined_at"
ORDERS = "order_id,customer_id,ordered_at,net_amount"
REFUNDS = "refund_id,order_id,refunded_at,amount"


def settings(**changes: Any) -> Settings:
    """Settings that follow neither the file nor the environment where a test depends on them."""
    chosen: dict[str, Any] = {
        "time_zone": "Europe/Paris",
        "currency": "EUR",
        "rates": {"USD": Decimal("0.5")},
        "rejected_rows_limit": 1.0,
        "kept_versions": 5,
    }
    return Settings(**chosen | changes)


def write(folder: Path, **tables: Sequence[str]) -> Path:
    """Write `<table>.csv` per table, its header first; a second `_` in a name starts the batch label."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in tables.items():
        table, _, batch = name.partition("__")
        file = folder / (f"{table}-{batch}.csv" if batch else f"{table}.csv")
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def bring(store: Store, folder: Path, **tables: Sequence[str]) -> ImportReport:
    """Write the tables into `folder` and import it, with every share of rejected rows allowed."""
    return import_files(store, [write(folder, **tables)], settings(), now=NOW)


def in_force(store: Store, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of a source table that count in the published version, in order."""
    files = [store.folder / name for name in store.published().landing.get(table, ())]
    with connect() as connection:
        create_landing_view(connection, TABLES[table], files)
        return connection.execute(f"select {', '.join(columns)} from landing_{table} order by all").fetchall()


def quarantined(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    """The rows set aside as file, row, column, rule and value."""
    return frame.select("file", "row", "column", "rule", "value").rows()


def held(store: Store) -> dict[str, bytes]:
    """Every file of the store, byte for byte, the lock left out."""
    return {
        file.relative_to(store.folder).as_posix(): file.read_bytes()
        for file in sorted(store.folder.rglob("*"))
        if file.is_file() and file.name != "import.lock"
    }


def values(store: Store) -> dict[str, Any]:
    """Every metric of the published version, over the year 2026."""
    warehouse = Warehouse(store)
    found = {name: measure(warehouse, metric, YEAR).estimate.value for name, metric in METRICS.items()}
    warehouse.close()
    return found


def value(store: Store, metric: str) -> Any:
    """One metric of the published version, over the year 2026."""
    warehouse = Warehouse(store)
    found = measure(warehouse, METRICS[metric], YEAR).estimate.value
    warehouse.close()
    return found
