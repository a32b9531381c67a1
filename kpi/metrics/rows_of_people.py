"""The rows behind numbers of people: who is active, what they do and publish, what they answer."""

from collections.abc import Mapping
from dataclasses import replace

from kpi.language import mark
from kpi.metrics.definitions import AMBASSADOR, BUYER, CONTENT, RESPONDENT, RowSet

PEOPLE = {**BUYER, **AMBASSADOR}
COUNT = "count(*)"

enrolled_ambassadors = RowSet(
    label=mark("Enrolled ambassadors"),
    grain=mark("One row per ambassador enrolled at the period’s end."),
    mart="dim_ambassadors",
    columns=("enrolled_date", "ambassador_id"),
    order=("enrolled_date desc", "ambassador_id"),
    # who left before enrolling was never enrolled
    where="(left_at is null or left_at > enrolled_at)"
    " and enrolled_date < $end and (left_date is null or left_date >= $end)",
    dimensions=PEOPLE,
    sums={"enrolled": COUNT},
)

acts = RowSet(
    label=mark("Acts of advocacy"),
    grain=mark("One row per act; the ambassador is named where it was done as one."),
    mart="fct_acts_daily",
    columns=("act_date", "kind", "platform", "origin", "ambassador_id", "person_id"),
    date="act_date",
    order=("act_date desc", "person_id", "kind", "platform", "origin", "ambassador_id"),
    dimensions={**PEOPLE, "kind": "kind", "platform": "platform", "origin": "origin"},
    sums={"acts": COUNT},
)

acting_people = RowSet(
    label=mark("People who acted"),
    grain=mark("One row per person, on the first day of the period on which they acted."),
    mart="fct_acting_people_daily",
    columns=("act_date", "person_id"),
    date="act_date",
    order=("act_date desc", "person_id"),
    where="previous_date is null or previous_date < $start",
    dimensions=BUYER,
    sums={"people": COUNT},
)

posts = RowSet(
    label=mark("Posts"),
    grain=mark("One row per post that was not removed, by anyone but staff."),
    mart="fct_posts",
    columns=("posted_date", "content_id", "customer_id", "origin", "content_kind", "platform"),
    date="posted_date",
    order=("posted_date desc", "content_id"),
    dimensions={**BUYER, **CONTENT},
    sums={"organic": "count(*) filter (origin = 'organic')", "posts": COUNT},
)

measured_posts = replace(
    posts,
    grain=mark("One row per post that was not removed and whose clicks and orders are both known."),
    columns=(*posts.columns, "clicks", "orders"),
    where="is_measured",
    sums={
        "orders": "sum(orders)",
        "clicks": "sum(clicks)",
        "posts": "count(*) filter (clicks + orders > 0)",
        "orders_squared": "sum(orders * orders)",
        "orders_by_clicks": "sum(orders * clicks)",
        "clicks_squared": "sum(clicks * clicks)",
    },
)


def active_ambassadors(window_days: int, sums: Mapping[str, str]) -> RowSet:
    """Who is active at the period's end, with the acts of the days before it."""
    return RowSet(
        label=mark("Active ambassadors"),
        grain=mark("One row per ambassador active at the period’s end, with the acts that make them so."),
        mart="fct_ambassador_acts_daily",
        columns=("last_act_date", "ambassador_id", "acts"),
        sql={"last_act_date": "max(act_date)", "acts": "cast(sum(acts) as bigint)"},
        is_grouped=True,
        order=("last_act_date desc", "ambassador_id"),
        where=f"act_date >= cast($end as date) - {window_days} and act_date < $end"
        " and (left_date is null or left_date >= $end)",
        dimensions=PEOPLE,
        sums=sums,
    )


def movements(kind: str, label: str) -> RowSet:
    """Who became active or fell silent, and on which day."""
    return RowSet(
        label=label,
        grain=mark("One row per ambassador and day from which it holds."),
        mart="fct_active_ambassadors_daily",
        columns=("movement_date", "ambassador_id"),
        date="movement_date",
        order=("movement_date desc", "ambassador_id"),
        where=f"window_days = 30 and movement = '{kind}'",
        dimensions=PEOPLE,
        sums={kind: COUNT},
    )


def answers(audience: str, kind: str, scores: Mapping[str, str]) -> RowSet:
    """The latest answer of each person; `scores` names the sums of those that meet a condition."""
    return RowSet(
        label=mark("Answers"),
        grain=mark("One row per person who answered: the latest answer in the period."),
        mart="fct_survey_answers",
        columns=("answered_date", "score", "customer_id"),
        date="answered_date",
        order=("answered_date desc", "customer_id"),
        where=f"audience = '{audience}' and survey_kind = '{kind}' and (next_date is null or next_date >= $end)",
        dimensions=RESPONDENT[audience],
        sums={name: f"count(*) filter ({condition})" for name, condition in scores.items()},
    )


def requests(audience: str) -> RowSet:
    """How many were asked, and how many of them answered."""
    return RowSet(
        label=mark("Surveys sent"),
        grain=mark("One row per day of asking, kind of survey and group of people: surveys of a day are added up."),
        mart="fct_survey_requests_daily",
        columns=("asked_date", "survey_kind", "asked", "answered"),
        date="asked_date",
        order=("asked_date desc", "survey_kind", *RESPONDENT[audience].values()),
        where=f"audience = '{audience}'",
        dimensions={**RESPONDENT[audience], "kind": "survey_kind"},
        sums={"answered": "sum(answered)", "asked": "sum(asked)"},
    )
