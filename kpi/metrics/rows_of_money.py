"""The rows behind amounts and buyers: orders and their credits, customers won, costs, subscriptions."""

from collections.abc import Mapping
from dataclasses import replace

from kpi.language import mark
from kpi.metrics.definitions import AMBASSADOR, BUYER, PRODUCT, RowSet

PEOPLE = {**BUYER, **AMBASSADOR}
COUNT = "count(*)"
# What a customer pays each month by the end, and by the start: what the last change before it left.
CLOSING = "arg_max(after_amount, movement_date)"
OPENING = f"{CLOSING} filter (movement_date < $start)"


def _product(one: str, other: str) -> str:
    """A product of two amounts, which needs more digits than either."""
    return f"cast({one}_amount as decimal(38, 4)) * {other}_amount"


AVERAGED = {
    "recurring": "sum(monthly_amount)",
    "accounts": COUNT,
    "squares": f"sum({_product('monthly', 'monthly')})",
}

customers_won = RowSet(
    label=mark("Customers won"),
    grain=mark("One row per customer: the first order ever, and the ambassador credited with it."),
    mart="fct_first_orders",
    columns=("ordered_date", "order_id", "customer_id", "ambassador_id"),
    date="ordered_date",
    order=("ordered_date desc", "order_id"),
    where="ambassador_id is not null",
    dimensions=PEOPLE,
    sums={"won": COUNT},
)

customers_of_channels = RowSet(
    label=mark("New customers of other channels"),
    grain=mark("One row per customer: the first order ever, credited to no ambassador."),
    mart="fct_first_orders",
    columns=("ordered_date", "order_id", "customer_id", "acquisition_channel"),
    date="ordered_date",
    order=("ordered_date desc", "order_id"),
    where="ambassador_id is null and acquisition_channel is distinct from 'ambassador'",
    dimensions={"channel": "acquisition_channel"},
    sums={"customers": COUNT},
)

orders = RowSet(
    label=mark("Orders"),
    grain=mark("One row per order; what is left is its net amount without its refunds, whenever they came."),
    mart="fct_company_orders",
    columns=("ordered_date", "order_id", "net_amount", "refunded_amount", "revenue_amount", "customer_id"),
    date="ordered_date",
    order=("ordered_date desc", "order_id"),
    dimensions=BUYER,
    sums={"orders": COUNT},
)

order_revenue = replace(
    orders,
    sums={"revenue": "sum(revenue_amount)"},
    total="revenue",
    finer=replace(
        orders,
        grain=mark("One row per day, product and group of buyers: orders of the same day are added up."),
        mart="fct_order_products_daily",
        columns=("ordered_date", "product_id", "product_category", "revenue_amount"),
        order=("ordered_date desc", "product_id", *BUYER.values()),
        dimensions={**BUYER, **PRODUCT},
        sums={"revenue": "sum(revenue_amount)"},
        total="revenue",
    ),
)

buyers_won = RowSet(
    label=mark("Customers won who bought"),
    grain=mark("One row per customer won through an ambassador who ordered in the period, with what it left."),
    mart="fct_won_orders",
    columns=("last_order_date", "customer_id", "orders", "revenue_amount"),
    sql={
        "last_order_date": "max(ordered_date)",
        "orders": COUNT,
        "revenue_amount": "cast(sum(revenue_amount) as decimal(38, 4))",
    },
    is_grouped=True,
    date="ordered_date",
    order=("last_order_date desc", "customer_id"),
    dimensions=PEOPLE,
    sums={"revenue": "sum(revenue_amount)", "squares": "sum(revenue_amount * revenue_amount)", "buyers": COUNT},
    total="revenue",
)

orders_of_customers_won = replace(
    order_revenue,
    label=mark("Orders of customers won"),
    where="ambassador_id is not null",
    dimensions=PEOPLE,
    finer=None,
)


