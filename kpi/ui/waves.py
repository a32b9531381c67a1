"""Scores wave by wave, ambassadors beside customers: a wave is a calendar quarter or month of answers."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from kpi.language import each_of, mark, translate
from kpi.metrics import Measurement, Metric, Unit, trend
from kpi.period import Grain, Period, is_whole
from kpi.ui import charts, filters, places, tables
from kpi.ui import format as fmt
from kpi.ui.axes import dates, extent_of, ticks
from kpi.ui.direct_labels import name_lines
from kpi.ui.figures import FEWEST, SMALL, Palette, base_layout, is_too_few
from kpi.ui.gaps import explain_gap
from kpi.ui.page import Page
from kpi.ui.score_spread import COLUMNS, Pair
from kpi.ui.surveys import NPS, audiences

YEARS_BACK = 3
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


def choose() -> Wave:
    """Draw the heading with the choice of what a wave is."""
    line = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    line.subheader(translate("Wave by wave"), anchor=False, width="content")
    options = list(Wave)
    with line:
        return st.segmented_control(
            translate("Wave"),
            options,
            default=Wave.QUARTER,
            required=True,
            format_func=filters.labels("wave", options, translate).__getitem__,
            label_visibility="collapsed",
            key="wave",
            bind="query-params",
        )


def period_of(end: date, wave: Wave) -> Period:
    """The last waves up to the end of the page's period, the one that holds it as far as it goes."""
    steps = Period(date(end.year - YEARS_BACK, 1, 1), end).steps(wave.grain)
    return Period(steps[-wave.most :][0].start, end)


def read(page: Page, metric: Metric, wave: Wave) -> tuple[Measurement, ...]:
    """A score in each wave that the data covers, n/a where nobody answered; none where it lacks one of the filters."""
    if explain_gap(metric, page.filters):
        return ()
    steps: tuple[Measurement, ...] = page.recall(
        f"waves, {wave.grain}",
        metric,
        lambda: trend(page.warehouse, metric, period_of(page.period.end, wave), wave.grain, where=page.filters),
    )
    days = page.coverage(metric)
    return tuple(step for step in steps if days.explain_gap(step.period) is None)


@places.kept(lambda page, metrics, wave: places.under(_heading(metrics), SMALL))
def show(page: Page, metrics: Pair, wave: Wave) -> None:
    """Draw the score of both audiences in each wave; why not, where nobody answered in any."""
    st.markdown(f"**{_heading(metrics)}**")
    found = [read(page, metric, wave) for metric in metrics]
    if not any(_drawn(steps) for steps in found):
        charts.tell_gap(page.read(metrics[0]).current.reason)
        return
    palette, currency = charts.palette(), page.settings.currency
    figure = page.recall(
        f"waves figure of {metrics[1].name}, {wave.grain}, {palette.ink}",
        metrics[0],
        lambda: waves_figure(found, wave, palette, currency, page.settings.few),
    )
    charts.show(figure, in_words(found, wave, currency), key=f"waves-{metrics[0].name}")
    with st.expander(translate("The same as a table"), key=f"waves-of-{metrics[0].name}-as-table"):
        _table(page, metrics, wave, found)


def explain(page: Page) -> None:
    """The small print of both figures."""
    st.caption(
        translate(
            "In each wave the latest answer of each person counts. Lines are 95\N{NO-BREAK SPACE}% intervals; hollow: "
            "fewer than {few} answers; fewer than {fewest} are not drawn. The last wave ends with the period chosen.",
            few=fmt.count(page.settings.few),
            fewest=fmt.count(FEWEST),
        )
    )


def in_words(found: Sequence[Sequence[Measurement]], wave: Wave, currency: str) -> str:
    """The figure for who cannot see it: each score in its last wave."""
    lasts = [(name, _drawn(steps)[-1]) for name, steps in zip(audiences(), found, strict=True) if _drawn(steps)]
    return each_of(
        translate(
            "{audience} {value} in {wave}",
            audience=name,
            value=fmt.value(last.metric, last.estimate.value, currency),
            wave=wave_name(last.period, wave),
        )
        for name, last in lasts
    )


