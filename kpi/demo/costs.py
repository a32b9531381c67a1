"""What the programme and the other channels cost, month by month."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from kpi.demo.ambassadors import Ambassadors
from kpi.demo.credit import Credit
from kpi.demo.draws import Floats, Integers, generator, money, numbered
from kpi.demo.shop import Baskets, Visits
from kpi.demo.timeline import Timeline

COMMISSION_RATE = 0.08
PAYOUT_DAY = 5
PROGRAMME = "ambassador"
# Monthly spending of the programme besides commissions and rewards, as a share of what ambassadors brought.
PROGRAMME_BUDGET = {"staff": 0.011, "tooling": 0.005, "event": 0.006, "content": 0.003}
BUDGET_SPREAD = 0.18
# channel: category and its monthly spending per new customer, in cents
OTHER_CHANNELS = {
    "paid_social": {"media": 1_050, "content": 160},
    "search": {"media": 760, "tooling": 70},
    "email": {"tooling": 95, "staff": 60},
    "marketplace": {"other": 430},
    "event": {"event": 340},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """The calendar months of the three years: first day of each, and the month each day lies in."""

    first_days: list[date]
    of_day: Integers

    @classmethod
    def of(cls, timeline: Timeline) -> "Months":
        """The months that the timeline touches."""
        days = [timeline.date_of(day) for day in range(timeline.days)]
        firsts = sorted({day.replace(day=1) for day in days})
        position = {first: number for number, first in enumerate(firsts)}
        return cls(first_days=firsts, of_day=np.array([position[day.replace(day=1)] for day in days]))


def costs_table(
    seed: int, timeline: Timeline, ambassadors: Ambassadors, visits: Visits, baskets: Baskets, credit: Credit
) -> pl.DataFrame:
    """The table `costs`: commissions per ambassador, the programme's budget, and the other channels' spending."""
    draw = generator(seed, "costs")
    months = Months.of(timeline)
    order_month = months.of_day[timeline.day_of(visits.moment)]
    brought = _monthly_sum(months, order_month[credit.order], baskets.net_cents[credit.order])
    new_customers = _monthly_sum(months, order_month, visits.is_first.astype(np.int64))
    tables = [_commissions(months, ambassadors, baskets, credit, order_month)]
    tables += [
        _monthly(draw, months, PROGRAMME, category, brought * share) for category, share in PROGRAMME_BUDGET.items()
    ]
    tables += [
        _monthly(draw, months, channel, category, new_customers * cents)
        for channel, categories in OTHER_CHANNELS.items()
        for category, cents in categories.items()
    ]
    inside = pl.col("incurred_on").is_between(timeline.start, timeline.today, closed="left")
    table = (
        pl.concat(tables)
        .filter(inside)
        .sort("incurred_on", "channel", "category", "ambassador_id", maintain_order=True)
    )
    return table.select(pl.Series("cost_id", numbered("X", len(table), 5)), pl.all())


def _monthly_sum(months: Months, month: Integers, values: Integers) -> Floats:
    return np.bincount(month, weights=values, minlength=len(months.first_days)).astype(np.float64)


def _commissions(
    months: Months, ambassadors: Ambassadors, baskets: Baskets, credit: Credit, order_month: Integers
) -> pl.DataFrame:
    """A share of what each ambassador on commission brought, paid early in the following month."""
    by_commission = ambassadors.is_commission[credit.ambassador]
    order, ambassador = credit.order[by_commission], credit.ambassador[by_commission]
    cell = order_month[order] * ambassadors.count + ambassador
    owed = np.bincount(cell, weights=baskets.net_cents[order] * COMMISSION_RATE).astype(np.float64)
    due = np.flatnonzero(owed >= 1)
    paid_on = [_payout_day(months.first_days[month]) for month in due // ambassadors.count]
    ids = ambassadors.ambassador_id[due % ambassadors.count]
    return _rows(paid_on, PROGRAMME, "commission", owed[due], pl.Series(ids, dtype=pl.String))


def _monthly(draw: np.random.Generator, months: Months, channel: str, category: str, expected: Floats) -> pl.DataFrame:
    """Two payments a month, on the 12th and the 27th, around the expected spending in cents."""
    days = [first + timedelta(days=offset) for first in months.first_days for offset in (11, 26)]
    spent = np.repeat(expected / 2, 2) * np.exp(draw.normal(0.0, BUDGET_SPREAD, len(days)))
    nobody = pl.Series([None] * len(days), dtype=pl.String)
    return _rows(days, channel, category, spent, nobody).filter(pl.col("amount") > 0)


def _rows(days: list[date], channel: str, category: str, spent: Floats, ambassador_id: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "incurred_on": pl.Series(days, dtype=pl.Date),
            "channel": [channel] * len(days),
            "category": [category] * len(days),
            "amount": money(np.rint(spent).astype(np.int64)),
            "ambassador_id": ambassador_id,
        },
        schema_overrides={"channel": pl.String, "category": pl.String},
    )


def _payout_day(first_day: date) -> date:
    return (first_day + timedelta(days=31)).replace(day=PAYOUT_DAY)
