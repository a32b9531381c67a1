"""How long do customers stay, and what is one worth? Reader: budget sponsor, programme owner."""

import streamlit as st

from kpi.language import translate
from kpi.metrics.retention import Kind
from kpi.ui import customer_value, expected_revenue, frame, lifetime_answers, places, retention

page = frame.open("lifetime")

st.title(translate("How long do customers stay, and what is one worth?"), anchor=False)
places.answer(lambda: lifetime_answers.answer(page))

retention.show(page)

customer_value.show(page, Kind.BUYERS)
customer_value.show(page, Kind.SUBSCRIBERS)
expected_revenue.show(page)
