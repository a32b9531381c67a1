"""The first screen of an empty store: build the demo company, and say what it is."""

import time
from datetime import UTC, datetime

import streamlit as st

from kpi.errors import StoreBusyError
from kpi.language import translate
from kpi.settings import Settings
from kpi.setup import build_demo_company
from kpi.store import Store
from kpi.ui.alerting import after_publish

SECONDS_BETWEEN_LOOKS = 0.5


def show(store: Store, settings: Settings) -> None:
    """Build the demo company under a progress bar; while another process does, wait for it. Ends in a new run."""
    place = st.empty()
    with place.container():
        st.title(translate("Welcome to Ambassade"))
        st.markdown(
            translate(
                "Nothing is imported yet. A demo company is being built, so that every page has something to show: "
                "three years of an invented fashion shop with its ambassadors. **Nothing in it is real.**"
            )
        )
        bar = st.progress(0.0, text=translate("Starting"))
        st.markdown(
            translate(
                "To see your own programme instead, import a folder of exports at any time; it replaces the demo:"
            )
        )
        st.code("python -m kpi import FOLDER", language="bash")

    def tell(step: str, share: float) -> None:
        bar.progress(share, text=step)

    today = datetime.now(UTC).astimezone(settings.zone).date()
    while store.published_version() is None:
        try:
            build_demo_company(store, settings, today=today, progress=tell)
            for line in after_publish(store, settings, now=datetime.now(UTC)):
                tell(line, 1.0)
        except StoreBusyError:
            tell(translate("Another window or import is at work: waiting for its data"), 0.5)
            time.sleep(SECONDS_BETWEEN_LOOKS)
    place.empty()
    st.rerun()
