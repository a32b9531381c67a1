"""The published version, read only: sums over marts by period and group."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import polars as pl

from kpi.errors import StoreWriteError, UnknownNameError, VersionOutdatedError
from kpi.language import translate
from kpi.period import Period
from kpi.store.composing import compose_listing, compose_sums, compose_tally
from kpi.store.durable import BESIDE, write_durably
from kpi.store.engine import literal, open_connection
from kpi.store.folder import Store
from kpi.store.listing import UNKNOWN, Listing
from kpi.store.manifest import Manifest
from kpi.store.models import read_models

# One row per period; of several periods, one row per period and day, since a join on equal days is a hash join.
PERIODS = "days as (select unnest($numbers) as period_no, unnest($starts) as period_start, unnest($ends) as period_end)"
DAYS = (
    PERIODS.replace("days as", "periods as") + ", days as (select period_no, period_start, period_end, "
    "cast(unnest(generate_series(period_start, period_end - 1, interval 1 day)) as date) as day from periods)"
)

Components = dict[str, Any]
Cell = tuple[int, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """Sum per unit (a person, a customer) first: `components` of the sums are computed over these units."""

    unit: str
    sums: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """Which sums over which mart.

    `components` are named SQL sums; they may mention `period_start` and `period_end`, save in a cumulative one. Rows
    count from the period's start to its end, exclusive; from `last_days` before its end; or from the beginning of time
    when `is_cumulative`, up to the period's end or, with `at_start`, up to its start. `filters` maps a column to the
    values kept, `group` names the column to split by; a row without a value counts as "unknown".
    """

    mart: str
    date: str
    components: Mapping[str, str]
    where: str = "true"
    parameters: Mapping[str, object] = field(default_factory=dict)
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    group: str | None = None
    is_cumulative: bool = False
    at_start: bool = False
    last_days: int | None = None
    each: Each | None = None


class Warehouse:
    """One version of the warehouse, open for reading; safe to share between threads."""

    def __init__(self, store: Store, version: int | None = None) -> None:
        self.manifest, self._connection = _open(store, version)
        self._store = store
        # A version never changes: these are read once, since every question asks for them.
        self._dates: dict[str, tuple[date, date]] | None = None
        self._pauses: dict[str, int] | None = None

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def aggregate(self, query: Aggregate, periods: Sequence[Period]) -> dict[Cell, Components]:
        """The components of each period (by its position) and group; cells without a row are left out."""
        if query.is_cumulative:
            return self._levels(query, [period.start if query.at_start else period.end for period in periods])
        back = query.last_days
        return self._sum(
            query, [(period.end - timedelta(days=back) if back else period.start, period.end) for period in periods]
        )

    def rows(self, listing: Listing) -> list[dict[str, Any]]:
        """The rows of a mart, each by column."""
        sql, parameters = compose_listing(listing)
        found = self._connection.cursor().execute(sql, parameters).fetchall()
        return [dict(zip(listing.columns, values, strict=True)) for values in found]

    def frame(self, listing: Listing) -> pl.DataFrame:
        """The same rows as a frame with the columns listed."""
        sql, parameters = compose_listing(listing)
        return self._connection.cursor().execute(sql, parameters).pl()

    def sums(self, listing: Listing, sums: Mapping[str, str]) -> Components:
        """Named SQL sums over all the rows of a listing, whatever its limit."""
        sql, parameters = compose_sums(listing, sums)
        (values,) = self._connection.cursor().execute(sql, parameters).fetchall()
        return dict(zip(sums, values, strict=True))

    def tally(self, listing: Listing, *columns: str) -> dict[tuple[Any, ...], int]:
        """How many rows a listing has per combination of values; without columns, of the one empty combination."""
        sql, parameters = compose_tally(listing, columns)
        found = self._connection.cursor().execute(sql, parameters).fetchall()
        return {tuple(values): count for *values, count in found}

    def keep(self, name: str, text: str) -> None:
        """Keep what was worked out from this version beside it; the next import drops it.

        Where the store cannot be written nothing is kept: it can be worked out again.
        """
        with suppress(OSError):
            write_durably(self._store.note_file(self.manifest.version, name), text, ending=BESIDE)

    def recall(self, name: str) -> str | None:
        """What was kept under this name; None when nothing was."""
        try:
            return self._store.note_file(self.manifest.version, name).read_text(encoding="utf-8")
        except OSError:
            return None

    def groups(self, mart: str, column: str) -> tuple[str, ...]:
        """The values that a column of a mart has, in alphabetical order, those of rows without a value left out."""
        known = self.tables()
        if mart not in known:
            raise UnknownNameError("mart", mart, known)
        rows = self._connection.cursor().execute(
            f"select distinct cast({column} as varchar) as value from {mart} where {column} is not null order by value"
        )
        return tuple(value for (value,) in rows.fetchall())

    def tables(self) -> tuple[str, ...]:
        """The names of every table in this version."""
        rows = self._connection.cursor().execute("select table_name from information_schema.tables order by 1")
        return tuple(name for (name,) in rows.fetchall())

    def table_dates(self) -> dict[str, tuple[date, date]]:
        """Per source table with events, the first and the last day."""
        if self._dates is None:
            rows = self._connection.cursor().execute("select table_name, first_date, last_date from dim_table_dates")
            self._dates = {name: (first, last) for name, first, last in rows.fetchall()}
        return dict(self._dates)

    def table_pauses(self) -> dict[str, int]:
        """Per table that a company goes on filling, the most days without an event in the year before its last one."""
        if self._pauses is None:
            rows = self._connection.cursor().execute("select table_name, silent_days from dim_table_pauses")
            self._pauses = dict(rows.fetchall())
        return dict(self._pauses)

    def _levels(self, query: Aggregate, boundaries: Sequence[date]) -> dict[Cell, Components]:
        """Sums of everything before each boundary: the first in full, then what each step to the next one adds."""
        ends = sorted(set(boundaries))
        found = self._sum(query, [(date.min, ends[0])])
        steps = self._sum(query, list(pairwise(ends))) if len(ends) > 1 else {}
        groups = {group for _, group in (*found, *steps)}
        levels: dict[tuple[date, str | None], Components] = {}
        for group in groups:
            running = dict(found.get((0, group), {}))
            levels[ends[0], group] = dict(running)
            for number, end in enumerate(ends[1:]):
                for name, value in steps.get((number, group), {}).items():
                    running[name] = _added(running.get(name), value)
                levels[end, group] = dict(running)
        return {
            (position, group): levels[boundary, group]
            for position, boundary in enumerate(boundaries)
            for group in groups
            if levels[boundary, group]
        }

    def _sum(self, query: Aggregate, bounds: Sequence[tuple[date, date]]) -> dict[Cell, Components]:
        sql, parameters = compose(query, bounds)
        cursor = self._connection.cursor().execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()][2:]
        return {(number, group): dict(zip(names, values, strict=True)) for number, group, *values in cursor.fetchall()}


def _added(one: Any, other: Any) -> Any:
    """The sum of two components, number by number where they are maps."""
    if isinstance(one, dict) or isinstance(other, dict):
        one, other = one or {}, other or {}
        return {key: one.get(key, 0) + other.get(key, 0) for key in one.keys() | other.keys()}
    return (one or 0) + (other or 0)


def _open(store: Store, version: int | None) -> tuple[Manifest, duckdb.DuckDBPyConnection]:
    manifest = store.published() if version is None else store.manifest(version)
    try:
        connection = open_connection(store.warehouse_file(manifest.version), read_only=True)
        _require_models(manifest, connection)
        return manifest, connection
    except StoreWriteError:
        # Another process may just have published the next version and dropped this one.
        if version is not None or store.published_version() == manifest.version:
            raise
        return _open(store, None)


def _require_models(manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> None:
    """Raise `VersionOutdatedError` when a mart or view of this release is not in the version."""
    found = {name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()}
    if not found.issuperset(model.name for model in read_models() if model.is_kept):
        connection.close()
        raise VersionOutdatedError(
            translate(
                "Version {version} was built by an earlier release of Ambassade. Bring it up to date, from the rows "
                "that were accepted: python -m kpi rebuild",
                version=manifest.version,
            )
        )


def compose(query: Aggregate, bounds: Sequence[tuple[date, date]]) -> tuple[str, dict[str, object]]:
    """The SQL of an aggregate over periods, and its parameters; names come from our own records, values are bound."""
    parameters: dict[str, object] = dict(query.parameters)
    conditions = [f"({query.where})"]
    for number, (column, values) in enumerate(query.filters.items()):
        parameters[f"filter_{number}"] = list(values)
        conditions.append(f"list_contains($filter_{number}, coalesce(cast({column} as varchar), {literal(UNKNOWN)}))")
    group = f"coalesce(cast({query.group} as varchar), {literal(UNKNOWN)})" if query.group else "cast(null as varchar)"
    sums = query.each.sums if query.each else query.components
    unit = f", {query.each.unit} as unit" if query.each else ""
    starts, ends = [start for start, _ in bounds], [end for _, end in bounds]
    parameters |= {"numbers": list(range(len(bounds))), "starts": starts, "ends": ends}
    parameters |= {"first": min(starts), "last": max(ends)}
    sql = (
        f"with {PERIODS if len(bounds) == 1 else DAYS} "
        f"select period_no, {group} as group_name{unit}, {_listed(sums)} "
        f"from {query.mart} inner join days on {'true' if len(bounds) == 1 else f'{query.date} = day'} "
        f"where {query.date} >= $first and {query.date} < $last and {' and '.join(conditions)} group by all"
    )
    if query.each:
        sql = f"select period_no, group_name, {_listed(query.components)} from ({sql}) group by all"
    return sql, parameters


def _listed(components: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} as {name}" for name, sql in components.items())
