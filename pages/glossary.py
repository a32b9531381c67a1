"""What does each number mean, and what is it now? Reader: anybody."""

import streamlit as st

from kpi.ui import definitions, frame
from kpi.ui import format as fmt
from kpi.ui.notes import note

page = frame.open("glossary")

st.title("What does each number mean?", anchor=False)
st.markdown(f"Every number in the dashboard, with its value for {fmt.days(page.period)}.")
search = st.text_input(
    "Search", placeholder="revenue, cost, NPS …", icon=":material/search:", key="search", bind="query-params"
)

sections = definitions.find_metrics(search)
if not sections:
    st.caption(f"No number is named or described by “{fmt.plain(search)}”. Try fewer or other words.")
for section, metrics in sections.items():
    st.subheader(section, anchor=False)
    for metric in metrics:
        with st.container(border=True, gap="xsmall"):
            words, value = st.columns([3, 1], gap="medium")
            reading = page.read(metric)
            words.markdown(f"**{metric.label}** :small[`{metric.name}`]  \n{metric.means}")
            words.caption(definitions.small_print(metric))
            shown = fmt.value(metric, reading.current.estimate.value, page.settings.currency)
            value.metric(metric.label, shown, label_visibility="collapsed")
            value.caption(note(page, reading))
