"""People who may be proposed, side by side: who they are, the strongest reasons, what can be done for them."""

from collections.abc import Mapping

import streamlit as st

from kpi.advocates import Candidate, Candidates, Question
from kpi.language import translate
from kpi.metrics import Person
from kpi.ui import candidate_actions, deciding
from kpi.ui import format as fmt
from kpi.ui.page import Page

NARROWEST = 300  # pixels; three stand in a row at 1280, one at 390


def show(page: Page, found: Candidates, names: Mapping[str, Person], asked: Question) -> None:
    """One card per person; those picked are proposed together."""
    picked = []
    bar = st.container(horizontal=True, vertical_alignment="center")
    grid = st.grid(3, min_column_width=NARROWEST, gap="small")
    may_decide = deciding.may_decide(page, "spotlights")
    for one in found.items:
        name = name_of(one.customer_id, names)
        with grid.container(border=True, height="stretch", gap="xsmall"):
            if may_decide:
                if st.checkbox(f"**{name}**", key=f"pick {one.customer_id}"):
                    picked.append((one.customer_id, name))
            else:
                st.markdown(f"**{name}**")
            _person(one)
            st.space("stretch")
            with st.container(horizontal=True, gap="small"):
                candidate_actions.offer_for(page, one, name, asked, may_decide=may_decide)
    if may_decide:
        with bar:
            candidate_actions.offer(page, picked)


def name_of(customer_id: str, names: Mapping[str, Person]) -> str:
    """What a customer is called: by name, else by address, else by id."""
    person = names.get(customer_id)
    return fmt.plain((person and (person.full_name or person.email)) or customer_id)


def score_in_words(one: Candidate) -> str:
    """The score and how much of it is known."""
    return translate(
        "Engagement {score} of 100 · {share} of what counts is known",
        score=fmt.count(round(one.engagement_score)),
        share=fmt.share(one.confidence, decimals=0),
    )


def _person(one: Candidate) -> None:
    st.caption(in_short(one))
    st.markdown("\n".join(f"- {fmt.plain(reason.sentence)}" for reason in one.strongest))
    st.caption(score_in_words(one))
    if one.referral_potential is not None:
        share = fmt.share(one.referral_potential, decimals=0)
        st.caption(translate("{share} likely to act within 90 days", share=share))


def in_short(one: Candidate) -> str:
    """What matters at a glance: customer · never posted."""
    posted = translate("has posted") if one.has_posted else translate("never posted")
    known = translate("ambassador") if one.is_ambassador else translate("customer")
    drawn = [translate("drawn at random")] if one.is_drawn else []
    return " · ".join([known, posted, *drawn])
