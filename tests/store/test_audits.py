"""Every audit made to fail on purpose, by landing files that no import would write."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kpi.errors import AuditFailedError
from kpi.ingest import TABLES
from kpi.store import Assumptions, Built, build_warehouse
from kpi.store.engine import connect
from kpi.store.models import MODELS, read_audits

Rows = Sequence[Mapping[str, Any]]
ASSUMPTIONS = Assumptions(
    time_zone="Europe/Paris",
    currency="EUR",
    rates={},
    default_margin_rate=Decimal("0.5"),
    today=date(2026, 6, 1),
)


def _at(day: int) -> datetime:
    return datetime(2026, 5, day, 12, tzinfo=UTC)


def _build(folder: Path, **tables: Rows) -> Built:
    """Build from rows as they are: one landing file per table, columns left out null or their default."""
    landing = {}
    for name, rows in tables.items():
        table = TABLES[name]
        complete = [{column: row.get(column, table.defaults.get(column)) for column in table.columns} for row in rows]
        landing[name] = [folder / f"{name}.parquet"]
        pl.DataFrame(complete, schema=table.polars_schema, orient="row").write_parquet(landing[name][0])
    return build_warehouse(
        folder / "warehouse.duckdb",
        landing=landing,
        tables=TABLES,
        assumptions=ASSUMPTIONS,
        progress=lambda step, done, total: None,
    )


CUSTOMER = {"customer_id": "C1", "joined_at": _at(1)}
BUYER = {"customer_id": "C2", "joined_at": _at(1)}
AMBASSADOR = {"ambassador_id": "A1", "customer_id": "C1", "enrolled_at": _at(1)}
ORDER = {"order_id": "O1", "customer_id": "C2", "ordered_at": _at(5), "net_amount": Decimal(100)}
LINE = {"order_id": "O1", "line_no": 1, "product_id": "P1", "quantity": Decimal(1), "net_amount": Decimal(100)}
PRODUCT = {"product_id": "P1", "name": "Lamp", "unit_cost": Decimal(1)}
REFUND = {"refund_id": "R1", "order_id": "O1", "refunded_at": _at(6), "amount": Decimal(60)}
SUBSCRIPTION = {"subscription_id": "S1", "effective_at": _at(2), "customer_id": "C2", "monthly_amount": Decimal(10)}
POST = {"content_id": "X1", "customer_id": "C1", "posted_at": _at(3), "platform": "blog", "kind": "post"}
CODE = {**ORDER, "ambassador_id": "A1"}
COSTED = {**ORDER, "cost_amount": Decimal(8)}

# Audit → the rows that contradict themselves and what the message says of them.
CONTRADICTIONS: dict[str, tuple[dict[str, Rows], str]] = {
    "key twice": (
        {"customers": [CUSTOMER, CUSTOMER]},
        "customers holds a key twice: 1 (C1)",
    ),
    "key of two columns twice": (
        {"customers": [BUYER], "orders": [ORDER], "products": [PRODUCT], "order_lines": [LINE, LINE]},
        "order_lines holds a key twice: 1 (O1/1)",
    ),
    "reference": (
        {"customers": [CUSTOMER], "orders": [{**ORDER, "order_id": f"O{n}"} for n in range(1, 7)]},
        "orders.customer_id names no row of customers: 6 (",
    ),
    "refunds_within_orders": (
        {"customers": [BUYER], "orders": [ORDER], "refunds": [REFUND, {**REFUND, "refund_id": "R2"}]},  # 60 + 60 > 100
        "refunds exceed what was paid for the order: 1 (O1)",
    ),
    "rates_known": (
        {"customers": [BUYER], "orders": [{**ORDER, "currency": "USD"}]},
        "an order's currency has no rate in the settings any more: 1 (O1)",
    ),
    "credit_conserved": (
        # the same ambassador twice takes the credit twice, while the order's worth counts once
        {"customers": [CUSTOMER, BUYER], "ambassadors": [AMBASSADOR, AMBASSADOR], "orders": [CODE]},
        "the credits of a model and window do not add up to the orders that had a touch: 12 (",
    ),
    "revenue_by_product_adds_up": (
        # the same product twice doubles what was bought of it
        {
            "customers": [BUYER],
            "orders": [ORDER],
            "products": [PRODUCT, {**PRODUCT, "name": "Lamp again"}],
            "order_lines": [LINE],
        },
        "revenue by product does not add up to revenue, or credited revenue by product to credited revenue: 1 (all ord",
    ),
    "recurring_revenue_identity": (
        # the same first order twice: whoever paid it seems to pay each month twice
        {
            "customers": [CUSTOMER, BUYER],
            "ambassadors": [AMBASSADOR],
            "orders": [CODE, CODE],
            "subscriptions": [SUBSCRIPTION],
        },
        "monthly recurring revenue summed from movements differs from the subscriptions in force: 1 (C2)",
    ),
    "purchase_days_add_up": (
        # the same order twice is worth 200; each of its two first orders takes these 200, hence 400
        {"customers": [BUYER], "orders": [ORDER, ORDER]},
        "the days on which a customer bought do not add up to their orders, or are not numbered one after the other:"
        " 1 (C2)",
    ),
    "subscription_lifetimes_identity": (
        # the same first order twice: what began once seems to begin twice that day, the first ending with the second
        {"customers": [BUYER], "orders": [ORDER, ORDER], "subscriptions": [SUBSCRIPTION]},
        "the stretches in which a customer paid overlap, or are others than their recurring revenue began and ended:"
        " 1 (C2)",
    ),
    "won_orders_add_up": (
        # two orders of 100; each is listed once for each of the two first orders: four orders, 400
        {"customers": [CUSTOMER, BUYER], "ambassadors": [AMBASSADOR], "orders": [CODE, CODE]},
        "the orders of customers whom an ambassador won, or their margins by month, do not add up to those customers'"
        " orders: 1 (A1)",
    ),
    "subscription_amounts_add_up": (
        # the same product twice: one subscription of 10 seems to be two
        {
            "customers": [BUYER],
            "products": [PRODUCT, {**PRODUCT, "name": "Lamp again"}],
            "subscriptions": [{**SUBSCRIPTION, "product_id": "P1"}],
        },
        "what a customer's subscriptions cost each month, on the day of a change, differs from their recurring revenue:"
        " 1 (C2)",
    ),
    "product_costs_add_up": (
        # the same order twice costs 8 and 8; its one line, found twice, gets half of 8 each time
        {"customers": [BUYER], "orders": [COSTED, COSTED], "products": [PRODUCT], "order_lines": [LINE]},
        "what the products sold on a day cost does not add up to what that day's orders cost, where their cost is"
        " known: 1 (2026-05-05)",
    ),
    "spells_identity": (
        # the same ambassador twice, once as having left: one person counted, two movements summed
        {
            "customers": [CUSTOMER],
            "ambassadors": [AMBASSADOR, {**AMBASSADOR, "left_at": _at(20)}],
            "content": [{**POST, "origin": "organic"}],
        },
        "the active ambassadors counted from spells differ from those counted from their acts: ",
    ),
}
WARNINGS: dict[str, tuple[dict[str, Rows], str]] = {
    "orders_equal_lines": (
        {
            "customers": [BUYER],
            "orders": [ORDER],
            "products": [PRODUCT],
            "order_lines": [{**LINE, "net_amount": Decimal("99.98")}],
        },
        "the lines of an order do not add up to its net amount (by more than one cent): 1 (O1)",
    ),
    "enrolments_overlap": (
        {"customers": [CUSTOMER], "ambassadors": [AMBASSADOR, {**AMBASSADOR, "ambassador_id": "A2"}]},
        "a customer is enrolled as two ambassadors at the same time; their acts count for both in active ambassadors:"
        " 1 (C1)",
    ),
}


@pytest.mark.parametrize("audit", CONTRADICTIONS)
def test_a_version_that_contradicts_itself_is_refused(tmp_path: Path, audit: str) -> None:
    tables, message = CONTRADICTIONS[audit]
    with pytest.raises(AuditFailedError) as caught:
        _build(tmp_path, **tables)
    assert message in str(caught.value)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("audit", WARNINGS)
def test_a_doubt_is_listed_and_does_not_stop(tmp_path: Path, audit: str) -> None:
    tables, message = WARNINGS[audit]
    assert [str(warning) for warning in _build(tmp_path, **tables).warnings] == [message]


def test_every_audit_file_has_its_failure_here() -> None:
    known = CONTRADICTIONS.keys() | WARNINGS.keys() | {"rollups_add_up"}
    assert {file.stem for file in (MODELS / "audits").glob("*.sql")} <= known


@pytest.mark.parametrize(
    ("rollup", "change", "subjects"),
    [
        ("fct_orders_rollup", "update {} set orders = 2 where dimension = 'sector'", ["orders by sector"]),
        ("fct_content_rollup", "update {} set clicks = 9 where dimension = 'platform'", ["clicks by platform"]),
        ("fct_acts_rollup", "insert into {} select * from {} where dimension = 'kind'", ["acts by kind"]),
    ],
)
def test_a_rollup_that_does_not_add_up_is_found(tmp_path: Path, rollup: str, change: str, subjects: list[str]) -> None:
    # No row of an export can part a rollup from its whole; a mistake in its model can, and is made here by hand.
    posts = [{**POST, "origin": "organic", "clicks": 3}]
    _build(tmp_path, customers=[CUSTOMER, BUYER], orders=[ORDER], content=posts)
    (audit,) = (audit for audit in read_audits(TABLES) if audit.name == "audit rollups_add_up")
    with connect(tmp_path / "warehouse.duckdb") as connection:
        assert connection.execute(audit.sql).fetchall() == []
        connection.execute(change.format(rollup, rollup))
        found = connection.execute(audit.sql).fetchall()
    assert sorted(subject for (subject,) in found) == sorted(f"{rollup} {subject}" for subject in subjects)


PAYING = [
    {**SUBSCRIPTION, "effective_at": _at(day), "monthly_amount": Decimal(amount)}
    for day, amount in ((2, 10), (5, 0), (9, 10))
]
TWO_DAYS = [CODE, {**CODE, "order_id": "O2", "ordered_at": _at(8)}]


@pytest.mark.parametrize(
    ("audit", "change", "subject"),
    [
        ("purchase_days_add_up", "update fct_purchase_days set purchase_no = 3 where purchase_no = 2", "C2"),
        ("purchase_days_add_up", "update fct_purchase_days set purchase_no = 1 where purchase_no = 2", "C2"),
        ("purchase_days_add_up", "update fct_purchase_days set gap_days = 4 where purchase_no = 2", "C2"),
        ("purchase_days_add_up", "update fct_purchase_days set gap_days = 0 where purchase_no = 1", "C2"),
        ("purchase_days_add_up", "update fct_purchase_days set first_purchase_date = purchase_date", "C2"),
        ("purchase_days_add_up", "update fct_purchase_days set revenue_amount = 99 where purchase_no = 2", "C2"),
        ("purchase_days_add_up", "delete from fct_purchase_days", "C2"),
        (
            "subscription_lifetimes_identity",
            "update fct_subscription_lifetimes set ended_date = date '2026-05-09' where stretch_no = 1",
            "C2",
        ),
        (
            "subscription_lifetimes_identity",
            "update fct_subscription_lifetimes set started_date = date '2026-05-03' where stretch_no = 1",
            "C2",
        ),
        (
            "subscription_lifetimes_identity",
            "update fct_subscription_lifetimes set ended_date = date '2026-05-10' where stretch_no = 2",
            "C2",
        ),
        (
            "subscription_lifetimes_identity",
            "update fct_subscription_lifetimes set stretch_no = 3 where stretch_no = 2",
            "C2",
        ),
        ("subscription_lifetimes_identity", "delete from fct_subscription_lifetimes", "C2"),
        ("won_orders_add_up", "update fct_won_orders set revenue_amount = 99 where order_id = 'O2'", "A1"),
        ("won_orders_add_up", "delete from fct_won_orders where order_id = 'O2'", "A1"),
        ("won_orders_add_up", "update fct_won_orders set ambassador_id = 'A2' where order_id = 'O2'", "A1,A2"),
        ("won_orders_add_up", "update fct_won_margins_daily set margin_amount = margin_amount - 1", "A1"),
        (
            "product_costs_add_up",
            "update fct_product_costs_daily set direct_amount = 1.01 where direct_amount = 1",
            "2026-05-05",
        ),
        (
            "product_costs_add_up",
            "update fct_product_costs_daily set direct_amount = 50 where direct_amount = 0",
            "2026-05-08",
        ),
        ("product_costs_add_up", "delete from fct_product_costs_daily", "2026-05-05"),
        ("subscription_amounts_add_up", "update fct_subscription_amounts set monthly_amount = 9", "C2"),
        (
            "subscription_amounts_add_up",
            "update fct_subscription_amounts set until_date = null where until_date is not null",
            "C2",
        ),
        (
            "subscription_amounts_add_up",
            "update fct_subscription_amounts set from_date = from_date + 1 where until_date is null",
            "C2",
        ),
    ],
)
def test_a_mart_parted_from_what_it_counts_is_found(tmp_path: Path, audit: str, change: str, subject: str) -> None:
    # C2, won by A1, buys for 100 on the 5th and the 8th, pays 10 a month from the 2nd to the 5th and from the 9th.
    people = {"customers": [CUSTOMER, BUYER], "ambassadors": [AMBASSADOR]}
    lamp = {"products": [PRODUCT], "order_lines": [LINE]}  # the order of the 5th; it costs 1
    _build(tmp_path, **people, **lamp, orders=TWO_DAYS, subscriptions=PAYING)
    (asked,) = (each for each in read_audits(TABLES) if each.name == f"audit {audit}")
    with connect(tmp_path / "warehouse.duckdb") as connection:
        # staging models go with the build
        connection.execute("create temp table stg_orders as select order_id, null as cost_amount from fct_orders")
        connection.execute("create temp table stg_order_lines as select 'O1' as order_id")
        assert connection.execute(asked.sql).fetchall() == []
        connection.execute(change)
        assert ",".join(sorted(found for (found,) in connection.execute(asked.sql).fetchall())) == subject


def test_a_refusal_lists_a_few_rows_of_each_contradiction(tmp_path: Path) -> None:
    tables = {
        "customers": [CUSTOMER, CUSTOMER],
        "orders": [{**ORDER, "order_id": f"O{n}"} for n in range(1, 7)],
    }
    with pytest.raises(AuditFailedError) as caught:
        _build(tmp_path, **tables)
    said = str(caught.value)
    assert said.startswith("The new version contradicts itself and was not published; the last good one stays. ")
    assert "customers holds a key twice: 1 (C1); orders.customer_id names no row of customers: 6 (" in said
    assert said.count("O") == 5  # five of the six orders are named
    assert said.endswith(" …). Correct these rows in the source and import them again.")


def test_lines_within_a_cent_of_their_order_are_no_doubt(tmp_path: Path) -> None:
    lines = [{**LINE, "net_amount": Decimal("33.33")}, {**LINE, "line_no": 2, "net_amount": Decimal("66.66")}]
    built = _build(tmp_path, customers=[BUYER], orders=[ORDER], products=[PRODUCT], order_lines=lines)
    assert (built.warnings, built.rows["order_lines"], built.data_end) == ((), 2, date(2026, 5, 6))


def test_enrolments_one_after_the_other_do_not_overlap(tmp_path: Path) -> None:
    first = {**AMBASSADOR, "left_at": _at(10)}
    second = {**AMBASSADOR, "ambassador_id": "A2", "enrolled_at": _at(10)}
    assert _build(tmp_path, customers=[CUSTOMER], ambassadors=[first, second]).warnings == ()
