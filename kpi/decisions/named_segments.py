"""Named segments: filters on customers under a name, one's own or shared with roles."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from pydantic import TypeAdapter

from kpi.advocates import COMPONENTS, CONFIDENCE_STEPS, Wanted
from kpi.decisions.authors import Author
from kpi.decisions.journal import Kind, record, undoing
from kpi.decisions.register import Change, Edit, Register
from kpi.errors import DecisionError, NameTakenError, NotAllowedError
from kpi.language import any_of, translate
from kpi.store import Ledger

LONGEST_NAME: Final = 60
MOST_VALUES: Final = 200
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

COMPANY_FILTERS: Final = ("country_code", "sector", "company_size", "acquisition_channel")
"""Those of every page; any of the values that the data has."""

REASON, HAS_POSTED, IS_AMBASSADOR, CONFIDENCE = "reason", "has_posted", "is_ambassador", "minimum_confidence"
YES, NO = "yes", "no"
DISCOVERY_FILTERS: Final = (REASON, HAS_POSTED, IS_AMBASSADOR, CONFIDENCE)
"""Those of discovery: any of some reasons, "yes" or "no", and a confidence of at least one of `CONFIDENCE_STEPS`."""

Filters = tuple[tuple[str, tuple[str, ...]], ...]
"""Filters by name, each with the values of which one must hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSegment:
    """Customers for whom every filter holds; `roles` are those with whom its owner shares it."""

    key: str
    name: str
    filters: Filters
    owner: str
    roles: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Which segment it is."""
        return self.name

    @property
    def company_filters(self) -> Mapping[str, tuple[str, ...]]:
        """What it filters on every page."""
        return {name: values for name, values in self.filters if name in COMPANY_FILTERS}

    @property
    def discovery_filters(self) -> Mapping[str, tuple[str, ...]]:
        """What it filters beside that in discovery."""
        return {name: values for name, values in self.filters if name in DISCOVERY_FILTERS}

    @property
    def wanted(self) -> Wanted:
        """Whom of the candidates it asks for; a reason that is no component any more asks for nothing, and a confidence
        between two steps for the lower one.
        """
        kept = self.discovery_filters
        (least,) = kept.get(CONFIDENCE, ("0",))
        return Wanted(
            where=self.company_filters,
            reasons=tuple(name for name in kept.get(REASON, ()) if name in COMPONENTS),
            least_confidence=max((step for step in CONFIDENCE_STEPS if step <= float(least)), default=0.0),
            has_posted=_flag(kept.get(HAS_POSTED, ())),
            is_ambassador=_flag(kept.get(IS_AMBASSADOR, ())),
        )


KIND: Final = Kind("segments", TypeAdapter(NamedSegment))


class NamedSegments(Register[NamedSegment]):
    """The segments in force by key."""

    def visible_to(self, username: str, role: str) -> tuple[NamedSegment, ...]:
        """Those of this person, then those shared with this role, by name."""
        found = [one for one in self.values() if one.owner == username or role in one.roles]
        return tuple(sorted(found, key=lambda one: (one.owner != username, one.name.casefold(), one.owner)))

    def called(self, name: str) -> tuple[NamedSegment, ...]:
        """Those of this name, whoever's they are; capitals do not count."""
        wanted = " ".join(name.split()).casefold()
        return tuple(one for one in self.values() if one.name.casefold() == wanted)

    def named(self, owner: str, name: str) -> NamedSegment | None:
        """The segment of this owner and name; capitals do not count."""
        return next((one for one in self.called(name) if one.owner == owner), None)


def record_segment(
    ledger: Ledger,
    author: Author,
    *,
    name: str,
    filters: Mapping[str, Iterable[str]],
    at: datetime,
    all_roles: Collection[str],
    roles: Iterable[str] = (),
    replaces: bool = False,
) -> tuple[Change[NamedSegment], ...]:
    """Save a segment; one of the same name and owner is replaced when `replaces`, and `NameTakenError` otherwise.

    `all_roles` are those that there are. `DecisionError` for a segment that cannot be.
    """
    wanted = NamedSegment(
        key=uuid4().hex, name=name, filters=tidy_filters(filters), owner=author.name, roles=tuple(roles)
    )
    wanted = _tidied(wanted)
    _require_valid(wanted, all_roles)

    def plan(now: Register[NamedSegment]) -> list[Edit[NamedSegment]]:
        there = _namesake(now, wanted)
        if there and not replaces:
            raise _exists(wanted)
        segment = replace(wanted, key=there.key) if there else wanted
        return [Edit(key=segment.key, to=segment)]

    return record(ledger, KIND, author, plan, at=at)


