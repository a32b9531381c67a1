"""People who may be proposed, one row each: the cards' content, to be compared, ticked and taken away."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

import polars as pl
import streamlit as st

from kpi.advocates import COMPANY, Candidate, Candidates, Question, Wanted, listed_among
from kpi.language import translate
from kpi.metrics import Person
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui import candidate_actions, deciding, tables
from kpi.ui import format as fmt
from kpi.ui.addresses import sheet_address
from kpi.ui.asked import question_now
from kpi.ui.candidate_cards import in_short, name_of
from kpi.ui.filters import in_address
from kpi.ui.gaps import dimension_label
from kpi.ui.page import Page
from kpi.ui.segments import segment_label

REASONS = ("first_reason", "second_reason", "third_reason")
WIDTHS = {"name": 150, "sheet": 58, "score": 92, "potential": 116, "confidence": 100, **dict.fromkeys(REASONS, 310)}


def show(page: Page, found: Candidates, names: Mapping[str, Person], asked: Question) -> None:
    """One row per person; those ticked are proposed together, and of one alone the reasons are told."""
    bar = st.container(horizontal=True, vertical_alignment="center")
    people = [(one, name_of(one.customer_id, names)) for one in found.items]
    frame = candidates_frame(found, names, in_address())
    labels = {column: label for column, label in _labels().items() if column in frame.columns}
    ticked = tables.show(
        page,
        frame,
        labels,
        name="candidates",
        words=translate("Who may be proposed, in the order of work; Shift and Space tick a row"),
        people=frozenset(labels),
        columns=tables.Columns(links={"sheet": translate("Open")}, widths=WIDTHS),
        tick=tables.Tick(key=_key(found), several=True),
        taken=tables.Taken(rows=frame.height, read=partial(_still_eligible, page.store, page.settings, frame, found)),
    )
    picked = [people[row] for row in ticked]
    may_decide = deciding.may_decide(page, "spotlights")
    with bar:
        if may_decide:
            candidate_actions.offer(page, [(one.customer_id, name) for one, name in picked])
        if len(picked) == 1:
            ((one, name),) = picked
            candidate_actions.offer_for(page, one, name, asked, may_decide=may_decide)


def candidates_frame(
    found: Candidates, names: Mapping[str, Person], chosen: Sequence[tuple[str, str]] = ()
) -> pl.DataFrame:
    """Candidates as they come: name, sheet, score, potential, confidence, `REASONS`, known, and the company's columns.

    Without potential where nothing was learned, without sheet where nobody is an ambassador; nobody has a rank.
    """
    rows = [_row(one, names, chosen) for one in found.items]
    schema: dict[str, pl.DataType] = dict.fromkeys(_labels(), pl.String())
    schema |= {"score": pl.Int64(), "potential": pl.Float64(), "confidence": pl.Float64()}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    empty = [column for column in ("sheet", "potential") if frame[column].is_null().all()]
    return frame.drop(empty)


def _row(one: Candidate, names: Mapping[str, Person], chosen: Sequence[tuple[str, str]]) -> dict[str, object]:
    person = names.get(one.customer_id)
    ids = person.ambassador_ids if person else ()
    return {
        "name": (person and (person.full_name or person.email)) or one.customer_id,
        "sheet": sheet_address(ids[0], chosen) if ids else None,
        "score": round(one.engagement_score),
        "potential": one.referral_potential,
        "confidence": one.confidence,
        **dict(zip(REASONS, (reason.sentence for reason in one.strongest), strict=False)),
        "known": in_short(one),
        **{name: segment_label(name, one.company[name]) for name in COMPANY},
    }


def _labels() -> dict[str, str]:
    return {
        "name": translate("Name"),
        "sheet": translate("Sheet"),
        "score": translate("Engagement"),
        "potential": translate("Likely to act"),
        "confidence": translate("Known"),
        "first_reason": translate("Strongest reason"),
        "second_reason": translate("Second reason"),
        "third_reason": translate("Third reason"),
        "known": translate("What they are"),
        **{name: fmt.begin(dimension_label(name)) for name in COMPANY},
    }


def _key(found: Candidates) -> str:
    """Another one for other people: ticks are kept by the number of the row."""
    ids = "\n".join(one.customer_id for one in found.items)
    return f"candidates-{hashlib.sha256(ids.encode()).hexdigest()[:12]}"


def _still_eligible(store: Store, settings: Settings, frame: pl.DataFrame, found: Candidates) -> pl.DataFrame:
    """The rows of those who may be proposed when the file is asked for, which may be hours after."""
    warehouse = Warehouse(store)
    try:
        ids = [one.customer_id for one in found.items]
        kept = listed_among(warehouse, ids, Wanted(), question_now(store, warehouse, settings))
    finally:
        warehouse.close()
    return frame.filter(pl.Series([one in kept for one in ids]))
