"""Annotations beside charts: their marks on a figure, their texts below it, and the editor."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any

import streamlit as st

from kpi.access.sessions import Identity
from kpi.access.words import LANGUAGES
from kpi.decisions import (
    Annotation,
    Author,
    Decisions,
    read_annotations_file,
    record_annotation_edited,
    record_annotation_removed,
    record_annotations,
    record_annotations_undone,
)
from kpi.decisions.annotations import LONGEST
from kpi.language import spoken, translate, translate_plural
from kpi.ui import decided, deciding, dialogs, uploads
from kpi.ui import format as fmt
from kpi.ui.page import Page

LONGEST_MARK = 22  # signs of a text that stand at its line
ROWS_OF_MARKS = 3  # neighbours stand on different heights
HEIGHT_OF_ROW = 14  # pixels
FAINT = 0.07


def on_page(page: Page) -> tuple[Annotation, ...]:
    """The annotations about days of the page's period, by their first day."""
    return deciding.decisions(page).annotations.on_page(page.name, page.period)


def shapes(found: Sequence[Annotation], colour: str) -> list[dict[str, Any]]:
    """What a figure's layout draws for them: a thin line on the first day, and a faint band over several days."""
    lines = [
        {
            "type": "line",
            "x0": one.first,
            "x1": one.first,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": colour, "width": 1},
            "layer": "below",
        }
        for one in found
    ]
    bands = [
        {
            "type": "rect",
            "x0": one.first,
            "x1": one.last + timedelta(days=1),
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "fillcolor": colour,
            "opacity": FAINT,
            "line": {"width": 0},
            "layer": "below",
        }
        for one in found
        if one.last > one.first
    ]
    return [*bands, *lines]


def labels(page: Page, found: Sequence[Annotation], colour: str) -> list[dict[str, Any]]:
    """What a figure's layout writes above their lines: the first words; days and the whole text under the pointer."""
    middle = page.period.start + (page.period.end - page.period.start) / 2
    return [
        {
            "x": max(one.first, page.period.start),
            "yref": "paper",
            "y": 1,
            "text": escape(shortened(one.text), quote=False),
            "hovertext": f"{fmt.begin(decided.days_of(one))}<br>{escape(one.text, quote=False)}",
            "showarrow": False,
            "xanchor": "left" if one.first < middle else "right",
            "yanchor": "bottom",
            "yshift": HEIGHT_OF_ROW * (number % ROWS_OF_MARKS),
            "xshift": 3 if one.first < middle else -3,
            "font": {"size": 11, "color": colour},
        }
        for number, one in enumerate(found)
    ]


def headroom(found: Sequence[Annotation]) -> int:
    """The pixels that the labels take above a figure."""
    return HEIGHT_OF_ROW * min(len(found), ROWS_OF_MARKS)


def shortened(text: str) -> str:
    """The first words of a text, as many as there is room for."""
    if len(text) <= LONGEST_MARK:
        return text
    return text[:LONGEST_MARK].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def told(found: Sequence[Annotation]) -> str:
    """The annotations with their days, for below a chart. Markdown; empty without any."""
    lines = [
        translate("{days}: {text}", days=fmt.begin(decided.days_of(one)), text=fmt.plain(one.text)) for one in found
    ]
    return "  \n".join(lines)


def edit(page: Page) -> None:
    """Open the editor: add, change and remove annotations, undo, import from CSV."""
    known = deciding.decisions(page)

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        chosen = _choose(known)
        _form(page, known, author, chosen)
        if chosen:
            _remove(page, known, author, chosen)
        _undo(page, known, author)
        _history(page, known)
        _upload(page, known, author)

    dialogs.show(page, translate("Annotations"), draw)


def _choose(known: Decisions) -> Annotation | None:
    options = [None, *reversed(known.annotations.listed())]
    words = [
        translate("{days}: {text}", days=fmt.begin(decided.days_of(one)), text=shortened(one.text))
        if one
        else translate("A new annotation")
        for one in options
    ]
    place = st.selectbox(
        translate("Annotation"), range(len(options)), format_func=words.__getitem__, key="annotation-chosen"
    )
    return options[place]


