"""Scores wave by wave, ambassadors beside customers: a wave is a calendar quarter or month of answers."""

from collections.abc import Sequence
from datetime import date

import polars as pl
import streamlit as st

from kpi.language import each_of, translate
from kpi.metrics import Measurement, Metric, Unit, trend
from kpi.period import Period
from kpi.ui import charts, filters, places, tables
from kpi.ui import format as fmt
from kpi.ui.figures import FEWEST, SMALL
from kpi.ui.gaps import explain_gap
from kpi.ui.page import Page
from kpi.ui.score_spread import COLUMNS, Pair
from kpi.ui.surveys import NPS, audiences
from kpi.ui.wave_figure import Wave, drawn, wave_name, waves_figure

YEARS_BACK = 3


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
    gap = why_nothing(page, metrics, found)
    if gap:
        charts.tell_gap(gap)
        return
    palette, currency = charts.palette(), page.settings.currency
    if any(drawn(steps) for steps in found):
        figure = page.recall(
            f"waves figure of {metrics[1].name}, {wave.grain}, {palette.ink}",
            metrics[0],
            lambda: waves_figure(found, wave, palette, currency, page.settings.few),
        )
        charts.show(figure, in_words(found, wave, currency), key=f"waves-{metrics[0].name}")
    else:
        st.caption(translate("In no wave {count} or more answered.", count=fmt.count(FEWEST)))
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


def why_nothing(page: Page, metrics: Pair, found: Sequence[Sequence[Measurement]]) -> str | None:
    """Why neither audience has a score in any wave; None where one has."""
    steps = [step for some in found for step in some]
    if any(step.estimate.value is not None for step in steps):
        return None
    return steps[-1].reason if steps else page.read(metrics[0]).current.reason


def in_words(found: Sequence[Sequence[Measurement]], wave: Wave, currency: str) -> str:
    """The figure for who cannot see it: each score in its last wave."""
    lasts = [(name, drawn(steps)[-1]) for name, steps in zip(audiences(), found, strict=True) if drawn(steps)]
    return each_of(
        translate(
            "{audience} {value} in {wave}",
            audience=name,
            value=fmt.value(last.metric, last.estimate.value, currency),
            wave=wave_name(last, wave),
        )
        for name, last in lasts
    )


def waves_frame(
    found: Sequence[Sequence[Measurement]], wave: Wave, currency: str, few: int, *, is_exact: bool = False
) -> pl.DataFrame:
    """One row per wave, the latest first: wave, then value, interval and answers of each audience.

    As shown, values and intervals are in words, few answers marked; else exact, with `low` and `high` for the interval.
    """
    steps = next(steps for steps in found if steps)
    columns = {"wave": pl.Series([wave_name(step, wave) for step in steps], dtype=pl.String)}
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
    units: dict[str, Unit] = {}
    named: dict[str, str] = {}
    for column, name, metric in zip(COLUMNS, audiences(), metrics, strict=True):
        interval, counted = translate("95\N{NO-BREAK SPACE}% interval"), translate("Answers")
        labels |= {column: name, f"{column}_interval": interval, f"{column}_answers": counted}
        units |= dict.fromkeys((column, f"{column}_low", f"{column}_high"), metric.unit)
        named |= {
            f"{column}_low": translate("{audience}: interval from", audience=name),
            f"{column}_high": translate("{audience}: interval to", audience=name),
            f"{column}_answers": translate("{audience}: number of answers", audience=name),
        }
    tables.show(
        page,
        shown,
        {column: label for column, label in labels.items() if column in shown.columns},
        name=f"{_name(metrics)}-by-{wave.grain}",
        words=translate("{score} wave by wave", score=_heading(metrics)),
        taken=tables.Taken(rows=exact.height, read=lambda: exact, units=units, labels=named),
        metrics=metrics,
    )


def _heading(metrics: Pair) -> str:
    return translate("NPS") if metrics == NPS else translate("Satisfied (4 or 5 of 5)")


def _name(metrics: Pair) -> str:
    return "nps" if metrics == NPS else "csat"
