"""Would the list have been right? Orders of people at past days beside what those people did afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np

from kpi.advocates.components import COMPONENTS
from kpi.advocates.past import Numbers, Outcome, Past, outcome_of, past_days, read_past
from kpi.advocates.question import Potential, Question, day_of
from kpi.analysis import Estimate, estimate_proportion
from kpi.analysis.logistic import Logistic, fit_logistic
from kpi.analysis.rankings import (
    Bin,
    calibrate,
    estimate_auc,
    estimate_auc_difference,
    estimate_precision,
    lift,
)
from kpi.store import Warehouse

LEARNED_FROM: Final = 2
"""So many past days before a day are what is learned from."""

TESTED: Final = 4
FEWEST_BETTER: Final = 3
"""On so many days at least the learned order must have the larger area before it ranks."""

PENALTY: Final = 10.0


class Order(StrEnum):
    """Ways to order people."""

    SCORE = "engagement score"
    LEARNED = "learned potential"
    RECENCY = "recency"
    PROMOTERS = "promoters"
    RANDOM = "random"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good an order was: precision and lift among the first `capacity`, and the area under the curve."""

    precision: Estimate
    lift: Estimate
    auc: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """One past day: people, share who acted in the 90 days that followed, and each order's quality.

    `gain` is how much the learned order's area is above the score's; None where nothing could be learned before.
    """

    cutoff: date
    people: int
    prevalence: Estimate
    orders: Mapping[Order, Quality]
    gain: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """What past days say, the latest first, on people never thanked or featured before.

    `pooled` holds precision and lift of all days together. `calibration` compares what was learned before each day with
    what followed. `potential` is learned from the latest days, None where nobody acted; it ranks where it was better.
    """

    as_of: date
    outcome: Outcome
    capacity: int
    days: tuple[PastDay, ...]
    pooled: Mapping[Order, Quality]
    calibration: tuple[Bin, ...]
    potential: Potential | None


def backtest(warehouse: Warehouse, question: Question | None = None) -> BackTest:
    """Test the orders on past days, 90 days apart, of which the 90 days that followed are known.

    What is learned for a day comes from the days before it alone. Reads everybody once per day.
    """
    question = question or Question()
    day, capacity = day_of(warehouse, question), question.rules.weekly_capacity
    days = past_days(warehouse, day, TESTED + LEARNED_FROM)
    pasts = [read_past(warehouse, cutoff, featured=question.decided.featured) for cutoff in days]
    pasts = [past for past in pasts if past.people]
    ordered = [_orders(past, _learn(pasts[place + 1 :])) for place, past in enumerate(pasts[:TESTED])]
    tested = pasts[: len(ordered)]
    found = tuple(_tested(past, orders, capacity) for past, orders in zip(tested, ordered, strict=True))
    learned = _learn(pasts)
    return BackTest(
        as_of=day,
        outcome=outcome_of(warehouse),
        capacity=capacity,
        days=found,
        pooled=_pooled(tested, ordered, capacity),
        calibration=_calibration(tested, ordered),
        potential=replace(_potential(learned), ranks=is_better(found)) if learned else None,
    )


def _learn(pasts: Sequence[Past]) -> Logistic | None:
    """The regression over the latest of the days; None where nobody or everybody acted."""
    latest = pasts[:LEARNED_FROM]
    happened = np.concatenate([past.happened for past in latest]) if latest else np.array([], dtype=np.bool_)
    if not happened.any() or happened.all():
        return None
    return fit_logistic(np.concatenate([past.shares for past in latest]), happened, penalty=PENALTY)


def _potential(learned: Logistic) -> Potential:
    return Potential(intercept=learned.intercept, coefficients=dict(zip(COMPONENTS, learned.coefficients, strict=True)))


