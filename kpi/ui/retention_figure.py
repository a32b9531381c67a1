"""Curves of how long people stay: the share still there, month by month, each with the band of its interval."""

from collections.abc import Collection, Mapping
from html import escape
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from kpi.analysis.survival import SurvivalCurve
from kpi.language import translate
from kpi.ui import format as fmt
from kpi.ui.direct_labels import name_lines
from kpi.ui.figures import HEIGHT, Palette, base_layout
from kpi.ui.lifetimes import share_in_words

MOST_DRAWN: Final = 5
STEPS_A_MONTH: Final = 4
LONGEST: Final = 60
"""Months drawn at most."""
NEAR: Final = 0.85
"""Of the axis: a line that ends before has its name there."""
NARROW: Final = 96  # pixels, for the names of the lines
DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash")


def retention_figure(
    curves: Mapping[str, SurvivalCurve], banded: Collection[str], palette: Palette, axis: str
) -> go.Figure:
    """A line per curve under its name, the first `MOST_DRAWN`; behind those that are `banded` the band of the interval.

    More than two bands would hide one another.
    """
    colours = (palette.accent, palette.target, palette.worse, palette.ink, palette.soft)
    looks = zip(curves.items(), colours, DASHES, strict=False)
    drawn = {name: _drawn(name, curve, colour, dash) for (name, curve), colour, dash in looks}
    bands = [band for name, (_, band) in drawn.items() if name in banded]
    lines = [line for line, _ in drawn.values()]
    return go.Figure(data=[*bands, *lines], layout=_layout(curves, lines, palette, axis))


def _drawn(name: str, curve: SurvivalCurve, colour: str, dash: str) -> tuple[go.Scatter, go.Scatter]:
    months = _months(curve)
    found = [curve.estimate_at(month) for month in months]
    shares = [float(one.value or 0) for one in found]
    sure = [(month, one.low, one.high) for month, one in zip(months, found, strict=True) if one.low is not None]
    line = go.Scatter(
        x=months,
        y=shares,
        name=escape(name, quote=False),
        mode="lines",
        line={"color": colour, "width": 2, "dash": dash, "shape": "hv"},
        customdata=[
            escape(_told(name, month, share_in_words(one)), quote=False)
            for month, one in zip(months, found, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    band = go.Scatter(
        x=[month for month, _, _ in sure] + [month for month, _, _ in reversed(sure)],
        y=[low for _, low, _ in sure] + [high for _, _, high in reversed(sure)],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=colour,
        opacity=0.16,
        hoverinfo="skip",
    )
    return line, band


def _told(name: str, month: float, share: str) -> str:
    whole = fmt.count(month, decimals=0 if month == int(month) else 1)
    return translate("{name}, after {months} months: {share}", name=name, months=whole, share=share)


def _months(curve: SurvivalCurve) -> list[float]:
    """From the beginning until nobody is watched any more, in steps of a week or so."""
    last = min(curve.longest, LONGEST)
    return [*np.arange(0, last, 1 / STEPS_A_MONTH).tolist(), last]


def _names(lines: list[go.Scatter], longest: float) -> list[dict[str, Any]]:
    """Each line's name to the right of the figure, or at its own end where that lies well before."""
    short = [line for line in lines if line.x[-1] < NEAR * longest]
    others = [line for line in lines if line not in short]
    return [
        *name_lines(others, skipped="", extent=(0.0, 1.0)),
        *(
            {
                "x": line.x[-1],
                "y": line.y[-1],
                "text": line.name,
                "showarrow": False,
                "xanchor": "left",
                "xshift": 4,
                "font": {"size": 12, "color": line.line.color},
            }
            for line in short
        ),
    ]


def _layout(
    curves: Mapping[str, SurvivalCurve], lines: list[go.Scatter], palette: Palette, axis: str
) -> dict[str, Any]:
    begun = base_layout(palette, HEIGHT)
    longest = min(LONGEST, max((curve.longest for curve in curves.values()), default=1.0))
    usual = {"tickfont": {"color": palette.soft}, "automargin": True, "zeroline": False}
    named = len(lines) > 1
    return {
        **begun,
        "margin": {**begun["margin"], "r": NARROW if named else begun["margin"]["r"]},
        "showlegend": False,
        "hovermode": "closest",
        "annotations": _names(lines, longest) if named else [],
        "xaxis": {
            **usual,
            "title": {"text": axis, "font": {"color": palette.soft, "size": 12}},
            "range": [0, longest],
            "dtick": 6 if longest > 12 else 3,
            "showgrid": False,
        },
        "yaxis": {**usual, "range": [0, 1.02], "tickformat": ".0%", "nticks": 6, "gridcolor": palette.grid},
    }
