"""Alerts on their page: those that wait, the log of all, and the dialog in which one is answered."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl
import streamlit as st

from kpi.access.sessions import Identity
from kpi.alerts import people
from kpi.decisions import Author, Decisions
from kpi.decisions.alert_rules import RIGHT
from kpi.decisions.alerts import LONGEST_NOTE, Alert, Answer, record_answer, record_answer_undone, waiting
from kpi.errors import DecisionError
from kpi.language import translate, translate_plural
from kpi.ui import alert_words, decided, deciding, dialogs, tables
from kpi.ui import format as fmt
from kpi.ui.alert_mail import link
from kpi.ui.page import Page


def answer_in_words(page: Page) -> str:
    """The answer to the page's question. Markdown."""
    number = len(waiting_for(page))
    if number:
        return translate_plural(
            "**{count} alert** waits for somebody to take note of it.",
            "**{count} alerts** wait for somebody to take note of them.",
            number,
            count=fmt.count(number),
        )
    if deciding.may_decide(page, RIGHT) and not deciding.decisions(page).alert_rules:
        return translate("No rule watches anything yet. Make one, and every new publish is held against it.")
    return translate("Nothing waits.")


def waiting_for(page: Page) -> list[Alert]:
    """The alerts that wait and that the page's reader sees: all for the owner of rules, else what they were told."""
    known = deciding.decisions(page)
    return [one for one in waiting(known.alerts, known.alert_answers, today(page)) if _is_seen(page, one)]


def show(page: Page) -> None:
    """Draw what waits, each with what it found and the way to answer it."""
    for alert in waiting_for(page):
        with st.container(border=True):
            st.markdown(f"**{fmt.plain(alert.rule.name)}**  \n{told(page, alert)}")
            if st.button(
                translate("Answer “{name}”", name=fmt.plain(alert.rule.name)), key=f"alert-answer {alert.key}"
            ):
                open_alert(page, alert.key)


def told(page: Page, alert: Alert) -> str:
    """What an alert found, where, when and in which version. Markdown."""
    known = deciding.decisions(page)
    where = alert_words.where(alert.rule)
    raised = known.alerts.raised_at(alert.key).astimezone(page.settings.zone)
    facts = translate(
        "Raised {moment} · version {version} · data until {day}",
        moment=fmt.moment(raised),
        version=alert.version,
        day=fmt.day(alert.data_end - timedelta(days=1)),
    )
    lines = [fmt.plain(alert_words.sentence(alert, page.settings.currency))]
    lines += [fmt.plain(translate("Only {segments}", segments=where))] if where else []
    account = people(page.store).get(page.reader.username)
    lines += [f"[{translate('See it on the dashboard')}]({link(alert, account)})"] if account else []
    lines.append(f":small[{fmt.plain(facts)}]")
    answer = known.alert_answers.get(alert.key)
    if answer:
        lines.append(_answered(page, known, answer))
    return "  \n".join(lines)


def open_alert(page: Page, key: str) -> None:
    """Open an alert. What it shows is what stands when it opens; who answered since is told on saving."""
    known = deciding.decisions(page)
    alert = known.alerts[key]

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        st.markdown(told(page, alert))
        _ask(page, known, author, alert)
        _undo(page, known, author, alert)
        if known.alert_answers.history(key):
            with st.expander(translate("History"), icon=":material/history:"):
                st.caption(decided.history(page, known.alert_answers.history(key)))

    dialogs.show(page, fmt.plain(alert.rule.name), draw)


