"""Who asked to be sent the sponsor's report each month, and which of these mails are owed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from kpi.decisions.alert_mails import Mail
from kpi.decisions.authors import Author
from kpi.decisions.journal import Kind, record
from kpi.decisions.register import Change, Edit, Register
from kpi.store import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """That somebody wants the reports of the months after the one that begins on the day `after`."""

    person: str
    after: date

    @property
    def key(self) -> str:
        """Of one person there is one."""
        return self.person

    def __str__(self) -> str:
        """Whose it is."""
        return self.person


KIND: Final = Kind("report_subscriptions", TypeAdapter(Subscription))


def last_whole_month(data_end: date) -> date:
    """The first day of the last month that is over in data that ends before the day `data_end`."""
    return (data_end.replace(day=1) - timedelta(days=1)).replace(day=1)


def owed_reports(
    subscriptions: Register[Subscription], mails: Register[Mail], *, version: int, data_end: date
) -> Iterator[Mail]:
    """The reports of the last whole month of a version that were not begun to be sent yet, by person."""
    month = last_whole_month(data_end)
    for _, one in sorted(subscriptions.items()):
        mail = Mail(person=one.person, version=version, month=month)
        if month > one.after and mail.key not in mails:
            yield mail


def record_subscribed(
    ledger: Ledger, author: Author, *, data_end: date, at: datetime
) -> tuple[Change[Subscription], ...]:
    """Ask for the report of each month from now on: the first is that of the month after the last whole one."""

    def plan(now: Register[Subscription]) -> Iterator[Edit[Subscription]]:
        if author.name not in now:
            wanted = Subscription(person=author.name, after=last_whole_month(data_end))
            yield Edit(key=wanted.key, to=wanted)

    return record(ledger, KIND, author, plan, at=at)


def record_unsubscribed(ledger: Ledger, author: Author, *, at: datetime) -> tuple[Change[Subscription], ...]:
    """Want no more reports."""
    return record(ledger, KIND, author, lambda now: [Edit(key=author.name, to=None)], at=at)
