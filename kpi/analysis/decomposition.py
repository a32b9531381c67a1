"""Why a sum over a sum changed: the part of the mix and the part of the rate of each group, exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

NOTHING = (Fraction(), Fraction())

Sides = Mapping[str, tuple[Fraction, Fraction]]
"""Per group the numerator and the denominator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioShare:
    """What a group adds to the change of a ratio: `mix` by its weight among the groups, `rate` by its own ratio."""

    mix: Fraction
    rate: Fraction


def decompose_ratio(current: Sides, compared: Sides) -> dict[str, RatioShare]:
    """Lay the change of R = ΣN/ΣD on the groups of either period; all parts add up to it exactly.

    With a group's weight w = D_g/ΣD and ratio r = N_g/D_g, Δ for current less compared and a bar for the mean of both
    (Kitagawa 1955, Components of a difference between two rates; the same weights as in Bennet's indicator of 1920):

        rate_g = w̄·Δr        mix_g = Δw·(r̄ - R̄)

    Weights add up to 1 on both sides, so that subtracting R̄ leaves the sum alone; it makes a group that grows raise R
    only when its ratio lies above R. A group without a denominator on one side (new, vanished) has no ratio there: the
    other side's stands for both, and its part is all mix. What a group has above without anything below (a cost that
    won nobody) enters as N_g/ΣD, in its rate. `ValueError` when a side has no denominator at all.
    """
    (now_above, now_below), (then_above, then_below) = _total(current), _total(compared)
    if not (now_below and then_below):
        raise ValueError("A ratio without a denominator has no change to lay on groups.")
    middle = (now_above / now_below + then_above / then_below) / 2
    shares = {}
    for group in dict.fromkeys((*current, *compared)):
        (above, below), (above_then, below_then) = current.get(group, NOTHING), compared.get(group, NOTHING)
        moved = below / now_below - below_then / then_below
        own = [one / other for one, other in ((above, below), (above_then, below_then)) if other]
        ratio = sum(own, Fraction()) / len(own) if own else middle
        # w̄·Δr, and all that has no r to speak of
        rate = above / now_below - above_then / then_below - moved * ratio
        shares[group] = RatioShare(mix=moved * (ratio - middle), rate=rate)
    return shares


def _total(sides: Sides) -> tuple[Fraction, Fraction]:
    return (
        sum((above for above, _ in sides.values()), Fraction()),
        sum((below for _, below in sides.values()), Fraction()),
    )
