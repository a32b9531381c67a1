"""What the economics page says in words. Whole sentences, never put together from parts."""

from kpi.language import translate
from kpi.metrics import METRICS, missing_tables
from kpi.ui import answers
from kpi.ui import format as fmt
from kpi.ui.gaps import HOW_TO_IMPORT
from kpi.ui.page import Page, Reading
from kpi.ui.presets import against_clause

COST, ACQUISITION = METRICS["programme_cost"], METRICS["acquisition_cost"]
OTHERS = METRICS["channel_cac"]
MARGIN, BACK = METRICS["attributed_margin"], METRICS["return_on_investment"]
CARDS = (COST, ACQUISITION, METRICS["cost_to_revenue_ratio"], BACK)


def economics(page: Page) -> str:
    """What the programme cost, what a customer won cost beside other channels, what came back. Markdown."""
    cost = page.read(COST)
    if cost.current.estimate.value is None:
        return _nothing(page, cost)
    told = [_cost(page, cost), _customer(page), _back(page, float(cost.current.estimate.value))]
    return " ".join(filter(None, [*told, answers.care(page, CARDS)]))


def _nothing(page: Page, cost: Reading) -> str:
    gap = translate("What the programme cost is **n/a**: {reason}.", reason=cost.current.reason)
    is_to_import = bool(missing_tables(COST, page.manifest))
    return f"{gap} {translate('Import them: {command}.', command=HOW_TO_IMPORT)}" if is_to_import else gap


def _cost(page: Page, cost: Reading) -> str:
    currency = page.settings.currency
    facts = {
        "amount": fmt.value(COST, cost.current.estimate.value, currency),
        "against": against_clause(page.period, page.comparison),
    }
    if cost.change is None or cost.before is None:
        if cost.unmatched:
            facts["unmatched"] = cost.unmatched
            return translate("The programme cost **{amount}** ({unmatched} to compare with).", **facts)
        return translate("The programme cost **{amount}**.", **facts)
    if fmt.is_no_change(COST, cost.change, currency):
        return translate("The programme cost **{amount}**, unchanged {against}.", **facts)
    facts["size"] = fmt.change_size(COST, cost.change, cost.before.estimate.value, currency)
    if cost.change > 0:
        return translate("The programme cost **{amount}**, up {size} {against}.", **facts)
    return translate("The programme cost **{amount}**, down {size} {against}.", **facts)


def _customer(page: Page) -> str:
    """What a customer won cost, and whether that is clearly more or less than through the other channels."""
    own, others = page.read(ACQUISITION), page.read(OTHERS)
    estimate, currency = own.current.estimate, page.settings.currency
    if estimate.value is None:
        least = fmt.interval(ACQUISITION, estimate.low, estimate.high, currency)
        facts = {"reason": own.current.reason or "", "least": least}
        if least:
            return translate("What a customer won cost is **n/a**: {reason} ({least}).", **facts)
        return translate("What a customer won cost is **n/a**: {reason}.", **facts)
    facts = {"value": fmt.value(ACQUISITION, estimate.value, currency), "customers": _customers(page, own)}
    if others.current.estimate.value is None:
        facts["reason"] = others.current.reason or ""
        return translate("A customer won cost **{value}** ({customers}); other channels are n/a: {reason}.", **facts)
    facts["others"] = fmt.value(OTHERS, others.current.estimate.value, currency)
    beside = Reading(metric=ACQUISITION, current=own.current, before=others.current)
    if not beside.change or not beside.is_clear:
        return translate(
            "A customer won cost **{value}** ({customers}), **not clearly different** from the {others} of a customer "
            "of all other channels, free ones included.",
            **facts,
        )
    if beside.change > 0:
        return translate(
            "A customer won cost **{value}** ({customers}), **clearly more** than the {others} of a customer of all "
            "other channels, free ones included.",
            **facts,
        )
    return translate(
        "A customer won cost **{value}** ({customers}), **clearly less** than the {others} of a customer of all "
        "other channels, free ones included.",
        **facts,
    )


def _customers(page: Page, own: Reading) -> str:
    number = own.current.estimate.n or 0
    counted = fmt.number_of(number, ACQUISITION.counts)
    return translate("{counted}, few", counted=counted) if number < page.settings.few else counted


def _back(page: Page, cost: float) -> str:
    """What the programme brought back in margin beside what it cost."""
    margin, back, currency = page.read(MARGIN), page.read(BACK), page.settings.currency
    if margin.current.estimate.value is None:
        return translate("What it brought back is **n/a**: {reason}.", reason=margin.current.reason)
    gain = float(margin.current.estimate.value) - cost
    facts = {
        "margin": fmt.value(MARGIN, margin.current.estimate.value, currency),
        "gain": fmt.difference(MARGIN, gain, currency),
    }
    if back.current.estimate.value is None:
        facts["reason"] = back.current.reason or ""
        return translate("It brought back **{margin}** in attributed margin; its return is n/a: {reason}.", **facts)
    facts["back"] = fmt.value(BACK, back.current.estimate.value, currency)
    if fmt.is_no_change(MARGIN, gain, currency):
        return translate("It brought back **{margin}** in attributed margin, **as much as it cost**.", **facts)
    if gain > 0:
        return translate(
            "It brought back **{margin}** in attributed margin, **{gain} more than it cost** ({back}).", **facts
        )
    return translate(
        "It brought back **{margin}** in attributed margin, **{gain} less than it cost** ({back}).", **facts
    )
