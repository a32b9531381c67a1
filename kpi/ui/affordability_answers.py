"""What the affordability page says in words. Whole sentences, never put together from parts."""

from kpi.analysis import Constraint, Estimate, Schedule
from kpi.analysis.obstacle import Obstacle
from kpi.language import translate
from kpi.metrics import METRICS, measure
from kpi.metrics.present_cost import compare_with_value
from kpi.ui import format as fmt
from kpi.ui.affordability import Solved
from kpi.ui.assumption_words import SHORTFALLS, label, months

CAC = METRICS["acquisition_cost"]


def answer(solved: Solved) -> str:
    """How much winning a customer may cost, what binds, what is left for a commission. Markdown."""
    found, currency = solved.found, solved.page.settings.currency
    if found.ceiling is None or found.basis is None:
        first = found.missing[0]
        return translate(
            "What winning a customer may cost is **n/a**: {reason}. Assume {name} below.",
            reason=first.reason,
            name=label(first.name),
        )
    ceiling = found.ceiling
    facts = {
        "most": fmt.money(ceiling.max_acquisition_cost, currency, full=True),
        "left": fmt.money(ceiling.for_commission, currency, full=True),
        "other": fmt.money(found.basis.other_cost, currency, full=True),
    }
    told = [_cost(solved, facts)]
    if ceiling.shortfall is not None:
        reason = translate(SHORTFALLS[ceiling.shortfall])
        told.append(translate("**No commission** can be paid: {reason}.", reason=reason))
    else:
        told.append(_commission(solved, facts))
    if found.assumed:
        told.append(_assumed(solved))
    return " ".join(told)


def present(solved: Solved) -> str:
    """What a customer won costs at present, beside their value, and when it is back. Markdown; empty without either."""
    page, basis = solved.page, solved.found.basis
    if basis is None:
        return ""
    measured = page.recall("acquisition cost", CAC, lambda: measure(page.warehouse, CAC, page.period))
    if measured.estimate.value is None:
        return translate("What one costs at present is n/a: {reason}.", reason=measured.reason)
    found = compare_with_value(measured.estimate, solved.value, basis)
    if found is None:
        return ""
    facts = {
        "cost": fmt.money(measured.estimate.value, page.settings.currency, full=True),
        "times": _times(found.ratio),
        "horizon": months(basis.horizon),
    }
    if isinstance(found.payback, Obstacle):
        return translate(
            "At present one costs **{cost}**: their value over {horizon} is {times} times that, and it "
            "never comes back.",
            **facts,
        )
    return translate(
        "At present one costs **{cost}**: their value over {horizon} is {times} times that, and it is back "
        "after **{months}**.",
        months=months(found.payback),
        **facts,
    )


def _times(ratio: Estimate) -> str:
    number = fmt.count(ratio.value or 0.0, decimals=1)
    if ratio.low is None or ratio.high is None:
        return f"**{number}**"
    low, high = (fmt.count(limit, decimals=1) for limit in (ratio.low, ratio.high))
    return translate("**{number}** ({first} to {last})", number=number, first=low, last=high)


def _cost(solved: Solved, facts: dict[str, str]) -> str:
    ceiling, basis = solved.found.ceiling, solved.found.basis
    if ceiling is None or basis is None:
        return ""
    facts |= {
        "ratio": fmt.count(basis.target_ratio, decimals=0 if float(basis.target_ratio).is_integer() else 1),
        "limit": months(basis.payback),
    }
    if ceiling.binding is Constraint.VALUE:
        return translate(
            "Winning a customer may cost **{most}**: more would make it worth less than {ratio} times its cost.",
            **facts,
        )
    return translate("Winning a customer may cost **{most}**: more would not be back within {limit}.", **facts)


def _commission(solved: Solved, facts: dict[str, str]) -> str:
    rates = {one.schedule: one.rate for one in solved.found.commissions}
    facts["rate"] = fmt.share(rates[Schedule.RECURRING] or 0.0)
    return translate(
        "After {other} of other programme cost, **{left}** is left for a commission: paid once, or as **{rate}** of "
        "revenue for 12 months.",
        **facts,
    )


def _assumed(solved: Solved) -> str:
    names = ", ".join(label(name) for name in solved.found.assumed)
    return translate("Assumed rather than measured: {names}.", names=names)
