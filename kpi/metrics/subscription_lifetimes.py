"""How long subscribers stayed until a day, and what those who are there pay each month."""

from datetime import date
from typing import Final

import polars as pl

from kpi.metrics.purchase_histories import SEGMENTS, Filters
from kpi.store import Listing, Warehouse

MART: Final = "fct_subscription_lifetimes"


def read_subscribers(warehouse: Warehouse, end: date, where: Filters | None = None) -> pl.DataFrame:
    """A row per customer who began to pay before the midnight of `end`, as known then.

    `started_date` begins their first stretch of paying; `lasting` is its days until they had nothing left (`is_lost`)
    or until now, a day at least, and `paid_months` as in the function of that name. Who comes back later is lost all
    the same: what a return is worth is not counted.
    """
    listing = Listing(
        mart=MART,
        columns=("customer_id", "started_date", "ended_date", "is_referred", *SEGMENTS),
        order=("customer_id",),
        where="stretch_no = 1 and started_date < $until",
        parameters={"until": end},
        filters=where or {},
    )
    ended = (pl.col("ended_date") < end).fill_null(value=False)
    last = pl.when(ended).then("ended_date").otherwise(pl.lit(end))
    people = warehouse.frame(listing).with_columns(
        is_lost=ended, lasting=(last - pl.col("started_date")).dt.total_days().cast(pl.Float64)
    )
    return people.with_columns(paid_months=paid_months())


def paid_months() -> pl.Expr:
    """The calendar months begun by who left, and those renewed by who is still there, from the day they began.

    Who begins on 1 January and leaves on 1 February paid for one month, though that is more than 30.4 days. On the day
    of a renewal nobody knows yet whether it comes.
    """
    began, last = pl.col("started_date"), pl.col("started_date") + pl.duration(days=pl.col("lasting"))
    apart = 12 * (last.dt.year() - began.dt.year()).cast(pl.Int64) + last.dt.month() - began.dt.month()
    # begun on the 31st, a month ends with the last day of a shorter one
    renewal, day = pl.min_horizontal(began.dt.day(), last.dt.days_in_month()), last.dt.day()
    left = pl.max_horizontal(apart + (renewal < day).cast(pl.Int64), 1)
    return pl.when("is_lost").then(left).otherwise(apart - (renewal >= day).cast(pl.Int64))


def read_accounts(warehouse: Warehouse, end: date, where: Filters | None = None) -> pl.DataFrame:
    """A row per customer paying at the midnight of `end`: `monthly_amount`, and of this stretch `lasting`, in days, and
    `paid_months`, the renewals known of it.
    """
    paying = Listing(
        mart="fct_recurring_revenue_daily",
        columns=("customer_id", "monthly_amount"),
        order=("customer_id",),
        sql={"monthly_amount": "cast(sum(change_amount) as double)"},
        is_grouped=True,
        where="movement_date < $until",
        having="sum(change_amount) > 0",
        parameters={"until": end},
        filters=where or {},
    )
    stretches = Listing(
        mart=MART,
        columns=("customer_id", "started_date"),
        order=("customer_id",),
        sql={"started_date": "max(started_date)"},
        is_grouped=True,
        where="started_date < $until",
        parameters={"until": end},
        filters=where or {},
    )
    joined = warehouse.frame(paying).join(warehouse.frame(stretches), on="customer_id", maintain_order="left")
    days = (pl.lit(end) - pl.col("started_date")).dt.total_days()
    return joined.with_columns(lasting=days, is_lost=pl.lit(value=False)).with_columns(paid_months=paid_months())
