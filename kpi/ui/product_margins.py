"""Margins by category and product, what is sold at a loss, and why the margin changed."""

from collections.abc import Iterable
from fractions import Fraction

import polars as pl
import streamlit as st

from kpi.analysis import MarginShare, Sold
from kpi.language import translate
from kpi.metrics import METRICS, Unit, coverage
from kpi.metrics.product_margins import ProductMargin, ProductMargins, compare_margins, measure_margins
from kpi.period import Comparison, Period
from kpi.ui import charts, tables
from kpi.ui import format as fmt
from kpi.ui.kinds import label_of
from kpi.ui.page import Page

REVENUE = METRICS["net_revenue"]
MOST_LOSSES = 8
SHARES = ("gross", "contribution", "full")


def show(page: Page) -> None:
    """Draw the margins of the page's period: categories, losses, why they changed, products."""
    st.subheader(translate("What is left of what is sold"), anchor=False)
    found = _measured(page, page.period)
    if found.reason or not found.items:
        charts.tell_gap(found.reason)
        return
    st.markdown(told(page, found))
    wide, narrow = st.columns([3, 2], gap="large")
    with wide:
        _table(page, category_frame(found), translate("Category"), "margins-by-category")
    with narrow:
        _losses(page, found)
    with st.expander(translate("By product"), key="margins-by-product"):
        _table(page, product_frame(found.items), translate("Product"), "margins-by-product")
    _explain(page, found)


def told(page: Page, found: ProductMargins) -> str:
    """The margins of everything together, and why they changed in a year. Markdown."""
    total = found.total
    facts = {name: _share(total, name) for name in SHARES}
    sentence = translate(
        "Of revenue, **{gross}** is left after the cost of goods, **{contribution}** after the cost of selling, "
        "**{full}** after overhead.",
        **facts,
    )
    before = page.period.compared(Comparison.LAST_YEAR)
    if coverage(page.warehouse, REVENUE).explain_unmatched(before) is not None:
        return sentence
    parts = compare_margins(found, _measured(page, before))
    return f"{sentence} {_changed(parts.values())}" if parts else sentence


def _changed(parts: Iterable[MarginShare]) -> str:
    mix, price, cost = (Fraction() for _ in range(3))
    for part in parts:
        mix, price, cost = mix + part.mix, price + part.price, cost + part.cost
    facts = {
        name: fmt.points(100 * float(size), decimals=1)
        for name, size in (("change", mix + price + cost), ("mix", mix), ("price", price), ("cost", cost))
    }
    return translate(
        "Against a year before, the first moved by {change} points: {mix} by what was sold, {price} by prices, {cost} "
        "by costs.",
        **facts,
    )


def _losses(page: Page, found: ProductMargins) -> None:
    if not found.losses:
        st.success(translate("Nothing is sold at a loss."), icon=":material/check:")
        return
    lines = "\n".join(f"- {_loss(page, item)}" for item in found.losses[:MOST_LOSSES])
    st.warning(f"{translate('Sold at a loss, overhead counted:')}\n{lines}", icon=":material/trending_down:")


def _loss(page: Page, item: ProductMargin) -> str:
    facts = {
        "product": fmt.plain(name_of(item)),
        "amount": fmt.money(abs(float(item.sold.full)), page.settings.currency),
        "revenue": fmt.money(float(item.sold.revenue), page.settings.currency),
    }
    if item.sold.contribution < 0:
        return translate("**{product}** loses {amount} on {revenue}, even before overhead", **facts)
    return translate("**{product}** loses {amount} on {revenue}", **facts)


def _explain(page: Page, found: ProductMargins) -> None:
    st.caption(
        translate(
            "{days}. Gross: less the direct cost of each piece. Contribution: less payment, delivery, support and "
            "sales commission, by category as the settings say. Full: less overhead.",
            days=fmt.begin(fmt.days(page.period)),
        )
    )
    if not page.settings.sales_costs.total and not page.settings.sales_costs.categories:
        st.caption(translate("The settings say nothing of the cost of selling: contribution is gross margin."))
    if found.uncovered_share:
        share = fmt.share(found.uncovered_share)
        st.caption(
            translate("Of {share} of revenue no cost is known: orders without lines. They count nowhere.", share=share)
        )


def category_frame(found: ProductMargins) -> pl.DataFrame:
    """Everything, then each category: name, revenue, gross, contribution, full."""
    rows = [(translate("All"), found.total)]
    rows += [
        (translate("unknown") if category is None else label_of(category), sold)
        for category, sold in found.by_category().items()
    ]
    return _frame(rows)


def product_frame(items: Iterable[ProductMargin]) -> pl.DataFrame:
    """The products as they come: name, revenue, gross, contribution, full."""
    return _frame([(name_of(item), item.sold) for item in items])


def name_of(item: ProductMargin) -> str:
    """What a product is called."""
    return item.name or item.product_id or translate("orders without lines")


def _frame(rows: Iterable[tuple[str, Sold]]) -> pl.DataFrame:
    values = [
        (name, float(sold.revenue), *(sold.share(getattr(sold, level)) for level in SHARES)) for name, sold in rows
    ]
    numbers = dict.fromkeys(("revenue", *SHARES), pl.Float64())
    return pl.DataFrame(values, schema={"name": pl.String(), **numbers}, orient="row")


def _table(page: Page, frame: pl.DataFrame, first: str, name: str) -> None:
    labels = {
        "name": first,
        "revenue": fmt.headed(REVENUE, translate("Revenue"), page.settings.currency),
        "gross": translate("Gross"),
        "contribution": translate("Contribution"),
        "full": translate("Full"),
    }
    units = {"revenue": Unit.MONEY, **dict.fromkeys(SHARES, Unit.SHARE)}
    # A table cuts what is beyond its decimals: shares are rounded to those before.
    shown = frame.with_columns(pl.col("revenue").round(0), pl.col(*SHARES).round(3))
    taken = tables.Taken(rows=frame.height, read=lambda: frame)
    tables.show(page, shown, labels, name=name, words=first, columns=tables.Columns(units=units), taken=taken)


def _measured(page: Page, period: Period) -> ProductMargins:
    found: ProductMargins = page.remember(
        f"margins {period} {page.settings.sales_costs}",
        lambda: measure_margins(page.warehouse, period, page.settings.sales_costs),
    )
    return found


def _share(sold: Sold, level: str) -> str:
    share = sold.share(getattr(sold, level))
    return translate("n/a") if share is None else fmt.share(share)
