"""Reading export files: one door for CSV, Parquet, JSON Lines and Excel, batch by batch in file order.

A reader gives columns as the file has them (text, or typed where the file is typed); the typing rules come after.
"""

import hashlib
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from kpi.errors import UnreadableFileError
from kpi.ingest import delimited, json_lines, parquet, workbook
from kpi.ingest.files import unreadable

Batches = Callable[[Sequence[str]], Iterator[pl.DataFrame]]
_OPENERS: dict[str, Callable[[Path], tuple[tuple[str, ...], Batches]]] = {
    ".csv": delimited.open_file,
    ".parquet": parquet.open_file,
    ".jsonl": json_lines.open_file,
    ".xlsx": workbook.open_file,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An opened file: its column names, and its rows as Polars frames."""

    path: Path
    columns: tuple[str, ...]
    state: tuple[int, int, int]
    batches: Batches

    def read(self, wanted: Sequence[str]) -> Generator[pl.DataFrame, None, None]:
        """The rows in file order, with the `wanted` columns that the file has; one empty frame when it has no rows.

        `UnreadableFileError` when a row cannot be read, or when the file was not the same from opening to end.
        """
        try:
            has_rows = False
            for frame in self.batches(wanted):
                has_rows = True
                yield frame
            if not has_rows:
                yield pl.DataFrame(schema={name: pl.String for name in self.columns if name in wanted})
        except UnreadableFileError:
            # A change explains any other fault, so it is told first.
            _require_unchanged(self)
            raise
        except OSError as error:
            _require_unchanged(self)
            raise _refusal(self.path, error) from error
        _require_unchanged(self)


def open_source(path: Path) -> Source:
    """Open a file by its ending and look at its header; `UnreadableFileError` says why it cannot be read."""
    state = _state(path)
    if path.is_dir():
        raise unreadable(path, "is a folder", "Give a file.")
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        near = get_close_matches(path.suffix.lower(), _OPENERS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(_OPENERS)}."
        raise unreadable(path, f"has the unknown ending “{path.suffix}”", hint)
    if path.stat().st_size == 0:
        raise unreadable(path, "is empty", "Export it again; a table without rows still has a header.")
    try:
        columns, batches = opener(path)
    except OSError as error:
        raise _refusal(path, error) from error
    return Source(path=path, columns=columns, state=state, batches=batches)


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refusal(path: Path, error: OSError) -> UnreadableFileError:
    return unreadable(path, f"cannot be read ({error.strerror or error})", "Check the file's rights and its disk.")


def _state(path: Path) -> tuple[int, int, int]:
    try:
        found: os.stat_result = path.stat()
    except FileNotFoundError as error:
        raise unreadable(path, "does not exist", f"Look into {path.parent}.") from error
    return found.st_size, found.st_mtime_ns, found.st_ino


def _require_unchanged(source: Source) -> None:
    try:
        unchanged = _state(source.path) == source.state
    except UnreadableFileError:
        unchanged = False
    if not unchanged:
        raise unreadable(source.path, "changed while it was read", "Wait until it is written, then import it again.")
