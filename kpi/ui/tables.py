"""Tables: numbers to the right, and a download that a spreadsheet cannot mistake for formulas."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal

import polars as pl
import streamlit as st

from kpi.access.downloads import Offer
from kpi.language import translate
from kpi.metrics import Metric, Unit
from kpi.ui import blocks, identity
from kpi.ui import format as fmt
from kpi.ui.looks import look
from kpi.ui.page import Page

ROW_HEIGHT, MOST_ROWS_IN_SIGHT = 35, 20
FORMULA_STARTS = r"^[=+\-@\t\r\n＝＋－＠]"
# Where a comma is the decimal sign, spreadsheets split a line at semicolons, and heed no quotes within it.
CELL_STARTS = r"([;\t\r\n][ \"]*)([=+\-@＝＋－＠])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """How columns are shown that are no plain values.

    Those of `wide` hold long texts, those of `links` addresses behind the words given, which the download leaves out,
    those of `units` values of a metric, those of `changes` whole numbers shown with their sign; another fraction is
    drawn as a bar of the whole. `widths` are in pixels.
    """

    wide: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()
    widths: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)


PLAIN: Final = Columns()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """That rows may be ticked, one or `several`: the state under `key` holds them.

    `act` is called before the page runs again. A key is that of its rows: what was ticked is kept by their numbers.
    """

    key: str
    act: Callable[[], None] | None = None
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is downloaded in place of what is shown: `read` brings its `rows` when the file is asked for.

    `units` tell what numbers are that the page shows in words, `labels` name columns that it does not show.
    """

    rows: int
    read: Callable[[], pl.DataFrame]
    units: Mapping[str, Unit] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def show(
    page: Page,
    frame: pl.DataFrame,
    labels: Mapping[str, str],
    *,
    name: str,
    words: str,
    people: frozenset[str] = frozenset(),
    columns: Columns = PLAIN,
    tick: Tick | None = None,
    taken: Taken | None = None,
    in_sight: int = MOST_ROWS_IN_SIGHT,
    metrics: Collection[Metric] = (),
) -> tuple[int, ...]:
    """Draw the columns of `labels` under their names, with a download named `name`; `words` describe the table.

    The columns of `people` hold personal data: they never leave the server for a reader who may not see it, and the
    download is offered with them only to one who may take it away. `tick` lets the reader tick rows, whose numbers are
    returned, the first 0. `taken` is downloaded in place of what is shown in words or cut short. More rows than
    `in_sight` are scrolled to. `metrics` are those whose definitions explain the table in a workbook.
    """
    rights = page.reader.rights
    seen = [column for column in labels if rights.sees_people or column not in people]
    shown = frame.select(seen)
    ticked = _draw(shown, labels, name, words, columns, tick, in_sight)
    has_people = not people.isdisjoint(seen)
    if not rights.exports_people and has_people:
        blocks.leave_out(words)
    else:
        file = taken or Taken(rows=shown.height, read=lambda: shown)
        left_out = columns.links.keys() | people.difference(seen)
        block = blocks.Block(
            title=words,
            rows=file.rows,
            read=lambda: file.read().drop(left_out, strict=False),
            labels={**labels, **file.labels},
            units={**_units(shown), **columns.units, **file.units},
            metrics=tuple(metrics),
            has_people=has_people,
        )
        _offer(page, block, name)
    return ticked


def _draw(
    shown: pl.DataFrame,
    labels: Mapping[str, str],
    name: str,
    words: str,
    columns: Columns,
    tick: Tick | None,
    in_sight: int,
) -> tuple[int, ...]:
    drawn = st.dataframe(
        signed(shown, columns.changes),
        hide_index=True,
        placeholder="",
        height=(min(shown.height, in_sight) + 1) * ROW_HEIGHT + 3,
        column_config={
            column: _configured(column, shown.schema[column], labels[column], columns) for column in shown.columns
        },
        alt=words,
        **_ticking(tick, name),
    )
    return tuple(drawn.selection.rows) if tick else ()


