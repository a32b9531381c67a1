"""The sidebar: period, comparison and segments, kept in the URL and from page to page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Literal

import streamlit as st

from kpi.decisions.named_segments import COMPANY_FILTERS
from kpi.language import translate
from kpi.metrics import Attribution
from kpi.period import Comparison, Grain, Period
from kpi.ui import crediting, options
from kpi.ui import format as fmt
from kpi.ui.crediting import Credit, Window
from kpi.ui.gaps import dimension_label
from kpi.ui.options import Option
from kpi.ui.presets import Against, Preset, Step, custom_period, dates_in_words, offered_steps, preset_period
from kpi.ui.segment_choice import NAMED, Offered, complete_link
from kpi.ui.segments import SEGMENTS, segment_label, segments_in_words

KEYS = ("period", "start", "end", "against", "model", "window", "grain", NAMED, *SEGMENTS)
CHOSEN = ("period", "against", "model", "window")
SAVED = (*KEYS, "by")  # what a saved view holds; a breakdown belongs to its page and is not carried over
KEPT = "kept_filters"
CALLED = "called_filters"  # the segments chosen as they are called in the URL

PRESETS: list[Preset] = list(Preset)
COMPARISONS: list[Against] = list(Against)
CREDITS: list[Credit] = list(Credit)
WINDOWS: list[Window] = list(Window)
USUAL = {
    "period": Preset.DAYS_90,
    "against": Against.PREVIOUS,
    "model": Credit.LAST,
    "window": Window.USUAL,
    "grain": Step.AUTOMATIC,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the reader chose; `filters` holds the dimensions with a value kept."""

    period: Period
    comparisons: tuple[Comparison, ...]
    filters: dict[str, tuple[str, ...]]
    attribution: Attribution = crediting.USUAL


def choose(
    data_end: date,
    groups: Callable[[str], tuple[str, ...]],
    named: Callable[[dict[str, tuple[str, ...]]], dict[str, Offered]] = lambda values: {},
) -> Choice:
    """Draw the filters in the sidebar; `groups` gives a dimension's values, `named` the segments offered for those.

    The keys of the controls are the names in the URL; a value that is the default does not stand there.
    """
    _carry_over()
    with st.sidebar:
        preset = st.selectbox(
            translate("Period"),
            PRESETS,
            format_func=labels("period", PRESETS, translate).__getitem__,
            index=PRESETS.index(Preset.DAYS_90),
            key="period",
            bind="query-params",
        )
        period = _custom_dates(data_end) if preset is Preset.CUSTOM else preset_period(preset, data_end)
        against = st.selectbox(
            translate("Compare with"),
            COMPARISONS,
            format_func=labels("against", COMPARISONS, translate).__getitem__,
            key="against",
            bind="query-params",
        )
        comparisons = against.comparisons(period)
        st.caption(dates_in_words(period, comparisons))
        values = {name: groups(name) for name in SEGMENTS}
        filters = _choose_segments(values, named(values))
        credit, window = _choose_attribution()
        if filters or (preset, against, credit, window) != tuple(USUAL[key] for key in CHOSEN):
            st.button(translate("Reset"), icon=":material/restart_alt:", type="tertiary", on_click=_reset)
    st.session_state[KEPT] = {key: st.session_state[key] for key in KEYS if key in st.session_state}
    return Choice(period=period, comparisons=comparisons, filters=filters, attribution=crediting.chosen(credit, window))


def _choose_segments(values: dict[str, tuple[str, ...]], offered: dict[str, Offered]) -> dict[str, tuple[str, ...]]:
    called = {name: labels(name, found, partial(segment_label, name)) for name, found in values.items()}
    if NAMED not in st.session_state:
        complete_link(offered, called)
    is_open = any(map(_is_chosen, (NAMED, *SEGMENTS) if offered else SEGMENTS))
    with st.expander(translate("Segments"), icon=":material/filter_alt:", expanded=is_open):
        named = _choose_named(offered) if offered else None
        note = st.container()
        picked = {name: _pick(name, called[name]) for name in SEGMENTS}
    filters = {name: tuple(chosen) for name, chosen in picked.items() if chosen}
    if named:
        with note:
            _tell(named, filters)
    if filters:
        words = segments_in_words(filters)
        st.caption(translate("Only {segments}", segments=words))
    in_url = [(name, called[name][value]) for name, chosen in filters.items() for value in chosen]
    st.session_state[CALLED] = [(NAMED, named.label), *in_url] if named else in_url
    return filters


def _choose_named(offered: dict[str, Offered]) -> Offered | None:
    """Draw the choice of a segment under a name, which fills the filters; without any of them left it is gone."""
    state = st.session_state
    is_emptied = all(name in state and not state[name] for name in COMPANY_FILTERS)
    if state.get(NAMED) is not None and (is_emptied or state[NAMED] not in offered):
        state[NAMED] = None
    chosen = st.selectbox(
        translate("Saved segment"),
        list(offered),
        index=None,
        format_func=labels(NAMED, list(offered), lambda key: offered[key].label).__getitem__,
        placeholder=translate("All"),
        help=translate("Yours and those shared with you. One that asks about people only is in discovery."),
        key=NAMED,
        bind="query-params",
        on_change=_take,
        args=(offered,),
    )
    return offered[chosen] if chosen else None


def _tell(named: Offered, filters: dict[str, tuple[str, ...]]) -> None:
    told = named.told(filters)
    if told:
        st.caption(told)
    if not named.is_kept(filters):
        st.button(translate("As it was saved"), icon=":material/undo:", type="tertiary", on_click=_fill, args=(named,))