def record_segment_changed(
    ledger: Ledger, author: Author, segment: NamedSegment, *, at: datetime, all_roles: Collection[str], seen: int
) -> tuple[Change[NamedSegment], ...]:
    """Rename a segment of one's own, share it with other roles, or give it other filters.

    `NotAllowedError` when it is somebody else's, `NameTakenError` when another one has the name,
    `ChangedMeanwhileError` when it was changed after the entry `seen`.
    """
    changed = _tidied(segment)
    _require_valid(changed, all_roles)

    def plan(now: Register[NamedSegment]) -> list[Edit[NamedSegment]]:
        before = _require_own(now, segment.key, author)
        after = replace(before, name=changed.name, roles=changed.roles, filters=changed.filters)
        _require_free(now, after)
        return [Edit(key=after.key, to=after)]

    return record(ledger, KIND, author, plan, at=at, seen=seen)


def record_segment_deleted(
    ledger: Ledger, author: Author, key: str, *, at: datetime
) -> tuple[Change[NamedSegment], ...]:
    """Delete a segment of one's own; `NotAllowedError` when it is somebody else's."""

    def plan(now: Register[NamedSegment]) -> list[Edit[NamedSegment]]:
        _require_own(now, key, author)
        return [Edit(key=key, to=None)]

    return record(ledger, KIND, author, plan, at=at)


def record_segment_undone(
    ledger: Ledger, author: Author, entry_id: int, *, at: datetime
) -> tuple[Change[NamedSegment], ...]:
    """Put back what an entry changed of a segment of one's own, a deleted one too."""

    def plan(now: Register[NamedSegment]) -> list[Edit[NamedSegment]]:
        edits: list[Edit[NamedSegment]] = list(undoing(entry_id)(now))
        for edit in edits:
            _require_own(now, edit.key, author)
            if edit.to:
                _require_free(now, edit.to)
        return edits

    return record(ledger, KIND, author, plan, at=at, undoes=entry_id)


def tidy_filters(filters: Mapping[str, Iterable[str]] | Sequence[tuple[str, Iterable[str]]]) -> Filters:
    """Filters in one order, values once, those without a value left out: the same filters are equal."""
    given = dict(filters)
    return tuple((name, values) for name in sorted(given) if (values := tuple(sorted(set(given[name])))))


def _tidied(segment: NamedSegment) -> NamedSegment:
    return replace(
        segment,
        name=" ".join(segment.name.split()),
        roles=tuple(sorted(set(segment.roles))),
        filters=tidy_filters(segment.filters),
    )


def find_fault(segment: NamedSegment, all_roles: Collection[str]) -> str | None:
    """Why a segment cannot be, in the language spoken; None when it can."""
    if not segment.name or CONTROL.search(segment.name):
        return translate("Give the segment a name.")
    if len(segment.name) > LONGEST_NAME:
        return translate("A name has at most {count} characters.", count=LONGEST_NAME)
    if not segment.filters:
        return translate("A segment needs a filter: choose one first.")
    unknown_roles = [role for role in segment.roles if role not in all_roles]
    if unknown_roles:
        return translate("There is no role “{name}”.", name=unknown_roles[0])
    return next((fault for name, values in segment.filters if (fault := _fault_of_filter(name, values))), None)


def _fault_of_filter(name: str, values: tuple[str, ...]) -> str | None:
    if name not in (*COMPANY_FILTERS, *DISCOVERY_FILTERS):
        return translate("There is no filter “{name}”.", name=name)
    if len(values) > MOST_VALUES:
        return translate("These are too many values for one filter.")
    unknown_reasons = [value for value in values if value not in COMPONENTS] if name == REASON else []
    if unknown_reasons:
        return translate("There is no reason “{name}”.", name=unknown_reasons[0])
    if name in (HAS_POSTED, IS_AMBASSADOR) and values not in ((YES,), (NO,)):
        return translate("The filter “{name}” is either yes or no, not both.", name=name)
    steps = [str(step) for step in CONFIDENCE_STEPS]
    if name == CONFIDENCE and values not in [(step,) for step in steps]:
        return translate("The filter “{name}” is one of these: {values}.", name=name, values=any_of(steps))
    return None


def _flag(values: tuple[str, ...]) -> bool | None:
    """A filter of yes or no; both ask for nothing."""
    return values == (YES,) if len(values) == 1 else None


def _namesake(now: Register[NamedSegment], wanted: NamedSegment) -> NamedSegment | None:
    return NamedSegments(now.changes).named(wanted.owner, wanted.name)


def _require_free(now: Register[NamedSegment], wanted: NamedSegment) -> None:
    there = _namesake(now, wanted)
    if there and there.key != wanted.key:
        raise _exists(wanted)


def _require_own(now: Register[NamedSegment], key: object, author: Author) -> NamedSegment:
    """The segment as it is, or was before it was deleted."""
    states = [state for change in now.history(key) for state in (change.before, change.after) if state]
    if not states:
        raise DecisionError(translate("There is no such segment."))
    if states[-1].owner != author.name:
        raise NotAllowedError(translate("This segment is somebody else’s. Save your own instead."))
    return states[-1]


def _require_valid(segment: NamedSegment, all_roles: Collection[str]) -> None:
    fault = find_fault(segment, all_roles)
    if fault:
        raise DecisionError(fault)


def _exists(segment: NamedSegment) -> DecisionError:
    return NameTakenError(
        translate("You have a segment “{name}” already. Replace it, or choose another name.", name=segment.name)
    )
