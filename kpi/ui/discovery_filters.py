"""The filters of the discovery page: which of the people who may be proposed a coordinator wants to see."""

from enum import StrEnum
from functools import partial
from typing import TypeVar

import streamlit as st

from kpi.advocates import COMPANY, COMPONENTS, CONFIDENCE_STEPS, Wanted
from kpi.language import mark, translate
from kpi.ui import filters
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.page import Page
from kpi.ui.segments import segment_label, segment_values

Option = TypeVar("Option", bound=StrEnum)
NARROWEST = 220  # pixels; four stand in a row at 1280, one at 390


class Posted(StrEnum):
    """Whether somebody ever posted, as it is shown and as it stands in the URL, both translated."""

    NEVER = mark("Who never posted")
    ONCE = mark("Who has posted")
    ANYBODY = mark("Anybody")

    @property
    def flag(self) -> bool | None:
        """What is asked of the data; None for nothing."""
        return None if self is Posted.ANYBODY else self is Posted.ONCE


class Standing(StrEnum):
    """Whether somebody is an ambassador, as it is shown and as it stands in the URL, both translated."""

    ALL = mark("Everybody")
    CUSTOMERS = mark("Customers only")
    AMBASSADORS = mark("Ambassadors only")

    @property
    def flag(self) -> bool | None:
        """What is asked of the data; None for nothing."""
        return None if self is Standing.ALL else self is Standing.AMBASSADORS


class Known(StrEnum):
    """How much must be known about somebody, as it is shown and as it stands in the URL, both translated."""

    ANY = mark("However little is known")
    HALF = mark("At least half is known")
    MOST = mark("At least three quarters are known")

    @property
    def least(self) -> float:
        """The least confidence, 0 to 1."""
        half, most = CONFIDENCE_STEPS
        return {Known.ANY: 0.0, Known.HALF: half, Known.MOST: most}[self]


class Shown(StrEnum):
    """How the list is shown, as the reader chooses it and as it stands in the URL, both translated."""

    CARDS = mark("As cards")
    TABLE = mark("As a table")


def choose_shown() -> Shown:
    """Draw the choice between cards and a table."""
    options = list(Shown)
    return st.segmented_control(
        translate("Show as"),
        options,
        default=Shown.CARDS,
        required=True,
        format_func=filters.labels("shown", options, translate).__getitem__,
        label_visibility="collapsed",
        key="shown",
        bind="query-params",
    )


def choose(page: Page, text: str) -> Wanted:
    """Draw the filters; `text` is what was looked for. All but that stand in the URL."""
    grid = st.grid(4, min_column_width=NARROWEST, gap="small")
    with grid.container():
        posted = _one("posted", translate("Posts"), list(Posted))
    with grid.container():
        standing = _one("standing", translate("Ambassadors"), list(Standing))
    with grid.container():
        confidence = _one("known", translate("Confidence"), list(Known))
    with grid.container():
        reasons = st.multiselect(
            translate("Reason"),
            list(COMPONENTS),
            format_func=filters.labels("reason", list(COMPONENTS), reason_label).__getitem__,
            placeholder=translate("All"),
            key="reason",
            bind="query-params",
        )
    where = _segments(page)
    return Wanted(
        text=text,
        where=where,
        reasons=tuple(reasons),
        least_confidence=confidence.least,
        has_posted=posted.flag,
        is_ambassador=standing.flag,
    )


def reason_label(component: str) -> str:
    """A component of the score in words."""
    return translate(COMPONENTS[component].label)


def _one(key: str, label: str, options: list[Option]) -> Option:
    return st.selectbox(
        label,
        options,
        format_func=filters.labels(key, options, translate).__getitem__,
        key=key,
        bind="query-params",
    )


def _segments(page: Page) -> dict[str, tuple[str, ...]]:
    is_filtered = any(name in st.query_params for name in COMPANY)
    with st.expander(translate("Segments"), icon=":material/filter_alt:", expanded=is_filtered):
        grid, where = st.grid(4, min_column_width=NARROWEST, gap="small"), {}
        for name in COMPANY:
            with grid.container():
                where[name] = _segment(page, name)
    return {name: values for name, values in where.items() if values}


def _segment(page: Page, name: str) -> tuple[str, ...]:
    found = page.remember(f"groups {name}", lambda: page.warehouse.groups("dim_segments", name))
    values = segment_values(name, found)
    shown = filters.labels(name, values, partial(segment_label, name))
    return tuple(
        st.multiselect(
            fmt.begin(dimension_label(name)),
            values,
            format_func=shown.__getitem__,
            placeholder=translate("All"),
            disabled=not values,
            key=name,
            bind="query-params",
        )
    )
