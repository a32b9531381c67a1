"""Is the programme healthy, and what changed? Reader: programme owner."""

import streamlit as st

from kpi.language import translate
from kpi.metrics import HEADLINES, METRICS
from kpi.ui import answers, breakdown, cards, changes, charts, frame, reminders

page = frame.open("overview")

st.title(translate("Is the programme healthy?"), anchor=False)
st.markdown(answers.programme_health(page))
cards.row(page, *HEADLINES)
changes.show(page)
reminders.show(page)

wide, narrow = st.columns([3, 2], gap="large")
with wide:
    charts.trend(page, METRICS["active_ambassadors"])
with narrow:
    charts.movements(page)

left, middle, right = st.columns(3, gap="large")
with left:
    charts.trend(page, METRICS["attributed_revenue"], is_small=True)
with middle:
    charts.trend(page, METRICS["cost_to_revenue_ratio"], is_small=True)
with right:
    charts.trend(page, METRICS["ambassador_net_promoter_score"], is_small=True)

breakdown.show(page, METRICS["attributed_revenue"], usual="lever")
