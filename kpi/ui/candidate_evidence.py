"""The drawer of a person who may be proposed: each reason with its points, what is not known, and what happened."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

import polars as pl
import streamlit as st

from kpi.access.sessions import Identity
from kpi.advocates import Candidate, Moment, MomentKind, history
from kpi.language import mark, translate
from kpi.ui import dialogs, facts, tables
from kpi.ui import format as fmt
from kpi.ui.kinds import label_of
from kpi.ui.looks import look
from kpi.ui.page import Page

WHAT = {
    MomentKind.ACT: mark("Act"),
    MomentKind.ORDER: mark("Order"),
    MomentKind.ANSWER: mark("Survey answer"),
    MomentKind.DEALING: mark("Contact"),
}
IN_SIGHT = 10
CENT = Decimal("0.01")


def button(page: Page, one: Candidate, name: str, cutoff: date) -> None:
    """The way to what is known of a person."""
    label = translate("Why {name}?", name=name)
    if st.button(label, icon=":material/help_center:", type="tertiary", key=f"why {one.customer_id}"):
        dialogs.show(page, name, partial(_draw, page, one, cutoff), position="right")


def _draw(page: Page, one: Candidate, cutoff: date, reader: Identity) -> None:
    page = replace(page, reader=reader)
    score = _points(one.engagement_score)
    st.markdown(translate("Engagement **{score}** of 100, the sum of these points.", score=score))
    facts.show([(reason.sentence, _points(reason.points)) for reason in one.reasons], "")
    unknown = [sentence for sentence in one.missing if sentence not in {reason.sentence for reason in one.reasons}]
    for sentence in unknown:
        st.caption(fmt.plain(sentence))
    if one.is_drawn:
        st.caption(translate("Drawn at random today: among those who may be proposed, whatever their score."))
    _happened(page, one, cutoff)


def _happened(page: Page, one: Candidate, cutoff: date) -> None:
    days = page.settings.advocates.window_days
    facts.heading(translate("What happened in {days} days", days=fmt.count(days)))
    moments = history(page.warehouse, one.customer_id, cutoff, days=days)
    if not moments:
        st.caption(translate("Nothing happened in these days."))
        return
    labels = {
        "day": translate("Day"),
        "what": translate("What"),
        "kind": translate("Kind"),
        "detail": translate("Where or what for"),
        "amount": translate("Amount, {currency}", currency=page.settings.currency),
        "score": translate("Score"),
    }
    tables.show(
        page,
        moments_frame(moments),
        labels,
        name="candidate",
        words=translate("What happened in the period, newest first"),
        people=frozenset({"score"}),
        in_sight=IN_SIGHT,
    )


def _points(points: Decimal) -> str:
    """Points of the score: 12.5."""
    return look().number(f"{points:.1f}")


def moments_frame(moments: Sequence[Moment]) -> pl.DataFrame:
    """Moments as they come: day, what, kind, detail, amount, score."""
    rows = [
        (
            one.day,
            translate(WHAT[one.what]),
            label_of(one.kind) if one.kind else None,
            label_of(one.detail) if one.detail else None,
            None if one.amount is None else one.amount.quantize(CENT),
            one.score,
        )
        for one in moments
    ]
    texts = dict.fromkeys(("what", "kind", "detail"), pl.String())
    schema = {"day": pl.Date(), **texts, "amount": pl.Decimal(18, 2), "score": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")
