"""The parts of the revenue page, each under its heading; a part without data says why."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

import polars as pl
import streamlit as st

from kpi.analysis import Estimate
from kpi.language import translate
from kpi.metrics import METRICS, WINDOWS, Attribution, Measurement, Model, measure_windows, name_ambassadors
from kpi.store import UNKNOWN
from kpi.ui import blocks, breakdown, charts, crediting, filters, places, tables
from kpi.ui import format as fmt
from kpi.ui.crediting import Credit, Window
from kpi.ui.filters import in_address
from kpi.ui.gaps import explain_gap
from kpi.ui.looks import GLUE
from kpi.ui.page import Page
from kpi.ui.revenue_answers import FIRST, REFUNDS, REVENUE, WON, finality
from kpi.ui.row_tables import SHEET, with_sheets
from kpi.ui.small_tables import markdown_table

BOOKED = METRICS["attributed_revenue_ledger"]
SMALL_TABLE = 190  # pixels, of a heading and four lines
WIDTHS = {"name": 150, SHEET: 58, "revenue": 145, "first": 180, "won": 110}
WON_BY_RULE = 260  # pixels, of a heading that names the rule


def choose_breakdown() -> str:
    """Let the reader choose by what revenue and its change are laid out."""
    return filters.choose_dimension(breakdown.offered(REVENUE), "lever", label_visibility="visible")


@places.kept(lambda page: places.under(translate("How it depends on model and window"), SMALL_TABLE))
def dependence(page: Page) -> None:
    """Show attributed revenue under every model and window, what is chosen marked."""
    st.subheader(translate("How it depends on model and window"), anchor=False)
    gap = explain_gap(REVENUE, page.filters) or page.read(REVENUE).current.reason
    if gap:
        charts.tell_gap(gap)
        return
    found = dependences(page)
    blocks.note_numbers(translate("How it depends on model and window"), _entries(found))
    head = ["", *(translate(credit) for credit in Credit)]
    rows = [
        [
            translate(Window[f"DAYS_{days}"]).replace(" ", GLUE),
            *(_cell(page, credit.model, days, found[credit.model][days]) for credit in Credit),
        ]
        for days in WINDOWS
    ]
    st.markdown(markdown_table(head, rows))
    chosen = translate("✓ what is chosen at the left: {rule}.", rule=crediting.in_short(page.attribution))
    st.caption(f"{chosen} {_what_the_model_does(found)}")


def dependences(page: Page) -> dict[Model, dict[int, Measurement]]:
    """Attributed revenue by model and window, in days."""
    return {model: page.recall(f"windows of {model}", REVENUE, partial(_windows, page, model)) for model in Model}


@places.kept(lambda page: places.under(translate("Refunded, and what may still be"), SMALL_TABLE))
def refunds(page: Page) -> None:
    """Show what was refunded, what is final, what may still be refunded, and what the books say of these days."""
    st.subheader(translate("Refunded, and what may still be"), anchor=False)
    if page.read(REVENUE).current.estimate.value is None:
        charts.tell_gap(page.read(REVENUE).current.reason)
        return
    parts = finality(page)
    found = {
        translate("Attributed revenue, refunds taken off"): page.read(REVENUE).current,
        translate("of which final"): parts.final,
        translate("of which may still be refunded"): parts.provisional,
        translate("Refunded of these orders so far"): page.read(REFUNDS).current,
        translate("As booked, each refund on its own day"): page.read(BOOKED).current,
    }
    none = replace(page.read(REVENUE).current, estimate=Estimate(value=Decimal()))
    entries = [blocks.Entry(label=label, found=one or none) for label, one in found.items()]
    blocks.note_numbers(translate("Refunded, and what may still be"), entries)
    rows = [[label, _amount(page, one)] for label, one in found.items()]
    st.markdown(markdown_table(["", translate("Amount, {currency}", currency=page.settings.currency)], rows))
    st.caption(
        translate(
            "An order may be refunded for {days} days (a setting); until then its revenue is provisional.",
            days=fmt.count(page.settings.refund_days),
        )
    )


def of_the_period(page: Page) -> None:
    """Tell the cards below from a sentence that counts since the beginning."""
    st.caption(translate("The figures below are of the chosen period alone: {days}.", days=fmt.days(page.period)))


def by_ambassador(page: Page) -> None:
    """List who brought what, by name; for who may see people, when asked for."""
    if not page.reader.rights.sees_people:
        return
    place = st.expander(translate("By ambassador"), key="by-ambassador", on_change="rerun")
    if not place.open:
        return
    with place:
        gap = page.read(REVENUE).current.reason
        if gap:
            charts.tell_gap(gap)
            return
        frame = page.recall("by ambassador", REVENUE, lambda: ambassadors_frame(page))
        if frame.is_empty():
            st.caption(translate("No ambassador brought anything in this period."))
            return
        _list_ambassadors(page, frame)


def ambassadors_frame(page: Page) -> pl.DataFrame:
    """Who brought something: name, ambassador_id, revenue, first (amounts), won (customers), in the order of names.

    Left out is whoever did so in the comparison period alone.
    """
    amounts: dict[str, list[float | Decimal]] = {}
    for place, metric in enumerate((REVENUE, FIRST, WON)):
        for reading in page.breakdown(metric, "ambassador_id"):
            group = reading.current.group
            if group is not None and group != UNKNOWN:
                amounts.setdefault(group, [Decimal(0), Decimal(0), 0])[place] = reading.current.estimate.value or 0
    brought = [one for one, found in amounts.items() if any(found)]
    named = name_ambassadors(page.warehouse, brought)
    rows = [(named[one].full_name if one in named else None, one, *amounts[one]) for one in brought]
    rows.sort(key=lambda row: (row[0] is None, str(row[0]), row[1]))
    schema = {
        "name": pl.String(),
        "ambassador_id": pl.String(),
        "revenue": pl.Decimal(38, 2),
        "first": pl.Decimal(38, 2),
        "won": pl.Int64(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _list_ambassadors(page: Page, frame: pl.DataFrame) -> None:
    won, widths = crediting.won_label(page.attribution), WIDTHS
    if not crediting.is_usual(page.attribution):
        widths = {**WIDTHS, "won": WON_BY_RULE}
    labels = {
        "name": translate("Name"),
        SHEET: translate("Sheet"),
        "revenue": translate("Revenue, {currency}", currency=page.settings.currency),
        "first": translate("From first orders, {currency}", currency=page.settings.currency),
        "won": won,
        "ambassador_id": translate("Id"),
    }
    tables.show(
        page,
        with_sheets(frame, in_address()),
        labels,
        name=f"revenue-by-ambassador{crediting.in_file_name(REVENUE, page.attribution)}",
        words=translate("Attributed revenue by ambassador, in the order of names"),
        people=frozenset({"name", "ambassador_id", SHEET}),
        columns=tables.Columns(links={SHEET: translate("Open")}, widths=widths),
    )
    st.caption(translate("In the order of names, which is no ranking."))


def _windows(page: Page, model: Model) -> dict[int, Measurement]:
    return measure_windows(page.warehouse, REVENUE, page.period, where=page.filters, model=model)


def _entries(found: dict[Model, dict[int, Measurement]]) -> list[blocks.Entry]:
    return [
        blocks.Entry(label=crediting.in_short(Attribution(model=model, window_days=days)), found=one)
        for model, windows in found.items()
        for days, one in windows.items()
    ]


def _cell(page: Page, model: Model, days: int, found: Measurement) -> str:
    amount = fmt.value(REVENUE, found.estimate.value, page.settings.currency)
    is_chosen = (model, days) == (page.attribution.model, page.attribution.window)
    return f"**{amount}**{GLUE}✓" if is_chosen else amount


def _what_the_model_does(found: dict[Model, dict[int, Measurement]]) -> str:
    totals = {tuple(one.estimate.value for one in windows.values()) for windows in found.values()}
    if len(totals) == 1:
        return translate(
            "The window decides how much is credited; the model only to whom: choose a lever or a programme at the "
            "left to see its part."
        )
    return translate("The window decides how much is credited, the model to whom.")


def _amount(page: Page, found: Measurement | None) -> str:
    if found is None:
        return fmt.money(0, page.settings.currency, full=True)
    return fmt.value(REVENUE, found.estimate.value, page.settings.currency, full=True)
