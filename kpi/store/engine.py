"""The one door to DuckDB."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kpi.errors import StoreWriteError
from kpi.language import translate
from kpi.settings import read_settings


@contextmanager
def connect(path: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the database file `path` (in memory without one), closed at the end.

    Moments are read and written in UTC, and no extension is ever looked for outside this machine.
    `StoreWriteError` when the disk is full or the file cannot be read or written.
    """
    with _told():
        connection = open_connection(path)
        try:
            yield connection
        finally:
            connection.close()


def open_connection(path: Path | None, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """The same connection for a caller that keeps it open."""
    with _told():
        connection = duckdb.connect(
            ":memory:" if path is None else str(path),
            read_only=read_only,
            config={
                "autoinstall_known_extensions": False,
                # What a build cannot hold goes to a file beside the database.
                "memory_limit": read_settings().memory_limit,
                "preserve_insertion_order": False,
            },
        )
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    return connection


@contextmanager
def _told() -> Iterator[None]:
    # A commit that cannot be written is a TransactionException, and what follows it a FatalException.
    try:
        yield
    except (
        duckdb.IOException,
        duckdb.OutOfMemoryException,
        duckdb.TransactionException,
        duckdb.FatalException,
    ) as error:
        raise StoreWriteError(
            translate(
                "The store could not be read or written ({reason}). "
                "Free some space or check the folder's rights, then try again; what was published stays.",
                reason=first_line(error),
            )
        ) from error


def first_line(error: Exception) -> str:
    """What DuckDB says in its first line, without the query."""
    return str(error).strip().splitlines()[0]


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A text as an SQL literal, for the places that take no parameter."""
    return "'" + str(value).replace("'", "''") + "'"
