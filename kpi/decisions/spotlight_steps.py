"""The steps of a spotlight's life: each is named, dated and kept; one that cannot be says what comes first."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from kpi.days import day_in_words
from kpi.decisions import set_aside
from kpi.decisions.authors import Author
from kpi.decisions.consents import require_consent
from kpi.decisions.eligibility import Rules, require_eligible
from kpi.decisions.first import already_decided
from kpi.decisions.journal import read_register, record, undoing
from kpi.decisions.register import Change, Edit, Register
from kpi.decisions.spotlights import KIND, NEXT, Channel, Spotlight, Spotlights, Stage
from kpi.errors import DecisionError
from kpi.language import mark, translate
from kpi.store import Ledger

RIGHT: Final = "spotlights"
LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {"owner": 60, "note": 500, "quote": 600, "link": 500, "reason": 200, "earned_by": 200}
)
CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
NEEDS_CONSENT: Final = (Stage.PROPOSED, Stage.ASKED, Stage.ACCEPTED, Stage.SCHEDULED, Stage.PUBLISHED)

COMES_NEXT: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.PROPOSED: mark("They have not been asked yet: ask for their consent first, or withdraw the proposal."),
        Stage.ASKED: mark("Their answer is awaited: record that they accept or decline, or withdraw the question."),
        Stage.ACCEPTED: mark("They agreed: choose a channel and a day first, or withdraw the spotlight."),
        Stage.DECLINED: mark("They declined: propose a new spotlight another time."),
        Stage.SCHEDULED: mark("It is scheduled: publish it first, choose another day, or withdraw it."),
        Stage.PUBLISHED: mark("It is published: record what they answered, or withdraw it."),
        Stage.ANSWERED: mark("It is published and answered: nothing is left to do but to withdraw it."),
        Stage.WITHDRAWN: mark("It was withdrawn: propose a new spotlight."),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step to the stage `to`; texts left empty and days left out stay as they are.

    To schedule takes a `channel` and a `day` to come; published is on `day`, else today; `reason` says why somebody
    declined or why it is withdrawn, and `quote` what they say.
    """

    to: Stage
    channel: Channel | None = None
    day: date | None = None
    due: date | None = None
    note: str = ""
    quote: str = ""
    link: str = ""
    reason: str = ""


def record_proposed(
    ledger: Ledger, author: Author, wanted: Spotlight, *, at: datetime, rules: Rules
) -> tuple[Change[Spotlight], ...]:
    """Propose a spotlight on a customer; its key and, if it has none, its owner are given here. `at` is now, and its
    day, in its time zone, today.

    `AlreadyDecidedError` when another one is planned for them or they are set aside: the first one counts.
    `NotEligibleError` with everything that the data holds against it; `DecisionError` when they were featured or
    declined within the cool-down, when the data does not know them, or for a text that cannot be.
    """
    author.require(RIGHT)
    new = replace(wanted, key=uuid4().hex, stage=Stage.PROPOSED, owner=wanted.owner or author.name, published_on=None)
    _require_valid(new)
    require_eligible(new.customer_id, rules, at.date())

    def plan(now: Register[Spotlight]) -> list[Edit[Spotlight]]:
        aside = read_register(ledger, set_aside.ASIDE, is_demo=author.is_demo)
        _require_free(Spotlights(now.changes), aside, new, at, rules.cool_down_days)
        return [Edit(key=new.key, to=new)]

    return record(ledger, KIND, author, plan, at=at)


