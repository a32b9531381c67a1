"""The rows behind a number: the newest ones, how many there are, and what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from kpi.analysis import Estimate
from kpi.metrics.coverage import missing_tables
from kpi.metrics.definitions import Metric, RowSet, Sums
from kpi.metrics.measure import Attribution, Filters, require_dimension
from kpi.metrics.people import name_ambassadors
from kpi.period import Period
from kpi.store import Components, Listing, Warehouse

NAME = "full_name"
PERSONAL = frozenset({NAME, "ambassador_id", "customer_id", "person_id"})
"""The columns that say who somebody is; for readers with the right to see people only: the caller asks."""

TRACES = frozenset({"content_id", "order_id", "touch_id"})
"""The columns that name what somebody did, by which other systems tell who it was."""

COUNTED = "rows_counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The rows of one set behind a value: `listing` reads them, `count` of them give `sums`."""

    rows: RowSet
    listing: Listing
    count: int
    sums: Components

    @property
    def telling(self) -> frozenset[str]:
        """The columns that say who a row is about, or let it be found out: of all its segments together often one
        person alone is left.
        """
        return PERSONAL | TRACES | (frozenset(self.listing.columns) - frozenset(self.rows.columns))


def find_evidence(
    warehouse: Warehouse,
    metric: Metric,
    period: Period,
    *,
    where: Filters | None = None,
    attribution: Attribution | None = None,
) -> tuple[Evidence, ...]:
    """The sets of rows behind a value; none while a table that the metric needs is missing.

    `QuestionError` for a filter that the metric does not have.
    """
    filters = where or {}
    for name in filters:
        require_dimension(metric, name)
    if missing_tables(metric, warehouse.manifest):
        return ()
    sets = [rows.that_has(frozenset(filters)) for rows in metric.rows]
    return tuple(_count(warehouse, rows, _list(rows, period, filters, attribution or Attribution())) for rows in sets)


def add_up(metric: Metric, evidence: Sequence[Evidence]) -> Estimate:
    """The metric's estimate from nothing but its rows."""
    sums: Components = {}
    for found in evidence:
        sums.update(found.sums)
    return metric.estimate(Sums(sums))


def read_rows(warehouse: Warehouse, evidence: Evidence, *, most: int, with_names: bool) -> pl.DataFrame:
    """The newest rows, at most `most`: the columns of the listing, the ambassador's name before the id if asked for."""
    frame = warehouse.frame(replace(evidence.listing, limit=most))
    if not with_names or "ambassador_id" not in frame.columns:
        return frame
    people = name_ambassadors(warehouse, frame["ambassador_id"].drop_nulls().unique().to_list())
    names = {one: person.full_name for one, person in people.items()}
    named = pl.col("ambassador_id").replace_strict(names, default=None, return_dtype=pl.String)
    return frame.insert_column(frame.get_column_index("ambassador_id"), frame.select(named.alias(NAME)).to_series())


def _list(rows: RowSet, period: Period, filters: Filters, attribution: Attribution) -> Listing:
    segments = [column for column in rows.dimensions.values() if column not in rows.columns]
    attributed = f"({rows.where}) and model = $model and window_days = $window_days"
    return Listing(
        mart=rows.mart,
        columns=(*rows.columns, *segments),
        sql=rows.sql,
        is_grouped=rows.is_grouped,
        where=attributed if rows.is_attributed else rows.where,
        having=rows.having,
        parameters=(
            {"model": attribution.model.value, "window_days": attribution.window} if rows.is_attributed else {}
        ),
        filters={rows.dimensions[name]: values for name, values in filters.items()},
        date=rows.date,
        period=period,
        order=rows.order,
    )


def _count(warehouse: Warehouse, rows: RowSet, listing: Listing) -> Evidence:
    sums = warehouse.sums(listing, {COUNTED: "count(*)", **rows.sums})
    return Evidence(rows=rows, listing=listing, count=sums.pop(COUNTED), sums=sums)
