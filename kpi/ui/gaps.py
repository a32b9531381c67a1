"""Which of the chosen filters a metric does not have, and why: it is then n/a rather than measured without them."""

from collections.abc import Iterable

from kpi.metrics import Metric

DIMENSION_LABELS = {
    "country_code": "country",
    "sector": "sector",
    "company_size": "company size",
    "acquisition_channel": "acquisition channel",
    "programme": "programme",
    "lever": "lever",
}

RECORDED = {
    "fct_costs_daily": "costs",
    "fct_orders_daily": "orders",
    "fct_content_daily": "posts",
    "fct_survey_answers": "answers",
    "fct_survey_requests_daily": "surveys",
    "fct_recurring_revenue_daily": "subscriptions",
    "fct_acting_people_daily": "people who are no ambassadors",
}


def missing_filters(metric: Metric, names: Iterable[str]) -> tuple[str, ...]:
    """The dimensions among `names` that the metric cannot be filtered by, in their order."""
    return tuple(name for name in names if name not in metric.dimensions)


def explain_gap(metric: Metric, names: Iterable[str]) -> str | None:
    """Why the metric has no value under filters by `names`; None when it has all of them."""
    missing = missing_filters(metric, names)
    if not missing:
        return None
    labels = " and ".join(dimension_label(name) for name in missing)
    if metric.only is not None:
        return f"not available by {labels}: it has no such breakdown"
    marts = (part.finest.mart for part in metric.parts if not set(missing) <= part.all_dimensions().keys())
    subject = next((RECORDED[mart] for mart in marts if mart in RECORDED), None)
    cause = f"{subject} are not recorded by {labels}" if subject else "it has no such breakdown"
    return f"not available by {labels}: {cause}"


def dimension_label(name: str) -> str:
    """A dimension in words."""
    return DIMENSION_LABELS.get(name, name.replace("_", " "))
