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
    """What a customer did in the window before the day, newest first.

    Orders stand there whether or not they were given back; a post that was removed by then does not.
    """
    question = question or Question()
    until = day_of(warehouse, question)
    period = Period(until - timedelta(days=question.rules.window_days), until)

    def read(mart: str, day: str, *columns: str) -> list[dict[str, Any]]:
        return warehouse.rows(
            Listing(
                mart=mart,
                columns=(day, *columns),
                order=(f"{day} desc", *columns),
                filters={"customer_id": [customer_id]},
                date=day,
                period=period,
            )
        )

    found = [
        *_posts(read("fct_customer_posts", "posted_date", "kind", "origin", "engagements", "removed_date"), until),
        *(
            Evidence(day=row["ordered_date"], component="repeat_purchases", kind="order")
            for row in read("fct_orders", "ordered_date", "order_id")
        ),
        *(
            Evidence(day=row["occurred_date"], component=INTERACTIONS.get(row["kind"], "breadth"), kind=row["kind"])
            for row in read("fct_interactions", "occurred_date", "kind")
        ),
        *(
            Evidence(day=row["act_date"], component=ACTS[row["kind"]], kind=row["kind"])
            for row in read("fct_acts", "act_date", "kind")
            if row["kind"] in ACTS
        ),
        *(
            Evidence(day=row["answered_date"], component="satisfaction", kind=row["kind"], number=row["score"])
            for row in read("fct_survey_questions", "answered_date", "kind", "score")
        ),
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
