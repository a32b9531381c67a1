"""People as of an earlier day, and what they did in the 90 days after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from kpi.advocates.components import COMPONENTS
from kpi.advocates.question import UNKNOWN_SHARE
from kpi.period import Period
from kpi.store import Aggregate, Listing, Warehouse

HORIZON_DAYS: Final = 90
ACT_TABLES: Final = frozenset({"content", "referrals", "contributions", "interactions"})

NOBODY: Final[Mapping[str, date]] = MappingProxyType({})

Numbers = npt.NDArray[np.float64]


class Outcome(StrEnum):
    """What is hoped for: an organic act, or, where no table tells of acts, another order that is kept."""

    ACT = "organic act"
    ORDER = "order kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The people against whom nothing but consent stood at the midnight of `cutoff`, never thanked or featured before,
    one entry each.

    They stand in an order drawn at random, the same for a day. `shares` holds a column per component, unknown ones as
    usual; `satisfaction` is below 0 where it is not known; `happened` says who acted in the 90 days that followed.
    """

    cutoff: date
    scores: Numbers
    shares: Numbers
    recency: Numbers
    satisfaction: Numbers
    happened: npt.NDArray[np.bool_]

    @property
    def people(self) -> int:
        """How many there are."""
        return len(self.scores)


def outcome_of(warehouse: Warehouse) -> Outcome:
    """What the tables of a version can tell."""
    return Outcome.ORDER if ACT_TABLES.isdisjoint(warehouse.manifest.imported_tables) else Outcome.ACT


def past_days(warehouse: Warehouse, day: date, number: int) -> Iterator[date]:
    """The latest days, 90 days apart, after which 90 days are known at `day` and before which there is data."""
    begins = min((first for first, _ in warehouse.table_dates().values()), default=day)
    for step in range(1, number + 1):
        cutoff = day - timedelta(days=HORIZON_DAYS * step)
        if cutoff - timedelta(days=HORIZON_DAYS) >= begins:
            yield cutoff


def read_past(warehouse: Warehouse, cutoff: date, *, featured: Mapping[str, date] = NOBODY) -> Past:
    """People as of a day, and who of them did what is hoped for in the 90 days from it on.

    `featured`: customers with the first day on which they were featured, which the data does not tell.
    """
    shares = [component.share for component in COMPONENTS.values()]
    frame = warehouse.frame(
        Listing(
            mart="dim_advocates",
            columns=("customer_id", "cast(engagement_score as double) as score", "last_thanked_date", *shares),
            order=("draw_key", "customer_id"),
            # Whether they may be contacted does not matter here: nobody is named, and consent has no date.
            filters={column: ["false"] for column in ("has_complaint", "is_detractor", "is_thanked")},
            without={"customer_id": sorted(name for name, day in featured.items() if day < cutoff)},
            cutoff=cutoff,
        )
    ).filter(pl.col("last_thanked_date").is_null())
    acted = pl.Series(sorted(_acted(warehouse, Period(cutoff, cutoff + timedelta(days=HORIZON_DAYS)))), dtype=pl.String)
    return Past(
        cutoff=cutoff,
        scores=frame["score"].to_numpy(),
        shares=frame.select(pl.col(shares).fill_null(UNKNOWN_SHARE)).to_numpy(),
        recency=frame["recency_share"].to_numpy(),
        satisfaction=frame["satisfaction_share"].fill_null(-1.0).to_numpy(),
        happened=frame["customer_id"].is_in(acted.implode()).to_numpy(),
    )


def _acted(warehouse: Warehouse, period: Period) -> set[str]:
    if outcome_of(warehouse) is Outcome.ACT:
        mart, day, where = "fct_acts", "act_date", "customer_id is not null and coalesce(origin, '') <> 'incentivised'"
    else:
        mart, day, where = "fct_orders", "ordered_date", "revenue_amount > 0"
    query = Aggregate(mart=mart, date=day, where=where, components={"acts": "count(*)"}, group="customer_id")
    return {name for _, name in warehouse.aggregate(query, [period]) if name}
