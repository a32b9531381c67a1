"""Rows behind a number as a table: their columns and values in words, and who may see which."""

from collections.abc import Sequence

import polars as pl

from kpi.language import mark, translate
from kpi.metrics import NAME, RowSet
from kpi.ui import format as fmt
from kpi.ui.addresses import sheet_address
from kpi.ui.gaps import dimension_label
from kpi.ui.kinds import group_label

SHEET = "sheet"
IDS = frozenset({"ambassador_id", "product_id"})
LABELS = {  # of the columns that are no breakdown, and of those that a row names an object by
    NAME: mark("Name"),
    SHEET: mark("Sheet"),
    "act_date": mark("Day"),
    "acts": mark("Acts"),
    "after_amount": mark("After, {currency}"),
    "ambassador_id": mark("Ambassador"),
    "amount": mark("Amount, {currency}"),
    "answered": mark("Answers received"),
    "answered_date": mark("Day"),
    "asked": mark("Questions sent"),
    "asked_date": mark("Day"),
    "before_amount": mark("Before, {currency}"),
    "change_amount": mark("Change, {currency}"),
    "clicks": mark("Clicks"),
    "closing_amount": mark("At the end, {currency}"),
    "content_id": mark("Post"),
    "cost_category": mark("Category"),
    "cost_id": mark("Cost"),
    "credit_date": mark("Day"),
    "credit_share": mark("Share"),
    "customer_id": mark("Customer"),
    "enrolled_date": mark("Enrolled"),
    "incurred_date": mark("Day"),
    "is_refund": mark("Refund"),
    "kept_amount": mark("Kept, {currency}"),
    "last_act_date": mark("Last act"),
    "last_order_date": mark("Last order"),
    "ledger_amount": mark("Credited, {currency}"),
    "margin_amount": mark("Margin credited, {currency}"),
    "monthly_amount": mark("A month, {currency}"),
    "movement_date": mark("Day"),
    "net_amount": mark("Net amount, {currency}"),
    "opening_amount": mark("At the start, {currency}"),
    "order_id": mark("Order"),
    "ordered_date": mark("Day"),
    "orders": mark("Orders"),
    "person_id": mark("Person"),
    "posted_date": mark("Day"),
    "product_id": mark("Product"),
    "refunded_amount": mark("Refunded, {currency}"),
    "revenue_amount": mark("Left, {currency}"),
    "score": mark("Score"),
    "since_date": mark("Since"),
    "survey_kind": mark("Kind"),
    "touch_id": mark("Touch"),
}
CREDITED = {**LABELS, "revenue_amount": mark("Credited, {currency}")}


def labels(rows: RowSet, columns: Sequence[str], currency: str) -> dict[str, str]:
    """The columns in the order to show them, with what they are called."""
    known = CREDITED if rows.is_attributed else LABELS
    breakdowns = {column: name for name, column in rows.dimensions.items()}
    return {
        column: translate(known[column], currency=currency)
        if column in known
        else fmt.begin(dimension_label(breakdowns[column]))
        for column in _ordered(columns)
    }


def in_words(frame: pl.DataFrame, rows: RowSet) -> pl.DataFrame:
    """The values of breakdowns, and what is or is not, in words; ids stay as they are."""
    told = {*rows.dimensions.values(), "cost_category", "survey_kind"} - IDS
    answers = {True: translate("Yes"), False: translate("No")}
    for column in frame.columns:
        if frame.schema[column] == pl.Boolean:
            frame = frame.with_columns(pl.col(column).replace_strict(answers, return_dtype=pl.String))
        elif column in told:
            names = {value: group_label(column, value) for value in frame[column].drop_nulls().unique()}
            frame = frame.with_columns(pl.col(column).replace_strict(names, default=None, return_dtype=pl.String))
    return frame


def with_sheets(frame: pl.DataFrame, chosen: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """The frame with where the sheet of each ambassador named is, under the filters chosen."""
    if "ambassador_id" not in frame.columns:
        return frame
    places = {one: sheet_address(one, chosen) for one in frame["ambassador_id"].drop_nulls().unique()}
    found = pl.col("ambassador_id").replace_strict(places, default=None, return_dtype=pl.String)
    return frame.with_columns(found.alias(SHEET))


def _ordered(columns: Sequence[str]) -> list[str]:
    """Who an ambassador is stands before their id, the way to them behind it."""
    ordered = [column for column in columns if column not in {NAME, SHEET}]
    if "ambassador_id" in ordered:
        place = ordered.index("ambassador_id")
        ordered[place : place + 1] = [name for name in (NAME, "ambassador_id", SHEET) if name in columns]
    return ordered
