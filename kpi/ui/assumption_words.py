"""The assumptions behind the ceiling in words: what each is called, what it means, how its value is written."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kpi.analysis import CURVE, Constraint, Schedule, Shortfall
from kpi.language import mark, translate
from kpi.ui import format as fmt

SHARES: Final = frozenset({"margin", "churn", "discount", "floor", "rho"})
AMOUNTS: Final = frozenset({"arpa", "other_cost", "first_order"})
MONTHS: Final = frozenset({"payback", "horizon", CURVE})

LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "arpa": mark("Revenue a month"),
        "margin": mark("Contribution margin"),
        "churn": mark("Lost each month"),
        "discount": mark("Discount a year"),
        "other_cost": mark("Other cost per customer"),
        "target_ratio": mark("Value over cost"),
        "payback": mark("Payback limit"),
        "floor": mark("Margin floor"),
        "horizon": mark("Horizon"),
        "first_order": mark("First order"),
        "rho": mark("Kept each month"),
        CURVE: mark("Months’ worth paid"),
    }
)
MEANS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "arpa": mark("What a customer won pays a month on average, as long as they are one."),
        "margin": mark("What is left of revenue after the cost of goods and of the sale."),
        "churn": mark("Share of customers won who are lost in a month."),
        "discount": mark("How much less money a year from now is worth today."),
        "other_cost": mark("What the programme costs per customer won besides commissions."),
        "target_ratio": mark("How many times its cost a customer’s value is to be. 3 is a rule of thumb, not a law."),
        "payback": mark("Months within which the margin must have brought the cost back."),
        "floor": mark("Share of a sale’s revenue that no commission may touch."),
        "horizon": mark("Months of a customer that count as value."),
        "first_order": mark("What a customer’s first order is worth, net of refunds."),
        "rho": mark("What is left of a shrinking commission from one month to the next."),
        CURVE: mark(
            "How many times the monthly revenue a customer pays within the horizon, by the model of their past."
        ),
    }
)
SCHEDULES: Final[Mapping[Schedule, str]] = MappingProxyType(
    {
        Schedule.ONE_OFF: mark("One-off amount"),
        Schedule.FIRST_ORDER_SHARE: mark("Share of the first order"),
        Schedule.RECURRING: mark("Share, 12 months"),
        Schedule.LIFETIME: mark("Share, as long as they stay"),
        Schedule.DEGRESSIVE: mark("Share, 12 months, then 12 at half"),
        Schedule.GEOMETRIC: mark("Share, less each month"),
        Schedule.HYBRID: mark("Amount and share, 12 months"),
    }
)
SCHEDULE_MEANS: Final[Mapping[Schedule, str]] = MappingProxyType(
    {
        Schedule.ONE_OFF: mark("One amount for each customer won, and nothing after it."),
        Schedule.FIRST_ORDER_SHARE: mark("A share of what the customer’s first order brings, and nothing after it."),
        Schedule.RECURRING: mark("A share of what the customer pays in the first 12 months."),
        Schedule.LIFETIME: mark("A share of what the customer pays, for as long as they are one."),
        Schedule.DEGRESSIVE: mark("A share of what the customer pays in 12 months, then half of it for 12 more."),
        Schedule.GEOMETRIC: mark("A share of what the customer pays that shrinks by the same factor every month."),
        Schedule.HYBRID: mark(
            "Half of what is left for commission as one amount, and a share of what the customer pays in 12 months."
        ),
    }
)
CONSTRAINTS: Final[Mapping[Constraint, str]] = MappingProxyType(
    {
        Constraint.VALUE: mark("Value"),
        Constraint.PAYBACK: mark("Payback"),
        Constraint.MARGIN_FLOOR: mark("Margin floor"),
    }
)
CONSTRAINT_MEANS: Final[Mapping[Constraint, str]] = MappingProxyType(
    {
        Constraint.VALUE: mark(
            "A customer’s value within the horizon must be at least the demanded multiple of their cost."
        ),
        Constraint.PAYBACK: mark("The margin within the payback limit must bring back what winning the customer cost."),
        Constraint.MARGIN_FLOOR: mark("A share of revenue paid as commission must leave the margin floor untouched."),
    }
)
CEILING: Final = mark("Highest cost")
CEILING_MEANS: Final = mark(
    "The most that winning a customer may cost, the ceiling: the smaller of value over the target ratio and the margin "
    "that comes back within the payback limit."
)
FOR_COMMISSION: Final = mark("For commission")
FOR_COMMISSION_MEANS: Final = mark("What the programme’s other cost per customer leaves of the highest cost.")
SHORTFALLS: Final[Mapping[Shortfall, str]] = MappingProxyType(
    {
        Shortfall.NO_REVENUE: mark("customers bring no revenue"),
        Shortfall.NO_MARGIN: mark("revenue leaves no margin"),
        Shortfall.OTHER_COST: mark("the programme’s other cost uses up the ceiling"),
        Shortfall.FLOOR: mark("the margin floor leaves nothing"),
        Shortfall.NO_FIRST_ORDER: mark("the value of a first order is not known"),
    }
)


def label(name: str) -> str:
    """What an assumption is called."""
    return translate(LABELS[name])


def labelled(name: str, currency: str) -> str:
    """The same with the unit in which it is typed."""
    return translate("{name} ({unit})", name=label(name), unit=unit_of(name, currency))


def unit_of(name: str, currency: str) -> str:
    """The unit in which an assumption is typed: percent, the currency, months or times."""
    if name in SHARES:
        return translate("%")
    if name in AMOUNTS:
        return currency
    return translate("months") if name in MONTHS else translate("times")


def written(name: str, value: float, currency: str) -> str:
    """A value in its unit: 6.9 %, € 47.89, 12 months, 3 : 1."""
    if name in SHARES:
        return fmt.share(value)
    if name in AMOUNTS:
        return fmt.money(value, currency, full=True)
    if name in MONTHS:
        return months(value)
    return translate("{number} : 1", number=fmt.count(value, decimals=0 if float(value).is_integer() else 1))


def months(value: float) -> str:
    """A number of months: 12 months, 7.9 months."""
    number = fmt.count(value, decimals=0 if float(value).is_integer() else 1)
    return translate("1 month") if value == 1 else translate("{count} months", count=number)


def shown(name: str, value: float) -> float:
    """A value in the unit in which it is typed: shares in percent."""
    return 100 * value if name in SHARES else value


def read_shown(name: str, typed: float) -> float:
    """A typed value in the unit in which it counts."""
    return typed / 100 if name in SHARES else typed
