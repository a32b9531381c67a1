"""Who is reached with a list: the people wanted who agreed to be contacted, for the tool that writes to them."""

from dataclasses import replace
from typing import Final

import polars as pl

from kpi.advocates.candidates import listing_of
from kpi.advocates.question import Question, Wanted
from kpi.store import Listing, Warehouse

FEW: Final = 1_000
CONTACT_COLUMNS: Final = ("customer_id", "full_name", "email", "segment", "engagement_score")


def contacts(
    warehouse: Warehouse, wanted: Wanted, question: Question | None = None, *, most: int | None = None
) -> pl.DataFrame:
    """All the eligible people wanted, in the list's order: `CONTACT_COLUMNS`; nobody else ever stands here.

    For readers with the right to see people: the caller asks.
    """
    listing = listing_of(warehouse, wanted, question or Question())
    people = warehouse.frame(replace(listing, columns=("customer_id", "segment", "engagement_score"), limit=most))
    # Of a few, only their names are read.
    few = {"customer_id": people["customer_id"].to_list()} if people.height <= FEW else {}
    names = warehouse.frame(
        Listing(
            mart="dim_people",
            columns=("customer_id", "full_name", "email"),
            order=("customer_id",),
            where="customer_id is not null",
            filters=few,
        )
    )
    found = people.join(names, on="customer_id", how="left", maintain_order="left")
    return found.select(CONTACT_COLUMNS)
