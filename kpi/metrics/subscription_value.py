"""What a new subscriber is worth, and what those of today will pay: sBG beside the formula, tested on the past.

A month is paid at its beginning, by whoever is still there. The margin of a subscription is not on record: it is taken
as a share of what is paid, the one given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from kpi.analysis import Estimate
from kpi.analysis.lifetime_value import constant_survival, expected_path, monthly_rate, value_over
from kpi.analysis.obstacle import Obstacle
from kpi.analysis.shifted_beta_geometric import Renewals, ShiftedBetaGeometric, fit_shifted_beta_geometric
from kpi.metrics.lifetime_definitions import DISCOUNT, MOST_FAILED, REFITS, BackTest, Method, Prediction, Value
from kpi.metrics.purchase_histories import MONTH, Filters
from kpi.metrics.subscription_lifetimes import read_accounts, read_subscribers
from kpi.store import Warehouse

Floats = npt.NDArray[np.float64]

SEED: Final = 20261122
SHORTEST_PAST: Final = 365
LONGEST_TEST: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionModel:
    """How long subscribers stay, in months: the model or why there is none, and a constant `churn`."""

    renewals: ShiftedBetaGeometric | Obstacle
    churn: float

    def survival(self, method: Method, months: int) -> Floats | Obstacle:
        """The share still there at the beginning of each month."""
        if method is Method.FORMULA:
            return constant_survival(self.churn, months)
        return self.renewals if isinstance(self.renewals, Obstacle) else self.renewals.survival(months)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionValue:
    """What a new subscriber is worth within `months`, as in `ShopValue`.

    `monthly_revenue` is what a subscriber pays today on average; `lifetime` how many
    months one stays on average by the model, without end where its alpha is 1 or less, so that a value needs a horizon.
    `path` is what the accounts of today are expected to pay in each month from now, by the default method.
    """

    end: date
    months: int
    discount: float
    margin_rate: float
    subscribers: int
    lost: int
    model: SubscriptionModel
    monthly_revenue: float
    values: Mapping[Method, Value | Obstacle]
    default: Method
    test: BackTest | Obstacle
    lifetime: float | Obstacle
    path: tuple[float, ...]


def estimate_subscription_value(
    warehouse: Warehouse,
    end: date,
    *,
    margin_rate: float,
    months: int = 24,
    discount: float = DISCOUNT,
    where: Filters | None = None,
    refits: int = REFITS,
    seed: int = SEED,
) -> SubscriptionValue | Obstacle:
    """The value of a new subscriber as known at the midnight of `end`, arguments as in `estimate_shop_value`."""
    people = read_subscribers(warehouse, end, where)
    accounts = read_accounts(warehouse, end, where)
    if people.is_empty() or accounts.is_empty():
        return Obstacle.NOBODY
    model, test = fit_subscriptions(people), _back_test(warehouse, end, where)
    default, amounts = _default(test, model), accounts["monthly_amount"].to_numpy()
    drawn = _drawn(people, amounts, model, refits, seed)
    ages = _whole_months(accounts)
    known = model.survival(default, int(ages.max()) + months)
    path = () if isinstance(known, Obstacle) else expected_path(amounts, ages, known, months)
    return SubscriptionValue(
        end=end,
        months=months,
        discount=discount,
        margin_rate=margin_rate,
        subscribers=len(people),
        lost=int(people["is_lost"].sum()),
        model=model,
        monthly_revenue=float(amounts.mean()),
        values={
            method: _value(method, model, amounts.mean(), drawn, months, discount, margin_rate, len(people))
            for method in Method
        },
        default=default,
        test=test,
        lifetime=model.renewals if isinstance(model.renewals, Obstacle) else model.renewals.expected_lifetime(),
        path=tuple(map(float, path)),
    )


def _default(test: BackTest | Obstacle, model: SubscriptionModel) -> Method:
    """The method that did better on the past, as long as it has an answer today."""
    is_model = isinstance(test, BackTest) and test.better is Method.MODEL
    return Method.MODEL if is_model and not isinstance(model.renewals, Obstacle) else Method.FORMULA


def fit_subscriptions(
    people: pl.DataFrame, *, weights: Floats | None = None, begin: ShiftedBetaGeometric | None = None
) -> SubscriptionModel:
    """Fit on lifetimes, each as often as it was drawn; `begin` is where the search starts."""
    drawn = np.ones(len(people)) if weights is None else weights
    lasting, lost = people["lasting"].to_numpy() / MONTH, people["is_lost"].to_numpy()
    exposure, periods = float((lasting * drawn).sum()), people["paid_months"].to_numpy()
    return SubscriptionModel(
        renewals=fit_shifted_beta_geometric(Renewals.of_lifetimes(periods, lost, drawn), begin=begin),
        churn=min(1.0, float((lost * drawn).sum()) / exposure) if exposure else 0.0,
    )


def _back_test(warehouse: Warehouse, end: date, where: Filters | None) -> BackTest | Obstacle:
    """Of the subscribers of a year ago, or at two thirds of less than three years: how many are still there."""
    begins = warehouse.table_dates().get("subscriptions", (end, end))[0]
    if (end - begins).days < SHORTEST_PAST:
        return Obstacle.TOO_SHORT
    cutoff = end - timedelta(days=min(LONGEST_TEST, (end - begins).days // 3))
    then, now = (read_subscribers(warehouse, day, where) for day in (cutoff, end))
    there = then.filter(~pl.col("is_lost"))
    if there.is_empty():
        return Obstacle.NOBODY
    stayed = there.join(now.filter(~pl.col("is_lost")), on="customer_id", how="semi")
    model, ages, ahead = fit_subscriptions(then), _whole_months(there), round((end - cutoff).days / MONTH)
    predictions: dict[Method, Prediction | Obstacle] = {}
    for method in Method:
        survival = model.survival(method, int(ages.max()) + ahead + 1)
        predictions[method] = (
            survival
            if isinstance(survival, Obstacle)
            else Prediction(
                predicted=float(expected_path(np.ones(len(ages)), ages, survival, ahead + 1)[-1]),
                actual=float(len(stayed)),
            )
        )
    return BackTest(cutoff=cutoff, until=end, customers=len(there), predictions=predictions)


def _whole_months(people: pl.DataFrame) -> npt.NDArray[np.int64]:
    return np.floor(people["lasting"].cast(pl.Float64).to_numpy() / MONTH).astype(np.int64)


def _drawn(
    people: pl.DataFrame, amounts: Floats, model: SubscriptionModel, refits: int, seed: int
) -> Sequence[tuple[SubscriptionModel, float]]:
    """Refits on subscribers drawn anew, each with the mean of as many accounts drawn anew."""
    draw = np.random.default_rng(seed)
    begin = None if isinstance(model.renewals, Obstacle) else model.renewals
    found = []
    for _ in range(refits):
        weights = draw.poisson(1.0, len(people)).astype(np.float64)
        paid = float(draw.choice(amounts, len(amounts)).mean())
        found.append((fit_subscriptions(people, weights=weights, begin=begin), paid))
    return found


def _value(
    method: Method,
    model: SubscriptionModel,
    paid: float,
    drawn: Sequence[tuple[SubscriptionModel, float]],
    months: int,
    discount: float,
    margin_rate: float,
    n: int,
) -> Value | Obstacle:
    rate = monthly_rate(discount)
    survival = model.survival(method, months)
    if isinstance(survival, Obstacle):
        return survival
    revenue = Estimate(value=value_over(float(paid), survival, rate), n=n)
    refitted = [(one.survival(method, months), amount) for one, amount in drawn]
    kept = [value_over(amount, share, rate) for share, amount in refitted if not isinstance(share, Obstacle)]
    if kept and len(kept) >= (1 - MOST_FAILED) * len(drawn):
        low, high = map(float, np.quantile(kept, [0.025, 0.975]))
        revenue = replace(revenue, low=low, high=high, method="bootstrap")
    return Value(revenue=revenue, margin=_scaled(revenue, margin_rate))


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    numbers = (estimate.value, estimate.low, estimate.high)
    value, low, high = (None if one is None else float(one) * factor for one in numbers)
    return replace(estimate, value=value, low=low, high=high)
