"""Proposals of budgets: the list, and the dialogs in which they are answered, revised and talked about."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from kpi.access.sessions import Identity
from kpi.decisions import (
    Author,
    Budget,
    Decisions,
    Line,
    record_budget_approved,
    record_budget_comment,
    record_budget_returned,
    record_budget_revised,
    record_budget_undone,
    record_budget_withdrawn,
)
from kpi.decisions.budget_steps import APPROVES, LONGEST, LONGEST_COMMENT, PROPOSES, right_to
from kpi.decisions.budgets import Stage
from kpi.language import translate
from kpi.ui import budget_fields, budget_proposing, budget_words, decided, deciding, dialogs
from kpi.ui import format as fmt
from kpi.ui.page import Page

OPEN: Final = (Stage.PROPOSED, Stage.RETURNED)


def show(page: Page) -> None:
    """List the proposals, those that wait first; each opens its dialog."""
    known = deciding.decisions(page)
    st.subheader(translate("Proposals"), anchor=False)
    monthly = budget_proposing.suggested()
    if monthly is not None:
        amount = fmt.money(monthly, page.settings.currency, full=True)
        st.info(translate("Suggested by what winning a customer may cost: {amount} a month.", amount=amount))
    if deciding.may_decide(page, PROPOSES) and st.button(
        translate("Propose a budget"), icon=":material/add:", key="budget-propose"
    ):
        budget_proposing.propose(page, monthly)
    listed = known.budgets.listed()
    if not listed:
        st.caption(translate("Nothing was proposed yet. The programme owner proposes, the budget sponsor answers."))
        return
    for budget in sorted(listed, key=lambda one: one.stage not in OPEN):
        _card(page, known, budget)


def _card(page: Page, known: Decisions, budget: Budget) -> None:
    with st.container(border=True):
        st.markdown(f"**{fmt.plain(budget.title)}**  \n{described(page, known, budget)}")
        is_asked = st.button(
            translate("Open “{title}”", title=fmt.plain(budget.title)), key=f"budget-open {budget.key}"
        )
    if is_asked:
        open_budget(page, budget.key)


def described(page: Page, known: Decisions, budget: Budget) -> str:
    """What a budget asks for, where it stands and why. Markdown."""
    last = known.budgets.last_step(budget.key)
    moment = fmt.moment(last.recorded_at.astimezone(page.settings.zone))
    amount = budget_words.amount_in_words(budget, page.settings.currency)
    lines = [f"{amount} · {budget_words.months_of(budget)}", budget_words.stands(budget, last, moment)]
    if budget.note:
        lines.append(translate("What for: {text}", text=fmt.plain(budget.note)))
    if budget.reason:
        lines.append(translate("Why: {text}", text=fmt.plain(budget.reason)))
    return "  \n".join(lines)


def open_budget(page: Page, key: str) -> None:
    """Open a budget. What it shows is what stands when it opens; who changed it since is told on saving."""
    known = deciding.decisions(page)
    budget = known.budgets[key]

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        st.markdown(described(page, known, budget))
        _comments(page, known, budget)
        if APPROVES in author.decides and budget.stage is Stage.PROPOSED:
            _answer(page, known, author, budget)
        elif PROPOSES in author.decides and budget.stage in OPEN:
            _revise(page, known, author, budget)
        else:
            _lines(page, budget)
        if author.decides & {APPROVES, PROPOSES}:
            _say(page, known, author, budget)
            _undo(page, known, author, budget)
        with st.expander(translate("History"), icon=":material/history:"):
            st.caption(decided.history(page, known.budgets.history(key)))

    dialogs.show(page, fmt.plain(budget.title), draw, width="large")


def _named(lines: Sequence[Line]) -> dict[Line, str]:
    return {line: budget_words.line_name(line) for line in lines}


def _answer(page: Page, known: Decisions, author: Author, budget: Budget) -> None:
    """The sponsor's form: the amounts, to be lowered, and a reason; approve or return."""
    with st.form(f"budget-answer {budget.key}", border=False, enter_to_submit=False):
        currency = page.settings.currency
        st.caption(
            translate(
                "In {currency}: lower an amount if need be; 0 strikes it, and what was planned stays.",
                currency=currency,
            )
        )
        values = {line: line.amount for line in budget.lines}
        typed = budget_fields.ask_amounts(_named(budget.lines), values, f"{budget.key} {known.entry_id}")
        reason = st.text_input(translate("Why"), max_chars=LONGEST["reason"], key=f"budget-reason {budget.key}")
        with st.container(horizontal=True):
            is_approved = st.form_submit_button(translate("Approve"), type="primary")
            is_returned = st.form_submit_button(translate("Return"))
    ledger, now, seen = page.store.ledger, datetime.now(UTC), known.entry_id
    if is_approved:
        lines = budget_fields.read_lines(typed)
        record_budget_approved(ledger, author, budget.key, lines=lines, reason=reason, at=now, seen=seen)
        st.rerun()
    if is_returned:
        record_budget_returned(ledger, author, budget.key, reason=reason, at=now, seen=seen)
        st.rerun()