def _form(page: Page, known: Decisions, author: Author, chosen: Annotation | None) -> None:
    key = f"{chosen.key if chosen else 'new'} {known.entry_id}"
    last_day = page.period.last_day
    with st.form(f"annotation-{key}", border=False, enter_to_submit=False):
        days = st.date_input(
            translate("Day, or first and last day"),
            value=(chosen.first, chosen.last) if chosen else (last_day, last_day),
            format="DD/MM/YYYY",
            key=f"annotation-days {key}",
        )
        text = st.text_area(
            translate("What happened"),
            value=chosen.text if chosen else "",
            max_chars=LONGEST,
            height=80,
            key=f"annotation-text {key}",
        )
        pages = st.multiselect(
            translate("Pages"),
            deciding.PAGES,
            default=list(chosen.pages) if chosen else None,
            format_func=_page_name,
            placeholder=translate("All pages"),
            key=f"annotation-pages {key}",
        )
        is_sent = st.form_submit_button(translate("Save"), type="primary")
    if is_sent:
        first, last = _ends(days)
        wanted = Annotation(first=first, last=last, text=" ".join(text.split()), pages=tuple(sorted(pages)))
        ledger, at, every = page.store.ledger, datetime.now(UTC), deciding.PAGES
        if chosen:
            wanted = replace(wanted, key=chosen.key)
            record_annotation_edited(ledger, author, wanted, at=at, pages=every, seen=known.entry_id)
        else:
            record_annotations(ledger, author, [wanted], at=at, pages=every)
        st.rerun()


def _ends(days: date | Sequence[date]) -> tuple[date, date]:
    """The first and the last day; only one was chosen where nobody clicked a second time."""
    chosen = [days] if isinstance(days, date) else list(days)
    return chosen[0], chosen[-1]


def _remove(page: Page, known: Decisions, author: Author, chosen: Annotation) -> None:
    if st.button(translate("Remove"), icon=":material/delete:", type="tertiary", key="annotation-remove"):
        ledger = page.store.ledger
        record_annotation_removed(ledger, author, chosen.key, at=datetime.now(UTC), seen=known.entry_id)
        st.rerun()


def _undo(page: Page, known: Decisions, author: Author) -> None:
    last, *_ = known.annotations.last_standing(change.key for change in known.annotations.changes) or (None,)
    if last and st.button(
        translate("Undo the last change"),
        icon=":material/undo:",
        type="tertiary",
        help=fmt.plain(decided.change_in_words(last, page.settings.currency)),
        key="annotation-undo",
    ):
        record_annotations_undone(page.store.ledger, author, last.entry_id, at=datetime.now(UTC))
        st.rerun()


def _history(page: Page, known: Decisions) -> None:
    if known.annotations.changes:
        with st.expander(translate("History"), icon=":material/history:"):
            st.caption(decided.history(page, known.annotations.changes))


def _upload(page: Page, known: Decisions, author: Author) -> None:
    uploads.offer(
        "annotation",
        translate("Columns: first_day (2026-11-22), text; if need be last_day, pages. All or nothing."),
        read=lambda data: read_annotations_file(data, deciding.PAGES),
        new=lambda found: len(new_among(found, known)),
        plan=plan_in_words,
        import_=lambda found, name: record_annotations(
            page.store.ledger, author, found, at=datetime.now(UTC), pages=deciding.PAGES, file=name
        ),
    )


def new_among(found: Sequence[Annotation], known: Decisions) -> list[Annotation]:
    """Those that do not stand there already."""
    there = known.annotations.values()
    return [one for one in found if not any(one.says_the_same_as(other) for other in there)]


def plan_in_words(new: int, given: int) -> str:
    """What an import would do. Markdown."""
    return translate_plural(
        "**{count}** of {given} annotations would be added.",
        "**{count}** of {given} annotations would be added.",
        new,
        count=fmt.count(new),
        given=fmt.count(given),
    )


def _page_name(page: str) -> str:
    return fmt.begin(LANGUAGES[spoken()][f"page_{page}"])
