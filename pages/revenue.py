"""What do ambassadors bring, to whom is it owed, and how sure is it? Reader: programme owner."""

import streamlit as st

from kpi.language import translate
from kpi.ui import breakdown, cards, charts, explaining, frame, places, recurring, revenue, revenue_answers
from kpi.ui.revenue_answers import COMPANY, FIRST, OF_WON, PER_CUSTOMER, REFUNDS, REPEAT, REVENUE, SHARE, WON

page = frame.open("revenue")

st.title(translate("What do ambassadors bring, and how sure is it?"), anchor=False)
answer = st.container()
cards.row(page, REVENUE, SHARE, FIRST, REPEAT, REFUNDS)

charts.trend(page, REVENUE)

left, right = st.columns(2, gap="large")
with left:
    revenue.dependence(page)
with right:
    revenue.refunds(page)

heading, chooser = st.columns([3, 1], gap="large", vertical_alignment="bottom")
with heading:
    st.subheader(translate("Why it changed"), anchor=False)
with chooser:
    by = revenue.choose_breakdown()
with answer:
    places.answer(lambda: revenue_answers.revenue(page, by))
explaining.waterfall(page, REVENUE, by)
breakdown.show_by(page, REVENUE, by)
revenue.by_ambassador(page)

left, right = st.columns(2, gap="large")
with left:
    charts.trend(page, COMPANY, is_small=True)
with right:
    charts.trend(page, SHARE, is_small=True)

st.subheader(translate("Customers won, over their life"), anchor=False)
places.answer(lambda: revenue_answers.customers_won(page))
revenue.of_the_period(page)
cards.row(page, WON, OF_WON, PER_CUSTOMER)

st.subheader(translate("Recurring revenue"), anchor=False)
places.answer(lambda: recurring.recurring(page))
wide, narrow = st.columns([3, 2], gap="large")
with wide:
    recurring.bridge_chart(page)
with narrow:
    recurring.bridge_table(page)

st.subheader(translate("What customers keep paying"), anchor=False)
places.answer(lambda: recurring.kept(page))
recurring.retention(page)
