"""What the programme costs, and what it gives back."""

from dataclasses import replace

from kpi.analysis import Estimate, estimate_cost_per_event
from kpi.language import mark
from kpi.metrics import rows_of_money as rows
from kpi.metrics.definitions import (
    AMBASSADOR,
    Better,
    Metric,
    Part,
    Ratio,
    Requirement,
    Sums,
    Unit,
    over,
    quotient,
    summed,
)
from kpi.metrics.revenue import attributed_margin, attributed_revenue, new_customers

SECTION = mark("Cost and profitability")
NEEDS = ("costs|rewards",)
COSTS = Requirement(component="cost", absent=mark("no cost names an ambassador of this segment"))
OF_PROGRAMME = "channel = 'ambassador'"
WITHOUT_STAFF = f"{OF_PROGRAMME} and cost_category <> 'staff'"
OF_CHANNELS = "channel <> 'ambassador'"
DIMENSIONS = {"channel": "channel", "category": "cost_category", **AMBASSADOR}

programme_cost = Metric(
    name="programme_cost",
    label=mark("Programme cost"),
    unit=Unit.MONEY,
    better=Better.DOWN,
    section=SECTION,
    means=mark("Commissions, rewards, tools, events and staff time charged to the programme."),
    formula=mark("costs of channel ambassador + cost of rewards granted in the period"),
    needs=NEEDS,
    parts=(
        Part(
            mart="fct_costs_daily",
            date="incurred_date",
            where=OF_PROGRAMME,
            components={"cost": "sum(amount)"},
            dimensions=DIMENSIONS,
        ),
    ),
    estimate=summed("cost"),
    rows=(rows.costs("cost", OF_PROGRAMME, DIMENSIONS),),
    is_additive=True,
)

programme_cost_without_staff = replace(
    programme_cost,
    name="programme_cost_without_staff",
    label=mark("Programme cost without staff"),
    means=mark("Programme cost without the time of the company's own staff."),
    formula=mark("programme cost without category staff"),
    parts=(replace(programme_cost.parts[0], where=WITHOUT_STAFF),),
    rows=(rows.costs("cost", WITHOUT_STAFF, DIMENSIONS),),
)

spending = replace(
    programme_cost,
    name="spending",
    label=mark("Spending"),
    means=mark("What the company spends on winning customers: the costs of every channel, the programme's among them."),
    formula=mark("costs of all channels + cost of rewards granted in the period"),
    parts=(replace(programme_cost.parts[0], where="true"),),
    rows=(rows.costs("cost", "true", DIMENSIONS),),
)

acquisition_cost = Metric(
    name="acquisition_cost",
    label=mark("Acquisition cost (CAC)"),
    unit=Unit.MONEY,
    better=Better.DOWN,
    section=SECTION,
    means=mark("Programme cost per customer won through an ambassador."),
    formula=mark("programme cost / customers won; Garwood interval of the count"),
    needs=(*NEEDS, *new_customers.needs),
    parts=(*programme_cost.parts, *new_customers.parts),
    counts="customer",
    estimate=lambda sums: estimate_cost_per_event(sums.amount("cost"), sums.count("won")),
    rows=(*programme_cost.rows, *new_customers.rows),
    ratio=over("cost", "won"),
    absent=mark("no customer was won"),
    requires=COSTS,
)


def _channel_cost(sums: Sums) -> Estimate:
    if not sums.has("channel_cost"):
        return Estimate(value=None, n=sums.count("customers"))
    return estimate_cost_per_event(sums.amount("channel_cost"), sums.count("customers"))


channel_cac = Metric(
    name="channel_cac",
    label=mark("Acquisition cost of other channels"),
    unit=Unit.MONEY,
    better=Better.DOWN,
    section=SECTION,
    means=mark(
        "What each other channel costs per new customer it brought without an ambassador; not broken down, all "
        "other channels together, free ones included."
    ),
    formula=mark("costs of the channel / first orders not credited of customers acquired by it; Garwood interval"),
    needs=("costs", "orders"),
    parts=(
        Part(
            mart="fct_costs_daily",
            date="incurred_date",
            where=OF_CHANNELS,
            components={"channel_cost": "sum(amount)"},
            dimensions={"channel": "channel"},
        ),
        Part(
            mart="fct_first_orders_rollup",
            date="ordered_date",
            where="not is_referred and dimension = 'acquisition_channel' and group_value is distinct from 'ambassador'",
            components={"customers": "sum(customers)"},
            dimensions={"channel": "group_value"},
        ),
    ),
    counts="customer",
    estimate=_channel_cost,
    rows=(rows.costs("channel_cost", OF_CHANNELS, {"channel": "channel"}), rows.customers_of_channels),
    ratio=over("channel_cost", "customers"),
    absent=mark("no cost or no new customer is recorded"),
    only=frozenset({"channel"}),
)

cost_to_revenue_ratio = Metric(
    name="cost_to_revenue_ratio",
    label=mark("Cost to revenue"),
    unit=Unit.SHARE,
    better=Better.DOWN,
    section=SECTION,
    means=mark("Programme cost as a share of attributed revenue."),
    formula=mark("programme cost / attributed revenue"),
    needs=acquisition_cost.needs,
    parts=(*programme_cost.parts, *attributed_revenue.parts),
    estimate=lambda sums: quotient(sums.amount("cost"), sums.amount("revenue_amount")),
    rows=(*programme_cost.rows, *attributed_revenue.rows),
    ratio=over("cost", "revenue_amount"),
    absent=mark("no revenue is attributed"),
    requires=COSTS,
)

return_on_investment = Metric(
    name="return_on_investment",
    label=mark("Return on investment"),
    unit=Unit.RATIO,
    better=Better.UP,
    section=SECTION,
    means=mark("What each unit of money spent on the programme brought back in margin, beyond itself."),
    formula=mark("(attributed margin - programme cost) / programme cost"),
    needs=acquisition_cost.needs,
    parts=(*programme_cost.parts, *attributed_margin.parts),
    estimate=lambda sums: quotient(sums.amount("margin_amount") - sums.amount("cost"), sums.amount("cost")),
    rows=(*programme_cost.rows, *attributed_margin.rows),
    ratio=Ratio(above={"margin_amount": 1, "cost": -1}, below={"cost": 1}),
    absent=mark("the programme cost nothing"),
    requires=COSTS,
)
