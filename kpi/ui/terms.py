"""What the glossary explains besides the metrics of a period: a customer’s worth and the ceiling of their cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kpi.analysis import CURVE
from kpi.language import mark, translate
from kpi.metrics import DERIVED, Derived
from kpi.metrics import assumptions as measured
from kpi.metrics.buying import SILENCE_DAYS
from kpi.ui import assumption_words as words
from kpi.ui.definitions import DIRECTIONS, answers, as_written

WORTH: Final = mark("Customer value")
ASSUMPTIONS: Final = mark("Assumptions of the highest cost")
LIMITS: Final = mark("What limits the highest cost")
SCHEDULES: Final = mark("Ways of paying a commission")

FROM_MODEL: Final = mark("the model of their past, where it told it better than a constant loss did")
SOURCES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "arpa": (measured.FROM_ORDERS, measured.FROM_SUBSCRIPTIONS),
        "margin": (measured.FROM_MARGINS, measured.FROM_PLANS, measured.FROM_DEFAULT_MARGIN),
        "churn": (measured.FROM_SILENCES, measured.FROM_SUBSCRIPTIONS),
        "other_cost": (measured.FROM_COSTS,),
        "first_order": (measured.FROM_FIRST_ORDERS,),
        CURVE: (FROM_MODEL,),
    }
)
"""Where the value of an assumption comes from, a way each: by orders, or by subscriptions; else from the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """An entry without a value: its texts as they are shown, `small_print` in Markdown; `name` may be empty."""

    section: str
    label: str
    name: str
    means: str
    small_print: str = ""


def find_terms(search: str, currency: str) -> dict[str, list[Term]]:
    """The terms by section whose label, name or definition holds every word searched; all without one."""
    found: dict[str, list[Term]] = {}
    for term in _terms(currency):
        if answers(search, (term.label, term.name, term.means, term.section)):
            found.setdefault(term.section, []).append(term)
    return found


def _terms(currency: str) -> Iterator[Term]:
    yield from (_derived(one) for one in DERIVED.values())
    yield from (_assumption(name, currency) for name in words.LABELS)
    limits = translate(LIMITS)
    for label, means in (
        (words.CEILING, words.CEILING_MEANS),
        (words.FOR_COMMISSION, words.FOR_COMMISSION_MEANS),
        *((words.CONSTRAINTS[one], means) for one, means in words.CONSTRAINT_MEANS.items()),
    ):
        yield Term(section=limits, label=translate(label), name="", means=translate(means))
    for schedule, means in words.SCHEDULE_MEANS.items():
        label = translate(words.SCHEDULES[schedule])
        yield Term(section=translate(SCHEDULES), label=label, name=schedule, means=translate(means))


def _derived(one: Derived) -> Term:
    unit, direction = translate(one.unit), translate(DIRECTIONS[one.better])
    lines = (
        translate("*Formula:* {formula}", formula=translate(one.formula)),
        translate("*Unit:* {unit}; better: {direction}", unit=unit, direction=direction),
        translate(one.found),
    )
    return Term(
        section=translate(WORTH),
        label=translate(one.label),
        name=one.name,
        means=translate(one.means),
        small_print=as_written(lines),
    )


def _assumption(name: str, currency: str) -> Term:
    first, *others = (translate(one, days=SILENCE_DAYS) for one in SOURCES.get(name, (measured.FROM_SETTINGS,)))
    lines = (
        translate("*Unit:* {unit}", unit=words.unit_of(name, currency)),
        translate("*Comes from:* {source}", source=first),
        *(translate("*Or from:* {source}", source=one) for one in others),
    )
    return Term(
        section=translate(ASSUMPTIONS),
        label=words.label(name),
        name=name,
        means=translate(words.MEANS[name]),
        small_print=as_written(lines),
    )