def wave_name(period: Period, wave: Wave) -> str:
    """A wave as it is called: Q3 2026, or November 2026; one that is not over says so."""
    quarter, year = (period.start.month + 2) // 3, period.start.year
    name = (
        translate("Q{quarter}\N{NO-BREAK SPACE}{year}", quarter=quarter, year=year)
        if wave is Wave.QUARTER
        else fmt.begin(fmt.month(period.start))
    )
    return name if is_whole(period, wave.grain) else translate("{wave}, so far", wave=name)


def waves_figure(
    found: Sequence[Sequence[Measurement]], wave: Wave, palette: Palette, currency: str, few: int
) -> go.Figure:
    """A line per audience with the interval of each wave; points that few stand behind are hollow."""
    traces = [
        _line(_drawn(steps), name, colour, shift=shift, wave=wave, currency=currency, few=few)
        for steps, name, colour, shift in zip(
            found, audiences(), (palette.accent, palette.soft), (-APART, APART), strict=True
        )
        if _drawn(steps)
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
        f"{name}, {wave_name(step.period, wave)}",
        fmt.number_of(estimate.n or 0, metric.counts),
    ]
    return "<br>".join(lines)


def _drawn(steps: Sequence[Measurement]) -> list[Measurement]:
    """The waves in which enough answered to draw a point."""
    return [step for step in steps if step.estimate.value is not None and not is_too_few(step)]


def waves_frame(
    found: Sequence[Sequence[Measurement]], wave: Wave, currency: str, few: int, *, is_exact: bool = False
) -> pl.DataFrame:
    """One row per wave, the latest first: wave, then value, interval and answers of each audience.

    As shown, values and intervals are in words, few answers marked; else exact, with `low` and `high` for the interval.
    """
    steps = next(steps for steps in found if steps)
    columns = {"wave": pl.Series([wave_name(step.period, wave) for step in steps], dtype=pl.String)}
    for name, some in zip(COLUMNS, found, strict=True):
        if some:
            columns |= _exact(name, some) if is_exact else _told(name, some, currency, few)
    return pl.DataFrame(columns).reverse()


def _exact(name: str, steps: Sequence[Measurement]) -> dict[str, pl.Series]:
    estimates = [step.estimate for step in steps]
    values = [None if one.value is None else float(one.value) for one in estimates]
    return {
        name: pl.Series(values, dtype=pl.Float64),
        f"{name}_low": pl.Series([one.low for one in estimates], dtype=pl.Float64),
        f"{name}_high": pl.Series([one.high for one in estimates], dtype=pl.Float64),
        f"{name}_answers": pl.Series([one.n for one in estimates], dtype=pl.Int64),
    }


def _told(name: str, steps: Sequence[Measurement], currency: str, few: int) -> dict[str, pl.Series]:
    return {
        name: pl.Series([fmt.value(step.metric, step.estimate.value, currency) for step in steps], dtype=pl.String),
        f"{name}_interval": pl.Series([_interval(step, currency, few) for step in steps], dtype=pl.String),
        f"{name}_answers": pl.Series([step.estimate.n for step in steps], dtype=pl.Int64),
    }


def _interval(step: Measurement, currency: str, few: int) -> str:
    estimate = step.estimate
    if estimate.value is None:
        return step.reason or ""
    words = fmt.interval(step.metric, estimate.low, estimate.high, currency)
    return translate("{counted} (few)", counted=words) if (estimate.n or 0) < few else words


def _table(page: Page, metrics: Pair, wave: Wave, found: Sequence[Sequence[Measurement]]) -> None:
    currency, few = page.settings.currency, page.settings.few
    shown = waves_frame(found, wave, currency, few)
    exact = waves_frame(found, wave, currency, few, is_exact=True)
    labels = {"wave": translate("Wave")}
    for column, name in zip(COLUMNS, audiences(), strict=True):
        interval, counted = translate("95\N{NO-BREAK SPACE}% interval"), translate("Answers")
        labels |= {column: name, f"{column}_interval": interval, f"{column}_answers": counted}
    tables.show(
        page,
        shown,
        {column: label for column, label in labels.items() if column in shown.columns},
        name=f"{_name(metrics)}-by-{wave.grain}",
        words=translate("{score} wave by wave", score=_heading(metrics)),
        taken=tables.Taken(rows=exact.height, read=lambda: exact),
    )


def _heading(metrics: Pair) -> str:
    return translate("NPS") if metrics == NPS else translate("Satisfied (4 or 5 of 5)")


def _name(metrics: Pair) -> str:
    return "nps" if metrics == NPS else "csat"
