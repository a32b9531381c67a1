"""Whether somebody may be proposed: the consents and what else the data holds against it, checked as one rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kpi.advocates import Question, why_not
from kpi.decisions.consents import Consents, consents_in, require_consent
from kpi.errors import NotEligibleError, QuestionError
from kpi.language import translate
from kpi.settings import Advocates
from kpi.store import Warehouse

Objections = Callable[[str, date], tuple[str, ...]]
"""Everything that the data holds against proposing a customer today, in sentences; none for one whom it does not
know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for every proposal and step.

    Nobody is proposed against whom the data holds something, nor within `cool_down_days` of being published or of
    declining.
    """

    consents: Consents
    objections: Objections
    cool_down_days: int


def rules_in(warehouse: Warehouse, advocates: Advocates) -> Rules:
    """What holds for the published data, read anew each time."""
    return Rules(
        consents=consents_in(warehouse),
        objections=objections_in(warehouse, advocates),
        cool_down_days=advocates.cool_down_days,
    )


def objections_in(warehouse: Warehouse, advocates: Advocates) -> Objections:
    """What the published data holds against people: staff, no consent, a complaint, dissatisfaction, a thank-you."""

    def objections(customer_id: str, today: date) -> tuple[str, ...]:
        try:
            return why_not(warehouse, customer_id, Question(rules=advocates, today=today)).sentences
        except QuestionError:
            return ()

    return objections


def require_eligible(customer_id: str, rules: Rules, today: date) -> None:
    """`NotEligibleError` with everything that the data holds against proposing a customer `today`, `DecisionError`
    for one whom it does not know.
    """
    found = rules.objections(customer_id, today)
    if found:
        told = translate("“{name}” may not be proposed now. {reasons}", name=customer_id, reasons=" ".join(found))
        raise NotEligibleError(told, reasons=found)
    require_consent(customer_id, rules.consents)
