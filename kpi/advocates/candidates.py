"""Whom to propose for recognition: pages of eligible people with their scores and reasons, under filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from kpi.advocates.components import COMPONENTS
from kpi.advocates.question import UNKNOWN_SHARE, Potential, Question, Wanted, day_of
from kpi.advocates.reasons import FACTS, Reason, missing_in_words, reasons_of
from kpi.errors import UnknownNameError
from kpi.store import Listing, Warehouse, Weighted

ELIGIBLE: Final = "eligible"
STRONGEST: Final = 3
PAGE: Final = 50
MOST_NAMED: Final = 20_000
COMPANY: Final = ("country_code", "sector", "company_size", "acquisition_channel")
SCORES: Final = (
    "customer_id",
    "segment",
    *COMPANY,
    "cutoff_date",
    "is_ambassador",
    "has_posted",
    "engagement_score",
    "confidence",
    "usual_response",
    *(component.points for component in COMPONENTS.values()),
    *(component.share for component in COMPONENTS.values()),
)
SEGMENTS: Final = ("segment", *COMPANY)
BEST_FIRST: Final = ("engagement_score desc", "customer_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A customer to propose, by id: the score of 100, why, and how much of it is known (`confidence`, 0 to 1).

    The points of the reasons add up to the score. `missing` says in sentences what is not known. `is_drawn`: at random.
    `company` is where they stand among all: country, sector, company size and acquisition channel, by column.
    """

    customer_id: str
    segment: str
    company: Mapping[str, str]
    engagement_score: Decimal
    referral_potential: float | None
    confidence: float
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    is_ambassador: bool
    has_posted: bool
    is_drawn: bool = False

    @property
    def strongest(self) -> tuple[Reason, ...]:
        """The three reasons that weigh most."""
        return tuple(reason for reason in self.reasons if reason.is_known)[:STRONGEST]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """A page of those wanted, in the order of work; `total` counts all of them, as of the midnight of `cutoff`."""

    items: tuple[Candidate, ...]
    total: int
    cutoff: date


def candidates(
    warehouse: Warehouse,
    wanted: Wanted | None = None,
    *,
    question: Question | None = None,
    page: int = 0,
    size: int = PAGE,
) -> Candidates:
    """A page (0 the first) of the eligible people wanted, those with the highest score first, of equals the lower id.

    A share of the first page is drawn at random among all who are wanted, the same all day, and stands between the
    others; nobody comes twice, and nobody is drawn where a text is looked for. `UnknownNameError` for a reason that is
    no component, or a segment that is no column.
    """
    question, wanted = question or Question(), wanted or Wanted()
    cutoff = day_of(warehouse, question)
    listing = listing_of(warehouse, wanted, question)
    drawn = [] if wanted.text else _draw(warehouse, listing, int(size * question.rules.drawn_share))
    names = [row["customer_id"] for row in drawn]
    others = replace(listing, without={"customer_id": [*listing.without["customer_id"], *names]})
    first = size - len(drawn)
    if page:
        rows = warehouse.rows(replace(others, limit=size, offset=first + (page - 1) * size))
    else:
        rows = _mixed(warehouse.rows(replace(others, limit=first)), drawn)
    (total,) = warehouse.tally(listing).values()
    items = describe(warehouse, rows, question, drawn=frozenset(names))
    return Candidates(items=tuple(items), total=total, cutoff=cutoff)


def listed_among(
    warehouse: Warehouse, customer_ids: Sequence[str], wanted: Wanted, question: Question
) -> frozenset[str]:
    """Those of these customers who are in the list of those wanted, whatever its text."""
    listing = listing_of(warehouse, replace(wanted, text=""), question)
    kept = {**listing.filters, "customer_id": customer_ids}
    rows = warehouse.rows(
        replace(listing, columns=("customer_id",), filters=kept, heaviest=None, order=("customer_id",))
    )
    return frozenset(row["customer_id"] for row in rows)


def describe(
    warehouse: Warehouse, rows: Sequence[Mapping[str, Any]], question: Question, *, drawn: frozenset[str] = frozenset()
) -> list[Candidate]:
    """Rows of the mart of scores as candidates with their reasons, in the same order."""
    names = [row["customer_id"] for row in rows]
    facts = warehouse.rows(
        Listing(
            mart="fct_engagement",
            columns=FACTS,
            order=("customer_id",),
            filters={"customer_id": names},
            cutoff=question.as_of,
        )
    )
    known = {fact["customer_id"]: fact for fact in facts}
    told = told_shares(warehouse, question)
    return [_described({**known[row["customer_id"]], **row}, question.potential, told, drawn) for row in rows]


