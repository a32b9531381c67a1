"""What the affordability page assumes and answers, for the glossary: the words that the page itself uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import streamlit as st

from kpi.analysis import CURVE
from kpi.language import mark, translate
from kpi.metrics.assumptions import MEASURED, NAMES
from kpi.ui.assumption_words import AMOUNTS, MEANS, MONTHS, SHARES, label

ANSWERS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "lifetime_value": (
            mark("Customer value"),
            mark("The contribution that a customer won leaves within the horizon, as of the day they come."),
            mark("Σ monthly revenue × contribution margin × share still paying, each month discounted"),
        ),
        "ltv_to_cac": (
            mark("Value over acquisition cost"),
            mark("How many times what a customer won costs at present their value is."),
            mark("customer value / acquisition cost"),
        ),
        "payback_months": (
            mark("Payback"),
            mark("Months until a customer has brought back what they cost; never is an answer."),
            mark("the smallest number of months whose margins of those still there add up to the acquisition cost"),
        ),
        "max_acquisition_cost": (
            mark("Highest cost"),
            mark("The most that winning a customer may cost."),
            mark("the smaller of customer value / value over cost, and the margin within the payback limit"),
        ),
        "for_commission": (
            mark("For commission"),
            mark("What the highest cost leaves for a commission."),
            mark("highest cost - other cost per customer"),
        ),
    }
)
"""What each answer is called, means and follows from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """An entry: what it is called, its name on the command line, what it means, and its small print."""

    label: str
    name: str
    means: str
    small_print: str


def find_words(search: str) -> list[Word]:
    """The entries that hold every word searched; all without one."""
    wanted = search.casefold().split()
    every = [*map(_answer, ANSWERS), *map(_assumption, (*NAMES, CURVE))]
    texts = {one.name: f"{one.label} {one.name} {one.means} {section()}".casefold() for one in every}
    return [one for one in every if all(word in texts[one.name] for word in wanted)]


def section() -> str:
    """What the entries are headed with."""
    return translate("What winning a customer may cost")


def show(words: list[Word]) -> None:
    """Draw the entries under their heading; nothing without any."""
    if not words:
        return
    st.subheader(section(), anchor=False)
    for one in words:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{one.label}** :small[`{one.name}`]  \n{one.means}")
            st.caption(one.small_print)


def _answer(name: str) -> Word:
    called, means, formula = (translate(text) for text in ANSWERS[name])
    small = translate("*Formula:* {formula}", formula=formula)
    return Word(label=called, name=name, means=means, small_print=small)


def _assumption(name: str) -> Word:
    source = (
        translate("*Source:* measured, unless assumed")
        if name in (*MEASURED, CURVE)
        else translate("*Source:* the settings, unless assumed")
    )
    unit = translate("*Unit:* {unit}", unit=_unit(name))
    return Word(label=label(name), name=name, means=translate(MEANS[name]), small_print=f"{unit}  \n{source}")


def _unit(name: str) -> str:
    if name in SHARES:
        return translate("a share of 100")
    if name in AMOUNTS:
        return translate("money")
    return translate("months") if name in MONTHS else translate("times")
