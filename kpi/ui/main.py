"""The script that Streamlit runs: which pages there are, and the frame around whichever is open."""

from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from kpi.language import translate
from kpi.settings import PROJECT
from kpi.ui import frame, identity

PAGES = PROJECT / "pages"
PICTURES = Path(__file__).parent
OVERVIEW = PAGES / "overview.py"

# A picture of our own: Streamlit has icons named ":material/…:" fetched from another host for the browser's tab.
st.set_page_config(
    page_title="Ambassade",
    page_icon=PICTURES / "icon.svg",
    layout="wide",
    initial_sidebar_state=frame.SIDEBAR_WIDTH,
)
# Streamlit shows the buttons of a table to the mouse alone, though the keyboard reaches them, and writes in white on
# the accent, which is too pale for that in the dark.
st.html(
    "<style>[data-testid=stElementToolbar]:focus-within { opacity: 1; }"
    f"[data-testid^=stBaseButton-primary] {{ color: {'#0D1519' if st.context.theme.type == 'dark' else '#FFFFFF'}; }}"
    "</style>"
)
st.logo(PICTURES / "wordmark.svg", size="large", icon_image=PICTURES / "icon.svg")


# Pages that a role may not open stay in the list, unseen: asked for by their address, they say so themselves, and a
# link opened after the session ended is still there after signing in.
allowed = identity.allowed_pages()


def _page(name: str, title: str, icon: str, *, url_path: str | None = None, default: bool = False) -> StreamlitPage:
    visibility: Literal["visible", "hidden"] = "visible" if name in allowed else "hidden"
    return st.Page(
        PAGES / f"{name}.py", title=title, icon=icon, url_path=url_path, default=default, visibility=visibility
    )


# One list without sections: Streamlit writes those into it in a way that screen readers take for several broken ones.
navigation = st.navigation(
    [
        _page("overview", translate("Overview"), ":material/monitoring:", url_path="home", default=True),
        # The default page answers at the root only: this twin keeps links to /overview alive.
        st.Page(OVERVIEW, title=translate("Overview"), url_path="overview", visibility="hidden"),
        _page("ambassadors", translate("Ambassadors"), ":material/group:"),
        # Opened with somebody's id, from a table or the search.
        st.Page(PAGES / "ambassador.py", title=translate("One ambassador"), visibility="hidden"),
        _page("revenue", translate("Revenue"), ":material/payments:"),
        _page("economics", translate("Economics"), ":material/account_balance:"),
        _page("lifetime", translate("Lifetime"), ":material/hourglass_bottom:"),
        _page("affordability", translate("Affordability"), ":material/price_check:"),
        _page("satisfaction", translate("Satisfaction"), ":material/sentiment_satisfied:"),
        _page("discovery", translate("Discovery"), ":material/person_celebrate:"),
        _page("spotlights", translate("Spotlights"), ":material/campaign:"),
        _page("budget", translate("Budget"), ":material/account_balance_wallet:"),
        _page("alerts", translate("Alerts"), ":material/notifications:"),
        _page("data", translate("Data"), ":material/database:"),
        _page("glossary", translate("Glossary"), ":material/menu_book:"),
        _page("audit", translate("Audit log"), ":material/policy:"),
    ],
    expanded=True,  # of more than twelve pages Streamlit would hide some
)
frame.run(navigation)
