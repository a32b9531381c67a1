"""What the store needs to know of a source table, and how its landing files become one set of rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import duckdb
import polars as pl

from kpi.store.engine import literal, quoted

_TYPES: Mapping[type[pl.DataType], str] = {
    pl.String: "varchar",
    pl.Boolean: "boolean",
    pl.Int64: "bigint",
    pl.Date: "date",
    pl.Datetime: "timestamptz",
    pl.Decimal: "decimal(18, 4)",
}


class LandedTable(Protocol):
    """A source table: its columns with their Polars types, its key, and what its columns refer to."""

    @property
    def name(self) -> str:
        """The table's name."""

    @property
    def key(self) -> Sequence[str]:
        """The columns that name a row."""

    @property
    def references(self) -> Mapping[str, str]:
        """Column → table whose single key it must be."""

    @property
    def polars_schema(self) -> Mapping[str, pl.DataType]:
        """Column → type of the landed file."""


def create_landing_view(
    connection: duckdb.DuckDBPyConnection, table: LandedTable, files: Sequence[Path], *, name: str | None = None
) -> None:
    """Create the view `landing_<table>`: of rows with the same key, the one of the latest file counts.

    A file never holds a key twice. A table without files becomes a view without rows.
    """
    columns = ", ".join(quoted(column) for column in table.polars_schema)
    if not files:
        nulls = ", ".join(
            f"cast(null as {_TYPES[type(kind)]}) as {quoted(column)}" for column, kind in table.polars_schema.items()
        )
        query = f"select {nulls} where false"
    else:
        listed = ", ".join(literal(file) for file in files)
        query = f"select {columns} from read_parquet([{listed}], filename = true)"
        if len(files) > 1:
            key = ", ".join(quoted(column) for column in table.key)
            query += f" qualify row_number() over (partition by {key} order by filename desc) = 1"
    connection.execute(f"create or replace temp view {quoted(name or 'landing_' + table.name)} as {query}")
