"""Signing in: what a form may and may not do, and what a session's cookie is worth."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from kpi.access.authenticator import Credentials
from kpi.access.door import open_door
from kpi.access.roles import Role
from kpi.settings import read_settings
from kpi.store import Entry, Store
from tests.serving import Server, running

from .conftest import PASSWORD, add_accounts, build_company
from .tab import open_tab

Recorded = Callable[..., tuple[Entry, ...]]


def test_the_right_password_opens_the_page_that_was_asked_for(server: Server) -> None:
    answer = server.try_password("owner", PASSWORD, next="/data?period=Last+30+days")
    assert (answer.status, answer.headers["location"]) == (303, "/data?period=Last+30+days")
    page = server.ask("/data", session=answer.session)
    assert page.status == 200
    assert "<title>Streamlit</title>" in page.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Server) -> None:
    (cookie,) = server.try_password("owner", PASSWORD).cookies
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert flags == {"httponly", "samesite=lax", "path=/", "max-age=86400"}


def test_with_https_the_cookie_never_travels_without_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    build_company(store, tmp_path / "exports")
    add_accounts(store, "owner")
    with running(store.folder, tmp_path / "log", AMBASSADE_ACCESS__HTTPS="true") as server:
        fields = {"username": "owner", "password": PASSWORD}
        assert server.ask("/sign-in", form=fields).status == 403  # sent from http://…
        answer = server.ask("/sign-in", form=fields, origin=f"https://{server.host}")
        (cookie,) = answer.cookies
        assert cookie.startswith("__Host-ambassade=")
        assert "secure" in cookie.lower()
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        # Neither another name for the cookie nor a page sent without HTTPS opens the websocket.
        with pytest.raises(InvalidStatus, match="403"), open_tab(server, answer.session):
            pass
        secure = {"cookie": "__Host-ambassade", "origin": f"https://{server.host}"}
        with open_tab(server, answer.session, cookie=secure["cookie"], origin=secure["origin"]) as tab:
            assert "Is the programme healthy?" in tab.run()


def test_behind_a_proxy_under_the_name_that_people_type(tmp_path: Path) -> None:
    store, host = Store(tmp_path / "store"), "kpi.example.org"
    build_company(store, tmp_path / "exports")
    add_accounts(store, "owner")
    settings = {"AMBASSADE_ACCESS__HTTPS": "true", "AMBASSADE_ACCESS__BEHIND_PROXY": "true"}
    with running(
        store.folder, tmp_path / "log", STREAMLIT_SERVER_ALLOWED_HOSTS=f"{host} localhost", **settings
    ) as server:
        proxied = {"Host": host, "X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
        fields = {"username": "owner", "password": PASSWORD}
        # A proxy that puts its own name for the server there lets nobody in.
        assert server.ask("/sign-in", form=fields, origin=f"https://{host}").status == 403
        answer = server.ask("/sign-in", form=fields, headers=proxied, origin=f"https://{host}")
        assert answer.status == 303
        (entry,) = store.ledger.entries(kinds=["sign_in"])
        assert entry.details["address"] == "203.0.113.7"
        secure = {"cookie": "__Host-ambassade", "origin": f"https://{host}", "host": host}
        with open_tab(server, answer.session, **secure) as tab:
            assert "Is the programme healthy?" in tab.run()


def test_signing_in_always_makes_a_new_session(server: Server) -> None:
    fixed = "F" * 43
    answer = server.ask(
        "/sign-in", form={"username": "owner", "password": PASSWORD}, headers={"Cookie": f"ambassade={fixed}"}
    )
    assert answer.status == 303
    assert answer.session not in {None, fixed}
    assert server.ask("/", session=fixed).status == 303
    again = server.ask(
        "/sign-in", form={"username": "owner", "password": PASSWORD}, headers={"Cookie": f"ambassade={answer.session}"}
    )
    assert again.session != answer.session
    assert server.ask("/", session=answer.session).status == 303
    assert server.ask("/", session=again.session).status == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: ambassade=x",
        " //evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "data:text/html,x",
        "evil.example",
        "@evil.example",
        "/sign-in",
        "/sign-out",
        "/" + "x" * 3_000,
        "",
    ],
)
def test_signing_in_leads_to_no_other_host(server: Server, sessions: dict[str, str], target: str) -> None:
    answer = server.try_password("owner", PASSWORD, next=target)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert len(answer.cookies) == 1
    form = server.ask(f"/sign-in?next={target.encode().hex() and ''.join(f'%{byte:02x}' for byte in target.encode())}")
    assert re.findall('name="next" value="([^"]*)"', form.text) == ["/"]


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/account"])
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost", "http://localhost.evil.example", "null", "", None],
)
def test_a_form_from_elsewhere_does_nothing(
    server: Server, sessions: dict[str, str], path: str, origin: str | None
) -> None:
    fields = {"username": "owner", "password": PASSWORD, "action": "everywhere"}
    answer = server.ask(path, form=fields, origin=origin, session=sessions["owner"])
    assert (answer.status, answer.cookies) == (403, ())
    assert server.ask("/", session=sessions["owner"]).status == 200


def test_a_page_of_another_host_opens_no_websocket(server: Server, sessions: dict[str, str]) -> None:
    for origin in ("https://evil.example", "http://localhost:1", "null", None):
        with pytest.raises(InvalidStatus, match="403"), open_tab(server, sessions["owner"], origin=origin):
            pass
    evil = {"origin": "http://evil.example", "host": "evil.example"}
    with pytest.raises(InvalidStatus, match="400"), open_tab(server, sessions["owner"], **evil):
        pass


def test_a_form_that_is_too_long_is_not_read(server: Server) -> None:
    assert server.try_password("owner", "x" * 10_000).status == 413


@pytest.mark.parametrize("page", ["/sign-in", "/sign-in?next=%22%3E%3Cscript%3E"])
def test_what_was_typed_is_shown_as_text(server: Server, page: str) -> None:
    answer = server.ask(page, form={"username": '"><script>alert(1)</script>', "password": "x", "next": '"><b>'})
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_session_ends_of_old_age(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_settings().model_copy(update={"store": server.store})
    door = open_door(settings, now=datetime.now(UTC))
    owner = door.accounts.find("owner")
    assert owner is not None
    for age, is_open in ((timedelta(hours=7), True), (timedelta(hours=9), False), (timedelta(hours=25), False)):
        session = door.sessions.begin(owner, datetime.now(UTC) - age)
        assert (server.ask("/", session=session).status == 200) is is_open
        if not is_open:
            with pytest.raises(InvalidStatus, match="403"), open_tab(server, session):
                pass


@pytest.mark.parametrize(("begun", "is_open"), [(23, True), (25, False)])
def test_a_session_that_is_never_idle_ends_of_old_age_too(
    server: Server, newcomer: Callable[..., str], begun: int, is_open: bool
) -> None:
    door = open_door(read_settings().model_copy(update={"store": server.store}), now=datetime.now(UTC))
    now, typed = datetime.now(UTC), Credentials(username=newcomer(), password=PASSWORD)
    session = door.sign_in(typed, address=f"192.0.2.{begun}", now=now - timedelta(hours=begun))
    for hours in (18, 11, 4):
        assert door.find(session, now - timedelta(hours=hours)) is not None
    assert (server.ask("/", session=session).status == 200) is is_open


def test_a_session_outlives_a_restart_of_the_server(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    build_company(store, tmp_path / "exports")
    add_accounts(store, "owner")
    with running(store.folder, tmp_path / "log") as first:
        session = first.sign_in("owner", PASSWORD)
    with running(store.folder, tmp_path / "log") as second:
        assert second.ask("/", session=session).status == 200


def test_a_signed_out_session_cannot_be_played_again(server: Server) -> None:
    session = server.sign_in("owner", PASSWORD)
    answer = server.ask("/sign-out", form={}, session=session)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/sign-in?signed-out")
    assert "Max-Age=0" in answer.cookies[0]
    assert server.ask("/", session=session).status == 303
    with pytest.raises(InvalidStatus, match="403"), open_tab(server, session):
        pass


def test_a_link_does_not_sign_out(server: Server, sessions: dict[str, str]) -> None:
    assert 'method="post"' in server.ask("/sign-out", session=sessions["owner"]).text
    assert server.ask("/", session=sessions["owner"]).status == 200


def test_coming_and_going_is_recorded_with_the_address(
    server: Server, newcomer: Callable[..., str], recorded: Recorded
) -> None:
    name = newcomer()
    server.try_password(name, "not the password")
    server.ask("/sign-out", form={}, session=server.sign_in(name, PASSWORD))
    found = [(entry.kind, entry.details["address"]) for entry in recorded(actor=name) if "sign" in entry.kind]
    assert found == [(kind, "127.0.0.1") for kind in ("sign_out", "sign_in", "sign_in_failed")]


def test_the_address_of_a_sender_is_not_what_he_says(
    server: Server, newcomer: Callable[..., str], recorded: Recorded
) -> None:
    name = newcomer()
    server.try_password(name, "not the password", address="203.0.113.9")
    (entry,) = recorded("sign_in_failed", actor=name)
    assert entry.details["address"] == "127.0.0.1"


def test_the_account_page_changes_the_password_and_ends_the_other_sessions(
    server: Server, newcomer: Callable[..., str]
) -> None:
    name, new = newcomer(), "another heron in other reeds"
    session, other = server.sign_in(name, PASSWORD), server.sign_in(name, PASSWORD)

    def change(current: str, wanted: str, again: str) -> str:
        form = {"action": "password", "current": current, "new": wanted, "again": again}
        answer = server.ask("/account", form=form, session=session)
        found = re.search('role="alert">([^<]*)', answer.text)
        return found.group(1) if found else answer.session or ""

    assert change(PASSWORD, new, new + "s") == "The two new passwords are not the same."
    assert change(PASSWORD, "short", "short") == "This password is too short: at least 12 characters."
    assert change(PASSWORD, "é" * 40, "é" * 40).startswith("This password is too long")
    assert change("not the password", new, new).startswith("The current password is not right")
    assert server.ask("/", session=other).status == 200
    fresh = change(PASSWORD, new, new)
    assert server.ask("/", session=fresh).status == 200
    assert [server.ask("/", session=old).status for old in (session, other)] == [303, 303]
    assert server.try_password(name, PASSWORD).status == 401
    assert server.try_password(name, new).status == 303


def test_signing_out_everywhere(server: Server, newcomer: Callable[..., str]) -> None:
    name = newcomer(Role.SPONSOR)
    session, other = server.sign_in(name, PASSWORD), server.sign_in(name, PASSWORD)
    answer = server.ask("/account", form={"action": "everywhere"}, session=session)
    assert answer.status == 303
    assert [server.ask("/", session=old).status for old in (session, other)] == [303, 303]


def test_pages_speak_the_readers_language(server: Server, newcomer: Callable[..., str]) -> None:
    assert '<html lang="fr">' in server.ask("/sign-in", headers={"Accept-Language": "fr-CA,en;q=0.5"}).text
    assert '<html lang="en">' in server.ask("/sign-in", headers={"Accept-Language": "de"}).text
    assert "Mot de passe" in server.ask("/sign-in?lang=fr").text
    assert "Mot de passe" in server.ask("/sign-in", headers={"Cookie": "ambassade-language=fr"}).text
    session = server.sign_in(newcomer(), PASSWORD)
    assert '<html lang="en">' in server.ask("/", session=session).text
    server.ask("/account", form={"action": "language", "language": "fr"}, session=session)
    assert '<html lang="fr">' in server.ask("/account", session=session).text
    zipped = {"Accept-Encoding": "gzip", "If-None-Match": server.ask("/", session=session).headers.get("etag", "x")}
    page = server.ask("/", session=session, headers=zipped)
    assert page.status == 200
    assert '<html lang="fr">' in page.text
