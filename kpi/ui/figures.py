"""Figures: functions of readings that return a Plotly figure; `charts` shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from kpi.language import translate
from kpi.metrics import Measurement, Metric, Unit
from kpi.period import Comparison, Grain, is_whole
from kpi.ui import annotations, goals
from kpi.ui import format as fmt
from kpi.ui.axes import dates, extent_of, ticks
from kpi.ui.bands import Band, band_name, band_shape, widened
from kpi.ui.direct_labels import name_lines
from kpi.ui.looks import GLUE, look
from kpi.ui.page import Page
from kpi.ui.presets import against_in_short, against_in_words

HEIGHT, SMALL, LINE_OF_LEGEND = 300, 230, 20  # pixels
FEWEST = 5  # cases below which a step's rate says nothing, and would stretch the axis
DASHES = {"dot": "····", "dashdot": "–·–"}  # of the first and the second comparison, with how its name shows it
DAY_IN_MILLISECONDS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of a chart in the light or the dark; `low` to `high` is a scale behind numbers."""

    ink: str
    soft: str
    grid: str
    accent: str
    faded: str
    worse: str
    low: str
    high: str
    target: str


LIGHT = Palette(
    ink="#0D1519",
    soft="#5F6970",
    grid="#E6E2D8",
    accent="#0F6E6E",
    faded="#9CC3C1",
    worse="#B5485D",
    low="#EAF2F1",
    high="#6FAEAA",
    target="#B7791F",
)
DARK = Palette(
    ink="#EFEDE7",
    soft="#9AA3A6",
    grid="#2E383D",
    accent="#4FB3AE",
    faded="#2C5F5E",
    worse="#DB7A8C",
    low="#1B2629",
    high="#2A6765",
    target="#E0B252",
)


def trend_figure(
    page: Page,
    metric: Metric,
    palette: Palette,
    grain: Grain | None = None,
    *,
    is_small: bool = False,
    bands: Sequence[Band] = (),
) -> go.Figure:
    """This period thick (bars from zero for sums), the comparison dotted, what is incomplete or cut short apart, the
    target dashed.

    In steps of `grain`, else of the usual one. The large figure names its lines at their ends and marks what was
    annotated, and draws `bands` of reference behind them; the small one names its lines in a legend above.
    """
    grain = grain or page.grain(metric)
    steps = page.trend(metric, grain)
    traces: list[go.Bar | go.Scatter] = [
        *(_bars(page, steps, grain, palette) if is_bars(metric) else _lines(page, steps, palette)),
        *_comparisons(page, metric, grain, palette, is_small=is_small),
        *goals.line(page, steps, palette.target),
    ]
    extent = extent_of(traces)
    layout = _layout(page, metric, grain, palette, extent, is_small=is_small)
    axis = widened(extent, bands) if bands else None
    if axis:
        layout["yaxis"]["range"] = axis
    if not is_small:
        noted, named = annotations.on_page(page), [band_name(band, palette.soft) for band in bands]
        layout["margin"]["t"] += annotations.headroom(noted)
        layout["shapes"] = [
            *(band_shape(band, palette.grid) for band in bands),
            *annotations.shapes(noted, palette.soft),
        ]
        layout["annotations"] = [
            *name_lines([*traces, *named], skipped=translate("incomplete"), extent=axis),
            *annotations.labels(page, noted, palette.soft),
        ]
    # In one go: Plotly takes ten times as long to change a figure as to make one.
    return go.Figure(data=traces, layout=layout)


def movements_figure(values: Sequence[int], palette: Palette) -> go.Figure:
    """New, returned and silent ambassadors as bars from one zero, what was lost in another colour."""
    new, back, lapsed = values
    bars = go.Bar(
        orientation="h",
        y=[translate("New"), translate("Came back"), translate("Fell silent")],
        x=[new, back, lapsed],
        text=[fmt.points(new), fmt.points(back), fmt.points(-lapsed)],
        textposition="outside",
        textfont={"color": palette.ink, "size": 14},
        cliponaxis=False,
        marker={"color": [palette.accent, palette.accent, palette.worse]},
        hoverinfo="skip",
    )
    layout = {
        **base_layout(palette, SMALL),
        "bargap": 0.5,
        "yaxis": {"autorange": "reversed", "automargin": True, "tickfont": {"color": palette.ink, "size": 13}},
        "xaxis": {"visible": False, "range": [0, 1.2 * max(1, *values)]},
    }
    return go.Figure(data=[bars], layout=layout)


def is_bars(metric: Metric) -> bool:
    """Sums over a step are bars from zero; levels and rates are lines."""
    return metric.is_additive and not metric.is_level


def is_cut(grain: Grain, step: Measurement) -> bool:
    """Whether the step holds fewer days than its kind: an end of the period or of the data cuts it."""
    return not (step.is_complete and is_whole(step.period, grain))


def is_too_few(step: Measurement) -> bool:
    """Whether too few cases stand behind a step's rate to draw it."""
    estimate = step.estimate
    return estimate.value is not None and estimate.n is not None and estimate.n < FEWEST


def _bars(page: Page, steps: Sequence[Measurement], grain: Grain, palette: Palette) -> Iterator[go.Bar]:
    for name, colour, cut in (
        (translate("this period"), palette.accent, False),
        (translate("cut short"), palette.faded, True),
    ):
        shown = [step for step in steps if is_cut(grain, step) is cut]
        if shown:
            yield go.Bar(
                x=[_middle(step) for step in shown],
                y=_heights(shown),
                width=[0.72 * step.period.days * DAY_IN_MILLISECONDS for step in shown],
                name=name,
                marker={"color": colour},
                customdata=[_hover(page, step) for step in shown],
                hovertemplate="%{customdata}<extra></extra>",
            )


