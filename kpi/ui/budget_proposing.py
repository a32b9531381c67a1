"""A budget proposed: the form of a new one, or a file."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import streamlit as st

from kpi.access.sessions import Identity
from kpi.decisions import PROGRAMME, Author, Line, read_budget_file, record_budget_proposed
from kpi.decisions.budget_steps import LONGEST
from kpi.ingest import COST_CATEGORIES
from kpi.language import translate, translate_plural
from kpi.ui import budget_fields, deciding, dialogs, uploads
from kpi.ui import format as fmt
from kpi.ui.addresses import SUGGESTED
from kpi.ui.kinds import label_of
from kpi.ui.page import Page

AMOUNT: Final = re.compile(r"\d{1,12}(\.\d{1,2})?")


def suggested() -> Decimal | None:
    """The amount a month that the address suggests; None for none, or for what is no amount."""
    text = st.query_params.get(SUGGESTED, "")
    return Decimal(text) if AMOUNT.fullmatch(text) else None


def propose(page: Page, monthly: Decimal | None = None) -> None:
    """Open the form of a new budget: one channel and category, month by month, each at `monthly` where it is given."""

    def draw(reader: Identity) -> None:
        author = deciding.author(page, reader)
        year = page.period.last_day.year
        years = [year, year + 1]
        chosen = st.segmented_control(translate("Year"), years, default=year + 1, required=True, key="budget-new-year")
        with st.form("budget-new", border=False, enter_to_submit=False):
            title = st.text_input(translate("Title"), max_chars=LONGEST["title"], key="budget-title")
            left, right = st.columns(2)
            with left:
                channel = _choose_channel(page)
            category = right.selectbox(
                translate("Category"), COST_CATEGORIES, index=1, format_func=label_of, key="budget-new-category"
            )
            st.caption(translate("In {currency}; an empty field is no line.", currency=page.settings.currency))
            empty = [
                Line(month=date(chosen or year, number, 1), channel=channel, category=category, amount=Decimal())
                for number in range(1, 13)
            ]
            filled = {} if monthly is None else dict.fromkeys(empty, monthly)
            names = {line: fmt.begin(fmt.month(line.month)) for line in empty}
            typed = budget_fields.ask_amounts(names, filled, "new")
            note = st.text_input(translate("What for"), max_chars=LONGEST["note"], key="budget-note")
            is_sent = st.form_submit_button(translate("Propose"), type="primary")
        if is_sent:
            record_budget_proposed(
                page.store.ledger,
                author,
                title=title.strip(),
                lines=budget_fields.read_lines(typed),
                note=note.strip(),
                at=datetime.now(UTC),
            )
            st.rerun()
        _upload(page, author)

    dialogs.show(page, translate("Propose a budget"), draw, width="large")


def _choose_channel(page: Page) -> str:
    """Which channel: one that the costs name, the programme's own, or a new one."""
    options = _channels(page)
    chosen = st.selectbox(
        translate("Channel"),
        options,
        index=options.index(PROGRAMME),
        format_func=label_of,
        accept_new_options=True,
        key="budget-new-channel",
    )
    typed = " ".join((chosen or "").split())
    # The same channel written otherwise would never meet its costs.
    return next((one for one in options if typed.casefold() in (one.casefold(), label_of(one).casefold())), typed)


def _channels(page: Page) -> list[str]:
    """Those that the costs name, and the programme's own."""
    known = page.remember("channels of costs", lambda: page.warehouse.groups("fct_costs_daily", "channel"))
    return sorted({PROGRAMME, *known})


def _upload(page: Page, author: Author) -> None:
    uploads.offer(
        "budget",
        translate(
            "Columns: month (2026-11), category, amount; if need be channel. All or nothing; the file’s name becomes "
            "the title."
        ),
        read=lambda data: read_budget_file(data, _channels(page)),
        new=len,
        plan=lambda count, _given: plan_in_words(count),
        import_=lambda found, name: record_budget_proposed(
            page.store.ledger,
            author,
            title=Path(name).stem[: LONGEST["title"]],
            lines=found,
            at=datetime.now(UTC),
            file=name,
        ),
    )


def plan_in_words(lines: int) -> str:
    """What an import would do. Markdown."""
    return translate_plural(
        "A budget of **{count}** line would be proposed.",
        "A budget of **{count}** lines would be proposed.",
        lines,
        count=fmt.count(lines),
    )
