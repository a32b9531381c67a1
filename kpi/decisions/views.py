"""Saved views: a page with its filters under a name, one's own or shared with roles."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from pydantic import TypeAdapter

from kpi.decisions.authors import Author
from kpi.decisions.journal import Kind, record, undoing
from kpi.decisions.register import Change, Edit, Register
from kpi.errors import DecisionError, NameTakenError, NotAllowedError
from kpi.language import translate
from kpi.store import Ledger

LONGEST_NAME: Final = 60
LONGEST_QUERY: Final = 2_000
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page and its filters, as the query string of its URL; `roles` are those with whom its owner shares it."""

    key: str
    name: str
    page: str
    query: str
    owner: str
    roles: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Which view it is."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a view may name: the pages that its owner may open, the filters' names in a URL, the roles."""

    pages: Collection[str]
    filters: Collection[str]
    roles: Collection[str]


KIND: Final = Kind("views", TypeAdapter(View))


class Views(Register[View]):
    """The saved views in force by key."""

    def visible_to(self, username: str, role: str, pages: Collection[str]) -> tuple[View, ...]:
        """Those of this person, then those shared with this role, by name; none of a page that they may not open."""
        found = [
            view for view in self.values() if view.page in pages and (view.owner == username or role in view.roles)
        ]
        return tuple(sorted(found, key=lambda view: (view.owner != username, view.name.casefold(), view.owner)))

    def named(self, owner: str, name: str) -> View | None:
        """The view of this owner and name; capitals do not count."""
        wanted = _tidy(name).casefold()
        return next((one for one in self.values() if (one.owner, one.name.casefold()) == (owner, wanted)), None)


def record_view(
    ledger: Ledger,
    author: Author,
    *,
    name: str,
    page: str,
    query: str,
    at: datetime,
    known: Known,
    roles: Iterable[str] = (),
    replaces: bool = False,
) -> tuple[Change[View], ...]:
    """Save a view; one of the same name and owner is replaced when `replaces`, and `NameTakenError` otherwise.

    Of the query only known filters are kept. `DecisionError` for a view that cannot be.
    """
    kept = known_query(query, known.filters)
    wanted = View(
        key=uuid4().hex, name=_tidy(name), page=page, query=kept, owner=author.name, roles=tuple(sorted(set(roles)))
    )
    _require_valid(wanted, known)

    def plan(now: Register[View]) -> list[Edit[View]]:
        there = _named(now, wanted)
        if there and not replaces:
            raise _exists(wanted)
        view = replace(wanted, key=there.key) if there else wanted
        return [Edit(key=view.key, to=view)]

    return record(ledger, KIND, author, plan, at=at)


def record_view_changed(
    ledger: Ledger, author: Author, view: View, *, at: datetime, known: Known, seen: int
) -> tuple[Change[View], ...]:
    """Rename a view of one's own or share it with other roles.

    `NotAllowedError` when it is somebody else's, `NameTakenError` when another one has the name.
    """
    changed = replace(view, name=_tidy(view.name), roles=tuple(sorted(set(view.roles))))
    _require_valid(changed, known)

    def plan(now: Register[View]) -> list[Edit[View]]:
        before = _require_own(now, view.key, author)
        after = replace(before, name=changed.name, roles=changed.roles)
        there = _named(now, after)
        if there and there.key != after.key:
            raise _exists(after)
        return [Edit(key=after.key, to=after)]

    return record(ledger, KIND, author, plan, at=at, seen=seen)


def record_view_deleted(ledger: Ledger, author: Author, key: str, *, at: datetime) -> tuple[Change[View], ...]:
    """Delete a view of one's own; `NotAllowedError` when it is somebody else's."""

    def plan(now: Register[View]) -> list[Edit[View]]:
        _require_own(now, key, author)
        return [Edit(key=key, to=None)]

    return record(ledger, KIND, author, plan, at=at)


def record_view_undone(ledger: Ledger, author: Author, entry_id: int, *, at: datetime) -> tuple[Change[View], ...]:
    """Put back what an entry changed of a view of one's own, a deleted one too."""

    def plan(now: Register[View]) -> list[Edit[View]]:
        edits: list[Edit[View]] = list(undoing(entry_id)(now))
        for edit in edits:
            _require_own(now, edit.key, author)
            there = _named(now, edit.to) if edit.to else None
            if edit.to and there and there.key != edit.key:
                raise _exists(edit.to)
        return edits

    return record(ledger, KIND, author, plan, at=at, undoes=entry_id)


def known_query(query: str, filters: Collection[str]) -> str:
    """A query string without what is no filter."""
    return urlencode([(name, value) for name, value in parse_qsl(query.lstrip("?")) if name in filters])


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _named(now: Register[View], wanted: View) -> View | None:
    return Views(now.changes).named(wanted.owner, wanted.name)


def _require_own(now: Register[View], key: object, author: Author) -> View:
    """The view as it is, or was before it was deleted."""
    history = now.history(key)
    states = [state for change in history for state in (change.before, change.after) if state]
    if not states:
        raise DecisionError(translate("There is no such view."))
    if states[-1].owner != author.name:
        raise NotAllowedError(translate("This view is somebody else’s. Save your own instead."))
    return states[-1]


def _require_valid(view: View, known: Known) -> None:
    if not view.name or CONTROL.search(view.name):
        raise DecisionError(translate("Give the view a name."))
    if len(view.name) > LONGEST_NAME:
        raise DecisionError(translate("A name has at most {count} characters.", count=LONGEST_NAME))
    if view.page not in known.pages:
        raise DecisionError(translate("There is no page “{name}”.", name=view.page))
    if len(view.query) > LONGEST_QUERY:
        raise DecisionError(translate("These are too many filters for one view."))
    unknown = [role for role in view.roles if role not in known.roles]
    if unknown:
        raise DecisionError(translate("There is no role “{name}”.", name=unknown[0]))


def _exists(view: View) -> DecisionError:
    return NameTakenError(
        translate("You have a view “{name}” already. Replace it, or choose another name.", name=view.name)
    )
