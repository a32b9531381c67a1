"""Raising: every rule is put to the published version, and what it finds becomes an alert, once."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

from kpi.alerts.judging import Verdict, judge_rule
from kpi.decisions import Decisions, read_decisions
from kpi.decisions.alert_rules import Rule
from kpi.decisions.alerts import Alert, is_snoozed, record_raised
from kpi.settings import Settings
from kpi.store import Manifest, Store, Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What a look at a version came to: the alerts raised by it, and the rules that could not be judged, with why."""

    version: int
    alerts: tuple[Alert, ...] = ()
    unjudged: tuple[Verdict, ...] = ()
    judged: int = 0


def raise_alerts(store: Store, settings: Settings, *, now: datetime) -> Raised:
    """Put every rule that is not quiet to the published version, and raise what holds and was not raised of it before.

    Asked again about the same version, it raises nothing twice, whichever process asks: the ledger decides.
    `NothingPublishedError` before the first import; `StoreWriteError` when the ledger cannot be written.
    """
    today = now.astimezone(settings.zone).date()
    with closing(Warehouse(store)) as warehouse:
        manifest = warehouse.manifest
        decisions = read_decisions(store.ledger, is_demo=manifest.is_demo)
        rules = tuple(_loud(decisions, today))
        verdicts = [judge_rule(warehouse, rule, decisions.targets, today) for rule in rules]
    # Nobody is written to about an invented company.
    is_mailed = bool(settings.mail.host) and not manifest.is_demo
    raised = (_alert(one, manifest, is_mailed=is_mailed) for one in verdicts)
    found = [alert for alert in raised if alert]
    changes = record_raised(store.ledger, found, at=now, is_demo=manifest.is_demo)
    return Raised(
        version=manifest.version,
        alerts=tuple(change.after for change in changes if change.after),
        unjudged=tuple(one for one in verdicts if one.holds is None),
        judged=sum(one.holds is not None for one in verdicts),
    )


def _loud(decisions: Decisions, today: date) -> Iterator[Rule]:
    """The rules that may raise something on a day: neither quiet nor with an alert that was snoozed."""
    for rule in decisions.alert_rules.listed():
        is_quiet = rule.quiet_until is not None and rule.quiet_until > today
        if not is_quiet and not is_snoozed(decisions.alerts, decisions.alert_answers, rule.key, today):
            yield rule


def _alert(verdict: Verdict, manifest: Manifest, *, is_mailed: bool) -> Alert | None:
    """The alert that a verdict leads to; none where the condition does not hold."""
    period, value, data_end = verdict.period, verdict.value, manifest.data_end
    if not verdict.holds or period is None or value is None or data_end is None:
        return None
    return Alert(
        rule=verdict.rule,
        version=manifest.version,
        data_end=data_end,
        start=period.start,
        end=period.end,
        value=value,
        low=verdict.low,
        high=verdict.high,
        compared=verdict.compared,
        is_mailed=is_mailed,
    )
