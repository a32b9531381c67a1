"""Targets, annotations and budgets from CSV: all of a file or nothing, every fault named by its line."""

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from kpi.decisions import annotations as noted
from kpi.decisions import budget_steps as spent
from kpi.decisions import targets as aimed
from kpi.decisions.annotations import Annotation
from kpi.decisions.budgets import Line
from kpi.decisions.csv_rows import CsvLine, UnreadableCellError, read_day, read_month, read_number, read_rows
from kpi.decisions.targets import Segment, Target, Values
from kpi.language import translate
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
BUDGET_COLUMNS: Final = {"month": True, "category": True, "amount": True, "channel": False}
PROGRAMME: Final = "ambassador"  # the channel of the programme's own costs


def read_targets_file(data: bytes, values: Values = lambda dimension: None) -> tuple[Target, ...]:
    """The targets of a CSV file: metric, month (2026-11 or 11/2026), value; dimension and segment, note if need be.

    UTF-8, with commas, or semicolons and decimal commas. `FaultyFileError` with every fault by its line, a target
    that stands there twice and one that cannot be among them.
    """

    def read(line: CsvLine) -> Target:
        target = Target(
            metric=line.cells["metric"],
            month=read_month(line.cells["month"]),
            segment=_segment(line.cells.get("dimension", ""), line.cells.get("segment", "")),
            value=_value(line),
            note=line.cells.get("note", ""),
        )
        fault = aimed.find_fault(target, values)
        if fault:
            raise UnreadableCellError(fault)
        return target

    return read_rows(data, TARGET_COLUMNS, read, lambda target: target.key)


def read_annotations_file(data: bytes, pages: Collection[str]) -> tuple[Annotation, ...]:
    """The annotations of a CSV file: first_day (2026-11-22), text; last_day, pages parted by spaces if need be.

    `FaultyFileError` as with targets.
    """

    def read(line: CsvLine) -> Annotation:
        first = read_day(line.cells["first_day"])
        last = line.cells.get("last_day", "")
        annotation = Annotation(
            first=first,
            last=read_day(last) if last else first,
            text=line.cells["text"],
            pages=tuple(sorted(set(line.cells.get("pages", "").split()))),
        )
        fault = noted.find_fault(annotation, pages)
        if fault:
            raise UnreadableCellError(fault)
        return annotation

    return read_rows(data, ANNOTATION_COLUMNS, read, lambda annotation: annotation)


def read_budget_file(data: bytes, channels: Collection[str] = ()) -> tuple[Line, ...]:
    """The lines of a budget from a CSV file: month, category, amount; channel, else the programme's own.

    A channel of `channels` that is written with other capitals is that one. `FaultyFileError` as with targets.
    """
    known = {name.casefold(): name for name in (*channels, PROGRAMME)}

    def read(line: CsvLine) -> Line:
        channel = line.cells.get("channel", "") or PROGRAMME
        found = Line(
            month=read_month(line.cells["month"]),
            channel=known.get(channel.casefold(), channel),
            category=line.cells["category"].lower(),
            amount=read_number(line.cells["amount"], has_commas=line.has_commas),
        )
        fault = spent.find_line_fault(found)
        if fault:
            raise UnreadableCellError(fault)
        return found

    return read_rows(data, BUDGET_COLUMNS, read, lambda line: line.cell)


def _segment(dimension: str, segment: str) -> Segment | None:
    if bool(dimension) is not bool(segment):
        raise UnreadableCellError(translate("A segment needs both its dimension and its value."))
    return (dimension, segment) if dimension else None


def _value(line: CsvLine) -> Decimal:
    """The value in the metric's unit; 35 % of a share or a return is 0.35."""
    text, metric = line.cells["value"], METRICS.get(line.cells["metric"])
    is_percent = text.endswith("%")
    if is_percent and metric and metric.unit not in (Unit.SHARE, Unit.RATIO):
        told = translate("“{metric}” is no share: write its value without %.", metric=translate(metric.label))
        raise UnreadableCellError(told)
    number = read_number(text.removesuffix("%").strip(), has_commas=line.has_commas, whole=text)
    return number / 100 if is_percent else number
