"""Who gets to see a page: nobody signed out, and each role its own, whichever way the page is asked for."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi.access.door import open_door
from kpi.access.roles import RIGHTS, Role
from kpi.settings import PROJECT, read_settings
from kpi.store import Store

from .conftest import OpenApp

PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))
SOMEBODY = {"ambassador": {"id": "A0001"}}  # what a page needs in its address to show something
OUT, NOT_YOURS = "You are signed out", "This page is not for your role"


def headings(app: AppTest) -> list[str]:
    return [title.value for title in app.title]


def open_at_once(page: str) -> AppTest:
    """The page itself, as Streamlit runs it when nothing was run before."""
    app = AppTest.from_file(PROJECT / "pages" / f"{page}.py", default_timeout=60)
    for name, value in SOMEBODY.get(page, {}).items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_nothing_to_somebody_signed_out(demo: Store, open_app: OpenApp, page: str) -> None:
    app = open_app(demo.folder, page, role=None)
    for shown in (app, open_at_once(page)):
        assert headings(shown) == [OUT]
        assert (
            len(shown.metric),
            len(shown.dataframe),
            len(shown.selectbox),
            len(shown.checkbox),
            len(shown.sidebar),
        ) == (0,) * 5
        assert not shown.exception


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("page", PAGES)
def test_a_role_gets_its_pages_and_no_other(demo: Store, open_app: OpenApp, role: Role, page: str) -> None:
    app = open_app(demo.folder, page, role=role, **SOMEBODY.get(page, {}))
    allowed = page in RIGHTS[role].pages
    for shown in (app, open_at_once(page)):
        assert (headings(shown) == [NOT_YOURS]) is not allowed
        parts = (shown.dataframe, shown.metric, shown.main.checkbox, shown.subheader)
        assert any(map(len, parts)) is allowed


@pytest.mark.parametrize("page", PAGES)
def test_state_and_parameters_that_claim_a_role_change_nothing(demo: Store, open_app: OpenApp, page: str) -> None:
    app = open_app(demo.folder, page, role=Role.SPONSOR)
    for name in ("role", "identity", "reader", "username", "rights"):
        app.session_state[name] = "admin"
        app.query_params[name] = "admin"
    assert (headings(app.run()) == [NOT_YOURS]) is (page not in RIGHTS[Role.SPONSOR].pages)


def test_a_refused_page_is_recorded(demo: Store, open_app: OpenApp) -> None:
    before = len(demo.ledger.entries(kinds=["refused_page"], newest=None))
    open_app(demo.folder, "audit", role=Role.COORDINATOR)
    entry, *others = demo.ledger.entries(kinds=["refused_page"], newest=None)
    assert len(others) == before
    assert (entry.actor, entry.details) == ("coordinator", {"page": "audit", "address": "127.0.0.1"})


def test_a_session_that_ended_ends_the_open_page_at_its_next_run(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    (session_id,) = st.context.cookies.values()
    open_door(read_settings(), now=datetime.now(UTC)).sessions.end(session_id)
    app.selectbox(key="period").set_value("Last month").run()
    assert headings(app) == [OUT]
    assert len(app.metric) == 0


def test_who_is_signed_in_stands_at_the_foot_of_the_sidebar(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, role=Role.SPONSOR)
    (foot,) = app.sidebar.get("html")
    assert "Ada Martin" in foot.proto.body
    assert "Budget sponsor" in foot.proto.body
    assert 'href="/account"' in foot.proto.body


def test_a_name_is_shown_as_text(
    demo: Store, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Names are checked when an account is added; what a file says by hand is not.
    open_app(demo.folder, role=Role.DATA)
    text = demo.credentials_file.read_text()
    try:
        demo.credentials_file.write_text(text.replace("Ada", "'<b>Ada</b>'"))
        app = open_app(demo.folder, role=Role.DATA)
        (foot,) = app.sidebar.get("html")
        assert "<b>" not in foot.proto.body
        assert "&lt;b&gt;Ada" in foot.proto.body
    finally:
        demo.credentials_file.write_text(text)
