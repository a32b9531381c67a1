"""The line of small print under a number: how sure it is, over how many, and what to know before using it."""

from kpi.language import translate
from kpi.metrics import METRICS, Metric, tables_in_words
from kpi.store import UNKNOWN
from kpi.ui import crediting
from kpi.ui import format as fmt
from kpi.ui.page import Page, Reading
from kpi.ui.presets import against_in_short, since_in_short


def note(page: Page, reading: Reading) -> str:
    """The small print of a reading: why it is n/a, or its interval, n and cautions, parted by dots."""
    metric, estimate = reading.metric, reading.current.estimate
    if estimate.value is None and reading.current.reason != translate(metric.absent):
        return reading.current.reason or ""
    if estimate.value is None:
        return _join(reading.current.reason or "", _at_least(page, reading), *cautions(page, metric))
    known = (_own_note(page, reading), _interval_and_n(page, reading))
    return _join(*known, *cautions(page, metric), reading.unmatched or "")


def cautions(page: Page, metric: Metric) -> tuple[str, ...]:
    """What a metric's value for the page's period and filters lacks; nothing for most."""
    found = (
        crediting.caution(metric, page.attribution),
        page.coverage(metric).explain_incomplete(page.period),
        _left_out(page, metric),
    )
    return tuple(caution for caution in found if caution)


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
    counted = "" if estimate.n is None else fmt.number_of(estimate.n, reading.metric.counts)
    if estimate.n is not None and estimate.n < page.settings.few:
        counted = translate("{counted} (few)", counted=counted)
    return _join(fmt.interval(reading.metric, estimate.low, estimate.high, page.settings.currency), counted)


def _at_least(page: Page, reading: Reading) -> str:
    estimate = reading.current.estimate
    return fmt.interval(reading.metric, estimate.low, estimate.high, page.settings.currency)


def _left_out(page: Page, metric: Metric) -> str:
    """Costs that name no ambassador belong to none of the segments of ambassadors but the unknown one."""
    has_costs = any(part.mart == "fct_costs_daily" and "programme" in part.dimensions for part in metric.parts)
    is_kept = all(UNKNOWN in values for values in page.filters.values())
    return "" if is_kept or not has_costs else translate("shared costs left out")


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
