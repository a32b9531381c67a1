"""Short ways to ask for a number: days as text, metrics by name, the bare value as the answer."""

from datetime import date
from decimal import Decimal

from kpi.metrics import Attribution, Measurement, Model, breakdown, measure, metric_named
from kpi.period import Period
from kpi.store import Warehouse

Value = float | Decimal | None


def period(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


def measured(warehouse: Warehouse, metric: str, start: str, end: str, **where: str) -> Measurement:
    """The measurement; a keyword keeps one value of a dimension."""
    filters = {dimension: [value] for dimension, value in where.items()}
    return measure(warehouse, metric_named(metric), period(start, end), where=filters)


def value(warehouse: Warehouse, metric: str, start: str, end: str, **where: str) -> Value:
    return measured(warehouse, metric, start, end, **where).estimate.value


def level(warehouse: Warehouse, metric: str, end: str, **where: str) -> Value:
    """A level at midnight of the day `end`."""
    return value(warehouse, metric, "2019-01-01", end, **where)


def groups(warehouse: Warehouse, metric: str, start: str, end: str, by: str) -> dict[str | None, Value]:
    answer = breakdown(warehouse, metric_named(metric), period(start, end), by)
    return {measurement.group: measurement.estimate.value for measurement in answer}


def attributed(
    warehouse: Warehouse,
    start: str,
    end: str,
    *,
    model: str = "last",
    days: int | None = None,
    metric: str = "attributed_revenue",
) -> dict[str | None, Value]:
    """The credit of each ambassador."""
    answer = breakdown(
        warehouse,
        metric_named(metric),
        period(start, end),
        "ambassador_id",
        attribution=Attribution(model=Model(model), window_days=days),
    )
    return {measurement.group: measurement.estimate.value for measurement in answer}
