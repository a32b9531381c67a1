"""Saved views in the sidebar: open, save, and in a dialog rename, share, delete, undo."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlencode

import streamlit as st

from kpi.access.roles import Role
from kpi.access.sessions import Identity
from kpi.access.words import LANGUAGES
from kpi.decisions import (
    Author,
    Change,
    Decisions,
    Known,
    View,
    known_query,
    record_view,
    record_view_changed,
    record_view_deleted,
    record_view_undone,
)
from kpi.decisions.views import LONGEST_NAME
from kpi.errors import DecisionError, NameTakenError
from kpi.language import spoken, translate
from kpi.ui import decided, deciding, dialogs
from kpi.ui import format as fmt
from kpi.ui.page import Page

ROLES = tuple(role.value for role in Role)


def show(page: Page, filters: Collection[str]) -> None:
    """Draw the popover of saved views in the sidebar; `filters` are the names of filters in the URL."""
    found = deciding.decisions(page)
    reader = page.reader
    visible = found.views.visible_to(reader.username, reader.role, reader.rights.pages)
    with st.sidebar.popover(translate("Views"), icon=":material/bookmark:", width="stretch"):
        if visible:
            st.html(links(visible, reader.username))
        else:
            st.caption(translate("Nothing is saved yet: choose filters, then give them a name."))
        _save(page, found, filters)
        last = last_own_change(found, reader.username)
        if last and st.button(translate("Manage my views"), type="tertiary", icon=":material/edit:", key="view-manage"):
            _manage(page, found, filters)


def links(views: Collection[View], username: str) -> str:
    """The views as links; a page opened by one begins anew, so that no earlier filter is mixed in."""
    items = [
        f'<li><a href="{escape(address(view))}" style="color:inherit">{escape(view.name)}</a>'
        + (f" <small>{escape(view.owner)}</small>" if view.owner != username else "")
        + "</li>"
        for view in views
    ]
    label = escape(translate("Saved views"))
    return f'<ul aria-label="{label}" style="list-style:none;margin:0;padding:0;line-height:1.9">{"".join(items)}</ul>'


def address(view: View) -> str:
    """Where a view is opened."""
    return f"/{view.page}?{view.query}" if view.query else f"/{view.page}"


def current_query(filters: Collection[str]) -> str:
    """The filters of the page that is open, as its URL holds them."""
    asked = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    return known_query(urlencode(asked), filters)


def last_own_change(found: Decisions, username: str) -> Change[View] | None:
    """The newest change of a view of this person that is not undone."""
    views = found.views
    keys = dict.fromkeys(change.key for change in views.changes if (change.after or change.before) is not None)
    tops = [standing[-1] for key in keys if (standing := views.standing(key))]
    own = [change for change in tops if any(s.owner == username for s in (change.before, change.after) if s)]
    return max(own, key=lambda change: change.entry_id, default=None)


def _save(page: Page, found: Decisions, filters: Collection[str]) -> None:
    # What was typed goes once it is saved: the next entry makes new controls.
    now = found.entry_id
    with st.form("view-save", border=False, enter_to_submit=False):
        name = st.text_input(
            translate("Save these filters as"),
            max_chars=LONGEST_NAME,
            placeholder=translate("Name"),
            key=f"view-name {now}",
        )
        roles = _ask_roles((), f"view-roles {now}")
        replaces = st.checkbox(translate("Replace a view of mine with this name"), key=f"view-replaces {now}")
        is_sent = st.form_submit_button(translate("Save"), type="primary")
    if is_sent:
        try:
            record_view(
                page.store.ledger,
                deciding.author(page, page.reader),
                name=name,
                page=page.name,
                query=current_query(filters),
                at=datetime.now(UTC),
                known=_known(page.reader, filters),
                roles=roles,
                replaces=replaces,
            )
        except NameTakenError:
            st.warning(translate("You have a view of this name. Tick the box to replace it."))
        except DecisionError as error:
            st.error(fmt.plain(str(error)))
        else:
            st.rerun()


def _manage(page: Page, found: Decisions, filters: Collection[str]) -> None:
    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        visible = found.views.visible_to(reader.username, reader.role, reader.rights.pages)
        own = [view for view in visible if view.owner == reader.username]
        if own:
            places = range(len(own))
            place = st.selectbox(
                translate("View"), places, format_func=lambda number: own[number].name, key="view-chosen"
            )
            _change(page, found, author, own[place], _known(reader, filters))
        _undo(page, found, author)

    dialogs.show(page, translate("My views"), draw, width="small")


def _change(page: Page, found: Decisions, author: Author, view: View, known: Known) -> None:
    ledger, key = page.store.ledger, f"{view.key} {found.entry_id}"
    with st.form(f"view-{key}", border=False, enter_to_submit=False):
        name = st.text_input(translate("Name"), value=view.name, max_chars=LONGEST_NAME, key=f"view-name {key}")
        roles = _ask_roles(view.roles, f"view-roles {key}")
        is_sent = st.form_submit_button(translate("Save"), type="primary")
    if is_sent:
        wanted = replace(view, name=name, roles=tuple(roles))
        record_view_changed(ledger, author, wanted, at=datetime.now(UTC), known=known, seen=found.entry_id)
        st.rerun()
    if st.button(translate("Delete"), icon=":material/delete:", type="tertiary", key="view-delete"):
        record_view_deleted(ledger, author, view.key, at=datetime.now(UTC))
        st.rerun()


def _undo(page: Page, found: Decisions, author: Author) -> None:
    last = last_own_change(found, author.name)
    if last and st.button(
        translate("Undo the last change"),
        icon=":material/undo:",
        type="tertiary",
        help=fmt.plain(decided.change_in_words(last, page.settings.currency)),
        key="view-undo",
    ):
        record_view_undone(page.store.ledger, author, last.entry_id, at=datetime.now(UTC))
        st.rerun()


def _ask_roles(chosen: Collection[str], key: str) -> list[str]:
    words = LANGUAGES[spoken()]
    return st.multiselect(
        translate("Share with"),
        ROLES,
        default=list(chosen) or None,
        format_func=lambda role: words[f"role_{role}"],
        placeholder=translate("Nobody"),
        key=key,
    )


def _known(reader: Identity, filters: Collection[str]) -> Known:
    return Known(pages=reader.rights.pages, filters=filters, roles=ROLES)
