"""Spotlights: a customer who is thanked in public, from the proposal to what they answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

from pydantic import TypeAdapter

from kpi.decisions.consents import Consents
from kpi.decisions.journal import Kind
from kpi.decisions.register import Change, Register


class Stage(StrEnum):
    """Where a spotlight is in its life."""

    PROPOSED = "proposed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """Where a spotlight is published."""

    WEBSITE = "website"
    NEWSLETTER = "newsletter"
    SOCIAL = "social"
    INTERNAL = "internal"


NEXT: Final[Mapping[Stage, tuple[Stage, ...]]] = MappingProxyType(
    {
        Stage.PROPOSED: (Stage.ASKED, Stage.WITHDRAWN),
        Stage.ASKED: (Stage.ACCEPTED, Stage.DECLINED, Stage.WITHDRAWN),
        Stage.ACCEPTED: (Stage.SCHEDULED, Stage.WITHDRAWN),
        Stage.DECLINED: (),
        Stage.SCHEDULED: (Stage.PUBLISHED, Stage.SCHEDULED, Stage.WITHDRAWN),
        Stage.PUBLISHED: (Stage.ANSWERED, Stage.WITHDRAWN),
        Stage.ANSWERED: (Stage.WITHDRAWN,),
        Stage.WITHDRAWN: (),
    }
)
"""What may follow each stage; a scheduled one may be put on another day, and a published one taken back."""

LIVE: Final = (Stage.PROPOSED, Stage.ASKED, Stage.ACCEPTED, Stage.SCHEDULED)
"""The stages in which something is still planned for the person."""

SHOWN_TO_ALL: Final = (Stage.PUBLISHED, Stage.ANSWERED)
TO_PRINT: Final = (Stage.ACCEPTED, Stage.SCHEDULED, *SHOWN_TO_ALL)
"""The stages in which the person's consent to be featured stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotlight:
    """One spotlight on a customer, as it stands.

    `owner` looks after it and does what comes next until `due`. `earned_by` is the act that it answers, by its id in
    fct_acts. `day` is the day on which it is to be published, `published_on` the one on which it was, which stays when
    it is withdrawn later. `reason` says why it was declined or withdrawn.
    """

    key: str
    customer_id: str
    stage: Stage = Stage.PROPOSED
    owner: str
    due: date | None = None
    earned_by: str = ""
    channel: Channel | None = None
    day: date | None = None
    published_on: date | None = None
    note: str = ""
    quote: str = ""
    link: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Which spotlight it is, and where: C42 scheduled."""
        return f"{self.customer_id} {self.stage}"

    @property
    def is_live(self) -> bool:
        """Whether something is still planned for the person."""
        return self.stage in LIVE


KIND: Final = Kind("spotlights", TypeAdapter(Spotlight))


class Spotlights(Register[Spotlight]):
    """The spotlights by key, ended ones too."""

    def of(self, customer_id: str) -> tuple[Spotlight, ...]:
        """Those of a customer, by when they were proposed."""
        return self._by_customer.get(customer_id, ())

    def live(self, customer_id: str) -> Spotlight | None:
        """The one that is planned for a customer; there is one at most."""
        return next((one for one in self.of(customer_id) if one.is_live), None)

    @property
    def customers(self) -> tuple[str, ...]:
        """The ids of everybody with a spotlight."""
        return tuple(self._by_customer)

    def listed(self) -> tuple[Spotlight, ...]:
        """All of them, by when they were proposed."""
        return tuple(sorted(self.values(), key=lambda one: self.history(one.key)[0].entry_id))

    def steps(self, key: str) -> Mapping[Stage, Change[Spotlight]]:
        """The change with which a spotlight last came to each of its stages; undone ones do not count."""
        found: dict[Stage, Change[Spotlight]] = {}
        for change in self.standing(key):
            stage = change.after.stage if change.after else None
            if stage and (change.before is None or change.before.stage is not stage):
                found[stage] = change
        return found

    @cached_property
    def _by_customer(self) -> Mapping[str, tuple[Spotlight, ...]]:
        found: dict[str, tuple[Spotlight, ...]] = {}
        for one in self.listed():
            found[one.customer_id] = (*found.get(one.customer_id, ()), one)
        return found

    def proposal(self, key: str) -> Change[Spotlight]:
        """The change with which a spotlight began: who picked the person, and when."""
        return self.steps(key)[Stage.PROPOSED]

    def last_step(self, key: str) -> Change[Spotlight]:
        """The change with which a spotlight came to where it is."""
        return self.steps(key)[self[key].stage]

    def last_day(self, key: str, zone: tzinfo | None) -> date:
        """The day, in the time zone, on which a spotlight came to where it is."""
        return self.last_step(key).recorded_at.astimezone(zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """The spotlights that may be shown, and how many may not: their person is erased, or may not be contacted."""

    items: tuple[Spotlight, ...]
    hidden: int


def visible(spotlights: Spotlights, consents: Consents) -> Visible:
    """What lists, newsletters and exports may hold; history and counts keep the rest, without the person."""
    listed = spotlights.listed()
    found = consents({one.customer_id for one in listed})
    items = tuple(one for one in listed if found.get(one.customer_id))
    return Visible(items=items, hidden=len(listed) - len(items))
