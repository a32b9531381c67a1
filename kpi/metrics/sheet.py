"""One ambassador on one screen: what they did and brought, what they were given, what they answered."""

from collections.abc import Callable, Mapping, Sequence
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
from kpi.period import Period
from kpi.store import Listing, Warehouse

RECOGNITION = "recognition"  # the rung of rewards that are said or shown
CUSTOMERS_ONLY = mark("only customers are recorded there, and this partner is none")
NO_AGREEMENTS = mark("no table says which commission was agreed on")
NO_PAYMENTS = mark("no table says what was paid out")

# Rewards alone let the programme's cost be known, not what commissions are.
commission_cost = replace(programme_cost, name="commission_cost", needs=("costs",))

Ask = Callable[[Metric, Filters], Measurement]
"""How a metric is asked for under filters, such as by one who remembers what was asked before."""


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
    commission_booked: Measurement
    commission_due: Measurement
    commission_paid: Measurement
    timeline: tuple[Event, ...]

    @property
    def other_rewards(self) -> Events:
        """The rewards that are no recognition."""
        return _of_rung(self.rewards, lambda rung: rung != RECOGNITION)


def read_sheet(
    warehouse: Warehouse,
    ambassador_id: str,
    period: Period,
    *,
    window_days: int | None = None,
    ask: Ask | None = None,
) -> Sheet:
    """The sheet of one ambassador over a period; what a metric says is that metric, kept to this id.

    `window_days` is the attribution window of every model; without it each has its own. `ask` answers for this period,
    without it the warehouse does. `QuestionError` for an id that no ambassador has.
    """
    own = _own_row(warehouse, ambassador_id)
    where = {"ambassador_id": (ambassador_id,)}
    ask = ask or (lambda metric, filters: measure(warehouse, metric, period, where=filters))
    timeline = _timeline(warehouse, period, where)
    rewards = _events(warehouse, timeline, EventKind.REWARD, "rewards", own)
    booked = ask(commission_cost, {**where, "category": ("commission",)})
    return Sheet(
        **own,
        period=period,
        active=ask(active_ambassadors, where),
        acts=ask(acts, where),
        acts_by_kind=tuple(
            kind for kind in breakdown(warehouse, acts, period, "kind", where=where) if kind.group is not None
        ),
        people_brought=ask(new_customers, where),
        revenue=_revenue(warehouse, period, where, window_days, ask),
        rewards=rewards,
        reward_cost=ask(programme_cost, {**where, "category": ("reward",)}),
        recognition=_of_rung(rewards, lambda rung: rung == RECOGNITION),
        answers=_events(warehouse, timeline, EventKind.ANSWER, "surveys", own),
        commission_booked=booked,
        commission_due=replace(booked, estimate=Estimate(value=None), reason=translate(NO_AGREEMENTS)),
        commission_paid=replace(booked, estimate=Estimate(value=None), reason=translate(NO_PAYMENTS)),
        timeline=timeline,
    )


def is_ambassador(warehouse: Warehouse, ambassador_id: str) -> bool:
    """Whether somebody but staff is or was an ambassador under this id."""
    return bool(_own_rows(warehouse, ambassador_id))


def require_ambassador(warehouse: Warehouse, ambassador_id: str) -> None:
    """`QuestionError` for an id that no ambassador has."""
    _own_row(warehouse, ambassador_id)


def _own_row(warehouse: Warehouse, ambassador_id: str) -> dict[str, Any]:
    rows = _own_rows(warehouse, ambassador_id)
    if not rows:
        raise QuestionError(
            translate("There is no ambassador “{id}” in this version. Look for the name instead.", id=ambassador_id)
        )
    return rows[0]


def _own_rows(warehouse: Warehouse, ambassador_id: str) -> list[dict[str, Any]]:
    return warehouse.rows(
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


def _revenue(
    warehouse: Warehouse, period: Period, where: Filters, window_days: int | None, ask: Ask
) -> Mapping[Model, Measurement]:
    def credited(model: Model) -> Measurement:
        attribution = Attribution(model=model, window_days=window_days)
        if attribution == Attribution():
            return ask(attributed_revenue, where)
        return measure(warehouse, attributed_revenue, period, where=where, attribution=attribution)

    return MappingProxyType({model: credited(model) for model in Model})


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


def _of_rung(rewards: Events, is_meant: Callable[[str | None], bool]) -> Events:
    return replace(rewards, items=tuple(one for one in rewards.items if is_meant(one.detail)))
