"""Stores to look at, and the app opened on them without a browser."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi.access.callers import cookie_name
from kpi.access.credentials import Account, Language
from kpi.access.door import open_door
from kpi.access.downloads import DOWNLOADS, Offer
from kpi.access.passwords import hash_password
from kpi.access.roles import Role
from kpi.decisions import Rules, rules_in
from kpi.settings import PROJECT, Advocates, Demo, Settings, read_settings
from kpi.setup import build_demo_company
from kpi.store import Listing, Store, Warehouse
from kpi.ui.newsletter import read_names

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


@cache
def hashed_password() -> str:
    return hash_password("a heron stands in the reeds")


def begin_session(role: Role, language: Language) -> str:
    """A session in the store of the settings, of an account with this role that chose this language."""
    now = datetime.now(UTC)
    door = open_door(read_settings(), now=now, tell=lambda line: None)
    if door.accounts.find(role.value) is None:
        account = Account(username=role.value, name="Ada Martin", role=role, password_hash=hashed_password())
        door.accounts.add(account)
    door.accounts.set_language(role.value, language)
    return door.sessions.begin(door.accounts.named(role.value), now)


def find_download(address: str) -> Offer | None:
    """What this address gives the reader of the app that was opened last."""
    now = datetime.now(UTC)
    reader = open_door(read_settings(), now=now).find(st.context.cookies[cookie_name(https=False)], now)
    assert reader is not None
    return DOWNLOADS.find(reader.session, address.removeprefix("/downloads/"))


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenApp]:
    """Open a page of the app on a store's folder, with parameters in its URL, as a reader of this role or as nobody;
    `script` stands in for the app, to draw what is on no page by itself.
    """

    def build(
        folder: Path,
        page: str = "overview",
        *,
        role: Role | None = Role.OWNER,
        language: Language = Language.ENGLISH,
        script: Path = MAIN,
        **parameters: str | list[str],
    ) -> AppTest:
        monkeypatch.setenv("AMBASSADE_STORE", str(folder))
        monkeypatch.setenv("AMBASSADE_DEMO__CUSTOMERS", "100")
        read_settings.cache_clear()
        # Without a browser there is no connection to bring cookies; Streamlit's own properties are what is replaced.
        cookies = {} if role is None else {cookie_name(https=False): begin_session(role, language)}
        monkeypatch.setattr(type(st.context), "cookies", property(lambda context: cookies))
        monkeypatch.setattr(type(st.context), "ip_address", property(lambda context: None))
        app = AppTest.from_file(script, default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        return app if page == "overview" else app.switch_page(PROJECT / "pages" / f"{page}.py").run()

    yield build
    read_settings.cache_clear()


@pytest.fixture
def store(demo: Store, tmp_path: Path) -> Store:
    """The demo company in a store that may be written."""
    copytree(demo.folder, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture(scope="module")
def consenting(demo_warehouse: Warehouse) -> list[str]:
    """Customers against whom nothing stands, and who have a name."""
    columns, eligible = ("customer_id",), {"standing": ["eligible"]}
    rows = demo_warehouse.rows(
        Listing(mart="dim_advocates", columns=columns, order=columns, filters=eligible, limit=10)
    )
    return [row["customer_id"] for row in rows]


@pytest.fixture(scope="module")
def names(demo_warehouse: Warehouse, consenting: list[str]) -> list[str]:
    """What these customers are called."""
    found = read_names(demo_warehouse, consenting)
    return [found[one] or "" for one in consenting]


@pytest.fixture
def rules(demo_warehouse: Warehouse) -> Rules:
    """What holds for the demo company."""
    return rules_in(demo_warehouse, Advocates())
