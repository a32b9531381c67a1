"""What did one ambassador do, bring and receive? Reader: programme owner, coordinator."""

import streamlit as st

from kpi.language import translate
from kpi.ui import frame, network, people, sheets, statements

page = frame.open("ambassador")

heading, finder = st.columns([3, 1], gap="large")
with finder:
    people.search(page)
ambassador_id = people.asked_id()
if not ambassador_id:
    heading.title(translate("Which ambassador?"), anchor=False)
    heading.markdown(translate("Look for a name, an e-mail address or an id, or open a sheet from a table."))
    st.stop()

sheet = sheets.find(page, ambassador_id)
if sheet is None:
    with heading:
        sheets.nobody(page, ambassador_id)
    st.stop()

with heading:
    sheets.who(page, sheet)
    statements.offer(page, sheet)
sheets.headlines(page, sheet)

left, middle, right = st.columns(3, gap="large")
with left:
    sheets.acts(sheet)
    sheets.answers(sheet)
with middle:
    sheets.revenue(page, sheet)
    sheets.commission(page, sheet)
with right:
    sheets.recognition(page, sheet)
    sheets.rewards(page, sheet)

sheets.timeline(page, sheet)
network.on_sheet(page, sheet)
