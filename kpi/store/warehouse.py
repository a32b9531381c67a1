"""The published version, read only: sums over marts by period and group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kpi.errors import UnknownNameError
from kpi.period import Period
from kpi.store.engine import literal, open_connection
from kpi.store.folder import Store

UNKNOWN = "unknown"

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

    `components` are named SQL sums; they may mention `period_start` and `period_end`. Rows count from the period's
    start to its end, exclusive; from the beginning of time when `is_cumulative`. `filters` maps a column to the values
    kept, `group` names the column to split by; a row without a value counts as "unknown".
    """

    mart: str
    date: str
    components: Mapping[str, str]
    where: str = "true"
    parameters: Mapping[str, object] = field(default_factory=dict)
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    group: str | None = None
    is_cumulative: bool = False
    each: Each | None = None


class Warehouse:
    """One version of the warehouse, open for reading; safe to share between threads."""

    def __init__(self, store: Store, version: int | None = None) -> None:
        self.manifest = store.published() if version is None else store.manifest(version)
        self._connection = open_connection(store.warehouse_file(self.manifest.version), read_only=True)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def aggregate(self, query: Aggregate, periods: Sequence[Period]) -> dict[Cell, Components]:
        """The components of each period (by its position) and group; cells without a row are left out."""
        if query.is_cumulative and query.each is None and len(periods) > 1:
            return self._accumulate(query, periods)
        return self._sum(query, [(period.start, period.end) for period in periods])

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
        rows = self._connection.cursor().execute("select table_name, first_date, last_date from dim_table_dates")
        return {name: (first, last) for name, first, last in rows.fetchall()}

    def _accumulate(self, query: Aggregate, periods: Sequence[Period]) -> dict[Cell, Components]:
        """Levels at several ends: sum the changes between one end and the next, then cumulate."""
        ends = sorted({period.end for period in periods})
        pieces = self._sum(query, list(zip([date.min, *ends[:-1]], ends, strict=True)))
        groups = {group for _, group in pieces}
        levels: dict[tuple[date, str | None], Components] = {}
        for group in groups:
            running: Components = {}
            for position, end in enumerate(ends):
                for name, value in pieces.get((position, group), {}).items():
                    running[name] = running.get(name, 0) + (value or 0)
                levels[end, group] = dict(running)
        return {
            (position, group): levels[period.end, group]
            for position, period in enumerate(periods)
            for group in groups
            if levels[period.end, group]
        }

    def _sum(self, query: Aggregate, bounds: Sequence[tuple[date, date]]) -> dict[Cell, Components]:
        sql, parameters = compose(query, bounds)
        cursor = self._connection.cursor().execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()][2:]
        return {(number, group): dict(zip(names, values, strict=True)) for number, group, *values in cursor.fetchall()}


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
    rows = ", ".join(
        f"({number}, date {literal(max(start, date(1, 1, 2)))}, date {literal(end)})"
        for number, (start, end) in enumerate(bounds)
    )
    is_open = query.is_cumulative and (query.each is not None or len(bounds) == 1)
    joined = f"{query.date} < period_end" + ("" if is_open else f" and {query.date} >= period_start")
    sql = (
        f"with periods (period_no, period_start, period_end) as (values {rows}) "
        f"select period_no, {group} as group_name{unit}, {_listed(sums)} "
        f"from {query.mart} inner join periods on {joined} where {' and '.join(conditions)} group by all"
    )
    if query.each:
        sql = f"select period_no, group_name, {_listed(query.components)} from ({sql}) group by all"
    return sql, parameters


def _listed(components: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} as {name}" for name, sql in components.items())
