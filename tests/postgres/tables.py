"""Contract files written as tables of a database, their text turned into values by PostgreSQL itself."""

import csv
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from kpi.ingest import TABLES
from tests.postgres.conftest import Database

_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "text",
    pl.Int64: "bigint",
    pl.Decimal: "numeric(18, 4)",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime: "timestamptz",
}
_AT_ONCE = 2_000


def fill(database: Database, folder: Path) -> None:
    """Create a typed table for every contract file of a folder and put the file's rows into it."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            delimiter = max(",;\t", key=file.readline().count)
            file.seek(0)
            names, *rows = csv.reader(file, delimiter=delimiter)
        kinds = TABLES[path.stem].polars_schema
        columns = ", ".join(f"{name} {_TYPES[type(kinds[name])]}" for name in names)
        parts = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
        database.run(
            "set time zone 'Europe/Paris'",
            f"create table {path.stem} ({columns})",
            *(f"insert into {path.stem} values {', '.join(_row(row) for row in part)}" for part in parts),
        )


def _row(cells: Sequence[str]) -> str:
    return f"({', '.join(_literal(cell) for cell in cells)})"


def _literal(cell: str) -> str:
    return "'" + cell.replace("'", "''") + "'" if cell else "null"
