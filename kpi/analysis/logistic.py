"""A logistic regression whose coefficients cannot be negative: what is counted may help, never harm."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

MOST_STEPS: Final = 100
SMALLEST_STEP: Final = 1e-10
SHALLOWEST: Final = 1e-4  # of the decrease that the slope promises (Armijo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """The logarithm of the odds as `intercept` and the sum of each column times its coefficient, none below 0."""

    intercept: float
    coefficients: tuple[float, ...]

    def predict(self, columns: Numbers) -> Numbers:
        """The probability of each row."""
        odds = self.intercept + columns @ np.array(self.coefficients)
        return np.asarray(_probability(odds))


def fit_logistic(columns: Numbers, happened: npt.NDArray[np.bool_], *, penalty: float) -> Logistic:
    """The most likely coefficients of at least 0, less half of `penalty` times the sum of their squares.

    `columns` has a row per observation, `happened` says what came true. The intercept is free and without penalty, so
    that the mean of what is predicted is the share that happened. Newton's method on the coefficients that are not held
    at 0 (Bertsekas 1982), each step halved until it pays; the penalty makes the answer the only one. `ValueError` when
    nothing or everything happened, since no odds can be told, or for a penalty that is not above 0.
    """
    if penalty <= 0 or happened.all() or not happened.any():
        raise ValueError("A regression needs a penalty above 0, and rows on which it happened and on which it did not.")
    design = np.column_stack([np.ones(len(columns)), columns])
    penalties = np.array([0.0, *([penalty] * columns.shape[1])])
    share = happened.mean()
    found = np.array([np.log(share / (1 - share)), *np.zeros(columns.shape[1])])
    for _ in range(MOST_STEPS):
        chances = _probability(design @ found)
        slope = design.T @ (chances - happened) + penalties * found
        free = (found > 0) | (slope < 0)
        free[0] = True
        if np.abs(slope[free]).max() < SMALLEST_STEP * len(design):
            break
        weighted = design[:, free] * (chances * (1 - chances))[:, None]
        curvature = weighted.T @ design[:, free] + np.diag(penalties[free])
        direction = np.zeros_like(found)
        direction[free] = -np.linalg.solve(curvature, slope[free])
        moved = _moved(design, happened, penalties, found, direction, slope)
        if np.abs(moved - found).max() < SMALLEST_STEP:
            break
        found = moved
    return Logistic(intercept=float(found[0]), coefficients=tuple(float(one) for one in found[1:]))


def _moved(
    design: Numbers,
    happened: npt.NDArray[np.bool_],
    penalties: Numbers,
    found: Numbers,
    direction: Numbers,
    slope: Numbers,
) -> Numbers:
    """The first of a whole step, half of it, a quarter and so on, cut off at 0, that lowers the loss enough."""
    before = _loss(design, happened, penalties, found)
    size = 1.0
    while size > SMALLEST_STEP:
        moved = found + size * direction
        moved[1:] = np.maximum(moved[1:], 0.0)
        if _loss(design, happened, penalties, moved) <= before + SHALLOWEST * slope @ (moved - found):
            return moved
        size /= 2
    return found


def _loss(design: Numbers, happened: npt.NDArray[np.bool_], penalties: Numbers, found: Numbers) -> float:
    odds = design @ found
    return float(np.logaddexp(0, odds).sum() - odds[happened].sum() + (penalties * found**2).sum() / 2)


def _probability(odds: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -700, 700))))
