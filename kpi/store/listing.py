"""Which rows of a mart to read: filters, words looked for, order, a page."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpi.period import Period

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """Columns of numbers with their factors; a missing number counts as `missing`."""

    factors: Mapping[str, float]
    missing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The `columns` of the rows of a mart, in an order that leaves nothing to chance.

    `sql` says how a column is computed that the mart does not hold; with `is_grouped` rows are summed up to one per
    value of the other columns, of which `having` keeps some. `where` keeps rows; it may mention `$start` and `$end`,
    the days of `period`, and the names in `parameters`. With `date`, rows count whose date lies in the period.

    `filters` maps a column to the values kept, "unknown" being a missing one, `without` to the values left out.
    `either` maps columns to numbers, of which one column must hold one of its own, `at_least` a column to its lowest
    number. `among` maps a column to a listing whose first column must hold it. `words` keeps the rows that hold every
    one of them somewhere in the columns `searched`, accents and case ignored; with `is_by_match` those in which a value
    begins with the first word come before the others, each in the order of the first column searched.

    With `heaviest`, the rows of the largest weighted sum come first. `order` names columns, with `desc` after those to
    turn round. `cutoff` reads a mart of people's engagement as of the midnight of that day: what happened later counts
    in nothing.
    """

    mart: str
    columns: Sequence[str]
    order: Sequence[str]
    sql: Mapping[str, str] = field(default_factory=dict)
    is_grouped: bool = False
    where: str = "true"
    having: str = "true"
    parameters: Mapping[str, object] = field(default_factory=dict)
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    without: Mapping[str, Sequence[str]] = field(default_factory=dict)
    either: Mapping[str, Sequence[int]] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)
    among: "Mapping[str, Listing]" = field(default_factory=dict)
    date: str | None = None
    period: Period | None = None
    searched: Sequence[str] = ()
    words: Sequence[str] = ()
    is_by_match: bool = True
    heaviest: Weighted | None = None
    limit: int | None = None
    offset: int = 0
    cutoff: datetime.date | None = None
