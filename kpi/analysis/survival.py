"""How long people stay, some of whom are still here: curves of millions, and whether two groups differ."""

from dataclasses import dataclass
from math import erfc, exp, log, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from kpi.analysis.estimate import Estimate
from kpi.analysis.intervals import NORMAL_QUANTILE
from kpi.analysis.obstacle import Obstacle

Floats = npt.NDArray[np.float64]

GONE: Final = 1e-12  # a share so small is what rounding leaves of nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalCurve:
    """The share of `n` subjects who stay beyond a time (Kaplan and Meier 1958), a step at each of `times`, ascending.

    Per step: how many were `at_risk` just before, how many `events` happened, the `shares` left just after, and
    `log_errors`, the standard error of the share's logarithm (Greenwood), infinite where nobody is left. `longest` is
    the longest time anybody was seen, `exposure` the sum of everybody's times.
    """

    times: Floats
    at_risk: Floats
    events: Floats
    shares: Floats
    log_errors: Floats
    n: int
    longest: float
    exposure: float

    def shares_at(self, times: npt.ArrayLike) -> Floats:
        """The share who stay beyond each of the times; after the last step its share holds."""
        steps = np.searchsorted(self.times, np.asarray(times, dtype=np.float64), side="right")
        return np.asarray(np.concatenate([[1.0], self.shares])[steps])

    def estimate_at(self, time: float) -> Estimate:
        """The share who stay beyond `time`, with its complementary log-log interval.

        It is n/a beyond the longest time that somebody who is still there was seen. There is no interval before the
        first event and once nobody is left: nothing tells how sure the share is.
        """
        step = int(np.searchsorted(self.times, time, side="right")) - 1
        share = float(self.shares[step]) if step >= 0 else 1.0
        if self.n == 0 or (share > 0 and time > self.longest):
            return Estimate(value=None, n=self.n)
        if not 0 < share < 1:
            return Estimate(value=share, n=self.n)
        arm = NORMAL_QUANTILE * float(self.log_errors[step]) / log(share)
        return Estimate(value=share, low=share ** exp(-arm), high=share ** exp(arm), n=self.n, method="log-log")

    @property
    def median(self) -> float | None:
        """The first time beyond which no more than half stay; None as long as more do."""
        reached = np.flatnonzero(self.shares <= 0.5)
        return float(self.times[reached[0]]) if len(reached) else None

    @property
    def churn(self) -> float | None:
        """Events per subject and unit of time, as if they were equally likely at any; None where no time was seen."""
        return float(self.events.sum()) / self.exposure if self.exposure else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """Whether two groups leave at the same pace (Mantel 1966): a chi-square with one degree of freedom.

    `observed` are the events of the first group, `expected` those it would have had at the pace of both together.
    """

    statistic: float
    p_value: float
    observed: float
    expected: float


def survival_curve(times: npt.ArrayLike, happened: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> SurvivalCurve:
    """The curve of subjects watched for some time, at whose end it had happened or not yet.

    Whoever is no longer seen at the very time of an event was still there. `counts` says how many subjects an entry
    stands for, else each is one. `ValueError` for a negative time or count, or one that is not a number.
    """
    leaving = _Leaving.of(times, happened, counts)
    at_risk, events = leaving.at_risk, leaving.events
    left = at_risk - events
    with np.errstate(divide="ignore"):
        shares = np.cumprod(left / at_risk)
        log_errors = np.sqrt(np.cumsum(events / (at_risk * left)))
    return SurvivalCurve(
        times=leaving.steps,
        at_risk=at_risk,
        events=events,
        shares=np.where(shares < GONE, 0.0, shares),
        log_errors=log_errors,
        n=round(leaving.total),
        longest=leaving.longest,
        exposure=leaving.exposure,
    )


def log_rank(
    times: npt.ArrayLike, happened: npt.ArrayLike, is_first: npt.ArrayLike, counts: npt.ArrayLike | None = None
) -> LogRank | Obstacle:
    """Compare the subjects of the first group with all others; arguments as in `survival_curve`.

    `Obstacle.NO_DIFFERENCE_TO_TEST` where a group is empty or no event came while both were being watched.
    """
    of_first = np.asarray(is_first, dtype=np.float64)
    every = np.ones_like(of_first) if counts is None else np.asarray(counts, dtype=np.float64)
    both = _Leaving.of(times, happened, every)
    one = _Leaving.of(times, happened, every * of_first, steps=both.steps)
    share = one.at_risk / both.at_risk
    expected, observed = float((both.events * share).sum()), float(one.events.sum())
    # one left at risk has no variance: it leaves with certainty
    spread = (both.at_risk - both.events) / np.maximum(both.at_risk - 1, 1)
    variance = float((both.events * share * (1 - share) * spread).sum())
    if variance <= 0:
        return Obstacle.NO_DIFFERENCE_TO_TEST
    statistic = (observed - expected) ** 2 / variance
    return LogRank(statistic=statistic, p_value=erfc(sqrt(statistic / 2)), observed=observed, expected=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaving:
    """Subjects at risk and events at each step, ascending, and sums over all subjects."""

    steps: Floats
    at_risk: Floats
    events: Floats
    total: float
    longest: float
    exposure: float

    @classmethod
    def of(
        cls,
        times: npt.ArrayLike,
        happened: npt.ArrayLike,
        counts: npt.ArrayLike | None,
        steps: Floats | None = None,
    ) -> "_Leaving":
        """At the given steps, else at each time of an event."""
        moments = np.asarray(times, dtype=np.float64)
        done = np.asarray(happened, dtype=np.bool_)
        weights = np.ones_like(moments) if counts is None else np.asarray(counts, dtype=np.float64)
        if not len(moments) == len(done) == len(weights):
            raise ValueError("Times, events and counts are of the same subjects: as many of each.")
        for numbers in (moments, weights):
            if not (np.isfinite(numbers).all() and numbers.min(initial=0) >= 0):
                raise ValueError("A time until something happens, and a number of subjects, is not negative.")
        order = np.argsort(moments)
        ordered, heavy = moments[order], weights[order]
        # how many subjects stand before each place, and how many events
        before = np.concatenate([[0.0], np.cumsum(heavy)])
        events_before = np.concatenate([[0.0], np.cumsum(heavy * done[order])])
        if steps is None:
            steps = _distinct(ordered[done[order] & (heavy > 0)])
        first, last = (np.searchsorted(ordered, steps, side=side) for side in ("left", "right"))
        return cls(
            steps=steps,
            at_risk=before[-1] - before[first],
            events=events_before[last] - events_before[first],
            total=float(before[-1]),
            longest=float(ordered[-1]) if len(ordered) else 0.0,
            exposure=float(ordered @ heavy),
        )


def _distinct(ordered: Floats) -> Floats:
    """Each value of an ascending list once."""
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered
