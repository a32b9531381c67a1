"""Who did what, when and from where? Reader: administrator."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from kpi.language import translate
from kpi.ui import audit_log, filters, frame, tables

page = frame.open("audit")
zone = page.settings.zone
today = datetime.now(UTC).astimezone(zone).date()

st.title(translate("Who did what?"), anchor=False)
faults = audit_log.find_faults(page)
if faults:
    st.error(audit_log.chain_state(faults), icon=":material/link_off:")
else:
    st.markdown(audit_log.chain_state(faults))

kinds_at, people_at, first_at, last_at = st.columns([2, 2, 1, 1])
known = audit_log.who_and_what(page)
kinds = kinds_at.multiselect(
    translate("What"),
    known.kinds,
    format_func=filters.labels("what", known.kinds, audit_log.kind_in_words).__getitem__,
    placeholder=translate("All"),
    key="what",
    bind="query-params",
)
people = people_at.multiselect(
    translate("Who"), known.actors, placeholder=translate("Everybody"), key="who", bind="query-params"
)
first = first_at.date_input(
    translate("First day"), today - timedelta(days=29), format="DD/MM/YYYY", key="from", bind="query-params"
)
last = last_at.date_input(translate("Last day"), today, format="DD/MM/YYYY", key="to", bind="query-params")

since, until = audit_log.days_recorded(first, last, zone)
entries = audit_log.read_entries(page, kinds=kinds, actors=people, since=since, until=until)
if entries:
    st.caption(audit_log.how_many(len(entries)))
    tables.show(
        page,
        audit_log.list_entries(entries, zone, page.settings.currency),
        {
            "recorded_at": translate("When"),
            "actor": translate("Who"),
            "kind": translate("What"),
            "address": translate("From where"),
            "details": translate("Details"),
        },
        name="audit-log",
        words=translate("Entries of the audit log, newest first"),
        columns=tables.Columns(wide=frozenset({"details"})),
    )
else:
    st.caption(translate("Nothing fits. Choose more days, people or kinds."))
