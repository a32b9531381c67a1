"""The ledger: what was decided and published, append-only, in a file of its own that no import touches."""

import json
from collections.abc import Mapping
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
        with FileLock(self._lock), connect(self.path) as connection:
            connection.execute(CREATE)
            rows = connection.execute(
                "select entry_id, recorded_at at time zone 'UTC', actor, kind, details from entries"
                " order by entry_id desc limit ?",
                [newest],
            ).fetchall()
        return tuple(
            Entry(
                entry_id=number, recorded_at=at.replace(tzinfo=UTC), actor=actor, kind=kind, details=json.loads(details)
            )
            for number, at, actor, kind, details in rows
        )

    @property
    def _lock(self) -> Path:
        return self.path.with_suffix(".lock")
