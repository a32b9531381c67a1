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
        query = f"select {columns} from read_parquet([{listed}])"
        if len(files) > 1:
            query = _latest(table, listed)
    connection.execute(f"create or replace temp view {quoted(name or 'landing_' + table.name)} as {query}")


def _latest(table: LandedTable, listed: str) -> str:
    """The rows of which no later file holds the key: only keys that come twice are held meanwhile, not every row."""
    columns = ", ".join(f"rows_of.{quoted(column)}" for column in table.polars_schema)
    key = ", ".join(quoted(column) for column in table.key)
    is_same = " and ".join(f"rows_of.{quoted(column)} = repeated.{quoted(column)}" for column in table.key)
    return (
        f"with repeated as (select {key}, max(filename) as newest from read_parquet([{listed}], filename = true)"
        f" group by {key} having count(*) > 1)"
        f" select {columns} from read_parquet([{listed}], filename = true) as rows_of"
        f" left join repeated on {is_same} and rows_of.filename < repeated.newest where repeated.newest is null"
    )
