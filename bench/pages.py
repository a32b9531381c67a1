"""The phase that runs each page's script, with an empty and with a filled metric cache."""

import os
from functools import partial
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench.clock import Clock, milliseconds, repeated
from kpi.settings import PROJECT
from kpi.ui import frame

MAIN = PROJECT / "kpi" / "ui" / "main.py"
TIMEOUT = 600


def run(*, store: str, repetitions: int) -> dict[str, object]:
    """Milliseconds of each page's script, its elements read back included; the warehouse is open already."""
    os.environ["AMBASSADE_STORE"] = store
    files = sorted((PROJECT / "pages").glob("*.py"))
    if not files:
        return {"skipped": "there is no page yet"}
    return {"pages": {file.stem: _page(file, repetitions) for file in files}}


def _page(file: Path, repetitions: int) -> dict[str, object]:
    test = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT).run()
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
