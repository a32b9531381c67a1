"""A score by group, and the difference between two groups that the reader chooses, with its interval."""

import streamlit as st

from kpi.analysis import estimate_difference
from kpi.language import mark, translate
from kpi.metrics import METRICS, Measurement, Metric
from kpi.store import UNKNOWN
from kpi.ui import breakdown, filters, options, places, tables
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.kinds import group_label
from kpi.ui.notes import short_label
from kpi.ui.page import Page
from kpi.ui.surveys import ALL
from kpi.ui.surveys import answers as counted

USUAL = "programme"
SKETCHED = 5  # rows
MEANINGS = {
    "rung": mark("The highest reward received before answering; of response rates, before being asked."),
    "tenure": mark("Ambassadors since they enrolled, customers since they joined; until they answered or were asked."),
}
WIDE = 200  # pixels


def choose() -> tuple[Metric, str]:
    """Draw the choice of the score and of what it is broken down by; both stand in the URL like the filters."""
    line = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    line.subheader(translate("Group by group"), anchor=False, width="content")
    choosers = line.container(horizontal=True, width="content")
    names = [metric.name for metric in ALL]
    with choosers.container(width=WIDE):
        chosen = st.selectbox(
            translate("Score"),
            names,
            format_func=filters.labels("score", names, lambda name: translate(METRICS[name].label)).__getitem__,
            label_visibility="collapsed",
            key="score",
            bind="query-params",
        )
    metric = METRICS[chosen]
    offered = breakdown.offered(metric)
    with choosers.container(width=WIDE):
        by = filters.choose_dimension(offered, USUAL if USUAL in offered else offered[0])
    return metric, by


@places.kept(lambda page, metric, by: st.skeleton(tables.ROW_HEIGHT * SKETCHED))
def by_group(page: Page, metric: Metric, by: str) -> None:
    """List the score by group with intervals; what the groups are, where that is not plain."""
    words = translate("{metric} by {dimension}", metric=short_label(metric), dimension=dimension_label(by))
    breakdown.list_groups(page, metric, by, words)
    if by in MEANINGS:
        st.caption(translate(MEANINGS[by]))


@places.kept(lambda page, metric, by: st.skeleton(tables.ROW_HEIGHT * SKETCHED))
def compare(page: Page, metric: Metric, by: str) -> None:
    """Let the reader choose two groups, and say how much they differ and whether that stands out of chance."""
    st.markdown(f"**{translate('Two groups beside each other')}**")
    found = breakdown.ordered(by, page.breakdown(metric, by))
    known = {one.current.group or UNKNOWN: one.current for one in found if one.current.estimate.value is not None}
    if len(known) < 2:
        st.caption(translate("There are no two groups with a value here."))
        return
    names = list(known)
    called = options.called(names, lambda group: group_label(by, group))
    first, second = (
        st.selectbox(label, names, index=place, format_func=called.__getitem__, key=f"{key} {metric.name} {by}")
        for place, (key, label) in enumerate((("first", translate("Group")), ("second", translate("Beside"))))
    )
    st.markdown(difference_in_words(page, known[first], known[second], (called[first], called[second])))
    st.caption(
        translate("Of twenty pairs that do not differ, about one stands out by chance: choose the pair before looking.")
    )


def difference_in_words(page: Page, first: Measurement, second: Measurement, names: tuple[str, str]) -> str:
    """How much the first group's score is above or below the second's, with its interval. Markdown."""
    if first is second:
        return translate("Choose two different groups.")
    metric, currency = first.metric, page.settings.currency
    found = estimate_difference(first.estimate, second.estimate)
    # every score has an interval, so the difference has one
    change, low, high = (float(one or 0) for one in (found.value, found.low, found.high))
    facts = {
        "first": fmt.plain(names[0]),
        "second": fmt.plain(names[1]),
        "first_value": fmt.value(metric, first.estimate.value, currency),
        "second_value": fmt.value(metric, second.estimate.value, currency),
        "first_n": counted(page, first),
        "second_n": counted(page, second),
        "size": fmt.difference(metric, change, currency),
        "interval": translate(
            "{first} to {last}", first=_signed(metric, low, currency), last=_signed(metric, high, currency)
        ),
    }
    values = translate("{first}: **{first_value}** ({first_n}). {second}: **{second_value}** ({second_n}).", **facts)
    if fmt.is_no_change(metric, change, currency):
        told = translate("**No difference** to be seen; 95\N{NO-BREAK SPACE}% interval {interval}.", **facts)
    elif low <= 0 <= high:
        told = translate(
            "A difference of {size} (95\N{NO-BREAK SPACE}% interval {interval}), which **does not stand out**: it may "
            "be chance.",
            **facts,
        )
    elif change > 0:
        told = translate(
            "{first} is **{size} higher** (95\N{NO-BREAK SPACE}% interval {interval}), which **stands out**.", **facts
        )
    else:
        told = translate(
            "{first} is **{size} lower** (95\N{NO-BREAK SPACE}% interval {interval}), which **stands out**.", **facts
        )
    return f"{values}\n\n{told}"


def _signed(metric: Metric, limit: float, currency: str) -> str:
    """A limit of a difference with its sign, in points."""
    size = fmt.difference(metric, limit, currency)
    return size if fmt.is_no_change(metric, limit, currency) else f"{fmt.MINUS if limit < 0 else '+'}{size}"
