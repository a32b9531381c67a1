"""The answer under a page's title: what the numbers say, in words. Whole sentences, never put together from parts."""

from collections.abc import Iterable

from kpi.language import each_of, translate, translate_plural
from kpi.metrics import HEADLINES, METRICS, Metric
from kpi.period import Comparison
from kpi.ui import format as fmt
from kpi.ui.notes import cautions
from kpi.ui.page import Page, Reading
from kpi.ui.presets import against_clause


def programme_health(page: Page) -> str:
    """Whether the programme is healthy: people, what they bring and cost, how they feel. Markdown, numbers bold."""
    return " ".join(filter(None, [_activity(page), _revenue(page), _satisfaction(page), care(page, HEADLINES)]))


def care(page: Page, metrics: Iterable[Metric]) -> str:
    """What the values of these metrics lack, once each; empty where nothing is missing."""
    values = [page.read(metric) for metric in metrics]
    found = [cautions(page, one.metric) for one in values if one.current.estimate.value is not None]
    listed = dict.fromkeys(caution for some in found for caution in some)
    return translate("Read this with care ({cautions}).", cautions=each_of(listed)) if listed else ""


def _activity(page: Page) -> str:
    active = page.read(METRICS["active_ambassadors"])
    if active.current.estimate.value is None:
        return translate("Active ambassadors are **n/a**: {reason}.", reason=active.current.reason)
    moved = _movements(page)
    if active.change is None:
        return _how_many_are_active(active, moved)
    facts = {
        "count": fmt.count(active.current.estimate.value),
        "size": fmt.count(abs(active.change)),
        "against": against_clause(page.period, page.comparison),
    }
    # Only against the period before do the movements of this period explain the change.
    if page.comparison is Comparison.PREVIOUS:
        return _explained(active.change, {**facts, **moved})
    return f"{_told(active.change, facts)} {translate('In this period {arrived}, {silent}.', **moved)}"


def _how_many_are_active(active: Reading, moved: dict[str, str]) -> str:
    count = int(active.current.estimate.value or 0)
    facts = {"count": fmt.count(count), **moved}
    if active.unmatched:
        return translate_plural(
            "**{count}** ambassador is active ({unmatched} to compare with): {arrived}, {silent}.",
            "**{count}** ambassadors are active ({unmatched} to compare with): {arrived}, {silent}.",
            count,
            unmatched=active.unmatched,
            **facts,
        )
    return translate_plural(
        "**{count}** ambassador is active: {arrived}, {silent}.",
        "**{count}** ambassadors are active: {arrived}, {silent}.",
        count,
        **facts,
    )


def _explained(change: float, facts: dict[str, str]) -> str:
    if change == 0:
        told = translate("Active ambassadors are **unchanged at {count}** {against}: {arrived}, {silent}.", **facts)
    elif change > 0:
        told = translate("Active ambassadors **rose by {size} to {count}** {against}: {arrived}, {silent}.", **facts)
    else:
        told = translate("Active ambassadors **fell by {size} to {count}** {against}: {arrived}, {silent}.", **facts)
    return told


def _told(change: float, facts: dict[str, str]) -> str:
    if change == 0:
        return translate("Active ambassadors are **unchanged at {count}** {against}.", **facts)
    if change > 0:
        return translate("Active ambassadors **rose by {size} to {count}** {against}.", **facts)
    return translate("Active ambassadors **fell by {size} to {count}** {against}.", **facts)


def _movements(page: Page) -> dict[str, str]:
    """Two clauses: how many `arrived`, how many fell `silent`."""
    values = [
        page.read(METRICS[name]).current.estimate.value
        for name in ("new_ambassadors", "resurrected_ambassadors", "lapsed_ambassadors")
    ]
    new, back, lapsed = (int(value or 0) for value in values)
    return {"arrived": _arrived(new + back), "silent": _fell_silent(lapsed)}


def _arrived(number: int) -> str:
    if not number:
        return translate("none arrived or came back")
    return translate_plural(
        "{count} arrived or came back", "{count} arrived or came back", number, count=fmt.count(number)
    )


def _fell_silent(number: int) -> str:
    if not number:
        return translate("none fell silent")
    return translate_plural("{count} fell silent", "{count} fell silent", number, count=fmt.count(number))


def _revenue(page: Page) -> str:
    currency = page.settings.currency
    revenue, cost = page.read(METRICS["attributed_revenue"]), page.read(METRICS["cost_to_revenue_ratio"])
    if revenue.current.estimate.value is None:
        return translate("What they brought is **n/a**: {reason}.", reason=revenue.current.reason)
    amount = fmt.value(revenue.metric, revenue.current.estimate.value, currency)
    if cost.current.estimate.value is None:
        return translate(
            "They brought **{amount}**; what that cost is **n/a**: {reason}.", amount=amount, reason=cost.current.reason
        )
    share = fmt.value(cost.metric, cost.current.estimate.value, currency)
    return translate("They brought **{amount}** at **{share}** of that revenue in cost.", amount=amount, share=share)


def _satisfaction(page: Page) -> str:
    score = page.read(METRICS["ambassador_net_promoter_score"])
    estimate, currency = score.current.estimate, page.settings.currency
    if estimate.value is None:
        return translate("Their satisfaction is **n/a**: {reason}.", reason=score.current.reason)
    facts = {
        "value": fmt.value(score.metric, estimate.value, currency),
        "answers": fmt.number_of(estimate.n or 0, "answer"),
    }
    if score.change is None or score.before is None or score.before.estimate.value is None:
        return translate("Their NPS is **{value}** ({answers}).", **facts)
    facts["before"] = fmt.value(score.metric, score.before.estimate.value, currency)
    if not score.is_clear:
        return translate("Their NPS of **{value}** shows **no clear change** from {before} ({answers}).", **facts)
    if score.change > 0:
        return translate("Their NPS **rose from {before} to {value}** ({answers}).", **facts)
    return translate("Their NPS **fell from {before} to {value}** ({answers}).", **facts)
