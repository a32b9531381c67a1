"""What is left of subscriptions after direct cost and cost of selling: the share that a new subscriber leaves."""

from datetime import date
from typing import Final

from kpi.analysis import Estimate, estimate_ratio_of_sums
from kpi.metrics.purchase_histories import Filters
from kpi.metrics.sales_costs import sales_cost_of_subscriptions
from kpi.settings import Settings
from kpi.store import Listing, Warehouse

REFERRED: Final = "is_referred"


def subscription_contribution(warehouse: Warehouse, settings: Settings, end: date, where: Filters) -> float:
    """Of what is paid each month at the midnight of `end`, the share left after plans and cost of selling.

    Where no plan's cost is known, the default margin of the settings stands for them. Of `where` only whether
    ambassadors won the customers is heeded: plans are not told apart by segment.
    """
    won = {name: values for name, values in where.items() if name == REFERRED}
    known = subscription_margin(warehouse, end, won).value
    margin = float(settings.default_margin_rate if known is None else known)
    return margin - sales_cost_of_subscriptions(warehouse, settings.sales_costs, end, won)


def subscription_margin(warehouse: Warehouse, end: date, where: Filters) -> Estimate:
    """What is left of what customers pay each month at the midnight of `end`, after the direct cost of their plans.

    Plans of which no cost or no price is known are left out; n/a where that leaves none.
    """
    sums = warehouse.rows(
        Listing(
            mart="fct_subscription_amounts",
            columns=("customer_id", "paid", "cost"),
            sql={"paid": "cast(sum(monthly_amount) as double)", "cost": "cast(sum(cost_amount) as double)"},
            is_grouped=True,
            where="cost_amount is not null and from_date < $until and (until_date is null or until_date >= $until)",
            parameters={"until": end},
            filters=where,
            order=("customer_id",),
        )
    )
    paid, kept = [row["paid"] for row in sums], [row["paid"] - row["cost"] for row in sums]
    return estimate_ratio_of_sums(
        sum(kept),
        sum(paid),
        len(sums),
        sum_y_squared=sum(one * one for one in kept),
        sum_product=sum(one * other for one, other in zip(kept, paid, strict=True)),
        sum_x_squared=sum(one * one for one in paid),
    )
