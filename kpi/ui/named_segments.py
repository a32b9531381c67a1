"""Named segments on the discovery page: filters under a name, how many people they hold now, and saving them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlencode

import streamlit as st

from kpi.access.roles import Role
from kpi.access.words import LANGUAGES
from kpi.advocates import Question, Wanted, candidates
from kpi.decisions import NamedSegment, record_segment
from kpi.decisions.named_segments import CONFIDENCE, HAS_POSTED, IS_AMBASSADOR, LONGEST_NAME, NO, REASON, YES
from kpi.errors import DecisionError, NameTakenError
from kpi.language import spoken, translate
from kpi.ui import deciding
from kpi.ui import format as fmt
from kpi.ui.discovery_filters import Known, Posted, Standing, reason_label
from kpi.ui.page import Page
from kpi.ui.segments import segment_label

ROLES = tuple(role.value for role in Role)
ADDRESS = "/discovery"


def offer(page: Page, wanted: Wanted, asked: Question) -> None:
    """Draw the segments that the reader sees, and the form that saves the filters chosen under a name."""
    found = deciding.decisions(page)
    visible = found.segments.visible_to(page.reader.username, page.reader.role)
    with st.popover(translate("Saved segments"), icon=":material/bookmark:"):
        if visible:
            counts = {one.key: _count(page, one, asked) for one in visible}
            st.html(links(visible, counts, page.reader.username))
        else:
            st.caption(translate("Nothing is saved yet: choose filters, then give them a name."))
        _save(page, wanted)


def wanted_by(segment: NamedSegment) -> Wanted:
    """Whom a segment's filters ask for, of the confidence that the page offers."""
    wanted = segment.wanted
    return replace(wanted, least_confidence=max(one.least for one in Known if one.least <= wanted.least_confidence))


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


def address(segment: NamedSegment) -> str:
    """Where the page is open with these filters, in the language spoken."""
    wanted = wanted_by(segment)
    posted = next(one for one in Posted if one.flag is wanted.has_posted)
    standing = next(one for one in Standing if one.flag is wanted.is_ambassador)
    known = next(one for one in Known if one.least == wanted.least_confidence)
    query = [("posted", translate(posted)), ("standing", translate(standing)), ("known", translate(known))]
    query += [("reason", reason_label(name)) for name in wanted.reasons]
    query += [(name, segment_label(name, value)) for name, values in wanted.where.items() for value in values]
    return f"{ADDRESS}?{urlencode(query)}"


def links(segments: tuple[NamedSegment, ...], counts: Mapping[str, int], username: str) -> str:
    """The segments as links with the number of people in each now."""
    items = [
        f'<li><a href="{escape(address(one))}" style="color:inherit">{escape(one.name)}</a> '
        f"({escape(fmt.count(counts[one.key]))})"
        + (f" <small>{escape(one.owner)}</small>" if one.owner != username else "")
        + "</li>"
        for one in segments
    ]
    label = escape(translate("Saved segments"))
    return f'<ul aria-label="{label}" style="list-style:none;margin:0;padding:0;line-height:1.9">{"".join(items)}</ul>'


def _count(page: Page, segment: NamedSegment, asked: Question) -> int:
    wanted = wanted_by(segment)
    total: int = page.remember(
        f"people of {wanted}, {asked}", lambda: candidates(page.warehouse, wanted, question=asked, size=1).total
    )
    return total


def _save(page: Page, wanted: Wanted) -> None:
    now = deciding.decisions(page).entry_id
    words = LANGUAGES[spoken()]
    with st.form("segment-save", border=False, enter_to_submit=False):
        name = st.text_input(
            translate("Save these filters as"),
            max_chars=LONGEST_NAME,
            placeholder=translate("Name"),
            key=f"segment-name {now}",
        )
        roles = st.multiselect(
            translate("Share with"),
            ROLES,
            format_func=lambda role: words[f"role_{role}"],
            placeholder=translate("Nobody"),
            key=f"segment-roles {now}",
        )
        replaces = st.checkbox(translate("Replace a segment of mine with this name"), key=f"segment-replaces {now}")
        is_sent = st.form_submit_button(translate("Save"), type="primary")
    if not is_sent:
        return
    try:
        record_segment(
            page.store.ledger,
            deciding.author(page, page.reader),
            name=name,
            filters=filters_of(wanted),
            at=datetime.now(UTC),
            all_roles=ROLES,
            roles=roles,
            replaces=replaces,
        )
    except NameTakenError:
        st.warning(translate("You have a segment of this name. Tick the box to replace it."))
    except DecisionError as error:
        st.error(fmt.plain(str(error)))
    else:
        st.rerun()
