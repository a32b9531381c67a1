"""Rows of a mart: filters, days, words, order and a limit."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpi.period import Period
from kpi.store import Listing, Store, Warehouse
from tests.store.exports import CUSTOMERS, ORDERS, bring

COLUMNS = ("order_id", "customer_id", "ordered_date")


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
        ({"searched": ("customer_id",), "words": ["CA"]}, ["o4"]),
        ({"searched": ("customer_id",), "words": ["a"]}, ["o1", "o3", "o4"]),  # those that begin with it first
        ({"searched": ("customer_id", "order_id"), "words": ["a", "3"]}, ["o3"]),  # each word in some column
        ({"searched": ("customer_id", "order_id"), "words": ["O4"]}, ["o4"]),
    ],
)
def test_which_rows(shop: Warehouse, question: dict[str, object], expected: list[str]) -> None:
    assert listed(shop, **question) == expected