def _lines(page: Page, steps: Sequence[Measurement], palette: Palette) -> Iterator[go.Scatter]:
    whole = [step for step in steps if step.is_complete]
    rest = [step for step in steps if not step.is_complete]
    yield _line(page, whole, translate("this period"), {"color": palette.accent, "width": 2.5})
    if rest:
        line = {"color": palette.accent, "width": 2.5, "dash": "dot"}
        yield _line(page, [*whole[-1:], *rest], translate("incomplete"), line)


def _comparisons(page: Page, metric: Metric, grain: Grain, palette: Palette, *, is_small: bool) -> Iterator[go.Scatter]:
    for comparison, dash in zip(page.comparisons, DASHES, strict=False):
        steps = page.trend_before(metric, comparison, grain)
        if steps:
            shift = page.period.start - page.period.compared(comparison).start
            name = against_in_short(comparison) if is_small else _name_beside(page, comparison, dash)
            yield _line(page, steps, name, {"color": palette.soft, "width": 1.5, "dash": dash}, shift)


def _name_beside(page: Page, comparison: Comparison, dash: str) -> str:
    """A comparison's name at the end of its line; of two, which cross, a short one with what the line looks like."""
    if len(page.comparisons) == 1:
        return against_in_words(page.period, comparison)
    return f"{DASHES[dash]}{GLUE}{against_in_short(comparison)}"


def _line(
    page: Page,
    steps: Sequence[Measurement],
    name: str,
    line: dict[str, Any],
    shift: timedelta = timedelta(0),
) -> go.Scatter:
    # Steps without a value are left out, so a line bridges weeks without an answer; marks then show where there is one.
    known = [step for step in steps if step.estimate.value is not None and not is_too_few(step)]
    is_sparse = len(known) < len(steps) or len(known) <= 4
    return go.Scatter(
        x=[_moment(step) + shift for step in known],
        y=_heights(known),
        mode="lines+markers" if is_sparse else "lines",
        name=name,
        line=line,
        marker={"size": 7 if line["width"] > 2 else 5},
        error_y=_whiskers(known, line["color"]) if is_sparse else None,
        cliponaxis=False,
        customdata=[_hover(page, step) for step in known],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _whiskers(steps: Sequence[Measurement], colour: str) -> dict[str, Any] | None:
    """The 95 % intervals of the steps; None where one has none."""
    bounds = [(float(s.estimate.value or 0), s.estimate.low, s.estimate.high) for s in steps]
    above = [high - value for value, _, high in bounds if high is not None]
    below = [value - low for value, low, _ in bounds if low is not None]
    if not len(above) == len(below) == len(bounds):
        return None
    return {"array": above, "arrayminus": below, "symmetric": False, "color": colour, "thickness": 1, "width": 3}


def _layout(
    page: Page, metric: Metric, grain: Grain, palette: Palette, extent: tuple[float, float], *, is_small: bool
) -> dict[str, Any]:
    more = LINE_OF_LEGEND * max(0, len(page.comparisons) - 1)
    begun = base_layout(palette, SMALL + more if is_small else HEIGHT)
    return {
        **begun,
        "margin": begun["margin"] if is_small else {**begun["margin"], "r": 96},
        "showlegend": is_small,
        "legend": {
            "orientation": "h",
            "xref": "container",
            "x": 0,
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "entrywidth": 64,
            "font": {"color": palette.soft, "size": 12},
        },
        "barmode": "overlay",
        "hovermode": "closest",
        "yaxis": {
            "gridcolor": palette.grid,
            "zeroline": False,
            "automargin": True,
            "nticks": 5 if is_small else 6,
            "rangemode": "tozero" if is_bars(metric) or metric.unit is Unit.SHARE else "normal",
            "tickfont": {"color": palette.soft},
            **ticks(metric, page.settings.currency, extent, from_zero=is_bars(metric)),
        },
        "xaxis": {
            "range": [page.period.start - timedelta(days=int(is_bars(metric))), page.period.end],
            "showgrid": False,
            "automargin": True,
            "tickangle": 0,
            "tickfont": {"color": palette.soft},
            **dates(page.period, grain, 4 if is_small else 7),
        },
    }


def base_layout(palette: Palette, height: int) -> dict[str, Any]:
    """The layout that every figure begins with."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 12, "b": 8},
        "font": {"color": palette.ink, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": look().signs,
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": palette.soft, "activecolor": palette.ink},
    }


def _heights(steps: Sequence[Measurement]) -> list[float]:
    return [float(step.estimate.value or 0) for step in steps]


def _moment(step: Measurement) -> date:
    """Where a step stands: a level at its end, anything else in its middle."""
    return step.period.last_day if step.metric.is_level else _middle(step)


def _middle(step: Measurement) -> date:
    return step.period.start + timedelta(days=step.period.days // 2)


def _hover(page: Page, step: Measurement) -> str:
    lines = [f"<b>{fmt.value(step.metric, step.estimate.value, page.settings.currency, full=True)}</b>"]
    lines.append(fmt.day(step.period.last_day) if step.metric.is_level else fmt.begin(fmt.days(step.period)))
    if step.estimate.n is not None:
        lines.append(translate("n = {count}", count=fmt.count(step.estimate.n)))
    if not step.is_complete:
        lines.append(translate("incomplete"))
    return "<br>".join(lines)
