"""Why somebody has their score: each component's points with a whole sentence, the strongest first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from babel.numbers import format_decimal

from kpi.advocates.components import COMPONENTS, Component
from kpi.days import month_in_words
from kpi.language import mark_plural, spoken, translate, translate_plural

MORE_THAN_USUAL: Final = 1.5  # times the usual response, from which on it is worth a word
LOWEST_OF_PROMOTERS: Final = 9
YEAR: Final = 365

Facts = Mapping[str, Any]
"""A row of the mart of engagement, what people did, together with their row of the mart of scores."""

FACTS: Final = (
    "customer_id",
    "cutoff_date",
    "window_days",
    "posts",
    "first_post_date",
    "engagements",
    "measured_posts",
    "unmeasured_posts",
    "reviews",
    "first_review_date",
    "referrals",
    "people_brought",
    "answer_kind",
    "answer_score",
    "answered_date",
    "last_asked_date",
    "repeat_orders",
    "first_repeat_date",
    "tenure_days",
    "last_active_date",
    "kinds",
    "feedback",
    "community_posts",
    "contributions",
    "events",
    "capped_reach",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What a component adds to the score, in points, and why, in the language spoken.

    Of a component that is not known `is_known` is False: it brings half of its points.
    """

    component: str
    sentence: str
    points: Decimal
    is_known: bool


def reasons_of(facts: Facts) -> tuple[Reason, ...]:
    """The reasons for a score, whose points add up to it exactly: known ones first, the strongest before the others."""
    found = [_reason(component, facts) for component in COMPONENTS.values() if facts[component.points]]
    return tuple(sorted(found, key=lambda reason: (not reason.is_known, -reason.points)))


def missing_in_words(facts: Facts, available: Mapping[str, float]) -> tuple[str, ...]:
    """What is not known about a person although a table tells it about others: each a sentence."""
    unknown = (name for name, share in available.items() if share and facts[COMPONENTS[name].share] is None)
    return tuple(_unknown(name, facts) for name in unknown)


def _reason(component: Component, facts: Facts) -> Reason:
    is_known = facts[component.share] is not None
    return Reason(
        component=component.name,
        sentence=SENTENCES[component.name](facts) if is_known else _unknown(component.name, facts),
        points=facts[component.points],
        is_known=is_known,
    )


def _unknown(component: str, facts: Facts) -> str:
    if component == "satisfaction":
        if facts["last_asked_date"] is None:
            return translate("Satisfaction is not known: never asked.")
        return translate("Satisfaction is not known: asked, without an answer in {days} days.", days=_within(facts))
    if component == "content_response":
        return translate_plural(
            "What {number} post drew was not measured.",
            "What {number} posts drew was not measured.",
            facts["unmeasured_posts"],
            number=facts["unmeasured_posts"],
        )
    return translate("Reach is not known.")


def _days_since(facts: Facts, column: str) -> int:
    days: int = (facts["cutoff_date"] - facts[column]).days
    return days


def _within(facts: Facts, first: str | None = None) -> int:
    """The days in which something was counted: since its first time where that is known, else the whole window."""
    # Two at least, so that they are days.
    return max(2, facts["window_days"] if first is None else _days_since(facts, first))


def _said(one: str, many: str, number: int, days: int = 0) -> str:
    """A sentence about a number of things, of texts that were marked."""
    return translate_plural(one, many, number, number=format_decimal(number, locale=spoken()), days=days)


def _posts(facts: Facts) -> str:
    days = _within(facts, "first_post_date")
    return _said(*POSTS, facts["posts"], days)


def _response(facts: Facts) -> str:
    usual, posts = facts["usual_response"], facts["measured_posts"]
    times = facts["engagements"] / posts / usual if posts and usual else 0
    if times >= MORE_THAN_USUAL:
        # To a tenth: 1.5 times must not become 2.
        told = format_decimal(times, format="#,##0.#", locale=spoken())
        return translate("Each post drew {times} times the usual response.", times=told)
    return _said(*RESPONSE, facts["engagements"], _within(facts))


