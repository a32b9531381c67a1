"""What a rule finds in a version: whether its condition holds, by which value and beyond which limit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import inf

from kpi.analysis import estimate_usual_range, is_usual
from kpi.analysis.usual_range import FEWEST, PERIODS
from kpi.decisions import Targets, attainment, target_for
from kpi.decisions.alert_rules import Rule, When
from kpi.decisions.targets import ABOVE_ONE, NEGATIVE
from kpi.language import translate
from kpi.metrics import METRICS, Better, Measurement, Metric, Unit, coverage, measure_periods
from kpi.metrics.coverage import missing_reason
from kpi.period import Comparison, Period
from kpi.store import Warehouse

Number = float | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a rule's condition holds; None when that cannot be told, for the `reason` given in the language spoken.

    The value is beyond `low` or `high`, as far as they are known; `compared` is the value before. Of old data the value
    is its age in days.
    """

    rule: Rule
    period: Period | None = None
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    compared: Decimal | None = None
    holds: bool | None = None
    reason: str | None = None


def judge_rule(warehouse: Warehouse, rule: Rule, targets: Targets, today: date) -> Verdict:
    """Whether a rule's condition holds on a version, on the day `today` of the business time zone.

    Limits themselves are within: a value of 100 is not above 100. A value of days whose rows are still missing is not
    judged, but for the age of the data. Credit is given as usual, to the last touch within 30 days.
    """
    metric, data_end = METRICS.get(rule.metric), warehouse.manifest.data_end
    if metric is None or not {name for name, _ in rule.filters} <= set(metric.dimensions):
        return Verdict(rule=rule, reason=translate("the metric or its breakdown is not there any more"))
    if data_end is None:
        return Verdict(rule=rule, reason=translate("there is no dated row"))
    period = rule.period(data_end)
    if rule.when is When.STALE:
        return _old(warehouse, rule, metric, period, today)
    periods = [period, *_before(rule, period)]
    ((now, *before),) = measure_periods(warehouse, metric, periods, where=dict(rule.filters))
    reason = now.reason or coverage(warehouse, metric).explain_incomplete(period)
    if now.estimate.value is None or reason is not None:
        return Verdict(rule=rule, period=period, reason=reason)
    value = _decimal(now.estimate.value)
    if rule.when in (When.RISES, When.FALLS):
        return _changed(rule, metric, period, value, before[0])
    if rule.when is When.MISSES:
        return _beside_target(rule, metric, period, value, targets)
    if rule.when is When.UNUSUAL:
        return _beside_usual(rule, metric, period, value, before)
    return _beside_limit(rule, period, value)


def _before(rule: Rule, period: Period) -> list[Period]:
    """The periods to compare with, oldest first."""
    if rule.when in (When.RISES, When.FALLS):
        return [period.compared(rule.against or Comparison.PREVIOUS)]
    if rule.when is not When.UNUSUAL:
        return []
    found = [period]
    for _ in range(PERIODS):
        found.insert(0, found[0].compared(Comparison.PREVIOUS))
    return found[:-1]


def _old(warehouse: Warehouse, rule: Rule, metric: Metric, period: Period, today: date) -> Verdict:
    """Counted as every page counts it: from the last day with data to today."""
    missing = missing_reason(metric, warehouse.manifest)
    if missing is not None:
        return Verdict(rule=rule, period=period, reason=missing)
    days = coverage(warehouse, metric)
    ends = [end.day for end in days.ends] or [period.end if days.data_end is None else days.data_end]
    age = (today - min(ends)).days + 1
    limit = rule.limit or Decimal()
    return Verdict(rule=rule, period=period, value=Decimal(age), high=limit, holds=age > limit)


def _beside_limit(rule: Rule, period: Period, value: Decimal) -> Verdict:
    limit = rule.limit or Decimal()
    if rule.when is When.ABOVE:
        return Verdict(rule=rule, period=period, value=value, high=limit, holds=value > limit)
    return Verdict(rule=rule, period=period, value=value, low=limit, holds=value < limit)


def _changed(rule: Rule, metric: Metric, period: Period, value: Decimal, before: Measurement) -> Verdict:
    if before.estimate.value is None:
        return Verdict(rule=rule, period=period, value=value, reason=before.reason)
    compared, limit = _decimal(before.estimate.value), rule.limit or Decimal()
    # Of counts and amounts a share of what was; exactly, so that a rise by just a tenth is none by more.
    step = limit * abs(compared) if metric.unit in (Unit.COUNT, Unit.MONEY) else limit
    if rule.when is When.RISES:
        high = compared + step
        return Verdict(rule=rule, period=period, value=value, high=high, compared=compared, holds=value > high)
    low = compared - step
    return Verdict(rule=rule, period=period, value=value, low=low, compared=compared, holds=value < low)


def _beside_target(rule: Rule, metric: Metric, period: Period, value: Decimal, targets: Targets) -> Verdict:
    target = target_for(targets, metric, period, dict(rule.filters)).value
    if target is None:
        return Verdict(rule=rule, period=period, value=value, reason=translate("these days have no target"))
    found = attainment(value, target, metric.better)
    low, high = (None, target) if metric.better is Better.DOWN else (target, None)
    return Verdict(rule=rule, period=period, value=value, low=low, high=high, holds=not found.is_met)


def _beside_usual(rule: Rule, metric: Metric, period: Period, value: Decimal, before: list[Measurement]) -> Verdict:
    usual = estimate_usual_range([one.estimate.value for one in before])
    fits = is_usual(value, usual)
    if fits is None or usual.low is None or usual.high is None:
        reason = translate(
            "a usual range needs {fewest} of the last {periods} periods, and {known} are known",
            fewest=FEWEST,
            periods=PERIODS,
            known=usual.n,
        )
        return Verdict(rule=rule, period=period, value=value, reason=reason)
    known = [value, *(_decimal(one.estimate.value) for one in before if one.estimate.value is not None)]
    low, high = max(usual.low, _lowest(metric, min(known))), min(usual.high, _highest(metric))
    return Verdict(rule=rule, period=period, value=value, low=_decimal(low), high=_decimal(high), holds=not fits)


def _lowest(metric: Metric, least: Decimal) -> float:
    """What no value of the metric is below; minus infinity where there is no such end, as refunds and credit notes may
    bring about: a value known, the `least`, is then below 0.
    """
    is_free = metric.unit in (Unit.POINTS, Unit.RATIO) or metric.name in NEGATIVE or least < 0
    return -inf if is_free else 0.0


def _highest(metric: Metric) -> float:
    return 1.0 if metric.unit is Unit.SHARE and metric.name not in ABOVE_ONE else inf


def _decimal(value: Number) -> Decimal:
    """The value as it is written: a rate of 0.1 is a tenth, which no binary fraction is."""
    return Decimal(str(value))
