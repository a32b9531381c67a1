"""The mail about alerts: one per person and version, in the person's language, in plain text and simple HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from html import escape
from typing import Final
from urllib.parse import urlencode

from kpi.access.credentials import Account
from kpi.alerts import page_for
from kpi.alerts.audience import ELSEWHERE
from kpi.decisions.alerts import Alert
from kpi.language import ENGLISH, speaking, spoken, translate, translate_plural
from kpi.settings import Settings
from kpi.ui import alert_words
from kpi.ui import format as fmt
from kpi.ui.presets import Preset

ALERTS: Final = "/alerts"
ENCODING: Final = "quoted-printable"  # which every server passes on, whatever the language


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An alert as the mail tells it: the rule's name, sentences, and where it is seen."""

    name: str
    lines: tuple[str, ...]
    address: str


def compose(account: Account, alerts: Sequence[Alert], message_id: str, *, settings: Settings) -> EmailMessage:
    """The mail that tells a person of alerts of one version; English for an account that chose no language.

    Each alert has a link to a page that its reader's role may open, with the filters and days of the rule.
    """
    with speaking(account.language or ENGLISH):
        base = settings.mail.base_address.rstrip("/")
        told = [_told(alert, account, base, settings.currency) for alert in alerts]
        message = EmailMessage()
        message["Subject"] = _subject(alerts)
        message["From"] = f"Ambassade <{settings.mail.sender}>"
        message["To"] = account.email
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        foot = _foot(alerts[0])
        page = f"{base}{ALERTS}"
        message.set_content(_text(told, page, foot), cte=ENCODING)
        message.add_alternative(_html(told, page, foot), subtype="html", cte=ENCODING)
    return message


def link(alert: Alert, account: Account) -> str:
    """The page of the alert's metric that the person's role may open, over the alert's days and segments."""
    rule = alert.rule
    page = page_for(account.role, rule.metric)
    if page is None:
        return ALERTS
    days = [("start", alert.start.isoformat()), ("end", alert.period.last_day.isoformat())]
    segments = [(name, value) for name, values in rule.filters for value in values]
    search = [("search", rule.metric)] if page == ELSEWHERE else []
    return f"/{page}?{urlencode([('period', translate(Preset.CUSTOM)), *days, *segments, *search])}"


def _subject(alerts: Sequence[Alert]) -> str:
    number = len(alerts)
    return translate_plural(
        "Ambassade: {count} alert, data until {day}",
        "Ambassade: {count} alerts, data until {day}",
        number,
        count=fmt.count(number),
        day=_last_day(alerts[0]),
    )


def _told(alert: Alert, account: Account, base: str, currency: str) -> _Told:
    where = alert_words.where(alert.rule)
    lines = [alert_words.sentence(alert, currency), *([translate("Only {segments}", segments=where)] if where else [])]
    return _Told(name=alert.rule.name, lines=tuple(lines), address=f"{base}{link(alert, account)}")


def _foot(alert: Alert) -> tuple[str, ...]:
    return (
        translate("Version {version}, data until {day}.", version=alert.version, day=_last_day(alert)),
        translate("You are told because a rule of the programme owner names you."),
    )


def _text(told: Sequence[_Told], page: str, foot: Sequence[str]) -> str:
    blocks = [
        "\n".join((one.name, *one.lines, translate("See it on the dashboard: {address}", address=one.address)))
        for one in told
    ]
    answer = translate("Take note of them, or snooze them: {address}", address=page)
    return "\n\n".join((*blocks, answer, "\n".join(foot))) + "\n"


def _html(told: Sequence[_Told], page: str, foot: Sequence[str]) -> str:
    see = escape(translate("See it on the dashboard"))
    blocks = [
        f"<h2 style='font-size:16px;margin:20px 0 4px'>{escape(one.name)}</h2>"
        f"<p style='margin:0'>{'<br>'.join(map(escape, one.lines))}<br>"
        f"<a href='{escape(one.address)}'>{see}</a></p>"
        for one in told
    ]
    words = escape(translate("Take note of them, or snooze them"))
    answer = f"<p style='margin:24px 0'><a href='{escape(page)}'>{words}</a></p>"
    small = f"<p style='font-size:13px;color:#555'>{'<br>'.join(map(escape, foot))}</p>"
    return (
        f"<!doctype html><html lang='{spoken()}'><head><meta charset='utf-8'></head>"
        f"<body style='font-family:sans-serif;font-size:15px;line-height:1.5;max-width:600px'>"
        f"{''.join(blocks)}{answer}{small}</body></html>\n"
    )


def _last_day(alert: Alert) -> str:
    return fmt.day(alert.data_end - timedelta(days=1))
