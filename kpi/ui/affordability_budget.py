"""From the ceiling to a monthly budget, beside what each other channel costs per customer."""

from decimal import Decimal

import streamlit as st

from kpi.analysis import Estimate, garwood_limits, product_of
from kpi.decisions.budget_steps import PROPOSES
from kpi.language import translate
from kpi.metrics import METRICS, measure
from kpi.period import Grain
from kpi.ui import channels, charts, deciding
from kpi.ui import format as fmt
from kpi.ui.addresses import budget_address
from kpi.ui.affordability import Solved
from kpi.ui.page import Page

WON = METRICS["new_customers"]


def show(solved: Solved) -> None:
    """Say what may be spent in a month, hand it to the budget, and draw the other channels."""
    st.subheader(translate("What that makes a month"), anchor=False)
    page = solved.page
    if solved.found.ceiling is None:
        charts.tell_gap(solved.found.missing[0].reason)
        return
    customers = expected_customers(page)
    if not customers.value:
        charts.tell_gap(translate("no customer was won"))
        return
    monthly = product_of(solved.most, customers)
    st.markdown(budget_in_words(solved, customers, monthly))
    amount = Decimal(round(float(monthly.value or 0)))
    if deciding.may_decide(page, PROPOSES) and amount:
        st.link_button(
            translate("Propose it as a budget"), budget_address(amount), icon=":material/account_balance_wallet:"
        )
    channels.show(page)
    st.caption(channels_in_words(solved))


def expected_customers(page: Page) -> Estimate:
    """Customers won in a month, the mean of the page's months, with the limits of their count."""
    months = len(page.period.steps(Grain.MONTH))
    found = page.recall("customers won", WON, lambda: measure(page.warehouse, WON, page.period))
    if found.estimate.value is None:
        return Estimate(value=None)
    count = int(found.estimate.value)
    low, high = garwood_limits(count)
    return Estimate(value=count / months, low=low / months, high=high / months, n=count, method="Garwood")


def budget_in_words(solved: Solved, customers: Estimate, monthly: Estimate) -> str:
    """The ceiling times the customers expected, with its range. Markdown."""
    currency = solved.page.settings.currency
    facts = {
        "customers": fmt.count(customers.value or 0, decimals=1),
        "most": fmt.money(solved.most.value or 0, currency, full=True),
        "amount": fmt.money(monthly.value or 0, currency),
    }
    if monthly.low is None or monthly.high is None:
        return translate(
            "At **{customers}** customers won a month and at most {most} each, the programme may cost **{amount}** a "
            "month.",
            **facts,
        )
    facts["range"] = fmt.money_range(monthly.low, monthly.high, currency)
    return translate(
        "At **{customers}** customers won a month and at most {most} each, the programme may cost **{amount}** a month "
        "({range}).",
        **facts,
    )


def channels_in_words(solved: Solved) -> str:
    """How many other channels cost more per customer than the highest cost."""
    most = float(solved.most.value or 0)
    costs = [line.found.estimate.value for line in channels.channels(solved.page) if not line.is_programme]
    known = [float(cost) for cost in costs if cost is not None]
    above = sum(cost > most for cost in known)
    facts = {"above": fmt.count(above), "count": fmt.count(len(known))}
    return translate("Other channels that cost more per customer than that: {above} of {count}.", **facts)
