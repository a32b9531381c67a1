"""How long the customers won go on buying and what they spend a month: stretches of orders without a long silence."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from kpi.analysis import Estimate, estimate_proportion, estimate_ratio_of_sums
from kpi.period import Period
from kpi.store import Listing, Warehouse

SILENCE_DAYS: Final = 183
"""A customer of a shop who did not order for so long is lost; an order after that begins a new stretch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buying:
    """What customers won did in a period of whole months.

    `revenue`: per customer and month in which they were one, with the interval over customers; `churn`: customers lost
    per customer and month; `margin`: what their orders left after the cost of goods, as a share of revenue; `total`:
    their orders' revenue.
    """

    revenue: Estimate
    churn: Estimate
    margin: Estimate
    total: float


def read_buying(warehouse: Warehouse, period: Period) -> Buying:
    """The buying of all customers ever won, in a period that begins and ends with a month.

    Who is still a customer when it begins ordered within the silence before it; earlier orders change nothing.
    """
    reaching = Period(period.start - timedelta(days=SILENCE_DAYS), period.end)
    orders = warehouse.frame(
        Listing(
            mart="fct_won_orders",
            columns=("customer_id", "ordered_date", "revenue_amount", "margin_amount"),
            order=("customer_id", "ordered_date"),
            date="ordered_date",
            period=reaching,
        )
    ).with_columns(pl.col("revenue_amount", "margin_amount").cast(pl.Float64))
    return measure_buying(orders, period)


def measure_buying(orders: pl.DataFrame, period: Period) -> Buying:
    """The same of orders (customer_id, ordered_date, revenue_amount, margin_amount), by customer and day."""
    stretches = find_stretches(orders, period)
    lost = stretches.filter(pl.col("ended").is_between(period.start, period.end, closed="left")).height
    stayed = stretches.group_by("customer_id").agg(pl.col("months").sum().cast(pl.Float64))
    spent = (
        orders.filter(pl.col("ordered_date").is_between(period.start, period.end, closed="left"))
        .group_by("customer_id")
        .agg(pl.col("revenue_amount").sum(), pl.col("margin_amount").sum())
    )
    known = stayed.join(spent, on="customer_id", how="left").with_columns(
        pl.col("revenue_amount", "margin_amount").fill_null(0.0)
    )
    months = int(stretches["months"].sum())
    return Buying(
        revenue=_ratio(known, "revenue_amount", "months"),
        # A customer lost on the last day of a month was one in it: nobody is lost without a month.
        churn=estimate_proportion(lost, months),
        margin=_ratio(spent, "margin_amount", "revenue_amount"),
        total=float(spent["revenue_amount"].sum()),
    )


def find_stretches(orders: pl.DataFrame, period: Period) -> pl.DataFrame:
    """A row per stretch that reaches into the period: customer_id, ended, months of the period that it touches.

    `ended` is the day on which the silence had lasted `SILENCE_DAYS`, whether it has come or not.
    """
    is_first = (pl.col("customer_id") != pl.col("customer_id").shift(1)).fill_null(value=True)
    gap = (pl.col("ordered_date") - pl.col("ordered_date").shift(1)).dt.total_days()
    stretches = (
        orders.with_columns(stretch=(is_first | (gap > SILENCE_DAYS)).cum_sum())
        .group_by("stretch", maintain_order=True)
        .agg(
            pl.col("customer_id").first(),
            began=pl.col("ordered_date").min(),
            ended=pl.col("ordered_date").max() + pl.duration(days=SILENCE_DAYS),
        )
    )
    first, last = _month(period.start), _month(period.last_day)
    until, since = pl.min_horizontal(_month_of("ended"), last), pl.max_horizontal(_month_of("began"), first)
    return (
        stretches.with_columns(months=until - since + 1)
        .filter(pl.col("months") > 0)
        .select("customer_id", "ended", "months")
        .sort("customer_id", "ended")
    )


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _month_of(column: str) -> pl.Expr:
    return pl.col(column).dt.year().cast(pl.Int32) * 12 + pl.col(column).dt.month().cast(pl.Int32)


def _ratio(rows: pl.DataFrame, above: str, below: str) -> Estimate:
    y, x = rows[above], rows[below]
    return estimate_ratio_of_sums(
        float(y.sum()),
        float(x.sum()),
        rows.height,
        sum_y_squared=float((y * y).sum()),
        sum_product=float((y * x).sum()),
        sum_x_squared=float((x * x).sum()),
    )
