"""What can be done for people who may be proposed: for one of them, and for several at once."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import streamlit as st

from kpi.access.sessions import Identity
from kpi.advocates import Candidate, Question
from kpi.decisions import Spotlight, record_proposed
from kpi.decisions.spotlight_steps import LONGEST
from kpi.language import all_of, translate, translate_plural
from kpi.ui import candidate_evidence, deciding, dialogs, spotlight_picking
from kpi.ui import format as fmt
from kpi.ui.page import Page
from kpi.ui.spotlight_dialogs import USUAL_DAYS, ask_day, now, rules

Picked = Sequence[tuple[str, str]]
"""Customers by id with the name that they are called by."""


def offer_for(page: Page, one: Candidate, name: str, asked: Question, *, may_decide: bool) -> None:
    """The ways to what is known of one person, and to deciding on them."""
    candidate_evidence.button(page, one, name, asked)
    label = translate("Decide")
    if may_decide and st.button(label, icon=":material/campaign:", type="tertiary", key=f"decide {one.customer_id}"):
        spotlight_picking.pick(page, one.customer_id, name)


def offer(page: Page, picked: Picked) -> None:
    """The way to propose those who are ticked together."""
    if not picked:
        st.caption(translate("Tick several people to propose them together."))
        return
    label = translate_plural(
        "Propose {count} person ticked", "Propose {count} people ticked", len(picked), count=fmt.count(len(picked))
    )
    if st.button(label, icon=":material/campaign:", key="propose-picked"):
        propose(page, picked)


def propose(page: Page, picked: Picked) -> None:
    """Open the dialog in which they are proposed."""
    dialogs.show(page, translate("Propose for a spotlight"), partial(_draw, page, picked), width="small")


def _draw(page: Page, picked: Picked, reader: Identity) -> None:
    author = deciding.author(page, reader)
    st.markdown(f"**{all_of(name for _, name in picked)}**")
    st.caption(translate("They are asked for their consent before anything is published."))
    with st.form("propose", border=False, enter_to_submit=False):
        due = ask_day(translate("Ask them until"), now(page).date() + timedelta(days=USUAL_DAYS), "propose")
        note = st.text_area(translate("Note for colleagues"), max_chars=LONGEST["note"], height=80)
        is_sent = st.form_submit_button(translate("Propose"), type="primary")
    if not is_sent:
        return
    proposed, refused = [], []
    for customer_id, name in picked:
        wanted = Spotlight(key="", customer_id=customer_id, owner=author.name, due=due, note=note.strip())
        try:
            record_proposed(page.store.ledger, author, wanted, at=now(page), rules=rules(page))
            proposed.append(name)
        except dialogs.TOLD_OF_DECISIONS as error:
            refused.append(translate("**{name}** was not proposed. {told}", name=name, told=dialogs.told(page, error)))
    if not refused:
        st.rerun()
    if proposed:
        st.success(translate("Proposed: {names}.", names=all_of(proposed)), icon=":material/check:")
    st.error("  \n".join(refused), icon=":material/error:")
    st.button(translate("Show what stands now"), on_click=st.rerun, key="propose-again")
