"""The commands for alerts, and the look that follows every publish."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from kpi.alerts import Raised, all_mails, explain_waiting, people, raise_alerts
from kpi.cli_deciding import as_author, read_decided
from kpi.cli_options import Json
from kpi.console import err, out, print_json, print_rows
from kpi.decisions import Decisions
from kpi.decisions.alert_mails import Mail, Stage, record_mail_settled
from kpi.decisions.alert_rules import RIGHT
from kpi.decisions.alerts import Alert, Answer
from kpi.settings import Settings, read_settings
from kpi.store import Store
from kpi.terminal import chosen_store
from kpi.ui import alert_words, alerting

NEWEST: Final = 50

alert_commands = typer.Typer(name="alerts", help="What the rules of alerts found.", no_args_is_help=True)


def watch(store: Store, settings: Settings) -> None:
    """Put the rules to what is published now, and say on the error stream what came of it; nothing of it ends badly,
    for what was published stands.
    """
    for line in alerting.after_publish(store, settings, now=datetime.now(UTC)):
        err.print(line, highlight=False, soft_wrap=True)


@alert_commands.command("list")
def list_alerts(
    context: typer.Context,
    newest: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="So many, newest first.")] = NEWEST,
    as_json: Json = False,
) -> None:
    """List what was raised, newest first."""
    decisions = read_decided(chosen_store(context))
    rows = [_row(decisions, alert) for alert in decisions.alerts.listed()[:newest]]
    if as_json:
        print_json(rows)
    elif rows:
        print_rows([{name: row[name] for name in ("raised_at", "version", "rule", "found", "answer")} for row in rows])
    else:
        out.print("Nothing was raised.")


@alert_commands.command("check")
def check(context: typer.Context, as_json: Json = False) -> None:
    """Put every rule to what is published; what was raised of this version before is not raised again."""
    found = raise_alerts(chosen_store(context), read_settings(), now=datetime.now(UTC))
    if as_json:
        print_json(_fields(found))
        return
    for line in alerting.raised_in_words(found, read_settings().currency):
        out.print(line, highlight=False, soft_wrap=True)


@alert_commands.command("send")
def send(
    context: typer.Context,
    at_once: Annotated[bool, typer.Option("--now", help="Do not wait for the end of a pause after a failure.")] = False,
    again: Annotated[
        str | None, typer.Option(metavar="MAIL", help="Send one again that nobody knows to have arrived.")
    ] = None,
    arrived: Annotated[str | None, typer.Option(metavar="MAIL", help="Note that such a one did arrive.")] = None,
    as_json: Json = False,
) -> None:
    """Send the mails that are due, try failed ones again, and list those that are not sent."""
    store, settings = chosen_store(context), read_settings()
    for key, has_arrived in ((again, False), (arrived, True)):
        if key is not None:
            record_mail_settled(store.ledger, as_author(store, RIGHT), key, arrived=has_arrived, at=datetime.now(UTC))
    done = alerting.send(store, settings, at_once=at_once)
    left = _unsent(store)
    if as_json:
        print_json({"is_set_up": bool(settings.mail.host), "done": list(map(_mail, done)), "unsent": left})
        return
    for line in alerting.sent_in_words(done):
        out.print(line, highlight=False, soft_wrap=True)
    if not settings.mail.host:
        out.print("Mail is not set up: name its server under [mail] in data/settings.toml.")
    if left:
        print_rows([{name: one[name] for name in ("mail", "stage", "attempts", "reason")} for one in left])
    elif not done:
        out.print("There is nothing to send.")


def _unsent(store: Store) -> list[dict[str, Any]]:
    """The mails that are not sent, and why not."""
    decisions, known = read_decided(store), people(store)
    if store.published_version() is None:
        return []
    waiting = [mail for mail in all_mails(decisions, store.published()) if mail.stage is not Stage.SENT]
    now = datetime.now(UTC)
    reasons = {mail.key: explain_waiting(mail, decisions, known, now) for mail in waiting}
    return [_mail(mail) | {"reason": reasons[mail.key] or mail.reason} for mail in waiting]


def _mail(mail: Mail) -> dict[str, Any]:
    return {
        "mail": mail.key,
        "stage": "given up" if mail.is_given_up else mail.stage.name.lower(),
        "attempts": mail.attempts,
        "reason": mail.reason,
        "not_before": mail.not_before,
    }


def _row(decisions: Decisions, alert: Alert) -> dict[str, Any]:
    answer = decisions.alert_answers.get(alert.key)
    return {
        "raised_at": decisions.alerts.raised_at(alert.key),
        **_described(alert),
        "answer": _answer(answer),
        "note": answer.note if answer else "",
        "answered_by": decisions.alert_answers.history(alert.key)[-1].who if answer else "",
    }


def _described(alert: Alert) -> dict[str, Any]:
    return {
        "rule": alert.rule.name,
        "metric": alert.rule.metric,
        "when": alert.rule.when.name.lower(),
        "filters": {name: list(values) for name, values in alert.rule.filters},
        "version": alert.version,
        "data_end": alert.data_end,
        "from": alert.start,
        "to": alert.end,
        **{name: _number(getattr(alert, name)) for name in ("value", "low", "high", "compared")},
        "told": list(alert.rule.told),
        "found": alert_words.sentence(alert, read_settings().currency),
    }


def _fields(found: Raised) -> dict[str, Any]:
    return {
        "version": found.version,
        "raised": [_described(alert) for alert in found.alerts],
        "judged": found.judged,
        "unjudged": [{"rule": one.rule.name, "reason": one.reason} for one in found.unjudged],
    }


def _answer(answer: Answer | None) -> str:
    if answer is None:
        return ""
    return f"snoozed until {answer.until}" if answer.until else "acknowledged"


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
