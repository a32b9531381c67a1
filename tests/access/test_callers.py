"""What is read from a request: where it comes from, whether a page of ours sent it, where it leads."""

import asyncio
from typing import Any

import pytest
from starlette.types import Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kpi.access.callers import address_of, cookie_name, cookie_of, is_from_here, local_target


def scope(client: str | None = "192.0.2.1", port: int = 5_000, **headers: str) -> Scope:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "headers": raw, "client": (client, port) if client else None}


@pytest.mark.parametrize(
    ("client", "forwarded", "behind_proxy", "address"),
    [
        ("192.0.2.1", None, False, "192.0.2.1"),
        # Without a proxy the header is the sender's own words …
        ("192.0.2.1", "203.0.113.9", False, "192.0.2.1"),
        # … and a stranger who writes his own address there is not taken for this machine.
        ("203.0.113.9", "203.0.113.9", False, "203.0.113.9"),
        ("203.0.113.9", "10.0.0.1, 203.0.113.9", False, "203.0.113.9"),
        ("10.0.0.1", "10.0.0.12", False, "10.0.0.1"),
        # With a port nobody can tell who wrote the address: the stranger here, or this machine through uvicorn.
        ("203.0.113.9", "203.0.113.9:5000", False, "claimed"),
        ("2001:db8::1", "[2001:db8::1]:5000", False, "claimed"),
        # Behind a proxy its own entry counts, which is the last one.
        ("192.0.2.1", "203.0.113.9", True, "203.0.113.9"),
        ("192.0.2.1", "198.51.100.7, 203.0.113.9", True, "203.0.113.9"),
        ("192.0.2.1", None, True, "192.0.2.1"),
        ("192.0.2.1", "x" * 500, True, "x" * 64),
        (None, None, False, "unknown"),
    ],
)
def test_where_a_request_comes_from(
    client: str | None, forwarded: str | None, behind_proxy: bool, address: str
) -> None:
    headers = {} if forwarded is None else {"x_forwarded_for": forwarded}
    assert address_of(scope(client, **headers), behind_proxy=behind_proxy) == address


async def _seen_behind_uvicorn(client: str, forwarded: str) -> str:
    """The address of a request that really goes through what uvicorn puts before every application."""
    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(address_of(scope, behind_proxy=False))

    asked: Any = scope(client, x_forwarded_for=forwarded)
    never: Any = None
    await ProxyHeadersMiddleware(application, "127.0.0.1,::1")(asked, never, never)
    return seen[0]


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        ("127.0.0.1", "203.0.113.9", "127.0.0.1"),
        ("::1", "203.0.113.9", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, ::1", "127.0.0.1"),
        ("127.0.0.1", "[2001:db8::1]", "127.0.0.1"),
        ("127.0.0.1", "anything at all", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9:0", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9:99", "claimed"),
        ("127.0.0.1", "203.0.113.9: 9_9", "claimed"),
        ("127.0.0.1", "[2001:db8::1]:99", "claimed"),
        ("127.0.0.1", "anything:1", "claimed"),
        ("203.0.113.5", "203.0.113.5", "203.0.113.5"),
        ("203.0.113.5", "127.0.0.1", "203.0.113.5"),
    ],
)
def test_uvicorns_belief_gives_nobody_another_address(client: str, forwarded: str, address: str) -> None:
    assert asyncio.run(_seen_behind_uvicorn(client, forwarded)) == address


@pytest.mark.parametrize(
    ("origin", "host", "https", "is_ours"),
    [
        ("http://kpi.example:8501", "kpi.example:8501", False, True),
        ("https://kpi.example", "kpi.example", False, True),
        ("https://kpi.example", "kpi.example", True, True),
        ("http://kpi.example", "kpi.example", True, False),
        ("http://kpi.example:1", "kpi.example:8501", False, False),
        ("http://evil.example", "kpi.example", False, False),
        ("http://kpi.example.evil.example", "kpi.example", False, False),
        ("file://kpi.example", "kpi.example", False, False),
        ("null", "kpi.example", False, False),
        ("http://[", "kpi.example", False, False),
        ("http://", "", False, False),
        ("", "", False, False),
        (None, "kpi.example", False, False),
    ],
)
def test_which_page_sent_a_form(origin: str | None, host: str, https: bool, is_ours: bool) -> None:
    headers = {"host": host} if origin is None else {"host": host, "origin": origin}
    assert is_from_here(scope(**headers), https=https) is is_ours


def test_a_cookie_is_found_by_its_name() -> None:
    asked = scope(cookie="other=1; ambassade=abc; __Host-ambassade=def")
    assert cookie_of(asked, cookie_name(https=False)) == "abc"
    assert cookie_of(asked, cookie_name(https=True)) == "def"
    assert cookie_of(scope(), "ambassade") is None


@pytest.mark.parametrize(
    "target", ["/", "/data", "/data?period=Last+30+days&country_code=a%26b", "/a//b", "/?next=//x"]
)
def test_a_path_of_this_host_is_kept(target: str) -> None:
    assert local_target(target) == target


@pytest.mark.parametrize(
    "target", [None, "", "data", "//x", "/\\x", "/\tx", "/ x", "http://x", "/sign-in/", "/[" * 1_001]
)
def test_anything_else_leads_to_the_front_page(target: str | None) -> None:
    assert local_target(target) == "/"
