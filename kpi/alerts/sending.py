"""Sending what the outbox holds: each mail is claimed in the ledger before a server hears of it.

Whoever is killed while sending leaves a claim. The lock of the next sender is free only once that one is gone, so that
a claim found under it is of a mail of which nobody knows whether it went out: a person looks, and none is sent twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid

from filelock import FileLock, Timeout

from kpi.access.credentials import Account
from kpi.access.roles import RIGHTS
from kpi.alerts.audience import page_for, people
from kpi.alerts.delivery import deliver
from kpi.decisions import Decisions, read_decisions
from kpi.decisions.alert_mails import Mail, Stage, alerts_of, is_too_old, outbox, record_claimed, record_outcome
from kpi.decisions.alerts import Alert
from kpi.decisions.report_subscriptions import owed_reports
from kpi.errors import (
    AmbassadeError,
    MailRefusedError,
    MailServerUnreachableError,
    MailUnansweredError,
    StoreBusyError,
    StoreWriteError,
)
from kpi.language import translate
from kpi.settings import Settings
from kpi.store import Manifest, Store

REPORT_PAGE = "economics"
KILLED = "the program ended before the server's answer was noted"

Compose = Callable[[Mail, Account, Sequence[Alert], str], EmailMessage]
"""A mail to a person, about these alerts or with its month's report, with this Message-ID."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sender:
    store: Store
    settings: Settings
    compose: Compose
    clock: Clock
    manifest: Manifest

    @property
    def is_demo(self) -> bool:
        return self.manifest.is_demo

    def send(self, mail: Mail, account: Account, alerts: Sequence[Alert]) -> Mail | None:
        """Claim a mail and hand it over; None when somebody else claimed it.

        Errors of `deliver` are noted, and so is a mail that cannot be composed, which must not stop those behind it.
        """
        message_id = mail.message_id or make_msgid(domain=self.settings.mail.sender.partition("@")[2])
        try:
            message = self.compose(mail, account, alerts, message_id)
        except (AmbassadeError, ValueError) as error:  # a ValueError is a header's that cannot be written
            claimed = self.claim(mail, alerts, message_id)
            return claimed and self.note(claimed, Stage.FAILED, str(error))
        claimed = self.claim(mail, alerts, message_id)
        if claimed is None:
            return None
        try:
            deliver(self.settings.mail, message, account.email)
        except MailUnansweredError as error:
            return self.note(claimed, Stage.UNKNOWN, str(error))
        except MailServerUnreachableError as error:
            self.note(claimed, Stage.FAILED, str(error))
            raise
        except MailRefusedError as error:
            return self.note(claimed, Stage.FAILED, str(error))
        return self.note(claimed, Stage.SENT)

    def claim(self, mail: Mail, alerts: Sequence[Alert], message_id: str) -> Mail | None:
        return record_claimed(self.store.ledger, mail, alerts, message_id, at=self.clock(), is_demo=self.is_demo)

    def note(self, mail: Mail, stage: Stage, reason: str = "") -> Mail:
        return record_outcome(self.store.ledger, mail, stage, at=self.clock(), reason=reason, is_demo=self.is_demo)


def send_due(
    store: Store, settings: Settings, compose: Compose, *, clock: Clock, at_once: bool = False
) -> tuple[Mail, ...]:
    """Send every mail that is due, `at_once` those too whose pause is not over, and return what became of them.

    Nothing happens while mail is not set up. A server that cannot be reached is asked once. `StoreBusyError` while
    another process sends, `StoreWriteError` when a claim cannot be recorded, `NothingPublishedError` before the first
    import.
    """
    if not settings.mail.host:
        return ()
    manifest = store.published()
    sender = _Sender(store=store, settings=settings, compose=compose, clock=clock, manifest=manifest)
    try:
        with FileLock(store.folder / "mail.lock", timeout=0):
            lost = _settle_killed(sender)
            return (*lost, *_send_all(sender, at_once=at_once))
    except Timeout as error:
        raise StoreBusyError(translate("Another process is sending the mails.")) from error
    except OSError as error:
        raise StoreWriteError(
            translate(
                "The store could not be written ({reason}). "
                "Free some space or check the folder's rights, then try again; what was published stays.",
                reason=error.strerror or error,
            )
        ) from error


def _settle_killed(sender: _Sender) -> tuple[Mail, ...]:
    decisions = read_decisions(sender.store.ledger, is_demo=sender.is_demo)
    claimed = [mail for mail in decisions.alert_mails.values() if mail.stage is Stage.SENDING]
    return tuple(sender.note(mail, Stage.UNKNOWN, KILLED) for mail in claimed)


def _send_all(sender: _Sender, *, at_once: bool) -> tuple[Mail, ...]:
    decisions = read_decisions(sender.store.ledger, is_demo=sender.is_demo)
    done: list[Mail] = []
    for mail, account, alerts in _due(sender, decisions, at_once=at_once):
        try:
            found = sender.send(mail, account, alerts)
        except MailServerUnreachableError:
            done.append(read_decisions(sender.store.ledger, is_demo=sender.is_demo).alert_mails[mail.key])
            break
        done += [found] if found else []
    return tuple(done)


def _due(sender: _Sender, decisions: Decisions, *, at_once: bool) -> Iterator[tuple[Mail, Account, tuple[Alert, ...]]]:
    known = people(sender.store)
    for mail in all_mails(decisions, sender.manifest):
        account, now = known.get(mail.person), sender.clock()
        if account is None or is_too_old(mail, decisions.alerts, now) or _hinder(mail, decisions, account):
            continue
        if mail.is_due(now, at_once=at_once):
            yield mail, account, tellable(mail, decisions, account)


def all_mails(decisions: Decisions, manifest: Manifest) -> tuple[Mail, ...]:
    """Every mail there is or has to be: about alerts, oldest version first, then the reports that are owed.

    Of an invented company none is.
    """
    end = manifest.data_end
    owed = (
        owed_reports(decisions.report_subscriptions, decisions.alert_mails, version=manifest.version, data_end=end)
        if end and not manifest.is_demo
        else ()
    )
    return (*outbox(decisions.alerts, decisions.alert_mails), *owed)


def tellable(mail: Mail, decisions: Decisions, account: Account) -> tuple[Alert, ...]:
    """Of a mail's alerts those whose metric its reader's role may still see."""
    return tuple(
        alert for alert in alerts_of(mail, decisions.alerts) if page_for(account.role, alert.rule.metric) is not None
    )


def explain_waiting(mail: Mail, decisions: Decisions, known: Mapping[str, Account], now: datetime) -> str | None:
    """Why a mail that is not sent cannot be, in the language spoken; None when nothing stands against it."""
    account = known.get(mail.person)
    if mail.stage not in (Stage.QUEUED, Stage.FAILED):
        return None
    if is_too_old(mail, decisions.alerts, now):
        return translate("raised too long ago for a first mail; the alerts are listed")
    if account is None:
        return translate("this person has no account any more")
    return _hinder(mail, decisions, account)


def _hinder(mail: Mail, decisions: Decisions, account: Account) -> str | None:
    """What stands against sending a mail to this account; None for nothing."""
    if not account.email:
        return translate("this account has no e-mail address")
    if mail.month is not None:
        if mail.person not in decisions.report_subscriptions:
            return translate("this person wants no more reports")
        return None if REPORT_PAGE in RIGHTS[account.role].pages else translate("this role may not see the report")
    return None if tellable(mail, decisions, account) else translate("this role may not see the metric")
