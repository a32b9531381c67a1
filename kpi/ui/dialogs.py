"""Dialogs: their runs are not the page's, so each of them begins with the page's guard."""

from collections.abc import Callable
from typing import Final, Literal

import streamlit as st

from kpi.access.sessions import Identity
from kpi.errors import DecisionError, LedgerError, NotAllowedError, StoreWriteError
from kpi.ui import format as fmt
from kpi.ui import identity
from kpi.ui.page import Page

# What a reader is told of in its own words.
TOLD: Final = (DecisionError, LedgerError, NotAllowedError, StoreWriteError)


def show(
    page: Page, title: str, draw: Callable[[Identity], None], *, width: Literal["small", "medium", "large"] = "medium"
) -> None:
    """Open a dialog; `draw` fills it in each of its runs, for the reader who is there then.

    What it knows of the page is what the page was when the dialog was opened. To close it, run the page again.
    """

    @st.dialog(title, width=width)
    def guarded() -> None:
        reader = identity.require(page.name)
        try:
            draw(reader)
        except TOLD as error:
            st.error(fmt.plain(str(error)), icon=":material/error:")

    guarded()