def _revise(page: Page, known: Decisions, author: Author, budget: Budget) -> None:
    """The owner's form: other amounts for the same lines, or the budget taken back."""
    with st.form(f"budget-revise {budget.key}", border=False, enter_to_submit=False):
        title = st.text_input(
            translate("Title"), value=budget.title, max_chars=LONGEST["title"], key=f"budget-title {budget.key}"
        )
        st.caption(translate("In {currency}; an empty field is no line.", currency=page.settings.currency))
        values = {line: line.amount for line in budget.lines}
        typed = budget_fields.ask_amounts(_named(budget.lines), values, f"{budget.key} {known.entry_id}")
        note = st.text_input(
            translate("What for"), value=budget.note, max_chars=LONGEST["note"], key=f"budget-note {budget.key}"
        )
        with st.container(horizontal=True):
            is_sent = st.form_submit_button(translate("Propose anew"), type="primary")
            is_withdrawn = st.form_submit_button(translate("Withdraw"))
    ledger, now, seen = page.store.ledger, datetime.now(UTC), known.entry_id
    if is_sent:
        lines = budget_fields.read_lines(typed)
        record_budget_revised(
            ledger, author, budget.key, title=title.strip(), lines=lines, note=note.strip(), at=now, seen=seen
        )
        st.rerun()
    if is_withdrawn:
        record_budget_withdrawn(ledger, author, budget.key, at=now, seen=seen)
        st.rerun()


def _lines(page: Page, budget: Budget) -> None:
    """What was proposed and what was approved, line by line."""
    approved = {line.cell: line.amount for line in budget.approved}
    currency = page.settings.currency
    told = []
    for line in budget.lines:
        amount = fmt.money(line.amount, currency, full=True)
        if budget.stage is Stage.APPROVED and approved[line.cell] != line.amount:
            known = {"approved": fmt.money(approved[line.cell], currency, full=True), "total": amount}
            amount = translate("{approved} of {total}", **known)
        told.append(f"- {fmt.plain(budget_words.line_name(line))}: {amount}")
    st.markdown("\n".join(told))


def _comments(page: Page, known: Decisions, budget: Budget) -> None:
    """What was said, oldest first."""
    said = [one for one in known.budget_comments.changes if one.after and one.after.budget == budget.key]
    for one in said:
        moment = fmt.moment(one.recorded_at.astimezone(page.settings.zone))
        st.markdown(f"> {fmt.plain(str(one.after))}  \n> {fmt.plain(one.who)}, {moment}")


def _say(page: Page, known: Decisions, author: Author, budget: Budget) -> None:
    with st.form(f"budget-say {budget.key} {known.entry_id}", border=False, enter_to_submit=False):
        text = st.text_input(translate("Comment"), max_chars=LONGEST_COMMENT, key=f"budget-comment {known.entry_id}")
        is_sent = st.form_submit_button(translate("Add the comment"))
    if is_sent:
        record_budget_comment(page.store.ledger, author, budget.key, text, at=datetime.now(UTC))
        st.rerun()


def _undo(page: Page, known: Decisions, author: Author, budget: Budget) -> None:
    """The way back from the last step, for who took it."""
    last = known.budgets.last_step(budget.key)
    if (
        last.who == author.signature
        and right_to(last) in author.decides
        and st.button(
            translate("Undo the last change"), icon=":material/undo:", type="tertiary", key=f"budget-undo {budget.key}"
        )
    ):
        record_budget_undone(page.store.ledger, author, last.entry_id, at=datetime.now(UTC))
        st.rerun()
