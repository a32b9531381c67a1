"""Who is left out of every list, and why: counted, and for one customer."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from babel.numbers import format_decimal

from kpi.advocates.candidates import ELIGIBLE, told_shares
from kpi.advocates.components import COMPONENTS
from kpi.advocates.question import Decided, Question, day_of
from kpi.days import day_in_words
from kpi.errors import QuestionError
from kpi.language import mark_plural, spoken, translate, translate_plural
from kpi.store import Listing, Warehouse


class LeftOut(StrEnum):
    """Why somebody is not proposed, in the order in which one reason stands for several."""

    STAFF = "staff"
    NO_CONSENT = "no_consent"
    COMPLAINT = "complaint"
    DETRACTOR = "detractor"
    THANKED = "thanked"
    RESTING = "resting"
    PLANNED = "planned"
    SET_ASIDE = "set_aside"


SENTENCES: Final = {
    LeftOut.STAFF: mark_plural("{number} person is left out: staff.", "{number} people are left out: staff."),
    LeftOut.NO_CONSENT: mark_plural(
        "{number} candidate cannot be contacted: no consent.", "{number} candidates cannot be contacted: no consent."
    ),
    LeftOut.COMPLAINT: mark_plural(
        "{number} candidate waits: asked support for help in the last {days} days.",
        "{number} candidates wait: asked support for help in the last {days} days.",
    ),
    LeftOut.DETRACTOR: mark_plural(
        "{number} candidate waits: was dissatisfied in the last {days} days.",
        "{number} candidates wait: were dissatisfied in the last {days} days.",
    ),
    LeftOut.THANKED: mark_plural(
        "{number} candidate waits: thanked in the last {days} days.",
        "{number} candidates wait: thanked in the last {days} days.",
    ),
    LeftOut.RESTING: mark_plural(
        "{number} candidate waits: had their turn not long ago.",
        "{number} candidates wait: had their turn not long ago.",
    ),
    LeftOut.PLANNED: mark_plural(
        "{number} candidate is left out: already planned.", "{number} candidates are left out: already planned."
    ),
    LeftOut.SET_ASIDE: mark_plural(
        "{number} candidate is left out: set aside for now.", "{number} candidates are left out: set aside for now."
    ),
}
NEVER_ASKED: Final = mark_plural(
    "{number} candidate cannot be scored on satisfaction: never asked.",
    "{number} candidates cannot be scored on satisfaction: never asked.",
)
NEVER_ANSWERED: Final = mark_plural(
    "{number} candidate cannot be scored on satisfaction: asked, without a recent answer.",
    "{number} candidates cannot be scored on satisfaction: asked, without a recent answer.",
)
WHY: Final = (
    "customer_id",
    "segment",
    "standing",
    "cutoff_date",
    "engagement_score",
    "is_without_consent",
    "has_complaint",
    "is_detractor",
    "is_thanked",
    "last_thanked_date",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Omissions:
    """How many people are left out, by the first reason that applies, and how many are `eligible`; all add up.

    `never_asked` and `never_answered` count those eligible whose satisfaction is not known; `sentences` says it all, in
    the language spoken.
    """

    eligible: int
    left_out: Mapping[LeftOut, int]
    never_asked: int
    never_answered: int
    sentences: tuple[str, ...]


def left_out(warehouse: Warehouse, question: Question | None = None) -> Omissions:
    """Who is left out and why, and what cannot be told of those who are not."""
    question = question or Question()
    scores = Listing(mart="dim_advocates", columns=("customer_id",), order=("customer_id",), cutoff=question.as_of)
    counts = Counter({standing: rows for (standing,), rows in warehouse.tally(scores, "standing").items()})
    counts[LeftOut.STAFF] = _staff(warehouse)
    decided = _decided(question.decided)
    named = Listing(
        mart="dim_advocates",
        columns=("customer_id", "standing", "is_satisfaction_unknown", "was_asked"),
        order=("customer_id",),
        filters={"customer_id": sorted(decided)},
        cutoff=question.as_of,
    )
    unknown = _unknown(warehouse, scores)
    for row in warehouse.rows(named):
        reason = decided[row["customer_id"]]
        if row["standing"] == ELIGIBLE:
            counts[ELIGIBLE] -= 1
            counts[reason] += 1
            if row["is_satisfaction_unknown"]:
                unknown[row["was_asked"]] -= 1
    numbers = {reason: counts[reason] for reason in LeftOut if counts[reason]}
    told = [_said(SENTENCES[reason], number, _days(question, reason)) for reason, number in numbers.items()]
    told += [
        _said(sentence, unknown[asked], 0)
        for sentence, asked in ((NEVER_ASKED, False), (NEVER_ANSWERED, True))
        if unknown[asked]
    ]
    told += [
        translate("{what}: counts for nobody, since no table tells it.", what=translate(COMPONENTS[name].label))
        for name, share in told_shares(warehouse, question).items()
        if not share
    ]
    return Omissions(
        eligible=counts[ELIGIBLE],
        left_out=numbers,
        never_asked=unknown[False],
        never_answered=unknown[True],
        sentences=tuple(told),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Every reason why one customer is not proposed, in sentences; none for somebody who is eligible."""

    customer_id: str
    reasons: tuple[LeftOut, ...]
    sentences: tuple[str, ...]

    @property
    def is_eligible(self) -> bool:
        """Whether nothing stands against proposing them."""
        return not self.reasons


