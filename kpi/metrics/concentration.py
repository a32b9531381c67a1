"""How much the few carry: the curve behind the share of the most active tenth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from kpi.metrics.activity import top_decile_share
from kpi.metrics.coverage import coverage
from kpi.metrics.definitions import Sums
from kpi.metrics.measure import Filters, Measurement, measurement, read_sums
from kpi.period import Period
from kpi.store import Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What the `ambassadors` most active of all did; shares are fractions of the active ambassadors and their acts."""

    ambassadors: int
    share_of_ambassadors: float
    share_of_acts: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """The share of the most active tenth and the curve it lies on, from (0, 0) to (1, 1).

    Without acts, and outside the data, there is no point.
    """

    top: Measurement
    points: tuple[CurvePoint, ...]


def concentration(warehouse: Warehouse, end: date, *, where: Filters | None = None) -> Concentration:
    """The Lorenz curve of the acts of active ambassadors in the 30 days before `end`, the most active first.

    A point for each hundredth of the ambassadors, rounded up like the tenth of `top_decile_share`, which is therefore
    one of them (Lorenz 1905 begins with the least active: his curve is this one turned by half a circle).
    """
    period = Period.until(end, days=30)
    days = coverage(warehouse, top_decile_share)
    gap = days.explain_gap(period)
    components = read_sums(warehouse, top_decile_share, [period], None, where, None).get((0, None), {})
    top = measurement(warehouse, top_decile_share, period, None, components, days=days, reason=gap)
    people_by_acts = {} if gap else Sums(components).frequencies("people_by_acts")
    return Concentration(
        top=top, points=_curve([acts for acts, people in people_by_acts.items() for _ in range(people)])
    )


def _curve(acts: Sequence[int]) -> tuple[CurvePoint, ...]:
    if not acts:
        return ()
    done = [0, *accumulate(sorted(acts, reverse=True))]
    # rounded up in whole numbers
    steps = dict.fromkeys(-(-len(acts) * hundredth // 100) for hundredth in range(101))
    return tuple(
        CurvePoint(ambassadors=count, share_of_ambassadors=count / len(acts), share_of_acts=done[count] / done[-1])
        for count in steps
    )
