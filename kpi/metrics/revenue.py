"""What ambassadors bring, beside what the company sells."""

from collections.abc import Mapping
from dataclasses import replace

from kpi.analysis import estimate_mean
from kpi.language import mark
from kpi.metrics import rows_of_money as rows
from kpi.metrics.definitions import (
    AMBASSADOR,
    BUYER,
    PRODUCT,
    Better,
    Metric,
    Part,
    Unit,
    counted,
    over,
    quotient,
    rolled_up,
    summed,
)
from kpi.store import Each

SECTION = mark("Revenue")
NEEDS = ("orders", "ambassadors")
BOTH = {**BUYER, **AMBASSADOR}


def _credit(column: str, sql: str = "", *, by_product: bool = False) -> Part:
    """A column of what is credited, `sql` where it is worked out from others."""
    part = Part(
        mart="fct_credit_shares",
        date="credit_date",
        components={column: sql or f"sum({column})"},
        dimensions=BOTH,
        is_attributed=True,
    )
    rollup = rolled_up(part, "fct_attribution_daily")
    if not by_product:
        return rollup
    finest = replace(part, mart="fct_credit_products", dimensions={**BOTH, **PRODUCT})
    daily = replace(part, mart="fct_attribution_products_daily", dimensions={"category": PRODUCT["category"]})
    return replace(rollup, finer=replace(daily, finer=replace(part, finer=finest)))


def _all_orders(components: Mapping[str, str], finer: Part | None = None) -> Part:
    fine = Part(mart="fct_orders_daily", date="ordered_date", components=components, dimensions=BUYER, finer=finer)
    return rolled_up(fine, "fct_orders_rollup")


attributed_revenue = Metric(
    name="attributed_revenue",
    label=mark("Attributed revenue"),
    unit=Unit.MONEY,
    better=Better.UP,
    section=SECTION,
    means=mark(
        "Revenue of orders that an ambassador touched before, net of all refunds known. Attributed, not incremental."
    ),
    formula=mark("credit × (net amount - refunds) over orders dated in the period"),
    needs=NEEDS,
    parts=(_credit("revenue_amount", by_product=True),),
    estimate=summed("revenue_amount"),
    rows=(rows.credits("revenue_amount", by_product=True),),
    is_additive=True,
)

attributed_revenue_ledger = Metric(
    name="attributed_revenue_ledger",
    label=mark("Attributed revenue, as booked"),
    unit=Unit.MONEY,
    better=Better.UP,
    section=SECTION,
    means=mark("Attributed revenue with each refund booked on the day it happened. Attributed, not incremental."),
    formula=mark("credit × net amount of the period's orders - credit × refunds dated in the period"),
    needs=NEEDS,
    parts=(_credit("ledger_amount"),),
    estimate=summed("ledger_amount"),
    rows=(rows.credits("ledger_amount", has_refunds=True),),
    is_additive=True,
)

attributed_first_order_revenue = Metric(
    name="attributed_first_order_revenue",
    label=mark("From first orders (attributed)"),
    unit=Unit.MONEY,
    better=Better.UP,
    section=SECTION,
    means=mark("What customers’ first orders ever brought of attributed revenue. Attributed, not incremental."),
    formula=mark("credit × (net amount - refunds) over first orders dated in the period"),
    needs=NEEDS,
    parts=(_credit("first_order_amount"),),
    estimate=summed("first_order_amount"),
    rows=(rows.credits_of("is_first_order", {"first_order_amount": "sum(revenue_amount)"}),),
    is_additive=True,
)

attributed_repeat_revenue = Metric(
    name="attributed_repeat_revenue",
    label=mark("From repeat orders (attributed)"),
    unit=Unit.MONEY,
    better=Better.UP,
    section=SECTION,
    means=mark("What all later orders brought of attributed revenue. Attributed, not incremental."),
    formula=mark("credit × (net amount - refunds) over orders dated in the period that are not the customer’s first"),
    needs=NEEDS,
    parts=(_credit("repeat_amount", "sum(revenue_amount - first_order_amount)"),),
    estimate=summed("repeat_amount"),
    rows=(rows.credits_of("not is_first_order", {"repeat_amount": "sum(revenue_amount)"}),),
    is_additive=True,
)

attributed_refunds = Metric(
    name="attributed_refunds",
    label=mark("Refunds (of attributed orders)"),
    unit=Unit.MONEY,
    better=Better.DOWN,
    section=SECTION,
    means=mark("What was taken back of the orders that attributed revenue counts; it is already taken off there."),
    formula=mark("credit × refunds of the orders dated in the period"),
    needs=NEEDS,
    parts=(_credit("refunded_amount"),),
    estimate=summed("refunded_amount"),
    rows=(rows.credits_of("refunded_amount <> 0", {"refunded_amount": "sum(refunded_amount)"}, "refunded_amount"),),
    is_additive=True,
)

