"""How long customers stay: curves for buyers and for subscribers, by group, and whether two groups differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import polars as pl

from kpi.analysis.obstacle import Obstacle
from kpi.analysis.survival import LogRank, SurvivalCurve, log_rank, survival_curve
from kpi.errors import UnknownNameError
from kpi.metrics.purchase_histories import MONTH, SEGMENTS, Filters, read_buyers
from kpi.metrics.subscription_lifetimes import read_subscribers
from kpi.store import UNKNOWN, Warehouse

COHORT: Final = "cohort"
REFERRED: Final = "is_referred"
GROUPINGS: Final = (COHORT, REFERRED, *SEGMENTS)


class Kind(StrEnum):
    """Who stays."""

    BUYERS = "buyers"
    SUBSCRIBERS = "subscribers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long they stayed as known at `end`: the curve of all, in months, and one per group, the largest first.

    `comparison` says whether those whom ambassadors won leave at another pace than all others.
    """

    kind: Kind
    end: date
    curve: SurvivalCurve
    groups: Mapping[str, SurvivalCurve]
    comparison: LogRank | Obstacle


def measure_retention(
    warehouse: Warehouse, kind: Kind, end: date, *, by: str | None = None, where: Filters | None = None
) -> Retention:
    """Kaplan-Meier curves of everybody and, with `by`, of the groups of one of `GROUPINGS`; cohorts are years.

    Buyers are lost once silent for longer than is usual for them (see `read_buyers`), subscribers when they first have
    nothing left. `UnknownNameError` for a grouping that is none.
    """
    people = _read_grouped(warehouse, kind, end, by, where)
    parts = people.partition_by("group", as_dict=True) if by else {}
    ordered = sorted(parts.items(), key=lambda part: (-len(part[1]), str(part[0][0])))
    return Retention(
        kind=kind,
        end=end,
        curve=_curve(people),
        groups={str(name): _curve(part) for (name,), part in ordered},
        comparison=log_rank(people["months"], people["is_lost"], people["is_referred"]),
    )


def compare_groups(
    warehouse: Warehouse, kind: Kind, end: date, *, by: str, first: str, second: str, where: Filters | None = None
) -> LogRank | Obstacle:
    """Whether two groups of one of `GROUPINGS` leave at the same pace, the others left aside.

    `Obstacle.NO_DIFFERENCE_TO_TEST` where one is empty or both are the same. `UnknownNameError` for a grouping that is
    none.
    """
    people = _read_grouped(warehouse, kind, end, by, where).filter(pl.col("group").is_in([first, second]))
    return log_rank(people["months"], people["is_lost"], people["group"] == first)


def _read_grouped(warehouse: Warehouse, kind: Kind, end: date, by: str | None, where: Filters | None) -> pl.DataFrame:
    """Everybody with how many `months` they stayed and the `group` they are of."""
    if by is not None and by not in GROUPINGS:
        raise UnknownNameError("grouping", by, GROUPINGS)
    people = (
        read_buyers(warehouse, end, where).frame.rename({"first_date": "began"})
        if kind is Kind.BUYERS
        else read_subscribers(warehouse, end, where).rename({"started_date": "began"})
    )
    return people.with_columns(months=pl.col("lasting") / MONTH, group=_group(by))


def _group(by: str | None) -> pl.Expr:
    if by == COHORT:
        return pl.col("began").dt.year().cast(pl.String)
    if by == REFERRED:
        return pl.when("is_referred").then(pl.lit("referred")).otherwise(pl.lit("others"))
    return pl.col(by or SEGMENTS[0]).fill_null(UNKNOWN)


def _curve(people: pl.DataFrame) -> SurvivalCurve:
    return survival_curve(people["months"], people["is_lost"])
