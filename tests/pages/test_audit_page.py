"""The audit page: what it lists, what its filters leave, and that it says so when somebody changed the log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.roles import Role
from kpi.settings import read_settings
from kpi.store import Store

from .conftest import OpenApp

TODAY = datetime.now(UTC)


@pytest.fixture
def logged(tmp_path: Path, demo: Store) -> Store:
    """A store with six entries of its own: bob and ann sign in, bob is refused, bob signed in long ago."""
    store = Store(tmp_path / "store")
    store.folder.mkdir()
    for name in ("versions", "landing", "published"):
        (store.folder / name).symlink_to(demo.folder / name)
    store.ledger.record("sign_in", actor="bob", at=TODAY - timedelta(days=90), address="10.0.0.2")
    for kind, actor in (("sign_in", "bob"), ("sign_in", "ann"), ("sign_in_failed", "bob"), ("refused_page", "bob")):
        store.ledger.record(kind, actor=actor, at=TODAY, address="10.0.0.2", page="audit")
    store.ledger.record("import", actor="command line", at=TODAY, files=["orders.csv"], version=1)
    return store


def rows(app: AppTest) -> list[tuple[str, str]]:
    table = app.dataframe[0].value
    return list(zip(table["kind"], table["actor"], strict=True))


def test_it_lists_the_last_thirty_days_newest_first(logged: Store, open_app: OpenApp) -> None:
    app = open_app(logged.folder, "audit", role=Role.ADMIN)
    assert rows(app) == [
        ("Import", "command line"),
        ("Refused page", "bob"),
        ("Sign in failed", "bob"),
        ("Sign in", "ann"),
        ("Sign in", "bob"),
    ]
    first = app.dataframe[0].value.iloc[1].to_dict()
    assert (first["address"], first["details"]) == ("10.0.0.2", "page: audit")
    assert app.markdown[1].value.startswith("The chain of entries is **intact**")
    assert "5 entries, newest first." in [caption.value for caption in app.caption]


def test_it_is_narrowed_by_kind_person_and_period(logged: Store, open_app: OpenApp) -> None:
    app = open_app(logged.folder, "audit", role=Role.ADMIN)
    app.multiselect(key="what").set_value(["sign_in"]).run()
    assert rows(app) == [("Sign in", "ann"), ("Sign in", "bob")]
    app.multiselect(key="who").set_value(["bob"]).run()
    assert rows(app) == [("Sign in", "bob")]
    zone = read_settings().zone
    long_ago = (TODAY - timedelta(days=90)).astimezone(zone).date()
    app.date_input(key="from").set_value(long_ago)
    app.date_input(key="to").set_value(long_ago).run()
    assert rows(app) == [("Sign in", "bob")]
    app.multiselect(key="who").set_value(["ann"]).run()
    assert len(app.dataframe) == 0
    assert "Nothing fits." in app.caption[0].value


def test_it_says_that_somebody_changed_the_log(logged: Store, open_app: OpenApp) -> None:
    open_app(logged.folder, "audit", role=Role.ADMIN)
    logged.ledger.head_file.unlink()
    app = open_app(logged.folder, "audit", role=Role.ADMIN)
    assert "The chain of entries is **broken**" in app.error[0].value
    assert len(app.dataframe) == 1
