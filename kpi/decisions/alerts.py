"""Alerts that were raised, and what people answered: entries of the ledger, which decides what was raised once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from pydantic import TypeAdapter

from kpi.decisions.alert_rules import RIGHT, Rule
from kpi.decisions.authors import Author
from kpi.decisions.journal import Kind, record, undoing
from kpi.decisions.register import Change, Edit, Register
from kpi.errors import DecisionError, NotAllowedError
from kpi.language import translate
from kpi.period import Period
from kpi.store import Ledger

LONGEST_NOTE: Final = 300
SYSTEM: Final = "ambassade"
"""Who raises alerts and sends them, in the ledger; no account can be called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a rule, as it stood then, found in a published version whose data ends before the day `data_end`.

    `value` is the metric's over the days from `start` to before `end`, of old data its age in days. It is beyond `low`
    or `high`, as far as they are known; of a change `compared` is the value before. `is_mailed`: mails are owed.
    """

    rule: Rule
    version: int
    data_end: date
    start: date
    end: date
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    compared: Decimal | None = None
    is_mailed: bool = False

    @property
    def key(self) -> str:
        """Of one rule and version there is one alert."""
        return f"{self.rule.key} {self.version}"

    @property
    def period(self) -> Period:
        """The days that were measured."""
        return Period(self.start, self.end)

    def __str__(self) -> str:
        """Which alert it is."""
        return self.rule.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """That somebody took note of an alert, for good or, snoozing it, until the day `until`; `name` is its rule's."""

    alert: str = ""
    name: str = ""
    until: date | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """Of one alert there is one answer."""
        return self.alert

    def __str__(self) -> str:
        """What was answered."""
        return self.name


RAISED: Final = Kind("alerts", TypeAdapter(Alert))
ANSWERS: Final = Kind("alert_answers", TypeAdapter(Answer))


class Alerts(Register[Alert]):
    """What was raised, by key."""

    def listed(self, person: str | None = None) -> tuple[Alert, ...]:
        """All of it, or what this person was told, newest first."""
        raised = [change.after for change in reversed(self.changes) if change.after]
        return tuple(alert for alert in raised if person is None or person in alert.rule.told)

    def raised_at(self, key: str) -> datetime:
        """When an alert was raised."""
        return self.history(key)[0].recorded_at

    def newest(self) -> dict[str, Alert]:
        """The newest alert of each rule, by the rule's key; older ones are overtaken by it."""
        return {alert.rule.key: alert for alert in reversed(self.listed())}


def waiting(alerts: Alerts, answers: Register[Answer], today: date) -> Iterator[Alert]:
    """The newest alert of each rule, as long as nobody answered it, or once its snooze is over; newest first."""
    newest = {alert.key for alert in alerts.newest().values()}
    for alert in alerts.listed():
        answer = answers.get(alert.key)
        is_over = answer is not None and answer.until is not None and answer.until <= today
        if alert.key in newest and (answer is None or is_over):
            yield alert


def is_snoozed(alerts: Alerts, answers: Register[Answer], rule: str, today: date) -> bool:
    """Whether an alert of a rule is snoozed, so that the rule raises nothing: also one that a newer overtook, for
    whoever snoozes it may not have seen that.
    """
    snoozed = [answer for answer in answers.values() if answer.until is not None and answer.until > today]
    return any(answer.alert in alerts and alerts[answer.alert].rule.key == rule for answer in snoozed)


def record_raised(
    ledger: Ledger, alerts: Iterable[Alert], *, at: datetime, is_demo: bool = False
) -> tuple[Change[Alert], ...]:
    """Raise those of the alerts that were not raised before, as one entry, and return them.

    It is decided under the ledger's lock: of two processes that found the same, one raises it.
    """
    found = tuple(alerts)

    def plan(now: Register[Alert]) -> list[Edit[Alert]]:
        return [Edit(key=alert.key, to=alert) for alert in found if not now.history(alert.key)]

    return record(ledger, RAISED, Author(name=SYSTEM, is_demo=is_demo), plan, at=at)


def record_answer(
    ledger: Ledger, author: Author, alert: Alert, answer: Answer, *, at: datetime, today: date, seen: int | None = None
) -> tuple[Change[Answer], ...]:
    """Take note of an alert, or snooze it until a later day.

    `NotAllowedError` for somebody who was not told of it and owns no rules, `DecisionError` for an answer that cannot
    be, `ChangedMeanwhileError` when somebody answered after the entry `seen`.
    """
    _require_told(author, alert)
    if len(answer.note) > LONGEST_NOTE:
        raise DecisionError(translate("A note has at most {count} characters.", count=LONGEST_NOTE))
    if answer.until is not None and answer.until <= today:
        raise DecisionError(translate("Choose a later day."))
    wanted = replace(answer, alert=alert.key, name=alert.rule.name)
    return record(ledger, ANSWERS, author, lambda now: [Edit(key=alert.key, to=wanted)], at=at, seen=seen)


def record_answer_undone(
    ledger: Ledger, author: Author, alert: Alert, entry_id: int, *, at: datetime
) -> tuple[Change[Answer], ...]:
    """Put back how an alert stood before an answer."""
    _require_told(author, alert)
    return record(ledger, ANSWERS, author, undoing(entry_id, [alert.key]), at=at, undoes=entry_id)


def _require_told(author: Author, alert: Alert) -> None:
    if author.name not in alert.rule.told and RIGHT not in author.decides:
        raise NotAllowedError(translate("This alert is for others. Ask the programme owner."))
