"""Saved views in the sidebar: a page and its filters under a name, opened by a link."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st

from kpi.access.sessions import Identity
from kpi.decisions import (
    Author,
    Known,
    View,
    known_query,
    record_view,
    record_view_changed,
    record_view_deleted,
    record_view_undone,
)
from kpi.decisions.views import LONGEST_NAME
from kpi.language import translate
from kpi.ui import deciding, saved
from kpi.ui.page import Page


def show(page: Page, filters: Collection[str]) -> None:
    """Draw the popover of saved views in the sidebar; `filters` are the names of filters in the URL."""
    shelf = shelf_of(page, filters)
    visible = tuple(shelf.visible(page.reader))
    with st.sidebar.popover(translate("Views"), icon=":material/bookmark:", width="stretch"):
        if visible:
            st.html(links(visible, page.reader.username))
        else:
            st.caption(translate("Nothing is saved yet: choose filters, then give them a name."))
        saved.offer_saving(page, shelf)
    with st.sidebar:
        saved.offer_managing(page, shelf)


def links(views: Iterable[View], username: str) -> str:
    """The views as links; a page opened by one begins anew, so that no earlier filter is mixed in."""
    return saved.links(translate("Saved views"), views, username, address)


def address(view: View) -> str:
    """Where a view is opened."""
    return f"/{view.page}?{view.query}" if view.query else f"/{view.page}"


def current_query(filters: Collection[str]) -> str:
    """The filters of the page that is open, as its URL holds them."""
    asked = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    return known_query(urlencode(asked), filters)


def shelf_of(page: Page, filters: Collection[str]) -> saved.Shelf[View]:
    """The views, and how the page's filters, those of `filters`, are saved as one."""
    found, ledger = deciding.decisions(page), page.store.ledger
    # In the dialog only views of pages that the reader may open then are there to be changed.
    known = Known(pages=page.reader.rights.pages, filters=filters, roles=saved.ROLES)

    def save(author: Author, typed: saved.Typed) -> object:
        return record_view(
            ledger,
            author,
            name=typed.name,
            page=page.name,
            query=current_query(filters),
            at=datetime.now(UTC),
            known=known,
            roles=typed.roles,
            replaces=typed.is_ticked,
        )

    def change(author: Author, view: View, typed: saved.Typed) -> object:
        wanted = replace(view, name=typed.name, roles=typed.roles)
        return record_view_changed(ledger, author, wanted, at=datetime.now(UTC), known=known, seen=found.entry_id)

    def visible(reader: Identity) -> tuple[View, ...]:
        return found.views.visible_to(reader.username, reader.role, reader.rights.pages)

    return saved.Shelf(
        key="view",
        words=_words(),
        longest_name=LONGEST_NAME,
        register=found.views,
        entry_id=found.entry_id,
        visible=visible,
        save=save,
        change=change,
        delete=lambda author, view: record_view_deleted(ledger, author, view.key, at=datetime.now(UTC)),
        undo=lambda author, entry_id: record_view_undone(ledger, author, entry_id, at=datetime.now(UTC)),
    )


def _words() -> saved.Words:
    return saved.Words(
        one=translate("View"),
        mine=translate("My views"),
        manage=translate("Manage my views"),
        replaces=translate("Replace a view of mine with this name"),
        taken=translate("You have a view of this name. Tick the box to replace it."),
    )
