"""What a flood of sign-ins costs those who are signed in."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from kpi.access.accounts import Accounts
from kpi.access.door import Door
from kpi.access.gate import Gate
from kpi.access.routes import routes
from kpi.settings import Access
from kpi.store import Store
from tests.access.conftest import OpenDoor

FLOOD = 60  # more than there are threads


@pytest.fixture
def door(accounts: Accounts, store: Store, open_door: OpenDoor) -> Door:
    (store.folder / "secret").write_text("00" * 32)
    return open_door()


async def _ask(app: Any, method: str, path: str, body: bytes = b"", cookie: str = "") -> int:
    """The status of the answer to one request."""
    headers = {"host": "kpi.example", "origin": "http://kpi.example", "cookie": f"ambassade={cookie}"}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items() if value != "ambassade="],
        "client": ("192.0.2.1", 5_000),
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0]


def test_who_is_signed_in_does_not_wait_for_those_who_try_to(door: Door) -> None:
    gate = Middleware(Gate, door=door, settings=Access(), is_act=lambda message: True)
    app = Starlette(routes=routes(door, Access()), middleware=[gate])
    session_id = door.sessions.begin(door.accounts.named("nina"), datetime.now(UTC))
    form = urlencode({"username": "nina", "password": "wrong"}).encode()

    async def flood() -> tuple[int, int]:
        tries = [asyncio.create_task(_ask(app, "POST", "/sign-in", form)) for _ in range(FLOOD)]
        await asyncio.sleep(0.1)
        status = await _ask(app, "GET", "/account", cookie=session_id)
        over = len(door.audit.ledger.entries())
        for task in tries:
            task.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
        return status, over

    status, over = asyncio.run(flood())
    assert status == 200
    assert over < 10
