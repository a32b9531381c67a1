"""Present commissions by product, beside the share that the margin of each can bear."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl
import streamlit as st

from kpi.analysis import BOUNDS, Assumptions, Schedule, solve_commission
from kpi.language import translate
from kpi.metrics import METRICS, Unit
from kpi.metrics.commissions_by_product import (
    ProductCommission,
    ProductCommissions,
    measure_commissions_by_product,
)
from kpi.ui import charts, tables
from kpi.ui import format as fmt
from kpi.ui.affordability import Solved
from kpi.ui.product_margins import name_of

COMMISSION = METRICS["programme_cost"]
MOST_WARNED: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """A product's commissions, and the `highest` share of revenue that they can be; None where that is not known."""

    paid: ProductCommission
    highest: float | None

    @property
    def room(self) -> float | None:
        """What is left below the highest share, below zero where more is paid."""
        return None if self.highest is None or self.paid.rate is None else self.highest - self.paid.rate


def show(solved: Solved) -> None:
    """List the products of credited orders, and warn of those whose commissions are above what they can bear."""
    page = solved.page
    found: ProductCommissions = page.remember(
        f"commissions by product {page.period} {page.settings.sales_costs}",
        lambda: measure_commissions_by_product(page.warehouse, page.period, page.settings.sales_costs),
    )
    with st.expander(translate("Present commissions by product"), key="commissions-by-product"):
        if found.reason or not found.items:
            charts.tell_gap(found.reason or translate("nothing was credited to an ambassador"))
            return
        borne = borne_by(solved.found.basis, found.items)
        st.markdown(told(borne))
        _table(solved, borne)
        st.caption(_explained(solved, found))


def borne_by(basis: Assumptions | None, items: Sequence[ProductCommission]) -> list[Borne]:
    """Each product with the highest share, paid as long as the customer stays, that its own margin allows."""
    return [Borne(paid=item, highest=_highest(basis, item.margin)) for item in items]


def _highest(basis: Assumptions | None, margin: float | None) -> float | None:
    if basis is None or margin is None or not BOUNDS["margin"].holds(margin):
        return None
    return solve_commission(replace(basis, margin=margin), Schedule.LIFETIME).rate


def told(borne: Sequence[Borne]) -> str:
    """Which products' commissions are above what they can bear. Markdown."""
    known = [one for one in borne if one.room is not None]
    if not known:
        return translate("What a product can bear is not known: assume what is missing above.")
    above = sorted((one for one in known if (one.room or 0.0) < 0), key=lambda one: one.room or 0.0)
    if not above:
        return translate("No product’s commissions are above what its margin can bear.")
    names = ", ".join(fmt.plain(_name(one)) for one in above[:MOST_WARNED])
    facts = {"count": fmt.count(len(above)), "known": fmt.count(len(known)), "names": names}
    return translate(
        "Commissions are above what the margin can bear for **{count}** of {known} products: {names}.", **facts
    )


def shown_frame(borne: Sequence[Borne]) -> pl.DataFrame:
    """The products as they come: name, amount, revenue, rate, margin, highest, room."""
    rows = [
        (
            _name(one),
            float(one.paid.amount),
            float(one.paid.revenue),
            one.paid.rate,
            one.paid.margin,
            one.highest,
            one.room,
        )
        for one in borne
    ]
    numbers = dict.fromkeys(("amount", "revenue", "rate", "margin", "highest", "room"), pl.Float64())
    return pl.DataFrame(rows, schema={"name": pl.String(), **numbers}, orient="row")


def _table(solved: Solved, borne: Sequence[Borne]) -> None:
    currency, frame = solved.page.settings.currency, shown_frame(borne)
    shares = ("rate", "margin", "highest", "room")
    labels = {
        "name": translate("Product"),
        "amount": fmt.headed(COMMISSION, translate("Commissions"), currency),
        "revenue": fmt.headed(COMMISSION, translate("Credited revenue"), currency),
        "rate": translate("Share paid"),
        "margin": translate("Contribution"),
        "highest": translate("Highest share"),
        "room": translate("Left below it"),
    }
    units = {**dict.fromkeys(("amount", "revenue"), Unit.MONEY), **dict.fromkeys(shares, Unit.SHARE)}
    # A table cuts what is beyond its decimals: shares are rounded to those before.
    rounded = frame.with_columns(pl.col("amount", "revenue").round(0), pl.col(*shares).round(3))
    tables.show(
        solved.page,
        rounded,
        labels,
        name="commissions-by-product",
        words=translate("Present commissions by product"),
        columns=tables.Columns(units=units),
        taken=tables.Taken(rows=frame.height, read=lambda: frame),
    )


def _explained(solved: Solved, found: ProductCommissions) -> str:
    words = translate(
        "{days}. The data does not say for which order a commission was paid: an ambassador’s are spread over the "
        "orders credited to them (last touch, 30 days). Highest share: of revenue as long as the customer stays, with "
        "the product’s own margin.",
        days=fmt.begin(fmt.days(solved.page.period)),
    )
    if not found.undivided:
        return words
    amount = fmt.money(float(found.undivided), solved.page.settings.currency)
    rest = translate(
        "{amount} more name no ambassador, or one to whom nothing is credited: no product’s.", amount=amount
    )
    return f"{words} {rest}"


def _name(one: Borne) -> str:
    product = one.paid.product
    return translate("sold otherwise") if product is None else name_of(product)
