"""A new version takes over what nothing behind it changed, and builds the rest again."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kpi.ingest import TABLES
from kpi.store import Assumptions, Built, Earlier, build_warehouse

ASSUMPTIONS = Assumptions(
    time_zone="Europe/Paris", currency="EUR", rates={}, default_margin_rate=Decimal("0.5"), today=date(2026, 6, 1)
)
MAY = datetime(2026, 5, 5, 12, tzinfo=UTC)
CUSTOMER = {"customer_id": "C1", "joined_at": MAY}
ORDER = {"order_id": "O1", "customer_id": "C1", "ordered_at": MAY, "net_amount": Decimal(100)}
VOTE = {"interaction_id": "I1", "customer_id": "C1", "occurred_at": MAY, "kind": "vote"}


def _landed(path: Path, *rows: dict[str, Any]) -> Path:
    table = TABLES[path.name.partition("-")[0]]
    complete = [{name: row.get(name, table.defaults.get(name)) for name in table.columns} for row in rows]
    pl.DataFrame(complete, schema=table.polars_schema, orient="row").write_parquet(path)
    return path


def _build(path: Path, files: list[Path], assumptions: Assumptions, earlier: Earlier | None = None) -> Built:
    landing: dict[str, list[Path]] = {}
    for file in files:
        landing.setdefault(file.name.partition("-")[0], []).append(file)
    return build_warehouse(
        path,
        landing=landing,
        tables=TABLES,
        assumptions=assumptions,
        progress=lambda step, done, total: None,
        earlier=earlier,
    )


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [
        _landed(tmp_path / "customers-1.parquet", CUSTOMER),
        _landed(tmp_path / "orders-1.parquet", ORDER),
        _landed(tmp_path / "interactions-1.parquet", VOTE),
    ]


@pytest.fixture
def earlier(tmp_path: Path, files: list[Path]) -> Earlier:
    built = _build(tmp_path / "earlier.duckdb", files, ASSUMPTIONS)
    assert built.reused == frozenset()
    return Earlier(path=tmp_path / "earlier.duckdb", marks=built.marks, rows=built.rows)


def test_only_what_depends_on_a_change_is_built_again(tmp_path: Path, files: list[Path], earlier: Earlier) -> None:
    more = _landed(tmp_path / "orders-2.parquet", {**ORDER, "order_id": "O2"})
    built = _build(tmp_path / "later.duckdb", [*files, more], ASSUMPTIONS, earlier)
    assert {"dim_customers", "fct_acts_daily", "fct_costs_daily", "fct_survey_answers"} <= built.reused
    assert built.reused.isdisjoint({"fct_orders", "fct_orders_daily", "fct_credit_shares", "dim_table_dates"})
    assert (built.rows["orders"], built.rows["customers"]) == (2, 1)


def test_without_a_change_everything_is_taken_over(tmp_path: Path, files: list[Path], earlier: Earlier) -> None:
    built = _build(tmp_path / "later.duckdb", files, ASSUMPTIONS, earlier)
    assert {"fct_orders", "fct_credit_shares", "dim_table_dates"} <= built.reused
    assert (built.marks, built.rows, built.data_end) == (earlier.marks, earlier.rows, date(2026, 5, 6))


@pytest.mark.parametrize(
    ("change", "built_again", "taken_over"),
    [
        ({"default_margin_rate": Decimal("0.4")}, "fct_orders", "dim_people"),
        ({"time_zone": "Asia/Tokyo"}, "dim_customers", "dim_people"),
        ({"today": date(2027, 1, 1)}, "dim_table_dates", "fct_orders"),
        ({"rates": {"USD": Decimal("0.9")}}, "fct_orders", "fct_acts"),
    ],
)
def test_a_changed_setting_builds_again_what_reads_it(
    tmp_path: Path, files: list[Path], earlier: Earlier, change: dict[str, Any], built_again: str, taken_over: str
) -> None:
    built = _build(tmp_path / "later.duckdb", files, replace(ASSUMPTIONS, **change), earlier)
    assert built_again not in built.reused
    assert taken_over in built.reused