def _referrals(facts: Facts) -> str:
    told = [
        _said(*texts, facts[column], _within(facts))
        for texts, column in ((REFERRALS, "referrals"), (BROUGHT, "people_brought"))
        if facts[column]
    ]
    return " ".join(told)


def _satisfaction(facts: Facts) -> str:
    month, score = month_in_words(facts["answered_date"]), facts["answer_score"]
    if facts["answer_kind"] != "nps":
        return translate("Satisfaction in {month}: {score} out of 5.", month=month, score=score)
    if score >= LOWEST_OF_PROMOTERS:
        return translate("Promoter in {month}: {score} out of 10.", month=month, score=score)
    return translate("Readiness to recommend us in {month}: {score} out of 10.", month=month, score=score)


def _tenure(facts: Facts) -> str:
    years, days = divmod(facts["tenure_days"], YEAR)
    return _said(*YEARS_OF_TENURE, years) if years else _said(*DAYS_OF_TENURE, days)


POSTS: Final = mark_plural("{number} organic post in {days} days.", "{number} organic posts in {days} days.")
RESPONSE: Final = mark_plural(
    "{number} reaction to posts in {days} days.", "{number} reactions to posts in {days} days."
)
REFERRALS: Final = mark_plural("{number} referral in {days} days.", "{number} referrals in {days} days.")
BROUGHT: Final = mark_plural("{number} customer brought in {days} days.", "{number} customers brought in {days} days.")
REVIEWS: Final = mark_plural("{number} review in {days} days.", "{number} reviews in {days} days.")
REPEAT_ORDERS: Final = mark_plural("{number} repeat order in {days} days.", "{number} repeat orders in {days} days.")
YEARS_OF_TENURE: Final = mark_plural("Customer for {number} year.", "Customer for {number} years.")
DAYS_OF_TENURE: Final = mark_plural("Customer for {number} day.", "Customer for {number} days.")
RECENCY: Final = mark_plural("Last active {number} day ago.", "Last active {number} days ago.")
BREADTH: Final = mark_plural(
    "{number} kind of dealings with us in {days} days.", "{number} kinds of dealings with us in {days} days."
)
FEEDBACK: Final = mark_plural(
    "Gave feedback, tested or voted {number} time in {days} days.",
    "Gave feedback, tested or voted {number} times in {days} days.",
)
COMMUNITY: Final = mark_plural(
    "{number} contribution to the community or to challenges in {days} days.",
    "{number} contributions to the community or to challenges in {days} days.",
)
EVENTS: Final = mark_plural("{number} event or webinar in {days} days.", "{number} events or webinars in {days} days.")
REACH: Final = mark_plural("Reaches {number} person.", "Reaches {number} people.")

SENTENCES: Final[Mapping[str, Callable[[Facts], str]]] = {
    "organic_content": _posts,
    "content_response": _response,
    "referrals": _referrals,
    "reviews": lambda facts: _said(*REVIEWS, facts["reviews"], _within(facts, "first_review_date")),
    "satisfaction": _satisfaction,
    "repeat_purchases": lambda facts: _said(
        *REPEAT_ORDERS, facts["repeat_orders"], _within(facts, "first_repeat_date")
    ),
    "tenure": _tenure,
    "recency": lambda facts: _said(*RECENCY, _days_since(facts, "last_active_date")),
    "breadth": lambda facts: _said(*BREADTH, facts["kinds"], _within(facts)),
    "feedback": lambda facts: _said(*FEEDBACK, facts["feedback"], _within(facts)),
    "community": lambda facts: _said(*COMMUNITY, facts["community_posts"] + facts["contributions"], _within(facts)),
    "events": lambda facts: _said(*EVENTS, facts["events"], _within(facts)),
    "reach": lambda facts: _said(*REACH, facts["capped_reach"]),
}
