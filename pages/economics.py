"""What does the programme cost, and what does it bring back? Reader: budget sponsor, programme owner."""

import streamlit as st

from kpi.language import translate
from kpi.metrics import METRICS
from kpi.ui import (
    breakdown,
    cards,
    channels,
    charts,
    economics_answers,
    explaining,
    frame,
    paying_back,
    places,
    report_subscription,
    reports,
    spending,
)
from kpi.ui.bands import COST_TO_REVENUE

page = frame.open("economics")

st.title(translate("What does it cost, and what does it bring back?"), anchor=False)
places.answer(lambda: economics_answers.economics(page))
cards.row(page, *economics_answers.CARDS)

left, right = st.columns(2, gap="large")
with left:
    charts.trend(page, METRICS["cost_to_revenue_ratio"], bands=COST_TO_REVENUE)
with right:
    channels.show(page)

wide, narrow = st.columns([3, 2], gap="large")
with wide:
    spending.categories(page)
with narrow:
    st.subheader(translate("Why the cost changed"), anchor=False)
    explaining.waterfall(page, METRICS["programme_cost"], "category")

paying_back.show(page)

left, middle, right = st.columns(3, gap="large")
with left:
    charts.trend(page, METRICS["programme_cost"], is_small=True)
with middle:
    charts.trend(page, METRICS["attributed_margin"], is_small=True)
with right:
    charts.trend(page, METRICS["new_customers"], is_small=True)

breakdown.show(page, METRICS["cost_to_revenue_ratio"], usual="programme")
spending.ambassadors(page)
reports.offer(page)
report_subscription.offer(page)
