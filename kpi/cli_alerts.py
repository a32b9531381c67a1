"""The commands for alerts, and the look that follows every publish."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from kpi.alerts import Raised, raise_alerts
from kpi.console import err, out, print_json, print_rows
from kpi.decisions import Decisions, read_decisions
from kpi.decisions.alerts import Alert, Answer
from kpi.settings import Settings, read_settings
from kpi.store import Store
from kpi.terminal import chosen_store
from kpi.ui import alert_words, alerting

NEWEST: Final = 50

alert_commands = typer.Typer(name="alerts", help="What the rules of alerts found.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


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
    decisions = _read(chosen_store(context))
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


def _read(store: Store) -> Decisions:
    is_demo = store.published_version() is not None and store.published().is_demo
    return read_decisions(store.ledger, is_demo=is_demo)


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
