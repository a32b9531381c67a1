"""Times until something happens, for some of which it has not happened yet: product-limit curve and median."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from kpi.analysis.estimate import Estimate
from kpi.analysis.intervals import NORMAL_QUANTILE


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
    if any(time < 0 for time in times):
        raise ValueError("A time until something happens is not negative.")
    cases = list(zip(times, happened, strict=True))
    share, variance = 1.0, 0.0
    for time in sorted({time for time, done in cases if done}):
        waiting = sum(other >= time for other, _ in cases)
        events = sum(other == time and done for other, done in cases)
        left = waiting - events
        share *= left / waiting
        variance += events / (waiting * left) if left else float("inf")
        error = share * sqrt(variance) if left else 0.0
        yield Remaining(time=time, share=share, error=error), sqrt(variance)


def _limits(share: float, log_error: float) -> tuple[float, float]:
    """Those of the share; where nobody is left, nothing is known of either."""
    if not share:
        return 1.0, 1.0
    middle, arm = log(share), NORMAL_QUANTILE * log_error
    return exp(middle - arm), min(1.0, exp(middle + arm))
