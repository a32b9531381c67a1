"""Whether past lists were right, and whether the list reaches every segment: the list's own tests, on the page."""

from collections.abc import Callable, Sequence

import polars as pl
import streamlit as st

from kpi.advocates import BackTest, Candidate, Decided, Order, Question, backtest, cover
from kpi.analysis import Estimate
from kpi.language import mark, translate, translate_plural
from kpi.ui import format as fmt
from kpi.ui import tables
from kpi.ui.looks import look
from kpi.ui.page import Page
from kpi.ui.segments import segment_label

AT_ONCE = 100_000  # customers; of more, the test is left to the night
ORDERS = {
    Order.SCORE: mark("Engagement score"),
    Order.LEARNED: mark("Likelihood learned from the past"),
    Order.RECENCY: mark("Who was active last"),
    Order.PROMOTERS: mark("Promoters first"),
    Order.RANDOM: mark("At random"),
}


def offer(page: Page, asked: Question) -> None:
    """Draw the test of past lists, made when it is asked for."""
    with st.expander(translate("Were past lists right?"), icon=":material/fact_check:"):
        if page.manifest.rows.get("customers", 0) > AT_ONCE:
            st.markdown(
                translate("With so many customers this takes minutes. Run `python -m kpi advocates backtest` instead.")
            )
            return
        st.caption(translate("Lists of past days beside what the people on them did in the 90 days that followed."))
        if not st.toggle(translate("Test past lists"), key="backtest"):
            return
        with st.spinner(translate("Testing past lists")):
            past = Question(rules=asked.rules, decided=Decided(featured=asked.decided.featured))
            found: BackTest = page.remember(f"back-test {past}", lambda: backtest(page.warehouse, past))
        if not found.days:
            st.markdown(translate("There are no 90 days before the last 90 days of the data: nothing to test on yet."))
            return
        st.markdown(in_words(found))
        labels = {
            "order": translate("List ordered by"),
            "precision": translate("Acted, of the first {count}", count=found.capacity),
            "lift": translate("Times as many as at random"),
            "auc": translate("Area under the curve"),
        }
        words = translate("How right each order was")
        tables.show(page, qualities_frame(found), labels, name="backtest", words=words)


def in_words(found: BackTest) -> str:
    """On how many days and people it was tested, and by what the list is ordered. Markdown."""
    days = translate_plural(
        "Tested on {count} past day, on people never thanked or featured before; intervals of 95\N{NO-BREAK SPACE}%.",
        "Tested on {count} past days, on people never thanked or featured before; intervals of 95\N{NO-BREAK SPACE}%.",
        len(found.days),
        count=fmt.count(len(found.days)),
    )
    ranks = found.potential is not None and found.potential.ranks
    order = translate(ORDERS[Order.LEARNED if ranks else Order.SCORE])
    return f"{days} {translate('The list is ordered by: **{order}**.', order=order)}"


def qualities_frame(found: BackTest) -> pl.DataFrame:
    """A row per order: order, precision, lift, auc, each a value with its interval as text."""
    rows = [
        (translate(ORDERS[order]), _share(quality.precision), _number(quality.lift, 1), _number(quality.auc, 2))
        for order, quality in found.pooled.items()
    ]
    return pl.DataFrame(rows, schema=["order", "precision", "lift", "auc"], orient="row")


def reach(page: Page, items: Sequence[Candidate], asked: Question) -> None:
    """Draw which segments the people shown are from, beside all who may be proposed."""
    with st.expander(translate("Whom the list reaches"), icon=":material/diversity_3:"):
        ids = [one.customer_id for one in items]
        found = page.remember(f"reach of {ids}, {asked}", lambda: cover(page.warehouse, items, asked))
        by = page.settings.advocates.segment_by
        frame = pl.DataFrame(
            [
                (segment_label(by, one.segment), one.listed, one.listed_share or 0.0, one.eligible_share)
                for one in found
            ],
            schema={"segment": pl.String(), "listed": pl.Int64(), "here": pl.Float64(), "base": pl.Float64()},
            orient="row",
        )
        labels = {
            "segment": translate("Segment"),
            "listed": translate("On this page"),
            "here": translate("Share of this page"),
            "base": translate("Share of all who may be proposed"),
        }
        tables.show(page, frame, labels, name="reach", words=translate("Segments on this page beside all"))


def _share(estimate: Estimate) -> str:
    """A share with its interval: 90 % [77 %, 96 %]."""
    return _with_interval(estimate, lambda value: fmt.share(value, decimals=0))


def _number(estimate: Estimate, decimals: int) -> str:
    return _with_interval(estimate, lambda value: look().number(f"{value:.{decimals}f}"))


def _with_interval(estimate: Estimate, written: Callable[[float], str]) -> str:
    if estimate.value is None:
        return translate(fmt.NOT_AVAILABLE)
    value = written(float(estimate.value))
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} [{written(estimate.low)}, {written(estimate.high)}]"
