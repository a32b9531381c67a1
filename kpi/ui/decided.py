"""Decisions in words: what an entry of the ledger changed, for the audit log and for histories."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import reduce
from itertools import islice
from typing import Any, Final

from kpi.access.words import LANGUAGES
from kpi.decisions import (
    Annotation,
    Budget,
    Change,
    Comment,
    NamedSegment,
    Segment,
    Target,
    View,
    alert_mails,
    alert_rules,
    alerts,
    budgets,
    named_segments,
    report_subscriptions,
    set_aside,
    spotlights,
)
from kpi.decisions import annotations as noted
from kpi.decisions import targets as aimed
from kpi.decisions import views as viewed
from kpi.decisions.journal import Kind, read_changes
from kpi.decisions.report_subscriptions import Subscription
from kpi.language import all_of, spoken, translate, translate_plural
from kpi.metrics import METRICS
from kpi.period import Period
from kpi.store import Entry
from kpi.ui import alert_words, budget_words, spotlight_words
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.page import Page
from kpi.ui.segment_words import filters_in_words
from kpi.ui.segments import segment_label

MOST_TOLD: Final = 3
MOST_IN_HISTORY: Final = 20
KINDS: Final[dict[str, Kind[Any]]] = {
    kind.name: kind
    for kind in (
        aimed.KIND,
        noted.KIND,
        viewed.KIND,
        spotlights.KIND,
        set_aside.ASIDE,
        set_aside.INVITED,
        named_segments.KIND,
        budgets.KIND,
        budgets.COMMENTS,
        alert_rules.KIND,
        alerts.RAISED,
        alerts.ANSWERS,
        alert_mails.KIND,
        report_subscriptions.KIND,
    )
}


def in_words(entry: Entry, currency: str) -> str:
    """What an entry of one of `KINDS` decided; empty for another one, or one that cannot be read."""
    if entry.kind not in KINDS:
        return ""
    found = list(read_changes([entry], KINDS[entry.kind], is_demo=bool(entry.details.get("demo"))))
    if not found:
        return ""
    told = [change_in_words(change, currency) for change in islice(found, MOST_TOLD)]
    more = len(found) - len(told)
    if more:
        told.append(translate_plural("{count} more", "{count} more", more, count=fmt.count(more)))
    parts = [*_origin(found[0], entry.details.get("by")), *told]
    return reduce(lambda some, last: translate("{some}; {last}", some=some, last=last), parts)


def change_in_words(change: Change[Any], currency: str) -> str:
    """What a change did: "Orders, November 2026: from 120 to 150"."""
    before, after = change.before, change.after
    if isinstance(after or before, Target):
        return _target_change(before, after, currency)
    if isinstance(after or before, Budget):
        return budget_words.change(before, after, currency)
    if isinstance(after or before, spotlight_words.DECISIONS):
        return spotlight_words.change(before, after)
    if isinstance(after or before, alert_words.DECISIONS):
        return alert_words.change(before, after, currency)
    if after is None:
        return translate("removed: {thing}", thing=_thing(before))
    if before is None:
        return translate("added: {thing}", thing=_thing(after))
    return translate("{before} is now {after}", before=_thing(before), after=_thing(after))


def history(page: Page, changes: Sequence[Change[Any]]) -> str:
    """The newest changes, newest first: when, who, what, and whether it was read from a file or an undo. Markdown."""
    lines = []
    for change in reversed(changes[-MOST_IN_HISTORY:]):
        moment = fmt.moment(change.recorded_at.astimezone(page.settings.zone))
        parts = [moment, change.who, change_in_words(change, page.settings.currency)]
        parts += [translate("from {file}", file=change.file)] if change.file else []
        parts += [translate("undone")] if change.undoes else []
        lines.append(" · ".join(fmt.plain(part) for part in parts))
    return "  \n".join(lines)


def target_value(target: Target, currency: str) -> str:
    """A target's value in its metric's unit, money to the cent."""
    metric = METRICS.get(target.metric)
    return fmt.value(metric, target.value, currency, full=True) if metric else str(target.value)


def target_name(target: Target) -> str:
    """Which target it is: Orders, November 2026, country: France."""
    metric = METRICS.get(target.metric)
    label, month = translate(metric.label) if metric else target.metric, fmt.month(target.month)
    if target.segment is None:
        return translate("{metric}, {month}", metric=label, month=month)
    return translate("{metric}, {month}, {segment}", metric=label, month=month, segment=segment_name(target.segment))


def segment_name(segment: Segment) -> str:
    """A segment: country: France."""
    dimension, value = segment
    return translate(
        "{dimension}: {values}", dimension=dimension_label(dimension), values=segment_label(dimension, value)
    )


def days_of(annotation: Annotation) -> str:
    """The days that an annotation is about."""
    return fmt.days(Period(annotation.first, annotation.last + timedelta(days=1)))


def role_names(roles: Iterable[str]) -> str:
    """Roles by their names: Budget sponsor and Data person."""
    words = LANGUAGES[spoken()]
    return all_of(words.get(f"role_{role}", role) for role in roles)


def _target_change(before: Target | None, after: Target | None, currency: str) -> str:
    was = target_value(before, currency) if before else ""
    if after is None:
        return translate("{target}: {before} removed", target=target_name(before) if before else "", before=was)
    name, value = target_name(after), target_value(after, currency)
    if before is None:
        told = translate("{target}: {after}", target=name, after=value)
    else:
        told = translate("{target}: from {before} to {after}", target=name, before=was, after=value)
    return translate("{change} ({note})", change=told, note=after.note) if after.note else told


def _thing(state: object) -> str:
    if isinstance(state, Annotation):
        return translate("“{text}” ({days})", text=state.text, days=days_of(state))
    if isinstance(state, View) and state.roles:
        return translate("view “{name}”, shared: {roles}", name=state.name, roles=role_names(state.roles))
    if isinstance(state, NamedSegment):
        return _segment(state)
    if isinstance(state, Comment):
        return translate("comment “{text}”", text=state.text)
    if isinstance(state, Subscription):
        return translate("monthly report to {person}", person=state.person)
    return translate("view “{name}”", name=str(state))


def _segment(segment: NamedSegment) -> str:
    filters = filters_in_words(segment.wanted) or translate("everybody")
    if not segment.roles:
        return translate("segment “{name}” ({filters})", name=segment.name, filters=filters)
    roles = role_names(segment.roles)
    return translate("segment “{name}” ({filters}), shared: {roles}", name=segment.name, filters=filters, roles=roles)


def _origin(change: Change[Any], typist: object) -> list[str]:
    """Who typed it, which file it was read from, which entry it takes back."""
    told = []
    if typist is not None:
        told.append(translate("by {name}", name=typist))
    if change.file is not None:
        told.append(translate("from {file}", file=change.file))
    if change.undoes is not None:
        told.append(translate("undoes entry {number}", number=change.undoes))
    return told
