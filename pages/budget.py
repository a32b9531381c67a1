"""Does the year stay within its budget, and what waits for an answer? Reader: budget sponsor, programme owner."""

import streamlit as st

from kpi.language import translate
from kpi.ui import budget_plan, budget_proposals, budget_words, frame

page = frame.open("budget")

heading, years = st.columns([3, 1], gap="large", vertical_alignment="bottom")
heading.title(translate("Does the year stay within its budget?"), anchor=False)
with years:
    year = budget_plan.choose_year(page)
found = budget_plan.read_year(page, year)
st.markdown(budget_words.year_in_words(found[0], year, page.settings.currency))

left, right = st.columns([3, 2], gap="large")
with left:
    budget_plan.months(page, found[0])
with right:
    budget_proposals.show(page)

budget_plan.lines(page, found)
