"""From the margin to the commission, in boxes read from left to right, each with its number, interval and source."""

from dataclasses import dataclass

import streamlit as st

from kpi.analysis import CURVE, Assumptions, Ceiling, Constraint, Estimate
from kpi.language import translate
from kpi.metrics.won_curve import WonCurve
from kpi.ui import format as fmt
from kpi.ui import staying
from kpi.ui.affordability import Solved
from kpi.ui.assumption_fields import interval_of
from kpi.ui.assumption_words import label, months, written

NARROWEST = 136  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A step: what it is called, its number, the interval, where it comes from, how many stand behind it."""

    label: str
    value: str
    interval: str
    source: str
    counted: str = ""


def show(solved: Solved) -> None:
    """Draw the steps; stacked where the screen is narrow."""
    st.subheader(translate("From the margin to the commission"), anchor=False)
    steps = boxes(solved)
    grid = st.grid(len(steps), min_column_width=NARROWEST, gap="small")
    for number, step in enumerate(steps, 1):
        with grid.container(border=True, height="stretch", gap="xsmall"):
            # Above the number rather than as its label, which would be cut.
            st.markdown(translate("**{number}** {step}", number=number, step=step.label))
            st.metric(step.label, step.value, label_visibility="collapsed")
            for line in filter(None, (step.interval, step.counted)):
                st.caption(line)
            st.caption(step.source)


def boxes(solved: Solved) -> list[Box]:
    """The steps as they are drawn; without a value that is needed, those that are known."""
    basis, ceiling = solved.found.basis, solved.found.ceiling
    given = [_given(solved, name) for name in ("arpa", "margin")]
    given.append(_along(solved.found.curve, basis) if solved.found.curve and basis else _given(solved, "churn"))
    if basis is None or ceiling is None:
        return given
    return [*given, *_derived(solved, basis, ceiling)]


def _derived(solved: Solved, basis: Assumptions, ceiling: Ceiling) -> list[Box]:
    currency = solved.page.settings.currency
    facts = {
        "months": months(round(basis.expected_months(months=basis.horizon), 1)),
        "horizon": months(basis.horizon),
        "discount": fmt.share(basis.discount),
        "value": fmt.money(ceiling.cap_value, currency, full=True),
        "payback": fmt.money(ceiling.cap_payback, currency, full=True),
        "limit": months(basis.payback),
        "ratio": written("target_ratio", basis.target_ratio, currency),
        "most": fmt.money(ceiling.max_acquisition_cost, currency, full=True),
        "other": fmt.money(basis.other_cost, currency, full=True),
    }
    binds = (
        translate("Value at {ratio}; margin of {limit}: {payback}", **facts)
        if ceiling.binding is Constraint.VALUE
        else translate("Margin of {limit}; value at {ratio}: {value}", **facts)
    )
    stay = (
        translate("Margin over {horizon}, in which they stay {months}; discounted {discount} a year", **facts)
        if basis.curve is None
        else translate("Margin of these months; discounted {discount} a year", **facts)
    )
    left = translate("{most} less {other} of other programme cost", **facts)
    steps = (
        (translate("Customer value"), ceiling.ltv, solved.value, stay),
        (translate("Highest cost"), ceiling.max_acquisition_cost, solved.most, binds),
        (translate("For commission"), ceiling.for_commission, solved.commission, left),
    )
    return [
        Box(label=name, value=fmt.money(amount, currency, full=True), interval=_range(sure, currency), source=source)
        for name, amount, sure, source in steps
    ]


def _given(solved: Solved, name: str) -> Box:
    """The box of an assumption: measured, or made."""
    currency, assumed = solved.page.settings.currency, solved.found.assumed
    if name in assumed:
        value = written(name, assumed[name], currency)
        return Box(label=label(name), value=value, interval="", source=translate("Assumed"))
    one = solved.found.measured[name]
    if one.value is None:
        return Box(label=label(name), value=translate("n/a"), interval="", source=one.reason or "")
    value, interval = written(name, one.value, currency), interval_of(one, currency)
    counted = translate("n = {count}", count=fmt.count(one.estimate.n)) if one.estimate.n else ""
    return Box(label=label(name), value=value, interval=interval, source=one.source, counted=counted)


def _along(curve: WonCurve, basis: Assumptions) -> Box:
    """The box of the curve along which customers pay."""
    paid, *ends = (fmt.count(one, decimals=1) for one in months_paid(curve, basis))
    interval = translate("{first} to {last}", first=ends[0], last=ends[1])
    return Box(label=label(CURVE), value=paid, interval=interval, source=staying.told_in_brief(curve))


def months_paid(curve: WonCurve, basis: Assumptions) -> tuple[float, float, float]:
    """How many times the monthly revenue is paid within the horizon, and the limits of that, to a tenth."""
    paid, low, high = (
        round(one.expected_months(months=basis.horizon), 1) for one in (curve.expected, curve.low, curve.high)
    )
    return paid, low, high


def _range(estimate: Estimate, currency: str) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return fmt.money_range(estimate.low, estimate.high, currency) if estimate.low >= 0 else ""
