"""Picking somebody: propose them for a spotlight, set them aside, or invite them as an ambassador."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import streamlit as st

from kpi.access.sessions import Identity
from kpi.advocates import LeftOut, why_not
from kpi.decisions import (
    Author,
    Change,
    Invitation,
    SetAside,
    Spotlight,
    enrolments_in,
    record_brought_back,
    record_invitation_undone,
    record_invited,
    record_proposed,
    record_set_aside,
)
from kpi.decisions.first import already_decided
from kpi.decisions.outcomes import ACTS_MART
from kpi.decisions.set_aside import LONGEST_REASON
from kpi.decisions.spotlight_steps import LONGEST
from kpi.language import mark, translate, translate_plural
from kpi.metrics import find_people
from kpi.store import Listing
from kpi.ui import deciding, dialogs
from kpi.ui import format as fmt
from kpi.ui.asked import question_of_one
from kpi.ui.kinds import label_of
from kpi.ui.newsletter import read_names
from kpi.ui.page import Page
from kpi.ui.spotlight_dialogs import USUAL_DAYS, ask_day, now, rules

FEWEST_LETTERS: Final = 2
MOST_ACTS: Final = 20
USUAL_PAUSE: Final = 90  # days


class Picking(StrEnum):
    """What is done with somebody who was picked."""

    SPOTLIGHT = "spotlight"
    ASIDE = "aside"
    INVITE = "invite"


WORDS: Final = {
    Picking.SPOTLIGHT: mark("Propose for a spotlight"),
    Picking.ASIDE: mark("Set them aside"),
    Picking.INVITE: mark("Invite as an ambassador"),
}


def offer(page: Page) -> None:
    """The way to the dialog, for who decides on spotlights."""
    if deciding.may_decide(page, deciding.RIGHT_TO_SPOTLIGHTS) and st.button(
        translate("Pick somebody"), icon=":material/person_add:", key="pick"
    ):
        pick(page)


def offer_set_aside(page: Page) -> None:
    """The way to those who are set aside, for who decides on spotlights; absent when nobody is."""
    aside = _set_aside_now(page)
    if (
        aside
        and deciding.may_decide(page, deciding.RIGHT_TO_SPOTLIGHTS)
        and st.button(
            translate_plural("{count} set aside", "{count} set aside", len(aside), count=fmt.count(len(aside))),
            icon=":material/bedtime:",
            type="tertiary",
            key="aside",
        )
    ):
        open_set_aside(page)


def _set_aside_now(page: Page) -> dict[str, SetAside]:
    """Those set aside on this day by id, whom the data knows and who may be contacted."""
    today = now(page).date()
    found = {name: one for name, one in deciding.decisions(page).set_aside.items() if one.until > today}
    consents = rules(page).consents(found)
    return {name: one for name, one in found.items() if consents.get(name)}


def open_set_aside(page: Page) -> None:
    """Open the list of those who are set aside."""

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        aside = _set_aside_now(page)
        names = read_names(page.warehouse, list(aside)) if reader.rights.sees_people else {}
        for customer_id, name in names.items():
            one = aside[customer_id]
            told, button = st.columns([3, 1], vertical_alignment="center")
            told.markdown(
                translate(
                    "**{name}** until {day}: {reason}",
                    name=fmt.plain(name or customer_id),
                    day=fmt.day(one.until),
                    reason=fmt.plain(one.reason),
                )
            )
            if button.button(translate("Bring back"), key=f"aside-back {customer_id}"):
                record_brought_back(page.store.ledger, author, customer_id, at=now(page))
                st.rerun()

    dialogs.show(page, translate("Set aside for now"), draw)


def pick(page: Page, customer_id: str | None = None, name: str = "") -> None:
    """Open the dialog for a customer of this name, else for one who is looked for by name, e-mail address or id."""

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        picked = customer_id or _find(page)
        if picked is None:
            return
        choice = st.segmented_control(
            translate("What to do"),
            list(Picking),
            default=Picking.SPOTLIGHT,
            format_func=lambda one: translate(WORDS[one]),
            key="pick-what",
            required=True,
        )
        if choice is Picking.ASIDE:
            _set_aside(page, author, picked)
        elif choice is Picking.INVITE:
            _invite(page, author, picked)
        else:
            _propose(page, author, picked)

    dialogs.show(page, name or translate("Pick somebody"), draw)


def _find(page: Page) -> str | None:
    # Not in the URL: what is typed here is somebody's name, and addresses end up in logs.
    text = st.text_input(
        translate("Who"),
        placeholder=translate("Name, e-mail or id"),
        icon=":material/person_search:",
        key="pick-find",
    ).strip()
    if len(text) < FEWEST_LETTERS:
        return None
    found = [one for one in find_people(page.warehouse, text) if one.customer_id]
    if not found:
        st.caption(translate("Nobody was found. Try a part of the name, of the e-mail address or of the id."))
        return None
    names = {one.customer_id: f"{one.full_name or one.email or one.customer_id} ({one.customer_id})" for one in found}
    return st.selectbox(
        translate("Customer"), list(names), format_func=lambda one: names[one], key=f"pick-customer {text}"
    )


def _propose(page: Page, author: Author, customer_id: str) -> None:
    against = _against(page, customer_id)
    if against:
        lines = "\n".join(f"- {one}" for one in against)
        st.warning(f"{translate('They may not be proposed now:')}\n{lines}", icon=":material/block:")
        return
    with st.form(f"pick-propose {customer_id}", border=False, enter_to_submit=False):
        acts = _acts(page, customer_id)
        act = st.selectbox(
            translate("For which act"),
            ["", *acts],
            format_func=lambda one: acts.get(one, translate("None in particular")),
            key=f"pick-act {customer_id}",
        )
        due = ask_day(translate("Ask them until"), now(page).date() + timedelta(days=USUAL_DAYS), f"pick {customer_id}")
        note = st.text_area(
            translate("Note for colleagues"), max_chars=LONGEST["note"], height=80, key=f"pick-note {customer_id}"
        )
        is_sent = st.form_submit_button(translate("Propose"), type="primary")
    if is_sent:
        wanted = Spotlight(
            key="", customer_id=customer_id, owner=author.name, due=due, earned_by=act or "", note=note.strip()
        )
        record_proposed(page.store.ledger, author, wanted, at=now(page), rules=rules(page))
        st.rerun()


def _against(page: Page, customer_id: str) -> list[str]:
    """Everything that stands against proposing them; of what is planned, who planned it and when. Markdown."""
    found = why_not(page.warehouse, customer_id, question_of_one(page))
    told = zip(found.reasons, found.sentences, strict=True)
    lines = [fmt.plain(sentence) for reason, sentence in told if reason is not LeftOut.PLANNED]
    spotlights = deciding.decisions(page).spotlights
    live = spotlights.live(customer_id)
    return [*lines, *([dialogs.told(page, already_decided(spotlights.proposal(live.key)))] if live else [])]


def _acts(page: Page, customer_id: str) -> dict[str, str]:
    """The customer's latest acts by id, each with its day and kind."""
    rows = page.warehouse.rows(
        Listing(
            mart=ACTS_MART,
            columns=("act_id", "act_date", "kind"),
            order=("act_date desc", "act_id"),
            filters={"customer_id": [customer_id]},
            limit=MOST_ACTS,
        )
    )
    return {
        row["act_id"]: translate("{day}: {text}", day=fmt.day(row["act_date"]), text=label_of(row["kind"]))
        for row in rows
    }


