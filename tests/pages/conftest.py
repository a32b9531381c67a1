"""Stores to look at, and the app opened on them without a browser."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.settings import PROJECT, Demo, Settings, read_settings
from kpi.setup import build_demo_company
from kpi.store import Store, Warehouse

MAIN = PROJECT / "kpi" / "ui" / "main.py"
TODAY = date(2026, 11, 22)

OpenApp = Callable[..., AppTest]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A small demo company, up to 21 November 2026."""
    store = Store(tmp_path_factory.mktemp("demo"))
    build_demo_company(store, Settings(demo=Demo(customers=400)), today=TODAY)
    return store


@pytest.fixture(scope="session")
def demo_warehouse(demo: Store) -> Iterator[Warehouse]:
    """The same data, to measure beside the app."""
    warehouse = Warehouse(demo)
    yield warehouse
    warehouse.close()


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenApp]:
    """Open a page of the app on a store's folder, with parameters in its URL."""

    def build(folder: Path, page: str = "overview", **parameters: str | list[str]) -> AppTest:
        monkeypatch.setenv("AMBASSADE_STORE", str(folder))
        monkeypatch.setenv("AMBASSADE_DEMO__CUSTOMERS", "100")
        read_settings.cache_clear()
        app = AppTest.from_file(MAIN, default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        return app if page == "overview" else app.switch_page(PROJECT / "pages" / f"{page}.py").run()

    yield build
    read_settings.cache_clear()
