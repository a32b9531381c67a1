"""The editor of a metric's targets: its months, what changed before, undo, import from CSV."""

from datetime import UTC, date, datetime
from decimal import Decimal

import streamlit as st

from kpi.access.sessions import Identity
from kpi.decisions import (
    Author,
    Decisions,
    Segment,
    Target,
    read_targets_file,
    record_targets,
    record_targets_undone,
    wished,
)
from kpi.decisions.targets import LONGEST_NOTE, Key, values_in
from kpi.errors import DecisionError
from kpi.language import translate, translate_plural
from kpi.metrics import Metric, Unit
from kpi.ui import decided, deciding, dialogs, uploads
from kpi.ui import format as fmt
from kpi.ui.page import Page
from kpi.ui.segments import SEGMENTS, offered_values

PERCENT = frozenset({Unit.SHARE, Unit.RATIO})


def edit(page: Page, metric: Metric) -> None:
    """Open the editor. What it shows is what stands when it opens; who changed it since is told on saving."""
    known = deciding.decisions(page)
    title = translate("Targets: {metric}", metric=translate(metric.label))

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        _months(page, metric, known, author)
        _undo(page, metric, known, author)
        _history(page, metric, known)
        _upload(page, known, author)

    dialogs.show(page, title, draw, width="large")


def _months(page: Page, metric: Metric, known: Decisions, author: Author) -> None:
    segment = _choose_segment(page, metric)
    year = _choose_year(page)
    with st.form(f"targets-{metric.name}", border=False, enter_to_submit=False):
        st.caption(_unit_in_words(page, metric))
        grid = st.grid(4, min_column_width=120, gap="small")
        months = [date(year, number, 1) for number in range(1, 13)]
        given = {}
        for month in months:
            with grid.container():
                given[month] = _ask(metric, (metric.name, month, segment), known)
        note = st.text_input(translate("Why"), max_chars=LONGEST_NOTE, key="target-note")
        is_sent = st.form_submit_button(translate("Save"), type="primary")
    if is_sent:
        shown = {month: _shown(metric, known.targets.get((metric.name, month, segment))) for month in months}
        changed = {month: text for month, text in given.items() if text != shown[month]}
        wanted = [
            Target(metric=metric.name, month=month, segment=segment, value=_value(metric, text), note=note.strip())
            for month, text in changed.items()
            if text
        ]
        gone: list[Key] = [(metric.name, month, segment) for month, text in changed.items() if not text]
        record_targets(page.store.ledger, author, wanted, remove=gone, at=datetime.now(UTC), seen=known.entry_id)
        st.rerun()


def _ask(metric: Metric, key: Key, known: Decisions) -> str:
    """What is typed for a month; what stands there until somebody types. Not a number's field: those of Streamlit
    cannot be emptied.
    """
    return st.text_input(
        fmt.begin(fmt.month(key[1])),
        value=_shown(metric, known.targets.get(key)),
        placeholder=translate("No target"),
        key=f"target {key} {known.entry_id}",
    ).strip()


def _unit_in_words(page: Page, metric: Metric) -> str:
    """In what to type."""
    if metric.unit is Unit.MONEY:
        return translate("In {currency}; an empty field is no target.", currency=page.settings.currency)
    if metric.unit in PERCENT:
        return translate("In percent; an empty field is no target.")
    return translate("An empty field is no target.")


def _choose_segment(page: Page, metric: Metric) -> Segment | None:
    options: list[Segment | None] = [None]
    for name in SEGMENTS:
        if name in metric.dimensions:
            options += [(name, value) for value in offered_values(page, name)]
    kept = [(name, value) for name, values in page.filters.items() for value in values]
    index = options.index(kept[0]) if len(kept) == 1 and kept[0] in options else 0
    numbers = range(len(options))
    words = [decided.segment_name(option) if option else translate("whole programme") for option in options]
    place = st.selectbox(
        translate("For"), numbers, index=index, format_func=lambda n: fmt.begin(words[n]), key="target-segment"
    )
    return options[place]


def _choose_year(page: Page) -> int:
    now = page.period.last_day.year
    years = [now - 1, now, now + 1]
    return st.segmented_control(translate("Year"), years, default=now, key="target-year", required=True) or now


def _undo(page: Page, metric: Metric, known: Decisions, author: Author) -> None:
    last = known.targets.last_standing(change.key for change in known.targets.changes_of(metric.name))
    if last and st.button(
        translate("Undo the last change"),
        icon=":material/undo:",
        type="tertiary",
        help=fmt.plain(decided.change_in_words(last[0], page.settings.currency)),
        key="target-undo",
    ):
        keys = [change.key for change in last]
        record_targets_undone(page.store.ledger, author, last[0].entry_id, at=datetime.now(UTC), keys=keys)
        st.rerun()


def _history(page: Page, metric: Metric, known: Decisions) -> None:
    changes = known.targets.changes_of(metric.name)
    if not changes:
        return
    with st.expander(translate("History"), icon=":material/history:"):
        st.caption(decided.history(page, changes))


def _upload(page: Page, known: Decisions, author: Author) -> None:
    uploads.offer(
        "target",
        translate("Columns: metric, month (2026-11), value; if need be dimension and segment, note. All or nothing."),
        read=lambda data: read_targets_file(data, values_in(page.warehouse)),
        new=lambda found: len(known.targets.difference(wished(found))),
        plan=plan_in_words,
        import_=lambda found, name: record_targets(
            page.store.ledger, author, found, at=datetime.now(UTC), seen=known.entry_id, file=name
        ),
    )


def plan_in_words(changed: int, given: int) -> str:
    """What an import would do. Markdown."""
    return translate_plural(
        "**{count}** of {given} targets would change.",
        "**{count}** of {given} targets would change.",
        changed,
        count=fmt.count(changed),
        given=fmt.count(given),
    )


def _shown(metric: Metric, target: Target | None) -> str:
    """A target as it is typed: shares and returns in percent."""
    if target is None:
        return ""
    return fmt.typed(target.value * 100 if metric.unit in PERCENT else target.value)


def _value(metric: Metric, text: str) -> Decimal:
    value = fmt.read_typed(text.removesuffix("%") if metric.unit in PERCENT else text)
    if value is None:
        raise DecisionError(translate("“{text}” is not a number.", text=text))
    return value / 100 if metric.unit in PERCENT else value
