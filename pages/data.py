"""What are the numbers built on, and can they be trusted today? Reader: the data person."""

import streamlit as st

from kpi.store import read_quarantine
from kpi.ui import frame, inventory, tables

page = frame.open("data")
manifest, zone = page.manifest, page.settings.zone

st.title("What are these numbers built on?", anchor=False)
st.markdown(inventory.data_state(manifest, zone))

st.subheader("Tables", anchor=False)
tables.show(
    page,
    inventory.list_tables(manifest, page.table_dates()),
    {"table": "Table", "rows": "Rows", "first_day": "First day", "last_day": "Last day", "state": "State"},
    name="tables",
    words="Tables of the data contract with their rows and dates",
)

st.subheader("Rows set aside", anchor=False)
quarantine = read_quarantine(page.store, manifest)
if quarantine.is_empty():
    st.caption("None. A row that breaks a rule of the data contract would stand here, with its file, rule and value.")
else:
    st.caption(
        "Correct these rows in the export and import it again: a corrected row is taken in, nothing counts twice."
    )
    tables.show(
        page,
        quarantine,
        {"file": "File", "row": "Row", "column": "Column", "rule": "Rule", "value": "Value"},
        name="set-aside",
        words="Rows set aside with the rule that each of them breaks",
        people=frozenset({"value"}),
    )

st.subheader("Audit warnings", anchor=False)
if not manifest.warnings:
    st.caption("None. The accounts agree: credit is conserved, orders match their lines, levels match movements.")
for warning in manifest.warnings:
    st.warning(inventory.warning_in_words(warning, page.reader.rights), icon=":material/rule:")

st.subheader("Files imported", anchor=False)
tables.show(
    page,
    inventory.list_files(manifest, zone),
    {
        "file": "File",
        "table": "Table",
        "rows": "Rows",
        "accepted": "Accepted",
        "set_aside": "Set aside",
        "imported_at": "Imported",
    },
    name="files",
    words="Files of this version with their rows",
)

st.subheader("Versions kept", anchor=False)
st.caption("An earlier version can be shown again with: python -m kpi rollback. Importing makes a new one.")
tables.show(
    page,
    inventory.list_versions(page.store.versions(), manifest.version, zone),
    {"version": "Version", "built_at": "Built", "last_day": "Data to", "rows": "Rows", "kind": "Kind", "state": ""},
    name="versions",
    words="Versions of the data that are kept",
)

st.subheader("What happened to the data", anchor=False)
entries = page.store.ledger.entries(newest=20, kinds=inventory.KINDS)
if entries:
    tables.show(
        page,
        inventory.list_entries(entries, zone),
        {"recorded_at": "When", "actor": "Who", "kind": "What", "details": "Details"},
        name="ledger",
        words="What was imported and published, newest first",
    )
else:
    st.caption("Nothing is recorded yet. What is imported and published will stand here, newest first.")
