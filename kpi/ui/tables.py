"""Tables: numbers to the right, and a download that a spreadsheet cannot mistake for formulas."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl
import streamlit as st

from kpi.access.downloads import Offer
from kpi.language import translate
from kpi.ui import identity
from kpi.ui.looks import look
from kpi.ui.page import Page

ROW_HEIGHT, MOST_ROWS_IN_SIGHT = 35, 20
FORMULA_STARTS = r"^[=+\-@\t\r]"
NO_LINKS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The file of a table that shows its first rows only: `read` brings its `rows`, with the columns of the table."""

    rows: int
    read: Callable[[], pl.DataFrame]


def show(
    page: Page,
    frame: pl.DataFrame,
    labels: Mapping[str, str],
    *,
    name: str,
    words: str,
    people: frozenset[str] = frozenset(),
    wide: frozenset[str] = frozenset(),
    links: Mapping[str, str] = NO_LINKS,
    whole: Whole | None = None,
    most_in_sight: int = MOST_ROWS_IN_SIGHT,
) -> None:
    """Draw the columns of `labels` under their names, with a download named `name`; `words` describe the table.

    The columns of `people` hold personal data: they never leave the server for a reader who may not see it, and the
    download is offered with them only to one who may take it away. Those of `wide` hold long texts, those of `links`
    addresses behind the words given, which the download leaves out. A fraction is drawn as a bar of the whole. `whole`
    is downloaded in place of `frame`, with the same columns.
    """
    rights = page.reader.rights
    seen = [column for column in labels if rights.sees_people or column not in people]
    shown = frame.select(seen)
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="",
        height=(min(shown.height, most_in_sight) + 1) * ROW_HEIGHT + 3,
        column_config={
            column: st.column_config.LinkColumn(labels[column], display_text=links[column], width="small")
            if column in links
            else _column(shown.schema[column], labels[column], is_wide=column in wide)
            for column in seen
        },
        key=f"table-{name}",
        alt=words,
    )
    has_people = not people.isdisjoint(seen)
    if rights.exports_people or not has_people:
        kept = [column for column in seen if column not in links]
        _offer(page, whole or Whole(rows=shown.height, read=lambda: shown), kept, name, has_people=has_people)


def _offer(page: Page, whole: Whole, columns: list[str], name: str, *, has_people: bool) -> None:
    offer = Offer(
        file_name=f"ambassade-{name}.csv",
        media_type="text/csv; charset=utf-8",
        make=lambda: to_csv(whole.read().select(columns)),
        rows=whole.rows,
        has_people=has_people,
    )
    # Not st.download_button: what it serves is given to anybody who knows the address.
    st.link_button(
        translate("Download as CSV"),
        identity.offer_download(page.reader, f"{page.name} {name}", offer),
        icon=":material/download:",
        type="tertiary",
    )


def to_csv(frame: pl.DataFrame) -> bytes:
    """The table as CSV in UTF-8; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    harmless = frame.with_columns(
        pl.when(pl.col(pl.String).str.contains(FORMULA_STARTS))
        .then(pl.lit("'") + pl.col(pl.String))
        .otherwise(pl.col(pl.String))
        .name.keep()
    )
    return harmless.write_csv().encode()


def _column(kind: pl.DataType, label: str, *, is_wide: bool) -> Any:
    if kind.is_integer():
        return st.column_config.NumberColumn(label, format="localized", alignment="right")
    if kind.is_float():
        return st.column_config.ProgressColumn(label, format="percent", min_value=0.0, max_value=1.0)
    if kind.is_decimal():
        return st.column_config.NumberColumn(label, format="localized", step=0.01, alignment="right")
    if kind == pl.Date:
        return st.column_config.DateColumn(label, format=look().table_day)
    if isinstance(kind, pl.Datetime):
        return st.column_config.DatetimeColumn(label, format=look().table_moment)
    return st.column_config.TextColumn(label, width="large" if is_wide else None)
