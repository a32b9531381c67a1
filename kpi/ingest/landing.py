"""The two Parquet files that validating gives: the accepted rows, typed, and the violations of the others."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import polars as pl
import pyarrow as pa
from pyarrow import parquet as pq

from kpi.ingest.contract import ROW, Table

VIOLATION_SCHEMA: Final[dict[str, pl.DataType]] = {
    "file": pl.String(),
    "row": pl.Int64(),
    "column": pl.String(),
    "rule": pl.String(),
    "value": pl.String(),
}


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write one frame as Parquet; OSError when the disk is full, which Polars' own writer does not tell apart."""
    pq.write_table(frame.to_arrow(), path, compression="zstd")


class Landing:
    """Both files, open for writing; neither is left behind when the block ends with an error.

    Compressing takes as long as validating, so one batch is written while the next one is validated.
    """

    def __init__(self, table: Table, *, accepted: Path, rejected: Path) -> None:
        self._accepted = _File(accepted, {**table.polars_schema, ROW: pl.Int64()})
        self._rejected = _File(rejected, VIOLATION_SCHEMA)
        self._writer = ThreadPoolExecutor(max_workers=1)
        self._writing: Future[None] | None = None

    def __enter__(self) -> Self:
        """Both files are open already."""
        return self

    def write(self, good: pl.DataFrame, violations: pl.DataFrame) -> None:
        """Add a batch of typed rows with `_row`, and its violations with the row number as `row`."""
        self._wait()
        self._writing = self._writer.submit(self._write, good, violations)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close both, and remove them when there was an error."""
        written = False
        try:
            self._wait()
            written = kind is None
        finally:
            self._writer.shutdown()
            for file in (self._accepted, self._rejected):
                file.close(keep=written)

    def _write(self, good: pl.DataFrame, violations: pl.DataFrame) -> None:
        self._accepted.write(good)
        self._rejected.write(violations)

    def _wait(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()


class _File:
    def __init__(self, path: Path, schema: dict[str, pl.DataType]) -> None:
        self._path = path
        self._columns = tuple(schema)
        self._schema: pa.Schema = pl.DataFrame(schema=schema).to_arrow().schema
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, frame: pl.DataFrame) -> None:
        if frame.height:
            self._writer.write_table(frame.select(self._columns).to_arrow().cast(self._schema))

    def close(self, *, keep: bool) -> None:
        self._writer.close()
        if not keep:
            self._path.unlink()
