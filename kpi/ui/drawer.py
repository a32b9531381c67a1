"""The drawer: a number with what it means, and the rows behind it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import streamlit as st

from kpi.access.sessions import Identity
from kpi.language import translate
from kpi.metrics import PERSONAL, Attribution, Evidence, Metric, find_evidence, read_rows
from kpi.ui import crediting, dialogs, facts, row_tables, tables
from kpi.ui import format as fmt
from kpi.ui.filters import in_address
from kpi.ui.notes import note, short_label
from kpi.ui.page import Page, Reading
from kpi.ui.segments import segments_in_words

MOST_SHOWN, MOST_IN_FILE, IN_SIGHT = 1_000, 100_000, 10


def button(page: Page, metric: Metric) -> None:
    """The way to the drawer of a metric, for the page's period and filters."""
    key = f"rows-{metric.name}-{page.period.end}"
    # A button is called what it says, and who hears a page's buttons has nothing else to tell them apart by. On a
    # narrow card, which says the metric above, what is seen of it ends in dots behind the first words.
    label = translate("Show the rows: {metric}", metric=short_label(metric))
    if st.button(label, key=key, type="tertiary", icon=":material/table_rows:", wrap=False):
        draw = partial(_draw, page, metric)
        dialogs.show(page, translate(metric.label), draw, position="right")


def _draw(page: Page, metric: Metric, reader: Identity) -> None:
    page = replace(page, reader=reader)
    reading = page.read(metric)
    attribution = page.attribution if metric.is_attributed else None
    value = fmt.value(metric, reading.current.estimate.value, page.settings.currency, full=True)
    with st.container(gap="xsmall"):
        st.metric(translate(metric.label), value, label_visibility="collapsed")
        st.caption(note(page, reading))
    with st.container(gap="xsmall"):
        st.markdown(translate(metric.means))
        st.caption(translate("*Formula:* {formula}", formula=translate(metric.formula)))
        st.caption("  \n".join(_asked(page, metric, attribution)))
    if not _has_rows(reading):
        return
    evidence = find_evidence(page.warehouse, metric, page.period, where=page.filters, attribution=attribution)
    for number, found in enumerate(evidence, 1):
        name = f"{metric.name}-{number}" if len(evidence) > 1 else metric.name
        _show(page, found, name + crediting.in_file_name(metric, page.attribution))
    if not page.reader.rights.sees_people and any(
        found.telling.intersection(found.listing.columns) for found in evidence
    ):
        st.caption(translate("Left out for your role: names, ids and segments of people, and ids of what they did."))


def _asked(page: Page, metric: Metric, attribution: Attribution | None) -> list[str]:
    """What the number was asked for: days, segments, attribution, data."""
    told = [
        translate("On {day}", day=fmt.day(page.period.last_day))
        if metric.is_level
        else fmt.begin(fmt.days(page.period))
    ]
    segments = {name: values for name, values in page.filters.items() if name != "ambassador_id"}
    if segments:
        told.append(translate("Only {segments}", segments=segments_in_words(segments)))
    for one in page.filters.get("ambassador_id", ()):
        told.append(translate("Only ambassador {id}", id=fmt.plain(one)))
    if attribution:
        told.append(crediting.in_words(attribution))
    if page.manifest.data_end is not None:
        day, version = fmt.day(page.manifest.data_end - timedelta(days=1)), page.manifest.version
        told.append(translate(":material/schedule: Data to {day} · version {version}", day=day, version=version))
    return told


def _has_rows(reading: Reading) -> bool:
    """Whether rows may stand behind it: a value, or one side of a ratio whose other side is empty."""
    current, metric = reading.current, reading.metric
    empty = (metric.absent, metric.requires.absent if metric.requires else "")
    return current.estimate.value is not None or current.reason in {translate(reason) for reason in empty}


def _show(page: Page, found: Evidence, name: str) -> None:
    with st.container(gap="xsmall"):
        facts.heading(translate(found.rows.label))
        st.caption(f"{translate(found.rows.grain)} {' '.join(_counted(found, page.settings.currency))}")
    if not found.count:
        return
    sees_people = page.reader.rights.sees_people
    frame = read_rows(page.warehouse, found, most=MOST_SHOWN, with_names=sees_people)
    links = {}
    if sees_people and "ambassador" in page.reader.rights.pages and "ambassador_id" in frame.columns:
        frame, links = row_tables.with_sheets(frame, in_address()), {row_tables.SHEET: translate("Open")}
    tables.show(
        page,
        row_tables.in_words(frame, found.rows),
        row_tables.labels(found.rows, frame.columns, page.settings.currency),
        name=f"rows-{name}",
        words=translate("{rows}, newest first", rows=translate(found.rows.label)),
        people=(PERSONAL if sees_people else found.telling) | {row_tables.SHEET},
        columns=tables.Columns(links=links),
        taken=tables.Taken(
            rows=min(found.count, MOST_IN_FILE),
            read=page.later(partial(read_rows, evidence=found, most=MOST_IN_FILE, with_names=sees_people)),
        ),
        in_sight=IN_SIGHT,
    )


def _counted(found: Evidence, currency: str) -> list[str]:
    """How many rows there are and what they add up to, and what of them is not shown or not in the file."""
    if not found.count:
        return [translate("There is none for these days and filters.")]
    rows = fmt.number_of(found.count, "row")
    amount = found.sums.get(found.rows.total) if found.rows.total else None
    if amount is None:
        told = [translate("**{rows}**, newest first.", rows=rows)]
    else:
        total = fmt.money(amount, currency, full=True)
        told = [translate("**{rows}**, together **{amount}**, newest first.", rows=rows, amount=total)]
    if found.count > MOST_SHOWN:
        told.append(translate("The first {count} are shown.", count=fmt.count(MOST_SHOWN)))
    if found.count > MOST_IN_FILE:
        told.append(translate("The file holds the first {count}.", count=fmt.count(MOST_IN_FILE)))
    return told
