"""Buyers who are alike taken together, so that a fit, and a hundred of them, costs little."""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from kpi.analysis.bg_nbd import Histories
from kpi.analysis.gamma_gamma import GammaGamma, Spending, fit_gamma_gamma
from kpi.analysis.obstacle import Obstacle
from kpi.metrics.purchase_histories import MONTH, Buyers

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MOST_GROUPS: Final = 50_000
WEEK: Final = 7
LIKE: Final = 0.01
"""Means that differ by no more than that are taken for the same."""
TOP: Final = 0.001
"""The customers among whom wholesalers are looked for, and whose spending above that of all others is cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Over customers: how many, their repeats, money, months as active customers, and how many were lost."""

    customers: float
    repeats: float
    first_revenue: float
    first_contribution: float
    repeat_revenue: float
    repeat_contribution: float
    months: float
    lost: float


SUMMED: Final = (
    "repeats",
    "first_revenue",
    "first_contribution",
    "repeat_revenue",
    "repeat_contribution",
    "lasting",
    "is_lost",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedBuyers:
    """Each customer's group by history, and by spending (-1 without repeats), beside what the groups are.

    `means` is what each spent on a day of a repeat purchase, at most what 99.9 % of those who came back do, 0 without
    repeats; `capped` counts who spent more, `top_share` is the revenue share of the top 0.1 % of customers.
    """

    customers: int
    columns: Floats
    history_of: Integers
    groups: Histories
    spending_of: Integers
    spent: Spending | None
    means: Floats
    capped: int
    top_share: float

    @classmethod
    def of(cls, buyers: Buyers) -> "GroupedBuyers":
        """Histories to the day, or to the week where there would be too many of them."""
        repeats = buyers.column("repeats")
        groups, history_of = _group_histories(buyers.histories)
        has_repeats = repeats > 0
        own = np.divide(buyers.column("repeat_revenue"), repeats, out=np.zeros(len(repeats)), where=has_repeats)
        most = float(np.quantile(own[has_repeats], 1 - TOP, method="higher")) if has_repeats.any() else 0.0
        means = np.minimum(own, most)
        spent, spending_of = _group_spending(repeats, means)
        return cls(
            customers=len(repeats),
            columns=np.stack([buyers.column(name) for name in SUMMED]),
            history_of=history_of,
            groups=groups,
            spending_of=spending_of,
            spent=spent,
            means=means,
            capped=int((own > most).sum()),
            top_share=_top_share(buyers.column("first_revenue") + buyers.column("repeat_revenue")),
        )

    @property
    def correlation(self) -> float | None:
        """Of how often people come back and how much they spend then."""
        return self.spent.correlation if self.spent else None

    def sums(self, weights: Floats | None) -> Sums:
        """Over all customers, each as often as it was drawn."""
        drawn = np.ones(self.customers) if weights is None else weights
        found = dict(zip(SUMMED, map(float, np.einsum("ij,j->i", self.columns, drawn)), strict=True))
        months, lost = found.pop("lasting") / MONTH, found.pop("is_lost")
        return Sums(customers=float(drawn.sum()), months=months, lost=lost, **found)

    def histories(self, weights: Floats | None) -> Histories:
        """The groups by history with how many customers were drawn of each."""
        if weights is None:
            return self.groups
        counts = _counted(self.history_of, weights, len(self.groups.counts))
        groups = self.groups
        return Histories(repeats=groups.repeats, recency=groups.recency, ages=groups.ages, counts=counts)

    def fit_spending(self, weights: Floats | None, *, begin: GammaGamma | Obstacle | None) -> GammaGamma | Obstacle:
        """What those who came back spend, as drawn."""
        if self.spent is None:
            return Obstacle.TOO_FEW_REPEATERS
        spent = self.spent
        if weights is not None:
            came_back = self.spending_of >= 0
            counts = _counted(self.spending_of[came_back], weights[came_back], len(spent.counts))
            spent = Spending(purchases=spent.purchases, means=spent.means, counts=counts)
        return fit_gamma_gamma(spent, begin=None if isinstance(begin, Obstacle) else begin)


def _group_histories(histories: Histories) -> tuple[Histories, Integers]:
    days = np.stack([histories.repeats, histories.recency, histories.ages])
    groups, of, counts = _distinct(days)
    if len(counts) > MOST_GROUPS:
        groups, of, counts = _distinct(np.stack([days[0], *np.round(days[1:] / WEEK) * WEEK]))
    repeats, recency, ages = groups
    return Histories.of(repeats, recency, ages, counts), of


def _group_spending(repeats: Floats, means: Floats) -> tuple[Spending | None, Integers]:
    of = np.full(len(repeats), -1, dtype=np.int64)
    came_back = np.flatnonzero((repeats > 0) & (means > 0))
    if not len(came_back):
        return None, of
    steps = np.round(np.log(means[came_back]) / LIKE)
    (purchases, logarithms), of[came_back], counts = _distinct(np.stack([repeats[came_back], steps]))
    return Spending.of(purchases, np.exp(logarithms * LIKE), counts), of


def _distinct(rows: Floats) -> tuple[Floats, Integers, Integers]:
    """The distinct columns of a table of whole numbers, which of them each column is, and how many columns are each."""
    lowest = rows.min(axis=1, keepdims=True, initial=0)
    widths = (rows - lowest).max(axis=1, initial=0) + 1
    key = np.zeros(rows.shape[1])
    for row, low, width in zip(rows, lowest[:, 0], widths, strict=True):
        key = key * width + (row - low)
    _, first, of, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return rows[:, first], of, counts


def _counted(of: Integers, weights: Floats, groups: int) -> Floats:
    """How many were drawn of each group."""
    return np.bincount(of, weights=weights, minlength=groups).astype(np.float64)


def _top_share(revenue: Floats) -> float:
    """Of all revenue, that of the top customers, one at least."""
    total, top = float(revenue.sum()), ceil(TOP * len(revenue))
    return float(np.partition(revenue, -top)[-top:].sum()) / total if total > 0 else 0.0
