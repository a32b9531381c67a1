"""Whether a list draws from every segment: what is listed beside who may be listed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kpi.advocates.candidates import ELIGIBLE, Candidate
from kpi.advocates.question import Question
from kpi.store import Listing, Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A segment: how many of a list and how many of all eligible people are in it, with their shares, 0 to 1."""

    segment: str
    listed: int
    eligible: int
    listed_share: float | None
    eligible_share: float


def cover(warehouse: Warehouse, listed: Sequence[Candidate], question: Question | None = None) -> tuple[Cover, ...]:
    """Every segment with eligible people, the largest first; without a list its shares are None."""
    question = question or Question()
    everybody = Listing(
        mart="dim_advocates",
        columns=("customer_id",),
        order=("customer_id",),
        filters={"standing": [ELIGIBLE]},
        without={"customer_id": sorted(question.decided.excluded)},
        cutoff=question.as_of,
    )
    base = {segment: people for (segment,), people in warehouse.tally(everybody, "segment").items()}
    total, chosen = sum(base.values()), Counter(one.segment for one in listed)
    return tuple(
        Cover(
            segment=segment,
            listed=chosen[segment],
            eligible=people,
            listed_share=chosen[segment] / len(listed) if listed else None,
            eligible_share=people / total,
        )
        for segment, people in sorted(base.items(), key=lambda one: (-one[1], one[0]))
    )
