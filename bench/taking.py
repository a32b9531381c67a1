"""The phase that makes what readers take away: each page's workbook with its lists open, and the sponsor's report."""

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.clock import Clock, milliseconds, repeated
from bench.company import END
from bench.reader import MAIN, TIMEOUT, without_a_browser
from kpi.access.callers import cookie_name
from kpi.access.door import open_door
from kpi.access.downloads import DOWNLOADS, Offer
from kpi.access.roles import Role
from kpi.period import Period
from kpi.settings import PROJECT, read_settings
from kpi.store import Store, Warehouse
from kpi.ui.report import Asked, build_report

PAGES = ("overview", "ambassadors", "revenue", "economics", "affordability", "satisfaction", "budget")
LISTS = ("by-ambassador", "cost-by-ambassador")  # what is listed when asked for
MOST = 5  # times each file is made
DAYS = 90


def run(*, store: str, repetitions: int) -> dict[str, object]:
    """Milliseconds of the bytes of each workbook, with its rows, and of the report of the last 90 days."""
    times = min(repetitions, MOST)
    with without_a_browser(store) as sign_in:
        sign_in(Role.OWNER)
        workbooks = {page: _workbook(page, times) for page in PAGES}
    return {"workbooks": workbooks, "report": _report(Store(Path(store)), times)}


def _workbook(page: str, times: int) -> dict[str, Any]:
    test = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT).run()
    for part in LISTS:
        test.session_state[part] = True
    test.switch_page(os.path.relpath(PROJECT / "pages" / f"{page}.py", MAIN.parent)).run()
    offer = _offered(test)
    return {"rows": offer.rows, "bytes": len(offer.make()), **milliseconds(repeated(partial(_made, offer), times))}


def _offered(test: AppTest) -> Offer:
    """The workbook that the page offers, of the session that it was opened in."""
    now = datetime.now(UTC)
    reader = open_door(read_settings(), now=now).find(st.context.cookies[cookie_name(https=False)], now)
    tokens = [link.proto.url.removeprefix("/downloads/") for link in test.get("link_button")]
    offers = [DOWNLOADS.find(reader.session, token) for token in tokens] if reader is not None else []
    return next(offer for offer in offers if offer is not None and offer.file_name.endswith(".xlsx"))


def _made(offer: Offer, number: int) -> float:
    clock = Clock()
    offer.make()
    return clock.seconds()


def _report(store: Store, times: int) -> dict[str, float]:
    warehouse = Warehouse(store)
    asked = Asked(store=store, settings=read_settings(), period=Period.until(END, days=DAYS))
    build_report(warehouse, asked, language="en")  # the first one also loads what sets it
    found = milliseconds(repeated(partial(_set, warehouse, asked), times))
    warehouse.close()
    return found


def _set(warehouse: Warehouse, asked: Asked, number: int) -> float:
    clock = Clock()
    build_report(warehouse, asked, language="en")
    return clock.seconds()
