"""Who is credited with an order: the attribution models and windows that a reader chooses from, and their words."""

from collections.abc import Iterable
from enum import StrEnum

from kpi.language import mark, translate
from kpi.metrics import Attribution, Metric, Model

USUAL = Attribution()
CREDIT = {
    Model.LAST: mark("Credit goes to the last touch in the {days} days before an order."),
    Model.FIRST: mark("Credit goes to the first touch in the {days} days before an order."),
    Model.LINEAR: mark("Credit is shared by all touches in the {days} days before an order."),
}
IN_SHORT = {
    Model.LAST: mark("last touch, {days} days"),
    Model.FIRST: mark("first touch, {days} days"),
    Model.LINEAR: mark("shared by all touches, {days} days"),
}


class Credit(StrEnum):
    """An attribution model by its name, as it is shown and as it stands in the URL, both translated."""

    LAST = mark("Last touch")
    FIRST = mark("First touch")
    LINEAR = mark("Shared by all touches")

    @property
    def model(self) -> Model:
        """The model meant."""
        return Model[self.name]


class Window(StrEnum):
    """An attribution window by its name, as it is shown and as it stands in the URL, both translated."""

    USUAL = mark("Usual of the model")
    DAYS_7 = mark("7 days")
    DAYS_30 = mark("30 days")
    DAYS_60 = mark("60 days")
    DAYS_90 = mark("90 days")

    @property
    def days(self) -> int | None:
        """The days before an order in which a touch counts; None for what is usual."""
        return None if self is Window.USUAL else int(self.name.removeprefix("DAYS_"))


def chosen(credit: Credit, window: Window) -> Attribution:
    """The attribution that both mean."""
    return Attribution(model=credit.model, window_days=window.days)


def is_usual(attribution: Attribution) -> bool:
    """Whether it credits as every number does before anybody chose, by the same window."""
    return (attribution.model, attribution.window) == (USUAL.model, USUAL.window)


def in_short(attribution: Attribution) -> str:
    """The rule for the small print: first touch, 90 days."""
    return translate(IN_SHORT[attribution.model], days=attribution.window)


def in_words(attribution: Attribution) -> str:
    """The rule as a sentence."""
    return translate(CREDIT[attribution.model], days=attribution.window)


def caution(metric: Metric, attribution: Attribution) -> str:
    """What a number that another rule was chosen for is to be read with; empty for every other."""
    return in_short(attribution) if metric.is_attributed and not is_usual(attribution) else ""


def told(metrics: Iterable[Metric], attribution: Attribution) -> str:
    """The line below numbers of which another rule credits some; empty for all others."""
    rule = next(filter(None, (caution(metric, attribution) for metric in metrics)), "")
    return translate("Attribution: {rule}.", rule=rule) if rule else ""


def won_label(attribution: Attribution) -> str:
    """What a column of customers won is called: they are won by the usual rule, named beside amounts of another."""
    if is_usual(attribution):
        return translate("Customers won")
    return translate("Customers won ({rule})", rule=in_short(USUAL))


def in_file_name(metric: Metric, attribution: Attribution) -> str:
    """What the name of a file ends in that holds numbers which another rule credits: -first-90-days."""
    return f"-{attribution.model}-{attribution.window}-days" if caution(metric, attribution) else ""
