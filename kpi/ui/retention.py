"""How long customers stay: curves of everybody or by group, two groups beside each other, and a table."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

import polars as pl
import streamlit as st

from kpi.analysis.obstacle import Obstacle
from kpi.analysis.survival import LogRank, SurvivalCurve
from kpi.language import mark, translate
from kpi.metrics import Unit
from kpi.metrics.retention import COHORT, REFERRED, Kind, Retention
from kpi.store import UNKNOWN
from kpi.ui import charts, filters, lifetimes, options, places, tables
from kpi.ui import format as fmt
from kpi.ui.figures import HEIGHT
from kpi.ui.lifetimes import ALL, KINDS, group_label, grouping_label, share_in_words
from kpi.ui.looks import look
from kpi.ui.page import Page
from kpi.ui.retention_figure import MOST_DRAWN, retention_figure

AFTER = (3, 6, 12, 24)
SURE = 0.05
WIDE = 220  # pixels
AXES = {Kind.BUYERS: mark("months since the first purchase"), Kind.SUBSCRIBERS: mark("months since the first payment")}
WON_AND_OTHERS = ("referred", "others")
CHOSEN = mark("Customers choose themselves whether to follow an ambassador: a difference is no effect.")
CHANCE = mark("Of twenty pairs that do not differ, about one stands out by chance: choose the pair before looking.")
YOUNG = mark(
    "Whoever came back after a long silence was not lost, and the customers of the last year had less time to come "
    "back: their curve lies lower for that alone."
)
LOST = {
    Kind.BUYERS: mark(
        "A customer of the shop counts as lost once silent past twice the median of their own gaps between purchases "
        "and past nine in ten of these, or, with fewer than three gaps, past nine in ten of everybody’s; whoever came "
        "back was not lost."
    ),
    Kind.SUBSCRIBERS: mark("A subscriber is lost when nothing is left to pay, even one who returns later."),
}


@places.kept(lambda page: places.under(translate("How long they stay"), HEIGHT))
def show(page: Page) -> None:
    """Draw the curves of those whom the reader chooses, and compare two groups."""
    line = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    line.subheader(translate("How long they stay"), anchor=False, width="content")
    known = lifetimes.kinds(page)
    if not known:
        charts.tell_gap(lifetimes.reason(Obstacle.NOBODY))
        return
    choosers = line.container(horizontal=True, width="content")
    kind = _choose_kind(choosers, known)
    with choosers.container(width=WIDE):
        by = _choose_grouping(kind)
    found = lifetimes.retention(page, kind, by)
    chart = st.container()
    compared = _compare(page, kind, by, found)
    with chart:
        _draw(page, found, by, compared)
        st.caption(small_print(found))
    with st.expander(translate("The same as a table"), key="retention-as-table"):
        _list(page, found, by)


def _draw(page: Page, found: Retention, by: str, compared: Collection[str]) -> None:
    """Draw the curves, the bands of those compared only where any are."""
    known = curves(found)
    names = options.called(list(known), partial(called, by))
    drawn = {names[name]: curve for name, curve in drawn_first(known, compared).items()}
    banded = {names[name] for name in compared} if compared else drawn.keys()
    palette = charts.palette()
    figure = page.remember(
        f"retention figure of {found.kind} by {by} until {found.end}, {compared}, {palette.ink}",
        lambda: retention_figure(drawn, banded, palette, translate(AXES[found.kind])),
    )
    charts.show(figure, in_words(drawn), key="retention")


def _choose_kind(place: st.delta_generator.DeltaGenerator, known: Sequence[Kind]) -> Kind:
    if len(known) == 1:
        return known[0]
    return place.segmented_control(
        translate("Customers"),
        known,
        default=known[0],
        required=True,
        format_func=filters.labels("customers", known, lambda kind: translate(KINDS[kind])).__getitem__,
        label_visibility="collapsed",
        key="customers",
        bind="query-params",
    )


def _choose_grouping(kind: Kind) -> str:
    offered = lifetimes.groupings()
    return st.selectbox(
        translate("By"),
        offered,
        format_func=filters.labels("grouped", offered, lambda by: grouping_label(kind, by)).__getitem__,
        label_visibility="collapsed",
        key="grouped",
        bind="query-params",
    )


def curves(found: Retention) -> dict[str, SurvivalCurve]:
    """The curves to show by group, the largest first and "unknown" last; of everybody where there are no groups."""
    named = {name: curve for name, curve in found.groups.items() if name != UNKNOWN}
    last = {UNKNOWN: found.groups[UNKNOWN]} if UNKNOWN in found.groups else {}
    return {**named, **last} or {ALL: found.curve}


def called(by: str, name: str) -> str:
    """What a curve is called."""
    return translate("All together") if name == ALL and by == ALL else group_label(by, name)


def drawn_first(found: Mapping[str, SurvivalCurve], compared: Collection[str]) -> dict[str, SurvivalCurve]:
    """The curves that are drawn: those compared and the largest others, in their order."""
    others = [name for name in found if name not in compared][: MOST_DRAWN - len(compared)]
    return {name: curve for name, curve in found.items() if name in compared or name in others}


def in_words(drawn: Mapping[str, SurvivalCurve]) -> str:
    """The chart for who cannot see it: the share of each curve after a year."""
    told = [
        translate("{name}: {share}", name=name, share=share_in_words(curve.estimate_at(12)))
        for name, curve in drawn.items()
    ]
    return translate("Share still there after 12 months. {groups}", groups=", ".join(told))


def small_print(found: Retention) -> str:
    """Who counts as lost, what the band is, and how many groups are not drawn."""
    told = [translate(LOST[found.kind])]
    if len(found.groups) > 2:
        told.append(
            translate(
                "Estimated by Kaplan and Meier; the bands are the 95\N{NO-BREAK SPACE}% intervals of the two groups "
                "compared below."
            )
        )
    else:
        told.append(translate("Estimated by Kaplan and Meier; the band is the 95\N{NO-BREAK SPACE}% interval."))
    if len(found.groups) > MOST_DRAWN:
        told.append(translate("{count} groups are drawn, all stand in the table.", count=fmt.count(MOST_DRAWN)))
    return " ".join(told)


def _compare(page: Page, kind: Kind, by: str, found: Retention) -> tuple[str, ...]:
    """Let the reader choose two groups, and return them; of everybody, customers won stand beside all others."""
    if by == ALL:
        won, others = (group_label(REFERRED, name) for name in WON_AND_OTHERS)
        st.markdown(difference_in_words(found.comparison, won, others))
        if isinstance(found.comparison, LogRank):
            st.caption(translate(CHOSEN))
        return ()
    names = list(curves(found))
    if len(names) < 2:
        st.caption(translate("There are no two groups with a value here."))
        return ()
    st.markdown(f"**{translate('Two groups beside each other')}**")
    if by == REFERRED:
        names.sort(key=WON_AND_OTHERS.index)
    with st.container(horizontal=True):
        first, second = (
            _choose_group(by, key, label, names, place)
            for place, (key, label) in enumerate((("group", translate("Group")), ("beside", translate("Beside"))))
        )
    if first == second:
        st.markdown(translate("Choose two different groups."))
        return (first,)
    test = lifetimes.comparison(page, kind, by, first, second)
    st.markdown(difference_in_words(test, called(by, first), called(by, second)))
    st.caption(translate(_caution(kind, by)))
    return (first, second)


def _caution(kind: Kind, by: str) -> str:
    """What to think of before a difference is believed."""
    if by == REFERRED:
        return CHOSEN
    return YOUNG if by == COHORT and kind is Kind.BUYERS else CHANCE


def _choose_group(by: str, key: str, label: str, names: list[str], place: int) -> str:
    return st.selectbox(
        label,
        names,
        index=place,
        format_func=filters.labels(key, names, lambda name: called(by, name)).__getitem__,
        key=key,
        bind="query-params",
        width=WIDE,
    )


def difference_in_words(test: LogRank | Obstacle, first: str, second: str) -> str:
    """Whether the first group stays longer or less long than the second, or nothing tells. Markdown."""
    facts = {"first": fmt.plain(first), "second": fmt.plain(second)}
    if isinstance(test, Obstacle):
        return translate("{first} – {second}: **n/a**, {reason}.", reason=lifetimes.reason(test), **facts)
    facts["p"] = _p_value(test.p_value)
    if test.p_value >= SURE:
        return translate(
            "{first} – {second}: **no clear difference** in how long they stay (log-rank test, {p}).", **facts
        )
    if test.observed < test.expected:
        return translate("{first} – {second}: the first **stay longer** (log-rank test, {p}).", **facts)
    return translate("{first} – {second}: the first **leave sooner** (log-rank test, {p}).", **facts)


def _p_value(value: float) -> str:
    if value < 0.001:
        return f"p < {look().number('0.001')}"
    return f"p = {look().number(f'{value:.3f}')}"


def _list(page: Page, found: Retention, by: str) -> None:
    shown, exact = frame(found, by), exact_frame(found, by)
    labels = {
        "group": grouping_label(found.kind, by) if by != ALL else translate("Group"),
        "n": translate("Customers"),
        "lost": translate("Lost"),
        "median": translate("Half left after"),
        **{f"after_{months}": after(months) for months in AFTER},
    }
    limits = {
        f"{limit}_{months}": translate("{what}, {limit}", what=after(months), limit=word)
        for months in AFTER
        for limit, word in (("low", translate("low")), ("high", translate("high")))
    }
    tables.show(
        page,
        shown,
        labels,
        name="retention",
        words=translate("How long they stay"),
        taken=tables.Taken(
            rows=exact.height,
            read=lambda: exact,
            units=dict.fromkeys([f"after_{months}" for months in AFTER] + list(limits), Unit.SHARE),
            labels={**limits, "median": translate("Median, months")},
        ),
    )


def after(months: int) -> str:
    """What the column of the share still there after so many months is called."""
    return translate("After {months} months", months=fmt.count(months))


def _rows(found: Retention, by: str) -> list[tuple[str, SurvivalCurve]]:
    all_together = [] if by == ALL else [(translate("All together"), found.curve)]
    known = curves(found)
    names = sorted(known) if by == COHORT else known
    return all_together + [(called(by, name), known[name]) for name in names]


def frame(found: Retention, by: str) -> pl.DataFrame:
    """Everybody, then each group in words: group, n, lost, median, after_3, after_6, after_12, after_24."""
    rows = [
        (
            name,
            curve.n,
            int(curve.events.sum()),
            translate("not yet")
            if curve.median is None
            else translate("{count} months", count=fmt.count(curve.median, decimals=1)),
            *(share_in_words(curve.estimate_at(months)) for months in AFTER),
        )
        for name, curve in _rows(found, by)
    ]
    texts = dict.fromkeys(("median", *(f"after_{months}" for months in AFTER)), pl.String())
    return pl.DataFrame(rows, schema={"group": pl.String(), "n": pl.Int64(), "lost": pl.Int64(), **texts}, orient="row")


def exact_frame(found: Retention, by: str) -> pl.DataFrame:
    """The same as exact numbers, with low_3, high_3 and so on behind each share."""
    rows = []
    for name, curve in _rows(found, by):
        row: dict[str, str | float | None] = {
            "group": name,
            "n": curve.n,
            "lost": int(curve.events.sum()),
            "median": curve.median,
        }
        for months in AFTER:
            one = curve.estimate_at(months)
            share = None if one.value is None else float(one.value)
            row |= {f"after_{months}": share, f"low_{months}": one.low, f"high_{months}": one.high}
        rows.append(row)
    numbers = [f"{what}_{months}" for months in AFTER for what in ("after", "low", "high")]
    schema = {"group": pl.String(), "n": pl.Int64(), "lost": pl.Int64(), "median": pl.Float64()}
    return pl.DataFrame(rows, schema={**schema, **dict.fromkeys(numbers, pl.Float64())})
