"""Who is signed in, and who tried to: a small SQLite file that several processes share."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

from kpi.errors import StoreWriteError
from kpi.language import translate
from kpi.store.durable import PRIVATE, make_folder

CREATE: Final = (
    """
create table if not exists sessions (
    id_hash text primary key,
    username text not null,
    account_mark text not null,
    created_at real not null,
    seen_at real not null
) without rowid
""",
    "create index if not exists sessions_of_a_person on sessions (username)",
    """
create table if not exists attempts (
    subject text primary key,
    failures integer not null,
    blocked_until real not null,
    forgotten_at real not null
) without rowid
""",
)
BUSY_SECONDS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session; `id_hash` is not what the browser holds, `account_mark` what the account looked like."""

    id_hash: str
    username: str
    account_mark: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """How often something failed, until when it waits, and up to when failures are forgotten already."""

    failures: int
    blocked_until: datetime
    forgotten_at: datetime


class SessionTable:
    """Sessions and failed attempts; for any thread and process. `StoreWriteError` when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._connection = self._open()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def add(self, session: Session) -> None:
        """Keep a session."""
        row = (
            session.id_hash,
            session.username,
            session.account_mark,
            session.created_at.timestamp(),
            session.seen_at.timestamp(),
        )
        with self._writing() as cursor:
            cursor.execute("insert into sessions values (?, ?, ?, ?, ?)", row)

    def find(self, id_hash: str) -> Session | None:
        """The session of this id."""
        with self._using() as connection:
            row = connection.execute("select * from sessions where id_hash = ?", (id_hash,)).fetchone()
        return _session(row) if row else None

    def touch(self, id_hash: str, seen_at: datetime) -> None:
        """Keep when the session was last used."""
        with self._writing() as cursor:
            cursor.execute("update sessions set seen_at = ? where id_hash = ?", (seen_at.timestamp(), id_hash))

    def remove(self, id_hash: str) -> None:
        """End a session."""
        with self._writing() as cursor:
            cursor.execute("delete from sessions where id_hash = ?", (id_hash,))

    def remove_of(self, username: str) -> int:
        """End every session of a person; how many there were."""
        with self._writing() as cursor:
            return cursor.execute("delete from sessions where username = ?", (username,)).rowcount

    def remove_old(self, *, created_before: datetime, seen_before: datetime, tried_before: datetime) -> None:
        """Forget what no longer counts."""
        with self._writing() as cursor:
            cursor.execute(
                "delete from sessions where created_at < ? or seen_at < ?",
                (created_before.timestamp(), seen_before.timestamp()),
            )
            cursor.execute("delete from attempts where forgotten_at < ?", (tried_before.timestamp(),))

    @contextmanager
    def counting(self) -> Iterator["Counter"]:
        """Look at attempts and count them without another thread or process in between."""
        with self._writing() as cursor:
            yield Counter(cursor)

    def _open(self) -> sqlite3.Connection:
        with _told(self.path):
            make_folder(self.path.parent)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE))
            # Guarded by a lock of our own.
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                connection.execute("pragma journal_mode = wal")
                # A session that was ended must not come back after a power cut.
                connection.execute("pragma synchronous = full")
                for statement in CREATE:
                    connection.execute(statement)
            except sqlite3.Error:
                connection.close()
                raise
        return connection

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _told(self.path):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Cursor]:
        with self._using() as connection:
            connection.execute("begin immediate")
            with connection:  # commits, or rolls back when something is raised
                yield connection.cursor()


class Counter:
    """Attempts inside one transaction."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def attempts(self, subject: str) -> Attempts | None:
        """What is known of a subject."""
        found = "select failures, blocked_until, forgotten_at from attempts where subject = ?"
        row = self._cursor.execute(found, (subject,)).fetchone()
        if row is None:
            return None
        failures, blocked_until, forgotten_at = row
        return Attempts(failures=failures, blocked_until=_moment(blocked_until), forgotten_at=_moment(forgotten_at))

    def put(self, subject: str, attempts: Attempts) -> None:
        """Keep what is known of a subject now."""
        row = (subject, attempts.failures, attempts.blocked_until.timestamp(), attempts.forgotten_at.timestamp())
        self._cursor.execute("insert or replace into attempts values (?, ?, ?, ?)", row)

    def begin_anew(self, subject: str) -> None:
        """Forget the failures of a subject, and of those whose names begin with its name."""
        self._cursor.execute(
            "update attempts set failures = 0, blocked_until = 0 where subject glob ? || '*'", (subject,)
        )


def _session(row: tuple[str, str, str, float, float]) -> Session:
    id_hash, username, account_mark, created_at, seen_at = row
    return Session(
        id_hash=id_hash,
        username=username,
        account_mark=account_mark,
        created_at=_moment(created_at),
        seen_at=_moment(seen_at),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreWriteError(
            translate(
                "{file} cannot be used ({reason}). Check free space and rights. If the file is damaged, stop the "
                "server, remove it together with its -wal and -shm, and start again: everybody signs in again.",
                file=path,
                reason=error,
            )
        ) from error
