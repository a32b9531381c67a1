"""What people are asked: the scores of ambassadors beside those of customers, and how many answered."""

from typing import Final

from kpi.language import translate
from kpi.metrics import METRICS, Measurement, Metric
from kpi.ui import format as fmt
from kpi.ui.page import Page

NPS: Final = (METRICS["ambassador_net_promoter_score"], METRICS["net_promoter_score"])
CSAT: Final = (METRICS["ambassador_satisfaction"], METRICS["customer_satisfaction"])
RESPONSE: Final = (METRICS["ambassador_response_rate"], METRICS["response_rate"])
AMBASSADORS, CUSTOMERS = tuple(zip(NPS, CSAT, strict=True))
ALL: Final = (*NPS, *CSAT, *RESPONSE)


def audiences() -> tuple[str, str]:
    """What those are called whom the first and the second score of a pair are of."""
    return translate("Ambassadors"), translate("Customers")


def kind_of(metric: Metric) -> str:
    """Of which kind of survey a score is, as the data has it."""
    return "nps" if metric in NPS else "csat"


def response_to(metric: Metric) -> Metric:
    """The response rate of those whom a score is of."""
    return RESPONSE[int(metric in CUSTOMERS)]


def answers(page: Page, found: Measurement) -> str:
    """How many answers a score is made of, marked when they are few: 12 answers, few."""
    number = found.estimate.n or 0
    counted = fmt.number_of(number, found.metric.counts)
    return translate("{counted}, few", counted=counted) if number < page.settings.few else counted
