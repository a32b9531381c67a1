"""What is left of what was sold, by product and by category, and what is sold at a loss."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kpi.analysis import MarginShare, Sold, decompose_margin
from kpi.metrics.coverage import coverage, missing_reason
from kpi.metrics.revenue import net_revenue
from kpi.period import Period
from kpi.settings import AllSalesCosts
from kpi.store import Listing, Warehouse

NOTHING_SOLD = Sold(revenue=Fraction(), direct=Fraction())
SOLD, COSTS = "fct_order_products_daily", "fct_product_costs_daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductMargin:
    """A product and what was sold of it; all is None of orders without lines."""

    product_id: str | None
    name: str | None
    category: str | None
    sold: Sold


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductMargins:
    """The products sold in a period by revenue, the largest first; `reason` says why there are none.

    `uncovered` is the revenue of orders with neither lines nor a cost of their own, which counts in no margin.
    """

    items: tuple[ProductMargin, ...]
    uncovered: Fraction
    reason: str | None = None

    @property
    def total(self) -> Sold:
        """Everything of which the cost is known."""
        return _added([item.sold for item in self.items])

    @property
    def uncovered_share(self) -> float | None:
        """The share of revenue of which no cost is known; None without revenue."""
        whole = self.total.revenue + self.uncovered
        return float(self.uncovered / whole) if whole else None

    @property
    def losses(self) -> tuple[ProductMargin, ...]:
        """What leaves less than nothing once overhead is counted, the largest loss first."""
        losing = [item for item in self.items if item.sold.full < 0]
        return tuple(sorted(losing, key=lambda item: item.sold.full))

    def by_category(self) -> dict[str | None, Sold]:
        """Each category's products together, the largest revenue first."""
        groups: dict[str | None, list[Sold]] = {}
        for item in self.items:
            groups.setdefault(item.category, []).append(item.sold)
        added = {group: _added(sold) for group, sold in groups.items()}
        return dict(sorted(added.items(), key=lambda one: -one[1].revenue))


def measure_margins(warehouse: Warehouse, period: Period, rates: AllSalesCosts) -> ProductMargins:
    """What was sold in the period, net of refunds, and its cost: its orders' own, else pieces at their product's today.

    An order's own cost is split over its lines as their products' costs are; without lines it counts under no product.
    """
    reason = missing_reason(net_revenue, warehouse.manifest) or coverage(warehouse, net_revenue).explain_gap(period)
    if reason is not None:
        return ProductMargins(items=(), uncovered=Fraction(), reason=reason)
    names = {
        row["product_id"]: row
        for row in warehouse.rows(
            Listing(
                mart="dim_products",
                columns=("product_id", "product_name", "product_category"),
                order=("product_id",),
            )
        )
    }
    revenue = _sums(warehouse, SOLD, period, "revenue_amount")
    costs = _sums(warehouse, COSTS, period, "quantity", "direct_amount", "overhead_amount", "uncovered_amount")
    items = [
        _item(product, names.get(product), revenue.get(product, {}), costs.get(product, {}), rates)
        for product in {**revenue, **costs}
    ]
    kept = [item for item in items if item.sold != NOTHING_SOLD]
    return ProductMargins(
        items=tuple(sorted(kept, key=lambda item: (-item.sold.revenue, item.product_id or ""))),
        uncovered=_exact(costs.get(None, {}), "uncovered_amount"),
    )


def compare_margins(current: ProductMargins, compared: ProductMargins) -> dict[str, MarginShare] | None:
    """Why the share of revenue left after direct cost changed, by product; None where a period has no revenue."""
    if not (current.total.revenue and compared.total.revenue):
        return None
    now, then = ({item.product_id or "": item.sold for item in found.items} for found in (current, compared))
    return decompose_margin(now, then)


def _item(
    product: str | None,
    described: Mapping[str, Any] | None,
    revenue: Mapping[str, Any],
    costs: Mapping[str, Any],
    rates: AllSalesCosts,
) -> ProductMargin:
    category = described["product_category"] if described else None
    # What no cost is known of would pass for pure margin.
    taken = _exact(revenue, "revenue_amount") - _exact(costs, "uncovered_amount")
    return ProductMargin(
        product_id=product,
        name=described["product_name"] if described else None,
        category=category,
        sold=Sold(
            revenue=taken,
            direct=_exact(costs, "direct_amount"),
            selling=taken * Fraction(str(rates.of(category).total)),
            overhead=_exact(costs, "overhead_amount"),
            quantity=_exact(costs, "quantity"),
        ),
    )


def _sums(warehouse: Warehouse, mart: str, period: Period, *columns: str) -> dict[str | None, dict[str, Any]]:
    rows = warehouse.rows(
        Listing(
            mart=mart,
            columns=("product_id", *columns),
            sql={column: f"sum({column})" for column in columns},
            is_grouped=True,
            date="ordered_date",
            period=period,
            order=("product_id",),
        )
    )
    return {row["product_id"]: row for row in rows}


def _exact(row: Mapping[str, Any], column: str) -> Fraction:
    return Fraction(row.get(column) or Decimal())


def _added(sold: list[Sold]) -> Sold:
    return sum(sold, NOTHING_SOLD)
