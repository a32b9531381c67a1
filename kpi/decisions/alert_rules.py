"""Rules of alerts: which metric is watched, when somebody is to be told, and who."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter

from kpi.decisions.authors import Author
from kpi.decisions.journal import Kind, record, undoing
from kpi.decisions.register import Change, Edit, Register
from kpi.decisions.targets import MOST, SEGMENTS, Values
from kpi.errors import DecisionError
from kpi.language import mark, translate
from kpi.metrics import METRICS
from kpi.period import Comparison, Period
from kpi.store import Ledger

RIGHT: Final = "alerts"
LONGEST_NAME: Final = 80
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class When(StrEnum):
    """What a rule waits for."""

    ABOVE = mark("The value is above a limit")
    BELOW = mark("The value is below a limit")
    RISES = mark("It rose by more than")
    FALLS = mark("It fell by more than")
    MISSES = mark("The target is missed")
    UNUSUAL = mark("It is outside its usual range")
    STALE = mark("The data is older than")


class Span(StrEnum):
    """The days that a rule measures, the last ones that the data holds."""

    WEEK = mark("7 days")
    FOUR_WEEKS = mark("28 days")
    QUARTER = mark("91 days")
    MONTH = mark("the last whole month")


DAYS: Final = {Span.WEEK: 7, Span.FOUR_WEEKS: 28, Span.QUARTER: 91}
LIMITED: Final = frozenset({When.ABOVE, When.BELOW, When.RISES, When.FALLS, When.STALE})
COMPARED: Final = frozenset({When.RISES, When.FALLS})

Filter = tuple[str, tuple[str, ...]]
"""A dimension and the values of it that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When whom of the dashboard's people are told, by user name, and of which metric.

    `limit` is in the metric's unit. That of a change is a share of the value compared with where the metric is a count
    or an amount, and a difference in the metric's unit otherwise; that of old data is in whole days.
    Until the day `quiet_until` the rule raises nothing.
    """

    key: str
    name: str
    metric: str
    when: When
    limit: Decimal | None = None
    against: Comparison | None = None
    span: Span = Span.FOUR_WEEKS
    filters: tuple[Filter, ...] = ()
    told: tuple[str, ...] = ()
    quiet_until: date | None = None

    def __str__(self) -> str:
        """Which rule it is."""
        return self.name

    def period(self, data_end: date) -> Period:
        """The days that the rule measures on data that ends before the day `data_end`."""
        if self.span is not Span.MONTH:
            return Period.until(data_end, days=DAYS[self.span])
        end = data_end.replace(day=1)
        return Period((end - timedelta(days=1)).replace(day=1), end)


KIND: Final = Kind("alert_rules", TypeAdapter(Rule))


class Rules(Register[Rule]):
    """The rules in force by key."""

    def listed(self) -> tuple[Rule, ...]:
        """All of them, by name."""
        return tuple(sorted(self.values(), key=lambda rule: (rule.name.casefold(), rule.key)))


def record_rule(
    ledger: Ledger,
    author: Author,
    rule: Rule,
    *,
    at: datetime,
    people: Collection[str],
    values: Values = lambda dimension: None,
    seen: int | None = None,
) -> tuple[Change[Rule], ...]:
    """Make a rule, or change the one of its key; it counts from the next publish on.

    `people` are the user names that it may name. `DecisionError` for a rule that cannot be, `ChangedMeanwhileError`
    when it was changed after the entry `seen`.
    """
    author.require(RIGHT)
    fault = find_fault(rule, people, values)
    if fault:
        raise DecisionError(fault)
    return record(ledger, KIND, author, lambda now: [Edit(key=rule.key, to=rule)], at=at, seen=seen)


def record_rule_deleted(
    ledger: Ledger, author: Author, key: str, *, at: datetime, seen: int | None = None
) -> tuple[Change[Rule], ...]:
    """Delete a rule; what it raised stays."""
    author.require(RIGHT)
    return record(ledger, KIND, author, lambda now: [Edit(key=key, to=None)], at=at, seen=seen)


def record_rule_undone(ledger: Ledger, author: Author, entry_id: int, *, at: datetime) -> tuple[Change[Rule], ...]:
    """Put back what an entry changed of a rule, a deleted one too."""
    author.require(RIGHT)
    return record(ledger, KIND, author, undoing(entry_id), at=at, undoes=entry_id)


def find_fault(rule: Rule, people: Collection[str], values: Values = lambda dimension: None) -> str | None:
    """Why a rule cannot be, in the language spoken; None when it can."""
    if rule.metric not in METRICS:
        return translate("There is no metric “{name}”.", name=rule.metric)
    if not rule.name.strip() or len(rule.name) > LONGEST_NAME or CONTROL.search(rule.name):
        return translate("Give the rule a name of at most {count} characters.", count=LONGEST_NAME)
    if not rule.told:
        return translate("Choose at least one person to be told.")
    strangers = [name for name in rule.told if name not in people]
    if strangers:
        return translate("“{name}” has no page that shows this metric, or no account.", name=strangers[0])
    return _fault_of_filters(rule, values) or _fault_of_condition(rule)


def _fault_of_filters(rule: Rule, values: Values) -> str | None:
    metric = METRICS[rule.metric]
    for dimension, kept in rule.filters:
        # Nobody is watched: ids of people and products are no segments.
        if dimension not in SEGMENTS or dimension not in metric.dimensions:
            label = translate(metric.label)
            return translate("“{metric}” has no breakdown “{name}”.", metric=label, name=dimension)
        known = values(dimension)
        unknown = [] if known is None else [value for value in kept if value not in known]
        if unknown:
            return translate("There is no {dimension} “{name}” in the data.", dimension=dimension, name=unknown[0])
    return None


def _fault_of_condition(rule: Rule) -> str | None:
    if rule.when in LIMITED and rule.limit is None:
        return translate("Give the limit.")
    if rule.limit is not None and not (rule.limit.is_finite() and abs(rule.limit) < MOST):
        return translate("A limit is a number below 10^15.")
    if rule.limit is not None and rule.limit < 0 and rule.when in COMPARED | {When.STALE}:
        return translate("A change and an age are not below 0.")
    if rule.limit is not None and rule.when is When.STALE and rule.limit != rule.limit.to_integral_value():
        return translate("An age is in whole days.")
    if rule.when in COMPARED and rule.against is None:
        return translate("Choose what to compare with.")
    if rule.when is When.UNUSUAL and rule.span is Span.MONTH:
        return translate("Months differ in length: for a usual range choose 7, 28 or 91 days.")
    return None
