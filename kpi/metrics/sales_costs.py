"""What sales cost besides the product: the rates of the settings, weighted by what customers bought."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from kpi.metrics.purchase_histories import Filters
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


def sales_cost_of_buyers(warehouse: Warehouse, rates: AllSalesCosts, end: date, where: Filters) -> float:
    """The same share of what customers of some segments bought before `end`.

    Of customers won all segments are taken together; whom ambassadors did not win is taken to buy what all do.
    """
    if not rates.categories:
        return rates.total
    if tuple(where.get("is_referred", ())) == ("true",):
        begins = warehouse.table_dates().get("orders", (end, end))[0]
        return sales_cost_of_orders(warehouse, rates, Period(begins, max(end, begins + timedelta(days=1))))
    sold = warehouse.rows(
        Listing(
            mart="fct_order_products_daily",
            columns=("product_category", "paid"),
            sql={"paid": "cast(sum(revenue_amount) as double)"},
            is_grouped=True,
            where="ordered_date < $until",
            parameters={"until": end},
            filters={name: values for name, values in where.items() if name != "is_referred"},
            order=("product_category",),
        )
    )
    return _weighted(rates, {row["product_category"]: row["paid"] for row in sold})


def sales_cost_of_subscriptions(warehouse: Warehouse, rates: AllSalesCosts, end: date, where: Filters) -> float:
    """The same share of what customers pay each month at the midnight of `end`, by the category of their plans."""
    if not rates.categories:
        return rates.total
    paid = warehouse.rows(
        Listing(
            mart="fct_subscription_amounts",
            columns=("product_category", "paid"),
            sql={"paid": "cast(sum(monthly_amount) as double)"},
            is_grouped=True,
            where="from_date < $until and (until_date is null or until_date >= $until)",
            parameters={"until": end},
            filters=where,
            order=("product_category",),
        )
    )
    return _weighted(rates, {row["product_category"]: row["paid"] for row in paid})


def _weighted(rates: AllSalesCosts, sold: Mapping[str | None, float]) -> float:
    total = sum(sold.values())
    return sum(rates.of(group).total * amount for group, amount in sold.items()) / total if total else rates.total
