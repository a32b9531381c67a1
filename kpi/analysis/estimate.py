"""The one shape of a statistical answer."""

from dataclasses import dataclass
from decimal import Decimal
from math import isfinite


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its 95 % interval; a `value` of None means n/a.

    `low` and `high` are None where no limit can be given; one of them may stand without the other and without a
    value ("at least"). `n` counts the observations behind the value; of observations in clusters it is the effective
    n, that of as many independent ones as would be as sure. `method` names how the interval was made and is empty
    without one. `ValueError` for a number that is not finite: n/a is None, never NaN.
    """

    value: float | Decimal | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    method: str = ""

    def __post_init__(self) -> None:
        """Refuse NaN and infinity."""
        for number in (self.value, self.low, self.high):
            if number is not None and not isfinite(number):
                raise ValueError(f"An estimate holds finite numbers or None, not {number}.")
