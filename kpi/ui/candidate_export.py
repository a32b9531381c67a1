"""The people listed, to be taken to the tool that writes to them: those who agreed to be contacted, and no others."""

from functools import partial

import streamlit as st

from kpi.advocates import CONTACT_COLUMNS, Question, Wanted, contacts
from kpi.language import mark, translate, translate_plural
from kpi.ui import format as fmt
from kpi.ui import tables
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
        read = partial(contacts, page.warehouse, wanted, asked)
        shown = page.remember(f"contacts {wanted} {asked}", lambda: read(most=MOST_SHOWN))
        tables.show(
            page,
            shown.select(chosen),
            {column: translate(LABELS[column]) for column in chosen},
            name="contacts",
            words=translate("The first people of the list"),
            people=frozenset(CONTACT_COLUMNS),
            taken=tables.Taken(rows=min(total, MOST_IN_FILE), read=lambda: read(most=MOST_IN_FILE).select(chosen)),
            in_sight=IN_SIGHT,
        )
