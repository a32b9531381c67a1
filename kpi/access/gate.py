"""The gate in front of Streamlit: nothing but the sign-in page is served to somebody who is not signed in."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpi.access.callers import IDENTITY, address_of, cookie_name, cookie_of, is_from_here
from kpi.access.door import Door
from kpi.access.downloads import DOWNLOADS
from kpi.access.sessions import Identity
from kpi.settings import Access

OPEN: Final = frozenset({"/sign-in", "/sign-out", "/favicon.png", "/_stcore/health"})
ASSETS: Final = "/static/"  # Streamlit's own scripts and styles, the same for everybody
# What a page loads is refused, not redirected: no reader is there to sign in.
PARTS: Final = frozenset({"_stcore", "media", "component"})
NOT_ALLOWED: Final = 1008  # what a websocket is closed with; at the handshake it becomes 403
BEFORE_A_PASSWORD: Final = frozenset({"/account"})

SESSION_HEADER: Final = b"x-ambassade-session"
"""Tells Streamlit whose its own session is, so that nobody else can take it up again; see server.trustedUserHeaders."""

Answer = Response | None


class Gate:
    """Lets signed-in requests through and leaves in their scope who it is and from where; others get no further.

    Pages lead to the sign-in page and back, parts of pages are refused with 401, the websocket with 403.

    A session falls idle from what its reader did last: opened a page, sent a form, or worked on an open page, which
    `is_act` tells of a websocket's message. What an open page asks for by itself does not count.
    """

    def __init__(self, app: ASGIApp, *, door: Door, settings: Access, is_act: Callable[[bytes], bool]) -> None:
        self.app = app
        self.door = door
        self.settings = settings
        self.is_act = is_act
        self.cookie = cookie_name(https=settings.https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it."""
        if scope["type"] not in {"http", "websocket"} or scope["path"].startswith(ASSETS):
            await self.app(scope, receive, send)
            return
        is_visit = scope["type"] == "http" and PARTS.isdisjoint(scope["path"].split("/"))
        identity = await self._find(scope, is_visit=is_visit)
        client = (address_of(scope, behind_proxy=self.settings.behind_proxy), 0)
        scope = {**scope, IDENTITY: identity, "client": client, "headers": _own_headers(scope, identity)}
        if scope["type"] == "websocket":
            if identity is None or identity.must_change_password or not is_from_here(scope, https=self.settings.https):
                await receive()
                await send({"type": "websocket.close", "code": NOT_ALLOWED})
                return
            receive, send = self._watch(scope, identity, receive, send)
        elif (answer := self._refusal(scope, identity)) is not None:
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _watch(self, scope: Scope, identity: Identity, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """The two ends of a websocket that outlives its session by one message.

        That one runs the page, which says that the session is over. With the next one the websocket is closed.
        """
        # The first act runs the page as soon as the websocket is there: whoever opened the page was counted with the
        # page's own request, and a browser that finds its way back to the server runs it by itself.
        is_told = is_closed = has_run = False

        async def receive_while_signed_in() -> Message:
            nonlocal is_told, is_closed, has_run
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            is_act = self.is_act(message.get("bytes") or b"")
            is_visit, has_run = is_act and has_run, is_act or has_run
            if await self._find(scope, is_visit=is_visit) is not None:
                return message
            if not is_told:
                is_told = True
                DOWNLOADS.forget(identity.session)
                return message
            is_closed = True
            await send({"type": "websocket.close", "code": NOT_ALLOWED})
            return {"type": "websocket.disconnect", "code": NOT_ALLOWED}

        async def send_until_closed(message: Message) -> None:
            if not is_closed:
                await send(message)

        return receive_while_signed_in, send_until_closed

    async def _find(self, scope: Scope, *, is_visit: bool) -> Identity | None:
        session_id = cookie_of(scope, self.cookie)
        if session_id is None:
            return None
        # In a thread, since the look-up reads files and may wait for another process.
        return await run_in_threadpool(self.door.find, session_id, datetime.now(UTC), is_visit=is_visit)

    def _refusal(self, scope: Scope, identity: Identity | None) -> Answer:
        path: str = scope["path"]
        if path in OPEN:
            return None
        if identity is not None and (not identity.must_change_password or path in BEFORE_A_PASSWORD):
            return None
        if not PARTS.isdisjoint(path.split("/")) or scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("Sign in first.", 401, {"www-authenticate": 'Cookie realm="Ambassade"'})
        query: bytes = scope["query_string"]
        wanted = quote(f"{path}?{query.decode('latin-1')}" if query else path, safe="")
        return RedirectResponse(f"/account?next={wanted}" if identity else f"/sign-in?next={wanted}", 303)


def _own_headers(scope: Scope, identity: Identity | None) -> list[tuple[bytes, bytes]]:
    """The request's headers with the gate's own in place of whatever the sender put there."""
    headers = [(name, value) for name, value in Headers(scope=scope).raw if name != SESSION_HEADER]
    if identity is not None:
        headers.append((SESSION_HEADER, sha256(identity.session.encode()).hexdigest().encode()))
    return headers
