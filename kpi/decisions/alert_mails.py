"""The outbox: of each mail, about alerts or with a report, how far it came: none is lost, and none is sent twice."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter

from kpi.decisions.alert_rules import RIGHT, When
from kpi.decisions.alerts import SYSTEM, Alert, Alerts
from kpi.decisions.authors import Author
from kpi.decisions.journal import Kind, record
from kpi.decisions.register import Change, Edit, Register
from kpi.errors import DecisionError
from kpi.language import mark, translate
from kpi.store import Ledger

FIRST_PAUSE: Final = timedelta(minutes=5)
LONGEST_PAUSE: Final = timedelta(days=1)
LONGEST_WAIT: Final = timedelta(days=14)
MOST_ATTEMPTS: Final = 12  # over some four days


class Stage(StrEnum):
    """How far a mail came.

    `SENDING` is recorded before a server hears of it. `UNKNOWN`: it was handed over, and nobody knows whether the
    server took it.
    """

    QUEUED = mark("Waits to be sent")
    SENDING = mark("Is being sent")
    SENT = mark("Sent")
    FAILED = mark("Failed, is tried again")
    UNKNOWN = mark("Unknown whether it arrived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The one mail to a person about a version: the keys of its alerts, and the Message-ID of every attempt.

    `is_stale`: the one that says later that this version has grown old. With a `month`, its first day, it is the one
    mail that brings them the report of that month instead. `reason` is what went wrong last, in English as servers
    speak; before `not_before` it is not tried again.
    """

    person: str
    version: int
    month: date | None = None
    is_stale: bool = False
    alerts: tuple[str, ...] = ()
    message_id: str = ""
    stage: Stage = Stage.QUEUED
    attempts: int = 0
    reason: str = ""
    not_before: datetime | None = None

    @property
    def key(self) -> str:
        """Of one person and version there is one mail and one that it grew old, and of one person and month one."""
        about = str(self.version) if self.month is None else f"{self.month:%Y-%m}"
        return f"{about}/{self.person}/stale" if self.is_stale else f"{about}/{self.person}"

    def __str__(self) -> str:
        """Which mail it is."""
        return self.key

    @property
    def is_given_up(self) -> bool:
        """Whether it failed so often that a person has to look."""
        return self.stage is Stage.FAILED and self.attempts >= MOST_ATTEMPTS

    def is_due(self, now: datetime, *, at_once: bool = False) -> bool:
        """Whether it may be tried now; `at_once`, without waiting for the end of a pause."""
        if self.stage not in (Stage.QUEUED, Stage.FAILED) or self.is_given_up:
            return False
        return at_once or self.not_before is None or self.not_before <= now


KIND: Final = Kind("alert_mails", TypeAdapter(Mail))


def outbox(alerts: Alerts, mails: Register[Mail]) -> tuple[Mail, ...]:
    """Every mail there is or has to be, oldest version first: whoever was told of an alert is owed one.

    A version grows old after it was published: whoever had their mail about it by then is owed another.
    """
    owed: dict[str, Mail] = {}
    for alert in alerts.listed():
        for person in alert.rule.told if alert.is_mailed else ():
            mail = _mail_of(alert, person, mails)
            if mail.key not in mails:
                known = owed.get(mail.key)
                owed[mail.key] = replace(known, alerts=(*mail.alerts, *known.alerts)) if known else mail
    return tuple(sorted((*owed.values(), *mails.values()), key=lambda mail: (mail.version, mail.person, mail.key)))


def _mail_of(alert: Alert, person: str, mails: Register[Mail]) -> Mail:
    """The mail that tells a person of an alert, as it is owed."""
    first = Mail(person=person, version=alert.version)
    had = mails.get(first.key)
    if alert.rule.when is not When.STALE or had is None or alert.key in had.alerts:
        return first
    return replace(first, is_stale=True, alerts=(alert.key,))


def alerts_of(mail: Mail, alerts: Alerts) -> tuple[Alert, ...]:
    """What a mail tells: what it was sent with first, else all that its person is to be told of the version.

    None of a mail with a report.
    """
    if mail.month is not None:
        return ()
    if mail.alerts:
        return tuple(alerts[key] for key in mail.alerts if key in alerts)
    told = alerts.listed(mail.person)
    return tuple(alert for alert in reversed(told) if alert.version == mail.version and alert.is_mailed)


def is_too_old(mail: Mail, alerts: Alerts, now: datetime) -> bool:
    """Whether what a mail tells was raised so long ago that it is not worth a first attempt any more: who gets an
    address late is not written to about every version since. A report never is.
    """
    if mail.month is not None:
        return False
    raised = [alerts.raised_at(alert.key) for alert in alerts_of(mail, alerts)]
    return not mail.message_id and all(now - at > LONGEST_WAIT for at in raised)


def record_claimed(
    ledger: Ledger, mail: Mail, alerts: Collection[Alert], message_id: str, *, at: datetime, is_demo: bool = False
) -> Mail | None:
    """Note that a mail is being sent, before it is; None when somebody else was first, and it must not be.

    The alerts of the first attempt stay, and so does its Message-ID, which whoever sends again gives again.
    """
    keys = tuple(alert.key for alert in alerts)

    def plan(now: Register[Mail]) -> list[Edit[Mail]]:
        found = now.get(mail.key, mail)
        if found != mail:
            return []
        claimed = replace(
            mail,
            alerts=mail.alerts or keys,
            message_id=message_id,
            stage=Stage.SENDING,
            attempts=mail.attempts + 1,
            reason="",
            not_before=None,
        )
        return [Edit(key=mail.key, to=claimed)]

    changes = record(ledger, KIND, Author(name=SYSTEM, is_demo=is_demo), plan, at=at)
    return changes[0].after if changes else None


def record_outcome(
    ledger: Ledger, mail: Mail, stage: Stage, *, at: datetime, reason: str = "", is_demo: bool = False
) -> Mail:
    """Note what became of a mail that was claimed; after a failure the pause doubles, up to a day."""
    pause = min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE) if stage is Stage.FAILED else None
    after = replace(mail, stage=stage, reason=reason, not_before=at + pause if pause else None)
    edits = [Edit(key=mail.key, to=after)]
    record(ledger, KIND, Author(name=SYSTEM, is_demo=is_demo), lambda now: edits, at=at)
    return after


def record_mail_settled(
    ledger: Ledger, author: Author, key: str, *, arrived: bool, at: datetime, seen: int | None = None
) -> tuple[Change[Mail], ...]:
    """What a person found out about a mail that is unknown or given up: it arrived, or is to be sent again."""
    author.require(RIGHT)

    def plan(now: Register[Mail]) -> Iterator[Edit[Mail]]:
        mail = now.get(key)
        if mail is None or not (mail.stage is Stage.UNKNOWN or mail.is_given_up):
            raise DecisionError(translate("There is no mail “{key}” that waits for somebody to look.", key=key))
        stage = Stage.SENT if arrived else Stage.QUEUED
        yield Edit(key=key, to=replace(mail, stage=stage, attempts=0, reason="", not_before=None))

    return record(ledger, KIND, author, plan, at=at, seen=seen)
