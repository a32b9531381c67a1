"""What a new subscriber is worth, and what those of today will pay: sBG beside the formula, tested on the past.

A month is paid at its beginning, by whoever is still there. The contribution is the share of it that plans and the cost
of selling leave today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from kpi.analysis import Estimate
from kpi.analysis.lifetime_value import constant_survival, expected_path
from kpi.analysis.obstacle import Obstacle
from kpi.analysis.shifted_beta_geometric import Renewals, ShiftedBetaGeometric, fit_shifted_beta_geometric
from kpi.metrics.contribution_rates import subscription_contribution
from kpi.metrics.drawn_values import Values, estimate_course, estimate_values
from kpi.metrics.lifetime_definitions import (
    DISCOUNT,
    HORIZONS,
    MOST_FAILED,
    REFITS,
    BackTest,
    Course,
    Method,
    Prediction,
)
from kpi.metrics.purchase_histories import MONTH, Filters
from kpi.metrics.subscription_lifetimes import read_accounts, read_subscribers
from kpi.settings import Settings
from kpi.store import Warehouse

Floats = npt.NDArray[np.float64]

SEED: Final = 20261122
SHORTEST_PAST: Final = 365
LONGEST_TEST: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionModel:
    """How long subscribers stay, in months: the model or why there is none, and a constant `churn`.

    `monthly_revenue` is what one pays, `contribution_rate` the share of it that is left.
    """

    renewals: ShiftedBetaGeometric | Obstacle
    churn: float
    monthly_revenue: float = 1.0
    contribution_rate: float = 1.0

    def survival(self, method: Method, months: int) -> Floats | Obstacle:
        """The share still there at the beginning of each month."""
        if method is Method.FORMULA:
            return constant_survival(self.churn, months)
        return self.renewals if isinstance(self.renewals, Obstacle) else self.renewals.survival(months)

    def course(self, method: Method, months: int) -> Floats | Obstacle:
        """What a new subscriber pays in each of the coming months."""
        survival = self.survival(method, months)
        return survival if isinstance(survival, Obstacle) else self.monthly_revenue * survival

    def contribution(self, revenue: float) -> float:
        """What is left of so much revenue."""
        return revenue * self.contribution_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionValue:
    """What a new subscriber is worth within `months` and the usual horizons, as in `ShopValue`.

    What one pays is the mean of today's accounts. `lifetime` is how many months one stays on average by the model,
    without end where its alpha is 1 or less, so that a value needs a horizon. `path` is what the accounts of today are
    expected to pay in each month from now, by the default method; its interval is that of the pace of leaving.
    `survival` is the share of new subscribers still there in each month.
    """

    end: date
    months: int
    discount: float
    subscribers: int
    lost: int
    model: SubscriptionModel
    values: Values
    survival: Mapping[Method, Course | Obstacle]
    default: Method
    test: BackTest | Obstacle
    lifetime: float | Obstacle
    path: tuple[Estimate, ...]


def estimate_subscription_value(
    warehouse: Warehouse,
    end: date,
    settings: Settings,
    *,
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
    amounts, test = accounts["monthly_amount"].to_numpy(), _back_test(warehouse, end, where)
    model = replace(
        fit_subscriptions(people),
        monthly_revenue=float(amounts.mean()),
        contribution_rate=subscription_contribution(warehouse, settings, end, where or {}),
    )
    default, drawn = _default(test, model), _drawn(people, amounts, model, refits, seed)
    horizons = sorted({*HORIZONS, months})
    return SubscriptionValue(
        end=end,
        months=months,
        discount=discount,
        subscribers=len(people),
        lost=int(people["is_lost"].sum()),
        model=model,
        values=estimate_values(model, drawn, horizons, discount=discount, n=len(people)),
        survival=_survival(model, drawn),
        default=default,
        test=test,
        lifetime=model.renewals if isinstance(model.renewals, Obstacle) else model.renewals.expected_lifetime(),
        path=_path(accounts, model, drawn, default, months),
    )


def _survival(model: SubscriptionModel, drawn: Sequence[SubscriptionModel]) -> Mapping[Method, Course | Obstacle]:
    """The course of one who pays 1 a month, so that refits are told apart by who stays alone."""
    one, others = replace(model, monthly_revenue=1.0), [replace(other, monthly_revenue=1.0) for other in drawn]
    return {method: estimate_course(one, others, method) for method in Method}


def _path(
    accounts: pl.DataFrame, model: SubscriptionModel, drawn: Sequence[SubscriptionModel], method: Method, months: int
) -> tuple[Estimate, ...]:
    """What the accounts of today will pay, month by month, with 95 % of what the refits say."""
    amounts, ages = accounts["monthly_amount"].to_numpy(), accounts["paid_months"].to_numpy()
    reach = int(ages.max()) + months

    def path_of(one: SubscriptionModel) -> Floats | None:
        known = one.survival(method, reach)
        return None if isinstance(known, Obstacle) else expected_path(amounts, ages, known, months)

    expected, paths = path_of(model), [path for path in map(path_of, drawn) if path is not None]
    if expected is None:
        return ()
    if len(paths) < max(1, (1 - MOST_FAILED) * len(drawn)):
        return tuple(Estimate(value=float(one), n=len(accounts)) for one in expected)
    low, high = np.quantile(np.array(paths), [0.025, 0.975], axis=0)
    return tuple(
        Estimate(value=float(one), low=float(low[month]), high=float(high[month]), n=len(accounts), method="bootstrap")
        for month, one in enumerate(expected)
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
    model, ages, ahead = fit_subscriptions(then), there["paid_months"].to_numpy(), round((end - cutoff).days / MONTH)
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


def _drawn(
    people: pl.DataFrame, amounts: Floats, model: SubscriptionModel, refits: int, seed: int
) -> Sequence[SubscriptionModel]:
    """Refits on subscribers drawn anew, each with the mean of as many accounts drawn anew."""
    draw = np.random.default_rng(seed)
    begin = None if isinstance(model.renewals, Obstacle) else model.renewals
    found = []
    for _ in range(refits):
        weights = draw.poisson(1.0, len(people)).astype(np.float64)
        paid = float(draw.choice(amounts, len(amounts)).mean())
        fitted = fit_subscriptions(people, weights=weights, begin=begin)
        found.append(replace(fitted, monthly_revenue=paid, contribution_rate=model.contribution_rate))
    return found
