"""What people wrote beside their answers, newest first, for who may see people."""

from enum import StrEnum
from functools import partial

import polars as pl
import streamlit as st

from kpi.language import mark, speaking, spoken, translate, translate_plural
from kpi.metrics import COMMENT, NAME, count_comments, find_comments, missing_tables, read_comments
from kpi.store import Listing, Warehouse
from kpi.ui import charts, filters, places, tables
from kpi.ui import format as fmt
from kpi.ui.kinds import label_of
from kpi.ui.page import Page
from kpi.ui.surveys import NPS

MOST_SHOWN, IN_SIGHT, LONGEST = 500, 10, 100  # rows, rows, letters
PERSONAL = frozenset({COMMENT, NAME, "customer_id"})
KINDS = ("nps", "csat")
NARROW = {"answered_date": 100, "audience": 130, "survey_kind": 70, "score": 70}  # pixels


class Audience(StrEnum):
    """Whose comments are shown, as the reader chooses it and as it stands in the URL, both translated."""

    EVERYBODY = mark("Everybody")
    AMBASSADORS = mark("Ambassadors")
    CUSTOMERS = mark("Customers")

    @property
    def name_in_data(self) -> str | None:
        """What is asked of the data; None for everybody."""
        return {Audience.AMBASSADORS: "ambassador", Audience.CUSTOMERS: "customer"}.get(self)


def heading() -> str:
    """What the part is called."""
    return translate("In their own words")


@places.kept(lambda page: places.under(heading(), tables.ROW_HEIGHT * IN_SIGHT))
def show(page: Page) -> None:
    """List the comments of the period under the page's filters; a sentence for who may not see people."""
    st.subheader(heading(), anchor=False)
    if not page.reader.rights.sees_people:
        st.caption(translate("Left out for your role: what people wrote is personal, and may say who they are."))
        return
    if missing_tables(NPS[0], page.manifest):
        charts.tell_gap(page.read(NPS[0]).current.reason)
        return
    text, audience = _ask()
    listing = find_comments(page.period, where=page.filters, words=text.split(), audience=audience.name_in_data)
    count = count_comments(page.warehouse, listing)
    if not count:
        st.caption(told_nothing(text))
        return
    _list(page, listing, count)
    st.caption(told(count))


def told_nothing(text: str) -> str:
    """That nobody wrote anything in the period, or nothing that was looked for. Markdown."""
    if text.strip():
        return translate("No comment in this period holds “{text}”.", text=fmt.plain(text))
    return translate("Nobody left a comment in this period.")


def told(count: int) -> str:
    """How many comments there are, of which the newest are shown."""
    counted = translate_plural("{count} comment", "{count} comments", count, count=fmt.count(count))
    if count > MOST_SHOWN:
        return translate(
            "{counted}; the newest {most} are shown, all are in the file.",
            counted=counted,
            most=fmt.count(MOST_SHOWN),
        )
    return translate("{counted}, newest first.", counted=counted)


def _ask() -> tuple[str, Audience]:
    """Draw the search and the choice of whose comments to see."""
    options = list(Audience)
    line = st.container(horizontal=True, vertical_alignment="bottom")
    text = line.text_input(
        translate("Search the comments"), max_chars=LONGEST, icon=":material/search:", key="comment-search"
    )
    with line.container(width="content"):
        audience = st.segmented_control(
            translate("Written by"),
            options,
            default=Audience.EVERYBODY,
            required=True,
            format_func=filters.labels("written", options, translate).__getitem__,
            key="written",
            bind="query-params",
        )
    return text or "", audience


def _list(page: Page, listing: Listing, count: int) -> None:
    labels = {
        "answered_date": translate("Day"),
        "score": translate("Score"),
        COMMENT: translate("Comment"),
        NAME: translate("Name"),
        "audience": translate("Asked as"),
        "survey_kind": translate("Survey"),
        "customer_id": translate("Id"),
    }
    tables.show(
        page,
        in_words(read_comments(page.warehouse, listing, most=MOST_SHOWN)),
        labels,
        name="comments",
        words=translate("Comments, newest first"),
        people=PERSONAL,
        columns=tables.Columns(wide=frozenset({COMMENT}), widths=NARROW),
        in_sight=IN_SIGHT,
        taken=tables.Taken(rows=count, read=page.later(partial(_whole, listing, spoken()))),
    )


def in_words(frame: pl.DataFrame) -> pl.DataFrame:
    """The comments with audience and survey in words, a name for nobody left empty."""
    audiences = {"ambassador": translate("Ambassador"), "customer": translate("Customer")}
    return frame.with_columns(
        pl.col("audience").replace_strict(audiences, return_dtype=pl.String),
        pl.col("survey_kind").replace_strict({kind: label_of(kind) for kind in KINDS}, return_dtype=pl.String),
    )


def _whole(listing: Listing, language: str, warehouse: Warehouse) -> pl.DataFrame:
    """The file, in the language of the page: it is made when it is asked for, outside of the page."""
    with speaking(language):
        return in_words(read_comments(warehouse, listing))
