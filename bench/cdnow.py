"""How well the model of buyers foretells: `python -m bench.cdnow CDNOW_sample.txt`.

The file holds the purchases of 2,357 customers of CDNOW in 1997 and 1998 (Fader and Hardie 2001), a row per purchase:
an id of the whole data set, the customer, the day, pieces, dollars. The model sees the first 39 weeks and says what
comes in the next 39.
"""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from kpi.analysis.bg_nbd import BetaGeometricNbd, Histories, fit_bg_nbd

UNTIL = date(1997, 9, 30)
"""The day on which the first 39 weeks end."""
WEEKS = 39
MOST = 7
"""Repeats from which customers are taken together."""


def read_purchases(file: Path) -> pl.DataFrame:
    """A row per customer and day on which they bought: `customer`, `day`, `amount`."""
    lines = [line.split() for line in file.read_text(encoding="ascii").splitlines()]
    rows = pl.DataFrame(
        [(customer, day, float(amount)) for _, customer, day, _, amount in lines],
        schema=["customer", "day", "amount"],
        orient="row",
    )
    days = rows.with_columns(pl.col("day").str.to_date("%Y%m%d")).group_by("customer", "day").agg(pl.sum("amount"))
    return days.sort("customer", "day")


def read_customers(file: Path) -> pl.DataFrame:
    """A row per customer as of `UNTIL`, in weeks: `repeats`, `recency`, `age`, `mean` of repeats, and `later` days."""
    purchases = read_purchases(file)
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
    joined = known.join(later, on="customer", how="left", maintain_order="left")
    return joined.with_columns(pl.col("later").fill_null(0))


def lines(file: Path) -> Iterator[str]:
    """The fit, and what it foretells beside what came, by number of repeats."""
    customers = read_customers(file)
    histories = Histories.of(customers["repeats"], customers["recency"], customers["age"])
    model = fit_bg_nbd(histories)
    if not isinstance(model, BetaGeometricNbd):
        yield f"No fit: {model.value}."
        return
    parameters = f"r {model.r:.4f}, alpha {model.alpha:.4f}, a {model.a:.4f}, b {model.b:.4f}"
    yield f"BG/NBD: {parameters}, log-likelihood {model.log_likelihood:.4f}"
    expected = model.expected_purchases(histories, WEEKS)
    repeats, later = customers["repeats"].to_numpy(), customers["later"].to_numpy()
    yield "| repeats in 39 weeks | customers | predicted | actual | bias |"
    yield "|---|---:|---:|---:|---:|"
    for number in range(MOST + 1):
        chosen = np.minimum(repeats, MOST) == number
        yield _row(f"{number}{' or more' if number == MOST else ''}", expected[chosen], later[chosen])
    yield _row("all", expected, later)


def _row(name: str, expected: npt.NDArray[np.float64], later: npt.NDArray[np.int64]) -> str:
    predicted, actual = expected.sum(), later.sum()
    return f"| {name} | {len(later):,} | {predicted:,.0f} | {actual:,} | {predicted / actual - 1:+.0%} |"


if __name__ == "__main__":
    print("\n".join(lines(Path(sys.argv[1]))))
