"""How often each customer of the shop came back until a day, what they spent, and whether they still buy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from kpi.analysis.bg_nbd import Histories
from kpi.store import Listing, Warehouse

MART: Final = "fct_purchase_days"
FEWEST_GAPS: Final = 3
"""Gaps of their own before a customer's usual gap is told from these, and not from everybody's."""
USUAL_SHARE: Final = 0.9
"""A gap is usual that nine in ten do not pass."""
MONTH: Final = 365.25 / 12

SEGMENTS: Final = ("country_code", "sector", "company_size", "acquisition_channel")
COMPUTED: Final[Mapping[str, str]] = {
    "repeats": "count(*) - 1",
    "first_date": "min(purchase_date)",
    "last_date": "max(purchase_date)",
    "first_revenue": "cast(sum(revenue_amount) filter (purchase_no = 1) as double)",
    "first_margin": "cast(sum(margin_amount) filter (purchase_no = 1) as double)",
    "repeat_revenue": "cast(coalesce(sum(revenue_amount) filter (purchase_no > 1), 0) as double)",
    "repeat_margin": "cast(coalesce(sum(margin_amount) filter (purchase_no > 1), 0) as double)",
    "own_gap": f"case when count(gap_days) >= {FEWEST_GAPS} then"
    f" greatest(cast(floor(2 * median(gap_days)) as bigint), quantile_disc(gap_days, {USUAL_SHARE})) end",
}

Floats = npt.NDArray[np.float64]
Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyers:
    """The customers of the shop who bought before the midnight of `end`, a row each in `frame`; money in the currency.

    `repeats`, `recency` and `age` are those of their purchase history, in days; `first_…` and `repeat_…` the revenue
    and contribution of the first day and of all later ones, net of every refund known today; `sales_cost` is the share
    of revenue that the contribution leaves out besides the cost of goods. `lasting` is for how many days
    they were customers: until the silence passed their `usual gap` when `is_lost`, else until now. `is_referred`,
    `first_date` and the segments are there to tell groups apart. `left_out` counts who joined before the first order
    on record, whose first purchases are not known.
    """

    end: date
    frame: pl.DataFrame
    left_out: int
    common_gap: int | None
    sales_cost: float

    @property
    def histories(self) -> Histories:
        """One per customer, in days."""
        return Histories.of(self.frame["repeats"], self.frame["recency"], self.frame["age"])

    def column(self, name: str) -> Floats:
        """A column as numbers."""
        return self.frame[name].cast(pl.Float64).to_numpy()


def read_buyers(warehouse: Warehouse, end: date, where: Filters | None = None, *, sales_cost: float = 0.0) -> Buyers:
    """Everybody who bought before `end`, or of the segments in `where`; selling to them cost that share of revenue.

    A customer is lost once silent past twice the median of their own gaps between purchases and past nine in ten of
    these; who has fewer than three, past nine in ten of everybody's. Whoever came back since is not lost.
    """
    begins = warehouse.table_dates().get("orders", (end, end))[0]
    bought = Listing(
        mart=MART,
        columns=("customer_id", "is_referred", *SEGMENTS, *COMPUTED),
        order=("customer_id",),
        sql=COMPUTED,
        is_grouped=True,
        where="purchase_date < $until and joined_date >= $begins",
        parameters={"until": end, "begins": begins},
        filters=where or {},
    )
    earlier = replace(
        bought,
        columns=("customer_id",),
        where="purchase_date < $until and joined_date < $begins and purchase_no = 1",
        is_grouped=False,
        sql={},
    )
    common = _common_gap(warehouse, bought)
    return Buyers(
        end=end,
        frame=_with_lifetimes(warehouse.frame(bought), end, common).pipe(_with_contributions, sales_cost),
        left_out=sum(warehouse.tally(earlier).values()),
        common_gap=common,
        sales_cost=sales_cost,
    )


def later_purchases(warehouse: Warehouse, buyers: Buyers, until: date, where: Filters | None = None) -> pl.DataFrame:
    """What those who had bought before `buyers.end` bought since, until `until`: `purchases` and `contribution`."""
    listing = Listing(
        mart=MART,
        columns=("purchases", "contribution"),
        order=(),
        sql={
            "purchases": "count(*)",
            "contribution": "cast(coalesce(sum(margin_amount), 0) as double)"
            " - $sales_cost * cast(coalesce(sum(revenue_amount), 0) as double)",
        },
        where="purchase_date >= $since and purchase_date < $until and first_purchase_date < $since"
        " and joined_date >= $begins",
        parameters={
            "since": buyers.end,
            "until": until,
            "sales_cost": buyers.sales_cost,
            "begins": warehouse.table_dates().get("orders", (until, until))[0],
        },
        filters=where or {},
    )
    return warehouse.frame(listing)


def _common_gap(warehouse: Warehouse, bought: Listing) -> int | None:
    """The gap that nine in ten gaps of all customers do not pass; None when nobody came back."""
    gaps = replace(bought, columns=("gap_days",), order=(), sql={}, is_grouped=False)
    found = warehouse.sums(gaps, {"common": f"quantile_disc(gap_days, {USUAL_SHARE})"})["common"]
    return None if found is None else int(found)


def _with_contributions(frame: pl.DataFrame, sales_cost: float) -> pl.DataFrame:
    left = [
        (pl.col(f"{part}_margin") - sales_cost * pl.col(f"{part}_revenue")).alias(f"{part}_contribution")
        for part in ("first", "repeat")
    ]
    return frame.with_columns(left).drop("first_margin", "repeat_margin")


def _with_lifetimes(frame: pl.DataFrame, end: date, common: int | None) -> pl.DataFrame:
    last_day = pl.lit(end - timedelta(days=1))
    seen = (pl.lit(end) - pl.col("first_date")).dt.total_days()
    recency = (pl.col("last_date") - pl.col("first_date")).dt.total_days()
    # without a single gap on record nobody can be told to be silent for long
    usual = pl.coalesce("own_gap", pl.lit(common, dtype=pl.Int64), pl.lit(2**31))
    return (
        frame.with_columns(
            recency=recency, age=(last_day - pl.col("first_date")).dt.total_days(), seen=seen, usual_gap=usual
        )
        .with_columns(is_lost=pl.col("recency") + pl.col("usual_gap") < pl.col("seen"))
        .with_columns(
            lasting=pl.when("is_lost").then(pl.col("recency") + pl.col("usual_gap")).otherwise("seen").cast(pl.Float64)
        )
        .drop("own_gap", "seen")
    )
