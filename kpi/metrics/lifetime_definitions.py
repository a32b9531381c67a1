"""What an answer about the value of customers is made of, for buyers and for subscribers alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kpi.analysis import Estimate
from kpi.analysis.obstacle import Obstacle
from kpi.language import mark

HORIZONS: Final = (12, 24, 36)
REACH: Final = 120
"""Months for which the course of a customer's revenue is worked out."""
DISCOUNT: Final = 0.1
"""A year, where nothing else is said."""
REFITS: Final = 100
FEWEST_TESTED: Final = 30
"""Customers to test on, below which neither method can be told to have done better."""
WHOLESALE: Final = 0.1
"""A revenue share of the top 0.1 % beyond which their purchases say little about everybody else's."""
MOST_FAILED: Final = 0.1
"""Of the refits: when more of them fail, the rest say too little about how sure a value is."""

OBSTACLES: Final[Mapping[Obstacle, str]] = {
    Obstacle.NOBODY: mark("nobody is on record whose history is known from its beginning"),
    Obstacle.TOO_FEW_REPEATERS: mark("fewer than 200 customers came back: the pace of coming back cannot be told"),
    Obstacle.NOBODY_LEFT: mark("nobody has left yet: nothing tells when they will"),
    Obstacle.EVERYBODY_LEFT: mark("everybody left at the first occasion: nothing tells how long others would stay"),
    Obstacle.ENDLESS: mark("nobody leaves and nothing is discounted: the sum has no end without a horizon"),
    Obstacle.HEAVY_TAIL: mark("a few customers spend so much more than the others that their mean has no end"),
    Obstacle.NO_SPREAD: mark("everybody spends the same: nothing tells how much people differ"),
    Obstacle.NOT_FITTED: mark("no parameters were found that explain the data"),
    Obstacle.NO_DIFFERENCE_TO_TEST: mark("one of the groups is empty, or nobody left while both were being watched"),
    Obstacle.NEVER: mark("what comes back never adds up to the cost"),
    Obstacle.TOO_SHORT: mark("the data reaches back less than a year: there is no past to test on"),
}
"""Why there is no answer; each is a sentence's end, to be translated where it is shown."""


class Method(StrEnum):
    """How a value is worked out: by the transparent formula, or by the model of how people come back or stay."""

    FORMULA = "formula"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a new customer brings within the horizon, as of the day they come; money in the currency.

    `contribution` is the revenue less the cost of goods and of selling. Intervals are 95 %, from refits on
    resampled customers.
    """

    revenue: Estimate
    contribution: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a new customer pays in each month from the day they come, in the currency or in shares of one amount.

    The sums of `low` and `high` until each month bound 95 % of those of the refits.
    """

    expected: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a method fitted on the past predicts of the time since, beside what came.

    `error` is predicted / actual - 1, None when nothing came.
    """

    predicted: float
    actual: float

    @property
    def error(self) -> float | None:
        """How far off, as a share of what came."""
        return self.predicted / self.actual - 1 if self.actual else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """Both methods fitted as of the midnight of `cutoff`, and what the same customers did from then to `until`.

    `customers` had come by then. `predictions` hold what each method predicts, or why it cannot.
    """

    cutoff: date
    until: date
    customers: int
    predictions: Mapping[Method, Prediction | Obstacle]

    @property
    def better(self) -> Method:
        """The method that was less far off; the formula where both were, few were tested on, or without a model."""
        if self.customers < FEWEST_TESTED:
            return Method.FORMULA
        errors = {
            method: abs(found.predicted - found.actual)
            for method, found in self.predictions.items()
            if isinstance(found, Prediction)
        }
        is_model = Method.MODEL in errors and errors[Method.MODEL] < errors.get(Method.FORMULA, float("inf"))
        return Method.MODEL if is_model else Method.FORMULA
