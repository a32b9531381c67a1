"""What a browser is told to keep closed."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from kpi.access.html import TEMPLATES
from tests.serving import Server

PATHS = ["/", "/sign-in", "/account", "/sign-out", "/_stcore/health", "/_stcore/metrics", "/downloads/x"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("reader", ["owner", None])
def test_every_answer_is_closed(server: Server, sessions: dict[str, str], path: str, reader: str | None) -> None:
    headers = server.ask(path, session=sessions[reader] if reader else None).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers
    assert "unsafe-eval" not in headers["content-security-policy"]


def test_the_dashboard_runs_no_script_from_elsewhere(server: Server, sessions: dict[str, str]) -> None:
    page = server.ask("/", session=sessions["owner"])
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    hashes = [
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
        for script in re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    ]
    # Streamlit's page has one script in its text: with another version, this hash is to be looked at again.
    assert policy["script-src"].split() == ["'self'", *hashes]
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"


def test_the_sign_in_page_runs_no_script_at_all(server: Server) -> None:
    page = server.ask("/sign-in")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in page.text
    assert re.findall(r'(?:src|href)="(?!/|data:)', page.text) == []


def test_no_template_has_a_style_or_a_handler_of_its_own() -> None:
    for file in TEMPLATES.glob("*.html"):
        assert re.findall(r'\s(?:style|on\w+)="', file.read_text()) == [], file.name


def test_assets_may_be_kept(server: Server, sessions: dict[str, str]) -> None:
    assert "immutable" in server.ask("/favicon.png").headers["cache-control"]
    page = server.ask("/", session=sessions["owner"]).text
    (asset,) = re.findall(r'src="\.(/static/js/index\.[^"]+)"', page)
    assert "immutable" in server.ask(asset).headers["cache-control"]


def test_another_host_is_not_served(server: Server, sessions: dict[str, str]) -> None:
    # A page of another name that points at this machine would otherwise have this dashboard as its own.
    for host in ("evil.example", "evil.example:80", "localhost.evil.example"):
        assert server.ask("/sign-in", headers={"Host": host}).status == 400
        assert server.ask("/", headers={"Host": host}, session=sessions["owner"]).status == 400
