"""The frame around every page: data, filters, marks and messages; the only place that caches."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.navigation.page import Page as NavigationPage

from kpi.access.sessions import Identity
from kpi.errors import TOLD
from kpi.language import mark, spoken, translate
from kpi.settings import Settings, read_settings
from kpi.store import Store, Warehouse
from kpi.ui import blocks, deciding, filters, first_run, freshness, identity, places, views, workbooks
from kpi.ui import format as fmt
from kpi.ui.page import Page
from kpi.ui.segment_choice import Offered, offered_segments
from kpi.ui.segments import segment_values

SIDEBAR_WIDTH = 264
WITHOUT_FILTERS = frozenset(
    {"data", "audit", "discovery", "spotlights", "budget", "alerts", "affordability", "lifetime"}
)
DEMO_MARK = mark(
    ":orange-badge[Demo data] An invented company. To see your own, import your exports: `python -m kpi import FOLDER`"
)


def run(navigation: NavigationPage) -> None:
    """Run the open page; what its reader can act on is shown as a message.

    Everything else is an incident: the reader gets its number.
    """
    try:
        with blocks.gathering() as shown:
            with places.opening(navigation.url_path):
                navigation.run()
            workbooks.offer(shown)
    except TOLD as error:
        title = translate("This page cannot be shown")
        st.error(fmt.plain(str(error)), icon=":material/error:", title=title)


def open(name: str) -> Page:
    """Open a page to a reader who may see it: its data, period and filters.

    The run ends here for everybody else. Without any data yet, the demo company is built first.
    """
    reader = identity.require(name)
    settings = read_settings()
    store = Store(settings.store)
    version = store.published_version()
    if version is None:
        first_run.show(store, settings)
    published = store.published()
    warehouse = _opened(str(store.folder.resolve()), published.version, published.built_at)
    page = _page(name, reader, settings, store, warehouse)
    blocks.begin(page)
    if page.manifest.is_demo:
        st.markdown(translate(DEMO_MARK))
    return page


def _page(name: str, reader: Identity, settings: Settings, store: Store, warehouse: Warehouse) -> Page:
    # Answers and figures hold texts, so each language has its own.
    data = f"{store.folder.resolve()} {warehouse.manifest.version} {warehouse.manifest.built_at} {spoken()}"

    asked: dict[str, Any] = {}

    # Within a run the same question comes up to a dozen times, and looking it up in the cache has its price, too.
    def remember(question: str, answer: Callable[[], Any]) -> Any:
        if question not in asked:
            asked[question] = _remembered(data, question, answer)
        return asked[question]

    def groups(segment: str) -> tuple[str, ...]:
        found: tuple[str, ...] = remember(f"groups {segment}", lambda: warehouse.groups("dim_segments", segment))
        return segment_values(segment, found)

    def named(values: dict[str, tuple[str, ...]]) -> dict[str, Offered]:
        decided = deciding.latest(store.ledger, remember, is_demo=warehouse.manifest.is_demo)
        return offered_segments(decided.segments.visible_to(reader.username, reader.role), values, reader.username)

    data_end = warehouse.manifest.data_end or datetime.now(UTC).astimezone(settings.zone).date()
    choice = filters.default_choice(data_end) if name in WITHOUT_FILTERS else filters.choose(data_end, groups, named)
    page = Page(
        name=name,
        reader=reader,
        settings=settings,
        store=store,
        warehouse=warehouse,
        period=choice.period,
        comparisons=choice.comparisons,
        filters=choice.filters,
        attribution=choice.attribution,
        remember=remember,
    )
    if name not in WITHOUT_FILTERS:
        views.show(page, filters.SAVED)
    freshness.show(name, reader, settings, store, warehouse.manifest)
    identity.show_reader(reader)
    return page


# Nothing closes a version that leaves the cache: a page that is being drawn may still ask it. The file is given back
# with the last reference to it.
@st.cache_resource(max_entries=2, show_spinner=False)
def _opened(folder: str, version: int, built_at: datetime) -> Warehouse:
    return Warehouse(Store(Path(folder)), version)


# As a resource, since answers are frozen records, and a metric's record holds functions that cannot be copied.
@st.cache_resource(max_entries=2_000, show_spinner=False)
def _remembered(data: str, question: str, _answer: Callable[[], Any]) -> Any:
    return _answer()
