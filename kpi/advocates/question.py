"""What is asked about candidates: of which rules and decisions, as of which day, and which people are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import exp
from typing import Any, Final

from kpi.advocates.components import COMPONENTS
from kpi.settings import Advocates
from kpi.store import Listing, Warehouse

UNKNOWN_SHARE: Final = 0.5
"""A component that is not known counts as that of the usual person."""

CONFIDENCE_STEPS: Final = (0.5, 0.75)
"""The least confidences that a list or a segment may ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What people decided that the data does not know yet, by customer id.

    `planned` are to be thanked already. `resting` had their turn, featured or declined, and `set_aside` were left for
    later: each with the first day on which they may be proposed again, which is to come. `featured` holds the first day
    on which somebody was featured, however long ago: from the next day on they are no longer unrecognised.
    """

    planned: frozenset[str] = frozenset()
    resting: Mapping[str, date] = field(default_factory=dict)
    set_aside: Mapping[str, date] = field(default_factory=dict)
    featured: Mapping[str, date] = field(default_factory=dict)

    @property
    def excluded(self) -> frozenset[str]:
        """Who is not to be proposed."""
        return self.planned.union(self.resting, self.set_aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which of the eligible people are wanted; what is left empty asks for nothing.

    `text` is looked for in names, addresses and ids: for readers with the right to see people, as the caller asks.
    `reasons` are components of which one is among the three strongest; `where` maps `segment`, `country_code`,
    `sector`, `company_size` or `acquisition_channel` to the values kept, “unknown” among them.
    """

    text: str = ""
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reasons: Sequence[str] = ()
    least_confidence: float = 0.0
    has_posted: bool | None = None
    is_ambassador: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Potential:
    """How likely a new act in the 90 days to come is, learned from earlier days.

    The logarithm of the odds is `intercept` and each component's share by its coefficient, none below 0. It `ranks`
    where it proved better than the score.
    """

    intercept: float
    coefficients: Mapping[str, float]
    ranks: bool = False

    def of(self, shares: Mapping[str, Any]) -> float:
        """The probability for a person whose row holds the shares of the components; unknown ones count as usual."""
        known = ((factor, shares[COMPONENTS[name].share]) for name, factor in self.coefficients.items())
        odds = self.intercept + sum(factor * (UNKNOWN_SHARE if share is None else share) for factor, share in known)
        return 1 / (1 + exp(-odds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every question about candidates is asked of: the rules, what was decided, the day, what was learned.

    Without `as_of`, the day after the last event of the data. `today` is the day on which it is asked, which may be
    long after that one.
    """

    rules: Advocates = field(default_factory=Advocates)
    decided: Decided = field(default_factory=Decided)
    as_of: date | None = None
    today: date | None = None
    potential: Potential | None = None


def day_of(warehouse: Warehouse, question: Question) -> date:
    """The day before whose midnight everything counts."""
    if question.as_of is not None:
        return question.as_of
    (row,) = warehouse.rows(Listing(mart="dim_cutoffs", columns=("cutoff_date",), order=("cutoff_date",)))
    day: date = row["cutoff_date"]
    return day
