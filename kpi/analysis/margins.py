"""Margins at three levels, and why the share of revenue that is left changed: mix, price and cost, exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi.analysis.decomposition import decompose_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """What was sold and what it cost; amounts in the currency, exact.

    `direct`: the cost of the pieces; `selling`: payment, delivery, support and sales commission; `overhead`: what is
    allocated to them.
    """

    revenue: Fraction
    direct: Fraction
    selling: Fraction = Fraction()
    overhead: Fraction = Fraction()
    quantity: Fraction = Fraction()

    def __add__(self, other: "Sold") -> "Sold":
        """Both together."""
        return Sold(
            revenue=self.revenue + other.revenue,
            direct=self.direct + other.direct,
            selling=self.selling + other.selling,
            overhead=self.overhead + other.overhead,
            quantity=self.quantity + other.quantity,
        )

    @property
    def gross(self) -> Fraction:
        """Revenue less direct cost."""
        return self.revenue - self.direct

    @property
    def contribution(self) -> Fraction:
        """Gross margin less the cost of selling: what commissions are paid from."""
        return self.gross - self.selling

    @property
    def full(self) -> Fraction:
        """Contribution less overhead."""
        return self.contribution - self.overhead

    def share(self, margin: Fraction) -> float | None:
        """A margin as a share of revenue; None where nothing was taken."""
        return float(margin / self.revenue) if self.revenue else None


NOTHING = Sold(revenue=Fraction(), direct=Fraction())


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginShare:
    """What a group adds to the change of the gross margin's share of revenue."""

    mix: Fraction
    price: Fraction
    cost: Fraction


def decompose_margin(current: Mapping[str, Sold], compared: Mapping[str, Sold]) -> dict[str, MarginShare]:
    """Lay the change of the gross margin's share on groups, as mix, price and cost; all parts add up to it exactly.

    The mix is that of `decompose_ratio`. A group's own share is 1 - u/p, u being the cost and p the price of a piece;
    its change, weighted by the mean of its weights, is that of u at the mean of 1/p (cost) and of 1/p at the mean of u
    (price). Without pieces on either side all of it is cost. `ValueError` when a period has no revenue.
    """
    sides = [{group: (one.gross, one.revenue) for group, one in sold.items()} for sold in (current, compared)]
    revenues = [sum((one.revenue for one in sold.values()), Fraction()) for sold in (current, compared)]
    shares = {}
    for group, found in decompose_ratio(*sides).items():
        now, then = current.get(group, NOTHING), compared.get(group, NOTHING)
        price = Fraction()
        if all((now.revenue, then.revenue, now.quantity, then.quantity)):
            weight = (now.revenue / revenues[0] + then.revenue / revenues[1]) / 2
            cost = (now.direct / now.quantity + then.direct / then.quantity) / 2
            price = -weight * cost * (now.quantity / now.revenue - then.quantity / then.revenue)
        shares[group] = MarginShare(mix=found.mix, price=price, cost=found.rate - price)
    return shares
