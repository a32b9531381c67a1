"""Other systems' data, turned into a contract table by one SQL query that sees the given tables only."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import duckdb
import polars as pl

from kpi.errors import RecipeError
from kpi.store.engine import connect, first_line, literal, quoted

BATCH_ROWS = 200_000


def run_recipe(sql: str, tables: Mapping[str, Sequence[Path]]) -> Iterator[pl.DataFrame]:
    """The rows that a recipe, one select statement, finds in the named tables, in batches; the first has no rows.

    `tables`: name → the Parquet files that hold its rows. Files, network and settings are out of the query's reach.
    `RecipeError` says what DuckDB refused.
    """
    with connect() as connection:
        for name, files in tables.items():
            listed = ", ".join(literal(file) for file in files)
            rows = f"select * from read_parquet([{listed}], union_by_name = true)"
            connection.execute(f"create table {quoted(name)} as {rows}")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        try:
            _require_query(connection, sql)
            reader = connection.execute(sql).to_arrow_reader(BATCH_ROWS)
            # The empty table comes first, so that an outcome without rows has its columns all the same.
            for batch in chain([reader.schema.empty_table()], reader):
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)
                yield frame
        except (duckdb.Error, OSError) as error:
            # A value that cannot be converted shows up while batches are read, as pyarrow's OSError.
            raise RecipeError(f"The recipe could not be run: {first_line(error)}") from error


def _require_query(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Refuse all but a query; DuckDB itself puts the creation of a type before one that pivots."""
    kinds = [statement.type for statement in connection.extract_statements(sql)]
    *before, last = kinds or [duckdb.StatementType.INVALID]
    if last != duckdb.StatementType.SELECT or any(kind != duckdb.StatementType.CREATE for kind in before):
        raise RecipeError(
            "A recipe is one select statement that reads the tables it is given and nothing else. "
            f"This one has {', '.join(kind.name for kind in kinds) or 'no statement'}."
        )
