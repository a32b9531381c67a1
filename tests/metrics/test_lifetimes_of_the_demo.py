"""What the README says of the demo company's customers is what comes out, and the model finds what was planted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from kpi.demo import write_demo
from kpi.ingest import import_files
from kpi.metrics.lifetime_definitions import BackTest, Method, Prediction
from kpi.metrics.retention import Kind, measure_retention
from kpi.metrics.shop_value import ShopValue, estimate_shop_value
from kpi.metrics.subscription_value import SubscriptionValue, estimate_subscription_value
from kpi.readme import README
from kpi.settings import Settings
from kpi.store import Store, Warehouse

SEED, TODAY = 20261122, date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONTHLY_CHURN = 0.021  # planted: of subscribers, in 30 days


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("demo")
    paths = write_demo(folder / "exports", seed=SEED, today=TODAY)
    store = Store(folder / "store")
    import_files(store, paths, Settings(), now=NOW)
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


def test_the_readme_says_what_the_back_test_says(demo: Warehouse) -> None:
    found = estimate_shop_value(demo, TODAY, Settings(), refits=0)
    assert isinstance(found, ShopValue)
    assert isinstance(found.test, BackTest)
    readme = " ".join(README.read_text(encoding="utf-8").split())
    formula, model = (found.test.predictions[method] for method in (Method.FORMULA, Method.MODEL))
    assert isinstance(formula, Prediction)
    assert isinstance(model, Prediction)
    told = (
        f"On the demo company, {found.test.customers:,} customers of a year ago: the formula said "
        f"{formula.predicted:,.0f}, the model {model.predicted:,.0f}, and {model.actual:,.0f} of contribution came."
    )
    assert told in readme
    assert found.default is Method.MODEL
    assert abs(model.error) < 0.05


def test_subscribers_leave_at_the_pace_that_was_planted(demo: Warehouse) -> None:
    found = estimate_subscription_value(demo, TODAY, Settings(), refits=20)
    assert isinstance(found, SubscriptionValue)
    assert found.model.churn == pytest.approx(MONTHLY_CHURN, rel=0.15)
    after_a_year = measure_retention(demo, Kind.SUBSCRIBERS, TODAY).curve.estimate_at(12)
    assert after_a_year.low < (1 - MONTHLY_CHURN) ** (365 / 30) < after_a_year.high
    assert found.path[0].value == pytest.approx(found.model.monthly_revenue * 450)
    expected = [one.value for one in found.path]
    assert expected == sorted(expected, reverse=True)
