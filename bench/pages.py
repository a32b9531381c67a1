"""The phase that runs each page's script, with an empty and with a filled metric cache."""

import os
from functools import partial
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench.clock import Clock, milliseconds, repeated
from bench.reader import MAIN, TIMEOUT, without_a_browser
from kpi.access.roles import RIGHTS
from kpi.settings import PROJECT
from kpi.store import Listing, Store, Warehouse
from kpi.ui import frame


def run(*, store: str, repetitions: int) -> dict[str, object]:
    """Milliseconds of each page's script, its elements read back included; the warehouse is open already.

    Each page is read by a role that may see it; each run asks the server's sessions who is there.
    """
    somebody = _an_ambassador(Path(store))
    pages = {}
    with without_a_browser(store) as sign_in:
        for file in sorted((PROJECT / "pages").glob("*.py")):
            sign_in(next(role for role, rights in RIGHTS.items() if file.stem in rights.pages))
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
