"""Payback on the economics page: which months have brought back what they cost, as a map and as a table."""

from collections.abc import Sequence
from functools import partial

import polars as pl
import streamlit as st

from kpi.language import translate, translate_plural
from kpi.metrics import METRICS, Measurement, Payback, Unit, payback_by_month
from kpi.period import Period
from kpi.ui import charts, places, tables
from kpi.ui import format as fmt
from kpi.ui.gaps import explain_gap
from kpi.ui.heatmap import HEAD, ROW, heatmap_figure, month
from kpi.ui.notes import cautions
from kpi.ui.page import Page

COST = METRICS["acquisition_cost"]
MONTHS = 12
DIGITS = 11  # pixels: three of them fit into a cell on a telephone
Cell = tuple[str | None, Period]
AMOUNTS = {"cost": Unit.MONEY, "margin": Unit.MONEY}


@places.kept(lambda page: places.under(heading(), HEAD + MONTHS * ROW))
def show(page: Page) -> None:
    """Draw how much of each month's cost its customers have brought back since, and list when all of it was."""
    st.subheader(heading(), anchor=False)
    gap = explain_gap(COST, page.filters)
    if gap:
        charts.tell_gap(gap)
        return
    found = page.recall(
        "payback", COST, lambda: payback_by_month(page.warehouse, page.period.end, months=MONTHS, where=page.filters)
    )
    if found.cohorts.reason or all(item.cost is None for item in found.items):
        charts.tell_gap(found.cohorts.reason or next((item.reason for item in found.items if item.reason), None))
        return
    wide, narrow = st.columns([3, 1], gap="large")
    with wide:
        palette = charts.palette()
        steps = [fmt.count(step) for step in found.cohorts.steps]
        figure = page.recall(
            f"payback figure, {palette.ink}",
            COST,
            lambda: heatmap_figure(
                found.cohorts, steps, palette, written=partial(cell_text, back=months_back(found.items)), size=DIGITS
            ),
        )
        charts.show(figure, translate("Shares of the cost by month, also in the table"), key="payback-map")
    with narrow:
        st.markdown(told(found.items))
        _explain(page)
    table(page, found.items)


def _explain(page: Page) -> None:
    """The small print: how the figure is read, and what stands behind it."""
    st.caption(
        translate(
            "Month and how many customers were won in it; months since, 0 being the same. Bold: the month in which "
            "all of it was back. An asterisk: not everything is known yet. Empty: that month has not come, or the "
            "table says why."
        )
    )
    st.caption(
        translate(
            "Cost: what the programme cost in the month. Margin: of all orders since of the customers won in it, "
            "net of refunds; attributed, not incremental."
        )
    )
    for caution in cautions(page, COST):
        st.caption(fmt.begin(caution))


def heading() -> str:
    """What the part is called."""
    return translate("Payback by month of acquisition, in % of the cost")


def told(items: Sequence[Payback]) -> str:
    """How many of the months that can be judged have paid back, and how soon. Markdown."""
    judged = [item for item in items if item.reason is None]
    lost = _lost(items)
    return f"{_judged(judged)} {lost}" if lost else _judged(judged)


def _lost(items: Sequence[Payback]) -> str:
    """How many months cost something and won nobody, so that nothing comes back; empty for none."""
    found = sum(not item.cohort.size and bool(item.cost) and item.cohort.shares[0].is_complete for item in items)
    if not found:
        return ""
    return translate_plural(
        "In **{count}** month nobody was won: what it cost does not come back.",
        "In **{count}** months nobody was won: what they cost does not come back.",
        found,
        count=fmt.count(found),
    )


