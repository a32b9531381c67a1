"""Other systems' exports, turned into a contract table by one SQL query that sees the given file only."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import duckdb
import polars as pl

from kpi.errors import RecipeError
from kpi.store.engine import connect, first_line, literal

BATCH_ROWS = 200_000


def run_recipe(sql: str, source: Path) -> Iterator[pl.DataFrame]:
    """The rows that a recipe, one select statement, finds in the table `source`, in batches; the first has no rows.

    `source` is a Parquet file, or a pattern that names several. Files, network and settings are out of the query's
    reach. `RecipeError` says what DuckDB refused.
    """
    files = [source] if source.exists() else sorted(source.parent.glob(source.name))
    listed = ", ".join(literal(file) for file in files)
    with connect() as connection:
        connection.execute(f"create table source as select * from read_parquet([{listed}], union_by_name = true)")
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
            "A recipe is one select statement that reads from source and nothing else. "
            f"This one has {', '.join(kind.name for kind in kinds) or 'no statement'}."
        )
