"""Which rows of a mart to read: filters, words looked for, order and a limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpi.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The `columns` of the rows of a mart, in an order that leaves nothing to chance.

    `filters` maps a text column to the values kept. `period` keeps the rows whose `date` lies in it. `words` keeps the
    rows that hold every one of them somewhere in the columns `searched`, accents and case ignored; those in which a
    value begins with the first word come before the others, each in the order of the first column searched. `order`
    names columns, with `desc` after those to turn round.
    """

    mart: str
    columns: Sequence[str]
    order: Sequence[str]
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    date: str | None = None
    period: Period | None = None
    searched: Sequence[str] = ()
    words: Sequence[str] = ()
    limit: int | None = None


def compose_listing(listing: Listing) -> tuple[str, dict[str, object]]:
    """The SQL of a listing and its parameters; names come from our own records, values are bound."""
    parameters: dict[str, object] = {}
    conditions, order = ["true"], list(listing.order)
    for number, (column, values) in enumerate(listing.filters.items()):
        parameters[f"filter_{number}"] = list(values)
        conditions.append(f"{column} in (select unnest(cast($filter_{number} as varchar[])))")
    if listing.date and listing.period:
        parameters |= {"start": listing.period.start, "end": listing.period.end}
        conditions.append(f"{listing.date} >= $start and {listing.date} < $end")
    for number, word in enumerate(listing.words):
        parameters[f"word_{number}"] = word
        # column by column: what holds no accent is compared much faster
        held = (f"contains({_plain(column)}, {_plain(f'$word_{number}')})" for column in listing.searched)
        conditions.append(f"({' or '.join(held)})")
    if listing.words:
        begun = " or ".join(f"starts_with({_plain(column)}, {_plain('$word_0')})" for column in listing.searched)
        order = [f"case when {begun} then 0 else 1 end", _plain(listing.searched[0]), *order]
    sql = (
        f"select {', '.join(listing.columns)} from {listing.mart} "
        f"where {' and '.join(conditions)} order by {', '.join(order)}"
    )
    return (f"{sql} limit {listing.limit}" if listing.limit else sql), parameters


def _plain(text: str) -> str:
    """The SQL of a text without accents and capitals; of a missing one it is empty."""
    return f"strip_accents(lower(coalesce({text}, '')))"
