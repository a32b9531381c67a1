"""What is decided, as a page sees it, and who decides there."""

from typing import Final

import streamlit as st

from kpi.access.callers import LOOPBACK
from kpi.access.roles import RIGHTS
from kpi.access.sessions import Identity
from kpi.decisions import Author, Decisions, LatestDecisions
from kpi.store import Ledger
from kpi.ui.page import Page, Remember

RIGHT_TO_SPOTLIGHTS: Final = "spotlights"
PAGES: Final = tuple(dict.fromkeys(page for rights in RIGHTS.values() for page in rights.pages))
"""Every page of the dashboard, by the name of its file."""


def decisions(page: Page) -> Decisions:
    """What is in force on the data that the page shows: read anew when the ledger changed."""
    return latest(page.store.ledger, page.remember, is_demo=page.manifest.is_demo)


def latest(ledger: Ledger, remember: Remember, *, is_demo: bool) -> Decisions:
    """The same, for a page that is still to be opened."""
    found: LatestDecisions = remember("latest decisions", lambda: LatestDecisions(ledger, is_demo=is_demo))
    return found.now()


def author(page: Page, reader: Identity) -> Author:
    """The reader as an author; `reader` is who is there in this run, not when the page was drawn."""
    return Author(
        name=reader.username,
        decides=frozenset(reader.rights.decides),
        address=st.context.ip_address or LOOPBACK,
        is_demo=page.manifest.is_demo,
    )


def may_decide(page: Page, right: str) -> bool:
    """Whether the page's reader decides on this, so that the way to it is offered."""
    return right in page.reader.rights.decides
