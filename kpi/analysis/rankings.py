"""How good an order of people is: who came first and did what was hoped for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.analysis.estimate import Estimate
from kpi.analysis.intervals import NORMAL_QUANTILE, estimate_proportion

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """People of alike predictions: how many, the mean of what was predicted, and the share for whom it happened."""

    people: int
    predicted: float
    observed: Estimate


def estimate_precision(scores: Numbers, happened: Flags, size: int) -> Estimate:
    """The share for whom it happened among the `size` of the highest scores, with its Wilson interval.

    Of equal scores at the end those that come first in the arrays count: the caller's order breaks ties.
    """
    first = np.argsort(-scores, kind="stable")[:size]
    return estimate_proportion(int(happened[first].sum()), len(first))


def lift(precision: Estimate, prevalence: float) -> Estimate:
    """A precision as a multiple of the share among everybody, the interval likewise; n/a when it happened to nobody."""
    if not prevalence or precision.value is None:
        return Estimate(value=None, n=precision.n)
    low, high = (None if one is None else one / prevalence for one in (precision.low, precision.high))
    return Estimate(
        value=float(precision.value) / prevalence, low=low, high=high, n=precision.n, method=precision.method
    )


def estimate_auc(scores: Numbers, happened: Flags) -> Estimate:
    """The chance that one for whom it happened stands above one for whom it did not, equals counting as half.

    The interval is that of DeLong, DeLong and Clarke-Pearson (1988), clipped to 0-1. n/a without rows of both kinds.
    """
    if happened.all() or not happened.any():
        return Estimate(value=None, n=len(scores))
    above, below = _placements(scores, happened)
    value = float(above.mean())
    error = float(np.sqrt(_variance_of_mean(above) + _variance_of_mean(below)))
    return Estimate(
        value=value,
        low=max(0.0, value - NORMAL_QUANTILE * error),
        high=min(1.0, value + NORMAL_QUANTILE * error),
        n=len(scores),
        method="DeLong",
    )


def estimate_auc_difference(scores: Numbers, others: Numbers, happened: Flags) -> Estimate:
    """How much better one order is than another of the same people, with DeLong's interval for paired orders."""
    if happened.all() or not happened.any():
        return Estimate(value=None, n=len(scores))
    sides = zip(_placements(scores, happened), _placements(others, happened), strict=True)
    above, below = (one - other for one, other in sides)
    value = float(above.mean())
    error = float(np.sqrt(_variance_of_mean(above) + _variance_of_mean(below)))
    return Estimate(
        value=value,
        low=value - NORMAL_QUANTILE * error,
        high=value + NORMAL_QUANTILE * error,
        n=len(scores),
        method="DeLong, paired",
    )


def calibrate(predicted: Numbers, happened: Flags, bins: int = 10) -> tuple[Bin, ...]:
    """As many people in each of some bins, from the lowest prediction to the highest, with what came true in each."""
    order = np.argsort(predicted, kind="stable")
    return tuple(
        Bin(
            people=len(part),
            predicted=float(predicted[part].mean()),
            observed=estimate_proportion(int(happened[part].sum()), len(part)),
        )
        for part in np.array_split(order, bins)
        if len(part)
    )


def _placements(scores: Numbers, happened: Flags) -> tuple[Numbers, Numbers]:
    """For each one of either kind, the share of the other kind that it is placed rightly against."""
    ranks = _mid_ranks(scores)
    positives, negatives = int(happened.sum()), int((~happened).sum())
    above = (ranks[happened] - _mid_ranks(scores[happened])) / negatives
    below = 1 - (ranks[~happened] - _mid_ranks(scores[~happened])) / positives
    return above, below


def _mid_ranks(scores: Numbers) -> Numbers:
    """Ranks from 1, equals sharing the mean of theirs."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place], dtype=np.float64)


def _variance_of_mean(values: Numbers) -> float:
    return float(values.var(ddof=1)) / len(values) if len(values) > 1 else 0.0
