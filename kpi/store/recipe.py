"""Other systems' exports, turned into a contract table by one SQL query that sees the given file only."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from kpi.errors import RecipeError
from kpi.store.engine import connect, first_line, literal

BATCH_ROWS = 200_000


def run_recipe(sql: str, source: Path) -> Iterator[pl.DataFrame]:
    """The rows that a recipe selects `from source`, in batches.

    `source` is a Parquet file, or a pattern that names several. Files, network and settings are out of the query's
    reach. `RecipeError` says what DuckDB refused.
    """
    with connect() as connection:
        connection.execute(
            f"create table source as select * from read_parquet({literal(source)}, union_by_name = true)"
        )
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        try:
            batches = connection.execute(sql).to_arrow_reader(BATCH_ROWS)
        except duckdb.Error as error:
            raise RecipeError(f"The recipe could not be run: {first_line(error)}") from error
        for batch in batches:
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            yield frame