def _orders(past: Past, learned: Logistic | None) -> dict[Order, Numbers]:
    orders = {Order.SCORE: past.scores, Order.RECENCY: past.recency}
    if (past.satisfaction >= 0).any():
        orders[Order.PROMOTERS] = past.satisfaction
    if learned is not None:
        orders[Order.LEARNED] = learned.predict(past.shares)
    # They stand in an order drawn at random: the first are the highest.
    return {**orders, Order.RANDOM: np.arange(past.people, 0, -1, dtype=np.float64)}


def _tested(past: Past, orders: Mapping[Order, Numbers], capacity: int) -> PastDay:
    prevalence = estimate_proportion(int(past.happened.sum()), past.people)
    learned = orders.get(Order.LEARNED)
    return PastDay(
        cutoff=past.cutoff,
        people=past.people,
        prevalence=prevalence,
        orders={order: _quality(scores, past, capacity) for order, scores in orders.items()},
        gain=None if learned is None else estimate_auc_difference(learned, past.scores, past.happened),
    )


def _quality(scores: Numbers, past: Past, capacity: int) -> Quality:
    precision = estimate_precision(scores, past.happened, capacity)
    return Quality(
        precision=precision,
        lift=lift(precision, float(past.happened.mean())),
        auc=estimate_auc(scores, past.happened),
    )


def is_better(days: Sequence[PastDay]) -> bool:
    """Whether what was learned may rank: its area is beyond doubt larger on enough days, and smaller on none.

    Among the first of these days, those who will be thanked, it must not have chosen fewer who acted.
    """
    learned = [(day, day.gain) for day in days if day.gain]
    better = sum(gain.low is not None and gain.low > 0 for _, gain in learned)
    worse = sum(gain.high is not None and gain.high < 0 for _, gain in learned)
    chosen, usual = (
        sum(float(day.orders[order].precision.value or 0) for day, _ in learned)
        for order in (Order.LEARNED, Order.SCORE)
    )
    return better >= FEWEST_BETTER and not worse and chosen >= usual


def _pooled(pasts: Sequence[Past], ordered: Sequence[Mapping[Order, Numbers]], capacity: int) -> dict[Order, Quality]:
    """All days together: the first of each day, beside everybody of those days; the area is the mean of the days'."""
    found = {}
    for order in Order:
        sides = [(orders[order], past) for orders, past in zip(ordered, pasts, strict=True) if order in orders]
        if not sides:
            continue
        firsts = [estimate_precision(scores, past.happened, capacity) for scores, past in sides]
        hits = sum(round(float(one.value or 0) * (one.n or 0)) for one in firsts)
        precision = estimate_proportion(hits, sum(one.n or 0 for one in firsts))
        # each day weighs by how many of it were chosen
        usual = float(np.average([past.happened.mean() for _, past in sides], weights=[one.n or 0 for one in firsts]))
        areas = [estimate_auc(scores, past.happened) for scores, past in sides]
        found[order] = Quality(precision=precision, lift=lift(precision, usual), auc=_mean(areas))
    return found


def _mean(areas: Sequence[Estimate]) -> Estimate:
    """The mean of independent estimates; half widths add up as squares."""
    known = [one for one in areas if one.value is not None and one.low is not None and one.high is not None]
    if not known:
        return Estimate(value=None, n=0)
    value = sum(float(one.value or 0) for one in known) / len(known)
    halves = [((one.high or 0) - (one.low or 0)) / 2 for one in known]
    half = float(np.sqrt(sum(one**2 for one in halves))) / len(known)
    people = sum(one.n or 0 for one in known)
    return Estimate(
        value=value, low=max(0.0, value - half), high=min(1.0, value + half), n=people, method="mean of DeLong's"
    )


def _calibration(pasts: Sequence[Past], ordered: Sequence[Mapping[Order, Numbers]]) -> tuple[Bin, ...]:
    sides = [
        (orders[Order.LEARNED], past) for orders, past in zip(ordered, pasts, strict=True) if Order.LEARNED in orders
    ]
    if not sides:
        return ()
    return calibrate(
        np.concatenate([predicted for predicted, _ in sides]), np.concatenate([past.happened for _, past in sides])
    )
