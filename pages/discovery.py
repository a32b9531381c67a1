"""Whom to thank today, and why? Reader: coordinator, programme owner."""

import streamlit as st

from kpi.language import translate
from kpi.ui import discovery, discovery_filters, frame

page = frame.open("discovery")

question, finder = st.columns([3, 1], gap="large")
with question:
    st.title(translate("Whom to thank today, and why?"), anchor=False)
with finder:
    text = discovery.search()
wanted = discovery_filters.choose(page, text)
discovery.show(page, wanted)
