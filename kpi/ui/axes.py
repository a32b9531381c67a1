"""The axes of a figure: where numbers and days stand, and how they are written."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from kpi.metrics import Metric, Unit
from kpi.period import Grain, Period
from kpi.ui import format as fmt
from kpi.ui.looks import look

DAYS_WITHOUT_YEAR = 400  # of an axis in which no day stands for two years
MONTHS_APART = (1, 2, 3, 6, 12, 24, 60, 120)  # what may lie between two names on an axis


def extent_of(traces: Sequence[go.Bar | go.Scatter]) -> tuple[float, float]:
    """The lowest and the highest number drawn, whiskers included; zero and zero without any."""
    drawn = []
    for trace in traces:
        nothing = (0.0,) * len(trace.y)
        whiskers = trace.error_y.array or nothing, trace.error_y.arrayminus or nothing
        for height, above, below in zip(trace.y, *whiskers, strict=True):
            drawn += [height - below, height + above]
    return min(drawn, default=0.0), max(drawn, default=0.0)


def ticks(metric: Metric, currency: str, extent: tuple[float, float], *, from_zero: bool) -> dict[str, Any]:
    """What Plotly is told of the numbers on the upright axis; `extent` is the lowest and the highest number drawn."""
    if metric.unit is Unit.MONEY:
        lowest, highest = (min(0.0, extent[0]), max(0.0, extent[1])) if from_zero else extent
        values, texts = fmt.axis_money(lowest, highest, currency)
        # Around nothing but zeros, Plotly would draw an axis of cents.
        room = {"range": [0, 1]} if lowest == highest == 0 else {}
        return {"tickvals": values, "ticktext": texts, **room}
    if metric.unit is Unit.COUNT:
        return {"tickformat": ",~d"}
    return {"tickformat": "+d" if metric.unit is Unit.POINTS else "~%"}


def dates(period: Period, grain: Grain, most: int) -> dict[str, Any]:
    """What Plotly is told of the days on the level axis, some `most` of them; days lack their year within one only."""
    if grain is Grain.DAY or (grain is Grain.WEEK and period.days <= DAYS_WITHOUT_YEAR):
        return {"nticks": most, "tickformat": look().axis_day}
    months = len(period.steps(Grain.MONTH))
    smallest = 3 if grain is Grain.QUARTER else 1
    apart = next(apart for apart in MONTHS_APART if apart >= smallest and (months <= most * apart or apart == 120))
    pattern = "%Y" if apart >= 12 else look().axis_quarter if grain is Grain.QUARTER else look().axis_month
    return {"dtick": f"M{apart}", "ticklabelmode": "period", "tickformat": pattern}
