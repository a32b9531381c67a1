"""The frame around every page: data, filters, marks and messages; the only place that caches."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.navigation.page import Page as NavigationPage

from kpi.errors import AmbassadeError
from kpi.settings import Settings, read_settings
from kpi.store import Store, Warehouse
from kpi.ui import filters, first_run
from kpi.ui import format as fmt
from kpi.ui.page import Page
from kpi.ui.segments import segment_values

SIDEBAR_WIDTH = 264
WITHOUT_FILTERS = frozenset({"data"})
DEMO_MARK = (
    ":orange-badge[Demo data] An invented company. To see your own, import your exports: `python -m kpi import FOLDER`"
)


def run(navigation: NavigationPage) -> None:
    """Run the open page; what a person can act on is shown as a message instead of a traceback."""
    try:
        navigation.run()
    except AmbassadeError as error:
        st.error(str(error), icon=":material/error:", title="This page cannot be shown")


def open(name: str) -> Page:
    """Open a page: its data, period and filters. Without any data yet, build the demo company first."""
    settings = read_settings()
    store = Store(settings.store)
    version = store.published_version()
    if version is None:
        first_run.show(store, settings)
    published = store.published()
    warehouse = _opened(str(store.folder.resolve()), published.version, published.built_at)
    page = _page(name, settings, store, warehouse)
    if page.manifest.is_demo:
        st.markdown(DEMO_MARK)
    return page


def _page(name: str, settings: Settings, store: Store, warehouse: Warehouse) -> Page:
    data = f"{store.folder.resolve()} {warehouse.manifest.version} {warehouse.manifest.built_at}"

    def remember(question: str, answer: Callable[[], Any]) -> Any:
        return _remembered(data, question, answer)

    def groups(segment: str) -> tuple[str, ...]:
        found: tuple[str, ...] = remember(f"groups {segment}", lambda: warehouse.groups("dim_segments", segment))
        return segment_values(segment, found)

    data_end = warehouse.manifest.data_end or datetime.now(UTC).astimezone(settings.zone).date()
    choice = filters.default_choice(data_end) if name in WITHOUT_FILTERS else filters.choose(data_end, groups)
    with st.sidebar:
        day = fmt.day(data_end - timedelta(days=1))
        st.caption(f":material/schedule: Data to {day} · version {warehouse.manifest.version}")
    return Page(
        name=name,
        settings=settings,
        store=store,
        warehouse=warehouse,
        period=choice.period,
        comparison=choice.comparison,
        filters=choice.filters,
        remember=remember,
    )


# An evicted version may still serve a page that is being drawn: two are kept, so that the older one has had its time.
@st.cache_resource(max_entries=2, show_spinner=False, on_release=Warehouse.close)
def _opened(folder: str, version: int, built_at: datetime) -> Warehouse:
    return Warehouse(Store(Path(folder)), version)


# As a resource, since answers are frozen records, and a metric's record holds functions that cannot be copied.
@st.cache_resource(max_entries=2_000, show_spinner=False)
def _remembered(data: str, question: str, _answer: Callable[[], Any]) -> Any:
    return _answer()
