"""How customers won go on paying, and what follows: a shop that is fitted, subscriptions, and the choice of method."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from kpi.analysis import expected_months
from kpi.analysis.obstacle import Obstacle
from kpi.analysis.shifted_beta_geometric import Renewals, ShiftedBetaGeometric, fit_shifted_beta_geometric
from kpi.errors import QuestionError
from kpi.metrics.affording import afford, has_model
from kpi.metrics.assumptions import WON, Measured, measure_assumptions
from kpi.metrics.buying import read_buying
from kpi.metrics.lifetime_definitions import BackTest, Course, Method, Prediction
from kpi.metrics.purchase_histories import MONTH
from kpi.metrics.shop_value import ShopValue, estimate_shop_value
from kpi.metrics.won_curve import WonCurve, _curve
from kpi.period import Period
from kpi.settings import Settings
from kpi.store import Listing, Warehouse
from tests.conftest import Company, Row

BEGIN, DAYS, WHO = date(2024, 1, 1), 900, 700


@pytest.fixture(scope="module")
def shop(bare_company: Company) -> Warehouse:
    """Customers whom A won, who come back at their own pace, and stop one day."""
    draw = np.random.default_rng(5)
    rows: list[Row] = []
    for number in range(WHO):
        day, pace = int(draw.integers(0, DAYS)), draw.gamma(0.8, 1 / 50)
        while day < DAYS:
            moment, amount = BEGIN + timedelta(days=day), round(float(draw.gamma(4, 10)) + 1, 2)
            rows.append(
                {
                    "customer_id": f"c{number:04d}",
                    "ordered_at": f"{moment}T12:00:00Z",
                    "net_amount": amount,
                    "ambassador_id": "A",
                }
            )
            if draw.random() < draw.beta(1.2, 4):
                break
            day += max(1, round(draw.exponential(1 / pace)))
    customers = [{"customer_id": f"c{number:04d}", "joined_at": "2024-01-01"} for number in range(WHO)]
    touches = [{"ambassador_id": "A", "customer_id": "c0000", "occurred_at": "2024-01-01"}]
    costs = [{"incurred_on": day, "category": "staff", "amount": 500} for day in ("2024-01-01", "2026-06-18")]
    return bare_company(
        orders=rows,
        customers=customers,
        touches=touches,
        costs=costs,
        ambassadors=[{"ambassador_id": "A", "enrolled_at": "2023-06-01"}],
    )


@pytest.fixture(scope="module")
def known(shop: Warehouse, paris: Settings) -> Measured:
    return measure_assumptions(shop, paris)


def test_the_curve_of_a_shop_is_the_revenue_of_its_model(shop: Warehouse, known: Measured, paris: Settings) -> None:
    curve = known.curve
    assert isinstance(curve, WonCurve)
    assert curve.holds_amounts
    assert known.period is not None
    found = estimate_shop_value(shop, known.period.end, paris, where=WON)
    assert isinstance(found, ShopValue)
    mean = known.assumptions["arpa"].value
    assert mean is not None
    for months in (12, 36):
        revenue = found.values[months][Method.MODEL].revenue.value
        # discounted as in the settings, in shares of the mean
        rate = (1 + found.discount) ** (1 / 12) - 1
        assert mean * curve.expected.expected_months(months=months, discount=rate) == pytest.approx(revenue)
    low, high = (one.expected_months(months=36) for one in (curve.low, curve.high))
    assert low < curve.expected.expected_months(months=36) < high


def test_by_the_model_customers_pay_along_it(known: Measured) -> None:
    along, constant = (afford(known, {}, method) for method in (Method.MODEL, Method.FORMULA))
    assert (along.method, constant.method) == (Method.MODEL, Method.FORMULA)
    assert isinstance(known.curve, WonCurve)
    assert along.basis is not None
    assert along.ceiling is not None
    assert constant.basis is not None
    assert constant.ceiling is not None
    basis = along.basis
    worth = basis.arpa * basis.margin * known.curve.expected.expected_months(months=36, discount=basis.monthly_discount)
    assert along.ceiling.ltv == pytest.approx(worth)
    same = expected_months(constant.basis.churn, months=36, discount=basis.monthly_discount)
    assert constant.ceiling.ltv == pytest.approx(basis.arpa * basis.margin * same)


def test_what_did_better_on_the_past_counts(known: Measured) -> None:
    curve = known.curve
    assert isinstance(curve, WonCurve)
    assert isinstance(curve.test, BackTest)
    errors = {method: abs(one.error) for method, one in curve.test.predictions.items() if isinstance(one, Prediction)}
    assert set(errors) == set(Method)
    better = min(errors, key=lambda method: errors[method])
    assert afford(known, {}).method is curve.default is better


def test_the_formula_tested_is_the_churn_of_the_ceiling(shop: Warehouse, known: Measured) -> None:
    curve = known.curve
    assert isinstance(curve, WonCurve)
    assert isinstance(curve.test, BackTest)
    began = curve.test.cutoff
    buying = read_buying(shop, Period(began.replace(year=began.year - 1, day=1), began.replace(day=1)))
    # who ordered in the 183 days before pays what was paid a month, and fewer of them each month
    orders = shop.frame(
        Listing(mart="fct_won_orders", columns=("customer_id", "ordered_date"), order=("customer_id", "ordered_date"))
    )
    lately = orders.filter(pl.col("ordered_date").is_between(began - timedelta(days=183), began, closed="left"))
    months = (curve.test.until - began).days / MONTH
    stay = sum((1 - buying.churn.value) ** month for month in range(int(months)))
    stay += (months - int(months)) * (1 - buying.churn.value) ** int(months)
    expected = lately["customer_id"].n_unique() * buying.revenue.value * buying.margin.value * stay
    formula = curve.test.predictions[Method.FORMULA]
    assert isinstance(formula, Prediction)
    assert formula.predicted == pytest.approx(expected)


def test_the_limits_bound_the_sums_of_the_refits_at_every_month(shop: Warehouse, paris: Settings) -> None:
    found = estimate_shop_value(shop, date(2026, 6, 1), paris, where=WON, discount=0)
    assert isinstance(found, ShopValue)
    course = found.courses[Method.MODEL]
    assert isinstance(course, Course)
    for months in (12, 24, 36):
        revenue = found.values[months][Method.MODEL].revenue
        sums = [sum(part[:months]) for part in (course.low, course.expected, course.high)]
        assert sums == pytest.approx([revenue.low, revenue.value, revenue.high])


def test_amounts_below_zero_leave_no_curve() -> None:
    assert _curve(
        Course(expected=(1.0, -1.0), low=(1.0,), high=(1.0,)), 1.0, Obstacle.TOO_SHORT, holds_amounts=True
    ) is (Obstacle.NOT_FITTED)


def test_few_tested_leave_the_formula() -> None:
    good, bad = Prediction(predicted=10, actual=10), Prediction(predicted=20, actual=10)
    of = {"cutoff": BEGIN, "until": BEGIN, "predictions": {Method.MODEL: good, Method.FORMULA: bad}}
    assert BackTest(customers=29, **of).better is Method.FORMULA
    assert BackTest(customers=30, **of).better is Method.MODEL


def test_a_churn_that_is_assumed_is_a_constant_one(known: Measured) -> None:
    assert has_model(known, {"margin": 0.5})
    assert not has_model(known, {"churn": 0.05})
    answer = afford(known, {"churn": 0.05})
    assert (answer.method, answer.curve) == (Method.FORMULA, None)
    with pytest.raises(QuestionError, match="knows no churn"):
        afford(known, {"churn": 0.05}, Method.MODEL)


def test_too_few_who_came_back_leave_a_constant_churn(company: Company, paris: Settings) -> None:
    days = ("2026-03-02", "2026-04-02", "2026-06-01")
    bought = {"customer_id": "x", "net_amount": 10, "ambassador_id": "A"}
    touches = [{"ambassador_id": "A", "customer_id": "c", "occurred_at": "2026-02-15"}]
    orders = [{**bought, "ordered_at": day} for day in days]
    joined = [{"customer_id": "x", "joined_at": "2026-03-02"}]
    found = measure_assumptions(company(customers=joined, orders=orders, touches=touches), paris)
    assert found.curve is Obstacle.TOO_FEW_REPEATERS
    assert afford(found, {"other_cost": 1}).method is Method.FORMULA
    with pytest.raises(QuestionError, match="There is no model: fewer than 200 customers came back"):
        afford(found, {"other_cost": 1}, Method.MODEL)


def test_the_curve_of_subscriptions_is_who_stays(company: Company, paris: Settings) -> None:
    rows: list[Row] = []
    for number in range(60):
        key = {"subscription_id": f"s{number}", "customer_id": f"c{number}"}
        rows.append({**key, "effective_at": "2025-01-01", "monthly_amount": 100})
        # 20 of 60 leave after the first month, 15 of 40 after the second, then nobody
        if number < 35:
            rows.append({**key, "effective_at": "2025-02-01" if number < 20 else "2025-03-01", "monthly_amount": 0})
    firsts = [
        {"customer_id": f"c{number}", "ordered_at": "2024-12-30", "net_amount": 1, "ambassador_id": "A"}
        for number in range(60)
    ]
    touches = [{"ambassador_id": "A", "customer_id": "z", "occurred_at": "2024-12-15"}]
    last = [{"customer_id": "b", "ordered_at": "2025-06-01", "net_amount": 1, "ambassador_id": ""}]
    found = measure_assumptions(company(orders=[*firsts, *last], subscriptions=rows, touches=touches), paris).curve
    assert isinstance(found, WonCurve)
    assert not found.holds_amounts
    assert (found.default, found.test) == (Method.FORMULA, Obstacle.TOO_SHORT)
    shares = found.expected.shares
    assert shares[0] == found.low.shares[0] == found.high.shares[0] == 1
    # four renewals are known: that of the first of June is not yet
    fitted = fit_shifted_beta_geometric(Renewals.of_cohort([60, 40, 25, 25, 25]))
    assert isinstance(fitted, ShiftedBetaGeometric)
    assert shares[:36] == pytest.approx(list(fitted.survival(36)), rel=1e-4)
    assert list(shares) == sorted(shares, reverse=True)
