"""What commissions cost per customer won until now, by programme."""

from dataclasses import dataclass
from decimal import Decimal

from kpi.analysis import Estimate, estimate_cost_per_event
from kpi.metrics.coverage import coverage, missing_reason
from kpi.metrics.definitions import Sums
from kpi.metrics.economics import acquisition_cost, programme_cost
from kpi.metrics.measure import read_sums
from kpi.metrics.revenue import new_customers
from kpi.period import Period
from kpi.store import UNKNOWN, Warehouse

COMMISSION = "commission"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionPaid:
    """Commissions of a programme, None being all of them together, and `UNKNOWN` what names none."""

    programme: str | None
    amount: Decimal
    per_customer: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionsPaid:
    """All programmes together first, then each in alphabetical order; `reason` says why there is nothing."""

    items: tuple[CommissionPaid, ...]
    reason: str | None = None


def measure_commissions_paid(warehouse: Warehouse, period: Period) -> CommissionsPaid:
    """Commissions booked in the period over customers won in it, the interval that of their count."""
    reason = missing_reason(acquisition_cost, warehouse.manifest)
    reason = reason or coverage(warehouse, acquisition_cost).explain_gap(period)
    if reason is not None:
        return CommissionsPaid(items=(), reason=reason)
    where = {"category": [COMMISSION]}
    paid = read_sums(warehouse, programme_cost, [period], "programme", where, None)
    won = read_sums(warehouse, new_customers, [period], "programme", None, None)
    amounts = {group: Sums(sums).amount("cost") for (_, group), sums in paid.items()}
    customers = {group: Sums(sums).count("won") for (_, group), sums in won.items()}
    found = [
        _paid(group, amounts.get(group, Decimal()), customers.get(group, 0))
        for group in sorted({*amounts, *customers}, key=lambda group: (group == UNKNOWN, group or ""))
        if amounts.get(group) or customers.get(group)
    ]
    whole = _paid(None, sum(amounts.values(), Decimal()), sum(customers.values()))
    return CommissionsPaid(items=(whole, *found))


def _paid(programme: str | None, amount: Decimal, customers: int) -> CommissionPaid:
    return CommissionPaid(programme=programme, amount=amount, per_customer=estimate_cost_per_event(amount, customers))
