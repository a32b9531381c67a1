"""The phase that runs each page's script, with an empty and with a filled metric cache."""

import os
from functools import partial
from pathlib import Path
from unittest.mock import patch

import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.clock import Clock, milliseconds, repeated
from bench.reader import begin_session
from kpi.access.callers import cookie_name
from kpi.access.roles import RIGHTS
from kpi.settings import PROJECT, read_settings
from kpi.store import Listing, Store, Warehouse
from kpi.ui import frame

MAIN = PROJECT / "kpi" / "ui" / "main.py"
TIMEOUT = 600


def run(*, store: str, repetitions: int) -> dict[str, object]:
    """Milliseconds of each page's script, its elements read back included; the warehouse is open already.

    Each page is read by a role that may see it; each run asks the server's sessions who is there.
    """
    os.environ["AMBASSADE_STORE"] = store
    read_settings.cache_clear()
    cookies: dict[str, str] = {}
    somebody = _an_ambassador(Path(store))
    pages = {}
    context = type(st.context)
    # Without a browser there is no connection to bring a cookie and an address.
    with patch.object(context, "cookies", cookies), patch.object(context, "ip_address", None):
        for file in sorted((PROJECT / "pages").glob("*.py")):
            role = next(role for role, rights in RIGHTS.items() if file.stem in rights.pages)
            cookies[cookie_name(https=False)] = begin_session(read_settings(), role)
            pages[file.stem] = _page(file, repetitions, somebody)
    return {"pages": pages}


def _an_ambassador(store: Path) -> str:
    """The id of the first ambassador there is; empty without one."""
    warehouse = Warehouse(Store(store))
    try:
        rows = warehouse.rows(
            Listing(mart="dim_ambassadors", columns=("ambassador_id",), order=("ambassador_id",), limit=1)
        )
    finally:
        warehouse.close()
    return str(rows[0]["ambassador_id"]) if rows else ""


def _page(file: Path, repetitions: int, somebody: str) -> dict[str, object]:
    test = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT)
    test.query_params["id"] = somebody
    test.run()
    try:
        test.switch_page(os.path.relpath(file, MAIN.parent)).run()
    except ValueError:
        return {"failed": "the navigation does not have it"}
    fault = next((element.message for element in test.exception), None) or next((e.value for e in test.error), None)
    if fault is not None:
        return {"failed": str(fault)}
    cold, warm = (repeated(partial(_once, test, empty), repetitions) for empty in (True, False))
    return {"cold": milliseconds(cold), "warm": milliseconds(warm)}


def _once(test: AppTest, empty: bool, number: int) -> float:
    if empty:
        frame._remembered.clear()
    clock = Clock()
    test.run()
    return clock.seconds()
