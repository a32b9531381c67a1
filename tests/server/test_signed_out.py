"""A stranger at the door: nothing but the sign-in page is served."""

import pytest
from websockets.exceptions import InvalidStatus

from kpi.settings import PROJECT
from tests.serving import Server

from .tab import open_tab

PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))
SPOOFED = {
    "X-Ambassade-Session": "5" * 64,
    "X-Amb-User": "owner",
    "X-Amb-Role": "owner",
    "X-Forwarded-User": "owner",
    "X-Remote-User": "owner",
    "Remote-User": "owner",
    "Authorization": "Basic b3duZXI6b3duZXI=",
}


@pytest.mark.parametrize("page", ["", *PAGES, "account", "downloads/aaaaaaaaaaaaaaaaaaaaaa"])
def test_each_page_leads_to_the_sign_in_page_and_back(server: Server, page: str) -> None:
    answer = server.ask(f"/{page}?period=Last+30+days&country_code=FR&country_code=a%26b")
    assert answer.status == 303
    target = f"%2F{page.replace('/', '%2F')}%3Fperiod%3DLast%2B30%2Bdays%26country_code%3DFR%26country_code%3Da%2526b"
    assert answer.headers["location"] == f"/sign-in?next={target}"
    assert answer.body == b""


@pytest.mark.parametrize(
    "path",
    [
        "/media/0123456789abcdef.csv",
        "/media/",
        "/component/streamlit_component/index.html",
        "/_stcore/stream",
        "/_stcore/metrics",
        "/_stcore/host-config",
        "/_stcore/script-health-check",
        "/_stcore/bidi-components/x/index.js",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/data/_stcore/host-config",
    ],
)
def test_parts_of_pages_are_refused(server: Server, path: str) -> None:
    answer = server.ask(path)
    assert (answer.status, answer.body) == (401, b"Sign in first.")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/data", "/_stcore/upload_file/a/b", "/_stcore/agent/interact", "/account"])
def test_nothing_can_be_sent(server: Server, method: str, path: str) -> None:
    assert server.ask(path, method=method).status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/static/../_stcore/metrics",
        "/static/%2e%2e/_stcore/metrics",
        "/static/..%2f_stcore/metrics",
        "/sign-in/../data",
        "/sign-in/../_stcore/metrics",
        "/%5fstcore/metrics",
        "/_STCORE/metrics",
        "//_stcore/metrics",
        "/./_stcore/metrics",
        "/_stcore/health/../metrics",
        "/_stcore/health/",
        "/favicon.png/../data",
    ],
)
def test_no_spelling_of_a_path_gets_past_the_gate(server: Server, path: str) -> None:
    answer = server.ask(path)
    assert answer.status in {303, 400, 401, 404}
    assert b"session_events" not in answer.body


def test_health_and_the_icon_need_no_session(server: Server) -> None:
    assert server.ask("/_stcore/health").body == b"ok"
    assert server.ask("/favicon.png").headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    "session",
    [None, "", "forged", "a" * 43, "../../etc/passwd", "' or 1=1 --", "owner", "x" * 5_000],
    ids=["none", "empty", "forged", "well-formed", "path", "sql", "name", "long"],
)
def test_no_invented_cookie_opens_the_page_or_the_websocket(server: Server, session: str | None) -> None:
    assert server.ask("/", session=session).status == 303
    with pytest.raises(InvalidStatus, match="403"), open_tab(server, session):
        pass


def test_what_is_stored_does_not_open_the_door(server: Server, sessions: dict[str, str]) -> None:
    # Whoever reads the file of sessions holds hashes, not ids.
    stored = b"".join(file.read_bytes() for file in server.store.glob("access.sqlite*"))
    assert sessions["owner"].encode() not in stored
    assert len(sessions["owner"]) == 43  # 256 random bits


@pytest.mark.parametrize("headers", [{name: value} for name, value in SPOOFED.items()], ids=list(SPOOFED))
def test_no_header_is_believed(server: Server, headers: dict[str, str]) -> None:
    assert server.ask("/", headers=headers).status == 303
    with pytest.raises(InvalidStatus, match="403"), open_tab(server, None, headers=headers):
        pass


def test_no_header_makes_somebody_else_of_a_reader(server: Server, sessions: dict[str, str]) -> None:
    with open_tab(server, sessions["sponsor"], headers=SPOOFED) as tab:
        assert "not for your role" in tab.run("data")
