"""What does each number mean, and what is it now? Reader: anybody."""

import streamlit as st

from kpi.language import translate
from kpi.ui import definitions, drawer, frame, terms
from kpi.ui import format as fmt
from kpi.ui.notes import note

page = frame.open("glossary")

st.title(translate("What does each number mean?"), anchor=False)
st.markdown(translate("Every number in the dashboard, with its value for {days}.", days=fmt.days(page.period)))
search = st.text_input(
    translate("Search"),
    placeholder=translate("revenue, cost, NPS …"),
    icon=":material/search:",
    key="search",
    bind="query-params",
)

sections = definitions.find_metrics(search)
explained = terms.find_terms(search, page.settings.currency)
if not sections and not explained:
    searched = fmt.plain(search)
    st.caption(translate("No number is named or described by “{search}”. Try fewer or other words.", search=searched))
for section, metrics in sections.items():
    st.subheader(section, anchor=False)
    for metric in metrics:
        with st.container(border=True, gap="xsmall"):
            words, value = st.columns([3, 1], gap="medium")
            reading = page.read(metric)
            label = translate(metric.label)
            words.markdown(f"**{label}** :small[`{metric.name}`]  \n{translate(metric.means)}")
            words.caption(definitions.small_print(metric))
            shown = fmt.value(metric, reading.current.estimate.value, page.settings.currency)
            value.metric(label, shown, label_visibility="collapsed")
            value.caption(note(page, reading))
            with value:
                drawer.button(page, metric)
for section, found in explained.items():
    st.subheader(section, anchor=False)
    for term in found:
        with st.container(border=True, gap="xsmall"):
            name = f" :small[`{term.name}`]" if term.name else ""
            st.markdown(f"**{term.label}**{name}  \n{term.means}")
            if term.small_print:
                st.caption(term.small_print)
