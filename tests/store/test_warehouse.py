"""Reading a published version: sums over marts by period and group, and what a source table covers."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kpi.errors import NothingPublishedError, UnknownNameError, VersionNotFoundError, VersionOutdatedError
from kpi.ingest import rebuild
from kpi.period import Period
from kpi.store import UNKNOWN, Aggregate, Each, Store, Warehouse
from kpi.store.engine import connect
from tests.store.exports import NOW, ORDERS, bring, settings

MAY = Period(date(2026, 5, 1), date(2026, 6, 1))
APRIL = Period(date(2026, 4, 1), date(2026, 5, 1))
SECTORS = "customer_id,joined_at,sector"
REVENUE = Aggregate(mart="fct_orders_daily", date="ordered_date", components={"amount": "sum(revenue_amount)"})


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("company")
    bring(
        Store(folder / "store"),
        folder / "exports",
        customers=(SECTORS, "C1,2026-01-01,food", "C2,2026-01-01,", "C3,2026-01-01,o'clock"),
        orders=(
            ORDERS,
            "O1,C1,2026-04-30,1",
            "O2,C1,2026-05-01,10",
            "O3,C2,2026-05-31T23:59:59,100",
            "O4,C3,2026-06-01,1000",
        ),
    )
    opened = Warehouse(Store(folder / "store"))
    yield opened
    opened.close()


def _sums(warehouse: Warehouse, query: Aggregate, *periods: Period) -> dict[tuple[int, str | None], Decimal]:
    return {cell: components["amount"] for cell, components in warehouse.aggregate(query, periods).items()}


def test_a_period_holds_its_first_day_and_not_its_end(warehouse: Warehouse) -> None:
    assert _sums(warehouse, REVENUE, APRIL, MAY) == {(0, None): 1, (1, None): 110}  # 1; 10 + 100


def test_a_period_without_rows_has_no_cell(warehouse: Warehouse) -> None:
    assert _sums(warehouse, REVENUE, Period(date(2020, 1, 1), date(2021, 1, 1)), MAY) == {(1, None): 110}


def test_a_group_without_a_value_is_unknown(warehouse: Warehouse) -> None:
    query = Aggregate(mart=REVENUE.mart, date=REVENUE.date, components=REVENUE.components, group="sector")
    assert _sums(warehouse, query, MAY) == {(0, "food"): 10, (0, UNKNOWN): 100}


@pytest.mark.parametrize(
    ("kept", "amount"),
    [(["food"], 11), (["food", UNKNOWN], 111), (["o'clock"], 1000), (["' or true --"], None), ([], None)],
)
def test_filters_keep_values_as_they_are_written(warehouse: Warehouse, kept: list[str], amount: int | None) -> None:
    query = Aggregate(mart=REVENUE.mart, date=REVENUE.date, components=REVENUE.components, filters={"sector": kept})
    found = _sums(warehouse, query, Period(date(2026, 1, 1), date(2027, 1, 1)))
    assert found.get((0, None)) == amount


def test_a_level_sums_everything_before_the_end(warehouse: Warehouse) -> None:
    query = Aggregate(
        mart=REVENUE.mart, date=REVENUE.date, components=REVENUE.components, is_cumulative=True, group="sector"
    )
    one_by_one = {number: _sums(warehouse, query, period) for number, period in enumerate((MAY, APRIL))}
    assert one_by_one[0] == {(0, "food"): 11, (0, UNKNOWN): 100}
    assert one_by_one[1] == {(0, "food"): 1}
    # several ends at once, in any order, give the same levels
    together = _sums(warehouse, query, MAY, APRIL)
    assert together == {(0, "food"): 11, (0, UNKNOWN): 100, (1, "food"): 1}


def test_units_are_summed_before_they_are_counted(warehouse: Warehouse) -> None:
    query = Aggregate(
        mart="fct_orders",
        date="ordered_date",
        components={"amount": "count(*) filter (where paid > 10)"},
        each=Each(unit="customer_id", sums={"paid": "sum(revenue_amount)"}),
    )
    # C1 paid 1 + 10 = 11 and C2 100, C3 1000: each order of C1 alone is not above 10
    assert _sums(warehouse, query, Period(date(2026, 1, 1), date(2027, 1, 1))) == {(0, None): 3}


def test_groups_are_the_values_that_there_are(warehouse: Warehouse) -> None:
    assert warehouse.groups("fct_orders_daily", "sector") == ("food", "o'clock")
    with pytest.raises(UnknownNameError, match=r"no mart named “fct_order_daily”. Did you mean fct_orders_daily\?"):
        warehouse.groups("fct_order_daily", "sector")


def test_tables_with_events_say_what_they_cover(warehouse: Warehouse) -> None:
    assert warehouse.table_dates() == {"orders": (date(2026, 4, 30), date(2026, 6, 1))}
    assert warehouse.manifest.data_end == date(2026, 6, 1)  # the day of the build, which is not over


def test_a_version_is_opened_by_its_number(warehouse: Warehouse, store: Store) -> None:
    with pytest.raises(NothingPublishedError):
        Warehouse(store)
    with pytest.raises(VersionNotFoundError, match=r"Version 7 is not kept\. Kept versions: none\."):
        Warehouse(store, 7)


def test_views_on_source_files_are_not_in_a_version(warehouse: Warehouse, tmp_path: Path) -> None:
    """A version answers on its own: nothing in it reads landing files."""
    assert {name.split("_")[0] for name in warehouse.tables()} == {"build", "dim", "fct"}


def test_a_version_of_an_earlier_release_says_what_to_do(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    bring(store, tmp_path / "exports", customers=(SECTORS, "C1,2026-01-01,food"))
    with connect(store.warehouse_file(1)) as connection:
        connection.execute("drop table dim_table_pauses")
    with pytest.raises(
        VersionOutdatedError, match=r"Version 1 was built by an earlier release .* python -m kpi rebuild"
    ):
        Warehouse(store)
    assert rebuild(store, settings(), now=NOW).version == 2
    Warehouse(store).close()
