"""Alerts in words: what a rule waits for, what it found, how an alert was answered and how far its mail came."""

from decimal import Decimal
from typing import Any, Final

from kpi.alerts import Verdict
from kpi.decisions.alert_mails import Mail
from kpi.decisions.alert_rules import Rule, When
from kpi.decisions.alerts import Alert, Answer
from kpi.language import any_of, each_of, mark, translate, translate_plural
from kpi.metrics import METRICS, Metric, Unit
from kpi.period import Comparison
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.segments import segment_label

DECISIONS: Final = (Rule, Alert, Answer, Mail)
MOST_DECIMALS: Final = 4
CONDITIONS: Final = {
    When.ABOVE: mark("{metric} above {limit}"),
    When.BELOW: mark("{metric} below {limit}"),
    When.RISES: mark("{metric} up by more than {limit}, against {compared}"),
    When.FALLS: mark("{metric} down by more than {limit}, against {compared}"),
    When.MISSES: mark("{metric} misses its target"),
    When.UNUSUAL: mark("{metric} outside its usual range"),
    When.STALE: mark("Data of {metric} older than {limit}"),
}
FOUND: Final = {
    When.ABOVE: mark("{metric}: {value} ({days}), above the limit of {high}."),
    When.BELOW: mark("{metric}: {value} ({days}), below the limit of {low}."),
    When.RISES: mark("{metric}: up from {compared} to {value} ({days}), by more than {limit}."),
    When.FALLS: mark("{metric}: down from {compared} to {value} ({days}), by more than {limit}."),
    When.UNUSUAL: mark("{metric}: {value} ({days}), outside the usual range of {low} to {high}."),
}
AGAINST: Final = {
    Comparison.PREVIOUS: mark("the period before"),
    Comparison.LAST_YEAR: mark("the same days last year"),
}


def condition(rule: Rule, currency: str) -> str:
    """What a rule waits for: Orders below 100."""
    return translate(
        CONDITIONS[rule.when],
        metric=label(rule),
        limit=limit(rule, currency),
        compared=translate(AGAINST[rule.against]) if rule.against else "",
    )


def limit(rule: Rule, currency: str) -> str:
    """A rule's limit: of a change a share or points, of old data days; empty without one."""
    metric = METRICS.get(rule.metric)
    if rule.limit is None:
        return ""
    if rule.when is When.STALE:
        return translate_plural("{count} day", "{count} days", int(rule.limit), count=fmt.count(rule.limit))
    if metric is None:
        return str(rule.limit)
    if rule.when not in (When.RISES, When.FALLS):
        return fmt.value(metric, rule.limit, currency, full=True)
    if metric.unit in (Unit.COUNT, Unit.MONEY):
        return fmt.share(rule.limit, decimals=0 if rule.limit == round(rule.limit, 2) else 1)
    return fmt.difference(metric, rule.limit, currency)


def sentence(alert: Alert, currency: str) -> str:
    """What an alert found: Orders: 80 (26 Oct – 22 Nov 2026), below the limit of 100. A level stands on a day."""
    rule, metric = alert.rule, METRICS.get(alert.rule.metric)
    if rule.when is When.STALE or metric is None:
        return _age(alert, currency)
    numbers = {"value": alert.value, "low": alert.low, "high": alert.high, "compared": alert.compared}
    written = _apart(metric, numbers, currency)
    days = fmt.day(alert.period.last_day) if metric.is_level else fmt.days(alert.period)
    facts = {"metric": label(rule), "days": days, "limit": limit(rule, currency), **written}
    if rule.when is not When.MISSES:
        return translate(FOUND[rule.when], **facts)
    target = written["low"] if alert.high is None else written["high"]
    return translate("{metric}: {value} ({days}), which misses the target of {target}.", **facts, target=target)


