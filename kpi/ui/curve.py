"""How much the few carry, as a curve: the most active first."""

from math import ceil

import plotly.graph_objects as go

from kpi.language import translate
from kpi.metrics import Concentration
from kpi.ui import format as fmt
from kpi.ui.figures import HEIGHT, Palette, base_layout


def curve_figure(found: Concentration, palette: Palette) -> go.Figure:
    """The share of the acts that the most active carry, beside the line on which all do the same."""
    x = [point.share_of_ambassadors for point in found.points]
    y = [point.share_of_acts for point in found.points]
    hover = [
        translate(
            "the most active {ambassadors} did {acts}",
            ambassadors=fmt.share(point.share_of_ambassadors, decimals=0),
            acts=fmt.share(point.share_of_acts),
        )
        for point in found.points
    ]
    tenth = tenth_of(found)
    traces = [
        go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": palette.soft, "width": 1.5, "dash": "dot"}),
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": palette.accent, "width": 2.5},
            customdata=hover,
            hovertemplate="%{customdata}<extra></extra>",
        ),
        go.Scatter(x=tenth[:1], y=tenth[1:], mode="markers", marker={"color": palette.accent, "size": 9}),
    ]
    for trace in (traces[0], traces[2]):
        trace.hoverinfo = "skip"
    return go.Figure(data=traces, layout=_layout(tenth, palette))


def tenth_of(found: Concentration) -> tuple[float, float]:
    """The point of the curve that the share of the most active tenth is."""
    tenth = ceil((found.top.estimate.n or 0) / 10)
    at = next((point for point in found.points if point.ambassadors == tenth), None)
    return (at.share_of_ambassadors, at.share_of_acts) if at else (0.1, float(found.top.estimate.value or 0))


def _layout(tenth: tuple[float, float], palette: Palette) -> dict[str, object]:
    axis = {
        "range": [0, 1.02],
        "tickformat": ".0%",
        "nticks": 5,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"color": palette.soft},
    }
    note = {"showarrow": False, "xanchor": "left", "yanchor": "top", "font": {"size": 12}}
    named = translate("the most active tenth: {share}", share=fmt.share(tenth[1]))
    return {
        **base_layout(palette, HEIGHT),
        "showlegend": False,
        "xaxis": {
            **axis,
            "showgrid": False,
            "title": {"text": translate("share of ambassadors, the most active first")},
        },
        "yaxis": {**axis, "gridcolor": palette.grid, "title": {"text": translate("share of acts")}},
        "annotations": [
            {**note, "x": 0.2, "y": 0.12, "text": f"● {named}", "font": {"size": 12, "color": palette.accent}},
            {**note, "x": 0.62, "y": 0.58, "text": translate("if all did the same")},
        ],
    }
