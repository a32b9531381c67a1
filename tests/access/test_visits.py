"""What keeps a session from falling idle: its reader's own acts, and nothing that an open page does by itself."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from starlette.types import Message, Receive, Scope, Send

from kpi.access.accounts import Accounts
from kpi.access.callers import cookie_name
from kpi.access.gate import Gate
from kpi.settings import Access
from kpi.store import Store
from kpi.store.sessions import SessionTable
from tests.access.conftest import OpenDoor

ACT, BY_ITSELF = b"act", b"by itself"
BEGAN = timedelta(minutes=5)  # before now, more than the minute after which a visit is written again


async def _reads_everything(scope: Scope, receive: Receive, send: Send) -> None:
    """The application behind the gate: takes what comes until the end."""
    while (await receive())["type"] == "websocket.receive":
        pass


@pytest.mark.parametrize(
    ("scope", "messages", "is_visit"),
    [
        ({"type": "http", "path": "/overview"}, (), True),
        ({"type": "http", "path": "/downloads/abc"}, (), True),
        ({"type": "http", "path": "/_stcore/health"}, (), False),
        ({"type": "http", "path": "/data/_stcore/host-config"}, (), False),
        ({"type": "http", "path": "/media/abc.csv"}, (), False),
        ({"type": "websocket", "path": "/_stcore/stream"}, (), False),
        # The first act is the browser's own: it runs the page, also on finding its way back to the server.
        ({"type": "websocket", "path": "/_stcore/stream"}, (ACT,), False),
        ({"type": "websocket", "path": "/_stcore/stream"}, (BY_ITSELF, ACT), False),
        ({"type": "websocket", "path": "/_stcore/stream"}, (ACT, BY_ITSELF, BY_ITSELF), False),
        ({"type": "websocket", "path": "/_stcore/stream"}, (ACT, BY_ITSELF, ACT), True),
    ],
)
def test_only_an_act_of_its_reader_keeps_a_session(
    accounts: Accounts,
    store: Store,
    open_door: OpenDoor,
    scope: Scope,
    messages: tuple[bytes, ...],
    is_visit: bool,
) -> None:
    (store.folder / "secret").write_text("00" * 32)
    door = open_door(datetime.now(UTC))
    began = datetime.now(UTC) - BEGAN
    session_id = door.sessions.begin(accounts.named("nina"), began)
    found = door.find(session_id, began)
    assert found is not None
    gate = Gate(_reads_everything, door=door, settings=Access(), is_act=lambda message: message == ACT)
    waiting: list[Message] = [{"type": "websocket.receive", "bytes": message} for message in messages]
    waiting.append({"type": "websocket.disconnect"})

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(f"the gate refused: {message}")

    cookie = f"{cookie_name(https=False)}={session_id}".encode()
    headers = [(b"host", b"localhost"), (b"origin", b"http://localhost"), (b"cookie", cookie)]
    asked = {"method": "GET", "query_string": b"", "headers": headers, "client": ("127.0.0.1", 1), **scope}
    asyncio.run(gate(asked, receive, send))
    table = SessionTable(store.sessions_file)
    session = table.find(found.session)
    table.close()
    assert session is not None
    assert (session.seen_at > began + timedelta(minutes=1)) is is_visit
