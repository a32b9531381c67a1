"""Targets and annotations from CSV: all of a file or nothing, every fault named by its line."""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Final, TypeVar

from kpi.decisions import annotations as noted
from kpi.decisions import targets as aimed
from kpi.decisions.annotations import Annotation
from kpi.decisions.targets import Segment, Target, Values
from kpi.errors import FaultyFileError
from kpi.language import translate, translate_plural
from kpi.metrics import METRICS, Unit

TARGET_COLUMNS: Final = {
    "metric": True,
    "month": True,
    "value": True,
    "dimension": False,
    "segment": False,
    "note": False,
}
ANNOTATION_COLUMNS: Final = {"first_day": True, "text": True, "last_day": False, "pages": False}
MOST_BYTES: Final = 2**20
MOST_FAULTS_TOLD: Final = 20
MONTHS: Final = (re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})(-01)?"), re.compile(r"(?P<month>\d{2})/(?P<year>\d{4})"))
NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
GROUPS: Final = re.compile(r"(?<=\d)[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=\d{3}(?!\d))")

Row = TypeVar("Row")


class _UnreadableError(ValueError):
    """A cell that says nothing that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row by its number in the file; `has_commas`: the decimal sign is a comma, since the delimiter is none."""

    number: int
    cells: dict[str, str]
    has_commas: bool


def read_targets_file(data: bytes, values: Values = lambda dimension: None) -> tuple[Target, ...]:
    """The targets of a CSV file: metric, month (2026-11 or 11/2026), value; dimension and segment, note if need be.

    UTF-8, with commas, or semicolons and decimal commas. `FaultyFileError` with every fault by its line, a target
    that stands there twice and one that cannot be among them.
    """

    def read(line: _Line) -> Target:
        target = Target(
            metric=line.cells["metric"],
            month=_month(line.cells["month"]),
            segment=_segment(line.cells.get("dimension", ""), line.cells.get("segment", "")),
            value=_value(line),
            note=line.cells.get("note", ""),
        )
        fault = aimed.find_fault(target, values)
        if fault:
            raise _UnreadableError(fault)
        return target

    return _read(data, TARGET_COLUMNS, read, lambda target: target.key)


def read_annotations_file(data: bytes, pages: Collection[str]) -> tuple[Annotation, ...]:
    """The annotations of a CSV file: first_day (2026-11-22), text; last_day, pages parted by spaces if need be.

    `FaultyFileError` as with targets.
    """

    def read(line: _Line) -> Annotation:
        first = _day(line.cells["first_day"])
        last = line.cells.get("last_day", "")
        annotation = Annotation(
            first=first,
            last=_day(last) if last else first,
            text=line.cells["text"],
            pages=tuple(sorted(set(line.cells.get("pages", "").split()))),
        )
        fault = noted.find_fault(annotation, pages)
        if fault:
            raise _UnreadableError(fault)
        return annotation

    return _read(data, ANNOTATION_COLUMNS, read, lambda annotation: annotation)


def _read(
    data: bytes, columns: dict[str, bool], read: Callable[[_Line], Row], key: Callable[[Row], object]
) -> tuple[Row, ...]:
    found: list[Row] = []
    faults: list[tuple[int, str]] = []
    lines: dict[object, int] = {}
    for line in _lines(data, columns, faults):
        try:
            row = read(line)
        except _UnreadableError as error:
            faults.append((line.number, str(error)))
            continue
        first = lines.setdefault(key(row), line.number)
        if first != line.number:
            faults.append((line.number, translate("The same stands in line {line} already.", line=first)))
        found.append(row)
    if faults:
        raise _refusal(sorted(faults))
    return tuple(found)


def _lines(data: bytes, columns: dict[str, bool], faults: list[tuple[int, str]]) -> Iterator[_Line]:
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
            yield _Line(number, stripped, has_commas=delimiter == ";")
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


def _header(cells: Sequence[str], columns: dict[str, bool], number: int) -> list[str]:
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


def _month(text: str) -> date:
    found = next((match for pattern in MONTHS if (match := pattern.fullmatch(text))), None)
    try:
        if found:
            return date(int(found["year"]), int(found["month"]), 1)
    except ValueError:
        pass  # such as month 13
    raise _UnreadableError(translate("“{text}” is not a month: write 2026-11 or 11/2026.", text=text))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _UnreadableError(translate("“{text}” is not a day: write 2026-11-22.", text=text)) from error


def _segment(dimension: str, segment: str) -> Segment | None:
    if bool(dimension) is not bool(segment):
        raise _UnreadableError(translate("A segment needs both its dimension and its value."))
    return (dimension, segment) if dimension else None


def _value(line: _Line) -> Decimal:
    """The value in the metric's unit; 35 % of a share or a return is 0.35."""
    text, metric = line.cells["value"], METRICS.get(line.cells["metric"])
    is_percent = text.endswith("%")
    if is_percent and metric and metric.unit not in (Unit.SHARE, Unit.RATIO):
        told = translate("“{metric}” is no share: write its value without %.", metric=translate(metric.label))
        raise _UnreadableError(told)
    number = _number(text, text.removesuffix("%").strip(), has_commas=line.has_commas)
    return number / 100 if is_percent else number


def _number(text: str, written: str, *, has_commas: bool) -> Decimal:
    """A number as a spreadsheet writes it: 1250.5; with semicolons also 1250,5."""
    plain = GROUPS.sub("", written.replace("\N{MINUS SIGN}", "-"))
    if has_commas and re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", plain):
        told = translate("“{text}” can be read in two ways: write it without a sign between thousands.", text=text)
        raise _UnreadableError(told)
    if has_commas and "." not in plain:
        plain = plain.replace(",", ".", 1)
    if not NUMBER.fullmatch(plain):
        raise _UnreadableError(translate("“{text}” is not a number.", text=text))
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise _UnreadableError(translate("“{text}” is not a number.", text=text)) from error


def _refusal(faults: Sequence[tuple[int, str]]) -> FaultyFileError:
    told = [translate("Line {line}: {fault}", line=line, fault=fault) for line, fault in faults[:MOST_FAULTS_TOLD]]
    more = len(faults) - MOST_FAULTS_TOLD
    if more > 0:
        told.append(translate_plural("And {count} other fault.", "And {count} other faults.", more, count=more))
    head = translate("Nothing was recorded. Correct the file and import it again.")
    return FaultyFileError("\n".join([head, *told]), faults=tuple(faults))
