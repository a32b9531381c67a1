"""Direct labels: the names of lines, to the right of where they end."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

LINE, PLOT = 18, 230  # pixels: of a line of text, and between the lowest and the highest point of a large figure


def name_lines(
    traces: Sequence[go.Bar | go.Scatter], *, skipped: str, extent: tuple[float, float] | None = None
) -> list[dict[str, Any]]:
    """Annotations that name each line but `skipped` at its last point, or near it where names would touch.

    `extent` is the lowest and the highest number of the axis, without one those that the lines reach.
    """
    lines = [trace for trace in traces if trace.type == "scatter" and trace.name != skipped and trace.y]
    ends = sorted(lines, key=lambda trace: -trace.y[-1])
    heights = extent or [height for trace in lines for height in trace.y]
    scale = PLOT / ((max(heights, default=1) - min(heights, default=0)) or 1)
    names = [_halves(trace.name) for trace in ends]
    places = [scale * trace.y[-1] for trace in ends]
    shifts = [after - before for after, before in zip(_spread(places, names), places, strict=True)]
    return [
        {
            "x": 1,
            "xref": "paper",
            "y": trace.y[-1],
            "text": "<br>".join(name),
            "align": "left",
            "showarrow": False,
            "xanchor": "left",
            "xshift": 8,
            "yshift": round(shift),
            "font": {"size": 12, "color": trace.line.color},
        }
        for trace, name, shift in zip(ends, names, shifts, strict=True)
    ]


def _spread(places: Sequence[float], names: Sequence[tuple[str, ...]]) -> list[float]:
    """Where names stand, from the top down, moved apart by halves until each has room for its lines."""
    moved = list(places)
    for _ in range(20):
        for upper, lower in pairwise(range(len(moved))):
            room = LINE * (len(names[upper]) + len(names[lower])) / 2
            overlap = max(0.0, room - (moved[upper] - moved[lower]))
            moved[upper] += overlap / 2
            moved[lower] -= overlap / 2
    return moved


def _halves(words: str) -> tuple[str, ...]:
    """A name on two lines when it is long."""
    if len(words) < 16:
        return (words,)
    gaps = [place for place, letter in enumerate(words) if letter == " "]
    middle = min(gaps, key=lambda place: abs(place - len(words) / 2))
    return words[:middle], words[middle + 1 :]
