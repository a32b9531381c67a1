"""People set aside for a while, and people invited as ambassadors: one decision each, the first one counts."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pydantic import TypeAdapter

from kpi.decisions import spotlights
from kpi.decisions.authors import Author
from kpi.decisions.consents import Consents, Enrolments, require_consent, require_known
from kpi.decisions.first import already_decided
from kpi.decisions.journal import Kind, read_register, record, undoing
from kpi.decisions.register import Change, Edit, Register
from kpi.decisions.spotlights import Spotlights
from kpi.errors import DecisionError
from kpi.language import translate
from kpi.store import Ledger

RIGHT: Final = "spotlights"
LONGEST_REASON: Final = 200
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A customer who is not to be proposed before the day `until`, and why."""

    customer_id: str
    until: date
    reason: str

    @property
    def key(self) -> str:
        """A customer is set aside once."""
        return self.customer_id

    def __str__(self) -> str:
        """Who, until when and why."""
        return f"{self.customer_id} until {self.until}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A customer who was invited as an ambassador on a day."""

    customer_id: str
    day: date

    @property
    def key(self) -> str:
        """A customer is invited once."""
        return self.customer_id

    def __str__(self) -> str:
        """Who, and when."""
        return f"{self.customer_id} on {self.day}"


ASIDE: Final = Kind("people_set_aside", TypeAdapter(SetAside))
INVITED: Final = Kind("invitations", TypeAdapter(Invitation))


def record_set_aside(
    ledger: Ledger, author: Author, wanted: SetAside, *, at: datetime, consents: Consents, seen: int | None = None
) -> tuple[Change[SetAside], ...]:
    """Set a customer aside, or until another day; the day of `at` is today.

    `AlreadyDecidedError` when a spotlight is planned for them or, without `seen`, when they are set aside already;
    `ChangedMeanwhileError` when that changed after the entry `seen`; `DecisionError` for somebody whom the data does
    not know, and for a reason or a day that cannot be.
    """
    author.require(RIGHT)
    require_known(wanted.customer_id, consents)
    if not wanted.reason.strip():
        raise DecisionError(translate("Say why, in a few words."))
    if CONTROL.search(wanted.reason):
        raise DecisionError(translate("A text holds signs that cannot be shown. Type it again."))
    if len(wanted.reason) > LONGEST_REASON:
        raise DecisionError(translate("A reason has at most {count} characters.", count=LONGEST_REASON))
    if wanted.until <= at.date():
        raise DecisionError(translate("Give a day to come, from which they may be proposed again."))

    def plan(now: Register[SetAside]) -> list[Edit[SetAside]]:
        _require_nothing_planned(ledger, author, wanted.customer_id)
        there = now.get(wanted.customer_id)
        if there and there != wanted and there.until > at.date() and seen is None:
            raise already_decided(now.standing(wanted.customer_id)[-1])
        return [Edit(key=wanted.key, to=wanted)]

    return record(ledger, ASIDE, author, plan, at=at, seen=seen)


def record_brought_back(
    ledger: Ledger, author: Author, customer_id: str, *, at: datetime
) -> tuple[Change[SetAside], ...]:
    """Let a customer who is set aside be proposed again at once."""
    author.require(RIGHT)
    return record(ledger, ASIDE, author, lambda now: [Edit(key=customer_id, to=None)], at=at)


def record_invited(
    ledger: Ledger, author: Author, customer_id: str, *, at: datetime, consents: Consents, is_enrolled: Enrolments
) -> tuple[Change[Invitation], ...]:
    """Record that a customer is invited as an ambassador on the day of `at`.

    `AlreadyDecidedError` when somebody invited them before, `DecisionError` when they may not be contacted or are an
    ambassador on that day.
    """
    author.require(RIGHT)
    require_consent(customer_id, consents)
    if is_enrolled(customer_id, at.date()):
        raise DecisionError(translate("“{name}” is an ambassador already. Choose somebody else.", name=customer_id))

    def plan(now: Register[Invitation]) -> list[Edit[Invitation]]:
        if customer_id in now:
            raise already_decided(now.standing(customer_id)[-1])
        return [Edit(key=customer_id, to=Invitation(customer_id=customer_id, day=at.date()))]

    return record(ledger, INVITED, author, plan, at=at)


def record_set_aside_undone(
    ledger: Ledger, author: Author, entry_id: int, *, at: datetime
) -> tuple[Change[SetAside], ...]:
    """Put back what an entry changed; that is an entry, too.

    `AlreadyDecidedError` when a spotlight was planned meanwhile for somebody who would be set aside again.
    """
    author.require(RIGHT)

    def plan(now: Register[SetAside]) -> list[Edit[SetAside]]:
        edits: list[Edit[SetAside]] = list(undoing(entry_id)(now))
        for edit in edits:
            if edit.to and edit.to.until > at.date():
                _require_nothing_planned(ledger, author, edit.to.customer_id)
        return edits

    return record(ledger, ASIDE, author, plan, at=at, undoes=entry_id)


def record_invitation_undone(
    ledger: Ledger, author: Author, entry_id: int, *, at: datetime
) -> tuple[Change[Invitation], ...]:
    """Take an invitation back; that is an entry, too."""
    author.require(RIGHT)
    return record(ledger, INVITED, author, undoing(entry_id), at=at, undoes=entry_id)


def _require_nothing_planned(ledger: Ledger, author: Author, customer_id: str) -> None:
    planned = Spotlights(read_register(ledger, spotlights.KIND, is_demo=author.is_demo).changes)
    live = planned.live(customer_id)
    if live:
        raise already_decided(planned.proposal(live.key))
