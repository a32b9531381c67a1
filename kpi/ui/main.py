"""The script that Streamlit runs: which pages there are, and the frame around whichever is open."""

from pathlib import Path

import streamlit as st

from kpi.settings import PROJECT
from kpi.ui import frame

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
st.logo(PICTURES / "wordmark.svg", size="large", icon_image=PICTURES / "icon.svg")

navigation = st.navigation(
    {
        "": [
            st.Page(OVERVIEW, title="Overview", icon=":material/monitoring:", url_path="home", default=True),
            # The default page answers at the root only: this twin keeps links to /overview alive.
            st.Page(OVERVIEW, title="Overview", url_path="overview", visibility="hidden"),
        ],
        "Reference": [
            st.Page(PAGES / "data.py", title="Data", icon=":material/database:"),
            st.Page(PAGES / "glossary.py", title="Glossary", icon=":material/menu_book:"),
        ],
    }
)
frame.run(navigation)
