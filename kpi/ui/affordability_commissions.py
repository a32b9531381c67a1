"""The highest commission of each way to pay one, and what present commissions are against it."""

import polars as pl
import streamlit as st

from kpi.analysis import Commission
from kpi.language import translate
from kpi.metrics import METRICS, Unit
from kpi.metrics.commissions_paid import CommissionPaid, CommissionsPaid, measure_commissions_paid
from kpi.ui import charts, tables
from kpi.ui import format as fmt
from kpi.ui.affordability import Solved
from kpi.ui.assumption_words import CONSTRAINTS, SCHEDULES, SHORTFALLS
from kpi.ui.segments import segment_label

COMMISSION = METRICS["programme_cost"]
WIDEST = 250  # pixels, of the longest way to pay


def show(solved: Solved) -> None:
    """List the highest commission of each schedule."""
    st.subheader(translate("The highest commission"), anchor=False)
    if solved.found.basis is None:
        charts.tell_gap(solved.found.missing[0].reason)
        return
    frame, exact = frame_of(solved), exact_frame(solved)
    labels = {
        "schedule": translate("Way to pay"),
        "commission": translate("Highest"),
        "binding": translate("What binds"),
        "others": translate("How far the others are"),
    }
    tables.show(
        solved.page,
        frame,
        labels,
        name="commissions",
        words=translate("The highest commission of each way to pay one"),
        columns=tables.Columns(wide=frozenset({"others"}), widths={"schedule": WIDEST}),
        taken=tables.Taken(
            rows=exact.height,
            read=lambda: exact,
            units={"rate": Unit.SHARE, "amount": Unit.MONEY},
            labels={
                "rate": translate("Share of revenue"),
                "amount": translate("Amount per customer"),
                "binding_constraint": translate("What binds"),
            },
        ),
    )
    st.caption(
        translate(
            "Highest: what keeps value, payback and margin floor. Shares are of revenue and end when the customer "
            "leaves, or with the months named; a share that is less each month is what is kept of the month before. "
            "How far: what each other limit alone would allow in addition."
        )
    )


def frame_of(solved: Solved) -> pl.DataFrame:
    """The schedules in words: schedule, commission, binding, others."""
    currency = solved.page.settings.currency
    rows = [
        (
            translate(SCHEDULES[one.schedule]),
            in_words(one, currency),
            _binding(one),
            _others(one, currency),
        )
        for one in solved.found.commissions
    ]
    schema = {name: pl.String() for name in ("schedule", "commission", "binding", "others")}
    return pl.DataFrame(rows, schema=schema, orient="row")


