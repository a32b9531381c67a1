"""What each ambassador cost and is credited with: no ranking, they stand in the order of their ids."""

from dataclasses import dataclass
from decimal import Decimal

from kpi.metrics.coverage import coverage, missing_reason
from kpi.metrics.definitions import Metric, Sums
from kpi.metrics.economics import cost_to_revenue_ratio, programme_cost
from kpi.metrics.measure import Attribution, Filters, read_sums
from kpi.metrics.revenue import attributed_revenue, new_customers
from kpi.period import Period
from kpi.store import UNKNOWN, Warehouse

COMMISSION, REWARD = "commission", "reward"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbassadorCost:
    """One ambassador, or with None for an id what names none; amounts in the currency, `other` costs of any category.

    `cost` is the sum of `commission`, `reward` and `other`.
    """

    ambassador_id: str | None
    commission: Decimal
    reward: Decimal
    other: Decimal
    revenue: Decimal
    customers_won: int

    @property
    def cost(self) -> Decimal:
        """All that names this ambassador."""
        return self.commission + self.reward + self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbassadorCosts:
    """Ambassadors in the order of their ids, what names none last; `reason` says why there is nothing to list."""

    items: tuple[AmbassadorCost, ...]
    reason: str | None


def costs_by_ambassador(
    warehouse: Warehouse,
    period: Period,
    *,
    where: Filters | None = None,
    attribution: Attribution | None = None,
) -> AmbassadorCosts:
    """Cost and credit of everybody who has either in the period; each column adds up to its metric.

    `QuestionError` for a filter that costs do not have.
    """
    days = coverage(warehouse, cost_to_revenue_ratio)
    reason = missing_reason(cost_to_revenue_ratio, warehouse.manifest) or days.explain_gap(period)
    if reason is not None:
        return AmbassadorCosts(items=(), reason=reason)
    kept = dict(where or {})

    def amounts(metric: Metric, component: str, **more: list[str]) -> dict[str, Decimal]:
        read = read_sums(warehouse, metric, [period], "ambassador_id", {**kept, **more}, attribution)
        return {group: Sums(sums).amount(component) for (_, group), sums in read.items() if group is not None}

    spent = amounts(programme_cost, "cost")
    commission, reward = (amounts(programme_cost, "cost", category=[one]) for one in (COMMISSION, REWARD))
    revenue = amounts(attributed_revenue, "revenue_amount")
    won = amounts(new_customers, "won")
    none = Decimal()
    found = (
        AmbassadorCost(
            ambassador_id=None if group == UNKNOWN else group,
            commission=commission.get(group, none),
            reward=reward.get(group, none),
            other=spent.get(group, none) - commission.get(group, none) - reward.get(group, none),
            revenue=revenue.get(group, none),
            customers_won=int(won.get(group, none)),
        )
        for group in sorted({*spent, *revenue, *won}, key=lambda group: (group == UNKNOWN, group))
    )
    items = tuple(one for one in found if one.cost or one.commission or one.reward or one.revenue or one.customers_won)
    return AmbassadorCosts(items=items, reason=None)
