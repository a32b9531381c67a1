"""The figure of scores wave by wave: a line per audience, with the interval of each wave."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

import plotly.graph_objects as go

from kpi.language import mark, translate
from kpi.metrics import Measurement, Unit
from kpi.period import Grain, Period, is_whole
from kpi.ui import format as fmt
from kpi.ui.axes import dates, extent_of, ticks
from kpi.ui.direct_labels import name_lines
from kpi.ui.figures import SMALL, Palette, base_layout, is_too_few
from kpi.ui.surveys import audiences

APART = 0.06  # of a wave: by so much the second line stands beside the first, so that intervals do not hide each other
NAMES = 96  # pixels to the right of the lines


class Wave(StrEnum):
    """How long a wave is, as the reader chooses it and as it stands in the URL, both translated."""

    QUARTER = mark("By quarter")
    MONTH = mark("By month")

    @property
    def grain(self) -> Grain:
        """The step of the trend."""
        return Grain.QUARTER if self is Wave.QUARTER else Grain.MONTH

    @property
    def most(self) -> int:
        """How many waves are shown: two years, or one."""
        return 8 if self is Wave.QUARTER else 12


def wave_name(step: Measurement, wave: Wave) -> str:
    """A wave as it is called: Q3 2026, or November 2026; one that is not over, or not yet in the data, says so."""
    period = step.period
    quarter, year = (period.start.month + 2) // 3, period.start.year
    name = (
        translate("Q{quarter}\N{NO-BREAK SPACE}{year}", quarter=quarter, year=year)
        if wave is Wave.QUARTER
        else fmt.begin(fmt.month(period.start))
    )
    is_over = is_whole(period, wave.grain) and step.is_complete
    return name if is_over else translate("{wave}, so far", wave=name)


def waves_figure(
    found: Sequence[Sequence[Measurement]], wave: Wave, palette: Palette, currency: str, few: int
) -> go.Figure:
    """A line per audience with the interval of each wave; points that few stand behind are hollow."""
    traces = [
        _line(drawn(steps), name, colour, shift=shift, wave=wave, currency=currency, few=few)
        for steps, name, colour, shift in zip(
            found, audiences(), (palette.accent, palette.soft), (-APART, APART), strict=True
        )
        if drawn(steps)
    ]
    steps = next(steps for steps in found if steps)
    whole, metric = Period(steps[0].period.start, steps[-1].period.end), steps[0].metric
    begun, extent = base_layout(palette, SMALL), extent_of(traces)
    layout: dict[str, Any] = {
        **begun,
        "margin": {**begun["margin"], "r": NAMES},
        "showlegend": False,
        "hovermode": "closest",
        "annotations": name_lines(traces, skipped="", extent=extent),
        "yaxis": {
            "gridcolor": palette.grid,
            "zeroline": metric.unit is Unit.POINTS,
            "zerolinecolor": palette.grid,
            "automargin": True,
            "nticks": 5,
            "tickfont": {"color": palette.soft},
            **ticks(metric, currency, extent, from_zero=False),
        },
        "xaxis": {
            "range": [whole.start, whole.end],
            "showgrid": False,
            "automargin": True,
            "tickangle": 0,
            "tickfont": {"color": palette.soft},
            **dates(whole, wave.grain, 4),
        },
    }
    return go.Figure(data=traces, layout=layout)


def _line(
    steps: Sequence[Measurement], name: str, colour: str, *, shift: float, wave: Wave, currency: str, few: int
) -> go.Scatter:
    values = [float(step.estimate.value or 0) for step in steps]
    highs = [
        value if step.estimate.high is None else step.estimate.high for value, step in zip(values, steps, strict=True)
    ]
    lows = [
        value if step.estimate.low is None else step.estimate.low for value, step in zip(values, steps, strict=True)
    ]
    return go.Scatter(
        x=[step.period.start + timedelta(days=round(step.period.days * (0.5 + shift))) for step in steps],
        y=values,
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={
            "size": 8,
            "symbol": ["circle-open" if (step.estimate.n or 0) < few else "circle" for step in steps],
            "color": colour,
        },
        error_y={
            "array": [high - value for value, high in zip(values, highs, strict=True)],
            "arrayminus": [value - low for value, low in zip(values, lows, strict=True)],
            "symmetric": False,
            "color": colour,
            "thickness": 1,
            "width": 3,
        },
        customdata=[_hover(step, name, wave, currency) for step in steps],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )


def _hover(step: Measurement, name: str, wave: Wave, currency: str) -> str:
    estimate, metric = step.estimate, step.metric
    lines = [
        f"<b>{fmt.value(metric, estimate.value, currency)}</b>",
        fmt.interval(metric, estimate.low, estimate.high, currency),
        f"{name}, {wave_name(step, wave)}",
        fmt.number_of(estimate.n or 0, metric.counts),
    ]
    return "<br>".join(lines)


def drawn(steps: Sequence[Measurement]) -> list[Measurement]:
    """The waves in which enough answered to draw a point."""
    return [step for step in steps if step.estimate.value is not None and not is_too_few(step)]
