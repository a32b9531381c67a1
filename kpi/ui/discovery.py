"""The discovery page: whom to thank today and why, who is not in the list and why not."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import streamlit as st

from kpi.advocates import Candidates, Omissions, Question, Wanted, candidates, left_out, listed_among, why_not
from kpi.errors import QuestionError
from kpi.language import translate, translate_plural
from kpi.metrics import Person, find_people, name_customers
from kpi.ui import (
    backtests,
    candidate_cards,
    candidate_export,
    candidate_table,
    discovery_filters,
    named_segments,
    network,
)
from kpi.ui import format as fmt
from kpi.ui.asked import question
from kpi.ui.discovery_filters import Shown
from kpi.ui.page import Page

ON_A_PAGE = 20
MOST_LOOKED_UP, MOST_LOOKED_THROUGH = 5, 40
FEWEST_LETTERS = 2
Answer = TypeVar("Answer")


def search() -> str:
    """A field that looks for a customer; empty for fewer letters than would tell people apart."""
    # Not in the URL: what is typed here is somebody's name, and addresses end up in logs.
    text = st.text_input(
        translate("Find a customer"),
        placeholder=translate("Name, e-mail or id"),
        icon=":material/person_search:",
        key="look-for",
    ).strip()
    return text if len(text) >= FEWEST_LETTERS else ""


def answer(found: Candidates, omitted: Omissions, wanted: Wanted) -> str:
    """How many people may be thanked, and how the list below is ordered. Markdown."""
    if not omitted.eligible:
        return translate("Nobody may be proposed now: what stands against it is told below.")
    told = translate_plural(
        "**{count}** customer may be thanked now.",
        "**{count}** customers may be thanked now.",
        omitted.eligible,
        count=fmt.count(omitted.eligible),
    )
    if wanted == Wanted():
        return told
    if wanted == Wanted(has_posted=False):
        silent = translate_plural(
            "**{count}** of them has never posted.",
            "**{count}** of them have never posted.",
            found.total,
            count=fmt.count(found.total),
        )
        return f"{told} {silent}"
    fitting = translate_plural(
        "**{count}** of them is as you asked.",
        "**{count}** of them are as you asked.",
        found.total,
        count=fmt.count(found.total),
    )
    return f"{told} {fitting}"


def order_in_words(page: Page, wanted: Wanted, asked: Question) -> str:
    """How the list is ordered, and what it is not."""
    if asked.potential and asked.potential.ranks:
        order = translate("Those likeliest to act again first, since that proved right more often than the score.")
    else:
        order = translate("The highest engagement first.")
    last = translate("The list orders your work and ranks nobody.")
    if wanted.text:
        return f"{order} {last}"
    share = fmt.share(page.settings.advocates.drawn_share, decimals=0)
    drawn = translate(
        "{share} of the first page are drawn at random, so that the order keeps being tested.", share=share
    )
    return f"{order} {drawn} {last}"


def show(page: Page, wanted: Wanted) -> None:
    """The answer, the people with their reasons, page by page, and who is not among them."""
    asked = question(page)
    omitted = _remembered(page, "left out", asked, lambda: left_out(page.warehouse, asked))
    found = _listed(page, wanted, asked, 1)
    st.markdown(answer(found, omitted, wanted))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(order_in_words(page, wanted, asked), width="stretch")
        shown_as = discovery_filters.choose_shown()
        named_segments.offer(page, wanted, asked)
    people = st.container()
    pages = -(-found.total // ON_A_PAGE)
    number = st.pagination(pages, key=f"page of {wanted}") if pages > 1 else 1
    shown = _listed(page, wanted, asked, number) if number > 1 else found
    with people:
        if shown.items:
            draw = candidate_table.show if shown_as is Shown.TABLE else candidate_cards.show
            draw(page, shown, _names(page, shown), asked)
        else:
            st.info(_why_nobody(omitted, wanted), icon=":material/info:")
    _not_listed(page, wanted, asked)
    _omitted(omitted)
    network.section(page)
    backtests.reach(page, shown.items, asked)
    backtests.offer(page, asked)
    candidate_export.offer(page, wanted, asked, found.total)


def _names(page: Page, shown: Candidates) -> Mapping[str, Person]:
    """Who those on a page of the list are, for who may see people."""
    ids = [one.customer_id for one in shown.items]
    found: Mapping[str, Person] = page.remember(f"names of {ids}", lambda: name_customers(page.warehouse, ids))
    return found


def _listed(page: Page, wanted: Wanted, asked: Question, number: int) -> Candidates:
    """A page of the list, 1 the first."""
    return _remembered(
        page,
        f"candidates {wanted} {number}",
        asked,
        lambda: candidates(page.warehouse, wanted, question=asked, page=number - 1, size=ON_A_PAGE),
    )


def _remembered(page: Page, what: str, asked: Question, answer: Callable[[], Answer]) -> Answer:
    """An answer as long as neither the data nor the decisions nor the day changed."""
    found: Answer = page.remember(f"{what}, {asked}", answer)
    return found


def _why_nobody(omitted: Omissions, wanted: Wanted) -> str:
    if wanted != Wanted() and omitted.eligible:
        return translate("Nobody who may be proposed is as you asked. Take a filter away.")
    return translate("Nobody may be proposed. Import customers with their consent to be contacted, and what they did.")


def _not_listed(page: Page, wanted: Wanted, asked: Question) -> None:
    """Of people looked for by name who are not in the list, on any of its pages, what stands against it."""
    if not wanted.text:
        return
    people = [one for one in find_people(page.warehouse, wanted.text, limit=MOST_LOOKED_THROUGH) if one.customer_id]
    listed = listed_among(page.warehouse, [one.customer_id or "" for one in people], wanted, asked)
    people = [one for one in people if one.customer_id not in listed]
    if not people:
        return
    st.subheader(translate("Not in the list, and why not"), anchor=False)
    lines = [_why_not_in_words(one, _why_not(page, one, asked)) for one in people[:MOST_LOOKED_UP]]
    st.markdown("\n".join(f"- {line}" for line in lines))
    if len(people) > MOST_LOOKED_UP:
        st.caption(translate("More people are called so: type more of the name."))


def _why_not(page: Page, person: Person, asked: Question) -> str:
    """What stands against proposing somebody; empty for nothing. Markdown."""
    try:
        found = why_not(page.warehouse, person.customer_id or "", asked)
    except QuestionError as error:
        return fmt.plain(str(error))
    return " ".join(map(fmt.plain, found.sentences))


def _why_not_in_words(person: Person, sentences: str) -> str:
    name = fmt.plain(person.full_name or person.customer_id or "")
    told = sentences or translate("May be proposed, but is not as you asked.")
    return translate("**{name}**: {told}", name=name, told=told)


def _omitted(omitted: Omissions) -> None:
    with st.expander(translate("Who is left out, and why"), icon=":material/person_off:"):
        if not omitted.sentences:
            st.markdown(translate("Nobody is left out."))
        st.markdown("\n".join(f"- {fmt.plain(sentence)}" for sentence in omitted.sentences))
