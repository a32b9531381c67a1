"""How satisfied are ambassadors and customers? Reader: programme owner, budget sponsor, coordinator."""

import streamlit as st

from kpi.language import translate
from kpi.ui import (
    cards,
    frame,
    places,
    responding,
    satisfaction_answers,
    score_spread,
    surveys,
    two_groups,
    verbatims,
    waves,
)

page = frame.open("satisfaction")

st.title(translate("How satisfied are ambassadors and customers?"), anchor=False)
places.answer(lambda: satisfaction_answers.satisfaction(page))

left, right = st.columns(2, gap="large")
with left:
    st.subheader(translate("Ambassadors"), anchor=False)
    cards.row(page, *surveys.AMBASSADORS)
with right:
    st.subheader(translate("Customers"), anchor=False)
    cards.row(page, *surveys.CUSTOMERS)
responding.show(page)

left, right = st.columns(2, gap="large")
with left:
    score_spread.show(page, surveys.NPS)
with right:
    score_spread.show(page, surveys.CSAT)

st.space("small")
wave = waves.choose()
left, right = st.columns(2, gap="large")
with left:
    waves.show(page, surveys.NPS, wave)
with right:
    waves.show(page, surveys.CSAT, wave)
waves.explain(page)

st.space("small")
score, by = two_groups.choose()
wide, narrow = st.columns([2, 1], gap="large")
with wide:
    two_groups.by_group(page, score, by)
with narrow:
    two_groups.compare(page, score, by)

st.space("small")
verbatims.show(page)
