"""What sales to customers won cost besides the product: the rates of the settings, weighted by what these bought."""

from collections.abc import Mapping

import polars as pl

from kpi.period import Period
from kpi.settings import AllSalesCosts
from kpi.store import Listing, Warehouse


def sales_cost_of_orders(warehouse: Warehouse, rates: AllSalesCosts, period: Period) -> float:
    """Payment, delivery, support and sales commission as a share of what customers won ordered, by category."""
    if not rates.categories:
        return rates.total
    bought = Listing(
        mart="fct_won_orders",
        columns=("order_id", "revenue_amount"),
        order=("order_id",),
        date="ordered_date",
        period=period,
    )
    shares = Listing(
        mart="fct_order_shares",
        columns=("order_id", "product_category", "share"),
        sql={"share": "sum(to_share - from_share)"},
        is_grouped=True,
        order=("order_id", "product_category"),
        among={"order_id": bought},
    )
    # an order without lines is one of no category
    lines = warehouse.frame(bought).join(warehouse.frame(shares), on="order_id", how="left", maintain_order="left")
    paid = pl.col("revenue_amount").cast(pl.Float64) * pl.col("share").fill_null(1.0)
    sold = lines.group_by("product_category", maintain_order=True).agg(paid=paid.sum())
    return _weighted(rates, dict(sold.iter_rows()))


def sales_cost_of_subscriptions(warehouse: Warehouse, rates: AllSalesCosts, period: Period) -> float:
    """The same share of what customers won pay each month at the period's end, by the category of their plans."""
    if not rates.categories:
        return rates.total
    paid = warehouse.rows(
        Listing(
            mart="fct_subscription_amounts",
            columns=("product_category", "paid"),
            sql={"paid": "cast(sum(monthly_amount) as double)"},
            is_grouped=True,
            where="is_referred and from_date < $end and (until_date is null or until_date >= $end)",
            period=period,
            order=("product_category",),
        )
    )
    return _weighted(rates, {row["product_category"]: row["paid"] for row in paid})


def _weighted(rates: AllSalesCosts, sold: Mapping[str | None, float]) -> float:
    total = sum(sold.values())
    return sum(rates.of(group).total * amount for group, amount in sold.items()) / total if total else rates.total
