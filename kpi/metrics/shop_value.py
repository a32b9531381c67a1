"""What a new customer of the shop is worth: BG/NBD with Gamma-Gamma beside the transparent formula, tested on the past.

A value is what the first purchase brings, and what is expected of all later ones within the horizon, each month
discounted to the day of the first. Contributions are net of the cost of goods and of selling.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from kpi.analysis.bg_nbd import BetaGeometricNbd, fit_bg_nbd
from kpi.analysis.gamma_gamma import GammaGamma
from kpi.analysis.lifetime_value import constant_survival
from kpi.analysis.obstacle import Obstacle
from kpi.metrics.drawn_values import Values, estimate_course, estimate_values
from kpi.metrics.lifetime_definitions import DISCOUNT, HORIZONS, REFITS, BackTest, Course, Method, Prediction
from kpi.metrics.purchase_histories import MONTH, Buyers, Filters, later_purchases, read_buyers
from kpi.metrics.sales_costs import sales_cost_of_buyers
from kpi.metrics.shop_groups import GroupedBuyers
from kpi.settings import Settings
from kpi.store import Warehouse

Floats = npt.NDArray[np.float64]

SEED: Final = 20261122
SHORTEST_PAST: Final = 365
LONGEST_TEST: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopModel:
    """All that is fitted on buyers, money in the currency; `churn` and `repeats_a_month` are those of active customers.

    `purchases` and `spending` are the models, or why there is none; `mean_spent` is what is spent on a day of a repeat
    purchase: by the spending model, else the plain mean. `contribution_rate` is the
    contribution's share of repeat revenue.
    """

    purchases: BetaGeometricNbd | Obstacle
    spending: GammaGamma | Obstacle
    first_revenue: float
    first_contribution: float
    mean_spent: float
    plain_spent: float
    contribution_rate: float
    churn: float
    repeats_a_month: float

    def repeats(self, method: Method, months: int) -> Floats | Obstacle:
        """How many days of repeat purchases a new customer has in each of the coming months."""
        if method is Method.FORMULA:
            return self.repeats_a_month * constant_survival(self.churn, months)
        if isinstance(self.purchases, Obstacle):
            return self.purchases
        found = np.diff(self.purchases.expected_repeats_by(MONTH * np.arange(1.0, months + 1)), prepend=0.0)
        return found if np.isfinite(found).all() else Obstacle.NOT_FITTED

    def course(self, method: Method, months: int) -> Floats | Obstacle:
        """The revenue of a new customer in each of the coming months, the first purchase in the first."""
        repeats = self.repeats(method, months)
        if isinstance(repeats, Obstacle):
            return repeats
        later = repeats * (self.mean_spent if method is Method.MODEL else self.plain_spent)
        later[:1] += self.first_revenue
        return later

    def contribution(self, revenue: float) -> float:
        """What is left of so much revenue of a new customer, that of their first purchase included."""
        return self.first_contribution + (revenue - self.first_revenue) * self.contribution_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopValue:
    """What a new customer of the shop is worth within `months` and the usual horizons, and what that rests on.

    `values` holds each method's answer or why it has none, by horizon; `courses` the revenue month by month.
    `default` is the method that did better on the past. `top_share` is the share of all revenue that the top 0.1 % of
    customers brought, `capped` how many spend more a day than 99.9 % of those who came back, and count as these;
    `correlation` how far those who come more often spend more, which the spending model takes for nothing.
    """

    end: date
    months: int
    discount: float
    customers: int
    repeaters: int
    left_out: int
    model: ShopModel
    values: Values
    courses: Mapping[Method, Course | Obstacle]
    default: Method
    test: BackTest | Obstacle
    top_share: float
    capped: int
    correlation: float | None


def estimate_shop_value(
    warehouse: Warehouse,
    end: date,
    settings: Settings,
    *,
    months: int = 24,
    discount: float = DISCOUNT,
    where: Filters | None = None,
    refits: int = REFITS,
    seed: int = SEED,
) -> ShopValue | Obstacle:
    """The value of a new customer as known at the midnight of `end`, `discount` being yearly; `NOBODY` without buyers.

    Intervals come from `refits` on customers drawn anew (Poisson bootstrap), the same for the same `seed`.
    """
    sales_cost = sales_cost_of_buyers(warehouse, settings.sales_costs, end, where or {})
    buyers = read_buyers(warehouse, end, where, sales_cost=sales_cost)
    if buyers.frame.is_empty():
        return Obstacle.NOBODY
    grouped = GroupedBuyers.of(buyers)
    model, test = fit_shop(grouped), _back_test(warehouse, end, where, sales_cost)
    drawn = _drawn(grouped, model, refits, seed)
    horizons = sorted({*HORIZONS, months})
    return ShopValue(
        end=end,
        months=months,
        discount=discount,
        customers=grouped.customers,
        repeaters=int((buyers.column("repeats") > 0).sum()),
        left_out=buyers.left_out,
        model=model,
        values=estimate_values(model, drawn, horizons, discount=discount, n=grouped.customers),
        courses={method: estimate_course(model, drawn, method) for method in Method},
        default=_default(test, model),
        test=test,
        top_share=grouped.top_share,
        capped=grouped.capped,
        correlation=grouped.correlation,
    )


def fit_shop(grouped: GroupedBuyers, *, weights: Floats | None = None, begin: ShopModel | None = None) -> ShopModel:
    """Fit everything; `weights` says how often each customer was drawn, `begin` where the search starts."""
    sums = grouped.sums(weights)
    spending = grouped.fit_spending(weights, begin=begin.spending if begin else None)
    started = begin.purchases if begin else None
    purchases = fit_bg_nbd(grouped.histories(weights), begin=None if isinstance(started, Obstacle) else started)
    plain = sums.repeat_revenue / sums.repeats if sums.repeats else 0.0
    return ShopModel(
        purchases=purchases,
        spending=spending,
        first_revenue=sums.first_revenue / sums.customers,
        first_contribution=sums.first_contribution / sums.customers,
        mean_spent=plain if isinstance(spending, Obstacle) else spending.mean,
        plain_spent=plain,
        contribution_rate=sums.repeat_contribution / sums.repeat_revenue if sums.repeat_revenue else 0.0,
        churn=min(1.0, sums.lost / sums.months) if sums.months else 0.0,
        repeats_a_month=sums.repeats / sums.months if sums.months else 0.0,
    )


def _back_test(warehouse: Warehouse, end: date, where: Filters | None, sales_cost: float) -> BackTest | Obstacle:
    """The last year, or the last third of less than three years, as predicted from what came before."""
    begins = warehouse.table_dates().get("orders", (end, end))[0]
    if (end - begins).days < SHORTEST_PAST:
        return Obstacle.TOO_SHORT
    cutoff = end - timedelta(days=min(LONGEST_TEST, (end - begins).days // 3))
    buyers = read_buyers(warehouse, cutoff, where, sales_cost=sales_cost)
    if buyers.frame.is_empty():
        return Obstacle.NOBODY
    later = later_purchases(warehouse, buyers, end, where)
    grouped = GroupedBuyers.of(buyers)
    model, actual = fit_shop(grouped), float(later["contribution"][0])
    days = (end - cutoff).days
    predicted = {
        Method.FORMULA: _predict_by_formula(buyers, model, days),
        Method.MODEL: _predict_by_model(buyers, grouped, model, days),
    }
    return BackTest(
        cutoff=cutoff,
        until=end,
        customers=grouped.customers,
        predictions={
            method: found if isinstance(found, Obstacle) else Prediction(predicted=found, actual=actual)
            for method, found in predicted.items()
        },
    )


def _predict_by_formula(buyers: Buyers, model: ShopModel, days: int) -> float:
    """The contribution of those who are not lost, fewer each month."""
    active = float((~buyers.frame["is_lost"]).sum())
    months = days / MONTH
    whole = constant_survival(model.churn, int(months) + 1)
    staying = float(whole[:-1].sum() + whole[-1] * (months - int(months)))
    return active * model.repeats_a_month * staying * model.plain_spent * model.contribution_rate


def _predict_by_model(buyers: Buyers, grouped: GroupedBuyers, model: ShopModel, days: int) -> float | Obstacle:
    """The contribution of everybody, each by their own history and spending."""
    if isinstance(model.purchases, Obstacle):
        return model.purchases
    purchases = model.purchases.expected_purchases(buyers.histories, days)
    spent = (
        np.full(len(purchases), model.mean_spent)
        if isinstance(model.spending, Obstacle)
        else model.spending.expected_means(buyers.column("repeats"), grouped.means)
    )
    found = float(purchases @ spent) * model.contribution_rate
    return found if np.isfinite(found) else Obstacle.NOT_FITTED


def _drawn(grouped: GroupedBuyers, model: ShopModel, refits: int, seed: int) -> Sequence[ShopModel]:
    """Refits on customers drawn anew."""
    draw = np.random.default_rng(seed)
    models = []
    for _ in range(refits):
        weights = draw.poisson(1.0, grouped.customers).astype(np.float64)
        models.append(fit_shop(grouped, weights=weights, begin=model) if weights.any() else model)
    return models


def _default(test: BackTest | Obstacle, model: ShopModel) -> Method:
    """The method that did better on the past, as long as it has an answer today."""
    is_model = isinstance(test, BackTest) and test.better is Method.MODEL
    return Method.MODEL if is_model and not isinstance(model.repeats(Method.MODEL, 1), Obstacle) else Method.FORMULA