def _judged(judged: Sequence[Payback]) -> str:
    back = [item.months for item in judged if item.months is not None]
    if not judged:
        return translate("Of no month can it be said yet whether it has paid back what it cost.")
    facts = {"count": fmt.count(len(back)), "months": fmt.count(len(judged))}
    if not back:
        return translate_plural(
            "The one month that can be judged has **not paid back** what it cost so far.",
            "**None** of the {months} months that can be judged has paid back what it cost so far.",
            len(judged),
            **facts,
        )
    facts |= {"soonest": fmt.count(min(back)), "latest": fmt.count(max(back))}
    if len(judged) == 1:
        return translate(
            "The one month that can be judged has paid back what it cost; months it took: {latest}.", **facts
        )
    if max(back) == 0:
        return translate_plural(
            "**{count}** of {months} months that can be judged has paid back what it cost, within the same month.",
            "**{count}** of {months} months that can be judged have paid back what they cost, within the same month.",
            len(back),
            **facts,
        )
    if min(back) == max(back):
        return translate_plural(
            "**{count}** of {months} months that can be judged has paid back what it cost; months it took: {latest}.",
            "**{count}** of {months} months that can be judged have paid back what they cost; months it took: "
            "{latest}.",
            len(back),
            **facts,
        )
    return translate(
        "**{count}** of {months} months that can be judged have paid back what they cost; months it took: {soonest} to "
        "{latest}.",
        **facts,
    )


def months_back(items: Sequence[Payback]) -> frozenset[Cell]:
    """The cells in which all of a month's cost was back for the first time."""
    found = (item.cohort.shares[item.months] for item in items if item.months is not None)
    return frozenset((share.group, share.period) for share in found)


def cell_text(cell: Measurement, *, back: frozenset[Cell] = frozenset()) -> str:
    """A share of the cost as whole percents; bold in a cell of `back`, with an asterisk in a month not over."""
    value = cell.estimate.value
    if value is None:
        return ""
    # Just below, whole percents would read as if all of it were back.
    number = (
        f"&lt;{fmt.count(100)}" if value < 1 and fmt.count(100 * value) == fmt.count(100) else fmt.count(100 * value)
    )
    shown = f"<b>{number}</b>" if (cell.group, cell.period) in back else number
    return shown if cell.is_complete else f"{shown}*"


def paid_back(item: Payback) -> str:
    """When the cost was back, in words; how long it is not, where that is all that is known."""
    if item.reason is not None:
        return translate("n/a: {reason}", reason=item.reason)
    if item.months is None:
        return (
            translate_plural(
                "not after {count} month so far",
                "not after {count} months so far",
                item.months_seen,
                count=fmt.count(item.months_seen),
            )
            if item.months_seen
            else translate("not within the month itself")
        )
    if item.months == 0:
        return translate("in the same month")
    return translate_plural("after {count} month", "after {count} months", item.months, count=fmt.count(item.months))


def table(page: Page, items: Sequence[Payback]) -> None:
    """List the months with cost, margin and when the one was back."""
    frame = page.recall("payback table", COST, lambda: frame_of(items))
    currency = page.settings.currency
    labels = {
        "month": translate("Month"),
        "paid_back": translate("Paid back"),
        "customers": translate("Customers won"),
        "cost": fmt.headed(COST, translate("Cost"), currency),
        "margin": fmt.headed(COST, translate("Margin"), currency),
    }
    exact = frame_of(items, is_exact=True)
    tables.show(
        page,
        frame,
        labels,
        name="payback",
        words=translate("When each month has paid back what it cost"),
        columns=tables.Columns(units=AMOUNTS),
        taken=tables.Taken(rows=exact.height, read=lambda: exact),
    )


def frame_of(items: Sequence[Payback], *, is_exact: bool = False) -> pl.DataFrame:
    """Months as they come: month, paid_back, customers, cost, margin.

    As shown, amounts are whole and the rest in words; else amounts are exact, `paid_back` is in months, and beside it
    stand `months_seen`, how many months since are over, and `reason`, why nothing can be said.
    """
    rows = [
        (
            item.cohort.month if is_exact else month(item.cohort.month),
            item.months if is_exact else paid_back(item),
            None if item.cohort.is_first_recorded else item.cohort.size,
            item.cost if is_exact or item.cost is None else round(item.cost),
            item.margin if is_exact or item.margin is None else round(item.margin),
        )
        for item in items
    ]
    amount = pl.Decimal(18, 4) if is_exact else pl.Int64()
    schema = {
        "month": pl.Date() if is_exact else pl.String(),
        "paid_back": pl.Int64() if is_exact else pl.String(),
        "customers": pl.Int64(),
        "cost": amount,
        "margin": amount,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    if not is_exact:
        return frame
    return frame.with_columns(
        pl.Series("months_seen", [item.months_seen for item in items], dtype=pl.Int64),
        pl.Series("reason", [item.reason for item in items], dtype=pl.String),
    )
