"""Reading Parquet, a few hundred thousand rows at a time."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pyarrow as pa
from polars.exceptions import PolarsError
from pyarrow import parquet as pq

from kpi.errors import UnreadableFileError
from kpi.ingest.files import BATCH_ROWS, check_header, unreadable


def open_file(path: Path) -> tuple[tuple[str, ...], partial[Iterator[pl.DataFrame]]]:
    """The columns of a Parquet file and the reader of its rows; `UnreadableFileError` when it is none, or cut off."""
    try:
        names = pq.read_schema(path).names
    except pa.ArrowException as error:
        raise _refusal(path, error) from error
    return check_header(path, names), partial(_rows, path, names)


def _rows(path: Path, names: Sequence[str], wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
    known = [name for name in names if name.strip() in wanted]
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=known):
                frame = pl.DataFrame(batch).with_columns(cs.binary().cast(pl.String))
                yield frame.rename(str.strip)
    except (pa.ArrowException, PolarsError, OSError) as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: Exception) -> UnreadableFileError:
    reason = str(error).splitlines()[0]
    return unreadable(path, f"is not a Parquet file that can be read ({reason})", "Export or copy it again.")