def record_step(
    ledger: Ledger, author: Author, key: str, step: Step, *, at: datetime, rules: Rules, seen: int | None = None
) -> tuple[Change[Spotlight], ...]:
    """Take a spotlight one step on; `at` is now, and its day, in its time zone, today.

    `AlreadyDecidedError` when somebody took this step before, `ChangedMeanwhileError` when it was changed after the
    entry `seen`, `DecisionError` with what comes first when the step cannot be taken, or when it would be published
    before they agreed or within the cool-down of another one on the same person.
    """
    author.require(RIGHT)

    def plan(now: Register[Spotlight]) -> list[Edit[Spotlight]]:
        spotlights = Spotlights(now.changes)
        before = _existing(spotlights, key)
        if step.to not in NEXT[before.stage]:
            if step.to is before.stage:
                raise already_decided(spotlights.last_step(key))
            raise DecisionError(translate(COMES_NEXT[before.stage]))
        if step.to in NEEDS_CONSENT:
            require_consent(before.customer_id, rules.consents)
        after = _taken(before, step, at.date())
        if step.to is Stage.PUBLISHED:
            _require_agreed(spotlights, after, at)
            _require_apart(spotlights, after, at, rules.cool_down_days)
        _require_valid(after)
        return [Edit(key=key, to=after)]

    return record(ledger, KIND, author, plan, at=at, seen=seen)


def record_details(
    ledger: Ledger, author: Author, wanted: Spotlight, *, at: datetime, seen: int
) -> tuple[Change[Spotlight], ...]:
    """Put another owner, due day, note, quote or link in place; the stage and what belongs to it stay.

    `ChangedMeanwhileError` when it was changed after the entry `seen`.
    """
    author.require(RIGHT)

    def plan(now: Register[Spotlight]) -> list[Edit[Spotlight]]:
        before = _existing(Spotlights(now.changes), wanted.key)
        after = replace(
            before, owner=wanted.owner, due=wanted.due, note=wanted.note, quote=wanted.quote, link=wanted.link
        )
        _require_valid(after)
        return [Edit(key=before.key, to=after)]

    return record(ledger, KIND, author, plan, at=at, seen=seen)


def record_step_undone(
    ledger: Ledger, author: Author, entry_id: int, *, at: datetime, rules: Rules
) -> tuple[Change[Spotlight], ...]:
    """Put a spotlight back to where it was before an entry; that is an entry, too. The day of `at`, in its time
    zone, is today.

    Where something is planned again for the person, what holds for a proposal holds: `NotEligibleError` with everything
    that the data holds against it, `AlreadyDecidedError` when another one was planned for them meanwhile or they were
    set aside, `DecisionError` within the cool-down.
    """
    author.require(RIGHT)

    def plan(now: Register[Spotlight]) -> list[Edit[Spotlight]]:
        edits: list[Edit[Spotlight]] = list(undoing(entry_id)(now))
        spotlights = Spotlights(now.changes)
        aside = read_register(ledger, set_aside.ASIDE, is_demo=author.is_demo)
        for edit in edits:
            before = now.get(edit.key)
            if edit.to and edit.to.is_live and not (before and before.is_live):
                require_eligible(edit.to.customer_id, rules, at.date())
                _require_free(spotlights, aside, edit.to, at, rules.cool_down_days)
        return edits

    return record(ledger, KIND, author, plan, at=at, undoes=entry_id)


def find_fault(spotlight: Spotlight) -> str | None:
    """Why a spotlight cannot be as it is, in the language spoken; None when it can."""
    texts = {name: getattr(spotlight, name) for name in LONGEST}
    if not spotlight.customer_id or not spotlight.owner.strip():
        return translate("A spotlight needs a customer and an owner.")
    if any(CONTROL.search(text) for text in texts.values()):
        return translate("A text holds signs that cannot be shown. Type it again.")
    too_long = [most for name, most in LONGEST.items() if len(texts[name]) > most]
    if too_long:
        return translate("A text is too long: at most {count} characters here.", count=too_long[0])
    if spotlight.link and not is_address(spotlight.link):
        return translate("A link begins with https:// or http://.")
    if spotlight.stage is Stage.SCHEDULED and not (spotlight.channel and spotlight.day):
        return translate("Choose a channel and a day.")
    return None


