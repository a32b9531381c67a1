"""The rules of alerts: what they watch and find now, and the dialog in which one is made, changed and deleted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import polars as pl
import streamlit as st

from kpi.access.sessions import Identity
from kpi.alerts import Verdict, judge_rule, may_be_told
from kpi.decisions import Author, Decisions
from kpi.decisions.alert_rules import (
    RIGHT,
    Rule,
    When,
    find_fault,
    record_rule,
    record_rule_deleted,
    record_rule_undone,
)
from kpi.decisions.targets import values_in
from kpi.language import translate
from kpi.ui import alert_words, decided, deciding, dialogs, tables
from kpi.ui import format as fmt
from kpi.ui.alert_list import today
from kpi.ui.alert_rule_form import Form, ask
from kpi.ui.page import Page


def show(page: Page) -> None:
    """List the rules with what each finds now, for who makes them; a ticked one opens."""
    if not deciding.may_decide(page, RIGHT):
        return
    known = deciding.decisions(page)
    rules = known.alert_rules.listed()
    st.subheader(translate("Rules"), anchor=False)
    if rules:
        ticked = tables.show(
            page,
            listed(page, rules),
            {
                "rule": translate("Rule"),
                "condition": translate("Told when"),
                "now": translate("Now"),
                "told": translate("Who"),
            },
            name="alert-rules",
            words=translate("Each rule: when it tells, what it finds now, and whom it tells."),
            columns=tables.Columns(widths={"rule": 180, "condition": 360, "now": 210, "told": 180}),
            tick=tables.Tick(key=f"rule-list {known.entry_id}"),
            in_sight=10,
        )
        if ticked:
            edit(page, rules[ticked[0]].key)
    with st.container(horizontal=True):
        if st.button(translate("New rule"), icon=":material/add:", key="rule-new"):
            edit(page)
        _undo(page, known)


def listed(page: Page, rules: Sequence[Rule]) -> pl.DataFrame:
    """The rules as a table of texts: rule, condition, now, told."""
    rows = [
        {
            "rule": rule.name,
            "condition": _condition(page, rule),
            "now": now_in_words(page, rule),
            "told": ", ".join(rule.told),
        }
        for rule in rules
    ]
    return pl.DataFrame(rows)


def now_in_words(page: Page, rule: Rule) -> str:
    """What a rule finds in the version shown, whether it is quiet or not."""
    if rule.quiet_until is not None and rule.quiet_until > today(page):
        return translate("Quiet until {day}", day=fmt.day(rule.quiet_until))
    return alert_words.verdict(_judge(page, rule), page.settings.currency)


def edit(page: Page, key: str | None = None) -> None:
    """Open a rule, or a new one. What it shows is what stands when it opens; who changed it since is told on saving."""
    known = deciding.decisions(page)
    form = Form(page=page, known=known, before=known.alert_rules.get(key), new_key=uuid4().hex)

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        rule = ask(form)
        fault = find_fault(rule, may_be_told(page.store, rule.metric), values_in(page.warehouse))
        if fault is None:
            st.caption(fmt.plain(now_in_words(page, rule)))
        if st.button(translate("Save"), type="primary", key="rule-save"):
            _save(form, author, rule)
        if form.before is not None:
            _delete(page, known, author, form.before)
            with st.expander(translate("History"), icon=":material/history:"):
                st.caption(decided.history(page, known.alert_rules.history(form.before.key)))

    dialogs.show(page, translate("A rule") if key else translate("New rule"), draw)


def _judge(page: Page, rule: Rule) -> Verdict:
    known = deciding.decisions(page)
    question = f"verdict {rule!r} {today(page)} {known.entry_id}"
    found: Verdict = page.remember(question, lambda: judge_rule(page.warehouse, rule, known.targets, today(page)))
    return found


def _condition(page: Page, rule: Rule) -> str:
    parts = [alert_words.condition(rule, page.settings.currency), alert_words.where(rule)]
    parts += [translate(rule.span.value)] if rule.when is not When.STALE else []
    return " · ".join(part for part in parts if part)


def _save(form: Form, author: Author, rule: Rule) -> None:
    record_rule(
        form.page.store.ledger,
        author,
        rule,
        at=datetime.now(UTC),
        people=may_be_told(form.page.store, rule.metric),
        values=values_in(form.page.warehouse),
        seen=form.known.entry_id,
    )
    st.rerun()


def _delete(page: Page, known: Decisions, author: Author, rule: Rule) -> None:
    if st.button(translate("Delete"), icon=":material/delete:", type="tertiary", key="rule-delete"):
        record_rule_deleted(page.store.ledger, author, rule.key, at=datetime.now(UTC), seen=known.entry_id)
        st.rerun()


def _undo(page: Page, known: Decisions) -> None:
    """The way back of the last change, of a rule that was deleted, too."""
    last = known.alert_rules.last_standing(change.key for change in known.alert_rules.changes)
    if not last or not st.button(
        translate("Undo the last change"),
        icon=":material/undo:",
        type="tertiary",
        help=fmt.plain(decided.change_in_words(last[0], page.settings.currency)),
        key="rule-undo",
    ):
        return
    try:
        author = deciding.author(page, page.reader)
        record_rule_undone(page.store.ledger, author, last[0].entry_id, at=datetime.now(UTC))
    except dialogs.TOLD_OF_DECISIONS as error:
        st.error(dialogs.told(page, error), icon=":material/error:")
    else:
        st.rerun()
