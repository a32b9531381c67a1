"""Customers won who leave at a constant churn: how many a month, and what that would have said of the past."""

from dataclasses import replace
from datetime import date, timedelta

from kpi.analysis import Estimate, estimate_proportion, expected_months
from kpi.metrics.buying import SILENCE_DAYS, read_buying
from kpi.metrics.lifetime_definitions import BackTest, Method, Prediction
from kpi.metrics.purchase_histories import MONTH
from kpi.period import Grain, Period
from kpi.store import Listing, Warehouse


def subscription_churn(warehouse: Warehouse, period: Period) -> Estimate:
    """Customers won who ended all they subscribed to, per customer paying at the start of a month."""
    changes = warehouse.rows(
        Listing(
            mart="fct_recurring_revenue_daily",
            columns=("movement_date", "account_change"),
            order=("movement_date",),
            where="is_referred and account_change <> 0 and movement_date < $end",
            period=period,
        )
    )
    paying = lost = 0
    for month in period.steps(Grain.MONTH):
        paying += sum(row["account_change"] for row in changes if row["movement_date"] < month.start)
        lost += sum(row["account_change"] == -1 and month.start <= row["movement_date"] < month.end for row in changes)
    # Who came and left within a month was never paying at the start of one.
    return estimate_proportion(min(lost, paying), paying)


def tested_on_orders(warehouse: Warehouse, test: BackTest, sales_cost: float) -> BackTest:
    """The test with what the constant churn of the ceiling would have said, in place of another formula.

    Revenue per customer and month, churn and margin are measured over the twelve months before the test began, and hold
    for who had ordered within the silence that makes a customer a lost one.
    """
    buying = read_buying(warehouse, _year_before(test.cutoff))
    active = warehouse.sums(
        Listing(
            mart="fct_won_orders",
            columns=("customer_id",),
            order=(),
            date="ordered_date",
            period=Period(test.cutoff - timedelta(days=SILENCE_DAYS), test.cutoff),
        ),
        {"customers": "count(distinct customer_id)"},
    )["customers"]
    left = float(buying.margin.value or 0) - sales_cost
    monthly = float(buying.revenue.value or 0) * left
    return _with_formula(test, int(active or 0) * monthly * _months_of(test, float(buying.churn.value or 0)))


def tested_on_subscriptions(warehouse: Warehouse, test: BackTest) -> BackTest:
    """The same of subscriptions: how many of those there when the test began would still be there."""
    churn = float(subscription_churn(warehouse, _year_before(test.cutoff)).value or 0)
    months = round((test.until - test.cutoff).days / MONTH)
    return _with_formula(test, test.customers * (1 - churn) ** months)


def _year_before(day: date) -> Period:
    end = day.replace(day=1)
    return Period(end.replace(year=end.year - 1), end)


def _months_of(test: BackTest, churn: float) -> float:
    """The months that a customer is expected to stay of those of the test, the last one in part."""
    months = (test.until - test.cutoff).days / MONTH
    whole = int(months)
    return expected_months(churn, months=whole) + (months - whole) * (1 - churn) ** whole


def _with_formula(test: BackTest, predicted: float) -> BackTest:
    actual = next((one.actual for one in test.predictions.values() if isinstance(one, Prediction)), 0.0)
    formula = Prediction(predicted=predicted, actual=actual)
    return replace(test, predictions={**test.predictions, Method.FORMULA: formula})
