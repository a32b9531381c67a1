"""One ambassador on one screen: what they did and brought, what they were given, what they answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from kpi.analysis import Estimate
from kpi.errors import QuestionError
from kpi.language import mark, translate
from kpi.metrics.activity import active_ambassadors, acts
from kpi.metrics.definitions import Metric, Model
from kpi.metrics.economics import programme_cost
from kpi.metrics.measure import Attribution, Filters, Measurement, breakdown, measure
from kpi.metrics.revenue import attributed_revenue, new_customers
from kpi.metrics.satisfaction import ambassador_net_promoter_score, ambassador_satisfaction
from kpi.period import Period
from kpi.store import Listing, Warehouse

CUSTOMERS_ONLY = mark("only customers are recorded there, and this partner is none")
NO_AGREEMENTS = mark("no table says which commission was agreed on")
NO_PAYMENTS = mark("no table says what was paid out")

# Rewards alone let the programme's cost be known, not what commissions are.
commission_cost = replace(programme_cost, needs=("costs",))


class EventKind(StrEnum):
    """What can happen to an ambassador, as the mart of events names it."""

    ENROLLED = "enrolled"
    ACT = "act"
    CUSTOMER_WON = "customer_won"
    ORDER_CREDITED = "order_credited"
    REWARD = "reward"
    ANSWER = "answer"
    COMMISSION = "commission"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something on a day, without a word on any other person.

    `kind` is that of the act, reward or survey, or the programme enrolled in; `detail` the platform of an act, the rung
    of a reward, the lever of an enrolment; `amount` what an order was credited with (last touch, 30 days, net of
    refunds), what a reward cost or which commission was booked.
    """

    day: date
    event: EventKind
    kind: str | None
    detail: str | None
    amount: Decimal | None
    score: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Events of one sort, newest first; `reason` says why there can be none."""

    items: tuple[Event, ...]
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An ambassador in a period, by id and without a name; consent is None for a partner who is no customer.

    `revenue` holds one measurement per attribution model. `reward_cost` is the programme's cost of rewards,
    `commission_booked` its cost of commissions; what is due and what was paid has no table yet: n/a, with the reason.
    `timeline` holds every event of the period, newest first; `rewards`, `recognition` (those of that rung) and
    `answers` (as ambassador, the latest of a day) are some of them.
    """

    ambassador_id: str
    customer_id: str | None
    programme: str
    lever: str | None
    enrolled_date: date
    left_date: date | None
    has_contact_consent: bool | None
    period: Period
    active: Measurement
    acts: Measurement
    acts_by_kind: tuple[Measurement, ...]
    people_brought: Measurement
    revenue: Mapping[Model, Measurement]
    rewards: Events
    reward_cost: Measurement
    recognition: Events
    answers: Events
    net_promoter_score: Measurement
    satisfaction: Measurement
    commission_booked: Measurement
    commission_due: Measurement
    commission_paid: Measurement
    timeline: tuple[Event, ...]


def read_sheet(warehouse: Warehouse, ambassador_id: str, period: Period, *, window_days: int | None = None) -> Sheet:
    """The sheet of one ambassador over a period; what a metric says is that metric, kept to this id.

    `window_days` is the attribution window of every model; without it each has its own. `QuestionError` for an id
    that no ambassador has.
    """
    own = _own_row(warehouse, ambassador_id)
    where = {"ambassador_id": [ambassador_id]}

    def ask(metric: Metric, **filters: Sequence[str]) -> Measurement:
        return measure(warehouse, metric, period, where={**where, **filters})

    timeline = _timeline(warehouse, period, where)
    rewards = _events(warehouse, timeline, EventKind.REWARD, "rewards", own)
    booked = ask(commission_cost, category=["commission"])
    return Sheet(
        **own,
        period=period,
        active=ask(active_ambassadors),
        acts=ask(acts),
        acts_by_kind=tuple(
            kind for kind in breakdown(warehouse, acts, period, "kind", where=where) if kind.group is not None
        ),
        people_brought=ask(new_customers),
        revenue=_revenue(warehouse, period, where, window_days),
        rewards=rewards,
        reward_cost=ask(programme_cost, category=["reward"]),
        recognition=replace(rewards, items=tuple(one for one in rewards.items if one.detail == "recognition")),
        answers=_events(warehouse, timeline, EventKind.ANSWER, "surveys", own),
        net_promoter_score=ask(ambassador_net_promoter_score),
        satisfaction=ask(ambassador_satisfaction),
        commission_booked=booked,
        commission_due=replace(booked, estimate=Estimate(value=None), reason=translate(NO_AGREEMENTS)),
        commission_paid=replace(booked, estimate=Estimate(value=None), reason=translate(NO_PAYMENTS)),
        timeline=timeline,
    )


def _own_row(warehouse: Warehouse, ambassador_id: str) -> dict[str, Any]:
    rows = warehouse.rows(
        Listing(
            mart="dim_ambassadors",
            columns=(
                "ambassador_id",
                "customer_id",
                "programme",
                "lever",
                "enrolled_date",
                "left_date",
                "has_contact_consent",
            ),
            order=("ambassador_id",),
            filters={"ambassador_id": [ambassador_id]},
        )
    )
    if not rows:
        raise QuestionError(
            translate("There is no ambassador “{id}” in this version. Look for the name instead.", id=ambassador_id)
        )
    return rows[0]


def _revenue(
    warehouse: Warehouse, period: Period, where: Filters, window_days: int | None
) -> Mapping[Model, Measurement]:
    return MappingProxyType(
        {
            model: measure(
                warehouse,
                attributed_revenue,
                period,
                where=where,
                attribution=Attribution(model=model, window_days=window_days),
            )
            for model in Model
        }
    )


def _timeline(warehouse: Warehouse, period: Period, where: Filters) -> tuple[Event, ...]:
    rows = warehouse.rows(
        Listing(
            mart="fct_ambassador_events",
            columns=("event_date", "event", "kind", "detail", "amount", "score"),
            order=("event_date desc", "event", "kind", "detail", "amount", "score"),
            filters=where,
            date="event_date",
            period=period,
        )
    )
    return tuple(Event(day=row.pop("event_date"), event=EventKind(row.pop("event")), **row) for row in rows)


def _events(
    warehouse: Warehouse, timeline: Sequence[Event], event: EventKind, table: str, own: Mapping[str, Any]
) -> Events:
    """The events of one sort, and why there can be none: a table that is missing, or one that names customers only."""
    reason = None if own["customer_id"] else translate(CUSTOMERS_ONLY)
    if table not in warehouse.manifest.imported_tables:
        reason = translate("waits for {tables}", tables=table)
    return Events(items=tuple(one for one in timeline if one.event is event), reason=reason)
