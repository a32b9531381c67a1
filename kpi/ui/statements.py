"""The way to an ambassador's statement on their sheet: one file per language, for who may take people's data away."""

import re
from functools import partial

import streamlit as st

from kpi.access.downloads import Offer
from kpi.language import LANGUAGES, mark, spoken, translate
from kpi.metrics import Sheet
from kpi.ui import identity
from kpi.ui.movements import ACTIVE
from kpi.ui.page import Page
from kpi.ui.statement import build_statement, explain_no_statement

IN_LANGUAGE = {"en": mark("Statement in English (PDF)"), "fr": mark("Statement in French (PDF)")}
UNFIT_FOR_FILES = re.compile("[^A-Za-z0-9_-]+")
LONGEST_ID = 60


def offer(page: Page, sheet: Sheet) -> None:
    """Offer the statement of the period chosen in each language, the reader's first; say why when there is none."""
    if not page.reader.rights.exports_people:
        return
    reason = page.recall("no statement", ACTIVE, lambda: explain_no_statement(page.warehouse, page.period))
    if reason is not None:
        st.caption(translate("No statement for these days: {reason}.", reason=reason))
        return
    with st.container(horizontal=True):
        for language in sorted(LANGUAGES, key=lambda one: one != spoken()):
            # The id is part of the place, so that no link ever leads to another person's statement.
            place = f"{page.name} statement {language} {sheet.ambassador_id}"
            st.link_button(
                translate(IN_LANGUAGE[language]),
                identity.offer_download(page.reader, place, _offered(page, sheet, language)),
                icon=":material/picture_as_pdf:",
                type="tertiary",
            )


def _offered(page: Page, sheet: Sheet, language: str) -> Offer:
    known = UNFIT_FOR_FILES.sub("-", sheet.ambassador_id).strip("-")[:LONGEST_ID]
    return Offer(
        file_name="ambassade-statement.pdf",
        saved_as=f"ambassade-statement-{known}-{language}.pdf",
        media_type="application/pdf",
        make=page.later(
            partial(
                build_statement,
                ambassador_id=sheet.ambassador_id,
                period=sheet.period,
                language=language,
                currency=page.settings.currency,
            )
        ),
        rows=1,
        has_people=True,
    )
