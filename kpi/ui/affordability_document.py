"""What winning a customer may cost, as a page or two of PDF: the same words and numbers as the page's."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import streamlit as st

from kpi.access.downloads import Offer
from kpi.language import spoken, translate
from kpi.metrics.assumptions import NAMES
from kpi.ui import affordability_answers, affordability_commissions, affordability_flow, identity
from kpi.ui import format as fmt
from kpi.ui.affordability import Solved
from kpi.ui.assumption_fields import source_of
from kpi.ui.assumption_words import label, written
from kpi.ui.report_figures import runs
from kpi.ui.typesetting import in_plain_text, typeset

FILE: Final = "ambassade-affordability.pdf"


def offer(solved: Solved) -> None:
    """Offer what is shown, with what is assumed, to be taken away."""
    words, made_at = document_in_words(solved), _made_at(solved)
    st.link_button(
        translate("This page as a PDF"),
        identity.offer_download(
            solved.page.reader,
            "affordability document",
            Offer(
                file_name=FILE,
                media_type="application/pdf",
                make=partial(typeset, "affordability", words, at=made_at),
                rows=1,
                has_people=False,
            ),
        ),
        icon=":material/picture_as_pdf:",
        type="tertiary",
    )


def document_in_words(solved: Solved) -> Mapping[str, object]:
    """What the template sets, in the language spoken."""
    page = solved.page
    return {
        "language": spoken(),
        "title": translate("How much may winning a customer cost?"),
        "period": fmt.begin(fmt.days(page.period)),
        "answer": runs(affordability_answers.answer(solved)),
        "tables": [_steps(solved), _assumptions(solved), *_commissions(solved)],
        "note": translate(
            "Measured of customers won through ambassadors, with 95\N{NO-BREAK SPACE}% intervals. Attributed is not "
            "incremental: some would have come without the programme."
        ),
        "closing": _closing(solved),
    }


def _steps(solved: Solved) -> dict[str, object]:
    return _table(
        translate("From the margin to the commission"),
        [("", False), (translate("Value"), True), (translate("95\N{NO-BREAK SPACE}% interval"), True), ("", False)],
        [(box.label, box.value, box.interval, box.source) for box in affordability_flow.boxes(solved)],
    )


def _assumptions(solved: Solved) -> dict[str, object]:
    found, currency = solved.found, solved.page.settings.currency
    rows = []
    for name in NAMES:
        if name in found.assumed:
            rows.append((label(name), written(name, found.assumed[name], currency), translate("Assumed")))
            continue
        one = found.measured[name]
        value = translate("n/a") if one.value is None else written(name, one.value, currency)
        rows.append((label(name), value, source_of(one, currency)))
    columns = [("", False), (translate("Value"), True), (translate("Where it comes from"), False)]
    return _table(translate("Assumptions"), columns, rows)


def _commissions(solved: Solved) -> Iterable[dict[str, object]]:
    if solved.found.basis is None:
        return
    columns = [
        (translate("Way to pay"), False),
        (translate("Highest"), True),
        (translate("What binds"), False),
        (translate("How far the others are"), False),
    ]
    yield _table(translate("The highest commission"), columns, affordability_commissions.frame_of(solved).iter_rows())


def _table(
    heading: str, columns: Sequence[tuple[str, bool]], rows: Iterable[tuple[str | None, ...]]
) -> dict[str, object]:
    """A table of texts; each column with its name and whether it holds numbers, the last one being the wide one."""
    last = len(columns) - 1
    return {
        "heading": heading,
        "columns": [
            {"name": name, "is_number": is_number, "is_wide": place == last}
            for place, (name, is_number) in enumerate(columns)
        ],
        "rows": [[in_plain_text(text or "") for text in row] for row in rows],
    }


def _closing(solved: Solved) -> str:
    manifest = solved.page.manifest
    if manifest.data_end is None:
        return ""
    day = fmt.day(manifest.data_end - timedelta(days=1))
    return translate("Data to {day}, version {version}.", day=day, version=manifest.version)


def _made_at(solved: Solved) -> datetime:
    """The data's last day, so that the same data and assumptions give the same file."""
    end = solved.page.manifest.data_end
    return datetime(end.year, end.month, end.day, tzinfo=UTC) if end else solved.page.manifest.built_at
