"""Reading CSV: UTF-8 with a header; comma, semicolon or tab; quoted fields may hold delimiters and line breaks."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from kpi.errors import UnreadableFileError
from kpi.ingest.files import BATCH_ROWS, check_header, unreadable

# Arrow reads 32 blocks ahead, so this bounds the memory (128 MB), and the length of a row.
_BLOCK_BYTES: Final = 4 * 2**20
_HEAD_BYTES: Final = 2**20
_DELIMITERS: Final = (",", ";", "\t")
_OTHER_FORMATS: Final = {
    b"PAR1": "is a Parquet file, not CSV",
    b"PK\x03\x04": "is an Excel or zip file, not CSV",
    b"\xff\xfe": "is UTF-16, not UTF-8",
    b"\xfe\xff": "is UTF-16, not UTF-8",
}
_AS_UTF8: Final = "Save it as “CSV UTF-8”."
_OPEN_QUOTE: Final = "Look for a quote that is not closed."
_LOST_ROW: Final = "Export it again, or quote the fields that hold the delimiter."


def open_file(path: Path) -> tuple[tuple[str, ...], "_Rows"]:
    """The header of a CSV file and the reader of its rows; `UnreadableFileError` when there is no usable header."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    for magic, reason in _OTHER_FORMATS.items():
        if head.startswith(magic):
            raise unreadable(path, reason, _AS_UTF8 if "UTF" in reason else "Correct its ending.")
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError as error:
        row = head[: error.start].count(b"\n") + 1
        raise unreadable(path, f"is not UTF-8 (first in line {row})", _AS_UTF8) from error
    names, delimiter, has_rows = _header(path, text)
    return check_header(path, names), _Rows(path, names, delimiter, has_rows=has_rows or len(head) == _HEAD_BYTES)


def _header(path: Path, text: str) -> tuple[list[str], str, bool]:
    best: tuple[list[str], str, bool] = ([], ",", False)
    for delimiter in _DELIMITERS:
        records = (record for record in csv.reader(StringIO(text, newline=""), delimiter=delimiter) if record)
        try:
            names = next(records, [])
        except csv.Error as error:
            raise unreadable(path, f"has no header that can be read ({error})", "Export it again as CSV.") from error
        if len(names) > len(best[0]):
            best = names, delimiter, _has_more(records)
    return best


def _has_more(records: Iterator[list[str]]) -> bool:
    try:
        return next(records, None) is not None
    except csv.Error:
        # A field too long for this parser is a row all the same; the reader of the rows judges it.
        return True


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= BATCH_ROWS:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if sum(map(len, waiting)):
        yield pa.Table.from_batches(waiting)


class _Rows:
    """The rows of one CSV file; call it with the wanted columns."""

    def __init__(self, path: Path, names: Sequence[str], delimiter: str, *, has_rows: bool) -> None:
        self._path = path
        self._names = list(names)
        self._delimiter = delimiter
        self._has_rows = has_rows
        self._bad_row: arrow_csv.InvalidRow | None = None

    def __call__(self, wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
        # The last column is always read: only there can a quote stay open until the end of the file unnoticed.
        raw = [name for name in self._names if name.strip() in wanted or name == self._names[-1]]
        names = {name: name.strip() for name in raw}
        if not self._has_rows:
            return
        last = ""
        try:
            with self._open(raw) as reader:
                for table in _gathered(reader):
                    last = table.column(self._names[-1])[-1].as_py()
                    frame = pl.DataFrame(table)
                    yield frame.rename(names).select(name for name in names.values() if name in wanted)
        except pa.ArrowInvalid as error:
            raise self._refusal(str(error)) from error
        self._require_closed_quote(last)

    def _open(self, names: list[str]) -> arrow_csv.CSVStreamingReader:
        return arrow_csv.open_csv(
            self._path,
            read_options=arrow_csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=self._keep_bad_row
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), include_columns=names, strings_can_be_null=False
            ),
        )

    def _keep_bad_row(self, row: arrow_csv.InvalidRow) -> str:
        self._bad_row = row
        return "error"

    def _refusal(self, message: str) -> UnreadableFileError:
        if self._bad_row is not None:
            return self._row_refusal(self._bad_row)
        row = re.search(r"Row #(\d+)", message)
        place = f" in row {int(row[1]) - 1}" if row else ""
        if "UTF8" in message:
            return unreadable(self._path, f"is not UTF-8{place}", _AS_UTF8)
        if "straddling" in message:
            return unreadable(self._path, "has a row of more than 4 MB", _OPEN_QUOTE)
        return unreadable(self._path, f"is not a CSV file that can be read{place} ({message})", "Export it again.")

    def _row_refusal(self, row: arrow_csv.InvalidRow) -> UnreadableFileError:
        fields = f"{row.actual_columns} fields where the header has {row.expected_columns}"
        if row.actual_columns < row.expected_columns and self._ends_with(row.text.encode()):
            return unreadable(self._path, f"is cut off: its last row has {fields}", "Export or copy it again.")
        cure = _OPEN_QUOTE if "\n" in row.text else _LOST_ROW
        return unreadable(self._path, f"has {fields}, in row {row.number - 1}", cure)

    def _require_closed_quote(self, last: str) -> None:
        opened = f'{self._delimiter}"' + last.replace('"', '""')
        if self._ends_with(opened.encode()):
            raise unreadable(self._path, "is cut off: a quote is open at its end", "Export or copy it again.")

    def _ends_with(self, ending: bytes) -> bool:
        with self._path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - len(ending)))
            return file.read() == ending
