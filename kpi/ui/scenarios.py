"""Scenarios: assumptions under a name, kept as views of their page, and up to three of them side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import polars as pl
import streamlit as st

from kpi.access.sessions import Identity
from kpi.analysis import Schedule
from kpi.decisions import View
from kpi.language import translate
from kpi.metrics.affording import Affordability, afford, has_model
from kpi.metrics.assumptions import NAMES, Measured
from kpi.ui import filters, options, saved, staying, tables, views
from kpi.ui import format as fmt
from kpi.ui.affordability import Solved
from kpi.ui.affordability_commissions import in_words
from kpi.ui.assumption_fields import KEYS, read_query
from kpi.ui.assumption_words import SCHEDULES, label, written
from kpi.ui.page import Page

MOST: Final = 3
SHOWN: Final = (Schedule.ONE_OFF, Schedule.RECURRING, Schedule.LIFETIME)


def show(page: Page, known: Measured, solved: Solved) -> None:
    """Draw the form that saves a scenario, the links to those saved, and the comparison."""
    st.subheader(translate("Scenarios"), anchor=False)
    shelf = _shelf(page)
    found = tuple(shelf.visible(page.reader))
    left, right = st.columns([2, 3], gap="large")
    with left:
        with st.popover(translate("Save this scenario"), icon=":material/bookmark_add:"):
            saved.offer_saving(page, shelf)
        saved.offer_managing(page, shelf)
        if found:
            st.html(saved.links(translate("Saved scenarios"), found, page.reader.username, views.address))
        else:
            st.caption(translate("Nothing is saved yet: assume something, then give it a name."))
    with right:
        chosen = _choose(found)
    if chosen:
        here = translate("Shown here")
        names = called({here: here, **{one.key: one.name for one in chosen}})
        found_of = [_afford(known, one.query) for one in chosen]
        compare(page, dict(zip(names, [solved.found, *found_of], strict=True)))


def _afford(known: Measured, query: str) -> Affordability:
    """The answer of a saved query; a method that there is no more leaves the one that counts now."""
    assumed = read_query(query)
    return afford(known, assumed, staying.read_method(query) if has_model(known, assumed) else None)


def called(names: Mapping[str, str]) -> list[str]:
    """What the scenarios under these keys are called; those of the same name, by other people, carry their key."""
    return list(options.called(list(names), names.__getitem__).values())


def compare(page: Page, found: Mapping[str, Affordability]) -> None:
    """Draw a table with a column per scenario."""
    frame = comparison_frame(found, page.settings.currency)
    labels = {"what": translate("What"), **{f"scenario_{place}": name for place, name in enumerate(found)}}
    words = translate("Scenarios side by side")
    tables.show(page, frame, labels, name="scenarios", words=words, columns=tables.Columns(widths={"what": 260}))


def comparison_frame(found: Mapping[str, Affordability], currency: str) -> pl.DataFrame:
    """A row per result and per assumption in which they differ, a column per scenario, in words."""
    columns = {f"scenario_{place}": _column(one, currency) for place, one in enumerate(found.values())}
    names = {translate("Customer value"), translate("Highest cost"), translate("For commission")}
    names |= {translate(SCHEDULES[schedule]) for schedule in SHOWN}
    first, *others = columns.values()
    rows = [name for name in first if name in names or any(other[name] != first[name] for other in others)]
    return pl.DataFrame({"what": rows, **{key: [column[name] for name in rows] for key, column in columns.items()}})


def _column(one: Affordability, currency: str) -> dict[str, str]:
    none = translate("n/a")
    ceiling = one.ceiling
    amounts = (ceiling.ltv, ceiling.max_acquisition_cost, ceiling.for_commission) if ceiling else (None, None, None)
    names = (translate("Customer value"), translate("Highest cost"), translate("For commission"))
    results = {
        name: none if amount is None else fmt.money(amount, currency, full=True)
        for name, amount in zip(names, amounts, strict=True)
    }
    rates = {commission.schedule: in_words(commission, currency) for commission in one.commissions}
    paid = {translate(SCHEDULES[schedule]): rates.get(schedule, none) for schedule in SHOWN}
    return {**results, **paid, **{label(name): _assumption(one, name, currency) for name in NAMES}}


def _assumption(one: Affordability, name: str, currency: str) -> str:
    value = one.assumed[name] if name in one.assumed else one.measured[name].value
    return translate("n/a") if value is None else written(name, value, currency)


def _choose(found: Sequence[View]) -> list[View]:
    by_key = {one.key: one for one in found}
    keys = list(by_key)
    chosen = st.multiselect(
        translate("Compare with, up to three"),
        keys,
        format_func=filters.labels("scenarios", keys, lambda key: by_key[key].name).__getitem__,
        max_selections=MOST,
        placeholder=translate("Nothing"),
        disabled=not keys,
        key="scenarios",
        bind="query-params",
    )
    return [by_key[key] for key in chosen]


def _shelf(page: Page) -> saved.Shelf[View]:
    shelf = views.shelf_of(page, (*KEYS.values(), staying.KEY))

    def visible(reader: Identity) -> tuple[View, ...]:
        return tuple(one for one in shelf.visible(reader) if one.page == page.name)

    return replace(shelf, key="scenario", words=_words(), visible=visible)


def _words() -> saved.Words:
    return saved.Words(
        one=translate("Scenario"),
        mine=translate("My scenarios"),
        manage=translate("Manage my scenarios"),
        replaces=translate("Replace a scenario of mine with this name"),
        taken=translate("You have a view or scenario of this name. Tick the box to replace it."),
        saving=translate("Save these assumptions as"),
    )
