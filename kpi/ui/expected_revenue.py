"""Recurring revenue of customers won: what they pay today, and what today's accounts are expected to pay."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from kpi.analysis import Estimate
from kpi.analysis.obstacle import Obstacle
from kpi.language import translate
from kpi.metrics import METRICS, Unit
from kpi.ui import charts, lifetimes, places, tables
from kpi.ui import format as fmt
from kpi.ui.axes import ticks
from kpi.ui.figures import HEIGHT, Palette, base_layout
from kpi.ui.page import Page

MRR = METRICS["referred_monthly_recurring_revenue"]
YEAR = 12  # months
ROOM = 1.08  # of the axis above the highest amount


@places.kept(lambda page: places.under(heading(), HEIGHT))
def show(page: Page) -> None:
    """Draw what today's accounts of customers won are expected to pay, month by month."""
    st.subheader(heading(), anchor=False)
    today = page.read(MRR).current
    if today.estimate.value is None:
        charts.tell_gap(today.reason)
        return
    if not today.estimate.value:
        charts.tell_gap(translate("no subscriber won by an ambassador pays today"))
        return
    found = lifetimes.subscription_value(page, is_won=True)
    if isinstance(found, Obstacle):
        charts.tell_gap(lifetimes.reason(found))
        return
    st.markdown(in_words(float(today.estimate.value), found.path, page.settings.currency))
    figure = path_figure(found.path, charts.palette(), page.settings.currency)
    charts.show(figure, heading(), key="expected-revenue")
    st.caption(
        translate(
            "Accounts that pay today only: what is sold from now on, and what they add, is not counted. The band is "
            "the 95\N{NO-BREAK SPACE}% interval of the pace at which they leave."
        )
    )
    with st.expander(translate("The same as a table"), key="expected-revenue-as-table"):
        _list(page, found.path)


def heading() -> str:
    """What the part is called."""
    return translate("What today’s subscribers won will pay")


def in_words(today: float, path: Sequence[Estimate], currency: str) -> str:
    """What customers won pay a month and a year, and what is left of it in a year and at the end. Markdown."""
    facts = {
        "monthly": fmt.money(today, currency),
        "yearly": fmt.money(YEAR * today, currency),
        "customers": fmt.number_of(path[0].n or 0, "customer"),
    }
    now = translate(
        "Subscribers won by ambassadors pay **{monthly}** a month today (MRR), **{yearly}** in a year (ARR; "
        "{customers}).",
        **facts,
    )
    after = {
        "soon": lifetimes.money_in_words(path[YEAR], currency),
        "later": lifetimes.money_in_words(path[-1], currency),
        "months": fmt.count(len(path) - 1),
    }
    then = translate(
        "Of the same accounts **{soon}** a month is expected in 12 months and **{later}** in {months}.", **after
    )
    return f"{now} {then}"


def path_figure(path: Sequence[Estimate], palette: Palette, currency: str) -> go.Figure:
    """The expected amounts as a line and, behind it, the band of their interval; month 0 is today."""
    amounts = [float(one.value or 0) for one in path]
    sure = [(month, one.low, one.high) for month, one in enumerate(path) if one.low is not None]
    hover = [
        translate(
            "in {months} months: {amount}", months=fmt.count(month), amount=lifetimes.money_in_words(one, currency)
        )
        for month, one in enumerate(path)
    ]
    band = go.Scatter(
        x=[month for month, _, _ in sure] + [month for month, _, _ in reversed(sure)],
        y=[low for _, low, _ in sure] + [high for _, _, high in reversed(sure)],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=palette.accent,
        opacity=0.16,
        hoverinfo="skip",
    )
    line = go.Scatter(
        x=list(range(len(path))),
        y=amounts,
        mode="lines",
        line={"color": palette.accent, "width": 2.5},
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
    )
    highest = max([*amounts, *(float(high or 0) for _, _, high in sure)])
    return go.Figure(data=[band, line], layout=_layout(highest, palette, currency))


def _layout(highest: float, palette: Palette, currency: str) -> dict[str, Any]:
    usual = {"tickfont": {"color": palette.soft}, "automargin": True, "zeroline": False}
    title = {"text": translate("months from today"), "font": {"color": palette.soft, "size": 12}}
    amounts = ticks(MRR, currency, (0.0, highest), from_zero=True)
    return {
        **base_layout(palette, HEIGHT),
        "showlegend": False,
        "xaxis": {**usual, "title": title, "dtick": 6, "showgrid": False},
        "yaxis": {**usual, **amounts, "range": [0, ROOM * max(highest, 1.0)], "gridcolor": palette.grid},
    }


def _list(page: Page, path: Sequence[Estimate]) -> None:
    currency = page.settings.currency
    labels = {
        "month": translate("Months from today"),
        "expected": fmt.headed(MRR, translate("Expected"), currency),
        "low": fmt.headed(MRR, translate("At least"), currency),
        "high": fmt.headed(MRR, translate("At most"), currency),
    }
    shown = frame(path)
    tables.show(
        page,
        shown,
        {name: label for name, label in labels.items() if name in ("month", "expected") or shown[name].count()},
        name="expected-revenue",
        words=heading(),
        columns=tables.Columns(units=dict.fromkeys(("expected", "low", "high"), Unit.MONEY)),
        in_sight=13,
        metrics=(MRR,),
    )


def frame(path: Sequence[Estimate]) -> pl.DataFrame:
    """Month by month from today: month, expected, low, high."""
    rows = [(month, float(one.value or 0), one.low, one.high) for month, one in enumerate(path)]
    amounts = dict.fromkeys(("expected", "low", "high"), pl.Float64())
    return pl.DataFrame(rows, schema={"month": pl.Int64(), **amounts}, orient="row")
