"""The dialogs of a spotlight: what happened, details, undo, history; one for each opened card."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import streamlit as st

from kpi.access.sessions import Identity
from kpi.decisions import (
    Author,
    Channel,
    Decisions,
    Rules,
    Spotlight,
    Stage,
    Step,
    record_details,
    record_step,
    record_step_undone,
    rules_in,
)
from kpi.decisions.spotlight_steps import LONGEST
from kpi.decisions.spotlights import NEXT
from kpi.language import mark, translate
from kpi.ui import decided, deciding, dialogs
from kpi.ui import format as fmt
from kpi.ui.addresses import OPENED
from kpi.ui.page import Page
from kpi.ui.spotlight_board import Board, person
from kpi.ui.spotlight_words import channel_name, stage_name

HAPPENED: Final = {
    Stage.ASKED: mark("They were asked"),
    Stage.ACCEPTED: mark("They agreed"),
    Stage.DECLINED: mark("They declined"),
    Stage.SCHEDULED: mark("It has a day"),
    Stage.PUBLISHED: mark("It is published"),
    Stage.ANSWERED: mark("They answered"),
    Stage.WITHDRAWN: mark("It is withdrawn"),
}
USUAL_DAYS: Final = 7  # until the next step


def rules(page: Page) -> Rules:
    """What holds for the data that the page shows."""
    return rules_in(page.warehouse, page.settings.advocates)


def now(page: Page) -> datetime:
    """Now, in the business time zone, whose day is today."""
    return datetime.now(page.settings.zone)


def open_spotlight(page: Page, key: str, name: str) -> None:
    """Open the spotlight of this key; `name` is whose it is. What it shows is what stands when it opens."""
    known = deciding.decisions(page)
    one = known.spotlights[key]

    def draw(reader: Identity) -> None:
        if not reader.rights.sees_people:
            return
        author = deciding.author(page, reader)
        st.markdown(_described(page, known, one))
        if deciding.RIGHT_TO_SPOTLIGHTS not in reader.rights.decides:
            return
        if NEXT[one.stage]:
            _step(page, known, author, one)
        with st.expander(translate("Details"), icon=":material/edit:"):
            _details(page, known, author, one)
        _undo(page, known, author, one)
        with st.expander(translate("History"), icon=":material/history:"):
            st.caption(decided.history(page, known.spotlights.history(key)))

    dialogs.show(page, fmt.plain(name), draw)


def open_from_board(page: Page, board: Board, key: str) -> None:
    """Open the spotlight of this key, under the name that the board gives it."""
    open_spotlight(page, key, person(board, board.decisions.spotlights[key]))


def open_linked(page: Page, board: Board) -> None:
    """Open the spotlight that the URL names, once: what is opened later stands in no URL."""
    key = st.query_params.pop(OPENED, None)
    if board.names and key in {one.key for one in board.shown}:
        open_from_board(page, board, str(key))


def _described(page: Page, known: Decisions, one: Spotlight) -> str:
    """Where it stands, since when and by whom, and what was said. Markdown."""
    step = known.spotlights.last_step(one.key)
    moment = fmt.moment(step.recorded_at.astimezone(page.settings.zone))
    lines = [
        translate(
            "**{stage}** since {moment}, recorded by {who}.",
            stage=stage_name(one.stage),
            moment=moment,
            who=fmt.plain(step.who),
        )
    ]
    if one.stage is Stage.SCHEDULED and one.channel and one.day:
        lines.append(translate("{channel}, for {day}.", channel=channel_name(one.channel), day=fmt.day(one.day)))
    lines += [f"> {fmt.plain(one.quote)}"] if one.quote else []
    lines += [fmt.plain(text) for text in (one.note, one.reason, one.link) if text]
    return "\n\n".join(lines)


def _step(page: Page, known: Decisions, author: Author, one: Spotlight) -> None:
    options = NEXT[one.stage]
    to = st.segmented_control(
        translate("What happened"),
        options,
        default=options[0],
        format_func=lambda stage: translate(HAPPENED[stage]),
        key=f"spotlight-step {one.key} {known.entry_id}",
        required=True,
    )
    to = to or options[0]
    with st.form(f"spotlight-form {one.key} {to}", border=False, enter_to_submit=False):
        step = _asked(page, one, to)
        is_sent = st.form_submit_button(translate("Save"), type="primary")
    if is_sent:
        record_step(page.store.ledger, author, one.key, step, at=now(page), rules=rules(page), seen=known.entry_id)
        st.rerun()


def _asked(page: Page, one: Spotlight, to: Stage) -> Step:
    """The fields of a step, and what is typed in them."""
    today = now(page).date()
    if to is Stage.SCHEDULED:
        return _asked_schedule(one, today)
    if to in (Stage.ASKED, Stage.ACCEPTED):
        due = ask_day(translate("Next step until"), today + timedelta(days=USUAL_DAYS), f"due {one.key} {to}")
        quote = (
            _ask_text(translate("What they say, to be published"), one.quote, "quote", one)
            if to is Stage.ACCEPTED
            else ""
        )
        return Step(to=to, due=due, quote=quote)
    if to is Stage.PUBLISHED:
        day = ask_day(translate("Published on"), today, f"published {one.key}")
        return Step(to=to, day=day, link=_ask_text(translate("Link"), one.link, "link", one))
    if to is Stage.ANSWERED:
        return Step(to=to, note=_ask_text(translate("Note for colleagues"), one.note, "note", one))
    return Step(to=to, reason=_ask_text(translate("Why"), "", "reason", one))


def _asked_schedule(one: Spotlight, today: date) -> Step:
    channels = list(Channel)
    channel = st.selectbox(
        translate("Channel"),
        channels,
        index=channels.index(one.channel) if one.channel else 0,
        format_func=channel_name,
        key=f"spotlight-channel {one.key}",
    )
    day = ask_day(translate("Day"), one.day or today + timedelta(days=USUAL_DAYS), f"day {one.key}")
    return Step(to=Stage.SCHEDULED, channel=channel, day=day)


def ask_day(label: str, usual: date | None, key: str) -> date | None:
    """A field for a day."""
    day: date | None = st.date_input(label, value=usual, format="DD/MM/YYYY", key=f"spotlight-{key}")
    return day


def _ask_text(label: str, value: str, field: str, one: Spotlight) -> str:
    text = st.text_area(
        label, value=value, max_chars=LONGEST[field], height=80, key=f"spotlight-{field} {one.key} {one.stage}"
    )
    return text.strip()


def _details(page: Page, known: Decisions, author: Author, one: Spotlight) -> None:
    with st.form(f"spotlight-details {one.key}", border=False, enter_to_submit=False):
        owner = st.text_input(
            translate("Looked after by"), value=one.owner, max_chars=LONGEST["owner"], key=f"spotlight-owner {one.key}"
        )
        due = ask_day(translate("Next step until"), one.due, f"details due {one.key}")
        quote = st.text_area(
            translate("What they say, to be published"),
            value=one.quote,
            max_chars=LONGEST["quote"],
            height=80,
            key=f"spotlight-details quote {one.key}",
        )
        note = st.text_area(
            translate("Note for colleagues"),
            value=one.note,
            max_chars=LONGEST["note"],
            height=80,
            key=f"spotlight-details note {one.key}",
        )
        link = st.text_input(
            translate("Link"), value=one.link, max_chars=LONGEST["link"], key=f"spotlight-details link {one.key}"
        )
        is_sent = st.form_submit_button(translate("Save the details"))
    if is_sent:
        wanted = replace(one, owner=owner.strip(), due=due, quote=quote.strip(), note=note.strip(), link=link.strip())
        record_details(page.store.ledger, author, wanted, at=now(page), seen=known.entry_id)
        st.rerun()


def _undo(page: Page, known: Decisions, author: Author, one: Spotlight) -> None:
    last = known.spotlights.standing(one.key)[-1]
    if st.button(
        translate("Undo the last change"),
        icon=":material/undo:",
        type="tertiary",
        help=fmt.plain(decided.change_in_words(last, page.settings.currency)),
        key=f"spotlight-undo {one.key}",
    ):
        record_step_undone(page.store.ledger, author, last.entry_id, at=now(page), rules=rules(page))
        st.rerun()
