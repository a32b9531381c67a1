"""Targets on cards and charts: how far a number is, in words, and the target's line beside a trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from kpi.decisions import Attainment, Pace, PeriodTarget, judge, pace, target_for, whole_month
from kpi.language import all_of, translate
from kpi.metrics import Better, Measurement, Metric
from kpi.period import Period
from kpi.ui import crediting, deciding
from kpi.ui import format as fmt
from kpi.ui.page import Page, Reading

MOST_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """How far a reading is; `pace` where its days still bring more and these can be expected."""

    attainment: Attainment
    pace: Pace | None


def goal(page: Page, reading: Reading) -> Goal | None:
    """How far a reading is; None without a target for the whole period and choice of segments, without a value, or when
    rows are missing on days that are over.
    """
    metric, period, data_end = reading.metric, page.period, page.manifest.data_end
    target = period_target(page, metric).value
    if target is None or data_end is None or data_end <= period.start:
        return None
    over = Period(period.start, min(period.end, data_end))
    reached = judge(page.warehouse, reading.current, target, over)
    if reached is None:
        return None
    targets = deciding.decisions(page).targets
    running = pace(reached.value, targets, metric, _asked(page), data_end, page.filters)
    return Goal(attainment=reached, pace=running)


def period_target(page: Page, metric: Metric) -> PeriodTarget:
    """The target of the page's period, for the one segment that its filters keep."""
    if crediting.caution(metric, page.attribution):
        # It was set for numbers credited as usual, and what another rule credits is another number.
        return PeriodTarget()
    return _usual_target(page, metric)


def _usual_target(page: Page, metric: Metric) -> PeriodTarget:
    return target_for(deciding.decisions(page).targets, metric, _asked(page), page.filters)


def _asked(page: Page) -> Period:
    """The days that the target is for: of a month so far, the whole month."""
    month = whole_month(page.period.last_day)
    is_so_far = page.period.start == month.start and page.period.end == page.manifest.data_end
    return month if is_so_far else page.period


def in_words(page: Page, reading: Reading) -> str:
    """How far a reading is, for a card: "92 % of the target of 155"; empty where nobody set a target."""
    found = goal(page, reading)
    if found is None:
        return _without_goal(page, reading.metric)
    metric, currency = reading.metric, page.settings.currency
    shown, told = attained(metric, found.attainment, currency)
    if shown != fmt.value(metric, found.attainment.value, currency):
        told = translate("{value}, {attained}", value=shown, attained=told)
    if found.pace is None:
        return told
    return translate("{some}; {last}", some=told, last=_paced(page, reading.metric, found.pace))


def line(page: Page, steps: Sequence[Measurement], colour: str) -> list[go.Scatter]:
    """The target of each step of a trend as one dashed line over the steps' days, broken where there is none."""
    if not steps or crediting.caution(steps[0].metric, page.attribution):
        return []
    targets = deciding.decisions(page).targets
    days: list[date | None] = []
    heights: list[float | None] = []
    hover: list[str] = []
    for step in steps:
        target = target_for(targets, step.metric, step.period, page.filters).value
        if target is None:
            continue
        words, height = _hover(page, step, target), float(target)
        is_next = bool(days) and days[-1] == step.period.start
        if is_next and heights[-1] == height:
            # Dashes begin anew at every point: many short steps would look like a solid line.
            days[-1] = step.period.end
            continue
        if days and not is_next:
            days, heights, hover = [*days, None], [*heights, None], [*hover, ""]
        days += [step.period.start, step.period.end]
        heights += [height, height]
        hover += [words, words]
    style = {"color": colour, "width": 1.5, "dash": "dash"}
    shown = {"name": translate("target"), "customdata": hover, "hovertemplate": "%{customdata}<extra></extra>"}
    return [go.Scatter(x=days, y=heights, mode="lines", line=style, **shown)] if days else []


def attained(metric: Metric, reached: Attainment, currency: str) -> tuple[str, str]:
    """A value, and how far it is beside its target: "92 % of the target of 155", "over the ceiling of € 50".

    Where a target was missed by less than their usual digits show, both have more of them.
    """
    more = 0 if reached.is_met else _digits_that_part(metric, reached, currency)
    value, target = (fmt.value(metric, one, currency, more=more) for one in (reached.value, reached.target))
    return value, _attained(metric, target, reached, is_near=more > 0)


def _attained(metric: Metric, target: str, reached: Attainment, *, is_near: bool) -> str:
    if metric.better is Better.DOWN:
        if reached.is_met:
            return translate("within the ceiling of {target}", target=target)
        if is_near:
            return translate("just over the ceiling of {target}", target=target)
        return translate("over the ceiling of {target}", target=target)
    if reached.is_met:
        return translate("target of {target} reached", target=target)
    share = None if reached.share is None else fmt.share(reached.share, decimals=0)
    if share == fmt.share(1, decimals=0) or (share is None and is_near):
        return translate("just under the target of {target}", target=target)
    if share is None:
        return translate("target of {target} not reached", target=target)
    return translate("{share} of the target of {target}", share=share, target=target)


def _digits_that_part(metric: Metric, reached: Attainment, currency: str) -> int:
    """How many decimals more than usual tell a value from its target, up to `MOST_DIGITS`."""
    both = (reached.value, reached.target)
    pairs = [{fmt.value(metric, one, currency, more=more) for one in both} for more in range(MOST_DIGITS)]
    return next((more for more, pair in enumerate(pairs) if len(pair) > 1), MOST_DIGITS)


def _paced(page: Page, metric: Metric, running: Pace) -> str:
    difference = fmt.difference(metric, running.difference, page.settings.currency)
    days: dict[str, Any] = {"difference": difference, "elapsed": fmt.count(running.elapsed)}
    days["days"] = fmt.count(running.days)
    if fmt.is_no_change(metric, running.difference, page.settings.currency):
        return translate("on pace after {elapsed} of {days} days", **days)
    if metric.better is Better.DOWN:
        if running.is_ahead:
            return translate("{difference} below pace after {elapsed} of {days} days", **days)
        return translate("{difference} above pace after {elapsed} of {days} days", **days)
    if running.is_ahead:
        return translate("{difference} ahead of pace after {elapsed} of {days} days", **days)
    return translate("{difference} behind pace after {elapsed} of {days} days", **days)


def _without_goal(page: Page, metric: Metric) -> str:
    """Why there is no target although there is one by the usual attribution, or in some months of the period."""
    if crediting.caution(metric, page.attribution):
        rule = crediting.in_short(crediting.USUAL)
        return translate("the target is for {rule}", rule=rule) if _usual_target(page, metric).value is not None else ""
    missing = period_target(page, metric).missing
    months = {step.replace(day=1) for step in (page.period.start, page.period.last_day)}
    has_some = any(
        target.metric == metric.name and min(months) <= target.month <= max(months) and target.segment is None
        for target in deciding.decisions(page).targets.values()
    )
    if not missing or not has_some or page.filters:
        return ""
    return translate("no target for {months}", months=all_of(map(fmt.month, missing)))


def _hover(page: Page, step: Measurement, target: Decimal) -> str:
    value = fmt.value(step.metric, target, page.settings.currency)
    return translate("Target {value}", value=value)
