"""The lifetime page: what the command prints, by choices that stand in the URL, and a sentence where nothing is."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.analysis.survival import LogRank
from kpi.ingest import import_files
from kpi.metrics.retention import Kind, compare_groups, measure_retention
from kpi.metrics.shop_value import ShopValue, estimate_shop_value
from kpi.metrics.subscription_value import SubscriptionValue, estimate_subscription_value
from kpi.settings import Settings, read_settings
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from tests.conftest import completed, write_tables

from .conftest import TODAY, OpenApp, find_download

Tables = dict[str, list[dict[str, object]]]

ORDERS: Tables = {
    "customers": [
        {"customer_id": "often", "joined_at": "2026-01-01"},
        {"customer_id": "once", "joined_at": "2026-01-01"},
    ],
    "orders": [
        {"customer_id": "often", "ordered_at": "2026-01-01", "net_amount": 100},
        {"customer_id": "often", "ordered_at": "2026-02-01", "net_amount": 60},
        {"customer_id": "once", "ordered_at": "2026-01-01", "net_amount": 40},
    ],
}
SUBSCRIPTIONS: Tables = {
    "customers": [{"customer_id": "stays", "joined_at": "2026-01-01"}],
    "subscriptions": [
        {"subscription_id": "s1", "customer_id": "stays", "effective_at": "2026-01-01", "monthly_amount": 50},
        {"subscription_id": "s1", "customer_id": "stays", "effective_at": "2026-06-30", "monthly_amount": 60},
    ],
}
WON: Tables = {
    "customers": [{"customer_id": name, "joined_at": "2026-01-01"} for name in ("stays", "left")],
    "ambassadors": [{"ambassador_id": "anna"}],
    "orders": [
        {"customer_id": name, "ordered_at": "2026-01-01", "net_amount": 1, "ambassador_id": "anna"}
        for name in ("stays", "left")
    ],
    "subscriptions": [
        {"subscription_id": "s1", "customer_id": "stays", "effective_at": "2026-01-01", "monthly_amount": 50},
        {"subscription_id": "s2", "customer_id": "left", "effective_at": "2026-01-01", "monthly_amount": 50},
        {"subscription_id": "s2", "customer_id": "left", "effective_at": "2026-06-30", "monthly_amount": 0},
    ],
}
NOTHING: Tables = {"customers": [{"customer_id": "alone", "joined_at": "2026-01-01"}]}


def imported(folder: Path, tables: Tables) -> Store:
    """A company of these rows, up to the end of June 2026."""
    store = Store(folder / "store")
    files = write_tables(folder, completed(tables))
    import_files(store, files, Settings(), now=datetime(2026, 7, 1, 12, tzinfo=UTC))
    return store


def said(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption)).replace("\N{NO-BREAK SPACE}", " ")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def retention_of(app: AppTest) -> pl.DataFrame:
    return next(pl.from_pandas(table.value) for table in app.dataframe if "after_12" in table.value.columns)


def value_tables(app: AppTest) -> list[pl.DataFrame]:
    return [pl.from_pandas(table.value) for table in app.dataframe if "contribution" in table.value.columns]


def euros(value: object) -> str:
    return fmt.money(float(str(value)), "EUR")


def test_how_long_they_stay_is_what_is_measured(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "lifetime", role=Role.SPONSOR)
    assert not app.exception
    assert not app.error
    found = measure_retention(demo_warehouse, Kind.BUYERS, TODAY)
    (row,) = retention_of(app).to_dicts()
    assert (row["group"], row["n"], row["lost"]) == ("All together", found.curve.n, found.curve.events.sum())
    year = found.curve.estimate_at(12)
    assert year.value is not None
    assert row["after_12"].startswith(fmt.share(year.value))
    assert f"Of the buyers of the shop **{plain(fmt.share(year.value, decimals=0))}** are still customers" in said(app)
    assert isinstance(found.comparison, LogRank)
    assert f"p = {found.comparison.p_value:.3f}" in said(app)


def test_the_values_are_what_is_estimated(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "lifetime", role=Role.OWNER)
    settings = read_settings()
    shop = estimate_shop_value(demo_warehouse, TODAY, settings)
    subscription = estimate_subscription_value(demo_warehouse, TODAY, settings)
    assert isinstance(shop, ShopValue)
    assert isinstance(subscription, SubscriptionValue)
    for shown, found in zip(value_tables(app), (shop, subscription), strict=True):
        assert shown["months"].to_list() == [12, 12, 24, 24, 36, 36]
        assert sum("(default)" in method for method in shown["method"]) == 3
        for row in shown.filter(pl.col("method").str.starts_with("Formula")).to_dicts():
            value = next(iter(found.values[row["months"]].values()))
            assert not isinstance(value, str)
            assert row["revenue"].startswith(euros(value.revenue.value))
            assert row["contribution"].startswith(euros(value.contribution.value))
    assert "**Tested on the past**" in said(app)


def test_recurring_revenue_of_customers_won(tmp_path: Path, open_app: OpenApp) -> None:
    store = imported(tmp_path, WON)
    app = open_app(store.folder, "lifetime", role=Role.OWNER)
    assert not app.exception
    # 361 days watched in all and one left: 8.43 % a month, of 50 a month 17.38 after 12 and 2.10 after 36 months
    shown = next(table.value for table in app.dataframe if "expected" in table.value.columns)
    assert [shown["expected"][month] for month in (0, 12, 36)] == pytest.approx([50, 17.38, 2.10], abs=0.01)
    assert "pay **€ 50** a month today (MRR), **€ 600** in a year (ARR; 1 customer)" in said(app)


def test_where_no_subscriber_was_won(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "lifetime", role=Role.OWNER)
    assert "n/a: no subscriber won by an ambassador pays today" in said(app)


def test_the_choices_stand_in_the_address(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    asked = {"customers": "Subscribers", "grouped": "Country", "group": "France", "beside": "Germany"}
    app = open_app(demo.folder, "lifetime", **asked)
    assert not app.exception
    assert [app.selectbox(key=key).value for key in ("group", "beside")] == ["FR", "DE"]
    found = measure_retention(demo_warehouse, Kind.SUBSCRIBERS, TODAY, by="country_code")
    shown = dict(zip(retention_of(app)["group"], retention_of(app)["n"], strict=True))
    assert (shown["All together"], shown["France"]) == (found.curve.n, found.groups["FR"].n)
    test = compare_groups(demo_warehouse, Kind.SUBSCRIBERS, TODAY, by="country_code", first="FR", second="DE")
    assert isinstance(test, LogRank)
    assert "France – Germany: " in said(app)
    assert f"{test.p_value:.3f}" in said(app)


def test_another_grouping_begins_with_its_largest_groups(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    app = open_app(demo.folder, "lifetime", grouped="Country", group="France", beside="France")
    assert "Choose two different groups." in said(app)
    app.selectbox(key="grouped").set_value("cohort").run()
    assert not app.exception
    largest = list(measure_retention(demo_warehouse, Kind.BUYERS, TODAY, by="cohort").groups)
    assert [app.selectbox(key=key).value for key in ("group", "beside")] == largest[:2]
    assert "had less time to come back" in said(app)
    app.selectbox(key="grouped").set_value("is_referred").run()
    assert [app.selectbox(key=key).value for key in ("group", "beside")] == ["referred", "others"]
    assert "a difference is no effect" in said(app)


def test_the_file_holds_exact_numbers(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "lifetime", role=Role.OWNER)
    found = [find_download(link.proto.url) for link in app.get("link_button")]
    file = next(one for one in found if one is not None and one.file_name == "ambassade-retention.csv")
    read = pl.read_csv(file.make())
    year = measure_retention(demo_warehouse, Kind.BUYERS, TODAY).curve.estimate_at(12)
    assert read["after_12"][0] == pytest.approx(year.value)
    assert (read["low_12"][0], read["high_12"][0]) == pytest.approx((year.low, year.high))


def test_a_link_is_understood_in_french(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "lifetime", language=Language.FRENCH, grouped="Won by ambassadors or not")
    assert not app.exception
    assert app.title[0].value.startswith("Combien de temps les clients restent-ils")
    assert app.selectbox(key="grouped").value == "is_referred"


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        (ORDERS, "**Not tested on the past**: the data reaches back less than a year"),
        (ORDERS, "They may be wholesalers"),
        # nobody left and everybody pays the same: no refit differs from the others
        (SUBSCRIPTIONS, "A new subscriber is worth **€ 658** in contribution within 24 months (no interval)"),
        (NOTHING, "How long customers stay is **n/a**: nobody is on record"),
    ],
)
def test_where_there_is_little_a_sentence_says_so(tmp_path: Path, open_app: OpenApp, tables: Tables, told: str) -> None:
    store = imported(tmp_path, tables)
    app = open_app(store.folder, "lifetime")
    assert not app.exception
    assert not app.error
    assert told in said(app)
