"""The drawer of a person who may be proposed: each reason with its points, what is not known, and what happened."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

import polars as pl
import streamlit as st

from kpi.access.sessions import Identity
from kpi.advocates import Candidate, Evidence, Question, evidence
from kpi.language import translate
from kpi.ui import dialogs, facts, network, tables
from kpi.ui import format as fmt
from kpi.ui.discovery_filters import reason_label
from kpi.ui.kinds import label_of
from kpi.ui.looks import look
from kpi.ui.page import Page

IN_SIGHT = 10


def button(page: Page, one: Candidate, name: str, asked: Question) -> None:
    """The way to what is known of a person."""
    label = translate("Why {name}?", name=name)
    if st.button(label, icon=":material/help_center:", type="tertiary", key=f"why {one.customer_id}"):
        dialogs.show(page, name, partial(_draw, page, one, asked), position="right")


def _draw(page: Page, one: Candidate, asked: Question, reader: Identity) -> None:
    page = replace(page, reader=reader)
    score = _points(one.engagement_score)
    st.markdown(translate("Engagement **{score}** of 100, the sum of these points.", score=score))
    facts.show([(reason.sentence, _points(reason.points)) for reason in one.reasons], "")
    unknown = [sentence for sentence in one.missing if sentence not in {reason.sentence for reason in one.reasons}]
    for sentence in unknown:
        st.caption(fmt.plain(sentence))
    if one.is_drawn:
        st.caption(translate("Drawn at random today: among those who may be proposed, whatever their score."))
    _happened(page, one, asked)
    facts.heading(translate("Who brought whom"))
    network.of_customer(page, one.customer_id)


def _happened(page: Page, one: Candidate, asked: Question) -> None:
    days = page.settings.advocates.window_days
    facts.heading(translate("What happened in {days} days", days=fmt.count(days)))
    found = evidence(page.warehouse, one.customer_id, asked)
    if not found:
        st.caption(translate("Nothing happened in these days."))
        return
    labels = {
        "day": translate("Day"),
        "kind": translate("What"),
        "counts_for": translate("Counts for"),
        "number": translate("Reactions, or score"),
    }
    words = translate("What happened in the period, newest first")
    people = frozenset(labels)
    tables.show(page, evidence_frame(found), labels, name="candidate", words=words, people=people, in_sight=IN_SIGHT)


def _points(points: Decimal) -> str:
    """Points of the score: 12.5."""
    return look().number(f"{points:.1f}")


def evidence_frame(found: Sequence[Evidence]) -> pl.DataFrame:
    """Rows of evidence as they come: day, kind, counts_for, number."""
    rows = [(one.day, label_of(one.kind), reason_label(one.component), one.number) for one in found]
    schema = {"day": pl.Date(), "kind": pl.String(), "counts_for": pl.String(), "number": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")
