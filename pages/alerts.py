"""What needs attention, who was told, and which rules watch? Reader: programme owner, and whom their rules name."""

import streamlit as st

from kpi.language import translate
from kpi.ui import alert_list, alert_outbox, alert_rules, frame

page = frame.open("alerts")

st.title(translate("What needs attention?"), anchor=False)
st.markdown(alert_list.answer_in_words(page))
alert_list.show(page)
alert_rules.show(page)
alert_list.log(page)
alert_outbox.show(page)
