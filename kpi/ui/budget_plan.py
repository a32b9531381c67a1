"""The plan of a year beside what was spent: months as a figure, channels and categories as a table."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from kpi.decisions import Month, Tracked, track
from kpi.language import translate
from kpi.metrics import METRICS, Unit
from kpi.ui import blocks, charts, deciding, tables
from kpi.ui import format as fmt
from kpi.ui.budget_words import forecast_range
from kpi.ui.figures import HEIGHT, Palette, base_layout
from kpi.ui.kinds import label_of
from kpi.ui.looks import look
from kpi.ui.page import Page

WIDEST_CHANNEL = 210  # pixels, of the longest name in either language
AMOUNTS = ("planned", "planned_so_far", "spent", "left", "forecast")


def choose_year(page: Page) -> int:
    """Draw the choice of a year: the one of the data's last day, that before and that after."""
    now = page.period.last_day.year
    years = [now - 1, now, now + 1]
    chosen = st.segmented_control(
        translate("Year"), years, default=now, required=True, label_visibility="collapsed", key="budget-year"
    )
    return chosen or now


def read_year(page: Page, year: int) -> tuple[Tracked, ...]:
    """The year beside the plan in force, everything together first."""
    plan = deciding.decisions(page).budgets.plan()
    found: tuple[Tracked, ...] = page.remember(
        f"budget of {year}, {sorted(plan.items())}", lambda: track(page.warehouse, plan, year)
    )
    return found


def months(page: Page, whole: Tracked) -> None:
    """Draw what was spent each month beside the plan."""
    st.subheader(translate("Spent and planned by month"), anchor=False)
    if all(month.amount is None and month.planned is None for month in whole.months):
        st.caption(translate("What was spent in this year is not known, and nothing is planned."))
        return
    palette = charts.palette()
    words = translate("What was spent each month, beside what was planned; also in the table below")
    blocks.note(_months_block(whole.months))
    charts.show(months_figure(whole.months, palette, page.settings.currency), words, key="budget-months")
    if whole.planned is not None:
        st.caption(translate("The bars hold everything that was spent, with a plan or without."))


def _months_block(found: Sequence[Month]) -> blocks.Block:
    return blocks.Block(
        title=translate("Spent and planned by month"),
        rows=len(found),
        read=partial(months_frame, found),
        labels={
            "month": translate("Month"),
            "planned": translate("Planned"),
            "spent": translate("Spent"),
            "is_over": translate("Complete"),
        },
        units={"planned": Unit.MONEY, "spent": Unit.MONEY},
        metrics=(METRICS["spending"],),
    )


def months_frame(found: Sequence[Month]) -> pl.DataFrame:
    """Months as they come: month, planned, spent, is_over."""
    rows = [
        (
            month.start,
            None if month.planned is None else float(month.planned),
            None if month.amount is None else float(month.amount),
            month.is_over,
        )
        for month in found
    ]
    schema = {"month": pl.Date(), "planned": pl.Float64(), "spent": pl.Float64(), "is_over": pl.Boolean()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def months_figure(found: Sequence[Month], palette: Palette, currency: str) -> go.Figure:
    """Bars of what was spent, pale while a month is not over, and the plan as a line of steps."""
    names = [_short(month.start) for month in found]
    bars = [
        go.Bar(
            name=name,
            x=names,
            y=[
                float(month.amount) if month.amount is not None and month.is_over is is_over else None
                for month in found
            ],
            marker={"color": colour},
            hovertemplate=f"%{{x}}: %{{y:,.0f}} {currency}<extra></extra>",
        )
        for name, is_over, colour in (
            (translate("Spent"), True, palette.accent),
            (translate("Spent so far"), False, palette.faded),
        )
    ]
    plan = go.Scatter(
        name=translate("Planned"),
        x=names,
        y=[None if month.planned is None else float(month.planned) for month in found],
        mode="lines+markers",
        line={"color": palette.target, "dash": "dash", "shape": "hvh"},
        hovertemplate=f"%{{x}}: %{{y:,.0f}} {currency}<extra></extra>",
    )
    most = max((float(amount) for month in found for amount in (month.amount, month.planned) if amount), default=0.0)
    values, texts = fmt.axis_money(0, most, currency)
    layout = {
        **base_layout(palette, HEIGHT),
        "barmode": "overlay",
        "bargap": 0.35,
        "legend": {"orientation": "h", "y": 1.14, "x": 0},
        "xaxis": {"showgrid": False},
        "yaxis": {"gridcolor": palette.grid, "tickvals": values, "ticktext": texts, "rangemode": "tozero"},
    }
    is_planned = any(month.planned is not None for month in found)
    return go.Figure(data=[*bars, *([plan] if is_planned else [])], layout=layout)


def lines(page: Page, found: Sequence[Tracked]) -> None:
    """List every channel and category with its plan, what was spent and the forecast."""
    st.subheader(translate("By channel and category"), anchor=False)
    labels = {
        "channel": translate("Channel"),
        "category": translate("Category"),
        "planned": translate("Planned"),
        "planned_so_far": translate("Planned so far"),
        "spent": translate("Spent so far"),
        "left": translate("Left of it"),
        "forecast": translate("Year at this pace"),
        "range": translate("95\N{NO-BREAK SPACE}% interval"),
    }
    words = translate("Plan, spending and forecast by channel and category")
    columns = tables.Columns(units=dict.fromkeys(AMOUNTS, Unit.MONEY), widths={"channel": WIDEST_CHANNEL})
    frame = plan_frame(page, found)
    known = {column: label for column, label in labels.items() if frame[column].is_not_null().any()}
    tables.show(page, frame, known, name="budget", words=words, columns=columns, metrics=(METRICS["spending"],))
    st.caption(
        translate(
            "So far: the months that are over; of the plan, those with one. The forecast takes each month to come for "
            "the mean of the last twelve that are complete; in {currency}.",
            currency=page.settings.currency,
        )
    )


def plan_frame(page: Page, found: Sequence[Tracked]) -> pl.DataFrame:
    """Everything together, then each channel and category: amounts in the company's currency."""
    rows = [
        (
            translate("All") if one.channel is None else label_of(one.channel),
            None if one.category is None else label_of(one.category),
            *(None if amount is None else float(amount) for amount in (one.planned, one.planned_so_far, one.spent)),
            None if one.left is None else float(one.left),
            None if one.forecast.value is None else float(one.forecast.value),
            forecast_range(one, page.settings.currency) or None,
        )
        for one in found
    ]
    schema = {
        "channel": pl.String(),
        "category": pl.String(),
        **dict.fromkeys(AMOUNTS, pl.Float64()),
        "range": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _short(month: date) -> str:
    return str(look().locale.months["format"]["abbreviated"][month.month])
