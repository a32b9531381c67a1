"""Who did what, when and from where? Reader: administrator."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from kpi.ui import audit_log, frame, tables

page = frame.open("audit")
zone = page.settings.zone
today = datetime.now(UTC).astimezone(zone).date()

st.title("Who did what?", anchor=False)
faults = audit_log.find_faults(page)
if faults:
    st.error(audit_log.chain_state(faults), icon=":material/link_off:")
else:
    st.markdown(audit_log.chain_state(faults))

kinds_at, people_at, first_at, last_at = st.columns([2, 2, 1, 1])
known = audit_log.who_and_what(page)
kinds = kinds_at.multiselect(
    "What", known.kinds, format_func=audit_log.kind_in_words, placeholder="All", key="what", bind="query-params"
)
people = people_at.multiselect("Who", known.actors, placeholder="Everybody", key="who", bind="query-params")
first = first_at.date_input(
    "First day", today - timedelta(days=29), format="DD/MM/YYYY", key="from", bind="query-params"
)
last = last_at.date_input("Last day", today, format="DD/MM/YYYY", key="to", bind="query-params")

since, until = audit_log.days_recorded(first, last, zone)
entries = audit_log.read_entries(page, kinds=kinds, actors=people, since=since, until=until)
if entries:
    st.caption(audit_log.how_many(len(entries)))
    tables.show(
        page,
        audit_log.list_entries(entries, zone),
        {"recorded_at": "When", "actor": "Who", "kind": "What", "address": "From where", "details": "Details"},
        name="audit-log",
        words="Entries of the audit log, newest first",
        wide=frozenset({"details"}),
    )
else:
    st.caption("Nothing fits. Choose more days, people or kinds.")
