"""The rule that an order's refunds never exceed what was paid for it, held while refunds are imported."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from kpi.store.tables import LandedTable, create_landing_view

EXCEEDS = "an order's refunds must not exceed its net_amount"

# A row set aside does not replace anything: the last good row of its key counts, from this import or an earlier one.
COMPETING = """
with
latest as (
    select refund_id, order_id, refunded_at, amount, filename, _row
    from candidates
    anti join rejects using (filename, _row)
    qualify row_number() over (partition by refund_id order by filename desc, _row desc) = 1
),
in_force as (
    select * from latest
    union all
    select refund_id, order_id, refunded_at, amount, null as filename, null as _row
    from earlier_refunds
    anti join latest using (refund_id)
),
paid as (
    select
        known_orders.order_id,
        round(cast(known_orders.net_amount as decimal(38, 4)) * order_rates.rate, 4) as paid_amount
    from known_orders
    inner join order_rates on coalesce(known_orders.currency, $currency) = order_rates.currency
),
totalled as (
    select in_force.*, paid.paid_amount, sum(in_force.amount) over (partition by in_force.order_id) as total_amount
    from in_force
    inner join paid using (order_id)
)
select order_id, filename, _row, amount, paid_amount
from totalled
where total_amount > paid_amount
order by order_id, filename is not null, refunded_at, refund_id
"""


def reject_excess_refunds(
    connection: duckdb.DuckDBPyConnection,
    *,
    tables: Mapping[str, LandedTable],
    landing: Mapping[str, Sequence[Path]],
    currency: str,
    rates: Mapping[str, Decimal],
) -> None:
    """Add to `rejects`, in order of date, each of the `candidates` that brings an order's refunds above what was paid.

    Refunds are in the reporting currency, orders may carry another; refunds of earlier imports come first.
    """
    create_landing_view(connection, tables["refunds"], landing.get("refunds", ()), name="earlier_refunds")
    create_landing_view(connection, tables["orders"], landing.get("orders", ()), name="known_orders")
    connection.execute("create temp table order_rates (currency varchar, rate decimal(18, 8))")
    connection.executemany("insert into order_rates values (?, ?)", list({**rates, currency: Decimal(1)}.items()))
    # A rejected row may bring back the one that it would have replaced, so the totals are looked at again.
    while excess := _find_excess(connection, currency):
        connection.executemany("insert into rejects values (?, ?, 'amount', ?, ?)", excess)


def _find_excess(connection: duckdb.DuckDBPyConnection, currency: str) -> list[tuple[str, int, str, str]]:
    refunded: dict[str, Decimal] = {}
    excess = []
    rows = connection.execute(COMPETING, {"currency": currency}).fetchall()
    for order_id, filename, row, amount, paid_amount in rows:
        total = refunded.get(order_id, Decimal(0)) + amount
        if filename is not None and total > paid_amount:
            excess.append((filename, row, EXCEEDS, str(amount)))
        else:
            refunded[order_id] = total
    return excess
