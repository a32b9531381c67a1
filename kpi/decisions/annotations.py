"""Annotations: what happened on a day or over some days, in a few words, for those who read a chart later."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import uuid4

from pydantic import TypeAdapter

from kpi.decisions.authors import Author
from kpi.decisions.journal import Kind, record, undoing
from kpi.decisions.register import Change, Edit, Register
from kpi.errors import DecisionError
from kpi.language import translate
from kpi.period import Period
from kpi.store import Ledger

RIGHT: Final = "annotations"
LONGEST: Final = 200
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # all but tabs and line breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A text about the days `first` to `last`, both included, for some `pages` or, when none is named, for all."""

    key: str = ""
    first: date
    last: date
    text: str
    pages: tuple[str, ...] = ()
    author: str = ""

    def __str__(self) -> str:
        """Which annotation it is."""
        return f"{self.first} {self.text}"

    def says_the_same_as(self, other: "Annotation") -> bool:
        """Whether days, text and pages are the same, whoever wrote it."""
        return replace(self, key="", author="") == replace(other, key="", author="")


KIND: Final = Kind("annotations", TypeAdapter(Annotation))


class Annotations(Register[Annotation]):
    """The annotations in force by key."""

    def on_page(self, page: str, period: Period) -> tuple[Annotation, ...]:
        """Those about days of the period, on this page, by their first day."""
        return tuple(
            one
            for one in self.listed()
            if one.first < period.end and one.last >= period.start and (not one.pages or page in one.pages)
        )

    def listed(self) -> tuple[Annotation, ...]:
        """All of them by their first day."""
        return tuple(sorted(self.values(), key=lambda one: (one.first, one.last, one.text)))


def record_annotations(
    ledger: Ledger,
    author: Author,
    annotations: Iterable[Annotation],
    *,
    at: datetime,
    pages: Collection[str],
    file: str | None = None,
) -> tuple[Change[Annotation], ...]:
    """Add annotations, all in one entry, and return what was added; one that is there already is not added again.

    `pages` are those that there are. `NotAllowedError` when the author does not annotate, `DecisionError` for an
    annotation that cannot be.
    """
    author.require(RIGHT)
    new = [replace(one, key=uuid4().hex, author=author.name) for one in annotations]
    for one in new:
        _require_valid(one, pages)

    def plan(now: Register[Annotation]) -> list[Edit[Annotation]]:
        there = {replace(one, key="", author="") for one in now.values()}
        return [Edit(key=one.key, to=one) for one in new if replace(one, key="", author="") not in there]

    return record(ledger, KIND, author, plan, at=at, file=file)


def record_annotation_edited(
    ledger: Ledger, author: Author, annotation: Annotation, *, at: datetime, pages: Collection[str], seen: int
) -> tuple[Change[Annotation], ...]:
    """Put another text, other days or other pages in place of the annotation of this key; who wrote it first stays.

    `ChangedMeanwhileError` when it was changed or removed after the entry `seen`.
    """
    author.require(RIGHT)
    _require_valid(annotation, pages)

    def plan(now: Register[Annotation]) -> list[Edit[Annotation]]:
        history = now.history(annotation.key)
        if not history:
            raise DecisionError(translate("There is no such annotation."))
        written_by = next(change.after.author for change in history if change.after)
        return [Edit(key=annotation.key, to=replace(annotation, author=written_by))]

    return record(ledger, KIND, author, plan, at=at, seen=seen)


def record_annotation_removed(
    ledger: Ledger, author: Author, key: str, *, at: datetime, seen: int
) -> tuple[Change[Annotation], ...]:
    """Remove an annotation; `ChangedMeanwhileError` when it was changed after the entry `seen`."""
    author.require(RIGHT)
    return record(ledger, KIND, author, lambda now: [Edit(key=key, to=None)], at=at, seen=seen)


def record_annotations_undone(
    ledger: Ledger, author: Author, entry_id: int, *, at: datetime
) -> tuple[Change[Annotation], ...]:
    """Put back what an entry changed; that is an entry, too."""
    author.require(RIGHT)
    return record(ledger, KIND, author, undoing(entry_id), at=at, undoes=entry_id)


def find_fault(annotation: Annotation, pages: Collection[str]) -> str | None:
    """Why an annotation cannot be, in the language spoken; None when it can."""
    if not annotation.text.strip():
        return translate("The text is missing.")
    if CONTROL.search(annotation.text):
        return translate("The text holds a sign that cannot be shown.")
    if len(annotation.text) > LONGEST:
        return translate("A text has at most {count} characters.", count=LONGEST)
    if annotation.last < annotation.first:
        return translate("The last day comes before the first.")
    unknown = [page for page in annotation.pages if page not in pages]
    if unknown:
        return translate("There is no page “{name}”.", name=unknown[0])
    return None


def _require_valid(annotation: Annotation, pages: Collection[str]) -> None:
    fault = find_fault(annotation, pages)
    if fault:
        raise DecisionError(fault)
