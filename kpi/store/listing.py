"""Which rows of a mart to read: filters, words looked for, order, a page; and how many there are."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpi.period import Period
from kpi.store.models import sql_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """Columns of numbers with their factors; a missing number counts as `missing`."""

    factors: Mapping[str, float]
    missing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The `columns` of the rows of a mart, in an order that leaves nothing to chance.

    `filters` maps a column to the values kept, `without` to the values left out. `either` maps columns to numbers, of
    which one column must hold one of its own, `at_least` a column to its lowest number. `among` maps a column to a
    listing whose first column must hold it. `period` keeps the rows whose `date` lies in it. `words` keeps the rows
    that hold every one of them somewhere in the columns `searched`, accents and case ignored; those in which a value
    begins with the first word come before the others, each in the order of the first column searched. With `heaviest`,
    the rows of the largest weighted sum come first. `order` names columns, with `desc` after those to turn round.
    `cutoff` reads a mart of people's engagement as of the midnight of that day: what happened later counts in nothing.
    """

    mart: str
    columns: Sequence[str]
    order: Sequence[str]
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    without: Mapping[str, Sequence[str]] = field(default_factory=dict)
    either: Mapping[str, Sequence[int]] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)
    among: "Mapping[str, Listing]" = field(default_factory=dict)
    date: str | None = None
    period: Period | None = None
    searched: Sequence[str] = ()
    words: Sequence[str] = ()
    heaviest: Weighted | None = None
    limit: int | None = None
    offset: int = 0
    cutoff: datetime.date | None = None


class _Bound:
    """The parameters of a statement, each under a name of its own."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def bind(self, value: object) -> str:
        name = f"value_{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def compose_listing(listing: Listing) -> tuple[str, dict[str, object]]:
    """The SQL of a listing and its parameters; names come from our own records, values are bound."""
    bound = _Bound()
    sql = _selected(listing, bound, ", ".join(listing.columns)) + _ordered(listing, bound)
    if listing.limit is not None:
        sql += f" limit {listing.limit} offset {listing.offset}"
    return _as_of(listing, sql, bound)


def compose_tally(listing: Listing, columns: Sequence[str]) -> tuple[str, dict[str, object]]:
    """The SQL that counts the rows of a listing per combination of values; its order and page do not matter."""
    bound = _Bound()
    sql = _selected(listing, bound, ", ".join([*columns, "count(*) as rows_found"]))
    return _as_of(listing, f"{sql} group by all" if columns else sql, bound)


def _as_of(listing: Listing, sql: str, bound: _Bound) -> tuple[str, dict[str, object]]:
    if listing.cutoff is not None:
        sql = sql_at(listing.mart, cutoff=bound.bind(listing.cutoff)) + sql
    return sql, bound.values


def _selected(listing: Listing, bound: _Bound, columns: str) -> str:
    conditions = ["true"]
    for column, values in listing.filters.items():
        conditions.append(f"{_text(column)} in ({_values(bound, values)})")
    for column, values in listing.without.items():
        if not values:
            continue
        conditions.append(f"{column} is null or {_text(column)} not in ({_values(bound, values)})")
    if listing.either:
        held = (f"list_contains({bound.bind(list(numbers))}, {column})" for column, numbers in listing.either.items())
        conditions.append(" or ".join(held))
    for column, lowest in listing.at_least.items():
        conditions.append(f"{column} >= {bound.bind(lowest)}")
    for column, inner in listing.among.items():
        conditions.append(f"{column} in ({_selected(inner, bound, inner.columns[0])})")
    if listing.date and listing.period:
        conditions.append(f"{listing.date} >= {bound.bind(listing.period.start)}")
        conditions.append(f"{listing.date} < {bound.bind(listing.period.end)}")
    for word in listing.words:
        # column by column: what holds no accent is compared much faster
        looked_for = _plain(bound.bind(word))
        conditions.append(" or ".join(f"contains({_plain(column)}, {looked_for})" for column in listing.searched))
    return f"select {columns} from {listing.mart} where {' and '.join(f'({one})' for one in conditions)}"


def _ordered(listing: Listing, bound: _Bound) -> str:
    order = list(listing.order)
    if listing.heaviest:
        factors = listing.heaviest.factors.items()
        missing = bound.bind(listing.heaviest.missing)
        terms = (f"{bound.bind(factor)} * coalesce({column}, {missing})" for column, factor in factors)
        order = [f"{' + '.join(terms)} desc", *order]
    if listing.words:
        first = _plain(bound.bind(listing.words[0]))
        begun = " or ".join(f"starts_with({_plain(column)}, {first})" for column in listing.searched)
        order = [f"case when {begun} then 0 else 1 end", _plain(listing.searched[0]), *order]
    return f" order by {', '.join(order)}"


def _values(bound: _Bound, values: Sequence[str]) -> str:
    return f"select unnest(cast({bound.bind(list(values))} as varchar[]))"


def _text(column: str) -> str:
    """Any column as text, such as a flag as true or false; of a text this is the text itself."""
    return f"cast({column} as varchar)"


def _plain(text: str) -> str:
    """The SQL of a text without accents and capitals; of a missing one it is empty."""
    return f"strip_accents(lower(coalesce({text}, '')))"
