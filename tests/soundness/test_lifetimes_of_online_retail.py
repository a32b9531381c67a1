"""How far off the value of customers is on Online Retail (Chen 2012, CC BY 4.0), as the README says, and why."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from kpi.analysis.bg_nbd import BetaGeometricNbd
from kpi.ingest import import_files
from kpi.metrics.lifetime_definitions import BackTest, Method, Prediction
from kpi.metrics.purchase_histories import read_buyers
from kpi.metrics.shop_groups import GroupedBuyers
from kpi.metrics.shop_value import ShopValue, estimate_shop_value, fit_shop
from kpi.readme import README
from kpi.settings import PROJECT, Settings
from kpi.store import Listing, Store, Warehouse

EXTRACT = PROJECT.parent / "shared" / "references" / "retail" / "online_retail_lines.parquet"
END, CUTOFF = date(2011, 12, 10), date(2011, 8, 8)

pytestmark = pytest.mark.skipif(not EXTRACT.exists(), reason="the extract is not on this machine")


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    store = Store(tmp_path_factory.mktemp("retail") / "store")
    recipe = PROJECT / "data" / "recipes" / "online_retail"
    import_files(store, [EXTRACT], Settings(), recipe=recipe, now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def days(retail: Warehouse) -> pl.DataFrame:
    columns = ("customer_id", "purchase_date", "first_purchase_date", "revenue_amount")
    return retail.frame(Listing(mart="fct_purchase_days", columns=columns, order=columns[:2]))


def purchases(retail: Warehouse, days: pl.DataFrame, since: date, until: date) -> tuple[float, int]:
    """Of those who had bought before: how many are foretold, how many came."""
    buyers = read_buyers(retail, since)
    model = fit_shop(GroupedBuyers.of(buyers)).purchases
    assert isinstance(model, BetaGeometricNbd)
    came = days.filter(pl.col("purchase_date").is_between(since, until, closed="left"), known_before(since))
    return float(model.expected_purchases(buyers.histories, (until - since).days).sum()), came.height


def known_before(day: date) -> pl.Expr:
    return pl.col("first_purchase_date") < day


def test_the_season_and_a_few_large_customers_are_what_is_missed(retail: Warehouse, days: pl.DataFrame) -> None:
    found = estimate_shop_value(retail, END, Settings(), refits=0)
    assert isinstance(found, ShopValue)
    assert isinstance(found.test, BackTest)
    assert found.test.cutoff == CUTOFF
    readme = " ".join(README.read_text(encoding="utf-8").split())
    formula, model = (found.test.predictions[method] for method in (Method.FORMULA, Method.MODEL))
    assert isinstance(formula, Prediction)
    assert isinstance(model, Prediction)
    assert formula.error is not None
    assert model.error is not None
    assert f"the formula stays {-formula.error:.0%}".replace("%", " %") in readme
    assert f"what came and the model {-model.error:.0%}:".replace("%", " %") in readme
    foretold, came = purchases(retail, days, CUTOFF, END)
    assert f"it foretells {foretold:,.0f} of {came:,}" in readme
    later = days.filter(pl.col("purchase_date") >= CUTOFF, known_before(CUTOFF))
    largest = later.group_by("customer_id").agg(pl.col("revenue_amount").sum()).sort("revenue_amount", descending=True)
    share = float(largest["revenue_amount"].head(5).sum()) / float(largest["revenue_amount"].sum())
    assert f"five customers brought {share:.0%}".replace("%", " %") in readme
    assert "unidentified" in largest["customer_id"].head(5)


@pytest.mark.parametrize("month", [4, 5, 6, 7])
def test_outside_the_season_purchases_are_foretold(retail: Warehouse, days: pl.DataFrame, month: int) -> None:
    foretold, came = purchases(retail, days, date(2011, month, 1), date(2011, month, 1) + timedelta(days=90))
    assert -0.085 < foretold / came - 1 < 0.035