def verdict(found: Verdict, currency: str) -> str:
    """What a rule finds now: whether it would tell, by which value."""
    metric = METRICS.get(found.rule.metric)
    if found.holds is None or found.value is None or metric is None:
        return translate("Cannot be judged: {reason}", reason=found.reason)
    if found.rule.when is When.STALE:
        age = int(found.value)
        value = translate_plural("{count} day", "{count} days", age, count=fmt.count(age))
    else:
        numbers = {"value": found.value, "low": found.low, "high": found.high}
        value = _apart(metric, numbers, currency)["value"]
    return (
        translate("It holds: {value}", value=value) if found.holds else translate("All is well: {value}", value=value)
    )


def where(rule: Rule) -> str:
    """The segments that a rule keeps: country: France; empty for the whole programme."""
    told = [
        translate(
            "{dimension}: {values}",
            dimension=dimension_label(name),
            values=any_of(segment_label(name, value) for value in values),
        )
        for name, values in rule.filters
    ]
    return each_of(told) if told else ""


def label(rule: Rule) -> str:
    """What the metric of a rule is called; its name once there is no such metric any more."""
    metric = METRICS.get(rule.metric)
    return translate(metric.label) if metric else rule.metric


def change(before: Any, after: Any, currency: str) -> str:
    """What a change of a rule, an alert, an answer or a mail did."""
    state = after or before
    if isinstance(state, Answer):
        return _answer_change(before, after)
    if isinstance(state, Alert):
        return translate("raised “{name}”: {found}", name=state.rule.name, found=sentence(state, currency))
    if isinstance(state, Mail):
        return _mail_change(state)
    if after is None:
        return translate("removed: {thing}", thing=_rule(before, currency))
    if before is None:
        return translate("added: {thing}", thing=_rule(after, currency))
    return translate("{before} is now {after}", before=_rule(before, currency), after=_rule(after, currency))


def answer(given: Answer) -> str:
    """How an alert was answered: snoozed until 1 Dec 2026 (we know)."""
    told = (
        translate("snoozed until {day}", day=fmt.day(given.until))
        if given.until is not None
        else translate("acknowledged")
    )
    return translate("{change} ({note})", change=told, note=given.note) if given.note else told


def _answer_change(before: Answer | None, after: Answer | None) -> str:
    if after is None:
        return translate("“{name}” waits again", name=before.name if before else "")
    return translate("“{name}” {answer}", name=after.name, answer=answer(after))


def _mail_change(mail: Mail) -> str:
    known = {"person": mail.person, "stage": translate(mail.stage.value)}
    told = (
        translate("mail to {person} about version {version}: {stage}", version=mail.version, **known)
        if mail.month is None
        else translate("report of {month} to {person}: {stage}", month=fmt.month(mail.month), **known)
    )
    return translate("{change} ({note})", change=told, note=mail.reason) if mail.reason else told


def _rule(rule: Rule, currency: str) -> str:
    told = translate("rule “{name}” ({condition})", name=rule.name, condition=condition(rule, currency))
    if rule.quiet_until is None:
        return told
    return translate("{rule}, quiet until {day}", rule=told, day=fmt.day(rule.quiet_until))


def _age(alert: Alert, currency: str) -> str:
    age = int(alert.value)
    return translate_plural(
        "The data of “{metric}” is {count} day old; the limit is {limit}.",
        "The data of “{metric}” is {count} days old; the limit is {limit}.",
        age,
        metric=label(alert.rule),
        count=fmt.count(age),
        limit=limit(alert.rule, currency),
    )


def _apart(metric: Metric, numbers: dict[str, Decimal | None], currency: str) -> dict[str, str]:
    """The numbers in words, with as many decimals as tell the value from the others, so that no sentence says that
    4.1 % is above 4.1 %.
    """
    for more in range(MOST_DECIMALS):
        written = {
            name: fmt.value(metric, number, currency, more=more)
            for name, number in numbers.items()
            if number is not None
        }
        value, *others = written.values()
        if value not in others:
            break
    return written