def _units(shown: pl.DataFrame) -> dict[str, Unit]:
    """What the numbers of columns are that no metric's unit is told of, as they are drawn."""
    fractions = {name: Unit.SHARE for name, kind in shown.schema.items() if kind.is_float()}
    return fractions | {name: Unit.MONEY for name, kind in shown.schema.items() if kind.is_decimal()}


def _ticking(tick: Tick | None, name: str) -> dict[str, Any]:
    if tick is None:
        return {"key": f"table-{name}"}
    return {
        "key": tick.key,
        "on_select": tick.act or "rerun",
        "selection_mode": "multi-row" if tick.several else "single-row",
    }


def _offer(page: Page, block: blocks.Block, name: str) -> None:
    blocks.note(block)
    offer = Offer(
        file_name=f"ambassade-{name}.csv",
        media_type="text/csv; charset=utf-8",
        make=lambda: to_csv(block.read()),
        rows=block.rows,
        has_people=block.has_people,
    )
    # Not st.download_button: what it serves is given to anybody who knows the address.
    st.link_button(
        translate("Download as CSV"),
        identity.offer_download(page.reader, f"{page.name} {name}", offer),
        icon=":material/download:",
        type="tertiary",
    )


def signed(frame: pl.DataFrame, changes: Collection[str]) -> pl.DataFrame:
    """The frame with the changes in its columns as text with their sign, as numbers in a table cannot have it."""
    written = [
        pl.Series(column, [None if change is None else fmt.signed_count(change) for change in frame[column]], pl.String)
        for column in changes
    ]
    return frame.with_columns(written)


def to_csv(frame: pl.DataFrame) -> bytes:
    """The table as CSV in UTF-8; what a spreadsheet would run as a formula gets an apostrophe before it.

    That may be a text, or the rest of one behind a semicolon, a tab or a line's end.
    """
    text = pl.col(pl.String).str.replace_all(CELL_STARTS, "${1}'${2}")
    harmless = frame.with_columns(
        pl.when(pl.col(pl.String).str.contains(FORMULA_STARTS)).then(pl.lit("'") + text).otherwise(text).name.keep()
    )
    return harmless.write_csv().encode()


def _configured(column: str, kind: pl.DataType, label: str, columns: Columns) -> Any:
    if column in columns.units:
        return _measured(columns.units[column], label, columns.widths.get(column))
    width: Literal["large"] | int | None = "large" if column in columns.wide else columns.widths.get(column)
    is_change = column in columns.changes
    return _column(kind, label, width=width, link=columns.links.get(column), is_change=is_change)


def _measured(unit: Unit, label: str, width: int | None) -> Any:
    """A column of a metric's values: money in whole units, shares with a decimal, scores with their sign."""
    column = partial(st.column_config.NumberColumn, label, alignment="right", width=width)
    if unit is Unit.SHARE:
        return column(format="percent", step=0.001)
    if unit is Unit.RATIO:
        return column(format="percent", step=0.01)
    return column(format="%+d") if unit is Unit.POINTS else column(format="localized", step=1)


def _column(
    kind: pl.DataType, label: str, *, width: Literal["large"] | int | None, link: str | None, is_change: bool
) -> Any:
    if link is not None:
        return st.column_config.LinkColumn(label, display_text=link, width=width or "small")
    if is_change:
        return st.column_config.TextColumn(label, alignment="right", width=width)
    if kind.is_integer():
        return st.column_config.NumberColumn(label, format="localized", alignment="right", width=width)
    if kind.is_float():
        return st.column_config.ProgressColumn(
            label, format="percent", min_value=0.0, max_value=1.0, step=0.001, width=width
        )
    if kind.is_decimal():
        return st.column_config.NumberColumn(label, format="localized", step=0.01, alignment="right", width=width)
    if kind == pl.Date:
        return st.column_config.DateColumn(label, format=look().table_day, width=width)
    if isinstance(kind, pl.Datetime):
        return st.column_config.DatetimeColumn(label, format=look().table_moment, width=width)
    return st.column_config.TextColumn(label, width=width)
