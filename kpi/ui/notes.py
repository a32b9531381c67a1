"""The line of small print under a number: how sure it is, over how many, and what to know before using it."""

from datetime import timedelta

from kpi.language import mark, translate
from kpi.metrics import METRICS, Metric, tables_in_words
from kpi.ui import format as fmt
from kpi.ui.page import SILENCE, Page, Reading
from kpi.ui.presets import against_in_short, since_in_short

SATISFACTION = METRICS["net_promoter_score"].section
COUNTED = {  # what n counts, a noun of fmt.NOUNS
    "acquisition_cost": "customer",
    "channel_cac": "customer",
    "activation_rate": "ambassador",
    "top_decile_share": "ambassador",
    "response_rate": "survey",
    "ambassador_response_rate": "survey",
    "organic_share": "post",
    "content_conversion_rate": "effective click",
}
STOPPED = {  # the tables that a company goes on filling
    "orders": mark("incomplete: orders end {day}"),
    "costs": mark("incomplete: costs end {day}"),
    "surveys": mark("incomplete: surveys end {day}"),
}


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


def second_change(page: Page, reading: Reading) -> str:
    """The change against the second comparison in words, or why there is none; empty when none is chosen."""
    second = reading.second
    if second is None or reading.current.estimate.value is None:
        return ""
    comparison = page.comparisons[1]
    if second.change is None or second.before is None:
        reason = second.unmatched or (second.before.reason if second.before else "")
        return translate("{when}: {reason}", when=fmt.begin(against_in_short(comparison)), reason=reason)
    since, currency = since_in_short(comparison), page.settings.currency
    if fmt.is_no_change(reading.metric, second.change, currency):
        return translate("No change {since}", since=since)
    if not second.is_clear:
        return translate("No clear change {since}", since=since)
    size = fmt.change_size(reading.metric, second.change, second.before.estimate.value, currency)
    if second.change > 0:
        return translate("Up {size} {since}", size=size, since=since)
    return translate("Down {size} {since}", size=size, since=since)


def is_partial(page: Page, reading: Reading) -> bool:
    """Whether the data covers the period in part only, so that a change may come from what is missing."""
    return bool(_completeness(page, reading.metric, is_complete=reading.current.is_complete))


def definition(metric: Metric) -> str:
    """The metric's record for a tooltip: what it means, how it is computed, what it needs."""
    parts = (
        f"**{translate(metric.label)}**",
        translate(metric.means),
        translate("*Formula:* {formula}", formula=translate(metric.formula)),
        translate("*Needs:* {tables}", tables=tables_in_words(metric.needs)),
    )
    return "\n\n".join(parts)


def short_label(metric: Metric) -> str:
    """The label without what stands in brackets, for narrow places."""
    return translate(metric.label).split(" (")[0]


def counted_noun(metric: Metric) -> str:
    """What the n of a metric counts, a noun for `fmt.number_of`."""
    return COUNTED.get(metric.name, "answer" if metric.section == SATISFACTION else "case")


def _own_note(page: Page, reading: Reading) -> str:
    metric = reading.metric
    if metric.name == "attributed_revenue":
        return _windows(page, metric)
    if metric.name == "cost_to_revenue_ratio":
        back = page.read(METRICS["return_on_investment"])
        value = fmt.value(back.metric, back.current.estimate.value, page.settings.currency)
        return translate(
            "return {value}; reference bands 3\N{NO-BREAK SPACE}% and 15–25\N{NO-BREAK SPACE}% "
            "(one consultant’s claim)",
            value=value,
        )
    if metric.is_level:
        return translate("on {day}", day=fmt.day(reading.current.period.last_day, year=False))
    return ""


def _windows(page: Page, metric: Metric) -> str:
    """How much an attributed amount depends on the window."""
    amounts = {days: found.estimate.value for days, found in page.windows(metric).items()}
    known = [amount for amount in amounts.values() if amount is not None]
    windows = {"shortest": min(amounts), "longest": max(amounts)}
    if min(known) < max(known):
        return translate(
            "{amounts} over windows of {shortest} to {longest} days; attributed, not incremental",
            amounts=fmt.money_range(min(known), max(known), page.settings.currency),
            **windows,
        )
    return translate(
        "the same {amount} over windows of {shortest} to {longest} days; attributed, not incremental",
        amount=fmt.money(max(known), page.settings.currency),
        **windows,
    )


def _interval_and_n(page: Page, reading: Reading) -> str:
    estimate = reading.current.estimate
    counted = "" if estimate.n is None else fmt.number_of(estimate.n, counted_noun(reading.metric))
    if estimate.n is not None and estimate.n < page.settings.few:
        counted = translate("{counted} (few)", counted=counted)
    return _join(fmt.interval(reading.metric, estimate.low, estimate.high, page.settings.currency), counted)


def _at_least(page: Page, reading: Reading) -> str:
    estimate = reading.current.estimate
    return fmt.interval(reading.metric, estimate.low, estimate.high, page.settings.currency)


def _completeness(page: Page, metric: Metric, *, is_complete: bool) -> str:
    begins, end = page.begins(metric), page.manifest.data_end
    if not is_complete and end is not None and page.period.end > end:
        return translate("incomplete: data ends {day}", day=fmt.day(end - timedelta(days=1)))
    ends = page.ends(metric)
    if not metric.is_level and ends is not None and end is not None and min(page.period.end, end) - ends[1] > SILENCE:
        return translate(STOPPED[ends[0]], day=fmt.day(ends[1] - timedelta(days=1)))
    if not metric.is_level and begins is not None and page.period.start < begins:
        return translate("incomplete: data begins {day}", day=fmt.day(begins))
    return ""


def _left_out(page: Page, metric: Metric) -> str:
    """Costs that name no ambassador belong to none of the segments of ambassadors."""
    has_costs = any(part.mart == "fct_costs_daily" and "programme" in part.dimensions for part in metric.parts)
    return translate("shared costs left out") if has_costs and page.filters else ""


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
