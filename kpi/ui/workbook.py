"""A workbook of what a page showed: a sheet per block, and before them one that says what the numbers are."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from io import BytesIO
from math import isfinite
from typing import Any, Final

import polars as pl

from kpi.language import mark, translate
from kpi.metrics import Unit
from kpi.ui import format as fmt
from kpi.ui.blocks import Block
from kpi.ui.definitions import definitions

FORMATS: Final = {
    Unit.COUNT.value: "#,##0",
    Unit.MONEY.value: "#,##0.00",
    Unit.SHARE.value: "0.0%",
    Unit.RATIO.value: "0.0%",
    Unit.POINTS.value: "+0.0;-0.0;0.0",
}
DAY, MOMENT, AMOUNT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "#,##0.00"
HEADINGS: Final = {  # of columns that files have beyond those shown
    "low": mark("Interval from"),
    "high": mark("Interval to"),
    "n": mark("n"),
    "value_previous": mark("Period before"),
    "change_previous": mark("Change on the period before"),
    "value_last_year": mark("A year earlier"),
    "change_last_year": mark("Change on a year earlier"),
    "unit": mark("Unit"),
    "target": mark("Target"),
    "note": mark("Note"),
    "reason": mark("Reason"),
    "series": mark("Series"),
    "first_day": mark("First day"),
    "last_day": mark("Last day"),
    "is_complete": mark("Complete"),
    "months_seen": mark("Months seen"),
    "share": mark("Share"),
}
LONGEST_NAME, LONGEST_TEXT, MOST_ROWS = 31, 32_767, 1_048_575  # what the format allows: letters, letters, rows
NARROWEST, WIDEST, LOOKED_AT = 9, 60, 100  # letters of a column, and the rows by which it is measured
UNFIT: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]+")
# Nothing that stands in the data becomes a formula, a link or an error.
AS_IT_IS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a workbook is made of: lines of `about` as names with their texts, the blocks, and titles left out."""

    title: str
    about: Sequence[tuple[str, str]]
    blocks: Sequence[Block]
    left_out: Sequence[str] = ()


def build_workbook(contents: Contents, *, by: str, at: datetime) -> bytes:
    """The workbook as XLSX, in the language spoken: numbers are numbers, and every text is a text."""
    file = BytesIO()
    xlsxwriter = import_module("xlsxwriter")  # takes a moment, and few readers ask for a workbook
    with xlsxwriter.Workbook(file, dict(AS_IT_IS)) as book:
        book.set_properties({"title": contents.title, "author": by, "created": at.replace(tzinfo=None)})
        formats = _formats(book)
        named = sheet_names([translate("About"), *(block.title for block in contents.blocks)])
        about = book.add_worksheet(named[0])
        written = [
            _write_block(book.add_worksheet(name), block, formats)
            for name, block in zip(named[1:], contents.blocks, strict=True)
        ]
        _write_about(about, contents, list(zip(named[1:], written, strict=True)), formats)
    return file.getvalue()


def sheet_names(titles: Sequence[str]) -> list[str]:
    """A name for each sheet that every program takes: short, without signs of its own, no two alike."""
    names: list[str] = []
    for title in titles:
        whole = " ".join(UNFIT.sub(" ", title).split()) or "-"
        name, taken, number = _cut(whole, LONGEST_NAME), {known.casefold() for known in names}, 1
        while name.casefold() in taken:
            number += 1
            ending = f" {number}"
            name = _cut(whole, LONGEST_NAME - len(ending)) + ending
        names.append(name)
    return names


def heading(column: str, labels: Mapping[str, str]) -> str:
    """What a column is called: as on the page, else by what files have beside that, else by its own name."""
    return labels.get(column) or translate(HEADINGS.get(column, column))


def _write_block(sheet: Any, block: Block, formats: Mapping[str, Any]) -> int:
    """Write a block's rows under their headings; how many there are."""
    frame = block.read()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(frame.columns):
        head, values = heading(column, block.labels), frame[column].head(MOST_ROWS)
        sheet.write_string(0, place, head, formats["head"])
        sheet.set_column(place, place, _width(head, values))
        _write_column(sheet, place, values, _shapes(block, column, values, formats))
    return frame.height


def _write_column(sheet: Any, place: int, values: pl.Series, shapes: Callable[[int], Any]) -> None:
    write = _writer(sheet, values.dtype)
    for row, value in enumerate(values.to_list()):
        if value is not None:
            write(row + 1, place, value, shapes(row))


