"""Files that nobody should have sent, through the command line: one clear message each, nothing changed, little memory.

The program takes some 170 MB before it has read a row; none of these files may take it beyond MEMORY.
"""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from kpi.store import Store
from tests.store.exports import CUSTOMERS, ORDERS, bring, held
from tests.store.processes import run_command, run_measured

MEMORY = 300 * 2**20
HEADER = ORDERS.encode() + b"\n"
ROW = b"O2,C1,2026-03-01,20\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store that no test changes."""
    folder = tmp_path_factory.mktemp("filled")
    filled = Store(folder / "store")
    bring(filled, folder / "1", customers=(CUSTOMERS, "C1,2026-01-01"), orders=(ORDERS, "O1,C1,2026-02-01,1"))
    return filled


def _truncated_parquet(folder: Path) -> Path:
    path = folder / "orders.parquet"
    pl.DataFrame({"order_id": [f"O{number}" for number in range(10_000)]}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-1_000])
    return path


def _written(name: str, content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _workbook(folder: Path, *, last_cell: tuple[int, int] = (1, 0)) -> Path:
    path = folder / "orders.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ORDERS.split(","))
        sheet.write_string(*last_cell, "O2")
    return path


def _inflating_workbook(folder: Path) -> Path:
    """A workbook of one megabyte whose sheet has 200 MB of blanks."""
    path = _workbook(folder)
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    start, found, end = members.pop(sheet).partition(b"<sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        with archive.open(sheet, "w") as file:
            file.write(start + found)
            for _ in range(200):
                file.write(bytes(2**20).replace(b"\0", b" "))
            file.write(end)
    return path


def _lying_workbook(folder: Path) -> Path:
    """The same, but the file says that its sheet has a thousand bytes."""
    path = _inflating_workbook(folder)
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"PK\x01\x02")  # the sheet is the last of the directory
    (local,) = struct.unpack_from("<I", content, entry + 42)
    for position in (entry + 24, local + 22):
        struct.pack_into("<I", content, position, 1_000)
    path.write_bytes(content)
    return path


def _far_cell(folder: Path) -> Path:
    """A workbook of a few kilobytes with a cell in the last row and column that a sheet has."""
    return _workbook(folder, last_cell=(1_048_575, 16_383))


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "truncated Parquet": (_truncated_parquet, "orders.parquet is not a Parquet file that can be read"),
    "wrong ending": (_written("orders.parquet", HEADER + ROW), "orders.parquet is not a Parquet file"),
    "unknown ending": (_written("orders.txt", HEADER + ROW), "orders.txt has the unknown ending “.txt”."),
    "empty file": (_written("orders.csv", b""), "orders.csv is empty."),
    "long line": (
        _written("orders.csv", HEADER + b"O2,C1,2026-03-01," + b"1" * 10 * 2**20),
        "orders.csv has a row of more than 4 MB.",
    ),
    "long header": (_written("orders.csv", b"x" * 10 * 2**20), "orders.csv has no header that can be read"),
    "long JSON line": (
        _written("orders.jsonl", b'{"order_id": "' + b"O" * 10 * 2**20 + b'"}\n'),
        "orders.jsonl has more than 4 MB in line 1.",
    ),
    "deep JSON": (
        _written("orders.jsonl", b'{"order_id": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}\n"),
        "orders.jsonl is not JSON in line 1",
    ),
    "invalid UTF-8": (_written("orders.csv", HEADER + ROW + b"O\xff,C1,2026-03-01,1\n"), "orders.csv is not UTF-8"),
    "inflating workbook": (_inflating_workbook, "orders.xlsx inflates to more than 128 MB"),
    "lying workbook": (_lying_workbook, "orders.xlsx inflates to more than 128 MB"),
    "far cell": (_far_cell, "as far as row 1,048,576 and column 16,384, which is more than 10,000,000 cells."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_ends_in_one_message(store: Store, tmp_path: Path, name: str) -> None:
    make, message = BAD[name]
    path, before = make(tmp_path), held(store)
    done = run_measured(tmp_path, store.folder, "import", path)
    assert done.code == 2, done.err[-2_000:]
    assert (done.out, len(done.err.strip().splitlines())) == ("", 1)
    assert message in done.err
    assert done.memory < MEMORY
    assert held(store) == before


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    path = _written("customers.csv", CUSTOMERS.encode())(tmp_path)
    done = run_command(tmp_path / "store", "import", path, "--json")
    assert (done.code, done.err) == (0, "")
    assert Store(tmp_path / "store").published().rows["customers"] == 0