def log(page: Page) -> None:
    """Draw every alert that the reader sees, newest first; a ticked one opens."""
    known = deciding.decisions(page)
    alerts = [one for one in known.alerts.listed() if _is_seen(page, one)]
    st.subheader(translate("Everything that was raised"), anchor=False)
    if not alerts:
        st.caption(translate("Nothing was raised yet."))
        return
    ticked = tables.show(
        page,
        logged(page, alerts),
        {
            "raised_at": translate("Raised"),
            "rule": translate("Rule"),
            "found": translate("Found"),
            "version": translate("Version"),
            "answer": translate("Answer"),
        },
        name="alerts",
        words=translate("Every alert, newest first: when it was raised, what it found and how it was answered."),
        columns=tables.Columns(widths={"raised_at": 135, "rule": 170, "found": 440, "version": 65, "answer": 200}),
        tick=tables.Tick(key=f"alert-log {known.entry_id}"),
        in_sight=10,
    )
    if ticked:
        open_alert(page, alerts[ticked[0]].key)


def logged(page: Page, alerts: Sequence[Alert]) -> pl.DataFrame:
    """The log as a table: raised_at (the company's time), rule, found, version, answer."""
    known = deciding.decisions(page)
    newest = {alert.key for alert in known.alerts.newest().values()}
    rows = [
        {
            "raised_at": known.alerts.raised_at(one.key).astimezone(page.settings.zone).replace(tzinfo=None),
            "rule": one.rule.name,
            "found": alert_words.sentence(one, page.settings.currency),
            "version": one.version,
            "answer": _stands(known, one, is_newest=one.key in newest),
        }
        for one in alerts
    ]
    return pl.DataFrame(rows)


def today(page: Page) -> date:
    """The day in the business time zone."""
    return datetime.now(page.settings.zone).date()


def _stands(known: Decisions, alert: Alert, *, is_newest: bool) -> str:
    answer = known.alert_answers.get(alert.key)
    if answer is not None:
        return fmt.begin(alert_words.answer(answer))
    return translate("Waits") if is_newest else translate("Overtaken by a newer one")


def _is_seen(page: Page, alert: Alert) -> bool:
    return deciding.may_decide(page, RIGHT) or page.reader.username in alert.rule.told


def _answered(page: Page, known: Decisions, answer: Answer) -> str:
    last = known.alert_answers.history(answer.alert)[-1]
    return fmt.plain(
        translate(
            "{answer}, {who}, {moment}",
            answer=fmt.begin(alert_words.answer(answer)),
            who=last.who,
            moment=fmt.moment(last.recorded_at.astimezone(page.settings.zone)),
        )
    )


def _ask(page: Page, known: Decisions, author: Author, alert: Alert) -> None:
    key = f"{alert.key} {known.entry_id}"
    note = st.text_area(translate("Note"), max_chars=LONGEST_NOTE, height=80, key=f"alert-note {key}")
    until = st.date_input(
        translate("Snooze until"),
        value=None,
        min_value=today(page) + timedelta(days=1),
        format="DD/MM/YYYY",
        help=translate("Until that day its rule raises nothing; then the alert waits again."),
        key=f"alert-until {key}",
    )
    left, right = st.columns(2)
    is_noted = left.button(translate("Take note"), type="primary", width="stretch", key="alert-note-taken")
    is_snoozed = right.button(translate("Snooze"), width="stretch", key="alert-snooze")
    if is_snoozed and until is None:
        raise DecisionError(translate("Choose the day until which to snooze it."))
    if is_noted or is_snoozed:
        answer = Answer(until=until if is_snoozed else None, note=" ".join(note.split()))
        at = datetime.now(UTC)
        record_answer(page.store.ledger, author, alert, answer, at=at, today=today(page), seen=known.entry_id)
        st.rerun()


def _undo(page: Page, known: Decisions, author: Author, alert: Alert) -> None:
    standing = known.alert_answers.standing(alert.key)
    if standing and st.button(
        translate("Undo the last answer"),
        icon=":material/undo:",
        type="tertiary",
        help=fmt.plain(decided.change_in_words(standing[-1], page.settings.currency)),
        key="alert-undo",
    ):
        record_answer_undone(page.store.ledger, author, alert, standing[-1].entry_id, at=datetime.now(UTC))
        st.rerun()