def _take(offered: dict[str, Offered]) -> None:
    """Fill the filters with those of the segment just chosen; one that is taken away takes those that are its own."""
    chosen, before = st.session_state[NAMED], offered.get(st.session_state[KEPT].get(NAMED))
    if chosen:
        _fill(offered[chosen])
    elif before and before.is_kept({name: st.session_state[name] for name in COMPANY_FILTERS}):
        _fill(None)


def _fill(named: Offered | None) -> None:
    for name in COMPANY_FILTERS:
        st.session_state[name] = list(named.filters.get(name, ())) if named else []


def _choose_attribution() -> tuple[Credit, Window]:
    is_open = any(map(_is_chosen, ("model", "window")))
    with st.expander(translate("Attribution"), icon=":material/share:", expanded=is_open):
        credit = st.selectbox(
            translate("Credit goes to"),
            CREDITS,
            format_func=labels("model", CREDITS, translate).__getitem__,
            help=translate("Which ambassador an order is credited to when several led to it."),
            key="model",
            bind="query-params",
        )
        window = st.selectbox(
            translate("Days before an order"),
            WINDOWS,
            format_func=labels("window", WINDOWS, translate).__getitem__,
            help=translate("How long before an order a touch still counts: usually 30 days for the last, else 90."),
            key="window",
            bind="query-params",
        )
    return credit, window


def choose_grain(period: Period) -> Grain | None:
    """Draw the choice of a trend's step, where the period leaves one; None when it follows the period."""
    steps = offered_steps(period)
    if len(steps) < 3:
        return None
    step = st.segmented_control(
        translate("Step of the trend"),
        steps,
        default=Step.AUTOMATIC,
        required=True,
        format_func=labels("grain", steps, translate).__getitem__,
        label_visibility="collapsed",
        key="grain",
        bind="query-params",
    )
    st.session_state[KEPT]["grain"] = step
    return step.grain


def choose_dimension(
    names: Sequence[str], usual: str, *, label_visibility: Literal["visible", "collapsed"] = "collapsed"
) -> str:
    """Draw the choice of what a page breaks down by, one of `names`; it stands in the URL like the filters."""
    return st.selectbox(
        translate("By"),
        names,
        index=names.index(usual),
        format_func=labels("by", names, lambda name: fmt.begin(dimension_label(name))).__getitem__,
        label_visibility=label_visibility,
        key="by",
        bind="query-params",
    )


def keep_ticked(key: str, dimension: str, values: Sequence[str | None]) -> None:
    """Filter the page by the value of the row ticked in the table under `key`; None takes that filter away."""
    for row in st.session_state[key].selection.rows:
        value = values[row]
        st.session_state[dimension] = [] if value is None else [value]


def empty(*keys: str) -> None:
    """Empty the fields under these keys."""
    st.session_state.update(dict.fromkeys(keys))


def _carry_over() -> None:
    """Give the controls of a page just opened the values that they had on the page before.

    Streamlit drops a control's value with its page. Its own memory (`persist_state`) misses, on the first change of
    page, a value that came with the URL; a value written before the control is drawn always counts.
    """
    for key, value in st.session_state.get(KEPT, {}).items():
        if key not in st.query_params:
            st.session_state[key] = st.session_state.get(key, value)


def _is_chosen(key: str) -> bool:
    """Whether a control not drawn yet will hold something chosen: what it brings along stands in no URL so far."""
    if key in st.session_state:
        return bool(st.session_state[key] != USUAL[key] if key in USUAL else st.session_state[key])
    return key in st.query_params


def labels(key: str, found: Sequence[Option], label: Callable[[Option], str]) -> dict[Option, str]:
    """What each option of a control is called; a URL that names them in another language is put into this one."""
    if key not in st.session_state:
        options.put_into_this_language(key, found, label)
    return options.called(found, label)


def in_address() -> list[tuple[str, str]]:
    """What the reader chose, as it stands in the URL: for a link to another page; defaults are left out."""
    kept = st.session_state.get(KEPT, {})
    chosen = [(key, translate(kept[key])) for key, usual in USUAL.items() if kept.get(key, usual) != usual]
    if kept.get("period") == Preset.CUSTOM:
        chosen += [(key, kept[key].isoformat()) for key in ("start", "end") if kept.get(key)]
    return [*chosen, *st.session_state.get(CALLED, [])]


def default_choice(data_end: date) -> Choice:
    """What is chosen before anybody chose, for a page without filters."""
    return Choice(period=preset_period(Preset.DAYS_90, data_end), comparisons=(Comparison.PREVIOUS,), filters={})


def _custom_dates(data_end: date) -> Period:
    start = preset_period(Preset.CUSTOM, data_end)
    first, last = st.columns(2)
    return custom_period(
        first.date_input(
            translate("First day"),
            value=start.start,
            format="DD/MM/YYYY",
            key="start",
            bind="query-params",
        ),
        last.date_input(
            translate("Last day"),
            value=data_end - timedelta(days=1),
            format="DD/MM/YYYY",
            key="end",
            bind="query-params",
        ),
    )


def _pick(name: str, called: dict[str, str]) -> list[str]:
    return st.multiselect(
        fmt.begin(dimension_label(name)),
        list(called),
        format_func=called.__getitem__,
        placeholder=translate("All"),
        disabled=not called,
        key=name,
        bind="query-params",
    )


def _reset() -> None:
    st.session_state.update(USUAL)
    st.session_state[NAMED] = None
    for name in SEGMENTS:
        st.session_state[name] = []
