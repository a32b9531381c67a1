"""What commissions cost by product: each ambassador's spread over what their credited orders were made of."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpi.metrics.commissions_paid import COMMISSION
from kpi.metrics.coverage import coverage, missing_reason
from kpi.metrics.economics import acquisition_cost
from kpi.metrics.measure import Attribution
from kpi.metrics.product_margins import ProductMargin, measure_margins
from kpi.period import Period
from kpi.settings import AllSalesCosts
from kpi.store import Listing, Warehouse

CHANNEL = "ambassador"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCommission:
    """What was paid for the sale of a product to ambassadors, and the revenue credited to them; in the currency.

    `product` tells what it is and what was sold of it in the period to everybody, None of orders without lines.
    """

    product: ProductMargin | None
    amount: Fraction
    revenue: Fraction

    @property
    def rate(self) -> float | None:
        """Commissions as a share of the revenue credited; None without revenue."""
        return float(self.amount / self.revenue) if self.revenue > 0 else None

    @property
    def margin(self) -> float | None:
        """What is left of the product's revenue after goods and the sale, as a share; None where it is not known."""
        if self.product is None:
            return None
        sold = self.product.sold
        share = sold.share(sold.contribution)
        return None if share is None else float(share)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCommissions:
    """The products of credited orders, the largest commissions first; `reason` says why there are none.

    `undivided` are the commissions that no product can be named for: those that name no ambassador, or one to whom no
    revenue of the period is credited.
    """

    items: tuple[ProductCommission, ...]
    undivided: Fraction
    reason: str | None = None


def measure_commissions_by_product(warehouse: Warehouse, period: Period, rates: AllSalesCosts) -> ProductCommissions:
    """Commissions booked in the period, each ambassador's in the shares of the revenue credited to them in it.

    The data does not say which order a commission was paid for: an ambassador's are taken to be the same share of
    every order. Credit is that of the last touch within 30 days, net of refunds.
    """
    reason = missing_reason(acquisition_cost, warehouse.manifest)
    reason = reason or coverage(warehouse, acquisition_cost).explain_gap(period)
    if reason is not None:
        return ProductCommissions(items=(), undivided=Fraction(), reason=reason)
    paid, credited = _paid(warehouse, period), _credited(warehouse, period)
    totals = {who: sum(products.values(), Fraction()) for who, products in credited.items()}
    amounts: dict[str | None, Fraction] = defaultdict(Fraction)
    revenue: dict[str | None, Fraction] = defaultdict(Fraction)
    for who, products in credited.items():
        for product, earned in products.items():
            revenue[product] += earned
            if totals[who] > 0:
                amounts[product] += paid.get(who, Fraction()) * earned / totals[who]
    sold = {item.product_id: item for item in measure_margins(warehouse, period, rates).items}
    items = [
        ProductCommission(product=sold.get(product), amount=amounts[product], revenue=revenue[product])
        for product in sorted(revenue, key=lambda one: (-amounts[one], one or ""))
    ]
    return ProductCommissions(items=tuple(items), undivided=sum(paid.values(), Fraction()) - sum(amounts.values()))


def _paid(warehouse: Warehouse, period: Period) -> dict[str | None, Fraction]:
    rows = warehouse.rows(
        Listing(
            mart="fct_costs_daily",
            columns=("ambassador_id", "amount"),
            sql={"amount": "sum(amount)"},
            is_grouped=True,
            where="channel = $channel and cost_category = $category",
            parameters={"channel": CHANNEL, "category": COMMISSION},
            date="incurred_date",
            period=period,
            order=("ambassador_id",),
        )
    )
    return {row["ambassador_id"]: Fraction(row["amount"] or Decimal()) for row in rows}


def _credited(warehouse: Warehouse, period: Period) -> dict[str | None, dict[str | None, Fraction]]:
    usual = Attribution()
    rows = warehouse.rows(
        Listing(
            mart="fct_credit_products",
            columns=("ambassador_id", "product_id", "revenue_amount"),
            sql={"revenue_amount": "sum(revenue_amount)"},
            is_grouped=True,
            where="model = $model and window_days = $window_days",
            parameters={"model": usual.model.value, "window_days": usual.window},
            date="credit_date",
            period=period,
            order=("ambassador_id", "product_id"),
        )
    )
    found: dict[str | None, dict[str | None, Fraction]] = defaultdict(dict)
    for row in rows:
        found[row["ambassador_id"]][row["product_id"]] = Fraction(row["revenue_amount"] or Decimal())
    return found
