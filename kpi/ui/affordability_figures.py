"""What moves the ceiling most, and when a customer has paid back: two figures, each with its table."""

from collections.abc import Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from kpi.analysis import Assumptions, Swing
from kpi.analysis.lifetime_value import payback_time, periods_to_pay_back
from kpi.analysis.obstacle import Obstacle
from kpi.language import translate
from kpi.metrics import METRICS, Unit
from kpi.ui import charts, tables
from kpi.ui import format as fmt
from kpi.ui.affordability import Solved, left_for_commission
from kpi.ui.assumption_words import label, months, written
from kpi.ui.axes import ticks
from kpi.ui.figures import HEIGHT, Palette, base_layout

MONEY = METRICS["programme_cost"]
ROW, REST = 34, 60  # pixels
MOST_BARS = 8
LONGEST = 36  # months of the break-even line


def tornado(solved: Solved) -> None:
    """Draw how far each assumption moves what is left for a commission."""
    st.subheader(translate("What moves it most"), anchor=False)
    basis = solved.found.basis
    if basis is None or not solved.swings:
        charts.tell_gap(translate("no assumption moves it"))
        return
    swings, currency = solved.swings[:MOST_BARS], solved.page.settings.currency
    figure = tornado_figure(swings, left_for_commission(basis), charts.palette(), currency)
    widest = swings[0]
    words = translate("{name} moves it most", name=label(widest.name))
    charts.show(figure, words, key="tornado")
    st.caption(
        translate(
            "What is left for a commission, one assumption moved at a time: over its 95\N{NO-BREAK SPACE}% interval "
            "where it was measured, else by a tenth."
        )
    )
    with st.expander(translate("The same as a table"), key="tornado-as-table"):
        _tornado_table(solved, currency)


def tornado_figure(swings: Sequence[Swing], centre: float, palette: Palette, currency: str) -> go.Figure:
    """A bar per assumption from the answer at its low end to that at its high end, around the answer as it is."""
    names = [escape(label(one.name), quote=False) for one in swings]
    ends = [sorted((one.at_low, one.at_high)) for one in swings]
    bars = go.Bar(
        orientation="h",
        y=names,
        base=[low for low, _ in ends],
        x=[high - low for low, high in ends],
        marker={"color": [palette.accent if one.is_interval else palette.faded for one in swings]},
        customdata=[_moved_in_words(one, currency) for one in swings],
        hovertemplate="%{customdata}<extra></extra>",
    )
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    layout = {
        **base_layout(palette, REST + ROW * len(swings)),
        "bargap": 0.45,
        "showlegend": False,
        "yaxis": {"autorange": "reversed", "automargin": True, "tickfont": {"color": palette.ink, "size": 13}},
        "xaxis": {
            **ticks(MONEY, currency, (low, high), from_zero=False),
            "gridcolor": palette.grid,
            "zeroline": False,
            "tickfont": {"color": palette.soft},
            "automargin": True,
        },
        "shapes": [{**_level({"x0": centre, "x1": centre, "y0": 0, "y1": 1}, palette.ink, "solid"), "yref": "paper"}],
    }
    return go.Figure(data=[bars], layout=layout)


def tornado_frame(swings: Sequence[Swing], currency: str) -> pl.DataFrame:
    """The assumptions in words: assumption, moved, left."""
    rows = []
    for one in swings:
        moved = [written(one.name, end, currency) for end in (one.low, one.high)]
        left = [fmt.money(end, currency, full=True) for end in (one.at_low, one.at_high)]
        told = [translate("{first} to {last}", first=first, last=last) for first, last in (moved, left)]
        rows.append((label(one.name), *told))
    schema = {name: pl.String() for name in ("assumption", "moved", "left")}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _tornado_table(solved: Solved, currency: str) -> None:
    labels = {
        "assumption": translate("Assumption"),
        "moved": translate("Moved"),
        "left": translate("Left for a commission"),
    }
    shown, exact = tornado_frame(solved.swings, currency), exact_tornado(solved.swings)
    tables.show(
        solved.page,
        shown,
        labels,
        name="sensitivity",
        words=translate("What moves it most"),
        taken=tables.Taken(
            rows=exact.height,
            read=lambda: exact,
            units={"at_low": Unit.MONEY, "at_high": Unit.MONEY},
            labels={
                "low": translate("Moved from"),
                "high": translate("Moved to"),
                "at_low": translate("Left at the first"),
                "at_high": translate("Left at the second"),
            },
        ),
    )


def exact_tornado(swings: Sequence[Swing]) -> pl.DataFrame:
    """The same as exact numbers: assumption, low, high, at_low, at_high."""
    rows = [(label(one.name), one.low, one.high, one.at_low, one.at_high) for one in swings]
    numbers = dict.fromkeys(("low", "high", "at_low", "at_high"), pl.Float64())
    return pl.DataFrame(rows, schema={"assumption": pl.String(), **numbers}, orient="row")


def _moved_in_words(one: Swing, currency: str) -> str:
    first, last = written(one.name, one.low, currency), written(one.name, one.high, currency)
    left = (fmt.money(one.at_low, currency, full=True), fmt.money(one.at_high, currency, full=True))
    moved = translate("{first} to {last}", first=first, last=last)
    return escape(f"{label(one.name)}: {moved} → {left[0]}, {left[1]}", quote=False)


