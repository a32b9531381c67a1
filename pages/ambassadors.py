"""Who is active for the brand, and who fell silent? Reader: programme owner, coordinator."""

import streamlit as st

from kpi.language import translate
from kpi.ui import community, community_answers, explaining, frame, movements, people, places

page = frame.open("ambassadors")

question, finder = st.columns([3, 1], gap="large")
with question:
    st.title(translate("Who is active, and who fell silent?"), anchor=False)
with finder:
    people.search(page)
answer = st.container()
movements.show(page)

heading, chooser = st.columns([3, 1], gap="large", vertical_alignment="bottom")
with heading:
    st.subheader(translate("Why it changed"), anchor=False)
with chooser:
    by = community.choose_breakdown()
with answer:
    places.answer(lambda: community_answers.community(page, by))
wide, narrow = st.columns([3, 2], gap="large")
with wide:
    explaining.waterfall(page, movements.ACTIVE, by)
with narrow:
    community.contributions_table(page, by)

wide, narrow = st.columns([3, 2], gap="large")
with wide:
    community.retention(page)
with narrow:
    community.activation(page)

left, right = st.columns(2, gap="large")
with left:
    st.subheader(translate("Acts by kind"), anchor=False)
    community.acts_by(page, "kind")
with right:
    st.subheader(translate("Acts by origin"), anchor=False)
    community.acts_by(page, "origin")
    st.caption(translate("Acts of everybody but staff. Only posts say whether they are organic or incentivised."))
    community.carried(page)

people.silent(page)
