"""How large a workbook becomes when it is read, found out before it is read: a small zip may inflate to gigabytes.

The reader of workbooks holds a whole sheet in memory, and a cell for every place up to the last one used.
"""

import re
import zlib
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from kpi.errors import UnreadableFileError
from kpi.ingest.files import unreadable

MAXIMUM_BYTES: Final = 128 * 2**20
MAXIMUM_CELLS: Final = 10_000_000
_CHUNK: Final = 2**20
_LONGEST_PLACE: Final = 32
_PLACE: Final = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,8})(\d{1,10})[\"']")
_CURE: Final = "Save the table as CSV or Parquet."


def require_reasonable_size(path: Path) -> None:
    """Refuse a workbook that inflates to more than 128 MB, or whose last cell spans more than 10 million.

    `UnreadableFileError` says which; sizes are those found while inflating, not only those that the file declares.
    """
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAXIMUM_BYTES:
                raise _too_large(path)
            inflated = 0
            for member in members:
                reach = _Reach(path)
                for chunk in _inflated(archive, member):
                    inflated += len(chunk)
                    if inflated > MAXIMUM_BYTES:
                        raise _too_large(path)
                    reach.look_at(chunk)
    # The library raises the two general ones for a compression that it does not know, and for an encrypted workbook.
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise unreadable(path, f"is not a workbook that can be read ({error})", "Save it again as .xlsx.") from error


def _inflated(archive: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    # Python stops at the declared size, the reader of workbooks does not.
    undeclared = copy(member)
    undeclared.file_size = MAXIMUM_BYTES + 1
    with archive.open(undeclared) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _too_large(path: Path) -> UnreadableFileError:
    return unreadable(path, f"inflates to more than {MAXIMUM_BYTES // 2**20} MB, too much for a workbook", _CURE)


class _Reach:
    """The last row and column that the cells of one sheet name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows = 1
        self._columns: set[bytes] = set()
        self._width = 1
        self._tail = b""

    def look_at(self, chunk: bytes) -> None:
        """Take in a piece of the sheet; `UnreadableFileError` as soon as it spans too many cells."""
        found = _PLACE.findall(self._tail + chunk)
        self._tail = chunk[-_LONGEST_PLACE:]
        if not found:
            return
        self._rows = max(self._rows, *(int(row) for _, row in found))
        new = {column.upper() for column, _ in found} - self._columns
        self._columns |= new
        self._width = max(self._width, *map(_column_number, new), 1)
        if self._rows * self._width > MAXIMUM_CELLS:
            raise unreadable(
                self._path,
                f"has cells as far as row {self._rows:,} and column {self._width:,}, "
                f"which is more than {MAXIMUM_CELLS:,} cells",
                f"Remove what stands outside of the table. {_CURE}",
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
