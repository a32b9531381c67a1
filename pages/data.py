"""What are the numbers built on, and can they be trusted today? Reader: the data person."""

import streamlit as st

from kpi.language import translate
from kpi.ui import frame, inventory, tables

page = frame.open("data")
manifest, zone = page.manifest, page.settings.zone

st.title(translate("What are these numbers built on?"), anchor=False)
st.markdown(inventory.data_state(manifest, zone))

st.subheader(translate("Tables"), anchor=False)
tables.show(
    page,
    inventory.list_tables(manifest, page.warehouse.table_dates()),
    inventory.labels("table", "rows", "first_day", "last_day", "state"),
    name="tables",
    words=translate("Tables of the data contract with their rows and dates"),
)

st.subheader(translate("Rows set aside"), anchor=False)
quarantine = inventory.list_set_aside(page.store, manifest)
if quarantine.is_empty():
    st.caption(
        translate(
            "None. A row that breaks a rule of the data contract would stand here, with its file, rule and value."
        )
    )
else:
    st.caption(
        translate(
            "Correct these rows in the export and import it again: a corrected row is taken in, nothing counts twice."
        )
    )
    tables.show(
        page,
        quarantine,
        inventory.labels("file", "row", "column", "rule", "value"),
        name="set-aside",
        words=translate("Rows set aside with the rule that each of them breaks"),
        people=frozenset({"value"}),
    )

st.subheader(translate("Audit warnings"), anchor=False)
if not manifest.warnings:
    st.caption(
        translate("None. The accounts agree: credit is conserved, orders match their lines, levels match movements.")
    )
for warning in manifest.warnings:
    st.warning(inventory.warning_in_words(warning, page.reader.rights), icon=":material/rule:")

st.subheader(translate("Files imported"), anchor=False)
tables.show(
    page,
    inventory.list_files(manifest, zone),
    inventory.labels("file", "table", "rows", "accepted", "set_aside", "imported_at"),
    name="files",
    words=translate("Files of this version with their rows"),
)

st.subheader(translate("Versions kept"), anchor=False)
st.caption(translate("An earlier version can be shown again with: python -m kpi rollback. Importing makes a new one."))
tables.show(
    page,
    inventory.list_versions(page.store.versions(), manifest.version, zone),
    inventory.labels(
        "version", "built_at", "last_day", "rows", "kind", "state", last_day=translate("Data to"), state=""
    ),
    name="versions",
    words=translate("Versions of the data that are kept"),
)

st.subheader(translate("What happened to the data"), anchor=False)
entries = page.store.ledger.entries(newest=20, kinds=inventory.KINDS)
if entries:
    tables.show(
        page,
        inventory.list_entries(entries, zone),
        inventory.labels("recorded_at", "actor", "kind", "details", kind=translate("What")),
        name="ledger",
        words=translate("What was imported and published, newest first"),
    )
else:
    st.caption(translate("Nothing is recorded yet. What is imported and published will stand here, newest first."))
