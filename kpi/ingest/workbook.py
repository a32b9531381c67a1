"""Reading Excel workbooks (.xlsx): the first sheet, its first row as header."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from kpi.ingest.files import BATCH_ROWS, check_header, unreadable
from kpi.ingest.workbook_size import require_reasonable_size

_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"
_FAILED: Final = "#ERROR"
_MIDNIGHT: Final = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"


def open_file(path: Path) -> tuple[tuple[str, ...], partial[Iterator[pl.DataFrame]]]:
    """The header of the first sheet and the reader of its rows; `UnreadableFileError` when it is no workbook."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == _OLD_EXCEL:
        raise unreadable(path, "is an old or a protected Excel file", "Save it as .xlsx without a password.")
    if magic != _ZIP:
        raise unreadable(path, "is not an Excel workbook", "Correct its ending or save it as .xlsx.")
    require_reasonable_size(path)
    try:
        reader = fastexcel.read_excel(path)
        first = reader.load_sheet(0, header_row=None, n_rows=1, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0]
        raise unreadable(path, f"is not a workbook that can be read ({reason})", "Save it again as .xlsx.") from error
    names = check_header(path, [name or "" for name in first.row(0)] if first.height else [])
    return names, partial(_rows, reader, names)


def _rows(reader: fastexcel.ExcelReader, names: Sequence[str], wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
    # Everything as text: a column of mixed cells keeps each of them, and the typing rules are the same as for CSV.
    sheet = reader.load_sheet(0, header_row=None, dtypes="string", skip_whitespace_tail_rows=True)
    frame = _cells(sheet).slice(1)
    frame = frame.rename(dict(zip(frame.columns, names, strict=True))).select(name for name in names if name in wanted)
    # Excel has no days, only midnights.
    frame = frame.with_columns(pl.all().str.replace(_MIDNIGHT, "$1"))
    yield from frame.iter_slices(BATCH_ROWS)


def _cells(sheet: fastexcel.ExcelSheet) -> pl.DataFrame:
    batch, faults = sheet.to_arrow_with_errors()
    cells = pl.DataFrame(batch)
    # A formula that failed is not a missing value: as text it breaks the rule of a typed column.
    failed: dict[int, list[int]] = {}
    for fault in faults.errors if faults else []:
        row, column = fault.offset_position
        failed.setdefault(column, []).append(row)
    return cells.with_columns(cells.to_series(column).scatter(rows, _FAILED) for column, rows in failed.items())
