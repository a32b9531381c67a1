"""What the overview is compared with in a browser: a Streamlit script that shows the same elements as literal data.

It computes nothing, asks no database and nobody who is there; `AMBASSADE_BENCH_TWIN` names the file of its recordings.
"""

import os
import sys
from pathlib import Path

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import enqueue_message

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench.recording import load  # noqa: E402 - the script's own folder is all that Streamlit lets it import from

PICTURES = PROJECT / "kpi" / "ui"
SIDEBAR_WIDTH = 264


@st.cache_resource
def recordings(file: Path) -> dict[str, list[bytes]]:
    """Read once in a process."""
    return load(file)


def show() -> None:
    """The elements recorded for what is chosen at the left."""
    recorded = recordings(Path(os.environ["AMBASSADE_BENCH_TWIN"]))
    for element in recorded[st.query_params.get("against", "")]:
        enqueue_message(ForwardMsg.FromString(element))


def nothing() -> None:
    """A page that nobody opens."""


st.set_page_config(
    page_title="Twin", page_icon=PICTURES / "icon.svg", layout="wide", initial_sidebar_state=SIDEBAR_WIDTH
)
st.logo(PICTURES / "wordmark.svg", size="large", icon_image=PICTURES / "icon.svg")
navigation = st.navigation(
    [
        st.Page(show, title="Overview", icon=":material/monitoring:", url_path="home", default=True),
        st.Page(nothing, title="Ambassadors", icon=":material/group:", url_path="ambassadors"),
        st.Page(nothing, title="Data", icon=":material/database:", url_path="data"),
        st.Page(nothing, title="Glossary", icon=":material/menu_book:", url_path="glossary"),
    ]
)
navigation.run()
