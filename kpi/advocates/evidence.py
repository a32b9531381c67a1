"""The rows behind a score: what one person did in the window before the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from kpi.advocates.question import Question, day_of
from kpi.period import Period
from kpi.store import Listing, Warehouse

REVIEWS: Final = frozenset({"review", "testimonial", "case_study"})
INTERACTIONS: Final[Mapping[str, str]] = {
    "feedback": "feedback",
    "beta_test": "feedback",
    "vote": "feedback",
    "community_post": "community",
    "event_attended": "events",
    "event_spoken": "events",
    "webinar": "events",
}
WITHOUT_POINTS: Final = frozenset({"email_opened", "support_ticket"})
"""An opened mail and a call for help are no sign of attachment."""

ACTS: Final[Mapping[str, str]] = {"referral": "referrals", "contribution": "community"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One row on a day: the component that it counts for first, of which `kind`, and a number where it has one.

    `number` is what a post drew, or the score of an answer. What counts for recency and breadth alone, such as a login,
    has the component `breadth`.
    """

    day: date
    component: str
    kind: str
    number: int | None = None


def evidence(warehouse: Warehouse, customer_id: str, question: Question | None = None) -> tuple[Evidence, ...]:
    """What of all that a customer did in the window before the day brings points, newest first.

    Of survey answers only the latest counts, and a first order for recency alone. Orders stand there whether or not
    they were given back; a post that was removed by then does not.
    """
    question = question or Question()
    until = day_of(warehouse, question)
    period = Period(until - timedelta(days=question.rules.window_days), until)

    def read(mart: str, day: str, *columns: str, where: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
        return warehouse.rows(
            Listing(
                mart=mart,
                columns=(day, *columns),
                order=(f"{day} desc", *columns),
                filters=where,
                date=day,
                period=period,
            )
        )

    person = {"customer_id": [customer_id]}
    found = [
        *_posts(
            read("fct_customer_posts", "posted_date", "kind", "origin", "engagements", "removed_date", where=person),
            until,
        ),
        *_orders(read("fct_orders", "ordered_date", "is_first_order", "order_id", where=person)),
        *_interactions(read("fct_interactions", "occurred_date", "kind", where=person)),
        *_acts(read("fct_acts", "act_date", "kind", where=person)),
        *_won(read("fct_first_orders", "ordered_date", "order_id", where=_enrolments(warehouse, customer_id))),
        *_latest_answer(warehouse, customer_id, period),
    ]
    return tuple(sorted(found, key=lambda one: (-one.day.toordinal(), one.component, one.kind, one.number or 0)))


def _posts(rows: Sequence[Mapping[str, Any]], until: date) -> list[Evidence]:
    return [
        Evidence(
            day=row["posted_date"],
            component="reviews" if row["kind"] in REVIEWS else "organic_content",
            kind=row["kind"],
            number=row["engagements"],
        )
        for row in rows
        if row["origin"] == "organic" and (row["removed_date"] is None or row["removed_date"] >= until)
    ]


def _orders(rows: Sequence[Mapping[str, Any]]) -> list[Evidence]:
    return [
        Evidence(
            day=row["ordered_date"],
            component="recency" if row["is_first_order"] else "repeat_purchases",
            kind="first_order" if row["is_first_order"] else "order",
        )
        for row in rows
    ]


def _interactions(rows: Sequence[Mapping[str, Any]]) -> list[Evidence]:
    return [
        Evidence(day=row["occurred_date"], component=INTERACTIONS.get(row["kind"], "breadth"), kind=row["kind"])
        for row in rows
        if row["kind"] not in WITHOUT_POINTS
    ]


def _acts(rows: Sequence[Mapping[str, Any]]) -> list[Evidence]:
    return [
        Evidence(day=row["act_date"], component=ACTS[row["kind"]], kind=row["kind"])
        for row in rows
        if row["kind"] in ACTS
    ]


def _won(rows: Sequence[Mapping[str, Any]]) -> list[Evidence]:
    """Customers who were brought; who they are is not told."""
    return [Evidence(day=row["ordered_date"], component="referrals", kind="customer_won") for row in rows]


def _enrolments(warehouse: Warehouse, customer_id: str) -> Mapping[str, Sequence[str]]:
    """Every id under which a customer is or was an ambassador, as a filter; of nobody else's rows without any."""
    rows = warehouse.rows(
        Listing(
            mart="dim_ambassadors",
            columns=("ambassador_id",),
            order=("ambassador_id",),
            filters={"customer_id": [customer_id]},
        )
    )
    return {"ambassador_id": [row["ambassador_id"] for row in rows]}


def _latest_answer(warehouse: Warehouse, customer_id: str, period: Period) -> list[Evidence]:
    """The one that counts: of two on a day that to nps, then the one of the smaller key."""
    rows = warehouse.rows(
        Listing(
            mart="fct_survey_questions",
            columns=("answered_date", "kind", "score"),
            order=("answered_date desc", "kind desc", "response_id"),
            filters={"customer_id": [customer_id]},
            date="answered_date",
            period=period,
            limit=1,
        )
    )
    return [
        Evidence(day=row["answered_date"], component="satisfaction", kind=row["kind"], number=row["score"])
        for row in rows
    ]