def why_not(warehouse: Warehouse, customer_id: str, question: Question | None = None) -> WhyNot:
    """Everything that stands against proposing a customer; `QuestionError` for an id that no customer has."""
    question = question or Question()
    rows = warehouse.rows(
        Listing(
            mart="dim_advocates",
            columns=WHY,
            order=("customer_id",),
            filters={"customer_id": [customer_id]},
            cutoff=question.as_of,
        )
    )
    if rows:
        return _why(customer_id, _against(rows[0], question))
    named = {"customer_id": [customer_id]}
    known = {
        mart: bool(warehouse.tally(Listing(mart=mart, columns=(), order=(), filters=named), "customer_id"))
        for mart in ("dim_people", "dim_customers")
    }
    if known["dim_people"] and not known["dim_customers"]:
        return _why(customer_id, {LeftOut.STAFF: translate("Staff: the company does not thank itself.")})
    raise QuestionError(
        translate(
            "There is no customer “{id}” before {day}.", id=customer_id, day=day_in_words(day_of(warehouse, question))
        )
    )


def _why(customer_id: str, found: Mapping[LeftOut, str]) -> WhyNot:
    return WhyNot(customer_id=customer_id, reasons=tuple(found), sentences=tuple(found.values()))


def _against(row: Mapping[str, Any], question: Question) -> dict[LeftOut, str]:
    decided, rules, name = question.decided, question.rules, row["customer_id"]
    found: dict[LeftOut, str] = {}
    if row["is_without_consent"]:
        found[LeftOut.NO_CONSENT] = translate("May not be contacted: no consent.")
    if row["has_complaint"]:
        found[LeftOut.COMPLAINT] = translate(
            "Asked support for help in the last {days} days.", days=rules.complaint_days
        )
    if row["is_detractor"]:
        found[LeftOut.DETRACTOR] = translate("Was dissatisfied in the last {days} days.", days=rules.detractor_days)
    if row["is_thanked"]:
        found[LeftOut.THANKED] = _thanked(row, question)
    if name in decided.resting:
        found[LeftOut.RESTING] = translate(
            "Had their turn not long ago: to be proposed again from {day} on.", day=day_in_words(decided.resting[name])
        )
    if name in decided.planned:
        found[LeftOut.PLANNED] = translate("Already planned.")
    if name in decided.set_aside:
        found[LeftOut.SET_ASIDE] = translate("Set aside until {day}.", day=day_in_words(decided.set_aside[name]))
    return found


def _thanked(row: Mapping[str, Any], question: Question) -> str:
    free = row["last_thanked_date"] + timedelta(days=question.rules.cool_down_days)
    if question.today is None or free > question.today:
        return translate(
            "Thanked on {day}: to be proposed again from {free} on.",
            day=day_in_words(row["last_thanked_date"]),
            free=day_in_words(free),
        )
    # The rest is over, but who else thanked them since, the data does not say.
    return translate(
        "Thanked on {day}. The data ends on {end}, too early to tell whether they may be proposed again: newer data is "
        "needed.",
        day=day_in_words(row["last_thanked_date"]),
        end=day_in_words(row["cutoff_date"] - timedelta(days=1)),
    )


def _decided(decided: Decided) -> dict[str, LeftOut]:
    """The first reason that a decision gives, by customer."""
    found = dict.fromkeys(decided.set_aside, LeftOut.SET_ASIDE)
    found |= dict.fromkeys(decided.planned, LeftOut.PLANNED)
    return found | dict.fromkeys(decided.resting, LeftOut.RESTING)


def _staff(warehouse: Warehouse) -> int:
    """Customers who are in no mart of engagement because the company employs them."""
    everybody = warehouse.tally(Listing(mart="dim_people", columns=(), order=()), "customer_id is not null")
    (others,) = warehouse.tally(Listing(mart="dim_customers", columns=(), order=())).values()
    return everybody.get((True,), 0) - others


def _unknown(warehouse: Warehouse, scores: Listing) -> Counter[bool]:
    """How many eligible people of unknown satisfaction were ever asked, and how many were not."""
    found = warehouse.tally(scores, "standing", "is_satisfaction_unknown", "was_asked")
    return Counter(
        {asked: rows for (standing, unknown, asked), rows in found.items() if standing == ELIGIBLE and unknown}
    )


def _days(question: Question, reason: LeftOut) -> int:
    rules = question.rules
    return {
        LeftOut.COMPLAINT: rules.complaint_days,
        LeftOut.DETRACTOR: rules.detractor_days,
        LeftOut.THANKED: rules.cool_down_days,
    }.get(reason, 0)


def _said(texts: tuple[str, str], number: int, days: int) -> str:
    return translate_plural(*texts, number, number=format_decimal(number, locale=spoken()), days=days)
