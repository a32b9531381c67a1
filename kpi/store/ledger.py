"""The ledger: what was decided and published, append-only, in a file of its own that no import touches."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from kpi.store.engine import connect

CREATE = """
create table if not exists entries (
    entry_id bigint primary key,
    recorded_at timestamptz not null,
    actor varchar not null,
    kind varchar not null,
    details varchar not null
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger."""

    entry_id: int
    recorded_at: datetime
    actor: str
    kind: str
    details: Mapping[str, object]


class Ledger:
    """Short transactions under a lock between processes: the command line and the app may both write."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, kind: str, *, actor: str, at: datetime, **details: object) -> None:
        """Append one entry; when this returns, the entry survives a killed process."""
        with FileLock(self._lock), connect(self.path) as connection:
            connection.execute(CREATE)
            connection.execute(
                "insert into entries select coalesce(max(entry_id), 0) + 1, ?, ?, ?, ? from entries",
                [at, actor, kind, json.dumps(details, default=str)],
            )

    def entries(self, *, newest: int = 100) -> tuple[Entry, ...]:
        """The newest entries, newest first; none before the first was recorded."""
        if not self.path.exists():
            return ()
        with FileLock(self._lock):
            return _read(self.path, newest)

    @contextmanager
    def at_rest(self) -> Iterator[Path | None]:
        """The ledger's file, whole and in nobody's hands while the block lasts; None before the first entry."""
        if not self.path.exists():
            yield None
            return
        with FileLock(self._lock):
            _settle(self.path)
            yield self.path

    def take_over(self, other: Path, aside: Path) -> None:
        """Put the ledger file `other` in place unless this one holds all of it; if they differ, keep this `aside`."""
        with FileLock(self._lock):
            if self.path.exists():
                ours, theirs = _read(self.path)[::-1], _read(other)[::-1]
                if ours[: len(theirs)] == theirs:
                    return
                _settle(self.path)
                if theirs[: len(ours)] != ours:
                    shutil.copyfile(self.path, aside)
            os.replace(other, self.path)

    @property
    def _lock(self) -> Path:
        return self.path.with_suffix(".lock")


def _read(path: Path, newest: int | None = None) -> tuple[Entry, ...]:
    with connect(path) as connection:
        connection.execute(CREATE)
        rows = connection.execute(
            "select entry_id, recorded_at at time zone 'UTC', actor, kind, details from entries"
            " order by entry_id desc limit ?",
            [newest],
        ).fetchall()
    return tuple(
        Entry(entry_id=number, recorded_at=at.replace(tzinfo=UTC), actor=actor, kind=kind, details=json.loads(details))
        for number, at, actor, kind, details in rows
    )


def _settle(path: Path) -> None:
    """Bring into the file what a killed process confirmed and what still stands in a log beside it."""
    with connect(path) as connection:
        connection.execute("checkpoint")
