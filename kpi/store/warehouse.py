"""The published version, read only: sums over marts by period and group."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import polars as pl

from kpi.errors import StoreWriteError, UnknownNameError, VersionOutdatedError
from kpi.language import translate
from kpi.period import Period
from kpi.store.aggregate import Aggregate
from kpi.store.composing import compose_aggregate, compose_listing, compose_sums, compose_tally
from kpi.store.durable import BESIDE, write_durably
from kpi.store.engine import open_connection
from kpi.store.folder import Store
from kpi.store.listing import Listing
from kpi.store.manifest import Manifest
from kpi.store.models import read_models

Components = dict[str, Any]
Cell = tuple[int, str | None]


class Warehouse:
    """One version of the warehouse, open for reading; safe to share between threads."""

    def __init__(self, store: Store, version: int | None = None) -> None:
        self.manifest, self._connection = _open(store, version)
        self._store = store
        # A version never changes: these are read once, since every question asks for them.
        self._tables: tuple[str, ...] | None = None
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
        if self._tables is None:
            rows = self._connection.cursor().execute("select table_name from information_schema.tables order by 1")
            self._tables = tuple(name for (name,) in rows.fetchall())
        return self._tables

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
        sql, parameters = compose_aggregate(query, bounds)
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
