"""The way to the newsletter's draft: a month, who is in it, and the files, for who may take people's data away."""

from contextlib import closing
from datetime import date, timedelta
from functools import partial
from typing import Final

import streamlit as st

from kpi.access.downloads import Offer
from kpi.decisions import consents_in, read_decisions
from kpi.language import LANGUAGES, mark, spoken, translate, translate_plural
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui import identity
from kpi.ui.newsletter import ENDINGS, Form, choose_for_month, read_features, write_newsletter
from kpi.ui.page import Page
from kpi.ui.spotlight_board import Board, person

TYPES: Final = {Form.HTML: "text/html; charset=utf-8", Form.MARKDOWN: "text/markdown; charset=utf-8"}
LABELS: Final = {
    ("en", Form.HTML): mark("In English (HTML)"),
    ("en", Form.MARKDOWN): mark("In English (Markdown)"),
    ("fr", Form.HTML): mark("In French (HTML)"),
    ("fr", Form.MARKDOWN): mark("In French (Markdown)"),
}


def offer(page: Page, board: Board) -> None:
    """Choose a month, say who is in its newsletter, and offer the draft in each language and form."""
    if not page.reader.rights.exports_people:
        st.caption(translate("The draft names people: a coordinator or the programme owner can take it away."))
        return
    month = st.segmented_control(
        translate("Month"),
        _months(board.today),
        default=board.today.replace(day=1),
        format_func=lambda day: fmt.begin(fmt.month(day)),
        key="newsletter-month",
        required=True,
    )
    month = month or board.today.replace(day=1)
    found = choose_for_month(board.decisions.spotlights, month, consents_in(page.warehouse))
    if not found:
        st.caption(
            translate("Nobody is in it yet: who agreed, is scheduled for the month or was published in it will be.")
        )
        return
    names = ", ".join(fmt.plain(person(board, one)) for one in found)
    st.markdown(
        translate_plural(
            "**{count}** person is in it: {names}.",
            "**{count}** people are in it: {names}.",
            len(found),
            count=fmt.count(len(found)),
            names=names,
        )
    )
    with st.container(horizontal=True):
        for language in sorted(LANGUAGES, key=lambda one: one != spoken()):
            for form in Form:
                _link(page, len(found), month, language, form)


def _link(page: Page, people: int, month: date, language: str, form: Form) -> None:
    file = f"ambassade-newsletter-{month:%Y-%m}-{language}.{ENDINGS[form]}"
    made = Offer(
        file_name=file,
        media_type=TYPES[form],
        make=partial(_write_now, page.store, month, language=language, form=form),
        rows=people,
        has_people=True,
    )
    st.link_button(
        translate(LABELS[language, form]),
        identity.offer_download(page.reader, f"{page.name} {file}", made),
        icon=":material/download:",
        type="tertiary",
    )


def _write_now(store: Store, month: date, *, language: str, form: Form) -> bytes:
    """The draft as of when it is asked for, hours after: who is erased or declined meanwhile is not in it."""
    with closing(Warehouse(store)) as warehouse:
        decisions = read_decisions(store.ledger, is_demo=warehouse.manifest.is_demo)
        chosen = choose_for_month(decisions.spotlights, month, consents_in(warehouse))
        return write_newsletter(read_features(warehouse, chosen), month, language=language, form=form)


def _months(today: date) -> list[date]:
    """The month of a day, the one before and the one after."""
    this = today.replace(day=1)
    return [(this - timedelta(days=1)).replace(day=1), this, (this + timedelta(days=32)).replace(day=1)]
