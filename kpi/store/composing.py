"""The SQL of sums over a mart by period and group; and of a listing: its rows, how many there are, sums over them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from kpi.store.aggregate import Aggregate
from kpi.store.engine import literal
from kpi.store.listing import UNKNOWN, Listing
from kpi.store.models import sql_at

# One row per period; of several periods, one row per period and day, since a join on equal days is a hash join.
PERIODS = "days as (select unnest($numbers) as period_no, unnest($starts) as period_start, unnest($ends) as period_end)"
DAYS = (
    PERIODS.replace("days as", "periods as") + ", days as (select period_no, period_start, period_end, "
    "cast(unnest(generate_series(period_start, period_end - 1, interval 1 day)) as date) as day from periods)"
)

Parameters = dict[str, object]
ASKED: Final = re.compile(r"\$(\w+)")
FEW: Final = 100  # values that DuckDB compares one by one, as it reads; of more it makes a set, and joins that


class _Bound:
    """The parameters of a statement, each under a name of its own, beside those that a listing names itself."""

    def __init__(self, named: Mapping[str, object]) -> None:
        self._values: Parameters = dict(named)

    def bind(self, value: object) -> str:
        name = f"value_{len(self._values)}"
        self._values[name] = value
        return f"${name}"

    def used(self, sql: str) -> Parameters:
        """Those that a statement asks for: DuckDB refuses any other."""
        asked = set(ASKED.findall(sql))
        return {name: value for name, value in self._values.items() if name in asked}


def compose_aggregate(query: Aggregate, bounds: Sequence[tuple[date, date]]) -> tuple[str, Parameters]:
    """The SQL of an aggregate over periods, and its parameters; names come from our own records, values are bound."""
    starts, ends = [start for start, _ in bounds], [end for _, end in bounds]
    periods = {"numbers": list(range(len(bounds))), "starts": starts, "ends": ends}
    bound = _Bound({**query.parameters, **periods, "first": min(starts), "last": max(ends)})
    conditions = [query.where, *(_kept(column, values, bound) for column, values in query.filters.items())]
    group = f"coalesce(cast({query.group} as varchar), {literal(UNKNOWN)})" if query.group else "cast(null as varchar)"
    sums = query.each.sums if query.each else query.components
    unit = f", {query.each.unit} as unit" if query.each else ""
    sql = (
        f"with {PERIODS if len(bounds) == 1 else DAYS} "
        f"select period_no, {group} as group_name{unit}, {_listed(sums)} "
        f"from {query.mart} inner join days on {'true' if len(bounds) == 1 else f'{query.date} = day'} "
        f"where {query.date} >= $first and {query.date} < $last and {_all(conditions)} group by all"
    )
    if query.each:
        sql = f"select period_no, group_name, {_listed(query.components)} from ({sql}) group by all"
    return sql, bound.used(sql)


def compose_listing(listing: Listing) -> tuple[str, Parameters]:
    """The SQL of a listing and its parameters; names come from our own records, values are bound."""
    bound = _bound(listing)
    columns = (f"{listing.sql[name]} as {name}" if name in listing.sql else name for name in listing.columns)
    sql = _selected(listing, bound, ", ".join(columns))
    if listing.is_grouped:
        sql += f" group by all having {listing.having}"
    sql += _ordered(listing, bound)
    if listing.limit is not None:
        sql += f" limit {listing.limit} offset {listing.offset}"
    return _as_of(listing, sql, bound)


def compose_tally(listing: Listing, columns: Sequence[str]) -> tuple[str, Parameters]:
    """The SQL that counts the rows of a listing per combination of values; its order and page do not matter."""
    bound = _bound(listing)
    sql = _selected(listing, bound, ", ".join([*columns, "count(*) as rows_found"]))
    return _as_of(listing, f"{sql} group by all" if columns else sql, bound)


def compose_sums(listing: Listing, sums: Mapping[str, str]) -> tuple[str, Parameters]:
    """The SQL of named sums over all the rows of a listing, whatever its limit, and its parameters."""
    sql, parameters = compose_listing(replace(listing, order=(), limit=None))
    return f"select {_listed(sums)} from ({sql})", parameters


def _bound(listing: Listing) -> _Bound:
    days = {"start": listing.period.start, "end": listing.period.end} if listing.period else {}
    return _Bound({**listing.parameters, **days})


def _as_of(listing: Listing, sql: str, bound: _Bound) -> tuple[str, Parameters]:
    if listing.cutoff is not None:
        sql = sql_at(listing.mart, cutoff=bound.bind(listing.cutoff)) + sql
    return sql, bound.used(sql)


def _selected(listing: Listing, bound: _Bound, columns: str) -> str:
    conditions = [listing.where]
    conditions += [_kept(column, values, bound) for column, values in listing.filters.items()]
    for column, values in listing.without.items():
        if values:
            conditions.append(f"{column} is null or not {_is_one(column, values, bound)}")
    if listing.either:
        held = (f"list_contains({bound.bind(list(numbers))}, {column})" for column, numbers in listing.either.items())
        conditions.append(" or ".join(held))
    for column, lowest in listing.at_least.items():
        conditions.append(f"{column} >= {bound.bind(lowest)}")
    for column, inner in listing.among.items():
        conditions.append(f"{column} in ({_selected(inner, bound, inner.columns[0])})")
    if listing.date and listing.period:
        first, end = bound.bind(listing.period.start), bound.bind(listing.period.end)
        conditions.append(f"{listing.date} >= {first} and {listing.date} < {end}")
    for word in listing.words:
        # column by column: what holds no accent is compared much faster
        looked_for = _plain(bound.bind(word))
        conditions.append(" or ".join(f"contains({_plain(column)}, {looked_for})" for column in listing.searched))
    return f"select {columns} from {listing.mart} where {_all(conditions)}"


def _ordered(listing: Listing, bound: _Bound) -> str:
    order = list(listing.order)
    if listing.heaviest:
        factors = listing.heaviest.factors.items()
        missing = bound.bind(listing.heaviest.missing)
        terms = (f"{bound.bind(factor)} * coalesce({column}, {missing})" for column, factor in factors)
        order = [f"{' + '.join(terms)} desc", *order]
    if listing.words and listing.is_by_match:
        first = _plain(bound.bind(listing.words[0]))
        begun = " or ".join(f"starts_with({_plain(column)}, {first})" for column in listing.searched)
        order = [f"case when {begun} then 0 else 1 end", _plain(listing.searched[0]), *order]
    return f" order by {', '.join(order)}" if order else ""


def _kept(column: str, values: Sequence[str], bound: _Bound) -> str:
    """That a column holds one of the values, "unknown" being a missing one; a flag is the text true or false."""
    found = _is_one(column, values, bound)
    return f"{found} or {column} is null" if UNKNOWN in values else found


def _is_one(column: str, values: Sequence[str], bound: _Bound) -> str:
    if 0 < len(values) <= FEW:
        listed = ", ".join(bound.bind(value) for value in values)
    else:
        listed = f"select unnest(cast({bound.bind(list(values))} as varchar[]))"
    return f"cast({column} as varchar) in ({listed})"


def _plain(text: str) -> str:
    """The SQL of a text without accents and capitals; of a missing one it is empty."""
    return f"strip_accents(lower(coalesce({text}, '')))"


def _all(conditions: Sequence[str]) -> str:
    return " and ".join(f"({condition})" for condition in conditions)


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} as {name}" for name, sql in columns.items())
