"""What follows every publish: the rules are looked at and the mails sent; what came of it in words."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from importlib import import_module

from kpi.access.credentials import Account
from kpi.alerts import Raised, raise_alerts, send_due
from kpi.decisions.alert_mails import Mail, Stage
from kpi.decisions.alerts import Alert
from kpi.errors import AmbassadeError, StoreBusyError
from kpi.language import translate, translate_plural
from kpi.settings import Settings
from kpi.store import Store
from kpi.ui import alert_mail, alert_words
from kpi.ui import format as fmt


def after_publish(store: Store, settings: Settings, *, now: datetime) -> tuple[str, ...]:
    """Raise what the rules find in the published version and send the mails that are due, and tell it, a line each;
    nothing where nothing happened.

    What goes wrong is one of the lines: the version is published and stays, and the next look makes up for it.
    """
    return (*_raise(store, settings, now), *_send(store, settings, now))


def _raise(store: Store, settings: Settings, now: datetime) -> tuple[str, ...]:
    try:
        raised = raise_alerts(store, settings, now=now)
    except AmbassadeError as error:
        told = translate(
            "The data is published, but the alerts could not be seen to ({reason}). "
            "Try again with: python -m kpi alerts check",
            reason=error,
        )
        return (told,)
    return tuple(raised_in_words(raised, settings.currency)) if raised.alerts else ()


def _send(store: Store, settings: Settings, now: datetime) -> tuple[str, ...]:
    try:
        return tuple(sent_in_words(send(store, settings, now=now)))
    except StoreBusyError:
        return ()  # the other one sends, and what it misses is due still
    except AmbassadeError as error:
        told = translate(
            "The data is published, but the mails about alerts could not be sent ({reason}). "
            "Try again with: python -m kpi alerts send",
            reason=error,
        )
        return (told,)


def send(store: Store, settings: Settings, *, at_once: bool = False, now: datetime | None = None) -> tuple[Mail, ...]:
    """Send every mail that is due, `at_once` those too whose pause is not over, and return what became of them.

    Due at the moment `now`, else when each is looked at.
    """
    written = partial(_compose, store=store, settings=settings)
    return send_due(store, settings, written, clock=lambda: now or datetime.now(UTC), at_once=at_once)


def _compose(
    mail: Mail, account: Account, alerts: Sequence[Alert], message_id: str, *, store: Store, settings: Settings
) -> EmailMessage:
    if mail.month is None:
        return alert_mail.compose(account, alerts, message_id, settings=settings)
    # with the dashboard's own words and figures, which take a moment to load
    report_mail = import_module("kpi.ui.report_mail")
    made: EmailMessage = report_mail.compose(store, account, mail.month, message_id, settings=settings)
    return made


def raised_in_words(raised: Raised, currency: str) -> Iterator[str]:
    """What was raised and what could not be judged, a line each."""
    number = len(raised.alerts)
    yield translate_plural(
        "Version {version}: {count} new alert.",
        "Version {version}: {count} new alerts.",
        number,
        version=raised.version,
        count=fmt.count(number),
    )
    for alert in raised.alerts:
        yield translate("“{name}”: {found}", name=alert.rule.name, found=alert_words.sentence(alert, currency))
    for verdict in raised.unjudged:
        yield translate("“{name}” could not be judged: {reason}.", name=verdict.rule.name, reason=verdict.reason)


def sent_in_words(mails: Sequence[Mail]) -> Iterator[str]:
    """How many mails were sent, and of the others what went wrong, a line each."""
    sent = sum(mail.stage is Stage.SENT for mail in mails)
    if sent:
        yield translate_plural("{count} mail was sent.", "{count} mails were sent.", sent, count=fmt.count(sent))
    for mail in mails:
        if mail.stage is Stage.UNKNOWN:
            yield translate(
                "Nobody knows whether the mail {key} arrived ({reason}). It is not sent again by itself.",
                key=mail.key,
                reason=mail.reason,
            )
        elif mail.stage is Stage.FAILED:
            yield translate("The mail {key} could not be sent ({reason}).", key=mail.key, reason=mail.reason)
