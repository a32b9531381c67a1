"""From rows that hold in themselves to landing files: the rules that need other rows."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from kpi.store.engine import connect, literal, quoted
from kpi.store.refunds import reject_excess_refunds
from kpi.store.tables import LandedTable, create_landing_view

POSITION = "filename, _row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One table of an import: the landing file, the rows in it, and the rows set aside.

    `rejected` has the columns source (position in the list of files), row, column, rule, value; `replaced` counts the
    rows that a later row of the same import with the same key replaced.
    """

    landed: Path
    accepted: int
    replaced: int
    rejected: pl.DataFrame


def settle(
    table: LandedTable,
    validated: Sequence[Path],
    target: Path,
    *,
    landing: Mapping[str, Sequence[Path]],
    tables: Mapping[str, LandedTable],
    work: Path,
    currency: str,
    rates: Mapping[str, Decimal],
) -> Settled:
    """Check references, refund totals and repeated keys of one table's rows, and write the others to `target`.

    `validated` are Parquet files with the contract's columns and `_row`; `landing` are the files in force of every
    table, those of this import included for the tables settled before this one. `rates` turn the amounts of orders into
    the reporting `currency`.
    """
    work.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with connect(work / "settle.duckdb") as connection:
        listed = ", ".join(literal(path) for path in validated)
        connection.execute(f"create temp view candidates as select * from read_parquet([{listed}], filename = true)")
        connection.execute(
            "create or replace temp table rejects"
            " (filename varchar, _row bigint, column_name varchar, rule varchar, value varchar)"
        )
        for column, referred in table.references.items():
            _reject_missing(connection, column, tables[referred], landing.get(referred, ()))
        if table.name == "refunds":
            reject_excess_refunds(connection, tables=tables, landing=landing, currency=currency, rates=rates)
        accepted, replaced = _write(connection, table, validated, target)
        order = {str(path): position for position, path in enumerate(validated)}
        rows = connection.execute("select * from rejects order by filename, _row").fetchall()
    (work / "settle.duckdb").unlink(missing_ok=True)
    return Settled(
        landed=target,
        accepted=accepted,
        replaced=replaced,
        rejected=pl.DataFrame(
            [(order[name], row, column, rule, value) for name, row, column, rule, value in rows],
            schema={"source": pl.Int64, "row": pl.Int64, "column": pl.String, "rule": pl.String, "value": pl.String},
            orient="row",
        ),
    )


def _reject_missing(
    connection: duckdb.DuckDBPyConnection, column: str, referred: LandedTable, files: Sequence[Path]
) -> None:
    create_landing_view(connection, referred, files, name="referred")
    key = quoted(referred.key[0])
    connection.execute(
        f"insert into rejects select {POSITION}, ?, ?, {quoted(column)} from candidates"
        f" where {quoted(column)} is not null"
        f" and not exists (select 1 from referred where referred.{key} = candidates.{quoted(column)})",
        [column, f"must exist in {referred.name}"],
    )


def _write(
    connection: duckdb.DuckDBPyConnection, table: LandedTable, validated: Sequence[Path], target: Path
) -> tuple[int, int]:
    """Write the rows not set aside, the last one of each key, and return how many were written and replaced."""
    columns = ", ".join(quoted(column) for column in table.polars_schema)
    key = ", ".join(quoted(column) for column in table.key)
    has_rejects = connection.execute("select count(*) from rejects").fetchall()[0][0] > 0
    kept = f"select {columns}, {POSITION} from candidates"
    if has_rejects:
        kept += " anti join rejects using (filename, _row)"
    counts = f"select count(*), count(distinct ({key})) from ({kept})"
    rows, keys = connection.execute(counts).fetchall()[0]
    if len(validated) == 1 and rows == keys and not has_rejects:
        # Nothing to leave out: the file as it was checked is the landing file, with a row number that no view reads.
        os.replace(validated[0], target)
        return keys, 0
    query = f"select {columns} from ({kept})"
    if keys < rows:
        query += f" qualify row_number() over (partition by {key} order by filename desc, _row desc) = 1"
    connection.execute(f"copy ({query}) to {literal(target)} (format parquet, compression zstd)")
    return keys, rows - keys
