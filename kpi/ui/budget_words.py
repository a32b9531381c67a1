"""Budgets in words: how the year stands against its plan, where a proposal stands, and what waits for whom."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from kpi.access.sessions import Identity
from kpi.decisions import Budget, Budgets, Change, Line, Tracked
from kpi.decisions.budget_steps import APPROVES, PROPOSES
from kpi.decisions.budgets import Stage
from kpi.language import mark, translate, translate_plural
from kpi.ui import format as fmt
from kpi.ui.kinds import label_of

NAMES: Final = {
    Stage.PROPOSED: mark("Waits for an answer"),
    Stage.RETURNED: mark("Returned"),
    Stage.APPROVED: mark("Approved"),
    Stage.WITHDRAWN: mark("Withdrawn"),
}


def year_in_words(whole: Tracked, year: int, currency: str) -> str:
    """What was spent beside the plan, and what the year will cost at this pace. Markdown."""
    parts = [_so_far(whole, currency), _forecast(whole, year, currency)]
    return " ".join(part for part in parts if part)


def _so_far(whole: Tracked, currency: str) -> str:
    if whole.until is None or whole.spent is None:
        reason = next((month.spent.reason for month in whole.months if month.spent.reason), None)
        return translate("What was spent is not known: {reason}.", reason=reason or translate("no month is over"))
    told = translate(
        "Until the end of {month}, **{spent}** were spent.",
        month=fmt.month(whole.until),
        spent=fmt.money(whole.spent, currency),
    )
    if whole.left is None:
        return told
    return f"{told} {_beside_plan(whole.left, currency)}"


def _beside_plan(left: Decimal, currency: str) -> str:
    size = fmt.money(abs(left), currency)
    if left > 0:
        return translate("Where there is a plan, it was {size} less than planned.", size=size)
    if left < 0:
        return translate("Where there is a plan, it was {size} more than planned.", size=size)
    return translate("Where there is a plan, it was as much as planned.")


def _forecast(whole: Tracked, year: int, currency: str) -> str:
    """What the year will cost; empty once it is over, or without a month to go by."""
    found = whole.forecast
    if found.value is None or not whole.is_open:
        return ""
    known = {"year": year, "cost": fmt.money(found.value, currency), "range": forecast_range(whole, currency)}
    told = (
        translate("At the pace of the last months {year} will cost about **{cost}** ({range}).", **known)
        if known["range"]
        else translate("At the pace of the last month {year} will cost about **{cost}**.", **known)
    )
    if whole.planned is None:
        return f"{told} {translate('Nothing is planned for {year} yet.', year=year)}"
    planned = fmt.money(whole.planned, currency)
    if whole.planned_forecast is None:
        return f"{told} {translate('The plan of the year is {planned}.', planned=planned)}"
    cost = fmt.money(whole.planned_forecast, currency)
    plan = translate("What has a plan will cost about {cost}, of {planned} planned.", cost=cost, planned=planned)
    return f"{told} {plan}"


def forecast_range(tracked: Tracked, currency: str) -> str:
    """Between which amounts nineteen of twenty such forecasts lie; empty without an interval."""
    low, high = tracked.forecast.low, tracked.forecast.high
    return "" if low is None or high is None else fmt.money_range(low, high, currency)


def line_name(line: Line) -> str:
    """Which line it is: January 2027, Ambassador, Reward."""
    return translate(
        "{month}, {channel}, {category}",
        month=fmt.begin(fmt.month(line.month)),
        channel=label_of(line.channel),
        category=label_of(line.category),
    )


def months_of(budget: Budget) -> str:
    """The months that a budget is for."""
    first, last = budget.lines[0].month, budget.lines[-1].month
    if first == last:
        return fmt.month(first)
    return translate("{first} – {last}", first=fmt.month(first), last=fmt.month(last))


def change(before: Budget | None, after: Budget | None, currency: str) -> str:
    """What a step did: “Spring” is approved: € 400 of € 500 (too many events)."""
    budget = after or before
    if budget is None:
        return ""
    if after is None:
        return translate("removed: {thing}", thing=str(budget))
    told = translate("{thing}: {amount}", thing=str(after), amount=amount_in_words(after, currency))
    text = after.reason or after.note
    return translate("{change} ({note})", change=told, note=text) if text else told


def amount_in_words(budget: Budget, currency: str) -> str:
    """What is asked for, or of that what was approved."""
    total = fmt.money(budget.total, currency, full=True)
    if not budget.is_lowered:
        return total
    approved = sum((line.amount for line in budget.approved), Decimal())
    return translate("{approved} of {total}", approved=fmt.money(approved, currency, full=True), total=total)


def stands(budget: Budget, last: Change[Budget], moment: str) -> str:
    """Where a budget is, since when and by whom. Markdown."""
    return translate(
        "**{stage}** since {moment}, recorded by {who}.",
        stage=translate(NAMES[budget.stage]),
        moment=moment,
        who=fmt.plain(last.who),
    )


def waiting(budgets: Budgets, reader: Identity) -> Iterator[str]:
    """What waits for a reader who answers budgets or proposes them."""
    if APPROVES in reader.rights.decides and (found := len(budgets.at(Stage.PROPOSED))):
        yield translate_plural(
            "**{count} budget** waits for an answer.",
            "**{count} budgets** wait for an answer.",
            found,
            count=fmt.count(found),
        )
    if PROPOSES in reader.rights.decides and (found := len(budgets.at(Stage.RETURNED))):
        yield translate_plural(
            "**{count} budget** was returned.", "**{count} budgets** were returned.", found, count=fmt.count(found)
        )
