"""The way to the sponsor's report on a page: one file per language, of the period and what else was chosen."""

from functools import partial

import streamlit as st

from kpi.access.downloads import Offer
from kpi.language import LANGUAGES, mark, spoken, translate
from kpi.ui import identity
from kpi.ui.movements import ACTIVE
from kpi.ui.page import Page
from kpi.ui.report import FILE, Asked, build_report, explain_no_report

IN_LANGUAGE = {"en": mark("Report in English (PDF)"), "fr": mark("Report in French (PDF)")}


def offer(page: Page) -> None:
    """Offer the report of what was chosen in each language, the reader's first; say why when there is none."""
    reason = page.recall("no report", ACTIVE, lambda: explain_no_report(page.warehouse, page.period))
    if reason is not None:
        st.caption(translate("No report for these days: {reason}.", reason=reason))
        return
    with st.container(horizontal=True):
        for language in sorted(LANGUAGES, key=lambda one: one != spoken()):
            st.link_button(
                translate(IN_LANGUAGE[language]),
                identity.offer_download(page.reader, f"{page.name} report {language}", _offered(page, language)),
                icon=":material/picture_as_pdf:",
                type="tertiary",
            )


def _offered(page: Page, language: str) -> Offer:
    asked = Asked(
        store=page.store,
        settings=page.settings,
        period=page.period,
        filters=page.filters,
        attribution=page.attribution,
    )
    return Offer(
        file_name=FILE,
        saved_as=f"ambassade-report-{page.period.start}-{page.period.last_day}-{language}.pdf",
        media_type="application/pdf",
        make=page.later(partial(build_report, asked=asked, language=language)),
        rows=1,
        has_people=False,
    )
