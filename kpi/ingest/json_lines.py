"""Reading JSON Lines: one object a line, numbers kept as written so that decimals stay exact."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from kpi.ingest.files import check_header, unreadable

_BATCH_LINES: Final = 50_000
_LINE_CHARACTERS: Final = 4 * 2**20

_Row = tuple[int, dict[str, Any]]


def open_file(path: Path) -> tuple[tuple[str, ...], partial[Iterator[pl.DataFrame]]]:
    """The names in all lines and the reader of these; `UnreadableFileError` names a line that is bad.

    A line may lack what others have, so that only all of them tell which columns there are.
    """
    return check_header(path, _names(_lines(path))), partial(_rows, path)


def _rows(path: Path, wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
    lines = _lines(path)
    while batch := list(islice(lines, _BATCH_LINES)):
        names = _names(batch)
        known = {name: [_text(path, row, name) for row in batch] for name in wanted}
        # A column that nobody asked for is only named, so that it can be reported.
        others = dict.fromkeys(name for name in names if name not in known)
        try:
            frame = pl.DataFrame(known, schema=dict.fromkeys(known, pl.String))
        except UnicodeEncodeError as error:
            place = f"lines {batch[0][0]} to {batch[-1][0]}"
            raise unreadable(path, f"has half a character in {place} ({error.reason})", "Export it again.") from error
        yield frame.with_columns(**others)


def _names(lines: Iterator[_Row] | Sequence[_Row]) -> list[str]:
    return list(dict.fromkeys(name for _, row in lines for name in row))


def _lines(path: Path) -> Iterator[_Row]:
    decoder = json.JSONDecoder(parse_float=_plain_number, parse_int=str, parse_constant=str)
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(iter(partial(file.readline, _LINE_CHARACTERS), ""), start=1):
                if len(line) == _LINE_CHARACTERS:
                    raise unreadable(path, f"has more than 4 MB in line {number}", "Write one JSON object per line.")
                if not line.isspace():
                    yield number, _object(path, number, decoder.decode(line))
    except UnicodeDecodeError as error:
        raise unreadable(path, f"is not UTF-8 (after line {number})", "Save it as UTF-8.") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise unreadable(path, f"is not JSON in line {number} ({error})", "Write one JSON object per line.") from error


def _object(path: Path, number: int, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise unreadable(path, f"has no JSON object in line {number}", "Write one JSON object per line.")
    return value


def _text(path: Path, row: _Row, name: str) -> str | None:
    value = row[1].get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    raise unreadable(path, f"has a list or an object in {name}, line {row[0]}", "Write a text or a number there.")


def _plain_number(text: str) -> str:
    """A number as written, without the zeros that a typed file would not have either (12.0 is 12)."""
    return text if "e" in text.lower() else text.rstrip("0").rstrip(".")
