"""Where a value lies if nothing changed: the range that the periods before it let one expect."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from kpi.analysis.estimate import Estimate
from kpi.analysis.run_rate import forecast_sum

PERIODS: Final = 12
FEWEST: Final = 8
ROUNDING: Final = 1e-9  # of the limits' own size: what adding up in binary fractions may leave


def estimate_usual_range(past: Sequence[float | Decimal | None]) -> Estimate:
    """The mean of the last `PERIODS` values, oldest first, and the range in which 95 of 100 further ones would lie.

    Mean ± t(n − 1) · s · √(1 + 1/n), the prediction interval for one more value (Hahn and Meeker 1991, section 4.7),
    of the n values that are known: independent and normal, neither growing nor following the seasons. With fewer than
    `FEWEST` of them there is neither value nor range.
    """
    known = [value for value in past[-PERIODS:] if value is not None]
    if len(known) < FEWEST:
        return Estimate(value=None, n=len(known))
    return replace(forecast_sum(known, 1), method="usual range, prediction")


def is_usual(value: float | Decimal, usual: Estimate) -> bool | None:
    """Whether a value lies within a usual range, its limits included; None without one."""
    if usual.low is None or usual.high is None:
        return None
    slack = ROUNDING * max(abs(usual.low), abs(usual.high))
    return usual.low - slack <= float(value) <= usual.high + slack
