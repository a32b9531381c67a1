"""What each ambassador cost and is credited with: no ranking, they stand in the order of their ids."""

from dataclasses import dataclass
from decimal import Decimal

from kpi.metrics.coverage import coverage, missing_reason
from kpi.metrics.economics import cost_to_revenue_ratio, programme_cost
from kpi.metrics.measure import Attribution, Filters, Measurement, breakdown
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
    by, kept = "ambassador_id", dict(where or {})
    spent = _amounts(breakdown(warehouse, programme_cost, period, by, where=kept))
    commission, reward = (
        _amounts(breakdown(warehouse, programme_cost, period, by, where={**kept, "category": [category]}))
        for category in (COMMISSION, REWARD)
    )
    revenue = _amounts(
        breakdown(warehouse, attributed_revenue, period, by, where=kept, attribution=attribution or Attribution())
    )
    won = _amounts(breakdown(warehouse, new_customers, period, by, where=kept))
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


def _amounts(groups: tuple[Measurement, ...]) -> dict[str, Decimal]:
    """Each group's amount; none of a period that the data does not reach."""
    return {
        group.group: Decimal(group.estimate.value)
        for group in groups
        if group.group is not None and group.estimate.value is not None
    }
