"""Dialogs: their runs are not the page's, so each of them begins with the page's guard."""

from collections.abc import Callable
from typing import Final, Literal

import streamlit as st

from kpi.access.sessions import Identity
from kpi.decisions import Change
from kpi.errors import (
    TOLD,
    AlreadyDecidedError,
    ChangedMeanwhileError,
    DecisionError,
    LedgerError,
    NotAllowedError,
    NotEligibleError,
    StoreWriteError,
)
from kpi.language import translate
from kpi.ui import blocks, decided, identity
from kpi.ui import format as fmt
from kpi.ui.page import Page

# What somebody who decides is told of, too: it names what they cannot write to.
TOLD_OF_DECISIONS: Final = (DecisionError, LedgerError, NotAllowedError, StoreWriteError)


def show(
    page: Page,
    title: str,
    draw: Callable[[Identity], None],
    *,
    width: Literal["small", "medium", "large"] = "medium",
    position: Literal["center", "right"] = "center",
) -> None:
    """Open a dialog; `draw` fills it in each of its runs, for the reader who is there then.

    What it knows of the page is what the page was when the dialog was opened. To close it, run the page again.
    """

    @st.dialog(title, width=width, position=position)
    def guarded() -> None:
        reader = identity.require(page.name)
        try:
            with blocks.apart():
                draw(reader)
        except (*TOLD, *TOLD_OF_DECISIONS) as error:
            st.error(told(page, error), icon=":material/error:")
            st.button(translate("Show what stands now"), on_click=st.rerun, key="dialog-again")

    guarded()


def told(page: Page, error: Exception) -> str:
    """What went wrong, in Markdown; of a change made meanwhile what it did, of a proposal refused the reasons."""
    if isinstance(error, NotEligibleError):
        return fmt.plain(" ".join(error.reasons))
    if not (isinstance(error, ChangedMeanwhileError) and isinstance(error.change, Change)):
        return fmt.plain(str(error))
    if isinstance(error, AlreadyDecidedError):
        return translate(
            "{who} was first, on {moment}: {thing}. Look at what stands, or choose somebody else.",
            who=fmt.plain(error.change.who),
            moment=fmt.moment(error.change.recorded_at.astimezone(page.settings.zone)),
            thing=fmt.plain(decided.change_in_words(error.change, page.settings.currency)),
        )
    return translate(
        "{who} changed this meanwhile: {thing}. Look at it again, then decide.",
        who=fmt.plain(error.change.who),
        thing=fmt.plain(decided.change_in_words(error.change, page.settings.currency)),
    )
