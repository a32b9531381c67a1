"""Mails that did not arrive for certain: which, why, and what a person says of them."""

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from kpi.access.credentials import Account
from kpi.access.sessions import Identity
from kpi.alerts import all_mails, explain_waiting, people
from kpi.decisions import Decisions
from kpi.decisions.alert_mails import Mail, Stage, record_mail_settled
from kpi.decisions.alert_rules import RIGHT
from kpi.language import translate, translate_plural
from kpi.ui import deciding, dialogs
from kpi.ui import format as fmt
from kpi.ui.page import Page

MOST = 10


def show(page: Page) -> None:
    """Say how mail stands, for who makes rules, and list the mails that are not sent, newest first."""
    if not deciding.may_decide(page, RIGHT):
        return
    known, accounts = deciding.decisions(page), people(page.store)
    every = all_mails(known, page.manifest)
    left = [mail for mail in reversed(every) if mail.stage is not Stage.SENT]
    st.subheader(translate("Mail"), anchor=False)
    st.markdown(in_words(page, len(every), len(left)))
    for mail in left[:MOST]:
        with st.container(border=True):
            st.markdown(_told(page, known, mail, accounts))
            if _needs_somebody(mail) and st.button(
                translate("Look at {mail}", mail=_name(mail, accounts)), key=f"mail {mail.key}"
            ):
                settle(page, mail.key)


def in_words(page: Page, every: int, left: int) -> str:
    """How many mails there are and whether any is sent at all. Markdown."""
    if not page.settings.mail.host:
        return translate(
            "No mail is sent: name a server under `[mail]` in `data/settings.toml`. Alerts are listed here only."
        )
    if not left:
        return translate("Every mail was sent.") if every else translate("No mail had to be sent yet.")
    return translate_plural(
        "**{count} mail** is not sent.", "**{count} mails** are not sent.", left, count=fmt.count(left)
    )


def settle(page: Page, key: str) -> None:
    """Open a mail that waits for somebody who says whether it arrived."""
    known, accounts = deciding.decisions(page), people(page.store)
    mail = known.alert_mails[key]

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        st.markdown(_told(page, known, mail, accounts))
        st.markdown(translate("Ask the person, or the server’s log, for the Message-ID:"))
        st.code(mail.message_id, language=None)
        left, right = st.columns(2)
        has_arrived = left.button(translate("It arrived"), width="stretch", key="mail-arrived")
        is_sent_again = right.button(translate("Send it again"), width="stretch", key="mail-again")
        if has_arrived or is_sent_again:
            at, ledger = datetime.now(UTC), page.store.ledger
            record_mail_settled(ledger, author, key, arrived=has_arrived, at=at, seen=known.entry_id)
            st.rerun()

    dialogs.show(page, _name(mail, accounts), draw, width="small")


def _needs_somebody(mail: Mail) -> bool:
    return mail.stage is Stage.UNKNOWN or mail.is_given_up


def _name(mail: Mail, accounts: Mapping[str, Account]) -> str:
    person = accounts[mail.person].name if mail.person in accounts else mail.person
    if mail.month is not None:
        return translate("the report of {month} to {person}", person=fmt.plain(person), month=fmt.month(mail.month))
    return translate("the mail to {person} about version {version}", person=fmt.plain(person), version=mail.version)


def _told(page: Page, known: Decisions, mail: Mail, accounts: Mapping[str, Account]) -> str:
    stage = translate("Given up after {count} attempts", count=mail.attempts) if mail.is_given_up else mail.stage.value
    lines = [f"**{fmt.begin(_name(mail, accounts))}**", translate(stage)]
    reason = explain_waiting(mail, known, accounts, datetime.now(UTC)) or mail.reason
    if reason:
        lines.append(translate("Why: {text}", text=fmt.plain(reason)))
    if mail.not_before is not None and not mail.is_given_up:
        moment = fmt.moment(mail.not_before.astimezone(page.settings.zone))
        lines.append(translate("Tried again from {moment} on, with the next import or `alerts send`.", moment=moment))
    return "  \n".join(lines)
