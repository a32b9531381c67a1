"""Why a metric changed between two periods: what each group of a breakdown adds to the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi.analysis import RatioShare, decompose_ratio
from kpi.language import translate
from kpi.metrics.coverage import coverage
from kpi.metrics.definitions import Metric, Ratio, Sums
from kpi.metrics.measure import Attribution, Filters, Measurement, measure_periods, measurement, read_sums
from kpi.period import Period
from kpi.store import UNKNOWN, Cell, Components, Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one group adds to the change of the whole, in the metric's unit, beside its own two values.

    For a ratio `contribution` is `mix` + `rate`: by the group's weight among all groups, and by its own ratio.
    """

    group: str
    current: Measurement
    compared: Measurement
    contribution: Fraction
    mix: Fraction | None = None
    rate: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """The change of the whole and its parts, the largest first, in either direction.

    The contributions of `items` add up to `change` exactly. Without a change `reason` says why: a side is n/a, or the
    metric cannot be laid on groups.
    """

    by: str
    current: Measurement
    compared: Measurement
    change: Fraction | None
    reason: str | None
    items: tuple[Contribution, ...]


def contributions(
    warehouse: Warehouse,
    metric: Metric,
    period: Period,
    comparison_period: Period,
    by: str,
    where: Filters | None = None,
    attribution: Attribution | None = None,
) -> Contributions:
    """Lay the change from `comparison_period` to `period` on the groups of the breakdown `by`.

    A metric whose groups add up: the difference of each group. A ratio: the parts of mix and rate, see
    `decompose_ratio` for formula and source. `QuestionError` for a breakdown or filter that the metric does not have.
    """
    periods = (period, comparison_period)
    ((current, compared),) = measure_periods(warehouse, metric, periods, where=where, attribution=attribution)
    sums = read_sums(warehouse, metric, periods, by, where, attribution)
    reason = translate(metric.indivisible) or _side_without_value(current, compared)
    items = () if reason else _items(warehouse, metric, periods, sums)
    return Contributions(
        by=by,
        current=current,
        compared=compared,
        change=None if reason else sum((item.contribution for item in items), Fraction()),
        reason=reason or None,
        items=items,
    )


def _side_without_value(current: Measurement, compared: Measurement) -> str | None:
    """Why there is no change, of the side that has no value."""
    return next((side.reason for side in (current, compared) if side.estimate.value is None), None)


def _items(
    warehouse: Warehouse, metric: Metric, periods: tuple[Period, Period], sums: Mapping[Cell, Components]
) -> tuple[Contribution, ...]:
    shares = _ratio_shares(metric.ratio, sums) if metric.ratio else {}
    days = coverage(warehouse, metric)
    items = []
    for group in {group for _, group in sums if group is not None}:
        current, compared = (
            measurement(warehouse, metric, period, group, sums.get((number, group), {}), days=days)
            for number, period in enumerate(periods)
        )
        items.append(_item(group, current, compared, shares.get(group)))
    return tuple(sorted(items, key=lambda item: (-abs(item.contribution), item.group == UNKNOWN, item.group)))


def _ratio_shares(ratio: Ratio, sums: Mapping[Cell, Components]) -> dict[str, RatioShare]:
    current, compared = (
        {
            group: (ratio.numerator(Sums(components)), ratio.denominator(Sums(components)))
            for (number, group), components in sums.items()
            if number == side and group is not None
        }
        for side in (0, 1)
    )
    return decompose_ratio(current, compared)


def _item(group: str, current: Measurement, compared: Measurement, share: RatioShare | None) -> Contribution:
    if share is not None:
        return Contribution(
            group=group,
            current=current,
            compared=compared,
            contribution=share.mix + share.rate,
            mix=share.mix,
            rate=share.rate,
        )
    difference = Fraction(current.estimate.value or 0) - Fraction(compared.estimate.value or 0)
    return Contribution(group=group, current=current, compared=compared, contribution=difference)
