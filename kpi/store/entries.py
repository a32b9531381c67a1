"""The ledger's table in DuckDB: entries as links of the chain."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import duckdb

from kpi.store.chain import Link
from kpi.store.engine import connect

CREATE: Final = """
create table if not exists entries (
    entry_id bigint primary key,
    recorded_at timestamptz not null,
    actor varchar not null,
    kind varchar not null,
    details varchar not null,
    hash varchar
)
"""
STORED: Final = "select entry_id, recorded_at at time zone 'UTC', actor, kind, details"
ROWS_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger."""

    entry_id: int
    recorded_at: datetime
    actor: str
    kind: str
    details: Mapping[str, object]


def read_entries(path: Path, rest: str = "order by entry_id desc", given: Sequence[object] = ()) -> tuple[Entry, ...]:
    """The entries of a ledger file, newest first; `rest` is what follows `from entries`."""
    with connect(path) as connection:
        connection.execute(CREATE)
        rows = connection.execute(f"{STORED} from entries {rest}", list(given)).fetchall()
    return tuple(
        Entry(entry_id=number, recorded_at=at.replace(tzinfo=UTC), actor=actor, kind=kind, details=_details(details))
        for number, at, actor, kind, details in rows
    )


def _details(text: str) -> Mapping[str, object]:
    """What stands in an entry; a damaged one must not hide the others."""
    try:
        details = json.loads(text)
    except (ValueError, RecursionError):
        details = None
    return details if isinstance(details, dict) else {"unreadable": text}


def read_distinct(path: Path, column: Literal["kind", "actor"]) -> tuple[str, ...]:
    """What stands in a column, in alphabetical order."""
    with connect(path) as connection:
        connection.execute(CREATE)
        rows = connection.execute(f"select distinct {column} from entries order by 1").fetchall()
    return tuple(name for (name,) in rows)


def settle(path: Path) -> None:
    """Bring into the file what a killed process confirmed and what still stands in a log beside it."""
    with connect(path) as connection:
        connection.execute("checkpoint")


class Links:
    """The entries of an open ledger file, as the chain sees them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute(CREATE)

    @property
    def are_chained(self) -> bool:
        """Whether the table has hashes; ledgers of the first days have none."""
        columns = self._connection.execute("select column_name from (describe entries)").fetchall()
        return ("hash",) in columns

    def __iter__(self) -> Iterator[Link]:
        """Every entry, oldest first."""
        found = "hash" if self.are_chained else "null"
        cursor = self._connection.execute(f"{STORED}, {found} from entries order by entry_id")
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from map(_link, rows)

    def last(self) -> Link | None:
        """The newest entry."""
        last = "where entry_id = (select max(entry_id) from entries)"
        row = self._connection.execute(f"{STORED}, hash from entries {last}").fetchone()
        return _link(row) if row else None

    def hash_of(self, entry_id: int) -> str | None:
        """The hash that stands beside an entry."""
        row = self._connection.execute("select hash from entries where entry_id = ?", [entry_id]).fetchone()
        return row[0] if row else None

    def add(self, link: Link) -> None:
        """Append an entry."""
        row = [link.entry_id, link.recorded_at, link.actor, link.kind, link.details, link.hash]
        self._connection.execute("insert into entries values (?, ?, ?, ?, ?, ?)", row)

    def add_hashes(self) -> None:
        """Make room for hashes."""
        self._connection.execute("alter table entries add column if not exists hash varchar")

    def rewrite_hashes(self, hashes: Iterable[tuple[int, str]]) -> None:
        """Put these hashes beside the entries of these numbers."""
        given = list(hashes)
        self._connection.execute(
            "update entries set hash = given.hash"
            " from (select unnest(?::bigint[]) as entry_id, unnest(?::varchar[]) as hash) as given"
            " where entries.entry_id = given.entry_id",
            [[number for number, _ in given], [found for _, found in given]],
        )

    def begin(self) -> None:
        """All until `commit` or nothing."""
        self._connection.execute("begin transaction")

    def commit(self) -> None:
        """End what `begin` began."""
        self._connection.execute("commit")


def _link(row: tuple[Any, ...]) -> Link:
    number, at, actor, kind, details, found = row
    return Link(
        entry_id=number, recorded_at=at.replace(tzinfo=UTC), actor=actor, kind=kind, details=details, hash=found
    )
