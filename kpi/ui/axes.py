"""The upright axis of a figure: where its numbers stand, and how they are written."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from kpi.metrics import Metric, Unit
from kpi.ui import format as fmt


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
    """What Plotly is told of the numbers on the axis; `extent` is the lowest and the highest number drawn."""
    if metric.unit is Unit.MONEY:
        lowest, highest = (min(0.0, extent[0]), max(0.0, extent[1])) if from_zero else extent
        values, texts = fmt.axis_money(lowest, highest, currency)
        # Around nothing but zeros, Plotly would draw an axis of cents.
        room = {"range": [0, 1]} if lowest == highest == 0 else {}
        return {"tickvals": values, "ticktext": texts, **room}
    if metric.unit is Unit.COUNT:
        return {"tickformat": ",~d"}
    return {"tickformat": "+d" if metric.unit is Unit.POINTS else "~%"}
