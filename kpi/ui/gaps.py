"""Which of the chosen filters a metric does not have, and why: it is then n/a rather than measured without them."""

from collections.abc import Iterable

from kpi.language import all_of, mark, translate
from kpi.metrics import Metric

DIMENSION_LABELS = {
    "acquisition_channel": mark("acquisition channel"),
    "ambassador_id": mark("ambassador id"),
    "category": mark("category"),
    "channel": mark("channel"),
    "company_size": mark("company size"),
    "country_code": mark("country"),
    "kind": mark("kind"),
    "lever": mark("lever"),
    "origin": mark("origin"),
    "platform": mark("platform"),
    "product_id": mark("product id"),
    "programme": mark("programme"),
    "rung": mark("highest reward received"),
    "sector": mark("sector"),
    "tenure": mark("tenure"),
}

HOW_TO_IMPORT = "`python -m kpi import FOLDER`"
NO_SUCH_BREAKDOWN = mark("not available by {labels}: it has no such breakdown")
NOT_RECORDED = {
    "fct_costs_daily": mark("not available by {labels}: costs are not recorded by {labels}"),
    "fct_orders_daily": mark("not available by {labels}: orders are not recorded by {labels}"),
    "fct_order_products_daily": mark("not available by {labels}: orders are not recorded by {labels}"),
    "fct_content_daily": mark("not available by {labels}: posts are not recorded by {labels}"),
    "fct_survey_answers": mark("not available by {labels}: answers are not recorded by {labels}"),
    "fct_survey_requests_daily": mark("not available by {labels}: surveys are not recorded by {labels}"),
    "fct_recurring_revenue_daily": mark("not available by {labels}: subscriptions are not recorded by {labels}"),
    "fct_acting_people_daily": mark(
        "not available by {labels}: people who are no ambassadors are not recorded by {labels}"
    ),
}


def missing_filters(metric: Metric, names: Iterable[str]) -> tuple[str, ...]:
    """The dimensions among `names` that the metric cannot be filtered by, in their order."""
    return tuple(name for name in names if name not in metric.dimensions)


def explain_gap(metric: Metric, names: Iterable[str]) -> str | None:
    """Why the metric has no value under filters by `names`; None when it has all of them."""
    missing = missing_filters(metric, names)
    if not missing:
        return None
    marts = (part.finest.mart for part in metric.parts if not set(missing) <= part.all_dimensions().keys())
    told = next((NOT_RECORDED[mart] for mart in marts if mart in NOT_RECORDED), NO_SUCH_BREAKDOWN)
    labels = all_of(dimension_label(name) for name in missing)
    return translate(told if metric.only is None else NO_SUCH_BREAKDOWN, labels=labels)


def dimension_label(name: str) -> str:
    """A dimension in words."""
    return translate(DIMENSION_LABELS.get(name, name.replace("_", " ")))