def credits(amount: str, *, has_refunds: bool = False, by_product: bool = False) -> RowSet:
    """The orders credited under the model and window asked for, touch by touch."""
    columns = ("credit_date", "order_id", *(("is_refund",) if has_refunds else ()), amount)
    whom = ("credit_share", "touch_id", "ambassador_id")
    found = RowSet(
        label=mark("Credits"),
        grain=mark("One row per order and touch credited, and per refund of such an order on its own day.")
        if has_refunds
        else mark("One row per order and touch credited: the touch’s share of the order, and what it gets."),
        mart="fct_credit_shares",
        columns=(*columns, *whom),
        date="credit_date",
        order=("credit_date desc", "order_id", "touch_id", amount),
        where="true" if has_refunds else "not is_refund",
        dimensions=PEOPLE,
        sums={amount: f"sum({amount})"},
        total=amount,
        is_attributed=True,
    )
    if not by_product:
        return found
    finest = replace(
        found,
        grain=mark("One row per line of an order and touch credited: what the touch gets of the line."),
        mart="fct_credit_products",
        columns=(*columns, "product_id", "product_category", *whom),
        order=("credit_date desc", "order_id", "touch_id", "product_id", amount),
        where="true",
        dimensions={**PEOPLE, **PRODUCT},
    )
    return replace(found, finer=finest)


def credits_of(where: str, sums: Mapping[str, str], amount: str = "revenue_amount") -> RowSet:
    """The orders credited for which a condition holds, with this `amount`; `sums` names their one total."""
    (total,) = sums
    found = credits(amount)
    return replace(found, where=f"{found.where} and {where}", sums=sums, total=total)


def costs(component: str, where: str, dimensions: Mapping[str, str]) -> RowSet:
    """The costs booked, those of rewards among them."""
    return RowSet(
        label=mark("Costs"),
        grain=mark("One row per cost booked, and per reward that cost something."),
        mart="fct_costs",
        columns=("incurred_date", "cost_id", "amount", "cost_category", "channel", "ambassador_id"),
        date="incurred_date",
        order=("incurred_date desc", "cost_id"),
        where=where,
        dimensions=dimensions,
        sums={component: "sum(amount)"},
        total=component,
    )


def subscribers(where: str, sums: Mapping[str, str]) -> RowSet:
    """Who pays at the period's end, and how much each month."""
    return RowSet(
        label=mark("Paying customers"),
        grain=mark("One row per customer with a subscription in force at the period’s end."),
        mart="fct_recurring_revenue_daily",
        columns=("since_date", "customer_id", "monthly_amount"),
        sql={"since_date": "max(movement_date)", "monthly_amount": CLOSING},
        is_grouped=True,
        order=("since_date desc", "customer_id"),
        where=f"{where} and movement_date < $end",
        having=f"{CLOSING} > 0",
        dimensions=BUYER,
        sums=sums,
        total="recurring",
    )


def changes(kind: str, label: str) -> RowSet:
    """Whose recurring revenue moved, and by how much."""
    return RowSet(
        label=label,
        grain=mark("One row per customer and day on which what they pay each month changed."),
        mart="fct_recurring_revenue_daily",
        columns=("movement_date", "customer_id", "before_amount", "after_amount", "change_amount"),
        date="movement_date",
        order=("movement_date desc", "customer_id"),
        where=f"movement = '{kind}'",
        dimensions=BUYER,
        sums={kind: "sum(abs(change_amount))"},
        total=kind,
    )


def kept(where: str, *, is_net: bool) -> RowSet:
    """Who paid at the period's start, and what of it is kept at its end; `is_net` with what they added."""
    return RowSet(
        label=mark("Customers paying at the start"),
        grain=mark("One row per customer who paid at the period’s start, with what they pay at its end."),
        mart="fct_recurring_revenue_daily",
        columns=("since_date", "customer_id", "opening_amount", "closing_amount", "kept_amount"),
        sql={
            "since_date": "max(movement_date)",
            "opening_amount": OPENING,
            "closing_amount": CLOSING,
            "kept_amount": CLOSING if is_net else f"least({OPENING}, {CLOSING})",
        },
        is_grouped=True,
        order=("since_date desc", "customer_id"),
        where=f"{where} and movement_date < $end",
        having=f"{OPENING} > 0",
        dimensions=BUYER,
        sums={
            "opening": "sum(opening_amount)",
            "accounts": COUNT,
            "opening_squares": f"sum({_product('opening', 'opening')})",
            "kept_change": "sum(kept_amount - opening_amount)",
            "kept_squares_change": f"sum({_product('kept', 'kept')} - {_product('opening', 'opening')})",
            "products_change": f"sum({_product('kept', 'opening')} - {_product('opening', 'opening')})",
        },
        total="opening",
    )
