"""Reference bands behind a trend: what somebody claims to be usual, which is no target."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from kpi.language import mark, translate

CLAIM = mark(
    "Grey: what one consultant claims to be usual, under 3\N{NO-BREAK SPACE}% of the revenue for recognition and "
    "15–25\N{NO-BREAK SPACE}% for commission programmes. No targets."
)
ROOM = 1.08  # of the axis above the highest band


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Values from `low` to `high` that a marked text names."""

    low: float
    high: float
    label: str


COST_TO_REVENUE = (
    Band(low=0.0, high=0.03, label=mark("recognition")),
    Band(low=0.15, high=0.25, label=mark("commission")),
)


def widened(extent: tuple[float, float], bands: Sequence[Band]) -> tuple[float, float]:
    """The lowest and the highest number of an axis that holds `extent`, zero and the bands."""
    return min(0.0, extent[0]), ROOM * max(extent[1], *(band.high for band in bands))


def band_shape(band: Band, colour: str) -> dict[str, Any]:
    """What a figure's layout draws for a band."""
    return {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": band.low,
        "y1": band.high,
        "fillcolor": colour,
        "opacity": 0.6,
        "line": {"width": 0},
        "layer": "below",
    }


def band_name(band: Band, colour: str) -> go.Scatter:
    """A line that is not drawn, whose end at the top of the band is where its name belongs."""
    return go.Scatter(y=[band.high], name=translate(band.label), line={"color": colour})