attributed_margin = Metric(
    name="attributed_margin",
    label=mark("Attributed margin"),
    unit=Unit.MONEY,
    better=Better.UP,
    section=mark("Cost and profitability"),
    means=mark("What attributed revenue leaves after the cost of goods. Attributed, not incremental."),
    formula=mark("credit × (net amount - cost of goods) × share of the order not refunded"),
    needs=NEEDS,
    parts=(_credit("margin_amount"),),
    estimate=summed("margin_amount"),
    rows=(rows.credits("margin_amount"),),
    is_additive=True,
)

new_customers = Metric(
    name="new_customers",
    label=mark("Customers won"),
    unit=Unit.COUNT,
    better=Better.UP,
    section=SECTION,
    means=mark(
        "Customers whose first order ever falls in the period and is credited to an ambassador (last, 30 days)."
    ),
    formula=mark("first orders dated in the period with a touch in the 30 days before"),
    needs=NEEDS,
    parts=(
        rolled_up(
            Part(
                mart="fct_first_orders",
                date="ordered_date",
                where="ambassador_id is not null",
                components={"won": "count(*)"},
                dimensions=BOTH,
            ),
            "fct_first_orders_rollup",
            where="is_referred",
            components={"won": "sum(customers)"},
        ),
    ),
    estimate=counted("won"),
    rows=(rows.customers_won,),
    is_additive=True,
)

net_revenue = Metric(
    name="net_revenue",
    label=mark("Company revenue"),
    unit=Unit.MONEY,
    better=Better.UP,
    section=SECTION,
    means=mark("Revenue of all orders of the company, net of all refunds known."),
    formula=mark("net amount - refunds over all orders dated in the period"),
    needs=("orders",),
    parts=(
        _all_orders(
            {"revenue": "sum(revenue_amount)"},
            finer=Part(
                mart="fct_order_products_daily",
                date="ordered_date",
                components={"revenue": "sum(revenue_amount)"},
                dimensions={**BUYER, **PRODUCT},
            ),
        ),
    ),
    estimate=summed("revenue"),
    rows=(rows.order_revenue,),
    is_additive=True,
)

attributed_revenue_share = Metric(
    name="attributed_revenue_share",
    label=mark("Attributed share (of company revenue)"),
    unit=Unit.SHARE,
    better=Better.UP,
    section=SECTION,
    means=mark("Attributed revenue beside the revenue of the whole company. Attributed, not incremental."),
    formula=mark("attributed revenue / company revenue"),
    needs=NEEDS,
    parts=(*attributed_revenue.parts, *net_revenue.parts),
    estimate=lambda sums: quotient(sums.amount("revenue_amount"), sums.amount("revenue")),
    rows=(*attributed_revenue.rows, *net_revenue.rows),
    ratio=over("revenue_amount", "revenue"),
    absent=mark("nothing was sold"),
)

orders = Metric(
    name="orders",
    label=mark("Orders"),
    unit=Unit.COUNT,
    better=Better.UP,
    section=SECTION,
    means=mark("All orders of the company, refunded ones included."),
    formula=mark("orders dated in the period"),
    needs=("orders",),
    parts=(_all_orders({"orders": "sum(orders)"}),),
    estimate=counted("orders"),
    rows=(rows.orders,),
    is_additive=True,
)

referred_customer_revenue = Metric(
    name="referred_customer_revenue",
    label=mark("Revenue of customers won"),
    unit=Unit.MONEY,
    better=Better.UP,
    section=SECTION,
    means=mark("First and later orders, net of refunds, of customers whose first order was credited to an ambassador."),
    formula=mark("net amount - refunds over the period's orders of customers ever won through an ambassador"),
    needs=NEEDS,
    parts=(
        rolled_up(
            Part(
                mart="fct_orders_daily",
                date="ordered_date",
                where="ambassador_id is not null",
                components={"revenue": "sum(revenue_amount)"},
                dimensions=BOTH,
            ),
            "fct_orders_rollup",
            where="is_referred",
        ),
    ),
    estimate=summed("revenue"),
    rows=(rows.orders_of_customers_won,),
    is_additive=True,
)

revenue_per_customer_won = Metric(
    name="revenue_per_customer_won",
    label=mark("Per customer won (revenue)"),
    unit=Unit.MONEY,
    better=Better.UP,
    section=SECTION,
    means=mark(
        "What a customer won through an ambassador bought in the period on average, first and later orders, net of "
        "refunds, over those who bought."
    ),
    formula=mark("revenue of customers won / customers won who ordered in the period; t interval"),
    needs=NEEDS,
    parts=(
        Part(
            mart="fct_won_orders",
            date="ordered_date",
            each=Each(unit="customer_id", sums={"bought": "cast(sum(revenue_amount) as decimal(38, 4))"}),
            components={"revenue": "sum(bought)", "squares": "sum(bought * bought)", "buyers": "count(*)"},
            dimensions=BOTH,
        ),
    ),
    counts="customer",
    estimate=lambda sums: estimate_mean(sums.amount("revenue"), sums.amount("squares"), sums.count("buyers")),
    rows=(rows.buyers_won,),
    ratio=over("revenue", "buyers"),
    absent=mark("no customer won bought"),
)
