"""Rows of a mart: filters, days, words, order and a limit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from kpi.errors import UnknownNameError
from kpi.period import Period
from kpi.store import Listing, Store, Warehouse, Weighted
from tests.store.exports import CUSTOMERS, ORDERS, bring

COLUMNS = ("order_id", "customer_id", "ordered_date")
CUSTOMERS_ON_3_MARCH = Listing(
    mart="fct_orders",
    columns=("customer_id",),
    order=("customer_id",),
    date="ordered_date",
    period=Period(date(2026, 3, 3), date(2026, 3, 4)),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder: Path = tmp_path_factory.mktemp("shop")
    store = Store(folder / "store")
    bring(
        store,
        folder / "exports",
        customers=(CUSTOMERS, "a,2026-01-01", "b,2026-01-01", "Ça,2026-01-01"),
        orders=(ORDERS, "o1,a,2026-03-01,1", "o2,b,2026-03-01,2", "o3,a,2026-03-02,3", "o4,Ça,2026-03-03,4"),
    )
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


def listed(shop: Warehouse, **question: object) -> list[str]:
    listing = Listing(**{"mart": "fct_orders", "columns": COLUMNS, "order": ("order_id",), **question})
    return [row["order_id"] for row in shop.rows(listing)]


def test_a_row_is_read_by_column(shop: Warehouse) -> None:
    (row,) = shop.rows(Listing(mart="fct_orders", columns=COLUMNS, order=("order_id",), limit=1))
    assert row == {"order_id": "o1", "customer_id": "a", "ordered_date": date(2026, 3, 1)}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({}, ["o1", "o2", "o3", "o4"]),
        ({"order": ("ordered_date desc", "order_id")}, ["o4", "o3", "o1", "o2"]),
        ({"limit": 2}, ["o1", "o2"]),
        ({"filters": {"customer_id": ["a", "b"]}}, ["o1", "o2", "o3"]),
        ({"filters": {"customer_id": ["a"], "order_id": ["o3", "o2"]}}, ["o3"]),
        ({"filters": {"customer_id": []}}, []),
        ({"filters": {"customer_id": ["' or 1=1 --"]}}, []),
        ({"date": "ordered_date", "period": Period(date(2026, 3, 2), date(2026, 3, 3))}, ["o3"]),
        ({"date": "ordered_date", "period": Period(date(2026, 3, 1), date(2026, 3, 3))}, ["o1", "o2", "o3"]),
        ({"where": "ordered_date < $end", "period": Period(date(2026, 3, 1), date(2026, 3, 2))}, ["o1", "o2"]),
        ({"where": "customer_id = $who", "parameters": {"who": "b"}}, ["o2"]),
        ({"where": "customer_id = 'a' or customer_id = 'b'", "filters": {"order_id": ["o2", "o4"]}}, ["o2"]),
        (
            {"sql": {"ordered_date": "ordered_date + 1"}, "order": ("ordered_date desc", "order_id")},
            ["o4", "o3", "o1", "o2"],
        ),
        ({"searched": ("customer_id",), "words": ["CA"]}, ["o4"]),
        ({"searched": ("customer_id",), "words": ["a"]}, ["o1", "o3", "o4"]),  # those that begin with it first
        ({"searched": ("customer_id", "order_id"), "words": ["a", "3"]}, ["o3"]),  # each word in some column
        ({"searched": ("customer_id", "order_id"), "words": ["O4"]}, ["o4"]),
        ({"limit": 2, "offset": 1}, ["o2", "o3"]),
        ({"limit": 2, "offset": 9}, []),
        ({"filters": {"is_first_order": ["false"]}}, ["o3"]),
        ({"without": {"customer_id": ["a"]}}, ["o2", "o4"]),
        ({"without": {"customer_id": []}}, ["o1", "o2", "o3", "o4"]),
        ({"without": {"ambassador_id": ["x"]}}, ["o1", "o2", "o3", "o4"]),  # what has no value is not left out
        ({"at_least": {"net_amount": 3}}, ["o3", "o4"]),
        ({"either": {"net_amount": [1, 2], "revenue_amount": [4]}}, ["o1", "o2", "o4"]),
        ({"among": {"customer_id": CUSTOMERS_ON_3_MARCH}}, ["o4"]),
        ({"heaviest": Weighted(factors={"net_amount": 2.0}, missing=0.5)}, ["o4", "o3", "o2", "o1"]),
        ({"heaviest": Weighted(factors={"net_amount": -1.0}, missing=0.5)}, ["o1", "o2", "o3", "o4"]),
    ],
)
def test_which_rows(shop: Warehouse, question: dict[str, object], expected: list[str]) -> None:
    assert listed(shop, **question) == expected


def test_unknown_is_what_a_row_lacks(shop: Warehouse) -> None:
    # nobody here has a sector
    question = {"mart": "fct_company_orders", "filters": {"sector": ["unknown"]}}
    assert listed(shop, **question) == ["o1", "o2", "o3", "o4"]
    assert listed(shop, **question | {"filters": {"sector": ["retail"]}}) == []


BY_CUSTOMER = Listing(
    mart="fct_orders",
    columns=("customer_id", "last_date", "amount"),
    sql={"last_date": "max(ordered_date)", "amount": "sum(net_amount)"},
    is_grouped=True,
    having="sum(net_amount) > 2",
    order=("last_date desc", "customer_id"),
)


def test_rows_are_summed_up_by_what_is_no_sum(shop: Warehouse) -> None:
    # a: o1 + o3 = 1 + 3, last on the 2nd; Ça: o4 = 4 on the 3rd; b has 2 only
    assert [tuple(row.values()) for row in shop.rows(BY_CUSTOMER)] == [
        ("Ça", date(2026, 3, 3), Decimal(4)),
        ("a", date(2026, 3, 2), Decimal(4)),
    ]


def test_sums_are_over_all_rows_whatever_the_limit(shop: Warehouse) -> None:
    sums = {"customers": "count(*)", "amounts": "sum(amount)"}
    for limit in (None, 1):
        assert shop.sums(replace(BY_CUSTOMER, limit=limit), sums) == {"customers": 2, "amounts": Decimal(8)}
    none = replace(BY_CUSTOMER, where="customer_id = 'nobody'")
    assert shop.sums(none, sums) == {"customers": 0, "amounts": None}


def test_a_frame_holds_the_same_rows_with_their_types(shop: Warehouse) -> None:
    frame = shop.frame(BY_CUSTOMER)
    assert frame.rows(named=True) == shop.rows(BY_CUSTOMER)
    assert (frame.schema["last_date"], frame.schema["amount"].is_decimal()) == (pl.Date(), True)
    empty = shop.frame(replace(BY_CUSTOMER, where="customer_id = 'nobody'"))
    assert (empty.columns, empty.height) == (["customer_id", "last_date", "amount"], 0)


def test_rows_are_counted_per_combination_of_values(shop: Warehouse) -> None:
    orders = Listing(mart="fct_orders", columns=COLUMNS, order=("order_id",), limit=1)
    assert shop.tally(orders) == {(): 4}  # a page does not matter
    assert shop.tally(orders, "customer_id", "is_first_order") == {
        ("a", True): 1,
        ("a", False): 1,
        ("b", True): 1,
        ("Ça", True): 1,
    }


def test_the_same_rows_as_a_frame(shop: Warehouse) -> None:
    orders = Listing(mart="fct_orders", columns=COLUMNS, order=("order_id",))
    assert shop.frame(orders).rows(named=True) == shop.rows(orders)


def test_as_of_a_day(shop: Warehouse) -> None:
    def kept(day: date) -> list[int]:
        columns, order = ("customer_id", "repeat_orders"), ("customer_id",)
        rows = shop.rows(Listing(mart="fct_engagement", columns=columns, order=order, cutoff=day))
        return [row["repeat_orders"] for row in rows]

    assert kept(date(2026, 3, 3)) == [1, 0, 0]  # a's second order of 2 March
    assert kept(date(2026, 3, 2)) == [0, 0, 0]
    assert kept(date(2026, 1, 1)) == []  # nobody had joined before


def test_not_every_mart_can_be_read_as_of_a_day(shop: Warehouse) -> None:
    with pytest.raises(UnknownNameError, match="There is no mart as of a day named “fct_orders”"):
        shop.rows(Listing(mart="fct_orders", columns=COLUMNS, order=("order_id",), cutoff=date(2026, 3, 3)))


def test_what_is_kept_beside_a_version_goes_with_the_next_import(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    bring(store, tmp_path / "first", customers=(CUSTOMERS, "a,2026-01-01"), orders=(ORDERS, "o1,a,2026-03-01,1"))
    warehouse = Warehouse(store)
    assert warehouse.recall("advocates") is None
    warehouse.keep("advocates", "learned")
    assert Warehouse(store).recall("advocates") == "learned"
    assert warehouse.recall("others") is None
    warehouse.close()
    bring(store, tmp_path / "second", orders=(ORDERS, "o2,a,2026-03-02,1"))
    assert Warehouse(store).recall("advocates") is None
    assert [file.name for file in sorted((tmp_path / "store" / "versions").glob("*.advocates"))] == []
