"""What is worked out of several metrics and a model, and so is asked elsewhere than by period."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kpi.language import mark
from kpi.metrics.definitions import Better


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A number that is no sum of a period: by horizon, or by the month in which customers were won.

    All texts are marked to be translated; `unit` names the unit, `found` says in a sentence where the number is told.
    """

    name: str
    label: str
    means: str
    formula: str
    unit: str
    better: Better
    found: str


DERIVED: Final[Mapping[str, Derived]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Derived(
                name="lifetime_value",
                label=mark("Customer lifetime value"),
                means=mark(
                    "What a new customer brings within a horizon, as of the day they come; on contribution, "
                    "the horizon always stated."
                ),
                formula=mark(
                    "sum over the months of the horizon of monthly margin × share of customers who stay, discounted"
                ),
                unit=mark("money"),
                better=Better.UP,
                found=mark("The page Affordability tells it, and so does: python -m kpi lifetime."),
            ),
            Derived(
                name="ltv_to_cac",
                label=mark("Lifetime value to acquisition cost"),
                means=mark(
                    "How many times what winning a customer costs comes back with them within the horizon; what it "
                    "is to be at least is an assumption of the ceiling, value over cost."
                ),
                formula=mark("customer lifetime value / acquisition cost"),
                unit=mark("times"),
                better=Better.UP,
                found=mark(
                    "The page Affordability tells it of what a customer won costs at present; python -m kpi afford "
                    "tells the highest cost at which the ratio is kept."
                ),
            ),
            Derived(
                name="payback_months",
                label=mark("Payback in months"),
                means=mark(
                    "Months until the margin of the customers won has brought back what winning them cost; “never” is "
                    "an answer."
                ),
                formula=mark("smallest number of months with cumulated margin × share who stay ≥ acquisition cost"),
                unit=mark("months"),
                better=Better.DOWN,
                found=mark(
                    "The page Economics tells when the cost of each month was back, the page Affordability when it is "
                    "expected to be."
                ),
            ),
        )
    }
)