def _taken(before: Spotlight, step: Step, today: date) -> Spotlight:
    """The spotlight after the step; `DecisionError` for a day that cannot be."""
    given = {name: value for name in ("note", "quote", "link", "reason") if (value := getattr(step, name).strip())}
    # What is due is due for the step that was taken: the next one has a day of its own.
    after = replace(before, stage=step.to, due=step.due, **given)
    if step.to is Stage.SCHEDULED:
        if step.day and step.day < today:
            raise DecisionError(translate("This day is over: choose one to come."))
        return replace(after, channel=step.channel or before.channel, day=step.day, due=step.due or step.day)
    if step.to is Stage.PUBLISHED:
        published_on = step.day or today
        if published_on > today:
            raise DecisionError(translate("This day is still to come: publish it then, or schedule it."))
        return replace(after, channel=step.channel or before.channel, published_on=published_on)
    return after


def _require_free(
    spotlights: Spotlights, aside: Register[set_aside.SetAside], wanted: Spotlight, at: datetime, cool_down_days: int
) -> None:
    """Something may be planned for the person: nothing is yet, they are not set aside, and they rested."""
    live = spotlights.live(wanted.customer_id)
    if live:
        raise already_decided(spotlights.proposal(live.key))
    if wanted.customer_id in aside and aside[wanted.customer_id].until > at.date():
        raise already_decided(aside.standing(wanted.customer_id)[-1])
    near = _heard_near(spotlights, wanted, at.date(), at.tzinfo, cool_down_days)
    if near:
        raise DecisionError(
            translate(
                "“{name}” had their turn on {day}: propose them again from {again} on, or choose somebody else.",
                name=wanted.customer_id,
                day=day_in_words(near),
                again=day_in_words(near + timedelta(days=cool_down_days)),
            )
        )


def _require_agreed(spotlights: Spotlights, published: Spotlight, at: datetime) -> None:
    """It was published on the day on which they agreed, in the time zone of `at`, or later."""
    accepted = spotlights.steps(published.key)[Stage.ACCEPTED].recorded_at.astimezone(at.tzinfo).date()
    if published.published_on and published.published_on < accepted:
        raise DecisionError(
            translate("They agreed on {day}: choose that day or a later one.", day=day_in_words(accepted))
        )


def _require_apart(spotlights: Spotlights, published: Spotlight, at: datetime, cool_down_days: int) -> None:
    """No other spotlight on the person was published or declined within the cool-down of the day of this one."""
    day = published.published_on
    near = day and _heard_near(spotlights, published, day, at.tzinfo, cool_down_days)
    if near:
        raise DecisionError(
            translate(
                "“{name}” had their turn on {day}: publish this one from {again} on, or withdraw it.",
                name=published.customer_id,
                day=day_in_words(near),
                again=day_in_words(near + timedelta(days=cool_down_days)),
            )
        )


def _heard_near(
    spotlights: Spotlights, one: Spotlight, day: date, zone: tzinfo | None, cool_down_days: int
) -> date | None:
    """The latest day, closer to `day` than the cool-down, on which another spotlight on the same person was heard."""
    others = (_heard_on(spotlights, other, zone) for other in spotlights.of(one.customer_id) if other.key != one.key)
    return max((heard for heard in others if heard and abs(heard - day).days < cool_down_days), default=None)


def last_heard(spotlights: Spotlights, customer_id: str, zone: tzinfo) -> Iterator[date]:
    """The days, in the time zone `zone`, on which a customer was featured or declined."""
    found = (_heard_on(spotlights, one, zone) for one in spotlights.of(customer_id))
    return (day for day in found if day)


def _heard_on(spotlights: Spotlights, one: Spotlight, zone: tzinfo | None) -> date | None:
    """The day, in the time zone, on which a spotlight was published or declined; None when neither."""
    if one.published_on or one.stage is not Stage.DECLINED:
        return one.published_on
    return spotlights.last_day(one.key, zone)


def _existing(spotlights: Spotlights, key: str) -> Spotlight:
    if key not in spotlights:
        raise DecisionError(translate("There is no such spotlight any more. Look at the list again."))
    return spotlights[key]


def _require_valid(spotlight: Spotlight) -> None:
    fault = find_fault(spotlight)
    if fault:
        raise DecisionError(fault)


def is_address(link: str) -> bool:
    """Whether a link is an address of the web."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(sign.isspace() for sign in link)