def _writer(sheet: Any, kind: pl.DataType) -> Callable[[int, int, Any, Any], Any]:
    if kind.is_integer() or kind.is_decimal():
        return lambda row, place, value, shape: sheet.write_number(row, place, float(value), shape)
    if kind.is_float():
        return lambda row, place, value, shape: isfinite(value) and sheet.write_number(row, place, value, shape)
    if kind == pl.Boolean:
        return lambda row, place, value, shape: sheet.write_boolean(row, place, value, shape)
    if kind.is_temporal():
        return lambda row, place, value, shape: _write_moment(sheet, row, place, value, shape)
    return lambda row, place, value, shape: sheet.write_string(row, place, str(value)[:LONGEST_TEXT], shape)


def _write_moment(sheet: Any, row: int, place: int, value: date | datetime, shape: Any) -> None:
    naive = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    sheet.write_datetime(row, place, naive, shape)


def _shapes(block: Block, column: str, values: pl.Series, formats: Mapping[str, Any]) -> Callable[[int], Any]:
    """How the value of each row is written: a number as its unit says, else as its kind."""
    units = _units(block, column)
    if not values.dtype.is_numeric() or units is None:
        shape = formats[_kind(values.dtype)]
        return lambda row: shape
    if isinstance(units, Unit):
        one = formats[units]
        return lambda row: one
    each = [formats[unit] for unit in units]
    return each.__getitem__


def _units(block: Block, column: str) -> Unit | Sequence[Unit] | None:
    """What the numbers of a column are; limits, values before and changes are what the value is."""
    if column in block.units:
        return block.units[column]
    is_beside = column in {"low", "high"} or column.startswith(("value_", "change_"))
    return block.units.get("value") if is_beside else None


def _kind(kind: pl.DataType) -> str:
    if kind.is_integer():
        return Unit.COUNT
    if kind.is_decimal():
        return "amount"
    if kind == pl.Date:
        return "day"
    return "moment" if kind.is_temporal() else "plain"


def _formats(book: Any) -> dict[str, Any]:
    shapes = {**FORMATS, "amount": AMOUNT, "day": DAY, "moment": MOMENT}
    top = {"valign": "top"}
    return {
        **{name: book.add_format({"num_format": shape}) for name, shape in shapes.items()},
        "plain": book.add_format({}),
        "head": book.add_format({"bold": True, "bottom": 1}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "name": book.add_format({**top, "bold": True}),
        "text": book.add_format({**top, "text_wrap": True}),
    }


def _write_about(
    sheet: Any, contents: Contents, written: Sequence[tuple[str, int]], formats: Mapping[str, Any]
) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 2, 12)
    sheet.write_string(0, 0, contents.title, formats["title"])
    row = 2
    for name, text in contents.about:
        sheet.write_string(row, 0, name, formats["name"])
        sheet.write_string(row, 1, text[:LONGEST_TEXT], formats["text"])
        row += 1
    row = _write_list(sheet, row + 1, contents, written, formats)
    metrics = {metric.name: metric for block in contents.blocks for metric in block.metrics}
    if metrics:
        sheet.write_string(row + 1, 0, translate("What the numbers mean"), formats["head"])
        sheet.write_string(row + 1, 1, "", formats["head"])
        for number, (name, text) in enumerate(definitions(metrics.values()), start=row + 2):
            sheet.write_string(number, 0, name, formats["name"])
            sheet.write_string(number, 1, text, formats["text"])


def _write_list(
    sheet: Any, row: int, contents: Contents, written: Sequence[tuple[str, int]], formats: Mapping[str, Any]
) -> int:
    """Write which sheet holds what; the row after it."""
    for place, head in enumerate((translate("Worksheet"), translate("What it holds"), translate("Rows"))):
        sheet.write_string(row, place, head, formats["head"])
    for (name, rows), block in zip(written, contents.blocks, strict=True):
        row += 1
        sheet.write_string(row, 0, name, formats["name"])
        cut = translate("{title} (the first rows: a sheet holds no more)", title=block.title)
        sheet.write_string(row, 1, cut if rows > MOST_ROWS else block.title, formats["text"])
        sheet.write_number(row, 2, rows, formats[Unit.COUNT])
    for title in contents.left_out:
        row += 1
        sheet.write_string(row, 0, translate("Left out for your role"), formats["name"])
        sheet.write_string(row, 1, title, formats["text"])
    return row + 1


def _width(head: str, values: pl.Series) -> float:
    looked_at = values.head(LOOKED_AT).drop_nulls()
    if values.dtype.is_temporal():
        longest = len(MOMENT if isinstance(values.dtype, pl.Datetime) else DAY)
    elif values.dtype.is_numeric():
        longest = max((len(fmt.count(float(value), decimals=2)) for value in looked_at if isfinite(value)), default=0)
    else:
        longest = max((len(str(value)) for value in looked_at), default=0)
    return min(max(len(head), longest, NARROWEST) + 2, WIDEST)


def _cut(name: str, most: int) -> str:
    if len(name) <= most:
        return name
    return name[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
