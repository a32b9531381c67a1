"""Recurring revenue of subscriptions: its level, its movements, how much of it stays."""

from dataclasses import replace
from enum import StrEnum
from math import inf

from kpi.analysis import Estimate, estimate_mean, estimate_ratio_of_sums
from kpi.language import mark
from kpi.metrics import rows_of_money as rows
from kpi.metrics.definitions import BUYER, Better, Metric, Part, Ratio, Sums, Unit, over, rolled_up, summed
from kpi.store import Each

SECTION = mark("Recurring revenue")
MART, ROLLUP = "fct_recurring_revenue_daily", "fct_recurring_revenue_rollup"
DATE = "movement_date"


class Whose(StrEnum):
    """Whose subscriptions are added up, as names begin: of all, of customers won, of all others."""

    ALL = ""
    REFERRED = "referred_"
    OTHERS = "other_"

    @property
    def where(self) -> str:
        """The condition on rows."""
        return {Whose.ALL: "true", Whose.REFERRED: "is_referred", Whose.OTHERS: "not is_referred"}[self]

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables that tell."""
        return ("subscriptions",) if self is Whose.ALL else ("subscriptions", "orders", "ambassadors")


def _level(label: str, means: str, whose: Whose) -> Metric:
    return Metric(
        name=f"{whose}monthly_recurring_revenue",
        label=label,
        unit=Unit.MONEY,
        better=Better.UP,
        section=SECTION,
        means=means,
        formula=mark("sum of the monthly amounts in force at the end"),
        needs=whose.needs,
        parts=(_sums(whose.where, {"recurring": "sum(change_amount)"}, is_cumulative=True),),
        estimate=summed("recurring"),
        rows=(rows.subscribers(whose.where, {"recurring": "sum(monthly_amount)"}),),
        is_level=True,
        is_additive=True,
    )


def _movement(kind: str, label: str, better: Better, means: str) -> Metric:
    return Metric(
        name=f"mrr_{kind}",
        label=label,
        unit=Unit.MONEY,
        better=better,
        section=SECTION,
        means=means,
        formula=mark("MRR at the end = MRR at the start + new + expansion + reactivation - contraction - churn"),
        needs=("subscriptions",),
        # changes of one kind have the same sign
        parts=(_sums(f"movement = '{kind}'", {kind: "abs(sum(change_amount))"}),),
        estimate=summed(kind),
        rows=(rows.changes(kind, label),),
        is_additive=True,
    )


def _retention(kind: str, kept: str, label: str, means: str, whose: Whose) -> Metric:
    return Metric(
        name=f"{whose}{kind}_revenue_retention",
        label=label,
        unit=Unit.SHARE,
        better=Better.UP,
        section=SECTION,
        means=means,
        formula=mark("MRR at the end / MRR at the start, over the customers paying at the start; linearised interval"),
        needs=whose.needs,
        parts=(_opening(whose.where), _moved(whose.where, kept)),
        estimate=lambda sums: _kept_share(sums, most=1.0 if kind == "gross" else inf),
        rows=(rows.kept(whose.where, is_net=kind == "net"),),
        counts="customer",
        ratio=Ratio(above={"opening": 1, "kept_change": 1}, below={"opening": 1}),
        absent=mark("nobody was paying at the start"),
    )


def _sums(where: str, components: dict[str, str], *, is_cumulative: bool = False, at_start: bool = False) -> Part:
    fine = Part(
        mart=MART,
        date=DATE,
        where=where,
        components=components,
        dimensions=BUYER,
        is_cumulative=is_cumulative,
        at_start=at_start,
    )
    return rolled_up(fine, ROLLUP)


def _opening(where: str) -> Part:
    """What was paid at the period's start, and by how many."""
    return _sums(
        where,
        {
            "opening": "sum(change_amount)",
            "accounts": "sum(account_change)",
            "opening_squares": "sum(squares_change)",
        },
        is_cumulative=True,
        at_start=True,
    )


def _moved(where: str, kept: str) -> Part:
    """How the customers paying at the start moved within the period: all others kept what they paid."""
    paying = "filter (opening > 0)"
    return Part(
        mart=MART,
        date=DATE,
        where=where,
        each=Each(
            unit="customer_id",
            sums={
                "opening": "cast(arg_min(before_amount, movement_date) as decimal(38, 4))",
                "closing": "cast(arg_max(after_amount, movement_date) as decimal(38, 4))",
            },
        ),
        components={
            "kept_change": f"sum({kept} - opening) {paying}",
            "kept_squares_change": f"sum({kept} * {kept} - opening * opening) {paying}",
            "products_change": f"sum({kept} * opening - opening * opening) {paying}",
        },
        dimensions=BUYER,
    )


