"""What readers save under names, views and segments alike: links, a form that saves, a dialog that changes."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from html import escape
from typing import Generic, TypeVar

import streamlit as st

from kpi.access.roles import Role
from kpi.access.sessions import Identity
from kpi.access.words import LANGUAGES
from kpi.decisions import Author, Change, NamedSegment, View
from kpi.decisions.register import Register
from kpi.errors import NameTakenError
from kpi.language import spoken, translate
from kpi.ui import decided, deciding, dialogs
from kpi.ui import format as fmt
from kpi.ui.page import Page

Saved = TypeVar("Saved", View, NamedSegment)
ROLES = tuple(role.value for role in Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said of one kind of them, in the language spoken.

    `anew` names the box that gives one other filters, `saving` the field of a name where they are no filters.
    """

    one: str
    mine: str
    manage: str
    replaces: str
    taken: str
    anew: str = ""
    saving: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a reader typed: `is_ticked` is to replace one of the name, or to give one the filters chosen now."""

    name: str
    roles: tuple[str, ...]
    is_ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf(Generic[Saved]):
    """One kind of them, as of the entry `entry_id`: `visible` are those that somebody sees, the rest records.

    `key` begins the keys of its controls.
    """

    key: str
    words: Words
    longest_name: int
    register: Register[Saved]
    entry_id: int
    visible: Callable[[Identity], Iterable[Saved]]
    save: Callable[[Author, Typed], object]
    change: Callable[[Author, Saved, Typed], object]
    delete: Callable[[Author, Saved], object]
    undo: Callable[[Author, int], object]


def links(
    label: str,
    shown: Iterable[Saved],
    username: str,
    address: Callable[[Saved], str],
    note: Callable[[Saved], str] = lambda one: "",
) -> str:
    """Each as a link, or as text without an address, with its note and, where it is somebody else's, whose it is."""
    items = [
        f"<li>{_named(one.name, address(one))}{escape(note(one))}"
        + (f" <small>{escape(one.owner)}</small>" if one.owner != username else "")
        + "</li>"
        for one in shown
    ]
    style = "list-style:none;margin:0;padding:0;line-height:1.9"
    return f'<ul aria-label="{escape(label)}" style="{style}">{"".join(items)}</ul>'


def offer_saving(page: Page, shelf: Shelf[Saved]) -> None:
    """Draw the form that saves the filters chosen; what cannot be saved is told below it."""
    # What was typed goes once it is saved: the next entry makes new controls.
    key, now = shelf.key, shelf.entry_id
    with st.form(f"{key}-save", border=False, enter_to_submit=False):
        name = st.text_input(
            shelf.words.saving or translate("Save these filters as"),
            max_chars=shelf.longest_name,
            placeholder=translate("Name"),
            key=f"{key}-name {now}",
        )
        roles = _ask_roles((), f"{key}-roles {now}")
        replaces = st.checkbox(shelf.words.replaces, key=f"{key}-replaces {now}")
        is_sent = st.form_submit_button(translate("Save"), type="primary")
    if not is_sent:
        return
    try:
        shelf.save(deciding.author(page, page.reader), Typed(name=name, roles=roles, is_ticked=replaces))
    except NameTakenError:
        st.warning(shelf.words.taken)
    except dialogs.TOLD_OF_DECISIONS as error:
        st.error(dialogs.told(page, error), icon=":material/error:")
    else:
        st.rerun()


def offer_managing(page: Page, shelf: Shelf[Saved]) -> None:
    """Draw the way to what the reader saved before; beside a popover, which would stay open over the dialog."""
    last = last_own_change(shelf.register, page.reader.username)
    if last and st.button(shelf.words.manage, type="tertiary", icon=":material/edit:", key=f"{shelf.key}-manage"):
        manage(page, shelf)


def manage(page: Page, shelf: Shelf[Saved]) -> None:
    """Open the dialog in which a reader renames, shares, deletes and brings back what is theirs."""

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        own = [one for one in shelf.visible(reader) if one.owner == reader.username]
        if own:
            place = st.selectbox(
                shelf.words.one, range(len(own)), format_func=lambda number: own[number].name, key=f"{shelf.key}-chosen"
            )
            _change(shelf, author, own[place])
            _delete(shelf, author, own[place])
        _undo(page, shelf, author)

    dialogs.show(page, shelf.words.mine, draw, width="small")


def last_own_change(register: Register[Saved], username: str) -> Change[Saved] | None:
    """The newest change of something of this person's that is not undone."""
    keys = dict.fromkeys(change.key for change in register.changes)
    tops = [standing[-1] for key in keys if (standing := register.standing(key))]
    own = [change for change in tops if any(one.owner == username for one in (change.before, change.after) if one)]
    return max(own, key=lambda change: change.entry_id, default=None)


def _named(name: str, address: str) -> str:
    return f'<a href="{escape(address)}" style="color:inherit">{escape(name)}</a>' if address else escape(name)


def _change(shelf: Shelf[Saved], author: Author, one: Saved) -> None:
    key = f"{one.key} {shelf.entry_id}"
    with st.form(f"{shelf.key}-{key}", border=False, enter_to_submit=False):
        name = st.text_input(
            translate("Name"), value=one.name, max_chars=shelf.longest_name, key=f"{shelf.key}-name {key}"
        )
        roles = _ask_roles(one.roles, f"{shelf.key}-roles {key}")
        anew = shelf.words.anew
        is_ticked = st.checkbox(anew, key=f"{shelf.key}-anew {key}") if anew else False
        is_sent = st.form_submit_button(translate("Save"), type="primary")
    if is_sent:
        shelf.change(author, one, Typed(name=name, roles=roles, is_ticked=is_ticked))
        st.rerun()


def _delete(shelf: Shelf[Saved], author: Author, one: Saved) -> None:
    if not st.checkbox(translate("Delete it"), key=f"{shelf.key}-deleting {one.key}"):
        return
    st.markdown(
        translate(
            "**{name}** goes, for you and for everybody you share it with. You can undo that afterwards.",
            name=fmt.plain(one.name),
        )
    )
    if st.button(translate("Yes, delete it"), icon=":material/delete:", key=f"{shelf.key}-delete"):
        shelf.delete(author, one)
        st.rerun()


def _undo(page: Page, shelf: Shelf[Saved], author: Author) -> None:
    last = last_own_change(shelf.register, author.name)
    if last and st.button(
        translate("Undo the last change"),
        icon=":material/undo:",
        type="tertiary",
        help=fmt.plain(decided.change_in_words(last, page.settings.currency)),
        key=f"{shelf.key}-undo",
    ):
        shelf.undo(author, last.entry_id)
        st.rerun()


def _ask_roles(chosen: Collection[str], key: str) -> tuple[str, ...]:
    words = LANGUAGES[spoken()]
    return tuple(
        st.multiselect(
            translate("Share with"),
            ROLES,
            default=list(chosen) or None,
            format_func=lambda role: words[f"role_{role}"],
            placeholder=translate("Nobody"),
            key=key,
        )
    )
