"""The purchases of 2,357 customers of CDNOW in 1997 and 1998 (Fader and Hardie 2001), from the raw file."""

from datetime import date

import polars as pl
import pytest

from kpi.settings import PROJECT

FILE = PROJECT.parent / "shared" / "references" / "cdnow" / "CDNOW_sample.txt"
UNTIL = date(1997, 9, 30)  # the day on which the first 39 weeks end


def read_purchases() -> pl.DataFrame:
    """A row per customer and day: `customer`, `day`, `amount`; skips the test, by name, where the file is not."""
    if not FILE.exists():
        pytest.skip(f"../shared/references/cdnow/{FILE.name} is not here")
    lines = [line.split() for line in FILE.read_text(encoding="ascii").splitlines()]
    rows = pl.DataFrame(
        [(customer, day, float(amount)) for _, customer, day, _, amount in lines],
        schema=["customer", "day", "amount"],
        orient="row",
    )
    days = rows.with_columns(pl.col("day").str.to_date("%Y%m%d")).group_by("customer", "day").agg(pl.sum("amount"))
    return days.sort("customer", "day")


def histories(purchases: pl.DataFrame) -> pl.DataFrame:
    """A row per customer as of `UNTIL`, in weeks: `repeats`, `recency`, `age`, `mean` of repeats, and `later` days."""
    weeks = (pl.col("last") - pl.col("first")).dt.total_days() / 7
    age = (pl.lit(UNTIL) - pl.col("first")).dt.total_days() / 7
    known = (
        purchases.filter(pl.col("day") <= UNTIL)
        .group_by("customer", maintain_order=True)
        .agg(
            repeats=pl.len() - 1,
            first=pl.first("day"),
            last=pl.last("day"),
            mean=pl.col("amount").slice(1).mean(),
        )
        .with_columns(recency=weeks, age=age)
    )
    later = purchases.filter(pl.col("day") > UNTIL).group_by("customer").agg(later=pl.len())
    return known.join(later, on="customer", how="left", maintain_order="left").with_columns(
        pl.col("later").fill_null(0)
    )
