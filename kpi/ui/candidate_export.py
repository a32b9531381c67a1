"""The people listed, to be taken to the tool that writes to them: those who agreed to be contacted, and no others."""

from functools import partial

import polars as pl
import streamlit as st

from kpi.advocates import CONTACT_COLUMNS, Question, Wanted, contacts
from kpi.language import mark, translate, translate_plural
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui import tables
from kpi.ui.asked import question_now
from kpi.ui.page import Page

MOST_SHOWN, MOST_IN_FILE, IN_SIGHT = 20, 100_000, 5
LABELS = {
    "customer_id": mark("Id"),
    "full_name": mark("Name"),
    "email": mark("E-mail"),
    "segment": mark("Segment"),
    "engagement_score": mark("Engagement"),
}


def offer(page: Page, wanted: Wanted, asked: Question, total: int) -> None:
    """Draw the export of all the people who are listed, with the columns that the reader chooses."""
    with st.expander(translate("Take the list to an e-mail tool"), icon=":material/outgoing_mail:"):
        number = min(total, MOST_IN_FILE)
        told = translate_plural(
            "{count} person who agreed to be contacted, and nobody else; the download is logged.",
            "{count} people who agreed to be contacted, and nobody else; the download is logged.",
            number,
            count=fmt.count(number),
        )
        st.caption(told)
        chosen = st.multiselect(
            translate("Columns"),
            CONTACT_COLUMNS,
            default=["full_name", "email"],
            format_func=lambda column: translate(LABELS[column]),
            key="export-columns",
        )
        if not chosen or not total:
            return
        shown = page.remember(
            f"contacts {wanted} {asked}", lambda: contacts(page.warehouse, wanted, asked, most=MOST_SHOWN)
        )
        tables.show(
            page,
            shown.select(chosen),
            {column: translate(LABELS[column]) for column in chosen},
            name="contacts",
            words=translate("The first people of the list"),
            people=frozenset(CONTACT_COLUMNS),
            taken=tables.Taken(rows=number, read=partial(_read_now, page.store, page.settings, wanted, chosen)),
            in_sight=IN_SIGHT,
        )


def _read_now(store: Store, settings: Settings, wanted: Wanted, columns: list[str]) -> pl.DataFrame:
    """The file as of when it is asked for, hours after: who took their consent back meanwhile is not in it."""
    warehouse = Warehouse(store)
    try:
        return contacts(warehouse, wanted, question_now(store, warehouse, settings), most=MOST_IN_FILE).select(columns)
    finally:
        warehouse.close()
