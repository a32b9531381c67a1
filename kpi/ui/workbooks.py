"""The way to a workbook at the end of a page: what this reader was shown, made when it is asked for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import streamlit as st

from kpi.access.downloads import Offer
from kpi.access.words import LANGUAGES
from kpi.language import all_of, speaking, spoken, translate
from kpi.settings import Settings
from kpi.ui import crediting, identity
from kpi.ui import format as fmt
from kpi.ui.blocks import Shown
from kpi.ui.page import Page
from kpi.ui.presets import against_in_words
from kpi.ui.segments import segments_in_words
from kpi.ui.typesetting import in_plain_text
from kpi.ui.workbook import Contents, build_workbook

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What they list is offered there with rules of its own, or is no set of numbers.
WITHOUT: Final = frozenset({"ambassador", "audit", "data", "discovery", "glossary", "spotlights"})
WITHOUT_PERIOD: Final = frozenset({"budget", "lifetime"})


def offer(shown: Shown) -> None:
    """Offer everything that the page has shown as one workbook; nothing where there is nothing to take away."""
    page = shown.page
    if page is None or page.name in WITHOUT or not shown.blocks:
        return
    title = fmt.begin(LANGUAGES[spoken()][f"page_{page.name}"])
    contents = Contents(title=title, about=list(_about(page)), blocks=shown.blocks, left_out=shown.left_out)
    file = Offer(
        file_name=f"ambassade-{page.name}.xlsx",
        media_type=MEDIA_TYPE,
        make=partial(_made, contents, page.reader.name, page.settings, spoken()),
        rows=sum(block.rows for block in shown.blocks),
        has_people=any(block.has_people for block in shown.blocks),
    )
    st.link_button(
        translate("Download this page as a workbook (XLSX)"),
        identity.offer_download(page.reader, f"{page.name} workbook", file),
        icon=":material/table_view:",
        type="tertiary",
    )


def _made(contents: Contents, name: str, settings: Settings, language: str) -> bytes:
    """The bytes, in the language of the page: they are made when the file is asked for, outside of the page."""
    at = datetime.now(UTC).astimezone(settings.zone)
    with speaking(language):
        made_by = translate("{name}, {moment}", name=name, moment=fmt.moment(at))
        about = [*contents.about, (translate("Made by"), made_by)]
        return build_workbook(replace(contents, about=about), by=name, at=at)


def _about(page: Page) -> Iterator[tuple[str, str]]:
    """What every number of the page is for: period, comparison, filters, rule of credit, data and its version."""
    if page.name not in WITHOUT_PERIOD:
        yield translate("Period"), fmt.begin(fmt.days(page.period))
        against = [
            translate(
                "{against} ({days})",
                against=fmt.begin(against_in_words(page.period, one)),
                days=fmt.days(page.period.compared(one)),
            )
            for one in page.comparisons
        ]
        yield translate("Compared with"), all_of(against) if against else translate("Nothing")
        chosen = segments_in_words(page.filters)
        yield translate("Segments"), in_plain_text(chosen) if chosen else translate("All")
        yield translate("Attribution"), crediting.in_words(page.attribution)
    yield translate("Currency"), page.settings.currency
    if page.manifest.data_end is not None:
        yield translate("Data to"), fmt.day(page.manifest.data_end - timedelta(days=1))
    yield translate("Version"), str(page.manifest.version)
