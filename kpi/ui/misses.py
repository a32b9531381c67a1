"""Targets that were missed in the months of the period that are over. Markdown, whole sentences."""

from collections.abc import Sequence

import streamlit as st

from kpi.decisions import Reviewed, months_over, review
from kpi.language import translate, translate_plural
from kpi.metrics import METRICS
from kpi.ui import deciding, goals, places
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
    """The targets missed, newest month first, or why there is none."""
    reviewed = _reviewed(page)
    missed = [one for one in reviewed if not one.attainment.is_met]
    if not missed:
        return _why_none(page, reviewed)
    lines = [f"- {missed_in_words(one, page.settings.currency)}" for one in missed[:MOST]]
    if len(missed) > MOST:
        more = len(missed) - MOST
        lines.append(f"- {translate_plural('and {count} more', 'and {count} more', more, count=fmt.count(more))}")
    return "\n".join(lines)


def missed_in_words(one: Reviewed, currency: str) -> str:
    """A target missed: **Orders** in October 2026: 812, 81 % of the target of 1,000."""
    metric, target = METRICS[one.target.metric], one.target
    facts = {
        "metric": short_label(metric),
        "month": fmt.month(target.month),
        "value": fmt.value(metric, one.value, currency),
        "attained": goals.attained(metric, target.value, one.attainment, currency),
    }
    if target.segment is None:
        return translate("**{metric}** in {month}: {value}, {attained}", **facts)
    segment = segments_in_words({target.segment[0]: [target.segment[1]]})
    return translate("**{metric}** in {month}, {segment}: {value}, {attained}", segment=segment, **facts)


def _reviewed(page: Page) -> tuple[Reviewed, ...]:
    decided = deciding.decisions(page)
    asked = (decided.entry_id, page.period.start, page.period.end, sorted(page.filters.items()))
    found: tuple[Reviewed, ...] = page.remember(
        f"targets reviewed {asked}", lambda: review(page.warehouse, decided.targets, page.period, page.filters)
    )
    return found


def _why_none(page: Page, reviewed: Sequence[Reviewed]) -> str:
    if not months_over(page.period, page.manifest.data_end):
        return translate("No whole month of this period is over yet.")
    if reviewed:
        count = len(reviewed)
        return translate_plural(
            "None: the one target of the months that are over was reached.",
            "None: all {count} targets of the months that are over were reached.",
            count,
            count=fmt.count(count),
        )
    if deciding.may_decide(page, "targets"):
        return translate("No target was set for these months and segments. Set one with “Targets” below a trend.")
    return translate("No target was set for these months and segments. The programme owner sets them.")