def _described(
    facts: Mapping[str, Any], potential: Potential | None, told: Mapping[str, float], drawn: frozenset[str]
) -> Candidate:
    return Candidate(
        customer_id=facts["customer_id"],
        segment=facts["segment"],
        company={column: facts[column] for column in COMPANY},
        engagement_score=facts["engagement_score"],
        referral_potential=potential.of(facts) if potential else None,
        confidence=facts["confidence"],
        reasons=reasons_of(facts),
        missing=missing_in_words(facts, told),
        is_ambassador=facts["is_ambassador"],
        has_posted=facts["has_posted"],
        is_drawn=facts["customer_id"] in drawn,
    )


def told_shares(warehouse: Warehouse, question: Question) -> Mapping[str, float]:
    """Component → the share of all that is to be known about a person that it stands for, 0 where no table tells."""
    columns = {name: f"{name}_known_share" for name in COMPONENTS}
    listing = Listing(mart="dim_weights", columns=tuple(columns.values()), order=("1",), cutoff=question.as_of)
    (row,) = warehouse.rows(listing)
    return {name: row[column] or 0.0 for name, column in columns.items()}


def listing_of(warehouse: Warehouse, wanted: Wanted, question: Question) -> Listing:
    """All the eligible people wanted, in the order of work; `UnknownNameError` for a segment or reason there is not."""
    return _found(warehouse, _listing(wanted, question, day_of(warehouse, question)))


def _listing(wanted: Wanted, question: Question, cutoff: date) -> Listing:
    for name in wanted.where:
        if name not in SEGMENTS:
            raise UnknownNameError("segment", name, SEGMENTS)
    excluded = question.decided.excluded
    flags = {"has_posted": wanted.has_posted, "is_ambassador": wanted.is_ambassador}
    asked = {column: [str(flag).lower()] for column, flag in flags.items() if flag is not None}
    potential = question.potential
    return Listing(
        mart="dim_advocates",
        columns=SCORES,
        order=BEST_FIRST,
        filters={"standing": [ELIGIBLE], **asked, **wanted.where},
        without={"customer_id": sorted(excluded)},
        at_least={"confidence": wanted.least_confidence} if wanted.least_confidence else {},
        either=_strong(wanted.reasons),
        among=_named(wanted.text),
        heaviest=_learned(potential) if potential and potential.ranks else None,
        cutoff=question.as_of,
    )


def _strong(reasons: Sequence[str]) -> Mapping[str, Sequence[int]]:
    for name in reasons:
        if name not in COMPONENTS:
            raise UnknownNameError("reason", name, COMPONENTS)
    numbers = [COMPONENTS[name].number for name in reasons]
    return dict.fromkeys(("first_reason", "second_reason", "third_reason"), numbers) if numbers else {}


def _named(text: str) -> Mapping[str, Listing]:
    searched = ("full_name", "email", "customer_id")
    people = Listing(
        mart="dim_people", columns=("customer_id",), order=("customer_id",), searched=searched, words=text.split()
    )
    return {"customer_id": people} if people.words else {}


def _learned(potential: Potential) -> Weighted:
    factors = {COMPONENTS[name].share: factor for name, factor in potential.coefficients.items() if factor}
    return Weighted(factors=factors, missing=UNKNOWN_SHARE)


def _found(warehouse: Warehouse, listing: Listing) -> Listing:
    """The same people, those whom a text finds named by id where they are not too many: names are compared once."""
    if not listing.among:
        return listing
    (people,) = listing.among.values()
    ids = [row["customer_id"] for row in warehouse.rows(replace(people, limit=MOST_NAMED + 1)) if row["customer_id"]]
    if len(ids) > MOST_NAMED:
        return listing
    return replace(listing, among={}, filters={**listing.filters, "customer_id": ids})


def _draw(warehouse: Warehouse, listing: Listing, size: int) -> list[dict[str, Any]]:
    """Some who are wanted, in an order that the day alone decides."""
    if not size:
        return []
    return warehouse.rows(replace(listing, heaviest=None, order=("draw_key", "customer_id"), limit=size))


def _mixed(best: Sequence[dict[str, Any]], drawn: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those drawn spread evenly between the best."""
    rows = list(best)
    for number, row in enumerate(drawn, 1):
        rows.insert(number * (len(best) + len(drawn)) // len(drawn) - 1, row)
    return rows
