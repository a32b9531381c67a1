"""Named segments on the discovery page: filters under a name, how many people they hold now, and saving them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from kpi.advocates import Question, Wanted, candidates
from kpi.decisions import (
    Author,
    NamedSegment,
    record_segment,
    record_segment_changed,
    record_segment_deleted,
    record_segment_undone,
)
from kpi.decisions.named_segments import (
    COMPANY_FILTERS,
    CONFIDENCE,
    HAS_POSTED,
    IS_AMBASSADOR,
    LONGEST_NAME,
    NO,
    REASON,
    YES,
    tidy_filters,
)
from kpi.language import translate
from kpi.ui import deciding, options, saved
from kpi.ui import format as fmt
from kpi.ui.discovery_filters import reason_label
from kpi.ui.page import Page
from kpi.ui.segment_words import choices, filters_in_words
from kpi.ui.segments import offered_values, segment_label

ADDRESS = "/discovery"
Called = Mapping[str, Mapping[str, str]]
"""What the values of a dimension are called in a URL, by dimension."""


def offer(page: Page, wanted: Wanted, asked: Question) -> None:
    """Draw the segments that the reader sees, the form that saves the filters chosen, and the way to the reader's."""
    shelf = shelf_of(page, wanted)
    visible = tuple(shelf.visible(page.reader))
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        with st.popover(translate("Saved segments"), icon=":material/bookmark:"):
            if visible:
                counts = {one.key: _count(page, one, asked) for one in visible}
                called = {name: _called(page, name) for name in COMPANY_FILTERS}
                st.html(links(visible, counts, page.reader.username, called))
            else:
                st.caption(translate("Nothing is saved yet: choose filters, then give them a name."))
            saved.offer_saving(page, shelf)
        saved.offer_managing(page, shelf)


def filters_of(wanted: Wanted) -> dict[str, tuple[str, ...]]:
    """The filters of a segment that asks for the same; what was looked for by name is no filter."""
    flags = {HAS_POSTED: wanted.has_posted, IS_AMBASSADOR: wanted.is_ambassador}
    found = {name: tuple(values) for name, values in wanted.where.items() if values}
    found |= {name: (YES if flag else NO,) for name, flag in flags.items() if flag is not None}
    if wanted.reasons:
        found[REASON] = tuple(wanted.reasons)
    if wanted.least_confidence:
        found[CONFIDENCE] = (str(wanted.least_confidence),)
    return found


def address(segment: NamedSegment, called: Called) -> str:
    """Where the page is open with these filters, in the language spoken; `called` says what values are called there.

    Empty for a filter of whose values the data has none: a URL that leaves it out would ask for everybody.
    """
    wanted = segment.wanted
    where = {
        name: [called[name][value] for value in values if value in called[name]]
        for name, values in wanted.where.items()
    }
    if not all(where.values()):
        return ""
    query = list(zip(("posted", "standing", "known"), map(translate, choices(wanted)), strict=True))
    query += [("reason", reason_label(name)) for name in wanted.reasons]
    query += [(name, words) for name, values in where.items() for words in values]
    return f"{ADDRESS}?{urlencode(query)}"


def links(segments: Iterable[NamedSegment], counts: Mapping[str, int], username: str, called: Called) -> str:
    """The segments as links with the number of people in each now."""
    return saved.links(
        translate("Saved segments"),
        segments,
        username,
        lambda one: address(one, called),
        lambda one: f" ({fmt.count(counts[one.key])})",
    )


def _called(page: Page, name: str) -> dict[str, str]:
    return options.called(offered_values(page, name), partial(segment_label, name))


def _count(page: Page, segment: NamedSegment, asked: Question) -> int:
    wanted = segment.wanted
    total: int = page.remember(
        f"people of {wanted}, {asked}", lambda: candidates(page.warehouse, wanted, question=asked, size=1).total
    )
    return total


def shelf_of(page: Page, wanted: Wanted) -> saved.Shelf[NamedSegment]:
    """The segments, and how what is `wanted` is saved as one."""
    found, ledger, filters = deciding.decisions(page), page.store.ledger, filters_of(wanted)

    def save(author: Author, typed: saved.Typed) -> object:
        return record_segment(
            ledger,
            author,
            name=typed.name,
            filters=filters,
            at=datetime.now(UTC),
            all_roles=saved.ROLES,
            roles=typed.roles,
            replaces=typed.is_ticked,
        )

    def change(author: Author, segment: NamedSegment, typed: saved.Typed) -> object:
        after = replace(segment, name=typed.name, roles=typed.roles)
        if typed.is_ticked:
            after = replace(after, filters=tidy_filters(filters))
        return record_segment_changed(
            ledger, author, after, at=datetime.now(UTC), all_roles=saved.ROLES, seen=found.entry_id
        )

    return saved.Shelf(
        key="segment",
        words=_words(wanted),
        longest_name=LONGEST_NAME,
        register=found.segments,
        entry_id=found.entry_id,
        visible=lambda reader: found.segments.visible_to(reader.username, reader.role),
        save=save,
        change=change,
        delete=lambda author, segment: record_segment_deleted(ledger, author, segment.key, at=datetime.now(UTC)),
        undo=lambda author, entry_id: record_segment_undone(ledger, author, entry_id, at=datetime.now(UTC)),
    )


def _words(wanted: Wanted) -> saved.Words:
    filters = fmt.plain(filters_in_words(wanted))
    return saved.Words(
        one=translate("Segment"),
        mine=translate("My segments"),
        manage=translate("Manage my segments"),
        replaces=translate("Replace a segment of mine with this name"),
        taken=translate("You have a segment of this name. Tick the box to replace it."),
        anew=translate("Give it the filters chosen now: {filters}", filters=filters) if filters else "",
    )
