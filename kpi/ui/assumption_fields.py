"""The fields in which a reader assumes another value than the one measured; what they hold stands in the URL."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import streamlit as st

from kpi.analysis import BOUNDS
from kpi.language import translate
from kpi.metrics.assumptions import NAMES, Assumption
from kpi.period import Period
from kpi.ui import filters
from kpi.ui import format as fmt
from kpi.ui.assumption_words import MEANS, SHARES, label, labelled, read_shown, shown, written
from kpi.ui.page import Page

NARROWEST = 200  # pixels
KEYS = {name: f"{name}_percent" if name in SHARES else name for name in NAMES}
"""The name of each assumption in the URL: a share stands there in percent."""

STEPS = {"arpa": 5.0, "other_cost": 5.0, "first_order": 5.0, "target_ratio": 0.5, "churn": 0.5}


def choose(page: Page, measured: Mapping[str, Assumption], period: Period | None) -> dict[str, float]:
    """Draw a field per assumption, empty where the measured value counts, and return what is assumed by name."""
    grid, assumed = st.grid(4, min_column_width=NARROWEST, gap="small"), {}
    currency = page.settings.currency
    for name in NAMES:
        with grid.container(gap="xsmall"):
            typed = _field(name, measured[name], currency)
            if typed is None:
                st.caption(source_of(measured[name], currency))
                continue
            assumed[name] = read_shown(name, float(typed))
            _mark(name, measured[name], currency)
    if period:
        st.caption(
            translate(
                "Measured over {days}, of customers won through ambassadors. An empty field means the measured value.",
                days=fmt.days(period),
            )
        )
    if assumed:
        st.button(
            translate("Back to what is measured"),
            icon=":material/restart_alt:",
            type="tertiary",
            key="assume-nothing",
            on_click=filters.empty,
            args=tuple(KEYS.values()),
        )
    return assumed


def read_query(query: str) -> dict[str, float]:
    """What a saved query assumes by name; what is no number or cannot be is left out."""
    names = {key: name for name, key in KEYS.items()}
    assumed = {}
    for key, text in parse_qsl(query):
        name = names.get(key)
        number = _number(text)
        if name is not None and number is not None and BOUNDS[name].holds(read_shown(name, number)):
            assumed[name] = read_shown(name, number)
    return assumed


def source_of(one: Assumption, currency: str) -> str:
    """Where the value that counts comes from, with its interval; why there is none."""
    if one.value is None:
        return translate("n/a: {reason}", reason=one.reason)
    limits = interval_of(one, currency)
    return f"{limits} · {one.source}" if limits else one.source


def interval_of(one: Assumption, currency: str) -> str:
    """The interval of what was measured, in its unit; empty without one."""
    if one.estimate.low is None or one.estimate.high is None:
        return ""
    low, high = (written(one.name, limit, currency) for limit in (one.estimate.low, one.estimate.high))
    return translate("{first} to {last}", first=low, last=high)


def _field(name: str, one: Assumption, currency: str) -> float | None:
    bounds = BOUNDS[name]
    numbers = (
        {"min_value": int(bounds.low), "max_value": int(bounds.high), "step": 1}
        if bounds.is_whole
        else {"min_value": float(shown(name, bounds.low)), "max_value": float(shown(name, bounds.high))}
        | {"step": STEPS.get(name, 1.0)}
    )
    value: float | None = st.number_input(
        labelled(name, currency),
        value=None,
        placeholder="" if one.value is None else written(name, one.value, currency),
        help=translate(MEANS[name]),
        key=KEYS[name],
        bind="query-params",
        **numbers,
    )
    return value


def _mark(name: str, one: Assumption, currency: str) -> None:
    """Say that the value is an assumption, what stood there, and lead back to it."""
    instead = translate("n/a") if one.value is None else written(name, one.value, currency)
    st.badge(translate("Assumed, instead of {value}", value=instead), color="orange")
    st.button(
        translate("Undo: {name}", name=label(name)),
        icon=":material/undo:",
        type="tertiary",
        key=f"back-{name}",
        on_click=filters.empty,
        args=(KEYS[name],),
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
