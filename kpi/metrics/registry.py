"""Every metric there is; nothing else computes a number."""

from collections.abc import Mapping
from types import MappingProxyType

from kpi.errors import QuestionError, UnknownNameError
from kpi.metrics import activity, content, economics, recurring, revenue, satisfaction
from kpi.metrics.definitions import Metric
from kpi.metrics.derived import DERIVED


def _collect() -> Mapping[str, Metric]:
    found = {}
    for module in (activity, revenue, recurring, economics, satisfaction, content):
        for value in vars(module).values():
            if isinstance(value, Metric):
                found[value.name] = value
    return MappingProxyType(found)


METRICS = _collect()

HEADLINES = (
    activity.active_ambassadors,
    revenue.attributed_revenue,
    economics.acquisition_cost,
    economics.cost_to_revenue_ratio,
    satisfaction.ambassador_net_promoter_score,
)


def metric_named(name: str) -> Metric:
    """The metric of that name; `UnknownNameError` with the nearest one otherwise.

    `QuestionError`, saying where it is told, for what is worked out of several metrics.
    """
    if name in DERIVED:
        raise QuestionError(f"“{name}” is worked out of other numbers, not measured by period. {DERIVED[name].found}")
    if name not in METRICS:
        raise UnknownNameError("metric", name, METRICS)
    return METRICS[name]
