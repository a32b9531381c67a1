"""What became of published spotlights: acts before and after, and the time from the act that earned them."""

import streamlit as st

from kpi.analysis import Estimate
from kpi.decisions.outcomes import estimate_wait, read_acts_around, read_waits, sum_acts_around
from kpi.language import translate, translate_plural
from kpi.ui import format as fmt
from kpi.ui.page import Page
from kpi.ui.spotlight_board import Board


def show(page: Page, board: Board) -> None:
    """Acts before and after, and the time from the act that earned it; empty as long as nothing was published."""
    published = [one for one in board.decisions.spotlights.listed() if one.published_on]
    if not published:
        st.caption(translate("Nothing is published yet. Acts before and after each spotlight will stand here."))
        return
    days = page.settings.spotlights.window_days
    around = sum_acts_around(read_acts_around(page.warehouse, published, days=days))
    if around.spotlights:
        st.markdown(_around_in_words(around.spotlights, around.before, around.after, days))
    else:
        st.markdown(translate("No spotlight has {days} days of data before and after it yet.", days=fmt.count(days)))
    waits = read_waits(page.warehouse, board.decisions.spotlights, today=board.today, zone=page.settings.zone)
    wait = estimate_wait(waits)
    if wait.n:
        st.markdown(_wait_in_words(wait))
    st.caption(
        translate("A description, no proof: people are picked when they act much, and act less afterwards in any case.")
    )


def _around_in_words(spotlights: int, before: int, after: int, days: int) -> str:
    return translate_plural(
        "Around **{count}** spotlight: **{before}** acts in the {days} days before, **{after}** in as many after.",
        "Around **{count}** spotlights: **{before}** acts in the {days} days before, **{after}** in as many after.",
        spotlights,
        count=fmt.count(spotlights),
        before=fmt.count(before),
        after=fmt.count(after),
        days=fmt.count(days),
    )


def _wait_in_words(found: Estimate) -> str:
    n = fmt.count(found.n or 0)
    if found.value is None:
        return translate("Of **{n}** acts that earned a spotlight, fewer than half are published so far.", n=n)
    return translate(
        "From the act that earned it to publication: a median of **{days}** days, over **{n}**, those still waiting "
        "included.",
        days=fmt.count(round(found.value)),
        n=n,
    )
