"""Which rows of a mart to read: filters, words looked for, order and a limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpi.period import Period

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The `columns` of the rows of a mart, in an order that leaves nothing to chance.

    `sql` says how a column is computed that the mart does not hold; with `is_grouped` rows are summed up to one per
    value of the other columns, of which `having` keeps some. `where` keeps rows; it may mention `$start` and `$end`,
    the days of `period`, and the names in `parameters`. `filters` maps a text column to the values kept, "unknown"
    being a missing one. With `date`, rows count whose date lies in the period. `words` keeps the rows that hold every
    one of them somewhere in the columns `searched`, accents and case ignored; those in which a value begins with the
    first word come before the others, each in the order of the first column searched. `order` names columns, with
    `desc` after those to turn round.
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
    date: str | None = None
    period: Period | None = None
    searched: Sequence[str] = ()
    words: Sequence[str] = ()
    limit: int | None = None


def compose_listing(listing: Listing) -> tuple[str, dict[str, object]]:
    """The SQL of a listing and its parameters; names come from our own records, values are bound."""
    parameters: dict[str, object] = dict(listing.parameters)
    conditions, order = [f"({listing.where})"], list(listing.order)
    for number, (column, values) in enumerate(listing.filters.items()):
        parameters[f"filter_{number}"] = list(values)
        kept = f"{column} in (select unnest(cast($filter_{number} as varchar[])))"
        conditions.append(f"({kept} or {column} is null)" if UNKNOWN in values else kept)
    if listing.period:
        parameters |= {"start": listing.period.start, "end": listing.period.end}
        if listing.date:
            conditions.append(f"{listing.date} >= $start and {listing.date} < $end")
    for number, word in enumerate(listing.words):
        parameters[f"word_{number}"] = word
        # column by column: what holds no accent is compared much faster
        held = (f"contains({_plain(column)}, {_plain(f'$word_{number}')})" for column in listing.searched)
        conditions.append(f"({' or '.join(held)})")
    if listing.words:
        begun = " or ".join(f"starts_with({_plain(column)}, {_plain('$word_0')})" for column in listing.searched)
        order = [f"case when {begun} then 0 else 1 end", _plain(listing.searched[0]), *order]
    columns = (f"{listing.sql[name]} as {name}" if name in listing.sql else name for name in listing.columns)
    grouped = f" group by all having {listing.having}" if listing.is_grouped else ""
    ordered = f" order by {', '.join(order)}" if order else ""
    limited = f" limit {listing.limit}" if listing.limit else ""
    sql = f"select {', '.join(columns)} from {listing.mart} where {' and '.join(conditions)}{grouped}{ordered}{limited}"
    # DuckDB refuses a value that nothing asks for.
    return sql, {name: value for name, value in parameters.items() if f"${name}" in sql}


def compose_sums(listing: Listing, sums: Mapping[str, str]) -> tuple[str, dict[str, object]]:
    """The SQL of named sums over all the rows of a listing, whatever its limit, and its parameters."""
    sql, parameters = compose_listing(replace(listing, order=(), limit=None))
    listed = ", ".join(f"{total} as {name}" for name, total in sums.items())
    return f"select {listed} from ({sql})", parameters


def _plain(text: str) -> str:
    """The SQL of a text without accents and capitals; of a missing one it is empty."""
    return f"strip_accents(lower(coalesce({text}, '')))"