def _kept_share(sums: Sums, *, most: float) -> Estimate:
    opening, squares = sums.amount("opening"), sums.amount("opening_squares")
    kept = estimate_ratio_of_sums(
        opening + sums.amount("kept_change"),
        opening,
        sums.count("accounts"),
        sum_y_squared=squares + sums.amount("kept_squares_change"),
        sum_product=squares + sums.amount("products_change"),
        sum_x_squared=squares,
    )
    if kept.low is None or kept.high is None:
        return kept
    return replace(kept, low=max(0.0, kept.low), high=min(most, kept.high))


def _average(label: str, means: str, whose: Whose) -> Metric:
    return Metric(
        name=f"{whose}average_revenue_per_account",
        label=label,
        unit=Unit.MONEY,
        better=Better.UP,
        section=SECTION,
        means=means,
        formula=mark("MRR / customers with a subscription in force; t interval"),
        needs=whose.needs,
        parts=(
            _sums(
                whose.where,
                {
                    "recurring": "sum(change_amount)",
                    "accounts": "sum(account_change)",
                    "squares": "sum(squares_change)",
                },
                is_cumulative=True,
            ),
        ),
        estimate=lambda sums: estimate_mean(sums.amount("recurring"), sums.amount("squares"), sums.count("accounts")),
        rows=(rows.subscribers(whose.where, rows.AVERAGED),),
        counts="customer",
        ratio=over("recurring", "accounts"),
        absent=mark("nobody is paying"),
        is_level=True,
    )


KEPT = "least(opening, closing)"

monthly_recurring_revenue = _level(
    mark("Monthly recurring revenue (MRR)"),
    mark("What subscriptions bring each month, as in force at the period's end."),
    Whose.ALL,
)
referred_monthly_recurring_revenue = _level(
    mark("Recurring revenue of customers won"),
    mark("What subscriptions of customers won through ambassadors bring each month, as in force at the period's end."),
    Whose.REFERRED,
)
mrr_new = _movement("new", mark("New MRR"), Better.UP, mark("Recurring revenue of customers who never paid before."))
mrr_expansion = _movement("expansion", mark("Expansion MRR"), Better.UP, mark("What paying customers added."))
mrr_contraction = _movement(
    "contraction",
    mark("Contraction MRR"),
    Better.DOWN,
    mark("What customers who go on paying took back, as a positive amount."),
)
mrr_churn = _movement(
    "churn",
    mark("Churned MRR"),
    Better.DOWN,
    mark("What customers who have nothing left used to pay, as a positive amount."),
)
mrr_reactivation = _movement(
    "reactivation", mark("Reactivated MRR"), Better.UP, mark("What former customers pay again.")
)
net_revenue_retention = _retention(
    "net",
    "closing",
    mark("Net revenue retention"),
    mark("Share of the opening recurring revenue still there at the end, upgrades of the same customers included."),
    Whose.ALL,
)
gross_revenue_retention = _retention(
    "gross",
    KEPT,
    mark("Gross revenue retention"),
    mark("Share of the opening recurring revenue still there at the end, upgrades left out: never above 100 %."),
    Whose.ALL,
)
average_revenue_per_account = _average(
    mark("Average revenue per account"),
    mark("Monthly recurring revenue per paying customer at the period's end."),
    Whose.ALL,
)
referred_net_revenue_retention = _retention(
    "net",
    "closing",
    mark("Net revenue retention, customers won"),
    mark(
        "Share of the opening recurring revenue of customers won through ambassadors still there at the end, upgrades "
        "of the same customers included."
    ),
    Whose.REFERRED,
)
referred_gross_revenue_retention = _retention(
    "gross",
    KEPT,
    mark("Gross revenue retention, customers won"),
    mark(
        "Share of the opening recurring revenue of customers won through ambassadors still there at the end, upgrades "
        "left out: never above 100 %."
    ),
    Whose.REFERRED,
)
other_net_revenue_retention = _retention(
    "net",
    "closing",
    mark("Net revenue retention, other customers"),
    mark(
        "Share of the opening recurring revenue of customers whom no ambassador won still there at the end, upgrades "
        "of the same customers included."
    ),
    Whose.OTHERS,
)
other_gross_revenue_retention = _retention(
    "gross",
    KEPT,
    mark("Gross revenue retention, other customers"),
    mark(
        "Share of the opening recurring revenue of customers whom no ambassador won still there at the end, upgrades "
        "left out: never above 100 %."
    ),
    Whose.OTHERS,
)
referred_average_revenue_per_account = _average(
    mark("Average revenue per account, customers won"),
    mark("Monthly recurring revenue per paying customer of customers won through ambassadors at the period's end."),
    Whose.REFERRED,
)
