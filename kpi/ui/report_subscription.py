"""The choice to be sent the sponsor's report each month."""

from datetime import UTC, datetime

import streamlit as st

from kpi.alerts import people
from kpi.decisions import record_subscribed, record_unsubscribed
from kpi.language import translate
from kpi.ui import deciding
from kpi.ui.page import Page

KEY = "report-by-mail"


def offer(page: Page) -> None:
    """Draw the choice, and say what stands against it."""
    end = page.manifest.data_end
    if end is None:
        return
    is_subscribed = page.reader.username in deciding.decisions(page).report_subscriptions
    words = (
        translate("Send me no more reports") if is_subscribed else translate("Send me each month’s report by e-mail")
    )
    icon = ":material/unsubscribe:" if is_subscribed else ":material/mail:"
    if st.button(words, icon=icon, type="tertiary", key=KEY):
        author, now = deciding.author(page, page.reader), datetime.now(UTC)
        if is_subscribed:
            record_unsubscribed(page.store.ledger, author, at=now)
        else:
            record_subscribed(page.store.ledger, author, data_end=end, at=now)
        st.rerun()
    if is_subscribed:
        st.caption(_explain(page))


def _explain(page: Page) -> str:
    if page.manifest.is_demo:
        return translate("No mail is sent about the demo company.")
    account = people(page.store).get(page.reader.username)
    if not page.settings.mail.host:
        return translate("No mail is sent yet: whoever runs the server names a mail server in the settings first.")
    if account is None or not account.email:
        return translate("Your account has no e-mail address: ask whoever runs the server to add it.")
    return translate("It goes to {address} once the data of a month is in.", address=account.email)