def break_even(solved: Solved) -> None:
    """Draw the margin that a customer has brought month by month, beside what one may cost."""
    st.subheader(translate("When a customer has paid back"), anchor=False)
    basis, ceiling = solved.found.basis, solved.found.ceiling
    if basis is None or ceiling is None:
        charts.tell_gap(solved.found.missing[0].reason)
        return
    cost, currency = ceiling.max_acquisition_cost, solved.page.settings.currency
    figure = break_even_figure(basis, cost, charts.palette(), currency)
    told = told_of_payback(basis, cost, currency)
    charts.show(figure, told, key="break-even")
    st.caption(told)
    with st.expander(translate("The same as a table"), key="break-even-as-table"):
        labels = {"month": translate("Months"), "margin": fmt.headed(MONEY, translate("Margin so far"), currency)}
        tables.show(
            solved.page,
            break_even_frame(basis),
            labels,
            name="break-even",
            words=translate("When a customer has paid back"),
        )


def told_of_payback(basis: Assumptions, cost: float, currency: str) -> str:
    """After how many months the highest cost is back, those who leave counted out, and as if nobody left."""
    found = _payback(basis, cost)
    amount = fmt.money(cost, currency, full=True)
    if isinstance(found, Obstacle):
        return translate("A cost of {amount} never comes back: customers leave before.", amount=amount)
    if basis.curve is not None:
        return translate("A cost of {amount} is back after {months}.", amount=amount, months=months(found))
    naive = cost / basis.monthly_margin if basis.monthly_margin > 0 else 0.0
    facts = {
        "amount": amount,
        "months": months(round(found, 1)),
        "naive": months(round(naive, 1)),
    }
    return translate(
        "A cost of {amount} is back after {months}, customers who leave counted out; after {naive} if nobody left.",
        **facts,
    )


def _payback(basis: Assumptions, cost: float) -> float | Obstacle:
    """In months: in whole ones along a curve."""
    if basis.curve is None:
        return payback_time(cost, basis.monthly_margin, basis.churn)
    return periods_to_pay_back(cost, basis.monthly_margin, basis.curve.shares)


def break_even_figure(basis: Assumptions, cost: float, palette: Palette, currency: str) -> go.Figure:
    """The margin so far as a line, the highest cost as a dashed one, the payback limit as a thin upright one."""
    count = _months_drawn(basis)
    margins = [basis.monthly_margin * basis.expected_months(months=month) for month in range(count + 1)]
    hover = [
        f"{months(month)}<br><b>{fmt.money(margin, currency, full=True)}</b>" for month, margin in enumerate(margins)
    ]
    line = go.Scatter(
        x=list(range(count + 1)),
        y=margins,
        mode="lines",
        line={"color": palette.accent, "width": 2.5},
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
    )
    reach = max(*margins, cost, 1.0)
    limits = [
        _level({"x0": 0, "x1": count, "y0": cost, "y1": cost}, palette.target, "dash"),
        _level({"x0": basis.payback, "x1": basis.payback, "y0": 0, "y1": reach}, palette.soft, "dot"),
    ]
    layout = {
        **base_layout(palette, HEIGHT),
        "showlegend": False,
        "shapes": limits if basis.payback <= count else limits[:1],
        "annotations": [_named(translate("Highest cost"), count, cost, palette.target)],
        **_axes_of_months((min(0.0, *margins), reach), palette, currency),
    }
    return go.Figure(data=[line], layout=layout)


def _axes_of_months(extent: tuple[float, float], palette: Palette, currency: str) -> dict[str, Any]:
    named = {"text": translate("Months since they were won"), "font": {"color": palette.soft, "size": 12}}
    usual = {"tickfont": {"color": palette.soft}, "automargin": True}
    amounts = ticks(MONEY, currency, extent, from_zero=True)
    return {
        "xaxis": {**usual, "title": named, "dtick": 6, "showgrid": False},
        "yaxis": {**usual, **amounts, "gridcolor": palette.grid},
    }


def break_even_frame(basis: Assumptions) -> pl.DataFrame:
    """Month by month: month, margin so far."""
    rows = [
        (month, round(basis.monthly_margin * basis.expected_months(months=month), 2))
        for month in range(1, _months_drawn(basis) + 1)
    ]
    frame = pl.DataFrame(rows, schema={"month": pl.Int64(), "margin": pl.Float64()}, orient="row")
    return frame.with_columns(pl.col("margin").cast(pl.Decimal(18, 2)))


def _months_drawn(basis: Assumptions) -> int:
    return min(max(basis.horizon, basis.payback), LONGEST)


def _named(text: str, x: float, y: float, colour: str) -> dict[str, Any]:
    place = {"x": x, "y": y, "xanchor": "right", "yanchor": "bottom"}
    return {"text": text, **place, "showarrow": False, "font": {"color": colour, "size": 13}}


def _level(ends: dict[str, float], colour: str, dash: str) -> dict[str, Any]:
    return {"type": "line", **ends, "line": {"color": colour, "width": 1.5, "dash": dash}}
