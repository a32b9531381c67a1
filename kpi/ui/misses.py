"""Targets that were missed in the months of the period that are over. Markdown, whole sentences."""

from collections.abc import Sequence

import streamlit as st

from kpi.decisions import Attainment, Reviewed, due, months_over, review
from kpi.language import translate, translate_plural
from kpi.metrics import METRICS
from kpi.ui import crediting, deciding, goals, places
from kpi.ui import format as fmt
from kpi.ui.notes import short_label
from kpi.ui.page import Page
from kpi.ui.segments import segments_in_words

MOST = 5
LINE = 30  # pixels


@places.kept(lambda page: places.under(translate("Targets missed"), 2 * LINE))
def show(page: Page) -> None:
    """List the targets missed, or say why there is none."""
    st.subheader(translate("Targets missed"), anchor=False)
    st.markdown(in_words(page))


def in_words(page: Page) -> str:
    """The targets missed, newest month first, or why there is none; then those that cannot be judged, and why."""
    reviewed = _reviewed(page)
    judged = [(one, one.attainment) for one in reviewed if one.attainment]
    missed = [missed_in_words(one, found, page.settings.currency) for one, found in judged if not found.is_met]
    unjudged = [unjudged_in_words(one) for one in reviewed if not one.attainment]
    parts = [_listed(missed) if missed or unjudged else _why_none(page, len(judged))]
    if unjudged:
        parts += [_about_unjudged(len(judged), len(unjudged), is_any_missed=bool(missed)), _listed(unjudged)]
    if any(crediting.caution(METRICS[one.target.metric], page.attribution) for one in reviewed):
        rule = crediting.in_short(crediting.USUAL)
        parts.append(translate("Targets are held against the usual attribution: {rule}.", rule=rule))
    return "\n\n".join(part for part in parts if part)


def missed_in_words(one: Reviewed, attainment: Attainment, currency: str) -> str:
    """A target missed: **Orders** in October 2026: 812, 81 % of the target of 1,000."""
    metric, facts = METRICS[one.target.metric], _facts(one)
    facts["value"], facts["attained"] = goals.attained(metric, attainment, currency)
    if one.target.segment is None:
        return translate("**{metric}** in {month}: {value}, {attained}", **facts)
    return translate("**{metric}** in {month}, {segment}: {value}, {attained}", **facts)


def unjudged_in_words(one: Reviewed) -> str:
    """A target that cannot be judged: **Acquisition cost** in October 2026: no customer was won."""
    facts = _facts(one) | {"reason": one.reason}
    if one.target.segment is None:
        return translate("**{metric}** in {month}: {reason}", **facts)
    return translate("**{metric}** in {month}, {segment}: {reason}", **facts)


def _facts(one: Reviewed) -> dict[str, str]:
    target = one.target
    segment = segments_in_words({target.segment[0]: [target.segment[1]]}) if target.segment else ""
    return {"metric": short_label(METRICS[target.metric]), "month": fmt.month(target.month), "segment": segment}


def _listed(lines: Sequence[str]) -> str:
    shown, more = [f"- {line}" for line in lines[:MOST]], len(lines) - MOST
    if more > 0:
        shown.append(f"- {translate_plural('and {count} more', 'and {count} more', more, count=fmt.count(more))}")
    return "\n".join(shown)


def _reviewed(page: Page) -> tuple[Reviewed, ...]:
    targets = due(deciding.decisions(page).targets, page.period, page.manifest.data_end, page.filters)
    found: tuple[Reviewed, ...] = page.remember(f"reviewed {targets}", lambda: review(page.warehouse, targets))
    return found


def _why_none(page: Page, reached: int) -> str:
    if not months_over(page.period, page.manifest.data_end):
        return translate("No whole month of this period is over yet.")
    if reached:
        return translate_plural(
            "None: the one target of the months that are over was reached.",
            "None: all {count} targets of the months that are over were reached.",
            reached,
            count=fmt.count(reached),
        )
    if deciding.may_decide(page, "targets"):
        return translate("No target was set for these months and segments. Set one with “Targets” below a trend.")
    return translate("No target was set for these months and segments. The programme owner sets them.")


def _about_unjudged(judged: int, unjudged: int, *, is_any_missed: bool) -> str:
    """The line over the targets that cannot be judged: of how many that were set."""
    total = fmt.count(judged + unjudged)
    if not judged:
        return translate_plural(
            "The one target of the months that are over cannot be judged:",
            "None of the {total} targets of the months that are over can be judged:",
            unjudged,
            total=total,
        )
    if is_any_missed:
        return translate_plural(
            "Of the {total} targets of the months that are over, one cannot be judged:",
            "Of the {total} targets of the months that are over, {count} cannot be judged:",
            unjudged,
            total=total,
            count=fmt.count(unjudged),
        )
    return translate_plural(
        "One of the {total} targets of the months that are over was reached; the others cannot be judged:",
        "{count} of the {total} targets of the months that are over were reached; the others cannot be judged:",
        judged,
        total=total,
        count=fmt.count(judged),
    )
