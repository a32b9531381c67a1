"""Times until something happens, for some of which it has not happened yet: product-limit curve and median."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log

from kpi.analysis.estimate import Estimate
from kpi.analysis.intervals import NORMAL_QUANTILE
from kpi.analysis.survival import Floats, survival_curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """Just after `time`, the share of those for whom it has not happened, and its standard error."""

    time: float
    share: float
    error: float


def product_limit(times: Sequence[float], happened: Sequence[bool]) -> tuple[Remaining, ...]:
    """The curve of those still waiting (Kaplan and Meier 1958; Greenwood's error), a step where something happened.

    A time is how long somebody waited, `happened` whether that is when it happened or only when they were last seen
    waiting, which counts as waiting at that very time. `ValueError` for a negative time.
    """
    return tuple(remaining for remaining, _ in _curve(times, happened))


def estimate_median_time(times: Sequence[float], happened: Sequence[bool]) -> Estimate:
    """The time by which it has happened for half of them, in the unit of the times, arguments as in `product_limit`.

    The value is None as long as it has not happened for half; a limit is None where the interval is open. Limits are
    those of Brookmeyer and Crowley (1982) with the logarithm's, as R's survfit gives. `n` counts everybody.
    """
    value = low = high = None
    for remaining, log_error in _curve(times, happened):
        lower, upper = _limits(remaining.share, log_error)
        value = remaining.time if value is None and remaining.share <= 0.5 else value
        low = remaining.time if low is None and lower <= 0.5 else low
        high = remaining.time if high is None and upper <= 0.5 else high
    method = "" if low is None and high is None else "Brookmeyer-Crowley"
    return Estimate(value=value, low=low, high=high, n=len(times), method=method)


def _curve(times: Sequence[float], happened: Sequence[bool]) -> Iterator[tuple[Remaining, float]]:
    """Each step with the standard error of the share's logarithm, infinite where nobody is left."""
    curve = survival_curve(times, happened)
    for time, share, log_error in zip(*map(_numbers, (curve.times, curve.shares, curve.log_errors)), strict=True):
        yield Remaining(time=time, share=share, error=share * log_error if share else 0.0), log_error


def _numbers(found: Floats) -> list[float]:
    return [float(number) for number in found]


def _limits(share: float, log_error: float) -> tuple[float, float]:
    """Those of the share; where nobody is left, nothing is known of either."""
    if not share:
        return 1.0, 1.0
    middle, arm = log(share), NORMAL_QUANTILE * log_error
    return exp(middle - arm), min(1.0, exp(middle + arm))
