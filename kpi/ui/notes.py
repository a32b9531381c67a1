"""The line of small print under a number: how sure it is, over how many, and what to know before using it."""

from datetime import timedelta

from kpi.metrics import METRICS, Metric
from kpi.ui import format as fmt
from kpi.ui.page import SILENCE, Page, Reading

SATISFACTION = METRICS["net_promoter_score"].section
COUNTED = {  # what n counts
    "acquisition_cost": "customer",
    "channel_cac": "customer",
    "activation_rate": "ambassador",
    "top_decile_share": "ambassador",
    "response_rate": "survey",
    "ambassador_response_rate": "survey",
    "organic_share": "post",
    "content_conversion_rate": "click",
}
REFERENCE_BANDS = f"reference bands 3{fmt.GLUE}% and 15–25{fmt.GLUE}% (one consultant’s claim)"


def note(page: Page, reading: Reading) -> str:
    """The small print of a reading: why it is n/a, or its interval, n and cautions, parted by dots."""
    if reading.current.estimate.value is None:
        return _join(reading.current.reason or "", _at_least(page, reading))
    return _join(
        _own_note(page, reading),
        _interval_and_n(page, reading),
        _completeness(page, reading.metric, is_complete=reading.current.is_complete),
        _left_out(page, reading.metric),
        reading.unmatched or "",
    )


def definition(metric: Metric) -> str:
    """The metric's record for a tooltip: what it means, how it is computed, what it needs."""
    needs = ", ".join(need.replace("|", " or ") for need in metric.needs)
    return f"**{metric.label}**\n\n{metric.means}\n\n*Formula:* {metric.formula}\n\n*Needs:* {needs}"


def short_label(metric: Metric) -> str:
    """The label without what stands in brackets, for narrow places."""
    return metric.label.split(" (")[0]


def counted_noun(metric: Metric) -> str:
    """What the n of a metric counts, in the singular."""
    return COUNTED.get(metric.name, "answer" if metric.section == SATISFACTION else "case")


def _own_note(page: Page, reading: Reading) -> str:
    metric, currency = reading.metric, page.settings.currency
    if metric.name == "attributed_revenue":
        amounts = {days: found.estimate.value for days, found in page.windows(metric).items()}
        known = [amount for amount in amounts.values() if amount is not None]
        span = fmt.money_range(min(known), max(known), currency)
        span = span if min(known) < max(known) else f"the same {fmt.money(max(known), currency)}"
        return f"{span} over windows of {min(amounts)} to {max(amounts)} days; attributed, not incremental"
    if metric.name == "cost_to_revenue_ratio":
        back = page.read(METRICS["return_on_investment"])
        value = fmt.value(back.metric, back.current.estimate.value, currency)
        return f"return {value}; {REFERENCE_BANDS}"
    if metric.is_level:
        return f"on {fmt.day(reading.current.period.last_day, year=False)}"
    return ""


def _interval_and_n(page: Page, reading: Reading) -> str:
    estimate = reading.current.estimate
    parts = [fmt.interval(reading.metric, estimate.low, estimate.high, page.settings.currency)]
    if estimate.n is not None:
        few = " (few)" if estimate.n < page.settings.few else ""
        parts.append(fmt.number_of(estimate.n, counted_noun(reading.metric)) + few)
    return _join(*parts)


def _at_least(page: Page, reading: Reading) -> str:
    estimate = reading.current.estimate
    return fmt.interval(reading.metric, estimate.low, estimate.high, page.settings.currency)


def _completeness(page: Page, metric: Metric, *, is_complete: bool) -> str:
    begins, end = page.begins(metric), page.manifest.data_end
    if not is_complete and end is not None and page.period.end > end:
        return f"incomplete: data ends {fmt.day(end - timedelta(days=1))}"
    ends = page.ends(metric)
    if not metric.is_level and ends is not None and end is not None and min(page.period.end, end) - ends[1] > SILENCE:
        return f"incomplete: {ends[0]} end {fmt.day(ends[1] - timedelta(days=1))}"
    if not metric.is_level and begins is not None and page.period.start < begins:
        return f"incomplete: data begins {fmt.day(begins)}"
    return ""


def _left_out(page: Page, metric: Metric) -> str:
    """Costs that name no ambassador belong to none of the segments of ambassadors."""
    has_costs = any(part.mart == "fct_costs_daily" and "programme" in part.dimensions for part in metric.parts)
    return "shared costs left out" if has_costs and page.filters else ""


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
