"""What surrounds a published spotlight: acts before and after it, and how long it took from the act that earned it.

A description, no proof of an effect: people are picked when they act much, and act less afterwards without any
spotlight, too.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Final

from kpi.analysis import Estimate, estimate_median_time
from kpi.decisions.spotlights import Spotlight, Spotlights
from kpi.metrics import METRICS, coverage
from kpi.store import Listing, Warehouse

ACTS_MART: Final = "fct_acts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsAround:
    """Acts of a spotlight's person in the `days` before the day of publication, and in as many from that day on.

    `before` is None when the data does not reach back so far; `after` counts the `days_seen` of which there is data,
    and is None when there is none.
    """

    key: str
    published_on: date
    days: int
    before: int | None
    after: int | None
    days_seen: int

    @property
    def is_complete(self) -> bool:
        """Whether both windows lie in the data wholly: only then may they be compared."""
        return self.before is not None and self.days_seen == self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The sums over the `spotlights` whose two windows lie in the data wholly, of `published` ones."""

    published: int
    spotlights: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Days from the act that earned a spotlight to its publication; an open one, so far, or until it was given up."""

    key: str
    days: int
    is_published: bool


def read_acts_around(warehouse: Warehouse, spotlights: Iterable[Spotlight], *, days: int) -> tuple[ActsAround, ...]:
    """Acts of advocacy around each published spotlight, in windows of `days`, in the order given."""
    published = [(one, one.published_on) for one in spotlights if one.published_on]
    span = coverage(warehouse, METRICS["acts"])
    rows = warehouse.rows(
        Listing(
            mart=ACTS_MART,
            columns=("customer_id", "act_date"),
            order=("customer_id", "act_date"),
            filters={"customer_id": sorted({one.customer_id for one, _ in published})},
        )
    )
    acts = Counter((row["customer_id"], row["act_date"]) for row in rows)
    window = timedelta(days=days)
    return tuple(
        ActsAround(
            key=one.key,
            published_on=day,
            days=days,
            before=_acts(acts, one, day - window, days) if span.begins and span.begins <= day - window else None,
            after=_acts(acts, one, day, seen) if (seen := _days_seen(day, days, span.data_end)) else None,
            days_seen=seen,
        )
        for one, day in published
    )


def sum_acts_around(found: Iterable[ActsAround]) -> Around:
    """The sums over those that may be compared."""
    every = list(found)
    whole = [one for one in every if one.is_complete]
    return Around(
        published=len(every),
        spotlights=len(whole),
        before=sum(one.before or 0 for one in whole),
        after=sum(one.after or 0 for one in whole),
    )


def read_waits(warehouse: Warehouse, spotlights: Spotlights, *, today: date, zone: tzinfo) -> tuple[Wait, ...]:
    """How long each spotlight took from the act that earned it, or has taken until `today`, in days of the time zone
    `zone`.

    Left out are those that name no act, one of somebody else, or one after the publication.
    """
    earned = [one for one in spotlights.listed() if one.earned_by]
    rows = warehouse.rows(
        Listing(
            mart=ACTS_MART,
            columns=("act_id", "customer_id", "act_date"),
            order=("act_id",),
            filters={"act_id": sorted({one.earned_by for one in earned})},
        )
    )
    acts = {(row["act_id"], row["customer_id"]): row["act_date"] for row in rows}
    waits = []
    for one in earned:
        begun = acts.get((one.earned_by, one.customer_id))
        ended = one.published_on or (today if one.is_live else spotlights.last_day(one.key, zone))
        if begun and begun <= ended:
            days = (ended - begun).days
            waits.append(Wait(key=one.key, days=days, is_published=one.published_on is not None))
    return tuple(waits)


def estimate_wait(waits: Iterable[Wait]) -> Estimate:
    """The median of the days from act to publication; what was not published counts as long as it waited."""
    every = list(waits)
    return estimate_median_time([one.days for one in every], [one.is_published for one in every])


def _acts(acts: Counter[tuple[str, date]], one: Spotlight, first: date, days: int) -> int:
    return sum(acts[one.customer_id, first + timedelta(days=number)] for number in range(days))


def _days_seen(day: date, days: int, data_end: date | None) -> int:
    return max(0, min(days, (data_end - day).days)) if data_end else 0
