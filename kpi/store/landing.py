"""From rows that hold in themselves to landing files: the rules that need other rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from kpi.store.engine import connect, literal, quoted
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
) -> Settled:
    """Check references, refund totals and repeated keys of one table's rows, and write the others to `target`.

    `validated` are Parquet files with the contract's columns and `_row`; `landing` are the files in force of every
    table, those of this import included for the tables settled before this one.
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
            _reject_excess_refunds(connection, tables, landing, currency)
        accepted, replaced = _write(connection, table, target)
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


def _reject_excess_refunds(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, LandedTable],
    landing: Mapping[str, Sequence[Path]],
    currency: str,
) -> None:
    """Set aside, in order of date, each refund that would bring an order's refunds above its net amount.

    Amounts of orders in another currency are compared by the audit, which knows the rates.
    """
    create_landing_view(connection, tables["refunds"], landing.get("refunds", ()), name="earlier_refunds")
    create_landing_view(connection, tables["orders"], landing.get("orders", ()), name="known_orders")
    rows = connection.execute(
        """
        with
        standing as (
            select * from earlier_refunds
            where not exists (select 1 from candidates where candidates.refund_id = earlier_refunds.refund_id)
        ),
        latest as (
            select * from candidates
            qualify row_number() over (partition by refund_id order by filename desc, _row desc) = 1
        ),
        refunds as (
            select order_id, refunded_at, refund_id, amount, filename, _row from latest
            where not exists (
                select 1 from rejects where rejects.filename = latest.filename and rejects._row = latest._row
            )
            union all
            select order_id, refunded_at, refund_id, amount, null, null from standing
        ),
        totalled as (
            select refunds.*, known_orders.net_amount, sum(amount) over (partition by refunds.order_id) as total_amount
            from refunds
            inner join known_orders on refunds.order_id = known_orders.order_id
            where coalesce(known_orders.currency, $currency) = $currency
        )
        select order_id, filename, _row, amount, net_amount from totalled
        where total_amount > net_amount
        order by order_id, filename is not null, refunded_at, refund_id
        """,
        {"currency": currency},
    ).fetchall()
    refunded: dict[str, Decimal] = {}
    excess: list[tuple[str, int, str]] = []
    for order_id, filename, row, amount, net_amount in rows:
        total = refunded.get(order_id, Decimal(0)) + amount
        if filename is not None and total > net_amount:
            excess.append((filename, row, str(amount)))
        else:
            refunded[order_id] = total
    if excess:
        connection.executemany(
            "insert into rejects values (?, ?, 'amount', 'an order''s refunds must not exceed its net_amount', ?)",
            excess,
        )


def _write(connection: duckdb.DuckDBPyConnection, table: LandedTable, target: Path) -> tuple[int, int]:
    """Write the rows not set aside, the last one of each key, and return how many were written and replaced."""
    columns = ", ".join(quoted(column) for column in table.polars_schema)
    key = ", ".join(quoted(column) for column in table.key)
    has_rejects = connection.execute("select count(*) from rejects").fetchall()[0][0] > 0
    kept = f"select {columns}, {POSITION} from candidates"
    if has_rejects:
        kept += " anti join rejects using (filename, _row)"
    counts = f"select count(*), count(distinct ({key})) from ({kept})"
    rows, keys = connection.execute(counts).fetchall()[0]
    query = f"select {columns} from ({kept})"
    if keys < rows:
        query += f" qualify row_number() over (partition by {key} order by filename desc, _row desc) = 1"
    connection.execute(f"copy ({query}) to {literal(target)} (format parquet, compression zstd)")
    return keys, rows - keys
