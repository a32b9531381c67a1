"""What a page shows after an error that nobody foresaw."""

from datetime import UTC, datetime

import streamlit as st

from kpi.access.incidents import record_incident
from kpi.language import translate


def show_incident(error: Exception) -> bool:
    """Show a number in place of the error, which the server's log has under the same number."""
    number = record_incident(error, now=datetime.now(UTC))
    st.error(
        translate(
            "It is not your doing. If it lasts, tell your administrator this number: **{number}**.", number=number
        ),
        icon=":material/error:",
        title=translate("Something went wrong"),
    )
    return True
