"""What the satisfaction page says in words. Whole sentences, never put together from parts."""

from kpi.language import translate
from kpi.metrics import Metric, missing_tables
from kpi.ui import answers, responding
from kpi.ui import format as fmt
from kpi.ui.gaps import HOW_TO_IMPORT
from kpi.ui.page import Page
from kpi.ui.presets import against_clause
from kpi.ui.surveys import ALL, CSAT, NPS
from kpi.ui.surveys import answers as counted


def satisfaction(page: Page) -> str:
    """How ready ambassadors and customers are to recommend, how many are satisfied, how far to trust it. Markdown."""
    if missing_tables(NPS[0], page.manifest):
        return _nothing(page)
    scores = [_score(page, metric) for metric in NPS]
    silent = [_silent(page, metric) for metric in NPS]
    return " ".join(filter(None, [*scores, _satisfied(page), *silent, answers.care(page, ALL)]))


def _nothing(page: Page) -> str:
    gap = translate("How satisfied people are is **n/a**: {reason}.", reason=page.read(NPS[0]).current.reason)
    how = translate(
        "Import a file surveys.csv with one row per survey sent: who was asked, as customer or as ambassador, for NPS "
        "or CSAT, and when; once answered also when, the score, and the comment if there is one. Then: {command}.",
        command=HOW_TO_IMPORT,
    )
    return f"{gap} {how}"


def _score(page: Page, metric: Metric) -> str:
    """How ready people are to recommend, and whether that changed."""
    reading, currency = page.read(metric), page.settings.currency
    estimate, score = reading.current.estimate, translate(metric.label)
    if estimate.value is None:
        return translate("{score} is **n/a**: {reason}.", score=score, reason=reading.current.reason)
    facts = {
        "score": score,
        "value": fmt.value(metric, estimate.value, currency),
        "answers": counted(page, reading.current),
        "against": against_clause(page.period, page.comparison),
    }
    if reading.change is None or reading.before is None:
        reason = reading.unmatched or (reading.before.reason if reading.before else "")
        if reason:
            return translate("{score} is **{value}** ({answers}; {reason} to compare with).", reason=reason, **facts)
        return translate("{score} is **{value}** ({answers}).", **facts)
    if fmt.is_no_change(metric, reading.change, currency):
        return translate("{score} is **{value}** ({answers}), unchanged {against}.", **facts)
    facts["before"] = fmt.value(metric, reading.before.estimate.value, currency)
    if not reading.is_clear:
        return translate("{score} is **{value}** ({answers}): **no clear change** from {before} {against}.", **facts)
    if reading.change > 0:
        return translate("{score} **rose from {before} to {value}** ({answers}) {against}.", **facts)
    return translate("{score} **fell from {before} to {value}** ({answers}) {against}.", **facts)


def _satisfied(page: Page) -> str:
    """How many are satisfied; of whom nobody answered is left out, as the score above says it."""
    ambassadors, customers = (page.read(metric).current for metric in CSAT)
    currency = page.settings.currency
    facts = {
        "ambassadors": fmt.value(ambassadors.metric, ambassadors.estimate.value, currency),
        "of_ambassadors": counted(page, ambassadors),
        "customers": fmt.value(customers.metric, customers.estimate.value, currency),
        "of_customers": counted(page, customers),
    }
    if ambassadors.estimate.value is None and customers.estimate.value is None:
        return ""
    if customers.estimate.value is None:
        return translate("**{ambassadors}** of ambassadors are satisfied ({of_ambassadors}).", **facts)
    if ambassadors.estimate.value is None:
        return translate("**{customers}** of customers are satisfied ({of_customers}).", **facts)
    return translate(
        "**{ambassadors}** of ambassadors ({of_ambassadors}) and **{customers}** of customers ({of_customers}) are "
        "satisfied.",
        **facts,
    )


def _silent(page: Page, metric: Metric) -> str:
    """Of a score that few stand behind, what the others could make of it; empty where enough answered."""
    found = responding.bounds(page, metric)
    if found is None:
        return ""
    currency = page.settings.currency
    facts = {
        "share": fmt.value(found.response.metric, found.response.estimate.value, currency),
        "low": fmt.value(metric, found.low, currency),
        "high": fmt.value(metric, found.high, currency),
    }
    if metric is NPS[0]:
        return translate(
            "Only {share} of the ambassadors asked answered: had all done so, their NPS could be anything from "
            "**{low} to {high}**.",
            **facts,
        )
    return translate(
        "Only {share} of the customers asked answered: had all done so, their NPS could be anything from "
        "**{low} to {high}**.",
        **facts,
    )
