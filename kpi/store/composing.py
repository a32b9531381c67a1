"""The SQL of a listing: of its rows, of how many there are, of sums over all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpi.store.listing import UNKNOWN, Listing
from kpi.store.models import sql_at

Parameters = dict[str, object]


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
        return {name: value for name, value in self._values.items() if f"${name}" in sql}


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
    listed = ", ".join(f"{total} as {name}" for name, total in sums.items())
    return f"select {listed} from ({sql})", parameters


def _bound(listing: Listing) -> _Bound:
    days = {"start": listing.period.start, "end": listing.period.end} if listing.period else {}
    return _Bound({**listing.parameters, **days})


def _as_of(listing: Listing, sql: str, bound: _Bound) -> tuple[str, Parameters]:
    if listing.cutoff is not None:
        sql = sql_at(listing.mart, cutoff=bound.bind(listing.cutoff)) + sql
    return sql, bound.used(sql)


def _selected(listing: Listing, bound: _Bound, columns: str) -> str:
    conditions = [listing.where]
    for column, values in listing.filters.items():
        kept = f"{_text(column)} in ({_values(bound, values)})"
        conditions.append(f"{kept} or {column} is null" if UNKNOWN in values else kept)
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
        first, end = bound.bind(listing.period.start), bound.bind(listing.period.end)
        conditions.append(f"{listing.date} >= {first} and {listing.date} < {end}")
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
    return f" order by {', '.join(order)}" if order else ""


def _values(bound: _Bound, values: Sequence[str]) -> str:
    return f"select unnest(cast({bound.bind(list(values))} as varchar[]))"


def _text(column: str) -> str:
    """Any column as text, such as a flag as true or false; of a text this is the text itself."""
    return f"cast({column} as varchar)"


def _plain(text: str) -> str:
    """The SQL of a text without accents and capitals; of a missing one it is empty."""
    return f"strip_accents(lower(coalesce({text}, '')))"