def exact_frame(solved: Solved) -> pl.DataFrame:
    """The same with exact numbers, to be taken away: schedule, rate, amount, binding_constraint, reason."""
    rows = [
        (
            translate(SCHEDULES[one.schedule]),
            one.rate,
            one.amount,
            translate(CONSTRAINTS[one.binding]) if one.binding else None,
            translate(SHORTFALLS[one.shortfall]) if one.shortfall else None,
        )
        for one in solved.found.commissions
    ]
    numbers = {"rate": pl.Float64(), "amount": pl.Float64()}
    schema = {"schedule": pl.String(), **numbers, "binding_constraint": pl.String(), "reason": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def in_words(one: Commission, currency: str) -> str:
    """A commission in its unit: an amount, a rate, or both."""
    rate = "" if one.rate is None else fmt.share(one.rate)
    if one.amount is None:
        return rate
    amount = fmt.money(one.amount, currency, full=True)
    return translate("{amount} and {rate}", amount=amount, rate=rate) if rate else amount


def _binding(one: Commission) -> str:
    if one.shortfall is not None:
        return fmt.begin(translate(SHORTFALLS[one.shortfall]))
    return translate(CONSTRAINTS[one.binding]) if one.binding else ""


def _others(one: Commission, currency: str) -> str:
    told = []
    for name, slack in one.slack.items():
        size = fmt.money(slack, currency, full=True) if one.rate is None else fmt.share(slack)
        told.append(translate("{constraint}: {slack}", constraint=translate(CONSTRAINTS[name]), slack=size))
    return " · ".join(told)


def show_paid(solved: Solved) -> None:
    """List what commissions cost per customer won, by programme, beside the ceiling."""
    st.subheader(translate("Present commissions against it"), anchor=False)
    page = solved.page
    found: CommissionsPaid = page.remember(
        f"commissions paid {page.period}", lambda: measure_commissions_paid(page.warehouse, page.period)
    )
    if found.reason:
        charts.tell_gap(found.reason)
        return
    labels = {
        "programme": translate("Programme"),
        "per_customer": translate("Commission per customer won"),
        "interval": translate("95\N{NO-BREAK SPACE}% interval"),
        "customers": translate("Customers won"),
        "stands": translate("Against the ceiling"),
        "amount": fmt.headed(COMMISSION, translate("Commissions"), page.settings.currency),
    }
    exact = exact_paid(solved, found)
    tables.show(
        page,
        paid_frame(solved, found),
        labels,
        name="commissions-paid",
        words=translate("What commissions cost per customer won, beside the highest"),
        columns=tables.Columns(units={"amount": Unit.MONEY}),
        taken=tables.Taken(
            rows=exact.height,
            read=lambda: exact,
            units=dict.fromkeys(("per_customer", "low", "high", "below_ceiling"), Unit.MONEY),
            labels={"below_ceiling": translate("Below the ceiling")},
        ),
    )
    st.caption(fmt.begin(fmt.days(page.period)))


def paid_frame(solved: Solved, found: CommissionsPaid) -> pl.DataFrame:
    """Programmes as they come: programme, per_customer, interval, customers, stands, amount."""
    rows = [_paid_row(solved, one) for one in found.items]
    words = {name: pl.String() for name in ("programme", "per_customer", "interval")}
    schema = {**words, "customers": pl.Int64(), "stands": pl.String(), "amount": pl.Float64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def exact_paid(solved: Solved, found: CommissionsPaid) -> pl.DataFrame:
    """The same as exact numbers: programme, per_customer, low, high, customers, below_ceiling, amount.

    What lies above the ceiling is so much below it, negative.
    """
    ceiling = solved.found.ceiling
    rows = []
    for one in found.items:
        estimate = one.per_customer
        value = None if estimate.value is None else float(estimate.value)
        below = None if ceiling is None or value is None else ceiling.for_commission - value
        paid = (value, estimate.low, estimate.high, estimate.n, below, float(one.amount))
        rows.append((_programme(one), *paid))
    numbers = dict.fromkeys(("per_customer", "low", "high"), pl.Float64())
    schema = {"programme": pl.String(), **numbers, "customers": pl.Int64(), "below_ceiling": pl.Float64()}
    return pl.DataFrame(rows, schema={**schema, "amount": pl.Float64()}, orient="row")


def _programme(one: CommissionPaid) -> str:
    return translate("All") if one.programme is None else segment_label("programme", one.programme)


def _paid_row(solved: Solved, one: CommissionPaid) -> tuple[object, ...]:
    currency, estimate = solved.page.settings.currency, one.per_customer
    if estimate.value is None:
        shown, limits = translate("n/a: nobody was won"), ""
    else:
        shown = fmt.money(estimate.value, currency, full=True)
        limits = (
            ""
            if not estimate.value or estimate.low is None or estimate.high is None
            else fmt.money_range(estimate.low, estimate.high, currency)
        )
    return _programme(one), shown, limits, estimate.n, _stands(solved, one), float(one.amount)


def _stands(solved: Solved, one: CommissionPaid) -> str:
    ceiling, value = solved.found.ceiling, one.per_customer.value
    if ceiling is None or value is None:
        return ""
    left = ceiling.for_commission - float(value)
    size = fmt.money(abs(left), solved.page.settings.currency, full=True)
    if left >= 0:
        return translate("{amount} below", amount=size)
    return translate("{amount} above", amount=size)
