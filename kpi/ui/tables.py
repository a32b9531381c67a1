"""Tables: numbers to the right, and a download that a spreadsheet cannot mistake for formulas."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

ROW_HEIGHT, MOST_ROWS_IN_SIGHT = 35, 20
FORMULA_STARTS = r"^[=+\-@\t\r]"


def show(frame: pl.DataFrame, labels: Mapping[str, str], *, name: str, words: str) -> None:
    """Draw the columns of `labels` under their names, with a download named `name`; `words` describe the table."""
    shown = frame.select(*labels)
    rows = min(shown.height, MOST_ROWS_IN_SIGHT) + 1
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="",
        height=rows * ROW_HEIGHT + 3,
        column_config={column: _column(shown.schema[column], label) for column, label in labels.items()},
        key=f"table-{name}",
        alt=words,
    )
    st.download_button(
        "Download as CSV",
        data=lambda: to_csv(shown),
        file_name=f"ambassade-{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=f"download-{name}",
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


def _column(kind: pl.DataType, label: str) -> Any:
    if kind.is_integer():
        return st.column_config.NumberColumn(label, format="localized", alignment="right")
    if kind == pl.Date:
        return st.column_config.DateColumn(label, format="D MMM YYYY")
    if isinstance(kind, pl.Datetime):
        return st.column_config.DatetimeColumn(label, format="D MMM YYYY, HH:mm")
    return st.column_config.TextColumn(label)
