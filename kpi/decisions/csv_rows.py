"""Rows of a CSV file as spreadsheets write them: all of a file or nothing, every fault named by its line."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Final, TypeVar

from kpi.errors import FaultyFileError
from kpi.language import translate, translate_plural

MOST_BYTES: Final = 2**20
MOST_FAULTS_TOLD: Final = 20
MONTHS: Final = (re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})(-01)?"), re.compile(r"(?P<month>\d{2})/(?P<year>\d{4})"))
NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
GROUPS: Final = re.compile(r"(?<=\d)[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=\d{3}(?!\d))")

Row = TypeVar("Row")


class UnreadableCellError(ValueError):
    """A cell that says nothing that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class CsvLine:
    """A row by its number in the file; `has_commas`: the decimal sign is a comma, since the delimiter is none."""

    number: int
    cells: Mapping[str, str]
    has_commas: bool


def read_rows(
    data: bytes, columns: Mapping[str, bool], read: Callable[[CsvLine], Row], key: Callable[[Row], object]
) -> tuple[Row, ...]:
    """What `read` makes of each row; `columns` says of each name whether a file needs it, `key` what stands once only.

    UTF-8, with commas, or semicolons and decimal commas. `read` raises `UnreadableCellError`; `FaultyFileError` tells
    every fault.
    """
    found: list[Row] = []
    faults: list[tuple[int, str]] = []
    lines: dict[object, int] = {}
    for line in _lines(data, columns, faults):
        try:
            row = read(line)
        except UnreadableCellError as error:
            faults.append((line.number, str(error)))
            continue
        first = lines.setdefault(key(row), line.number)
        if first != line.number:
            faults.append((line.number, translate("The same stands in line {line} already.", line=first)))
        found.append(row)
    if faults:
        raise _refusal(sorted(faults))
    return tuple(found)


def _lines(data: bytes, columns: Mapping[str, bool], faults: list[tuple[int, str]]) -> Iterator[CsvLine]:
    """The rows under the header; one with too few or too many fields is added to the faults."""
    text = _text(data)
    header = text.partition("\n")[0]
    delimiter = ";" if ";" in header else ","
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    while True:
        number = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise _refusal([(number, translate("This is not CSV: look for a quote that is not closed."))]) from error
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if not names:
            names = _header(cells, columns, number)
        elif len(cells) != len(names):
            told = translate(
                "There are {cells} fields where the header has {names}.", cells=len(cells), names=len(names)
            )
            faults.append((number, told))
        else:
            stripped = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
            yield CsvLine(number, stripped, has_commas=delimiter == ";")
    if not names:
        raise _refusal([(1, translate("The file is empty."))])


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise _refusal([(1, translate("The file is larger than 1 MB."))])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refusal([(line, translate("This is not UTF-8: save the file as “CSV UTF-8”."))]) from error


def _header(cells: Sequence[str], columns: Mapping[str, bool], number: int) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    told = {"columns": ", ".join(columns)}
    faults = [
        translate("There is no column “{name}”. Known: {columns}.", name=n, **told) for n in names if n not in columns
    ]
    faults += [
        translate("The column “{name}” is missing.", name=name)
        for name, is_required in columns.items()
        if is_required and name not in names
    ]
    faults += [
        translate("The column “{name}” stands there twice.", name=name) for name in columns if names.count(name) > 1
    ]
    if faults:
        raise _refusal([(number, fault) for fault in faults])
    return names


def read_month(text: str) -> date:
    """The first day of a month; `UnreadableCellError` for what is none, as below."""
    found = next((match for pattern in MONTHS if (match := pattern.fullmatch(text))), None)
    try:
        if found:
            return date(int(found["year"]), int(found["month"]), 1)
    except ValueError:
        pass  # such as month 13
    raise UnreadableCellError(translate("“{text}” is not a month: write 2026-11 or 11/2026.", text=text))


def read_day(text: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableCellError(translate("“{text}” is not a day: write 2026-11-22.", text=text)) from error


def read_number(text: str, *, has_commas: bool, whole: str = "") -> Decimal:
    """A number as a spreadsheet writes it: 1250.5; with semicolons also 1250,5. It is told as it stands in `whole`."""
    told_as = whole or text
    plain = GROUPS.sub("", text.replace("\N{MINUS SIGN}", "-"))
    # 0.125 is an eighth: nobody begins thousands with 0.
    if has_commas and re.fullmatch(r"[+-]?[1-9]\d{0,2}\.\d{3}", plain):
        told = translate("“{text}” can be read in two ways: write it without a sign between thousands.", text=told_as)
        raise UnreadableCellError(told)
    if has_commas and "." not in plain:
        plain = plain.replace(",", ".", 1)
    if not NUMBER.fullmatch(plain):
        raise UnreadableCellError(translate("“{text}” is not a number.", text=told_as))
    return Decimal(plain)


def _refusal(faults: Sequence[tuple[int, str]]) -> FaultyFileError:
    told = [translate("Line {line}: {fault}", line=line, fault=fault) for line, fault in faults[:MOST_FAULTS_TOLD]]
    more = len(faults) - MOST_FAULTS_TOLD
    if more > 0:
        told.append(translate_plural("And {count} other fault.", "And {count} other faults.", more, count=more))
    head = translate("Nothing was recorded. Correct the file and import it again.")
    return FaultyFileError("\n".join([head, *told]), faults=tuple(faults))
