"""What is decided about people who may be proposed: a spotlight, an invitation, or a day until which they are left."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial

import streamlit as st

from kpi.access.sessions import Identity
from kpi.decisions import Rules, SetAside, Spotlight, consents_in, record_invited, record_proposed, record_set_aside
from kpi.decisions.set_aside import LONGEST_REASON
from kpi.decisions.spotlight_steps import LONGEST
from kpi.errors import DecisionError
from kpi.language import all_of, mark, translate, translate_plural
from kpi.ui import deciding, dialogs
from kpi.ui import format as fmt
from kpi.ui.page import Page

DAYS_TO_ASK = 7
DAYS_ASIDE = 90

Picked = Sequence[tuple[str, str]]
"""Customers by id with the name that they are called by."""


class Action(StrEnum):
    """What can be decided about one person."""

    PROPOSE = mark("Propose for a spotlight")
    INVITE = mark("Invite as an ambassador")
    SET_ASIDE = mark("Set aside for now")


def menu(page: Page, customer_id: str, name: str, *, is_ambassador: bool) -> None:
    """What can be decided about one person, as a menu."""
    actions = [one for one in Action if not (is_ambassador and one is Action.INVITE)]
    chosen = st.menu_button(
        translate("Decide"), actions, format_func=translate, type="tertiary", key=f"decide {customer_id}"
    )
    if chosen is not None:
        decide(page, chosen, [(customer_id, name)])


def propose_picked(page: Page, picked: Picked) -> None:
    """The way to propose those who are picked together."""
    if not picked:
        st.caption(translate("Tick several people to propose them together."))
        return
    label = translate_plural(
        "Propose {count} person ticked", "Propose {count} people ticked", len(picked), count=fmt.count(len(picked))
    )
    if st.button(label, type="primary", icon=":material/campaign:", key="propose-picked"):
        decide(page, Action.PROPOSE, picked)


def decide(page: Page, action: Action, picked: Picked) -> None:
    """Open the dialog in which this is decided, about one person, or for a spotlight about several."""
    draw = {Action.PROPOSE: _propose, Action.INVITE: _invite, Action.SET_ASIDE: _set_aside}[action]
    dialogs.show(page, translate(action), partial(draw, page, picked), width="small")


def _propose(page: Page, picked: Picked, reader: Identity) -> None:
    author = deciding.author(page, reader)
    st.markdown(f"**{all_of(name for _, name in picked)}**")
    st.caption(translate("They are asked for their consent before anything is published."))
    with st.form("propose", border=False, enter_to_submit=False):
        due = st.date_input(
            translate("To be asked until"), value=_today(page) + timedelta(days=DAYS_TO_ASK), format="DD/MM/YYYY"
        )
        note = st.text_area(translate("Note for colleagues"), max_chars=LONGEST["note"], height=80)
        is_sent = st.form_submit_button(translate("Propose"), type="primary")
    if not is_sent:
        return
    rules = Rules(consents=consents_in(page.warehouse), cool_down_days=page.settings.spotlights.cool_down_days)
    refused = []
    for customer_id, name in picked:
        wanted = Spotlight(key="", customer_id=customer_id, owner="", due=due, note=note.strip())
        try:
            record_proposed(page.store.ledger, author, wanted, at=datetime.now(UTC), rules=rules)
        except DecisionError as error:
            refused.append(translate("**{name}** was not proposed. {told}", name=name, told=fmt.plain(str(error))))
    if not refused:
        st.rerun()
    st.error("  \n".join(refused), icon=":material/error:")
    st.button(translate("Show what stands now"), on_click=st.rerun, key="propose-again")


def _invite(page: Page, picked: Picked, reader: Identity) -> None:
    ((customer_id, name),) = picked
    st.markdown(
        translate("Record that **{name}** is invited as an ambassador today. Writing to them is up to you.", name=name)
    )
    if st.button(translate("Record the invitation"), type="primary", key="invite"):
        author, consents = deciding.author(page, reader), consents_in(page.warehouse)
        record_invited(page.store.ledger, author, customer_id, at=datetime.now(UTC), consents=consents)
        st.rerun()


def _set_aside(page: Page, picked: Picked, reader: Identity) -> None:
    ((customer_id, name),) = picked
    st.markdown(translate("**{name}** is not proposed until that day.", name=name))
    with st.form("set-aside", border=False, enter_to_submit=False):
        until = st.date_input(translate("Until"), value=_today(page) + timedelta(days=DAYS_ASIDE), format="DD/MM/YYYY")
        reason = st.text_input(translate("Why"), max_chars=LONGEST_REASON)
        is_sent = st.form_submit_button(translate("Set aside"), type="primary")
    if is_sent:
        author = deciding.author(page, reader)
        wanted = SetAside(customer_id=customer_id, until=until, reason=reason.strip())
        record_set_aside(page.store.ledger, author, wanted, at=datetime.now(UTC))
        st.rerun()


def _today(page: Page) -> date:
    return datetime.now(UTC).astimezone(page.settings.zone).date()
