"""What people wrote beside their answers, for callers whose reader may see people."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from kpi.metrics.evidence import NAME
from kpi.metrics.measure import Filters
from kpi.metrics.people import name_customers
from kpi.period import Period
from kpi.store import Listing, Warehouse

COMMENT: Final = "comment"
COLUMNS: Final = ("answered_date", "audience", "survey_kind", "score", COMMENT, "customer_id")


def find_comments(
    period: Period, *, where: Filters | None = None, words: Sequence[str] = (), audience: str | None = None
) -> Listing:
    """The comments of answers in the period that hold every word, accents and case ignored, newest first.

    `where` keeps segments, `audience` customers or ambassadors. Answers to every survey count, not the latest alone.
    """
    kept = {**(where or {}), **({"audience": (audience,)} if audience else {})}
    return Listing(
        mart="fct_survey_comments",
        columns=COLUMNS,
        order=("answered_date desc", "response_id desc"),
        filters=kept,
        date="answered_date",
        period=period,
        searched=(COMMENT,),
        words=words,
        is_by_match=False,
    )


def count_comments(warehouse: Warehouse, listing: Listing) -> int:
    """How many there are in all."""
    return warehouse.tally(listing).get((), 0)


def read_comments(warehouse: Warehouse, listing: Listing, *, most: int | None = None) -> pl.DataFrame:
    """The comments with who wrote them: answered_date, audience, survey_kind, score, comment, full_name, customer_id.

    `full_name` is null of whom no name is known, such as people who were erased.
    """
    frame = warehouse.frame(replace(listing, limit=most))
    people = name_customers(warehouse, frame["customer_id"].unique().to_list())
    names = {one: person.full_name for one, person in people.items()}
    named = pl.col("customer_id").replace_strict(names, default=None, return_dtype=pl.String)
    return frame.insert_column(frame.get_column_index("customer_id"), frame.select(named.alias(NAME)).to_series())