def _set_aside(page: Page, author: Author, customer_id: str) -> None:
    with st.form(f"pick-aside {customer_id}", border=False, enter_to_submit=False):
        usual = now(page).date() + timedelta(days=USUAL_PAUSE)
        until = ask_day(translate("May be proposed again from"), usual, f"aside {customer_id}")
        reason = st.text_input(translate("Why"), max_chars=LONGEST_REASON, key=f"pick-reason {customer_id}")
        is_sent = st.form_submit_button(translate("Set them aside"), type="primary")
    if is_sent:
        wanted = SetAside(customer_id=customer_id, until=until or date.min, reason=reason.strip())
        record_set_aside(page.store.ledger, author, wanted, at=now(page), consents=rules(page).consents)
        st.rerun()


def _invite(page: Page, author: Author, customer_id: str) -> None:
    invitations = deciding.decisions(page).invitations
    if customer_id in invitations:
        _uninvite(page, author, invitations.standing(customer_id)[-1])
        return
    st.caption(translate("This records that they are invited today; it sends nothing."))
    if st.button(translate("Record the invitation"), type="primary", key=f"pick-invite {customer_id}"):
        record_invited(
            page.store.ledger,
            author,
            customer_id,
            at=now(page),
            consents=rules(page).consents,
            is_enrolled=enrolments_in(page.warehouse),
        )
        st.rerun()


def _uninvite(page: Page, author: Author, last: Change[Invitation]) -> None:
    """Who invited them and when, and the way to take a mistaken invitation back."""
    if last.after:
        st.caption(translate("{who} invited them on {day}.", who=fmt.plain(last.who), day=fmt.day(last.after.day)))
    if st.button(translate("Take the invitation back"), icon=":material/undo:", key=f"pick-uninvite {last.key}"):
        record_invitation_undone(page.store.ledger, author, last.entry_id, at=now(page))
        st.rerun()
